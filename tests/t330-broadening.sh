#!/bin/sh
# t330-broadening.sh - what a search finds beyond the exact words: exact forms, switches for one query, abbreviations with where they
# are defined, and the editor's file, through naslag-search and the daemon.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

daemon=
tap_cleanup() { [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null; }; }

cat >records.jsonl <<'EOF2'
{"id":"accent","title":"Nota","text":"Er komt één loket voor alle gemeenten."}
{"id":"plain","title":"Brief","text":"Er komt een loket bij de gemeente."}
{"id":"both","title":"Verslag","text":"Er komt een loket, en wel één loket."}
{"id":"acute","title":"Eén loket","text":"Het gaat om eén ding."}
{"id":"full","title":"Vastgoed","text":"Het pand is van het Rijksvastgoedbedrijf in Den Haag."}
{"id":"define","title":"Organisatie","text":"Het Rijksvastgoedbedrijf (RVB) beheert panden."}
{"id":"brief","title":"Onderhoud","text":"De RVB schildert het kozijn."}
{"id":"or1","title":"Raden","text":"De Ondernemingsraad Rijk (OR) vergadert."}
{"id":"or2","title":"Ruimte","text":"Het programma Omgeving Regio (OR) begint."}
{"id":"or3","title":"Leden","text":"De ondernemingsraad rijk kiest een voorzitter."}
{"id":"ambtenaar","title":"Personeel","text":"De ambtenaar tekent de eed."}
{"id":"rijks","title":"Dienst","text":"Alle rijksdienaren leggen de eed af."}
{"id":"wob","title":"Oud","text":"Een verzoek op grond van de Wob."}
{"id":"woo","title":"Nieuw","text":"Een verzoek op grond van de Woo."}
{"id":"sus","title":"Sport","text":"De korfbal- en hockeyclub vieren feest."}
{"id":"whole","title":"Feest","text":"De korfbalclub en de hockeyclub vieren feest."}
{"id":"risico","title":"Reflex","text":"De risico-regelreflex zit in beleidsprogramma's."}
{"id":"vj","title":"Ministerie","text":"Een brief van V&J aan de Kamer."}
{"id":"jenv","title":"Departement","text":"Een brief van JenV aan de Kamer."}
EOF2
indexer_is 0 'an index is made' records.jsonl

# ---- exactly as written
is "$(names loket)" 'accent acute both plain' 'a word finds it with and without accents'
is "$(names =één)" 'accent both' '=één: only with these accents'
is "$(names =eén)" 'acute' '=eén: only with those'
is "$(names '=een loket')" "$(names 'loket =een')" '=een goes before its own word only'
is "$(names '+=een +loket')" 'both plain' '=een: only without accents, also where both stand'
is "$(names 'titel:=een')" '' 'titel:=een: the title has it with an accent'
is "$(names 'titel:=eén')" 'acute' 'titel:=eén finds it'
is "$(names '="één loket"')" 'accent both' 'a phrase with accents'
is "$(names '"een loket"')" 'accent acute both plain' 'a quoted phrase without the sign takes any'
is "$(names =gemeente)" 'plain' '=gemeente: not the plural'
is "$(names gemeente)" 'accent plain' 'gemeente: the plural too'
is "$(names '+loket -=één')" 'acute plain' 'and what is excluded goes by its accents'
search_json '=één' >out
has out '<mark>één</mark>' '=één marks what it found'
lacks out 'uitbreidingen":\[{' 'and expands nothing'

# ---- exclusions
is "$(names 'feest -korfbalclub')" 'sus' 'a suspended compound is not excluded'
is "$(names =korfbalclub)" 'whole' 'nor found exactly'
is "$(names korfbalclub)" 'sus whole' 'but it is found'
is "$(names 'loket -gemeente')" 'accent acute both' 'an exclusion is not inflected'
is "$(names 'loket -(gemeente kozijn)')" 'accent acute both' 'nor in parentheses'
is "$(names 'eed -rvb')" 'ambtenaar rijks' 'nor is it an abbreviation'
is "$(names 'reflex -risico-regelreflex')" '' 'a word with hyphens is'

