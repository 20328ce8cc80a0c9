/* ole-fixture.h - making office files of before 2007 in memory for tests: the container ([MS-CFB]), and the least of Word, Excel
 * and PowerPoint that their readers accept. */
#ifndef NASLAG_TESTS_OLE_FIXTURE_H
#define NASLAG_TESTS_OLE_FIXTURE_H

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define OLE_SECTOR 512U
#define OLE_END 0xFFFFFFFEU
#define OLE_STREAMS_MAX 3 /* a directory of one sector: the root and these */

struct ole_stream {
    const char *name;
    const struct buf *data;
};

static inline void ole_u16(struct buf *out, unsigned value)
{
    buf_add_u8(out, (uint8_t)value);
    buf_add_u8(out, (uint8_t)(value >> 8));
}

static inline void ole_fill(struct buf *out, uint8_t byte, size_t count)
{
    while (count-- > 0) {
        buf_add_u8(out, byte);
    }
}

static inline void ole_pad(struct buf *out, size_t unit, uint8_t byte)
{
    ole_fill(out, byte, (unit - out->len % unit) % unit);
}

static inline void ole_poke(struct buf *out, size_t at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        out->data[at + (size_t)i] = (char)(value >> (8 * i));
    }
}

static inline void ole_entry(struct buf *out, const char *name, unsigned type, uint32_t child, uint32_t right, uint32_t start,
                             size_t size)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < 32; i++) {
        ole_u16(out, i < len ? (unsigned char)name[i] : 0);
    }
    ole_u16(out, len > 0 ? (unsigned)(2 * len + 2) : 0);
    buf_add_u8(out, (uint8_t)type);
    buf_add_u8(out, 1); /* black */
    buf_add_u32(out, UINT32_MAX);
    buf_add_u32(out, right);
    buf_add_u32(out, child);
    ole_fill(out, 0, 36); /* class, state, times */
    buf_add_u32(out, start);
    buf_add_u64(out, size);
}

/* A chain of sectors [first, first + count) in a table. */
static inline void ole_chain(struct buf *table, uint32_t count)
{
    uint32_t first = (uint32_t)table->len / 4;
    for (uint32_t i = 1; i <= count; i++) {
        buf_add_u32(table, i < count ? first + i : OLE_END);
    }
}

static inline void ole_header(struct buf *out, uint32_t table_sectors)
{
    buf_add(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    ole_fill(out, 0, 16);
    ole_u16(out, 0x3E);
    ole_u16(out, 3);
    ole_u16(out, 0xFFFE);
    ole_u16(out, 9);
    ole_u16(out, 6);
    ole_fill(out, 0, 10);
    buf_add_u32(out, 1); /* sectors of the FAT */
    buf_add_u32(out, 1); /* the directory */
    buf_add_u32(out, 0);
    buf_add_u32(out, 4096);
    buf_add_u32(out, table_sectors > 0 ? 2 : OLE_END);
    buf_add_u32(out, table_sectors);
    buf_add_u32(out, OLE_END);
    buf_add_u32(out, 0);
    buf_add_u32(out, 0); /* the FAT */
    ole_fill(out, 0xFF, 108 * 4);
}

/* Streams below 4096 bytes go into the small ones, as the format wants. */
static inline void ole_build(const struct ole_stream *streams, size_t count, struct buf *out)
{
    AUTO_BUF struct buf fat, mini_fat, mini, large, directory;
    struct buf *all[] = { &fat, &mini_fat, &mini, &large, &directory };
    for (size_t i = 0; i < 5; i++) {
        buf_init(all[i], 1 << 20);
    }
    uint32_t start[OLE_STREAMS_MAX] = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (streams[i].data->len < 4096) {
            start[i] = (uint32_t)mini_fat.len / 4;
            buf_add(&mini, streams[i].data->data, streams[i].data->len);
            ole_pad(&mini, 64, 0);
            ole_chain(&mini_fat, (uint32_t)(mini.len / 64) - start[i]);
        }
    }
    ole_pad(&mini_fat, OLE_SECTOR, 0xFF);
    ole_pad(&mini, OLE_SECTOR, 0);
    uint32_t mini_sectors = (uint32_t)(mini.len / OLE_SECTOR), table_sectors = (uint32_t)(mini_fat.len / OLE_SECTOR);
    uint32_t at = 2 + table_sectors + mini_sectors; /* behind the FAT, the directory and these */
    buf_add_u32(&fat, 0xFFFFFFFDU);
    ole_chain(&fat, 1);
    ole_chain(&fat, table_sectors);
    ole_chain(&fat, mini_sectors);
    for (size_t i = 0; i < count; i++) {
        if (streams[i].data->len >= 4096) {
            size_t before = large.len;
            start[i] = at;
            buf_add(&large, streams[i].data->data, streams[i].data->len);
            ole_pad(&large, OLE_SECTOR, 0);
            at += (uint32_t)((large.len - before) / OLE_SECTOR);
            ole_chain(&fat, (uint32_t)((large.len - before) / OLE_SECTOR));
        }
    }
    ole_pad(&fat, OLE_SECTOR, 0xFF);
    ole_entry(&directory, "Root Entry", 5, 1, UINT32_MAX, mini.len > 0 ? 2 + table_sectors : OLE_END, mini.len);
    for (size_t i = 0; i < OLE_STREAMS_MAX; i++) {
        bool used = i < count, more = i + 1 < count;
        ole_entry(&directory, used ? streams[i].name : "", used ? 2 : 0, UINT32_MAX, more ? (uint32_t)i + 2 : UINT32_MAX,
                  used ? start[i] : 0, used ? streams[i].data->len : 0);
    }
    ole_header(out, table_sectors);
    for (size_t i = 0; i < 5; i++) {
        static const size_t order[] = { 0, 4, 1, 2, 3 };
        const struct buf *part = all[order[i]];
        buf_add(out, part->data, part->len);
    }
}

