/* formats-office.c - office files and books, as small as they may be, each with the parts that their standards ask for. */
#include <stdlib.h>
#include <string.h>

#include "tests/formats.h"
#include "tests/zip-fixture.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define OFFICE_NS "http://schemas.openxmlformats.org/officeDocument/2006/"
#define MAIN_NS(kind) "http://schemas.openxmlformats.org/" kind "/2006/main"
#define TYPES(overrides)                                                                                       \
    XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"                         \
        "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"  \
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>" overrides "</Types>"
#define RELATIONS(list)                                                                                    \
    XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" list "</Relationships>"
#define RELATION(id, type, target)                                                                  \
    "<Relationship Id=\"" id "\" Type=\"" OFFICE_NS "relationships/" type "\" Target=\"" target "\"/>"
#define CORE                                                                                                  \
    "<Relationship Id=\"k\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/"       \
    "core-properties\" Target=\"docProps/core.xml\"/>"

#define PARTS_MAX 40

struct part {
    size_t first, end; /* lines; the first is its title */
};

/* The parts of a text; each begins with a head. */
static size_t find_parts(const struct text *text, struct part parts[PARTS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < text->count; i++) {
        if (i == 0 || (text_is_head(text, i) && count < PARTS_MAX)) {
            parts[count++] = (struct part){ i, text->count };
            if (count > 1) {
                parts[count - 2].end = i;
            }
        }
    }
    return count;
}

static bool has_words(const char *line)
{
    return *line != '\0' && *line != '\f';
}

/* Every line with words between `before` and `after`; the title of the text and heads between others. */
static void add_lines(struct buf *out, const struct text *text, struct part part, const char *const marks[4])
{
    for (size_t i = part.first; i < part.end; i++) {
        if (has_words(text->lines[i])) {
            bool head = text_is_head(text, i);
            buf_add_str(out, marks[head ? 2 : 0]);
            add_xml(out, text->lines[i]);
            buf_add_str(out, marks[head ? 3 : 1]);
        }
    }
}

