# faults.sh - what the tests of faults share; source it after tap.sh.
#
# A model of the sources: document N is a file (numbers up to $fault_files) or a record of r.jsonl, and has a version, which
# stands in its title.  `snap/K` lists "name title" of all documents that are there at moment K, sorted.  An index is right
# when what a search lists is one of the moments from $floor to $latest as a whole: anything else is a mix of generations or
# a loss.  $floor goes up only when the indexer has acknowledged something, so what it points at must be kept.
#
#     fault_model FILES RECORDS  the first moment, written to ./s
#     fault_change SEED SHARE    the next one: changes this share of the documents, drops some and brings some back
#     fault_take_events          reads the events of a run in ./out, raises $floor
#     fault_check                is the index of one moment?  Sets $moment; says why not with note
#     fault_check_after STATUS   the same; after status 2, a file that failed for a fault, each document may be of another moment
#     fault_recovers             a run that nothing disturbs ends well, and all is there
#     fault_same_terms           the index equals, term by term, one that was never disturbed (long forms: each time)
#     fault_clear_message        status and ./err of a run that failed are what an operator needs
#     fault_random SEED MOST     a delay in seconds, at most MOST milliseconds
#     fault_child PID NAME       the number of a child process of PID that is called NAME, empty when there is none
#     fault_progress N OF        a line now and then
# Long forms set NASLAG_LONG=1 (make torture); counts are named in each script.
# The time for one program is NASLAG_TEST_TIMEOUT as everywhere.

fault_files=0 fault_records=0
latest=0 floor=0 moment=0 was=0 # was: $floor before the last run

# Writes the sources from ./state, lines "NUMBER VERSION" (version 0: not there), where it differs from ./written.
fault_write() {
    [ -e written ] || : >written
    mkdir -p s snap
    awk -v files="$fault_files" '
        function body(number, version,    text, i) {
            srand(number * 131 + version)
            text = ""
            for (i = 0; i < 90; i++) text = text " " word[int(rand() * rand() * words)]
            return "document w" number " w" number "v" version text
        }
        BEGIN {
            while ((getline line <"written") > 0) { split(line, f, " "); old[f[1]] = f[2] }
            srand(7)
            stems = split("gemeente besluit vergadering provincie commissie begroting regeling toezicht subsidie " \
                          "rapport onderzoek advies woning verkeer milieu onderwijs cultuur archief", stem, " ")
            for (words = 0; words < 3000; words++) word[words] = stem[int(rand() * stems) + 1] (words % 5 ? words : "")
        }
        {
            title = "Stuk w" $1 "v" $2
            if ($2 > 0) print ($1 <= files ? "f" $1 ".txt" : "r" $1) " " title >"listed"
        }
        $1 <= files && $2 != old[$1] {
            name = "s/f" $1 ".txt"
            if ($2 == 0) { print name; next }
            print title "\n\nVan toepassing zijn de algemene voorwaarden van dit voorbeeld.\n\n" body($1, $2) >name
            close(name)
        }
        $1 > files {
            lines = lines || $2 != old[$1]
            if ($2 > 0) record[++count] = $1 " " $2
        }
        END {
            for (i = 1; lines && i <= count; i++) {
                split(record[i], f, " ")
                print "{\"id\":\"r" f[1] "\",\"title\":\"Stuk w" f[1] "v" f[2] "\",\"text\":\"" body(f[1], f[2]) "\"}" >"s/r.jsonl"
            }
        }' state >gone
    while read -r name; do rm -f "$name"; done <gone
    cp state written
    latest=$((latest + 1))
    sort listed >"snap/$latest"
    rm -f listed
}

fault_model() {
    fault_files=$1 fault_records=$2
    awk -v n=$((fault_files + fault_records)) 'BEGIN { for (i = 1; i <= n; i++) print i, 1 }' >state
    fault_write
}

fault_change() {
    awk -v seed="$1" -v share="$2" -v files="$fault_files" -v version=$((latest + 1)) '
        BEGIN { srand(seed); lines = share >= 1 || rand() < 0.4 }
        {
            mine = $1 <= files ? share : lines ? share : 0
            print $1, rand() < mine ? (share < 1 && rand() < 0.15 ? 0 : version) : $2
        }' state >state.new
    mv state.new state
    fault_write
}

fault_take_events() {
    was=$floor
    if grep -q -e '^{"event":"file".*"state":"indexed"' -e '^{"event":"done"' out; then
        floor=$latest
    fi
}

# What a search lists: "name title", sorted.
fault_contents() { # index
    timeout -k 5 "$limit" "$bin/naslag-search" --index "$1" --json --limit 1000 document </dev/null >found.json 2>search.err || {
        note "search failed with status $?: $(head -c 300 search.err)"
        return 1
    }
    grep -o '"naam":"[^"]*","titel":"[^"]*"' found.json | sed 's/"naam":"\([^"]*\)","titel":"\([^"]*\)"/\1 \2/' | sort
}

