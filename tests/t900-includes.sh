#!/bin/sh
# t900-includes.sh - the folders include each other, and foreign headers, only as build-aux/includes.rules says; and the
# checker that proves it finds what is wrong.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

check=$src/build-aux/check-includes
fixture=$src/build-aux/include-fixture

run "$check" "$src"
is "$(cat out err)" '' 'the source keeps to the rules'
is "$status" 0 'and the checker says so'

run "$check" "$fixture"
is "$status" 1 'a tree with violations: status 1'
sort "$fixture/expected" >expected
sort out >found
is "$(diff expected found)" '' 'each violation is found, and nothing else'

run "$check" --rules /dev/null "$fixture"
is "$status" 1 'without rules no folder is known'
echo 'folder base' >rules
run "$check" --rules rules "$fixture"
is "$status" 2 'a rule that is none: status 2'
has out '^.*rules:1: not a rule' 'and it is named'
mkdir empty
run "$check" empty
is "$status" 2 'nothing to check: status 2'
finish
