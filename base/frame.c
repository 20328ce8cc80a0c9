/* frame.c - sending and receiving frames with deadlines. */
#include "base/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/io.h"

#define FRAME_HEAD 5

void frame_init(struct frame *frame, size_t max_payload)
{
    frame->type = 0;
    frame->fd = -1;
    buf_init(&frame->payload, max_payload);
}

void frame_done(struct frame *frame)
{
    buf_done(&frame->payload);
    if (frame->fd >= 0) {
        close(frame->fd);
        frame->fd = -1;
    }
}

static enum err_code wait_for(int socket, short events, int64_t deadline_ms, struct err *err)
{
    for (;;) {
        int64_t left = -1;
        if (deadline_ms >= 0) {
            left = deadline_ms - io_now_ms();
            if (left < 0) {
                left = 0;
            }
        }
        struct pollfd watched = { .fd = socket, .events = events };
        int ready = poll(&watched, 1, (int)(left > 1000000 ? 1000000 : left));
        if (ready > 0) {
            return ERR_OK;
        }
        if (ready < 0 && errno != EINTR) {
            return err_errno(err, errno, "cannot wait for a frame");
        }
        if (ready == 0 && deadline_ms >= 0 && io_now_ms() >= deadline_ms) {
            return err_set(err, ERR_TIMEOUT, "the other process did not answer in time");
        }
    }
}

static enum err_code send_bytes(int socket, const void *data, size_t len, int fd, int64_t deadline_ms, struct err *err)
{
    const char *at = data;
    while (len > 0) {
        struct iovec part = { .iov_base = (void *)(uintptr_t)at, .iov_len = len };
        union {
            struct cmsghdr header;
            char room[CMSG_SPACE(sizeof(int))];
        } control;
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        if (fd >= 0) {
            memset(&control, 0, sizeof control);
            message.msg_control = control.room;
            message.msg_controllen = sizeof control.room;
            struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
            rights->cmsg_level = SOL_SOCKET;
            rights->cmsg_type = SCM_RIGHTS;
            rights->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(rights), &fd, sizeof fd);
        }
        ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno != EAGAIN && errno != EWOULDBLOCK) {
                return err_errno(err, errno, "cannot send to the other process");
            }
            enum err_code code = wait_for(socket, POLLOUT, deadline_ms, err);
            if (code != ERR_OK) {
                return code;
            }
            continue;
        }
        fd = -1; /* it went with the first byte */
        at += sent;
        len -= (size_t)sent;
    }
    return ERR_OK;
}

enum err_code frame_send(int socket, uint8_t type, const void *payload, size_t len, int fd, int64_t deadline_ms,
                         struct err *err)
{
    if (len > UINT32_MAX - 1) {
        return err_set(err, ERR_INVALID, "a frame of %zu bytes is too large to send", len);
    }
    uint8_t head[FRAME_HEAD];
    uint32_t size = (uint32_t)len + 1;
    for (int i = 0; i < 4; i++) {
        head[i] = (uint8_t)(size >> (8 * i));
    }
    head[4] = type;
    enum err_code code = send_bytes(socket, head, sizeof head, fd, deadline_ms, err);
    return code != ERR_OK ? code : send_bytes(socket, payload, len, -1, deadline_ms, err);
}

/* Takes the first descriptor when one is wanted; all others are closed.  There may be more than one: for alignment the room for a
 * control message is larger than one needs. */
static void take_descriptors(const struct cmsghdr *rights, int *ret_fd)
{
    size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, CMSG_DATA(rights) + i * sizeof fd, sizeof fd);
        if (ret_fd != NULL && *ret_fd < 0) {
            *ret_fd = fd;
        } else {
            close(fd);
        }
    }
}

/* Receives exactly `len` bytes; a descriptor that comes along goes to *ret_fd. */
static enum err_code receive_bytes(int socket, void *data, size_t len, int *ret_fd, bool at_start, int64_t deadline_ms,
                                   struct err *err)
{
    char *at = data;
    bool begun = !at_start;
    while (len > 0) {
        struct iovec part = { .iov_base = at, .iov_len = len };
        union {
            struct cmsghdr header;
            char room[CMSG_SPACE(sizeof(int))];
        } control;
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
                                  .msg_controllen = sizeof control.room };
        ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                enum err_code code = wait_for(socket, POLLIN, deadline_ms, err);
                if (code != ERR_OK) {
                    return code;
                }
                continue;
            }
            if (errno != ECONNRESET) {
                return err_errno(err, errno, "cannot receive from the other process");
            }
            got = 0;
        }
        if (got == 0) {
            return begun ? err_set(err, ERR_CORRUPT, "the other process closed inside a frame")
                         : err_set(err, ERR_NOT_FOUND, "the other process closed the connection");
        }
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
                take_descriptors(c, ret_fd);
            }
        }
        begun = true;
        at += got;
        len -= (size_t)got;
    }
    return ERR_OK;
}

enum err_code frame_receive(int socket, struct frame *frame, int64_t deadline_ms, struct err *err)
{
    uint8_t head[FRAME_HEAD];
    if (frame->fd >= 0) {
        close(frame->fd);
        frame->fd = -1;
    }
    buf_clear(&frame->payload);
    enum err_code code = receive_bytes(socket, head, sizeof head, &frame->fd, true, deadline_ms, err);
    if (code != ERR_OK) {
        return code;
    }
    struct span span;
    span_init(&span, head, sizeof head);
    uint32_t size = span_u32(&span);
    if (size < 1 || size - 1 > frame->payload.max) {
        return err_set(err, ERR_CORRUPT, "a frame of %u bytes is outside the limit of %zu", size, frame->payload.max);
    }
    frame->type = head[4];
    char *room = buf_reserve(&frame->payload, size - 1);
    if (room == NULL) {
        return buf_check(&frame->payload, "frame", err);
    }
    code = receive_bytes(socket, room, size - 1, NULL, false, deadline_ms, err);
    if (code == ERR_OK) {
        frame->payload.len = size - 1;
    }
    return code;
}
