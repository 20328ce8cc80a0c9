#!/bin/sh
# t140-dates.sh - dates, periods and document numbers from document to answer: found in any notation, marked, shown, filtered on.
set -u
. "${NASLAG_SRC:-.}/tests/tap.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

mkdir docs
cat >docs/a-programma.txt <<'END'
Programma Droge Voeten

Toegevoegd op 06 oktober 2016
Looptijd van het programma: 2011 t/m 2014

Het programma kostte € 35,6 mln. en bereikte 120 000 huishoudens. De minister meldde dat in Kamerstukken II 2013/14, 26 643,
nr. 135, en de regeling staat in het Staatsblad (Stb. 2012, 345). Het werk begon op 1 mei 2011.
END
cat >docs/b-brief.txt <<'END'
Brief over de dijk

Zandhoven, 6 oktober 2016
Ons kenmerk: BLO-2016-0004417

Op 31-12-2015 was de dijk gereed. Zie TK 26643, nr. 98. De kosten bedroegen 35.600.000 euro.
END
cat >docs/c-verslag.txt <<'END'
Verslag van het overleg

Datum: 28 augustus 2018

De versie 2.0.1 van het plan telt 120.000 woorden. Het adres is 10.12.20.16 en het telefoonnummer 06-10201600.
END
cat >docs/d-gids.txt <<'END'
Gids voor de polder

Looptijd: sinds 2015

De gids noemt de weg, de sloot en het oude gemaal van oktober 2016.
END
printf '%s\n' '{"id":"e","title":"Besluit","text":"Datum: 1 januari 1999\nHet besluit over de sluis.","date":"2012-03"}' \
    '{"id":"f","title":"Nota","text":"Over de sluis zonder datum.","date":"2016"}' >docs/records.jsonl
indexer docs
is "$status" 0 'an index is made'

ask() { run "$bin/naslag-search" --index "$ix" --json "$@"; }
first() { ask "$@"; jq -r '.documenten[0].naam // ""' out; }
marked() { ask "$@"; jq -r '[.documenten[].fragmenten[].html] | join(" ")' out | grep -o '<mark>[^<]*</mark>' | sort -u | tr '\n' ' '; }
has_mark() { # QUERY MARKED
    case " $(marked "$1") " in *"<mark>$2</mark>"*) tap_result 0 "'$1' marks '$2'" ;; *)
        tap_result 1 "'$1' marks '$2'"
        note "$(jq -c '[.documenten[] | [.naam, .fragmenten[].html]]' out)" ;; esac
}

# ---- a day in any notation finds every notation
for query in '6 oktober 2016' '06 oktober 2016' '6 okt. 2016' '06-10-2016' '6/10/2016' '2016-10-06' '6.10.2016'; do
    case " $(names "$query") " in *' a-programma.txt b-brief.txt '*) found=0 ;; *) found=1 ;; esac
    tap_result "$found" "'$query' finds both documents"
    has_mark "$query" '06 oktober 2016'
    has_mark "$query" '6 oktober 2016'
done
has_mark '31 december 2015' '31-12-2015'
has_mark 'oktober 2016' '06 oktober 2016'
has_mark 'toegevoegd in oktober 2016' '06 oktober 2016'
is "$(first toegevoegd in oktober 2016)" a-programma.txt 'what was added then comes first'
has_mark '2011-2014' '2011 t/m 2014'
has_mark 'mei 2011' '1 mei 2011'
is "$(names '\"7 oktober 2016\"')" '' 'another day is another day'

# ---- numbers
for query in 'TK 26643, nr. 135' '26643-135' 'Kamerstukken II 26 643 nr. 135' 'Kamerstuk 26643-135'; do
    is "$(first "$query")" a-programma.txt "'$query' finds the citation"
    has_mark "$query" 'Kamerstukken II 2013/14, 26 643, nr. 135'
done
has_mark 'kamerstuk 26643' 'TK 26643, nr. 98'
has_mark 'Staatsblad 2012, nr. 345' 'Stb. 2012, 345'
has_mark 'BLO/2016/0004417' 'BLO-2016-0004417'
has_mark '35,6 miljoen' '35,6 mln'
has_mark '35,6 miljoen' '35.600.000'
is "$(names 120000)" 'a-programma.txt c-verslag.txt' 'groups of thousands: points and blanks'
is "$(names '120 000' | tr ' ' '\n' | grep -c -e a-prog -e c-ver)" 2 'and in the query'

