#!/bin/sh
# t164-synced.sh - everything is synced before it is acknowledged, whatever the file system makes of it.
#
# t162 asks one file system what is left after a power cut; this test reads the order of system calls instead.  strace records
# what all processes of a run write, create, rename and sync in the index directory.  At each acknowledgement (a line of --json
# on standard output), and when `current` is moved, there must be no file with bytes written after its last sync, and no name
# (of a file, folder or index) given after the last sync of the folder it is in.  What lies in tmp/ may be lost, and so may
# SQLite's -shm file, the lock and what has been removed since.
# Skipped without strace, or where it may not trace.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

command -v strace >/dev/null || skip_all 'there is no strace'
strace -f -qq -o try.trace -e trace=fsync true 2>/dev/null || skip_all 'strace may not trace here'
grep -q 'define NASLAG_SANITIZED 1' "$bin/config.h" && skip_all 'sanitizers and strace do not go together'
filter=$(strace --seccomp-bpf -f -qq -o try.trace true 2>/dev/null && echo --seccomp-bpf)
calls=openat,open,creat,write,pwrite64,pwritev,pwritev2,writev,copy_file_range,sendfile,mmap,fsync,fdatasync,rename,renameat
calls=$calls,renameat2,link,linkat,ftruncate,truncate,fallocate,mkdir,mkdirat,unlink,unlinkat,rmdir

traced() { # trace file, option...
    trace=$1
    shift
    # shellcheck disable=SC2086 # $filter is an option or nothing
    run strace -f -y -qq $filter -s 48 -e trace=$calls -e signal=none -o "$trace" "$bin/naslag-index" --index "$ix" --json "$@"
}

