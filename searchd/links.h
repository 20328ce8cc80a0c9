/* links.h - the open connections and their hard deadlines.
 *
 * libmicrohttpd's own timeout counts idle time only: a client that sends a byte every two seconds is never closed.
 * Here a connection gets one deadline for sending a whole request and one for reading the whole answer; past it the
 * socket is shut down, which makes libmicrohttpd close the connection.
 */
#ifndef NASLAG_SEARCHD_LINKS_H
#define NASLAG_SEARCHD_LINKS_H

#include <pthread.h>
#include <stdint.h>

enum link_phase {
    LINK_RECEIVING, /* a request is awaited or coming in: deadline */
    LINK_WORKING,   /* it is being answered: the dispatcher keeps the deadline */
    LINK_SENDING,   /* the answer is going out: deadline */
};

struct link {
    int fd;
    enum link_phase phase;
    int64_t deadline_ms;
    struct link *previous, *next;
};

struct links {
    pthread_mutex_t lock; /* guards all that follows, and the links */
    struct link *first;
    unsigned open;
    unsigned started; /* since the beginning */
    int64_t patience_ms;
};

void links_init(struct links *links, int64_t patience_ms);
void links_done(struct links *links);
/* NULL when memory is short.  The descriptor stays its owner's, who calls links_remove before closing it. */
struct link *links_add(struct links *links, int fd);
void links_remove(struct links *links, struct link *link);
/* Enters a phase, with a fresh deadline. */
void links_enter(struct links *links, struct link *link, enum link_phase phase);
/* Shuts down what is past its deadline. */
void links_expire(struct links *links);
unsigned links_open(struct links *links, unsigned *ret_started);
/* How many are in another phase than LINK_RECEIVING. */
unsigned links_busy(struct links *links);

#endif
