/* records.h - the documents of a folder or of a corpus.jsonl, one after another, for what prepares and describes them. */
#ifndef NASLAG_BENCH_RECORDS_H
#define NASLAG_BENCH_RECORDS_H

#include "base/buf.h"

/* One document; all is borrowed for the time of the call.  Texts are UTF-8. */
struct record {
    const char *id, *title, *text;
    size_t id_len, title_len, text_len;
    const char *line; /* the line it stands on, without its end; NULL when it comes from another kind of file */
    size_t line_len;
};

/* A code other than ERR_OK ends the reading with it. */
typedef enum err_code record_sink(void *context, const struct record *record, struct err *err);

/* Hands over all records of `source`: a file with a JSON object a line (id, title, text; an empty line is passed over), or a
 * folder, whose files are extracted as naslag-index does (ids are paths) in the order of their names.  Stops before the record
 * that would take the bytes of lines or texts past `limit` (0: none), but not before the first.  ERR_INVALID names the line
 * that is no record. */
enum err_code records_each(const char *source, uint64_t limit, record_sink *sink, void *context, struct err *err);

/* Writes {"id": ..., "title": ..., "text": ...} and a line end. */
void record_write_json(struct buf *out, const struct record *record);

/* A name for a file made of an id: letters, digits, '-', '_' and single dots stay, others become '_'. */
void record_file_name(struct buf *out, const struct record *record);

#endif
