/* log.h - lines to stderr, from any thread of the front process.
 *
 * By default nothing about a request is logged; query text and client addresses never are.
 */
#ifndef NASLAG_SEARCHD_LOG_H
#define NASLAG_SEARCHD_LOG_H

enum log_level { LOG_ERRORS, LOG_NOTICES, LOG_REQUESTS };

/* Lines above `level` are dropped.  To be called before other threads start. */
void log_init(enum log_level level);
/* One line. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Rewrites what a client sent so that it cannot forge lines: all but visible ASCII becomes '?'. */
void log_clean(char *text);

#endif
