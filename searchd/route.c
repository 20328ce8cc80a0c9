/* route.c - the paths Naslag answers. */
#include "searchd/route.h"

#include <string.h>

#include "searchd/api.h"
#include "searchd/file.h"
#include "searchd/page.h"

static const struct route routes[] = {
    { "/", true, page_search },
    { "/zoeken", true, page_search },
    { "/v1/documenten", true, api_documents },
    { "/healthz", true, api_health },
    { "/stijl.css", false, file_style },
    { "/stijl-*", false, file_style },
    { "/icoon.svg", false, file_icon },
    { "/favicon.ico", false, file_nothing },
};

static bool matches(const char *pattern, const char *path)
{
    size_t len = strlen(pattern);
    return pattern[len - 1] == '*' ? strncmp(path, pattern, len - 1) == 0 : strcmp(path, pattern) == 0;
}

const struct route *route_find(const char *path)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (matches(routes[i].path, path)) {
            return &routes[i];
        }
    }
    return NULL;
}

bool route_is_api(const char *path)
{
    return strcmp(path, "/v1") == 0 || strncmp(path, "/v1/", 4) == 0 || strcmp(path, "/healthz") == 0;
}
