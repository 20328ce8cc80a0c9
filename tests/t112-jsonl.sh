#!/bin/sh
# t112-jsonl.sh - files with one record a line: records are documents of their own, with their own fate.
. "${NASLAG_SRC:-.}/tests/tap.sh"

done_value() { json_value "$work/out" 'done' "$1"; }

# ---- Records --------------------------------------------------------------------------------
mkdir s
cat >s/a.jsonl <<'EOF'
{"id":"r1","title":"Eerste stuk","url":"https://voorbeeld.nl/1","date":"2020-03-01","text":"gemeente appel"}
{"id":"r2","title":"Tweede stuk","text":"gemeente banaan"}

{"title":"Zonder id","text":"gemeente citroen"}
{"id":"r4","text":""}
EOF
indexer_is 0 'a file of records' --json s
is "$(done_value new) $(done_value in_index)" '1 3' 'has a document for each record with text'
is "$(names banaan)" 'r2' 'a record is named by its id'
offset=$(head -n 3 s/a.jsonl | wc -c | tr -d ' ')
is "$(names citroen)" "@$offset" 'one without an id by its place'
search_json appel >hit
has hit '"titel":"Eerste stuk","url":"https://voorbeeld.nl/1","bron":"s"' 'title, address and source are there'
has hit '"datum":"2020-03-01"' 'and the date'

# ---- Only what changed ----------------------------------------------------------------------
sed 's/banaan/bosbes/' s/a.jsonl >c && cp c s/a.jsonl
indexer_is 0 'one record changed' --json s
is "$(done_value changed) $(done_value documents) $(done_value in_index)" '1 1 3' 'only that one is written'
is "$(names banaan):$(names bosbes)" ':r2' 'with its new text'
is "$(names appel)" 'r1' 'the others are still there'
sed '/"r2"/d' s/a.jsonl >c && cp c s/a.jsonl
indexer_is 0 'a record vanished' --json s
is "$(names bosbes)" '' 'it is gone'
is "$(names gemeente | tr ' ' '\n' | grep -c .)" 2 'the others are still there'
echo '{"id":"r9","text":"gemeente druif"}' >>s/a.jsonl
indexer_is 0 'a record was added at the end' --json s
is "$(done_value documents) $(names druif)" '1 r9' 'only that one is written'
mv s/a.jsonl s/b.jsonl
indexer_is 0 'the file was renamed' --json s
is "$(names gemeente | tr ' ' '\n' | grep -c .)" 3 'its records are there once'

# ---- Bad lines --------------------------------------------------------------------------------
ix=$work/slecht
mkdir t
printf '%s\n' '{"id":"g1","text":"gemeente goed een"}' '{"id":"g2","text":' 'geen json' '[1,2]' \
    '{"id":"g5","text":"gemeente goed vijf"}' >t/x.jsonl
indexer_is 2 'bad lines: status 2' t
is "$(names goed)" 'g1 g5' 'the good records are indexed'
is "$(grep -c '^t/x.jsonl record ' err)" 3 'each bad line is listed'
bad_at=$(head -n 1 t/x.jsonl | wc -c | tr -d ' ')
has err "t/x.jsonl record @$bad_at: ." 'with its place and the reason'
touch -d '2020-01-01' t/x.jsonl
indexer_is 0 'a file that has not changed is not read again' t
indexer --status
has out 'failed' '--status still tells of them'
printf '%s\n' '{"id":"g1","text":"gemeente goed een"}' '{"id":"g2","text":"gemeente goed twee"}' >t/x.jsonl
indexer_is 0 'mended' t
is "$(names goed)" 'g1 g2' 'and the record is found'
indexer --status
lacks out 'failed' 'nothing failed any more'

# ---- The same id twice ------------------------------------------------------------------------
ix=$work/dubbel
mkdir d
printf '%s\n' '{"id":"x1","text":"gemeente alfa"}' '{"id":"x2","text":"gemeente beta"}' \
    '{"id":"x1","text":"gemeente gamma"}' '{"id":"x3","text":"gemeente delta"}' >d/d.jsonl
