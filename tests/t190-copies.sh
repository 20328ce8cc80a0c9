#!/bin/sh
# t190-copies.sh - identical documents are one result with several places; near-copies are a family that can be put together;
# captures of one address are versions, the newest first (issue 4, part 6).
. "${NASLAG_SRC:-.}/tests/tap.sh"

text='De gemeente ondersteunt de vereniging met een subsidie voor de nieuwe sporthal, die in het voorjaar wordt geopend door de wethouder van sport en cultuur en waar ook andere clubs gebruik van kunnen maken zolang het seizoen duurt.'
# The first document; the number of its places.
value() { search_json "$@" | sed 's/.*"documenten":\[{//; s/,"familie":{.*//'; }
places() { value "$@" | sed -n 's/.*"vindplaatsen":{"aantal":\([0-9]*\).*/\1/p'; }

# ---- Copies across sources and formats ----
mkdir a b
printf 'Nota over de sporthal\n\n%s\n' "$text" >a/een.txt
cp a/een.txt a/twee.txt
printf '<html><head><title>Nota over de sporthal</title></head><body><h1>Nota over de sporthal</h1><p>%s</p></body></html>\n' "$text" >b/drie.html
printf 'Nota over de sporthal\r\n\r\n%s\r\n\r\n' "$text" >b/regels.txt
printf 'Iets anders\n\nEen andere tekst over de sporthal, die niets met de nota te maken heeft.\n' >b/ander.txt
printf '{"id":"r1","title":"Nota over de sporthal","date":"2015-03-01","url":"https://x.nl/nota","text":"Nota over de sporthal %s"}\n' "$text" >b/lijst.jsonl
indexer_is 0 'copies in two sources' a b
is "$(total sporthal)" 2 'copies count once'
is "$(search_json sporthal | grep -o '"exact":true' | head -n 1)" '"exact":true' '  exactly'
is "$(total --without=samenvoegen sporthal)" 6 '  and each when that is asked for'
search_json nota >hit
is "$(places nota)" 5 'all places are told'
for name in een.txt twee.txt regels.txt drie.html r1; do
    has hit "\"naam\":\"$name\"" "  $name"
done
has hit '"url":"https://x.nl/nota"' '  with an address'
has hit '"datum":"2015-03-01"' '  and a date'
"$bin/naslag-search" --index "$ix" nota >text
has text 'ook te vinden op: ' 'naslag-search tells them, too'
indexer --status
has out '4 documents are copies of others' '--status counts them'
indexer --status --json
has out '"copies":4,' '  for programs, too'
indexer_is 0 'the index is sound' --verify

