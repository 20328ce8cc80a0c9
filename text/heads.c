/* heads.c - lines that a document repeats because of its layout.
 *
 * Lines are known by hashes of 64 bits: of the line as it is, and of the line with each number replaced.  Lists are found by
 * hashes of windows of LIST_LINES lines; a window whose lines are all different cannot overlap itself, so occurrences can simply be
 * counted, and a longer list is a run of windows.
 */
#include "text/heads.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

#define LINES_MOST ((size_t)1 << 20)
#define LIST_LINES 5         /* lines of a list, at least */
#define LIST_LETTERS 40      /* letters in them, at least */
#define LIST_ENDED_MOST 0    /* of them may end like a sentence */
#define LIST_ITEMS_MOST 3    /* of them may be items of an enumeration */
#define LIST_BYTES_MOST 160  /* of a line in it */
#define LOOK_BACK 16         /* earlier occurrences of a line that are looked at */
#define REPEATS_LEAST 3      /* occurrences, the first included */
#define EDGE_LINES 3         /* lines of a page that may be its head, or its foot */
#define HEAD_BYTES_MOST 200
#define HEAD_LETTERS 6
#define PAGE_LINES_LEAST 6   /* a page with fewer lines has no middle */
#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

enum edge { EDGE_NONE, EDGE_TOP, EDGE_BOTTOM, EDGE_LIST };

/* A line with text. */
struct line {
    uint32_t start, end;  /* with its line end, and without blanks around it in the hashes */
    uint32_t page;        /* from 1; 0 without pages */
    uint32_t letters;
    uint64_t hash, key;   /* as it is; with numbers replaced */
    uint32_t number;      /* the last one in it */
    uint8_t numbers;      /* how many, 255 for more */
    uint8_t edge;         /* enum edge */
    bool ended, table;    /* ends in . ; : ,    has cells, or is a heading in mark-up */
    bool item;            /* begins with a bullet or a dash */
    bool words;           /* two words or more */
    bool in_list;         /* of any occurrence of a list */
    bool repeat;
};

struct lines {
    struct line *items;
    size_t count, capacity;
};

/* Counts of hashes: open addressing, linear probing; a slot without a count is free. */
struct slot {
    uint64_t hash;
    uint32_t first, count; /* the first line, and how many */
};
struct table {
    struct slot *slots;
    size_t mask;
};

static uint64_t hash_on(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * FNV_PRIME;
}

static enum err_code table_new(struct table *table, size_t count, struct err *err)
{
    table->mask = 15;
    while (table->mask < 2 * count) {
        table->mask = 2 * table->mask + 1;
    }
    table->slots = calloc(table->mask + 1, sizeof *table->slots);
    return table->slots != NULL ? ERR_OK : err_nomem(err, "heads_find");
}

static struct slot *slot_of(const struct table *table, uint64_t hash)
{
    size_t at = (size_t)(hash ^ hash >> 29) & table->mask;
    while (table->slots[at].count != 0 && table->slots[at].hash != hash) {
        at = (at + 1) & table->mask;
    }
    return &table->slots[at];
}

static void count_hash(const struct table *table, uint64_t hash, uint32_t line)
{
    struct slot *slot = slot_of(table, hash);
    if (slot->count++ == 0) {
        slot->hash = hash;
        slot->first = line;
    }
}

/* ---- Lines -------------------------------------------------------------------------------- */

