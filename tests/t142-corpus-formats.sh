#!/bin/sh
# t142-corpus-formats.sh - the demo archive as files of every format with metadata beside them (make formats), indexed as an
# archivist would: each file in one state with its reason, each text found where it stands, with the metadata that it should have.
. "${NASLAG_SRC:-.}/tests/tap.sh"

run "$bin/tests/make-formats" "$src/corpus" archief
is "$status$(cat err)" 0 'the files are made'
is "$(head -c 5 archief/overdrachtsdossier.pdf) $(head -c 2 archief/leegstand.docx) $(head -c 4 archief/website.warc)" \
    '%PDF- PK WARC' 'and are what they are called'

indexer_is 2 'an index of them; two cannot be read' --json archief
cp out events

# ---- Completeness ----------------------------------------------------------------------------
# Every file once, by its name.
sed -n 's/^{"event":"file",.*"path":"\([^"]*\)","state":"\([a-z]*\)".*/\1 \2/p' events | sort >states
indexer_is 0 '--status --json' --status --json
found=$(sed -n 's/.*"files_found":\([0-9]*\).*/\1/p' out)
is "$found" "$(find archief -type f | wc -l | tr -d ' ')" 'every file is accounted for'
is "$(sed 's/.*"files":{\([^}]*\)}.*/\1/' out | tr ',' '\n' | awk -F: '{ s += $2 } END { print s + 0 }')" "$found" 'the states add up'
others=$(sed 's/.*"files":{\([^}]*\)}.*/\1/' out | tr ',' '\n' | awk -F: '!/indexed/ { s += $2 } END { print s + 0 }')
is "$(grep -o '"reason":"[^"]*","files":[0-9]*' out | grep -v OCR | sed 's/.*"files"://' | awk '{ s += $1 } END { print s + 0 }')" \
    "$others" 'what is not indexed has a reason'
is "$(cut -d ' ' -f 1 states | uniq -d)" '' 'no file has two states'
state() { # file: its state
    sed -n "s/^$1 //p" states
}
is "$(state afgebroken.pdf) $(state oud.doc) $(state leeg.txt) $(state programma) $(state wijkagent.rtf)" \
    'failed failed empty skipped skipped' 'what cannot be read, holds nothing, is no document, may not be shown'
has out '"state":"failed","reason":"the PDF is damaged beyond reading' 'each with its reason'
has out '"state":"failed","reason":"[^"]*before 2007' '  '
has out '"state":"skipped","reason":"not a document that is taken in: program (ELF)' '  '
has out '"state":"skipped","reason":"kept out: wijkagent.rtf.mdto.xml says that its use is restricted: Persoonlijke levenssfeer' '  '
has out '"state":"skipped","reason":"metadata of other documents","files":5' '  '
has out '"state":"skipped","reason":"the web server answered with status 404","records":1' '  '

# ---- Found, and where ------------------------------------------------------------------------
# hit WORD NAME: the document of that name among those that have the word, on a line
hit() {
    search_json "$1" | sed 's/"interpretatie":.*//; s/{"id":/\n{"id":/g' | grep -F "\"naam\":\"$2\"" >hit
}
page_is() { # word, name, page
    hit "$1" "$2"
    is "$(sed -n 's/.*"paginas":\[{"pagina":\([0-9]*\),.*/\1/p' hit)" "$3" "$2: page $3"
}
found_in() { # word, names
    is "$(names "$1" --without=samenvoegen)" "$2" "$2: $1"
}
page_is belangenbehartigers overdrachtsdossier.pdf 4
page_is auditcommissie overdrachtsdossier.pdf 6
page_is ventilatiekanalen frisse-scholen.pptx 5
page_is fietstunneltje meedoen.odp 3
page_is jubileumreceptie inhuur.xlsx 1
page_is streekromans inhuur.xlsx 2
page_is rivierkreeft vergaderingen.ods 1
page_is laagvliegroute vergaderingen.ods 2
page_is spreekhoekje dienstverlening.epub 3
found_in leegstandsverordening leegstand.docx
found_in vertrouwenslijn weerbare-raad.odt
found_in stormseizoen dijkversterking.rtf
found_in biechtstoel kerken.md
found_in beweegroute beweegakkoord.html
found_in koelboxje dijkgraaf.txt
found_in stadsbeiaardier bericht-006
found_in opheffingsnorm 'krimp.html pakket.zip!/krimp.html'
found_in inkoopcombinatie 'kamer/flexwoningen.txt pakket.zip!/kamer/flexwoningen.txt'
found_in kunstgrasveld notulen/sport.txt
found_in sonderingsrapport '@1897 inzage.eml'
found_in ketelhuisje '2/mappen.csv @1897!/2/mappen.csv'
page_is klerken 3/welkom.pdf 1
found_in brandweerpost @0
found_in koërhuis @9802
is "$(search_json sleutelproject regiopolitie wijkagent | grep -c 'wijkagent.rtf')" 0 'what may not be shown is not found'
is "$(total faxkamer) $(total postduivenloket) $(total vernieuwbalie)" '1 1 1' 'three captures of a page'
is "$(total faxkamer gearchiveerd:2018) $(total faxkamer gearchiveerd:2021)" '1 0' '  each under the day of its capture'
search_json gemeente bereikbaar werkdag >hit
has hit '"gearchiveerd":"2021-06-21".*"versies":{"aantal":3' '  the newest first, with the others as versions'
if [ -f archief/scan.png ] && ! grep -q 'scan.png.*"state":"skipped"' events; then
    hit belangenbehartigers scan.png
    has hit '"naam":"scan.png"' 'text in an image'
else
    skip 'text in an image' 'no fonts or no Tesseract'
fi

# ---- Metadata and where it comes from ------------------------------------------------------------
hit belangenbehartigers overdrachtsdossier.pdf
has hit '"titel":"Overdrachtsdossier 2022, eerste deel"' 'MDTO: title'
has hit '"soort":"Overdrachtsdossier"' '  type'
has hit '"organisatie":"Ministerie van Bestuur en Leefomgeving"' '  organisation'
has hit '"periode":{"van":"2017-10-26","tot":"2022-01-10"}' '  period'
has hit '"programma":"Kabinetswissel"' 'the table fills in the programme'
has hit '"auteur":"S. Vrijthof-Elzinga"' 'the file the author'
has hit '"titel":"zijbestand".*"auteur":"bestand".*"programma":"tabel"' 'each with its origin'
hit leegstandsverordening leegstand.docx
has hit '"titel":"Eindverslag Leegstand te Lijf"' 'DiWoo: title'
has hit '"datum":"2014-12-18"' '  date'
has hit '"organisatie":"Provincie Rijnmark"' '  organisation'
has hit '"auteur":"R. Aalders"' 'the author from the file'
hit vertrouwenslijn weerbare-raad.odt
has hit '"titel":"Weerbare Raad, programmabeschrijving"' 'Dublin Core: title'
has hit '"auteur":"Dolf Hiemstra"' '  author'
has hit '"programma":"Weerbaar bestuur"' '  programme'
has hit '"datum":"2015-02-03"' '  date'
has hit '"periode":{"van":"2015","tot":"2018"}' '  period'
hit ventilatiekanalen frisse-scholen.pptx
has hit '"titel":"Frisse scholen: de uitkomsten"' 'a table: title'
has hit '"organisatie":"GGD Rijnmark"' '  organisation'
has hit '"titel":"tabel"' '  and that it comes from there'
hit sonderingsrapport inzage.eml
has hit '"titel":"Inzage in het dossier Kerkpad 11 – vervolg"' 'a mail: its subject'
has hit '"datum":"2012-03-06"' '  and date'

# ---- --explain --------------------------------------------------------------------------------
explains() { # file, what its lines must match...
    run "$bin/naslag-index" --explain "archief/$1"
    is "$status" 0 "--explain $1"
    has out '^  text_bytes: [1-9]' '  has text'
    explained=$1
    shift
    for pattern in "$@"; do
        has out "^  $pattern" "  $explained: $pattern"
    done
}
explains overdrachtsdossier.pdf 'format: application/pdf' 'pages: 12' 'page_labels: 1:i 3:1' 'headings: 12' \
    'title: Overdrachtsdossier 2022, eerste deel  (the sidecar)' 'author: S. Vrijthof-Elzinga  (the file)' \
    'programme: Kabinetswissel  (metadata.csv)' 'language: nl-NL  (the file)'
explains leegstand.docx 'format: application/vnd.openxmlformats-officedocument.wordprocessingml.document' 'headings: 8' \
    'organisation: Provincie Rijnmark  (the sidecar)' 'author: R. Aalders  (the file)'
explains weerbare-raad.odt 'format: application/vnd.oasis.opendocument.text' 'author: Dolf Hiemstra  (the sidecar)'
explains frisse-scholen.pptx 'format: .*presentationml.presentation' 'pages: 5' 'title: .*  (metadata.csv)'
explains meedoen.odp 'format: application/vnd.oasis.opendocument.presentation' 'pages: 5' 'author: J. de Wit  (the file)'
explains inhuur.xlsx 'format: .*spreadsheetml.sheet' 'pages: 2' 'date: 2014-12-31  (metadata.csv)'
explains vergaderingen.ods 'format: application/vnd.oasis.opendocument.spreadsheet' 'pages: 2'
explains dienstverlening.epub 'format: application/epub+zip' 'author: A. Verhaar  (the file)' 'date: 2021-09-14  (the file)'
explains dijkversterking.rtf 'format: application/rtf' 'date: 2017-10-11  (the file)'
explains kerken.md 'format: text/markdown' 'title: Kerken zonder klok  (heading 1 of the text)'
explains inzage.eml 'format: message/rfc822' 'title: Inzage in het dossier.*  (the file)'
explains postvak 'format: message/rfc822' 'title: Herindeling  (the file)'
explains overdracht.zip 'format: text/plain' 'format: text/html'
explains notulen.tar 'format: text/plain'
explains website.warc 'format: text/html' 'title: Contact met de gemeente  (title or metadata of the page)'
explains beweegakkoord.html 'format: text/html' 'title: Rijnmarks Beweegakkoord'
explains dijkgraaf.txt 'format: text/plain' 'title: .*  (line 1 of the text)'

# ---- The next night ------------------------------------------------------------------------------
indexer --json archief
is "$(json_value out 'done' changed) $(json_value out 'done' documents)" '0 0' 'the next run finds nothing changed'
finish