# ---- abbreviations
is "$(names RVB)" 'brief define full' 'an abbreviation finds what it stands for'
is "$(names Rijksvastgoedbedrijf)" 'brief define full' 'and one word its abbreviation'
search_json RVB >out
has out '"woord":"RVB","soort":"afkorting","betekenis":\["Rijksvastgoedbedrijf"\],"documenten":1' 'it is told'
has out '"document":{"id":"[0-9a-f]*","naam":"define"}' 'with where it is defined'
has out '"naam":"full".*"reden":\["afkorting"\]' 'the reason is told'
search_json Rijksvastgoedbedrijf >out
has out '"soort":"voluit","betekenis":\["RVB"\]' 'the other way round too'
search_json 'leden or' >out
has out '"betekenis":\["Ondernemingsraad Rijk","Omgeving Regio"\]\|"betekenis":\["Omgeving Regio","Ondernemingsraad Rijk"\]' \
    'an ambiguous one has its meanings'
has out '"vraag":"leden \\"ondernemingsraad rijk\\""' 'and each a query that means it'
is "$(names 'leden "ondernemingsraad rijk"')" 'or1 or3' 'which finds that'

# ---- switches
is "$(names --without=afkortingen RVB)" 'brief define' 'without abbreviations'
is "$(names --without=afkortingen Rijksvastgoedbedrijf)" 'define full' 'nor the other way round'
is "$(names --without=verbuiging gemeente)" 'plain' 'without inflection'
is "$(names --without verbuiging gemeenten)" 'accent' 'only the form itself'
is "$(names beleid)" "risico" 'a word finds a compound with it'
is "$(names --without=samenstellingen beleid)" '' 'without compounds it does not'
search_json --without=verbuiging,afkortingen RVB >out
has out '"zonder":\["verbuiging","afkortingen"\],"uitbreidingen":\[\]' 'the answer tells what was switched off'
run "$bin/naslag-search" --without=help
is "$status" 0 '--without=help'
has out "^afkortingen	[a-z]" 'lists names and what they are'
is "$(wc -l <out | tr -d ' ')" 10 'all of them'
run "$bin/naslag-search" --index "$ix" --without=onzin RVB
is "$status" 1 'an unknown name: status 1'
has err 'onzin.*kan niet worden uitgezet.*afkortingen' 'with the names there are'
for name in $("$bin/naslag-search" --without=help | cut -f 1); do
    ok "without $name there is an answer" test -n "$(total --without="$name" RVB)"
done

# ---- initials that no document explains
is "$(names 'Veiligheid en Justitie')" 'vj' 'two names with en: their initials with &'
is "$(names 'veiligheid en justitie')" '' 'words without capitals are no names'
is "$(names --without=afkortingen 'Veiligheid en Justitie')" '' 'not when abbreviations are switched off'

# ---- the editor's file
is "$(names ambtenaar)" 'ambtenaar' 'before: no synonyms'
cat >"$ix/redactie.txt" <<'EOF2'
# woorden van de redactie
ambtenaar ~ rijksdienaar ~ dienaar van het rijk   # drie
Wob > Woo
V&J ~ J&V ~ JenV
! OR = Omgeving Regio
VGD = Rijksvastgoedbedrijf
EOF2
is "$(names ambtenaar)" 'ambtenaar rijks' 'a synonym is found, in its inflections'
is "$(names ambtenaren)" 'ambtenaar rijks' 'from an inflection too'
is "$(names dienaar van het rijk | tr ' ' '\n' | grep -c 'ambtenaar\|rijks')" 2 'and from several words'
is "$(names --without=synoniemen ambtenaar)" 'ambtenaar' 'not when it is switched off'
is "$(names 'V&J')" 'jenv vj' 'names with a sign in them'
is "$(names Wob)" 'wob woo' 'a succession'
is "$(names Woo)" 'wob woo' 'goes both ways'
search_json ambtenaar >out
has out '"naam":"rijks".*"reden":\["synoniem"\]' 'the reason is told'
has out '<mark>rijksdienaren</mark>' 'and the word is marked'
has out '"soort":"synoniem","betekenis":\["rijksdienaar","dienaar van het rijk"\]' 'and what was searched for'
search_json Wob >out
has out '"naam":"wob".*"naam":"woo"' 'the name asked for comes first'
has out '"soort":"opvolger","betekenis":\["Woo"\]' 'the new name is told as such'
search_json Woo >out
has out '"soort":"voorganger","betekenis":\["Wob"\]' 'and the old one'
search_json 'leden or' >out
lacks out 'Omgeving Regio"\]' 'a forbidden pair is not used'
has out '"betekenis":\["Ondernemingsraad Rijk"\]' 'the other one is'
is "$(names VGD)" "define full" "an abbreviation of the editor's"
search_json VGD >out
has out '"redactie":true,"document":null' 'is told to be so'
echo '! OR' >>"$ix/redactie.txt"
search_json 'leden or' >out
lacks out '"soort":"afkorting"' 'a forbidden abbreviation has no meaning'

