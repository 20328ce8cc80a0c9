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
	tests/t156-pool \
	tests/t013-tables \
	tests/t020-query \
	tests/t040-extract \
	tests/t041-extract-worker \
	tests/t042-extract-lines \
	tests/t118-detect \
	tests/t148-containers \
	tests/t149-mail-warc \
	tests/t043-pdf \
	tests/t044-sandbox \
	tests/t046-ocr \
	tests/t047-office \
	tests/t048-sidecar \
	tests/t049-legacy \
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
	tests/t057-recur \
	tests/t058-pages \
	tests/t155-frames \
	tests/t058-sketch \
	tests/t170-texts
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

tests_t013_tables_SOURCES = tests/t013-tables.c tests/t010-shim.h
tests_t013_tables_LDADD = libshimpeer.a $(SHIM_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_t013_tables_SOURCES = $(UNIT_CXX)
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
tests_t118_detect_SOURCES = tests/t118-detect.c tests/extract-test.h
tests_t118_detect_LDADD = $(EXTRACT_TEST_LIBS)
tests_t148_containers_SOURCES = tests/t148-containers.c tests/extract-test.h
tests_t148_containers_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
tests_t148_containers_LDADD = $(EXTRACT_TEST_LIBS)
tests_t149_mail_warc_SOURCES = tests/t149-mail-warc.c tests/extract-test.h
tests_t149_mail_warc_LDADD = $(EXTRACT_TEST_LIBS)
tests_t043_pdf_SOURCES = tests/t043-pdf.c tests/extract-test.h
tests_t043_pdf_LDADD = $(EXTRACT_TEST_LIBS)
tests_t155_frames_SOURCES = tests/t155-frames.c tests/extract-test.h tests/fuzz/fuzz-extract.h
tests_t156_pool_SOURCES = tests/t156-pool.c tests/extract-test.h tests/fuzz/fuzz-extract.h
EXTRA_tests_t156_pool_SOURCES = tests/fuzz/fuzz-pool.c
tests_t156_pool_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_t156_pool_LDADD = $(EXTRACT_TEST_LIBS)
EXTRA_tests_t155_frames_SOURCES = tests/fuzz/fuzz-frames.c
tests_t155_frames_LDADD = $(EXTRACT_TEST_LIBS)
tests_t044_sandbox_SOURCES = tests/t044-sandbox.c tests/extract-test.h
tests_t044_sandbox_LDADD = $(EXTRACT_TEST_LIBS)
tests_t046_ocr_SOURCES = tests/t046-ocr.c tests/extract-test.h
tests_t046_ocr_CFLAGS = $(AM_CFLAGS) $(POPPLER_CFLAGS)
tests_t046_ocr_LDADD = $(EXTRACT_TEST_LIBS)
tests_t058_pages_SOURCES = tests/t058-pages.c
tests_t058_pages_LDADD = $(EXTRACT_TEST_LIBS)
tests_t047_office_SOURCES = tests/t047-office.c tests/extract-test.h tests/zip-fixture.h tests/ole-fixture.h
tests_t047_office_LDADD = $(EXTRACT_TEST_LIBS)
tests_t048_sidecar_SOURCES = tests/t048-sidecar.c tests/extract-test.h
tests_t048_sidecar_LDADD = $(EXTRACT_TEST_LIBS)
tests_t049_legacy_SOURCES = tests/t049-legacy.c tests/extract-test.h tests/ole-fixture.h
tests_t049_legacy_LDADD = $(EXTRACT_TEST_LIBS)
EXTRA_DIST += tests/ole-fixture.h tests/fuzz/fuzz-legacy.c

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
tests_t058_sketch_SOURCES = tests/t058-sketch.c indexer/family.c indexer/family.h
tests_t058_sketch_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t170_texts_SOURCES = tests/t170-texts.c tests/text-fixture.c tests/text-fixture.h indexer/spool.c indexer/texts.c
tests_t170_texts_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
tests_t131_unit_base_SOURCES = tests/t131-unit-base.c
tests_t131_unit_base_LDADD = $(BASE_LIBS) $(UNIT_LIBS)
tests_t132_unit_terms_SOURCES = tests/t132-unit-terms.c tests/text-fixture.c tests/text-fixture.h
tests_t132_unit_terms_LDADD = $(TEXT_LIBS) $(BASE_LIBS) $(UNIT_LIBS)

# Lists the terms of an index, for scripts that compare two.
check_PROGRAMS += tests/list-terms tests/peak-memory
tests_peak_memory_SOURCES = tests/peak-memory.c
tests_list_terms_SOURCES = tests/list-terms.c indexer/publish_part.c
tests_list_terms_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_list_terms_LDADD = $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS) $(SQLITE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_list_terms_SOURCES = $(UNIT_CXX)

# Lists all that lies in an index, and purges.
check_PROGRAMS += tests/list-stored
tests_list_stored_SOURCES = tests/list-stored.c
tests_list_stored_LDADD = $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS) $(UNIT_LIBS)
nodist_EXTRA_tests_list_stored_SOURCES = $(UNIT_CXX)
TESTS += tests/t195-purge.sh tests/t196-purge-faults.sh tests/t197-seams.sh
EXTRA_DIST += tests/t195-purge.sh tests/t196-purge-faults.sh tests/t197-seams.sh
# A converter that misbehaves, for t049; it stands for programs of the system, which have no sanitizers.
check_PROGRAMS += tests/bad-converter
tests_bad_converter_SOURCES = tests/bad-converter.c
tests_bad_converter_CFLAGS = $(WARN_CFLAGS)
tests_bad_converter_LDFLAGS =

