/* verify.c - whether all of an index is as it was published. */
#include "indexer/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/io.h"
#include "indexer/ledger.h"
#include "indexer/progress.h"
#include "text/generation.h"

#define SHOW_EVERY_US 200000

struct verify {
    const struct verify_options *options;
    struct progress progress;        /* for its events */
    struct generation *generations;  /* newest first, without dead lists */
    size_t count, capacity;
    uint64_t *numbers;               /* of the manifests that are there, newest first */
    size_t number_count, number_capacity;
    struct ledger *ledger;           /* NULL: it cannot be opened, see ledger_err */
    struct err ledger_err;
    uint64_t earlier[LEDGER_KEEP_MAX]; /* what can be gone back to, newest first */
    size_t earlier_count;
    uint64_t published;
    bool current_sound;
    struct digest seal;              /* in `current`, when that is sound */
    uint64_t files, bytes, total_bytes, damaged;
    bool published_damaged, ledger_damaged, ledger_sound;
    bool bound_to_source;            /* damage that --reanalyse cannot mend: texts, document data, manifests, dead lists */
    uint64_t sound;                  /* the newest earlier generation without damage; 0: none */
    int64_t shown_us;
};

/* ---- Telling ------------------------------------------------------------------------------ */

static void show(struct verify *verify)
{
    int64_t now = io_now_us();
    if (now - verify->shown_us < SHOW_EVERY_US || verify->options->quiet || verify->options->json || !isatty(STDERR_FILENO)) {
        return;
    }
    verify->shown_us = now;
    fprintf(stderr, "\r\033[Kchecking: %3.0f%% of %.1f MB",
            verify->total_bytes > 0 ? 100.0 * (double)verify->bytes / (double)verify->total_bytes : 0.0,
            (double)verify->total_bytes / 1e6);
    fflush(stderr);
}

static void unshow(struct verify *verify)
{
    if (verify->shown_us > 0) {
        fputs("\r\033[K", stderr);
        verify->shown_us = 0;
    }
}

/* Something is damaged: a file, by its path in the index, and the generations that need it, newest first. */
static void tell(struct verify *verify, const char *path, const uint64_t *needed_by, size_t count, const char *what)
{
    struct json_writer json;
    struct buf line;
    verify->damaged++;
    unshow(verify);
    if (progress_event_begin(&verify->progress, &json, &line, "damaged")) {
        jw_key_str(&json, "file", path);
        jw_key(&json, "generations");
        jw_begin_array(&json);
        for (size_t i = 0; i < count; i++) {
            jw_int(&json, (int64_t)needed_by[i]);
        }
        jw_end_array(&json);
        jw_key_str(&json, "reason", what);
        progress_event_end(&json, &line);
        return;
    }
    printf("damaged: %s", path);
    for (size_t i = 0; i < count; i++) {
        printf("%s%" PRIu64, i == 0 ? " (needed by generation " : ", ", needed_by[i]);
    }
    printf("%s: %s\n", count > 0 ? ")" : "", what);
}

/* ---- Which generations -------------------------------------------------------------------- */

static int newest_first(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? 1 : a > b ? -1 : 0;
}

/* The numbers of the manifests that are there. */
static enum err_code list_numbers(struct verify *verify, struct err *err)
{
    AUTO_FREE char *folder = io_join(verify->options->directory, SCHEMA_GENERATIONS);
    AUTO_CLOSEDIR DIR *dir = folder != NULL ? opendir(folder) : NULL;
    if (dir == NULL) {
        return folder == NULL ? err_nomem(err, "verify")
            : errno == ENOENT ? ERR_OK : err_errno(err, errno, "cannot list %s", folder);
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        uint64_t number;
        char rest;
        if (sscanf(entry->d_name, "%" SCNu64 "%c", &number, &rest) != 1) {
            continue;
        }
        if (mem_grow(&verify->numbers, &verify->number_capacity, verify->number_count, sizeof *verify->numbers) != 0) {
            return err_nomem(err, "verify");
        }
        verify->numbers[verify->number_count++] = number;
    }
    if (verify->number_count > 0) {
        qsort(verify->numbers, verify->number_count, sizeof *verify->numbers, newest_first);
    }
    return ERR_OK;
}

/* A disk that fails to read is damage, too. */
static bool is_damage(enum err_code code)
{
    return code == ERR_CORRUPT || code == ERR_NOT_FOUND || code == ERR_VERSION || code == ERR_IO;
}

