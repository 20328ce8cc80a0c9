# search/: query language, plan, ranking, snippets.  Knows no HTTP.
noinst_LIBRARIES += libsearch.a
libsearch_a_SOURCES = \
	search/broaden.c \
	search/collapse.c search/collapse.h \
	search/editorial.c \
	search/exact.c \
	search/expand.c search/expand.h \
	search/expansion.c search/expansion.h \
	search/feature.c search/feature.h \
	search/fuzzy.c search/fuzzy.h \
	search/hits.c search/hits.h \
	search/index.c search/index.h \
	search/needle.c \
	search/plan.c search/plan.h search/planner.h search/plan_dates.c search/plan_notation.c \
	search/query.c search/query.h search/query_parse.h \
	search/query_dates.c search/query_lex.c search/query_node.c search/query_print.c search/query_resolve.c \
	search/rerank.c search/rerank.h \
	search/result_json.c \
	search/search.c search/search.h \
	search/siblings.c search/siblings.h \
	search/snippet.c search/snippet.h \
	search/plan_names.c \
	search/plan_pairs.c search/plan_wildcard.c \
	search/suggest.c search/suggest.h search/suggest_words.h \
	search/suggest_apart.c search/suggest_parts.c search/suggest_word.c \
	search/typo.c search/typo.h \
	search/ways.c
SEARCH_LIBS = libsearch.a $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS)

bin_PROGRAMS += naslag-search
naslag_search_SOURCES = search/main.c
naslag_search_LDADD = $(SEARCH_LIBS)
nodist_EXTRA_naslag_search_SOURCES = force-cxx-link.cc
