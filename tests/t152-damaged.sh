#!/bin/sh
# t152-damaged.sh - searching in a damaged index: naslag-search ends with status 4 and says why, the daemon answers 503 or goes on
# with the generation that it has, and never ends or hangs (issue 5).
# NASLAG_CORRUPTIONS=500 tries that many damaged bytes on a running daemon; NASLAG_SEED chooses others.
. "${NASLAG_SRC:-.}/tests/tap.sh"

daemon=
tap_cleanup() { [ -z "$daemon" ] || kill "$daemon" 2>/dev/null; }

cp -r "$src/corpus" archief
indexer_is 0 'an index' archief
good=$ix

# ---- naslag-search: a file of every kind, missing and cut short ----
missed=0
tried=0
for file in current generations/1 $(cd "$good" && ls parts/*/* texts/* resources/*); do
    [ -s "$good/$file" ] || continue
    for way in missing short long; do
        cp -r "$good" kopie
        case $way in
        missing) rm "kopie/$file" ;;
        short) truncate -s -1 "kopie/$file" ;;
        long) echo >>"kopie/$file" ;;
        esac
        run "$bin/naslag-search" --index kopie programma
        tried=$((tried + 1))
        if [ "$status" -ne 4 ] || [ ! -s err ] || [ -s out ]; then
            missed=$((missed + 1))
            note "$file $way: status $status"
        fi
        rm -rf kopie
    done
done
is "$missed" 0 "naslag-search ends with 4 and a message, $tried times"
cp -r "$good" kopie
rm "$(ls kopie/parts/*/docdata.glass)"
run "$bin/naslag-search" --index kopie programma
has err 'docdata.glass is missing' 'documents without their data are not silently empty'
rm -rf kopie

