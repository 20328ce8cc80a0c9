/* file.c - the fixed files: style sheet and icon. */
#include "searchd/file.h"

#include <string.h>

#include "searchd/web.h"

static void serve(const char *name, const char *type, struct answer *answer)
{
    const struct web_file *file = web_find(name, strlen(name));
    answer_start(answer, 200, type);
    buf_add(&answer->body, file->data, file->len);
}

/* The style sheet under its own digest never changes.  Under another one (a page of an older version, still open during
 * an upgrade) or under none it is served too, but must be checked again each time. */
void file_style(struct route_input *input, struct answer *answer)
{
    char tag[40];
    snprintf(tag, sizeof tag, "\"%s\"", web_style_digest());
    if (input->if_none_match != NULL && strstr(input->if_none_match, tag) != NULL) {
        answer_start(answer, 304, "");
    } else {
        serve("stijl.css", "text/css; charset=utf-8", answer);
    }
    bool fixed = strcmp(input->request->path, web_style_path()) == 0;
    answer_header(answer, "ETag", "%s", tag);
    answer_header(answer, "Cache-Control", "%s", fixed ? "public, max-age=31536000, immutable" : "no-cache");
}

void file_icon(struct route_input *input, struct answer *answer)
{
    (void)input;
    serve("icoon.svg", "image/svg+xml", answer);
    answer_header(answer, "Cache-Control", "public, max-age=86400");
}

void file_nothing(struct route_input *input, struct answer *answer)
{
    (void)input;
    answer_start(answer, 204, "");
    answer_header(answer, "Cache-Control", "public, max-age=86400");
}
