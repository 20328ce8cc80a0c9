/* bad.c - a fixture: text/ and shim/ do not know each other. */
#include "base/err.h"
#include "shim/shim.h"
#include <zstd.h>
