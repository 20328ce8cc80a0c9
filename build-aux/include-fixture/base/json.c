/* json.c - a fixture: this file may see jansson. */
#include <jansson.h>
