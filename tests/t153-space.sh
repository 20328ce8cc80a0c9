#!/bin/sh
# t153-space.sh - a disk that is too full: refused before anything is done, with numbers; when it fills up all the same, the old
# generation stays, what was half done is gone, and the next run goes on (issue 5).
. "${NASLAG_SRC:-.}/tests/tap.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'only root can mount a small file system'
small=$work/klein
mkdir "$small"
mount -t tmpfs -o size=16m naslag-test "$small" 2>/dev/null || skip_all 'a small file system cannot be mounted'
tap_cleanup() { umount -l "$small" 2>/dev/null; }
ix=$small/index
used() { du -sk "$ix" | cut -f 1; }

mkdir s veel
for i in 1 2 3 4 5; do echo "appel nummer w$i over de gemeente" >"s/f$i.txt"; done
indexer_is 0 'an index on a small disk' s
before=$(listing "$ix" | grep -v 'ledger.db\|lock')
awk 'BEGIN { srand(5); for (f = 1; f <= 900; f++) { name = "veel/v" f ".txt"
    for (i = 0; i < 1200; i++) printf "woord%d ", rand() * rand() * 300 >name; print "gemeente" >name; close(name) } }'

indexer s veel
is "$status" 5 'too much to read for the room there is'
has err 'about [0-9]* MB' 'says how much is needed'
has err '[0-9]* MB are free' 'and how much there is'
has err 'no-space-check' 'and how to begin all the same'
is "$(listing "$ix" | grep -v 'ledger.db\|lock')" "$before" 'nothing was changed'
indexer --dry-run s veel
is "$status" 0 'a dry run needs no room'

indexer --no-space-check s veel
is "$status" 5 'begun all the same: out of space'
has err '[Nn]o space' 'and says so'
is "$(names appel | wc -w)" 5 'the old generation can be searched'
is "$(ls "$ix/tmp" | wc -l)" 0 'nothing half done is left'
is "$(listing "$ix" | grep -v 'ledger.db\|lock\|texts/')" "$(echo "$before" | grep -v 'texts/')" 'the index is as it was'
indexer_is 0 'and sound' --verify
rm veel/v[2-9]*
indexer_is 0 'with less to do the next run finishes' s veel
is "$(total gemeente)" "$(($(ls veel | wc -l) + 5))" 'and everything is there'
indexer_is 0 'and sound' --verify
indexer_is 0 'a network file system would be allowed' --allow-network-fs s veel
finish
