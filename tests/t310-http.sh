#!/bin/sh
# t310-http.sh - naslag-searchd end to end: routes, parameters, headers, pages, a new generation, a damaged index
# (issue: HTTP daemon).  Malformed requests are in t311, deadlines and limits in t312.
bin=${NASLAG_BIN:-${abs_top_builddir:-.}}
work=$(mktemp -d) || exit 99
daemon=
count=0
failures=0

stop() {
    if [ -n "$daemon" ]; then
        kill "$daemon" 2>/dev/null
        wait "$daemon"
        ended=$?
        daemon=
    fi
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

command -v curl >/dev/null || { echo "1..0 # SKIP curl is not there"; exit 0; }

# ok STATUS WHAT: one TAP line
ok() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        failures=$((failures + 1))
        sed 's/^/# /' "$work/head" "$work/body" 2>/dev/null | head -60
    fi
}

# get PATH [curl option...]: the answer is in $status, $work/head and $work/body
get() {
    path=$1
    shift
    : >"$work/head"
    : >"$work/body"
    status=$(curl -s -g -m 20 -D "$work/head" -o "$work/body" -w '%{http_code}' "$@" "$base$path")
    tr -d '\r' <"$work/head" >"$work/head.n" && mv "$work/head.n" "$work/head"
}
is() { [ "$status" = "$1" ]; ok $? "$2: $1"; }
head_has() { grep -qi -e "$1" "$work/head"; ok $? "$2"; }
body_has() { grep -q -e "$1" "$work/body"; ok $? "$2"; }
body_lacks() { ! grep -q -e "$1" "$work/body"; ok $? "$2"; }
is_json() {
    if command -v jq >/dev/null; then
        jq -e . "$work/body" >/dev/null 2>&1
        ok $? "$1: JSON"
    else
        head -c 1 "$work/body" | grep -q '{' && tail -n 1 "$work/body" | grep -q '}$'
        ok $? "$1: looks like JSON (no jq here)"
    fi
}
is_problem() {
    is "$1" "$2"
    head_has '^content-type: application/problem+json$' "$2: problem+json"
    body_has "\"status\":$1" "$2: says its status"
    is_json "$2"
}

