/* xls_sheets.c - the names of the sheets of an Excel file of before 2007 ([MS-XLS] 2.4.28), which converters leave out.
 *
 * The workbook is a row of records: u16 type, u16 length.  It begins with what holds for all sheets, of which each sheet is listed
 * with its place and name; at the places are the sheets.  A converter gives those that have cells.
 */
#include <string.h>

#include "extract/internal.h"
#include "extract/ole.h"

enum type { T_END = 0x0A, T_SHEET = 0x85, T_BEGIN = 0x809 };
#define NAME_OFFSET 6 /* u32 place, u8 visible, u8 kind */

struct record {
    unsigned type;
    size_t at, len; /* of its contents */
};

static bool next_record(const struct buf *book, size_t *at, struct record *ret_record)
{
    if (*at > book->len || book->len - *at < 4) {
        return false;
    }
    *ret_record = (struct record){ cfb_u16(book->data + *at), *at + 4, cfb_u16(book->data + *at + 2) };
    *at += 4 + ret_record->len;
    return *at <= book->len;
}

/* Whether the record is a cell with something in it. */
static bool is_cell(unsigned type)
{
    static const unsigned cells[] = { 0x06, 0x7E, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x206, 0x207, 0x27E, 0x406 };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (cells[i] == type) {
            return true;
        }
    }
    return false;
}

static bool has_cells(const struct buf *book, size_t at)
{
    struct record record;
    unsigned depth = 0; /* charts in a sheet begin and end, too */
    while (next_record(book, &at, &record)) {
        depth += record.type == T_BEGIN;
        if (is_cell(record.type) && depth == 1) {
            return true;
        }
        if (depth == 0 || (record.type == T_END && --depth == 0)) {
            return false;
        }
    }
    return false;
}

/* Appends the name and a NUL: of 1997 on it says how wide its characters are. */
static void add_name(const struct buf *book, const struct record *record, bool old, struct buf *out)
{
    const char *bytes = book->data + record->at + NAME_OFFSET;
    size_t room = record->len - NAME_OFFSET, head = old ? 1 : 2;
    if (room < head) {
        return;
    }
    size_t unit = !old && (bytes[1] & 1) ? 2 : 1, len = (size_t)(unsigned char)bytes[0] * unit;
    ole_decode(bytes + head, len < room - head ? len : room - head, unit, out);
    buf_add_u8(out, 0);
}

enum err_code xls_sheet_names(const struct cfb *cfb, struct buf *out, size_t *ret_count, struct err *err)
{
    AUTO_BUF struct buf book;
    buf_init(&book, cfb->len);
    bool old = !cfb_has(cfb, "Workbook");
    enum err_code code = cfb_read(cfb, old ? "Book" : "Workbook", &book, err);
    struct record record;
    *ret_count = 0;
    for (size_t at = 0; code == ERR_OK && *ret_count < XLS_SHEETS_MAX && next_record(&book, &at, &record);) {
        if (record.type == T_END) {
            break;
        }
        if (record.type == T_SHEET && record.len > NAME_OFFSET && has_cells(&book, cfb_u32(book.data + record.at))) {
            add_name(&book, &record, old, out);
            ++*ret_count;
        }
    }
    return code == ERR_OK ? buf_check(out, "the names of sheets", err) : code;
}
