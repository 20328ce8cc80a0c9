#!/bin/sh
# seeds.sh - seeds for the fuzz harnesses:  seeds.sh SOURCE FORMATS FOLDER
#
# SOURCE is the source tree, FORMATS what tests/make-formats made; FOLDER gets a folder for each harness.  Several harnesses take
# a first byte as a choice: it is put before the seed.
set -eu
source=$1 formats=$2 folder=$3
rm -rf "$folder"

# seed HARNESS [CHOICE]: standard input, behind the byte of the choice (in octal), at most 16 KiB; its name is its checksum
seed() {
    mkdir -p "$folder/fuzz-$1"
    { printf "${2:-}"; cat; } | head -c 16384 >"$folder/new"
    mv "$folder/new" "$folder/fuzz-$1/$(cksum <"$folder/new" | cut -d ' ' -f 1)"
}

for file in "$source"/corpus/web/*.html "$formats"/*.html; do
    seed html <"$file"
done
for file in "$source"/corpus/formaten/* "$source"/corpus/kantoor/*.xml "$source"/corpus/kantoor/*.csv; do
    seed sidecar <"$file"
done
for file in "$formats"/*; do
    seed detect '\000' <"$file"
    case $file in
    *.jsonl) head -n 5 "$file" | seed jsonl '\200' ;;
    *.eml)
        for choice in 0 1 2 3; do
            seed mail "\\00$choice" <"$file"
        done
        seed container <"$file" ;;
    */postvak)
        seed mail '\001' <"$file"
        seed container <"$file" ;;
    *.warc)
        sed 1d "$file" | seed warc '\000'
        sed '1,/^HTTP/d' "$file" | seed warc '\001'
        seed container <"$file" ;;
    *.zip | *.tar) seed container <"$file" ;;
    *.docx | *.odt | *.odp | *.ods | *.xlsx | *.pptx | *.epub) seed package <"$file" ;;
    *.rtf)
        seed rtf '\000' <"$file"
        seed package <"$file" ;;
    *.md | *.txt)
        seed markdown '\000' <"$file"
        seed markdown '\001' <"$file" ;;
    esac
done
gzip -c "$formats/notulen.tar" | seed container

# The parts of packages, behind the number of their kind.
data=$source/tests/data-office
for file in "$data"/docx/word/*.xml "$data"/docx/docProps/*.xml; do
    seed office '\000' <"$file"
done
for file in "$data"/odt/*.xml; do
    seed office '\003' <"$file"
done
for file in "$data"/epub/*/*; do
    seed office '\004' <"$file"
done
title='<p:nvPr><p:ph type="title"/></p:nvPr>'
printf '<p:sld><p:sp>%s<p:txBody><a:p><a:r><a:t>Dia</a:t></a:r></a:p></p:txBody></p:sp></p:sld>' "$title" | seed office '\001'
styles='<numFmts><numFmt numFmtId="164" formatCode="d-mmm-yy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
{
    printf '<w><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>43831</v></c></row></sheetData></w>\000'
    printf '<sst><si><t>x</t></si></sst>\000<s>%s</s>' "$styles"
} | seed office '\002'
printf '<html><body><h1>Kop</h1><p>Tekst</p></body></html>%b<html><body><p>Meer</p></body></html>' '\000' | seed office '\004'

# XMP, as a PDF has it.
sed -n '/<rdf:Description/,/<\/rdf:Description>/p' "$formats/overdrachtsdossier.pdf" | seed xmp
sed -n '/<?xpacket begin/,/<?xpacket end/p' "$formats/overdrachtsdossier.pdf" | seed xmp

# Queries and dates.
cut -f 3 "$source/corpus/queries.tsv" | head -n 40 | while IFS= read -r query; do
    printf '%s' "$query" | seed query
done
grep -h -e 'Looptijd' -e 'Kamerstukken' -e '20[0-9][0-9]' "$source"/corpus/programmas/*.txt "$source"/corpus/brieven/*.txt |
    head -n 40 |
    seed dates

# What a worker sends: a process in its sandbox, with a member, a failure, an end; short forms of frames (fuzz-frames.c).
frames() { # choice, flags, length, frames
    printf "\\$1\\$2\\$3\\000$4" | seed frames
}
frames 000 003 004 'D\002ok'
frames 002 003 004 'D\002ok'
frames 000 003 017 'L\015\000\000\000\000\000\000\000\000\001\000\000\000a'
frames 003 003 017 'L\015\000\000\000\000\000\000\000\000\001\000\000\000a'
frames 000 003 006 'F\004\002weg'
frames 003 003 003 'F\001\001'
frames 004 003 006 'Q\004\001\000\000\000'

# What builders send (fuzz-pool.c): a record, the end of a job, a segment, a store, a failure; of the first builder only.
pool() { # what is asked, length of the piece, frames
    printf "\\$1\\$2\\000$3" | seed pool
}
zeros='\000\000\000\000\000\000\000\000'
pool 000 027 "j\\025$zeros\\001\\000\\000\\000\\000$zeros"
zeros2=$zeros$zeros
pool 000 117 "r\\115$zeros\\001\\020\\000\\000\\0000123456789abcdef$zeros\\040\\000\\000\\000$zeros2$zeros2$zeros2"
pool 001 017 "g\\015\\005\\000\\000\\000tmp/a\\001\\000\\000\\000"
pool 001 021 "s\\017\\003\\000\\000\\000t12$zeros"
pool 002 013 'c\011\005\000\000\000tmp/b'
pool 000 013 'e\011\002\004\000\000\000vol.'
