/* peak-memory.c - runs a program and measures what it and its descendants have of memory together.
 *
 *     peak-memory PROGRAM ARGUMENT...      the last line of standard output is the peak in KB; exit status of the program
 *
 * Counted are Pss_Anon and Pss_Shmem of /proc/PID/smaps_rollup: what the processes have of their own, shared parts once; the
 * page cache, mapped files included, is not.  Every few milliseconds; what comes and goes in between is not seen.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_MAX 65536

struct process {
    long pid, parent;
};

static struct process processes[PROCESSES_MAX];

static size_t list_processes(void)
{
    size_t count = 0;
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    while (proc != NULL && (entry = readdir(proc)) != NULL && count < PROCESSES_MAX) {
        char path[300], text[512], state;
        if (!isdigit((unsigned char)entry->d_name[0])) {
            continue;
        }
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = fopen(path, "re");
        size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file != NULL) {
            fclose(file);
        }
        text[len] = '\0';
        const char *behind_name = strrchr(text, ')');
        struct process *process = &processes[count];
        process->pid = atol(entry->d_name);
        count += behind_name != NULL && sscanf(behind_name + 1, " %c %ld", &state, &process->parent) == 2;
    }
    if (proc != NULL) {
        closedir(proc);
    }
    return count;
}

static long memory_of(long pid)
{
    char path[64], line[256];
    long sum = 0, kilobytes;
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "Pss_Anon: %ld", &kilobytes) == 1 || sscanf(line, "Pss_Shmem: %ld", &kilobytes) == 1) {
            sum += kilobytes;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return sum;
}

static long memory_below(long root, size_t count)
{
    long sum = memory_of(root);
    for (size_t i = 0; i < count; i++) {
        if (processes[i].parent == root) {
            sum += memory_below(processes[i].pid, count);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct timespec moment = { .tv_nsec = 5000000 };
    long peak = 0;
    int status;
    pid_t pid = argc > 1 ? fork() : -1;
    if (pid == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (pid < 0) {
        fprintf(stderr, "usage: peak-memory PROGRAM ARGUMENT...\n");
        return 1;
    }
    while (waitpid(pid, &status, WNOHANG) == 0) {
        long now = memory_below(pid, list_processes());
        peak = now > peak ? now : peak;
        nanosleep(&moment, NULL);
    }
    printf("%ld\n", peak);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
