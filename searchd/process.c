/* process.c - starting and ending one worker process. */
#include "searchd/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "searchd/worker.h"

extern char **environ;

static void set_up(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int socket)
{
    posix_spawn_file_actions_init(actions);
    posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(actions, socket, WORKER_SOCKET);
    posix_spawn_file_actions_addclosefrom_np(actions, WORKER_SOCKET + 1);
    /* The front blocks signals and ignores SIGPIPE; a worker starts with neither. */
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(attributes);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &defaults);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

enum err_code process_start(struct process *process, const struct settings *settings, uint64_t fallback, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return err_errno(err, errno, "cannot make a socket pair for a search worker");
    }
    char memory[24], generation[24];
    snprintf(memory, sizeof memory, "%ld", settings->worker_memory_mb);
    snprintf(generation, sizeof generation, "%" PRIu64, fallback);
    const char *const arguments[] = { "naslag-searchd", "--worker", "--index",    settings->index, "--worker-memory",
                                      memory,           "--fallback", generation, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    set_up(&actions, &attributes, pair[1]);
    pid_t pid;
    /* /proc/self/exe is this very program, also when a new version has been installed over it. */
    int failure = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(pair[1]);
    if (failure != 0) {
        close(pair[0]);
        return err_errno(err, failure, "cannot start a search worker");
    }
    *process = (struct process){ .pid = pid, .socket = pair[0], .started_ms = io_now_ms() };
    return ERR_OK;
}

static void describe(int status, char *ret_how, unsigned size)
{
    if (WIFSIGNALED(status)) {
        const char *name = sigdescr_np(WTERMSIG(status));
        snprintf(ret_how, size, "was killed by signal %d (%s)", WTERMSIG(status), name != NULL ? name : "unknown");
    } else {
        snprintf(ret_how, size, "ended with exit status %d", WEXITSTATUS(status));
    }
}

void process_end(struct process *process, int patience_ms, char *ret_how, unsigned size)
{
    if (process->pid == 0) {
        return;
    }
    close(process->socket);
    int status = 0;
    pid_t ended = 0;
    int64_t until = io_now_ms() + patience_ms;
    while (ended == 0) {
        ended = waitpid(process->pid, &status, WNOHANG);
        if (ended != 0 || io_now_ms() >= until) {
            break;
        }
        nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
    }
    if (ended == 0) {
        kill(process->pid, SIGKILL);
        while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    if (ret_how != NULL) {
        describe(status, ret_how, size);
    }
    *process = (struct process)PROCESS_NONE;
}
