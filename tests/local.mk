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
	tests/t020-query
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

# Scripts.
SHELL_TESTS =
TESTS += $(SHELL_TESTS)
EXTRA_DIST += $(SHELL_TESTS)

# Fuzz harnesses, built with clang's libFuzzer on demand: make fuzz
FUZZ_HARNESSES = tests/fuzz/fuzz-query.c
EXTRA_DIST += $(FUZZ_HARNESSES)
