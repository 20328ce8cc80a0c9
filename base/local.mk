# base/: errors, bounded buffers, option tables, files, frames.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	base/buf.c base/buf.h \
	base/conf.c base/conf.h \
	base/digest.c base/digest.h \
	base/err.c base/err.h \
	base/frame.c base/frame.h \
	base/hash.h \
	base/html.c base/html.h \
	base/io.c base/io.h \
	base/json.c base/json.h \
	base/keyed.c base/keyed.h \
	base/mem.c base/mem.h \
	base/opt.c base/opt.h \
	base/utf8.c base/utf8.h
libbase_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(INIH_CFLAGS) $(GCRYPT_CFLAGS)
BASE_LIBS = libbase.a $(JANSSON_LIBS) $(INIH_LIBS) $(GCRYPT_LIBS)