# Runs a program on a system without some layers of the sandbox, for t045.
check_PROGRAMS += tests/weaken
tests_weaken_SOURCES = tests/weaken.c
tests_weaken_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
tests_weaken_LDADD = $(SECCOMP_LIBS)

# Makes real files of every format from the texts of the demo archive: make formats
check_PROGRAMS += tests/make-formats
tests_make_formats_SOURCES = tests/make-formats.c tests/formats-office.c tests/formats-pdf.c tests/formats.h tests/zip-fixture.h
tests_make_formats_CFLAGS = $(AM_CFLAGS) $(POPPLER_CFLAGS)
tests_make_formats_LDADD = $(BASE_LIBS) $(POPPLER_LIBS)

# Scripts.
SHELL_TESTS = \
	tests/t045-sandbox.sh \
	tests/t061-suggest.sh \
	tests/t110-index.sh \
	tests/t111-exit-codes.sh \
	tests/t112-jsonl.sh \
	tests/t113-formats.sh \
	tests/t114-config.sh \
	tests/t115-dry-run-json.sh \
	tests/t116-metadata.sh \
	tests/t117-office.sh \
	tests/t119-limits.sh \
	tests/t119-legacy.sh \
	tests/t120-kill.sh \
	tests/t121-interrupt.sh \
	tests/t122-reanalyse.sh \
	tests/t123-merge.sh \
	tests/t124-descriptors.sh \
	tests/t125-explain.sh \
	tests/t126-boilerplate.sh \
	tests/t180-memory.sh \
	tests/t181-lines.sh \
	tests/t190-copies.sh \
	tests/t140-dates.sh \
	tests/t141-ranking.sh \
	tests/t142-corpus-formats.sh \
	tests/t160-nospace.sh \
	tests/t161-syscalls.sh \
	tests/t162-powercut.sh \
	tests/t163-malloc.sh \
	tests/t164-synced.sh \
	tests/t147-archives.sh
TESTS += $(SHELL_TESTS)
EXTRA_DIST += $(SHELL_TESTS) tests/data-office

# Faults: what is loaded before a program under test, and the long form: make torture NASLAG_KILLS=1000
EXTRA_DIST += tests/faults.sh tests/torture.sh tests/preload.c
check_DATA = tests/preload.so
CLEANFILES += tests/preload.so
tests/preload.so: tests/preload.c
	$(AM_V_at)$(MKDIR_P) tests
	$(AM_V_CCLD)$(CC) $(AM_CPPFLAGS) $(WARN_CFLAGS) $(CFLAGS) -fPIC -shared -o $@ $(srcdir)/tests/preload.c -ldl

.PHONY: torture
torture: all tests/list-terms$(EXEEXT) tests/preload.so
	$(AM_V_at)NASLAG_BIN='$(abs_top_builddir)' NASLAG_SRC='$(abs_top_srcdir)' sh $(srcdir)/tests/torture.sh