fault_check() {
    moment=0
    if [ ! -e "$ix/current" ]; then
        [ "$floor" -eq 0 ] || note "there is no index, but moment $floor was acknowledged"
        [ "$floor" -eq 0 ]
        return
    fi
    fault_contents "$ix" >contents || { cat contents; return 1; }
    fault_at=$latest
    while [ "$fault_at" -ge "$floor" ] && [ "$fault_at" -gt 0 ]; do
        if cmp -s contents "snap/$fault_at"; then
            moment=$fault_at
            return 0
        fi
        fault_at=$((fault_at - 1))
    done
    note "the index is of none of the moments $floor to $latest:"
    diff contents "snap/$latest" | head -n 8 | sed 's/^/# against the last: /'
    [ "$floor" -eq 0 ] || diff contents "snap/$floor" | head -n 8 | sed 's/^/# against what was acknowledged: /'
    return 1
}

# A file that failed for a fault keeps its older version, so nothing that is there at all moments may be missing.
fault_check_each() {
    fault_contents "$ix" >contents || { cat contents; return 1; }
    fault_at=$((was > 0 ? was : 1))
    fault_moments=
    while [ $fault_at -le "$latest" ]; do
        fault_moments="$fault_moments snap/$fault_at"
        fault_at=$((fault_at + 1))
    done
    # shellcheck disable=SC2086 # a list of files
    awk '
        FILENAME != last { last = FILENAME; moments += FILENAME != "contents" }
        FILENAME != "contents" { there[$1]++; good[$0] = 1; next }
        !($0 in good) { print "of no moment: " $0 }
        { listed[$1]++ }
        END {
            for (name in there) if (there[name] == moments && !listed[name]) print "missing: " name
            for (name in listed) if (listed[name] > 1) print "more than once: " name
        }' $fault_moments contents >wrong_each
    head -n 8 wrong_each | sed 's/^/# /'
    [ ! -s wrong_each ]
}

# Status 2: some file failed, which is told; the others are as they are now.
fault_check_after() { # status
    [ "$1" -eq 2 ] || { fault_check; return; }
    grep -q '"state":"failed"' out || { note 'status 2, but no file is said to have failed'; return 1; }
    fault_check_each
}

# Terms with the documents that have them; titles are compared by fault_check.
fault_terms() { "$bin/tests/list-terms" "$1" | grep -v '^title	' | sort; }

# Terms of an index that was never disturbed, of the sources as they are now.
fault_undisturbed() {
    rm -rf "$work/fresh"
    timeout -k 5 "$limit" "$bin/naslag-index" --index "$work/fresh" --quiet s >/dev/null 2>fresh.err </dev/null || {
        note "an undisturbed run failed: $(cat fresh.err)"
        return 1
    }
    fault_terms "$work/fresh" >fresh.terms
}

fault_recovers() {
    indexer --json s
    fault_take_events
    if [ "$status" -ne 0 ]; then
        note "the next run ends with status $status: $(head -c 600 err)"
        return 1
    fi
    floor=$latest
    fault_check || return 1
    [ "$(find "$ix/tmp" -mindepth 1 | wc -l)" -eq 0 ] || { note 'the folder for temporary files is not empty'; return 1; }
    [ -z "$NASLAG_LONG" ] || fault_same_terms
}

fault_same_terms() {
    fault_undisturbed || return 1
    fault_terms "$ix" >index.terms
    cmp -s index.terms fresh.terms || {
        note 'the index differs from one that was never disturbed:'
        diff index.terms fresh.terms | head -n 6 | cut -c 1-200 | sed 's/^/# | /'
        return 1
    }
}

# A run that could not go on says so in one line and ends with a status of the manual page, not by a signal.
fault_clear_message() { # status, words that the message must have, as an extended regular expression
    case $1 in
    1 | 3 | 4 | 5) ;;
    *) note "status $1: $(head -c 300 err)"; return 1 ;;
    esac
    grep -q -i -E "^naslag-index: .*($2)" err || { note "status $1, but the message is: $(head -c 300 err)"; return 1; }
}

fault_random() { awk -v seed="$1" -v most="$2" 'BEGIN { srand(seed); rand(); printf "%.3f", rand() * most / 1000 }'; }

fault_now_ms() { echo $(($(date +%s%N) / 1000000)); }

fault_child() {
    awk -v parent="$1" -v name="($2) " 'index($0, name) { sub(/^.*\) /, ""); if ($2 == parent) { split(FILENAME, f, "/"); print f[3]; exit } }' \
        /proc/[0-9]*/stat 2>/dev/null
}

fault_progress() { # done, of how many, what
    [ -z "$NASLAG_LONG" ] || [ $(($1 % 25)) -ne 0 ] || note "$1 of $2: $3"
}

# The numbers of $2 points, spread over 1 to $1, on lines; the same every time for the same $3.
fault_points() { # last, how many, seed
    awk -v last="$1" -v many="$2" -v seed="$3" 'BEGIN {
        srand(seed); rand()
        if (many >= last) { for (i = 1; i <= last; i++) print i; exit }
        for (i = 0; i < many; i++) { at = int((i + rand()) * last / many) + 1; print (at < last ? at : last) }
    }'
}
