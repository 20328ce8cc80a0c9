/* listen.c - the listening socket and its address. */
#include "searchd/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum err_code listen_parse(const char *text, struct listen_address *ret_address, struct err *err)
{
    struct listen_address address = { .len = 0 };
    char host[INET6_ADDRSTRLEN + 1];
    const char *colon = strrchr(text, ':');
    bool bracketed = text[0] == '[';
    size_t len = colon != NULL ? (size_t)(colon - text) : 0;
    char *rest = NULL;
    errno = 0;
    long port = colon != NULL && colon[1] >= '0' && colon[1] <= '9' ? strtol(colon + 1, &rest, 10) : -1;
    if (len == 0 || rest == NULL || *rest != '\0' || errno != 0 || port < 0 || port > 65535
        || (bracketed && (len < 3 || text[len - 1] != ']')) || len >= sizeof host) {
        return err_set(err, ERR_INVALID, "'%.100s' is no address to listen on: write 127.0.0.1:8080 or [::1]:8080", text);
    }
    snprintf(host, sizeof host, "%.*s", (int)(bracketed ? len - 2 : len), text + (bracketed ? 1 : 0));
    struct sockaddr_in *four = (struct sockaddr_in *)&address.socket_address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address.socket_address;
    if (!bracketed && inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        address.len = sizeof *four;
    } else if (bracketed && inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
        address.len = sizeof *six;
    } else {
        return err_set(err, ERR_INVALID, "'%s' is no numeric IPv4 address, nor an IPv6 address in brackets", host);
    }
    *ret_address = address;
    return ERR_OK;
}

void listen_print(const struct listen_address *address, char *ret_text, unsigned size)
{
    char host[INET6_ADDRSTRLEN] = "?";
    if (address->socket_address.ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)&address->socket_address;
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        snprintf(ret_text, size, "%s:%u", host, ntohs(four->sin_port));
    } else {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address->socket_address;
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        snprintf(ret_text, size, "[%s]:%u", host, ntohs(six->sin6_port));
    }
}

static enum err_code bind_and_listen(int fd, struct listen_address *address, struct err *err)
{
    char shown[80];
    listen_print(address, shown, sizeof shown);
    int on = 1;
    /* Without this a restart fails for a minute: the old connections linger in TIME_WAIT. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || (address->socket_address.ss_family == AF_INET6
            && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0)
        || bind(fd, (const struct sockaddr *)&address->socket_address, address->len) != 0
        || listen(fd, SOMAXCONN) != 0) {
        return err_errno(err, errno, "cannot listen on %s", shown);
    }
    address->len = sizeof address->socket_address;
    if (getsockname(fd, (struct sockaddr *)&address->socket_address, &address->len) != 0) {
        return err_errno(err, errno, "cannot learn the port of %s", shown);
    }
    return ERR_OK;
}

enum err_code listen_open(struct listen_address *address, int *ret_fd, struct err *err)
{
    AUTO_CLOSE int fd = socket(address->socket_address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return err_errno(err, errno, "cannot make a socket to listen on");
    }
    enum err_code code = bind_and_listen(fd, address, err);
    if (code == ERR_OK) {
        *ret_fd = fd;
        fd = -1;
    }
    return code;
}
