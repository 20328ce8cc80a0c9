# extract/: one file per document format, and the sandboxed worker that runs them.
noinst_LIBRARIES += libextract.a
libextract_a_SOURCES = \
	extract/child.c \
	extract/container.c \
	extract/decode.c extract/decode.h \
	extract/detect.c extract/detect.h \
	extract/detect_magic.c \
	extract/extract.c extract/extract.h \
	extract/fields.c \
	extract/flow.c extract/flow.h \
	extract/flowed.c \
	extract/html.c \
	extract/html-elements.c extract/html-elements.h \
	extract/image.c \
	extract/internal.h \
	extract/jsonl.c \
	extract/mail.c \
	extract/mappings.c \
	extract/mbox.c \
	extract/nest.c extract/nest.h \
	extract/nest_id.c \
	extract/layers.c \
	extract/ocr.c extract/ocr.h \
	extract/pdf.c extract/pdf.h \
	extract/pdf-fields.c \
	extract/pdf-heads.c \
	extract/pdf-labels.c extract/pdf-labels.h \
	extract/pdf-ocr.c \
	extract/pdf-text.c extract/pdf-text.h \
	extract/pdf-turned.c \
	extract/probe.c \
	extract/record.c \
	extract/sandbox.c \
	extract/stream.c extract/stream.h \
	extract/txt.c \
	extract/warc.c \
	extract/worker.c \
	extract/xmp.c extract/xmp.h
libextract_a_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS) $(POPPLER_CFLAGS) $(TESSERACT_CFLAGS) $(SECCOMP_CFLAGS) $(ARCHIVE_CFLAGS) \
	$(GMIME_CFLAGS) $(ZLIB_CFLAGS) $(BROTLI_CFLAGS)
EXTRACT_LIBS = libextract.a $(LIBXML_LIBS) $(POPPLER_LIBS) $(TESSERACT_LIBS) $(SECCOMP_LIBS) $(ARCHIVE_LIBS) $(GMIME_LIBS) \
	$(ZLIB_LIBS) $(BROTLI_LIBS) -lm
