/* probe.c - attempts, from inside a worker, at what it may not do: naslag-index --self-test-sandbox.
 *
 * Each is harmless where it succeeds.  What stopped it is told by how it ended: killed by SIGSYS is seccomp; of the other layers
 * each has an error of its own.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_TMPFILE */
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "extract/internal.h"

/* ---- In the worker --------------------------------------------------------------------------- */

static int open_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    close(fd);
    return 0;
}

static int try_read_file(pid_t parent)
{
    (void)parent;
    return open_path("/etc/passwd", O_RDONLY);
}

static int try_list_folder(pid_t parent)
{
    (void)parent;
    return open_path("/", O_RDONLY | O_DIRECTORY);
}

static int try_write_file(pid_t parent)
{
    (void)parent;
    return open_path("/tmp", O_WRONLY | O_TMPFILE); /* leaves nothing */
}

static int try_connect(pid_t parent)
{
    (void)parent;
    struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    bool reached = connect(fd, (const struct sockaddr *)&nobody, sizeof nobody) == 0 || errno == ECONNREFUSED;
    int problem = reached ? 0 : errno;
    close(fd);
    return problem;
}

static int try_exec(pid_t parent)
{
    (void)parent;
    char *const nothing[] = { NULL };
    execve("/bin/true", nothing, nothing); /* when it succeeds the parent sees the worker end */
    return errno;
}

static int try_fork(pid_t parent)
{
    (void)parent;
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid < 0 ? errno : 0;
}

static int try_trace(pid_t parent)
{
    return ptrace(PTRACE_SEIZE, parent, NULL, NULL) == 0 ? 0 : errno; /* does not stop it, and ends with this process */
}

/* A fork has what its parent has at the same place. */
static int try_read_parent(pid_t parent)
{
    static char here;
    char there;
    struct iovec own = { &there, 1 }, other = { &here, 1 };
    return process_vm_readv(parent, &own, 1, &other, 1, 0) == 1 ? 0 : errno;
}

static int try_signal(pid_t parent)
{
    return kill(parent, 0) == 0 ? 0 : errno;
}

static int try_code(pid_t parent)
{
    (void)parent;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED ? 0 : errno;
}

static int try_memory(pid_t parent)
{
    (void)parent;
    void *much = mmap(NULL, (size_t)64 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return much != MAP_FAILED ? 0 : errno;
}

static const struct {
    const char *what;
    int (*attempt)(pid_t parent);
} attempts[] = {
    { "read a file", try_read_file },      { "list a folder", try_list_folder }, { "write a file", try_write_file },
    { "use the network", try_connect },    { "run a program", try_exec },        { "start a process", try_fork },
    { "trace another process", try_trace }, { "read its memory", try_read_parent }, { "signal another process", try_signal },
    { "make code of data", try_code },     { "take 64 GiB of memory", try_memory },
};
#define ATTEMPTS (sizeof attempts / sizeof *attempts)

int sandbox_probe(unsigned number, pid_t parent)
{
    return number < ATTEMPTS ? attempts[number].attempt(parent) : EINVAL;
}

/* ---- In the parent ------------------------------------------------------------------------------ */

/* What stopped an attempt that ended with this; "" when it succeeded. */
static const char *layer_of(int signal_number, int problem, unsigned layers)
{
    if (signal_number == SIGSYS) {
        return "seccomp";
    }
    switch (problem) {
    case 0:
        return signal_number != 0 ? "a signal" : "";
    case EACCES:
        return layers & EXTRACT_SECCOMP ? "seccomp" : layers & EXTRACT_LANDLOCK ? "Landlock" : "permissions";
    case ENOENT:
    case EROFS:
        return layers & EXTRACT_MOUNT_NS ? "mount namespace" : "nothing there";
    case ENETUNREACH:
    case EADDRNOTAVAIL:
        return layers & EXTRACT_NET_NS ? "network namespace" : "no network";
    case EPERM:
        return layers & EXTRACT_LANDLOCK ? "Landlock" : layers & EXTRACT_USER_NS ? "user namespace" : "permissions";
    case EAGAIN:
    case ENOMEM:
        return layers & EXTRACT_RLIMITS ? "rlimits" : "lack of it";
    default:
        return strerror(problem);
    }
}

/* Makes one attempt with `omit` left out. */
static enum err_code make_attempt(const struct extract_caps *caps, unsigned number, unsigned omit, const char **ret_layer,
                                  struct err *err)
{
    struct extract_worker *worker;
    struct extract_caps own = *caps;
    own.weak_sandbox = true; /* that is what is looked at */
    enum err_code code = extract_worker_new(&own, &worker, err);
    if (code != ERR_OK) {
        return code;
    }
    worker_omit(worker, omit);
    unsigned layers = 0;
    int signal_number = 0, problem = 0;
    code = worker_layers(worker, &layers, err);
    if (code == ERR_OK) {
        code = worker_probe(worker, number, &signal_number, &problem, err);
    }
    if (code == ERR_OK) {
        *ret_layer = layer_of(signal_number, problem, layers);
    }
    extract_worker_free(worker);
    return code;
}

enum err_code extract_sandbox_test(const struct extract_caps *caps, extract_attempt_sink *sink, void *context, bool *ret_held,
                                   struct err *err)
{
    bool held = true;
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        struct extract_attempt attempt = { .what = attempts[i].what };
        enum err_code code = make_attempt(caps, i, 0, &attempt.layer, err);
        if (code == ERR_OK) {
            code = make_attempt(caps, i, EXTRACT_SECCOMP, &attempt.behind_it, err);
        }
        if (code != ERR_OK) {
            return code;
        }
        attempt.stopped = *attempt.layer != '\0';
        held = held && attempt.stopped;
        sink(context, &attempt);
    }
    *ret_held = held;
    return ERR_OK;
}

enum err_code extract_sandbox_layers(const struct extract_caps *caps, unsigned *ret_layers, struct err *err)
{
    struct extract_worker *worker;
    struct extract_caps own = *caps;
    own.weak_sandbox = true;
    enum err_code code = extract_worker_new(&own, &worker, err);
    if (code == ERR_OK) {
        code = worker_layers(worker, ret_layers, err);
        extract_worker_free(worker);
    }
    return code;
}