# ---- what is known of a document
ask droge
is "$(jq -c '.documenten[0] | [.datum, .periode, .gearchiveerd]' out)" '[null,{"van":"2011","tot":"2014"},"2016-10-06"]' \
    'period and archiving'
ask dijk
is "$(jq -r '.documenten[0].datum' out)" 2016-10-06 'the place and date of a letter'
ask overleg
is "$(jq -r '.documenten[0].datum' out)" 2018-08-28 'a label'
ask gids
is "$(jq -c '.documenten[0].periode' out)" '{"van":"2015","tot":null}' 'a period without end'
ask besluit
is "$(jq -r '.documenten[0].datum' out)" 2012-03 'metadata before what the text says'

# ---- filters
filter() { # QUERY NAMES
    is "$(names "$1")" "$2" "filter $1"
}
filter 'datum:2016' 'b-brief.txt f'
filter 'datum:2016-10' 'b-brief.txt'
filter 'datum:2016-10-06' 'b-brief.txt'
filter 'datum:06-10-2016' 'b-brief.txt'
filter 'datum:2012..2016' 'b-brief.txt e f'
filter 'datum:2017..' 'c-verslag.txt'
filter 'datum:..2012' 'e'
filter 'looptijd:2013' 'a-programma.txt'
filter 'looptijd:2014..2020' 'a-programma.txt d-gids.txt'
filter 'looptijd:2030' 'd-gids.txt'
filter 'gearchiveerd:2016-10' 'a-programma.txt'
filter 'gearchiveerd:2015..' 'a-programma.txt'
filter 'gearchiveerd:2016-11' ''
filter 'sluis datum:2016' 'f'
filter 'sluis -datum:2016' 'e'
filter 'dijk sluis datum:2016' 'b-brief.txt f'
filter 'sluis AND datum:2012' 'e'
filter 'datum:2012 OR looptijd:2013' 'a-programma.txt e'
filter 'dijk datum:1999' ''
ask 'datum:morgen'
is "$(jq -r '.interpretatie.opmerkingen | length' out)" 1 'what is no date gives a note'
ask 'sluis +datum:2016'
is "$(jq -r .interpretatie.gelezen out)" 'sluis datum:2016' 'the reading says how the query was read'

# ---- --from and --to: the date, or else the period
limited() { "$bin/naslag-search" --index "$ix" --json --limit 100 "$@" | jq -r '.documenten[].naam' | sort | tr '\n' ' '; }
is "$(limited --from 2016 --to 2016 'de of het')" "$(limited --from 2016-01-01 --to 31-12-2016 'de of het')" 'dates in several notations'
is "$(limited --from 2017 'programma brief verslag gids sluis')" 'c-verslag.txt d-gids.txt ' 'from'
is "$(limited --to 2012 'programma brief verslag gids sluis')" 'a-programma.txt e ' 'to'
is "$(limited --from 2016 --to 2016-12 'programma brief verslag gids sluis')" 'b-brief.txt d-gids.txt f ' 'both'
run "$bin/naslag-search" --index "$ix" --from morgen dijk
is "$status" 1 'what is no date is wrong usage'

# ---- analysing again keeps what was found apart from what was given
indexer --reanalyse
is "$status" 0 'all is analysed again'
filter 'datum:2016' 'b-brief.txt f'
filter 'looptijd:2013' 'a-programma.txt'

# ---- the seeds
seeds=${NASLAG_SEEDS:-$src/../shared/data/seeds}
if [ -d "$seeds" ]; then
    ix=$work/seeds
    indexer "$seeds"
    ask 'toegevoegd in oktober 2016'
    is "$(jq -r '.documenten[0].fragmenten[0].html' out | sed 's,</*mark>,,g' | grep -c 'Toegevoegd op 06 oktober 2016')" 1 \
        'the seeds: toegevoegd in oktober 2016'
    has_mark 'TK 26643 nr 135' 'TK 26643, nr.135'
else
    skip 'the seeds' 'they are not here'
fi
finish
