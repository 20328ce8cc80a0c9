/* editor.c - reading the editor's file and finding words in it. */
#include "text/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/utf8.h"
#include "text/inflect.h"
#include "text/token.h"

#define KEY_CLASS 'C'     /* a class of inflection (of single words) */
#define KEY_WORDS 'W'     /* folded words */
#define KEY_FORBIDDEN 'F' /* the brief form of a forbidden row */

struct editor_entry {
    char key[ABBREV_LONG_MAX + 2]; /* a letter above, then folded; NUL-terminated */
    uint32_t row;
    uint32_t member;
};

/* ---- Reading ------------------------------------------------------------------------------ */

static void add_problem(struct editor *editor, uint32_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void add_problem(struct editor *editor, uint32_t line, const char *format, ...)
{
    if (editor->problem_count < EDITOR_PROBLEMS_MAX) {
        struct editor_problem *problem = &editor->problems[editor->problem_count];
        va_list args;
        va_start(args, format);
        problem->line = line;
        vsnprintf(problem->text, sizeof problem->text, format, args);
        va_end(args);
    }
    editor->problem_count++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *len)
{
    while (*len > 0 && is_blank(**text)) {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && is_blank((*text)[*len - 1])) {
        (*len)--;
    }
}

/* Folds the words of a member; 0 when it has none, SIZE_MAX when there are too many or they are too long. */
static size_t fold_words(const char *text, size_t len, char out[ABBREV_LONG_MAX + 1])
{
    struct tokenizer tokenizer;
    struct token token;
    size_t used = 0, count = 0;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        if (token.form_len == 0) {
            continue;
        }
        if (++count > ABBREV_WORDS_MAX || used + (used > 0) + token.form_len > ABBREV_LONG_MAX) {
            return SIZE_MAX;
        }
        if (used > 0) {
            out[used++] = ' ';
        }
        memcpy(out + used, token.form, token.form_len);
        used += token.form_len;
    }
    out[used] = '\0';
    return used;
}

static void row_done(struct editor_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        free(row->members[i].written);
        free(row->members[i].words);
    }
}

enum outcome { TAKEN, REFUSED, NO_MEMORY };

static enum outcome add_member(struct editor *editor, struct editor_row *row, const char *text, size_t len)
{
    char words[ABBREV_LONG_MAX + 1];
    trim(&text, &len);
    size_t used = len > EDITOR_WRITTEN_MAX ? SIZE_MAX : fold_words(text, len, words);
    if (used == 0) {
        add_problem(editor, row->line, "there is no word before, after or between the signs");
        return REFUSED;
    }
    if (used == SIZE_MAX) {
        add_problem(editor, row->line, "`%.*s...' is too long: at most %d words and %d bytes",
                    (int)utf8_floor(text, len, len < 40 ? len : 40), text, ABBREV_WORDS_MAX, ABBREV_LONG_MAX);
        return REFUSED;
    }
    for (size_t i = 0; i < row->count; i++) {
        if (strcmp(row->members[i].words, words) == 0) {
            add_problem(editor, row->line, "`%s' stands in it twice", words);
            return REFUSED;
        }
    }
    if (row->count == EDITOR_MEMBERS_MAX) {
        add_problem(editor, row->line, "more than %d words or names in one row", EDITOR_MEMBERS_MAX);
        return REFUSED;
    }
    struct editor_member member = { .written = strndup(text, len), .words = strdup(words), .len = used };
    row->members[row->count++] = member;
    return member.written != NULL && member.words != NULL ? TAKEN : NO_MEMORY;
}

/* Checks of a whole row. */
static bool is_sound(struct editor *editor, const struct editor_row *row)
{
    bool pair = row->kind == EDITOR_ABBREVIATION || row->kind == EDITOR_FORBIDDEN;
    if (pair && row->count > 2) {
        add_problem(editor, row->line, "more than one = in a row");
        return false;
    }
    if (pair && (row->members[0].len > ABBREV_SHORT_MAX || strchr(row->members[0].words, ' ') != NULL)) {
        add_problem(editor, row->line, "`%s' is no abbreviation: one word of at most %d bytes goes before the =",
                    row->members[0].words, ABBREV_SHORT_MAX);
        return false;
    }
    return true;
}

