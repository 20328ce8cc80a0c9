#!/bin/sh
# t196-purge-faults.sh - a purge that is cut off at any moment is completed, a purge that says it is done has left nothing, and a
# daemon that serves meanwhile goes on without what was purged (issue 4).
#
# strace kills the purge at the n-th fsync, fdatasync, rename, unlink, unlinkat, ftruncate, write, pwrite64 or openat, or makes that call
# fail, n spread over all that an undisturbed purge makes.  After that the next run, the same command, or --reanalyse does the rest.
# NASLAG_PURGES=300 makes the long form; NASLAG_SEED chooses other calls.  The first half is skipped where strace may not trace.
. "${NASLAG_SRC:-.}/tests/tap.sh"
. "$src/tests/faults.sh"

faults=${NASLAG_PURGES:-9}
seed=${NASLAG_SEED:-1}
calls='fsync fdatasync rename unlink unlinkat ftruncate write pwrite64 openat'

filler='de gemeente heeft een besluit genomen over de vergadering van het bestuur'
mkdir s
i=0
while [ $i -lt 30 ]; do
    i=$((i + 1))
    echo "document w$i $filler $i" >s/f$i.txt
done
echo "document over Zwabberink uit Lutjebroek $filler, met veel woorden" >s/klacht.txt
touch -d 2020-01-01 s/*
indexer --quiet s
echo "document over Zwabberink uit Lutjebroek, tweede versie, $filler" >s/klacht.txt
cp s/klacht.txt s/kopie.txt
indexer_is 0 'an index with two versions' --quiet s
here=$ix

traces() {
    "$bin/tests/list-stored" "$ix" >stored || echo 'list-stored failed'
    for word in zwabberink lutjebroek; do
        grep -a -i -q $word stored && echo "$word is stored"
        find "$ix" -type f ! -path '*/resources/*' -exec grep -a -i -l $word {} +
    done
    :
}
ok 'the check sees it before' test -n "$(traces)"

again() { # a fresh copy of the index
    rm -rf "$work/proef"
    cp -a "$here" "$work/proef"
    ix=$work/proef
}
purge_under() { # strace option...
    timeout -k 5 "$limit" strace -qq -e signal=none -y -o trace "$@" \
        "$bin/naslag-index" --index "$ix" --quiet --purge klacht.txt --reason AVG >out 2>err </dev/null
    status=$?
}

# ---- Cut off, or with a call that fails ------------------------------------------------------------
if command -v strace >/dev/null && strace -qq -o try.trace -e trace=fsync true 2>/dev/null \
    && ! grep -q 'define NASLAG_SANITIZED 1' "$bin/config.h"; then
    again
    purge_under -e trace="$(echo $calls | tr ' ' ,)"
    is $status 0 'an undisturbed purge under strace'
    is "$(traces)" '' '  leaves nothing'
    # What is opened and written before it comes to the index is the program's own.
    awk -v index_dir="$ix" '
        { name = $1; sub(/\(.*/, "", name) }
        name !~ /^[a-z0-9]+$/ { next }
        { count[name]++ }
        index($0, index_dir) && !(name in first) { first[name] = count[name] }
        END { for (name in first) print name, first[name], count[name] }' trace | sort >ranges
    sed 's/^/# calls: /' ranges
    lines=$(wc -l <ranges | tr -d ' ')
    while read -r call first last; do
        for n in $(fault_points $((last - first + 1)) $(((faults + lines - 1) / lines)) "$seed"); do
            echo "$call $((first + n - 1))"
        done
    done <ranges >chosen
    wrong=0 number=0 killed=0 failed=0 absorbed=0 early=0
    while read -r call n; do
        for how in signal=KILL error=ENOSPC error=EIO; do
            number=$((number + 1))
            [ $((number % 3)) -ne 2 ] || [ $how = signal=KILL ] || continue # one of the errors
            again
            here_now="$how at $call number $n"
            purge_under -e trace="$call" -e inject="$call:$how:when=$n"
            case $how.$status in
            *.0)
                absorbed=$((absorbed + 1))
                [ -z "$(traces)" ] || { wrong=$((wrong + 1)); note "$here_now: it says that all is done: $(traces | head -n 3)"; }
                ;;
            signal=KILL.137) killed=$((killed + 1)) ;;
            error=*.[345]) failed=$((failed + 1)); fault_clear_message "$status" . || { wrong=$((wrong + 1)); note "$here_now"; } ;;
            *) wrong=$((wrong + 1)); note "$here_now: status $status: $(head -c 300 err)" ;;
            esac
            search_json document >found 2>err || { wrong=$((wrong + 1)); note "$here_now: no search any more: $(head -c 300 err)"; }
            # Whether its tombstone was set shows in what the next run does.
            indexer --purged
            if [ $status -eq 0 ] && ! grep -q 'nothing was purged' out; then
                case $((number % 4)) in
                0) indexer --quiet s ;;
                1) indexer --quiet --purge klacht.txt --reason AVG ;;
                2) indexer --quiet --reanalyse ;;
                3) indexer --quiet --purge 'w1.txt' --reason AVG; [ $status -ne 6 ] || status=0 ;; # any other, even if unknown
                esac
                [ $status -eq 0 ] || { wrong=$((wrong + 1)); note "$here_now: what follows ($((number % 4))) ends with $status: $(head -c 300 err)"; }
            else
                early=$((early + 1))
                indexer --quiet --purge klacht.txt --reason AVG
                [ $status -eq 0 ] || { wrong=$((wrong + 1)); note "$here_now: again, it ends with $status: $(head -c 300 err)"; }
            fi
            [ -z "$(traces)" ] || { wrong=$((wrong + 1)); note "$here_now: traces: $(traces | head -n 3)"; }
            [ "$(total document)" = 30 ] || { wrong=$((wrong + 1)); note "$here_now: $(total document) documents"; }
            grep -q '"action":"purge"' "$ix/purge.log" || { wrong=$((wrong + 1)); note "$here_now: not in the log"; }
            indexer --quiet s
            [ $status -eq 0 ] && [ -z "$(traces)" ] || { wrong=$((wrong + 1)); note "$here_now: a run: $status $(traces | head -n 3)"; }
            indexer --quiet --verify
            [ $status -eq 0 ] || { wrong=$((wrong + 1)); note "$here_now: not sound: $(head -c 300 err)"; }
        done
    done <chosen
    note "$killed killed, $failed failed, $absorbed went on; $early had set no tombstone"
    is $wrong 0 'purges that were cut off are completed, and none that said so had left anything'
    ok '  some were cut off behind their tombstone' test $((killed + failed)) -gt $early
