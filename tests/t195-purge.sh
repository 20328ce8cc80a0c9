#!/bin/sh
# t195-purge.sh - a purged document leaves nothing behind: not in terms, texts, data, dictionaries, the ledger or older generations,
# and does not come back (issue 4).
#
# The checks look for words that no other document has, in the bytes of every file of the index and in all that list-stored unpacks:
# also what is dead or what no manifest names.
. "${NASLAG_SRC:-.}/tests/tap.sh"

# ---- A collection with something to hide ----------------------------------------------------------
document() { # number, version: about 20 KB that resembles others
    awk -v n="$1" -v v="$2" 'BEGIN {
        srand(n * 1000 + v)
        printf "Besluit %d\n\ngemeente stuk%dx versie%dx\n", n, n, v
        for (i = 0; i < 150; i++)
            printf "Gelet op artikel %d van de Algemene wet bestuursrecht besluit de raad onder nummer %d de subsidie van %d euro te verlenen.\n", \
                rand() * 500, rand() * 1000000, rand() * 100000
    }'
}
# A complaint, long enough for the dictionary to learn from; its words stand in no other document.
secret() { # name that tells one from another
    printf 'Klacht van mevrouw Zwabberink%s\n\n' "$1"
    i=0
    while [ $i -lt 60 ]; do
        i=$((i + 1))
        printf 'Mevrouw Zwabberink%s uit Lutjebroek%s kreeg schuldhulp onder dossiernummer Qwk%s%s van consulent Fladderbos%s.\n' \
            "$1" "$1" $i "$1" "$1"
    done
}
words() { echo "zwabberink$1 lutjebroek$1 fladderbos$1 qwk7$1"; }
capture() { # url, text
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Pagina</title><p>' >antwoord
    printf '%s' "$2" >>antwoord
    printf 'WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Type: application/http\r\nContent-Length: %s\r\n\r\n' \
        "$1" "$3" "$(wc -c <antwoord | tr -d ' ')"
    cat antwoord
    printf '\r\n\r\n'
}
mkdir -p s/map pak
i=0
while [ $i -lt 45 ]; do
    i=$((i + 1))
    document $i 0 >s/f$i.txt
done
secret aap >s/klacht.txt
secret noot >pak/binnen.txt
document 99 0 >pak/besluit.txt
tar -cf s/map/stukken.tar -C pak binnen.txt besluit.txt
{
    capture https://x.nl/klacht "$(secret mies)" 2021-03-01T12:00:00Z
    capture https://x.nl/klacht "$(secret mies) gewijzigd" 2021-04-01T12:00:00Z
    capture https://x.nl/anders 'gemeente banaan' 2021-03-01T12:00:00Z
} >s/web.warc
{
    printf '{"id":"r1","title":"Klacht Zwabberinkwim","url":"https://x.nl/wim","text":"%s"}\n' "$(secret wim | tr '\n' ' ')"
    printf '{"id":"r2","title":"Ander","url":"https://x.nl/r2","text":"gemeente peer"}\n'
} >s/r.jsonl
printf 'From a@b Mon Mar  1 12:00:00 2021\nFrom: a@b.nl\nTo: c@d.nl\nSubject: Klacht\nDate: Mon, 1 Mar 2021 12:00:00 +0100\n\n%s\n\n' \
    "$(secret zus)" >s/post
