/* t150-verify.c - every damage to what is published is found: single bytes that changed, files cut short, made longer, or gone;
 * in databases, word lists, stored texts, dead lists, resources, manifests and `current` (issue 5).
 *
 * Takes an index of the demo archive with two generations and dead documents; damages it in one place, runs naslag-index --verify,
 * and mends it.  NASLAG_CORRUPTIONS=10000 makes the long form; NASLAG_SEED chooses other places.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILES_MAX 256

extern char **environ;

struct file {
    char path[512];
    off_t size;
};

static struct file files[FILES_MAX];
static size_t file_count;
static char work[256], index_dir[300], program[512];
static uint64_t state;
static int test_count, failures;

static void report(bool good, const char *what)
{
    test_count++;
    failures += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", test_count, what);
    fflush(stdout);
}

static void bail_out(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(99);
}

static uint64_t random_below(uint64_t limit)
{
    state ^= state << 13; /* xorshift64: Marsaglia, 2003 */
    state ^= state >> 7;
    state ^= state << 17;
    return state % limit;
}

static int run(const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status;
    int failure = posix_spawn(&pid, arguments[0], &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0 || waitpid(pid, &status, 0) != pid) {
        bail_out("cannot run naslag-index");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int verify(void)
{
    const char *arguments[] = { program, "--index", index_dir, "--verify", "--quiet", NULL };
    return run(arguments);
}

static int take_in(const char *source)
{
    const char *arguments[] = { program, "--index", index_dir, "--quiet", source, NULL };
    return run(arguments);
}

/* A line for the shell, in which $1 and $2 stand for the paths. */
static int shell(const char *line, const char *one, const char *other)
{
    const char *arguments[] = { "/bin/sh", "-c", line, "sh", one, other, NULL };
    return run(arguments);
}

/* All that is published: the ledger is checked by SQLite, and the editor's file is not ours. */
static int add_file(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)place;
    const char *name = path + strlen(index_dir) + 1;
    if (type == FTW_F && strncmp(name, "ledger.db", 9) != 0 && strcmp(name, "lock") != 0 && file_count < FILES_MAX) {
        snprintf(files[file_count].path, sizeof files[file_count].path, "%s", path);
        files[file_count++].size = info->st_size;
    }
    return 0;
}

static void flip(const char *path, off_t at, uint8_t mask)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    uint8_t byte;
    if (fd < 0 || pread(fd, &byte, 1, at) != 1) {
        bail_out(path);
    }
    byte ^= mask;
    if (pwrite(fd, &byte, 1, at) != 1) {
        bail_out(path);
    }
    close(fd);
}

/* Most bytes are in a few large files: half of the times the file is drawn, half of the times the byte. */
static size_t draw_file(bool by_byte)
{
    uint64_t total = 0;
    for (size_t i = 0; i < file_count; i++) {
        total += (uint64_t)files[i].size;
    }
    for (;;) {
        size_t chosen = 0;
        uint64_t at = by_byte ? random_below(total) : 0;
        for (chosen = by_byte ? 0 : random_below(file_count); by_byte && at >= (uint64_t)files[chosen].size; chosen++) {
            at -= (uint64_t)files[chosen].size;
        }
        if (files[chosen].size > 0) {
            return chosen;
        }
    }
}

static void test_bytes(long count)
{
    long missed = 0;
    for (long i = 0; i < count; i++) {
        const struct file *file = &files[draw_file(i % 2 == 0)];
        off_t at = (off_t)random_below((uint64_t)file->size);
        uint8_t mask = (uint8_t)(1 + random_below(255));
        flip(file->path, at, mask);
        int status = verify();
        flip(file->path, at, mask);
        if (status != 4) {
            missed++;
            printf("# byte %lld of %s ^ %02x: status %d\n", (long long)at, file->path, mask, status);
        }
    }
    printf("# %ld of %ld damaged bytes were found\n", count - missed, count);
    report(missed == 0, "every byte that changed is found");
}

