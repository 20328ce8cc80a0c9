/* web.c - finding the files compiled in. */
#include "searchd/web.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

#define STYLE_DIGEST_LEN 16 /* hex digits: 64 bits tell versions apart amply */

static char style_digest[STYLE_DIGEST_LEN + 1];
static char style_path[STYLE_DIGEST_LEN + 16];

const struct web_file *web_find(const char *name, size_t len)
{
    for (size_t i = 0; i < web_file_count; i++) {
        if (strlen(web_files[i].name) == len && memcmp(web_files[i].name, name, len) == 0) {
            return &web_files[i];
        }
    }
    return NULL;
}

const char *web_find_template(const char *name, size_t len, size_t *ret_len)
{
    char full[64];
    int full_len = snprintf(full, sizeof full, "%.*s.html", (int)(len < 32 ? len : 32), name);
    const struct web_file *file = web_find(full, (size_t)full_len);
    if (file == NULL) {
        return NULL;
    }
    *ret_len = file->len;
    return (const char *)file->data;
}

void web_init(void)
{
    const struct web_file *style = web_find("stijl.css", strlen("stijl.css"));
    struct digest digest = digest_of(style->data, style->len);
    char hex[DIGEST_HEX_SIZE];
    digest_hex(&digest, hex);
    snprintf(style_digest, sizeof style_digest, "%.*s", STYLE_DIGEST_LEN, hex);
    snprintf(style_path, sizeof style_path, "/stijl-%s.css", style_digest);
}

const char *web_style_path(void)
{
    return style_path;
}

const char *web_style_digest(void)
{
    return style_digest;
}
