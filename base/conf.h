/* conf.h - configuration files; conf.c is the only file that sees <ini.h> (inih). */
#ifndef NASLAG_BASE_CONF_H
#define NASLAG_BASE_CONF_H

#include "base/err.h"

/* Called for every `key = value` line, in file order.  Return ERR_OK, or an error with its text in
 * `err`: reading stops and the text is given `path:line: ` in front. */
typedef enum err_code conf_handler(void *context, const char *section, const char *key, const char *value, int line,
                                  struct err *err);

/* ERR_INVALID names file and line of the first line that is no section, comment or `key = value`. */
enum err_code conf_read(const char *path, conf_handler *handler, void *context, struct err *err);

#endif
