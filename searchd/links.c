/* links.c - the open connections and their hard deadlines. */
#include "searchd/links.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/io.h"

void links_init(struct links *links, int64_t patience_ms)
{
    *links = (struct links){ .patience_ms = patience_ms };
    pthread_mutex_init(&links->lock, NULL);
}

void links_done(struct links *links)
{
    pthread_mutex_destroy(&links->lock);
}

struct link *links_add(struct links *links, int fd)
{
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        return NULL;
    }
    link->fd = fd;
    link->deadline_ms = io_now_ms() + links->patience_ms;
    pthread_mutex_lock(&links->lock);
    link->next = links->first;
    if (link->next != NULL) {
        link->next->previous = link;
    }
    links->first = link;
    links->open++;
    links->started++;
    pthread_mutex_unlock(&links->lock);
    return link;
}

void links_remove(struct links *links, struct link *link)
{
    if (link == NULL) {
        return;
    }
    pthread_mutex_lock(&links->lock);
    if (link->previous != NULL) {
        link->previous->next = link->next;
    } else {
        links->first = link->next;
    }
    if (link->next != NULL) {
        link->next->previous = link->previous;
    }
    links->open--;
    pthread_mutex_unlock(&links->lock);
    free(link);
}

void links_enter(struct links *links, struct link *link, enum link_phase phase)
{
    if (link == NULL) {
        return;
    }
    pthread_mutex_lock(&links->lock);
    link->phase = phase;
    link->deadline_ms = io_now_ms() + links->patience_ms;
    pthread_mutex_unlock(&links->lock);
}

void links_expire(struct links *links)
{
    int64_t now = io_now_ms();
    pthread_mutex_lock(&links->lock);
    for (struct link *link = links->first; link != NULL; link = link->next) {
        if (link->phase != LINK_WORKING && link->deadline_ms <= now) {
            /* Under the lock: links_remove has not been called, so the descriptor is still this connection's. */
            shutdown(link->fd, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&links->lock);
}

unsigned links_open(struct links *links, unsigned *ret_started)
{
    pthread_mutex_lock(&links->lock);
    unsigned open = links->open;
    *ret_started = links->started;
    pthread_mutex_unlock(&links->lock);
    return open;
}

unsigned links_busy(struct links *links)
{
    unsigned busy = 0;
    pthread_mutex_lock(&links->lock);
    for (const struct link *link = links->first; link != NULL; link = link->next) {
        busy += link->phase != LINK_RECEIVING;
    }
    pthread_mutex_unlock(&links->lock);
    return busy;
}