# Lints: the checkers, their rules, and fixtures that prove that they can fail.
LINT_TESTS = \
	tests/t900-includes.sh \
	tests/t901-manpages.sh \
	tests/t902-style.sh \
	tests/t903-openapi.sh \
	tests/t904-corpus.sh \
	tests/t905-bench.sh \
	tests/t906-measure.sh \
	tests/t907-symbols.sh
TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) tests/tap.sh .ci/run \
	build-aux/check-includes build-aux/includes.rules \
	build-aux/include-fixture/expected \
	build-aux/include-fixture/base/bad.c build-aux/include-fixture/base/json.c \
	build-aux/include-fixture/extract/bad.c build-aux/include-fixture/indexer/bad.c \
	build-aux/include-fixture/search/bad.c build-aux/include-fixture/searchd/bad.c \
	build-aux/include-fixture/shim/bad.cc build-aux/include-fixture/shim/bad.h \
	build-aux/include-fixture/stray/bad.c build-aux/include-fixture/tests/bad.c \
	build-aux/include-fixture/text/bad.c build-aux/include-fixture/text/packing.c \
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
# One of them: make fuzz FUZZ_HARNESSES=fuzz-mail.  More seeds: FUZZ_SEEDS=FOLDER, which has folders named as the harnesses.
FUZZ_HARNESSES = fuzz-query fuzz-dates fuzz-html fuzz-jsonl fuzz-record fuzz-store fuzz-warc fuzz-mail fuzz-container fuzz-pdf \
	fuzz-office fuzz-package fuzz-sidecar fuzz-frames fuzz-rtf fuzz-markdown fuzz-detect fuzz-xmp fuzz-pool
FUZZ_SECONDS = 60
FUZZ_SEEDS =
FUZZ_COMPILE = -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_CODE = $(libbase_a_SOURCES) $(libtext_a_SOURCES) $(libextract_a_SOURCES) \
	search/query.c search/query_dates.c search/query_lex.c search/query_node.c search/query_print.c \
	search/query_resolve.c
FUZZ_CFLAGS = $(SQLITE_CFLAGS) $(LIBXML_CFLAGS) $(POPPLER_CFLAGS) $(TESSERACT_CFLAGS) $(SECCOMP_CFLAGS) $(ARCHIVE_CFLAGS) $(GMIME_CFLAGS) \
	$(ZLIB_CFLAGS) $(BROTLI_CFLAGS) $(UTF8PROC_CFLAGS) $(UCHARDET_CFLAGS) $(ZSTD_CFLAGS) $(JANSSON_CFLAGS) \
	$(INIH_CFLAGS) $(GCRYPT_CFLAGS)
FUZZ_LIBS = $(LIBXML_LIBS) $(POPPLER_LIBS) $(TESSERACT_LIBS) -lm $(SECCOMP_LIBS) $(ARCHIVE_LIBS) $(GMIME_LIBS) $(ZLIB_LIBS) \
	$(BROTLI_LIBS) $(UTF8PROC_LIBS) $(UCHARDET_LIBS) $(ZSTD_LIBS) $(STEMMER_LIBS) $(JANSSON_LIBS) \
	$(INIH_LIBS) $(GCRYPT_LIBS)
EXTRA_DIST += tests/fuzz/container.dict tests/fuzz/detect.dict tests/fuzz/fuzz-container.c tests/fuzz/fuzz-dates.c \
	tests/fuzz/fuzz-detect.c tests/fuzz/fuzz-extract.h tests/fuzz/fuzz-frames.c tests/fuzz/fuzz-html.c \
	tests/fuzz/fuzz-jsonl.c tests/fuzz/fuzz-mail.c tests/fuzz/fuzz-markdown.c tests/fuzz/fuzz-office.c \
	tests/fuzz/fuzz-package.c tests/fuzz/fuzz-pdf.c tests/fuzz/fuzz-pool.c tests/fuzz/fuzz-query.c \
	tests/fuzz/fuzz-record.c tests/fuzz/fuzz-rtf.c tests/fuzz/fuzz-sidecar.c tests/fuzz/fuzz-store.c \
	tests/fuzz/fuzz-warc.c tests/fuzz/fuzz-xmp.c tests/fuzz/html.dict tests/fuzz/mail.dict \
	tests/fuzz/markdown.dict tests/fuzz/office.dict tests/fuzz/package.dict tests/fuzz/rtf.dict \
	tests/fuzz/seeds.sh tests/fuzz/sidecar.dict tests/fuzz/warc.dict tests/fuzz/xmp.dict tests/zip-fixture.h