else
    skip 'purges that are cut off' 'strace may not trace here'
fi

# ---- Damage ----------------------------------------------------------------------------------------
again
part=$(ls -d "$ix"/parts/* | tail -n 1)
printf 'x' | dd of="$part/postlist.glass" bs=1 seek=9000 conv=notrunc 2>/dev/null
cp "$ix/ledger.db" ledger.before
indexer --quiet --purge klacht.txt --reason AVG
is $status 4 'a part that is damaged is not written anew'
indexer --purged
has out 'nothing was purged' '  and nothing was changed'

# ---- The lock --------------------------------------------------------------------------------------
again
exec 9>"$ix/lock"
flock -n 9
indexer --purge klacht.txt --reason AVG
is $status 3 'while another indexer is at work it says so'
exec 9>&-

# ---- A daemon --------------------------------------------------------------------------------------
again
if command -v curl >/dev/null; then
    "$bin/naslag-searchd" --index "$ix" --listen 127.0.0.1:0 --workers 2 2>daemon.log &
    daemon=$!
    tap_cleanup() { kill $daemon 2>/dev/null; }
    tries=0
    : >>daemon.log
    until base=$(sed -n 's,^naslag-searchd: listening on \(http://[^/]*\)/$,\1,p' daemon.log) && [ -n "$base" ] || [ $tries -gt 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    ask() { curl -s -m 20 "$base/v1/documenten?q=$1" | sed -n 's/^{"totaal":{"aantal":\([0-9]*\),.*/\1/p'; }
    is "$(ask zwabberink) $(ask document)" '2 32' 'a daemon finds it'
    wrong=0
    (while [ ! -e enough ]; do ask document; done) >answers &
    asking=$!
    indexer_is 0 'a purge while it serves' --quiet --purge klacht.txt --reason AVG
    i=0
    while [ $i -lt 8 ]; do # all workers
        i=$((i + 1))
        [ "$(ask zwabberink)" = 0 ] || wrong=$((wrong + 1))
    done
    : >enough
    wait $asking
    is $wrong 0 'from then on no worker finds it'
    is "$(sort -u answers | tr '\n' ' ')" '30 32 ' 'and every request was answered, from one generation or the other'
    is "$(curl -s -m 20 "$base/zoeken?q=zwabberink" | grep -c -i 'lutjebroek')" 0 'the page shows nothing of it'
    kill $daemon
    wait $daemon
else
    skip 'a daemon that serves' 'there is no curl'
fi
finish
