/* fuzz-dates.c - the scanners for dates and document numbers: what is found lies inside the text, in order, and its terms fit. */
#include <stdlib.h>
#include <string.h>

#include "text/notation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* a block of its own, so that reading outside is seen */
    if (text == NULL || size == 0) {
        free(text);
        return 0;
    }
    memcpy(text, data, size);
    text = realloc(text, size);
    for (int anywhere = 0; anywhere < 2; anywhere++) {
        struct date_scanner dates;
        struct date_found date;
        struct notation_terms terms;
        size_t reached = 0;
        date_scanner_init(&dates, text, size);
        dates.anywhere = anywhere;
        while (date_scanner_next(&dates, &date)) {
            require(date.start >= reached && date.start < date.end && date.end <= size);
            require(date.from > 0 && (date.to == 0 || date.from <= date.to) && (date.to > 0 || date.period));
            require(date.end - date.start <= DATE_TEXT_MAX);
            notation_date_terms(&date, &terms);
            require(terms.count > 0 && terms.count <= NOTATION_TERMS_MAX);
            reached = date.end;
        }
    }
    struct ref_scanner refs;
    struct ref_found ref;
    size_t reached = 0;
    ref_scanner_init(&refs, text, size);
    while (ref_scanner_next(&refs, &ref)) {
        require(ref.start >= reached && ref.start < ref.end && ref.end <= size && ref.end - ref.start <= REF_TEXT_MAX);
        require(ref.len > 0 && ref.len == strlen(ref.form) && ref.file_len <= ref.len);
        struct notation_terms terms;
        notation_ref_terms(&ref, &terms);
        reached = ref.end;
        require(notation_end(text, size, ref.start) <= size);
    }
    free(text);
    return 0;
}
