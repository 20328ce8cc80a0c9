/* bad.c - a fixture: tests look inside our folders, but not at foreign libraries. */
#include <cmocka.h>
#include "search/plan.h"
#include <gcrypt.h>