/* Properties: title and author in Windows-1252, creation on 3 May 2004. */
static inline void ole_properties(const char *title, const char *author, struct buf *out)
{
    const char *texts[] = { title, author };
    ole_u16(out, 0xFFFE);
    ole_fill(out, 0, 22);
    buf_add_u32(out, 1);
    ole_fill(out, 0xAA, 16);
    buf_add_u32(out, 48);
    size_t set = out->len, size = 8 + 4 * 8;
    buf_add_u32(out, 0); /* its size: nobody asks */
    buf_add_u32(out, 4);
    static const uint32_t ids[] = { 1, 2, 4, 12 };
    size_t offsets = out->len + 4;
    for (size_t i = 0; i < 4; i++) {
        buf_add_u32(out, ids[i]);
        buf_add_u32(out, (uint32_t)size);
    }
    ole_poke(out, offsets, (uint32_t)(out->len - set));
    buf_add_u32(out, 2);
    buf_add_u32(out, 1252);
    for (size_t i = 0; i < 2; i++) {
        ole_poke(out, offsets + 8 * (i + 1), (uint32_t)(out->len - set));
        buf_add_u32(out, 30);
        buf_add_u32(out, (uint32_t)strlen(texts[i]) + 1);
        buf_add(out, texts[i], strlen(texts[i]) + 1);
        ole_pad(out, 4, 0);
    }
    ole_poke(out, offsets + 24, (uint32_t)(out->len - set));
    buf_add_u32(out, 64);
    buf_add_u64(out, (UINT64_C(11644473600) + 1083578400) * 10000000);
}

/* A Word file of text in Windows-1252 ([MS-DOC]: FibBase, one piece); \r ends a paragraph, \a a cell.  `title` NULL: without
 * properties. */
static inline void ole_word(const char *text, const char *title, const char *author, struct buf *out)
{
    AUTO_BUF struct buf word, table, properties;
    size_t len = strlen(text), begin = 1536;
    buf_init(&word, 1 << 20);
    buf_init(&table, 4096);
    buf_init(&properties, 4096);
    ole_u16(&word, 0xA5EC);
    ole_u16(&word, 0xC1); /* Word 97 */
    ole_u16(&word, 0);
    ole_u16(&word, 0x413);
    ole_u16(&word, 0);
    ole_u16(&word, 0x1200); /* characters of 16 bits are possible; the table is 1Table */
    ole_fill(&word, 0, begin - word.len);
    ole_poke(&word, 24, (uint32_t)begin);
    ole_poke(&word, 28, (uint32_t)(begin + len));
    ole_poke(&word, 64, (uint32_t)(begin + len));
    ole_poke(&word, 76, (uint32_t)len); /* characters of the body */
    ole_poke(&word, 0x1A2, 0);          /* the piece table: its place and size */
    ole_poke(&word, 0x1A6, 5 + 8 + 8);
    buf_add(&word, text, len);
    ole_pad(&word, 4096, 0);
    buf_add_u8(&table, 2);
    buf_add_u32(&table, 8 + 8);
    buf_add_u32(&table, 0);
    buf_add_u32(&table, (uint32_t)len);
    ole_u16(&table, 0);
    buf_add_u32(&table, 0x40000000U | (uint32_t)begin * 2); /* compressed: a byte a character */
    ole_u16(&table, 0);
    if (title != NULL) {
        ole_properties(title, author, &properties);
    }
    const struct ole_stream streams[] = { { "WordDocument", &word }, { "1Table", &table },
                                          { "\005SummaryInformation", &properties } };
    ole_build(streams, title != NULL ? 3 : 2, out);
}

