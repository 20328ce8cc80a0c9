#!/bin/sh
# t147-archives.sh - archives, mailboxes and web archives in an index: their members are found, accounted for, and follow the file.
. "${NASLAG_SRC:-.}/tests/tap.sh"

state_of() { # path: state as the event told
    sed -n "s/^{\"event\":\"file\",.*\"path\":\"$1\",\"state\":\"\([a-z]*\)\".*/\1/p" out
}
mail() { # subject, text
    printf 'From a@b Mon Mar  1 12:00:00 2021\nFrom: a@b.nl\nTo: c@d.nl\nSubject: %s\nDate: Mon, 1 Mar 2021 12:00:00 +0100\n\n%s\n\n' "$1" "$2"
}
capture() { # url, status, text
    printf 'HTTP/1.1 %s x\r\nContent-Type: text/html\r\n\r\n<title>Pagina</title><p>%s' "$2" "$3" >antwoord
    printf 'WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2021-03-01T12:00:00Z\r\nContent-Type: application/http\r\nContent-Length: %s\r\n\r\n' \
        "$1" "$(wc -c <antwoord | tr -d ' ')"
    cat antwoord
    printf '\r\n\r\n'
}

mkdir -p s/map pak/binnen
printf 'gemeente appel\n' >pak/een.txt
printf '<title>Twee</title><p>gemeente peer' >pak/binnen/twee
printf 'GIF89a\n' >pak/beeld.txt
tar -cf s/map/stukken -C pak . # no ending
tar -cf pak/diep.tar -C pak/binnen .
gzip -c pak/een.txt >s/los.txt.gz
tar -cf - -C pak diep.tar | gzip >s/dubbel.tgz
mail 'Eerste brief' 'gemeente kers' >s/post
mail 'Tweede brief' 'gemeente druif' >>s/post
{ capture https://x.nl/a 200 'gemeente banaan'; capture https://x.nl/weg 404 'gemeente foutpagina'; } >s/web.warc
gzip -c s/web.warc >s/web2.warc.gz
printf 'gemeente citroen\n' >s/document.pdf
printf '\037\213\010kapot' >s/kapot.gz
head -c 400 s/dubbel.tgz >s/half.tgz
: >s/leeg.zip

indexer --json s
is $status 2 'what is damaged is a failure'
is "$(state_of map\\/stukken) $(state_of los.txt.gz) $(state_of dubbel.tgz) $(state_of post) $(state_of web.warc) $(state_of document.pdf)" \
    'indexed indexed indexed indexed indexed indexed' 'archives, packed files, a mailbox, a web archive, a text with a wrong name'
is "$(state_of kapot.gz) $(state_of leeg.zip)" 'failed empty' 'a damaged one and an empty one'
is "$(names --without=samenvoegen appel)" 'een.txt los.txt.gz' 'a member is found, under its path in the archive'
is "$(names --without=samenvoegen peer)" 'binnen/twee diep.tar!/twee diep.tar!/twee' '  also one of an archive in an archive'
is "$(total kers) $(total druif)" '1 1' 'each mail of a mailbox is a document'
search_json druif >hit
has hit '"titel":"Tweede brief"' '  with its subject'
is "$(total --without=samenvoegen banaan)" 2 'a page of a web archive, plain and compressed'
search_json banaan >hit
has hit '"url":"https://x.nl/a"' '  with its address'
has hit '"gearchiveerd":"2021-03-01"' '  and the day of its capture'
is "$(total --without=samenvoegen banaan gearchiveerd:2021)" 2 '  which can be filtered on'
is "$(total foutpagina)" 0 'an error page is not taken in'
is "$(names citroen)" 'document.pdf' 'a text with the name of a PDF'

indexer_is 0 '--status --json' --status --json
found=$(sed -n 's/.*"files_found":\([0-9]*\).*/\1/p' out)
is "$(sed 's/.*"files":{\([^}]*\)}.*/\1/' out | tr ',' '\n' | awk -F: '{ s += $2 } END { print s + 0 }')" "$found" 'the states add up'
is "$found" "$(find s -type f | wc -l | tr -d ' ')" '  to the files there are'
has out '"state":"skipped","reason":"the web server answered with status 404","records":2' 'why a record is not taken in'
has out '"state":"skipped","reason":"not a document that is taken in: GIF image (image/gif)","records":1' '  and another'
has out '"records_with_other_reasons":0' '  and that is all of them'
indexer_is 0 '--status' --status
has out '^    failed .*%  the archive cannot be read' 'a reason with its share'

indexer_is 0 'the next run' --json s
is "$(json_value out 'done' changed) $(json_value out 'done' documents)" '0 0' '  finds nothing changed'
mail 'Derde brief' 'gemeente pruim' >>s/post
rm pak/een.txt
tar -cf s/map/stukken -C pak .
indexer_is 0 'a mailbox that grew and an archive that lost a member' --json s
is "$(json_value out 'done' changed)" 2 '  are read again'
is "$(total pruim) $(total kers)" '1 1' '  the new mail is found, the others stay'
is "$(names appel)" 'los.txt.gz' '  and the member is gone'
rm s/post
indexer_is 0 'a mailbox that is gone' s
is "$(total druif)" 0 '  takes its mails along'

# ---- Limits and --explain ----------------------------------------------------------------------
run "$bin/naslag-index" --explain s/dubbel.tgz
is $status 0 '--explain of an archive'
has out '^record diep.tar!/twee' '  shows its members'

# ---- A name that says "lines" of something else, larger than a range ------------------------------
ix=$work/vals-index
mkdir vals lang
awk 'BEGIN { for (i = 0; i < 190000; i++) print "gemeente framboos " i }' >lang/a.txt
printf 'gemeente aardbei\n' >lang/b.txt
tar -cf vals/x.jsonl -C lang .
indexer_is 0 'an archive that is called .jsonl' --json vals
has out '"path":"x.jsonl","state":"indexed","records":2' '  is an archive'
is "$(names aardbei)" 'b.txt' '  also behind the first range'

# ---- Real files, when they are there -------------------------------------------------------------
data=${NASLAG_DATA:-$src/../shared/data}/files
for folder in warc odd-mail html; do
    if [ -d "$data/$folder" ]; then
        ix=$work/echt-$folder
        indexer --json "$data/$folder"
        case $folder in odd-mail) failed='2 1' ;; *) failed='0 0' ;; esac # an attachment is a PDF that is damaged
        is "$status $(json_value out 'done' failed)" "$failed" "$folder: no failure but those that are known"
        is "$(grep -c '^{"event":"file"' out)" "$(find "$data/$folder" -type f | wc -l | tr -d ' ')" '  each file has its state'
    else
        skip "$folder" 'the data are not there'
    fi
done
finish
