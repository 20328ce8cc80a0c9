/* t040-extract.c - the formats for whole files, in this process: plain text and HTML. */
#include "tests/extract-test.h"

#include "base/digest.h"

/* ---- Names ---------------------------------------------------------------------------------- */

static void test_names(void **state)
{
    (void)state;
    assert_true(extract_is_lines("map.d/c.jsonl") && extract_is_lines("c.JSONL"));
    assert_false(extract_is_lines(".jsonl") || extract_is_lines("a.txt") || extract_is_lines(""));
    struct caught caught;
    struct err err = ERR_INIT;
    struct extract_caps small = extract_default_caps;
    small.file_bytes = 5;
    assert_int_equal(run_capped("a.txt", "abcdefghi", 9, &small, &caught, &err), ERR_OK); /* the beginning */
    assert_string_equal(caught.records[0].text, "abcd");
    assert_int_equal(caught.records[0].cut, 5);
    caught_done(&caught);
    assert_int_equal(run_capped("a.pdf", "%PDF-1.4\n", 9, &small, &caught, &err), ERR_INVALID); /* not of a PDF */
    assert_non_null(strstr(err.text, "5 bytes"));
}

/* ---- Plain text --------------------------------------------------------------------------- */

static void test_txt_lines_stay(void **state)
{
    (void)state;
    struct caught caught;
    const char *text = "Kop van het stuk\r\n\r\nRegel met spatie \nzonder\n  \xE2\x80\xA2 punt\n";
    struct extract_record *record = run_text("a.txt", text, &caught);
    assert_string_equal(record->text, "Kop van het stuk\n\nRegel met spatie \nzonder\n  \xE2\x80\xA2 punt\n");
    assert_int_equal(record->text_len, strlen(record->text));
    assert_string_equal(record->title, "Kop van het stuk");
    assert_string_equal(record->format, "text/plain");
    assert_string_equal(record->encoding, "UTF-8");
    assert_string_equal(record->id, "");
    assert_string_equal(record->problem, "");
    assert_int_equal(record->page_count, 0);
    struct digest digest = digest_of(text, strlen(text));
    assert_memory_equal(record->digest, digest.bytes, sizeof digest.bytes);
    caught_done(&caught);
}

static void test_txt_encodings(void **state)
{
    (void)state;
    static const char latin[] = "De co\xF6rdinatie van de ge\xEFntegreerde beleidsnota\x92s in de gemeente Cura\xE7"
                                "ao kostte \x80 35 miljoen, zei de beleidsmedewerkster re\xEB"
                                "el.\n";
    static const char utf16[] = "\xFF\xFEH\0o\0i\0 \0d\0a\0a\0r\0\n\0";
    struct caught caught;
    struct extract_record *record = run_one("a.txt", latin, sizeof latin - 1, &caught);
    assert_non_null(strstr(record->text, "co\xC3\xB6rdinatie"));
    caught_done(&caught);
    record = run_one("a.txt", utf16, sizeof utf16 - 1, &caught);
    assert_string_equal(record->text, "Hoi daar\n");
    assert_string_equal(record->encoding, "UTF-16LE");
    caught_done(&caught);
}

static void test_txt_binary_is_refused(void **state)
{
    (void)state;
    unsigned char noise[4096];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        seed = seed * 1664525U + 1013904223U;
        noise[i] = (unsigned char)(seed >> 24) & 0x1F;
    }
    struct caught caught;
    struct extract_record *record = run_one("a.txt", noise, sizeof noise, &caught);
    assert_true(record->skipped);
    assert_non_null(strstr(record->problem, "unknown kind"));
    caught_done(&caught);
    /* What begins as text is taken for text. */
    static char mixed[20000];
    struct err err = ERR_INIT;
    memset(mixed, 'a', 10000);
    for (size_t i = 10000; i < sizeof mixed; i++) {
        mixed[i] = (char)noise[i % sizeof noise];
    }
    assert_int_equal(run_capped("a.txt", mixed, sizeof mixed, &extract_default_caps, &caught, &err), ERR_INVALID);
    assert_non_null(strstr(err.text, "binary"));
}

static void check_pages(const char *text, const struct extract_caps *caps, size_t count, const uint32_t *starts)
{
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_capped("a.txt", text, strlen(text), caps, &caught, &err), ERR_OK);
    struct extract_record *record = &caught.records[0];
    assert_null(strchr(record->text, '\f'));
    assert_int_equal(record->page_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(record->pages[i], starts[i]);
    }
    caught_done(&caught);
}

