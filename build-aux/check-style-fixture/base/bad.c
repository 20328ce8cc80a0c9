// bad.c - a fixture
#include "base/bad.h"
	int tab;
int blank; 
const char *fine = "a // in a string is no comment, nor is /* this";
/* a comment of
 * several lines // is fine
 */
const char *much = "%s";
void copy(char *to) { sprintf(to, much); }
/* FIXME: this is not finished */
const char *escaped = "\" // ";
