/* sandbox.c - what a worker may still do; the only file of extract/ that sees <seccomp.h>.
 *
 * A worker reads one descriptor it was given and talks over one socket.  It needs memory and nothing else, so it gets
 * an empty root directory and no network where the system allows that (layers.c), and the system call filter lists what
 * is allowed and kills at the rest.  Opening files is refused softly, because libraries try that on their own (iconv's
 * tables, time zones) and go on without.
 * Built with AddressSanitizer there is no filter, no memory limit, and files can be opened: its reports need all three.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* close_range */
#endif
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "extract/internal.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define WORKER_FD 3
#define WORKER_FILES 16 /* the socket, /dev/null three times, a document, and some air */

/* ---- Names ---------------------------------------------------------------------------------- */

static const struct {
    unsigned layer;
    const char *name;
} names[] = {
    { EXTRACT_NO_NEW_PRIVS, "no_new_privs" },        { EXTRACT_SECCOMP, "seccomp" },
    { EXTRACT_RLIMITS, "rlimits" },                  { EXTRACT_LANDLOCK, "Landlock" },
    { EXTRACT_MOUNT_NS, "mount namespace" },         { EXTRACT_USER_NS, "user namespace" },
    { EXTRACT_NET_NS, "network namespace" },         { EXTRACT_IPC_NS, "IPC namespace" },
    { EXTRACT_UTS_NS, "UTS namespace" },             { EXTRACT_NO_CAPABILITIES, "no capabilities" },
};
#define REQUIRED_ALL (EXTRACT_NO_NEW_PRIVS | EXTRACT_RLIMITS | (SANITIZED ? 0 : EXTRACT_SECCOMP))
#define REQUIRED_ONE (EXTRACT_LANDLOCK | EXTRACT_MOUNT_NS)

static bool has_files(unsigned layers)
{
    return !SANITIZED && (layers & REQUIRED_ONE) == 0;
}

bool extract_layers_suffice(unsigned layers)
{
    return (layers & REQUIRED_ALL) == REQUIRED_ALL && !has_files(layers);
}

void extract_layers_print(unsigned layers, struct buf *out)
{
    size_t before = out->len;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (layers & names[i].layer) {
            buf_printf(out, "%s%s", out->len > before ? ", " : "", names[i].name);
        }
    }
    if (out->len == before) {
        buf_add_str(out, "none");
    }
}

void extract_layers_print_missing(unsigned layers, struct buf *out)
{
    unsigned missing = REQUIRED_ALL & ~layers;
    if (missing != 0) {
        extract_layers_print(missing, out);
    }
    if (has_files(layers)) {
        buf_printf(out, "%sLandlock or a mount namespace", missing != 0 ? ", " : "");
    }
}

/* ---- Leaving the parent --------------------------------------------------------------------- */

/* Signals that a terminal or a service manager sends to the whole group: the parent finishes its work on
 * them and needs its workers for that. */
static void reset_signals(void)
{
    for (int number = 1; number < NSIG; number++) {
        bool ignored = number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
        signal(number, ignored ? SIG_IGN : SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int close_above(int last)
{
    if (close_range((unsigned)last + 1, ~0U, 0) == 0) {
        return 0;
    }
    if (errno != ENOSYS) {
        return -1;
    }
    struct rlimit files; /* Linux before 5.9 */
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return -1;
    }
    for (rlim_t fd = (rlim_t)last + 1; fd < files.rlim_cur; fd++) {
        close((int)fd);
    }
    return 0;
}

static enum err_code tie_to_parent(pid_t parent, struct err *err)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return err_errno(err, errno, "cannot tie the worker to its parent");
    }
    if (getppid() != parent) {
        return err_set(err, ERR_INTERRUPTED, "the parent is gone"); /* it died before prctl */
    }
    return ERR_OK;
}

enum err_code sandbox_detach(int *socket, pid_t parent, struct err *err)
{
    reset_signals();
    enum err_code code = tie_to_parent(parent, err);
    if (code != ERR_OK) {
        return code;
    }
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0) {
        return err_errno(err, errno, "cannot open /dev/null");
    }
    /* The socket first: /dev/null and it may have got any number. */
    int own = fcntl(*socket, F_DUPFD_CLOEXEC, WORKER_FD + 1);
    bool moved = own >= 0 && dup2(own, WORKER_FD) == WORKER_FD && dup2(nowhere, 0) == 0 && dup2(nowhere, 1) == 1;
    if (!SANITIZED) {
        moved = moved && dup2(nowhere, 2) == 2;
    }
    if (!moved || close_above(WORKER_FD) != 0) {
        return err_errno(err, errno, "cannot arrange the worker's descriptors");
    }
    *socket = WORKER_FD;
    return ERR_OK;
}

/* ---- Limits --------------------------------------------------------------------------------- */

/* Bytes of address space and of data in use: what came over from the parent does not count against the document.  0, 0 when
 * they are not known. */
