/* t054-heads.c - text/heads: what layout repeats inside a document, and repeats that are text.
 *
 * `t054-heads --list FILE...` prints what is taken of texts (form feeds part pages) for reading.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/io.h"
#include "text/heads.h"

#define TEXT_MAX ((size_t)256 << 20)
#define PAGES_MAX 1000

/* A text with its form feeds as page starts. */
struct paged {
    struct buf text;
    uint32_t pages[PAGES_MAX];
    size_t count;
};

static void split(const char *bytes, size_t len, struct paged *paged)
{
    buf_init(&paged->text, TEXT_MAX);
    paged->count = 0;
    for (size_t i = 0; i < len; i++) {
        buf_add_char(&paged->text, bytes[i] == '\f' ? '\n' : bytes[i]);
        if (bytes[i] == '\f' && paged->count < PAGES_MAX - 1) {
            if (paged->count == 0) {
                paged->pages[paged->count++] = 0;
            }
            paged->pages[paged->count++] = (uint32_t)i + 1;
        }
    }
}

/* What is taken, one range after the other with a / behind each; lines joined by |. */
static void taken(const char *bytes, size_t len, struct buf *out)
{
    static struct paged paged;
    struct text_ranges ranges = { 0 };
    struct err err = ERR_INIT;
    split(bytes, len, &paged);
    if (heads_find(paged.text.data != NULL ? paged.text.data : "", paged.text.len, paged.pages, paged.count, &ranges,
                   &err) != ERR_OK) {
        fail_msg("heads_find: %s", err.text);
    }
    size_t before = 0;
    for (size_t i = 0; i < ranges.count; i++) {
        assert_true(ranges.items[i].start < ranges.items[i].end && ranges.items[i].end <= paged.text.len);
        assert_true(i == 0 || ranges.items[i].start > before);
        before = ranges.items[i].end;
        for (size_t at = ranges.items[i].start; at < ranges.items[i].end; at++) {
            bool last = at + 1 == ranges.items[i].end;
            char c = paged.text.data[at];
            if (c != '\n' || !last) {
                buf_add_char(out, c == '\n' ? '|' : c);
            }
        }
        buf_add_char(out, '/');
    }
    buf_add(out, "", 0);
    text_ranges_done(&ranges);
    buf_done(&paged.text);
}

static void check(const char *text, const char *wanted)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    taken(text, strlen(text), &out);
    const char *got = out.data != NULL ? out.data : "";
    if (strcmp(got, wanted) != 0) {
        fail_msg("of '%.300s...' was taken '%s', not '%s'", text, got, wanted);
    }
    buf_done(&out);
}

#define BODY1 "Een alinea over wonen.\nDe tweede zin daarvan.\nEn nog een derde zin.\nTot slot de vierde.\n"
#define BODY2 "Iets heel anders hier.\nOver water en bodem.\nMet nog wat meer.\nEn een eind.\n"
#define BODY3 "Een derde bladzijde.\nDie over geld gaat.\nEn over schuld.\nOok dat eindigt.\n"
#define BODY4 "De vierde bladzijde.\nZonder nieuws.\nMaar met tekst.\nVan vier regels.\n"

static void test_heads(void **state)
{
    (void)state;
    /* A head with a page number, one without, a foot. */
    check("Jaarverslag 2020 deel I 7\n" BODY1 "x\n\fJaarverslag 2020 deel I 8\n"
          BODY2 "y\n\fJaarverslag 2020 deel I 9\n" BODY3 "z\n",
          "Jaarverslag 2020 deel I 8/Jaarverslag 2020 deel I 9/");
    check("Ministerie van Geluk\n" BODY1 "x\n\fMinisterie van Geluk\n" BODY2 "y\n\f  Ministerie  van Geluk \n" BODY3 "z\n",
          "Ministerie van Geluk/  Ministerie  van Geluk /");
    check("x\n" BODY1 "Pagina 1 van het verslag\n\fy\n" BODY2 "Pagina 2 van het verslag\n\fz\n" BODY3 "Pagina 3 van het verslag\n",
          "Pagina 2 van het verslag/Pagina 3 van het verslag/");
    /* Two pages are too few. */
    check("Ministerie van Geluk\n" BODY1 "x\n\fMinisterie van Geluk\n" BODY2 "y\n\f" BODY3 "z\nx\n", "");
    /* Without pages a repeated line is a line. */
    check("Ministerie van Geluk\n" BODY1 "Ministerie van Geluk\n" BODY2 "Ministerie van Geluk\n" BODY3, "");
    /* Chapters are numbered otherwise than pages are. */
    check("Bijlage bij hoofdstuk 1\n" BODY1 "x\n\f" BODY2 "y\na\n\f" BODY3 "z\nb\n\f"
          BODY4 "c\nd\n\fBijlage bij hoofdstuk 2\n" BODY1
          "e\n\f" BODY2 "f\ng\n\f" BODY3 "h\ni\n\f" BODY4 "j\nk\n\f" BODY1 "l\nm\n\f"
                BODY2 "n\no\n\fBijlage bij hoofdstuk 3\n" BODY4 "p\n",
          "");
    /* A single word, a table's head, a sentence. */
    check("Vervallen\n" BODY1 "x\n\fVervallen\n" BODY2 "y\n\fVervallen\n" BODY3 "z\n", "");
    check("| Naam | Bedrag |\n" BODY1 "x\n\f| Naam | Bedrag |\n" BODY2 "y\n\f| Naam | Bedrag |\n" BODY3 "z\n", "");
    check("Naam\tHet bedrag\n" BODY1 "x\n\fNaam\tHet bedrag\n" BODY2 "y\n\fNaam\tHet bedrag\n" BODY3 "z\n", "");
    check("Dit artikel is vervallen.\n" BODY1 "x\n\fDit artikel is vervallen.\n"
          BODY2 "y\n\fDit artikel is vervallen.\n" BODY3 "z\n", "");
    /* In the middle of pages. */
    check(BODY1 "Artikel is vervallen\n" BODY2 "\f" BODY3 "Artikel is vervallen\n" BODY4 "\f"
          BODY2 "Artikel is vervallen\n" BODY1, "");
    check("", "");
    check("\n\n", "");
}

