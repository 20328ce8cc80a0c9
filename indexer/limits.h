/* limits.h - what one document may take of an extraction worker, as options of the indexer say.
 *
 * A field that is 0 or NULL keeps the limit as it is: that of extract_default_caps, or what --memory leaves.
 */
#ifndef NASLAG_INDEXER_LIMITS_H
#define NASLAG_INDEXER_LIMITS_H

#include "extract/extract.h"

/* Ends of what the options take. */
#define LIMITS_PAGES_MOST 10000000
#define LIMITS_MEMBERS_MOST 100000000
#define LIMITS_DEPTH_MOST 16 /* each takes stack */
#define LIMITS_RATIO_MOST 1000000
#define LIMITS_TITLE_LEAST 64
#define LIMITS_TITLE_MOST 65536
#define LIMITS_SECONDS_MOST 86400

struct limits {
    const char *file, *text, *unpacked; /* sizes: "256M" */
    long pages, members, depth, ratio, title, seconds, cpu_seconds;
};

/* Puts them into the caps.  ERR_INVALID names the option. */
enum err_code limits_apply(const struct limits *limits, struct extract_caps *caps, struct err *err);
/* A number that is another one when limits are: what --memory decides is not among them. */
int64_t limits_signature(const struct extract_caps *caps);

#endif
