# extract/: one file per document format, and the sandboxed worker that runs them.
noinst_LIBRARIES += libextract.a
libextract_a_SOURCES = \
	extract/cage.c extract/cage.h \
	extract/cfb.c extract/cfb.h \
	extract/child.c \
	extract/container.c \
	extract/convert.c extract/convert.h \
	extract/decode.c extract/decode.h \
	extract/detect.c extract/detect.h \
	extract/detect_magic.c \
	extract/epub.c \
	extract/extract.c extract/extract.h \
	extract/fields.c \
	extract/flow.c extract/flow.h \
	extract/flowed.c \
	extract/html-elements.c extract/html-elements.h \
	extract/html.c \
	extract/image.c \
	extract/internal.h \
	extract/jsonl.c \
	extract/layers.c \
	extract/mail.c \
	extract/mappings.c \
	extract/markdown.c \
	extract/mbox.c \
	extract/meta.c extract/meta.h \
	extract/nest.c extract/nest.h \
	extract/nest_id.c \
	extract/ocr.c extract/ocr.h \
	extract/odf.c \
	extract/ole.c extract/ole.h \
	extract/ole_props.c \
	extract/ooxml.c extract/ooxml.h \
	extract/ooxml_format.c \
	extract/ooxml_sheet.c \
	extract/ooxml_slides.c \
	extract/ooxml_style.c \
	extract/ooxml_word.c extract/ooxml_word.h \
	extract/pdf-fields.c \
	extract/pdf-heads.c \
	extract/pdf-labels.c extract/pdf-labels.h \
	extract/pdf-ocr.c \
	extract/pdf-text.c extract/pdf-text.h \
	extract/pdf-turned.c \
	extract/pdf.c extract/pdf.h \
	extract/ppt.c \
	extract/probe.c \
	extract/record.c \
	extract/restriction.c \
	extract/rtf.c extract/rtf.h \
	extract/rtf_text.c \
	extract/rtf_words.c extract/rtf_words.h \
	extract/sandbox.c \
	extract/sidecar.c extract/sidecar.h \
	extract/sidecar_table.c \
	extract/stream.c extract/stream.h \
	extract/txt.c \
	extract/warc.c \
	extract/worker.c extract/worker.h \
	extract/worker_process.c \
	extract/xls_sheets.c \
	extract/xml.c extract/xml.h \
	extract/xmp.c extract/xmp.h \
	extract/zip.c extract/zip.h
libextract_a_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS) $(POPPLER_CFLAGS) $(TESSERACT_CFLAGS) $(SECCOMP_CFLAGS) $(ARCHIVE_CFLAGS) \
	$(GMIME_CFLAGS) $(ZLIB_CFLAGS) $(BROTLI_CFLAGS)
EXTRACT_LIBS = libextract.a $(LIBXML_LIBS) $(POPPLER_LIBS) $(TESSERACT_LIBS) $(SECCOMP_LIBS) $(ARCHIVE_LIBS) $(GMIME_LIBS) \
	$(ZLIB_LIBS) $(BROTLI_LIBS) -lm
