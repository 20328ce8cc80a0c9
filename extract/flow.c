/* flow.c - words and breaks to plain text. */
#include "extract/flow.h"

#include <string.h>

#include "extract/internal.h"
#include "text/unicode.h"

size_t flow_ceiling(const struct extract_caps *caps)
{
    /* A block may begin just below the cap, grow to three times that, and threefold when it is cleaned. */
    return 12 * (size_t)caps->record_bytes + ((size_t)1 << 20);
}

void flow_init(struct flow *flow, size_t max, uint64_t out_cap)
{
    *flow = (struct flow){ .out_cap = out_cap };
    buf_init(&flow->out, max);
    buf_init(&flow->block, max);
}

void flow_done(struct flow *flow)
{
    buf_done(&flow->out);
    buf_done(&flow->block);
    free(flow->headings);
    free(flow->pages);
    flow->headings = NULL;
    flow->pages = NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Whether there is nothing to see: white space, no-break spaces and zero-width spaces only. */
static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        if (is_space(text[i])) {
            i++;
        } else if (len - i >= 2 && memcmp(text + i, "\xC2\xA0", 2) == 0) {
            i += 2;
        } else if (len - i >= 3
                   && (memcmp(text + i, "\xE2\x80\x8B", 3) == 0 || memcmp(text + i, "\xEF\xBB\xBF", 3) == 0)) {
            i += 3;
        } else {
            return false;
        }
    }
    return true;
}

/* Records that out[start, end) is, or continues, the heading of the block. */
static void add_heading(struct flow *flow, size_t start, size_t end)
{
    if (flow->block_heading == 0 || start == end || end > UINT32_MAX) {
        return;
    }
    if (flow->block_heading == flow->last_heading) {
        struct extract_span *last = &flow->headings[flow->heading_count - 1];
        last->len = (uint32_t)end - last->start;
        return;
    }
    if (flow->heading_count >= EXTRACT_HEADINGS_MAX) {
        return;
    }
    if (mem_grow(&flow->headings, &flow->heading_capacity, flow->heading_count, sizeof *flow->headings) != 0) {
        flow->out_of_memory = true;
        return;
    }
    flow->headings[flow->heading_count++] = (struct extract_span){ (uint32_t)start, (uint32_t)(end - start) };
    flow->last_heading = flow->block_heading;
}

/* Writes the open block; a blank one leaves only its gap. */
static void close_block(struct flow *flow)
{
    if (!flow->open) {
        return;
    }
    flow->open = false;
    struct buf *block = &flow->block;
    size_t len = block->len;
    while (len > 0 && is_space(block->data[len - 1])) {
        len--;
    }
    if (is_blank(block->data, len)) {
        flow->gap = flow->block_gap > flow->gap ? flow->block_gap : flow->gap;
    } else if (flow->out.len >= flow->out_cap) {
        flow->cut += len;
    } else {
        bool at_start = flow->page_count > 0 ? flow->out.len == flow->pages[flow->page_count - 1] : flow->out.len == 0;
        if (!at_start) {
            buf_add_str(&flow->out, flow->block_gap == FLOW_PARAGRAPH ? "\n\n" : "\n");
        }
        size_t start = flow->out.len;
        /* A failure stays in the buffer, where flow_finish finds it. */
        if (text_clean(block->data, len, &flow->out, NULL, NULL) == ERR_OK) {
            add_heading(flow, start, flow->out.len);
        }
    }
    block->len = 0;
}

/* Settles the pending break: opens a block, or separates within the open one. */
static void begin_text(struct flow *flow)
{
    if (flow->open && flow->gap < FLOW_LINE) {
        if (flow->gap != FLOW_NONE) {
            buf_add_char(&flow->block, flow->gap == FLOW_TAB ? '\t' : ' ');
        }
    } else {
        close_block(flow);
        flow->open = true;
        flow->block_gap = flow->gap;
        flow->block_heading = flow->heading;
        flow->cell_is_tall = !flow->cell_is_fresh;
    }
    flow->gap = FLOW_NONE;
    flow->cell_is_fresh = false;
    flow->row_has_text = true;
}

static void add_verbatim(struct flow *flow, const char *text, size_t len)
{
    /* The first newline after <pre> is no part of its text; nor are blank lines there. */
    if (!flow->open || flow->gap >= FLOW_LINE) {
        while (len > 0 && (*text == '\n' || *text == '\r')) {
            text++;
            len--;
        }
    }
    if (len == 0) {
        return;
    }
    if (flow->open && flow->gap == FLOW_SPACE) {
        flow->gap = FLOW_NONE; /* the text brings its own */
    }
    begin_text(flow);
    buf_add(&flow->block, text, len);
}

