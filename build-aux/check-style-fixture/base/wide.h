/* wide.h - a fixture: an excepted line. */
#ifndef NASLAG_BASE_WIDE_H
#define NASLAG_BASE_WIDE_H
/* xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx */
#endif
