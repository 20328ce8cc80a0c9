# eval.awk - retrieval measures of a TREC run, by query type.
#     awk -f bench/eval.awk queries.tsv qrels.txt run.txt
# queries.tsv: qid TAB type TAB query.  Prints type, queries, MRR@10, R@10, nDCG@10; types in order of the alphabet, then all.
# A query without hits counts as 0, one without a relevant document is left out.  nDCG takes the grade as gain (Järvelin &
# Kekäläinen, TOIS 2002), as trec_eval does; with grades of 0 and 1 that is the usual binary measure.
#     -v tsv=1      the same as tab-separated numbers, without names
#     -v missed=1   instead: the queries with nothing relevant among the first ten, as qid TAB best relevant document
BEGIN { FS = "\t" }
FNR == 1 { file++; FS = file == 1 ? "\t" : " "; $0 = $0 }
file == 1 { type[$1] = $2; order[++queries] = $1; next }
file == 2 {
    if ($4 > 0 && !(($1, $3) in grade)) {
        grade[$1, $3] = $4
        grades[$1, ++wanted[$1]] = $4
        if (!($1 in best) || $4 > grade[$1, best[$1]]) best[$1] = $3
    }
    next
}
file == 3 {
    if ($4 > 10 || !(($1, $3) in grade) || seen[$1, $3]++) next
    if (!($1 in first) || $4 < first[$1]) first[$1] = $4
    found[$1]++
    gain[$1] += grade[$1, $3] / log2($4 + 1)
}
END {
    for (i = 1; i <= queries; i++) {
        q = order[i]
        if (!(q in wanted)) continue
        if (missed) {
            if (!(q in first)) print q "\t" best[q]
            continue
        }
        limit = ideal(q)
        add(type[q], q, limit)
        add("all", q, limit)
    }
    for (t in count) names[++kinds] = t
    for (i = 2; i <= kinds; i++) {
        for (k = i; k > 1 && before(names[k], names[k - 1]); k--) {
            t = names[k]; names[k] = names[k - 1]; names[k - 1] = t
        }
    }
    for (i = 1; i <= kinds; i++) {
        t = names[i]
        if (tsv && t != "all" && kinds == 2) continue
        printf tsv ? "%s\t%d\t%.4f\t%.4f\t%.4f\n" : "%-12s %5d queries  MRR@10 %.4f  R@10 %.4f  nDCG@10 %.4f\n", t, count[t], mrr[t] / count[t], recall[t] / count[t], ndcg[t] / count[t]
    }
}
function log2(x) { return log(x) / log(2) }
function before(a, b) { return a != "all" && (b == "all" || a < b) }
# The best that ten hits can gain: the highest grades first.
function ideal(q,    i, k, n, t, list, sum) {
    n = wanted[q]
    for (i = 1; i <= n; i++) {
        list[i] = grades[q, i]
        for (k = i; k > 1 && list[k] > list[k - 1]; k--) {
            t = list[k]; list[k] = list[k - 1]; list[k - 1] = t
        }
    }
    sum = 0
    for (i = 1; i <= n && i <= 10; i++) sum += list[i] / log2(i + 1)
    return sum
}
function add(t, q, limit) {
    count[t]++
    if (q in first) mrr[t] += 1 / first[q]
    recall[t] += found[q] / wanted[q]
    ndcg[t] += gain[q] / limit
}
