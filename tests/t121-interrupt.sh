#!/bin/sh
# t121-interrupt.sh - SIGINT and SIGTERM stop a run cleanly with status 130: what was acknowledged stays, the next run
# does the rest.
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir s
awk 'BEGIN { srand(6); for (f = 1; f <= 100; f++) { name = "s/g" f ".txt"
    for (i = 0; i < 1200; i++) printf "woord%d ", rand() * 20000 >name; print "gemeente uniek" f "x" >name; close(name) } }'
awk 'BEGIN { srand(7); for (f = 1; f <= 1900; f++) { line = ""
    for (i = 0; i < 300; i++) line = line " woord" int(rand() * 20000); print "{\"id\":\"r" f "\",\"text\":\"gemeente rij" f "x" line "\"}" } }' >s/r.jsonl
all=2000

start() {
    "$bin/naslag-index" --index "$ix" --json "$@" s >out 2>err </dev/null &
    pid=$!
}

# Every file that an event told of is found.
acknowledged() {
    [ -e "$ix/current" ] || { ! grep -q '"event":"file"' out; return; }
    sed -n 's/^{"event":"file".*"path":"g\([0-9]*\)\.txt","state":"indexed".*/\1/p' out >acked
    awk '{ print $1 "\tw\tuniek" $1 "x" }' acked >queries
    found=$("$bin/naslag-search" --index "$ix" --limit 3 --trec queries | awk '"g" $1 ".txt" == $3' | wc -l)
    [ "$found" -eq "$(wc -l <acked)" ] || { note "$found of $(wc -l <acked) found"; return 1; }
}

wrong=0 stopped=0 done_before=0 slow=0
for attempt in 1 2 3 4 5 6 7 8; do
    signal=$([ $((attempt % 2)) -eq 0 ] && echo INT || echo TERM)
    start
    sleep "0.$((attempt * 13 % 60 + 10))"
    before=$(date +%s)
    kill -$signal $pid 2>/dev/null
    wait $pid
    case $? in
    130) stopped=$((stopped + 1)) ;;
    0) done_before=$((done_before + 1)) ;;
    *) wrong=$((wrong + 1)); note "attempt $attempt, SIG$signal: status not 130: $(cat err)" ;;
    esac
    [ $(($(date +%s) - before)) -lt 30 ] || slow=$((slow + 1))
    acknowledged || wrong=$((wrong + 1))
    [ "$attempt" -eq 4 ] && rm -rf "$ix"
done
note "$stopped stopped, $done_before finished before"
is $wrong 0 'stopped eight times: status 130, and what was acknowledged is found'
is $slow 0 'each within a moment'
indexer_is 0 'the next run finishes' --quiet s
is "$(total gemeente)" $all 'and everything is there'
is "$(ls "$ix/tmp" | wc -l | tr -d ' ')" 0 'nothing is left over'

# A run that was stopped keeps what it had read: the next one reads only the rest.
rm -rf "$ix"
start
sleep 0.4
kill -TERM $pid
wait $pid
if [ $? -eq 130 ] && [ -e "$ix/current" ]; then
    has err 'interrupted' 'the message says that it was stopped'
    kept=$(total gemeente)
    note "$kept of $all documents were published"
    indexer --json s
    is "$(($(json_value out 'done' documents) + kept))" $all 'the next run writes the rest only'
else
    skip 'the message says that it was stopped' 'it was done before'
    skip 'the next run writes the rest only' 'it was done before'
fi

# Stopped while a file of records is read that changed; then the old file comes back, as from a backup.
cp -p s/r.jsonl oud.jsonl
touch -d '2020-01-01' oud.jsonl s/r.jsonl
indexer --quiet s
sed 's/"gemeente rij/"gemeente nieuw rij/' oud.jsonl >s/r.jsonl
start --jobs 1
sleep 0.3
kill -TERM $pid
wait $pid
status=$?
note "status $status, $(total nieuw) records of the new file"
cp -p oud.jsonl s/r.jsonl
indexer_is 0 'a file that comes back after a run over its successor was stopped' --quiet s
is "$(total nieuw) $(total gemeente)" "0 $all" '  is read again'

# --reanalyse is stopped as a whole.
before=$(manifest)
"$bin/naslag-index" --index "$ix" --reanalyse >out 2>err </dev/null &
pid=$!
sleep 0.2
kill -INT $pid
wait $pid
status=$?
if [ $status -eq 130 ]; then
    is "$(manifest)" "$before" '--reanalyse that is stopped changes nothing'
else
    is $status 0 '--reanalyse was done before the signal'
fi
is "$(total gemeente)" $all 'all is still found'
indexer_is 0 'a run after it' --quiet s

# Twice: at once.
rm -rf "$ix"
start
sleep 0.3
kill -TERM $pid 2>/dev/null
kill -TERM $pid 2>/dev/null
sleep 0.05
kill -TERM $pid 2>/dev/null
wait $pid
status=$?
ok 'a second signal ends it at once, or it had stopped' test $status -eq 143 -o $status -eq 130
indexer_is 0 'the next run finishes' --quiet s
is "$(total gemeente)" $all 'and everything is there'
finish