static bool is_blank(unsigned char byte)
{
    return byte <= ' ';
}

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Hashes, letters, words and numbers of the line's text, [from, to). */
static void read_line(const char *text, size_t from, size_t to, struct line *line)
{
    bool in_word = false, blank = false;
    unsigned words = 0;
    line->hash = line->key = FNV_START;
    if (to - from > HEAD_BYTES_MOST) { /* no head and in no list: need not be known again */
        line->hash = line->key = hash_on(hash_on(FNV_START, from), to);
        line->letters = HEAD_BYTES_MOST;
        words = 2;
    }
    for (size_t at = from; at < to && to - from <= HEAD_BYTES_MOST; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (is_blank(byte)) {
            blank = true; /* any white space is one blank */
            in_word = false;
            continue;
        }
        if (blank) {
            line->hash = hash_on(line->hash, ' ');
            line->key = hash_on(line->key, ' ');
            blank = false;
        }
        line->hash = hash_on(line->hash, byte);
        if (is_digit(byte)) {
            bool new_number = at == from || !is_digit((unsigned char)text[at - 1]);
            line->numbers += new_number && line->numbers < UINT8_MAX;
            line->number = new_number ? 0 : line->number;
            line->number = line->number < 100000000 ? line->number * 10 + (uint32_t)(byte - '0') : line->number;
            if (new_number) {
                line->key = hash_on(line->key, '0');
            }
            in_word = false;
            continue;
        }
        line->key = hash_on(line->key, byte);
        bool letter = byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        words += letter && !in_word;
        in_word = letter;
        line->letters += letter && (byte & 0xC0) != 0x80;
        line->table = line->table || byte == '|';
    }
    line->words = words >= 2;
    line->ended = strchr(".;:,", text[to - 1]) != NULL;
    line->table = line->table || memchr(text + from, '\t', to - from) != NULL;
    line->item = text[from] == '*' || text[from] == '-' || (to - from > 2 && memcmp(text + from, "\xE2\x80", 2) == 0)
        || (to - from > 2 && memcmp(text + from, "\xE2\x88\x92", 3) == 0); /* dashes and bullets; the minus sign */
}

/* A cell's tab parts two texts; the tab behind a list's number or bullet does not make a row of a table. */
static bool is_row(const char *text, size_t from, size_t to)
{
    unsigned cells = 0;
    bool inside = false;
    size_t letters = 0;
    for (size_t at = from; at < to; at++) {
        if (text[at] == '\t') {
            inside = false;
            letters = 0;
        } else if ((text[at] >= 'a' && text[at] <= 'z') || (text[at] >= 'A' && text[at] <= 'Z')) {
            letters++;
            cells += letters >= 2 && !inside;
            inside = inside || letters >= 2;
        }
    }
    return memchr(text + from, '|', to - from) != NULL || cells > 1;
}

static enum err_code read_lines(const char *text, size_t len, const uint32_t *pages, size_t page_count, struct lines *lines,
                                struct err *err)
{
    uint32_t page = 0;
    for (size_t at = 0; at < len && lines->count < LINES_MOST;) {
        const char *newline = memchr(text + at, '\n', len - at);
        size_t end = newline != NULL ? (size_t)(newline - text) : len, from = at, to = end;
        while (page < page_count && pages[page] <= at) {
            page++;
        }
        while (from < to && is_blank((unsigned char)text[from])) {
            from++;
        }
        while (to > from && is_blank((unsigned char)text[to - 1])) {
            to--;
        }
        if (from < to) {
            if (mem_grow(&lines->items, &lines->capacity, lines->count, sizeof *lines->items) != 0) {
                return err_nomem(err, "heads_find");
            }
            struct line *line = &lines->items[lines->count++];
            *line = (struct line){ .start = (uint32_t)at, .end = (uint32_t)(end + (newline != NULL)), .page = page };
            read_line(text, from, to, line);
            line->table = text[from] == '#' || (line->table && is_row(text, from, to));
        }
        at = end + 1;
    }
    return ERR_OK;
}

/* ---- Lists -------------------------------------------------------------------------------- */

/* Whether LIST_LINES lines may be (part of) a list, and their hash. */
static bool window_hash(const struct line *lines, uint64_t *ret_hash)
{
    uint64_t hash = FNV_START;
    uint32_t letters = 0, ended = 0, items = 0;
    for (size_t i = 0; i < LIST_LINES; i++) {
        for (size_t k = 0; k < i; k++) {
            if (lines[i].key == lines[k].key) {
                return false;
            }
        }
        if (lines[i].table || lines[i].letters == 0 || lines[i].end - lines[i].start > LIST_BYTES_MOST) {
            return false;
        }
        letters += lines[i].letters;
        ended += lines[i].ended;
        items += lines[i].item;
        hash = hash_on(hash ^ hash >> 31, lines[i].hash);
    }
    *ret_hash = hash;
    return letters >= LIST_LETTERS && ended <= LIST_ENDED_MOST && items <= LIST_ITEMS_MOST;
}

/* A list that goes on as an earlier one did is as long as that: contents are often opened at the chapter they stand in, so that the
 * end of a list stands fewer times than its beginning. */
