#!/bin/sh
# t905-bench.sh - bench/relevance and its scripts: figures that were worked out by hand, odd sets, and its refusals.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

[ -r "$src/bench/relevance" ] || skip_all 'no bench/ in this source'
tab=$(printf '\t')

# ---- eval.awk.  q1: relevant first; q2: grades 2 and 1, found in third and fourth place; q3: not found; q4: not judged
printf 'q1\ta\tx\nq2\tb\tx\nq3\tb\tx\nq4\tb\tx\n' >queries.tsv
printf 'q1 0 d1 1\nq2 0 d1 1\nq2 0 d2 2\nq3 0 d9 1\n' >qrels.txt
printf 'q1 Q0 d1 1 9 t\nq2 Q0 d7 1 9 t\nq2 Q0 d8 2 8 t\nq2 Q0 d2 3 7 t\nq2 Q0 d1 4 6 t\nq3 Q0 d9 11 1 t\nq4 Q0 d1 1 1 t\n' >run.txt
# nDCG of q2: (2/log2 4 + 1/log2 5) / (2/log2 2 + 1/log2 3) = 1.4307 / 2.6309 = 0.5438
is "$(awk -v tsv=1 -f "$src/bench/eval.awk" queries.tsv qrels.txt run.txt)" \
    "a${tab}1${tab}1.0000${tab}1.0000${tab}1.0000
b${tab}2${tab}0.1667${tab}0.5000${tab}0.2719
all${tab}3${tab}0.4444${tab}0.6667${tab}0.5146" 'MRR, recall and nDCG, by type and of all'
is "$(awk -v missed=1 -f "$src/bench/eval.awk" queries.tsv qrels.txt run.txt)" "q3${tab}d9" 'what was missed'

# ---- seeds.awk
judge() { EXPECTED=$1 awk -f "$src/bench/seeds.awk" answer.json | tr '\t' ' '; }
cat >answer.json <<'END'
{"totaal":{"aantal":2},"documenten":[{"id":"1","naam":"a.txt","titel":"{ \"]","fragmenten":[{"pagina":null,"html":"De <mark>oude</mark>\nbrug &amp; \u201csluis\u201d"}]},
{"id":"2","naam":"b.txt","fragmenten":[{"pagina":3,"html":"een sluis\\brug"}]}]}
END
is "$(judge 'a.txt :: de oude brug, "sluis"')" '1 1 1 a.txt' 'first, and its passage shown'
is "$(judge 'a.txt :: een sluis')" '1 0 0 a.txt' 'the passage of another file does not count'
is "$(judge 'b.txt :: een sluis')" '2 1 0 a.txt' 'second is not right'
is "$(judge 'c.txt :: een sluis')" '0 0 0 a.txt' 'not there'
is "$(judge NONE)" '0 0 0 a.txt' 'NONE, but something was found'
echo '{"documenten":[]}' >answer.json
is "$(judge 'NONE :: -')" '0 0 1 ' 'NONE, and nothing was found'

# ---- table.awk
is "$(printf 'a\tbb\nccc\t1\n' | awk -v markdown=1 -f "$src/bench/table.awk")" '| a   | bb |
|:----|---:|
| ccc |  1 |' 'a table of Markdown'

# ---- bench/relevance on a set without types, in compressed form, and one with a line of names and the type last
mkdir -p data/ir/kaal data/ir/ander data/seeds
cat >corpus.jsonl <<'END'
{"id": "brug 1", "title": "De brug", "text": "De brug over het kanaal werd gesloten."}
{"id": "sluis", "title": "De sluis", "text": "De sluis bij het dorp bleef open."}
{"id": "molen", "title": "De molen", "text": "De molen maalt."}
END
gzip -c corpus.jsonl >data/ir/kaal/corpus.jsonl.gz
printf 'q1\tbrug\r\nq2\tmolen\r\n' >data/ir/kaal/queries.tsv
printf 'q1\tbrug 1\t1\nq2\tsluis\t1\n' >data/ir/kaal/qrels.txt
cp corpus.jsonl data/ir/ander/
printf 'qid\tquery\ttype\nq1\tbrug\twoord\nq2\tmolen\twoord\nq3\tde sluis\twoorden\n' >data/ir/ander/queries.tsv
printf 'query-id\tcorpus-id\tscore\nq1\tbrug 1\t1\nq2\tmolen\t1\nq3\tsluis\t1\n' >data/ir/ander/qrels.txt
echo 'De veerman heeft de oude pont verkocht.' >data/seeds/pont.txt
printf 'veerman\tpont.txt :: de oude pont\tgewoon\nzeppelin\tNONE :: -\tniets\n' >data/seeds/queries.tsv
run sh "$src/bench/relevance" data --build "$bin" --work kept --quick --misses 2
is "$status" 0 'relevance runs'
has out '^  all  *2  *0.5000  0.5000   0.5000' 'a set without types'
has out '^  woorden  *1  *1.0000' 'a set with names above its columns'
# shellcheck disable=SC2016 # backquotes of Markdown
has out 'molen \[query\]: wanted `sluis` (De sluis), first is `molen` (De molen)' 'a missed query'
has out '^2 of 2 are right' 'the seeds'
run sh "$src/bench/relevance" data --build "$bin" --work kept --quick --sets ander --markdown
is "$status" 0 'a folder of an earlier run can be used again'
has out '^## ander' 'as Markdown'
lacks out 'kaal' 'only the sets that were asked for'

# ---- refusals
mkdir data/ir/leeg mine && : >mine/file
run sh "$src/bench/relevance" data --build "$bin" --quick --sets leeg
is "$status" 2 'a set without a corpus is a failure'
has err 'leeg has no corpus.jsonl' 'and is named'
run sh "$src/bench/relevance" data --build "$bin" --work mine
is "$status" 1 'a folder with other things in it is not used'
run sh "$src/bench/relevance" nowhere
is "$status" 1 'no such folder'
run sh "$src/bench/relevance" data --build "$work"
is "$status" 1 'no programs'
finish
