/* measure.c - bench/measure: what a command costs: time, processor time and memory of all its processes.
 *
 *     bench/measure --out FILE [--with PID] [--interval MS] -- COMMAND [ARGUMENT]...
 *
 * Writes one line of tab-separated values to FILE:
 *
 *     wall      seconds from start to end
 *     user, sys processor seconds of the command and all its descendants, and of what the processes below --with used meanwhile
 *     pss       peak of the sum over all these processes of their proportional set size, kB: pages that several have are shared out
 *     own       the same of what is no page cache: anonymous and shared memory, swap
 *     rss       peak of the sum of their resident sets, kB: shared pages count in each
 *     samples   how often memory was looked at
 *     method    "pss", or "mixed" when some process let only its resident set be read, which then counts in its place
 *     left      processes of the command that were still there when it ended; their time up to then is counted
 *
 * Memory is read from /proc/PID/smaps_rollup, at least every --interval milliseconds, unless that would take more than 4% of a
 * processor.  Descendants that lost their parent come to this process (PR_SET_CHILD_SUBREAPER), so that nothing escapes by
 * forking twice.  --with names a server that does the work for the command.  Exit status: that of the command; 125 when measuring
 * failed; 128 + N for signal N.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/opt.h"

#define PROCESSES_MAX 32768
#define STATUS_BROKEN 125
#define SHARE_OF_TIME 25 /* between two looks passes at least so many times what one takes */
#define SHORTEST_US 10000

static struct {
    const char *out;
    long with, interval;
    bool help;
} options = { .interval = 100 };

