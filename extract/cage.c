/* cage.c - the life of a converter, from fork to exec; it and sandbox.c see <seccomp.h>.
 *
 * That only one program is ever started does not rest on what it may find: it is opened before as descriptor PROGRAM_FD, above the
 * limit of descriptors, and the filter allows execveat of that number alone.  Starting it closes the number, and the limit keeps
 * it from coming back.  The environment is ours.  Nothing here depends on how Naslag itself was built: the limits are set last, so
 * that they hold for the program only.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_PATH, execveat */
#endif
#include "extract/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/io.h"
#include "extract/internal.h"

#define STATUS_FD 3       /* closed by a successful start */
#define PROGRAM_FD 9
#define FILES 9           /* the limit: PROGRAM_FD is not below it */
#define START_MS 10000
#define PATH_CAP 4096
#define LAYERS (EXTRACT_NO_NEW_PRIVS | EXTRACT_SECCOMP | EXTRACT_RLIMITS | EXTRACT_LANDLOCK) /* all of them are required */

/* ---- Files ------------------------------------------------------------------------------------ */

/* What any program needs to be loaded, and what the programs of convert.c read besides.  What is not there is left out. */
static const struct {
    const char *path;
    unsigned allow;
} readable[] = {
    { "/lib", LAYERS_READ | LAYERS_EXECUTE },     { "/lib64", LAYERS_READ | LAYERS_EXECUTE },
    { "/usr/lib", LAYERS_READ | LAYERS_EXECUTE }, { "/usr/lib64", LAYERS_READ | LAYERS_EXECUTE },
    { "/usr/local/lib", LAYERS_READ | LAYERS_EXECUTE },
    { "/etc/ld.so.cache", LAYERS_READ },          { "/etc/catdocrc", LAYERS_READ },
    { "/usr/share/catdoc", LAYERS_READ },         { "/usr/share/antiword", LAYERS_READ },
    { "/usr/share/locale/locale.alias", LAYERS_READ },
};
#define READABLE (sizeof readable / sizeof *readable)

/* A program in PREFIX/bin has its data in PREFIX/share/NAME. */
static void data_folder(const char *program, char *path, size_t size)
{
    const char *name = strrchr(program, '/');
    const char *folder = name != NULL ? memrchr(program, '/', (size_t)(name - program)) : NULL;
    path[0] = '\0';
    if (folder != NULL) {
        snprintf(path, size, "%.*s/share%s", (int)(folder - program), program, name);
    }
}

static bool shut_files(const struct cage *cage)
{
    char own[PATH_CAP];
    struct layers_file files[READABLE + 2];
    for (size_t i = 0; i < READABLE; i++) {
        files[i] = (struct layers_file){ readable[i].path, -1, readable[i].allow };
    }
    data_folder(cage->program, own, sizeof own);
    files[READABLE] = (struct layers_file){ own, -1, LAYERS_READ };
    files[READABLE + 1] = (struct layers_file){ NULL, PROGRAM_FD, LAYERS_READ | LAYERS_EXECUTE };
    return layers_enter_landlock(files, READABLE + 2);
}

/* ---- System calls ------------------------------------------------------------------------------- */

static const int allowed_calls[] = {
    /* files that are open, and what files there are */
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat),
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(fadvise64),
    /* memory (mmap and mprotect: see add_conditional_rules) */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* being started */
    SCMP_SYS(arch_prctl), SCMP_SYS(set_tid_address), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(getrandom),
    SCMP_SYS(futex),
    /* what is harmless */
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid),
    SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(sched_yield),
    /* ending, also by abort() */
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
};

/* Refused, not fatal: they are tried, and it goes on without. */
static const struct {
    int call, problem;
} refused_calls[] = {
    { SCMP_SYS(ioctl), ENOTTY },    { SCMP_SYS(fcntl), EPERM },  { SCMP_SYS(readlink), EACCES }, { SCMP_SYS(readlinkat), EACCES },
    { SCMP_SYS(getcwd), EACCES },   { SCMP_SYS(umask), EPERM },
};

