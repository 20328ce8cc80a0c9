#!/bin/sh
# t161-syscalls.sh - any system call that writes may fail: the run says so, and the index is of one moment.
#
# strace makes the n-th write, pwrite64, fsync, fdatasync, rename, openat, ftruncate, mkdir, unlink or unlinkat fail with EIO or
# ENOSPC, in the indexer alone or in all processes of a run (builders and their sandboxed workers too), n spread over all calls
# that an undisturbed run makes.  Each time: status 5 and a message, or 2 with a file that failed by name, or 0 when the call
# did not matter; the index is of one moment, not of one before what was acknowledged; the next run ends well.  A sync that
# failed is never followed by an acknowledgement.
# NASLAG_SYSCALLS=600 makes the long form; NASLAG_SEED chooses other calls.  Skipped where strace may not trace.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

faults=${NASLAG_SYSCALLS:-10}
seed=${NASLAG_SEED:-1}
command -v strace >/dev/null || skip_all 'there is no strace'
strace -f -qq -o try.trace -e trace=fsync true 2>/dev/null || skip_all 'strace may not trace here'
grep -q 'define NASLAG_SANITIZED 1' "$bin/config.h" && skip_all 'sanitizers and strace do not go together'
filter=$(strace --seccomp-bpf -f -qq -o try.trace true 2>/dev/null && echo --seccomp-bpf)
calls='write pwrite64 fsync fdatasync rename openat ftruncate mkdir unlink unlinkat'

# indexer_under WHO OPTION...: WHO is `indexer` or `all`.
indexer_under() {
    who=$1
    shift
    # shellcheck disable=SC2046,SC2086 # options or nothing
    run strace $([ "$who" = all ] && echo -f $filter) -y -qq -s 40 -e signal=none -o trace "$@" \
        "$bin/naslag-index" --index "$ix" --jobs 1 --json s
}

# Acknowledgements after a sync that failed.  SQLite does not mind when it cannot sync the folder of a new journal: that is the
# index directory, which is synced again when `current` is moved, before anything is acknowledged.
acknowledged_after() {
    awk -v folder="<$ix>" '
        /INJECTED/ && !(/fdatasync/ && index($0, folder)) { failed = 1 }
        failed && /write\(1[<,]/ && /event\\":\\"(file|published|done)/ { n++ }
        END { print n + 0 }' trace
}

fault_model 50 90
indexer --quiet s
floor=1

# How many there are of each call, in each process: lines "who call first last".  What a program opens before it comes to the
# index are its libraries.
fault_change "$seed" 1
indexer_under all -e trace="$(echo $calls | tr ' ' ,)"
is $status 0 'a run under strace ends well'
fault_take_events
ok '  and its sandboxed workers survive' sh -c '! grep -q "\"state\":\"failed\"" out'
awk -v calls="$calls" -v index_dir="$ix" '
    { pid = $1; if (NR == 1) main = pid; name = $2; sub(/\(.*/, "", name) }
    name !~ /^[a-z0-9]+$/ { next }
    {
        count[pid, name]++
        if (pid == main && !(name in first) && index($0, index_dir)) first[name] = count[pid, name]
        if (count[pid, name] > most[name]) most[name] = count[pid, name]
    }
    END {
        many = split(calls, call, " ")
        for (i = 1; i <= many; i++) {
            if (count[main, call[i]] && first[call[i]]) print "indexer", call[i], first[call[i]], count[main, call[i]]
            if (most[call[i]] && first[call[i]]) print "all", call[i], first[call[i]], most[call[i]]
        }
    }' trace >ranges
sed 's/^/# calls: /' ranges
lines=$(wc -l <ranges | tr -d ' ')
each=$((faults / lines))
[ $each -gt 0 ] || each=1
while read -r who call first last; do
    for n in $(fault_points $((last - first + 1)) $each $((seed + first))); do
        echo "$who $call $((first + n - 1))"
    done
done <ranges | awk -v many="$faults" -v seed="$seed" '
    { line[NR] = $0 }
    END { # the short form takes turns
        step = NR > many ? NR / many : 1
        srand(seed); rand()
        for (at = rand() * step; at < NR; at += step) print line[int(at) + 1]
    }' >chosen

wrong=0 number=0 stopped=0 named=0 absorbed=0 idle=0
total=$(wc -l <chosen | tr -d ' ')
while read -r who call n; do
    number=$((number + 1))
    fault_change $((seed * 9001 + number)) "$([ $((number % 3)) -eq 0 ] && echo 0.1 || echo 1)"
    error=$([ $((number % 2)) -eq 0 ] && echo EIO || echo ENOSPC)
    here="$call number $n fails with $error in $who"
    indexer_under "$who" -e trace="$call,write" -e inject="$call:error=$error:when=$n"
    fault_take_events
    if ! grep -q INJECTED trace; then
        idle=$((idle + 1)) # the run made fewer calls than the one that was counted
    fi
    case $status in
    0) absorbed=$((absorbed + 1)) ;;
    2) named=$((named + 1)) ;;
    5) stopped=$((stopped + 1)); fault_clear_message 5 . || { wrong=$((wrong + 1)); note "$here"; } ;;
    *) wrong=$((wrong + 1)); note "$here: status $status: $(head -c 300 err)" ;;
    esac
    case $call in
    fsync | fdatasync)
        after=$(acknowledged_after)
        [ "$after" -eq 0 ] || {
            wrong=$((wrong + 1))
            note "$here: acknowledged after that: $(grep INJECTED trace | head -n 1)"
        }
        ;;
    esac
    fault_check_after $status || { wrong=$((wrong + 1)); note "$here: $(grep INJECTED trace | head -n 1)"; }
    fault_recovers || { wrong=$((wrong + 1)); note "$here: the run after it; $(grep INJECTED trace | head -n 1)"; }
    fault_progress $number "$total" "$stopped stopped, $named files named, $absorbed absorbed, $wrong wrong"
