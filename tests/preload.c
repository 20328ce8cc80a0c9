/* preload.c - a library to load before a program under test: allocations that fail, and disks that do not sync.
 *
 *     LD_PRELOAD=tests/preload.so NASLAG_FAULT_...=... program
 *
 *     NASLAG_FAULT_NOSYNC=1     fsync and fdatasync do nothing and say that all is well, as some disks do
 *     NASLAG_FAULT_MALLOC=N     the N-th allocation since main() of one process fails (malloc, calloc, realloc; from 1)
 *     NASLAG_FAULT_DEPTH=D      ... of a process forked D times: 0 the program itself (default), 1 a builder or search
 *                               worker, 2 an extraction worker.  Only the first that gets so far.
 *     NASLAG_FAULT_STICKY=1     ... and all that follow in that process
 *     NASLAG_FAULT_ARGUMENT=A   ... only in a program whose first argument is A, as the search workers of the daemon, which
 *                               are started and not only forked
 *     NASLAG_FAULT_ONCE=FILE    ... and only in the first program that finds FILE, and removes it
 *     NASLAG_FAULT_COUNT=FILE   the program writes there at its end: whether an allocation failed (0 or 1), and how many
 *                               allocations the process with the most made, for depth 0, 1 and 2, on one line
 *
 * Forked children are told apart by counting fork().  The numbers are in shared memory, since a child in a sandbox can open
 * nothing.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEPTHS 3

typedef int main_function(int argc, char **argv, char **environment);
typedef int start_function(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                           void (*rtld_fini)(void), void *stack_end);

/* glibc's own names for what is replaced here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);

static struct {
    _Atomic long made[DEPTHS]; /* allocations of the process with the most */
    _Atomic pid_t failed_in;   /* 0: none has failed yet */
} *shared;

static main_function *real_main;
static bool armed, sticky, no_sync;
static long fail_at, fail_depth;
static const char *count_file;
static _Atomic long depth, count;

static bool fails(void)
{
    if (!armed || shared == NULL) {
        return false;
    }
    long number = atomic_fetch_add(&count, 1) + 1, at = depth;
    if (at < DEPTHS) {
        long most = shared->made[at];
        while (number > most && !atomic_compare_exchange_weak(&shared->made[at], &most, number)) {
        }
    }
    if (fail_at == 0 || at != fail_depth || number < fail_at) {
        return false;
    }
    pid_t nobody = 0;
    bool first = number == fail_at && atomic_compare_exchange_strong(&shared->failed_in, &nobody, getpid());
    return first || (sticky && shared->failed_in == getpid());
}

void *malloc(size_t size)
{
    if (fails()) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    if (fails()) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
    if (fails()) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(old, size);
}

/* The counters are not taken from a worker, which lets go of what it shares with others. */
void *mmap(void *start, size_t len, int protection, int flags, int fd, off_t offset)
{
    void *(*real)(void *, size_t, int, int, int, off_t)
        = (void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap");
    return shared != NULL && start == (void *)shared ? start : real(start, len, protection, flags, fd, offset);
}

pid_t fork(void)
{
    pid_t (*real)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");
    pid_t pid = real();
    if (pid == 0) {
        depth++;
        count = 0;
    }
    return pid;
}

static int sync_fd(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return no_sync ? 0 : real(fd);
}

int fsync(int fd)
{
    return sync_fd("fsync", fd);
}

int fdatasync(int fd)
{
    return sync_fd("fdatasync", fd);
}

static void write_counts(void)
{
    armed = false;
    FILE *file = depth == 0 && shared != NULL ? fopen(count_file, "w") : NULL;
    if (file != NULL) {
        fprintf(file, "%d %ld %ld %ld\n", shared->failed_in != 0, shared->made[0], shared->made[1], shared->made[2]);
        fclose(file);
    }
}

static long number_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtol(text, NULL, 10) : 0;
}

/* Whether the variables mean this program. */
static bool is_meant(int argc, char **argv)
{
    const char *argument = getenv("NASLAG_FAULT_ARGUMENT"), *once = getenv("NASLAG_FAULT_ONCE");
    return (argument == NULL || (argc > 1 && strcmp(argv[1], argument) == 0)) && (once == NULL || unlink(once) == 0);
}

static int counted_main(int argc, char **argv, char **environment)
{
    armed = is_meant(argc, argv);
    int status = real_main(argc, argv, environment);
    armed = false; /* what the libraries do at the end is not ours */
    return status;
}

int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    start_function *real = (start_function *)dlsym(RTLD_NEXT, "__libc_start_main");
    fail_at = number_of("NASLAG_FAULT_MALLOC");
    fail_depth = number_of("NASLAG_FAULT_DEPTH");
    sticky = number_of("NASLAG_FAULT_STICKY") != 0;
    no_sync = number_of("NASLAG_FAULT_NOSYNC") != 0;
    count_file = getenv("NASLAG_FAULT_COUNT");
    if (fail_at > 0 || count_file != NULL) {
        void *room = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        shared = room != MAP_FAILED ? room : NULL;
    }
    if (count_file != NULL) {
        atexit(write_counts);
    }
    real_main = main;
    return real(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
