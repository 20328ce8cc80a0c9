/* bad.c - a fixture: a folder that the rules do not name. */
#include "base/err.h"
