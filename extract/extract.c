/* extract.c - which function reads which kind of file. */
#include "extract/extract.h"

#include <string.h>

#include "extract/convert.h"
#include "extract/detect.h"
#include "extract/internal.h"
#include "extract/nest.h"

const struct extract_caps extract_default_caps = {
    .file_bytes = UINT64_C(256) << 20,
    .record_bytes = UINT64_C(64) << 20,
    .pages = 100000,
    .title_bytes = 1000,
    .wall_ms = 30000,
    .memory_bytes = UINT64_C(512) << 20,
    .cpu_seconds = 20,
    .depth = 4,
    .members = 100000,
    .expanded_bytes = UINT64_C(256) << 30,
    .ratio = 250,
};

extract_format *extract_test_format;

/* By the media types of detect.h.  Tables with tabs are lists for programs (queries, judgements, exports), not documents. */
static const struct format formats[] = {
    { "text/plain", txt_run, NULL, false },
    { "text/markdown", markdown_run, NULL, false },
    { "text/csv", txt_run, NULL, false },
    { "text/html", html_run, NULL, false },
    { "application/jsonl", jsonl_run, NULL, false },
    { "application/pdf", pdf_run, NULL, false },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ooxml_run, NULL, false },
    { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ooxml_run, NULL, false },
    { "application/vnd.openxmlformats-officedocument.presentationml.presentation", ooxml_run, NULL, false },
    { "application/vnd.oasis.opendocument.text", odf_run, NULL, false },
    { "application/vnd.oasis.opendocument.text-template", odf_run, NULL, false },
    { "application/vnd.oasis.opendocument.spreadsheet", odf_run, NULL, false },
    { "application/vnd.oasis.opendocument.spreadsheet-template", odf_run, NULL, false },
    { "application/vnd.oasis.opendocument.presentation", odf_run, NULL, false },
    { "application/vnd.oasis.opendocument.presentation-template", odf_run, NULL, false },
    { "application/vnd.oasis.opendocument.flat", odf_run, NULL, false },
    { "application/epub+zip", epub_run, NULL, false },
    { "application/rtf", rtf_run, NULL, false },
    { "application/msword", ole_run, NULL, false },
    { "application/vnd.ms-excel", ole_run, NULL, false },
    { "application/vnd.ms-powerpoint", ppt_run, NULL, false },
    { "application/x-encrypted-ooxml", ole_run, NULL, false },
    { "image/png", image_run, NULL, false },
    { "image/jpeg", image_run, NULL, false },
    { "image/tiff", image_run, NULL, false },
    { "application/zip", NULL, container_run, true },
    { "application/x-7z-compressed", NULL, container_run, true },
    { "application/vnd.rar", NULL, container_run, true },
    { "application/vnd.ms-cab-compressed", NULL, container_run, false },
    { "application/x-tar", NULL, container_run, false },
    { "application/gzip", NULL, container_run, false },
    { "application/x-bzip2", NULL, container_run, false },
    { "application/x-xz", NULL, container_run, false },
    { "application/zstd", NULL, container_run, false },
    { "application/x-lz4", NULL, container_run, false },
    { "message/rfc822", NULL, mail_run, false },
    { "application/mbox", NULL, mbox_run, false },
    { "application/warc", NULL, warc_run, false },
};

const struct format *format_find(const char *media)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].media, media) == 0) {
            return formats[i].run != image_run || image_is_readable() ? &formats[i] : NULL;
        }
    }
    static struct format test = { EXTRACT_TEST_MEDIA, NULL, NULL, false };
    test.run = extract_test_format;
    return test.run != NULL && strcmp(media, test.media) == 0 ? &test : NULL;
}

unsigned format_lacks(const char *media)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].media, media) == 0) {
            return formats[i].run == image_run && !image_is_readable() ? EXTRACT_NEED_OCR : 0;
        }
    }
    return 0;
}

unsigned extract_available(void)
{
    return convert_available() | (image_is_readable() ? EXTRACT_NEED_OCR : 0);
}

bool extract_is_lines(const char *name)
{
    return detect_ends_in(name, ".jsonl");
}

enum err_code extract_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(nest_done) struct nest nest;
    CLEANUP(stream_done) struct stream stream;
    stream_of_bytes(&stream, input->bytes, input->len);
    enum err_code code = nest_init(&nest, input->caps, input->len, sink, context, err);
    nest.base = input->base;
    return code == ERR_OK ? nest_file(&nest, &stream, input->name, err) : code;
}
