# search/: query language, plan, ranking, snippets.  Knows no HTTP.
noinst_LIBRARIES += libsearch.a
libsearch_a_SOURCES = \
	search/expand.c search/expand.h \
	search/hits.c search/hits.h \
	search/index.c search/index.h \
	search/needle.c \
	search/plan.c search/plan.h search/planner.h search/plan_dates.c search/plan_notation.c \
	search/query.c search/query.h search/query_parse.h \
	search/query_dates.c search/query_lex.c search/query_node.c search/query_print.c search/query_resolve.c \
	search/result_json.c \
	search/search.c search/search.h \
	search/snippet.c search/snippet.h \
	search/ways.c
SEARCH_LIBS = libsearch.a $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS)

bin_PROGRAMS += naslag-search
naslag_search_SOURCES = search/main.c
naslag_search_LDADD = $(SEARCH_LIBS)
nodist_EXTRA_naslag_search_SOURCES = force-cxx-link.cc
