#!/bin/sh
# t123-merge.sh - many small runs: the number of parts stays bounded, old generations are cleared up, changed documents
# are found in their last version only.
. "${NASLAG_SRC:-.}/tests/tap.sh"

runs=${NASLAG_RUNS:-30}
mkdir s
for i in $(awk 'BEGIN { for (i = 1; i <= 60; i++) print i }'); do printf 'gemeente stuk%dx versie0x\n' "$i" >s/f$i.txt; done
indexer --quiet s

most=0 wrong=0 kept=0 night=0 texts=0
while [ $night -lt "$runs" ]; do
    night=$((night + 1))
    for i in $night $((night + 7)) $((night * 3 % 50 + 1)); do printf 'gemeente stuk%dx versie%dx\n' "$i" $night >s/f$i.txt; done
    printf 'gemeente nacht%dx\n' $night >s/nacht$night.txt
    [ $((night % 4)) -eq 0 ] && rm s/nacht$((night - 2)).txt
    indexer --quiet s
    [ "$status" -eq 0 ] || { wrong=$((wrong + 1)); note "night $night: status $status: $(cat err)"; }
    parts=$(parts)
    [ "$parts" -gt "$most" ] && most=$parts
    generations=$(ls "$ix/generations" | wc -l)
    [ "$generations" -le 3 ] || kept=$((kept + 1))
    here=$(ls s | wc -l)
    [ "$(total gemeente)" -eq "$here" ] || { wrong=$((wrong + 1)); note "night $night: $(total gemeente) found, $here files"; }
    for i in $night $((night + 7)); do
        [ "$(names stuk${i}x)" = f$i.txt ] || { wrong=$((wrong + 1)); note "night $night: stuk$i is $(names stuk${i}x)"; }
    done
done
note "at most $most parts; now $(parts), $(ls "$ix/texts" | wc -l) stored texts, $(ls "$ix/dead" | wc -l) dead lists"
is $wrong 0 "$runs nights: all documents are found, each once"
ok "never more than 8 parts" test $most -le 8
is $kept 0 'never more than three generations are kept: the last, the one before, and that before the run'
truth=$(cd s && grep -lw -e "versie$((runs))x" -- * | sort | tr '\n' ' ' | sed 's/ $//')
is "$(names "versie${runs}x")" "$truth" 'the last version is found'
stale=0
for night in $(awk -v n="$runs" 'BEGIN { for (i = 1; i < n; i++) print i }'); do
    truth=$(cd s && grep -lw -e "versie${night}x" -- * | sort | tr '\n' ' ' | sed 's/ $//')
    [ "$(names "versie${night}x")" = "$truth" ] || { stale=$((stale + 1)); note "versie$night: $(names "versie${night}x"), not $truth"; }
done
is $stale 0 'older versions are found where they still are, and nowhere else'
named=$(cat "$ix"/generations/* | grep -o '"naam":"p[0-9]*"' | sort -u | wc -l)
is "$(ls "$ix/parts" | wc -l)" "$named" 'no part is left that no generation names'
is "$(ls "$ix/dead" | wc -l)" "$(cat "$ix"/generations/* | grep -o '"dood":"[^"]*"' | sort -u | wc -l)" 'nor a dead list'
is "$(ls "$ix/tmp" | wc -l)" 0 'tmp is empty'

# A part of which nothing lives is gone, and its stored text too.
rm s/*
printf 'gemeente over\n' >s/over.txt
indexer --quiet s
is "$(names gemeente)" over.txt 'all but one removed'
indexer --quiet s
printf 'gemeente over, tweede\n' >s/over.txt
indexer --quiet s
is "$(parts)" 1 'one part is left'
size=$(du -sk "$ix/texts" | awk '{ print $1 }')
ok "stored texts of what is gone are gone ($(ls "$ix/texts" | wc -l) files)" test "$(ls "$ix/texts" | wc -l)" -le 6

# Changing one document for ever does not make the index grow.
ix=$work/een-index
mkdir een
night=0
while [ $night -lt 40 ]; do
    night=$((night + 1))
    { printf 'gemeente versie%d\n' $night; awk -v s=$night 'BEGIN { srand(s); for (i = 0; i < 3000; i++) printf "woord%d ", rand() * 100000 }'; } >een/a.txt
    indexer --quiet een
done
is "$(parts) $(total gemeente)" '1 1' 'one document, changed 40 times: one part, one document'
size=$(du -sk "$ix" | awk '{ print $1 }')
ok "  and no store of old texts ($size KB, $(ls "$ix/texts" | wc -l) files)" test "$(ls "$ix/texts" | wc -l)" -le 6
finish