static void test_txt_form_feeds(void **state)
{
    (void)state;
    const struct extract_caps *caps = &extract_default_caps;
    check_pages("een\n", caps, 0, NULL);
    check_pages("een\n\ftwee\n", caps, 2, (uint32_t[]){ 0, 5 });
    check_pages("een\n\ftwee\n\f", caps, 2, (uint32_t[]){ 0, 5 });   /* pdftotext ends each page */
    check_pages("een\f\n \n", caps, 1, (uint32_t[]){ 0 });
    check_pages("een\f\fdrie", caps, 3, (uint32_t[]){ 0, 4, 5 });    /* an empty page counts */
    check_pages("een\f\f", caps, 2, (uint32_t[]){ 0, 4 });
    check_pages("\f", caps, 1, (uint32_t[]){ 0 });
    struct extract_caps two = *caps;
    two.pages = 2;
    check_pages("a\fb\fc\fd", &two, 2, (uint32_t[]){ 0, 2 });
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_capped("a.txt", "a\fb\fc\fd", 7, &two, &caught, &err), ERR_OK);
    assert_string_equal(caught.records[0].text, "a\nb");
    assert_int_equal(caught.records[0].cut, 4);
    caught_done(&caught);
}

/* Builds `pages` pages of `lines` lines that begin with `start`. */
static void build_pages(struct buf *out, const char *start, int pages, int lines)
{
    for (int page = 0; page < pages; page++) {
        buf_printf(out, "%sBladzijde met nummer %d\n", start, page);
        for (int i = 1; i < lines; i++) {
            buf_printf(out, "gewone regel %d van deze bladzijde \n", i);
        }
    }
}

static void test_txt_leading_spaces(void **state)
{
    (void)state;
    static const struct {
        const char *before, *start;
        int pages, lines;
        unsigned expected;
    } cases[] = {
        { "", " ", 4, 40, 4 },
        { "", " ", 3, 13, 3 },
        { "", " ", 2, 40, 0 },                 /* too few to prove anything */
        { "", " ", 30, 6, 0 },                 /* indented paragraphs */
        { "Kop\n", " ", 4, 40, 0 },            /* the first line must be one too */
        { "", "  ", 4, 40, 0 },                /* two spaces */
        { "", " \xE2\x80\xA2 ", 4, 40, 0 },    /* bullets */
        { "", " - ", 4, 40, 0 },
        { "", " 1. ", 4, 40, 0 },
        { "", " a) ", 4, 40, 0 },
        { "", " 1.2\t", 4, 40, 4 },            /* chapter numbers are none */
        { "", " \xEF\xBF\xBD", 4, 40, 4 },
        { "", "", 4, 40, 0 },
        { "", "\n ", 4, 40, 0 },               /* indented after a blank line */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf text;
        buf_init(&text, 1 << 20);
        buf_add_str(&text, cases[i].before);
        build_pages(&text, cases[i].start, cases[i].pages, cases[i].lines);
        struct caught caught;
        struct extract_record *record = run_one("a.txt", text.data, text.len, &caught);
        if (record->page_count != cases[i].expected) {
            fail_msg("case %zu: %u pages", i, record->page_count);
        }
        for (uint32_t page = 0; page < record->page_count; page++) {
            assert_int_equal(record->text[record->pages[page]], ' ');
        }
        assert_string_equal(record->text, text.data);
        caught_done(&caught);
        buf_done(&text);
    }
}

static void test_txt_titles(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "\n\n  Notulen van   de raad  \n", "Notulen van de raad" },
        { "Welkom!\nNamens de raad heet ik u welkom\n", "Namens de raad heet ik u welkom" },
        { "Welkom!\n", "Welkom!" },
        { "12-3-2014\n***\n- 4 -\nVerslag vergadering\n", "Verslag vergadering" },
        { "", "jaarverslag 2014" },
        { "1\n2\n", "jaarverslag 2014" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caught caught;
        assert_string_equal(run_text("map/jaarverslag 2014.txt", cases[i][0], &caught)->title, cases[i][1]);
        caught_done(&caught);
    }
}

