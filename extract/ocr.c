/* ocr.c - Tesseract through its C API, and Leptonica for image files; the only file that sees their headers.
 *
 * The engine is made when the first image comes, inside the sandbox, from language data that is in memory by then.  It must
 * not start threads there: its loops are OpenMP's, which runs them in one thread when no level of parallelism is allowed.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_DEFAULT */
#endif
#include "extract/ocr.h"

#include "config.h"

#if HAVE_TESSERACT
#include <dlfcn.h>
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <string.h>
#include <tesseract/capi.h>

#include "base/io.h"
#include "base/utf8.h"
#include "text/unicode.h"

#define LANGUAGE "nld"
#define DATA_BYTES_MAX (64 << 20)
#define CONFIDENCE_LEAST 50 /* percent, mean of the words: pictures without text give 20 to 40 */
#define WORD_LETTERS 3      /* shorter words are in the dictionary by chance */
#define WORDS_JUDGED 10     /* of so many words on, */
#define KNOWN_LEAST 20      /* percent must be in the dictionary: of Dutch 90 to 100 are, of tables of names and English 45 and
                               more, of text whose letters were exchanged, however sharp, 0 to 13 */
#define SIDE_LEAST 40       /* pixels: no line of text fits in less */
#define FILE_PAGES_MAX 1000

static struct {
    struct buf data;
    TessBaseAPI *engine;
} ocr;

