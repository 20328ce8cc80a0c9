# eval.awk - retrieval measures of a TREC run, by query type.
#     awk -f bench/eval.awk queries.tsv qrels.txt run.txt
# queries.tsv: qid TAB type TAB query.  Prints type, queries, MRR@10, R@10, nDCG@10.  A query without hits counts as 0.
BEGIN { FS = "\t" }
FNR == 1 { file++ ; FS = file == 1 ? "\t" : " "; $0 = $0 }
file == 1 { type[$1] = $2; order[++queries] = $1; next }
file == 2 { if ($4 > 0) { relevant[$1, $3] = 1; wanted[$1]++ } next }
file == 3 {
    if ($4 > 10 || !(($1, $3) in relevant)) next
    if (!($1 in first) || $4 < first[$1]) first[$1] = $4
    found[$1]++
    gain[$1] += 1 / (log($4 + 1) / log(2))
}
END {
    for (i = 1; i <= queries; i++) {
        q = order[i]
        if (!(q in wanted)) continue
        t = type[q]
        ideal = 0
        for (k = 1; k <= wanted[q] && k <= 10; k++) ideal += 1 / (log(k + 1) / log(2))
        add(t, q, ideal)
        add("all", q, ideal)
    }
    for (t in count) {
        printf "%-12s %5d queries  MRR@10 %.4f  R@10 %.4f  nDCG@10 %.4f\n", t, count[t], mrr[t] / count[t], recall[t] / count[t], ndcg[t] / count[t] | "sort"
    }
}
function add(t, q, ideal) {
    count[t]++
    if (q in first) mrr[t] += 1 / first[q]
    recall[t] += found[q] / wanted[q]
    ndcg[t] += gain[q] / ideal
}
