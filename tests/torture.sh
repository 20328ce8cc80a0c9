#!/bin/sh
# torture.sh - the long form of the tests of faults: make torture
#
# Runs each script below with large counts, shows what it says as it goes on, and ends with `N passed, N failed, N skipped`.
# Counts, with their defaults: NASLAG_KILLS=1000 kills, NASLAG_SIZES=300 full disks, NASLAG_SYSCALLS=600 failing system calls,
# NASLAG_CUTS=30 power cuts, NASLAG_MALLOCS=1200 failing allocations.  NASLAG_SEED=N chooses other moments; with
# NASLAG_TORTURE="t120 t162" only these scripts are run.  The exit status is 0 when nothing failed and something passed.
: "${NASLAG_KILLS:=1000}" "${NASLAG_SIZES:=300}" "${NASLAG_SYSCALLS:=600}" "${NASLAG_CUTS:=30}" "${NASLAG_MALLOCS:=1200}"
NASLAG_LONG=1
export NASLAG_KILLS NASLAG_SIZES NASLAG_SYSCALLS NASLAG_CUTS NASLAG_MALLOCS NASLAG_LONG

src=${NASLAG_SRC:-$PWD}
results=$(mktemp "${TMPDIR:-/tmp}/naslag-torture.XXXXXX") || exit 99
trap 'rm -f "$results"' EXIT
trap 'exit 99' HUP INT TERM

for script in t120-kill t160-nospace t161-syscalls t162-powercut t163-malloc t164-synced; do
    number=${script%%-*}
    case " ${NASLAG_TORTURE:-$number} " in *" $number "*) ;; *) continue ;; esac
    echo "== $script, from $(date +%H:%M:%S)"
    {
        sh "$src/tests/$script.sh" 2>&1
        status=$?
        [ $status -le 1 ] || echo "not ok - $script ended with status $status"
    } | tee -a "$results" | while IFS= read -r line; do echo "$number  $line"; done
done

awk '
    /^not ok/ { failed++; next }
    /^ok.*# SKIP/ || /^1\.\.0 # SKIP/ { skipped++; next }
    /^ok/ { passed++ }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed == 0
    }' "$results"
