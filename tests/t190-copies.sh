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

finish
