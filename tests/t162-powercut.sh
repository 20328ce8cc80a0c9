#!/bin/sh
# t162-powercut.sh - a power cut at any moment loses nothing that was acknowledged.
#
# The index is on a file system of its own, in an image file behind a loop device.  At a random moment the indexer is stopped
# and the image copied: the copy is what a disk would hold if the power went at that moment, because what the kernel has not
# written to the device yet is not in it.  The copy is mounted elsewhere, which replays its journal, and must hold the index of
# one moment, not of one before what was acknowledged; the next run must end well on it.
#
# File systems and options take turns, so that what makes up for a sync that was forgotten is absent: commits of the journal
# only when something is synced, or each second; data behind the journal (data=writeback); no flush of a file that is renamed
# (noauto_da_alloc); no journal at all, with e2fsck after the cut.
# Not simulated: a disk that loses or reorders what it was given before a flush.
#
# A control proves that the test can fail: with a library that makes fsync do nothing (preload.c), documents that were
# acknowledged must be lost.
# NASLAG_CUTS=30 makes the long form; NASLAG_SEED chooses other moments.  Needs root: loop devices and mounting.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

cuts=${NASLAG_CUTS:-2}
seed=${NASLAG_SEED:-1}
disk=$work/disk copy=$work/copy
PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root, for loop devices and mounting'
for tool in mkfs.ext4 e2fsck losetup; do
    command -v $tool >/dev/null || skip_all "there is no $tool"
done
mkdir "$disk" "$copy"
# A process that was killed may hold the file system for a moment yet.
let_go() {
    for again in 1 2 3 4 5 6 7 8 9 10; do
        umount "$1" 2>/dev/null && return
        mountpoint -q "$1" || return
        sleep 0.1
    done
    umount -l "$1"
}
tap_cleanup() {
    [ -z "$pid" ] || kill -9 -"$pid" 2>/dev/null
    let_go "$copy"
    let_go "$disk"
}
pid=

# make_disk IMAGE JOURNAL: an empty file system; JOURNAL is ^has_journal or has_journal.
make_disk() {
    rm -f "$1"
    truncate -s 192M "$1" && mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0,nodiscard -O "$2" "$1" >mkfs.out 2>&1
}
make_disk try.img has_journal && mount -o loop try.img "$disk" 2>/dev/null || skip_all 'mounting an image is not permitted'
umount "$disk"
rm -f try.img

# Mounts the image with the options of turn $1.
turn_options() {
    case $(($1 % 4)) in
    0) journal=has_journal options=commit=3600,noauto_da_alloc,data=ordered ;;
    1) journal=has_journal options=commit=3600,noauto_da_alloc,data=writeback ;;
    2) journal=^has_journal options=noauto_da_alloc ;;
    3) journal=has_journal options=commit=1,noauto_da_alloc,data=writeback ;;
    esac
}

# What the device holds now.  The kernel may write meanwhile: again until two readings agree.
copy_image() {
    tries=0
    while [ $tries -lt 20 ]; do
        tries=$((tries + 1))
        cp --sparse=always disk.img copy.img && cmp -s disk.img copy.img && return 0
    done
    note 'the image did not come to rest'
    return 1
}

# Runs the indexer on the disk and cuts the power after $1 seconds; "end" lets it finish.
run_and_cut() { # delay, environment...
    delay=$1
    shift
    : >out # before: what the last run said is not what this one says
    setsid env "$@" "$bin/naslag-index" --index "$disk/index" --json s >out 2>err </dev/null &
    pid=$!
    if [ "$delay" = end ]; then
        wait $pid
        status=$?
    else
        sleep "$delay"
        kill -STOP -$pid 2>/dev/null
    fi
    fault_take_events # what it had said by then
    copy_image
    copied=$?
    if [ "$delay" != end ]; then
        kill -9 -$pid 2>/dev/null
        wait $pid 2>/dev/null
        status=$?
    fi
    pid=
    let_go "$disk"
    return $copied
}