static enum err_code extend_lists(struct lines *lines, struct err *err)
{
    struct line *items = lines->items;
    struct table table;
    AUTO_FREE uint32_t *earlier = malloc(lines->count * sizeof *earlier); /* the line before with the same text, or itself */
    if (earlier == NULL) {
        return err_nomem(err, "heads_find");
    }
    enum err_code code = table_new(&table, lines->count, err);
    if (code != ERR_OK) {
        return code;
    }
    for (size_t i = 0; i < lines->count; i++) {
        struct slot *slot = slot_of(&table, items[i].hash);
        earlier[i] = slot->count > 0 ? slot->first : (uint32_t)i;
        *slot = (struct slot){ items[i].hash, (uint32_t)i, 1 };
    }
    for (size_t i = 0; i + 1 < lines->count; i++) {
        struct line *next = &items[i + 1];
        if (!items[i].repeat || next->repeat || next->ended || next->table || next->end - next->start > LIST_BYTES_MOST) {
            continue;
        }
        uint32_t before = earlier[i];
        for (size_t looked = 0; looked < LOOK_BACK && before < i && items[before + 1].hash != next->hash; looked++) {
            before = earlier[before] < before ? earlier[before] : (uint32_t)i;
        }
        if (before < i && before + 1 < i + 1 && items[before].in_list && items[before + 1].hash == next->hash) {
            next->repeat = next->in_list = items[before + 1].in_list = true;
        }
    }
    free(table.slots);
    return ERR_OK;
}

static enum err_code find_lists(struct lines *lines, struct err *err)
{
    struct table table;
    uint64_t hash;
    size_t windows = lines->count >= LIST_LINES ? lines->count - LIST_LINES + 1 : 0;
    if (windows == 0) {
        return ERR_OK;
    }
    enum err_code code = table_new(&table, windows, err);
    if (code != ERR_OK) {
        return code;
    }
    for (size_t i = 0; i < windows; i++) {
        if (window_hash(lines->items + i, &hash)) {
            count_hash(&table, hash, (uint32_t)i);
        }
    }
    for (size_t i = 0; i < windows; i++) {
        if (!window_hash(lines->items + i, &hash)) {
            continue;
        }
        const struct slot *slot = slot_of(&table, hash);
        for (size_t k = 0; k < LIST_LINES && slot->count >= REPEATS_LEAST; k++) {
            lines->items[i + k].in_list = true;
            lines->items[i + k].repeat = lines->items[i + k].repeat || slot->first != i;
        }
    }
    free(table.slots);
    return extend_lists(lines, err);
}

/* ---- Heads and feet ----------------------------------------------------------------------- */

/* Marks what stands at the edges of pages, and beside lists. */
static void find_edges(struct lines *lines)
{
    struct line *items = lines->items;
    for (size_t start = 0, end; start < lines->count; start = end) {
        for (end = start; end < lines->count && items[end].page == items[start].page; end++) {
        }
        bool page = items[start].page > 0 && end - start >= PAGE_LINES_LEAST;
        for (size_t i = 0; page && i < EDGE_LINES; i++) {
            items[start + i].edge = EDGE_TOP;
            items[end - 1 - i].edge = EDGE_BOTTOM;
        }
    }
    for (size_t i = 0; i < lines->count; i++) {
        bool beside = (i > 0 && items[i - 1].in_list) || (i + 1 < lines->count && items[i + 1].in_list);
        if (beside && !items[i].in_list && items[i].edge == EDGE_NONE) {
            items[i].edge = EDGE_LIST;
        }
    }
}

static bool may_be_head(const struct line *line)
{
    return line->words && line->letters >= HEAD_LETTERS && !line->table && !line->ended
        && line->end - line->start <= HEAD_BYTES_MOST && !line->repeat;
}

/* A line that may be a head, to be sorted by key and place. */
struct candidate {
    uint64_t key;
    uint32_t line;
};