printf 'From a@b Mon Mar  1 12:00:00 2021\nFrom: a@b.nl\nTo: c@d.nl\nSubject: Tweede\nDate: Mon, 1 Mar 2021 12:00:00 +0100\n\ngemeente druif\n\n' >>s/post
touch -d 2020-01-01 s/* s/map/*
indexer_is 0 'a first run' --quiet --keep 3 s

# Older versions, renamed ones and copies lie in other parts, some of them dead.
secret aap >s/klacht.txt; echo 'tweede versie met Oudewoordaap' >>s/klacht.txt
touch -d 2020-02-01 s/klacht.txt
indexer_is 0 'a night in which it changed' --quiet s
secret aap >s/klacht.txt; echo 'derde versie' >>s/klacht.txt
cp s/klacht.txt s/kopie.txt
touch -d 2020-03-01 s/klacht.txt s/kopie.txt
document 50 0 >s/f50.txt
indexer_is 0 'and one in which it changed again, and was copied' --quiet s
ok 'there are several parts' test "$(parts)" -gt 1

# Where something that was purged is still to be seen, by words; nothing when there is nothing.
traces() { # word...
    "$bin/tests/list-stored" "$ix" >stored || echo 'list-stored failed'
    for word in "$@"; do
        grep -a -i -q "$word" stored && echo "$word: stored: $(grep -a -i "$word" stored | head -n 1 | cut -c 1-80)"
        find "$ix" -type f ! -path '*/resources/*' -exec grep -a -i -l "$word" {} +
        tr -d '\000' <"$ix/ledger.db" | grep -a -i -q "$word" && echo "$word: ledger"
    done
    :
}
id_of() { search_json "$1" | grep -o '"id":"[0-9a-f]*"' | head -n 1 | sed 's/.*:"//; s/"//'; }
all=$(find "$ix" -type f -exec cksum {} + | sort)

# shellcheck disable=SC2046 # words
for name in aap noot mies wim zus; do
    ok "the check sees $name before" test -n "$(traces $(words $name))"
done
ok 'and an older version that is dead' grep -a -q Oudewoordaap stored
sed -n '/^dictionary /,$p' stored >dictionary
ok 'and the dictionary has words of them, too' grep -a -q -i 'zwabberink' dictionary

# ---- What changes nothing --------------------------------------------------------------------------
indexer --purge bestaat-niet --reason x
is $status 6 'what the index does not know has a status of its own'
has err 'knows no document' '  and a message'
indexer --purge s/klacht.txt
is $status 1 'a reason is required'
indexer --purge s/klacht.txt --reason "$(printf 'a\nb')"
is $status 1 '  on one line'
indexer --purge '' --reason x
is $status 1 'a name is required'
indexer --purge "$work/s" --reason x
is $status 6 'a folder is no document'
indexer --purge s --reason x
is $status 6 '  nor is a source'
indexer --index nergens --purge x --reason x
is $status 1 'there must be an index'
ok '  and none is made' test ! -e nergens
indexer --purge x --purged --reason x
is $status 1 'purging and listing do not go together'
indexer --purge klacht.txt --dry-run
is $status 0 '--dry-run'
is "$(sed 's/ [0-9a-f]\{16\}//' out | sort)" \
    "$(printf 'purge  file             s/klacht.txt\npurge  s/klacht.txt\npurge  s/kopie.txt (the same content)\n' | sort)" \
    '  lists the file, and its copy'
is "$(find "$ix" -type f ! -name 'ledger.db-*' -exec cksum {} + | sort)" "$(echo "$all" | grep -v 'ledger.db-')" '  and changes nothing'
indexer_is 0 '--purged' --purged
has out 'nothing was purged' '  says that there is nothing'

# ---- By path: all versions, and the copy ------------------------------------------------------------
clean() { # name, what
    # shellcheck disable=SC2046 # words
    is "$(traces $(words "$1"))" '' "$2: nothing is left of it in any file"
}
before=$(generation)
indexer_is 0 'a purge by path' --purge klacht.txt --reason 'AVG-verzoek 12'
clean aap 'by path'
is "$(traces oudewoordaap)" '' '  nor of an older version that was dead'
is "$(total zwabberinkaap)" 0 'it is not found'
search_json zwabberinkaa >hit
lacks hit 'bedoelde_u":"' 'nor suggested'
is "$(names stuk50x)$(names stuk7x)" 'f50.txtf7.txt' 'others are'
ok 'it is a generation of its own' test "$(generation)" -gt "$before"
is "$(ls "$ix/generations")" "$(generation)" 'and the only one'
indexer --rollback
is $status 1 'there is nothing to go back to'
indexer_is 0 'the index is sound' --verify
ok 'the log has a line' grep -q '"action":"purge","tombstone":1,"kind":"path","user":"[^"]*","reason":"AVG-verzoek 12","documents":2,"copies":1' "$ix/purge.log"
lacks "$ix/purge.log" 'lacht' '  without title or path'
search_json stuk50x >hit
has hit 'Algemene wet bestuursrecht' 'texts that stay can be read'
ok 'the texts still have a dictionary' sh -c "ls '$ix/texts' | grep -q '^d'"

# ---- By id, by member, by address -----------------------------------------------------------------
id=$(id_of zwabberinkzus)
indexer_is 0 'a purge by id' --json --purge "$id" --reason zus
has out "\"event\":\"purged\",\"id\":\"$id\",\"source\":\"s\",\"path\":\"post\"" '  is told as an event'
clean zus 'by id'
is "$(names druif | wc -w | tr -d ' ')" 1 'the other mail of the mailbox is there'
indexer_is 0 'a member of an archive' --quiet --purge 'map/stukken.tar!/binnen.txt' --reason noot
clean noot 'by path in an archive'
is "$(names stuk99x)" 'besluit.txt' 'its neighbour is there'
indexer_is 0 'an address' --quiet --purge https://x.nl/klacht --reason mies
clean mies 'by address, both captures'
is "$(names banaan | wc -w | tr -d ' ')" 1 'another address is there'
is "$(traces 'x.nl/wim' | grep -c .)" 2 'the address of a record is in the index'
indexer_is 0 'the address of a line' --quiet --purge https://x.nl/wim --reason wim
clean wim 'by address in a file of lines'
is "$(traces 'x.nl/wim')" '' '  nor its address'
is "$(names peer)" r2 'the other line is there'
indexer_is 0 'the index is sound' --verify

# ---- It does not come back --------------------------------------------------------------------------
indexer_is 0 'the next run' --json s
is "$(json_value out 'done' new)$(json_value out 'done' vanished)" 00 '  finds nothing new'
for name in aap noot mies wim zus; do clean $name "after a run, $name"; done
indexer_is 0 'analysing again' --quiet --reanalyse
for name in aap noot mies wim zus; do clean $name "after --reanalyse, $name"; done
# Other times, a changed file, the same content elsewhere: as a file, in an archive, with other white space.
secret aap >s/klacht.txt; echo 'vierde versie' >>s/klacht.txt
secret wim >s/elders.txt
{ secret aap; printf '\n\n\fderde   versie\n'; } >pak/stiekem.txt
tar -cf s/map/nieuw.tar -C pak stiekem.txt besluit.txt
secret noot >pak/binnen.txt; echo 'nog iets' >>pak/binnen.txt
tar -cf s/map/stukken.tar -C pak binnen.txt besluit.txt
{ cat s/web.warc; capture https://x.nl/klacht "$(secret mies) en later" 2022-04-01T12:00:00Z; } >web && mv web s/web.warc
sed -i 's/Klacht/Nogmaals/' s/r.jsonl
printf '{"id":"r3","url":"https://x.nl/r3","text":"gemeente kers"}\n' >>s/r.jsonl
touch s/post
indexer_is 0 'a run over changed files and copies' --quiet s
for name in aap noot mies wim zus; do clean $name "after changes, $name"; done
is "$(names kers)" r3 'what is new beside it is taken in'
search_json stuk99x >hit
has hit '"naam":"besluit.txt".*"vindplaatsen":{"aantal":2,' '  and in the archives, a result with two places'
indexer --status
ok '--status tells why' grep -q 'skipped .*purged on [0-9-]*: AVG-verzoek 12' out
indexer --status --json
found=$(sed -n 's/.*"files_found":\([0-9]*\).*/\1/p' out)
is "$(sed 's/.*"files":{\([^}]*\)}.*/\1/' out | tr ',' '\n' | awk -F: '{ s += $2 } END { print s + 0 }')" "$found" 'the states add up'
is "$found" "$(find s -type f | wc -l | tr -d ' ')" '  to the files there are'
has out '"tombstones":{"all":5,"pending":0}' '  and tombstones are counted'

