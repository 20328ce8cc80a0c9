/* snippet.c - choosing windows and writing passages. */
#include "search/snippet.h"

#include <string.h>

#include "base/html.h"
#include "text/notation.h"
#include "text/token.h"
#include "text/unicode.h"

#define WINDOW_TOKENS 32   /* hits within this many positions can share a passage */
#define APART_TOKENS 50    /* passages of hits closer than this would show the same text twice */
#define LEAD_BYTES 110     /* context before the first hit, at most */
#define PASSAGE_BYTES 300  /* whole passage, about */
#define SLACK_BYTES 60     /* more, when the sentence ends within them */
#define WEAK_SHARE 0.3     /* of a word's worth, what a compound with it gives; the word itself gives the rest */
#define REPEAT_SHARE 0.25  /* what a needle adds that an earlier passage already shows */
#define ROW_SHARE 0.3      /* of the lesser word's worth, when two words stand as they do in the query */
#define MINIMUM_SHARE 0.2  /* a further passage must be worth this much of the best */

struct window {
    size_t first, last; /* places */
    double worth;
};

/* ---- Choosing ----------------------------------------------------------------------------- */

struct chooser {
    const struct plan *plan;
    const struct places *places;
    const struct store_text *text;
    uint32_t *inside;      /* whole words in the sliding window, by needle */
    uint32_t *weak;        /* parts of compounds in it, by needle */
    const bool *shown;     /* needles that an earlier passage shows */
    double total;
};

static double needle_worth(const struct chooser *chooser, size_t needle)
{
    const struct needle *found = &chooser->plan->needles[needle];
    double weight = found->weight * (found->phrase ? 1.5 : 1.0);
    return chooser->shown[needle] ? weight * REPEAT_SHARE : weight;
}

/* What it adds that this place and the one before it stand as in the query: needles are in its order, one a word. */
static double row_worth(const struct chooser *chooser, size_t place)
{
    const struct place *here = &chooser->places->items[place], *before = here - 1;
    if (here->needle <= before->needle || here->position - before->position > (uint32_t)(here->needle - before->needle)) {
        return 0;
    }
    double one = needle_worth(chooser, before->needle), other = needle_worth(chooser, here->needle);
    return ROW_SHARE * (one < other ? one : other);
}

static void enter(struct chooser *chooser, size_t place)
{
    size_t needle = chooser->places->items[place].needle;
    double worth = needle_worth(chooser, needle);
    /* The first occurrence counts whole, or for its share when it is only a part of a compound; more of the same only breaks
     * ties. */
    uint32_t *inside = chooser->places->items[place].weak ? chooser->weak : chooser->inside;
    worth *= chooser->places->items[place].weak ? WEAK_SHARE : 1 - WEAK_SHARE;
    chooser->total += inside[needle]++ == 0 ? worth : worth * 0.02;
}

static void leave(struct chooser *chooser, size_t place)
{
    size_t needle = chooser->places->items[place].needle;
    double worth = needle_worth(chooser, needle);
    uint32_t *inside = chooser->places->items[place].weak ? chooser->weak : chooser->inside;
    worth *= chooser->places->items[place].weak ? WEAK_SHARE : 1 - WEAK_SHARE;
    chooser->total -= --inside[needle] == 0 ? worth : worth * 0.02;
}

static bool overlaps(const struct places *places, const struct window *window, size_t place)
{
    uint32_t position = places->items[place].position;
    uint32_t from = places->items[window->first].position, to = places->items[window->last].position;
    return position + APART_TOKENS >= from && position <= to + APART_TOKENS;
}

/* Whether two places have a piece of hidden text between them, which a passage with both would show. */
static bool are_parted(const struct chooser *chooser, size_t first, size_t last)
{
    const struct place *items = chooser->places->items;
    return chooser->text->hidden_count > 0
        && store_count_hidden(chooser->text, items[first].position) != store_count_hidden(chooser->text, items[last].position);
}