# Reads a trace, prints what was not synced in time, and at the end `acknowledgements N, files N, moved N`.
audit() {
    awk -v index_dir="$ix" '
    function parent(path) { sub(/\/[^\/]*$/, "", path); return path }
    function ours(path) {
        return path == index_dir || (index(path, index_dir "/") == 1 && index(path, index_dir "/tmp/") != 1 &&
                                     path !~ /\/(lock|ledger\.db-shm)$/)
    }
    # fd_path(2): the path of the n-th descriptor in the line; text(1): the n-th string.
    function fd_path(n,    rest, i) {
        rest = line
        for (i = 1; i <= n; i++) {
            if (!match(rest, /[0-9A-Z_]+<\/[^>]*>/)) return ""
            found = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
        }
        sub(/^[^<]*</, "", found)
        sub(/>$/, "", found)
        return found
    }
    function text(n,    rest, i) {
        rest = line
        for (i = 1; i <= n; i++) {
            if (!match(rest, /"[^"]*"/)) return ""
            found = substr(rest, RSTART + 1, RLENGTH - 2)
            rest = substr(rest, RSTART + RLENGTH)
        }
        return found
    }
    # The path of the n-th string, which the call may have given relative to its folder.
    function named(n,    path, folder) {
        path = text(n)
        if (path ~ /^\//) return path
        folder = fd_path(n)
        return folder == "" ? path : folder "/" path
    }
    function written(path) { if (ours(path)) dirty[path] = seq }
    function given(path) { if (ours(path)) { entry[path] = seq; if (!(path in dirty)) dirty[path] = 0 } }
    function gone(path,    p) {
        for (p in entry) if (p == path || index(p, path "/") == 1) delete entry[p]
        for (p in dirty) if (p == path || index(p, path "/") == 1) delete dirty[p]
    }
    function moved(from, to,    p, q, was) {
        for (p in dirty) {
            if (p == from || index(p, from "/") == 1) {
                q = to substr(p, length(from) + 1)
                new_dirty[q] = dirty[p]
                new_synced[q] = synced[p]
            }
        }
        gone(from)
        gone(to)
        for (p in new_dirty) {
            dirty[p] = new_dirty[p]
            synced[p] = new_synced[p]
            delete new_dirty[p]
            delete new_synced[p]
        }
        given(to)
    }
    function look(when, but,    p) {
        for (p in dirty) {
            if (but != "" && index(p, but) == 1) continue
            if (dirty[p] > synced[p] + 0 && !told[p, 1]++) print "not synced: " p ", " when
        }
        for (p in entry) {
            if (but != "" && index(p, but) == 1) continue
            if (entry[p] > synced[parent(p)] + 0 && !told[p, 2]++) print "its name is not synced: " p ", " when
        }
    }
    {
        seq++
        pid = $1
        line = $0
        sub(/^[0-9]+ +/, "", line)
        began = seq
        if (line ~ /<unfinished \.\.\.>$/) {
            sub(/ *<unfinished \.\.\.>$/, "", line)
            open_line[pid] = line
            open_seq[pid] = seq
            if (line ~ /^(p?write|copy_file|sendfile|ftrunc|fallocate)/) written(fd_path(line ~ /^copy/ ? 2 : 1))
            next
        }
        if (line ~ /^<\.\.\. [a-z0-9_]+ resumed>/) {
            sub(/^<\.\.\. [a-z0-9_]+ resumed>/, "", line)
            line = open_line[pid] line
            began = open_seq[pid]
        }
        if (line ~ / = -1 /) next
        name = line
        sub(/\(.*/, "", name)
        if (name ~ /^(p?write|pwritev|writev|ftruncate|fallocate)/) {
            path = fd_path(1)
            if (line ~ /^write\(1[<,]/ && line ~ /\{\\"event\\":\\"(file|published|done)\\"/) {
                acknowledgements++
                look("acknowledged", "")
            } else {
                written(path)
            }
        } else if (name == "copy_file_range") {
            written(fd_path(2))
        } else if (name == "sendfile") {
            written(fd_path(1))
        } else if (name == "mmap" && line ~ /PROT_WRITE/ && line ~ /MAP_SHARED/) {
            written(fd_path(1))
        } else if (name == "truncate") {
            written(named(1))
        } else if (name ~ /^open|^creat/ && (line ~ /O_CREAT/ || name == "creat")) {
            match(line, / = [0-9]+<\/.*>$/)
            path = substr(line, RSTART)
            sub(/^ = [0-9]+</, "", path)
            sub(/>$/, "", path)
            if (!(path in dirty)) { given(path); files++ }
            if (line ~ /O_TRUNC/) written(path)
        } else if (name ~ /^mkdir/) {
            path = named(1)
            given(path)
        } else if (name ~ /^f(data)?sync$/) {
            synced[fd_path(1)] = began
        } else if (name ~ /^rename/) {
            if (named(2) == index_dir "/current") {
                moves++
                look("when current was moved", index_dir "/current")
            }
            moved(named(1), named(2))
        } else if (name ~ /^link/) {
            given(named(2))
        } else if (name ~ /^(unlink|rmdir)/) {
            gone(named(1))
        }
    }
    END { printf "acknowledgements %d, files %d, moved %d\n", acknowledgements, files, moves }' "$1"
}

check_audit() { # trace, what
    audit "$1" >audited
    grep -v '^acknowledgements' audited | head -n 10 | sed 's/^/# | /'
    ok "$2" test "$(wc -l <audited | tr -d ' ')" -eq 1
    note "$(tail -n 1 audited)"
}

fault_model 60 120
ix=$work/nieuw/index
mkdir nieuw
traced first.trace s
is $status 0 'a first run under strace'
ok '  its extraction workers survive, with their sandboxes' sh -c '! grep -q "\"state\":\"failed\"" out'
has first.trace '^[0-9].*fsync' '  and it was traced'
check_audit first.trace 'a first run acknowledges nothing that is not synced'
ok '  and does acknowledge' grep -q '^acknowledgements [1-9].*moved [1-9]' audited

for n in 1 2 3 4; do
    fault_change $n 0.1
    traced nightly$n.trace s
    check_audit nightly$n.trace "nor does nightly run $n"
done
fault_change 5 1
traced bulk.trace s
check_audit bulk.trace 'nor a run in which all changed'
traced again.trace --reanalyse
check_audit again.trace 'nor analysing again'
traced forget.trace --forget s
check_audit forget.trace 'nor forgetting a source'

# The check can fail.
sed '/fsync(.*\/parts>/d; /fdatasync(.*\/parts>/d' first.trace >less.trace
audit less.trace >audited
has audited 'its name is not synced: .*/parts/' '(the check misses the sync of a folder'
sed '/sync(.*\/generations\//d' first.trace >less.trace
audit less.trace >audited
has audited 'not synced: .*/generations/.*when current was moved' 'and that of a file)'
finish