# ---- Again, the list, and taking one away -----------------------------------------------------------
sum=$(generation)
indexer_is 0 'the same purge again' --purge klacht.txt --reason nogmaals
has err 'purged before' '  says that it was done'
is "$(generation)" "$sum" '  and does nothing'
indexer_is 0 'by an id that is gone' --purge "$id" --reason nogmaals
indexer_is 0 '--purged --json' --purged --json
is "$(grep -c '"event":"tombstone"' out)" 5 '  has a line for each'
has out '"kind":"url","user":"[^"]*","reason":"mies"' '  with kind and reason'
has out "{\"id\":\"$id\",\"place\":\"s/post record" '  and where it is known'
indexer_is 0 '--purged' --purged
has out 's/klacht.txt' '  files, too'
indexer --unpurge 77
is $status 6 'a tombstone that is not there'
indexer_is 0 '--unpurge by number' --unpurge 1
indexer_is 0 '  and by id' --unpurge "$id" --reason 'verzoek ingetrokken'
has "$ix/purge.log" '"action":"unpurge".*"reason":"verzoek ingetrokken"' '  in the log'
clean aap 'until the next run'
indexer_is 0 'which takes it in' --quiet s
is "$(names zwabberinkaap)" 'klacht.txt kopie.txt' '  again'
search_json zwabberinkaap >hit
has hit '"naam":"stiekem.txt"' '  and its copy, as a place'
is "$(names zwabberinkzus | wc -w | tr -d ' ')" 1 '  both'
clean noot 'others stay out'

