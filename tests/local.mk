# tests/: programs (cmocka) and scripts, each a test that runs alone: make check TESTS=tests/t120-index.sh
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	NASLAG_BIN='$(abs_top_builddir)'; export NASLAG_BIN; \
	NASLAG_SRC='$(abs_top_srcdir)'; export NASLAG_SRC;

if HAVE_CMOCKA
UNIT_TESTS = \
	tests/t010-shim \
	tests/t011-shim-faults \
	tests/t012-shim-queries \
	tests/t020-query \
	tests/t040-extract \
	tests/t041-extract-worker \
	tests/t042-extract-lines \
	tests/t047-office \
	tests/t048-sidecar \
	tests/t050-inflect \
	tests/t051-compound \
	tests/t052-repair \
	tests/t053-resources \
	tests/t054-heads \
	tests/t055-editor \
	tests/t056-dates \
	tests/t060-fuzzy \
	tests/t130-unit-text \
	tests/t131-unit-base \
	tests/t132-unit-terms \
	tests/t057-recur
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
UNIT_LIBS = $(CMOCKA_LIBS)
UNIT_CXX = force-cxx-link.cc

tests_t010_shim_SOURCES = tests/t010-shim.c tests/t010-shim.h
tests_t010_shim_LDADD = $(SHIM_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_t010_shim_SOURCES = $(UNIT_CXX)
tests_t011_shim_faults_SOURCES = tests/t011-shim-faults.c tests/t010-shim.h
tests_t011_shim_faults_LDADD = $(SHIM_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_t011_shim_faults_SOURCES = $(UNIT_CXX)
tests_t012_shim_queries_SOURCES = tests/t012-shim-queries.c tests/t010-shim.h
tests_t012_shim_queries_LDADD = $(SHIM_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_t012_shim_queries_SOURCES = $(UNIT_CXX)
tests_t020_query_SOURCES = tests/t020-query.c
tests_t020_query_LDADD = $(SEARCH_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_t020_query_SOURCES = $(UNIT_CXX)

EXTRACT_TEST_LIBS = $(EXTRACT_LIBS) $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t040_extract_SOURCES = tests/t040-extract.c tests/extract-test.h
tests_t040_extract_LDADD = $(EXTRACT_TEST_LIBS)
tests_t041_extract_worker_SOURCES = tests/t041-extract-worker.c tests/extract-test.h
tests_t041_extract_worker_LDADD = $(EXTRACT_TEST_LIBS)
tests_t042_extract_lines_SOURCES = tests/t042-extract-lines.c tests/extract-test.h
tests_t042_extract_lines_LDADD = $(EXTRACT_TEST_LIBS)
tests_t047_office_SOURCES = tests/t047-office.c tests/extract-test.h tests/zip-fixture.h
tests_t047_office_LDADD = $(EXTRACT_TEST_LIBS)
tests_t048_sidecar_SOURCES = tests/t048-sidecar.c tests/extract-test.h
tests_t048_sidecar_LDADD = $(EXTRACT_TEST_LIBS)

# Language.
EXTRA_DIST += tests/data-repair/seed-002.labels
tests_t050_inflect_SOURCES = tests/t050-inflect.c
tests_t050_inflect_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t051_compound_SOURCES = tests/t051-compound.c
tests_t051_compound_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t052_repair_SOURCES = tests/t052-repair.c
tests_t056_dates_SOURCES = tests/t056-dates.c
tests_t056_dates_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t052_repair_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t053_resources_SOURCES = tests/t053-resources.c
tests_t053_resources_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t054_heads_SOURCES = tests/t054-heads.c
tests_t054_heads_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t055_editor_SOURCES = tests/t055-editor.c
tests_t055_editor_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t060_fuzzy_SOURCES = tests/t060-fuzzy.c
tests_t060_fuzzy_LDADD = $(SEARCH_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_t060_fuzzy_SOURCES = $(UNIT_CXX)

# The daemon.
SEARCHD_TESTS = tests/t311-http-guard tests/t312-deadlines tests/t313-template
check_PROGRAMS += $(SEARCHD_TESTS)
TESTS += $(SEARCHD_TESTS) tests/t310-http.sh tests/t330-broadening.sh
EXTRA_DIST += tests/t310-http.sh tests/t330-broadening.sh
tests_t311_http_guard_SOURCES = tests/t311-http-guard.c tests/searchd-test.h
tests_t312_deadlines_SOURCES = tests/t312-deadlines.c tests/searchd-test.h
tests_t313_template_SOURCES = tests/t313-template.c searchd/dutch.c searchd/template.c searchd/view.c searchd/web.c
nodist_tests_t313_template_SOURCES = searchd/web_files.c
tests_t313_template_LDADD = $(BASE_LIBS)

tests_t130_unit_text_SOURCES = tests/t130-unit-text.c tests/text-fixture.c tests/text-fixture.h
tests_t130_unit_text_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t057_recur_SOURCES = tests/t057-recur.c
tests_t057_recur_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t131_unit_base_SOURCES = tests/t131-unit-base.c
tests_t131_unit_base_LDADD = $(BASE_LIBS) $(UNIT_LIBS)
tests_t132_unit_terms_SOURCES = tests/t132-unit-terms.c tests/text-fixture.c tests/text-fixture.h
tests_t132_unit_terms_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)

# Lists the terms of an index, for scripts that compare two.
check_PROGRAMS += tests/list-terms
tests_list_terms_SOURCES = tests/list-terms.c indexer/layout.c indexer/ledger.c indexer/ledger_learn.c indexer/publish.c
tests_list_terms_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_list_terms_LDADD = $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS) $(SQLITE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_list_terms_SOURCES = $(UNIT_CXX)

# Scripts.
SHELL_TESTS = \
	tests/t061-suggest.sh \
	tests/t110-index.sh \
	tests/t111-exit-codes.sh \
	tests/t112-jsonl.sh \
	tests/t113-formats.sh \
	tests/t114-config.sh \
	tests/t115-dry-run-json.sh \
	tests/t116-metadata.sh \
	tests/t117-office.sh \
	tests/t120-kill.sh \
	tests/t121-interrupt.sh \
	tests/t122-reanalyse.sh \
	tests/t123-merge.sh \
	tests/t124-descriptors.sh \
	tests/t125-explain.sh \
	tests/t126-boilerplate.sh \
	tests/t140-dates.sh \
	tests/t141-ranking.sh
TESTS += $(SHELL_TESTS)
EXTRA_DIST += $(SHELL_TESTS) tests/data-office

# Lints: the checkers, their rules, and fixtures that prove that they can fail.
LINT_TESTS = \
	tests/t900-includes.sh \
	tests/t901-manpages.sh \
	tests/t902-style.sh \
	tests/t903-openapi.sh \
	tests/t904-corpus.sh \
	tests/t905-bench.sh
TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) tests/tap.sh .ci/run \
	build-aux/check-includes build-aux/includes.rules \
	build-aux/include-fixture/expected \
	build-aux/include-fixture/base/bad.c build-aux/include-fixture/base/json.c \
	build-aux/include-fixture/extract/bad.c build-aux/include-fixture/indexer/bad.c \
	build-aux/include-fixture/search/bad.c build-aux/include-fixture/searchd/bad.c \
	build-aux/include-fixture/shim/bad.cc build-aux/include-fixture/shim/bad.h \
	build-aux/include-fixture/stray/bad.c build-aux/include-fixture/tests/bad.c \
	build-aux/include-fixture/text/bad.c build-aux/include-fixture/text/store.c \
	build-aux/check-manpages build-aux/check-manpages-fixture/expected \
	build-aux/check-manpages-fixture/program build-aux/check-manpages-fixture/program.1 \
	build-aux/check-style build-aux/style.rules \
	build-aux/check-style-fixture/expected build-aux/check-style-fixture/style.rules \
	build-aux/check-style-fixture/base/bad.c build-aux/check-style-fixture/base/bad.h \
	build-aux/check-style-fixture/base/function.c build-aux/check-style-fixture/base/long.c \
	build-aux/check-style-fixture/base/narrow.h build-aux/check-style-fixture/base/prints.c \
	build-aux/check-style-fixture/base/wide.h build-aux/check-style-fixture/search/library.c \
	build-aux/check-style-fixture/searchd/front.c build-aux/check-style-fixture/tests/t000-unsafe.c \
	build-aux/check-style-fixture/tests/t001.sh

# Fuzz harnesses for what reads untrusted bytes, built with clang's libFuzzer: make fuzz FUZZ_SECONDS=600
FUZZ_HARNESSES = fuzz-query fuzz-dates fuzz-html fuzz-jsonl fuzz-record fuzz-office fuzz-package fuzz-sidecar
FUZZ_SECONDS = 60
FUZZ_FLAGS = -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZ_CODE = $(libbase_a_SOURCES) $(libtext_a_SOURCES) $(libextract_a_SOURCES) \
	search/query.c search/query_dates.c search/query_lex.c search/query_node.c search/query_print.c \
	search/query_resolve.c
FUZZ_CFLAGS = $(LIBXML_CFLAGS) $(ARCHIVE_CFLAGS) $(SECCOMP_CFLAGS) $(UTF8PROC_CFLAGS) $(UCHARDET_CFLAGS) $(ZSTD_CFLAGS) $(JANSSON_CFLAGS) \
	$(INIH_CFLAGS) $(NETTLE_CFLAGS)
FUZZ_LIBS = $(LIBXML_LIBS) $(ARCHIVE_LIBS) -lm $(SECCOMP_LIBS) $(UTF8PROC_LIBS) $(UCHARDET_LIBS) $(ZSTD_LIBS) $(STEMMER_LIBS) $(JANSSON_LIBS) \
	$(INIH_LIBS) $(NETTLE_LIBS)
EXTRA_DIST += tests/zip-fixture.h tests/fuzz/fuzz-query.c tests/fuzz/fuzz-dates.c tests/fuzz/fuzz-html.c tests/fuzz/fuzz-jsonl.c tests/fuzz/fuzz-record.c \
	tests/fuzz/fuzz-office.c tests/fuzz/fuzz-package.c tests/fuzz/fuzz-sidecar.c tests/fuzz/fuzz-extract.h

.PHONY: fuzz
fuzz:
	@test '$(CLANG)' != no || { echo 'make fuzz needs clang (Debian packages clang and libclang-rt-14-dev)' >&2; exit 1; }
	$(AM_V_at)$(MKDIR_P) tests/fuzz
	$(AM_V_at)code=; for file in $(FUZZ_CODE); do case $$file in *.c) code="$$code $(srcdir)/$$file";; esac; done; \
	for harness in $(FUZZ_HARNESSES); do \
		mkdir -p tests/fuzz/$$harness.corpus && \
		$(CLANG) $(FUZZ_FLAGS) $(AM_CPPFLAGS) -I. $(FUZZ_CFLAGS) -o tests/fuzz/$$harness \
			$(srcdir)/tests/fuzz/$$harness.c $$code $(FUZZ_LIBS) && \
		tests/fuzz/$$harness -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=25 -rss_limit_mb=4096 \
			-print_final_stats=1 tests/fuzz/$$harness.corpus || exit 1; \
	done