static void memory_in_use(uint64_t *ret_space, uint64_t *ret_data)
{
    AUTO_FCLOSE FILE *file = fopen("/proc/self/statm", "re");
    uint64_t space = 0, data = 0, page = (uint64_t)sysconf(_SC_PAGESIZE);
    if (file == NULL || fscanf(file, "%" SCNu64 " %*u %*u %*u %*u %" SCNu64, &space, &data) != 2) {
        space = data = 0;
    }
    *ret_space = space * page;
    *ret_data = data * page;
}

static enum err_code set_limits(const struct extract_caps *caps, struct err *err)
{
    uint64_t space, data;
    memory_in_use(&space, &data);
    const struct {
        int resource; /* its type in glibc's headers is private */
        uint64_t value;
        const char *name;
    } limits[] = {
        { RLIMIT_CORE, 0, "core" },
        { RLIMIT_FSIZE, SANITIZED ? RLIM_INFINITY : 0, "file size" }, /* reports may go to a file */
        { RLIMIT_NPROC, 0, "processes" },
        { RLIMIT_NOFILE, WORKER_FILES, "descriptors" },
        { RLIMIT_DATA, SANITIZED ? RLIM_INFINITY : data + caps->memory_bytes, "memory" },
        /* The document is mapped besides (child.c). */
        { RLIMIT_AS, SANITIZED ? RLIM_INFINITY : space + caps->memory_bytes + caps->file_bytes, "address space" },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit = { (rlim_t)limits[i].value, (rlim_t)limits[i].value };
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) != 0) {
            return err_errno(err, errno, "cannot set the worker's limit of %s", limits[i].name);
        }
    }
    return ERR_OK;
}

/* ---- System calls --------------------------------------------------------------------------- */

static const int allowed_calls[] = {
    /* the job: frames, the document */
    SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(pread64), SCMP_SYS(read),
    SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat),
    /* memory (mmap and mprotect: see add_rules) */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* time, randomness, what malloc and qsort ask for */
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(sched_yield),
    SCMP_SYS(futex), SCMP_SYS(getpid), SCMP_SYS(gettid),
    /* ending, also by abort() */
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
};

/* Refused, not fatal: libraries try them and go on.  Signals cannot be blocked, nor SIGXCPU ignored (add_conditional_rules): it
 * ends who has used up his processor time. */
static const int refused_calls[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd), SCMP_SYS(ioctl), SCMP_SYS(fcntl), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(prlimit64),
    SCMP_SYS(getrlimit), SCMP_SYS(uname), SCMP_SYS(rt_sigprocmask),
};

/* Calls that are allowed for some arguments. */
static int add_conditional_rules(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp no_exec = { .arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0 };
    const struct scmp_arg_cmp own = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)getpid() };
    const struct scmp_arg_cmp limit = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = SIGXCPU };
    const struct scmp_arg_cmp other = { .arg = 0, .op = SCMP_CMP_NE, .datum_a = SIGXCPU };
    int result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_exec);
    if (result == 0) {
        result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_exec);
    }
    if (result == 0) {
        result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own);
    }
    if (result == 0) {
        result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 1, &other);
    }
    if (result == 0) {
        result = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(rt_sigaction), 1, &limit);
    }
    return result;
}

static int add_rules(scmp_filter_ctx filter)
{
    int result = add_conditional_rules(filter);
    for (size_t i = 0; result == 0 && i < sizeof allowed_calls / sizeof *allowed_calls; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
    }
    for (size_t i = 0; result == 0 && i < sizeof refused_calls / sizeof *refused_calls; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused_calls[i], 0);
    }
    return result;
}

static enum err_code filter_calls(struct err *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) {
        return err_set(err, ERR_IO, "cannot make a system call filter");
    }
    int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (result == 0) {
        result = add_rules(filter);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    seccomp_release(filter);
    return result == 0 ? ERR_OK : err_errno(err, -result, "cannot load the system call filter");
}

enum err_code sandbox_enter(const struct child_orders *orders, unsigned *ret_layers, struct err *err)
{
    unsigned layers = 0, omit = orders->omit;
    enum err_code code = ERR_OK;
    /* Limits while /proc can be read; namespaces while there are capabilities. */
    if (!(omit & EXTRACT_RLIMITS)) {
        code = set_limits(orders->caps, err);
        layers |= EXTRACT_RLIMITS;
    }
    if (code != ERR_OK) {
        return code;
    }
    if (!SANITIZED) {
        layers |= layers_enter_namespaces(omit);
    }
    /* A new user namespace has undone this. */
    code = tie_to_parent(orders->parent, err);
    if (code != ERR_OK) {
        return code;
    }
    layers |= layers_drop_capabilities() ? EXTRACT_NO_CAPABILITIES : 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return err_errno(err, errno, "cannot drop the worker's privileges");
    }
    layers |= EXTRACT_NO_NEW_PRIVS;
    if (!SANITIZED && !(omit & EXTRACT_LANDLOCK) && layers_enter_landlock()) {
        layers |= EXTRACT_LANDLOCK;
    }
    if (!SANITIZED && !(omit & EXTRACT_SECCOMP)) {
        code = filter_calls(err);
        layers |= EXTRACT_SECCOMP;
    }
    if (code == ERR_OK) {
        *ret_layers = layers;
    }
    return code;
}
