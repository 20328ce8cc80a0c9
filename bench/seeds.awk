# seeds.awk - judges one answer of naslag-search --json: is the expected file first, and its passage shown?
#     EXPECTED='file :: phrase' awk -f bench/seeds.awk answer.json
# Prints rank TAB passage TAB right TAB first file.  Rank is that of the expected file, 0 when it is not there; passage and right
# are 1 or 0.  The phrase must stand in a snippet of that file; markup, punctuation, case and white space do not count, so
# that neither a mended hyphen nor a typographic apostrophe does.  Expected file NONE: right when nothing is found.  LC_ALL=C.
{ json = json $0 " " }
END {
    at = index(ENVIRON["EXPECTED"], " :: ")
    file = at ? substr(ENVIRON["EXPECTED"], 1, at - 1) : ENVIRON["EXPECTED"]
    phrase = at ? plain(substr(ENVIRON["EXPECTED"], at + 4)) : ""
    walk(json)
    if (file == "NONE") print 0 "\t" 0 "\t" (documents == 0) "\t" names[1]
    else print rank + 0 "\t" passage + 0 "\t" (rank == 1 && passage) "\t" names[1]
}
# Steps through the JSON, with the key in hand at each depth.
function walk(json,    depth, text, c, key) {
    depth = 0
    while (match(json, /["{}\[\]]/)) {
        c = substr(json, RSTART, 1)
        json = substr(json, RSTART)
        if (c != "\"") {
            depth += c == "{" || c == "[" ? 1 : -1
            key[depth] = c == "{" || c == "[" ? "" : key[depth]
            json = substr(json, 2)
            continue
        }
        if (!match(json, /^"([^"\\]|\\.)*"/)) return
        text = substr(json, 2, RLENGTH - 2)
        json = substr(json, RLENGTH + 1)
        if (match(json, /^ *:/)) key[depth] = text
        else if (depth == 3 && key[1] == "documenten" && key[3] == "naam") document(text)
        else if (depth == 5 && key[1] == "documenten" && key[3] == "fragmenten" && key[5] == "html") fragment(text)
    }
}
function document(name) {
    names[++documents] = name
    if (name == file && !rank) rank = documents
}
function fragment(html) {
    if (names[documents] == file && index(plain(html), phrase)) passage = 1
}
# Letters and digits in lower case, and single spaces.  Bytes of characters beyond ASCII stay, but for quotes and dashes.
function plain(text) {
    gsub(/\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]/, "", text)
    gsub(/\\[nrt]/, " ", text)
    gsub(/<[^>]*>/, "", text)
    gsub(/&(#39|quot|amp|lt|gt);/, "", text)
    gsub(/\342\200[\220-\237]/, "", text)
    gsub(/\302\240/, " ", text)
    gsub(/[\001-\037 ]+/, " ", text)
    gsub(/[!-\/:-@\[-`{-~]/, "", text)
    gsub(/  +/, " ", text)
    return tolower(text)
}