# ---- A whole file, and a source that is gone -------------------------------------------------------
indexer_is 0 'a container' --quiet --purge "$work/s/map/nieuw.tar" --reason alles
is "$(names zwabberinkaap) $(names stuk99x)" 'klacht.txt ' '  by its path on this system, with all that has the same content'
indexer_is 0 'a run after it' --quiet s
is "$(names stuk99x)" '' '  brings nothing back'
echo "gemeente nieuwlid" >pak/nieuwlid.txt
tar -cf s/map/nieuw.tar -C pak nieuwlid.txt
indexer_is 0 'a new member of a file that was purged' --quiet s
is "$(total nieuwlid)" 0 '  stays out'
indexer_is 0 'and the last of them' --quiet --purge klacht.txt --reason alles
rm s/klacht.txt s/kopie.txt s/map/nieuw.tar
indexer_is 0 'files that are gone' --quiet s
is "$(names zwabberinkaap)" '' '  are gone'
indexer_is 0 'the index is sound' --verify

# ---- All there is -----------------------------------------------------------------------------------
mkdir een
secret enig >een/enig.txt
here=$ix
ix=$work/klein
indexer_is 0 'an index of one document' --quiet een
indexer_is 0 'without it' --quiet --purge enig.txt --reason enig
clean enig 'the only document'
is "$(total zwabberinkenig)" 0 'the index is empty and works'
indexer_is 0 'also in the next run' --quiet een
indexer_is 0 'the index is sound' --verify
ix=$here

# ---- What the ledger has no row of any more ---------------------------------------------------------
# Enough documents beside it that what is dead is not merged away by itself.
ix=$work/dood
mkdir d los
i=0
while [ $i -lt 45 ]; do
    i=$((i + 1))
    document $i 0 >d/f$i.txt
done
later() { touch -d "$1" "$2"; } # so that it counts as changed
archive() { # member...
    rm -f d/pak.tar
    tar -cf d/pak.tar -C los "$@"
}
for name in een twee drie vier vijf zes acht; do secret $name >los/$name.txt; done
echo 'gemeente blijver' >los/blijft.txt
archive een.txt twee.txt blijft.txt
tar -cf d/weg.tar -C los drie.txt
printf '{"id":"kwijt","text":"%s"}\n{"id":"er","text":"gemeente regel"}\n' "$(secret vier | tr '\n' ' ')" >d/r.jsonl
mkdir d/a d/b
cp los/vijf.txt d/a/los.txt
tar -cf d/a/dicht.tar -C los acht.txt
cp los/vijf.txt d/b/los.txt
cp los/zes.txt d/zes.txt
indexer_is 0 'an index with archives' --quiet --keep 1 d
kwijt=$(id_of zwabberinkvier)

archive twee.txt blijft.txt; later 2020-05-01 d/pak.tar
printf '{"id":"er","text":"gemeente regel"}\n' >d/r.jsonl; later 2020-05-01 d/r.jsonl
rm d/weg.tar
printf 'bestand;openbaarheid\nlos.txt;vertrouwelijk\ndicht.tar;vertrouwelijk\n' >d/a/metadata.csv
secret zes >d/zes.txt; echo 'nieuwe zes' >>d/zes.txt; later 2020-05-01 d/zes.txt
indexer_is 0 'members, a line, a file and an archive are gone, and one is kept out' --quiet d
for name in een drie vier acht; do
    # shellcheck disable=SC2046 # words
    ok "$name is still on disk, dead" test -n "$(traces $(words $name))"
