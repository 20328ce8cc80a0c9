/* web.h - the files of web/, compiled in.  embed.sh makes the table at build time. */
#ifndef NASLAG_SEARCHD_WEB_H
#define NASLAG_SEARCHD_WEB_H

#include <stddef.h>

struct web_file {
    const char *name; /* without folder, e.g. "zoeken.html" */
    const unsigned char *data;
    size_t len;
};

/* The table embed.sh makes. */
extern const struct web_file web_files[];
extern const size_t web_file_count;

/* Once, before other threads start. */
void web_init(void);
/* NULL when there is no such file. */
const struct web_file *web_find(const char *name, size_t len);
/* A template_finder: {{>kop}} is kop.html. */
const char *web_find_template(const char *name, size_t len, size_t *ret_len);
/* Where the style sheet is: its name holds a digest of its bytes, so that it may be kept for ever. */
const char *web_style_path(void);
const char *web_style_digest(void);

#endif
