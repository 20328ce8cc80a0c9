#!/bin/sh
# t151-rollback.sh - going back to an earlier generation, and running again, gives the index that never having gone back gives;
# also after damage, and after a crash in the middle of it (issue 5).
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir s
filler='de gemeente heeft een besluit genomen over de vergadering van het bestuur'
document() { echo "document w$1 w$1v$2 $filler $3" >"s/f$1.txt"; }
records() { # version
    for i in 1 2 3 4 5 6 7 8; do
        echo "{\"id\":\"r$i\",\"title\":\"Stuk $i\",\"text\":\"record q$i q${i}v$([ $((i % 2)) -eq 0 ] && echo "$1" || echo 1) $filler\"}"
    done >s/r.jsonl
}
# What a search can see: every term with its documents, by name.
state() {
    # The frequencies and the names: all words that the documents have, each searched for.
    for i in 1 2 3 4 5 6 7 8 9; do
        for v in 1 2 3; do
            echo "w$i.$v: $(names "w${i}v$v")"
            echo "q$i.$v: $(names "q${i}v$v")"
        done
    done
    echo "total: $(total gemeente)"
}
ledger() { sqlite3 "$ix/ledger.db" "SELECT name, path, state, hex(digest) FROM file JOIN source ON source.id = source ORDER BY 1, 2;
    SELECT uid, record, state, hex(digest), bytes, cut, recurring FROM document ORDER BY 1" 2>/dev/null; }

for i in 1 2 3 4 5 6; do document $i 1; done
records 1
touch -d '2020-01-01' s/*
indexer_is 0 'a first run' s
first=$(generation)
state >state.1
ledger >ledger.1

# Nothing to go back to yet.
indexer --rollback
is "$status" 1 'a new index cannot be rolled back'
has err 'no earlier generation' 'and says so'

# Changed, new, vanished; records changed, one file with two versions of boilerplate.
document 1 2; document 2 2; document 7 1; rm s/f3.txt; records 2
touch -d '2021-01-01' s/f1.txt s/f2.txt s/f7.txt s/r.jsonl
cp -a s s.2
indexer_is 0 'a second run' s
second=$(generation)
state >state.2
ledger >ledger.2
ok 'it differs' sh -c '! cmp -s state.1 state.2'
ok 'the first generation is kept' test -e "$ix/generations/$first"
indexer --status --json
has out "\"earlier\":\[$first\]" '--status tells what can be gone back to'

# ---- Back, and forth ----
indexer_is 0 'back to the first' --rollback
ok 'it has a new number' test "$(generation)" -gt "$second"
state >state.now
ok 'searches find what they found then' cmp state.1 state.now
ledger >ledger.now
ok 'the ledger is what it was then' cmp ledger.1 ledger.now
indexer_is 0 'the index is sound' --verify
indexer --dry-run s
has err 'would add 1, change 3 and remove 1' 'the next run knows what has changed since'
indexer_is 0 'and takes it in' s
state >state.now
ok 'as if it had never been gone back' cmp state.2 state.now
ledger >ledger.now
ok 'the ledger, too' cmp ledger.2 ledger.now
indexer --json s
is "$(json_value out 'done' new)$(json_value out 'done' changed)$(json_value out 'done' vanished)" 000 'then nothing is left to do'

# ---- A source that changed back meanwhile, and what was forgotten ----
indexer_is 0 'back again' --rollback
indexer_is 0 'and back from that' --rollback
state >state.now
ok 'going back can be undone' cmp state.2 state.now
indexer_is 0 'forgetting the source' --forget s
is "$(total gemeente)" 0 'nothing is found'
indexer_is 0 'back to before that' --rollback
state >state.now
ok 'all is there again' cmp state.2 state.now
rm s/f4.txt
indexer_is 0 'a run after it' s
is "$(names w4)" '' 'removes what has vanished since'

# ---- More than one ----
cp -a s/. s.3
indexer_is 0 'five earlier generations are asked for' --keep 5 s
document 5 2; touch -d '2022-01-01' s/f5.txt
indexer_is 0 'a change' s
one=$(generation)
document 5 3; touch -d '2022-01-02' s/f5.txt
indexer_is 0 'another' s
rm s/f6.txt
indexer_is 0 'a removal' s
ok 'all are kept' test -e "$ix/generations/$one"
indexer --rollback --generation 77
is "$status" 1 'a generation that is not there'
has err 'these can' 'the message names those that are'
indexer_is 0 'back over two' --rollback --generation "$one"
is "$(names w5v2)/$(names w6)" 'f5.txt/f6.txt' 'it is what was then'
indexer_is 0 'and forward' s
is "$(names w5v3)/$(names w6)" 'f5.txt/' 'by running again'
indexer_is 0 'all that is kept is sound' --verify
indexer_is 0 'one is enough' --keep 1 s
document 5 1; touch -d '2022-01-03' s/f5.txt
indexer_is 0 'after the next change' s
ok 'older ones are gone' test "$(ls "$ix/generations" | wc -l)" -le 3

# ---- Killed in the middle of it ----
wrong=0
before=$(generation)
started=$(date +%s%N)
indexer_is 0 'back' --rollback
took=$(($(date +%s%N) - started))
indexer_is 0 'and forth' --rollback
for tenths in 1 3 5 6 7 8 9 10 11 12; do
    delay=$(awk -v took=$took -v tenths=$tenths 'BEGIN { printf "%.4f", took * tenths / 1e10 }')
    timeout -s KILL "$delay" "$bin/naslag-index" --index "$ix" --rollback >/dev/null 2>&1
    [ "$(total gemeente)" -gt 0 ] || wrong=$((wrong + 1))
    run "$bin/naslag-index" --index "$ix" --verify --quiet
    [ $status -eq 0 ] || { wrong=$((wrong + 1)); note "$delay s: verify: $(cat out err)"; }
done
indexer_is 0 'killed while going back, many times' s
is $wrong 0 'it is as it was or gone back, and sound'
is "$(names w5v1)/$(names w6)" 'f5.txt/' 'and a run makes it complete'
note "generation $before to $(generation)"

# ---- When the published one is damaged ----
rm -f s/f1.txt
before=$(generation)
indexer_is 0 'a run that makes a part' s
document 8 1
indexer_is 0 'and another' s
name=$(manifest | grep -o '"naam":"[^"]*"' | tail -n 1 | cut -d '"' -f 4)
part=$ix/parts/$name
state >state.sound
rm "$part/docdata.glass"
indexer --verify
is "$status" 4 'damage'
has out 'docdata.glass' 'is named'
has out '--rollback' 'with what helps'
search_json w8 >/dev/null 2>search.err
is $? 4 'a search ends with 4'
has search.err 'docdata.glass is missing' 'and tells which file'
indexer s
is "$status" 4 'a run does not build on it'
indexer_is 0 'an earlier one is published' --rollback
indexer_is 0 'the index is sound: the damaged one is not kept' --verify
indexer_is 0 'the next run' s
state >state.now
ok 'makes it whole' cmp state.sound state.now

# ---- The manifest or current is damaged ----
document 9 1
indexer_is 0 'a run' s
printf x >>"$ix/generations/$(generation)"
indexer --verify
is "$status" 4 'a damaged manifest is found'
indexer_is 0 'and gone back from' --rollback
indexer_is 0 'then all is sound' --verify
printf x >"$ix/current"
indexer --verify
is "$status" 4 'a damaged current is found'
indexer_is 0 'a run mends it' s
indexer_is 0 'then all is sound again' --verify
is "$(names w9v1)" 'f9.txt' 'and complete'

# ---- Damage is not merged ----
rm -rf "$ix"
for i in 1 2 3 4 5 6 7 8 9; do document $i 1; done
indexer_is 0 'a fresh index' s
part=$ix/parts/$(manifest | grep -o '"naam":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
size=$(stat -c %s "$part/position.glass")
printf '\377' | dd of="$part/position.glass" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
printf '\252' | dd of="$part/position.glass" bs=1 seek=$((size / 2 + 1)) conv=notrunc 2>/dev/null
for i in 1 2 3 4 5; do document $i 2; done
indexer s
is "$status" 4 'parts that are damaged are not merged'
has err 'position.glass is damaged' 'the message names the file'
indexer --verify
is "$status" 4 'it is still damaged'
has out '--reanalyse' 'and can be made again from the texts'
indexer_is 0 'which helps' --reanalyse
document 6 2
indexer_is 0 'the next run works' s
is "$(names w6v2)/$(names w5v2)" 'f6.txt/f5.txt' 'and nothing is lost'
printf '\377' | dd of="$ix/resources/$(ls "$ix/resources" | head -n 1)" bs=1 seek=50 conv=notrunc 2>/dev/null
printf '\0' | dd of="$ix/resources/$(ls "$ix/resources" | head -n 1)" bs=1 seek=51 conv=notrunc 2>/dev/null
document 7 2
indexer s
is "$status" 4 'damaged resources are not used'
indexer_is 0 'but made again' --reanalyse
indexer s
is "$status" 0 'and then a run works'
finish
