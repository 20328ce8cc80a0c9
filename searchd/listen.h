/* listen.h - the listening socket and its address. */
#ifndef NASLAG_SEARCHD_LISTEN_H
#define NASLAG_SEARCHD_LISTEN_H

#include <sys/socket.h>

#include "base/err.h"

struct listen_address {
    struct sockaddr_storage socket_address;
    socklen_t len;
};

/* "127.0.0.1:8080", "[::1]:8080", port 0 allowed; only numeric addresses.  ERR_INVALID otherwise. */
enum err_code listen_parse(const char *text, struct listen_address *ret_address, struct err *err);
/* A non-blocking listening socket; the address then holds the port really bound. */
enum err_code listen_open(struct listen_address *address, int *ret_fd, struct err *err);
/* "127.0.0.1:8080" or "[::1]:8080". */
void listen_print(const struct listen_address *address, char *ret_text, unsigned size);

#endif
