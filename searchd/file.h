/* file.h - the fixed files: style sheet and icon. */
#ifndef NASLAG_SEARCHD_FILE_H
#define NASLAG_SEARCHD_FILE_H

#include "searchd/route.h"

route_handler file_style;
route_handler file_icon;
/* 204: browsers ask for /favicon.ico unasked. */
route_handler file_nothing;

#endif
