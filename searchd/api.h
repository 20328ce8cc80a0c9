/* api.h - what programs ask: JSON. */
#ifndef NASLAG_SEARCHD_API_H
#define NASLAG_SEARCHD_API_H

#include "searchd/route.h"

/* GET /v1/documenten?q=&aantal=&pagina= */
route_handler api_documents;
/* GET /healthz: 200 when a worker answers and has the index open. */
route_handler api_health;

#endif
