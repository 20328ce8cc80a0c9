#!/bin/sh
# t141-ranking.sh - the order of hits: hyphens, parts, names, pairs, nearness, copies; and that each can be switched off.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

cat >r.jsonl <<'END'
{"id":"kurtosis","title":"Statistiek","text":"KURTOSIS geeft de platheid van een verdeling."}
{"id":"functies","title":"Overzicht","text":"Elke functie heeft een naam. Een functie geeft een waarde."}
{"id":"wet","title":"Wet van 3 mei 1990, houdende regels over dijken","text":"De dijken worden beheerd. Deze wet wordt aangehaald als: Wet waterkering."}
{"id":"wijziging","title":"Wijziging van de Wet waterkering","text":"De Wet waterkering wordt gewijzigd. In de Wet waterkering vervalt een artikel. Wet waterkering."}
{"id":"afkorting","title":"Nota","text":"De Wet waterkering (Wwk) geldt. De Wwk is streng."}
{"id":"brief","title":"Brief","text":"Over de Wwk en nog eens de Wwk, en de Wwk."}
{"id":"ver","title":"Ver","text":"Het stuw ligt daar. Er staan bomen langs het pad en er lopen koeien door het gras, en een vogel zit op een tak. Onderhoud is nodig. Iets heel anders komt hier."}
{"id":"naast","title":"Naast","text":"Er staan bomen langs het pad en er lopen koeien door het gras. Iets heel anders komt hier, en een vogel zit op een tak. Het onderhoud stuw is klaar daar ligt het nodig."}
{"id":"ambulance","title":"Zorg","text":"De ambulancemedewerkers werden bedreigd."}
{"id":"auteur","title":"Wet van 1912 over het recht van makers","text":"Deze wet kan worden aangehaald onder den titel \"Auteurswet 1912\"."}
{"id":"noemt","title":"Auteurswet in de praktijk","text":"De Auteurswet, en nog eens de Auteurswet, en artikelen van de Auteurswet."}
{"id":"personeel","title":"Kantoor","text":"Het personeel zit op kantoor."}
END
indexer_is 0 'records' r.jsonl
first() { # QUERY [OPTION...]: the first document
    query=$1
    shift
    "$bin/naslag-search" --index "$ix" --limit 1 --trec /dev/stdin "$@" <<END | cut -d' ' -f3
q	t	$query
END
}
is "$(first KURTOSIS-functie)" kurtosis 'a word with a hyphen is asked for by its rarest token too'
is "$(names KURTOSIS-functie | grep -c functies)" 0 'but not by the others'
is "$(names onbekend-functie)" '' 'and not when nothing has the rarest'
is "$(names ambulancepersoneel)" ambulance 'a compound that nothing has: by its rarest part, in other compounds too'
is "$(names ambulancepersoneel --without=samenstellingen)" '' '  unless compounds are switched off'
is "$(first 'wet waterkering')" wet 'a document that is cited by this name comes before those that cite it'
is "$(first 'waterkering wet' | grep -c '^wet$')" 0 '  in its order'
is "$(first 'artikel 3 van de Wet waterkering')" wet '  also as a part of the query'
is "$(first 'wet waterkering' --without=namen | grep -c '^wet$')" 0 '  unless that is switched off'
is "$(first Auteurswet)" auteur 'a name in quotes behind other words, and without its year'
is "$(first Wwk)" wet 'an abbreviation finds what bears the name'
is "$(first Wwk --without=afkortingen | grep -c '^wet$')" 0 '  unless that is switched off'
is "$(first 'stuw onderhoud')" naast 'words near each other come first'
is "$(names 'de het een')" "$(names 'een het de')" 'function words alone are words'
is "$(names 'de kurtosis')" kurtosis 'with others they find nothing by themselves'

# What stands under a field, or is left out, is not met in other ways.
is "$(names 'titel:wet titel:regels' | tr ' ' '\n' | grep -c afkorting)" 0 'a pair of titles is looked for in titles'
is "$(names 'wwk -(brief nota)')" "$(names 'wwk -brief -nota')" 'an excluded group leaves out what its words do'
is "$(names 'terugkerend:brief')" '' 'a name is no recurring text'
is "$(names --without=verbuiging 'dijken regel')" "$(names --without=verbuiging,dekking 'dijken regel')" 'exact words, in pairs too'
words='a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee'
search_json "dijkwet $words" >j
ok 'a query with as many words as may be' test -s j
printf 'xyz = van de\n' >"$ix/redactie.txt"
is "$(names xyz)" 'noemt wijziging' 'a meaning of function words only'
rm "$ix/redactie.txt"
search_json Wwk >j
is "$(grep -o '"naam":"brief".*' j | grep -o '"reden":\[[^]]*' | head -n 1)" '"reden":["exact"' 'a reason is that of the whole phrase'

# Copies: the best keeps its place, the others go behind what is nearly as good.
rm -rf "$ix"
text='De gemeente beheert het riool en de waterzuivering en de straatverlichting in alle wijken, en legt daarvoor elk voorjaar een begroting voor aan de raad van de stad, die erover stemt. Riool.'
{
    for i in 1 2 3; do
        printf '{"id":"kopie%s","title":"Riool","text":"%s Stuk %s."}\n' $i "$text" $i
    done
    printf '{"id":"ander","title":"Riool","text":"Het riool stroomt over na de storm van gisteren, meldt de brandweer, die met pompen bij vier kelders in de oude haven aan het werk was tot diep in de nacht."}\n'
} >c.jsonl
indexer_is 0 'copies' c.jsonl
order() { "$bin/naslag-search" --index "$ix" --limit 4 --trec /dev/stdin "$@" <<END | cut -d' ' -f3 | tr '\n' ' '
q	t	riool
END
}
order >o
ok 'of copies only one stands before another document' sh -c "grep -q '^kopie. ander kopie' o"
is "$(order | wc -w)" 4 '  and all are found'
order --without=kopieen >p
ok '  which is not so when that is switched off' sh -c '! cmp -s o p'

# Running heads: hidden in all pages but the first.
rm -rf "$ix"
i=0
while [ $((i += 1)) -le 6 ]; do
    printf 'Jaarboek Veenkamp 1987\n\nOp bladzijde %s staat iets over de molen nummer %s en zijn molenaar.\n' $i $i
    for word in appel peer pruim kers noot druif; do
        printf 'De %s van boom %s werd in het jaar %s geplukt door buurman %s.\n' $word $i $((1900 + i)) $i
    done
    [ $i -eq 6 ] || printf '\f'
done >boek.txt
indexer_is 0 'a book' boek.txt
"$bin/naslag-search" --index "$ix" --json 'jaarboek veenkamp' >j
ok 'a running head is found on one page' test "$(grep -o '"pagina":[0-9]*,"aantal"' j | wc -l)" -eq 1
"$bin/naslag-search" --index "$ix" --json 'molenaar' >j
ok 'and in no passage' sh -c '! grep -q Veenkamp\ 1987\ Op j'
"$bin/naslag-search" --index "$ix" --json 'molenar' >j
has j '"bedoelde_u":{"vraag":"molenaar"' 'a slip'
"$bin/naslag-search" --index "$ix" --json --without=suggestie 'molenar' >j
has j '"bedoelde_u":null' '  unless that is switched off'
finish