/* The best window that touches none of those chosen before; false when there is none. */
static bool choose(struct chooser *chooser, const struct window *taken, size_t taken_count, struct window *ret_window)
{
    const struct places *places = chooser->places;
    bool found = false;
    size_t first = 0;
    double rows = 0;
    chooser->total = 0;
    memset(chooser->inside, 0, chooser->plan->needle_count * sizeof *chooser->inside);
    memset(chooser->weak, 0, chooser->plan->needle_count * sizeof *chooser->weak);
    for (size_t last = 0; last < places->count; last++) {
        bool blocked = false;
        for (size_t i = 0; i < taken_count; i++) {
            blocked = blocked || overlaps(places, &taken[i], last);
        }
        if (blocked) { /* start afresh behind it */
            while (first < last) {
                leave(chooser, first++);
            }
            first = last + 1;
            rows = 0;
            continue;
        }
        enter(chooser, last);
        rows += last > first ? row_worth(chooser, last) : 0;
        while (places->items[last].position - places->items[first].position >= WINDOW_TOKENS
               || are_parted(chooser, first, last)) {
            leave(chooser, first++);
            rows -= row_worth(chooser, first);
        }
        /* Of equal windows the tighter reads better. */
        double spread = (double)(places->items[last].position - places->items[first].position) / WINDOW_TOKENS;
        double worth = chooser->total + rows - spread * 0.01;
        if (!found || worth > ret_window->worth + 1e-9) {
            *ret_window = (struct window){ first, last, worth };
            found = true;
        }
    }
    return found;
}

/* ---- Writing ------------------------------------------------------------------------------ */

/* How many bytes are no text: white space, a no-break space, or (3) a sign that was lost on the way here, U+FFFD. */
static size_t blank_bytes(const char *text, size_t len)
{
    return (unsigned char)text[0] <= ' ' ? 1
        : len >= 2 && memcmp(text, "\xC2\xA0", 2) == 0 ? 2
        : len >= 3 && memcmp(text, "\xEF\xBF\xBD", 3) == 0 ? 3 : 0;
}

/* Escaped, with runs of white space as one space (none at the start of the output). */
static void write_collapsed(const char *text, size_t len, struct buf *out, bool *space)
{
    size_t at = 0;
    while (at < len) {
        size_t start = at;
        while (at < len && blank_bytes(text + at, len - at) == 0) {
            at++;
        }
        if (at > start) {
            if (*space && out->len > 0) {
                buf_add_char(out, ' ');
            }
            *space = false;
            html_escape(out, text + start, at - start);
        }
        if (at < len) {
            size_t bytes = blank_bytes(text + at, len - at);
            *space = *space || bytes < 3;
            at += bytes;
        }
    }
}

/* The form of a needle that a token is; NULL when it is none. */
static const struct needle_form *form_of(const struct needle *needle, const struct token *token)
{
    for (size_t i = 0; !needle->phrase && i < needle->form_count; i++) {
        const struct needle_form *form = &needle->forms[i];
        bool accents = form->term == NULL || token->accented;
        if (accents && form->len == token->form_len && memcmp(form->form, token->form, token->form_len) == 0) {
            return form;
        }
    }
    return NULL;
}

static const struct needle_form *any_form_of(const struct plan *plan, const struct token *token, bool common_only)
{
    const struct needle_form *best = NULL;
    for (size_t i = 0; i < plan->needle_count; i++) {
        const struct needle_form *form = common_only && !plan->needles[i].common ? NULL : form_of(&plan->needles[i], token);
        if (form != NULL && (best == NULL || form->reason < best->reason)) {
            best = form;
        }
    }
    return best;
}

/* The bytes of a token that answer the query: all of it, or the part of a compound.  When folding changed the length of the
 * word, the bytes of its parts are not known, and all of it is marked. */