/* Calls that are allowed for some arguments: nothing is opened but for reading, memory is never writable and code at once, and
 * what has been either does not become code. */
static int add_conditional_rules(scmp_filter_ctx filter)
{
    const scmp_datum_t to_write = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    const struct {
        int call;
        struct scmp_arg_cmp arguments[2];
        unsigned count;
    } rules[] = {
        { SCMP_SYS(open), { { 1, SCMP_CMP_MASKED_EQ, to_write, O_RDONLY } }, 1 },
        { SCMP_SYS(openat), { { 2, SCMP_CMP_MASKED_EQ, to_write, O_RDONLY } }, 1 },
        { SCMP_SYS(mmap), { { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } }, 1 },
        { SCMP_SYS(mmap), { { 2, SCMP_CMP_MASKED_EQ, PROT_WRITE, 0 } }, 1 },
        { SCMP_SYS(mprotect), { { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } }, 1 },
        { SCMP_SYS(prlimit64), { { 0, SCMP_CMP_EQ, 0, 0 } }, 1 }, /* its own, which it cannot raise */
        { SCMP_SYS(tgkill), { { 0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0 } }, 1 },
        { SCMP_SYS(execveat), { { 0, SCMP_CMP_EQ, PROGRAM_FD, 0 }, { 4, SCMP_CMP_EQ, AT_EMPTY_PATH, 0 } }, 2 },
    };
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof rules / sizeof *rules; i++) {
        result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, rules[i].count, rules[i].arguments);
    }
    return result;
}

static bool filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) {
        return false;
    }
    int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    for (size_t i = 0; result == 0 && i < sizeof allowed_calls / sizeof *allowed_calls; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
    }
    for (size_t i = 0; result == 0 && i < sizeof refused_calls / sizeof *refused_calls; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)refused_calls[i].problem), refused_calls[i].call, 0);
    }
    if (result == 0) {
        result = add_conditional_rules(filter);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    seccomp_release(filter);
    return result == 0;
}

/* ---- Limits -------------------------------------------------------------------------------------- */

static bool set_limits(const struct extract_caps *caps)
{
    const struct {
        int resource; /* its type in glibc's headers is private */
        uint64_t value;
    } limits[] = {
        { RLIMIT_CORE, 0 },
        { RLIMIT_FSIZE, 0 },
        { RLIMIT_NPROC, 0 },
        { RLIMIT_MEMLOCK, 0 },
        { RLIMIT_NOFILE, FILES },
        { RLIMIT_CPU, caps->cpu_seconds },
        { RLIMIT_DATA, caps->memory_bytes },
        { RLIMIT_AS, caps->memory_bytes },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        /* The soft limit of processor time is told by its own signal, SIGXCPU. */
        rlim_t value = (rlim_t)limits[i].value;
        struct rlimit limit = { value, limits[i].resource == RLIMIT_CPU ? value + 1 : value };
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) != 0) {
            return false;
        }
    }
    return true;
}

/* ---- The child ----------------------------------------------------------------------------------- */

/* Ends the child with a reason for its parent. */
static _Noreturn void give_up(const char *reason)
{
    ssize_t written = write(STATUS_FD, reason, strlen(reason));
    _exit(written < 0 ? 126 : 127);
}

/* Puts the descriptors where they belong and closes all others. */
static bool arrange(const struct cage *cage, int status)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    int program = open(cage->program, O_PATH | O_CLOEXEC);
    const int from[] = { cage->input, cage->output, nowhere, status, program };
    const int to[] = { 0, 1, 2, STATUS_FD, PROGRAM_FD };
    int high[sizeof from / sizeof *from];
    bool done = nowhere >= 0 && program >= 0;
    for (size_t i = 0; done && i < sizeof from / sizeof *from; i++) { /* out of the way first */
        high[i] = fcntl(from[i], F_DUPFD_CLOEXEC, PROGRAM_FD + 1);
        done = high[i] >= 0;
    }
    for (size_t i = 0; done && i < sizeof from / sizeof *from; i++) {
        done = dup3(high[i], to[i], to[i] >= STATUS_FD ? O_CLOEXEC : 0) == to[i];
    }
    for (int fd = STATUS_FD + 1; done && fd < PROGRAM_FD; fd++) {
        close(fd);
    }
    return done && sandbox_close_above(PROGRAM_FD) == 0;
}

