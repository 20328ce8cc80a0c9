#!/bin/sh
# t124-descriptors.sh - a run of many segments does not depend on the soft limit of open files (merging opens four a segment).
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir s
awk 'BEGIN { srand(9); for (f = 1; f <= 2500; f++) { line = ""
    for (i = 0; i < 500; i++) line = line " woord" int(rand() * 50000); print "{\"id\":\"r" f "\",\"text\":\"gemeente" line "\"}" } }' >s/r.jsonl
(ulimit -Sn 48 && "$bin/naslag-index" --index "$ix" --quiet s >out 2>err </dev/null)
is $? 0 'many segments under a low soft limit'
is "$(cat err)" '' '  without a complaint'
finish
