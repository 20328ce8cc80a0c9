/* bad.c - a fixture: extract/ has no way to an index. */
#include "text/unicode.h"
#include "shim/shim.h"
#include <libxml/HTMLparser.h>
