#!/bin/sh
# t117-office.sh - office files, a book, RTF and Markdown through the sandboxed worker into an index.
. "${NASLAG_SRC:-.}/tests/tap.sh"

command -v zip >/dev/null || skip_all 'zip is not installed'

# Packs a folder of members into a package; "mimetype" comes first and unpacked, as OpenDocument and EPUB want it.
pack() { # folder, file
    (cd "$1" && if [ -f mimetype ]; then zip -q -0 -X ../tmp.zip mimetype; fi; zip -q -r -X ../tmp.zip . -x mimetype)
    mv tmp.zip "$2"
}

mkdir archief
for kind in docx odt epub; do
    cp -r "$src/tests/data-office/$kind" members
    chmod -R u+w members
    pack members "archief/stuk.$kind"
    rm -r members
done
cp "$src/tests/data-office/brief.rtf" "$src/tests/data-office/leesmij.md" archief/
printf 'geen zip\n' >archief/stuk.xlsx
head -c 300 archief/stuk.docx >archief/half.docx
indexer_is 2 'an index of office files; one is damaged, one is plain text' archief
is "$(names peilbuizen)" 'brief.rtf leesmij.md stuk.docx stuk.epub stuk.odt' 'every format is found'
search_json 'bestandsnaam OR peilbuizen' >hit
has hit '"naam":"stuk.docx","titel":"Peilbuizen in de polder"' 'titles come from the properties'
has hit '"auteur":"H. van Dam"' 'and authors'
has hit '"naam":"stuk.epub".*"paginas":\[{"pagina":1' 'chapters are pages'
is "$(total geheimzinnig)" 0 'deleted and hidden text is not found'
is "$(total voetnoot)" 3 'footnotes are'
indexer --status
has out 'failed  *1 ' 'what is damaged is told'
run "$bin/naslag-index" --explain archief/stuk.docx
has out 'format: application/vnd.openxmlformats-officedocument.wordprocessingml.document' '--explain names the format'
has out 'headings: 2' 'and shows the headings'
finish
