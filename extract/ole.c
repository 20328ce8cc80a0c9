/* ole.c - files of Microsoft's compound format (MS-CFB): what they are, so that the ledger can say why they are not read.
 *
 * Word, Excel and PowerPoint before 2007 wrote these; so do newer ones for a document with a password.  A stream's name stands in
 * the directory in UTF-16, and that is all that is looked for.
 */
#include <string.h>

#include "extract/internal.h"

#define NAME_MAX_BYTES 64 /* of a name in UTF-16 */

bool ole_is(const char *bytes, size_t len)
{
    return len >= 512 && memcmp(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

/* Whether a stream of this name is listed.  Entries of the directory are 128 bytes and lie at multiples of that. */
static bool has_stream(const char *bytes, size_t len, const char *name)
{
    char wide[NAME_MAX_BYTES] = { 0 };
    size_t used = 0;
    for (const char *c = name; *c != '\0' && used + 2 < sizeof wide; c++) {
        wide[used] = *c;
        used += 2;
    }
    for (size_t at = 512; at < len && len - at >= 128; at += 128) {
        if (memcmp(bytes + at, wide, used + 2) == 0) {
            return true;
        }
    }
    return false;
}

enum err_code ole_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    static const struct {
        const char *stream, *what;
    } kinds[] = {
        { "EncryptedPackage", "the document is encrypted" },
        { "WordDocument", "a document of Word before 2007, for which there is no reader: save it as .docx or .odt" },
        { "Workbook", "a workbook of Excel before 2007, for which there is no reader: save it as .xlsx or .ods" },
        { "Book", "a workbook of Excel before 1997, for which there is no reader: save it as .xlsx or .ods" },
        { "PowerPoint Document",
          "a presentation of PowerPoint before 2007, for which there is no reader: save it as .pptx or .odp"
        },
    };
    (void)sink;
    (void)context;
    for (size_t i = 0; ole_is(input->bytes, input->len) && i < sizeof kinds / sizeof *kinds; i++) {
        if (has_stream(input->bytes, input->len, kinds[i].stream)) {
            return err_set(err, ERR_INVALID, "%s", kinds[i].what);
        }
    }
    return err_set(err, ERR_INVALID, "an office file of before 2007 that is damaged or of a kind that is not known");
}
