/* fuzz-office.c - libFuzzer harness: any bytes as the main part of an office file, in a package that is in order.
 *
 * The first byte chooses the kind of document.  Seeds: the XML in t047-office.c.  Useful: a dictionary of element names ("<w:p>",
 * "<w:fldChar", "<text:note>", "<c t='s'>", "<a:t>").
 */
#include "tests/fuzz/fuzz-extract.h"
#include "tests/zip-fixture.h"

#define RELS(target) "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='" target "'/></Relationships>"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char word_rels[] = "<Relationships><Relationship Id='a' Type='x/styles' Target='document.xml'/>"
                                    "<Relationship Id='b' Type='x/footnotes' Target='document.xml'/></Relationships>";
    static const char slide_rels[] = "<Relationships>"
                                     "<Relationship Id='a' Type='x/slide' Target='presentation.xml'/></Relationships>";
    static const char sheet_rels[] = "<Relationships><Relationship Id='a' Type='x/worksheet' Target='workbook.xml'/>"
                                     "<Relationship Id='b' Type='x/sharedStrings' Target='workbook.xml'/>"
                                     "<Relationship Id='c' Type='x/styles' Target='workbook.xml'/></Relationships>";
    if (len == 0) {
        return 0;
    }
    char *text = strndup((const char *)bytes + 1, len - 1);
    const struct zip_text kinds[][5] = {
        { { "[Content_Types].xml", "" }, { "_rels/.rels", RELS("word/document.xml") }, { "word/document.xml", text },
          { "word/_rels/document.xml.rels", word_rels }, { "docProps/core.xml", text } },
        { { "[Content_Types].xml", "" }, { "_rels/.rels", RELS("ppt/presentation.xml") }, { "ppt/presentation.xml", text },
          { "ppt/_rels/presentation.xml.rels", slide_rels }, { "docProps/app.xml", text } },
        { { "[Content_Types].xml", "" }, { "_rels/.rels", RELS("xl/workbook.xml") }, { "xl/workbook.xml", text },
          { "xl/_rels/workbook.xml.rels", sheet_rels }, { "x.xml", "" } },
        { { "mimetype", "application/vnd.oasis.opendocument.text" }, { "content.xml", text }, { "styles.xml", text },
          { "meta.xml", text }, { "x.xml", "" } },
        { { "mimetype", "application/epub+zip" }, { "META-INF/container.xml", "<c><rootfile full-path='a.opf'/></c>" },
          { "a.opf", text }, { "a.xhtml", text }, { "x.xml", "" } },
    };
    static const char *const names[] = { "x.docx", "x.pptx", "x.xlsx", "x.odt", "x.epub" };
    size_t kind = bytes[0] % 5;
    struct buf zip;
    buf_init(&zip, (size_t)1 << 20);
    zip_make(kinds[kind], 5, &zip);
    if (!zip.failed) {
        fuzz_extract(names[kind], (const uint8_t *)zip.data, zip.len);
    }
    buf_done(&zip);
    free(text);
    return 0;
}