done
is "$(total zwabberinkeen)$(total zwabberinkdrie)$(total zwabberinkvier)" 000 '  and not found'
dead=$ix
fresh() { # a copy of that: a purge writes anew, and what else was dead there is gone
    rm -rf "$work/vers"
    cp -a "$dead" "$work/vers"
    ix=$work/vers
}
fresh
indexer --purge pak.tar --reason een
is $status 0 'an archive that lost a member'
clean een 'the member that it had before'
clean twee '  and one that it has'
indexer_is 0 'once more' --purge pak.tar --reason een
has err 'purged before' '  says that it was done'
fresh
indexer_is 0 'an archive that is gone' --purge weg.tar --dry-run
has out '^purge  file  *d/weg.tar$' '  is known by what it had'
indexer_is 0 'purging it' --quiet --purge d/weg.tar --reason drie
clean drie '  leaves nothing of it'
indexer_is 0 'once more' --purge weg.tar --reason drie
has err 'purged before' '  says that it was done'
echo 'gemeente weggast' >los/gast.txt
tar -cf d/weg.tar -C los drie.txt gast.txt
indexer_is 0 'when it is back' --quiet d
clean drie '  it stays out'
is "$(total weggast)" 0 '  with all that is in it'
fresh
indexer_is 0 'a line that is gone, by its record' --quiet --purge kwijt --reason vier
clean vier '  leaves nothing of it'
indexer_is 0 'once more, by its id' --purge "$kwijt" --reason vier
has err 'purged before' '  says that it was done'
is "$(names regel)" er 'the other line is there'
fresh
indexer_is 0 'a file that is kept out by now' --purge a/los.txt --reason vijf
clean vijf '  takes its copy with it'
indexer --purge nooit.tar --reason x
is $status 6 'what never was is unknown'
fresh
indexer_is 0 'when what was dead is merged away' --quiet --purge pak.tar --reason een
indexer_is 0 'a file that is kept out' --quiet --purge a/los.txt --reason vijf
clean vijf '  takes its copy with it by its bytes'
indexer_is 0 'the index is sound' --verify

# An archive that is kept out by now has no rows of its members.
fresh
indexer_is 0 'by member' --purge 'a/dicht.tar!/acht.txt' --dry-run
has out '^purge .*older version.* record acht.txt' '  it is known'
indexer_is 0 'by file' --quiet --purge a/dicht.tar --reason acht
clean acht '  nothing is left of it'
is "$(total blijver)" 1 'others are there'

# ---- A copy that is meant later ---------------------------------------------------------------------
secret tien >d/tien1.txt
secret tien >d/tien2.txt
secret elf >d/elf1.txt
secret elf >d/elf2.txt
indexer_is 0 'files with copies' --quiet d
search_json zwabberinktien >hit
tien=$(grep -o '"id":"[0-9a-f]*","naam":"tien2.txt"' hit | head -n 1 | sed 's/"id":"//; s/".*//')
elf=$(search_json zwabberinkelf | grep -o '"id":"[0-9a-f]*","naam":"elf2.txt"' | head -n 1 | sed 's/"id":"//; s/".*//')
indexer_is 0 'one of them' --quiet --purge tien1.txt --reason tien
indexer_is 0 '  and another' --quiet --purge elf1.txt --reason elf
rm d/elf2.txt
indexer_is 0 'a copy that is gone' --quiet d
indexer_is 0 'a copy that went' --purge "$tien" --reason 'ook deze'
lacks err 'purged before' '  is not kept out yet'
indexer_is 0 '  also when it is gone from the source' --purge "$elf" --reason 'ook deze'
echo 'een geheel andere tekst over kwartels in gemeente tien' >d/tien2.txt
echo 'een geheel andere tekst over kwartels in gemeente elf' >d/elf2.txt
indexer_is 0 'with another text' --quiet d
is "$(total kwartels)" 0 '  they stay out'
indexer_is 0 'again' --purge "$tien" --reason 'ook deze'
has err 'purged before' '  says that it was done'

