#!/bin/sh
# t126-boilerplate.sh - text that recurs in the documents of a source is not matched, not shown, and can be asked for.
#
# Pages are made with a cookie banner, a menu and a footer around sentences of their own.  `same_terms` compares indexes term
# by term (list-terms.c), with what their documents took every line for.
. "${NASLAG_SRC:-.}/tests/tap.sh"

terms() { "$bin/tests/list-terms" "$1" | sort; }
same_terms() { # index, index, what
    terms "$1" >t1 && terms "$2" >t2
    if ! cmp -s t1 t2; then
        diff t1 t2 | head -n 20 | sed 's/^/# | /'
    fi
    ok "$3" cmp -s t1 t2
}

# page FOLDER NUMBER: words w<number>x<k> are its own, the others recur.
page() {
    {
        printf '%s\n' 'Privacy en Cookies' \
            'Voor een optimale werking plaatst deze website koekjes op uw computer, met behulp van Matomo.' \
            'Naar de inhoud' "Pagina over onderwerp$2" ''
        awk -v n="$2" 'BEGIN {
            for (k = 1; k <= 8; k++) {
                line = "Alinea"
                for (i = 1; i <= 12; i++) line = line " w" n "x" (k * 12 + i)
                print line " einde" n "."
            }
        }'
        printf '\n%s\n%s\n' 'Over deze site | Toegankelijkheid | Contact' 'Een uitgave van het voorbeeldministerie'
    } >"$1/p$2.txt"
}

# ---- Incremental ----------------------------------------------------------------------------
mkdir s
page s 1
page s 2
indexer_is 0 'two pages' s
is "$(names matomo)" 'p1.txt p2.txt' 'what two pages share is content'
page s 3
indexer_is 0 'a third page' --json s
is "$(json_value "$work/out" 'done' documents) $(json_value "$work/out" 'done' analysed_again)" '1 2' 'the others are analysed again'
is "$(names matomo)" '' 'what three share is boilerplate, in the older two as well'
is "$(names voorbeeldministerie)" '' 'the footer too'
is "$(names terugkerend:matomo)" 'p1.txt p2.txt p3.txt' 'terugkerend: finds it'
is "$(names 'terugkerend:"privacy en cookies"')" 'p1.txt p2.txt p3.txt' 'as a phrase'
is "$(names 'terugkerend:voorbeeldm*')" 'p1.txt p2.txt p3.txt' 'by the beginning of a word'
is "$(names 'terugkerend:(optimale NEAR/3 plaatst)')" 'p1.txt p2.txt p3.txt' 'by words near each other'
is "$(names '+onderwerp2 +terugkerend:matomo')" 'p2.txt' 'together with other words'
is "$(names terugkerend:w2x14)" '' 'and nothing else'
is "$(names w2x14)" 'p2.txt' 'content is found as before'
search_json onderwerp2 >hit
lacks hit 'Naar de inhoud' 'a passage does not show it'
has hit '<mark>onderwerp2' 'but what was asked'
search_json einde2 | grep -o '"html":"[^"]*"' >hit
lacks hit 'Toegankelijkheid' 'nor does one before the footer'
search_json terugkerend:matomo >hit
has hit 'koekjes.*<mark>Matomo</mark>' 'unless it was asked for'
has hit '"titel":"Pagina over onderwerp2"' 'the title is the first line that does not recur'
indexer --status
has out 'boilerplate: [1-9][0-9]* bytes in 3 documents, [1-9]' '--status counts it'
indexer --status --json
has out '"boilerplate":{"documents":3,"bytes":[1-9]' 'also as JSON'

before=$(generation)
indexer_is 0 'nothing is new' s
is "$(generation)" "$before" 'nothing is published'

# ---- Order and jobs ----------------------------------------------------------------------------
first=$ix
ix=$work/index2
indexer_is 0 'all pages at once' --jobs 3 --json s
is "$(json_value "$work/out" 'done' analysed_again)" 0 'no page is analysed twice'
same_terms "$first" "$ix" 'the same terms as one by one'
ix=$work/index3
mkdir later
mv s/p1.txt s/p2.txt later/
indexer_is 0 'the last page first' --jobs 1 s
mv later/p1.txt s/
indexer_is 0 'then the first' --jobs 1 s
mv later/p2.txt s/
indexer_is 0 'then the second' --jobs 2 s
same_terms "$first" "$ix" 'the same terms in another order'
indexer_is 0 'analysed again' --reanalyse
same_terms "$first" "$ix" 'the same terms again'

# ---- Unlearning ----------------------------------------------------------------------------
rm s/p3.txt
indexer_is 0 'a page vanished' s
is "$(names matomo) $(names terugkerend:matomo)" 'p1.txt p2.txt ' 'what two pages share is content again'
search_json matomo >hit
has hit '"titel":"Privacy en Cookies"' 'and a title'
page s 3
indexer_is 0 'it is back' s
same_terms "$first" "$ix" 'the same terms again'
sed 's/Naar de inhoud/Naar beneden/' s/p3.txt >c && cp c s/p3.txt
indexer_is 0 'a line of it changed' s
is "$(names 'inhoud' ) $(names beneden)" 'p1.txt p2.txt p3.txt' 'a line that two pages share inside the banner'

