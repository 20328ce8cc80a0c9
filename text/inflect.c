#include "text/inflect.h"
#include <string.h>
size_t inflect_class(const struct words *w, const char *f, size_t l, char *o){(void)w; if(l>INFLECT_MAX)l=INFLECT_MAX; memcpy(o,f,l); return l;}