static void test_txt_caps(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.record_bytes = 10;
    caps.title_bytes = 5;
    struct caught caught;
    struct err err = ERR_INIT;
    const char *text = "123456789\xC3\xAB rest";
    assert_int_equal(run_capped("naam van het bestand.txt", text, strlen(text), &caps, &caught, &err), ERR_OK);
    assert_string_equal(caught.records[0].text, "123456789"); /* never half a character */
    assert_int_equal(caught.records[0].cut, 7);
    assert_string_equal(caught.records[0].title, "naam");
    caught_done(&caught);
    struct buf large;
    buf_init(&large, 1 << 20);
    for (int i = 0; i < 1000; i++) {
        buf_add_str(&large, "regel\n");
    }
    assert_int_equal(run_capped("a.txt", large.data, large.len, &caps, &caught, &err), ERR_OK);
    assert_int_equal(caught.records[0].text_len, 10);
    assert_int_equal(caught.records[0].cut, 5990);
    caught_done(&caught);
    buf_done(&large);
}

/* ---- HTML: what is text ----------------------------------------------------------------------- */

static void test_html_text(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        /* white space, inline and block */
        { "<p>a  b\n c</p><p>d</p>", "a b c\n\nd" },
        { "<p>samen<b>stel</b>ling</p>", "samenstelling" },
        { "<p>een<b> twee</b> <i>drie</i></p>", "een twee drie" },
        { "<div>a</div><div>b</div>", "a\nb" },
        { "<div><div><div>a</div></div></div>b", "a\nb" },
        { "a<br>b<br/>c<br><br>d", "a\nb\nc\n\nd" },
        { "ge<wbr>mak", "gemak" },
        { "ge&shy;mak", "ge\xC2\xADmak" },
        { "<p>&nbsp;</p><p>a&nbsp;b</p><p>&nbsp;</p>", "a\xC2\xA0" "b" },
        { "&euro; 5 &amp; m&eacute;&eacute;r &#8211; &#146;s",
          "\xE2\x82\xAC 5 & m\xC3\xA9\xC3\xA9r \xE2\x80\x93 \xE2\x80\x99s" },
        { "<pre>\n a\n  b\n\nc </pre>d", " a\n  b\n\nc\n\nd" },
        { "e\xCC\x81" "e", "\xC3\xA9" "e" }, /* NFC */
        /* lists and tables */
        { "<ul><li>a<li>b<ul><li>c</ul></ul>d", "a\nb\nc\n\nd" },
        { "<dl><dt>a<dd>b</dl>", "a\nb" },
        { "<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a\tb\n1\t2" },
        { "<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>c", "a\tb\n\nc" },
        { "<table><tr><td>a</td><td></td><td>b</td></tr></table>", "a\tb" },
        { "<table><tr><td>menu<br>contact</td><td>Tekst</td></tr></table>", "menu\ncontact\nTekst" },
        /* what is not content */
        { "<p>a</p><script>x</script><style>x</style><template>x</template><svg><title>x</title></svg>b", "a\n\nb" },
        { "a<script>x</script>b", "ab" },
        { "<nav>x</nav><p>a<footer>x</footer><aside>x</aside>", "a" },
        { "<p>a<aside class='example b'>b</aside><div role=note><p>c<aside>d</aside></div><aside role=complementary>x</aside>",
          "a\n\nb\n\nc\n\nd" },
        { "<header>x</header><main><header><h1>Kop</h1></header>a</main>", "Kop\n\na" },
        { "<article><header>Kop</header>a<footer>x</footer></article>", "Kop\n\na" },
        { "<div role=navigation>x</div><div role='foo search'>x</div><div role=banner>x</div>a", "a" },
        { "<main><div role=banner>b</div>a</main>", "b\na" },
        { "<p hidden>x</p><p hidden=until-found>b</p>a", "b\n\na" },
        { "<button>x</button><select><option>x</select><textarea>x</textarea><input value=x>a", "a" },
        { "<form><label>naam</label> a</form>", "naam a" },
        { "<noscript>x</noscript><iframe>x</iframe><!-- x --><p>a", "a" },
        { "<title>t</title><main><p>a</p></main>", "a" },
        { "a<img src=x alt='foto van b'>c<img alt=''>d", "a foto van b cd" },
        /* nothing else: then everything but scripts */
        { "<nav><p>a</p></nav><script>x</script><header>b</header>", "a\n\nb" },
        { "<body hidden><p>a", "a" },
        { "<script>x</script>", "" },
        { "", "" },
        /* broken */
        { "<nav <b>x</nav>a<p b <i>y</p>z", "a\n\ny\n\nz" },
        { "</div></p>a</b>", "a" },
        { "a < b && c", "a < b && c" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caught caught;
        struct extract_record *record = run_text("a.html", cases[i][0], &caught);
        if (strcmp(record->text, cases[i][1]) != 0) {
            fail_msg("%s\ngives    \"%s\"\nexpected \"%s\"", cases[i][0], record->text, cases[i][1]);
        }
        caught_done(&caught);
    }
}