static int by_key(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Whether a number that was `from` on one page is a page number `pages` further on.  Pages without a number of their own, or that
 * were not recognised, make the number run ahead; it cannot stay behind by much. */
static bool grows_as_pages(uint32_t from, uint32_t to, uint32_t pages)
{
    if (to <= from) {
        return false;
    }
    uint32_t grown = to - from, slack = 1 + pages / 4;
    return grown + slack >= pages && grown <= pages + slack + pages / 2;
}

/* Whether the last number of each line grows as the pages do. */
static bool all_grow(const struct line *lines, const struct candidate *group, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct line *before = &lines[group[i - 1].line], *line = &lines[group[i].line];
        if (line->page > 0 ? !grows_as_pages(before->number, line->number, line->page - before->page)
                           : line->number <= before->number) {
            return false;
        }
    }
    return lines[group[0].line].numbers > 0;
}

/* Whether the lines are the same and stand on a good part of the pages between the first and the last, at one edge. */
static bool all_same(const struct line *lines, const struct candidate *group, size_t count)
{
    const struct line *first = &lines[group[0].line], *last = &lines[group[count - 1].line];
    for (size_t i = 1; i < count; i++) {
        const struct line *line = &lines[group[i].line];
        if (line->hash != first->hash || line->edge != first->edge || line->page == lines[group[i - 1].line].page) {
            return false;
        }
    }
    return first->page > 0 && 3 * count >= last->page - first->page + 1;
}

/* Marks the lines of one key when they are a head.  Lines elsewhere on a page count when their number fits in. */
static void judge_group(const struct lines *lines, struct candidate *group, size_t count)
{
    size_t edges = 0;
    for (size_t i = 0; i < count; i++) {
        edges += lines->items[group[i].line].edge != EDGE_NONE;
    }
    if (edges < REPEATS_LEAST) {
        return;
    }
    if (!all_grow(lines->items, group, count)) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            if (lines->items[group[i].line].edge != EDGE_NONE) {
                group[kept++] = group[i];
            }
        }
        count = kept;
        if (!all_grow(lines->items, group, count) && !all_same(lines->items, group, count)) {
            return;
        }
    }
    for (size_t i = 1; i < count; i++) {
        lines->items[group[i].line].repeat = true;
    }
}

static enum err_code find_heads(struct lines *lines, struct err *err)
{
    AUTO_FREE struct candidate *candidates = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < lines->count; i++) {
        if (may_be_head(&lines->items[i])) {
            if (mem_grow(&candidates, &capacity, count, sizeof *candidates) != 0) {
                return err_nomem(err, "heads_find");
            }
            candidates[count++] = (struct candidate){ lines->items[i].key, (uint32_t)i };
        }
    }
    if (count > 0) {
        qsort(candidates, count, sizeof *candidates, by_key);
    }
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && candidates[end].key == candidates[start].key; end++) {
        }
        judge_group(lines, candidates + start, end - start);
    }
    return ERR_OK;
}

/* ---- Ranges ------------------------------------------------------------------------------- */

static enum err_code add_ranges(const struct lines *lines, struct text_ranges *ranges, struct err *err)
{
    bool joins = false; /* the line before was taken too: blank lines between go along */
    for (size_t i = 0; i < lines->count; joins = lines->items[i].repeat, i++) {
        const struct line *line = &lines->items[i];
        if (!line->repeat) {
            continue;
        }
        if (joins || (ranges->count > 0 && ranges->items[ranges->count - 1].end == line->start)) {
            ranges->items[ranges->count - 1].end = line->end;
            continue;
        }
        if (mem_grow(&ranges->items, &ranges->capacity, ranges->count, sizeof *ranges->items) != 0) {
            return err_nomem(err, "heads_find");
        }
        ranges->items[ranges->count++] = (struct text_range){ line->start, line->end };
    }
    return ERR_OK;
}

enum err_code heads_find(const char *text, size_t len, const uint32_t *pages, size_t page_count, struct text_ranges *ranges,
                         struct err *err)
{
    struct lines lines = { 0 };
    if (len >= UINT32_MAX) {
        return err_set(err, ERR_INVALID, "a text of %zu bytes is too long to look for running heads", len);
    }
    enum err_code code = read_lines(text, len, pages, page_count, &lines, err);
    if (code == ERR_OK) {
        code = find_lists(&lines, err);
    }
    if (code == ERR_OK) {
        find_edges(&lines);
        code = find_heads(&lines, err);
    }
    if (code == ERR_OK) {
        code = add_ranges(&lines, ranges, err);
    }
    free(lines.items);
    return code;
}