static void marked_bytes(const struct plan *plan, const struct needle_form *form, const struct token *token, size_t *ret_start,
                         size_t *ret_end)
{
    *ret_start = token->start;
    *ret_end = token->end;
    if (form == NULL || form->reason != NEEDLE_PART || token->accented || token->end - token->start != token->form_len) {
        return;
    }
    struct derivation derivation;
    derive(plan->deriver, form->form, form->len, &derivation);
    for (size_t i = 0; i < plan->needle_count; i++) {
        const struct needle *needle = &plan->needles[i];
        for (size_t k = 0; form_of(needle, token) == form && k < derivation.count; k++) {
            const struct derived *part = &derivation.terms[k];
            if (part->len == needle->part_len && memcmp(part->term, needle->part, part->len) == 0) {
                *ret_start = token->start + part->start;
                *ret_end = token->start + part->end;
                return;
            }
        }
    }
}

/* A passage being made: some blocks of text, tokenised from `position` on. */
struct passage {
    const struct plan *plan;
    const struct places *places;
    struct buf text;
    uint32_t position;      /* of the first token of text */
    size_t offset;          /* byte of the document that the text begins at */
    size_t lowest, highest; /* bytes between which no hidden text is */
    size_t first, last;     /* the window's places */
    size_t first_at, last_end; /* their bytes */
    size_t from, to;        /* bytes shown */
};

static bool is_sentence_end(const char *text, size_t len, size_t at)
{
    /* `at` is white space: the end of a sentence or of a paragraph? */
    if (text[at] == '\n' && at + 1 < len && text[at + 1] == '\n') {
        return true;
    }
    if (at == 0) {
        return true;
    }
    char before = text[at - 1];
    if (before != '.' && before != '!' && before != '?' && before != ';') {
        return false;
    }
    size_t next = at;
    while (next < len && (unsigned char)text[next] <= ' ') {
        next++;
    }
    size_t step;
    return next >= len || text_is_upper(utf8_decode(text + next, len - next, &step)) || (unsigned char)text[next] >= 0x80;
}

static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

/* Start of the passage: the start of the sentence when near, else of a word. */
static size_t find_start(const struct passage *passage)
{
    const char *text = passage->text.data;
    size_t hit = passage->first_at;
    size_t lowest = hit > LEAD_BYTES && hit - LEAD_BYTES > passage->lowest ? hit - LEAD_BYTES : passage->lowest;
    size_t word = hit;
    for (size_t at = hit; at > lowest; at--) {
        if (!is_space(text[at - 1])) {
            continue;
        }
        if (is_sentence_end(text, passage->text.len, at - 1)) {
            return at;
        }
        word = at;
    }
    return lowest == passage->lowest ? lowest : word;
}

/* End of the passage: the last sentence end that fits, or nearly, when it leaves enough, else a word's end. */
static size_t find_end(const struct passage *passage)
{
    const char *text = passage->text.data;
    size_t len = passage->text.len;
    size_t highest = passage->from + PASSAGE_BYTES;
    highest = highest < passage->last_end + 40 ? passage->last_end + 40 : highest;
    size_t limit = highest + SLACK_BYTES < passage->highest ? highest + SLACK_BYTES : passage->highest;
    size_t word = passage->last_end;
    size_t sentence = 0;
    for (size_t at = passage->last_end; at < limit; at++) {
        if (!is_space(text[at])) {
            continue;
        }
        if (at < highest) {
            word = at;
        }
        if (is_sentence_end(text, len, at) && (at - passage->from >= PASSAGE_BYTES / 3)) {
            sentence = at;
        }
    }
    return sentence > 0 ? sentence : highest >= passage->highest ? passage->highest : word;
}

static bool ends_sentence(const char *text, size_t len, size_t to)
{
    return to >= len || is_sentence_end(text, len, to) || text[to] == '\n';
}

/* Unpacks some blocks, one after the other. */
static enum err_code load_blocks(const struct store_text *text, uint32_t from, uint32_t to, struct buf *out, struct err *err)
{
    enum err_code code = ERR_OK;
    for (uint32_t i = from; i <= to && code == ERR_OK; i++) {
        code = store_read_block(text, i, out, err);
    }
    return code;
}

