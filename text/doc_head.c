/* doc_head.c - packing and unpacking document data. */
#include "text/doc_head.h"

#define DOC_HEAD_VERSION 4

/* The strings in their order on disk. */
#define EACH_STRING(head, use) \
    use(head, store) use(head, uid) use(head, name) use(head, title) use(head, url) use(head, source) use(head, kind) \
    use(head, date) use(head, language) use(head, description) use(head, format) use(head, headings) \
    use(head, period_from) use(head, period_to) use(head, archived) use(head, own_title) \
    use(head, author) use(head, organisation) use(head, programme) use(head, page_labels) use(head, ocr_pages) use(head, file)

const char *doc_field_name(enum doc_field field)
{
    static const char *const names[DOC_FIELDS] = { "titel",        "url",    "datum",       "soort",     "taal",
                                                   "omschrijving", "auteur", "organisatie", "programma", "periode" };
    return names[field];
}

const char *doc_origin_name(enum doc_origin origin)
{
    static const char *const names[DOC_ORIGINS] = { "", "tekst", "bron", "bestand", "tabel", "zijbestand", "regel" };
    return names[origin];
}

void doc_head_write(const struct doc_head *head, struct buf *out)
{
    buf_add_u8(out, DOC_HEAD_VERSION);
    buf_add_u64(out, head->position);
    buf_add_u32(out, head->tokens);
    buf_add_u64(out, head->store_offset);
    buf_add(out, head->origins, DOC_FIELDS);
#define WRITE(from, field) buf_add_blob(out, (from)->field.text, (from)->field.len);
    EACH_STRING(head, WRITE)
#undef WRITE
}

enum err_code doc_head_read(const void *data, size_t len, struct doc_head *ret_head, struct err *err)
{
    struct span span;
    struct doc_head head = { 0 };
    span_init(&span, data, len);
    if (span_u8(&span) != DOC_HEAD_VERSION) {
        return err_set(err, ERR_CORRUPT, "document data of another version");
    }
    head.position = span_u64(&span);
    head.tokens = span_u32(&span);
    head.store_offset = span_u64(&span);
    for (size_t i = 0; i < DOC_FIELDS; i++) {
        uint8_t origin = span_u8(&span);
        head.origins[i] = origin < DOC_ORIGINS ? origin : DOC_FROM_NOWHERE;
    }
#define READ(into, field) (into).field.text = span_blob(&span, &(into).field.len);
    EACH_STRING(head, READ)
#undef READ
    if (span.failed) {
        return err_set(err, ERR_CORRUPT, "document data is damaged");
    }
    *ret_head = head;
    return ERR_OK;
}
