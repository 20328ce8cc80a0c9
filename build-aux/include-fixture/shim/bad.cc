/* bad.cc - a fixture: shim/ knows base/ only, and Xapian. */
#include <xapian.h>
#include "text/schema.h"
