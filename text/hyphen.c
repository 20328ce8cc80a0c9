/* hyphen.c - libhyphen behind two calls. */
#include "config.h"

#include "text/hyphen.h"

#include <string.h>
#include <unistd.h>

#ifdef HAVE_LIBHYPHEN
#include <hyphen.h>

struct hyphen {
    HyphenDict *dict; /* only read after loading, so it can be shared by threads */
};

enum err_code hyphen_new(const char *path, struct hyphen **ret_hyphen, struct err *err)
{
    if (path == NULL || access(path, R_OK) != 0) {
        *ret_hyphen = NULL;
        return ERR_OK;
    }
    CLEANUP(hyphen_free_cleanup) struct hyphen *hyphen = calloc(1, sizeof *hyphen);
    if (hyphen == NULL) {
        return err_nomem(err, "hyphen_new");
    }
    hyphen->dict = hnj_hyphen_load(path);
    if (hyphen->dict == NULL) {
        return err_set(err, ERR_INVALID, "%s is no file of hyphenation patterns", path);
    }
    *ret_hyphen = TAKE_PTR(hyphen);
    return ERR_OK;
}

void hyphen_free(struct hyphen *hyphen)
{
    if (hyphen != NULL) {
        if (hyphen->dict != NULL) {
            hnj_hyphen_free(hyphen->dict);
        }
        free(hyphen);
    }
}

static bool is_plain(const char *form, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (form[i] < 'a' || form[i] > 'z') {
            return false;
        }
    }
    return true;
}

uint64_t hyphen_points(const struct hyphen *hyphen, const char *form, size_t len)
{
    if (hyphen == NULL || len < 2 || len > HYPHEN_WORD_MAX || !is_plain(form, len)) {
        return UINT64_MAX;
    }
    char word[HYPHEN_WORD_MAX + 1], marks[HYPHEN_WORD_MAX + 5] = "";
    memcpy(word, form, len);
    word[len] = '\0'; /* libhyphen searches it as a string, its length notwithstanding */
    char **rep = NULL; /* Dutch patterns have no spelling changes; libhyphen wants the pointers all the same */
    int *pos = NULL, *cut = NULL;
    if (hnj_hyphen_hyphenate2(hyphen->dict, word, (int)len, marks, NULL, &rep, &pos, &cut) != 0) {
        return UINT64_MAX;
    }
    if (rep != NULL) {
        for (size_t i = 0; i < len; i++) {
            free(rep[i]);
        }
    }
    free(rep);
    free(pos);
    free(cut);
    uint64_t points = 0;
    for (size_t i = 0; i + 1 < len; i++) {
        if (marks[i] & 1) {
            points |= UINT64_C(1) << (i + 1);
        }
    }
    return points;
}

#else /* without libhyphen */

enum err_code hyphen_new(const char *path, struct hyphen **ret_hyphen, struct err *err)
{
    (void)path;
    (void)err;
    *ret_hyphen = NULL;
    return ERR_OK;
}

void hyphen_free(struct hyphen *hyphen)
{
    (void)hyphen;
}

uint64_t hyphen_points(const struct hyphen *hyphen, const char *form, size_t len)
{
    (void)hyphen;
    (void)form;
    (void)len;
    return UINT64_MAX;
}

#endif
