/* log.c - lines to stderr. */
#include "searchd/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024

static enum log_level highest = LOG_NOTICES;

void log_init(enum log_level level)
{
    highest = level;
}

void log_line(enum log_level level, const char *format, ...)
{
    if (level > highest) {
        return;
    }
    char line[LINE_MAX_BYTES];
    int head = snprintf(line, sizeof line, "naslag-searchd: ");
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    size_t size = (size_t)head + (size_t)len;
    if (size > sizeof line - 2) {
        size = sizeof line - 2;
    }
    line[size++] = '\n';
    /* One write a line: lines of several threads do not mix.  Nothing can be done about a failure. */
    ssize_t put = write(STDERR_FILENO, line, size);
    (void)put;
}

void log_clean(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text > '~') {
            *text = '?';
        }
    }
}