/* Opens the ledger and asks it what can be gone back to. */
static void ask_ledger(struct verify *verify)
{
    if (ledger_open(verify->options->directory, false, &verify->ledger, &verify->ledger_err) == ERR_OK) {
        ledger_earlier(verify->ledger, verify->earlier, &verify->earlier_count, NULL);
    }
}

/* Whether the ledger, asked again, still names the generation as one to go back to: then its manifest has to be there. */
static bool is_still_kept(struct verify *verify, uint64_t number)
{
    if (verify->ledger != NULL && ledger_earlier(verify->ledger, verify->earlier, &verify->earlier_count, NULL) != ERR_OK) {
        return false;
    }
    bool kept = false;
    for (size_t i = 0; i < verify->earlier_count; i++) {
        kept = kept || verify->earlier[i] == number;
    }
    return kept;
}

/* Finds out which generation is published: by `current`, or when that is damaged by the ledger. */
static enum err_code find_published(struct verify *verify, struct err *err)
{
    const char *directory = verify->options->directory;
    struct err problem = ERR_INIT;
    enum err_code code = generation_current_seal(directory, &verify->published, &verify->seal, &problem);
    verify->current_sound = code == ERR_OK;
    if (code == ERR_OK) {
        return ERR_OK;
    }
    if (code == ERR_NOT_FOUND && verify->number_count == 0) {
        return err_set(err, code, "%s", problem.text);
    }
    if (!is_damage(code)) {
        return err_set(err, code, "%s", problem.text);
    }
    tell(verify, SCHEMA_CURRENT, NULL, 0, code == ERR_NOT_FOUND ? "it is missing" : problem.text);
    verify->published_damaged = true;
    verify->published = verify->ledger != NULL ? ledger_generation(verify->ledger)
        : verify->number_count > 0 ? verify->numbers[0] : 0;
    return ERR_OK;
}

/* Loads one; what is wrong with its manifest is told. */
static enum err_code load(struct verify *verify, uint64_t number, struct err *err)
{
    char path[GENERATION_PATH_MAX];
    snprintf(path, sizeof path, "%s/%" PRIu64, SCHEMA_GENERATIONS, number);
    if (mem_grow(&verify->generations, &verify->capacity, verify->count, sizeof *verify->generations) != 0) {
        return err_nomem(err, "verify");
    }
    struct err problem = ERR_INIT;
    struct generation *generation = &verify->generations[verify->count];
    enum err_code code = generation_load_manifest(verify->options->directory, number, generation, &problem);
    if (code == ERR_NOT_FOUND && number != verify->published && !is_still_kept(verify, number)) {
        return ERR_OK; /* a run has removed it meanwhile */
    }
    if (is_damage(code)) {
        tell(verify, path, &number, 1, code == ERR_NOT_FOUND ? "it is missing" : problem.text);
        verify->published_damaged = verify->published_damaged || number == verify->published;
        verify->bound_to_source = verify->bound_to_source || number == verify->published;
        return ERR_OK;
    }
    if (code != ERR_OK) {
        return err_set(err, code, "%s", problem.text);
    }
    verify->count++;
    verify->files++; /* the manifest */
    if (number == verify->published && verify->current_sound && !digest_equal(&generation->seal, &verify->seal)) {
        tell(verify, SCHEMA_CURRENT, &number, 1, "it names another manifest than the one that is there");
        verify->published_damaged = true;
    }
    return ERR_OK;
}

/* All that are to be checked: not those that are kept for readers only, nor later ones, which are not complete. */
static enum err_code load_all(struct verify *verify, struct err *err)
{
    uint64_t only = verify->options->generation;
    enum err_code code = list_numbers(verify, err);
    ask_ledger(verify);
    if (code == ERR_OK) {
        code = find_published(verify, err);
    }
    if (code == ERR_OK && only == 0 && verify->published > 0) {
        code = load(verify, verify->published, err);
    }
    bool by_ledger = verify->ledger != NULL;
    size_t count = by_ledger ? verify->earlier_count : verify->number_count, there = 0;
    uint64_t wanted[LEDGER_KEEP_MAX];
    for (size_t i = 0; i < count && i < LEDGER_KEEP_MAX; i++) {
        wanted[i] = by_ledger ? verify->earlier[i] : verify->numbers[i];
    }
    for (size_t i = 0; i < count && i < LEDGER_KEEP_MAX && code == ERR_OK && only == 0; i++) {
        code = wanted[i] < verify->published ? load(verify, wanted[i], err) : ERR_OK;
    }
    for (size_t i = 0; i < verify->number_count; i++) {
        there += verify->numbers[i] == only;
    }
    if (code == ERR_OK && only != 0) {
        code = there > 0 || only == verify->published ? load(verify, only, err)
            : err_set(err, ERR_INVALID, "%s has no generation %" PRIu64, verify->options->directory, only);
    }
    return code;
}

