#!/bin/sh
# t119-legacy.sh - office files of before 2007 in an index: as files, in an archive and in a mail; with and without converters.
. "${NASLAG_SRC:-.}/tests/tap.sh"

state_of() { # path: state as the event told
    sed -n "s/^{\"event\":\"file\",.*\"path\":\"$1\",\"state\":\"\([a-z]*\)\".*/\1/p" out
}
cat >without <<'END' # runs a command on a system without converters
#!/bin/sh
exec unshare -m sh -c 'for program in catdoc xls2csv antiword; do
    [ ! -e /usr/bin/$program ] || mount --bind /dev/null /usr/bin/$program || exit 99
done
exec "$@"' sh "$@"
END
chmod +x without

[ -x "$bin/tests/t049-legacy" ] || skip_all 'the unit tests, which make the files, are not built'
mkdir -p made s/map
"$bin/tests/t049-legacy" write made || skip_all 'the files cannot be made'
cp made/dia.ppt s
run "$bin/naslag-index" --index "$ix" --json s
is "$status $(state_of dia.ppt)" '0 indexed' 'a presentation needs no converter'
is "$(names notitie)" dia.ppt '  its notes are found'

cp made/brief.doc made/tabel.xls s/map
tar -cf s/stukken.tar -C made brief.doc tabel.xls
{
    printf 'From: a@b.nl\nTo: c@d.nl\nSubject: Bijlagen\nDate: Mon, 1 Mar 2021 12:00:00 +0100\nMIME-Version: 1.0\n'
    printf 'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nzie de bijlagen\n'
    for name in brief.doc tabel.xls; do
        printf -- '--x\nContent-Type: application/octet-stream; name=%s\nContent-Transfer-Encoding: base64\n\n' $name
        base64 made/$name
    done
    printf -- '--x--\n'
} >s/post.eml

if ./without true 2>/dev/null; then
    run ./without "$bin/naslag-index" --index "$ix" --json s
    is $status 2 'without converters: such files fail'
    is "$(state_of map\\/brief.doc) $(state_of map\\/tabel.xls) $(state_of stukken.tar) $(state_of post.eml)" \
        'failed failed failed indexed' '  each, also as members'
    has out 'map/brief.doc.*a document of Word before 2007: no converter: install the package catdoc' '  with what to install'
    is "$(total bijlagen)" 1 '  the rest of a mail is taken in'
    run ./without "$bin/naslag-index" --index "$ix" s
    is $status 0 'they are not read again while there is none'
    has err 'none: 0 files to read' '  not even looked at'
else
    skip 'without converters' 'no right to make a mount namespace'
fi
if [ ! -x /usr/bin/catdoc ]; then
    skip 'with converters' 'catdoc is not installed'
    finish
    exit
fi

run "$bin/naslag-index" --index "$ix" --json s
is $status 0 'when there are converters the next run reads them'
is "$(state_of map\\/brief.doc) $(state_of map\\/tabel.xls) $(state_of stukken.tar) $(state_of post.eml)" \
    'indexed indexed indexed indexed' '  all of them, and only these'
is "$(state_of dia.ppt)" '' '  not what lacked nothing'
# One document in three places: a file, a member, an attachment.
search_json coöperatie >hit
is "$(grep -o '"naam":"[^"]*"' hit | sort -u | tr '\n' ' ')" '"naam":"2/brief.doc" "naam":"brief.doc" "naam":"map/brief.doc" ' \
    'a word of a Word file is found in all places'
search_json korfbalclub >hit
is "$(grep -o '"naam":"[^"]*"' hit | sort -u | tr '\n' ' ')" '"naam":"3/tabel.xls" "naam":"map/tabel.xls" "naam":"tabel.xls" ' \
    'and of a workbook'
search_json vergadert >hit
has hit '"titel":"Een tïtel"' 'with its title'
has hit '"datum":"2004-05-03"' '  its date'
run "$bin/naslag-index" --index "$ix" s
has err 'none: 0 files to read' 'nothing is left to be read'
indexer_is 0 '--verify' --verify

run "$bin/tests/weaken" "$bin/naslag-index" --index weak --allow-weak-sandbox --json made
is $status 2 'without Landlock no converter is started, even in a weak sandbox'
has out 'brief.doc.*no converter: the system has no Landlock' '  with that reason'
finish
