/* ocr.h - text that stands in images, read by Tesseract with its data for Dutch.
 *
 * Optional twice: when Naslag is built (HAVE_TESSERACT) and when it runs (the language data may not be installed).
 */
#ifndef NASLAG_EXTRACT_OCR_H
#define NASLAG_EXTRACT_OCR_H

#include "base/buf.h"

/* Pixels of the largest image that is read; a page of A4 at 300 dots per inch has 8.7 million. */
#define OCR_PIXELS_MAX 40000000

/* Whether images can be read; *ret_why says why not ("" when they can).  Looks for the language data. */
bool ocr_is_available(const char **ret_why);
/* Reads the language data into memory, before the sandbox is closed; does nothing when there is none. */
void ocr_prepare(void);

/* Reads a grey image: `height` rows of `stride` bytes, of which `width` are pixels.  The text goes to `out`, lines ended by \n;
 * none when what was read is not likely to be text.  ERR_INVALID when images cannot be read. */
enum err_code ocr_read_grey(const unsigned char *pixels, int width, int height, int stride, int dpi, struct buf *out,
                            struct err *err);
/* Reads a page of a PNG, JPEG or TIFF file.  *place is zeroed before the first one, and tells where the next one is; `more` is then
 * set when there is one. */
struct ocr_place {
    unsigned page;
    size_t offset;
    bool more;
};
enum err_code ocr_read_file(const char *bytes, size_t len, struct ocr_place *place, struct buf *out, struct err *err);

#endif