/* One line, without its comment. */
static enum outcome parse_row(struct editor *editor, struct editor_row *row, const char *text, size_t len)
{
    const char *end = text + len;
    char sign = '\0';
    if (len > 0 && *text == '!') {
        row->kind = EDITOR_FORBIDDEN;
        text++;
    }
    for (const char *at = text; at <= end; at++) {
        if (at < end && *at != '=' && *at != '~' && *at != '>') {
            continue;
        }
        if (at < end && sign != '\0' && *at != sign) {
            add_problem(editor, row->line, "%c and %c in one row", sign, *at);
            return REFUSED;
        }
        sign = at < end ? *at : sign;
        enum outcome outcome = add_member(editor, row, text, (size_t)(at - text));
        if (outcome != TAKEN) {
            return outcome;
        }
        text = at + 1;
    }
    if (row->kind == EDITOR_FORBIDDEN) {
        if (sign != '\0' && sign != '=') {
            add_problem(editor, row->line, "only abbreviations can be forbidden: ! AR = something");
            return REFUSED;
        }
    } else if (sign == '\0') {
        add_problem(editor, row->line, "no =, ~ or > in it");
        return REFUSED;
    } else {
        row->kind = sign == '=' ? EDITOR_ABBREVIATION : sign == '~' ? EDITOR_SYNONYM : EDITOR_SUCCESSION;
    }
    return is_sound(editor, row) ? TAKEN : REFUSED;
}

/* What is left of a line before its comment. */
static size_t without_comment(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '#' && (i == 0 || is_blank(text[i - 1]))) {
            return i;
        }
    }
    return len;
}

static enum err_code parse_line(struct editor *editor, uint32_t line, const char *text, size_t len, struct err *err)
{
    len = without_comment(text, len);
    trim(&text, &len);
    if (len == 0) {
        return ERR_OK;
    }
    if (utf8_valid_prefix(text, len) != len || memchr(text, '\0', len) != NULL) {
        add_problem(editor, line, "not valid UTF-8 text");
        return ERR_OK;
    }
    if (editor->row_count == EDITOR_ROWS_MAX) {
        add_problem(editor, line, "more than %d rows: this one is left out", EDITOR_ROWS_MAX);
        return ERR_OK;
    }
    if (mem_grow(&editor->rows, &editor->row_capacity, editor->row_count, sizeof *editor->rows) != 0) {
        return err_nomem(err, "the editor's file");
    }
    struct editor_row *row = &editor->rows[editor->row_count];
    *row = (struct editor_row){ .line = line };
    enum outcome outcome = parse_row(editor, row, text, len);
    if (outcome == TAKEN) {
        editor->row_count++;
        return ERR_OK;
    }
    row_done(row);
    return outcome == REFUSED ? ERR_OK : err_nomem(err, "the editor's file");
}

enum err_code editor_parse(const char *text, size_t len, struct editor **ret_editor, struct err *err)
{
    CLEANUP(editor_free_cleanup) struct editor *editor = calloc(1, sizeof *editor);
    if (editor == NULL) {
        return err_nomem(err, "the editor's file");
    }
    size_t at = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* a byte order mark */
    enum err_code code = ERR_OK;
    for (uint32_t line = 1; at < len && code == ERR_OK; line++) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line_len = end != NULL ? (size_t)(end - text) - at : len - at;
        code = parse_line(editor, line, text + at, line_len, err);
        at += line_len + 1;
    }
    if (code == ERR_OK) {
        *ret_editor = TAKE_PTR(editor);
    }
    return code;
}

enum err_code editor_read(const char *path, struct editor **ret_editor, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not stop a search */
    struct stat stat;
    if (fd < 0 || fstat(fd, &stat) != 0) {
        return err_errno(err, errno, "cannot read %s", path);
    }
    if (!S_ISREG(stat.st_mode) || stat.st_size > (off_t)EDITOR_BYTES_MAX) {
        return err_set(err, ERR_INVALID, "%s is no file, or larger than %u bytes", path, EDITOR_BYTES_MAX);
    }
    AUTO_BUF struct buf text;
    buf_init(&text, EDITOR_BYTES_MAX);
    enum err_code code = io_read_fd(fd, path, &text, err);
    return code == ERR_OK ? editor_parse(text.data != NULL ? text.data : "", text.len, ret_editor, err) : code;
}

void editor_free(struct editor *editor)
{
    if (editor != NULL) {
        for (size_t i = 0; i < editor->row_count; i++) {
            row_done(&editor->rows[i]);
        }
        free(editor->rows);
        free(editor->entries);
        free(editor);
    }
}

/* ---- Finding ------------------------------------------------------------------------------ */

