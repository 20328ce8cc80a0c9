#!/bin/sh
# t181-lines.sh - a file of records in which little changed: only new lines are read, and the index is as if all had been.
. "${NASLAG_SRC:-.}/tests/tap.sh"

# The index must be equal to one that is made of the file anew.
is_as_new() {
    rm -rf nieuw
    "$bin/naslag-index" --quiet --index nieuw d >out2 2>&1
    "$bin/tests/list-terms" "$ix" | sort >een
    "$bin/tests/list-terms" nieuw | sort >twee
    ok "$1: the index is as if it were new" cmp een twee
}
written() { "$bin/naslag-index" --json --index "$ix" d | sed -n 's/.*"event":"done".*"documents":\([0-9]*\).*/\1/p'; }

mkdir d
awk 'BEGIN { for (i = 1; i <= 400; i++)
    printf "{\"id\":\"n%d\",\"title\":\"Besluit %d\",\"text\":\"De gemeente besluit nummer%d over zaak%d.\"}\n", i, i, i, i % 17 }' >d/a.jsonl
is "$(written)" 400 'all lines are new'
is "$(written)" 0 'none is, the next time'
touch -d '2020-01-01' d/a.jsonl
is "$(written)" 0 'nor when only the time changed'
sed -e '7s/zaak/kwestie/' -e '8s/zaak/kwestie/' -e '399s/zaak/kwestie/' d/a.jsonl >c && cp c d/a.jsonl
is "$(written)" 3 'three lines changed'
is_as_new 'changed'
is "$(names nummer7 EN kwestie7)" 'n7' '  and what they say is found'
sed -e '20d' -e '30,34d' d/a.jsonl >c && cp c d/a.jsonl
is "$(written)" 0 'lines went'
is "$(total gemeente)" 394 '  and so did their documents'
is_as_new 'removed'
(sed -n '50p' d/a.jsonl; echo; printf '  \t\r\n'; sed '50d' d/a.jsonl) >c && cp c d/a.jsonl
is "$(written)" 0 'a line was moved, and blank ones came'
is_as_new 'moved'
sed '5s/$/ /' d/a.jsonl >c && cp c d/a.jsonl
is "$(written)" 1 'white space behind a record is a change'
printf '{"id":"laatste","text":"zonder regeleinde"}' >>d/a.jsonl
is "$(written)" 1 'a line without its newline'
printf '\n' >>d/a.jsonl
is "$(written)" 0 '  which comes later'
sed '11s/.*/{"id":"n11","text":/' d/a.jsonl >c && cp c d/a.jsonl
run "$bin/naslag-index" --index "$ix" d
is $status 2 'a line that is no record'
run "$bin/naslag-index" --index "$ix" d
is $status 0 '  is not tried again as it is'
sed '11d' d/a.jsonl >c && cp c d/a.jsonl
indexer --quiet d
is_as_new 'and when it is gone'

# Records without an id are named after their place.
rm d/a.jsonl
printf '%s\n' '{"text":"appel een"}' '{"text":"peer twee"}' '{"text":"peer twee"}' '{"text":"noot drie"}' >d/b.jsonl
indexer --quiet d
is "$(names --without=samenvoegen peer)" '@21 @42' 'equal lines without an id are documents each'
sed '1s/een/een en meer/' d/b.jsonl >c && cp c d/b.jsonl
is "$(written)" 4 'when one grows, those behind it have other names'
is "$(names --without=samenvoegen peer)" '@29 @50' '  under which they are found'
is_as_new 'renamed'

# Large enough for several ranges.
awk 'BEGIN { for (i = 1; i <= 30000; i++) { printf "{\"id\":\"m%d\",\"text\":\"", i
    for (w = 0; w < 60; w++) printf "woord%d ", (i * 31 + w * w) % 5000; print "\"}" } }' >d/b.jsonl
ok 'a file of several ranges' test "$(wc -c <d/b.jsonl)" -gt 12000000
is "$(written)" 30000 'all its lines are new'
awk 'NR % 3000 == 7 { sub(/"text":"/, "\"text\":\"anders ") } { print }' d/b.jsonl >c && cp c d/b.jsonl
is "$(written)" 10 'ten lines changed'
is "$(total --without=samenvoegen anders)" 10 '  and are found'
is "$(total --without=samenvoegen woord1)" "$(grep -c 'woord1 ' d/b.jsonl)" '  as is the rest'
run "$bin/naslag-index" --index "$ix" --dry-run d
has err 'change 0 ' 'a dry run sees no change'
run "$bin/naslag-index" --index "$ix" d
has err '^none: 0 files to read' 'and a run says that there is nothing to do'
printf '{"id":"nog een","text":"appel"}\n' >>d/b.jsonl
run "$bin/naslag-index" --index "$ix" d
has err '^addition: 1 files to read' 'or that documents are added'
finish
