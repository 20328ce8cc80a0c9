# table.awk - tab-separated rows, of which the first is the head, as an aligned table; with -v markdown=1 as one of Markdown.
# The first column is to the left, numbers to the right.
BEGIN { FS = "\t" }
{
    for (i = 1; i <= NF; i++) {
        cell[NR, i] = $i
        if (length($i) > width[i]) width[i] = length($i)
    }
    if (NF > columns) columns = NF
}
END {
    for (row = 1; row <= NR; row++) {
        line(row)
        if (row == 1) rule()
    }
    print ""
}
function line(row,    i, out) {
    out = markdown ? "|" : " "
    for (i = 1; i <= columns; i++) out = out sprintf(i == 1 ? " %-*s" : " %*s", width[i], cell[row, i]) (markdown ? " |" : " ")
    sub(/ +$/, "", out)
    print out
}
function rule(    i, k, out) {
    out = markdown ? "|" : " "
    for (i = 1; i <= columns; i++) {
        out = out (markdown && i == 1 ? ":" : markdown ? "-" : " ")
        for (k = 0; k < width[i]; k++) out = out "-"
        out = out (markdown && i > 1 ? ":|" : markdown ? "-|" : " ")
    }
    sub(/ +$/, "", out)
    print out
}
