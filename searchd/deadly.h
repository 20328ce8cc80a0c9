/* deadly.h - requests that search workers died of.
 *
 * A request that makes a worker crash (of a damaged index, or an error) and is sent again and again would have a process
 * started for each time.  After DEADLY_DEATHS deaths it is refused for a while.  Not thread-safe: under the lock of its owner.
 */
#ifndef NASLAG_SEARCHD_DEADLY_H
#define NASLAG_SEARCHD_DEADLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEADLY_DEATHS 2
#define DEADLY_MS 60000   /* how long a death counts */
#define DEADLY_REQUESTS 32 /* so many are remembered: the last ones */

struct deadly {
    struct {
        uint64_t hash;   /* of the target */
        unsigned deaths;
        int64_t last_ms;
    } requests[DEADLY_REQUESTS];
};

/* Whether workers have died of this request DEADLY_DEATHS times, the last time less than DEADLY_MS ago. */
bool deadly_is(const struct deadly *deadly, const char *target, size_t len, int64_t now_ms);
/* A worker has died of it; returns true when from now on it is refused. */
bool deadly_note(struct deadly *deadly, const char *target, size_t len, int64_t now_ms);
/* Another generation is served: all may be tried again. */
void deadly_forget(struct deadly *deadly);

#endif