/* ---- Excel ------------------------------------------------------------------------------------- */

static inline void ole_biff(struct buf *out, unsigned type, const struct buf *body)
{
    ole_u16(out, type);
    ole_u16(out, (unsigned)body->len);
    buf_add(out, body->data, body->len);
}

static inline void ole_begin(struct buf *out, unsigned kind)
{
    AUTO_BUF struct buf body;
    buf_init(&body, 64);
    ole_u16(&body, 0x600);
    ole_u16(&body, kind);
    ole_u16(&body, 0x0DBB);
    ole_u16(&body, 0x07CC);
    ole_fill(&body, 0, 8);
    ole_biff(out, 0x809, &body);
}

/* Sheets of one cell of text each, and a number below it; names and texts are below U+0100. */
static inline void ole_excel(const char *const *names, const char *const *texts, size_t count, struct buf *out)
{
    AUTO_BUF struct buf book, body, properties;
    size_t places[8];
    buf_init(&book, 1 << 20);
    buf_init(&body, 8192);
    buf_init(&properties, 4096);
    ole_begin(&book, 5);
    for (size_t i = 0; i < count; i++) {
        places[i] = book.len + 4;
        buf_clear(&body);
        buf_add_u32(&body, 0);
        ole_u16(&body, 0);
        buf_add_u8(&body, (uint8_t)strlen(names[i]));
        buf_add_u8(&body, 0);
        buf_add_str(&body, names[i]);
        ole_biff(&book, 0x85, &body);
    }
    buf_clear(&body); /* shared strings */
    buf_add_u32(&body, (uint32_t)count);
    buf_add_u32(&body, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        ole_u16(&body, (unsigned)strlen(texts[i]));
        buf_add_u8(&body, 0);
        buf_add_str(&body, texts[i]);
    }
    ole_biff(&book, 0xFC, &body);
    buf_clear(&body);
    ole_biff(&book, 0x0A, &body);
    for (size_t i = 0; i < count; i++) {
        ole_poke(&book, places[i], (uint32_t)book.len);
        ole_begin(&book, 0x10);
        buf_clear(&body); /* LABELSST */
        ole_fill(&body, 0, 6);
        buf_add_u32(&body, (uint32_t)i);
        ole_biff(&book, 0xFD, &body);
        buf_clear(&body); /* NUMBER: 42.0 */
        ole_u16(&body, 1);
        ole_fill(&body, 0, 4);
        buf_add_u64(&body, UINT64_C(0x4045000000000000));
        ole_biff(&book, 0x203, &body);
        buf_clear(&body);
        ole_biff(&book, 0x0A, &body);
    }
    ole_pad(&book, 4096, 0);
    const struct ole_stream streams[] = { { "Workbook", &book } };
    ole_build(streams, 1, out);
}

/* ---- PowerPoint ---------------------------------------------------------------------------------- */

/* Begins a record; its length is filled in by ole_ppt_end with what this returns. */
static inline size_t ole_ppt_begin(struct buf *out, unsigned instance, bool container, unsigned type)
{
    ole_u16(out, instance << 4 | (container ? 15 : 0));
    ole_u16(out, type);
    buf_add_u32(out, 0);
    return out->len;
}

static inline void ole_ppt_end(struct buf *out, size_t begin)
{
    ole_poke(out, begin - 4, (uint32_t)(out->len - begin));
}

static inline void ole_ppt_number(struct buf *out, unsigned type, uint32_t number)
{
    size_t at = ole_ppt_begin(out, 0, false, type);
    buf_add_u32(out, number);
    ole_ppt_end(out, at);
}

/* Text in bytes, or in UTF-16. */
static inline void ole_ppt_text(struct buf *out, uint32_t kind, const char *text, bool wide)
{
    ole_ppt_number(out, 3999, kind);
    size_t at = ole_ppt_begin(out, 0, false, wide ? 4000 : 4008);
    for (const char *c = text; *c != '\0'; c++) {
        buf_add_char(out, *c);
        if (wide) {
            buf_add_u8(out, 0);
        }
    }
    ole_ppt_end(out, at);
}

