/* weaken.c - runs a program as if the system had neither Landlock nor namespaces:  weaken PROGRAM ARGUMENT... */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int result = filter == NULL || argc < 2 ? -EINVAL : 0;
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), 444, 0); /* landlock_create_ruleset */
    }
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(unshare), 0);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    if (result != 0) {
        fprintf(stderr, "weaken: %d\n", result);
        return 99;
    }
    execv(argv[1], argv + 1);
    return 99;
}
