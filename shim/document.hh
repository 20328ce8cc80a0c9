/* document.hh - what a shim_doc is, for the writer that adds it. */
#ifndef NASLAG_SHIM_DOCUMENT_HH
#define NASLAG_SHIM_DOCUMENT_HH

#include "shim/guard.hh"

struct shim_doc {
    Xapian::Document document;
};

#endif
