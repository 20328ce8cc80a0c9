#!/bin/sh
# t197-seams.sh - where parts of the indexer meet: going back with metadata and limits, sources that are emptied, paths of members,
# names of families.
. "${NASLAG_SRC:-.}/tests/tap.sh"

# ---- Going back, with metadata beside documents ----------------------------------------------------
mkdir s
printf 'gemeente appel\n' >s/a.txt
printf 'gemeente peer\n' >s/b.txt
printf 'bestand;titel;openbaarheid\na.txt;;vertrouwelijk\nb.txt;Titel uit tabel;\n' >s/metadata.csv
touch -d '1 hour ago' s/*
indexer_is 0 'a table keeps a document out' --quiet s
is "$(total appel)" 0 '  which is not found'
mv s/metadata.csv weg
indexer_is 0 'without the table' --quiet s
is "$(total appel)" 1 '  it is'
indexer_is 0 'going back' --rollback
indexer_is 0 'the next run' --json s
is "$(json_value out 'done' changed)" 2 '  reads again what the table was about'
is "$(total appel)" 1 '  so that it is found'
search_json peer >hit
lacks hit 'Titel uit tabel' '  and has its own title'

# ---- Going back, with limits ------------------------------------------------------------------------
ix=$work/ix-limits
mkdir l
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "woord%d ", i; print "slotwoord" }' >l/lang.txt
touch -d '1 hour ago' l/*
indexer_is 0 'little of a text' --quiet --max-text-bytes 4K l
is "$(total slotwoord)" 0 '  is taken in'
indexer_is 0 'without that limit' --quiet l
is "$(total slotwoord)" 1 '  it is read again'
indexer_is 0 'with the limit again' --quiet --max-text-bytes 4K l
indexer_is 0 'going back' --rollback
indexer_is 0 'the next run without it' --quiet l
is "$(total slotwoord)" 1 '  has all of the text'

# ---- A source that has nothing any more ------------------------------------------------------------
for i in 1 2 3 4 5 6 7 8 9; do echo "kort $i" >l/$i.txt; done
indexer_is 0 'a source of ten files' --quiet l
rm l/*
indexer_is 1 'that is empty now' --quiet l
has err 'l is empty, and 10 files were there before: is something not mounted?' '  is refused, and says why'
is "$(total slotwoord)" 1 '  nothing was removed'
indexer_is 0 '--forget' --forget l
is "$(total slotwoord)" 0 '  removes it'
echo 'nog iets' >l/een.txt
indexer_is 0 'a source of one file' --quiet l
rm l/een.txt
indexer_is 0 'may be emptied' --quiet l
is "$(total iets)" 0 '  and is'

# ---- Where a record lies -----------------------------------------------------------------------------
ix=$work/ix-paths
mkdir -p p/map pak
printf 'gemeente korenmolen\n' >pak/molen.txt
tar -cf p/map/pak.tar -C pak molen.txt
printf '{"id":"r1","text":"gemeente sluiswachter"}\n' >p/lijst.jsonl
printf 'gemeente veerpont\n' >p/los.txt
indexer_is 0 'members, records, files' --quiet p
path() { search_json "$1" | sed -n 's/.*"pad":"\([^"]*\)","score".*/\1/p'; }
is "$(path korenmolen)" 'map/pak.tar!/molen.txt' 'a member says its file'
is "$(path sluiswachter)" 'lijst.jsonl!/r1' 'a record too'
is "$(path veerpont)" los.txt 'a file is its own path'
ok 'and so people are told' sh -c "'$bin/naslag-search' --index '$ix' korenmolen | grep -q 'p/map/pak.tar!/molen.txt'"
indexer_is 0 'the path is what --purge takes' --purge 'map/pak.tar!/molen.txt' --reason proef
is "$(total korenmolen)" 0 '  and it is gone'

# ---- The same text under another title --------------------------------------------------------------
ix=$work/ix-titles
mkdir t
awk 'BEGIN { for (i = 0; i < 60; i++) printf "regel%d van het besluit over de haven ", i; print "" }' >tekst
{ printf '<title>Besluit haven</title><p>'; cat tekst; } >t/een.html
{ printf '<title>Bijlage 3</title><p>'; cat tekst; } >t/twee.html
indexer_is 0 'one text, two titles' --quiet t
search_json haven >hit
has hit '"totaal":{"aantal":1,' 'is one document'
has hit '"vindplaatsen":{"aantal":2,' '  in two places'

# ---- A family whose document of that name becomes another -----------------------------------------------
ix=$work/ix-family
mkdir f
for name in a b c d e f; do
    awk -v name=$name 'BEGIN { for (i = 0; i < 300; i++) printf "woord%d van de raad ", i * 7 % 291; print "slot " name }' >f/$name.txt
done
i=0
while [ $((i += 1)) -le 60 ]; do printf 'vulling %s over iets anders\n' $i >f/v$i.txt; done
indexer_is 0 'six near-copies' --quiet f
is "$(total --families slot)" 1 '  are one family'
id=$(search_json --families slot | sed -n 's/.*"familie":{"aantal":\([0-9]*\).*/\1/p')
is "$id" 5 '  of five others'
for name in a b c d e f; do # whichever it is named after
    cp f/$name.txt bewaard
    awk 'BEGIN { for (i = 0; i < 300; i++) printf "zwembad%d belastingen ", i * 5 % 293; print "" }' >f/$name.txt
    indexer --quiet f
    [ "$(total --families raad) $(total --families zwembad1)" = '1 1' ] || note "$name: $(total --families raad) $(total --families zwembad1)"
    search_json --families zwembad1 >hit
    grep -q '"familie":{"aantal":0' hit || echo "$name" >>verkeerd
    cp bewaard f/$name.txt
    indexer --quiet f
done
is "$(cat verkeerd 2>/dev/null)" '' 'one that becomes another document is in no family'
finish
