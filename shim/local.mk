# shim/: the only C++, the only folder that sees <xapian.h>.
noinst_LIBRARIES += libshim.a
libshim_a_SOURCES = \
	shim/compact.cc \
	shim/dead.cc \
	shim/document.cc \
	shim/document.hh \
	shim/guard.cc \
	shim/guard.hh \
	shim/query.cc \
	shim/query.hh \
	shim/reader.cc \
	shim/reader.hh \
	shim/search.cc \
	shim/shim.h \
	shim/terms.cc \
	shim/whole.cc \
	shim/writer.cc
libshim_a_CXXFLAGS = $(AM_CXXFLAGS) $(XAPIAN_CXXFLAGS) $(XAPIAN_CFLAGS)
SHIM_LIBS = libshim.a $(XAPIAN_LIBS)

# Xapian's own ways of indexing and searching, for bench/ to measure against; not part of the product.
EXTRA_LIBRARIES = libshimpeer.a
libshimpeer_a_SOURCES = shim/peer.cc shim/peer.h
libshimpeer_a_CXXFLAGS = $(libshim_a_CXXFLAGS)
