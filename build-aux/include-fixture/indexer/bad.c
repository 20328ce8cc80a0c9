/* bad.c - a fixture: indexer/ and searchd/ never include each other. */
#include "extract/extract.h"
#include "extract/internal.h"
#include "searchd/log.h"
#include "search/search.h"
#include <indexer/run.h>