/* Where packages put the data; the variable is Tesseract's own. */
static bool find_data(char *path, size_t cap)
{
    static const char *const folders[] = { "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata",
                                           "/usr/share/tessdata", "/usr/local/share/tessdata" };
    const char *own = getenv("TESSDATA_PREFIX");
    if (own != NULL) {
        snprintf(path, cap, "%s/" LANGUAGE ".traineddata", own);
        return access(path, R_OK) == 0;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, cap, "%s/" LANGUAGE ".traineddata", folders[i]);
        if (access(path, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

bool ocr_is_available(const char **ret_why)
{
    char path[4096];
    bool found = ocr.data.len > 0 || find_data(path, sizeof path);
    *ret_why = found ? "" : "Tesseract has no data for Dutch (Debian package tesseract-ocr-nld)";
    return found;
}

void ocr_prepare(void)
{
    char path[4096];
    if (ocr.data.len > 0 || !find_data(path, sizeof path)) {
        return;
    }
    buf_init(&ocr.data, DATA_BYTES_MAX);
    if (io_read_file(path, &ocr.data, NULL) != ERR_OK) {
        buf_clear(&ocr.data);
    }
}

static enum err_code need_engine(struct err *err)
{
    if (ocr.engine != NULL) {
        return ERR_OK;
    }
    ocr_prepare();
    if (ocr.data.len == 0) {
        return err_set(err, ERR_INVALID, "images cannot be read: Tesseract has no data for Dutch");
    }
    void (*set_levels)(int) = NULL;
    *(void **)&set_levels = dlsym(RTLD_DEFAULT, "omp_set_max_active_levels");
    if (set_levels != NULL) {
        set_levels(0);
    }
    setMsgSeverity(L_SEVERITY_NONE);
    TessBaseAPI *engine = TessBaseAPICreate();
    if (engine == NULL) {
        return err_nomem(err, "Tesseract");
    }
    if (TessBaseAPIInit5(engine, ocr.data.data, (int)ocr.data.len, LANGUAGE, OEM_LSTM_ONLY, NULL, 0, NULL, NULL, 0, 0) != 0) {
        TessBaseAPIDelete(engine);
        return err_set(err, ERR_INVALID, "images cannot be read: Tesseract does not accept its data for Dutch");
    }
    TessBaseAPISetPageSegMode(engine, PSM_AUTO);
    ocr.engine = engine;
    return ERR_OK;
}

static bool is_long_word(const char *word)
{
    unsigned letters = 0;
    for (size_t at = 0, step, len = strlen(word); at < len; at += step) {
        int32_t code = utf8_decode(word + at, len - at, &step);
        letters += code > 0 && text_class_of(code) == TEXT_LETTER;
    }
    return letters >= WORD_LETTERS;
}

/* Whether words were read that are words of a language.  Fonts whose characters are not named draw others than they say, and those
 * are recognised with confidence: only the dictionary tells. */
static bool has_words(void)
{
    unsigned words = 0, known = 0;
    TessResultIterator *iterator = TessBaseAPIGetIterator(ocr.engine);
    for (bool more = iterator != NULL; more; more = TessResultIteratorNext(iterator, RIL_WORD)) {
        char *word = TessResultIteratorGetUTF8Text(iterator, RIL_WORD);
        if (word != NULL && is_long_word(word)) {
            words++;
            known += TessResultIteratorWordIsFromDictionary(iterator) != 0;
        }
        TessDeleteText(word);
    }
    if (iterator != NULL) {
        TessResultIteratorDelete(iterator);
    }
    return words < WORDS_JUDGED || 100 * known >= KNOWN_LEAST * words;
}

/* Reads what the engine was given. */
static enum err_code take_text(struct buf *out, struct err *err)
{
    char *text = TessBaseAPIGetUTF8Text(ocr.engine);
    enum err_code code = ERR_OK;
    if (text != NULL && TessBaseAPIMeanTextConf(ocr.engine) >= CONFIDENCE_LEAST && has_words()) {
        buf_add_str(out, text);
        code = buf_check(out, "the text of an image", err);
    }
    TessDeleteText(text);
    TessBaseAPIClear(ocr.engine);
    return code;
}

enum err_code ocr_read_grey(const unsigned char *pixels, int width, int height, int stride, int dpi, struct buf *out,
                            struct err *err)
{
    enum err_code code = need_engine(err);
    if (code != ERR_OK || width < SIDE_LEAST || height < SIDE_LEAST) {
        return code;
    }
    TessBaseAPISetImage(ocr.engine, pixels, width, height, 1, stride);
    TessBaseAPISetSourceResolution(ocr.engine, dpi);
    return take_text(out, err);
}

/* Decodes one image, bounded by what its header says; NULL with a reason. */
static PIX *decode(const char *bytes, size_t len, struct ocr_place *place, struct err *err)
{
    l_int32 format = 0, width = 0, height = 0, bits = 0, samples = 0, colours = 0;
    const l_uint8 *data = (const l_uint8 *)bytes;
    place->more = false;
    /* Other formats go through temporary files, or have no header to judge by. */
    bool known = len > 16 && findFileFormatBuffer(data, &format) == 0
        && (format == IFF_PNG || format == IFF_JFIF_JPEG || (format >= IFF_TIFF && format <= IFF_TIFF_ZIP)
            || format == IFF_TIFF_JPEG);
    if (!known) {
        err_set(err, ERR_INVALID, "the file is no PNG, JPEG or TIFF image");
        return NULL;
    }
    bool tiff = format != IFF_PNG && format != IFF_JFIF_JPEG;
    l_int32 problem = tiff ? readHeaderMemTiff(data, len, (l_int32)place->page, &width, &height, &bits, &samples, NULL, NULL, NULL)
                           : pixReadHeaderMem(data, len, NULL, &width, &height, &bits, &samples, &colours);
    if (problem != 0 || width <= 0 || height <= 0) {
        err_set(err, ERR_INVALID, "the image is damaged");
        return NULL;
    }
    if ((int64_t)width * height > OCR_PIXELS_MAX) {
        err_set(err, ERR_INVALID, "the image is too large: %d by %d pixels", width, height);
        return NULL;
    }
    PIX *pix = tiff ? pixReadMemFromMultipageTiff(data, len, &place->offset) : pixReadMem(data, len);
    place->page++;
    place->more = tiff && pix != NULL && place->offset != 0 && place->page < FILE_PAGES_MAX;
    if (pix == NULL) {
        err_set(err, ERR_INVALID, "the image is damaged");
    }
    return pix;
}

enum err_code ocr_read_file(const char *bytes, size_t len, struct ocr_place *place, struct buf *out, struct err *err)
{
    enum err_code code = need_engine(err);
    PIX *pix = code == ERR_OK ? decode(bytes, len, place, err) : NULL;
    if (pix == NULL) {
        return ERR_INVALID;
    }
    if (pixGetWidth(pix) >= SIDE_LEAST && pixGetHeight(pix) >= SIDE_LEAST) {
        TessBaseAPISetImage2(ocr.engine, pix);
        if (pixGetXRes(pix) < 70) {
            TessBaseAPISetSourceResolution(ocr.engine, 300);
        }
        code = take_text(out, err);
    }
    pixDestroy(&pix);
    return code;
}

#else /* without Tesseract */

bool ocr_is_available(const char **ret_why)
{
    *ret_why = "Naslag was built without Tesseract";
    return false;
}

void ocr_prepare(void)
{
}

enum err_code ocr_read_grey(const unsigned char *pixels, int width, int height, int stride, int dpi, struct buf *out,
                            struct err *err)
{
    (void)pixels;
    (void)width;
    (void)height;
    (void)stride;
    (void)dpi;
    (void)out;
    return err_set(err, ERR_INVALID, "images cannot be read: Naslag was built without Tesseract");
}

enum err_code ocr_read_file(const char *bytes, size_t len, struct ocr_place *place, struct buf *out, struct err *err)
{
    (void)bytes;
    (void)len;
    (void)out;
    place->more = false;
    return err_set(err, ERR_INVALID, "images cannot be read: Naslag was built without Tesseract");
}

#endif
