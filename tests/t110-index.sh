#!/bin/sh
# t110-index.sh - naslag-index makes the index match its sources: first run, nothing new, new, changed, vanished and
# renamed files; and after random changes it is equal to an index made afresh.
. "${NASLAG_SRC:-.}/tests/tap.sh"

done_value() { json_value "$work/out" 'done' "$1"; }

# ---- A first index --------------------------------------------------------------------------
mkdir -p s/map
printf 'appel gemeente\n' >s/a.txt
printf 'banaan gemeente\n' >s/b.txt
printf '<!DOCTYPE html><title>Citroen</title><p>kers gemeente\n' >s/map/c.html
printf '{"id":"r1","text":"druif gemeente"}\n{"id":"r2","text":"esdoorn gemeente"}\n' >s/map/d.jsonl
indexer_is 0 'a first index' --json s
is "$(done_value new) $(done_value documents) $(done_value in_index)" '4 5 5' 'counts files and documents'
is "$(generation)" 1 'it is generation 1'
is "$(names gemeente)" 'a.txt b.txt map/c.html r1 r2' 'all documents are found'
is "$(names appel)" 'a.txt' 'one by its own word'

# ---- Nothing new ----------------------------------------------------------------------------
before=$(manifest)
parts_before=$(listing "$ix/parts")
indexer_is 0 'a second run over the same files' --json s
is "$(done_value new) $(done_value changed) $(done_value unchanged) $(done_value documents)" '0 0 4 0' 'finds them unchanged'
is "$(generation)" 1 'and makes no new generation'
is "$(manifest)" "$before" 'the manifest is the same'
is "$(listing "$ix/parts")" "$parts_before" 'so are the parts'

touch -d '2020-01-02 03:04:05' s/a.txt
indexer_is 0 'a file with another time only' --json s
is "$(done_value changed) $(generation)" '0 1' 'is unchanged'
indexer --json s
is "$(done_value changed) $(generation)" '0 1' 'next time as well'

# ---- Changes --------------------------------------------------------------------------------
printf 'abrikoos gemeente, en nog meer\n' >s/a.txt
indexer_is 0 'a changed file' --json s
is "$(done_value changed) $(done_value documents) $(done_value in_index)" '1 1 5' 'is written again, and only that'
is "$(names appel)" '' 'the old text is gone'
is "$(names abrikoos)" 'a.txt' 'the new is there'

printf 'banjer gemeente\n' >s/b.txt
indexer_is 0 'a changed file of the same size' --json s
is "$(done_value changed) $(names banaan):$(names banjer)" '1 :b.txt' 'is written again'

printf 'banier gemeente\n' >s/b.new
touch -r s/b.txt s/b.new
mv s/b.new s/b.txt
indexer_is 0 'changed within the moment of the last run: same size and time' --json s
is "$(names banjer):$(names banier)" ':b.txt' 'is noticed too'

printf 'eerste gemeente\n' >s/e.txt
indexer_is 0 'a new file' --json s
is "$(done_value new) $(done_value in_index) $(names eerste)" '1 6 e.txt' 'is added'

rm s/e.txt
indexer_is 0 'a vanished file' --json s
is "$(done_value vanished) $(done_value in_index) $(names eerste)" '1 5 ' 'is removed'

mv s/map/c.html s/map/hernoemd.html
indexer_is 0 'a renamed file' --json s
is "$(done_value new) $(done_value vanished) $(names kers)" '1 1 map/hernoemd.html' 'is found under its new name only'

rm s/a.txt && mkdir s/a.txt && printf 'binnenin gemeente\n' >s/a.txt/x.txt
indexer_is 0 'a file that became a directory' --json s
is "$(names abrikoos):$(names binnenin)" ':a.txt/x.txt' 'gives way to what is in it'

rm -r s/*
indexer_is 0 'a source that was emptied' --json s
is "$(done_value in_index) $(total gemeente)" '0 0' 'leaves an index without documents'
printf 'weer gemeente\n' >s/terug.txt
indexer_is 0 'a file after that' --json s
is "$(names gemeente)" 'terug.txt' 'is found'

ix=$work/leeg
mkdir leeg-bron
indexer_is 0 'a first index of an empty directory' --json leeg-bron
run "$bin/naslag-search" --index "$ix" gemeente
is "$status" 0 'can be searched'

# ---- After random changes equal to an index made afresh -------------------------------------
ix=$work/groeiend
rounds=${NASLAG_ROUNDS:-25}
words='aarde boom cirkel dijk eiland fiets golf haven ijsbeer jacht kade lente molen nacht oever polder'
mkdir r r/onder

# Writes the plan of a round: lines "write FILE TEXT", "delete FILE", "rename FILE FILE".
plan_round() {
    awk -v seed="$1" -v words="$words" '
        BEGIN {
            srand(seed)
            count = split(words, word, " ")
            changes = 1 + int(rand() * 6)
            for (i = 0; i < changes; i++) {
                file = name()
                what = rand()
                if (what < 0.6) {
                    text = ""
                    size = 1 + int(rand() * 12)
                    for (k = 0; k < size; k++)
                        text = text " " word[1 + int(rand() * count)]
                    print "write", file, text
                } else if (what < 0.8)
                    print "delete", file
                else
                    print "rename", file, name()
            }
        }
        function name() { return (rand() < 0.5 ? "onder/" : "") "f" int(rand() * 20) ".txt" }'
}

apply_round() {
    while read -r what file rest; do
        case $what in
        write) printf '%s\n' "$rest" >"r/$file" ;;
        delete) rm -f "r/$file" ;;
        rename) [ ! -e "r/$file" ] || [ "$file" = "$rest" ] || mv "r/$file" "r/$rest" ;;
        esac
    done
}

truth() { (cd r && find . -type f -exec grep -lw -e "$1" {} + | sed 's,^\./,,' | sort | tr '\n' ' ' | sed 's/ $//'); }

wrong=0
round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    plan_round $((4100 + round)) | apply_round
    indexer r
    [ "$status" -eq 0 ] || { wrong=$((wrong + 1)); note "round $round: status $status: $(cat err)"; }
    found=$(for word in $words; do echo "$word: $(names "$word")"; done)
    true=$(for word in $words; do echo "$word: $(truth "$word")"; done)
    if [ "$found" != "$true" ]; then
        wrong=$((wrong + 1))
        note "round $round: found"
        note "$found"
        note "but grep has"
        note "$true"
    fi
done
is "$wrong" 0 "$rounds rounds of random changes: the index finds what grep finds"

grown=$ix
ix=$work/vers
indexer_is 0 'an index made afresh of the same files' r
fresh=$ix
same=0
for query in $words 'dijk haven' '"dijk haven"' 'molen OR nacht' 'kade -lente'; do
    ix=$grown
    one=$(names "$query")
    ix=$fresh
    [ "$one" = "$(names "$query")" ] || { same=1; note "$query differs"; }
done
is "$same" 0 'answers as the grown one does'
finish
