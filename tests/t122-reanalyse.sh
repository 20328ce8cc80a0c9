#!/bin/sh
# t122-reanalyse.sh - --reanalyse makes the terms again from the stored texts: same documents, same answers; and it mends
# an index whose terms were made otherwise.
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir s
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    printf 'Titel nummer %d\nde gemeente en woord%dx\f\ntweede bladzijde, collega'"'"'s en risico-regelreflex %d\n' $i $i $i >s/f$i.txt
done
cat >s/pagina.html <<'EOF'
<!DOCTYPE html><title>Besluit</title><h1>Kopwoord</h1><p>gemeente en overheid</p><h2>Tweede kop</h2><p>slot</p>
EOF
awk 'BEGIN { for (i = 1; i <= 30; i++) printf "{\"id\":\"r%d\",\"title\":\"Stuk %d\",\"date\":\"2020-%02d\",\"type\":\"brief\",\"text\":\"gemeente rij%dx\"}\n", i, i, i % 12 + 1, i }' >s/r.jsonl
printf '{"id":"leeg","title":"Alleen een titel","text":""}\n' >>s/r.jsonl

# Without scores: dead documents weigh in them until they are merged away.
answers() {
    for query in gemeente woord3x '"tweede bladzijde"' 'risicoregelreflex' "collega's" kopwoord 'overheid slot' 'rij7x' 'titel' 'gemeente -slot' stuk besluit; do
        echo "$query"
        search_json "$query" | sed 's/"generatie":[0-9]*//; s/"duur_ms":[0-9.]*//; s/"[a-z_]*_ms":[0-9.]*//; s/"score":[0-9.]*,//g; s/"id"/\n&/g' | sort
    done
}

reanalyse_keeps() { # what
    answers >before
    documents=$(total gemeente)
    was=$(generation)
    indexer_is 0 "--reanalyse: $1" --reanalyse
    answers >after
    is "$(total gemeente)" "$documents" '  keeps all documents'
    if ! ok '  and gives the same answers' cmp -s before after; then
        diff before after | head -n 10 | sed 's/^/# /'
    fi
    ok '  as a new generation' test "$(generation)" -gt "$was"
    indexer_is 0 '  the next run' --json s
    is "$(json_value out 'done' documents) $(json_value out 'done' unchanged)" "0 $(find s -type f | wc -l | tr -d ' ')" '  finds nothing changed'
}

indexer --quiet s
reanalyse_keeps 'a fresh index'

# Dead documents in a part, and parts that were merged: docids have gaps.
sed -i '/"r[2-9]"/s/gemeente/gemeente gewijzigd/; /"r2[0-9]"/s/gemeente/gemeente gewijzigd/' s/r.jsonl
for i in 2 3 5 7 9 11; do printf 'Ander\nde gemeente en woord%dx gewijzigd\n' $i >s/f$i.txt; done
indexer --quiet s
reanalyse_keeps 'after changes and a merge'
rm s/f1.txt s/f12.txt
sed -i '/"r[12][0-9]"/d' s/r.jsonl
indexer --quiet s
reanalyse_keeps 'after removals'
for i in 4 6 8; do
    printf 'gemeente nog anders woord%dx\n' $i >s/f$i.txt
    indexer --quiet s
done
reanalyse_keeps 'after several runs'
is "$(names 'woord1x')$(names rij12x)" '' 'what was removed stays removed'
named=$(cat "$ix"/generations/* | grep -o '"teksten":[[][^]]*' | cut -d '[' -f 2 | tr ',' '\n' | sort -u | wc -l | tr -d ' ')
is "$(ls "$ix/texts" | wc -l | tr -d ' ')" "$named" \
    'stored texts that no generation names are cleared up'

# Terms that were made otherwise.
indexer --quiet s
answers >before
g=$(generation)
sed 's/"termen":"[^"]*"/"termen":"terms-0 van vroeger"/' "$ix/generations/$g" >m && cp m "$ix/generations/$g"
reseal "$ix"
run "$bin/naslag-search" --index "$ix" gemeente
is $status 4 'other terms: naslag-search refuses with 4'
has err '--reanalyse' '  and names --reanalyse'
printf 'gemeente erbij\n' >s/erbij.txt
indexer_is 4 'other terms: naslag-index refuses with 4' s
has err "naslag-index --index $ix --reanalyse" '  and says what to run'
is "$(generation)" "$g" '  nothing was published'
rm s/erbij.txt
indexer_is 0 '--status tells anyway' --status
indexer_is 0 '--reanalyse mends it' --reanalyse
answers >after
ok '  with the same answers' cmp -s before after
lacks "$ix/generations/$(generation)" 'van vroeger' '  and the manifest names the terms'
indexer_is 0 'and the next run goes on' s

# An index of nothing.
ix=$work/leeg
mkdir leegte
indexer --quiet leegte
indexer_is 0 '--reanalyse of an index without documents' --reanalyse
finish
