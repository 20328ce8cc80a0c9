/* conf.c - configuration files over inih. */
#include "base/conf.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define READING_MAGIC 0x494e4921u

struct reading {
    unsigned magic;
    FILE *file;
    bool too_long; /* a line was not read whole: inih would cut it in two */
    int line; /* of the last line read: Debian's inih does not tell its handler */
    conf_handler *handler;
    void *context;
    struct err err;
    int err_line;
};

static char *next_line(char *room, int size, void *stream)
{
    struct reading *reading = stream;
    char *got = fgets(room, size, reading->file);
    if (got == NULL) {
        return NULL;
    }
    reading->line++;
    if (strchr(room, '\n') == NULL && !feof(reading->file)) {
        reading->too_long = true;
        return NULL;
    }
    return got;
}

static int on_pair(void *user, const char *section, const char *name, const char *value)
{
    struct reading *reading = user;
    if (reading->magic != READING_MAGIC || reading->err.code != ERR_OK) {
        return 0;
    }
    struct err problem = ERR_INIT;
    if (reading->handler(reading->context, section, name, value != NULL ? value : "", reading->line, &problem) == ERR_OK) {
        return 1;
    }
    reading->err = problem;
    reading->err_line = reading->line;
    return 0;
}

enum err_code conf_read(const char *path, conf_handler *handler, void *context, struct err *err)
{
    AUTO_FCLOSE FILE *file = fopen(path, "re");
    if (file == NULL) {
        return err_errno(err, errno, "cannot open configuration file %s", path);
    }
    struct reading reading = { .magic = READING_MAGIC, .file = file, .handler = handler, .context = context };
    int line = ini_parse_stream(next_line, &reading, on_pair, &reading);
    if (reading.err.code != ERR_OK) {
        return err_set(err, reading.err.code, "%s:%d: %s", path, reading.err_line, reading.err.text);
    }
    if (reading.too_long) {
        return err_set(err, ERR_INVALID, "%s:%d: the line is too long (%d characters is the most)", path, reading.line,
                       INI_MAX_LINE - 2);
    }
    if (line != 0) {
        return err_set(err, ERR_INVALID, "%s:%d: not a [section], comment or key = value line", path, line);
    }
    return ERR_OK;
}
