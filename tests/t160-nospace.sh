#!/bin/sh
# t160-nospace.sh - when the disk is full the run stops with a clear message, and the old generation serves.
#
# The index is on a small tmpfs.  First its limit leaves so much room that space runs out in one stage of a run or another:
# language resources, spools, segments, texts, merge, lexicon, manifest, ledger.  Then there is room when the run starts and
# none at a random moment, and then there are no inodes left.  Each time: status 5, a message that tells of space, the index
# of the moment before (or the new one), and with more room the next run ends well, as if nothing had been.
# NASLAG_SIZES=200 makes the long form; NASLAG_SEED chooses other sizes.  Skipped when mounting is not permitted.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

sizes=${NASLAG_SIZES:-6}
seed=${NASLAG_SEED:-1}
disk=$work/disk
mkdir "$disk"
mount -t tmpfs -o size=256m,nr_inodes=100000 naslag-test "$disk" 2>/dev/null || skip_all 'mounting a tmpfs is not permitted'
tap_cleanup() { umount "$disk" 2>/dev/null || umount -l "$disk"; }
mount -o remount,size=200m "$disk" 2>/dev/null || skip_all 'changing the size of a tmpfs is not permitted'
ix=$disk/index
space='space|inode|disk is full'

# A run that looks whether there is room before it begins would always stop there: two of three do not look.
unchecked=$("$bin/naslag-index" --help | grep -o -e '--no-space-check')
look() { [ $(($1 % 3)) -eq 0 ] || echo "$unchecked"; }

room() { mount -o remount,"$1" "$disk"; }
roomy() {
    rm -f "$disk/balloon"
    room size=256m,nr_inodes=100000
}
used_kb() { df -k "$disk" | awk 'NR == 2 { print $3 }'; }
used_inodes() { df -i "$disk" | awk 'NR == 2 { print $3 }'; }

# A run, with the most that it used meanwhile: $peak_kb.
measure() {
    peak_kb=$(used_kb)
    : >out # before: what the last run said is not what this one says
    "$bin/naslag-index" --index "$ix" --json s >out 2>err </dev/null &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        now_kb=$(used_kb)
        [ "$now_kb" -le "$peak_kb" ] || peak_kb=$now_kb
        sleep 0.01
    done
    wait $pid
    status=$?
    fault_take_events
}

# What must be true of a run that may have run out of space, and of the one after it.
judge() { # what
    fault_take_events
    case $status in
    0) enough=$((enough + 1)) ;;
    2) ;; # a document failed
    *)
        stopped=$((stopped + 1))
        fault_clear_message $status "$space" || { wrong=$((wrong + 1)); note "$1"; }
        [ $status -eq 5 ] || { wrong=$((wrong + 1)); note "$1: status $status: $(head -c 300 err)"; }
        sed 's/[0-9][0-9]*/N/g' err >>messages
        ;;
    esac
    # The full disk first: searching must not need room.
    fault_check_after $status || { wrong=$((wrong + 1)); note "$1"; }
    roomy
    fault_recovers || { wrong=$((wrong + 1)); note "$1, after there was room"; }
}

report() { # what, "must": the sizes are such that some runs must stop
    note "$stopped stopped for want of room, $enough had enough"
    is $wrong 0 "$1"
    [ -z "$2" ] || ok '  and some of them were stopped' test $stopped -gt 0
    wrong=0 enough=0 stopped=0
}

fault_model 60 180
: >messages
wrong=0 enough=0 stopped=0

# ---- A first run: there is no old generation ------------------------------------------------------
measure
is $status 0 'a first run with room'
whole_kb=$peak_kb
tried=0
for kb in $(fault_points "$whole_kb" $((sizes / 3)) "$seed"); do
    rm -rf "$ix"
    floor=0
    room size=$((kb + 8))k
    tried=$((tried + 1))
    # shellcheck disable=SC2046 # an option or nothing
    indexer --json $(look $tried) s
    judge "a first run with $kb KB, of $whole_kb"
    fault_progress $tried $((sizes / 3)) "first runs, $wrong wrong"
done
report "$tried first runs with too little room end well" must

# ---- Bulk and nightly runs over an index that is there --------------------------------------------
tried=0
for share in 1 0.05; do
    fault_change $((seed * 31)) $share
    before_kb=$(used_kb)
    measure
    most_kb=$((peak_kb - before_kb))
    note "a run over $share of the documents needs $most_kb KB more"
    for kb in $(fault_points $((most_kb + 1)) $((sizes / 3)) $((seed + 1))); do
        tried=$((tried + 1))
        fault_change $((seed * 1009 + tried)) $share
        room size=$(($(used_kb) + kb - 1))k
        # shellcheck disable=SC2046 # an option or nothing
        indexer --json $(look $tried) s
        judge "a run over $share of the documents with $kb KB of $most_kb"
        fault_progress $tried $((sizes * 2 / 3)) "runs, $wrong wrong"
    done
done
report "$tried runs with too little room end well" must

# ---- Room that somebody else takes meanwhile ------------------------------------------------------
started=$(fault_now_ms)
fault_change $((seed * 37)) 1
indexer --json s
took_ms=$(($(fault_now_ms) - started))
fault_take_events
tried=0
while [ $tried -lt $((sizes / 3)) ]; do
    tried=$((tried + 1))
    fault_change $((seed * 2003 + tried)) 1
    : >out # before: what the last run said is not what this one says
    "$bin/naslag-index" --index "$ix" --json s >out 2>err </dev/null &
    pid=$!
    delay=$(fault_random $((seed * 41 + tried)) "$took_ms")
    sleep "$delay"
    head -c 256m /dev/zero >"$disk/balloon" 2>/dev/null
    wait $pid
    status=$?
    judge "the disk was filled after $delay s"
    fault_progress $tried $((sizes / 3)) "disks filled, $wrong wrong"
done
report "$tried runs whose disk somebody else filled end well"

# ---- No inodes ------------------------------------------------------------------------------------
tried=0
space="$space|unable to open database file" # SQLite's word for a file that it cannot make
while [ $tried -lt $((sizes / 3)) ]; do
    tried=$((tried + 1))
    fault_change $((seed * 3001 + tried)) 1
    room size=256m,nr_inodes=$(($(used_inodes) + tried * tried))
    indexer --json s
    judge "a run with room for $((tried * tried)) files"
done
report "$tried runs with too few inodes end well"

ok 'after all of them the index is as if there had been room' fault_same_terms
sort messages | uniq -c | sort -rn | head -n 12 | cut -c 1-220 | sed 's/^/# /'
finish
