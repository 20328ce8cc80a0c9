/* extract.c - which format reads which file name. */
#include "extract/extract.h"

#include <string.h>
#include <strings.h>

#include "extract/internal.h"

const struct extract_caps extract_default_caps = {
    .file_bytes = UINT64_C(256) << 20,
    .record_bytes = UINT64_C(64) << 20,
    .pages = 100000,
    .title_bytes = 1000,
    .wall_ms = 30000,
    .memory_bytes = UINT64_C(1) << 30,
    .cpu_seconds = 20,
};

extract_format *extract_test_format;

struct format {
    const char *ending;
    extract_format *run;
    bool lines; /* one record a line */
};

static const struct format formats[] = {
    { ".txt", txt_run, false },   { ".html", html_run, false }, { ".htm", html_run, false }, { ".xhtml", html_run, false },
    { ".jsonl", jsonl_run, true }, { ".md", markdown_run, false }, { ".markdown", markdown_run, false },
    { ".docx", ooxml_run, false }, { ".docm", ooxml_run, false }, { ".dotx", ooxml_run, false }, { ".dotm", ooxml_run, false },
    { ".pptx", ooxml_run, false }, { ".pptm", ooxml_run, false }, { ".ppsx", ooxml_run, false }, { ".potx", ooxml_run, false },
    { ".xlsx", ooxml_run, false }, { ".xlsm", ooxml_run, false }, { ".xltx", ooxml_run, false },
    { ".odt", odf_run, false },    { ".odp", odf_run, false },    { ".ods", odf_run, false },    { ".ott", odf_run, false },
    { ".otp", odf_run, false },    { ".ots", odf_run, false },    { ".fodt", odf_run, false },   { ".fodp", odf_run, false },
    { ".doc", ole_run, false },    { ".xls", ole_run, false },    { ".ppt", ole_run, false },
    { ".fods", odf_run, false },   { ".epub", epub_run, false },  { ".rtf", rtf_run, false },
};

static bool ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), tail = strlen(ending);
    return len > tail && strcasecmp(name + len - tail, ending) == 0;
}

static struct format format_of(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (ends_in(name, formats[i].ending)) {
            return formats[i];
        }
    }
    if (extract_test_format != NULL && ends_in(name, ".naslag-test")) {
        return (struct format){ ".naslag-test", extract_test_format, false };
    }
    return (struct format){ NULL, NULL, false };
}

bool extract_knows(const char *name)
{
    return format_of(name).run != NULL;
}

bool extract_is_lines(const char *name)
{
    return format_of(name).lines;
}

enum err_code extract_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    struct format format = format_of(input->name);
    if (format.run == NULL) {
        return err_set(err, ERR_INVALID, "the file's ending is none that Naslag reads");
    }
    if (!format.lines && input->len > input->caps->file_bytes) {
        return err_set(err, ERR_INVALID, "the file is larger than the limit of %llu bytes",
                       (unsigned long long)input->caps->file_bytes);
    }
    return format.run(input, sink, context, err);
}