# start OPTION...: sets $base
start() {
    : >"$work/log" # before: the old port must not be taken for the new one
    "$bin/naslag-searchd" --index "$work/index" --listen 127.0.0.1:0 --workers 2 "$@" 2>"$work/log" &
    daemon=$!
    tries=0
    until base=$(sed -n 's,^naslag-searchd: listening on \(http://[^/]*\)/$,\1,p' "$work/log") && [ -n "$base" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { echo "Bail out! naslag-searchd does not start"; cat "$work/log" >&2; exit 99; }
        sleep 0.05
    done
}
index() { "$bin/naslag-index" --index "$work/index" "$work/docs" >"$work/index.log" 2>&1; }
# The daemon comes round to a change of the index by itself, at once or a moment later.
wait_for() {
    tries=0
    until get /healthz && [ "$status" = "$1" ] && grep -q -e "$2" "$work/body"; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || return 1
        sleep 0.1
    done
}

mkdir "$work/docs"
echo 'De regeling over het openbaar bestuur is vastgesteld.' >"$work/docs/regeling.txt"
echo 'Notulen van de vergadering over het archief van de gemeente.' >"$work/docs/notulen.txt"
printf 'Risico <b>vet</b> & "citaat" over het bestuur\n' >"$work/docs/tekens.txt"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "Verslag nummer $i gaat over het archief en een besluit." >"$work/docs/verslag$i.txt"
done

# ---- without an index ----
start
get /healthz
is_problem 503 'health without an index'
get '/v1/documenten?q=archief'
is_problem 503 'a search without an index'
head_has '^retry-after: [0-9]' 'with Retry-After'
body_lacks "$work" 'it does not tell where the index is'
get /
is 503 'the page without an index'
head_has '^content-type: text/html; charset=utf-8$' 'is a page'
body_has 'Er is nog geen index' 'that says so'
get /favicon.ico
is 204 'what needs no index works'
index || { echo "Bail out! naslag-index fails"; cat "$work/index.log" >&2; exit 99; }
wait_for 200 '"status":"goed"'
ok $? 'an index appears: the daemon finds it by itself'
body_has '"documenten":15' 'health tells the number of documents'
is_json 'health'

# ---- the API ----
get '/v1/documenten?q=archief'
is 200 'a search'
head_has '^content-type: application/json$' 'as JSON'
is_json 'a search'
body_has '"totaal":{"aantal":13,"exact":true}' 'with the total'
body_has '<mark>archief</mark>' 'with fragments'
get '/v1/documenten?q=archief&aantal=3&pagina=2'
is 200 'paging'
[ "$(grep -o '"id":' "$work/body" | wc -l)" -eq 3 ]
ok $? 'aantal=3 gives three documents'
get '/v1/documenten?q=archief&aantal=10&pagina=2'
[ "$(grep -o '"id":' "$work/body" | wc -l)" -eq 3 ]
ok $? 'the last page holds the rest'
get '/v1/documenten?q=kwetsbaarheidsanalyse'
is 200 'a search that finds nothing'
body_has '"aantal":0' 'has total 0'
for bad in '' '?q=' '?q=%20+' '?q=a&aantal=0' '?q=a&aantal=101' '?q=a&aantal=-1' '?q=a&aantal=1x' '?q=a&aantal=99999999999' \
    '?q=a&pagina=0' '?q=a&pagina=een' '?q=a&pagina=10001' '?q=a&aantal=100&pagina=101' '?q=a&kleur=rood' '?q=a&q=b'; do
    get "/v1/documenten$bad"
    is_problem 400 "parameters $bad"
    body_has '"parameter":"[a-z]*"' "parameters $bad: names the one at fault"
done
get "/v1/documenten?q=$(printf '%01500d' 0)"
is_problem 400 'a query that is too long'
get "/v1/documenten?q=$(printf '%09000d' 0)"
is 414 'an address that is too long'
get /v1/nee
is_problem 404 'an unknown path of the API'
get /v1
is_problem 404 'the API itself'
get '/v1/documenten?q=archief' -X POST
is_problem 405 'POST'
head_has '^allow: GET, HEAD$' 'with Allow'
head_has '^connection: close$' 'and closed'

# ---- pages ----
get /
is 200 'the first page'
body_has '<html lang="nl">' 'is Dutch'
body_has '<label for="q">' 'has a labelled search box'
body_has '15 documenten' 'tells how much there is'
body_lacks '<script' 'has no script'
body_lacks ' style=' 'and no inline style'
get '/zoeken?q=archief'
is 200 'results'
body_has '13 documenten' 'with the count'
body_has '<ol class="resultaten"' 'as a list'
body_has '<mark>archief</mark>' 'with marked fragments'
body_has 'rel="next" href="/zoeken?q=archief&amp;pagina=2"' 'with a link to the next page'
get '/zoeken?q=archief&pagina=2'
is 200 'the next page'
body_has 'rel="prev" href="/zoeken?q=archief"' 'with a link back'
body_has 'start="11"' 'goes on counting'
get '/zoeken?q=archief&pagina=9'
is 200 'a page past the last'
body_has 'Zo veel resultaten zijn er niet' 'says so'
get '/zoeken?q=archief&pagina=x'
is 400 'a bad page number'
get '/zoeken?q=kwetsbaarheidsanalyse'
body_has 'Geen resultaten' 'no results: a page that says so'
body_has 'Wat u kunt proberen' 'with advice'
get '/zoeken?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27'
body_lacks '<script' 'markup in the query is escaped'
body_has '&lt;script&gt;' 'and shown as it was typed'
get '/zoeken?q=risico'
body_lacks '<b>vet' 'markup in a document is escaped'
get '/zoeken?q=%FF%FEarchief'
[ "$status" != 500 ] && [ "$status" != 000 ]
ok $? 'a query that is no UTF-8 does no harm'
get '/zoeken?q='
is 200 'an empty search shows the first page'
get /nee
is 404 'an unknown page'
head_has '^content-type: text/html' 'is told as a page'
get "/nee%22%3E%3Cscript%3E"
is 404 'an odd path'
body_lacks '<script' 'is not repeated'

# ---- files and headers ----
get /
style=$(sed -n 's,.*href="\(/stijl-[0-9a-f]*\.css\)".*,\1,p' "$work/body")
get "$style"
is 200 'the style sheet'
head_has '^content-type: text/css' 'is CSS'
head_has '^cache-control: .*immutable' 'may be kept for ever'
tag=$(sed -n 's/^etag: //Ip' "$work/head")
get "$style" -H "If-None-Match: $tag"
is 304 'and need not be sent again'
get /stijl.css
head_has '^cache-control: no-cache$' 'under its plain name it is checked each time'
get /stijl-0000.css
head_has '^cache-control: no-cache$' 'under an old digest too'
get /icoon.svg
is 200 'the icon'
for path in / '/zoeken?q=archief' '/v1/documenten?q=archief' /nee /v1/nee /stijl.css /favicon.ico /healthz; do
    get "$path"
    length=$(wc -c <"$work/body")
    grep -qi "^content-security-policy: default-src 'none'" "$work/head" \
        && grep -qi '^x-content-type-options: nosniff$' "$work/head" && grep -qi '^x-frame-options: DENY$' "$work/head" \
        && grep -qi '^referrer-policy: no-referrer$' "$work/head" && grep -qi '^cache-control: ' "$work/head" \
        && ! grep -qi '^server:' "$work/head"
    ok $? "security headers on $path"
    wanted=$status
    get "$path" -I
    { [ "$status" = "$wanted" ] && { [ "$status" = 204 ] || grep -qi "^content-length: $length\$" "$work/head"; }; }
    ok $? "HEAD $path has status and length of GET"
done
connects=$(curl -s -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}\n' "$base/" "$base/zoeken?q=archief" "$base/healthz" | tr -d '\n')
[ "$connects" = 100 ]
ok $? "one connection serves many requests"

# ---- a new generation, and damage ----
echo 'Een gloednieuw stuk over zonnepanelen.' >"$work/docs/nieuw.txt"
(
    i=0
    while [ $i -lt 150 ]; do
        curl -s -o /dev/null -w '%{http_code}\n' "$base/v1/documenten?q=archief"
        i=$((i + 1))
    done >"$work/statuses"
) &
asker=$!
index
wait_for 200 '"documenten":16'
ok $? 'a new generation is served without a restart'
wait $asker
[ "$(sort -u "$work/statuses")" = 200 ]
ok $? 'and no request failed meanwhile'
get '/v1/documenten?q=zonnepanelen'
body_has '"aantal":1,' 'the new document is found'
mv "$work/index" "$work/away"
mkdir "$work/index"
echo 'rommel' >"$work/index/rommel"
stop
[ "$ended" -eq 0 ]
ok $? 'SIGTERM: status 0'
start
get '/v1/documenten?q=archief'
is_problem 503 'an index that is none'
rm -r "$work/index"
mv "$work/away" "$work/index"
wait_for 200 '"documenten":16'
ok $? 'when it is good again, so is the daemon'

# ---- log and command line ----
! grep -q -e archief -e '127\.0\.0\.1:.*GET' "$work/log"
ok $? 'the log holds no query'
stop
start --verbose
get '/zoeken?q=geheimwoord'
stop
grep -q '^naslag-searchd: GET /zoeken 200 [0-9.]* ms$' "$work/log"
ok $? '--verbose logs method, path, status, time'
! grep -q geheimwoord "$work/log"
ok $? 'but no query'
"$bin/naslag-searchd" >/dev/null 2>&1
[ $? -eq 1 ]
ok $? 'without --index: status 1'
"$bin/naslag-searchd" --index x --nee >/dev/null 2>&1
[ $? -eq 1 ]
ok $? 'an unknown option: status 1'
"$bin/naslag-searchd" --index x --listen 8080 >/dev/null 2>&1
[ $? -eq 1 ]
ok $? 'no address: status 1'
start
"$bin/naslag-searchd" --index x --listen "${base#http://}" 2>"$work/taken"
[ $? -eq 5 ] && grep -q "cannot listen on ${base#http://}: Address already in use" "$work/taken"
ok $? 'an address in use: status 5, and it says which'
stop
"$bin/naslag-searchd" --help | grep -q -e '--index DIR' && ! "$bin/naslag-searchd" --help | grep -q -e '--worker '
ok $? '--help'

echo "1..$count"
[ "$failures" -eq 0 ]