# Mounts what the cut has left.
after_the_cut() {
    [ "$journal" = has_journal ] || e2fsck -fy copy.img >fsck.out 2>&1
    mount -o loop copy.img "$copy" || { note 'the copy cannot be mounted'; return 1; }
    ix=$copy/index
}

fault_model 60 180
ix=$work/measured
started=$(fault_now_ms)
indexer --quiet s
bulk_ms=$(($(fault_now_ms) - started))
fault_change 5 0.05
started=$(fault_now_ms)
indexer --quiet s
nightly_ms=$(($(fault_now_ms) - started))
note "a bulk run takes $bulk_ms ms, a nightly one $nightly_ms ms"

# ---- Cuts -----------------------------------------------------------------------------------------
wrong=0 cut=0 acknowledged=0 stopped=0 fresh_moments=0
while [ $cut -lt "$cuts" ]; do
    turn_options $cut
    cut=$((cut + 1))
    make_disk disk.img $journal && mount -o "loop,$options" disk.img "$disk" || { wrong=$((wrong + 1)); note 'no disk'; break; }
    floor=0
    share=$([ $((cut % 2)) -eq 0 ] && echo 0.05 || echo 1)
    if [ $((cut % 3)) -ne 0 ]; then # an index is there
        run=over ix=$disk/index
        indexer --quiet s
        [ $status -eq 0 ] && floor=$latest || { wrong=$((wrong + 1)); note "no index to begin with: $(cat err)"; }
        fault_change $((seed * 7001 + cut)) "$share"
        took_ms=$([ "$share" = 1 ] && echo "$bulk_ms" || echo "$nightly_ms")
    else
        run=first took_ms=$bulk_ms
    fi
    before=$floor
    run_and_cut "$(fault_random $((seed * 601 + cut)) $((took_ms * 3 / 2)))" NOTHING=
    [ $status -eq 0 ] || stopped=$((stopped + 1))
    [ "$floor" -eq "$before" ] || acknowledged=$((acknowledged + 1))
    if after_the_cut; then
        fault_check || { wrong=$((wrong + 1)); note "cut $cut, after $delay s, $run run, $journal $options"; }
        [ $moment -ne "$latest" ] || fresh_moments=$((fresh_moments + 1))
        fault_recovers || { wrong=$((wrong + 1)); note "the run after cut $cut, after $delay s, $run run, $journal $options"; }
        let_go "$copy"
    else
        wrong=$((wrong + 1))
    fi
    note "cut $cut of $cuts after $delay s of a run that takes about $took_ms ms, $run, $journal $options: $wrong wrong"
done
note "$cuts cuts: $stopped in the middle of a run, $acknowledged after it had acknowledged, $fresh_moments published"
is $wrong 0 "$cuts power cuts: nothing acknowledged was lost"

# ---- A run that ended: all of it is there ---------------------------------------------------------
for turn in 0 2; do
    turn_options $turn
    make_disk disk.img $journal && mount -o "loop,$options" disk.img "$disk"
    floor=0
    fault_change $((seed * 11 + turn)) 1
    run_and_cut end NOTHING=
    is "$status $floor" "0 $latest" "a run ends and acknowledges ($journal)"
    after_the_cut && ok '  and a power cut at once takes nothing of it' fault_check
    let_go "$copy"
done

# ---- The control ----------------------------------------------------------------------------------
if [ -r "$bin/tests/preload.so" ] && ! grep -q 'define NASLAG_SANITIZED 1' "$bin/config.h"; then
    turn_options 0
    make_disk disk.img $journal && mount -o "loop,$options" disk.img "$disk"
    floor=0
    fault_change $((seed * 13)) 1
    run_and_cut end LD_PRELOAD="$bin/tests/preload.so" NASLAG_FAULT_NOSYNC=1
    is "$status $floor" "0 $latest" '(without fsync a run ends and acknowledges as well'
    after_the_cut
    fault_check >control
    is $? 1 '  but the power cut takes what it acknowledged: the test can fail)'
    head -n 1 control | sed 's/^# */# the control: /'
    let_go "$copy"
else
    skip '(without fsync a run loses what it acknowledged)' 'tests/preload.so was not built, or with sanitizers'
fi
finish
