#!/bin/sh
# t120-kill.sh - kill -9 at any moment loses nothing that was acknowledged.
#
# A tree of small files and a .jsonl is changed, a run is started and killed after a random delay, again and again.
# After each kill: the index can be searched; every file that a "file" event acknowledged is found in the version that
# was acknowledged, or a later one, and never twice.  Every fifth time a run may finish: then all must be there.
# NASLAG_KILLS=200 makes the long form; NASLAG_SEED chooses other moments.
. "${NASLAG_SRC:-.}/tests/tap.sh"

kills=${NASLAG_KILLS:-15}
seed=${NASLAG_SEED:-1}
files=300
records=1500

# state: lines "NUMBER VERSION" (version 0: not there); numbers up to $files are files, above are records of r.jsonl.
# acked: the same, as last acknowledged; since: what it may have become since then, because a run that was killed
# may have published what no event told of.  The version of a document is in its text: w12v3.
mkdir s
awk -v n=$((files + records)) 'BEGIN { for (i = 1; i <= n; i++) print i, 1 }' >state
: >acked

# Writes the files whose version in ./state differs from that in ./written.
: >written
write_sources() {
    awk -v files=$files '
        BEGIN {
            while ((getline line <"written") > 0) { split(line, f, " "); old[f[1]] = f[2] }
            filler = ""
            for (i = 0; i < 60; i++) filler = filler " gemeente besluit vergadering nummer" i
        }
        $1 <= files && $2 != old[$1] {
            name = "s/f" $1 ".txt"
            if ($2 == 0) { printf "" >name; close(name); print name; next }
            print "document w" $1 " w" $1 "v" $2 filler >name
            close(name)
        }
        $1 > files {
            lines = lines || $2 != old[$1]
            if ($2 > 0) text[++count] = "{\"id\":\"r" $1 "\",\"title\":\"Stuk " $1 "\",\"text\":\"document w" $1 " w" $1 "v" $2 filler "\"}"
        }
        END { if (lines) for (i = 1; i <= count; i++) print text[i] >"s/r.jsonl" }' state >gone
    while read -r name; do rm -f "$name"; done <gone
    cp state written
}

# Changes some versions; sometimes removes a document or brings one back.
change() {
    awk -v seed="$1" -v files=$files '
        BEGIN { srand(seed); lines = rand() < 0.4; share = rand() * 0.15 }
        {
            share_here = $1 <= files ? share : lines ? share : 0
            if (!top[$1]) top[$1] = $2
            version = $2
            if (rand() < share_here) version = rand() < 0.15 ? 0 : ++highest
            print $1, version
        }' highest="$2" state >state.new
    mv state.new state
}

# What events acknowledge: the versions of ./state, for the files that are named.
take_acks() {
    sed -n 's/^{"event":"file".*"path":"\([^"]*\)","state":"indexed".*}$/\1/p' out >acked.names
    awk -v files=$files '
        FILENAME == "acked.names" { named[$1] = 1; next }
        FILENAME == "acked" { before[$1] = $2; next }
        {
            name = $1 <= files ? "f" $1 ".txt" : "r.jsonl"
            if ((name in named) && $2 > 0) print $1, $2
            else if ((name in named)) next
            else if ($1 in before) print $1, before[$1]
        }' acked.names acked state >acked.new
    mv acked.new acked
    awk -v files=$files '
        FILENAME == "acked.names" { named[$1] = 1; next }
        !(($1 <= files ? "f" $1 ".txt" : "r.jsonl") in named) && !seen[$1, $2]++' acked.names since >since.new
    mv since.new since
    acks=$(wc -l <acked.names | tr -d ' ')
}

# Compares index and acknowledgements; with `all`, index and state.
check() {
    [ -e "$ix/current" ] || { [ ! -s acked ]; return; }
    [ "$1" = all ] && cp state acked && : >since
    awk '{ print $1 "\tw\tw" $1 }' state >queries
    timeout -k 5 "$limit" "$bin/naslag-search" --index "$ix" --limit 20 --trec queries >found 2>search.err || {
        note "search failed: $(cat search.err)"
        return 1
    }
    # The versions: one query for each that may be found.
    awk '
        FILENAME == "acked" { acked[$1] = $2; next }
        FILENAME == "since" { between[$1] = between[$1] "," $2; next }
        $2 > 0 && acked[$1] > 0 {
            count = split(acked[$1] between[$1] "," $2, version, ",")
            for (i = 1; i <= count; i++)
                if (!asked[$1, version[i]]++) print $1 ":" version[i] "\tw\tw" $1 "v" version[i]
        }' acked since state >queries
    timeout -k 5 "$limit" "$bin/naslag-search" --index "$ix" --limit 20 --trec queries >versions 2>search.err || return 1
    awk -v all="$1" '
        FILENAME == "found" { hits[$1]++; next }
        FILENAME == "versions" { split($1, part, ":"); if (!(($1, $3) in seen)) good[part[1]]++; seen[$1, $3] = 1; next }
        FILENAME == "acked" { acked[$1] = $2; next }
        FILENAME == "since" { if ($2 == 0) absent[$1] = 1; next }
        hits[$1] > 1 { print "document " $1 " is found " hits[$1] " times"; next }
        all == "all" && $2 == 0 && hits[$1] { print "document " $1 " was removed but is found" }
        $2 > 0 && acked[$1] > 0 && !good[$1] && !absent[$1] { print "document " $1 " is not found: acknowledged version " acked[$1] ", latest " $2 " (" hits[$1] + 0 " hits)" }' found versions acked since state >wrong
    if [ -s wrong ]; then
        note "$(head -n 10 wrong)"
        note "of $(wc -l <wrong) wrong"
        return 1
    fi
}

