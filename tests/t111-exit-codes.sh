#!/bin/sh
# t111-exit-codes.sh - every exit status of naslag-index that --help documents: 0, 1, 2, 3, 4, 5 and 130.
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir s
printf 'appel gemeente\n' >s/a.txt

# ---- 0: up to date; help and version ----------------------------------------------------------
indexer_is 0 '0: up to date' s
run "$bin/naslag-index" --help
is $status 0 '--help: 0'
for code in 0 1 2 3 4 5 130; do
    has out "\\(status:\\|,\\|^\\) *$code [a-z]" "--help tells of status $code"
done
run "$bin/naslag-index" --version
is "$status:$(cat out | sed 's/[0-9][0-9.a-z~+-]*$/N/')" '0:naslag-index N' '--version: 0'

# ---- 1: usage ---------------------------------------------------------------------------------
usage_error() { # pattern of the message, option...
    pattern=$1
    shift
    run "$bin/naslag-index" "$@"
    if is "$status" 1 "1: naslag-index $*"; then
        has err "^naslag-index: .*$pattern" "  and says what is wrong"
    fi
}
usage_error '--index DIR is missing' s
usage_error '--index DIR is missing'
usage_error 'no sources' --index "$ix"
usage_error '--frob' --index "$ix" --frob s
usage_error '-x' -x s
usage_error '--jobs' --index "$ix" --jobs 0 s
usage_error '--jobs' --index "$ix" --jobs 65 s
usage_error '--jobs' --index "$ix" --jobs twee s
usage_error '--jobs' --index "$ix" --jobs= s
usage_error '--jobs' --index "$ix" s --jobs
usage_error '--index' --index
usage_error '--quiet takes no value' --index "$ix" --quiet=yes s
usage_error 'do not go together' --index "$ix" --status --reanalyse
usage_error 'do not go together' --index "$ix" --reanalyse --forget s
usage_error 'take no sources' --index "$ix" --status s
usage_error 'take no sources' --index "$ix" --reanalyse s
usage_error 'take no sources' --index "$ix" --forget s s
usage_error 'dry-run' --index "$ix" --reanalyse --dry-run
usage_error 'er-niet' --index "$ix" "$work/er-niet"
usage_error 'geen.conf' --index "$ix" --config "$work/geen.conf"
usage_error 'onbekend' --index "$ix" --forget onbekend
run "$bin/naslag-index" --index "$ix" --quiet -- -x
is $status 1 '1: after -- a word is a source, even -x'
has err 'source -x' '  and the message names it'

mkdir vol && echo ik >vol/brief.txt
usage_error 'vol is not an index' --index vol s
is "$(ls vol)" 'brief.txt' '  and leaves that directory alone'
mkdir -p vreemd/texts vreemd/tmp
: >vreemd/lock
echo kostbaar >vreemd/texts/brief.txt
echo kostbaar >vreemd/tmp/brief.txt
usage_error 'vreemd is not an index' --index vreemd s
is "$(cd vreemd && find . -type f | sort | tr '\n' ' ')" './lock ./texts/brief.txt ./tmp/brief.txt ' \
    '  and a directory of others that has a lock file is left alone as well'
for mode in --reanalyse --forget=s --status; do
    run "$bin/naslag-index" --index "$work/nieuw" $mode
    is $status 1 "1: $mode where there is no index"
    ok '  and none is made there' test ! -e "$work/nieuw"
    rm -rf "$work/nieuw"
done

# ---- 2: some documents failed -----------------------------------------------------------------
ix=$work/index2
cp -r s s2
printf '\037\213\010afgebroken' >s2/nul.txt
touch -d '2021-01-01' s2/nul.txt
indexer_is 2 '2: a file that cannot be read' s2
has err 's2/nul.txt' '  it is listed'
has err 'nul.txt: the archive cannot be read: ' '  with the reason'
is "$(names appel)" 'a.txt' '  the others are indexed'
indexer_is 0 '0: the next run, when it has not changed' s2
printf '\037\213\010weer afgebroken' >s2/nul.txt
indexer_is 2 '2: it changed, and still cannot be read' s2
indexer_is 0 '0: when it has not changed, also within the same moment' s2
printf 'peer\n' >s2/nul.txt
indexer_is 0 '0: and when it can be read' s2
is "$(names peer)" nul.txt '  it is found'

# ---- 3: locked --------------------------------------------------------------------------------
ix=$work/index
if command -v flock >/dev/null; then
    flock --no-fork "$ix/lock" sleep 60 &
    holder=$!
    sleep 0.3
    before=$(listing "$ix")
    indexer_is 3 '3: another process holds the lock' s
    has err "another naslag-index is at work on $ix" '  and says so'
    indexer_is 3 '3: --reanalyse too' --reanalyse
    is "$(listing "$ix")" "$before" '  nothing was touched'
    indexer_is 0 '--status takes no lock' --status
    is "$(names appel)" a.txt 'nor does a search'
    kill $holder
    wait $holder 2>/dev/null
else
    skip '3: another process holds the lock' 'no flock(1)'
fi
(
    exec 9>>"$ix/lock"
    flock -n 9 2>/dev/null
)
indexer_is 0 'the lock of a process that ended does not count' s

# ---- 4: damaged, or of another version ---------------------------------------------------------
good=$work/index
damaged() { # what: ./kopie is a copy to damage; then: status, pattern, what
    ix=$work/kopie
    indexer_is 4 "4: $2" s
    has err "$1" '  and the message says what'
    run "$bin/naslag-search" --index "$ix" appel
    is $status 4 "  naslag-search: 4 as well"
    lacks err 'ERROR: .*Sanitizer' '  without a crash'
    rm -rf kopie
}
copy() { rm -rf kopie && cp -r "$good" kopie; }
g=$(ix=$good generation)