#define LIST "Welkom bij ons\n\n1.\tUw eerste weken\n\n2.\tWerken bij ons\n\n3.\tHier werken wij aan\n\n4.\tHet financieel kader\n"

static void test_lists(void **state)
{
    (void)state;
    check(BODY1 LIST BODY2 LIST BODY3 LIST BODY4,
          "Welkom bij ons||1.\tUw eerste weken||2.\tWerken bij ons||3.\tHier werken wij aan||4.\tHet financieel kader/"
          "Welkom bij ons||1.\tUw eerste weken||2.\tWerken bij ons||3.\tHier werken wij aan||4.\tHet financieel kader/");
    check(BODY1 LIST BODY2 LIST BODY3, ""); /* twice is not enough */
    /* The running head beside it goes along. */
    check(BODY1 LIST "\nIntroductie 2021 deel I 7\n" BODY2 LIST "\nIntroductie 2021 deel I 12\n" BODY3 LIST
          "\nIntroductie 2021 deel I 33\n" BODY4,
          "Welkom bij ons||1.\tUw eerste weken||2.\tWerken bij ons||3.\tHier werken wij aan||4.\tHet financieel kader||"
          "Introductie 2021 deel I 12/"
          "Welkom bij ons||1.\tUw eerste weken||2.\tWerken bij ons||3.\tHier werken wij aan||4.\tHet financieel kader||"
          "Introductie 2021 deel I 33/");
#define ITEMS "a. het verbod op roken;\nb. het gebod te zwijgen;\nc. de plicht te komen;\nd. de last onder dwangsom;\ne. de boete\n"
    check(BODY1 ITEMS BODY2 ITEMS BODY3 ITEMS BODY4, ""); /* an enumeration in a law */
#define DASHES "– Kunst (muziek)\n– Kunst (drama)\n– Kunst (dans)\n– Nederlandse taal\n– Wiskunde en meer\n"
    check(BODY1 DASHES BODY2 DASHES BODY3 DASHES BODY4, ""); /* one without marks at the ends */
#define FORM "### Draagkracht\nGeen bijzonderheden\n### Maatwerk\nNiet van toepassing\n### Zie verder\n"
    check(BODY1 FORM BODY2 FORM BODY3 FORM BODY4, ""); /* sections that have the same headings */
    /* The end of a list that stands twice, behind a beginning that stands three times. */
    check(BODY1 LIST BODY2 LIST "Zie ook elders\nEn nog wat\n" BODY3 LIST "Zie ook elders\nEn nog wat\n" BODY4,
          "Welkom bij ons||1.\tUw eerste weken||2.\tWerken bij ons||3.\tHier werken wij aan||4.\tHet financieel kader/"
          "Welkom bij ons||1.\tUw eerste weken||2.\tWerken bij ons||3.\tHier werken wij aan||4.\tHet financieel kader|"
          "Zie ook elders|En nog wat/");
#define ROWS "| Naam | Bedrag |\n| --- | --- |\n| Jan | 12 |\n| Piet | 13 |\n| Klaas | 14 |\n"
    check(BODY1 ROWS BODY2 ROWS BODY3 ROWS BODY4, ""); /* a table */
#define GONE "Artikel 1\nVervallen per heden\nArtikel 2\nVervallen per heden\nArtikel 3\n"
    check(GONE GONE GONE GONE, ""); /* lines that repeat themselves */
    check(BODY1 BODY1 BODY1 BODY1, ""); /* prose */
}

/* Any bytes; the ranges are checked in taken(). */
static void test_random(void **state)
{
    (void)state;
    static const char *const pieces[] = { "Kop van een blad 1", "Kop van een blad 2", "\n", "\n", "\f", "een regel",
          "twee regels", "3",
                                          " ", "\t", "drie", "vier woorden op rij", "vijf", "zes", "\n\n", "|", "\xC3\xA9",
                                                "\xFF" };
    uint64_t random = 53;
    for (int round = 0; round < 3000; round++) {
        struct buf text, out;
        buf_init(&text, TEXT_MAX);
        buf_init(&out, TEXT_MAX);
        for (int i = 0; i < 200; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            buf_add_str(&text, pieces[(random >> 33) % (sizeof pieces / sizeof *pieces)]);
        }
        taken(text.data, text.len, &out);
        buf_done(&text);
        buf_done(&out);
    }
}

static int list(const char *path)
{
    struct buf text, out;
    struct err err = ERR_INIT;
    buf_init(&text, TEXT_MAX);
    buf_init(&out, TEXT_MAX);
    if (io_read_file(path, &text, &err) != ERR_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    taken(text.data, text.len, &out);
    if (out.len > 0) {
        printf("%s: %s\n", path, out.data);
    }
    buf_done(&text);
    buf_done(&out);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--list") == 0) {
        int status = 0;
        for (int i = 2; i < argc; i++) {
            status |= list(argv[i]);
        }
        return status;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
