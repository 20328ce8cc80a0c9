/* html.h - escaping text for HTML. */
#ifndef NASLAG_BASE_HTML_H
#define NASLAG_BASE_HTML_H

#include "base/buf.h"

/* Appends `text` so that it can stand between tags and inside quoted attributes.  What is no UTF-8, and control
 * characters but for tab and line ends, become U+FFFD. */
void html_escape(struct buf *out, const char *text, size_t len);

#endif
