#!/bin/sh
# t163-malloc.sh - memory that runs out at any allocation: an error or a lesser answer, never a damaged index.
#
# A library (preload.c) makes the n-th allocation fail, once or from there on, in one process: the indexer, a builder, an
# extraction worker, naslag-search.  n is spread over all allocations that an undisturbed run makes.
#   indexer     ends with status 5 and says that memory ran out, or what came of it; never by a signal
#   builder     may be killed by it: the run ends with status 5, and the index is as it was
#   worker      is replaced; a file of records that was half read fails by name, and is read again by the next run
#   search      status 0 and an answer, or 5 and a message, or, in Xapian, which does not survive this everywhere, an end by a
#               signal: that is why searches of the daemon run in processes of their own
# After each: the index is that of one moment, and the next run ends well.
# NASLAG_MALLOCS=1200 makes the long form; NASLAG_SEED chooses other allocations.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

mallocs=${NASLAG_MALLOCS:-24}
seed=${NASLAG_SEED:-1}
preload=$bin/tests/preload.so
grep -q 'define NASLAG_SANITIZED 1' "$bin/config.h" && skip_all 'sanitizers have an allocator of their own'
[ -r "$preload" ] || skip_all 'tests/preload.so was not built'

# Runs a program with the fault; $fired tells whether an allocation failed ('?': the program could not tell).
with_fault() { # n, depth, sticky, program, option...
    fault_n=$1 fault_depth=$2 fault_sticky=$3
    shift 3
    rm -f counts
    run env LD_PRELOAD="$preload" NASLAG_FAULT_MALLOC="$fault_n" NASLAG_FAULT_DEPTH="$fault_depth" \
        NASLAG_FAULT_STICKY="$fault_sticky" NASLAG_FAULT_COUNT="$work/counts" "$@"
    read -r fired made0 made1 made2 <counts 2>/dev/null || fired='?'
}

fault_model 60 120
with_fault 0 0 0 "$bin/naslag-index" --index "$ix" --jobs 1 --json s
fault_take_events
is $status 0 'a run without a fault'
set -- "$made0" "$made1" "$made2"
note "allocations of an indexer: $1, a builder: $2, an extraction worker: $3"
[ "$1" -gt 100 ] && [ "$2" -gt 100 ] && [ "$3" -gt 10 ]
ok 'allocations are counted' test $? -eq 0

# Bulk runs over an index that is there, so that there is something to lose.
wrong=0 number=0 stopped=0 absorbed=0 killed=0
for role in indexer builder worker; do
    case $role in
    indexer) depth=0 made=$1 what='memory|Xapian|ledger' ;;
    builder) depth=1 made=$2 what='memory|builder process ended|Xapian|sandbox' ;; # or what tries the sandbox first
    worker) depth=2 made=$3 what='memory' ;;
    esac
    for n in $(fault_points "$made" $((mallocs / 4)) $((seed + depth))); do
        number=$((number + 1))
        fault_change $((seed * 5003 + number)) $([ $((number % 2)) -eq 0 ] && echo 1 || echo 0.1)
        with_fault "$n" $depth $((number / 2 % 2)) "$bin/naslag-index" --index "$ix" --jobs 1 --json s
        here="allocation $n of the $role, sticky $((number / 2 % 2))"
        fault_take_events
        case $status in
        0) absorbed=$((absorbed + 1)) ;;
        2) ;; # a file failed
        5)
            stopped=$((stopped + 1))
            fault_clear_message 5 "$what" || { wrong=$((wrong + 1)); note "$here"; }
            grep -q 'process ended' err && killed=$((killed + 1))
            ;;
        *) wrong=$((wrong + 1)); note "$here: status $status: $(head -c 300 err)" ;;
        esac
        fault_check_after $status || { wrong=$((wrong + 1)); note "$here"; }
        fault_recovers || { wrong=$((wrong + 1)); note "$here: afterwards"; }
        fault_progress $number $((mallocs * 3 / 4)) "$stopped stopped, $absorbed absorbed, $wrong wrong"
    done
