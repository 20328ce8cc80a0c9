/* bad-converter.c - a converter that a document has taken over, for t049: does what the document says behind "MISBEHAVE:", and
 * prints what came of it.  Built without sanitizers, like the programs it stands for. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char document[1 << 20];
static volatile unsigned long turns;

static void spin(void)
{
    for (;;) {
        turns++;
    }
}

static int read_document(const char *path)
{
    int fd = open(path, O_RDONLY);
    ssize_t len = fd >= 0 ? read(fd, document, sizeof document - 1) : -1;
    if (len > 0 && write(fd, "x", 1) == 1) {
        printf("wrote into the document\n");
    }
    return len > 0 ? 0 : -1;
}

static const char *order(void)
{
    const char mark[] = "MISBEHAVE:";
    for (size_t i = 0; i + sizeof mark < sizeof document; i++) {
        if (memcmp(document + i, mark, sizeof mark - 1) == 0) {
            return document + i + sizeof mark - 1;
        }
    }
    return "";
}

static void report(const char *what, long result)
{
    printf("%s: %s\n", what, result >= 0 ? "done" : strerrorname_np(errno));
}

static void list_rights(char **environment)
{
    for (char **line = environment; *line != NULL; line++) {
        printf("environment %s\n", *line);
    }
    for (int fd = 0; fd < 1024; fd++) {
        if (lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF) {
            printf("descriptor %d\n", fd);
        }
    }
}

static void try_files(void)
{
    report("passwords", open("/etc/passwd", O_RDONLY));
    report("root", open("/", O_RDONLY | O_DIRECTORY));
    report("home", open("/root", O_RDONLY | O_DIRECTORY));
    report("processes", open("/proc/self/environ", O_RDONLY));
    report("temporary", open("/tmp", O_RDONLY | O_DIRECTORY));
    report("library", open("/usr/lib/os-release", O_RDONLY));
}

static void connect_somewhere(void)
{
    struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int result = connect(fd, (struct sockaddr *)&nobody, sizeof nobody);
    report("connect", result < 0 && errno == ECONNREFUSED ? 0 : result);
}

static void eat(void)
{
    for (char *volatile block = malloc(1 << 20); block != NULL; block = malloc(1 << 20)) {
        memset(block, 1, 1 << 20);
    }
    printf("memory: refused\n");
}

static void hang(void)
{
    int word = 0;
    syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, NULL, NULL, 0);
}

static void flood(void)
{
    for (;;) {
        fputs("nog een regel en nog een regel en nog een regel\n", stdout);
    }
}

#define IS(name) (strncmp(what, name, sizeof name - 1) == 0)

static void more(const char *what)
{
    char *const nothing[] = { NULL };
    if (IS("exec")) {
        report("exec", execve("/bin/true", nothing, nothing));
    } else if (IS("again")) { /* the way in which it was started itself */
        report("again", syscall(SYS_execveat, 9, "", nothing, nothing, AT_EMPTY_PATH));
        int self = open("/proc/self/fd/0", O_RDONLY);
        report("copy", syscall(SYS_dup2, self, 9));
    } else if (IS("write")) {
        report("write", open("/tmp/naslag-bad-converter", O_WRONLY | O_CREAT, 0600));
    } else if (IS("trace")) {
        report("trace", ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
    } else if (IS("signal")) {
        report("signal", kill(getppid(), 0));
    } else if (IS("code")) {
        void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        report("code", page == MAP_FAILED ? -1 : 0);
    } else if (IS("crash")) {
        raise(SIGSEGV);
        *(volatile int *)turns = 1;
    } else if (IS("binary")) {
        for (int i = 0; i < 5000; i++) {
            putchar(i % 7);
        }
    }
}

int main(int argc, char **argv, char **environment)
{
    if (argc < 2 || read_document(argv[argc - 1]) != 0) {
        return 3;
    }
    const char *what = order();
    if (IS("list")) {
        list_rights(environment);
    } else if (IS("files")) {
        try_files();
    } else if (IS("connect")) {
        connect_somewhere();
    } else if (IS("fork")) {
        report("fork", fork());
    } else if (IS("memory")) {
        eat();
    } else if (IS("spin")) {
        spin();
    } else if (IS("hang")) {
        hang();
    } else if (IS("linger")) { /* gives its text and does not end */
        fclose(stdout);
        hang();
    } else if (IS("flood")) {
        flood();
    } else if (IS("status")) {
        printf("half a text\n");
        return 7;
    } else {
        more(what);
    }
    return 0;
}