indexer_is 2 'an id that stands twice: status 2' d
is "$(names gemeente)" 'x1 x2 x3' 'there is one document of it'
is "$(names alfa):$(names gamma)" 'x1:' 'the first one in the file'
has err "id 'x1' stands more than once" 'and the message names it'
sed 's/delta/epsilon/' d/d.jsonl >c && cp c d/d.jsonl
indexer --json d
is "$(names gemeente)" 'x1 x2 x3' 'another record changed: still one document'
is "$(names alfa):$(names gamma)" 'x1:' 'still the first one'
sed '1d' d/d.jsonl >c && cp c d/d.jsonl
indexer_is 0 'the first one was removed' d
is "$(names gemeente)" 'x1 x2 x3' 'one document'
is "$(names alfa):$(names gamma)" ':x1' 'now the second one'
echo '{"id":"x1","text":"gemeente zeta"}' >>d/d.jsonl
indexer_is 2 'another one was added behind it' d
is "$(names gemeente):$(names gamma):$(names zeta)" 'x1 x2 x3:x1:' 'the first one stays'
indexer --quiet d
printf '%s\n' '{"id":"x1","text":"gemeente eta"}' >d/e.jsonl
indexer_is 0 'the same id in another file' d
is "$(names gemeente)" 'x1 x1 x2 x3' 'is another document'
sed 's/gamma/theta/' d/d.jsonl >c && cp c d/d.jsonl
indexer_is 2 '--quiet: an id that stands twice' --quiet d
has err 'x1' '  is listed'

ix=$work/veel
awk 'BEGIN { for (i = 0; i < 200; i++) printf "{\"id\":\"zelfde\",\"text\":\"gemeente nummer%d\"}\n", i }' >veel.jsonl
indexer_is 2 '200 records with one id' --quiet veel.jsonl
is "$(total gemeente):$(names nummer0)" '1:zelfde' 'are one document, the first'

# ---- Ranges -----------------------------------------------------------------------------------
# About 10 MB: three ranges of 4 MiB.  Lines of very different lengths, some larger than a block.
mkdir groot
awk 'BEGIN {
    srand(12)
    for (i = 1; i <= 6000; i++) {
        line = ""
        words = i % 500 == 0 ? 20000 : 20 + int(rand() * 380)
        for (k = 0; k < words; k++) line = line " " sprintf("w%d", rand() * 5000)
        printf "{\"id\":\"g%d\",\"title\":\"Stuk %d\",\"text\":\"enig%dx%s\"}\n", i, i, i, line
    }
}' >groot/g.jsonl
size=$(wc -c <groot/g.jsonl)
ok "the test file of $size bytes is of three ranges" test "$size" -gt 8388608
ix=$work/een
indexer_is 0 '--jobs 1' --json --jobs 1 groot
is "$(done_value in_index)" 6000 'all records'
ix=$work/vier
indexer_is 0 '--jobs 4' --json --jobs 4 groot
is "$(done_value in_index)" 6000 'all records'
awk 'BEGIN { for (i = 1; i <= 6000; i += 7) printf "g%d\tw\tenig%dx\n", i, i; for (i = 0; i < 40; i++) printf "w%d\tw\tw%d\n", i, i }' >queries
for index in een vier; do
    "$bin/naslag-search" --index "$work/$index" --limit 1000 --trec queries | awk '{ print $1, $3 }' | sort >"found.$index"
done
ok 'the answers are the same' cmp -s found.een found.vier
is "$(awk '$1 == $2' found.een | wc -l | tr -d ' ')" 858 'and right'
awk -F'"' 'NR % 1000 == 0 { sub(/enig/, "ander") } { print }' groot/g.jsonl >c && cp c groot/g.jsonl
indexer_is 0 'six records changed' --json --jobs 4 groot
is "$(done_value documents) $(done_value in_index)" '6 6000' 'only those are written'
is "$(names ander3000x):$(names enig3000x):$(names enig3001x)" 'g3000::g3001' 'and found'

