#!/bin/sh
# t116-metadata.sh - metadata beside documents: sidecars, tables, rules; which wins; what is kept out; what a change does.
. "${NASLAG_SRC:-.}/tests/tap.sh"

mdto() { # label of the restriction
    printf '<MDTO xmlns="https://www.nationaalarchief.nl/mdto"><informatieobject><naam>Titel van MDTO</naam>%s%s%s%s%s' \
        '<archiefvormer><verwijzingNaam>Waterschap</verwijzingNaam></archiefvormer>' \
        '<dekkingInTijd><dekkingInTijdBegindatum>2011</dekkingInTijdBegindatum>' \
        '<dekkingInTijdEinddatum>2014</dekkingInTijdEinddatum></dekkingInTijd>' \
        "<beperkingGebruik><beperkingGebruikType><begripLabel>$1</begripLabel></beperkingGebruikType></beperkingGebruik>" \
        '</informatieobject></MDTO>'
}

mkdir -p archief/map
printf 'Den Haag, 3 mei 2001\n\ndijken in het eerste stuk\n' >archief/een.txt
printf 'dijken in het tweede stuk\n' >archief/map/twee.txt
printf 'dijken in het derde stuk\n' >archief/map/drie.txt
printf '{"id":"r1","text":"dijken in een record","title":"Eigen titel"}\n' >archief/rij.jsonl
printf '<svg xmlns="x"><title>plaatje</title></svg>' >archief/map/drie.txt.xml
mdto CC0 >archief/een.txt.mdto.xml
printf 'bestand;titel;auteur;soort;openbaarheid\neen.txt;Titel van tabel;J. Bos;nota;\nmap/twee.txt;Tweede;;;Niet openbaar\n' \
    >archief/metadata.csv
