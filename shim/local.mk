# shim/: the only C++, the only folder that sees <xapian.h>.
noinst_LIBRARIES += libshim.a
libshim_a_SOURCES = \
	shim/column.cc \
	shim/dead.cc \
	shim/document.c \
	shim/document.h \
	shim/glass.h \
	shim/glass_block.h \
	shim/glass_chunk.c \
	shim/glass_chunk.h \
	shim/glass_pack.h \
	shim/glass_positions.c \
	shim/glass_read.c \
	shim/glass_version.c \
	shim/glass_write.c \
	shim/guard.cc \
	shim/guard.hh \
	shim/invert.c \
	shim/invert.h \
	shim/merge.c \
	shim/merge.h \
	shim/merge_cursor.c \
	shim/merge_terms.c \
	shim/merge_values.c \
	shim/query.cc \
	shim/query.hh \
	shim/reader.cc \
	shim/reader.hh \
	shim/search.cc \
	shim/shim.h \
	shim/terms.cc \
	shim/whole.cc \
	shim/writer.c
libshim_a_CXXFLAGS = $(AM_CXXFLAGS) $(XAPIAN_CXXFLAGS) $(XAPIAN_CFLAGS)
SHIM_LIBS = libshim.a $(XAPIAN_LIBS)

# Xapian's own ways of indexing and searching, for bench/ to measure against; not part of the product.
EXTRA_LIBRARIES = libshimpeer.a
CLEANFILES += libshimpeer.a
libshimpeer_a_SOURCES = shim/peer.cc shim/peer.h
libshimpeer_a_CXXFLAGS = $(libshim_a_CXXFLAGS)