/* Each file a byte shorter, empty, a byte longer, gone, or a folder. */
static void test_files(void)
{
    long missed = 0;
    for (size_t i = 0; i < file_count; i++) {
        char saved[600];
        snprintf(saved, sizeof saved, "%s/saved", work);
        for (int way = 0; way < 5; way++) {
            const char *path = files[i].path;
            if (files[i].size == 0 && way < 2) {
                continue;
            }
            if (way == 4 || way == 3) {
                if (rename(path, saved) != 0 || (way == 4 && mkdir(path, 0777) != 0)) {
                    bail_out(path);
                }
            } else if (shell("cp -p \"$1\" \"$2\"", path, saved) != 0
                       || truncate(path, way == 0 ? files[i].size - 1 : way == 1 ? 0 : files[i].size + 1) != 0) {
                bail_out(path);
            }
            int status = verify();
            if ((way == 4 && rmdir(path) != 0) || rename(saved, path) != 0) {
                bail_out(path);
            }
            if (status != 4) {
                missed++;
                printf("# %s, way %d: status %d\n", path, way, status);
            }
        }
    }
    report(missed == 0, "files cut short, made longer, and gone are found");
}

/* An older manifest, dead list or `current`, sound in itself, put in the place of the published one. */
static void test_swapped(void)
{
    char one[400], other[400], saved[400];
    snprintf(one, sizeof one, "%s/generations/1", index_dir);
    snprintf(other, sizeof other, "%s/generations/2", index_dir);
    snprintf(saved, sizeof saved, "%s/saved", work);
    report(shell("cp \"$1\" \"$2\"", other, saved) == 0 && shell("cp \"$1\" \"$2\"", one, other) == 0 && verify() == 4,
           "the manifest of another generation is found");
    report(shell("cp \"$1\" \"$2\"", saved, other) == 0 && verify() == 0, "the right one is sound");
}

int main(void)
{
    const char *bin = getenv("NASLAG_BIN"), *src = getenv("NASLAG_SRC"), *count = getenv("NASLAG_CORRUPTIONS");
    const char *seed = getenv("NASLAG_SEED"), *tmp = getenv("TMPDIR");
    char copy[400];
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(program, sizeof program, "%s/naslag-index", bin != NULL ? bin : ".");
    snprintf(work, sizeof work, "%s/naslag-t150.XXXXXX", tmp != NULL ? tmp : "/tmp");
    state = 0x9e3779b97f4a7c15u ^ (seed != NULL ? strtoull(seed, NULL, 10) : 1);
    if (mkdtemp(work) == NULL) {
        bail_out(work);
    }
    snprintf(index_dir, sizeof index_dir, "%s/index", work);
    snprintf(copy, sizeof copy, "%s/archief", work);
    if (shell("cp -r \"$1/corpus\" \"$2\"", src != NULL ? src : ".", copy) != 0 || take_in(copy) != 0
        || shell("rm -f \"$1/notulen/\"*2012.txt && echo 'een nieuw stuk' >\"$2/nieuw.txt\"", copy, copy) != 0
        || take_in(copy) != 0) {
        bail_out("cannot make an index");
    }
    if (nftw(index_dir, add_file, 8, FTW_PHYS) != 0 || file_count < 20) {
        bail_out("cannot list the index");
    }
    printf("# %zu files\n", file_count);
    report(verify() == 0, "the index is sound");
    test_swapped();
    test_files();
    test_bytes(count != NULL ? strtol(count, NULL, 10) : 200);
    report(verify() == 0, "mended, the index is sound again");
    char ledger[400];
    snprintf(ledger, sizeof ledger, "%s/ledger.db", index_dir);
    report(truncate(ledger, 5000) == 0 && verify() == 4, "a ledger that is cut short is found");
    shell("rm -rf \"$1\"", work, "");
    printf("1..%d\n", test_count);
    return failures > 0 ? 1 : 0;
}
