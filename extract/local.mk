# extract/: one file per document format, and the sandboxed worker that runs them.
noinst_LIBRARIES += libextract.a
libextract_a_SOURCES = \
	extract/child.c \
	extract/extract.c extract/extract.h \
	extract/fields.c \
	extract/flow.c extract/flow.h \
	extract/html.c \
	extract/html-elements.c extract/html-elements.h \
	extract/internal.h \
	extract/jsonl.c \
	extract/record.c \
	extract/sandbox.c \
	extract/txt.c \
	extract/worker.c
libextract_a_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS) $(SECCOMP_CFLAGS)
EXTRACT_LIBS = libextract.a $(LIBXML_LIBS) $(SECCOMP_LIBS)
