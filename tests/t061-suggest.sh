#!/bin/sh
# t061-suggest.sh - "Bedoelde u": what is suggested for slips of each kind, and what is left alone (issue 3).
. "${NASLAG_SRC:-.}/tests/tap.sh"

daemon=
tap_cleanup() { [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null; }; }

# The suggested query, or nothing.
meant() {
    search_json -- "$@" | sed -n 's/.*"bedoelde_u":{"vraag":"\(.*\)","woorden":.*/\1/p' | sed 's/\\"/"/g'
}
suggests() { is "$(meant "$1")" "$2" "$1: ${2:-nothing}"; }

mkdir corpus
cp -R "$src"/corpus/*/ corpus/ # without the queries
indexer_is 0 'the demo archive is indexed' corpus

# ---- Slips ----------------------------------------------------------------------------------
suggests gemeentte gemeente
suggests gemeenet gemeente
suggests gemeemte gemeente
suggests beleit beleid
suggests vergadring vergadering
suggests archeif archief
suggests besturr bestuur
suggests bibliotheeek bibliotheek
suggests Vergadring Vergadering
suggests 'programma besturr' 'programma bestuur'
suggests '+besturr programma' '+bestuur programma'
suggests 'besturr AND gemeente' 'bestuur AND gemeente'
suggests '(besturr OR beleit) -concept' '(bestuur OR beleid) -concept'
for word in gemeentte vergadring besturr openbaarbestuur; do
    found=$(total "$(meant "$word")")
    ok "what is suggested for $word has hits" test "${found:-0}" -gt 0
done

# ---- Left alone -----------------------------------------------------------------------------
for query in gemeente gemeenten programma "programma's" bestuur 'openbaar bestuur' '"besturr"' 'gemeente -besturr' 'bestur*' \
    2014 12345 201x4 abc xqzwvkjpl 'de het een'; do
    suggests "$query" ''
done
search_json xqzwvkjpl >hit
has hit '"bedoelde_u":null}}$' 'null when there is nothing to suggest'
search_json besturr >hit
has hit '"bedoelde_u":{"vraag":"bestuur","woorden":\[{"van":"besturr","naar":"bestuur"}\]}}}$' 'what was changed is told'
run "$bin/naslag-search" --index "$ix" besturr
has out '^Bedoelde u: bestuur$' 'in a terminal too'

# No word of the queries that come with the archive is wrong.
wrong=0
cut -f 3 "$src/corpus/queries.tsv" >queries
while read -r query; do
    [ -z "$(meant "$query")" ] || { wrong=$((wrong + 1)); note "$query: $(meant "$query")"; }
done <queries
ok "of $(wc -l <queries) right queries at most one gets a suggestion" test "$wrong" -le 1

# ---- Words apart and together -----------------------------------------------------------------
suggests openbaarbestuur 'openbaar bestuur'
ix=$work/los-index
mkdir los
for i in 1 2 3 4 5 6; do
    echo "Nota $i over het langetermijnbeleid en het jaarverslag." >"los/nota$i.txt"
done
echo 'Het beleid is er voor de lange duur, de termijn is nog niet bekend; het programma wel.' >los/anders.txt
echo 'Het oude plan heet een lange termijn. Zie het jaar verslag.' >los/apart.txt
indexer_is 0 'documents with closed compounds' los
if [ -r /usr/share/dict/dutch ]; then
    suggests 'lange termijn beleid' langetermijnbeleid
    suggests 'het jaar verslag' 'het jaarverslag'
    suggests beleidsprogrmma beleidsprogramma
    suggests beleidprogramna beleidprogramma
else
    skip 'compounds' 'no word list here'
fi
suggests 'jaarverslag beleid' ''
suggests langetermijnbeleit langetermijnbeleid

# ---- Only what has hits -------------------------------------------------------------------------
ix=$work/dood-index
mkdir dood
echo 'De walvisvaart en de gemeente.' >dood/a.txt
echo 'Een ander stuk van de gemeente.' >dood/b.txt
indexer_is 0 'two documents' dood
suggests walvisvaert walvisvaart
echo 'De zeevaart en de gemeente.' >dood/a.txt
indexer_is 0 'a word is gone, though its part may still be there' dood
suggests walvisvaert ''
echo 'De haringvisserij en de gemeente.' >dood/c.txt
indexer_is 0 'a document more' dood
suggests haringvisserei haringvisserij
suggests gemeennte gemeente

# ---- The other words of the query ------------------------------------------------------------------
ix=$work/samen-index
mkdir samen
for i in 1 2 3 4 5; do
    echo "De koffie van kantine $i met melk." >"samen/koffie$i.txt"
    echo "De koffer van reiziger $i op het perron." >"samen/koffer$i.txt"
done
indexer_is 0 'documents with two words that are alike' samen
suggests 'koffir melk' 'koffie melk'
suggests 'koffir perron' 'koffer perron'

# ---- The page -----------------------------------------------------------------------------------
ix=$work/index
if command -v curl >/dev/null; then
    "$bin/naslag-searchd" --index "$ix" --listen 127.0.0.1:0 --workers 1 2>log &
    daemon=$!
    tries=0
    until base=$(sed -n 's,^.*listening on \(http://[^/]*\)/$,\1,p' log) && [ -n "$base" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { echo 'Bail out! naslag-searchd does not start'; cat log >&2; exit 99; }
        sleep 0.05
    done
    curl -s -m 20 "$base/zoeken?q=programma%20besturr" >page
    has page 'Bedoelde u: <a href="/zoeken?q=programma+bestuur">' 'the page has a link to the other query'
    curl -s -m 20 "$base/zoeken?q=bestuur" >page
    lacks page 'Bedoelde u' 'and none when there is nothing to suggest'
    curl -s -m 20 "$base/zoeken?q=%3Cb%3E%20besturr" >page
    lacks page '<b>' 'what was typed is escaped'
    curl -s -m 20 "$base/v1/documenten?q=besturr" >body
    has body '"bedoelde_u":{"vraag":"bestuur",' 'the API has it'
else
    skip 'the page' 'curl is not installed'
fi
finish
