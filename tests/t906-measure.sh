#!/bin/sh
# t906-measure.sh - bench/ingest, bench/growth and bench/nightly on small corpora, and the programs they are made of.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

[ -r "$src/bench/ingest" ] || skip_all 'no bench/ in this source'
for program in measure convert generate mutate search; do
    [ -x "$bin/bench/$program" ] || skip_all "bench/$program is not built"
done
tab=$(printf '\t')
for script in common.sh ingest growth nightly relevance; do
    run sh -n "$src/bench/$script"
    is "$status$(cat err)" 0 "bench/$script can be parsed"
done

# ---- measure: processor time of children that lost their parent, memory of all, exit status
run "$bin/bench/measure" --out figures -- sh -c 'exit 3'
is "$status" 3 'the exit status is that of the command'
# shellcheck disable=SC2016 # expanded by the inner shell
run "$bin/bench/measure" --out figures --interval 10 -- sh -c '
    sh -c "(awk \"BEGIN { for (i = 0; i < 12000000; i++) n += i }\"; echo done >orphan) & exit 0"
    while [ ! -e orphan ]; do sleep 0.05; done'
is "$(awk -F '\t' 'NF == 9 && $1 > 0 && $2 + $3 > 0.05 && $4 > 100 && $6 >= $4 && $7 > 1 { print "yes" }' figures)" yes \
    'time and memory of a process that lost its parent count'
run "$bin/bench/measure" --out figures -- sh -c 'kill -TERM $$'
is "$status" 143 'a command that a signal ended'
run "$bin/bench/measure" --out figures -- ./nowhere
is "$status" 127 'no such command'

# ---- generate: the same for the same seed, and the head of a longer one
awk 'BEGIN { split("b d f g k l m n p r s t v w z st br kl", c, " "); split("a e i o u aa ee oo ei ui", v, " ")
    for (i = 1; i <= 18; i++) for (j = 1; j <= 10; j++) for (k = 1; k <= 18; k++) for (l = 1; l <= 5; l++)
        print c[i] v[j] c[k] v[l] }' >words
run "$bin/bench/generate" --words words --documents 300
cp out corpus.jsonl
is "$status$(cat err)" 0 'documents are generated'
is "$(wc -l <corpus.jsonl)" 300 'as many as were asked for'
run "$bin/bench/generate" --words words --documents 400
head -n 300 out >head.jsonl
is "$(cmp head.jsonl corpus.jsonl)" '' 'a longer corpus begins with the shorter one'
run "$bin/bench/generate" --words words --documents 300 --seed 2
ok 'another seed, other documents' sh -c '! cmp -s out corpus.jsonl'
run "$bin/bench/generate" --words words --documents 2 --first 299
is "$(sed -n '299,300p' corpus.jsonl | cmp - out)" '' 'documents in the middle'
run "$bin/bench/generate" --words words --documents 3000 --describe
is "$(awk -F '\t' '$1 == "bytes a document, mean" && $2 > 800 && $2 < 1250 { print "yes" }' out)" yes 'mean length near what was asked for'
is "$(awk -F '\t' '/^# / { in_zipf = /zipf/ } in_zipf && $1 == 1000 && $4 < -0.8 && $4 > -1.2 { print "yes" }' out)" yes "Zipf's law"
is "$(awk -F '\t' '/^# / { in_heaps = /heaps/ } in_heaps && $3 > 0.4 && $3 < 0.85 { n++ } END { print (n >= 3) }' out)" 1 "Heaps' law"
printf '{"id": "1", "text": "een twee twee drie"}\n' >tiny.jsonl
run "$bin/bench/generate" --describe tiny.jsonl
has out "^words${tab}4" 'the shape of a corpus'
has out "^different words${tab}3" 'its words'

# ---- convert
printf '{"id": "a/1", "title": "T \\"q\\"", "text": "een\\ntwee\\\\\\n"}\n\n{"id": "b", "text": "x\\ty"}\n' >odd.jsonl
run "$bin/bench/convert" --to csv --stats stats odd.jsonl
is "$(cat out)" "\"a/1\",\"T \"\"q\"\"\",\"een
twee\\
\"
\"b\",\"\",\"x${tab}y\"" 'CSV'
is "$(cat stats)" "2${tab}18" 'documents and bytes'
run "$bin/bench/convert" --to scriptindex odd.jsonl
is "$(cat out)" "id=a/1
title=T \"q\"
text=een
=twee\\

