#!/bin/sh
# t180-memory.sh - all processes of a run together stay below --memory, whatever the size of the archive or of a document.
. "${NASLAG_SRC:-.}/tests/tap.sh"

[ -r /proc/self/smaps_rollup ] && grep -q Pss_Anon /proc/self/smaps_rollup || skip_all 'the kernel does not tell Pss_Anon'
if nm "$bin/naslag-index" 2>/dev/null | grep -q __asan_init; then skip_all 'built with AddressSanitizer'; fi

# Documents of invented words by Zipf's law: $1 of them of $2 words, from seed $3.
texts() {
    awk -v count="$1" -v words="$2" -v seed="$3" '
        BEGIN {
            srand(seed)
            split("ba be bi bo da de di do ga ge gi go ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so", s, " ")
            for (i = 1; i <= 3000; i++) {
                word[i] = ""
                for (n = i * 7919 % 999983; n > 0; n = int(n / 36)) word[i] = word[i] s[n % 36 + 1]
            }
            for (d = 1; d <= count; d++) {
                printf "{\"id\":\"%d-%d\",\"title\":\"Stuk %d\",\"text\":\"", seed, d, d
                for (w = 1; w <= words; w++)
                    printf "%s%s", word[int(exp(rand() * log(3000))) + 1], w % 12 ? " " : ".\\n"
                print "\"}"
            }
        }'
}

# Runs naslag-index and measures: $peak in KB, $status.
measure() {
    peak=$("$bin/tests/peak-memory" "$bin/naslag-index" --quiet --index "$@" 2>err)
    status=$?
    note "peak: $peak KB"
}

mkdir veel groot
texts 1500 3000 1 >veel/veel.jsonl
ok 'there is a corpus of some 30 MB' test "$(wc -c <veel/veel.jsonl)" -gt 25000000
measure een veel
is $status 0 'it is indexed'
ok '  within the 256 MB that are the default' test "$peak" -lt 262144
measure een --memory 256M --reanalyse
is $status 0 'it is analysed again'
ok '  within as much' test "$peak" -lt 262144
measure twee --memory 96M veel
is $status 0 '96 MB will do as well'
ok '  and are kept' test "$peak" -lt 98304

texts 1 9000000 2 >groot/groot.jsonl
ok 'there is one document of 50 MB and more' test "$(wc -c <groot/groot.jsonl)" -gt 50000000
measure drie groot
is $status 2 'which is more than fits'
has err 'the line is longer than' '  and the message says so'
ok '  256 MB are enough to find that out' test "$peak" -lt 262144
rm groot/groot.jsonl
for i in 1 2 3; do texts 1 700000 $i >groot/$i.jsonl; done
measure drie groot
is $status 0 'documents of 4 MB fit'
ok '  side by side' test "$peak" -lt 262144
texts 1 2000000 4 >een.jsonl
measure vier --memory 800M --jobs 1 een.jsonl
is $status 0 'a document of 12 MB does with 800 MB'
ok '  which are kept' test "$peak" -lt 819200

run "$bin/naslag-index" --index x --memory 10M veel
is $status 1 'too little is refused'
has err 'the least that works is [0-9]*M' '  and the message says what works'
least=$(sed -n 's/.*works is //p' err)
mkdir klein
texts 20 500 3 >klein/k.jsonl
measure vijf --memory "$least" klein
is $status 0 '  and that does work'
ok '  and is kept' test "$peak" -lt $((${least%M} * 1024))
for wrong in 5 M -1M 1.5G 10X 99999999999999999999G; do
    run "$bin/naslag-index" --index x "--memory=$wrong" veel
    is $status 1 "$wrong is no size"
done
ok 'nothing was made' test ! -e x
finish
