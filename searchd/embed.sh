#!/bin/sh
# embed.sh FILE... - writes a C file with the bytes of each file, for searchd/web.c.
set -eu

echo '/* Made by searchd/embed.sh from web/: do not edit. */'
echo '#include "searchd/web.h"'
number=0
for file in "$@"; do
    echo
    printf 'static const unsigned char file_%d[] = {\n' "$number"
    od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
    echo '};'
    number=$((number + 1))
done
echo
echo 'const struct web_file web_files[] = {'
number=0
for file in "$@"; do
    printf '    { "%s", file_%d, sizeof file_%d },\n' "${file##*/}" "$number" "$number"
    number=$((number + 1))
done
echo '};'
printf 'const size_t web_file_count = %d;\n' "$number"