static const struct opt option_table[] = {
    { "out", 'o', OPT_STRING, &options.out, 0, 0, "FILE", "where the line of figures is written" },
    { "with", 0, OPT_NUMBER, &options.with, 1, 1L << 30, "PID", "a server whose processes count, too" },
    { "interval", 0, OPT_NUMBER, &options.interval, 10, 60000, "MS", "most milliseconds between two looks at memory (100)" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/measure",
    .usage = "--out FILE [--with PID] -- COMMAND [ARGUMENT]...",
    .summary = "Runs a command; measures time, processor time and memory of all its processes.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

struct process {
    pid_t pid, parent;
    double seconds; /* processor time, that of its buried children included */
    bool ours, server;
};

static struct process processes[PROCESSES_MAX];
static size_t process_count;

struct peaks {
    unsigned long long pss, own, rss;
    unsigned long samples;
    bool mixed;
};

/* A small file of /proc; false when the process has gone or does not let itself be read. */
static bool read_proc(pid_t pid, const char *name, char *out, size_t room)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t len = read(fd, out, room - 1);
    close(fd);
    out[len > 0 ? len : 0] = '\0';
    return len > 0;
}

/* Fields of /proc/PID/stat after the name, which may hold anything: state, parent, ..., utime stime cutime cstime. */
static bool read_stat(pid_t pid, struct process *ret_process)
{
    char text[1024];
    if (!read_proc(pid, "stat", text, sizeof text)) {
        return false;
    }
    char *after = strrchr(text, ')'), state;
    long parent;
    unsigned long user, sys;
    long user_children, sys_children;
    if (after == NULL
        || sscanf(after + 1, " %c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &state, &parent, &user, &sys,
                  &user_children, &sys_children) != 6) {
        return false;
    }
    double ticks = (double)user + (double)sys + (double)user_children + (double)sys_children;
    *ret_process = (struct process){ .pid = pid, .parent = (pid_t)parent, .seconds = ticks / (double)sysconf(_SC_CLK_TCK) };
    return true;
}

static const struct process *find_process(pid_t pid)
{
    for (size_t i = 0; i < process_count; i++) {
        if (processes[i].pid == pid) {
            return &processes[i];
        }
    }
    return NULL;
}

/* All processes of the machine, with those marked that descend from this one or belong to the server. */
static void list_processes(void)
{
    process_count = 0;
    DIR *directory = opendir("/proc");
    if (directory == NULL) {
        return;
    }
    for (struct dirent *entry; process_count < PROCESSES_MAX && (entry = readdir(directory)) != NULL;) {
        if (isdigit((unsigned char)entry->d_name[0])
            && read_stat((pid_t)strtol(entry->d_name, NULL, 10), &processes[process_count])) {
            process_count++;
        }
    }
    closedir(directory);
    pid_t self = getpid();
    for (size_t i = 0; i < process_count; i++) {
        const struct process *at = &processes[i];
        for (int depth = 0; at != NULL && depth < 100 && !processes[i].ours; depth++) {
            processes[i].ours = at->parent == self;
            processes[i].server = processes[i].server || at->pid == (pid_t)options.with;
            at = processes[i].ours ? NULL : find_process(at->parent);
        }
    }
}

static double server_seconds(void)
{
    double seconds = 0;
    list_processes();
    for (size_t i = 0; i < process_count; i++) {
        seconds += processes[i].server ? processes[i].seconds : 0;
    }
    return seconds;
}

static unsigned long long field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at != NULL ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static void sample(struct peaks *peaks)
{
    unsigned long long pss = 0, own = 0, rss = 0;
    char text[4096];
    list_processes();
    for (size_t i = 0; i < process_count; i++) {
        if (!processes[i].ours && !processes[i].server) {
            continue;
        }
        if (read_proc(processes[i].pid, "smaps_rollup", text, sizeof text)) {
            pss += field(text, "\nPss:") + field(text, "\nSwapPss:");
            own += field(text, "\nPss_Anon:") + field(text, "\nPss_Shmem:") + field(text, "\nSwapPss:");
            rss += field(text, "\nRss:");
        } else if (read_proc(processes[i].pid, "statm", text, sizeof text)) {
            unsigned long long pages = 0, shared = 0;
            unsigned long long kilobytes = (unsigned long long)sysconf(_SC_PAGESIZE) / 1024;
            if (sscanf(text, "%*u %llu %llu", &pages, &shared) == 2 && pages > 0) {
                pss += pages * kilobytes;
                own += (pages - shared) * kilobytes;
                rss += pages * kilobytes;
                peaks->mixed = true;
            }
        }
    }
    peaks->samples++;
    peaks->pss = pss > peaks->pss ? pss : peaks->pss;
    peaks->own = own > peaks->own ? own : peaks->own;
    peaks->rss = rss > peaks->rss ? rss : peaks->rss;
}

/* Samples until the command has ended; signals are passed on to it. */
static int watch(pid_t child, const sigset_t *signals, struct peaks *peaks)
{
    for (;;) {
        int status;
        for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (ended == child) {
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
        }
        int64_t start = io_now_us();
        sample(peaks);
        int64_t pause = (io_now_us() - start) * SHARE_OF_TIME;
        int64_t most = (int64_t)options.interval * 1000;
        pause = pause > most ? (pause > 10 * most ? 10 * most : pause) : most / 4 > pause ? most / 4 : pause;
        pause = pause < SHORTEST_US ? SHORTEST_US : pause;
        struct timespec wait = { pause / 1000000, pause % 1000000 * 1000 };
        int number = sigtimedwait(signals, NULL, &wait);
        if (number > 0 && number != SIGCHLD) {
            kill(child, number);
        }
    }
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* The figures; what the command left behind counts with its time so far. */
static int report(int64_t wall_us, double served, const struct peaks *peaks)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    size_t left = 0;
    double left_seconds = 0;
    list_processes();
    for (size_t i = 0; i < process_count; i++) {
        left += processes[i].ours;
        left_seconds += processes[i].ours ? processes[i].seconds : 0;
    }
    FILE *out = fopen(options.out, "we");
    if (out == NULL) {
        return -1;
    }
    fprintf(out, "%.3f\t%.3f\t%.3f\t%llu\t%llu\t%llu\t%lu\t%s\t%zu\n", (double)wall_us / 1e6,
            seconds_of(&used.ru_utime) + left_seconds + served, seconds_of(&used.ru_stime), peaks->pss, peaks->own, peaks->rss,
            peaks->samples, peaks->mixed ? "mixed" : "pss", left);
    return fclose(out);
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    int operands;
    if (opt_parse(&program, argc, argv, &operands, &err) != ERR_OK) {
        fprintf(stderr, "bench/measure: %s\n", err.text);
        return STATUS_BROKEN;
    }
    if (options.help || options.out == NULL || operands == 0) {
        opt_help(&program, options.help ? stdout : stderr);
        return options.help ? 0 : STATUS_BROKEN;
    }
    argv[1 + operands] = NULL;
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    double served = options.with > 0 ? server_seconds() : 0;
    struct peaks peaks = { 0 };
    int64_t start = io_now_us();
    pid_t child = fork();
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        execvp(argv[1], argv + 1);
        fprintf(stderr, "bench/measure: cannot run %s: %s\n", argv[1], strerror(errno));
        _exit(127);
    }
    int status = child > 0 ? watch(child, &signals, &peaks) : STATUS_BROKEN;
    int64_t wall_us = io_now_us() - start;
    served = options.with > 0 ? server_seconds() - served : 0;
    if (child < 0 || report(wall_us, served, &peaks) != 0) {
        fprintf(stderr, "bench/measure: %s: %s\n", child < 0 ? "cannot fork" : options.out, strerror(errno));
        return STATUS_BROKEN;
    }
    return status;
}