done
note "$stopped stopped ($killed because a builder ended), $absorbed went on"
is $wrong 0 "$number allocations failed in runs, and all ended well"
ok 'some did stop a run' test $stopped -gt 0
ok 'the index is as if there had been memory' fault_same_terms

# ---- Searching ------------------------------------------------------------------------------------
question='w7 "van toepassing" OF gemeente* -w9v1 besluitt'
with_fault 0 0 0 "$bin/naslag-search" --index "$ix" --json "$question"
is $status 0 'a search without a fault'
cp out answer
listing "$ix" >before
wrong=0 number=0 died=0 refused=0 same=0 less=0
for n in $(fault_points "$made0" $((mallocs / 4)) $((seed + 9))); do
    number=$((number + 1))
    with_fault "$n" 0 $((number % 2)) "$bin/naslag-search" --index "$ix" --json "$question"
    case $status in
    0) [ -s out ] && { cmp -s out answer && same=$((same + 1)) || less=$((less + 1)); } || wrong=$((wrong + 1)) ;;
    4 | 5) refused=$((refused + 1))
        grep -q '^naslag-search: ' err || { wrong=$((wrong + 1)); note "allocation $n: status $status without a word"; } ;;
    134 | 139) died=$((died + 1)) ;;
    *) wrong=$((wrong + 1)); note "allocation $n of a search: status $status: $(head -c 300 err)" ;;
    esac
    fault_progress $number $((mallocs / 4)) "searches: $refused refused, $died died in Xapian, $wrong wrong"
done
note "of $number searches $refused were refused, $died died, $same gave the answer, $less another"
is $wrong 0 "$number allocations failed in searches, and all were told"
listing "$ix" >after
ok 'searching changed nothing' cmp -s before after

# ---- The daemon -----------------------------------------------------------------------------------
command -v curl >/dev/null || { skip 'a search worker of the daemon without memory' 'there is no curl'; finish; }
daemon=
tap_cleanup() { [ -z "$daemon" ] || kill "$daemon" 2>/dev/null; }

start_daemon() { # n, sticky
    : >log
    : >once
    env LD_PRELOAD="$preload" NASLAG_FAULT_MALLOC="$1" NASLAG_FAULT_STICKY="$2" NASLAG_FAULT_ARGUMENT=--worker \
        NASLAG_FAULT_ONCE="$work/once" "$bin/naslag-searchd" --index "$ix" --listen 127.0.0.1:0 --workers 1 2>log &
    daemon=$!
    tries=0
    until address=$(sed -n 's,^naslag-searchd: listening on \(http://[^/]*\)/$,\1,p' log) && [ -n "$address" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || return 1
        sleep 0.02
    done
}

ask() { http=$(curl -s -g -m 20 -o answered -w '%{http_code}' "$address/v1/documenten?q=w7+gemeente*"); }

wrong=0 number=0 served=0 refused=0
for n in $(fault_points $((made0 * 5 / 4)) $((mallocs / 6)) $((seed + 11))); do
    number=$((number + 1))
    start_daemon "$n" $((number % 2)) || { wrong=$((wrong + 1)); note "allocation $n: the daemon does not start: $(head -n 3 log)"; }
    ask
    case $http in
    200) served=$((served + 1)) ;;
    500 | 503) refused=$((refused + 1)) ;;
    *) wrong=$((wrong + 1)); note "allocation $n of a search worker: the daemon answers $http" ;;
    esac
    # A worker that ended is replaced, and one that went on answers again.
    tries=0
    until ask && [ "$http" = 200 ]; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || { wrong=$((wrong + 1)); note "allocation $n: afterwards the daemon answers $http: $(tail -n 2 log)"; break; }
        sleep 0.1
    done
    kill "$daemon"
    wait "$daemon"
    [ $? -eq 0 ] || { wrong=$((wrong + 1)); note "allocation $n: the daemon ends with another status: $(tail -n 2 log)"; }
    daemon=
    fault_progress $number $((mallocs / 6)) "daemons: $refused refused, $served served, $wrong wrong"
done
note "$served requests were answered at once, $refused with 500 or 503"
is $wrong 0 "$number allocations failed in search workers: the daemon went on, and answered well soon after"
finish