# ---- Never too much -------------------------------------------------------------------------
ix=$work/ix-alone
mkdir alone copies
page alone 7
indexer_is 0 'one document alone' alone
is "$(names matomo):$(names terugkerend:matomo)" 'p7.txt:' 'it keeps all'
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do cp alone/p7.txt copies/k$i.txt; done
ix=$work/ix-copies
indexer_is 0 'twelve copies of one document' copies
is "$(total --without=samenvoegen matomo) $(total --without=samenvoegen w7x20) $(total terugkerend:w7x20)" '12 12 0' 'do not make it recur'
for i in 1 2 3 4 5 6; do sed "s/Pagina over onderwerp7/Versie $i van de pagina/" alone/p7.txt >copies/k$i.txt; done
indexer_is 0 'versions with another heading' copies
is "$(total --without=samenvoegen w7x20)" 12 'keep their text'
ix=$work/ix-short
mkdir short
for i in 1 2 3 4; do printf 'Privacy en cookies op deze website\nNaar de inhoud van deze pagina\nKort %s\n' $i >short/k$i.txt; done
indexer_is 0 'pages with hardly anything of their own' short
is "$(total cookies)" 4 'keep all'

# ---- A source that keeps it --------------------------------------------------------------------
ix=$work/ix-kept
printf '[source s]\npath = %s\nboilerplate = keep\n' "$work/s" >keep.conf
printf '[source s]\npath = %s\n' "$work/s" >drop.conf
page s 3
indexer_is 0 'boilerplate = keep' --config keep.conf
is "$(total matomo)" 3 'finds all of the text'
indexer_is 0 'the setting is taken out' --config drop.conf
is "$(total matomo)" 0 'and it is learned'
same_terms "$first" "$ix" 'with the same terms'
indexer_is 0 'the setting is back' --config keep.conf
is "$(total matomo)" 3 'and it is forgotten'

# ---- More documents -----------------------------------------------------------------------------
# A threshold that grows with the source: what four pages share is boilerplate of few pages, but not of many.
ix=$work/ix-many
mkdir many
i=1
while [ $i -le 110 ]; do
    awk -v n=$i 'BEGIN {
        if (n <= 4) print "Menu van de afdeling archeologie en monumenten"
        print "Kop van alle bladzijden van dit archief"
        for (k = 1; k <= 30; k++) printf "eigen%dx%d%s", n, k, k % 10 ? " " : "\n"
    }' >many/m$i.txt
    i=$((i + 1))
done
mkdir rest
mv many/m[5-9].txt many/m??.txt many/m???.txt rest/
mv rest/m5.txt rest/m6.txt many/
indexer_is 0 'six pages' many
is "$(total archeologie) $(total bladzijden)" '0 0' 'a menu and a heading recur'
mv rest/* many/
indexer_is 0 'a hundred more' many
is "$(total archeologie) $(total bladzijden)" '4 0' 'the menu no longer does'
first=$ix
ix=$work/ix-many2
indexer_is 0 'all at once' --jobs 4 many
same_terms "$first" "$ix" 'the same terms'

# ---- Pages of an archive, when they are at hand ---------------------------------------------------
seeds=${NASLAG_SEEDS:-$src/../shared/data/seeds}
if [ -e "$seeds/000_5004a48f1d64d403.txt" ]; then
    ix=$work/ix-seeds
    indexer_is 0 'five pages, three with a banner' "$seeds"
    is "$(total +matomo +ip-adres) $(total terugkerend:matomo)" '0 2' 'a banner with two versions is not found'
    is "$(total 'rapport binnengemeentelijke organisatie' | grep -c '[1-9]')" 1 'other text is'
    is "$(names +veiligheidsrendement)" '000_5004a48f1d64d403.txt 001_1243e5110d27af2e.txt' \
        'nor is a text taken for boilerplate that a page and its summary share'
else
    skip 'pages of an archive' 'set NASLAG_SEEDS to their folder'
fi

# ---- Killed ------------------------------------------------------------------------------------
# Killed at some moment of the second run, a later run comes to the same terms.
round=0
while [ $round -lt "${NASLAG_KILLS:-6}" ]; do
    round=$((round + 1))
    ix=$work/ix-killed$round
    mkdir "k$round"
    printf '[source many]\npath = %s\n' "$work/k$round" >k.conf
    cp many/m1.txt many/m2.txt "k$round/"
    indexer --config k.conf
    cp many/* "k$round/"
    "$bin/naslag-index" --index "$ix" --quiet --config k.conf >/dev/null 2>&1 &
    sleep "0.$((round * 37 % 90 + 10))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    indexer --config k.conf
    same_terms "$first" "$ix" "killed, then finished ($round)"
    rm -rf "$ix" "k$round"
done
finish