cat >archief/naslag.conf <<'EOF'
[source archief]
path = .
type = stuk
organisation = Gemeente
rule = een* | programme = Programma Zand
rule = map/* | type = kaart
EOF
indexer_is 0 'an archive with metadata' --config archief/naslag.conf
is "$(names dijken)" 'een.txt map/drie.txt r1' 'what may be published is found'
search_json eerste >hit
has hit '"titel":"Titel van MDTO"' 'a sidecar goes before a table'
has hit '"auteur":"J. Bos"' 'a table fills what the sidecar does not say'
has hit '"soort":"nota"' 'a table goes before the default of the source'
has hit '"organisatie":"Waterschap"' 'a sidecar too'
has hit '"programma":"Programma Zand"' 'a rule says the programme'
has hit '"periode":{"van":"2011","tot":"2014"}' 'the period is that of the sidecar'
has hit '"titel":"zijbestand".*"auteur":"tabel".*"programma":"regel","periode":"zijbestand"' 'where each comes from is told'
has hit '"datum":"2001-05-03".*"datum":"tekst"' 'the text is asked when nothing else says it'
search_json derde >hit
has hit '"soort":"kaart"' 'a rule goes before everything'
has hit '"organisatie":"Gemeente".*"organisatie":"bron"' 'a default comes last'
search_json record >hit
has hit '"titel":"Eigen titel".*"organisatie":"Gemeente"' 'records get what holds for all'

indexer --status
has out 'kept out: metadata.csv says that its use is restricted: Niet openbaar' 'what is kept out has its reason'
has out '  3 .*  metadata of other documents' 'metadata files are no documents'
run "$bin/naslag-index" --explain archief/een.txt
has out 'title: Titel van MDTO  (the sidecar)' '--explain tells the origin'
has out 'author: J. Bos  (metadata.csv)' 'of each value'

# ---- Changes ------------------------------------------------------------------------------------
sleep 2.1
indexer --config archief/naslag.conf --json
indexer --config archief/naslag.conf --json
is "$(json_value out 'done' changed)" 0 'nothing changed'
mdto 'Geheim' >archief/een.txt.mdto.xml
indexer --config archief/naslag.conf
is "$(total eerste)" 0 'a restriction that comes takes the document out'
mdto 'Geen beperking' | sed 's/van MDTO/nieuw/' >archief/een.txt.mdto.xml
indexer --config archief/naslag.conf
search_json eerste >hit
has hit '"titel":"Titel nieuw"' 'and one that goes brings it back, with what the sidecar says now'
rm archief/een.txt.mdto.xml
indexer --config archief/naslag.conf
search_json eerste >hit
has hit '"titel":"Titel van tabel"' 'without the sidecar the table counts'
sed 's/Programma Zand/Programma Klei/' archief/naslag.conf >conf2
mv conf2 archief/naslag.conf
indexer --config archief/naslag.conf
search_json eerste >hit
has hit '"programma":"Programma Klei"' 'a rule that changes counts too'
printf 'restricted = index\n' >>archief/naslag.conf
indexer --config archief/naslag.conf
is "$(total tweede)" 1 'the source may say that restricted documents are taken in'
mdto 'Geheim' | head -c 200 >archief/map/drie.mdto.xml
indexer --config archief/naslag.conf
is "$(total derde)" 0 'a damaged sidecar keeps its document out: it could lack a restriction'
has err 'drie.mdto.xml cannot be read' 'and that is told'

# ---- What cannot be relied on keeps documents out -------------------------------------------------
ix=$work/index2
mkdir -p kast/la
printf 'sluizen in de akte\n' >kast/akte.txt
printf 'sluizen in de la\n' >kast/la/brief.txt
indexer_is 0 'a folder without metadata' kast
is "$(names sluizen)" 'akte.txt la/brief.txt' 'all of it is found'
damaged() { # what, words of the reason; the table is there
    indexer kast
    is "$(total sluizen)" 0 "$1 takes out what it may be about"
    indexer --status
    has out "metadata.csv cannot be read: $2" 'with the reason'
    printf 'bestand;openbaarheid\nakte.txt;ja\n' >kast/metadata.csv
    indexer kast
    is "$(total sluizen)" 2 'and a sound one brings it back'
}
: >kast/metadata.csv
damaged 'an empty table' 'it is empty'
printf '\217\003\376\231\033\320A\002\367\223\252\005\n' >kast/metadata.csv
damaged 'a table of random bytes' ''
printf 'bestand;openbaarheid\nakte.txt;ja\n\000\000\000\000' >kast/metadata.csv
damaged 'a table with NUL bytes' 'it is damaged'
printf 'bestand;titel;openbaarheid\nakte.txt;"Akte;nee\nla/brief.txt;Brief;nee\n' >kast/metadata.csv
damaged 'a quotation mark that is not closed' 'a quotation mark is not closed'
printf 'jaar;bedrag\n2012;5\n' >kast/metadata.csv
damaged 'a table without names of files' 'it has no column with names'
printf '\nsep=;\nbestand;openbaarheid\nakte.txt;ja\nla/brief.txt;ja\nla/brief.txt;nee\n' >kast/metadata.csv
indexer kast
is "$(names sluizen)" 'akte.txt' 'lines before the headers are passed over, and every row of a document counts'
rm kast/metadata.csv

mdto CC0 >elders.xml
ln -s ../elders.xml kast/akte.txt.mdto.xml
indexer kast
is "$(names sluizen)" 'la/brief.txt' 'a sidecar that is a link is not followed'
indexer --status
has out 'akte.txt.mdto.xml is a symbolic link, which is not followed' 'and keeps its document out'
rm kast/akte.txt.mdto.xml
indexer kast
is "$(total sluizen)" 2 'without it the document is back'
mdto CC0 >kast/akte.txt.mdto.xml
chmod 0 kast/akte.txt.mdto.xml
as_other=
[ "$(id -u)" -ne 0 ] || as_other='setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search'
if $as_other cat kast/akte.txt.mdto.xml >/dev/null 2>&1 || ! $as_other true 2>/dev/null; then
    skip 'a sidecar that may not be read' 'everything may be read here'
else
    run $as_other "$bin/naslag-index" --index "$ix" kast
    is "$(names sluizen)" 'la/brief.txt' 'a sidecar that may not be read keeps its document out'
fi
rm -f kast/akte.txt.mdto.xml

# Reasons are cut at a character.
long=$(printf 'ë%.0s' $(seq 100))
mdto "x$long" >kast/akte.txt.mdto.xml
indexer kast
indexer --status
ok 'a reason is cut at a character' sh -c 'grep -a "kept out" out | iconv -f UTF-8 -t UTF-8 >/dev/null'
has out 'restricted: xëë' 'and it is there'

# ---- Files of records -----------------------------------------------------------------------------
ix=$work/index3
mkdir lijst
printf '{"id":"p","text":"stuwen in record een"}\n{"id":"q","text":"stuwen in record twee"}\n' >lijst/rec.jsonl
lijst() { indexer lijst; }
lijst
is "$(names stuwen)" 'p q' 'records without metadata'
mdto Geheim >lijst/rec.jsonl.mdto.xml
lijst
is "$(total stuwen)" 0 'a restriction on a file of records takes all of them out'
indexer --status
has out 'rec.jsonl.mdto.xml says that its use is restricted: Geheim' 'with the reason'
lijst
is "$(total stuwen)" 0 'and keeps them out'
mdto CC0 >lijst/rec.jsonl.mdto.xml
lijst
is "$(names stuwen)" 'p q' 'one that ends brings them back'
search_json stuwen >hit
lacks hit 'Waterschap' 'values of a sidecar are not those of records'
mdto CC0 | head -c 200 >lijst/rec.jsonl.mdto.xml
lijst
is "$(total stuwen)" 0 'a damaged sidecar takes them out'
rm lijst/rec.jsonl.mdto.xml
lijst
is "$(names stuwen)" 'p q' 'without it they are back'
printf 'bestand;openbaarheid\nrec.jsonl;nee\n' >lijst/metadata.csv
lijst
is "$(total stuwen)" 0 'so does a row of a table'

# ---- In archives ----------------------------------------------------------------------------------
ix=$work/index4
mkdir pak doos
printf 'gemalen in een archief\n' >pak/stuk.txt
mdto Geheim >pak/stuk.txt.mdto.xml
printf 'bestand;titel\nstuk.txt;gemalen\n' >pak/metadata.csv
(cd pak && tar cf ../doos/pak.tar .)
indexer doos
is "$(names gemalen) $(total Waterschap)" 'stuk.txt 0' 'metadata in an archive is not searched'
indexer --status
has out 'metadata of other documents (inside an archive it is not applied)' 'and that is told'

# ---- Errors in rules ----------------------------------------------------------------------------
printf '[source a]\npath = archief\nrule = alleen-een-patroon\n' >bad.conf
indexer_is 1 'a rule that says nothing' --config bad.conf
has err 'PATTERN | type' 'is explained'
printf '[source a]\npath = archief\nrule = x | kleur = rood\n' >bad.conf
indexer_is 1 'a rule that says what is not known' --config bad.conf
has err 'kleur = rood' 'is named'
finish
