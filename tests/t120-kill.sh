#!/bin/sh
# t120-kill.sh - kill -9 at any moment loses nothing that was acknowledged.
#
# Runs are started and killed at random moments, again and again: first runs into a new directory, bulk runs in which every
# document changed, and nightly runs with few changed, new and vanished ones.  What is killed is the whole process group, the
# indexer alone, a builder or an extraction worker.  After each kill the index is that of one moment as a whole (faults.sh),
# and not of one before what "file" events acknowledged.  Every fifth time the next run must end well, with an index that
# equals, term by term, that of a run that nothing disturbed.
# NASLAG_KILLS=1000 makes the long form; NASLAG_SEED chooses other moments.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

kills=${NASLAG_KILLS:-12}
seed=${NASLAG_SEED:-1}

# Runs the indexer, kills $1 (group, indexer, builder, worker) after $2 seconds; sets $status and $hit (what was killed).
run_and_kill() {
    : >out # before: what the last run said is not what this one says
    setsid "$bin/naslag-index" --index "$ix" --json s >out 2>err </dev/null &
    pid=$!
    sleep "$2"
    hit=$1
    case $1 in
    group) kill -9 -$pid 2>/dev/null ;;
    indexer) kill -9 $pid 2>/dev/null ;;
    *)
        victim=$(fault_child $pid naslag-builder)
        [ -z "$victim" ] || [ "$1" = builder ] || victim=$(fault_child "$victim" naslag-extract)
        [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null || hit=none
        ;;
    esac
    wait $pid 2>/dev/null
    status=$?
}

# Whether the run ended as it may after what was killed.
ended_well() {
    case $hit.$status in
    *.0) early=$((early + 1)) ;;
    group.137 | indexer.137) killed=$((killed + 1)) ;;
    builder.5)
        killed=$((killed + 1))
        fault_clear_message 5 'builder process ended'
        ;;
    worker.2) # in the middle of a file: the file failed, and that is told
        killed=$((killed + 1)) failed_files=$((failed_files + 1))
        ;;
    *) note "$hit was killed, status $status: $(head -c 500 err)"; return 1 ;;
    esac
}

fault_model 120 360
started=$(fault_now_ms)
indexer --quiet s
bulk_ms=$(($(fault_now_ms) - started))
fault_change 77 0.05
started=$(fault_now_ms)
indexer --quiet s
nightly_ms=$(($(fault_now_ms) - started))
rm -rf "$ix"
note "a bulk run takes $bulk_ms ms, a nightly one $nightly_ms ms"

lost=0 odd=0 killed=0 early=0 complete=0 acknowledged=0 fresh_moments=0 failed_files=0 number=0
while [ $number -lt "$kills" ]; do
    number=$((number + 1))
    case $((number % 12)) in # a new directory once in twelve
    1) rm -rf "$ix"; floor=0; took_ms=$bulk_ms kind=first ;;
    2 | 5 | 6 | 8 | 11) fault_change $((seed * 100003 + number)) 1; took_ms=$bulk_ms kind=bulk ;;
    *) fault_change $((seed * 100003 + number)) 0.05; took_ms=$nightly_ms kind=nightly ;;
    esac
    case $((number % 7)) in
    3) victim=builder ;;
    5) victim=worker ;;
    6) victim=indexer ;;
    *) victim=group ;;
    esac
    before=$floor
    delay=$(fault_random $((seed * 7919 + number)) "$took_ms")
    run_and_kill $victim "$delay"
    fault_take_events
    [ "$floor" -eq "$before" ] || acknowledged=$((acknowledged + 1))
    ended_well || { odd=$((odd + 1)); note "kill $number of $victim in a $kind run, delay $delay s"; }
    fault_check_after $status || { lost=$((lost + 1)); note "after kill $number of $victim in a $kind run, delay $delay s"; }
    [ "$moment" -ne "$latest" ] || fresh_moments=$((fresh_moments + 1))
    # What failed with its worker is read again, though the file did not change: it was not its fault.
    if [ $((number % 5)) -eq 0 ] || [ "$status" -eq 2 ]; then
        { fault_recovers && fault_same_terms; } || { complete=$((complete + 1)); note "the run after kill $number"; }
    fi
    fault_progress $number "$kills" "$killed killed, $early had finished, $lost lost, $odd odd, $complete not completed"
done
note "$kills runs: $killed killed, $early finished before; $acknowledged acknowledged, $fresh_moments had published;" \
    "$failed_files lost the rest of a file with its worker"
is $lost 0 "$kills kills: nothing acknowledged was lost, and never was the index a mix"
is $odd 0 'every run ended as it should'
is $complete 0 'runs that could finish did, as if there had been no kill'

# ---- A builder that is killed at once -----------------------------------------------------------
fault_change $((seed * 1000 + 998)) 1
: >out
setsid "$bin/naslag-index" --index "$ix" --json s >out 2>err </dev/null &
pid=$!
builder= tries=0
while [ -z "$builder" ] && [ $tries -lt 50 ]; do
    builder=$(fault_child $pid naslag-builder)
    tries=$((tries + 1))
done
[ -z "$builder" ] || kill -9 "$builder"
wait $pid
status=$?
if [ -n "$builder" ]; then
    is $status 5 'a run whose builder is killed ends with status 5'
    ok 'and says so' fault_clear_message 5 'builder process ended.*run naslag-index again'
    fault_take_events
    ok 'nothing acknowledged is lost' fault_check
else
    skip 'a run whose builder is killed' 'no builder seen in /proc'
fi

ok 'the run after that finishes, and everything is there' fault_recovers
ok 'as if nothing had been' fault_same_terms
is "$(ls "$ix/generations" | wc -l | tr -d ' ')" 2 'two generations are kept'
ok 'no process is left' sh -c "! ps -eo args 2>/dev/null | grep -q '[n]aslag-index --index $ix'"

# ---- The checks can fail --------------------------------------------------------------------------
cp "snap/$latest" kept
sed 's/w7v[0-9]*$/w7v1/; 1d' kept >"snap/$latest"
fault_check >noticed
is $? 1 '(the check notices a document that is not there, or in another version)'
cp kept "snap/$latest"
sed 3d fresh.terms >fewer && ! cmp -s fewer index.terms
ok '(and the comparison a term that differs)' test $? -eq 0
finish
