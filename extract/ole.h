/* ole.h - what the readers of office files of before 2007 share. */
#ifndef NASLAG_EXTRACT_OLE_H
#define NASLAG_EXTRACT_OLE_H

#include "extract/cfb.h"
#include "extract/flow.h"
#include "extract/meta.h"

/* Takes the properties of the document (MS-OLEPS): title, author, dates, company ...  What cannot be read gives nothing. */
enum err_code ole_read_properties(const struct cfb *cfb, struct meta *meta, struct err *err);

/* Appends UTF-16 (`unit` 2) or bytes that are characters below U+0100 (`unit` 1) as UTF-8; half a pair is U+FFFD. */
void ole_decode(const char *bytes, size_t len, size_t unit, struct buf *out);

/* Appends the names of the sheets that have cells, in their order, each ended by a NUL (xls_sheets.c). */
#define XLS_SHEETS_MAX 1000
enum err_code xls_sheet_names(const struct cfb *cfb, struct buf *out, size_t *ret_count, struct err *err);

/* Completes a record: properties, text, title, digest; then it goes to the sink.  `prose`: its first line may be its title. */
enum err_code ole_give(const struct cfb *cfb, struct flow *flow, bool prose, struct extract_record *record,
                       const struct extract_input *input, extract_sink *sink, void *context, struct err *err);

#endif
