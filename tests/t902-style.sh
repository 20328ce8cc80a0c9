#!/bin/sh
# t902-style.sh - the source is written as CONTRIBUTING.md says; and the checker that proves it finds what is wrong.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

check=$src/build-aux/check-style
fixture=$src/build-aux/check-style-fixture

run "$check" "$src"
is "$(cat out err)" '' 'the source is in style'
is "$status" 0 'and the checker says so'

run "$check" --rules "$fixture/style.rules" "$fixture"
is "$status" 1 'a tree with violations: status 1'
is "$(diff "$fixture/expected" out)" '' 'each violation is found, and nothing else'
mkdir empty
run "$check" empty
is "$status" 2 'nothing to check: status 2'

# Scripts: each can be parsed, by the shell its first line names.
for script in "$src/quickstart" "$src/.ci/run" "$src"/build-aux/check-includes "$src"/build-aux/check-manpages \
    "$src"/build-aux/check-style "$src"/tests/*.sh "$src"/searchd/*.sh; do
    [ -f "$script" ] || continue
    case $(head -n 1 "$script") in
    *bash*) run bash -n "$script" ;;
    *) run sh -n "$script" ;;
    esac
    is "$status$(cat err)" 0 "${script#"$src"/} can be parsed"
done
finish
