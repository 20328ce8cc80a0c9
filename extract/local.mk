# extract/: one file per document format, and the sandboxed worker that runs them.
noinst_LIBRARIES += libextract.a
libextract_a_SOURCES = \
	extract/child.c \
	extract/epub.c \
	extract/extract.c extract/extract.h \
	extract/fields.c \
	extract/flow.c extract/flow.h \
	extract/html.c \
	extract/html-elements.c extract/html-elements.h \
	extract/internal.h \
	extract/jsonl.c \
	extract/markdown.c \
	extract/meta.c extract/meta.h \
	extract/odf.c \
	extract/ole.c \
	extract/ooxml.c extract/ooxml.h \
	extract/ooxml_format.c \
	extract/ooxml_sheet.c \
	extract/ooxml_slides.c \
	extract/ooxml_style.c \
	extract/ooxml_word.c extract/ooxml_word.h \
	extract/record.c \
	extract/rtf.c extract/rtf.h \
	extract/rtf_text.c \
	extract/rtf_words.c extract/rtf_words.h \
	extract/sandbox.c \
	extract/sidecar.c extract/sidecar.h \
	extract/sidecar_table.c \
	extract/txt.c \
	extract/worker.c \
	extract/xml.c extract/xml.h \
	extract/zip.c extract/zip.h
libextract_a_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS) $(ARCHIVE_CFLAGS) $(SECCOMP_CFLAGS)
EXTRACT_LIBS = libextract.a $(LIBXML_LIBS) $(ARCHIVE_LIBS) $(SECCOMP_LIBS) -lm