# An id in the first and in the last range.
ix=$work/ver-index
mkdir ver
{ echo '{"id":"v1","text":"gemeente vooraan"}'; cat groot/g.jsonl; echo '{"id":"v1","text":"gemeente achteraan"}'; } >ver/g.jsonl
indexer_is 2 'an id in two ranges' --quiet --jobs 4 ver
is "$(names gemeente):$(names vooraan)" 'v1:v1' 'the first one in the file is kept'
sed '2s/enig1x/anders1x/; $s/achteraan/hekkensluiter/' ver/g.jsonl >c && cp c ver/g.jsonl
indexer --quiet --jobs 4 ver
is "$(names gemeente | tr ' ' '\n' | grep -c .)" 1 'after a change there is still one'
sed '1s/vooraan/voorop/' ver/g.jsonl >c && cp c ver/g.jsonl
indexer --quiet --jobs 4 ver
is "$(names gemeente | tr ' ' '\n' | grep -c .):$(names vooraan)" '1:' 'after a change of the first there is one, not the old text'

# ---- Pages --------------------------------------------------------------------------------------
ix=$work/paginas
printf '%s\n' '{"id":"p","text":"gemeente een\fgemeente twee\fniets\fgemeente vier gemeente"}' >p.jsonl
indexer_is 0 'form feeds' p.jsonl
search_json gemeente >hit
has hit '"paginas":\[{"pagina":1,"aantal":1,"gedrukt":null,"ocr":false},{"pagina":2,"aantal":1,"gedrukt":null,"ocr":false},{"pagina":4,"aantal":2,"gedrukt":null,"ocr":false}\]' 'are pages'
is "$(total '"een gemeente"')" 0 'a phrase does not cross them'

# ---- No newline at the end; CR LF; a line that is too long ----------------------------------------
ix=$work/rand
printf '{"id":"c1","text":"gemeente een"}\r\n{"id":"c2","text":"gemeente twee"}' >c.jsonl
indexer_is 0 'CR LF, and no newline at the end' c.jsonl
is "$(names gemeente)" 'c1 c2' 'both records are there'
: >leeg.jsonl
indexer_is 0 'an empty file of records' --json leeg.jsonl
has out '"path":"leeg.jsonl","state":"empty"' 'is empty'
# An id twice, the first time without text.
rm -rf "$ix" dubbel
mkdir dubbel
printf '{"id":"x","title":"a","text":""}\n{"id":"x","title":"b","text":"De fiets staat buiten."}\n' >dubbel/a.jsonl
printf '{"id":"y","title":"c","text":"Een auto."}\n' >dubbel/b.jsonl
indexer --quiet dubbel
is "$(names fiets)" x 'the copy with text is found'
rm dubbel/a.jsonl
indexer --quiet dubbel
is "$(names fiets)" '' 'and gone with its file'

# Thousands of records with one id cost what their number does.
rm -rf "$ix"
awk 'BEGIN { for (i = 0; i < 6000; i++) print "{\"id\":\"z\",\"title\":\"t\",\"text\":\"appel " i "\"}" }' >veel.jsonl
limit=60 indexer --quiet veel.jsonl
is "$(names appel)" z 'of thousands with one id one is kept'

# Definitions of abbreviations without end.
rm -rf "$ix"
awk 'BEGIN { s = "bcdfghjklmnpqrstvwxz"
             for (i = 0; i < 40000; i++) { a = substr(s, i % 20 + 1, 1); b = substr(s, int(i / 20) % 20 + 1, 1)
                 c = substr(s, int(i / 400) % 20 + 1, 1); d = substr(s, int(i / 8000) % 20 + 1, 1)
                 printf "A%sa B%su C%si D%so (ABCD).\n", a, b, c, d } }' >begrip.txt
limit=60 indexer --quiet begrip.txt
is "$status" 0 'definitions without end take no minutes'

# A first run that was cut off while it copied its resources.
rm -rf "$ix"
mkdir -p "$ix/resources"
: >"$ix/lock"
: >"$ix/resources/c0123456789abcdef"
indexer --quiet veel.jsonl
ok 'a first run that was cut off can be repeated' test "$status" -ne 1
finish