/* Writes a key: the letter, then the text. */
static size_t make_key(char letter, const char *text, size_t len, char out[ABBREV_LONG_MAX + 2])
{
    if (len > ABBREV_LONG_MAX) {
        return 0;
    }
    out[0] = letter;
    memcpy(out + 1, text, len);
    out[len + 1] = '\0';
    return len + 1;
}

static size_t class_key(const struct words *words, const char *text, size_t len, char out[ABBREV_LONG_MAX + 2])
{
    char class[INFLECT_MAX];
    size_t class_len = inflect_class(words, text, len, class);
    return make_key(KEY_CLASS, class, class_len, out);
}

static int compare_entries(const void *left, const void *right)
{
    const struct editor_entry *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    if (order != 0) {
        return order;
    }
    return a->row != b->row ? (a->row < b->row ? -1 : 1) : (int)a->member - (int)b->member;
}

enum err_code editor_prepare(struct editor *editor, const struct words *words, struct err *err)
{
    editor->entry_count = 0;
    for (size_t i = 0; i < editor->row_count; i++) {
        const struct editor_row *row = &editor->rows[i];
        size_t findable = row->kind == EDITOR_FORBIDDEN ? 1 : row->count;
        for (size_t k = 0; k < findable; k++) {
            const struct editor_member *member = &row->members[k];
            if (mem_grow(&editor->entries, &editor->entry_capacity, editor->entry_count, sizeof *editor->entries) != 0) {
                return err_nomem(err, "the editor's file");
            }
            struct editor_entry *entry = &editor->entries[editor->entry_count++];
            *entry = (struct editor_entry){ .row = (uint32_t)i, .member = (uint32_t)k };
            if (row->kind == EDITOR_FORBIDDEN) {
                make_key(KEY_FORBIDDEN, member->words, member->len, entry->key);
            } else if (strchr(member->words, ' ') != NULL || (row->kind == EDITOR_ABBREVIATION && k == 0)) {
                make_key(KEY_WORDS, member->words, member->len, entry->key);
            } else {
                class_key(words, member->words, member->len, entry->key);
            }
        }
    }
    if (editor->entry_count > 1) {
        qsort(editor->entries, editor->entry_count, sizeof *editor->entries, compare_entries);
    }
    return ERR_OK;
}

/* The first entry that is not before the key. */
static size_t lower_bound(const struct editor *editor, const char *key)
{
    size_t low = 0, high = editor->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(editor->entries[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t find_key(const struct editor *editor, const char *key, struct editor_place *places, size_t count, size_t max)
{
    for (size_t i = lower_bound(editor, key); i < editor->entry_count && count < max; i++) {
        const struct editor_entry *entry = &editor->entries[i];
        if (strcmp(entry->key, key) != 0) {
            break;
        }
        places[count++] = (struct editor_place){ &editor->rows[entry->row], entry->member };
    }
    return count;
}

size_t editor_find(const struct editor *editor, const struct words *words, const char *text, size_t len,
                   struct editor_place *places, size_t max)
{
    char key[ABBREV_LONG_MAX + 2];
    size_t count = 0;
    if (editor == NULL || editor->entry_count == 0) {
        return 0;
    }
    if (make_key(KEY_WORDS, text, len, key) > 0) {
        count = find_key(editor, key, places, 0, max);
    }
    if (memchr(text, ' ', len) == NULL && class_key(words, text, len, key) > 0) {
        count = find_key(editor, key, places, count, max);
    }
    return count;
}

bool editor_begins(const struct editor *editor, const char *text, size_t len)
{
    char key[ABBREV_LONG_MAX + 2];
    if (editor == NULL || make_key(KEY_WORDS, text, len, key) == 0) {
        return false;
    }
    size_t at = lower_bound(editor, key);
    return at < editor->entry_count && strncmp(editor->entries[at].key, key, len + 1) == 0;
}

bool editor_forbids(const struct editor *editor, const char *brief, size_t brief_len, const char *full, size_t full_len)
{
    char key[ABBREV_LONG_MAX + 2];
    if (editor == NULL || make_key(KEY_FORBIDDEN, brief, brief_len, key) == 0) {
        return false;
    }
    for (size_t i = lower_bound(editor, key); i < editor->entry_count; i++) {
        if (strcmp(editor->entries[i].key, key) != 0) {
            break;
        }
        const struct editor_row *row = &editor->rows[editor->entries[i].row];
        if (row->count == 1
            || (row->members[1].len == full_len && memcmp(row->members[1].words, full, full_len) == 0)) {
            return true;
        }
    }
    return false;
}