id=b
title=
text=x${tab}y" 'the dump format of scriptindex'
run "$bin/bench/convert" --to copy odd.jsonl
is "$(cat out)" "a/1${tab}0${tab}T \"q\"${tab}een\\ntwee\\\\\\n
b${tab}0${tab}${tab}x\\ty" "PostgreSQL's COPY"
run "$bin/bench/convert" --to records --limit 20 odd.jsonl
is "$(wc -l <out)" 1 'a limit leaves one record at least'
run "$bin/bench/convert" --to files --dir files odd.jsonl
run "$bin/bench/convert" --to files --dir files tiny.jsonl
is "$(ls files)" 1.jsonl 'files, without those of documents that are gone'
echo 'no record' >bad.jsonl
run "$bin/bench/convert" --to records bad.jsonl
is "$status" 1 'a line that is no record is refused'
has err 'bad.jsonl, line 1' 'and named'

# ---- mutate
run "$bin/bench/mutate" --changes 20 --seed 5 corpus.jsonl
cp out next.jsonl
ids() { grep -o '^{"id": "[^"]*"' "$1" | sort; }
ids corpus.jsonl >ids.1
ids next.jsonl >ids.2
is "$(comm -23 ids.1 ids.2 | wc -l) $(comm -13 ids.1 ids.2 | wc -l)" '2 2' 'two gone, two new'
sort corpus.jsonl >sorted.1
sort next.jsonl >sorted.2
is "$(comm -13 sorted.1 sorted.2 | wc -l)" 18 'eighteen lines that were not there'
run "$bin/bench/convert" --to records next.jsonl
is "$status" 0 'and all are records'

# ---- ingest
systems=naslag
! command -v sqlite3 >/dev/null || systems=naslag,sqlite
run sh "$src/bench/ingest" "$src/corpus" --build "$bin" --only "$systems" --runs 2 --tsv runs.tsv
is "$status" 0 'ingest runs on a folder'
has out '^  naslag .* (1.00)' 'its table'
[ "$systems" = naslag ] || has out '^  sqlite ' 'with SQLite'
is "$(awk -F '\t' 'NF != 13 { bad++ } END { print NR - 1, bad + 0 }' runs.tsv)" "$([ "$systems" = naslag ] && echo 2 || echo 4) 0" \
    'every run as a line'
run sh "$src/bench/ingest" corpus.jsonl --build "$bin" --only "$systems" --limit 50K --markdown --work kept
is "$status" 0 'ingest runs on the head of a file'
has out '^| naslag ' 'as Markdown'
ok 'the index is kept' test -d kept/index.naslag
run sh "$src/bench/ingest" corpus.jsonl --build "$bin" --only nothing
is "$status" 1 'an unknown system is refused'
run sh "$src/bench/ingest" nowhere --build "$bin"
is "$status" 1 'no such corpus'

# ---- growth, and its plot
run sh "$src/bench/growth" 300 100 --build "$bin" --words words --queries 20 --rounds 1 --tsv growth.tsv --svg growth.svg
is "$status" 0 'growth runs'
has out '^  300 ' 'its table'
has out '^CPU per document at 300 documents is ' 'and its conclusion'
is "$(grep -c '<polyline' growth.svg)" 6 'the plot has its lines'
if command -v xmllint >/dev/null; then ok 'and is well-formed' xmllint --noout growth.svg; else skip 'and is well-formed' 'no xmllint'; fi
run sh "$src/bench/growth" --plot growth.tsv --svg again.svg
is "$(cmp growth.svg again.svg)" '' 'the plot can be drawn again'

# ---- nightly
for form in '' --files; do
    # shellcheck disable=SC2086 # an option or nothing
    run sh "$src/bench/nightly" corpus.jsonl $form --build "$bin" --nights 2 --changes 10 --limit 100K --rounds 1 --tsv nights.tsv
    is "$status$(grep -c '^  dearest night' out)$(wc -l <nights.tsv | tr -d ' ')" 015 "nightly runs${form:+ with $form}"
done
has out '^  search p50, ms ' 'and compares with a fresh index'
finish
