#!/bin/sh
# t045-sandbox.sh - the indexer says what holds its workers in, refuses when that is too little, and survives what documents do;
# with NASLAG_FILES set to a folder of real files: every broken PDF ends in one state with a reason.
. "${NASLAG_SRC:-.}/tests/tap.sh"

mkdir docs
echo 'De gemeenteraad vergadert over de begroting.' >docs/goed.txt
printf '%%PDF-1.4\nrommel' >docs/kapot.pdf
echo 'geen pdf' >docs/anders.pdf

run "$bin/naslag-index" --self-test-sandbox
if grep -q 'Address\|no_new_privs, rlimits, no cap' err; then
    skip 'the sandbox holds' 'built with AddressSanitizer'
else
    is $status 0 'self-test: status 0'
    has err '^sandbox: no_new_privs, seccomp, rlimits' 'the layers are named'
    is "$(grep -c '^ok .* stopped by' out)" 11 'eleven attempts are stopped'
    lacks out FAILED 'none succeeds'

    run "$bin/tests/weaken" "$bin/naslag-index" --index "$ix" docs
    is $status 5 'without Landlock and namespaces the indexer refuses'
    has err 'Landlock or a mount namespace missing' 'says what is missing'
    has err 'allow-weak-sandbox' 'and what may be done'
    ok 'and makes no index' test ! -e "$ix"
    run "$bin/tests/weaken" "$bin/naslag-index" --explain docs/goed.txt
    is $status 2 'no explanation either: the worker refuses'
    has out 'sandbox of the extraction worker lacks' 'for that reason'
    run "$bin/tests/weaken" "$bin/naslag-index" --index "$ix" --allow-weak-sandbox --quiet docs
    is $status 2 'when told so it goes on'
    has err 'warning: documents are read in a weak sandbox' 'with a warning'
    is "$(names gemeenteraad)" goed.txt 'and reads'
    run "$bin/tests/weaken" "$bin/naslag-index" --self-test-sandbox --allow-weak-sandbox
    is $status 0 'seccomp and limits stop the attempts by themselves'
    rm -rf "$ix"
fi

indexer_is 2 'broken documents do not stop a run' docs
has err '^sandbox: ' 'what is active is told'
has err 'kapot.pdf: the PDF is damaged beyond reading' 'each has its reason'
is "$(names geen)" anders.pdf 'what only its name calls a PDF is read as what it is'
is "$(names gemeenteraad)" goed.txt 'the good one is there'
indexer_is 0 'they are not tried again' docs
has err '3 unchanged' 'all three are known'
sleep 0.1
printf '%%PDF-1.4\nrommel en meer' >docs/kapot.pdf
indexer_is 2 'a changed one is' docs
has err '1 changed, 2 unchanged' 'that one alone'

if [ -d "${NASLAG_FILES:-/nonexistent}/hostile-pdf" ]; then
    rm -rf "$ix"
    limit=600
    indexer --quiet --jobs 2 "$NASLAG_FILES/hostile-pdf"
    ok 'hostile PDFs: the run ends' test "$status" -le 2
    files=$(find "$NASLAG_FILES/hostile-pdf" -type f -name '*.pdf' | wc -l | tr -d ' ')
    indexer --status
    note "$(grep -E '^ +(files|indexed|truncated|empty|skipped|failed|pending) +[0-9]+( +[0-9.]+%)?$' out)"
    is "$(sed -nE 's/^ +(indexed|truncated|empty|failed) +([0-9]+) +[0-9.]+%$/\2/p' out | awk '{ n += $1 } END { print n }')" "$files" \
        'each file is in one state'
    lacks out 'crashed\|SIGSYS\|more than .* ms' 'none crashed its worker, none hung'
else
    skip 'hostile PDFs' 'NASLAG_FILES is not set'
fi
finish
