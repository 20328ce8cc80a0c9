/* ole_props.c - property sets: what the author, or the program, wrote about the document ([MS-OLEPS] 2.21 and 2.25).
 *
 * A set is a list of identifiers with offsets of typed values.  Strings are in the code page of the set; dates count 100 ns from
 * 1601.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "extract/internal.h"
#include "extract/ole.h"
#include "text/charset.h"

#define SET_BYTES_MAX (1 << 20)
#define PROPERTIES_MAX 256
#define HEAD_BYTES 48            /* of a stream with one set */
#define FILETIME_SECOND 10000000
#define FILETIME_1970 INT64_C(11644473600)

enum { TYPE_SHORT = 2, TYPE_STRING = 30, TYPE_WIDE = 31, TYPE_TIME = 64 };
enum { ID_CODE_PAGE = 1 };

/* Which property means what ([MS-OLEPS] 3.1.1, [MS-OSHARED] 2.3.3.2). */
static const struct property {
    const char *stream;
    uint32_t id;
    enum meta_slot slot;
} known[] = {
    { "\005SummaryInformation", 2, META_TITLE },
    { "\005SummaryInformation", 3, META_KEYWORDS }, /* subject: as in the newer formats (ooxml.c) */
    { "\005SummaryInformation", 4, META_AUTHOR },
    { "\005SummaryInformation", 5, META_KEYWORDS },
    { "\005SummaryInformation", 6, META_DESCRIPTION },
    { "\005SummaryInformation", 12, META_DATE },
    { "\005SummaryInformation", 13, META_MODIFIED },
    { "\005DocumentSummaryInformation", 2, META_KIND },
    { "\005DocumentSummaryInformation", 15, META_ORGANISATION },
};

/* One set. */
struct set {
    const char *bytes;
    size_t len;
    uint32_t code_page;
};

static void add_code_point(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_add_u8(out, (uint8_t)c);
        return;
    }
    unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = { 0, 0xC0, 0xE0, 0xF0 };
    buf_add_u8(out, (uint8_t)(lead[more] | c >> (6 * more)));
    while (more-- > 0) {
        buf_add_u8(out, (uint8_t)(0x80 | ((c >> (6 * more)) & 0x3F)));
    }
}

void ole_decode(const char *bytes, size_t len, size_t unit, struct buf *out)
{
    for (size_t at = 0; at + unit <= len; at += unit) {
        uint32_t c = unit == 2 ? cfb_u16(bytes + at) : (unsigned char)bytes[at];
        if (c >= 0xD800 && c < 0xE000) {
            uint32_t low = c < 0xDC00 && at + 2 * unit <= len ? cfb_u16(bytes + at + unit) : 0;
            bool pair = low >= 0xDC00 && low < 0xE000;
            c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
            at += pair ? unit : 0;
        }
        add_code_point(out, c);
    }
}

/* Bytes of the value at an offset, behind its type; NULL when it lies outside. */
static const char *value_at(const struct set *set, uint32_t offset, uint32_t *ret_type, size_t *ret_len)
{
    if (offset > set->len || set->len - offset < 8) {
        return NULL;
    }
    *ret_type = cfb_u32(set->bytes + offset) & 0xFFFF;
    *ret_len = set->len - offset - 4;
    return set->bytes + offset + 4;
}

static enum err_code add_string(const struct set *set, struct meta *meta, enum meta_slot slot, const char *bytes, size_t len,
                                bool wide, struct err *err)
{
    char declared[CHARSET_NAME_MAX], used[CHARSET_NAME_MAX];
    uint32_t page = wide ? 1200 : set->code_page;
    size_t end = 0, unit = page == 1200 ? 2 : 1;
    while (end + unit <= len && (bytes[end] != '\0' || bytes[end + unit - 1] != '\0')) {
        end += unit;
    }
    snprintf(declared, sizeof declared, page == 65001 ? "UTF-8" : page == 10000 ? "MACINTOSH"
             : page >= 1250 && page <= 1258 ? "WINDOWS-%" PRIu32 : "IBM%" PRIu32, page);
    AUTO_BUF struct buf text;
    buf_init(&text, 4 * end + 16);
    enum err_code code = ERR_OK;
    if (page == 1200) {
        ole_decode(bytes, end, unit, &text);
        code = buf_check(&text, "a property", err);
    } else {
        code = charset_to_utf8(bytes, end, declared, &text, used, err);
    }
    if (code == ERR_OK && text.len > 0) {
        meta_add(meta, slot, text.data, text.len);
    }
    return code;
}

