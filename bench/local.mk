# bench/: measurements; nothing here is installed.
# bench/relevance, bench/ingest, bench/growth and bench/nightly are scripts that make what they need.
check_PROGRAMS += bench/analysis bench/families bench/peer bench/suggest
check_PROGRAMS += bench/search
bench_search_SOURCES = bench/search.c
bench_search_LDADD = libshimpeer.a $(SEARCH_LIBS)
nodist_EXTRA_bench_search_SOURCES = force-cxx-link.cc
bench_suggest_SOURCES = bench/suggest.c
bench_suggest_LDADD = $(SEARCH_LIBS)
nodist_EXTRA_bench_suggest_SOURCES = force-cxx-link.cc
bench_peer_SOURCES = bench/peer.c
bench_peer_LDADD = libshimpeer.a $(SHIM_LIBS) $(BASE_LIBS)
nodist_EXTRA_bench_peer_SOURCES = force-cxx-link.cc
bench_analysis_SOURCES = bench/analysis.c indexer/compose.c indexer/compose.h \
	indexer/facts.c indexer/facts.h indexer/likeness.c indexer/likeness.h indexer/mend.c indexer/mend.h \
	indexer/publish_lexicon.c indexer/publish_part.h
bench_analysis_LDADD = $(EXTRACT_LIBS) $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS)
# The calls of compose.c that bench/analysis answers itself.
bench_analysis_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=shim_doc_add_term,--wrap=shim_doc_add_positions,--wrap=shim_doc_clear,--wrap=shim_doc_set_data \
	-Wl,--wrap=shim_doc_set_value,--wrap=store_begin,--wrap=store_add_page,--wrap=store_add_block \
	-Wl,--wrap=store_add_hidden,--wrap=store_end
nodist_EXTRA_bench_analysis_SOURCES = force-cxx-link.cc
EXTRA_DIST += bench/eval.awk bench/seeds.awk bench/table.awk bench/relevance bench/peers/LuceneDutch.java

# Reading corpora and measuring programs, for the scripts; tests/t906-measure.sh runs them.
check_PROGRAMS += bench/convert bench/measure
BENCH_RECORDS = bench/records.c bench/records.h
BENCH_RECORD_LIBS = $(EXTRACT_LIBS) $(TEXT_LIBS) $(BASE_LIBS)
bench_measure_SOURCES = bench/measure.c
bench_measure_LDADD = $(BASE_LIBS)
bench_convert_SOURCES = bench/convert.c $(BENCH_RECORDS)
bench_convert_LDADD = $(BENCH_RECORD_LIBS)
EXTRA_DIST += bench/common.sh bench/ingest
check_PROGRAMS += bench/generate
bench_generate_SOURCES = bench/generate.c bench/shape.c bench/shape.h bench/words.c bench/words.h $(BENCH_RECORDS)
bench_generate_LDADD = $(BENCH_RECORD_LIBS) -lm
EXTRA_DIST += bench/growth bench/growth.awk
check_PROGRAMS += bench/mutate
bench_families_SOURCES = bench/families.c bench/words.c bench/words.h $(BENCH_RECORDS) indexer/family.c indexer/family.h
bench_families_LDADD = $(BENCH_RECORD_LIBS) -lm
bench_mutate_SOURCES = bench/mutate.c bench/words.c bench/words.h $(BENCH_RECORDS)
bench_mutate_LDADD = $(BENCH_RECORD_LIBS) -lm
EXTRA_DIST += bench/nightly
