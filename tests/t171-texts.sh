#!/bin/sh
# t171-texts.sh - many small runs: stored texts follow the parts, dead text goes, and a dictionary comes when there is enough text.
. "${NASLAG_SRC:-.}/tests/tap.sh"

# A document of about 20 KB: sentences that all have, numbers of its own, and a word to find it by.
document() { # number, version
    awk -v n="$1" -v v="$2" 'BEGIN {
        srand(n * 1000 + v)
        printf "gemeente stuk%dx versie%dx\n", n, v
        for (i = 0; i < 150; i++)
            printf "Gelet op artikel %d van de Algemene wet bestuursrecht besluit de raad onder nummer %d de subsidie van %d euro te verlenen.\n", \
                rand() * 500, rand() * 1000000, rand() * 100000
    }'
}

stores() { manifest | grep -o '"teksten":\[[^]]*\]' | grep -o '"[tm][0-9a-f-]*"' | sort -u | wc -l; }
store_bytes() { (cd "$ix/texts" && cat $(manifest | grep -o '"teksten":\[[^]]*\]' | grep -o '"[tm][0-9a-f-]*"' | tr -d '"' | sort -u) | wc -c); }
dictionaries() { manifest | grep -o '"teksten":\[[^]]*\]' | grep -o '"d[0-9a-f]\{16\}"' | sort -u | wc -l; }
snippets() { search_json "$@" | grep -c 'bestuursrecht'; }

runs=${NASLAG_RUNS:-40}
mkdir s
for i in 1 2 3 4 5 6; do document $i 0 >s/f$i.txt; done
indexer_is 0 'a first run' --quiet --jobs 2 s
is "$(dictionaries)" 0 'with little text there is no dictionary'

# Each night a new document, and an old one that changes.
night=0 most=0 wrong=0
while [ $night -lt "$runs" ]; do
    night=$((night + 1))
    document $((night + 6)) 0 >s/f$((night + 6)).txt
    changed=$((night * 7 % (night + 5) + 1))
    document $changed $night >s/f$changed.txt
    indexer --quiet --jobs 2 s
    [ "$status" -eq 0 ] || { wrong=$((wrong + 1)); note "night $night: status $status: $(cat err)"; }
    [ "$(stores)" -le "$most" ] || most=$(stores)
    [ "$(names "versie${night}x")" = f$changed.txt ] || { wrong=$((wrong + 1)); note "night $night: the changed document is not found"; }
    [ "$(snippets "stuk${changed}x algemene")" = 1 ] || { wrong=$((wrong + 1)); note "night $night: no snippet"; }
done
is $wrong 0 "$runs nights: what changed is found, with a snippet"
ok "never more than 10 store files (at most $most; now $(stores) in $(parts) parts)" test "$most" -le 10
is "$(dictionaries)" 1 'there is a dictionary now'
named=$(cat "$ix"/generations/* | grep -o '"teksten":\[[^]]*\]' | grep -o '"[tmd][0-9a-f-]*"' | sort -u | wc -l)
is "$(ls "$ix/texts" | wc -l)" "$named" 'no file is left that no generation names'
missing=0
for file in s/*; do
    n=${file#s/f} n=${n%.txt}
    [ "$(names "stuk${n}x")" = "f$n.txt" ] || { missing=$((missing + 1)); note "stuk$n: $(names "stuk${n}x")"; }
    [ "$(snippets "stuk${n}x algemene")" = 1 ] || { missing=$((missing + 1)); note "stuk$n has no snippet"; }
done
is $missing 0 'every document is found, with a snippet'

# What a fresh build takes, with the same texts.
nightly=$(store_bytes)
here=$ix
ix=$work/fresh
indexer --quiet --jobs 2 s
fresh=$(store_bytes)
is "$(dictionaries)" 1 'a fresh build trains one dictionary for all builders'
ok "dead text is bounded: $nightly bytes after $runs nights, $fresh of a fresh build" test "$nightly" -le $((fresh * 2))
ix=$here

# All but a few go: so does their text.
for i in $(awk -v n="$runs" 'BEGIN { for (i = 5; i <= n + 6; i++) print i }'); do rm -f s/f$i.txt; done
indexer --quiet s
indexer --quiet s
is "$(names gemeente)" 'f1.txt f2.txt f3.txt f4.txt' 'four documents are left'
ok "and their text ($(store_bytes) bytes, was $nightly)" test "$(store_bytes)" -le $((nightly / 5))
indexer_is 0 '--reanalyse reads it all back' --quiet --reanalyse
is "$(names gemeente) $(snippets stuk3x algemene)" 'f1.txt f2.txt f3.txt f4.txt 1' 'with the same result'
finish