/* Bytes of the window's first and last place; false when the text does not reach them. */
static bool locate(struct passage *passage)
{
    const struct place *first = &passage->places->items[passage->first];
    const struct place *last = &passage->places->items[passage->last];
    uint32_t end = last->position + last->length - 1;
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, passage->text.data, passage->text.len);
    bool begun = false;
    for (uint32_t position = passage->position; tokenizer_skip(&tokenizer, &token); position++) {
        if (position == first->position) {
            passage->first_at = token.start;
            begun = true;
        }
        if (position == end) {
            passage->last_end = token.end;
            return begun;
        }
    }
    if (begun) {
        passage->last_end = passage->text.len;
    }
    return begun;
}

/* Whether block `index + 1` goes on where block `index` ends, on the same page. */
static bool continues(const struct store_text *text, uint32_t index)
{
    if (index + 1 >= text->block_count) {
        return false;
    }
    if (text->page_count == 0) {
        return true;
    }
    return store_find_page(text, store_block_at(text, index).position)
        == store_find_page(text, store_block_at(text, index + 1).position);
}

/* Puts the block before the window's in front, so that a passage can begin there. */
static enum err_code prepend_block(const struct store_text *text, uint32_t index, struct passage *passage, struct err *err)
{
    struct buf both;
    buf_init(&both, passage->text.max);
    enum err_code code = store_read_block(text, index, &both, err);
    size_t added = both.len;
    if (code == ERR_OK) {
        buf_add(&both, passage->text.data, passage->text.len);
        code = buf_check(&both, "a snippet", err);
    }
    if (code != ERR_OK) {
        buf_done(&both);
        return code;
    }
    buf_done(&passage->text);
    passage->text = both;
    passage->position = store_block_at(text, index).position;
    passage->offset = store_block_at(text, index).offset;
    passage->first_at += added;
    passage->last_end += added;
    return ERR_OK;
}

/* Unpacks what the window needs: its block, and a neighbour when a hit is close to the edge. */
static enum err_code load_window(const struct store_text *text, struct passage *passage, struct err *err)
{
    const struct place *first = &passage->places->items[passage->first];
    const struct place *last = &passage->places->items[passage->last];
    uint32_t from = store_find_block(text, first->position);
    uint32_t to = store_find_block(text, last->position + last->length - 1);
    buf_clear(&passage->text);
    passage->position = store_block_at(text, from).position;
    passage->offset = store_block_at(text, from).offset;
    enum err_code code = load_blocks(text, from, to, &passage->text, err);
    if (code != ERR_OK || !locate(passage)) {
        return code != ERR_OK ? code : err_set(err, ERR_CORRUPT, "positions and stored text do not agree");
    }
    if (passage->text.len - passage->last_end < PASSAGE_BYTES / 2 && continues(text, to)) {
        code = store_read_block(text, to + 1, &passage->text, err);
    }
    if (code == ERR_OK && passage->first_at < LEAD_BYTES && from > 0 && continues(text, from - 1)) {
        code = prepend_block(text, from - 1, passage, err);
    }
    return code;
}

/* Narrows the passage to the text around its window that is not hidden, unless the window was looked for in hidden text. */
static void keep_from_hidden(const struct store_text *text, struct passage *passage)
{
    const struct places *places = passage->places;
    passage->lowest = 0;
    passage->highest = passage->text.len;
    for (size_t i = passage->first; i <= passage->last; i++) {
        if (passage->plan->needles[places->items[i].needle].recurring) {
            return;
        }
    }
    size_t first = passage->offset + passage->first_at, last = passage->offset + passage->last_end;
    for (uint32_t i = 0; i < text->hidden_count; i++) {
        struct store_hidden hidden = store_hidden_at(text, i);
        if (hidden.end <= first && hidden.end > passage->offset + passage->lowest) {
            passage->lowest = hidden.end - passage->offset;
        } else if (hidden.start >= last && hidden.start < passage->offset + passage->highest) {
            passage->highest = hidden.start - passage->offset;
        }
    }
    while (passage->lowest > 0 && passage->lowest < passage->first_at && is_space(passage->text.data[passage->lowest])) {
        passage->lowest++;
    }
}

