/* bad.c - a fixture: search/ knows no documents being read, no HTTP, no JSON library. */
#include "shim/shim.h"
#include "extract/extract.h"
#include "searchd/answer.h"
#  include <microhttpd.h>
#include "search/query_parse.h"