# ---- a file with mistakes
run "$bin/naslag-index" --check-words "$ix/redactie.txt"
is "$status" 0 'a good file: status 0'
is "$(cat out)" '6 rows' 'with its rows'
printf 'geen teken\na = b ~ c\n\303\050 ~ d\n' >>"$ix/redactie.txt"
run "$bin/naslag-index" --check-words "$ix/redactie.txt"
is "$status" 1 'a bad one: status 1'
has err 'redactie.txt:8: no =, ~ or > in it' 'the line is told'
has err 'redactie.txt:9: = and ~ in one row' 'each of them'
has err 'redactie.txt:10: not valid UTF-8' 'also of bytes that are no text'
run "$bin/naslag-search" --index "$ix" ambtenaar
is "$status" 0 'a search goes on'
has out Dienst 'with the rows that are good'
has err 'naslag-search: .*redactie.txt:8: no =' 'and tells what is wrong'
run "$bin/naslag-index" --check-words "$ix/nergens"
is "$status" 1 'a file that is not there: status 1'
rm "$ix/redactie.txt"
mkdir "$ix/redactie.txt"
run "$bin/naslag-search" --index "$ix" ambtenaar
is "$status" 0 'a folder in its place does not stop a search'
has err 'redactie.txt is no file' 'but is told'
rmdir "$ix/redactie.txt"

# ---- the daemon
if ! command -v curl >/dev/null; then
    skip 'the daemon' 'curl is not installed'
    finish
    exit
fi
"$bin/naslag-searchd" --index "$ix" --listen 127.0.0.1:0 --workers 1 2>log &
daemon=$!
tries=0
until base=$(sed -n 's,^.*listening on \(http://[^/]*\)/$,\1,p' log) && [ -n "$base" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { echo 'Bail out! naslag-searchd does not start'; exit 99; }
    sleep 0.05
done
get() { curl -s -g -m 20 "$base$1" >page; }
get '/zoeken?q=RVB'
has page '<b>RVB</b> is ook gezocht als <a href="/zoeken?q=%22rijksvastgoedbedrijf%22">Rijksvastgoedbedrijf</a>' 'the page tells'
has page '(1 document, zoals define)' 'with where it is defined'
has page '<a href="/zoeken?q=RVB&amp;zonder=afkortingen">alleen RVB</a>' 'and has a link that switches it off'
get '/zoeken?q=RVB&zonder=afkortingen'
lacks page 'is ook gezocht' 'which does'
has page '<a href="/zoeken?q=RVB">weer aanzetten</a>' 'and has one that switches it on again'
get '/zoeken?q=loket+pand+eed+verzoek+feest+brief+programma+kozijn+voorzitter&zonder=namen'
has page 'zonder=namen&amp;pagina=2' 'paging keeps it'
is "$(curl -s -g -m 20 -o page -w '%{http_code}' "$base/v1/documenten?q=RVB&zonder=onzin")" 400 'an unknown name: 400'
has page '"parameter":"zonder"' 'it names the parameter'
is "$(curl -s -g -m 20 -o page -w '%{http_code}' "$base/zoeken?q=RVB&zonder=onzin")" 400 'on the page too'
get '/v1/documenten?q=RVB&zonder=verbuiging,afkortingen'
has page '"aantal":2' 'the interface takes it'
get '/v1/documenten?q=ambtenaar'
has page '{"totaal":{"aantal":1,' 'before: no synonyms'
printf 'ambtenaar ~ rijksdienaar\nfout\n' >"$ix/redactie.txt"
get '/v1/documenten?q=ambtenaar'
has page '{"totaal":{"aantal":2,' "the editor's file holds at once"
has log 'redactie.txt:2: no =' 'and the log tells what is wrong'
rm "$ix/redactie.txt"
get '/v1/documenten?q=ambtenaar'
has page '{"totaal":{"aantal":1,' 'and no more when it is gone'
finish