# ---- The daemon ----
command -v curl >/dev/null || { skip 'the daemon' 'curl is not there'; finish; }
start() { # index
    : >log
    "$bin/naslag-searchd" --index "$1" --listen 127.0.0.1:0 --workers 2 --deadline 4000 2>log &
    daemon=$!
    tries=0
    until base=$(sed -n 's,^naslag-searchd: listening on \(http://[^/]*\)/$,\1,p' log) && [ -n "$base" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { echo 'Bail out! naslag-searchd does not start'; exit 99; }
        sleep 0.05
    done
}
stop() {
    kill "$daemon"
    wait "$daemon"
    ended=$?
    daemon=
}
get() { status=$(curl -s -g -m 20 -D head -o body -w '%{http_code}' "$base$1"); }
until_health() { # pattern
    tries=0
    until get /healthz && grep -q "$1" body; do
        tries=$((tries + 1))
        [ $tries -lt 80 ] || return 1
        sleep 0.1
    done
}

start "$good"
ok 'a sound index is served' until_health '"status":"goed"'
# A new generation, damaged before anybody looked.
echo 'een nieuw stuk over reddingsboten' >archief/nieuw.txt
indexer_is 0 'a new generation' archief
part=$(ls -d "$good"/parts/* | tail -n 1)
mv "$part/docdata.glass" docdata
get '/v1/documenten?q=programma'
is "$status" 200 'the daemon goes on with the generation that it has'
get '/v1/documenten?q=programma'
is "$status" 200 'again'
get /healthz
is "$status" 200 'health: it is served'
has body '"status":"verouderd","generatie":1' 'but not the newest'
has body 'beschadigd' 'and why'
has log 'docdata.glass is missing; generation 1 is still served; naslag-index --verify' 'the log tells what, and what to do'
# Workers that are new serve the same.
for stat in /proc/[0-9]*/stat; do
    read -r line 2>/dev/null <"$stat" && set -- ${line##*)} && [ "$2" = "$daemon" ] && kill -9 "$(basename "${stat%/stat}")"
done
sleep 0.5
get '/v1/documenten?q=programma'
is "$status" 200 'also when its workers are replaced'
ok 'health says the same' until_health '"status":"verouderd","generatie":1'
mv docdata "$part/docdata.glass"
ok 'put back, the newest is served within a second or two' until_health '"status":"goed","generatie":2'
sleep 1.2 # every worker tries again after a second
get '/v1/documenten?q=reddingsboten'
has body '"totaal":{"aantal":1,' 'with what is new'
# A file that is cut short while it is served: a worker may die of it, no more.
text=$(ls "$good"/texts/* | head -n 1)
for file in "$good"/texts/*; do cp "$file" "saved.$(basename "$file")"; truncate -s 8 "$file"; done
for i in 1 2 3 4 5 6; do
    get '/v1/documenten?q=programma'
    is "$status" 503 "cut short in use: 503 ($i)"
done
has head '[Rr]etry-[Aa]fter: [0-9]' 'with Retry-After'
has head 'application/problem+json' 'as a problem'
get /
is "$status" 503 'the page is one, too'
has body 'beschadigd' 'and says so'
ok 'workers are not started over and over' test "$(grep -c 'was killed by signal' log)" -le 4
has log 'naslag-index --verify' 'the log says what to run'
for file in "$good"/texts/*; do cat "saved.$(basename "$file")" >"$file"; done
ok 'mended, it goes on' until_health '"status":"goed"'
get '/v1/documenten?q=gemeente' # not the one that may have killed two workers, and is refused for a while
is "$status" 200 'and answers'

# ---- Bytes that changed inside of large files, under a running daemon and naslag-search ----
odd=0
served=0
refused=0
count=${NASLAG_CORRUPTIONS:-12}
seed=${NASLAG_SEED:-1}
ls "$good"/parts/*/*.glass "$good"/parts/*/lexicon "$good"/texts/* "$good"/resources/* >list
i=0
while [ $i -lt "$count" ]; do
    i=$((i + 1))
    set -- $(awk -v seed=$((seed * 100000 + i)) -v files="$(wc -l <list)" 'BEGIN { srand(seed); print 1 + int(rand() * files), rand(), int(rand() * 256), 1 + int(rand() * 60) }')
    file=$(sed -n "$1p" list)
    size=$(stat -c %s "$file")
    [ "$size" -gt 0 ] || continue
    cp "$file" sound
    # A run of up to 60 bytes: a bad sector, more than a bad bit.
    at=$(awk -v size="$size" -v at="$2" 'BEGIN { print int(size * at) }')
    head -c "$4" /dev/zero | tr '\0' "\\$(printf %o "$3")" | dd of="$file" bs=1 seek="$at" conv=notrunc 2>/dev/null
    truncate -s "$size" "$file"
    for query in programma 'q=%22het%20programma%22' 'ris*' gemeenteraad; do
        get "/v1/documenten?q=${query#q=}"
        case $status in
        200) served=$((served + 1)) ;;
        503) refused=$((refused + 1)) ;;
        *) odd=$((odd + 1)) && note "$file byte $at: status $status" ;;
        esac
    done
    run "$bin/naslag-search" --index "$good" --limit 50 'programma "het programma" ris*'
    case $status in
    0 | 4) ;;
    *) odd=$((odd + 1)) && note "$file byte $at: naslag-search ends with $status: $(cat err)" ;;
    esac
    cat sound >"$file"
done
note "$served answers, $refused times 503"
is "$odd" 0 "bytes that changed in use give answers or 503, $count times"
ok 'the daemon is still there' kill -0 "$daemon"
indexer_is 0 'mended, the index is sound' --verify
sleep 1
ok 'and it is served' until_health '"status":"goed"'
stop
is "$ended" 0 'the daemon ends as it should'

# ---- Started on a damaged index ----
cp -r "$good" kopie
rm kopie/parts/*/position.glass
start "$work/kopie"
get '/v1/documenten?q=programma'
is "$status" 503 'started on a damaged index: 503'
has body 'De index is beschadigd' 'that says so'
has log 'position.glass is missing; naslag-index --verify' 'the log tells more'
cp -r "$good"/parts/. kopie/parts/
ok 'put back, it is served without a restart' until_health '"status":"goed"'
stop
is "$ended" 0 'the daemon ends as it should'
finish
