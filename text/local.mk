# text/: THE way from text to terms, and everything that is persisted.
noinst_LIBRARIES += libtext.a
libtext_a_SOURCES = \
	text/analysis.c text/analysis.h \
	text/charset.c text/charset.h \
	text/doc_head.c text/doc_head.h \
	text/generation.c text/generation.h \
	text/lexicon.c text/lexicon.h \
	text/schema.h \
	text/stem.c text/stem.h \
	text/store.c text/store.h \
	text/token.c text/token.h \
	text/unicode.c text/unicode.h
libtext_a_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(UCHARDET_CFLAGS) $(ZSTD_CFLAGS)
TEXT_LIBS = libtext.a $(UTF8PROC_LIBS) $(UCHARDET_LIBS) $(ZSTD_LIBS) $(STEMMER_LIBS)