/* ---- Files -------------------------------------------------------------------------------- */

static enum err_code tick(void *context, size_t len, struct err *err)
{
    struct verify *verify = context;
    (void)err;
    verify->bytes += len;
    show(verify);
    return ERR_OK;
}

/* Whether a generation before this one lists the file too: then it has been checked. */
static bool is_checked(const struct verify *verify, size_t index, const struct generation_file *file)
{
    for (size_t i = 0; i < index; i++) {
        const struct generation_file *other = generation_find_file(&verify->generations[i], file->path);
        if (other != NULL && other->size == file->size && digest_equal(&other->digest, &file->digest)) {
            return true;
        }
    }
    return false;
}

/* Tells of a damaged file, unless a run has removed all the generations that needed it. */
static enum err_code tell_file(struct verify *verify, const struct generation_file *file, const char *what, bool *spoilt,
                               struct err *err)
{
    AUTO_FREE uint64_t *needed_by = calloc(verify->count, sizeof *needed_by);
    size_t count = 0;
    if (needed_by == NULL) {
        return err_nomem(err, "verify");
    }
    for (size_t i = 0; i < verify->count; i++) {
        char path[4096];
        const struct generation *generation = &verify->generations[i];
        snprintf(path, sizeof path, "%s/%s/%" PRIu64, verify->options->directory, SCHEMA_GENERATIONS, generation->number);
        if (generation_find_file(generation, file->path) != NULL && io_exists(path)) {
            needed_by[count++] = generation->number;
            spoilt[i] = true;
            if (generation->number == verify->published) {
                verify->published_damaged = true;
                verify->bound_to_source = verify->bound_to_source || !generation_can_make(file);
            }
        }
    }
    if (count > 0) {
        tell(verify, file->path, needed_by, count, what);
    }
    return ERR_OK;
}

static enum err_code check_files(struct verify *verify, struct err *err)
{
    AUTO_FREE bool *spoilt = calloc(verify->count + 1, sizeof *spoilt);
    if (spoilt == NULL) {
        return err_nomem(err, "verify");
    }
    for (size_t i = 0; i < verify->count; i++) {
        for (size_t k = 0; k < verify->generations[i].file_count; k++) {
            const struct generation_file *file = &verify->generations[i].files[k];
            verify->total_bytes += is_checked(verify, i, file) ? 0 : file->size;
        }
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < verify->count && code == ERR_OK; i++) {
        const struct generation *generation = &verify->generations[i];
        for (size_t k = 0; k < generation->file_count && code == ERR_OK; k++) {
            const struct generation_file *file = &generation->files[k];
            struct err problem = ERR_INIT;
            if (is_checked(verify, i, file)) {
                continue;
            }
            verify->files++;
            code = generation_check_file(verify->options->directory, file, UINT64_MAX, tick, verify, &problem);
            if (is_damage(code)) {
                code = tell_file(verify, file, problem.text, spoilt, err);
            } else if (code != ERR_OK) {
                err_set(err, code, "%s", problem.text);
            }
        }
    }
    for (size_t i = verify->count; i-- > 0;) {
        uint64_t number = verify->generations[i].number;
        verify->sound = !spoilt[i] && number < verify->published && is_still_kept(verify, number) ? number : verify->sound;
    }
    unshow(verify);
    return code;
}

/* ---- The ledger, and what to do ----------------------------------------------------------- */

