#!/bin/sh
# t114-config.sh - sources from a configuration file: names, addresses, types; errors with file and line; --forget; a
# source that is not there empties nothing.
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir -p archief/beleid/map archief/nota
printf 'gemeente een\n' >archief/beleid/een.txt
printf 'gemeente twee\n' >"archief/beleid/map/twee & half%é.txt"
printf 'gemeente drie\n' >archief/nota/drie.txt
printf '{"id":"r1","text":"gemeente vier","url":"https://elders.nl/4"}\n{"id":"r2","text":"gemeente vijf","type":"brief"}\n' \
    >archief/nota/rij.jsonl

cat >archief/naslag.conf <<'EOF'
; twee bronnen
[source beleid]
path = beleid
url = https://archief.voorbeeld.nl/beleid/
collection = Beleidsprogramma's
type = programma

[source nota]
path = ./nota
EOF
indexer_is 0 'an index from a configuration file' --config archief/naslag.conf
is "$(total gemeente)" 5 'relative to that file'
search_json gemeente >hit
has hit '"naam":"een.txt".*"url":"https://archief.voorbeeld.nl/beleid/een.txt","bron":"Beleidsprogramma'"'"'s","soort":"programma"' \
    'address, collection and type'
has hit '"url":"https://archief.voorbeeld.nl/beleid/map/twee%20%26%20half%25%C3%A9.txt"' 'odd characters are percent-encoded'
has hit '"naam":"drie.txt","titel":"[^"]*","url":null,"bron":"nota","soort":null' 'the other source has none, and its own name'
has hit '"naam":"r1","titel":"[^"]*","url":"https://elders.nl/4"' "a record's own address"
has hit '"naam":"r2".*"soort":"brief"' "a record's own type"
indexer --status
has out "^source Beleidsprogramma's ($work/archief/beleid)" '--status names the source and its place'
(cd / && timeout "$limit" "$bin/naslag-index" --index "$ix" --config "$work/archief/naslag.conf" --json) >out
is "$(json_value out 'done' unchanged)" 4 'from another directory it is the same'

# ---- Errors -------------------------------------------------------------------------------------
bad_config() { # pattern, what; the file is on standard input
    cat >bad.conf
    ix=$work/geen
    indexer_is 1 "refused: $2" --config bad.conf
    has err "$1" '  with file and line, or the name'
    ok '  no index is made' test ! -e "$work/geen/current"
    rm -rf "$work/geen"
    ix=$work/index
}
bad_config 'bad.conf:3: .*kleur' 'an unknown setting' <<'EOF'
[source a]
path = archief/beleid
kleur = rood
EOF
bad_config 'bad.conf:2: .*\[bron a\]' 'an unknown section' <<'EOF'
[bron a]
path = archief/beleid
EOF
bad_config 'bad.conf:3:' 'a line that is nothing' <<'EOF'
[source a]
path = archief/beleid
zomaar een regel
EOF
bad_config 'bad.conf:2: .*archief/weg' 'a path that is not there' <<'EOF'
[source a]
path = archief/weg
EOF
bad_config "source 'a' has no path" 'a source without a path' <<'EOF'
[source a]
url = https://x/
EOF
bad_config 'names no source' 'no source' </dev/null
bad_config "two sources are called 'a'" 'a name twice' <<'EOF'
[source a]
path = archief/beleid
[source b]
path = archief/nota
collection = a
EOF
bad_config 'bad.conf:4: .*path\|two sources' 'the same section twice, one after the other' <<'EOF'
[source a]
path = archief/beleid
[source a]
path = archief/nota
EOF
bad_config 'two sources\|bad.conf:[0-9]' 'the same section twice' <<'EOF'
[source a]
path = archief/beleid
[source b]
path = archief/beleid
[source a]
path = archief/nota
EOF
bad_config 'bad.conf:[0-9]*:\|collection' 'a collection name of 400 characters' <<EOF
[source a]
path = archief/beleid
collection = $(printf '%0400d' 0)
EOF
run "$bin/naslag-index" --index "$work/geen" archief/beleid archief/nota/../beleid
is $status 1 'refused: a directory twice on the command line'
has err "two sources are called 'beleid'" '  with the name'

# ---- Long values ----------------------------------------------------------------------------------
deep=archief/$(printf 'd%.0s' $(awk 'BEGIN { for (i = 0; i < 120; i++) print i }'))/$(printf 'e%.0s' $(awk 'BEGIN { for (i = 0; i < 150; i++) print i }'))
mkdir -p "$deep"
printf 'gemeente diep\n' >"$deep/x.txt"
cat >lang.conf <<EOF
[source diep]
path = $deep
url = https://voorbeeld.nl/$(printf '%0300d' 0)/
EOF
# inih has lines of at most 200 characters: a longer one must be refused, not cut in two.
ix=$work/lang
indexer --config lang.conf
if [ "$status" -eq 0 ]; then
    is "$(names diep)" 'x.txt' 'a path and an address of 300 characters are taken'
else
    is "$status" 1 'a path and an address of 300 characters are refused'
fi
has err 'lang.conf:2: .*too long\|1 documents' '  with file and line'
ix=$work/index
cat >naam.conf <<'EOF'
[source Beleidsprogramma's en jaarverslagen van de gemeente, deel een]
path = archief/beleid
[source Beleidsprogramma's en jaarverslagen van de gemeente, deel twee]
path = archief/nota
EOF
ix=$work/naam
indexer --config naam.conf
if [ "$status" -eq 0 ]; then
    is "$(total gemeente)" 5 'two long section names that begin alike are two sources'
else
    is "$status" 1 'two long section names that begin alike are refused'
    has err 'naam.conf:4: ' '  with file and line'
fi
ix=$work/index

# ---- A source that is not there; --forget ----------------------------------------------------------
mv archief/nota archief/weg
before=$(generation)
indexer_is 1 'a source that is not there' --config archief/naslag.conf
has err 'nothing was removed' '  stops the run'
is "$(total gemeente) $(generation)" "5 $before" '  and empties nothing'
mv archief/weg archief/nota
sed '/source nota/,$d' archief/naslag.conf >archief/minder.conf
indexer_is 0 'a configuration without it' --config archief/minder.conf
is "$(total gemeente)" 5 '  empties nothing either'
indexer_is 0 '--forget' --forget nota
is "$(names gemeente)" 'een.txt map/twee & half%é.txt' '  does'
indexer --status
lacks out 'source nota' '  and --status knows it no more'
indexer_is 1 '--forget of what is not there' --forget nota
has err "no source called 'nota'" '  says so'
indexer_is 0 'after that it can come back' --config archief/naslag.conf
is "$(total gemeente)" 5 '  with all its documents'
mkdir -p elders/nota
printf 'gemeente elders\n' >elders/nota/x.txt
indexer_is 1 'the same name from another place is refused' elders/nota
has err "'nota' is already indexed from $work/archief/nota" '  and says from where'
is "$(total gemeente)" 5 '  nothing changed'
indexer_is 0 'sources on the command line and in a file' --config archief/naslag.conf elders
is "$(total gemeente)" 6 '  are all taken'
indexer_is 0 'one of several sources alone' elders
is "$(total gemeente)" 6 '  leaves the others as they are'
finish
