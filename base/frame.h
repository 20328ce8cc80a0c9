/* frame.h - length-prefixed messages between Naslag's own processes over a stream socket.
 *
 * A frame is: u32 little-endian length of the rest, u8 type, payload.  A reader gives a ceiling;
 * a longer frame is an error, before anything is allocated for it.  A file descriptor may travel
 * with a frame (SCM_RIGHTS).
 */
#ifndef NASLAG_BASE_FRAME_H
#define NASLAG_BASE_FRAME_H

#include "base/buf.h"

struct frame {
    uint8_t type;
    struct buf payload; /* its ceiling is the ceiling for frames read into it */
    int fd;             /* received descriptor, or -1; the receiver closes it */
};

void frame_init(struct frame *frame, size_t max_payload);
void frame_done(struct frame *frame);

/* Sends one frame, waiting until `deadline_ms` on the monotonic clock (io_now_ms; -1 = for ever).
 * `fd` >= 0 is sent along; it stays the caller's. */
enum err_code frame_send(int socket, uint8_t type, const void *payload, size_t len, int fd, int64_t deadline_ms,
                         struct err *err);

/* Receives one frame.  ERR_NOT_FOUND: the peer closed before a frame began.  ERR_CORRUPT: it closed inside one, or
 * the frame is larger than the ceiling.  ERR_TIMEOUT: the deadline passed. */
enum err_code frame_receive(int socket, struct frame *frame, int64_t deadline_ms, struct err *err);

#endif