random() { # seed, ceiling in ms: a delay in seconds
    awk -v seed="$1" -v most="$2" 'BEGIN { srand(seed); printf "%.3f", rand() * most / 1000 }'
}

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# ---- A first index, killed a few times before it is there -------------------------------------
: >since
write_sources
started=$(now_ms)
ix=$work/maat
indexer --quiet s
whole_ms=$(($(now_ms) - started))
awk '$1 % 10 == 0 { print $1, 2; next } { print }' state >state.new && mv state.new state
write_sources
started=$(now_ms)
indexer --quiet s
changed_ms=$(($(now_ms) - started))
rm -rf "$ix"
ix=$work/index
note "a first run takes $whole_ms ms, one over a tenth that changed $changed_ms ms"


lost=0 refused=0 killed=0 early=0 fresh=0 acknowledged=0 complete=0 
highest=1
kill_number=0
while [ $kill_number -lt "$kills" ]; do
    kill_number=$((kill_number + 1))
    if [ $kill_number -gt 3 ]; then
        highest=$((highest + 10000))
        change $((seed * 1000 + kill_number)) $highest
        cat state >>since
        write_sources
    fi
    before=$(generation)
    [ $kill_number -gt 3 ] && took_ms=$changed_ms || took_ms=$whole_ms
    delay=$(random $((seed * 7919 + kill_number)) $((took_ms * 9 / 10)))
    "$bin/naslag-index" --index "$ix" --json s >out 2>err </dev/null &
    pid=$!
    sleep "$delay"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    status=$?
    case $status in
    137) killed=$((killed + 1)) ;;
    0) early=$((early + 1)) ;;
    *) refused=$((refused + 1)); note "kill $kill_number: status $status: $(cat err)" ;;
    esac
    take_acks
    acknowledged=$((acknowledged + acks))
    [ "$(generation)" = "$before" ] || fresh=$((fresh + 1))
    check || { lost=$((lost + 1)); note "after kill $kill_number, delay $delay s, generation $before -> $(generation)"; }
    if [ $((kill_number % 5)) -eq 0 ]; then
        indexer --json s
        [ "$status" -eq 0 ] || { complete=$((complete + 1)); note "a run after kill $kill_number: status $status: $(cat err)"; }
        take_acks
        check all || { complete=$((complete + 1)); note "after the run that finished, kill $kill_number"; }
        : >since
        [ "$(ls "$ix/tmp" | wc -l)" -eq 0 ] || { complete=$((complete + 1)); note 'tmp is not empty'; }
    fi
done
note "$kills runs: $killed killed, $early finished before; in $fresh a generation was published; $acknowledged files acknowledged"
is $lost 0 "$kills kills: nothing acknowledged was lost"
is $refused 0 'no run refused to go on after a kill'
is $complete 0 'runs that could finish did, and all was there'

# ---- A builder that is killed -----------------------------------------------------------------
highest=$((highest + 10000))
change $((seed * 1000 + 998)) $highest
awk -v v=$highest '{ print $1, v }' state >state.new && mv state.new state
write_sources
"$bin/naslag-index" --index "$ix" --json s >out 2>err </dev/null &
pid=$!
builder=
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    builder=$(awk -v parent=$pid '{ sub(/^[^)]*\) /, ""); if ($2 == parent) { split(FILENAME, f, "/"); print f[3]; exit } }' /proc/[0-9]*/stat 2>/dev/null)
    [ -n "$builder" ] && break
    sleep 0.01
done
if [ -n "$builder" ]; then
    kill -9 "$builder"
    wait $pid
    status=$?
    is $status 5 'a run whose builder is killed ends with status 5'
    has err 'builder process ended' 'and says so'
    take_acks
    check
    is $? 0 'nothing acknowledged is lost'
else
    wait $pid
    skip 'a run whose builder is killed' 'no builder seen in /proc'
fi

indexer_is 0 'the run after that finishes' --json s
take_acks
ok 'and everything is there' check all
awk '$1 == 7 { $2 = 1 } { print }' state >state.new && mv state.new state
check all >/dev/null
is $? 1 '(the check does notice a document that is not there)'
is "$(ls "$ix/generations" | wc -l | tr -d ' ')" 2 'two generations are kept'
ok 'no process is left' sh -c "! ps -eo args 2>/dev/null | grep -q '[n]aslag-index --index $ix'"
finish