/* A slide or page of notes with a title from the document's list (outline >= 0) and a text of its own. */
static inline uint32_t ole_ppt_slide(struct buf *out, unsigned type, uint32_t notes, int outline, const char *text, uint32_t kind)
{
    uint32_t start = (uint32_t)out->len;
    size_t slide = ole_ppt_begin(out, 0, true, type);
    size_t atom = ole_ppt_begin(out, 2, false, type + 1);
    ole_fill(out, 0, 16);
    buf_add_u32(out, notes);
    buf_add_u32(out, 0);
    ole_ppt_end(out, atom);
    size_t drawing = ole_ppt_begin(out, 0, true, 1036), box = ole_ppt_begin(out, 0, true, 0xF00D);
    if (outline >= 0) {
        ole_ppt_number(out, 3998, (uint32_t)outline);
    }
    ole_ppt_text(out, kind, text, true);
    ole_ppt_end(out, box);
    ole_ppt_end(out, drawing);
    ole_ppt_end(out, slide);
    return start;
}

static inline void ole_ppt_listed(struct buf *out, uint32_t object, uint32_t id)
{
    size_t at = ole_ppt_begin(out, 0, false, 1011);
    buf_add_u32(out, object);
    buf_add_u64(out, 0);
    buf_add_u32(out, id);
    buf_add_u32(out, 0);
    ole_ppt_end(out, at);
}

/* A save: a table of objects [1, count], and what was saved before; returns its place. */
static inline uint32_t ole_ppt_save(struct buf *out, const uint32_t *objects, uint32_t first, uint32_t count, uint32_t before)
{
    uint32_t table = (uint32_t)out->len;
    size_t at = ole_ppt_begin(out, 0, false, 6002);
    buf_add_u32(out, first | count << 20);
    for (uint32_t i = 0; i < count; i++) {
        buf_add_u32(out, objects[i]);
    }
    ole_ppt_end(out, at);
    uint32_t edit = (uint32_t)out->len;
    at = ole_ppt_begin(out, 0, false, 4085);
    ole_fill(out, 0, 8);
    buf_add_u32(out, before);
    buf_add_u32(out, table);
    buf_add_u32(out, 1);
    ole_fill(out, 0, 8);
    ole_ppt_end(out, at);
    return edit;
}

/* Two slides in another order than they lie in the file, the second with notes; the first was saved a second time. */
static inline void ole_powerpoint(bool damaged, struct buf *out)
{
    AUTO_BUF struct buf stream, user;
    uint32_t objects[5];
    buf_init(&stream, 1 << 20);
    buf_init(&user, 4096);
    ole_fill(&stream, 0, 8); /* no object lies at offset 0: an empty record */
    objects[2] = ole_ppt_slide(&stream, 1006, 77, 0, "Tweede inhoud", 1);
    objects[1] = ole_ppt_slide(&stream, 1006, 0, -1, "Oude inhoud", 1);
    objects[3] = ole_ppt_slide(&stream, 1008, 0, -1, "Notitie van de spreker", 2);
    objects[0] = (uint32_t)stream.len;
    size_t document = ole_ppt_begin(&stream, 0, true, 1000), list = ole_ppt_begin(&stream, 0, true, 4080);
    ole_ppt_listed(&stream, 2, 256);
    ole_ppt_listed(&stream, 3, 257);
    ole_ppt_text(&stream, 0, "Tweede pl\xE1n", false);
    ole_ppt_end(&stream, list);
    list = ole_ppt_begin(&stream, 2, true, 4080);
    ole_ppt_listed(&stream, 4, 77);
    ole_ppt_end(&stream, list);
    ole_ppt_end(&stream, document);
    uint32_t save = ole_ppt_save(&stream, objects, 1, 4, 0);
    objects[4] = ole_ppt_slide(&stream, 1006, 0, -1, "Eerste inhoud\rmet een regel", 1);
    save = ole_ppt_save(&stream, objects + 4, 2, 1, save);
    ole_pad(&stream, 4096, 0);
    ole_fill(&user, 0, 8);
    buf_add_u32(&user, 20);
    buf_add_u32(&user, 0xE391C05FU);
    buf_add_u32(&user, damaged ? 3 : save);
    ole_fill(&user, 0, 12);
    const struct ole_stream streams[] = { { "PowerPoint Document", &stream }, { "Current User", &user } };
    ole_build(streams, 2, out);
}

#endif