tests/fuzz/code.a: $(FUZZ_CODE)
	@test '$(CLANG)' != no || { echo 'make fuzz needs clang (Debian packages clang and libclang-rt-14-dev)' >&2; exit 1; }
	$(AM_V_at)rm -rf $@ tests/fuzz/code && $(MKDIR_P) tests/fuzz/code
	$(AM_V_at)for file in $(FUZZ_CODE); do case $$file in \
	*.c) \
		object=tests/fuzz/code/`echo $$file | tr / _`.o; \
		$(CLANG) $(FUZZ_COMPILE) -fsanitize=fuzzer-no-link $(AM_CPPFLAGS) -I. $(FUZZ_CFLAGS) -c -o $$object \
			$(srcdir)/$$file || exit 1;; \
	esac; done
	$(AM_V_AR)ar cr $@ tests/fuzz/code/*.o

.PHONY: fuzz-build fuzz
fuzz-build: tests/fuzz/code.a tests/make-formats$(EXEEXT)
	$(AM_V_at)for harness in $(FUZZ_HARNESSES); do \
		$(CLANG) $(FUZZ_COMPILE) -fsanitize=fuzzer $(AM_CPPFLAGS) -I. $(FUZZ_CFLAGS) -o tests/fuzz/$$harness \
			$(srcdir)/tests/fuzz/$$harness.c tests/fuzz/code.a $(FUZZ_LIBS) || exit 1; \
	done
	$(AM_V_at)rm -rf tests/fuzz/formats && tests/make-formats$(EXEEXT) $(srcdir)/corpus tests/fuzz/formats && \
		sh $(srcdir)/tests/fuzz/seeds.sh $(srcdir) tests/fuzz/formats tests/fuzz/seeds
	$(AM_V_at)for harness in $(FUZZ_HARNESSES); do \
		$(MKDIR_P) tests/fuzz/seeds/$$harness && \
		NASLAG_FUZZ_SEEDS=tests/fuzz/seeds/$$harness tests/fuzz/$$harness -runs=0 2>/dev/null || exit 1; \
	done

fuzz: fuzz-build
	$(AM_V_at)for harness in $(FUZZ_HARNESSES); do \
		$(MKDIR_P) tests/fuzz/$$harness.corpus && \
		words=$(srcdir)/tests/fuzz/$${harness#fuzz-}.dict && seeds=tests/fuzz/seeds/$$harness && \
		if test -n '$(FUZZ_SEEDS)' && test -d '$(FUZZ_SEEDS)'/$$harness; then seeds="$$seeds $(FUZZ_SEEDS)/$$harness"; fi && \
		if test -f $$words; then words=-dict=$$words; else words=; fi && \
		tests/fuzz/$$harness -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=25 -rss_limit_mb=4096 \
			-print_final_stats=1 $$words tests/fuzz/$$harness.corpus $$seeds || exit 1; \
	done

clean-local: clean-fuzz
.PHONY: clean-fuzz
clean-fuzz:
	-rm -rf tests/fuzz/code tests/fuzz/code.a tests/fuzz/seeds tests/fuzz/formats

# Damage to a published index.
check_PROGRAMS += tests/t150-verify
TESTS += tests/t150-verify
tests_t150_verify_SOURCES = tests/t150-verify.c

TESTS += tests/t151-rollback.sh tests/t152-damaged.sh tests/t153-space.sh tests/t171-texts.sh
EXTRA_DIST += tests/t151-rollback.sh tests/t152-damaged.sh tests/t153-space.sh tests/t171-texts.sh
if HAVE_CMOCKA
check_PROGRAMS += tests/t154-deadly
TESTS += tests/t154-deadly
endif
tests_t154_deadly_SOURCES = tests/t154-deadly.c searchd/deadly.c
tests_t154_deadly_LDADD = $(BASE_LIBS) $(UNIT_LIBS)

# Any bytes as an office file of before 2007.
FUZZ_HARNESSES += fuzz-legacy
