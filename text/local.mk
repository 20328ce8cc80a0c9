# text/: THE way from text to terms, and everything that is persisted.
noinst_LIBRARIES += libtext.a
libtext_a_SOURCES = \
	text/abbrev.c text/abbrev.h \
	text/analysis.c text/analysis.h \
	text/charset.c text/charset.h \
	text/compound.c text/compound.h \
	text/compound_learn.c \
	text/compound_parts.c text/compound_parts.h \
	text/compound_suspend.c \
	text/date_kind.c \
	text/date_point.c text/date_point.h \
	text/dates.c text/dates.h \
	text/derive.c text/derive.h \
	text/dutch.c text/dutch.h \
	text/doc_head.c text/doc_head.h \
	text/editor.c text/editor.h \
	text/generation.c text/generation.h \
	text/generation_files.c \
	text/generation_seal.c \
	text/grammar.c text/grammar.h \
	text/groups.c text/groups.h \
	text/heads.c text/heads.h \
	text/hyphen.c text/hyphen.h \
	text/inflect.c text/inflect.h \
	text/lexicon.c text/lexicon.h \
	text/memo.c text/memo.h \
	text/names.c text/names.h \
	text/notation.c text/notation.h \
	text/refs.c text/refs.h \
	text/page_runs.c text/page_runs.h \
	text/packing.c text/packing.h \
	text/ranges.c text/ranges.h \
	text/recur.c text/recur.h \
	text/repair.c \
	text/repair.h \
	text/repair_doubt.c \
	text/repair_glyph.c \
	text/repair_line.c \
	text/repair_note.c \
	text/repair_rules.h \
	text/repair_word.c \
	text/schema.h \
	text/sketch.c text/sketch.h \
	text/stem.c text/stem.h \
	text/store.c text/store.h \
	text/token.c text/token.h \
	text/unicode.c text/unicode.h \
	text/vocabulary.c text/vocabulary.h \
	text/words.c text/words.h
libtext_a_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(UCHARDET_CFLAGS) $(ZSTD_CFLAGS)
TEXT_LIBS = libtext.a $(UTF8PROC_LIBS) $(UCHARDET_LIBS) $(ZSTD_LIBS) $(STEMMER_LIBS)
