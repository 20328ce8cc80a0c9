/* mend.c - repair_text for a record. */
#include "indexer/mend.h"

#define MENDED_MAX ((size_t)1 << 30)

enum err_code mend_record(const struct dutch *dutch, struct extract_record *record, struct err *err)
{
    struct buf mended;
    struct repairs repairs = { 0 };
    buf_init(&mended, MENDED_MAX);
    enum err_code code = repair_text(dutch_compounds(dutch), dutch_words(dutch), record->text, record->text_len, &mended,
                                     &repairs, err);
    if (code == ERR_OK && repairs.count > 0) {
        for (uint32_t i = 0; i < record->page_count; i++) {
            record->pages[i] = repair_map(&repairs, record->pages[i]);
        }
        for (uint32_t i = 0; i < record->heading_count; i++) {
            struct extract_span *heading = &record->headings[i];
            uint32_t end = repair_map(&repairs, heading->start + heading->len);
            heading->start = repair_map(&repairs, heading->start);
            heading->len = end > heading->start ? end - heading->start : 0;
        }
        uint32_t len = (uint32_t)mended.len;
        char *text = buf_take(&mended);
        if (text == NULL) {
            code = err_nomem(err, "mending a text");
        } else {
            free(record->text);
            record->text = text;
            record->text_len = len;
        }
    }
    repairs_done(&repairs);
    buf_done(&mended);
    return code;
}
