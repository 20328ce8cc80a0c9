#!/bin/sh
# t901-manpages.sh - every manual page tells the options and exit statuses of its program, and no others; and the checker
# that proves it finds what is wrong.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

check=$src/build-aux/check-manpages
fixture=$src/build-aux/check-manpages-fixture

for page in naslag-index.1 naslag-search.1 naslag-searchd.8; do
    program=${page%.*}
    run "$check" "$bin/$program" "$src/man/$page"
    is "$(cat out err)" '' "$page agrees with $program --help"
    is "$status" 0 'and the checker says so'
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS ENVIRONMENT FILES 'EXIT STATUS' SIGNALS EXAMPLES DIAGNOSTICS 'SEE ALSO'; do
        has "$src/man/$page" "^\.Sh $section\$" "$page has a section $section"
    done
    if command -v mandoc >/dev/null; then
        run mandoc -T lint -W warning "$src/man/$page"
        is "$(cat out err)" '' "mandoc has no complaints about $page"
    else
        skip "mandoc has no complaints about $page" 'mandoc is not installed'
    fi
done

page=naslag-redactie.5
for section in NAME DESCRIPTION FILES EXAMPLES 'SEE ALSO'; do
    has "$src/man/$page" "^\.Sh $section\$" "$page has a section $section"
done
if command -v mandoc >/dev/null; then
    run mandoc -T lint -W warning "$src/man/$page"
    is "$(cat out err)" '' "mandoc has no complaints about $page"
else
    skip "mandoc has no complaints about $page" 'mandoc is not installed'
fi
run "$bin/naslag-index" --check-words "$src/docs/redactie-voorbeeld.txt"
is "$status" 0 'the example of an editor is good'

run "$check" "$fixture/program" "$fixture/program.1"
is "$status" 1 'a page that differs: status 1'
is "$(diff "$fixture/expected" out)" '' 'each difference is found, and nothing else'
run "$check" /bin/true "$fixture/program.1"
is "$status" 2 'a program without help: status 2'
finish