done <chosen
note "$stopped stopped, $named named a file, $absorbed went on, of which $idle had no such call"
is $wrong 0 "$number system calls failed, and every run ended well"
ok 'some of them did stop a run' test $stopped -gt 0
ok 'the index is as if none had failed' fault_same_terms

# ---- Tables that cannot be opened -----------------------------------------------------------------
# To Xapian a table that it cannot open may be a table that is not there: the run must not lose what is in it.
fault_change $((seed * 17)) 1
indexer_under indexer -e trace=openat
fault_take_events
awk '/^openat|^[0-9]+ +openat/ { n++ } /(position|docdata|termlist|postlist)\.glass", O_RDONLY/ { print n }' trace >openings
ok 'the indexer opens tables' test -s openings
wrong=0 number=0
many=$((faults > 40 ? 400 : 4))
for line in $(fault_points "$(wc -l <openings | tr -d ' ')" $many "$seed"); do
    number=$((number + 1))
    n=$(sed -n "${line}p" openings)
    fault_change $((seed * 9701 + number)) 1
    indexer_under indexer -e trace=openat -e inject=openat:error=EMFILE:when="$n"
    fault_take_events
    fault_check || { wrong=$((wrong + 1)); note "status $status: $(grep INJECTED trace | head -n 1)"; }
    if [ $status -eq 0 ]; then
        fault_same_terms || { wrong=$((wrong + 1)); note "$(grep INJECTED trace | head -n 1)"; }
    fi
    fault_recovers || { wrong=$((wrong + 1)); note "the run after it: $(grep INJECTED trace | head -n 1)"; }
done
is $wrong 0 "$number tables could not be opened, and nothing of them was lost"

# A search finds what it should, or says that it could not.
question='"van toepassing" w7'
search_json "$question" | sed 's/"tijd[^,}]*//' >answer
run strace -qq -e signal=none -e trace=openat -o trace "$bin/naslag-search" --index "$ix" --json --limit 1000 "$question"
opened=$(grep -c '^openat' trace)
from=$(grep -n "^openat.*\"$ix" trace | head -n 1 | cut -d : -f 1)
wrong=0 number=0 refused=0
for n in $(fault_points $((opened - from + 1)) $((faults > 40 ? 400 : 12)) "$seed"); do
    number=$((number + 1))
    run strace -qq -e signal=none -e trace=openat -e inject=openat:error=EMFILE:when=$((from + n - 1)) -o trace \
        "$bin/naslag-search" --index "$ix" --json --limit 1000 "$question"
    case $status in
    0)
        sed 's/"tijd[^,}]*//' out | cmp -s - answer || {
            wrong=$((wrong + 1))
            note "another answer, without a word: $(grep INJECTED trace)"
        }
        ;;
    4 | 5) refused=$((refused + 1)); has_word=$(grep -c '^naslag-search: ' err)
        [ "$has_word" -gt 0 ] || { wrong=$((wrong + 1)); note "status $status without a word: $(grep INJECTED trace)"; } ;;
    *) wrong=$((wrong + 1)); note "status $status: $(grep INJECTED trace)" ;;
    esac
done
note "$refused of $number searches were refused"
is $wrong 0 "$number files of an index could not be opened by a search: it said so, or answered as ever"

# ---- Syncs, each of them ----------------------------------------------------------------------------
# The short form makes every sync fail from the n-th on, for a few n: none is acknowledged.
wrong=0 number=0
for call in fsync fdatasync; do
    last=$(awk -v call=$call '$1 == "indexer" && $2 == call { print $4 }' ranges)
    for n in $(fault_points "$last" $((faults > 40 ? last : 1)) "$seed"); do
        number=$((number + 1))
        fault_change $((seed * 9901 + number)) 1
        indexer_under indexer -e trace="$call,write" -e inject="$call:error=EIO:when=$n+"
        fault_take_events
        after=$(acknowledged_after)
        [ "$after" -eq 0 ] || {
            wrong=$((wrong + 1))
            note "$call fails from number $n on: status $status, $after acknowledgements after it"
        }
        fault_check || { wrong=$((wrong + 1)); note "$call fails from number $n on"; }
        fault_recovers || { wrong=$((wrong + 1)); note "$call fails from number $n on: the run after it"; }
    done
done
is $wrong 0 "$number disks that do not sync any more: nothing is acknowledged"
finish
