/* fuzz-office.c - libFuzzer harness: any bytes as the parts of an office file, in a package that is in order.
 *
 * The first byte chooses the kind of document and which of its parts are given: those that name others (a presentation, a workbook,
 * the contents of a book) are either in order, so that what they lead to is met, or given too.  The rest is up to three parts, a
 * NUL between them; one that is not there is the first once more.
 */
#include "tests/fuzz/fuzz-extract.h"
#include "tests/zip-fixture.h"

#define MEMBERS 8
#define OFFICE_NS "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
#define RELS(list) "<Relationships>" list "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='x/" type "' Target='" target "'/>"
#define ROOT(target) { "[Content_Types].xml", "" }, { "_rels/.rels", RELS(REL("r", "officeDocument", target)) }
#define NONE { "x.xml", "" }

struct package {
    const char *name;
    struct zip_text members[MEMBERS]; /* text NULL, or "1", "2": the first, second, third part that is given */
};

static const struct package packages[] = {
    { "x.docx", { ROOT("word/document.xml"), { "word/document.xml", NULL }, { "word/styles.xml", "1" }, { "word/notes.xml", "2" },
                  { "word/_rels/document.xml.rels", RELS(REL("a", "styles", "styles.xml") REL("b", "footnotes", "notes.xml")
                                                         REL("c", "comments", "notes.xml")) },
                  { "docProps/core.xml", "2" }, { "docProps/app.xml", "1" } } },
    { "x.pptx", { ROOT("ppt/presentation.xml"),
                  { "ppt/presentation.xml", "<p:presentation " OFFICE_NS "><p:sldIdLst><p:sldId r:id='a'/><p:sldId r:id='b'/>"
                    "</p:sldIdLst></p:presentation>" },
                  { "ppt/_rels/presentation.xml.rels", RELS(REL("a", "slide", "slides/a.xml") REL("b", "slide", "slides/b.xml")) },
                  { "ppt/slides/a.xml", NULL }, { "ppt/slides/b.xml", "1" },
                  { "ppt/slides/_rels/a.xml.rels", RELS(REL("a", "notesSlide", "../n.xml")) }, { "ppt/n.xml", "2" } } },
    { "x.xlsx", { ROOT("xl/workbook.xml"),
                  { "xl/workbook.xml", "<workbook " OFFICE_NS "><sheets><sheet name='Een' r:id='a'/></sheets></workbook>" },
                  { "xl/_rels/workbook.xml.rels", RELS(REL("a", "worksheet", "a.xml") REL("b", "sharedStrings", "b.xml")
                                                       REL("c", "styles", "c.xml")) },
                  { "xl/a.xml", NULL }, { "xl/b.xml", "1" }, { "xl/c.xml", "2" }, { "docProps/core.xml", "1" } } },
    { "x.odt", { { "mimetype", "application/vnd.oasis.opendocument.text" }, { "content.xml", NULL }, { "styles.xml", "1" },
                 { "meta.xml", "2" }, NONE, NONE, NONE, NONE } },
    { "x.epub", { { "mimetype", "application/epub+zip" },
                  { "META-INF/container.xml", "<c><rootfile full-path='O/a.opf'/></c>" },
                  { "O/a.opf", "<package><manifest><item id='a' href='a.xhtml'/><item id='b' href='b%20c.xhtml'/></manifest>"
                    "<spine><itemref idref='a'/><itemref idref='b'/></spine></package>" },
                  { "O/a.xhtml", NULL }, { "O/b c.xhtml", "1" }, NONE, NONE, NONE } },
    { "x.pptx", { ROOT("ppt/presentation.xml"), { "ppt/presentation.xml", NULL }, { "ppt/_rels/presentation.xml.rels", "1" },
                  { "ppt/slides/a.xml", "2" }, NONE, NONE, NONE } },
    { "x.xlsx", { ROOT("xl/workbook.xml"), { "xl/workbook.xml", NULL }, { "xl/_rels/workbook.xml.rels", "1" },
                  { "xl/a.xml", "2" }, NONE, NONE, NONE } },
    { "x.epub", { { "mimetype", "application/epub+zip" }, { "META-INF/container.xml", "1" }, { "O/a.opf", NULL }, { "a.opf", NULL },
                  { "O/a.xhtml", "2" }, { "a.xhtml", "2" }, NONE, NONE } },
    { "x.ods", { { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" }, { "content.xml", NULL }, { "styles.xml", "1" },
                 { "meta.xml", "2" }, NONE, NONE, NONE, NONE } },
    { "x.odp", { { "mimetype", "application/vnd.oasis.opendocument.presentation" }, { "content.xml", NULL }, { "styles.xml", "1" },
                 { "meta.xml", "2" }, NONE, NONE, NONE, NONE } },
    { "x.docx", { { "[Content_Types].xml", "1" }, { "_rels/.rels", NULL }, { "word/document.xml", "2" },
                  { "docProps/core.xml", "2" }, NONE, NONE, NONE, NONE } },
};

/* The text of a member, of the parts that are given. */
static const char *text_of(const struct zip_text *member, char *const parts[3])
{
    bool given = member->text == NULL || strcmp(member->text, "1") == 0 || strcmp(member->text, "2") == 0;
    return !given ? member->text : parts[member->text == NULL ? 0 : *member->text - '0'];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) {
        return 0;
    }
    const struct package *package = &packages[bytes[0] % (sizeof packages / sizeof *packages)];
    AUTO_FREE char *text = malloc(len);
    fuzz_require(text != NULL);
    memcpy(text, bytes + 1, len - 1);
    text[len - 1] = '\0';
    char *parts[3] = { text, text, text };
    for (size_t i = 1; i < 3; i++) {
        char *behind = parts[i - 1] + strlen(parts[i - 1]) + 1;
        parts[i] = behind < text + len ? behind : text;
    }
    struct zip_text members[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i] = (struct zip_text){ package->members[i].name, text_of(&package->members[i], parts) };
    }
    AUTO_BUF struct buf zip;
    buf_init(&zip, (size_t)1 << 20);
    zip_make(members, MEMBERS, &zip);
    if (!zip.failed) {
        fuzz_extract(package->name, (const uint8_t *)zip.data, zip.len);
    }
    return 0;
}
