#!/bin/sh
# t125-explain.sh - --explain tells what is made of a file and changes nothing; and what another mending version does to an index.
. "${NASLAG_SRC:-.}/tests/tap.sh"

explain() { run "$bin/naslag-index" --explain "$@"; }
explain_is() { # status, what, option...
    wanted=$1
    what=$2
    shift 2
    explain "$@"
    is "$status" "$wanted" "$what" || head -c 1500 err | sed 's/^/# | /'
}

# One JSON value on one line: a recogniser in awk.
is_json() {
    awk '
        { rest = $0; value(); if (rest != "") bad("more: " rest) }
        function bad(why) { if (!wrong) print why; wrong = 1; rest = "" }
        function eat(re) { if (match(rest, "^" re)) { rest = substr(rest, RLENGTH + 1); return 1 } return 0 }
        function string() { return eat("\"([^\"\\\\\001-\037]|\\\\([\"\\\\/bfnrt]|u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]))*\"") }
        function value() {
            if (string() || eat("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?") || eat("(true|false|null)")) return
            if (eat("\\{")) { if (eat("\\}")) return; do { if (!string() || !eat(":")) { bad("no key: " rest); return } value() } while (eat(",")); if (!eat("\\}")) bad("no }: " rest); return }
            if (eat("\\[")) { if (eat("\\]")) return; do value(); while (eat(",")); if (!eat("\\]")) bad("no ]: " rest); return }
            bad("no value: " rest)
        }
        END { exit wrong || NR != 1 }' "$1" >why || { note "$(cat why)"; return 1; }
}

mkdir s
printf 'Het dossier over wonen\nDe Wet openbaarheid van bestuur (Wob) geldt.\nzachte gek\302\255\nkenhuis is\f\nBladzijde twee met minis\nterie en offi cier, themá s "en" demo\ncratie in een organi\nsatie of belang\nrijke zaken.\n' >s/een.txt
printf '<!DOCTYPE html><html lang="nl"><title>Besluit - Gemeente X</title><meta name="description" content="Kort"><h1>Besluit</h1><p>De tekst van het beleidsprogramma.</p><h2>Slot</h2><p>Einde</p></html>' >s/twee.html
printf '{"id":"a","title":"Een \\"brief\\"","date":"2020-01-02","text":"gemeente drie"}\n{"id":\n{"id":"b","text":"vier"}\n' >s/drie.jsonl
printf 'GIF89a\nx\n' >s/vier.docx
printf '\377\330\001\002\003\004\005\006\007\010\016\017\020\021\022\023\024\025\026' >s/beeld.txt
: >s/leeg.txt
indexer --quiet s
before=$(listing "$ix" | grep -v 'ledger.db-')

# ---- Text ------------------------------------------------------------------------------------
explain_is 0 'a text' s/een.txt
has out '^file: .*/s/een.txt$' '  the file'
has out '^  format: text/plain$' '  its format'
has out '^  encoding: UTF-8$' '  its encoding'
has out '^  title: Het dossier over wonen  (line 1 of the text)$' '  the title, and where it comes from'
has out '^  date: not given$' '  what is not known'
has out '^  pages: 2$' '  pages'
has out '^    wob = wet openbaarheid van bestuur$' '  abbreviations'
has out '^    Het dossier over wonen$' '  names'
has out '^    page 1, line 3: gek-|kenhuis -> gekkenhuis: word at a line end' '  a soft hyphen'
lacks out 'in the index' '  without an index nothing of the ledger'
is "$(cat err)" '' '  nothing on standard error'
if [ -r /usr/share/dict/dutch ]; then
    has out '^    page 2, line [0-9]*: minis|terie -> ministerie: word at a line end; in the word list, in "' '  a word at a line end'
    has out 'offi cier -> officier: lost ligature; in the word list' '  a ligature'
    has out "themá s -> thema's: apostrophe that became an accent" '  an apostrophe'
    is "$(sed -n 's/^    \(line_end\|ligature\|accent\): //p' out | tr '\n' ' ')" '5 1 1 ' '  counted by kind'
else
    skip '  other repairs' 'no word list'
fi
explain_is 0 'a page' s/twee.html
has out '^  title: Besluit  (heading 1 of the text)$' '  its title is a heading'
has out '^  language: nl  (metadata of the page)$' '  metadata'
has out '^  headings: 2$' '  headings'

# ---- What the text says, and a table in a folder above ----------------------------------------
mkdir -p tabel/map
printf 'Besluit\n\nDatum: 12 maart 2019\nLooptijd: 2019-2023\n\nDe raad besluit over de woningbouw.\n' >tabel/map/besluit.txt
printf 'bestand,organisatie\nmap/besluit.txt,Gemeente Voorbeeld\n' >tabel/metadata.csv
explain_is 0 'a text that has a date' tabel/map/besluit.txt
has out '^  date: 2019-03-12  (found in the text)$' '  the date'
has out '^  period: 2019/2023  (found in the text)$' '  the period'
has out '^  organisation: not given$' '  without an index the folders above do not count'
run "$bin/naslag-index" --index tabelix --quiet tabel
explain_is 0 'with an index' tabel/map/besluit.txt --index tabelix
has out '^  organisation: Gemeente Voorbeeld  (metadata.csv)$' '  they do'

