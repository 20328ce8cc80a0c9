#!/bin/sh
# t903-openapi.sh - docs/openapi.yaml describes the daemon as it is: the same paths, parameters, statuses and properties.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

command -v curl >/dev/null || skip_all 'curl is not installed'
daemon=
tap_cleanup() { [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null; }; }

# ---- what the description says, one item a line: path P, parameter P NAME MIN MAX, status P N, property NAME
describe() { awk '
function indent(line) { match(line, /^ */); return RLENGTH }
{ depth = indent($0) }
depth == 0 && /:/ { section = $1 }
section == "servers:" && $1 == "-" && $2 == "url:" { server = $3 }
section == "paths:" {
    if (depth == 2) { path = $1; sub(/:$/, "", path); prefix = server }
    if (depth == 6 && $1 == "-" && $2 == "url:") prefix = $3
    if (depth == 4 && $1 == "get:") { sub(/\/$/, "", prefix); path = prefix path; print "path " path }
    if (depth == 8 && $1 == "-" && $2 == "name:") { name = $3; print "parameter " path " " name }
    if (depth == 12 && ($1 == "minimum:" || $1 == "maximum:")) print $1 " " path " " name " " $2
    if (depth == 8 && $1 ~ /^.[0-9]+.:$/) print "status " path " " substr($1, 2, 3)
}
section == "components:" && $1 == "properties:" { properties = depth + 2 }
section == "components:" && properties && depth < properties && $1 != "properties:" { properties = 0 }
section == "components:" && properties && depth == properties { name = $1; sub(/:$/, "", name); print "property " name }
' "$1"; }
describe "$src/docs/openapi.yaml" >described

# ---- paths, against the table of the daemon
sed -n 's/^    { "\([^"]*\)", [a-z]*, api_.*/path \1/p' "$src/searchd/route.c" | sort >routes
grep '^path ' described | sort >paths
is "$(diff routes paths)" '' 'the description has the paths of the daemon'
ok 'which are more than none' test -s paths

# ---- what can be switched off
sed -n '/name: zonder/,/responses:/s/^ *enum: \[\(.*\)\]$/\1/p' "$src/docs/openapi.yaml" | tr -d ' ' | tr ',' '\n' >names
run "$bin/naslag-search" --without=help
is "$(cut -f 1 out)" "$(cat names)" 'the description has the names that zonder takes'

# ---- the daemon
mkdir docs
printf 'Eerste blad over het archief.\n\fTweede blad over het archief.\nLooptijd: 2011 t/m 2014\n' >docs/bladen.txt
echo '{"id":"a","title":"Archief","text":"Over het archief.","url":"https://example.nl/a","date":"2020-01-02","type":"nota"}' \
    >docs/records.jsonl
echo '{"id":"b","title":"RVB","text":"Het Rijksvastgoedbedrijf (RVB) beheert panden."}' >>docs/records.jsonl
for day in 2020-01-01 2021-01-01; do # two captures of one page: versions
    page="<html><body><p>De pagina over de haven in $day.</p></body></html>"
    printf 'WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://x.nl/haven\r\nWARC-Date: %sT12:00:00Z\r\nContent-Type: text/html\r\nContent-Length: %s\r\n\r\n%s\r\n\r\n' \
        $day ${#page} "$page"
done >docs/web.warc
indexer docs
is "$status" 0 'an index is made'
"$bin/naslag-searchd" --index "$ix" --listen 127.0.0.1:0 --workers 1 2>log &
daemon=$!
tries=0
until base=$(sed -n 's,^.*listening on \(http://[^/]*\)/$,\1,p' log) && [ -n "$base" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { echo 'Bail out! naslag-searchd does not start'; cat log >&2; exit 99; }
    sleep 0.05
done
ask() { curl -s -g -m 20 -o body -w '%{http_code}' "$@"; }

# ---- parameters: each one that is described is taken, at its bounds and not beyond; any other is refused
list=/v1/documenten
grep '^parameter ' described >parameters
while read -r _ path name; do
    case $name in
    q) is "$(ask "$base$path?q=archief")" 200 "$path takes q" ;;
    zonder) is "$(ask "$base$path?q=archief&$name=verbuiging")" 200 "$path takes $name" ;;
    groepeer) is "$(ask "$base$path?q=archief&$name=familie")" 200 "$path takes $name" ;;
    familie) is "$(ask "$base$path?$name=0123456789abcdef")" 200 "$path takes $name" ;;
    van | tot) is "$(ask "$base$path?q=archief&$name=2016-10")" 200 "$path takes $name" ;;
    *) is "$(ask "$base$path?q=archief&$name=1")" 200 "$path takes $name" ;;
    esac