static void test_html_headings(void **state)
{
    (void)state;
    struct caught caught;
    struct extract_record *record = run_text(
        "a.html", "<nav><h2>x</h2></nav>a<h1>Een<br>kop</h1><p>b</p><h3> </h3><h2>Twee</h2>"
                  "<table><tr><td><h4>Drie</h4></td><td>c</td></table>", &caught);
    assert_string_equal(record->text, "a\n\nEen\nkop\n\nb\n\nTwee\n\nDrie\n\nc");
    static const char *const expected[] = { "Een\nkop", "Twee", "Drie" };
    assert_int_equal(record->heading_count, 3);
    for (size_t i = 0; i < 3; i++) {
        struct extract_span span = record->headings[i];
        assert_int_equal(span.len, strlen(expected[i]));
        assert_memory_equal(record->text + span.start, expected[i], span.len);
    }
    caught_done(&caught);
}

/* ---- HTML: fields ----------------------------------------------------------------------------- */

static void test_html_titles(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "<title> Een\n titel </title><h1>Anders</h1>", "Een titel" },
        { "<title>Verslag | Gemeente X</title><h1>Verslag</h1>", "Verslag" },
        { "<title>Gemeente X - Verslag</title><h1>Verslag</h1>", "Verslag" },
        { "<title>Verslagen</title><h1>Verslag</h1>", "Verslagen" },
        { "<title>Site - Verslag</title><nav><h1>Site</h1></nav><p>a", "Site - Verslag" },
        { "<title>Kop | Site</title><main><h1>Kop: lang</h1></main>", "Kop: lang" },
        { "<title>Blog</title><article><h1>A</h1></article><article><h1>B</h1></article>", "Blog" },
        { "<title></title><meta property='og:title' content='Og'><h1>Kop</h1>", "Og" },
        { "<header><h1>Site</h1></header><p>a<h1>Een<br>kop</h1>", "Een kop" },
        { "<header><h1>Site</h1></header><p>a", "Site" },
        { "<p>a<h3>Lager</h3>", "Lager" },
        { "<svg><title>x</title></svg><p>a", "" },
        { "<title>a</title><title>b</title>", "a" },
        { "<title>Caf&eacute; &lt;b&gt;</title>", "Caf\xC3\xA9 <b>" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caught caught;
        struct extract_record *record = run_text("a.html", cases[i][0], &caught);
        if (strcmp(record->title, cases[i][1]) != 0) {
            fail_msg("%s\ngives title \"%s\"", cases[i][0], record->title);
        }
        caught_done(&caught);
    }
}

static void test_html_metadata(void **state)
{
    (void)state;
    static const char page[] =
        "<html lang=nl-NL xml:lang=en><head>"
        "<meta name=description content='Over  het\nbeleid'><meta name='DCTERMS.type' content=rapport>"
        "<meta name=date content='2001'><meta name='dcterms.date' content='gisteren'>"
        "<meta property='article:published_time' content='2014-02-28T10:00:00+01:00'>"
        "<link rel='alternate CANONICAL' href='https://www.example.nl/stuk?a=1'>"
        "<meta property='og:url' content='https://x.nl/'></head><body><time datetime=1999-01-01>x</time>";
    struct caught caught;
    struct extract_record *record = run_text("a.html", page, &caught);
    assert_string_equal(record->language, "nl-NL");
    assert_string_equal(record->description, "Over het beleid");
    assert_string_equal(record->kind, "rapport");
    assert_string_equal(record->date, "2014-02-28");
    assert_string_equal(record->url, "https://www.example.nl/stuk?a=1");
    assert_string_equal(record->format, "text/html");
    caught_done(&caught);
    record = run_text("a.html", "<meta name=description content='-'><link rel=canonical href='javascript:alert(1)'>"
                                "<meta property='og:url' content='/pad'><meta name=date content='2013-02-29'>"
                                "<html lang='x'><p><time datetime='2013-11'>", &caught);
    assert_string_equal(record->description, "");
    assert_string_equal(record->url, "");
    assert_string_equal(record->language, "");
    assert_string_equal(record->date, "2013-11");
    caught_done(&caught);
}

