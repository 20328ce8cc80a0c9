#!/bin/sh
# t113-formats.sh - what becomes of every kind of file: pages, HTML, encodings, odd files and odd names; and --status
# accounts for all of them.
. "${NASLAG_SRC:-.}/tests/tap.sh"

file_state() { # path: state as the event told
    sed -n "s/^{\"event\":\"file\",.*\"path\":\"$1\",\"state\":\"\([a-z]*\)\".*/\1/p" out
}

# ---- Plain text -----------------------------------------------------------------------------
mkdir s
printf 'Jaarverslag van de raad\ngemeente een\f\ngemeente twee\f\nniets\f\ngemeente vier\n' >s/ff.txt
# Each page begins with one space, as converters leave it.
awk 'BEGIN { for (p = 1; p <= 4; p++) { print " Bladzijde " p " kop"; for (i = 1; i <= 20; i++) print "regel " i " met woord" p "x" } }' >s/spatie.txt
printf 'Verslag caf\351 co\366rdinatie in de gemeente, re\353le oplossing\n' >s/latin1.txt
printf 'De \223gemeente\224 betaalt \200 100 aan collega\222s\n' >s/cp1252.txt
printf '\377\376g\000e\000m\000e\000e\000n\000t\000e\000 \000u\000t\000f\000z\000e\000s\000' >s/utf16.txt
: >s/leeg.txt
printf ' \n\t\n' >s/wit.txt
head -c 20000 /dev/urandom | tr 'a-z' '\001-\032' >s/ruis.txt
printf '\177ELF\002\001\001' >s/programma.txt
head -c 5000 /dev/zero >>s/programma.txt
printf 'GEMEENTE hoofdletters\n' >s/GROOT.TXT
indexer --json s
is $status 0 'binary files with a text name are no failures'
is "$(file_state ff.txt) $(file_state latin1.txt) $(file_state GROOT.TXT)" 'indexed indexed indexed' 'text files are indexed'
is "$(file_state leeg.txt) $(file_state wit.txt)" 'empty empty' 'an empty file, and one of white space, are empty'
is "$(file_state programma.txt) $(file_state ruis.txt)" 'skipped skipped' 'they are skipped: the content counts, not the name'
has out 'program (ELF) (application/x-executable)' '  and what they are is told'
search_json gemeente >hit
has hit '"naam":"ff.txt","titel":"Jaarverslag van de raad"' 'the title is the first line'
has hit '"paginas":\[{"pagina":1,"aantal":1,"gedrukt":null,"ocr":false},{"pagina":2,"aantal":1,"gedrukt":null,"ocr":false},{"pagina":4,"aantal":1,"gedrukt":null,"ocr":false}\]' 'form feeds are pages'
search_json woord3x >hit
has hit '"paginas":\[{"pagina":3,"aantal":20,"gedrukt":null,"ocr":false}\]' 'pages that begin with a space are pages'
is "$(names '"een gemeente"')" '' 'a phrase does not cross a page'
is "$(names cafe) $(names coordinatie) $(names reële)" 'latin1.txt latin1.txt latin1.txt' 'Latin-1 is read'
is "$(names "collega's")" 'cp1252.txt' 'Windows-1252 is read'
is "$(names utfzes)" 'utf16.txt' 'UTF-16 is read'
is "$(names hoofdletters)" 'GROOT.TXT' 'an ending in capitals counts'
is "$(names ruis)" '' 'a skipped file is not found'

# ---- HTML -----------------------------------------------------------------------------------
ix=$work/html
mkdir h
cat >h/een.html <<'EOF'
<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>Besluit &amp; toelichting</title>
<script>var scriptwoord = 1;</script><style>.stijlwoord { color: red }</style></head>
<body><!-- commentaarwoord --><h1>Kopwoord</h1><p>gemeente caf&eacute; samen<b>gesteld</b></p><p>los</p><ul><li>punt<li>komma</ul>
<noscript>zonderscript</noscript></body></html>
EOF
printf '<html><head><meta charset="iso-8859-1"><title>Oud</title></head><body><p>re\353el stuk</body></html>' >h/twee.htm
printf 'geen opmaak maar gemeentelijk\n' >h/drie.html
printf '<table><tr><td>cel</td><td>naast</td></tr></table><p hidden>verborgenwoord' >h/vier.xhtml
: >h/leeg.html
indexer_is 0 'HTML' --json h
search_json kopwoord >hit
has hit '"titel":"Besluit & toelichting"' 'the title of a page'
is "$(names cafe) $(names samengesteld) $(names reeel)" 'een.html een.html twee.htm' 'text, entities, declared encoding'
is "$(names scriptwoord)$(names stijlwoord)$(names commentaarwoord)" '' 'script, style and comments are no text'
is "$(names '"punt komma"') $(names '"cel naast"')" 'een.html vier.xhtml' 'items and cells are words of their own'
is "$(names '"puntkomma"')$(names '"celnaast"')" '' '  and not joined'
is "$(names '"gemeentelijk"')" 'drie.html' 'a page without markup'
is "$(file_state leeg.html)" 'empty' 'an empty page is empty'

