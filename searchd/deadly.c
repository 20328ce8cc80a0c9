/* deadly.c - a short list of requests that workers died of. */
#include "searchd/deadly.h"

#include <string.h>

#include "base/hash.h"

bool deadly_is(const struct deadly *deadly, const char *target, size_t len, int64_t now_ms)
{
    uint64_t hash = hash_bytes(target, len);
    for (size_t i = 0; i < DEADLY_REQUESTS; i++) {
        if (deadly->requests[i].hash == hash && deadly->requests[i].deaths >= DEADLY_DEATHS) {
            return now_ms - deadly->requests[i].last_ms < DEADLY_MS;
        }
    }
    return false;
}

bool deadly_note(struct deadly *deadly, const char *target, size_t len, int64_t now_ms)
{
    uint64_t hash = hash_bytes(target, len);
    size_t place = 0; /* of this request, else the one that died longest ago */
    for (size_t i = 0; i < DEADLY_REQUESTS; i++) {
        if (deadly->requests[i].deaths > 0 && deadly->requests[i].hash == hash) {
            place = i;
            break;
        }
        if (deadly->requests[i].last_ms < deadly->requests[place].last_ms) {
            place = i;
        }
    }
    bool known = deadly->requests[place].deaths > 0 && deadly->requests[place].hash == hash
        && now_ms - deadly->requests[place].last_ms < DEADLY_MS;
    deadly->requests[place].hash = hash;
    deadly->requests[place].deaths = known ? deadly->requests[place].deaths + 1 : 1;
    deadly->requests[place].last_ms = now_ms;
    return deadly->requests[place].deaths == DEADLY_DEATHS;
}

void deadly_forget(struct deadly *deadly)
{
    memset(deadly, 0, sizeof *deadly);
}
