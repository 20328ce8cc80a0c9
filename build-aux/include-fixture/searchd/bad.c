/* bad.c - a fixture: of search/ the daemon sees search.h only. */
#include "search/search.h"
#include "search/plan.h"
#include "indexer/ledger.h"
#include "shim/shim.h"
#include "problem.h"
