# shellcheck shell=sh disable=SC2034
# common.sh - what the scripts of bench/ share; sourced, after `self` (name for messages), `bench` and `build` (folders) are set.
#     say TEXT..., refuse TEXT...   message; the second ends with 1
#     fault TEXT...                 message, and $failed becomes 2
#     take_work DIR                 makes the work folder: DIR, or a temporary one that clean_up removes.  Sets $work
#     have_program NAME             is NAME in the build folder?  Made when it is not
#     find_build                    sets $build to where the programs are, or refuses
#     find_lucene                   sets $jars and compiles the program, or says what is lacking.  lucene_run ARGUMENT...
#     heading, paragraph, table     output, as Markdown when $markdown is set
#     megabytes PATH                of a file or a folder on disk
#     json_number KEY               first number of that name in the JSON of the standard input
#     print_machine                 versions, processors, memory, kernel, date
# POSIX shell and tools only.
# shellcheck disable=SC2154 # variables of the script that sources it

say() { echo "$self: $*" >&2; }
refuse() { say "$*"; exit 1; }
failed=0
fault() { say "$*"; failed=2; }

find_build() {
    if [ -z "$build" ]; then
        build=.
        [ -x ./naslag-search ] || build=$bench/../build
    fi
    if [ ! -x "$build/naslag-search" ] || [ ! -x "$build/naslag-index" ]; then
        refuse "no naslag-index and naslag-search in $build: build them, or name the folder with --build"
    fi
    build=$(cd "$build" && pwd)
}

scratch=''
clean_up() { [ -z "$scratch" ] || rm -rf "$scratch"; }
take_work() {
    trap clean_up EXIT
    trap 'exit 2' HUP INT TERM
    work=$1
    if [ -z "$work" ]; then
        scratch=$(mktemp -d "${TMPDIR:-/tmp}/$self.XXXXXX")
        work=$scratch
    else
        mkdir -p "$work"
        if [ ! -e "$work/.$self" ] && [ -n "$(ls -A "$work")" ]; then
            refuse "$work is neither empty nor a folder of an earlier run"
        fi
        work=$(cd "$work" && pwd)
    fi
    : >"$work/.$self"
}

# Whether a program of the build folder is there; makes it when it is not.
have_program() {
    if [ ! -x "$build/$1" ] && [ -e "$build/Makefile" ]; then
        say "making $1"
        make -C "$build" -s "$1" >"$work/make.log" 2>&1 || tail -n 5 "$work/make.log" >&2
    fi
    [ -x "$build/$1" ]
}
need_programs() {
    for program in "$@"; do
        have_program "$program" || refuse "no $program in $build"
    done
}

find_lucene() {
    jars=''
    if ! command -v java >/dev/null || ! command -v javac >/dev/null; then
        say "Lucene is left out: no java and javac (Debian: default-jdk-headless)"
        return 0
    fi
    for jar in core analyzers-common; do
        jar=$(find "$lucene" -maxdepth 1 \( -name "lucene-$jar-8*.jar" -o -name "lucene8-$jar*.jar" \) 2>/dev/null | sort | tail -n 1)
        [ -n "$jar" ] || { say "Lucene is left out: no jars of Lucene 8 in $lucene (Debian: liblucene8-java)"; jars=''; return 0; }
        jars=$jars$jar:
    done
    mkdir -p "$work/java"
    if ! javac -cp "$jars" -d "$work/java" "$bench/peers/LuceneDutch.java" >&2; then
        fault "Lucene is left out: its program does not compile"
        jars=''
    fi
}
lucene_run() { java -Xmx1g -cp "$jars$work/java" LuceneDutch "$@"; }

heading() {
    if [ -n "$markdown" ]; then
        printf '%s %s\n\n' "$1" "$2"
    else
        printf '%s\n\n' "$2"
    fi
}
paragraph() { printf '%s\n' "$*" | fold -s -w 118 | sed 's/ *$//'; echo; }
table() { awk -v markdown="$markdown" -f "$bench/table.awk" "$1"; }
megabytes() { du -sk "$1" | sum_megabytes; } # of a file or a folder
sum_megabytes() { awk '{ sum += $1 } END { printf "%.1f\n", sum * 1.024 / 1000 }'; }
json_number() { grep -o "\"$1\":[0-9][0-9.]*" | head -n 1 | cut -d : -f 2; }

# Bytes of a number with K, M or G.
bytes_of() {
    case $1 in
    *[Kk]) factor=1000 ;;
    *[Mm]) factor=1000000 ;;
    *[Gg]) factor=1000000000 ;;
    *) factor=1 ;;
    esac
    digits=${1%[KkMmGg]}
    case $digits in '' | *[!0-9]*) refuse "$1 is no number of bytes" ;; esac
    echo $((digits * factor))
}

print_machine() { # PART...: versions of others
    parts="$("$build/naslag-index" --version | head -n 1)"
    for part in "$@"; do
        [ -z "$part" ] || parts="$parts, $part"
    done
    paragraph "$parts; $(getconf _NPROCESSORS_ONLN) processors" \
        "($(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1))," \
        "$(awk '/^MemTotal/ { printf "%.0f GB", $2 * 1.024 / 1e6 }' /proc/meminfo) of memory, $(uname -sr), load at the start" \
        "$(cut -d ' ' -f 1 /proc/loadavg), $(date -u +%Y-%m-%d)."
}

# What the published generation of an index (the current folder) has on disk; an older one may be there, too.
naslag_files() {
    tr '[]{},' '\n' <"generations/$(sed -n 's/^generation //p' current)" |
        sed -n -e 's,^"naam":"\([^"]*\)"$,parts/\1,p' -e 's,^"\(t[^":]*\)"$,texts/\1,p'
}

# index_figures DIR: parts TAB bytes on disk of the published generation, with the language resources and the ledger.
index_figures() {
    "$build/naslag-index" --index "$1" --status --json >"$work/status.json" || return 1
    (cd "$1" && naslag_files) >"$work/files"
    lacking=$(while read -r file; do [ -e "$1/$file" ] || echo "$file"; done <"$work/files")
    if [ ! -s "$work/files" ] || [ -n "$lacking" ]; then
        say "what generation of $1 is published cannot be told: $lacking"
        return 1
    fi
    published=$(cd "$1" && { cat "$work/files"; find resources ledger.db; } | tr '\n' '\0' | du -sck --files0-from=- | tail -n 1) || return 1
    printf '%s\t%s\n' "$(json_number parts <"$work/status.json")" "$(echo "$published" | awk '{ print $1 * 1024 }')"
}

# search_times DIR QUERIES ROUNDS: p50 TAB p99 in milliseconds, ten hits with snippets.
search_times() {
    "$build/bench/search" --index "$1" --queries "$2" --rounds "$3" >"$work/search.txt" || return 1
    sed -n 's/^naslag: search, 10 hits with snippets *p50 *\([0-9.]*\) ms *p99 *\([0-9.]*\) ms.*/\1\t\2/p' "$work/search.txt"
}

# unpacked FILE: the path of FILE without its compression; below $work when it had any.
unpacked() {
    case $1 in
    *.zst) unpack=zstd ;;
    *.gz) unpack=gzip ;;
    *.xz) unpack=xz ;;
    *) echo "$1"; return 0 ;;
    esac
    if [ ! -s "$work/unpacked.jsonl" ]; then
        say "unpacking"
        "$unpack" -dc "$1" >"$work/unpacked.part" || { say "cannot unpack $1"; return 1; }
        mv "$work/unpacked.part" "$work/unpacked.jsonl"
    fi
    echo "$work/unpacked.jsonl"
}