/* Writing a passage token by token. */
struct writing {
    struct buf *out;
    const char *text;
    size_t written; /* bytes of the text that are out */
    bool open;      /* inside <mark> */
    bool space;     /* white space is due */
};

static void write_to(struct writing *writing, size_t to)
{
    write_collapsed(writing->text + writing->written, to - writing->written, writing->out, &writing->space);
    writing->written = to;
}

static void close_mark(struct writing *writing)
{
    if (writing->open) {
        buf_add_str(writing->out, "</mark>");
        writing->open = false;
    }
}

static void open_mark(struct writing *writing)
{
    if (!writing->open) {
        if (writing->space && writing->out->len > 0) {
            buf_add_char(writing->out, ' ');
        }
        writing->space = false;
        buf_add_str(writing->out, "<mark>");
        writing->open = true;
    }
}

/* What is marked around a token: phrases and chains reach over several. */
struct marking {
    const struct passage *passage;
    size_t place;          /* the next place */
    uint32_t marked_until; /* position behind the last token of a phrase */
    size_t marked_bytes;   /* behind the last byte of a date or number */
    bool chain;            /* a word found by its closed form covers the whole chain of tokens */
};

/* Whether the token is marked, and by which form (NULL: as a whole). */
static bool is_marked(struct marking *marking, const struct token *token, uint32_t position, const struct needle_form **ret_form)
{
    const struct passage *passage = marking->passage;
    const struct places *places = passage->places;
    *ret_form = NULL;
    while (marking->place < places->count && places->items[marking->place].position < position) {
        marking->place++;
    }
    bool mark = position < marking->marked_until || token->start < marking->marked_bytes || (marking->chain && token->chained);
    marking->chain = marking->chain && token->chained;
    if (marking->place >= places->count || places->items[marking->place].position != position) {
        if (!mark) {
            *ret_form = any_form_of(passage->plan, token, true);
        }
        return mark || *ret_form != NULL;
    }
    const struct place *found = &places->items[marking->place];
    const struct needle *needle = &passage->plan->needles[found->needle];
    uint32_t until = position + (needle->notation ? 1 : found->length);
    size_t end = needle->notation ? notation_end(passage->text.data, passage->text.len, token->start) : 0;
    marking->marked_bytes = end > marking->marked_bytes ? end : marking->marked_bytes;
    marking->marked_until = until > marking->marked_until ? until : marking->marked_until;
    const struct needle_form *form = form_of(needle, token);
    marking->chain = marking->chain || (!needle->phrase && !needle->notation && form == NULL);
    *ret_form = mark || needle->phrase || needle->notation ? NULL : any_form_of(passage->plan, token, false);
    return true;
}

static void write_passage(const struct passage *passage, struct buf *out)
{
    struct writing writing = { .out = out, .text = passage->text.data, .written = passage->from };
    struct marking marking = { .passage = passage };
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, passage->text.data, passage->text.len);
    uint32_t position = passage->position;
    while (tokenizer.at < passage->from && tokenizer_skip(&tokenizer, &token) && tokenizer.at < passage->from) {
        position++;
    }
    /* The passage begins behind white space, so that the token that reaches past its start begins in it. */
    tokenizer.at = passage->from;
    for (; tokenizer_next(&tokenizer, &token) && token.start < passage->to; position++) {
        const struct needle_form *form;
        if (!is_marked(&marking, &token, position, &form)) {
            close_mark(&writing);
            write_to(&writing, token.end);
            continue;
        }
        size_t start, end;
        marked_bytes(passage->plan, form, &token, &start, &end);
        write_to(&writing, start);
        open_mark(&writing);
        write_to(&writing, end);
        if (position + 1 >= marking.marked_until && token.end >= marking.marked_bytes && !marking.chain) {
            close_mark(&writing);
        }
        write_to(&writing, token.end);
    }
    close_mark(&writing);
    if (writing.written < passage->to) {
        write_to(&writing, passage->to);
    }
}