static void add_core(struct buf *out, const char *title, const char *author, const char *created)
{
    buf_add_str(out, XML "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
                "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
    add_xml(out, title);
    buf_printf(out, "</dc:title><dc:creator>%s</dc:creator><dc:language>nl-NL</dc:language>"
               "<dcterms:created xsi:type=\"dcterms:W3CDTF\">%sT09:00:00Z</dcterms:created></cp:coreProperties>", author, created);
}

void make_docx(const struct text *text, struct buf *out)
{
    static const char *const marks[] = { "<w:p><w:r><w:t xml:space=\"preserve\">", "</w:t></w:r></w:p>",
                                         "<w:p><w:pPr><w:pStyle w:val=\"Kop1\"/></w:pPr><w:r><w:t>", "</w:t></w:r></w:p>" };
    AUTO_BUF struct buf document;
    AUTO_BUF struct buf core;
    buf_init(&document, FORMAT_BYTES_MAX);
    buf_init(&core, FORMAT_BYTES_MAX);
    buf_add_str(&document, XML "<w:document xmlns:w=\"" MAIN_NS("wordprocessingml") "\"><w:body>");
    add_lines(&document, text, (struct part){ 0, text->count }, marks);
    buf_add_str(&document, "</w:body></w:document>");
    add_core(&core, text->lines[0], "R. Aalders", "2014-12-01");
    const struct zip_text members[] = {
        { "[Content_Types].xml",
          TYPES("<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument."
                "wordprocessingml.document.main+xml\"/>") },
        { "_rels/.rels", RELATIONS(RELATION("d", "officeDocument", "word/document.xml") CORE) },
        { "word/document.xml", document.data },
        { "word/_rels/document.xml.rels", RELATIONS(RELATION("s", "styles", "styles.xml")) },
        { "word/styles.xml", XML "<w:styles xmlns:w=\"" MAIN_NS("wordprocessingml") "\"><w:style w:type=\"paragraph\" "
          "w:styleId=\"Kop1\"><w:name w:val=\"heading 1\"/></w:style></w:styles>" },
        { "docProps/core.xml", core.data },
    };
    zip_make(members, sizeof members / sizeof *members, out);
}

void make_pptx(const struct text *text, struct buf *out)
{
    static const char *const marks[] = { "<a:p><a:r><a:t>", "</a:t></a:r></a:p>", "<a:p><a:r><a:t>", "</a:t></a:r></a:p>" };
    struct part parts[PARTS_MAX];
    struct buf slides[PARTS_MAX];
    char names[PARTS_MAX][32];
    struct zip_text members[PARTS_MAX + 4];
    AUTO_BUF struct buf list;
    AUTO_BUF struct buf relations;
    size_t count = find_parts(text, parts);
    buf_init(&list, FORMAT_BYTES_MAX);
    buf_init(&relations, FORMAT_BYTES_MAX);
    buf_add_str(&list, XML "<p:presentation xmlns:p=\"" MAIN_NS("presentationml") "\" xmlns:r=\"" OFFICE_NS
                "relationships\"><p:sldIdLst>");
    for (size_t i = 0; i < count; i++) {
        struct buf *slide = &slides[i];
        buf_init(slide, FORMAT_BYTES_MAX);
        buf_add_str(slide, XML "<p:sld xmlns:p=\"" MAIN_NS("presentationml") "\" xmlns:a=\"" MAIN_NS("drawingml")
                    "\"><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type=\"title\"/></p:nvPr></p:nvSpPr><p:txBody>");
        add_lines(slide, text, (struct part){ parts[i].first, parts[i].first + 1 }, marks);
        buf_add_str(slide, "</p:txBody></p:sp><p:sp><p:txBody>");
        add_lines(slide, text, (struct part){ parts[i].first + 1, parts[i].end }, marks);
        buf_add_str(slide, "</p:txBody></p:sp></p:spTree></p:cSld></p:sld>");
        buf_printf(&list, "<p:sldId id=\"%zu\" r:id=\"r%zu\"/>", 256 + i, i);
        buf_printf(&relations, "<Relationship Id=\"r%zu\" Type=\"" OFFICE_NS "relationships/slide\" "
                   "Target=\"slides/slide%zu.xml\"/>", i, i + 1);
        snprintf(names[i], sizeof names[i], "ppt/slides/slide%zu.xml", i + 1);
        members[4 + i] = (struct zip_text){ names[i], slide->data };
    }
    buf_add_str(&list, "</p:sldIdLst></p:presentation>");
    AUTO_BUF struct buf whole;
    buf_init(&whole, FORMAT_BYTES_MAX);
    buf_printf(&whole, RELATIONS("%s"), relations.data);
    members[0] = (struct zip_text){ "[Content_Types].xml", TYPES("<Override PartName=\"/ppt/presentation.xml\" ContentType=\""
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml\"/>") };
    members[1] = (struct zip_text){ "_rels/.rels", RELATIONS(RELATION("p", "officeDocument", "ppt/presentation.xml")) };
    members[2] = (struct zip_text){ "ppt/presentation.xml", list.data };
    members[3] = (struct zip_text){ "ppt/_rels/presentation.xml.rels", whole.data };
    zip_make(members, 4 + count, out);
    for (size_t i = 0; i < count; i++) {
        buf_done(&slides[i]);
    }
}

static void add_sheet(struct buf *out, const struct text *text)
{
    static const char *const marks[] = { "<row><c t=\"inlineStr\"><is><t>", "</t></is></c></row>",
                                         "<row><c t=\"inlineStr\"><is><t>", "</t></is></c></row>" };
    buf_add_str(out, XML "<worksheet xmlns=\"" MAIN_NS("spreadsheetml") "\"><sheetData>");
    add_lines(out, text, (struct part){ 0, text->count }, marks);
    buf_add_str(out, "</sheetData></worksheet>");
}

void make_xlsx(const struct text *first, const struct text *second, struct buf *out)
{
    AUTO_BUF struct buf one;
    AUTO_BUF struct buf two;
    buf_init(&one, FORMAT_BYTES_MAX);
    buf_init(&two, FORMAT_BYTES_MAX);
    add_sheet(&one, first);
    add_sheet(&two, second);
    const struct zip_text members[] = {
        { "[Content_Types].xml", TYPES("<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-"
                                       "officedocument.spreadsheetml.sheet.main+xml\"/>") },
        { "_rels/.rels", RELATIONS(RELATION("w", "officeDocument", "xl/workbook.xml")) },
        { "xl/workbook.xml", XML "<workbook xmlns=\"" MAIN_NS("spreadsheetml") "\" xmlns:r=\"" OFFICE_NS "relationships\"><sheets>"
          "<sheet name=\"Kern\" sheetId=\"1\" r:id=\"a\"/><sheet name=\"Cijfers\" sheetId=\"2\" r:id=\"b\"/></sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels", RELATIONS(RELATION("a", "worksheet", "worksheets/sheet1.xml")
                                                  RELATION("b", "worksheet", "worksheets/sheet2.xml")) },
        { "xl/worksheets/sheet1.xml", one.data },
        { "xl/worksheets/sheet2.xml", two.data },
    };
    zip_make(members, sizeof members / sizeof *members, out);
}

/* ---- OpenDocument and EPUB ----------------------------------------------------------------------- */

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"
#define OPEN_NS                                                                                                           \
    "xmlns:office=\"" OASIS "office:1.0\" xmlns:text=\"" OASIS "text:1.0\" xmlns:table=\"" OASIS "table:1.0\" "                \
    "xmlns:draw=\"" OASIS "drawing:1.0\" xmlns:meta=\"" OASIS "meta:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "        \
    "office:version=\"1.3\""

static const char *const open_marks[] = { "<text:p>", "</text:p>", "<text:h text:outline-level=\"1\">", "</text:h>" };

/* Packs a body with the properties that all have. */
static void pack_open(const char *media, const char *title, const struct buf *body, struct buf *out)
{
    AUTO_BUF struct buf content;
    AUTO_BUF struct buf meta;
    buf_init(&content, FORMAT_BYTES_MAX);
    buf_init(&meta, FORMAT_BYTES_MAX);
    buf_printf(&content, XML "<office:document-content " OPEN_NS "><office:body>%s</office:body></office:document-content>",
               body->data);
    buf_add_str(&meta, XML "<office:document-meta " OPEN_NS "><office:meta><dc:title>");
    add_xml(&meta, title);
    buf_add_str(&meta, "</dc:title><meta:initial-creator>J. de Wit</meta:initial-creator>"
                "<meta:creation-date>2018-11-05T10:00:00</meta:creation-date></office:meta></office:document-meta>");
    const struct zip_text members[] = { { "mimetype", media }, { "content.xml", content.data }, { "meta.xml", meta.data } };
    zip_make(members, 3, out);
}

void make_odt(const struct text *text, struct buf *out)
{
    AUTO_BUF struct buf body;
    buf_init(&body, FORMAT_BYTES_MAX);
    buf_add_str(&body, "<office:text>");
    add_lines(&body, text, (struct part){ 0, text->count }, open_marks);
    buf_add_str(&body, "</office:text>");
    pack_open("application/vnd.oasis.opendocument.text", text->lines[0], &body, out);
}

void make_odp(const struct text *text, struct buf *out)
{
    struct part parts[PARTS_MAX];
    size_t count = find_parts(text, parts);
    AUTO_BUF struct buf body;
    buf_init(&body, FORMAT_BYTES_MAX);
    buf_add_str(&body, "<office:presentation>");
    for (size_t i = 0; i < count; i++) {
        buf_printf(&body, "<draw:page draw:name=\"dia%zu\"><draw:frame><draw:text-box>", i + 1);
        add_lines(&body, text, parts[i], open_marks);
        buf_add_str(&body, "</draw:text-box></draw:frame></draw:page>");
    }
    buf_add_str(&body, "</office:presentation>");
    pack_open("application/vnd.oasis.opendocument.presentation", text->lines[0], &body, out);
}

void make_ods(const struct text *first, const struct text *second, struct buf *out)
{
    static const char *const row[] = { "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>",
                                       "</text:p></table:table-cell></table:table-row>",
                                       "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>",
                                       "</text:p></table:table-cell></table:table-row>" };
    const struct text *texts[] = { first, second };
    AUTO_BUF struct buf body;
    buf_init(&body, FORMAT_BYTES_MAX);
    buf_add_str(&body, "<office:spreadsheet>");
    for (int i = 0; i < 2; i++) {
        buf_printf(&body, "<table:table table:name=\"Blad %d\">", i + 1);
        add_lines(&body, texts[i], (struct part){ 0, texts[i]->count }, row);
        buf_add_str(&body, "</table:table>");
    }
    buf_add_str(&body, "</office:spreadsheet>");
    pack_open("application/vnd.oasis.opendocument.spreadsheet", first->lines[0], &body, out);
}

void make_epub(const struct text *text, struct buf *out)
{
    static const char *const marks[] = { "<p>", "</p>", "<h1>", "</h1>" };
    struct part parts[PARTS_MAX];
    struct buf chapters[PARTS_MAX];
    char names[PARTS_MAX][32];
    struct zip_text members[PARTS_MAX + 3];
    size_t count = find_parts(text, parts);
    AUTO_BUF struct buf package;
    AUTO_BUF struct buf spine;
    buf_init(&package, FORMAT_BYTES_MAX);
    buf_init(&spine, FORMAT_BYTES_MAX);
    buf_add_str(&package, XML "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"i\"><metadata "
                "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier id=\"i\">1</dc:identifier><dc:title>");
    add_xml(&package, text->lines[0]);
    buf_add_str(&package, "</dc:title><dc:creator>A. Verhaar</dc:creator><dc:language>nl</dc:language><dc:date>2021-09-14</dc:date>"
                "</metadata><manifest>");
    for (size_t i = 0; i < count; i++) {
        buf_init(&chapters[i], FORMAT_BYTES_MAX);
        buf_add_str(&chapters[i], XML "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>Hoofdstuk</title></head><body>");
        add_lines(&chapters[i], text, parts[i], marks);
        buf_add_str(&chapters[i], "</body></html>");
        snprintf(names[i], sizeof names[i], "h%zu.xhtml", i);
        buf_printf(&package, "<item id=\"h%zu\" href=\"%s\" media-type=\"application/xhtml+xml\"/>", i, names[i]);
        buf_printf(&spine, "<itemref idref=\"h%zu\"/>", i);
        members[3 + i] = (struct zip_text){ names[i], chapters[i].data };
    }
    buf_printf(&package, "</manifest><spine>%s</spine></package>", spine.data);
    members[0] = (struct zip_text){ "mimetype", "application/epub+zip" };
    members[1] = (struct zip_text){ "META-INF/container.xml",
        XML "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" version=\"1.0\"><rootfiles><rootfile "
        "full-path=\"boek.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>" };
    members[2] = (struct zip_text){ "boek.opf", package.data };
    zip_make(members, 3 + count, out);
    for (size_t i = 0; i < count; i++) {
        buf_done(&chapters[i]);
    }
}
