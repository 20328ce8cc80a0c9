/* bad.c - a fixture: what base/ may not include. */
#include <stdio.h>

#include "base/err.h"
#include "config.h"
#include "text/token.h"
#include <sqlite3.h>
