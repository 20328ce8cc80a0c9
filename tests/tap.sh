# tap.sh - helpers for the shell tests; source it first:  . "${NASLAG_SRC:-.}/tests/tap.sh"
#
# Gives each test a directory of its own ($work, also the current directory, removed at the end) and prints TAP.
#     ok 'what' command...            passes when the command succeeds
#     is "$got" "$wanted" 'what'      passes when the strings are equal
#     has FILE PATTERN 'what'         passes when a line of the file matches the basic regular expression
#     lacks FILE PATTERN 'what'
#     run COMMAND...                  runs it with a time limit: $status, and its output in ./out and ./err
#     indexer OPTION...               run naslag-index --index "$ix" OPTION...
#     names QUERY...                  names of the documents found in "$ix", sorted, on one line
#     total QUERY...                  how many there are
#     reseal DIRECTORY                after changing the manifest of an index
#     finish                          prints the plan and sets the exit status
# POSIX shell and tools only.

bin=${NASLAG_BIN:-$PWD}
src=${NASLAG_SRC:-$PWD}
limit=${NASLAG_TEST_TIMEOUT:-120} # seconds for one program
LC_ALL=C
export LC_ALL

work=$(mktemp -d "${TMPDIR:-/tmp}/naslag-test.XXXXXX") || exit 99
case $work in /*) ;; *) work=$PWD/$work ;; esac
case $bin in /*) ;; *) bin=$PWD/$bin ;; esac
case $src in /*) ;; *) src=$PWD/$src ;; esac
cd "$work" || exit 99
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR
ix=$work/index

tap_count=0
tap_failed=0
tap_cleanup() { :; } # a test may define its own

tap_exit() {
    tap_cleanup
    cd /
    chmod -R u+rwx "$work" 2>/dev/null
    rm -rf "$work"
}
trap tap_exit EXIT
trap 'exit 99' HUP INT TERM

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

note() { printf '%s\n' "$*" | sed 's/^/# /'; }

tap_result() { # 0 or not, what
    tap_count=$((tap_count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tap_count - $2"
        return 0
    fi
    echo "not ok $tap_count - $2"
    tap_failed=$((tap_failed + 1))
    return 1
}

ok() {
    tap_what=$1
    shift
    "$@"
    tap_result $? "$tap_what"
}

skip() { # what, why
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

is() {
    if [ "$1" = "$2" ]; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3"
        note "got:    $(printf '%s' "$1" | head -c 1000)"
        note "wanted: $(printf '%s' "$2" | head -c 1000)"
        return 1
    fi
}

has() {
    if grep -q -e "$2" "$1"; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3"
        note "no line matches $2 in $1:"
        head -c 1500 "$1" | sed 's/^/# | /'
        return 1
    fi
}

lacks() {
    if grep -q -e "$2" "$1"; then
        tap_result 1 "$3"
        grep -e "$2" "$1" | head -n 5 | sed 's/^/# | /'
        return 1
    else
        tap_result 0 "$3"
    fi
}

run() {
    timeout -k 5 "$limit" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ $status -eq 124 ] || [ $status -eq 137 ]; then
        note "took longer than $limit s: $*"
    fi
    return 0
}

indexer() { run "$bin/naslag-index" --index "$ix" "$@"; }

# The status must be as told, else the messages are shown.
indexer_is() { # status, what, option...
    tap_wanted=$1
    tap_what=$2
    shift 2
    indexer "$@"
    if ! is "$status" "$tap_wanted" "$tap_what"; then
        head -c 1500 "$work/err" | sed 's/^/# | /'
        return 1
    fi
}

search_json() { timeout -k 5 "$limit" "$bin/naslag-search" --index "$ix" --json --limit 1000 "$@" </dev/null; }

names() { search_json "$@" | sed 's/"interpretatie":.*//' | grep -o '"naam":"[^"]*","titel"' | sed 's/^"naam":"//; s/","titel"$//' | sort | tr '\n' ' ' | sed 's/ $//'; }

total() { search_json "$@" | sed -n 's/^{"totaal":{"aantal":\([0-9]*\),.*/\1/p'; }

# The number of the published generation, 0 when there is none.
generation() { sed -n 's/^generation //p' "$ix/current" 2>/dev/null | grep . || echo 0; }

manifest() { cat "$ix/generations/$(generation)"; }

# After the published manifest of an index was changed: makes its seal and `current` agree.
reseal() { # directory
    tap_manifest=$1/generations/$(sed -n 's/^generation //p' "$1/current")
    head -n 1 "$tap_manifest" >"$work/sealed"
    tap_seal=$(sha256sum <"$work/sealed" | cut -d ' ' -f 1)
    echo "sha256 $tap_seal" >>"$work/sealed"
    cp "$work/sealed" "$tap_manifest"
    sed "s/^manifest .*/manifest $tap_seal/" "$1/current" >"$work/sealed" && cp "$work/sealed" "$1/current"
}

parts() { manifest | grep -o '"naam":' | wc -l | tr -d ' '; }

# What lies in a folder: name, size and checksum of every file.
listing() { (cd "$1" && find . -type f -exec cksum {} + | sort -k 3); }

# A value of a flat JSON object on a line of a file: json_value FILE EVENT KEY
json_value() { sed -n "s/^{\"event\":\"$2\".*\"$3\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$1" | tail -n 1; }

finish() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ]
    exit $?
}