# ---- Filters: a copy that passes stands for the others ----
is "$(total nota datum:2015)" 1 'found by the date of one place'
is "$(value nota datum:2015 | grep -o '"naam":"[^"]*"' | head -n 1)" '"naam":"r1"' '  which is the one that is shown'
is "$(places nota datum:2015)" 5 '  with all the others'
is "$(total nota datum:2016)" 0 'found by no other date'

# ---- Places come and go ----
first=$(value nota | sed -n 's/.*"naam":"\([^"]*\)","titel".*/\1/p')
gone=0
for name in een.txt twee.txt drie.html regels.txt; do # each of them once, so also the one that is shown
    rm -f a/$name b/$name
    gone=$((gone + 1))
    indexer_is 0 "$name goes" a b
    is "$(total sporthal):$(places nota)" "2:$((5 - gone))" '  the document stays'
done
ok 'one of them was shown first, or it was the record' sh -c "case '$first' in een.txt|twee.txt|drie.html|regels.txt|r1) ;; *) exit 1 ;; esac"
ok 'no list when there are no copies' sh -c "test -z \"\$(ls '$ix/groups')\" || test -z \"\$(sed -n 's/.*\"groepen\".*/x/p' '$ix/generations/$(generation)')\""
printf 'Nota over de sporthal\n\n%s\n' "$text" >a/een.txt
indexer_is 0 'a copy comes back' a b
is "$(total sporthal):$(places nota)" 2:2 '  and is one of the places'
sed 's/subsidie/bijdrage van achtduizend euro/' a/een.txt >c && cp c a/een.txt
indexer_is 0 'a place changes' a b
is "$(total sporthal):$(places nota bijdrage)" 3:1 '  and is a document of its own'
indexer_is 0 'it is sound' --verify
indexer_is 0 'analysed again' --reanalyse
is "$(total sporthal)" 3 '  the same'

# ---- Pages of results, with many copies ----
rm -rf "$ix"
mkdir veel
i=0
while [ $((i += 1)) -le 30 ]; do
    k=0
    while [ $((k += 1)) -le $((i % 4 + 1)) ]; do
        printf '{"id":"d%s.%s","title":"Stuk %s","text":"Verslag nummer %s over het riool en de wegen van wijk w%s."}\n' $i $k $i $i $i
    done
done >veel/lijst.jsonl
indexer_is 0 'many copies' veel
is "$(total riool)" 30 'each document counts once'
is "$(names riool | tr ' ' '\n' | sed 's/\..*//' | sort | uniq -d)" '' '  and is listed once'
is "$(names riool | wc -w)" 30 '  and all are'

# ---- Families ----
rm -rf "$ix" fam
mkdir fam
i=0
while [ $((i += 1)) -le 12 ]; do # twelve letters, each in up to four drafts, and a copy of some
    k=0
    while [ $((k += 1)) -le $((i % 4 + 1)) ]; do
        printf 'Brief %s\n\nAan het bestuur van wijk%s%s: %s Wij danken u%s voor de%s moeite, w%sa w%sb w%sc w%sd w%se w%sf w%sg w%sh w%si w%sj w%sk w%sl. Concept%s.\n' \
            $i $i $i "$text" $i $i $i $i $i $i $i $i $i $i $i $i $i $i $k >fam/brief$i.$k.txt
    done
done
sed 's/Brief/Brief/' fam/brief3.1.txt >fam/brief3.kopie.txt
indexer_is 0 'drafts of letters' fam
is "$(total sporthal)" 30 'drafts are results of their own'
is "$(total --families sporthal)" 12 '  families are one result when that is asked for'
is "$(names --families sporthal | tr ' ' '\n' | sed 's/\..*//' | sort | uniq -d)" '' '  each once'
left=$(search_json --families sporthal | grep -o '"samengevoegd":[0-9]*' | cut -d: -f2 | paste -sd+ | sed 's/^/echo $((/; s/$/))/' | sh)
is "$left" 18 '  and the others are counted'
id=$(search_json concept2 wijk77 | sed 's/.*"documenten":\[{"id":"\([0-9a-f]*\)".*/\1/')
is "$(names --family "$id" | tr ' ' '\n' | sed 's/\..*//' | sort -u)" brief7 'a family can be listed'
is "$(names --family "$id" | wc -w | tr -d ' ')" 4 '  all of it'
is "$(names --family "$id" sporthal concept1 +concept1)" 'brief7.1.txt' '  or what answers a query'
is "$(total --family 0123456789abcdef sporthal)" 0 'no family of a document that is not there'
indexer --status
has out '18 documents are nearly the same as others, in 9 families' '--status counts them'
members() { for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    id=$(search_json +wijk$n$n | sed 's/.*"documenten":\[{"id":"\([0-9a-f]*\)".*/\1/')
    echo "$n: $(names --family "$id")"
done; }
members >before
# A night: new drafts join, the first drafts go (also the ones that families are named after).
for i in 1 5 9; do sed "s/Concept1/Concept8/" fam/brief$i.1.txt >fam/brief$i.8.txt; done
indexer_is 0 'new drafts' fam
is "$(total sporthal) $(total --families sporthal)" '33 12' '  join what is there'
for i in 1 5 9; do rm fam/brief$i.8.txt; done
indexer_is 0 'and go again' fam
members >after
ok '  families are as they were' cmp before after
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do [ $((i % 4)) = 0 ] || rm fam/brief$i.1.txt; done
indexer_is 0 'the first drafts go' fam
is "$(total sporthal) $(total --families sporthal)" '22 12' '  the others are still families'
indexer_is 0 'analysed again' --reanalyse
is "$(total sporthal) $(total --families sporthal)" '22 12' '  the same'

# ---- Pages of the daemon ----
if command -v curl >/dev/null; then
    "$bin/naslag-searchd" --index "$ix" --listen 127.0.0.1:0 --workers 1 2>log &
    daemon=$!
    tap_cleanup() { kill "$daemon" 2>/dev/null; }
    tries=0
    until base=$(sed -n 's,^naslag-searchd: listening on \(http://[^/]*\)/$,\1,p' log) && [ -n "$base" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || break
        sleep 0.05
    done
    ask() { curl -s -g -m 20 "$base$1" >body; }
    : >paged
    for page in 1 2 3; do
        ask "/v1/documenten?q=sporthal&groepeer=familie&aantal=5&pagina=$page"
        grep -o '"naam":"[^"]*","titel"' body | cut -d'"' -f4 >>paged
        has body '"totaal":{"aantal":12,"exact":true}' "page $page tells the same total"
    done
    is "$(wc -l <paged | tr -d ' ')" 12 'the pages hold all of them'
    is "$(sed 's/\..*//' paged | sort | uniq -d)" '' '  and no family twice'
    ask '/zoeken?q=sporthal'
    has body 'href="/zoeken?q=sporthal&amp;groepeer=familie">Sterk gelijkende documenten samenvoegen' 'a page has a link to put families together'
    ask '/zoeken?q=sporthal&groepeer=familie'
    has body 'Toon ook [23] sterk gelijkende documenten' '  and then one to see the others'
    has body 'pagina=2' '  and the next page'
    has body 'groepeer=familie&amp;pagina=2' '  of the same kind'
    link=$(grep -o '/zoeken?q=sporthal&amp;familie=[0-9a-f]*' body | head -n 1 | sed 's/&amp;/\&/')
    ask "$link"
    has body 'Alleen sterk gelijkende documenten' '  which shows a family'
    has body '<h1 class="aantal">[234] documenten' '  of that size'
    is "$(curl -s -o body -w '%{http_code}' "$base/v1/documenten?q=x&groepeer=bron")" 400 'another grouping is refused'
    has body '"parameter":"groepeer"' '  by name'
    is "$(curl -s -o body -w '%{http_code}' "$base/v1/documenten?familie=xyz")" 400 'what is no id is refused'
    is "$(curl -s -o body -w '%{http_code}' "$base/v1/documenten?q=+&familie=0123456789abcdef")" 200 'a blank query with a family is not'
    has body '"aantal":0' '  and finds nothing of what is not there'
    sed 's/brief2/anders/' fam/brief2.2.txt >fam/brief2.nog.txt
    indexer_is 0 'a copy comes' fam
    ask '/zoeken?q=%2Bwijk22'
    has body 'Ook te vinden op: fam – brief2' 'a page tells where else a document is'
    kill "$daemon"
    wait "$daemon"
    tap_cleanup() { :; }
else
    skip 'pages of the daemon' 'curl is not there'
fi

# ---- Web archives ----
rm -rf "$ix"
mkdir web
capture() { # address, day, text
    page="<html><head><title>Haven</title></head><body><p>$3</p></body></html>"
    printf 'WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: %s\r\nWARC-Date: %sT12:00:00Z\r\nContent-Type: text/html\r\nContent-Length: %s\r\n\r\n%s\r\n\r\n' \
        "$1" "$2" ${#page} "$page"
}
{
    capture http://x.nl/haven 2019-03-01 'De oude haven wordt uitgediept.'
    capture https://www.x.nl/haven 2021-03-01 'De nieuwe haven is uitgediept en geopend.'
} >web/een.warc
{
    capture http://x.nl/haven 2020-03-01 'De oude haven wordt uitgediept.'
    capture http://y.nl/kopie 2020-05-01 'De oude haven wordt uitgediept.'
} >web/twee.warc
indexer_is 0 'captures in two archives' web
is "$(total haven)" 2 'captures of an address are one result'
search_json +nieuwe >hit
has hit '"vastgelegd":"2021-03-01T12:00:00Z"' 'the newest that answers is shown'
is "$(value +nieuwe | grep -o '"vastgelegd":"[0-9-]*' | cut -d'"' -f4 | tr '\n' ' ')" '2021-03-01 2020-03-01 2019-03-01 ' '  the others, newest first'
# What had not changed is a version, too, without a document of its own: told by the archive, or the same within it.
{
    capture http://x.nl/haven 2022-03-01 'Later.' | sed 's/WARC-Type: resource/WARC-Type: revisit/'
    capture http://z.nl/alleen 2018-01-01 'Een pagina over de sluis.' | sed 's/^WARC-Type/WARC-Payload-Digest: sha1:AAAA\r\n&/'
    capture http://z.nl/alleen 2018-06-01 'Een pagina over de sluis.' | sed 's/^WARC-Type/WARC-Payload-Digest: sha1:AAAA\r\n&/'
} >web/drie.warc
indexer_is 0 'a third archive' web
search_json +nieuwe >hit
is "$(value +nieuwe | grep -o '"vastgelegd":"[0-9-]*' | cut -d'"' -f4 | tr '\n' ' ')" '2021-03-01 2022-03-01 2020-03-01 2019-03-01 ' 'a revisit is a version'
has hit '"vastgelegd":"2022-03-01T12:00:00Z","gelijk":true' '  of what it repeats'
has hit '"vastgelegd":"2020-03-01T12:00:00Z","gelijk":false' '  others differ'
is "$(total sluis)" 1 'a repeated capture is no document'
is "$(value sluis | grep -o '"vastgelegd":"[0-9-]*' | cut -d'"' -f4 | tr '\n' ' ')" '2018-01-01 2018-06-01 ' '  but a version'
rm web/drie.warc
indexer_is 0 'it goes' web
is "$(total +oude)" 1 'what only older captures say is found'
search_json +oude haven >hit
is "$(value +oude | grep -o '"vastgelegd":"[0-9-]*' | cut -d'"' -f4 | head -n 1)" 2020-05-01 '  in the newest copy'
is "$(value +oude | grep -o '"naam":"[^"]*"' | cut -d'"' -f4 | tr '\n' ' ')" 'http://y.nl/kopie@20200501120000 http://x.nl/haven@20200301120000 ' \
    '  with the other address once'
rm web/een.warc
indexer_is 0 'an archive goes' web
is "$(total haven):$(places haven)" 1:2 '  the others stay'
indexer_is 0 'it is sound' --verify

finish