static void test_html_surroundings_by_name(void **state)
{
    (void)state;
    struct caught caught;
    const char *page = "<div id=header>Kop van de site</div><div class='x kruimelpad'>U bent hier</div>"
                       "<a class=skip href=#a>Sla over</a>"
                       "<div id=content class=menu><h1 class=header>Kop</h1><p class=footer-noot>Tekst.</p>"
                       "<article><div class=footer>Ondertekend</div></article></div><div class='clear site-footer'>Contact</div>";
    struct extract_record *record = run_text("x.html", page, &caught);
    assert_string_equal(record->text, "Kop\n\nTekst.\n\nOndertekend");
    caught_done(&caught);
    /* A page that is nothing else keeps it. */
    record = run_text("x.html", "<div id=footer>Alles staat onderaan</div>", &caught);
    assert_string_equal(record->text, "Alles staat onderaan");
    caught_done(&caught);
    record = run_text("x.html", "<meta name=author content='Bouwer - http://bouwer.nl'><p>x", &caught);
    assert_string_equal(record->author, "");
    caught_done(&caught);
    record = run_text("x.html", "<meta name=author content='A. B.'><meta name=DCTERMS.creator content='Ministerie van X'><p>x",
                      &caught);
    assert_string_equal(record->author, "Ministerie van X");
    caught_done(&caught);
}

static void test_html_encodings(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<meta charset=iso-8859-1><p>ge\xEFnd \x80",
        "<META HTTP-EQUIV=Content-Type CONTENT=\"text/html; charset=windows-1252\"><p>ge\xEFnd \x80",
        "<?xml version='1.0' encoding='ISO-8859-1'?><html><p>ge\xEFnd \x80</p></html>",
        "<!-- <meta charset=koi8-r> --><meta charset='windows-1252'><p>ge\xEFnd \x80",
        "<meta charset=utf-16><p>ge\xC3\xAFnd \xE2\x82\xAC", /* cannot be */
        "<meta charset=iso-8859-1><p>ge\xC3\xAFnd \xE2\x82\xAC", /* is UTF-8 all the same */
        "\xEF\xBB\xBF<meta charset=iso-8859-1><p>ge\xC3\xAFnd \xE2\x82\xAC",
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct caught caught;
        struct extract_record *record = run_text("a.html", pages[i], &caught);
        if (strcmp(record->text, "ge\xC3\xAFnd \xE2\x82\xAC") != 0) {
            fail_msg("page %zu gives \"%s\" as %s", i, record->text, record->encoding);
        }
        caught_done(&caught);
    }
}

static void test_html_large(void **state)
{
    (void)state;
    struct buf page;
    buf_init(&page, 64 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_add_str(&page, "<div><b>x ");
    }
    struct caught caught;
    struct extract_record *record = run_one("a.html", page.data, page.len, &caught);
    assert_int_equal(record->text_len, 39999); /* however deep */
    caught_done(&caught);
    buf_clear(&page);
    buf_add_str(&page, "<p>");
    for (int i = 0; i < 2000000; i++) {
        buf_add_str(&page, "woord ");
    }
    struct extract_caps caps = extract_default_caps;
    record = run_one("a.html", page.data, page.len, &caught);
    assert_int_equal(record->text_len, 11999999); /* libxml2's trees stop at 10 million */
    caught_done(&caught);
    caps.record_bytes = 10;
    struct err err = ERR_INIT;
    const char *text = "<h1>abc</h1><h2>defghijkl</h2><h3>m</h3>nop";
    assert_int_equal(run_capped("a.html", text, strlen(text), &caps, &caught, &err), ERR_OK);
    record = &caught.records[0];
    assert_string_equal(record->text, "abc\n\ndefgh");
    assert_int_equal(record->heading_count, 2);
    assert_int_equal(record->headings[1].len, 5);
    assert_int_equal(record->cut, 4 + 1 + 3);
    caught_done(&caught);
    buf_done(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_txt_lines_stay),
        cmocka_unit_test(test_txt_encodings),
        cmocka_unit_test(test_txt_binary_is_refused),
        cmocka_unit_test(test_txt_form_feeds),
        cmocka_unit_test(test_txt_leading_spaces),
        cmocka_unit_test(test_txt_titles),
        cmocka_unit_test(test_txt_caps),
        cmocka_unit_test(test_html_text),
        cmocka_unit_test(test_html_headings),
        cmocka_unit_test(test_html_titles),
        cmocka_unit_test(test_html_metadata),
        cmocka_unit_test(test_html_surroundings_by_name),
        cmocka_unit_test(test_html_encodings),
        cmocka_unit_test(test_html_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