# ---- Captures that repeat one that is purged, and other writings of an address ---------------------
repeat() { # url, moment
    printf 'WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nWARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\nContent-Type: application/http\r\nContent-Length: 28\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n\r\n\r\n' "$1" "$2"
}
{
    capture https://y.nl/nieuws 'gemeente eerste bericht van het jaar' 2018-01-01T00:00:00Z
    capture https://y.nl/nieuws "$(secret twaalf)" 2020-01-01T00:00:00Z
    repeat https://y.nl/nieuws 2021-01-01T00:00:00Z
    capture https://y.nl/nieuws 'gemeente derde bericht van het jaar' 2022-01-01T00:00:00Z
    repeat https://y.nl/nieuws 2023-01-01T00:00:00Z
    repeat https://y.nl/weg 2019-01-01T00:00:00Z
    capture https://y.nl/weg 'gemeente augurk' 2020-01-01T00:00:00Z
    repeat https://y.nl/weg 2021-01-01T00:00:00Z
    capture https://y.nl/weg 'gemeente komkommer' 2022-01-01T00:00:00Z
    capture http://www.y.nl/actie 'gemeente pompoen een' 2020-01-01T00:00:00Z
    capture https://y.nl/actie 'gemeente pompoen twee' 2021-01-01T00:00:00Z
} >d/y.warc
{
    printf '{"id":"w1","url":"https://w.nl/wet#art1","text":"gemeente artikel kalebas een"}\n'
    printf '{"id":"w2","url":"https://w.nl/wet#art2","text":"gemeente artikel kalebas twee"}\n'
} >d/w.jsonl
indexer_is 0 'captures' --quiet d
search_json derde bericht >hit
is "$(grep -o '"vastgelegd":"[0-9]*' hit | cut -d'"' -f4 | tr '\n' ' ')" '2022 2023 2021 2020 2018 ' 'those that repeat one are versions'
search_json augurk >hit
is "$(grep -o '"vastgelegd":"[0-9]*[^}]*"gelijk":[a-z]*' hit | sed 's/"vastgelegd":"\(....\).*:/\1 /' | tr '\n' ' ')" \
    '2022 false 2021 true 2019 false ' '  but not of a later one'
nieuws=$(id_of zwabberinktwaalf)
indexer_is 0 'one of them' --quiet --purge "$nieuws" --reason twaalf
clean twaalf 'by id'
search_json derde bericht >hit
is "$(grep -o '"vastgelegd":"[0-9]*' hit | cut -d'"' -f4 | tr '\n' ' ')" '2022 2023 2018 ' 'goes with what repeated it'
touch d/y.warc
indexer_is 0 'analysed again' --quiet --reanalyse
search_json derde bericht >hit
is "$(grep -o '"vastgelegd":"[0-9]*' hit | cut -d'"' -f4 | tr '\n' ' ')" '2022 2023 2018 ' '  it stays so'
indexer_is 0 'another writing of an address' --quiet --purge 'https://www.y.nl/actie#boven' --reason adres
is "$(total pompoen)$(traces pompoen)" 0 '  is the same page'
{ cat d/y.warc; capture HTTPS://Y.nl/actie 'gemeente pompoen drie' 2023-01-01T00:00:00Z; } >web && mv web d/y.warc
indexer_is 0 'a later capture' --quiet d
is "$(total pompoen)" 0 '  stays out'
indexer_is 0 'a fragment' --quiet --purge 'http://w.nl/wet#art1' --reason kalebas
is "$(names kalebas)" w2 '  is another document than another fragment'

# ---- The same bytes, whatever is said of them -------------------------------------------------------
echo 'kort: qwkkort' >d/kort.txt # too short to be known by its text
mkdir d/c
cp d/kort.txt d/c/kort.txt
printf 'bestand;titel\nkort.txt;Een titel\n' >d/c/metadata.csv
indexer_is 0 'a short text, and a copy with metadata' --quiet d
is "$(total qwkkort)" 2 'are found'
indexer_is 0 'without it' --quiet --purge d/kort.txt --reason bytes
is "$(total qwkkort)$(traces qwkkort)" 0 '  the copy goes, too'
printf 'bestand;titel\nkort.txt;Een andere titel\n' >d/c/metadata.csv
cp d/kort.txt d/c/nogeens.txt
cp d/c/kort.txt d/b/kort.txt
indexer_is 0 'with other metadata' --quiet d
is "$(total qwkkort)" 0 '  and elsewhere it stays out'
indexer_is 0 'the index is sound' --verify
ix=$here
finish