# ---- Words -----------------------------------------------------------------------------------
explain_is 0 '--terms' s/twee.html --terms
if [ -r /usr/share/dict/dutch ]; then
    has out '^      beleidsprogramma (1.*) class beleidsprogramma; parts beleid programma$' '  class and parts'
fi
is "$(sed -n 's/^    forms: //p' out)" "$(grep -c '^      [a-z]* ([0-9]' out)" '  every form'

# ---- Records ---------------------------------------------------------------------------------
explain_is 0 'a file of records' s/drie.jsonl
has out '^record a$' '  one'
has out '^record b$' '  another'
has out '^  failed: ' '  and one that failed'
has out "^  title: Een \"brief\"  (field 'title' of the line)$" '  the origin of its title'
has out '^records: 3, 1 of them failed, 3 shown$' '  counted'
explain_is 0 '--record' s/drie.jsonl --record b
is "$(grep -c '^record ' out)" 1 '  shows one'
explain_is 1 '--record with an id that is not there' s/drie.jsonl --record c
has err "has no record 'c'" '  says so'
awk 'BEGIN { for (i = 1; i <= 25; i++) printf "{\"id\":\"r%d\",\"text\":\"rij %d\"}\n", i, i }' >veel.jsonl
explain_is 0 'many records' veel.jsonl
has out '^records: 25, 0 of them failed, 10 shown; --record ID shows another$' '  are bounded'

# ---- Failures --------------------------------------------------------------------------------
explain_is 1 'a missing file' s/niet.txt
has err '^naslag-index: cannot find s/niet.txt' '  is named'
is "$(cat out)" '' '  and nothing else is printed'
explain_is 1 'a directory' s
has err 's is not a file' '  is refused'
explain_is 2 'a file that is no document' s/vier.docx
has out '^  skipped: not a document that is taken in: GIF image (image/gif)$' '  says so'
explain_is 2 'an image with a text name' s/beeld.txt
has out '^  skipped: not a document' '  says why'
explain_is 0 'an empty file' s/leeg.txt
has out '^  text_bytes: 0$' '  is empty'
run "$bin/naslag-index" --terms s/een.txt
is "$status" 1 '--terms alone is a usage error'
explain_is 1 'with sources too' s/een.txt s
explain_is 1 'with an index that is not there' s/een.txt --index nergens

# ---- JSON ------------------------------------------------------------------------------------
for file in een.txt twee.html drie.jsonl vier.docx beeld.txt leeg.txt; do
    explain s/$file --json --terms --index "$ix"
    ok "--json of $file is JSON" is_json out
    explain s/$file --json
    ok '  without an index too' is_json out
done
explain s/een.txt --json
has out '"kind":"line_end","page":1,"line":3,"before":"gek\\*[^"]*kenhuis","after":"gekkenhuis","evidence":"' 'a repair in JSON'
has out '"title":{"value":"Het dossier over wonen","from":"line 1 of the text"}' 'data in JSON'

# ---- With an index ---------------------------------------------------------------------------
explain_is 0 'with an index' s/een.txt --index "$ix"
has out '^  source: s$' '  the source'
has out '^  path: een.txt$' '  the path in it'
has out '^  state: indexed$' '  the state'
has out '^  file: as it was when it was indexed$' '  unchanged'
has out '^  documents indexed: 1$' '  its documents'
printf 'meer\n' >>s/een.txt
explain s/een.txt --index "$ix"
has out '^  file: changed since it was indexed$' '  and changed'
explain s/vier.docx --index "$ix"
has out '^  reason: not a document that is taken in: GIF image (image/gif)$' 'why a file is not in it'
explain s/drie.jsonl --index "$ix"
has out '^  documents failed: 1$' 'records that failed'
explain veel.jsonl --index "$ix"
has out '^in the index: no' 'a file that no source holds'
is "$(listing "$ix" | grep -v 'ledger.db-')" "$before" 'the index is as it was'

# ---- A hyphen that was kept by mistake within a line -------------------------------------------
mkdir h
printf 'om besluitvorming door volks-vertegenwoordigingen mogelijk te maken\n' >h/streep.txt
run "$bin/naslag-index" --index "$work/streep" --quiet h
ix=$work/streep
if [ -r /usr/share/dict/dutch ]; then
    is "$(names volksvertegenwoordiging)" streep.txt 'a stray hyphen: found by another form of the closed word'
else
    skip 'a stray hyphen: another form' 'no word list'
fi
is "$(names volksvertegenwoordigingen)" streep.txt '  by the closed word'
is "$(names '"volks-vertegenwoordigingen"')" streep.txt '  and as it is written'
ix=$work/index
explain h/streep.txt --terms
has out '^      volksvertegenwoordigingen (2' '  --explain shows the closed form'

# ---- Another version of mending --------------------------------------------------------------
indexer --quiet s
if command -v sqlite3 >/dev/null; then
    sqlite3 "$ix/ledger.db" 'UPDATE file SET extractor = extractor - 1 WHERE extractor > 0'
    explain s/een.txt --index "$ix"
    has out '^  file: read by another version' 'a file that another version read'
    indexer --json s
    is "$(json_value out 'done' changed) $(json_value out 'done' documents)" '6 4' 'is taken in again, with all its records'
    indexer --json s
    is "$(json_value out 'done' changed) $(json_value out 'done' documents)" '0 0' 'once'
else
    skip 'another version' 'no sqlite3'
fi
finish