# ---- Odd files and odd names ------------------------------------------------------------------
ix=$work/namen
nl='
'
mkdir -p n/map/.verborgen n/.git "n/met spatie" "n/a.b.txt.d"
printf 'gemeente goed\n' >n/goed.txt
printf 'gemeente punt\n' >n/.punt.txt
printf 'gemeente git\n' >n/.git/x.txt
printf 'gemeente diep\n' >n/map/.verborgen/x.txt
printf 'gemeente spatie\n' >"n/met spatie/twee woorden.txt"
printf 'gemeente utf\n' >n/café–ñ東.txt
printf 'gemeente regel\n' >"n/regel${nl}einde.txt"
printf 'gemeente latijn\n' >"n/caf$(printf '\351').txt"
printf 'gemeente quote\n' >"n/a\"b\\c'd&<e>.txt"
printf 'gemeente streep\n' >n/-rf.txt
printf 'gemeente map\n' >n/a.b.txt.d/x.txt
printf 'GIF89agemeente onbekend\n' >n/brief.docx
printf 'gemeente kaal\n' >n/README
printf 'gemeente kaal\n' >n/map/x.
ln -s goed.txt n/koppeling.txt
ln -s map n/mapkoppeling
ln -s nergens n/dood.txt
mkfifo n/pijp.txt
indexer_is 0 'odd files and names' --json n
ok 'every event is one line of JSON' sh -c '! grep -v "^{\"event\":.*}$" out'
is "$(total --without=samenvoegen gemeente)" 10 'ordinary files are indexed'
for word in goed spatie utf regel latijn quote streep map; do
    is "$(total "$word")" 1 "  $word"
done
is "$(total --without=samenvoegen kaal)" 2 '  also without an ending'
is "$(total punt)$(total git)$(total diep)$(total onbekend)" 0000 'files with a dot in front, and no documents, are not'
run "$bin/naslag-search" --index "$ix" quote
is $status 0 'a name with quotes is shown'
search_json latijn >hit
ok 'a name that is no UTF-8 gives valid UTF-8' sh -c 'LC_ALL=C.UTF-8 iconv -f utf-8 -t utf-8 hit >/dev/null 2>&1'
indexer --json n
is "$(json_value out 'done' unchanged) $(json_value out 'done' changed)" '11 0' 'the second time all are unchanged'

indexer_is 0 '--status --json' --status --json
has out '"reason":"not a document that is taken in: GIF image (image/gif)"' 'the reason of a file that is no document'
has out '"reason":"symbolic link (not followed)","files":3' 'the reason of symbolic links'
has out '"reason":"not a regular file"' 'the reason of a pipe'

# Totals add up: files by state to the files found, and those to what find sees.
sum_json() { # states of files: numbers of the object "files" of the only source
    sed 's/.*"files":{\([^}]*\)}.*/\1/' "$1" | tr ',' '\n' | awk -F: '{ s += $2 } END { print s + 0 }'
}
found=$(sed -n 's/.*"files_found":\([0-9]*\).*/\1/p' out)
is "$(sum_json out)" "$found" 'the states add up to the files found'
there=$(find n -name '.?*' -prune -o ! -type d -print0 | tr -dc '\000' | wc -c | tr -d ' ')
is "$found" "$there" 'and those are what find finds'
indexer_is 0 '--status' --status
has out "files  *$there$" 'the text says the same number'
is "$(sed -n 's/^    \([a-z]*\)  *\([0-9]*\) .*%$/\2/p' out | awk '{ s += $1 } END { print s }')" "$there" 'and its states add up'
has out 'skipped .* symbolic link' 'with reasons'

# ---- A file that may not be read ------------------------------------------------------------------
ix=$work/dicht
mkdir -p d/map
printf 'gemeente open\n' >d/a.txt
printf 'gemeente dicht\n' >d/dicht.txt
printf 'gemeente inmap\n' >d/map/x.txt
if [ "$(id -u)" -ne 0 ]; then
    indexer --quiet d
    chmod 0 d/map
    indexer_is 2 'a directory that may not be read: status 2' d
    has err 'd/map' '  it is named'
    is "$(names inmap)" 'map/x.txt' '  and nothing that was in it is removed'
    chmod 755 d/map
    printf 'gemeente dicht nieuw\n' >d/dicht.txt
    chmod 0 d/dicht.txt
    indexer_is 2 'a file that may not be read: status 2' d
    has err 'd/dicht.txt: .*ermission' '  it is named, and why'
    chmod 644 d/dicht.txt
    indexer_is 0 'when it may, the next run reads it' d
    is "$(names dicht)" 'dicht.txt' '  and it is found'
else
    skip 'files that may not be read' 'root may read anything'
fi

# ---- Sizes ----------------------------------------------------------------------------------------
ix=$work/maten
mkdir m
awk 'BEGIN { srand(3); for (i = 0; i < 3000000; i++) printf "%c", 97 + int(rand() * 26); print " gemeente slotwoord" }' >m/langwoord.txt
awk 'BEGIN { for (i = 0; i < 400000; i++) print "gemeente regel" i % 1000 }' >m/groot.txt
awk 'BEGIN { print "<title>Koppen</title>"; for (i = 0; i < 60000; i++) print "<h2>gemeente kop " i " over een onderwerp</h2>" }' >m/koppen.html
printf '{"id":"lang","text":"' >m/lang.jsonl
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "gemeente lijn%d ", i % 1000 }' >>m/lang.jsonl
printf '"}\n' >>m/lang.jsonl
indexer_is 0 'large files' m
is "$(names gemeente)" 'groot.txt koppen.html lang langwoord.txt' 'are found'
for word in slotwoord regel999 onderwerp lijn999; do
    run "$bin/naslag-search" --index "$ix" "$word"
    is "$status:$(grep -c "$word\|damaged" out)" "0:$(grep -c "$word" out)" "  $word, with its text"
    ok "  $word: a passage is shown" grep -q -- '^   - .*' out
done
indexer_is 0 'and analysed again' --reanalyse
is "$(names gemeente)" 'groot.txt koppen.html lang langwoord.txt' 'they are still found'

# Numbers with very many dots took a time that is quadratic in their length.
ix=$work/punten
mkdir p
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "1."; print " gemeente" }' >p/punten.txt
limit=20
indexer_is 0 'a text of 200 KB of numbers and dots takes no minutes' p
finish
