/* bad.h - a fixture: a C header of the shim may not show Xapian. */
#include <xapian.h>