static void add_time(struct meta *meta, enum meta_slot slot, const char *bytes)
{
    uint64_t ticks = cfb_u32(bytes) | (uint64_t)cfb_u32(bytes + 4) << 32;
    time_t seconds = (time_t)((int64_t)(ticks / FILETIME_SECOND) - FILETIME_1970);
    struct tm date;
    char text[32];
    if (ticks / FILETIME_SECOND > (uint64_t)FILETIME_1970 && gmtime_r(&seconds, &date) != NULL && date.tm_year < 8000
        && strftime(text, sizeof text, "%Y-%m-%d", &date) > 0) {
        meta_add(meta, slot, text, strlen(text));
    }
}

static enum err_code add_value(const struct set *set, struct meta *meta, enum meta_slot slot, uint32_t offset, struct err *err)
{
    uint32_t type;
    size_t len;
    const char *value = value_at(set, offset, &type, &len);
    if (value == NULL) {
        return ERR_OK;
    }
    bool date = slot == META_DATE || slot == META_MODIFIED;
    if (date && type == TYPE_TIME && len >= 8) {
        add_time(meta, slot, value);
    } else if (!date && (type == TYPE_STRING || type == TYPE_WIDE)) {
        uint64_t size = (uint64_t)cfb_u32(value) * (type == TYPE_WIDE ? 2 : 1);
        return add_string(set, meta, slot, value + 4, size < len - 4 ? (size_t)size : len - 4, type == TYPE_WIDE, err);
    }
    return ERR_OK;
}

static uint32_t find_code_page(const struct set *set, uint32_t count)
{
    uint32_t type;
    size_t len;
    for (uint32_t i = 0; i < count; i++) {
        const char *entry = set->bytes + 8 + 8 * (size_t)i;
        const char *value = cfb_u32(entry) == ID_CODE_PAGE ? value_at(set, cfb_u32(entry + 4), &type, &len) : NULL;
        if (value != NULL && type == TYPE_SHORT) {
            return cfb_u16(value);
        }
    }
    return 1252;
}

/* The first set of a stream; what follows it are properties that users made up. */
static enum err_code read_set(const char *stream, struct meta *meta, const struct buf *data, struct err *err)
{
    if (data->len < HEAD_BYTES || cfb_u16(data->data) != 0xFFFE) {
        return ERR_OK;
    }
    uint32_t start = cfb_u32(data->data + 44);
    if (start > data->len || data->len - start < 8) {
        return ERR_OK;
    }
    struct set set = { data->data + start, data->len - start, 1252 };
    uint32_t count = cfb_u32(set.bytes + 4);
    uint32_t most = (uint32_t)((set.len - 8) / 8);
    count = count < most ? count : most;
    count = count < PROPERTIES_MAX ? count : PROPERTIES_MAX;
    set.code_page = find_code_page(&set, count);
    enum err_code code = ERR_OK;
    for (uint32_t i = 0; i < count && code == ERR_OK; i++) {
        const char *entry = set.bytes + 8 + 8 * (size_t)i;
        for (size_t k = 0; k < sizeof known / sizeof *known && code == ERR_OK; k++) {
            if (known[k].id == cfb_u32(entry) && strcmp(known[k].stream, stream) == 0) {
                code = add_value(&set, meta, known[k].slot, cfb_u32(entry + 4), err);
            }
        }
    }
    return code;
}

enum err_code ole_read_properties(const struct cfb *cfb, struct meta *meta, struct err *err)
{
    static const char *const streams[] = { "\005SummaryInformation", "\005DocumentSummaryInformation" };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof streams / sizeof *streams && code == ERR_OK; i++) {
        AUTO_BUF struct buf data;
        buf_init(&data, SET_BYTES_MAX);
        code = cfb_read(cfb, streams[i], &data, err);
        code = code == ERR_OK ? read_set(streams[i], meta, &data, err) : code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    return code;
}