mends() { # what
    run "$bin/naslag-search" --index kopie appel
    is $status 4 "naslag-search: 4: $1"
    has err 'current is damaged\|not complete' '  and the message says what'
    ix=$work/kopie
    indexer_is 0 '  naslag-index writes it anew' s
    is "$(names appel)" a.txt '  and all is there'
    rm -rf kopie
}
copy; echo rommel >kopie/current
mends 'rubbish in current'
copy; : >kopie/current
mends 'an empty current'
copy; sed 's/^generation 1/generation 2/' kopie/current >c && cp c kopie/current
damaged 'older than the index' 'a current that is ahead of the ledger'
copy; rm kopie/current
mends 'no current'
copy; sed 's/^naslag-index .*/naslag-index 99/' kopie/current >c && cp c kopie/current
damaged 'format 99' 'an index of another format'
copy; sed 's/"formaat":4/"formaat":99/' kopie/generations/"$g" >c && cp c kopie/generations/"$g"; reseal kopie
damaged 'format 99' 'a manifest of another format'
copy; head -c 40 "$good/generations/$g" >kopie/generations/"$g"
damaged 'manifest.*damaged' 'half a manifest'
copy; rm kopie/generations/"$g"
damaged 'not complete' 'a manifest that is missing'
copy; sed 's/"naam":"p/"naam":"..\/p/' kopie/generations/"$g" >c && cp c kopie/generations/"$g"; reseal kopie
damaged 'cannot be part of an index' 'a manifest that leads out of the index'
copy; sed 's/"termen":"[^"]*"/"termen":"anders"/' kopie/generations/"$g" >c && cp c kopie/generations/"$g"; reseal kopie
damaged '--reanalyse' 'terms made otherwise'

copy; rm -rf kopie/parts/*
ix=$work/kopie
printf 'peer gemeente\n' >s/a.txt
indexer_is 4 '4: a part that is missing' s
printf 'appel gemeente\n' >s/a.txt
copy; echo rommel >kopie/ledger.db; rm -f kopie/ledger.db-*
indexer_is 4 '4: a damaged ledger' s
has err 'ledger.db' '  the message names it'
indexer_is 4 '4: --status of it' --status
copy; rm kopie/ledger.db*
indexer_is 4 '4: a ledger that is missing' s
has err 'ledger' '  the message names it'
is "$(names appel)" a.txt '  the index can still be searched'
copy; rm kopie/texts/*
indexer_is 4 '4: --reanalyse of an index whose stored texts are missing' --reanalyse
has err "texts" '  the message names the file'
copy; for file in kopie/texts/*; do head -c 20 "$file" >c; cp c "$file"; done
indexer_is 4 '4: --reanalyse of an index whose stored texts are damaged' --reanalyse

# ---- 5: input, output, space ------------------------------------------------------------------
ix=$work/s/a.txt/index
indexer_is 1 '1: an index below something that is no directory' s
has err 's/a.txt' '  the message names it'
ix=/sys/naslag-test
if [ -d /sys/kernel ] && ! mkdir /sys/naslag-test 2>/dev/null; then
    indexer_is 5 '5: a directory that cannot be made' s
    has err '/sys/naslag-test' '  the message names it'
else
    skip '5: a directory that cannot be made' 'no /sys'
fi
ix=$work/index
if [ "$(id -u)" -ne 0 ]; then
    copy
    ix=$work/kopie
    chmod a-w kopie kopie/*
    printf 'peer gemeente\n' >s/a.txt
    indexer_is 5 '5: an index that may not be written' s
    printf 'appel gemeente\n' >s/a.txt
    chmod -R u+w kopie
else
    skip '5: an index that may not be written' 'root may write anything'
fi

small=$work/klein
mkdir "$small"
room=$((3072 + $(du -sk "$work/index/resources" | cut -f 1))) # 3 MiB beside the language resources
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=${room}k naslag-test "$small" 2>/dev/null; then
    tap_cleanup() { umount -l "$small" 2>/dev/null; }
    ix=$small/index
    mkdir veel
    indexer --quiet s
    is $status 0 'an index on a small disk'
    awk 'BEGIN { srand(5); for (f = 1; f <= 400; f++) { name = "veel/v" f ".txt"
        for (i = 0; i < 600; i++) printf "woord%d ", rand() * 1e9 >name; print "gemeente" >name; close(name) } }'
    indexer_is 5 '5: not enough room' s veel
    has err '3.6 MB to read' '  and says so'
    indexer_is 5 '5: no space left' --no-space-check s veel
    has err '[Nn]o space' '  and says so'
    is "$(names appel)" a.txt '  the index is as it was'
    rm veel/v[1-4]*
    rm veel/v5* veel/v6* veel/v7* veel/v8*
    indexer_is 0 'with less to do the next run finishes' s veel
    is "$(total gemeente)" "$(($(ls veel | wc -l) + 1))" '  and everything is there'
    umount "$small"
else
    skip '5: no space left' 'a small file system cannot be mounted'
fi

# ---- 130: stopped -------------------------------------------------------------------------------
ix=$work/lang
mkdir groot
awk 'BEGIN { srand(6); for (f = 1; f <= 300; f++) { name = "groot/g" f ".txt"
    for (i = 0; i < 2000; i++) printf "woord%d ", rand() * 20000 >name; print "gemeente" >name; close(name) } }'
"$bin/naslag-index" --index "$ix" --quiet groot >out 2>err </dev/null &
pid=$!
sleep 0.3
kill -TERM $pid
wait $pid
is $? 130 '130: stopped by SIGTERM'
has err 'interrupted' '  and says so'
finish
