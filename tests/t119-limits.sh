#!/bin/sh
# t119-limits.sh - what one document may take is an option, what is cut off is told, and with other limits it is read again.
. "${NASLAG_SRC:-.}/tests/tap.sh"

state_of() { # path: state as the event told
    sed -n "s/^{\"event\":\"file\",.*\"path\":\"$1\",\"state\":\"\([a-z]*\)\".*/\1/p" out
}
reason_of() {
    sed -n "s/^{\"event\":\"file\",.*\"path\":\"$1\",.*\"reason\":\"\([^\"]*\)\".*/\1/p" out
}

mkdir -p s pak/diep pdf
printf 'gemeente klein\n' >s/klein.txt
awk 'BEGIN { printf "gemeente begin\n"; for (i = 0; i < 2000; i++) printf "de co\303\253ffici\303\253nt van de gemeenteraad\n"; print "einde" }' \
    >s/groot.txt
{ printf '<title>Pagina</title><p>gemeente voorkant'; awk 'BEGIN { for (i = 0; i < 4000; i++) print "<p>woord" }'; } >s/groot.html
{ printf '%%PDF-1.4\n'; head -c 20000 /dev/zero; } >s/groot.pdf
awk 'BEGIN { for (i = 1; i <= 9; i++) printf "gemeente bladzij%c\f", 64 + i }' >s/bladen.txt
printf '<title>%0300d</title><p>gemeente titel' 7 >s/titel.html
for i in 1 2 3 4 5; do printf 'gemeente lid%s\n' "$i" >"pak/$i.txt"; done
tar -cf s/leden.tar -C pak 1.txt 2.txt 3.txt 4.txt 5.txt
tar -cf pak/diep/een.tar -C pak 1.txt
tar -cf pak/diep/twee.tar -C pak/diep een.tar
tar -cf s/diep.tar -C pak/diep twee.tar
mkdir bom && awk 'BEGIN { for (i = 0; i < 2000000; i++) print "de gemeente en de raad van de gemeente" }' >bom/bom.txt
tar -cf - -C bom bom.txt | gzip -9 >s/bom.tgz
rm -r bom

small='--max-file-bytes 16K --max-pages 4 --max-title 100 --max-members 3 --max-depth 2 --max-ratio 2'
indexer --json $small s # each word an option
is $status 2 'a run with small limits'
is "$(state_of klein.txt)" indexed 'what is within them is taken in'
is "$(state_of groot.txt) $(state_of groot.html)" 'truncated truncated' 'of a large text or page the beginning is read'
has out '"path":"groot.txt",.*"reason":"cut off: [0-9]* bytes of text were over a limit' '  and how much was cut off is told'
is "$(reason_of groot.txt | tr -cd 0-9)" "$(($(wc -c <s/groot.txt) - 16380))" '  to the byte, up to a whole character'
is "$(total begin) $(total voorkant) $(total einde)" '1 1 0' '  and that much is found'
is "$(state_of groot.pdf)" failed 'a large PDF is not read'
is "$(reason_of groot.pdf)" 'the file is larger than the limit of 16384 bytes' '  for that reason'
is "$(state_of bladen.txt)" truncated 'pages over their number are cut off'
is "$(total bladzijD) $(total bladzijE)" '1 0' '  behind the last that is allowed'
search_json titel >hit
is "$(sed -n 's/.*"titel":"\(0*\)".*/\1/p' hit | tr -d '\n' | wc -c | tr -d ' ')" 100 'a title is cut'
is "$(reason_of titel.html)" 'cut off: 200 bytes of text were over a limit; 200 of them are of the title' '  and how much of it is told'
is "$(state_of leden.tar)" truncated 'members over their number are left out'
is "$(reason_of leden.tar)" 'cut off: 2 members over the limit of 3' '  which is told'
is "$(state_of diep.tar)" truncated 'an archive too deep is not opened'
is "$(reason_of diep.tar)" 'cut off: 1 containers nested deeper than 2' '  which is told'
is "$(state_of bom.tgz)" truncated 'one that gives too much is stopped'
has out '"path":"bom.tgz",.*"reason":"cut off after 67[0-9]* unpacked bytes' '  which is told'
indexer_is 0 '--status' --status
has out 'truncated  *7 ' 'all of them are counted'

indexer_is 0 'with the same limits' --json $small s
is "$(grep '"event":"file"' out)" '' 'nothing is read again'
indexer_is 2 'with those of the program' --json s
is "$(sed -n 's/.*"event":"file".*"path":"\([^"]*\)".*/\1/p' out | sort | tr '\n' ' ')" \
    'bladen.txt bom.tgz diep.tar groot.html groot.pdf groot.txt leden.tar titel.html ' 'what failed or was cut off is read again, and no more'
is "$(state_of groot.txt) $(state_of bladen.txt) $(state_of leden.tar) $(state_of diep.tar)" 'indexed indexed indexed indexed' \
    '  and is complete now'
is "$(total einde) $(total bladzijE) $(total lid5)" '1 1 1' '  as searching finds'
is "$(reason_of groot.pdf)" 'the PDF is damaged beyond reading: PDF document is damaged' 'what fails has another reason'

indexer_is 1 'a size that is none' --max-file-bytes veel s
has err 'max-file-bytes takes a size such as 256M' '  is refused'
indexer_is 1 'a size that is too small' --max-text-bytes 1K s
indexer_is 1 'a depth that is too large' --max-depth 100 s
has err 'max-depth wants a whole number from 1 to 16' '  is refused'
indexer_is 0 'a text limit' --quiet --max-text-bytes 4K --reanalyse
run "$bin/naslag-index" --explain s/groot.txt --max-text-bytes 4K
has out '^  cut_off_bytes: [1-9]' 'an explanation keeps to limits, too'
finish
