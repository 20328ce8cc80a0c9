# growth.awk - the rows of bench/growth --tsv (with their head) as a plot in SVG: four panels over the number of documents.
#     awk -f growth.awk growth.tsv >growth.svg
# The number of documents is on a logarithmic axis, all else begins at 0.  Colours follow the reader's light or dark scheme.
BEGIN { FS = "\t" }
NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
{
    n++
    documents[n] = value("documents")
    figure["cpu", n] = 1000 * value("cpu s") / documents[n]
    figure["index", n] = value("index bytes") / value("text bytes")
    figure["memory", n] = value("peak pss kB") * 1.024 / 1000
    figure["own", n] = value("peak own kB") * 1.024 / 1000
    figure["p50", n] = value("p50 ms")
    figure["p99", n] = value("p99 ms")
}
function value(name) {
    if (!(name in column)) { print "growth.awk: no column " name >"/dev/stderr"; broken = 1; exit 1 }
    return $column[name] + 0
}
END {
    if (broken || n == 0) exit 1
    low = log(documents[1]); high = log(documents[n])
    if (high <= low) { low -= 0.5; high += 0.5 }
    width = 360; height = 272
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" " \
        "role=\"img\" aria-labelledby=\"t d\">\n", 2 * width, 2 * height
    print "<title id=\"t\">Growth of an index of invented Dutch documents</title>"
    print "<desc id=\"d\">" description() "</desc>"
    print "<style>"
    print "svg { background: #ffffff; --ink: #1b1f24; --soft: #59636e; --rule: #d5dae0; --a: #0b5cad; --b: #b3500b }"
    print "@media (prefers-color-scheme: dark) {"
    print "  svg { background: #14181d; --ink: #e8ecf0; --soft: #9aa5b1; --rule: #343c46; --a: #6db3f8; --b: #f0a35e }"
    print "}"
    print "text { fill: var(--soft); font-size: 11px } .head { fill: var(--ink); font-size: 13px; font-weight: 600 }"
    print ".rule { stroke: var(--rule) } .axis { stroke: var(--soft) } polyline { fill: none; stroke-width: 2 }"
    print ".a { stroke: var(--a) } .b { stroke: var(--b) } circle.a { fill: var(--a) } circle.b { fill: var(--b) }"
    print "text.a { fill: var(--a); stroke: none } text.b { fill: var(--b); stroke: none } .value { font-size: 10px }"
    print "</style>"
    panel(0, 0, "Indexing: processor time", "ms a document", "cpu", "", "", "")
    panel(1, 0, "Index on disk", "bytes a byte of text", "index", "", "", "")
    panel(0, 1, "Peak memory of all processes", "MB", "memory", "own", "all", "without page cache")
    panel(1, 1, "Search, ten hits with snippets", "ms", "p50", "p99", "p50", "p99")
    print "</svg>"
}
function description(    i, text) {
    text = "Over the number of documents:"
    for (i = 1; i <= n; i++)
        text = text sprintf(" %s documents: %.2f ms of processor time a document, index %.2f times the text, %.0f MB of memory, " \
            "search p50 %.2f ms and p99 %.2f ms.", short(documents[i]), figure["cpu", i], figure["index", i], figure["memory", i],
            figure["p50", i], figure["p99", i])
    return text
}
function panel(across, down, title, unit, first, second, first_name, second_name,    left, top, right, bottom, most, step, y, i) {
    left = across * width + 54; top = down * height + 46; right = (across + 1) * width - 28; bottom = (down + 1) * height - 40
    most = 0
    for (i = 1; i <= n; i++) {
        if (figure[first, i] > most) most = figure[first, i]
        if (second != "" && figure[second, i] > most) most = figure[second, i]
    }
    step = nice(most / 5)
    most = step * ceiling(most * 1.06 / step)
    printf "<text class=\"head\" x=\"%d\" y=\"%d\">%s</text>\n", left, top - 26, title
    printf "<text x=\"%d\" y=\"%d\">%s</text>\n", left, top - 11, unit
    for (i = 0; i * step <= most * 1.0001; i++) {
        y = bottom - (bottom - top) * i * step / most
        printf "<path class=\"%s\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
            i ? "rule" : "axis", left, y, right, left - 6, y + 4, number(i * step, step)
    }
    for (i = 1; i <= n; i++)
        printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", at_x(i, left, right), bottom + 16, short(documents[i])
    printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">documents (log)</text>\n", right, bottom + 31
    if (second != "") {
        printf "<text class=\"b\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", right, top - 11, second_name
        printf "<text class=\"a\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", right, top - 26, first_name
        line(second, "b", left, right, top, bottom, most, step)
    }
    line(first, "a", left, right, top, bottom, most, step)
}
function line(name, class, left, right, top, bottom, most, step,    i, x, y) {
    printf "<polyline class=\"%s\" points=\"", class
    for (i = 1; i <= n; i++) printf "%.1f,%.1f ", at_x(i, left, right), bottom - (bottom - top) * figure[name, i] / most
    print "\"/>"
    for (i = 1; i <= n; i++) {
        x = at_x(i, left, right)
        y = bottom - (bottom - top) * figure[name, i] / most
        printf "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/><text class=\"%s value\" x=\"%.1f\" y=\"%.1f\" " \
            "text-anchor=\"middle\">%s</text>\n", class, x, y, class, x, name == "own" ? y + 15 : y - 7, number(figure[name, i], step / 10)
    }
}
function at_x(i, left, right) { return left + 16 + (right - left - 32) * (log(documents[i]) - low) / (high - low) }
function short(count) {
    if (count >= 1e6) return trim(count / 1e6) "M"
    return count >= 1000 ? trim(count / 1000) "k" : count ""
}
function trim(x) { return sprintf("%.1f", x) ~ /\.0$/ ? sprintf("%d", x) : sprintf("%.1f", x) }
function number(figure, step) { return sprintf(step >= 1 ? "%.0f" : step >= 0.1 ? "%.1f" : step >= 0.01 ? "%.2f" : "%.3f", figure) }
function ceiling(x) { return x == int(x) ? x : int(x) + 1 }
# The 1, 2 or 5 times a power of ten that is not below x.
function nice(x,    power) {
    if (x <= 0) return 1
    power = 1
    while (power > x) power /= 10
    while (power * 10 <= x) power *= 10
    return x <= power ? power : x <= 2 * power ? 2 * power : x <= 5 * power ? 5 * power : 10 * power
}