/* Gives up every right but those that the program needs. */
static void shut_in(const struct cage *cage, pid_t parent)
{
    unsigned layers = layers_enter_namespaces(cage->omit | EXTRACT_MOUNT_NS); /* it needs some files: Landlock says which */
    if (sandbox_tie_to_parent(parent, NULL) != ERR_OK) { /* a new user namespace has undone this */
        give_up("the parent is gone");
    }
    layers_drop_capabilities();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        layers |= EXTRACT_NO_NEW_PRIVS;
    }
    layers |= !(cage->omit & EXTRACT_LANDLOCK) && shut_files(cage) ? EXTRACT_LANDLOCK : 0;
    layers |= !(cage->omit & EXTRACT_SECCOMP) && filter_calls() ? EXTRACT_SECCOMP : 0;
    /* From here on nothing is allocated: the limit of memory may be below what is in use. */
    layers |= !(cage->omit & EXTRACT_RLIMITS) && set_limits(cage->caps) ? EXTRACT_RLIMITS : 0;
    if ((layers & LAYERS) != LAYERS && !cage->caps->weak_sandbox) {
        give_up("a layer of its sandbox is missing: it needs no_new_privs, seccomp, rlimits and Landlock");
    }
}

static _Noreturn void become(const struct cage *cage, pid_t parent, int status)
{
    static const char *const environment[] = { "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent", "TZ=UTC0", NULL };
    sandbox_reset_signals();
    if (sandbox_tie_to_parent(parent, NULL) != ERR_OK || !arrange(cage, status)) {
        _exit(127);
    }
    shut_in(cage, parent);
    syscall(SYS_execveat, PROGRAM_FD, "", cage->arguments, environment, AT_EMPTY_PATH);
    give_up(errno == ENOENT || errno == ENOEXEC ? "it is no program (a script cannot be one)" : "the system refuses to start it");
}

/* ---- The parent ---------------------------------------------------------------------------------- */

/* Waits for the start: an end of file without a word before it. */
static enum err_code await_start(int status, const char *program, struct err *err)
{
    char reason[200];
    struct pollfd waiting = { .fd = status, .events = POLLIN };
    int64_t deadline = io_now_ms() + START_MS;
    int ready;
    do {
        int64_t left = deadline - io_now_ms();
        ready = poll(&waiting, 1, left > 0 ? (int)left : 0);
    } while (ready < 0 && errno == EINTR);
    ssize_t len = ready > 0 ? read(status, reason, sizeof reason - 1) : -1;
    if (len == 0) {
        return ERR_OK;
    }
    reason[len > 0 ? len : 0] = '\0';
    return err_set(err, ERR_IO, "%s cannot be run: %s", program, len > 0 ? reason : "it does not start");
}

enum err_code cage_start(const struct cage *cage, pid_t *ret_pid, struct err *err)
{
    int status[2];
    if (pipe2(status, O_CLOEXEC) != 0) {
        return err_errno(err, errno, "cannot make a pipe for %s", cage->program);
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        become(cage, parent, status[1]);
    }
    int problem = errno;
    close(status[1]);
    enum err_code code = pid < 0 ? err_errno(err, problem, "cannot start a process for %s", cage->program)
                                 : await_start(status[0], cage->program, err);
    close(status[0]);
    if (code == ERR_OK) {
        *ret_pid = pid;
    } else if (pid > 0) {
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    return code;
}
