/* guard.hh - what every C++ file of shim/ starts from: Xapian, shim.h, and the one guard.
 *
 * An exception that reached C code would end the process, so every function of shim.h that can
 * touch Xapian or allocate puts its whole body inside guard().  Inside, code simply throws: Xapian's
 * errors and std::bad_alloc as they come, our own through refuse().  explain_exception() (guard.cc)
 * is the only place that turns an exception into a code and a sentence.
 */
#ifndef NASLAG_SHIM_GUARD_HH
#define NASLAG_SHIM_GUARD_HH

#include <xapian.h>

/* The headers of base/ are C and say nothing of linkage.  What they include themselves comes first,
 * because libstdc++'s versions of those headers cannot be read inside extern "C". */
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

extern "C" {
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
}

#include "shim/shim.h"

/* Throws a struct err that the guard hands to the caller as it is. */
[[noreturn]] void refuse(enum err_code code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Refuses with ERR_INVALID unless `pointer` points somewhere. */
void require(const void *pointer, const char *what);

/* A term to look for, copied.  Empty is refused: to Xapian the empty term means every document. */
std::string lookup_term(const char *term, size_t len);

/* Opens a database to read; throws when any of its tables is there and cannot be opened (whole.cc). */
Xapian::Database open_whole(const char *path);

/* Counts the call and throws when shim_test_fail_at asked for it. */
void fault_point();

/* For use inside catch (...): fills `err` from the current exception and returns its code. */
enum err_code explain_exception(struct err *err) noexcept;

template <typename Body> enum err_code guard(struct err *err, Body &&body) noexcept
{
    try {
        fault_point();
        body();
        return ERR_OK;
    } catch (...) {
        return explain_exception(err);
    }
}

#endif
