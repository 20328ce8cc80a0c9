/* t056-dates.c - dates, periods and document numbers in text: what is found, what is not, and that it stays inside the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/notation.h"

/* All that is found, as "bytes=from-to" with commas between; a label adds a letter (D, P, A), a period /. */
static void scan_dates(const char *text, bool anywhere, char *out, size_t size)
{
    struct date_scanner scanner;
    struct date_found found;
    size_t used = 0;
    date_scanner_init(&scanner, text, strlen(text));
    scanner.anywhere = anywhere;
    out[0] = '\0';
    while (date_scanner_next(&scanner, &found)) {
        char from[DATE_FORMAT_SIZE], to[DATE_FORMAT_SIZE] = "";
        date_format(found.from, DATE_DAY, from);
        if (found.to > 0) {
            date_format(found.to, DATE_DAY, to);
        }
        bool day = strcmp(from, to) == 0;
        used += (size_t)snprintf(out + used, size - used, "%s%.*s=%s%s%s%s", used > 0 ? ", " : "", (int)(found.end - found.start),
                                 text + found.start, from, day ? "" : "..", day ? "" : to,
                                 ((const char *[]){ "", " D", " P", " A" })[found.kind]);
    }
}

/* `before` stands before each of the texts. */
static void check_dates(const char *const (*cases)[2], size_t count, const char *before, bool anywhere)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        char text[512], got[1024];
        snprintf(text, sizeof text, "%s%s", before, cases[i][0]);
        scan_dates(text, anywhere, got, sizeof got);
        if (strcmp(got, cases[i][1]) != 0) {
            print_error("%s\n  gives  %s\n  wanted %s\n", cases[i][0], got, cases[i][1]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_days(void **state)
{
    static const char *const cases[][2] = {
        { "op 6 oktober 2016 was", "6 oktober 2016=2016-10-06" },
        { "06 oktober 2016", "06 oktober 2016=2016-10-06" },
        { "6 OKTOBER 2016.", "6 OKTOBER 2016=2016-10-06" },
        { "6 okt. 2016,", "6 okt. 2016=2016-10-06" },
        { "6 okt 2016)", "6 okt 2016=2016-10-06" },
        { "6-okt-2016", "6-okt-2016=2016-10-06" },
        { "31-12-2020 en 1-1-2021", "31-12-2020=2020-12-31, 1-1-2021=2021-01-01" },
        { "31/12/2020", "31/12/2020=2020-12-31" },
        { "31.12.2020", "31.12.2020=2020-12-31" },
        { "2020-12-31", "2020-12-31=2020-12-31" },
        { "2020-12-31T23:59:59Z", "2020-12-31=2020-12-31" },
        { "d.d. 5 november \n2021", "5 november \n2021=2021-11-05" },
        { "29 februari 2016", "29 februari 2016=2016-02-29" },
        { "12 december 1813", "12 december 1813=1813-12-12" },
        { "(1\xC2\xA0mei\xC2\xA0" "2011)", "1\xC2\xA0mei\xC2\xA0" "2011=2011-05-01" },
        { "in oktober 2016", "oktober 2016=2016-10-01..2016-10-31" },
        { "mrt. 2016", "mrt. 2016=2016-03-01..2016-03-31" },
    };
    (void)state;
    check_dates(cases, sizeof cases / sizeof *cases, "zie ", false);
}

static void test_no_days(void **state)
{
    static const char *const texts[] = {
        "31 februari 2016", "29 februari 2015", "31-04-2016", "2016-13-01", "0-10-2016", "32/12/2020", "00 mei 2016",
        "31 juni 1999",
        "versie 2.0.1", "versie 10.12.2012.5", "adres 10.12.20.16", "artikel 3.14", "artikel 2.1.2004.3", "lid 2016", "in 2016 is",
        "ISBN 978-90-12-2013-5", "ISBN 90-12-09876-1", "06-12345678", "020-2013-2014", "+31 6 1234 5678", "070 - 2013 2014",
        "\xE2\x82\xAC 2.016,10", "\xE2\x82\xAC 2000-2010", "2000-2010 euro", "1.500-2.000", "12-12-12", "6 oktober", "oktober",
        "6 oktoberfeest 2016", "mei2016", "a2011-2014", "2011-2014b", "2014-2011", "2011-2300", "2011-201", "2016-10",
        "5000-6000", "1-2-3-2016", "12345-2016", "BZK-2016-10-06", "http://x/2016/10/06/stuk", "2013/15", "50%", "2016%", "",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char got[1024];
        scan_dates(texts[i], false, got, sizeof got);
        if (got[0] != '\0') {
            fail_msg("`%s` gives %s", texts[i], got);
        }
    }
}

static void test_periods(void **state)
{
    static const char *const cases[][2] = {
        { "2011 t/m 2014", "2011 t/m 2014=2011-01-01..2014-12-31" },
        { "2011 tot en met 2014", "2011 tot en met 2014=2011-01-01..2014-12-31" },
        { "2011 tot 2014", "2011 tot 2014=2011-01-01..2014-12-31" },
        { "2013-2014", "2013-2014=2013-01-01..2014-12-31" },
        { "2013\xE2\x80\x93" "2014", "2013\xE2\x80\x93" "2014=2013-01-01..2014-12-31" },
        { "2013 - 2014", "2013 - 2014=2013-01-01..2014-12-31" },
        { "2013/14", "2013/14=2013-01-01..2014-12-31" },
        { "2013/2014", "2013/2014=2013-01-01..2014-12-31" },
        { "1999/00", "1999/00=1999-01-01..2000-12-31" },
        { "eind 2011 tot eind 2014", "eind 2011 tot eind 2014=2011-09-01..2014-12-31" },
        { "medio 2008 tot eind 2011", "medio 2008 tot eind 2011=2008-05-01..2011-12-31" },
        { "van 1 mei 2011 tot 3 juni 2012", "1 mei 2011 tot 3 juni 2012=2011-05-01..2012-06-03" },
        { "maart 2010 - december 2013", "maart 2010 - december 2013=2010-03-01..2013-12-31" },
        { "sinds 2015", "sinds 2015=2015-01-01.." },
        { "vanaf 1 juli 2015", "vanaf 1 juli 2015=2015-07-01.." },
        { "eerste helft 2012", "eerste helft 2012=2012-01-01..2012-06-30" },
        { "het derde kwartaal van 2013", "derde kwartaal van 2013=2013-07-01..2013-09-30" },
        { "begin mei 2014", "begin mei 2014=2014-05-01..2014-05-10" },
        { "eind februari 2016", "eind februari 2016=2016-02-21..2016-02-29" },
        { "najaar 2012", "najaar 2012=2012-09-01..2012-12-31" },
        { "Kamerstukken II 2013/14, 26 643", "2013/14=2013-01-01..2014-12-31" },
    };
    (void)state;
    check_dates(cases, sizeof cases / sizeof *cases, "", false);
}

static void test_kinds(void **state)
{
    static const char *const cases[][2] = {
        { "Looptijd van het programma: 2011 t/m 2014", "2011 t/m 2014=2011-01-01..2014-12-31 P" },
        { "Kop\nLooptijd: 2012\n", "2012=2012-01-01..2012-12-31 P" },
        { "Periode 2013-2017", "2013-2017=2013-01-01..2017-12-31 P" },
        { "  Toegevoegd op 06 oktober 2016", "06 oktober 2016=2016-10-06 A" },
        { "Gearchiveerd op: 2016-10-06", "2016-10-06=2016-10-06 A" },
        { "Opgenomen op 1 mei 2011", "1 mei 2011=2011-05-01 A" },
        { "Het gesprek is opgenomen op 1 mei 2011", "1 mei 2011=2011-05-01" },
        { "De bijlage is toegevoegd op 1 mei 2011", "1 mei 2011=2011-05-01" },
        { "Datum: woensdag 19 november 2014", "19 november 2014=2014-11-19 D" },
        { "Datum\n11-05-2022\n", "11-05-2022=2022-05-11 D" },
        { "Gepubliceerd op 31-12-2014", "31-12-2014=2014-12-31 D" },
        { "Soort: brief | Datum: 6 okt. 2016 | Bladen: 3", "6 okt. 2016=2016-10-06 D" },
        { "d.d. 6 oktober 2016", "6 oktober 2016=2016-10-06 D" },
        { "de nota van wijziging d.d. 5 november 2021 op", "5 november 2021=2021-11-05" },
        { "Den Haag, 6 oktober 2016\n", "6 oktober 2016=2016-10-06 D" },
        { "Den Haag, donderdag 6 oktober 2016\n", "6 oktober 2016=2016-10-06 D" },
        { "'s-Gravenhage, 15 mei 1968", "15 mei 1968=1968-05-15 D" },
        { "Dinsdag 28 augustus 2018\nVoorzitter", "28 augustus 2018=2018-08-28 D" },
        { "Volgens de wethouder, 6 oktober 2016 was", "6 oktober 2016=2016-10-06" },
        { "met een looptijd van 2011 t/m 2014", "2011 t/m 2014=2011-01-01..2014-12-31" },
    };
    static const char *const queries[][2] = {
        { "toegevoegd in oktober 2016", "oktober 2016=2016-10-01..2016-10-31 A" },
        { "stukken gearchiveerd op 6 oktober 2016", "6 oktober 2016=2016-10-06 A" },
        { "looptijd 2013", "2013=2013-01-01..2013-12-31 P" },
        { "programma met looptijd 2013", "2013=2013-01-01..2013-12-31 P" },
        { "looptijd van het programma 2013-2014", "2013-2014=2013-01-01..2014-12-31 P" },
        { "doorlooptijd 2013", "" },
    };
    (void)state;
    check_dates(cases, sizeof cases / sizeof *cases, "", false);
    check_dates(queries, sizeof queries / sizeof *queries, "", true);
}

static void test_refs(void **state)
{
    static const char *const cases[][2] = {
        { "TK 26643, nr. 135", "tk:26643-135" },
        { "(Zie TK \n26643, nr.135)", "tk:26643-135" },
        { "Kamerstukken II 2013/14, 26 643, nr. 135", "tk:26643-135" },
        { "Kamerstukken II 2013-2014, 26643, nr. 135.", "tk:26643-135" },
        { "26643-135", "tk:26643-135" },
        { "26\xC2\xA0" "643, nr 135", "tk:26643-135" },
        { "Kamerstukken II 35 570-VII, nr. 12", "tk:35570-vii-12" },
        { "EK 26 643, nr. A", "tk:26643-a" },
        { "Kamerstuk 26643", "tk:26643" },
        { "Stb. 2012, 345", "stb:2012-345" },
        { "Staatsblad 2012, nr. 345", "stb:2012-345" },
        { "Stcrt. 2014, nr. 12345", "stcrt:2014-12345" },
        { "Staatscourant 2014 12345", "stcrt:2014-12345" },
        { "Trb. 2001, 12", "trb:2001-12" },
        { "PbEU 2016, L 119", "pb:2016-l119" },
        { "ECLI:NL:HR:2012:BX1234.", "ecli:nl:hr:2012:bx1234" },
        { "kenmerk 2016-0000123456", "nr:20160000123456" },
        { "Ons kenmerk: BLO-2019-0004417", "nr:blo20190004417" },
        { "zaaknummer: 12/3456", "nr:123456" },
        { "2016-0000123456", "nr:20160000123456" },
        { "120 000 ambtenaren", "120000" },
        { "120\xC2\xA0" "000", "120000" },
        { "1\xE2\x80\xAF" "234\xE2\x80\xAF" "567", "1234567" },
        { "\xE2\x82\xAC 35,6 mld.", "35600000000" },
        { "35,6 miljard euro", "35600000000" },
        { "35.600.000.000", "35600000000" },
        { "410 mln", "410000000" },
        { "120.000", "" }, /* the tokenizer's */
        { "6 oktober 2016", "" },
        { "06-12345678", "" },
        { "070 123 4567", "" },
        { "1234 AB", "" },
        { "2011-2014", "" },
        { "2016-10-06", "" },
        { "versie 2.0.1", "" },
        { "artikel 12345", "" },
        { "Stb. 2012", "" },
        { "zaak 26643", "" },
        { "31-12-2020", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ref_scanner scanner;
        struct ref_found found;
        char got[1024] = "";
        ref_scanner_init(&scanner, cases[i][0], strlen(cases[i][0]));
        while (ref_scanner_next(&scanner, &found)) {
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", got[0] != '\0' ? " " : "", found.form);
        }
        if (strcmp(got, cases[i][1]) != 0) {
            fail_msg("`%s` gives `%s`, not `%s`", cases[i][0], got, cases[i][1]);
        }
    }
}

static void check_terms(const char *text, const char *wanted)
{
    struct date_scanner scanner;
    struct date_found found;
    struct notation_terms terms;
    char got[512] = "";
    date_scanner_init(&scanner, text, strlen(text));
    assert_true(date_scanner_next(&scanner, &found));
    notation_date_terms(&found, &terms);
    for (size_t i = 0; i < terms.count; i++) {
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i > 0 ? " " : "", terms.terms[i]);
    }
    assert_string_equal(got, wanted);
    assert_int_equal(notation_end(text, strlen(text), found.start), found.end);
}

static void test_terms(void **state)
{
    (void)state;
    check_terms("6 oktober 2016", "D20161006 D201610 D2016");
    check_terms("06-10-2016", "D20161006 D201610 D2016");
    check_terms("oktober 2016", "D201610 D2016");
    check_terms("2011 t/m 2014", "D2011-2014");
    check_terms("eind 2011 tot eind 2014", "D2011-2014");
    check_terms("1 mei 2011 tot 3 mei 2011", "D20110501-20110503 D20110501 D201105 D2011 D20110503");
    check_terms("sinds 2015", "D2015-");
    assert_int_equal(notation_end("zie TK 26643, nr. 135 en", 24, 4), 21);
    assert_int_equal(notation_end("zie TK 26643, nr. 135 en", 24, 0), 0);
}

static void test_read(void **state)
{
    uint32_t from, to;
    (void)state;
    assert_true(date_read("2016", 4, &from, &to));
    assert_int_equal(from, 20160101);
    assert_int_equal(to, 20161231);
    assert_true(date_read("2016-02", 7, &from, &to));
    assert_int_equal(to, 20160229);
    assert_true(date_read("6-10-2016", 9, &from, &to));
    assert_int_equal(from, 20161006);
    static const char *const wrong[] = { "", "201", "2016-", "2016-13", "2016-02-30", "16-10", "2016x", "x", "20161006" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(date_read(wrong[i], strlen(wrong[i]), &from, &to));
    }
}

/* Random texts of pieces of dates, in a block of their own size: sanitizers see what is read outside. */
static void test_random(void **state)
{
    static const char *const pieces[] = {
        "6", "31", "2016", "2011", "oktober", "mei", " ", " ", "-", "/", ".", ",", "\n", "t/m", "tot", "eind", "sinds", "26643",
        "nr.", "TK", "Stb.", "\xE2\x80\x93", "\xC2\xA0", "mld", "120", "000", "Datum:", "ECLI:NL:HR:", "\xC3\xA9", "Kenmerk",
        "\xE2",
    };
    uint32_t seed = 1;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char made[256];
        size_t len = 0;
        for (int i = 0; i < 14; i++) {
            seed = seed * 1664525 + 1013904223;
            const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
            memcpy(made + len, piece, strlen(piece));
            len += strlen(piece);
        }
        seed = seed * 1664525 + 1013904223;
        len -= (seed >> 16) % len;
        AUTO_FREE char *text = malloc(len);
        assert_non_null(text);
        memcpy(text, made, len);
        struct date_scanner dates;
        struct date_found date;
        struct ref_scanner refs;
        struct ref_found ref;
        size_t reached = 0;
        date_scanner_init(&dates, text, len);
        while (date_scanner_next(&dates, &date)) {
            assert_true(date.start >= reached && date.start < date.end && date.end <= len);
            assert_true(date.end - date.start <= DATE_TEXT_MAX && (date.to == 0 || date.from <= date.to));
            reached = date.end;
        }
        ref_scanner_init(&refs, text, len);
        for (reached = 0; ref_scanner_next(&refs, &ref); reached = ref.end) {
            assert_true(ref.start >= reached && ref.start < ref.end && ref.end <= len && ref.end - ref.start <= REF_TEXT_MAX);
            assert_true(ref.len > 0 && ref.len <= REF_FORM_MAX);
        }
    }
}

/* Ten times the text takes about ten times as long, also of what looks like one endless date or number. */
static void test_linear(void **state)
{
    static const char *const units[] = { "1", "2016-", "2011 tot ", "eind ", "1.000", "a-1-", "26 643 ", "6 mei ", " ", "ECLI:" };
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t unit = strlen(units[i]), len = (4000000 / unit) * unit;
        AUTO_FREE char *text = malloc(len);
        assert_non_null(text);
        for (size_t k = 0; k < len; k += unit) {
            memcpy(text + k, units[i], unit);
        }
        struct date_scanner dates;
        struct date_found date;
        struct ref_scanner refs;
        struct ref_found ref;
        clock_t start = clock();
        date_scanner_init(&dates, text, len);
        while (date_scanner_next(&dates, &date)) {
        }
        ref_scanner_init(&refs, text, len);
        while (ref_scanner_next(&refs, &ref)) {
        }
        assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days),  cmocka_unit_test(test_no_days), cmocka_unit_test(test_periods),
        cmocka_unit_test(test_kinds), cmocka_unit_test(test_refs),    cmocka_unit_test(test_terms),
        cmocka_unit_test(test_read),  cmocka_unit_test(test_random),  cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