/* Anything but ERR_OK: it could not be looked at. */
static enum err_code check_ledger(struct verify *verify, struct err *err)
{
    AUTO_FREE char *path = io_join(verify->options->directory, SCHEMA_LEDGER);
    struct err problem = verify->ledger_err;
    enum err_code code = verify->ledger != NULL ? ledger_check(verify->ledger, &problem) : problem.code;
    if (code == ERR_OK && verify->current_sound && ledger_generation(verify->ledger) < verify->published) {
        CLEANUP(ledger_free_cleanup) struct ledger *now = NULL; /* a run may have published after it was opened */
        code = ledger_open(verify->options->directory, false, &now, &problem);
        if (code == ERR_OK && ledger_generation(now) < verify->published) {
            code = err_set(&problem, ERR_CORRUPT, "it is of generation %" PRIu64 ", older than the index", ledger_generation(now));
        }
    }
    bool missing = code == ERR_NOT_FOUND && path != NULL && !io_exists(path);
    verify->ledger_sound = code == ERR_OK;
    if (missing || code == ERR_CORRUPT || code == ERR_VERSION) {
        verify->ledger_damaged = true;
        tell(verify, SCHEMA_LEDGER, NULL, 0, missing ? "it is missing" : problem.text);
        return ERR_OK;
    }
    return code == ERR_OK ? ERR_OK : err_set(err, ERR_IO, "the ledger cannot be looked at (may it be read, and %s written?): %s",
                                             verify->options->directory, problem.text);
}

/* What helps, as text. */
static void advise(const struct verify *verify, struct buf *out)
{
    const char *directory = verify->options->directory;
    if (verify->ledger_damaged) {
        buf_printf(out, "Searching goes on as before, but nothing can be added: put back ledger.db from the backup that was made "
                   "with this generation, or index again into a new directory.");
    } else if (!verify->published_damaged) {
        buf_printf(out, "The published generation is sound: searching goes on as before. The damaged earlier one goes when later "
                   "runs publish; do not go back to it.");
    } else if (!verify->current_sound && verify->damaged == 1) {
        buf_printf(out, "The generation itself is sound: any run of naslag-index on %s writes the file anew.", directory);
    } else {
        if (verify->sound > 0) {
            buf_printf(out, "Generation %" PRIu64 " is sound: naslag-index --index %s --rollback --generation %" PRIu64
                       " publishes it again, and the next run takes in what has changed since. ", verify->sound, directory,
                       verify->sound);
        }
        if (!verify->bound_to_source) {
            buf_printf(out, "The texts are sound: naslag-index --index %s --reanalyse makes what is damaged again. ", directory);
        }
        buf_printf(out, "Or put back a backup of the whole directory, or index again into a new directory.");
    }
    buf_printf(out, " Then look for the cause: a disk that damages one file damages more.");
}

static void conclude(struct verify *verify)
{
    AUTO_BUF struct buf advice;
    buf_init(&advice, 16384);
    struct json_writer json;
    struct buf line;
    if (verify->damaged > 0) {
        advise(verify, &advice);
    }
    if (progress_event_begin(&verify->progress, &json, &line, "verified")) {
        jw_key_bool(&json, "sound", verify->damaged == 0 && verify->ledger_sound);
        jw_key_int(&json, "generation", (int64_t)verify->published);
        jw_key_bool(&json, "published_sound", !verify->published_damaged);
        jw_key_int(&json, "generations", (int64_t)verify->count);
        jw_key_int(&json, "files", (int64_t)verify->files);
        jw_key_int(&json, "bytes", (int64_t)verify->bytes);
        jw_key_int(&json, "damaged", (int64_t)verify->damaged);
        if (advice.len > 0) {
            jw_key_str(&json, "advice", advice.data);
        }
        progress_event_end(&json, &line);
    } else if (verify->damaged > 0) {
        printf("%s\n", advice.data != NULL ? advice.data : "");
    } else if (!verify->options->quiet) {
        printf("sound: generation %" PRIu64 " and %zu before it, %" PRIu64 " files, %.1f MB%s\n", verify->published,
               verify->count > 0 ? verify->count - 1 : 0, verify->files, (double)verify->bytes / 1e6,
               verify->ledger_sound ? ", and the ledger" : "");
    }
}

enum err_code verify_run(const struct verify_options *options, struct err *err)
{
    struct verify verify = { .options = options };
    progress_init(&verify.progress, options->quiet, options->json);
    enum err_code code = load_all(&verify, err);
    if (code == ERR_OK) {
        code = check_files(&verify, err);
    }
    if (code == ERR_OK) {
        code = check_ledger(&verify, err);
        conclude(&verify);
        if (verify.damaged > 0) {
            code = err_set(err, ERR_CORRUPT, "%s is damaged: %" PRIu64 " of its files are not as they were published",
                           options->directory, verify.damaged);
        }
    }
    for (size_t i = 0; i < verify.count; i++) {
        generation_done(&verify.generations[i]);
    }
    ledger_free(verify.ledger);
    free(verify.generations);
    free(verify.numbers);
    return code;
}