void flow_text(struct flow *flow, const char *text, size_t len, bool verbatim)
{
    if (flow->block.len > flow->out_cap) { /* one endless block: the rest would be cut off anyway */
        flow->cut += len;
        return;
    }
    if (verbatim) {
        add_verbatim(flow, text, len);
        return;
    }
    for (size_t at = 0; at < len;) {
        size_t start = at;
        while (at < len && !is_space(text[at])) {
            at++;
        }
        if (at > start) {
            begin_text(flow);
            buf_add(&flow->block, text + start, at - start);
        }
        if (at < len) {
            flow_break(flow, FLOW_SPACE);
            at++;
        }
    }
}

void flow_break(struct flow *flow, enum flow_gap gap)
{
    if (gap > flow->gap) {
        flow->gap = gap;
    }
}

void flow_loose_break(struct flow *flow, enum flow_gap gap)
{
    if (!flow->cell_is_fresh) {
        flow_break(flow, gap);
    }
}

void flow_row(struct flow *flow)
{
    flow_break(flow, FLOW_LINE);
    flow->row_has_text = false;
    flow->cell_is_fresh = false;
}

void flow_cell_begin(struct flow *flow)
{
    if (flow->row_has_text) {
        flow->gap = FLOW_TAB;
    }
    flow->cell_is_fresh = true;
    flow->cell_is_tall = false;
}

void flow_cell_end(struct flow *flow)
{
    if (flow->cell_is_tall) {
        flow->row_has_text = false;
        flow_break(flow, FLOW_LINE);
    } else if (flow->row_has_text) {
        flow->gap = FLOW_TAB; /* and not the paragraph break that ended the cell's text */
    }
    flow->cell_is_fresh = false;
    flow->cell_is_tall = false;
}

void flow_heading_begin(struct flow *flow)
{
    flow_break(flow, FLOW_PARAGRAPH);
    flow->heading = ++flow->heading_numbers;
}

void flow_heading_end(struct flow *flow)
{
    flow_break(flow, FLOW_PARAGRAPH);
    flow->heading = 0;
    flow->cell_is_tall = true; /* what follows, in this cell or the next, is no part of the heading's line */
}

void flow_page(struct flow *flow)
{
    close_block(flow);
    flow->gap = FLOW_NONE;
    if (flow->page_count > 0 && flow->out.len >= flow->out_cap) {
        return; /* nothing of it will be kept */
    }
    if (mem_grow(&flow->pages, &flow->page_capacity, flow->page_count, sizeof *flow->pages) != 0) {
        flow->out_of_memory = true;
        return;
    }
    if (flow->page_count > 0) {
        buf_add_char(&flow->out, '\n');
    }
    flow->pages[flow->page_count] = flow->page_count > 0 ? (uint32_t)flow->out.len : 0;
    flow->page_count++;
}

enum err_code flow_finish(struct flow *flow, struct err *err)
{
    close_block(flow);
    if (flow->out_of_memory) {
        return err_nomem(err, "flow_finish");
    }
    enum err_code code = buf_check(&flow->block, "text", err);
    return code != ERR_OK ? code : buf_check(&flow->out, "text", err);
}

/* Pages and headings that lie in what was cut off go, too. */
static void take_marks(struct flow *flow, struct extract_record *record)
{
    record->pages = TAKE_PTR(flow->pages);
    record->page_count = (uint32_t)flow->page_count;
    while (record->page_count > 0 && record->pages[record->page_count - 1] > record->text_len) {
        record->page_count--;
    }
    record->headings = TAKE_PTR(flow->headings);
    record->heading_count = (uint32_t)flow->heading_count;
    while (record->heading_count > 0) {
        struct extract_span *last = &record->headings[record->heading_count - 1];
        if (last->start < record->text_len) {
            uint32_t room = record->text_len - last->start;
            last->len = last->len < room ? last->len : room;
            break;
        }
        record->heading_count--;
    }
}

/* Of the text only the pages that the caps allow. */
static void drop_pages(struct flow *flow, const struct extract_caps *caps)
{
    if (flow->page_count > caps->pages && flow->pages[caps->pages] > 0) {
        size_t end = flow->pages[caps->pages] - 1U; /* without the newline before the next page */
        flow->cut += flow->out.len - end;
        flow->out.len = end;
        flow->out.data[end] = '\0';
        flow->page_count = caps->pages;
    }
}

enum err_code flow_take(struct flow *flow, struct extract_record *record, const struct extract_caps *caps, struct err *err)
{
    enum err_code code = flow_finish(flow, err);
    if (code != ERR_OK) {
        return code;
    }
    drop_pages(flow, caps);
    code = field_take_text(record, &flow->out, caps, err);
    if (code != ERR_OK) {
        return code;
    }
    record->cut += flow->cut;
    take_marks(flow, record);
    if (*record->title == '\0' && record->heading_count > 0) {
        code = field_set(&record->title, record->text + record->headings[0].start, record->headings[0].len,
                         caps->title_bytes, err);
    }
    return code;
}