static enum err_code make_fragment(struct passage *passage, const struct store_text *text, struct search_fragment *fragment,
                                   struct err *err)
{
    enum err_code code = load_window(text, passage, err);
    if (code != ERR_OK) {
        return code;
    }
    keep_from_hidden(text, passage);
    passage->from = find_start(passage);
    passage->to = find_end(passage);
    AUTO_BUF struct buf html;
    buf_init(&html, 1 << 20);
    bool block_start = passage->from == 0;
    bool cut_before = passage->from > passage->lowest && !is_sentence_end(passage->text.data, passage->text.len, passage->from - 1);
    uint32_t block = store_find_block(text, passage->position);
    cut_before = cut_before || (block_start && block > 0 && continues(text, block - 1));
    AUTO_BUF struct buf body;
    buf_init(&body, 1 << 20);
    write_passage(passage, &body);
    if (cut_before) {
        buf_add_str(&html, "\xE2\x80\xA6 ");
    }
    buf_add(&html, body.data, body.len);
    bool hidden_behind = passage->to == passage->highest && passage->highest < passage->text.len;
    if (!hidden_behind && !ends_sentence(passage->text.data, passage->text.len, passage->to)) {
        buf_add_str(&html, " \xE2\x80\xA6");
    }
    if (body.failed || html.failed) {
        return err_nomem(err, "a snippet");
    }
    uint32_t position = passage->places->items[passage->first].position;
    fragment->page = text->page_count > 0 ? store_find_page(text, position) + 1 : 0;
    fragment->html = buf_take(&html);
    return fragment->html != NULL ? ERR_OK : err_nomem(err, "a snippet");
}

enum err_code snippet_make(const struct plan *plan, const struct places *places, const struct store_text *text,
                           struct search_hit *hit, struct err *err)
{
    if (places->count == 0 || text->block_count == 0) {
        return ERR_OK;
    }
    AUTO_FREE uint32_t *inside = calloc(plan->needle_count, sizeof *inside);
    AUTO_FREE uint32_t *weak = calloc(plan->needle_count, sizeof *weak);
    AUTO_FREE bool *shown = calloc(plan->needle_count, sizeof *shown);
    hit->fragments = calloc(SEARCH_FRAGMENTS_MAX, sizeof *hit->fragments);
    if (inside == NULL || weak == NULL || shown == NULL || hit->fragments == NULL) {
        return err_nomem(err, "a snippet");
    }
    struct chooser chooser = { .plan = plan, .places = places, .text = text, .inside = inside, .weak = weak, .shown = shown };
    struct window windows[SEARCH_FRAGMENTS_MAX];
    struct passage passage = { .plan = plan, .places = places };
    buf_init(&passage.text, 16 << 20);
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < SEARCH_FRAGMENTS_MAX && code == ERR_OK; i++) {
        if (!choose(&chooser, windows, i, &windows[i]) || (i > 0 && windows[i].worth < windows[0].worth * MINIMUM_SHARE)) {
            break;
        }
        passage.first = windows[i].first;
        passage.last = windows[i].last;
        code = make_fragment(&passage, text, &hit->fragments[i], err);
        hit->fragment_count += code == ERR_OK;
        for (size_t k = windows[i].first; k <= windows[i].last; k++) {
            shown[places->items[k].needle] = true;
        }
    }
    buf_done(&passage.text);
    return code;
}

void snippet_mark_words(const struct plan *plan, const char *text, size_t len, struct buf *out)
{
    struct tokenizer tokenizer;
    struct token token;
    size_t written = 0;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        const struct needle_form *form = any_form_of(plan, &token, false);
        if (form == NULL) {
            continue;
        }
        size_t start, end;
        marked_bytes(plan, form, &token, &start, &end);
        html_escape(out, text + written, start - written);
        buf_add_str(out, "<mark>");
        html_escape(out, text + start, end - start);
        buf_add_str(out, "</mark>");
        written = end;
    }
    html_escape(out, text + written, len - written);
}
