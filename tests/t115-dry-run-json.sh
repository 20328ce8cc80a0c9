#!/bin/sh
# t115-dry-run-json.sh - --dry-run changes nothing, --json speaks JSON, --quiet is quiet.
. "${NASLAG_SRC:-.}/tests/tap.sh"

# Every line is one JSON object with an "event": a recogniser of JSON in awk.
is_events() {
    awk '
        { rest = $0; if (rest !~ /^\{"event":"[a-z]+"/) bad("no event"); value(); if (rest != "") bad("more on the line: " rest) }
        function bad(why) { if (!wrong) print FILENAME ":" NR ": " why; wrong = 1; rest = "" }
        function eat(re) { if (match(rest, "^" re)) { rest = substr(rest, RLENGTH + 1); return 1 } return 0 }
        function string() { return eat("\"([^\"\\\\\001-\037]|\\\\([\"\\\\/bfnrt]|u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]))*\"") }
        function value() {
            if (string() || eat("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?") || eat("(true|false|null)")) return
            if (eat("\\{")) { if (eat("\\}")) return; do { if (!string() || !eat(":")) { bad("no key: " rest); return } value() } while (eat(",")); if (!eat("\\}")) bad("no }: " rest); return }
            if (eat("\\[")) { if (eat("\\]")) return; do value(); while (eat(",")); if (!eat("\\]")) bad("no ]: " rest); return }
            bad("no value: " rest)
        }
        END { exit wrong || NR == 0 }' "$1" >why || { note "$(cat why)"; return 1; }
}
printf '%s\n' '{"event":"x","y":[1,{"z":"\u0041\n"},-2.5e3,null]}' >proef
ok '(the recogniser accepts JSON)' is_events proef
for line in '{"event":"x",}' '{"event":"x"} {' '{"event":"x","y":"\q"}' '{"event":x}' '{"ev":"x"}' '{"event":"x"'; do
    printf '%s\n' "$line" >proef
    is_events proef >/dev/null
    is $? 1 "(and refuses $line)"
done

mkdir -p s/map
printf 'gemeente een\n' >s/een.txt
printf 'gemeente twee\n' >"s/map/twee \"woorden\" \\ $(printf '\001\351').txt"
printf '{"id":"a","text":"gemeente drie"}\n{"id":\n' >s/drie.jsonl
printf 'GIF89a\nx\n' >s/vier.docx

# ---- --dry-run where nothing is ------------------------------------------------------------------
indexer_is 0 '--dry-run without an index' --dry-run s
has out '^add  *s/een.txt$' '  names what it would add'
has err 'would add 4' '  and counts it'
ok '  and makes no index' test ! -e "$ix"
rm -rf "$ix"

# ---- --json ---------------------------------------------------------------------------------------
indexer_is 2 '--json' --json s
ok '  every line is an event' is_events out
is "$(sed 's/^{"event":"\([a-z]*\)".*/\1/' out | sort | uniq -c | awk '{ printf "%s %s, ", $1, $2 }')" '1 done, 4 file, 1 published, 1 way, ' \
    '  one for each file, the publication and the end'
is "$(cat err)" '' '  and nothing on standard error'
has out '"event":"file","source":"s","path":"een.txt","state":"indexed","records":1}' '  a file'
has out '"path":"drie.jsonl","state":"indexed","records":1,"reason":"1 of 2 records failed"' '  a file of which a record failed'
has out '"event":"published","generation":1,"documents":3}' '  the publication'

# ---- --dry-run --------------------------------------------------------------------------------------
printf 'gemeente een en meer\n' >s/een.txt
printf 'gemeente vijf\n' >s/vijf.txt
rm s/map/twee*
rest() { listing "$ix" | grep -v -e '/lock$' -e 'ledger.db-'; }
before=$(rest)
indexer_is 0 '--dry-run' --dry-run s
is "$(sort out | tr -s ' ' | tr '\n' ';')" 'add s/vijf.txt;change s/een.txt;' '  names what is new and what changed'
has err 'would add 1, change 1 and remove 1 files' '  and counts'
is "$(rest)" "$before" '  nothing in the index changed'
is "$(names vijf)$(names meer)" '' '  nor in what is found'
indexer_is 0 '--dry-run --json' --dry-run --json s
ok '  every line is an event' is_events out
has out '"event":"plan","source":"s","path":"vijf.txt","action":"add"' '  what is new'
has out '"event":"done","dry_run":true,.*"new":1,"changed":1,.*"vanished":1' '  and the counts'
is "$(rest)" "$before" '  nothing changed'
indexer_is 0 '--dry-run --quiet' --dry-run --quiet s
is "$(cat out err)" '' '  is quiet'
indexer_is 0 'a run after that' --json s
is "$(json_value out 'done' new) $(json_value out 'done' changed) $(json_value out 'done' vanished)" '1 1 1' '  does what was told'

# ---- --quiet -----------------------------------------------------------------------------------------
printf 'gemeente zes\n' >s/zes.txt
indexer_is 0 '--quiet' --quiet s
is "$(cat out err)" '' '  is quiet'
printf '{"id":"a","text":"gemeente drie"}\n{"id":,\n' >s/drie.jsonl
indexer_is 2 '--quiet with a failure' --quiet s
has err 's/drie.jsonl record @34: ' '  lists it'
is "$(cat out)" '' '  on standard error only'
indexer_is 0 'without options' s
is "$(cat out)" '' '  standard output is empty'
lacks err "$(printf '\r\\|\033')" '  and a log gets no bar'

# ---- --status ------------------------------------------------------------------------------------------
indexer_is 0 '--status --json' --status --json
sed 's/^{/{"event":"status",/' out >proef
ok '  is JSON' is_events proef
has out "\"index\":\"$ix\",\"generation\":[0-9]*,\"documents\":4,\"parts\":[0-9]*,\"bytes\":[0-9]*,.*\"terms\":\"terms-" '  with the totals'
before=$(rest)
indexer --status
is "$(rest)" "$before" '  nothing changed'
finish