done <parameters
is "$(ask "$base$list?q=archief&onbekend=1")" 400 'and no other'
grep '^m[ai][xn]imum: ' described >bounds
while read -r which path name bound; do
    # The last page is there for pages of one document only.
    case $name in pagina) others='q=archief&aantal=1' ;; *) others='q=archief' ;; esac
    is "$(ask "$base$path?$others&$name=$bound")" 200 "$name may be $bound"
    case $which in
    minimum:) beyond=$((bound - 1)) ;;
    *) beyond=$((bound + 1)) ;;
    esac
    is "$(ask "$base$path?$others&$name=$beyond")" 400 "$name may not be $beyond"
done <bounds
known=$(sed -n 's/.*known\[\] = { *\(.*\), NULL.*/\1/p' "$src/searchd/api.c" | tr -d '" ' | tr ',' '\n' | sort)
is "$known" "$(awk '{ print $3 }' parameters | sort)" 'the code knows the parameters that are described'

# ---- statuses that can be had for the asking are described
described_status() { grep -q "^status $1 $2\$" described; }
while read -r _ path; do
    for try in '' '?q=archief' '?onbekend=1' "?$(printf '%09000d' 0)"; do
        got=$(ask "$base$path$try")
        ok "GET $path$(printf '%.12s' "$try"): $got is described" described_status "$path" "$got"
    done
    got=$(ask -X POST "$base$path")
    ok "POST $path: $got is described" described_status "$path" "$got"
done <paths

# ---- properties: what is answered is described, what is described is answered
: >answers
for try in "$list?q=archief" "$list?q=%22archief" "$list?q=rvb" "$list?q=archief&aantal=0" "$list?q=haven" "$list?q=archeif" "$list" /healthz \
    /v1/nee; do
    curl -s -g -m 20 "$base$try" >>answers
done
# Health with a newer generation that is damaged.
echo 'Een derde stuk over het archief.' >docs/derde.txt
indexer docs
rm "$(ls -d "$ix"/parts/*/docdata.glass | tail -n 1)"
curl -s -g -m 20 "$base/healthz" >>answers
grep -o '"[A-Za-z_]*":' answers | tr -d '":' | sort -u >answered
grep '^property ' described | awk '{ print $2 }' | sort -u >properties
is "$(diff answered properties)" '' 'the properties of the answers are those described'
ok 'which are more than none' test -s properties

# ---- the comparisons can fail: a description with another path, parameter and property
sed 's,^  /healthz:,  /health:,; s/- name: aantal/- name: count/; s/^        naam:/        name:/' "$src/docs/openapi.yaml" >other.yaml
describe other.yaml >other
is "$(grep '^path ' other | sort | diff routes - | grep -c '^[<>]')" 2 'a path that differs is seen'
is "$(awk '$1 == "parameter" && $3 == "count"' other | wc -l | tr -d ' ')" 1 'a parameter that differs is seen'
is "$(grep '^property ' other | awk '{ print $2 }' | sort -u | diff answered - | grep -c '^[<>]')" 2 'a property that differs is seen'
finish
