#!/bin/sh
# t904-corpus.sh - the queries of corpus/queries.tsv find what corpus/qrels.txt says, not worse than the figures below.
#
# A query counts as `first` when its document comes first; RR is 1/rank of the best right document among the first ten, 0
# when there is none; MRR is the mean.  The figures are floors, a little under what is reached: raise them when the
# engine gets better, lower one only with the reason in the commit message.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

cat >floors <<'END'
# type          first   MRR@10
alle            75      0.905
woord           6       0.80
woorden         10      0.95
titel           6       0.85
frase           8       0.94
verbuiging      6       0.92
samenstelling   5       0.60
afkorting       6       0.85
accent          4       0.90
getal           5       0.90
koppelteken     5       0.90
natuurlijk      5       0.70
END

# ---- the fixture of this test is a release: nothing may be lacking
if [ -f "$src/corpus/local.mk" ]; then
    (cd "$src" && find corpus -type f ! -name local.mk ! -name '*~' | sort) >there
    grep -o 'corpus/[^ \\]*\.[a-z]*' "$src/corpus/local.mk" | grep -v -e '^corpus/local.mk' | sort -u >named
    is "$(diff named there)" '' 'corpus/local.mk names every file of the archive'
fi

# The queries and the judgements are texts, too, and would be the best answers.
mkdir corpus
cp -R "$src"/corpus/*/ corpus/
indexer corpus
is "$status" 0 'the demo archive is indexed'
run "$bin/naslag-search" --index "$ix" --limit 10 --trec "$src/corpus/queries.tsv"
is "$status" 0 'all queries are run'
cp out ranking

# judge RANKING: a line `query ID TYPE RANK-or-0` for each query, then `type NAME QUERIES FIRST MRR` for each type and all
judge() {
    awk '
    FILENAME ~ /qrels/ { right[$1, $3] = $4; next }
    FILENAME ~ /queries/ { split($0, field, "\t"); id[++count] = field[1]; type[field[1]] = field[2]; next }
    right[$1, $3] > 0 && !($1 in rank) && $4 <= 10 { rank[$1] = $4 }
    END {
        for (i = 1; i <= count; i++) {
            q = id[i]
            place = q in rank ? rank[q] : 0
            print "query", q, type[q], place
            for (k = 1; k <= 2; k++) {
                t = k == 1 ? type[q] : "alle"
                if (!(t in queries)) order[++types] = t
                queries[t]++
                first[t] += place == 1
                sum[t] += place ? 1 / place : 0
            }
        }
        for (i = 1; i <= types; i++) printf "type %s %d %d %.4f\n", order[i], queries[order[i]], first[order[i]], sum[order[i]] / queries[order[i]]
    }' "$src/corpus/qrels.txt" "$src/corpus/queries.tsv" "$1"
}

judge ranking >judged
note "$(printf '%-14s %7s %5s %6s' type queries first MRR@10)"
awk '$1 == "type" { printf "# %-14s %7d %5d %6.3f\n", $2, $3, $4, $5 }' judged
note 'not first:'
awk '$1 == "query" && $4 != 1 { print $2, $4 }' judged | while read -r query rank; do
    case $rank in 0) rank='not among ten' ;; *) rank="at $rank" ;; esac
    note "  $(grep "^$query	" "$src/corpus/queries.tsv" | tr '\t' ' '): $rank"
done

grep -v '^#' floors >wanted
while read -r type first mrr; do
    reached=$(awk -v t="$type" '$1 == "type" && $2 == t { print $4, $5 }' judged)
    ok "$type: first ${reached% *} (floor $first), MRR@10 ${reached#* } (floor $mrr)" \
        awk -v got="$reached" -v first="$first" -v mrr="$mrr" \
        'BEGIN { exit !(split(got, part, " ") == 2 && part[1] >= first && part[2] >= mrr) }'
done <wanted
is "$(awk '$1 == "type" { print $2 }' judged | sort)" "$(awk '{ print $1 }' wanted | sort)" 'every type has a floor'

# ---- the judging can fail: a ranking upside down is worse
awk '{ $4 = 11 - $4; print }' ranking | sort -k 1,1 -k 4,4n >reversed
judge reversed >judged-reversed
ok 'a reversed ranking is judged worse' awk '
    $1 == "type" && $2 == "alle" { mrr[++n] = $5 }
    END { exit !(n == 2 && mrr[2] < mrr[1] - 0.1) }' judged judged-reversed
finish
