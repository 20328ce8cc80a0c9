# bench/: measurements; nothing here is installed or part of make check.  make bench/search bench/suggest
EXTRA_PROGRAMS += bench/search bench/suggest
bench_search_SOURCES = bench/search.c
bench_search_LDADD = libshimpeer.a $(SEARCH_LIBS)
nodist_EXTRA_bench_search_SOURCES = force-cxx-link.cc
bench_suggest_SOURCES = bench/suggest.c
bench_suggest_LDADD = $(SEARCH_LIBS)
nodist_EXTRA_bench_suggest_SOURCES = force-cxx-link.cc
EXTRA_DIST += bench/eval.awk
CLEANFILES += bench/search bench/suggest
