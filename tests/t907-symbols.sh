#!/bin/sh
# t907-symbols.sh - no function has two definitions.  The linker takes the first that it finds in a library, so two programs can get
# different ones without a word (it happened: indexing and searching had different lists of function words).
. "${NASLAG_SRC:-.}/tests/tap.sh"

command -v nm >/dev/null 2>&1 || skip_all 'nm is not installed'
ls "$bin"/lib*.a >/dev/null 2>&1 || skip_all 'no libraries here'

# Lines of nm -A: "library:object:address type name"; prints names that are defined more than once.
twice() { awk '$2 ~ /^[TDBRC]$/ { print $3 }' | sort | uniq -d; }

is "$(printf 'a:x.o:00 T one\na:y.o:00 T two\nb:z.o:00 T one\nb:z.o:00 W weak\na:x.o:00 W weak\n' | twice)" one \
    'the search finds what is defined twice'
libraries=$(for each in base text shim extract search; do ls "$bin/lib$each.a"; done)
# shellcheck disable=SC2086
nm -A -g --defined-only $libraries 2>/dev/null >symbols
ok 'there are symbols' test "$(wc -l <symbols)" -gt 500
is "$(twice <symbols)" '' 'every function is defined once'
finish
