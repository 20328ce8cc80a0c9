/* t052-repair.c - text/repair: broken words in extracted text, and texts that must stay as they are.
 *
 * `t052-repair --list FILE` prints every repair of a text for reading: kind, line, what stood there and what stands there now.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/io.h"
#include "text/repair.h"
#include "text/unicode.h"

#define TEXT_MAX ((size_t)256 << 20)
#define PATTERNS "/usr/share/hyphen/hyph_nl_NL.dic"
#define LABELS_MAX 1024
#define LONG_S 10 /* no text of a megabyte may take this long, sanitizers included */

/* ---- Helpers ------------------------------------------------------------------------------ */

struct mended {
    struct buf text;
    struct repairs repairs;
};

static void mended_done(struct mended *mended)
{
    buf_done(&mended->text);
    repairs_done(&mended->repairs);
}

static void mend(const struct compounds *compounds, const struct words *words, const char *text, size_t len,
                 struct mended *mended)
{
    struct err err = ERR_INIT;
    *mended = (struct mended){ .repairs = { 0 } };
    buf_init(&mended->text, TEXT_MAX);
    if (repair_text(compounds, words, text, len, &mended->text, &mended->repairs, &err) != ERR_OK) {
        fail_msg("repair_text: %s", err.text);
    }
}

static struct words *words_of_list(const char *path)
{
    struct err err = ERR_INIT;
    struct buf image;
    struct words *words = NULL;
    buf_init(&image, TEXT_MAX);
    if (words_make(path, &image, &err) != ERR_OK) {
        fail_msg("words_make: %s", err.text);
    }
    size_t len = image.len;
    if (words_adopt(buf_take(&image), len, &words, &err) != ERR_OK) {
        fail_msg("words_adopt: %s", err.text);
    }
    return words;
}

/* A small list, so that tables do not depend on what is installed. */
static struct words *small_words(void)
{
    static const char list[] =
        "Hoffman\n"
        "Nederlands-Indië\naan\naandacht\naffiche\nakkoord\nandere\nbakker\nbedrijfsvoering\nberaad\nbezoek\ncafé\ndacht\nde\n"
        "democratie\nden\ndepartement\neen\nen\nfinanciën\nfoto's\ngebleven\ngebruik\ngeneraal\ngeografische\ngesprek\ngrens\n"
        "het\nkennis\nkennismakingsbijeenkomst\nkern\nkerndepartement\nkrimpregio's\nland\nlanden\nleefbaarheid\nmaatschappelijk\n"
        "maken\nmeerdere\nminister\nministerie\nministeriële\nofficier\nonderzoek\nplannen\npolitiek\npolitieke\n"
        "regeer\nregeerakkoord\n"
        "regeringsverklaring\nsecretaris\nsecretaris-generaal\nspecifiek\nthema\nthema's\nvakman\nvakmanschap\nvan\nverklaring\n"
        "voering\nvoor\nwerk\nwerkbezoek\nwet\nwoning\nwoningbouw\nwordt\nzoek\nbouw\nonder\nBZK\nof\n";
    char path[] = "/tmp/naslag-t052.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, list, sizeof list - 1), sizeof list - 1);
    close(fd);
    struct words *words = words_of_list(path);
    unlink(path);
    return words;
}

static uint64_t random_state = 52;

static uint32_t random_below(uint32_t most)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % most;
}

static void check_mended(const struct words *words, const char *text, const char *wanted)
{
    struct mended mended;
    mend(NULL, words, text, strlen(text), &mended);
    if (strcmp(mended.text.data, wanted) != 0) {
        fail_msg("'%s' became '%s', not '%s'", text, mended.text.data, wanted);
    }
    mended_done(&mended);
}

/* ---- Tables ------------------------------------------------------------------------------- */

/* Enough ordinary wraps that end in a space to make the absence of one a sign. */
#define SPACED "het beraad \nvan het beraad \nvan het beraad \nvan het beraad \nvan het land.\n\n"

static void test_spaced(void **state)
{
    static const struct {
        const char *broken, *wanted;
    } table[] = {
        { "een kennis\nmakingsbijeenkomst van de", "een kennismakingsbijeenkomst \nvan de" },
        { "het kern\ndepartement. \nDe", "het kerndepartement. \nDe" },
        { "het minis\nteriële werk", "het ministeriële \nwerk" },
        { "de poli\ntieke of", "de politieke \nof" },
        { "het politie\nke werk", "het politieke \nwerk" },
        { "een werk\nbezoek\n\nEen", "een werkbezoek\n\nEen" },               /* nothing left of the line */
        { "een ken\nnis\nmakingsbijeenkomst van", "een kennismakingsbijeenkomst \nvan" }, /* over three lines */
        { "een werk \nbezoek", "een werk \nbezoek" },                         /* the space says: two words */
        { "de demo\n\ncratie van", "de democratie \n\nvan" },                 /* an empty line between */
        { "een werk\n\nbezoek", "een werk\n\nbezoek" },
        { "land\nen zee", "land\nen zee" },                                   /* a table */
        { "het regeer\nAkkoord", "het regeer\nAkkoord" },
        { "het beraad\nen de", "het beraad\nen de" },
        { "Maarten Kuipers\nminister van", "Maarten Kuipers\nminister van" }, /* a name is no half */
        { "het advies\nc. de", "het advies\nc. de" },
        { "het kern\n departement", "het kern\n departement" },               /* a page starts */
        { "www.kern\ndepartement.nl", "www.kern\ndepartement.nl" },
        { "4e\nkern", "4e\nkern" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[512], wanted[512];
        snprintf(text, sizeof text, "%s%s", SPACED, table[i].broken);
        snprintf(wanted, sizeof wanted, "%s%s", SPACED, table[i].wanted);
        check_mended(*state, text, wanted);
    }
}

static void test_plain(void **state)
{
    static const struct {
        const char *broken, *wanted;
    } table[] = {
        /* One half is no word: certain. */
        { "het minis\nterie van", "het ministerie\nvan" },
        { "een kennis\nmakingsbijeenkomst  van", "een kennismakingsbijeenkomst\nvan" },
        /* Two words, and nothing says that this text lost its hyphens. */
        { "een werk\nbezoek aan", "een werk\nbezoek aan" },
        { "in deze tekst wordt aan\ndacht gevraagd", "in deze tekst wordt aan\ndacht gevraagd" },
        /* Elsewhere it did. */
        { "het minis\nterie en de demo\ncratie en een werk\nbezoek aan",
          "het ministerie\nen de democratie\nen een werkbezoek\naan" },
        { "het minis\nterie en de demo\ncratie en een werk\nbezoek of een werk bezoek",
          "het ministerie\nen de democratie\nen een werk\nbezoek of een werk bezoek" },
        { "het minis\nterie en de demo\ncratie wordt aan\ndacht", "het ministerie\nen de democratie\nwordt aan\ndacht" },
        { "het minis\nterie en de demo\ncratie wordt aan\ndacht, en aandacht",
          "het ministerie\nen de democratie\nwordt aandacht,\nen aandacht" },
        { "het minis\nterie en de demo\ncratie in het land\nen de", "het ministerie\nen de democratie\nin het land\nen de" },
        { "onbekend\nwoord", "onbekend\nwoord" },
        { "", "" },
        { "\n", "\n" },
        { "minis\n", "minis\n" },
        { "\nterie", "\nterie" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        check_mended(*state, table[i].broken, table[i].wanted);
    }
}

/* What a document says of a pair when it lost its hyphens: needs the splitter. */
static void test_doubts(void **state)
{
    (void)state;
    static const char lost[] = "het minis\nterie en de demo\ncratie en\n";
    static const struct {
        const char *broken, *wanted;
    } table[] = {
        /* The left half stands nowhere on its own, and begins other compounds. */
        { "de landsgrenzen en landsbelangen op lands\nniveau van", "de landsgrenzen en landsbelangen op landsniveau\nvan" },
        { "de grenzen op lands\nniveau van", "de grenzen op lands\nniveau van" },
        { "de landsgrenzen, 's lands belang, landsbelangen op lands\nniveau van",
          "de landsgrenzen, 's lands belang, landsbelangen op lands\nniveau van" },
        { "bijzonderheden, bijzonderheden: een bijzonder\nrisico dat",
          "bijzonderheden, bijzonderheden: een bijzonder\nrisico dat" },
        /* The whole stands far more often than the left half. */
        { "gemeenten, gemeenten, gemeenten, gemeen\nten aan", "gemeenten, gemeenten, gemeenten, gemeenten\naan" },
        { "gemeenten, gemeen, gemeenten, gemeen\nten aan", "gemeenten, gemeen, gemeenten, gemeen\nten aan" },
        { "landen, landen, landen, landen: stad en land\nen zee", "landen, landen, landen, landen: stad en land\nen zee" },
    };
    if (access(WORDS_DEFAULT_LIST, R_OK) != 0 || access(PATTERNS, R_OK) != 0) {
        print_message("# skipped: no word list or no patterns\n");
        return;
    }
    struct words *words = words_of_list(WORDS_DEFAULT_LIST);
    struct compounds *compounds = NULL;
    assert_int_equal(compounds_new(words, PATTERNS, &compounds, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[512], wanted[512];
        struct mended mended;
        snprintf(text, sizeof text, "%s%s", lost, table[i].broken);
        snprintf(wanted, sizeof wanted, "het ministerie\nen de democratie\nen\n%s", table[i].wanted);
        mend(compounds, words, text, strlen(text), &mended);
        assert_string_equal(mended.text.data, wanted);
        mended_done(&mended);
    }
    compounds_free(compounds);
    words_free(words);
}

static void test_hyphens(void **state)
{
    static const struct {
        const char *broken, *wanted;
    } table[] = {
        { "de secretaris-\ngeneraal van", "de secretaris-generaal\nvan" },
        { "De secretaris-\ngeneraal.", "De secretaris-generaal." },
        { "Vakman-\nschap groeit", "Vakmanschap\ngroeit" },
        { "Vakman- \nschap groeit", "Vakmanschap\ngroeit" },
        { "grens-\nen krimpregio's", "grens-\nen krimpregio's" },
        { "grens-  \nen krimpregio's", "grens-  \nen krimpregio's" },
        { "wet-\nof werk", "wet-\nof werk" },
        { "het BZK-\ndepartement is", "het BZK-departement\nis" },
        { "Nederlands-\nIndië is", "Nederlands-Indië\nis" },
        { "Europa-\nInternationaal", "Europa-\nInternationaal" },
        { "maatschappelijk-\npolitieke plannen", "maatschappelijk-politieke\nplannen" },
        { "regerings-\nverklaring\nDebat", "regeringsverklaring\nDebat" },
        { "- \nwerk", "- \nwerk" },
        { "kennis -\nwerk", "kennis -\nwerk" },
        { "2016-\nen", "2016-\nen" },
        { "E-\ne+ x", "E-\ne+ x" },
        /* A soft hyphen needs no word list. */
        { "een gek\xC2\xAD\nkenhuis is", "een gekkenhuis\nis" },
        { "een gek\xC2\xAD\nKenhuis", "een gek\xC2\xAD\nKenhuis" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        check_mended(*state, table[i].broken, table[i].wanted);
    }
}

static void test_glyphs(void **state)
{
    static const struct {
        const char *broken, *wanted;
    } table[] = {
        { "Lee\xEF\xBF\xBD" "aarheid & zo", "Leefbaarheid & zo" },
        { "de Geogra\xEF\xBF\xBDsche x", "de Geografische x" },
        { "\xEF\xBF\xBDnanciën van", "financiën van" },
        { "\xEF\xBF\xBD" "de plannen", "\xEF\xBF\xBD" "de plannen" }, /* a bullet */
        { "\xE2\x80\xA2\t \xEF\xBF\xBDplannen", "\xE2\x80\xA2\t \xEF\xBF\xBDplannen" },
        { "x \xEF\xBF\xBD y", "x \xEF\xBF\xBD y" },
        { "ke\xEF\xBF\xBDnis", "ke\xEF\xBF\xBDnis" },
        { "de offi cier is specifi ek", "de officier is specifiek" },
        { "een affi che.", "een affiche." },
        { "fi nanciën", "financiën" },
        { "de chef fi etst", "de chef fi etst" },
        { "mevrouw Hoff man en", "mevrouw Hoff man en" }, /* together they are listed, but as a name */
        { "of fijn, sheriff is", "of fijn, sheriff is" },
        { "themá s zoals", "thema's zoals" },
        { "thema\xC2\xB4s, foto\xC2\xB4 s", "thema's, foto's" },
        { "themás", "themás" },
        { "café s", "café s" },
        { "themá schrijft", "themá schrijft" },
        { "25\xC2\xB4s", "25\xC2\xB4s" },
        { "gebleven4 en CO2, A12, 2e", "gebleven4 en CO2, A12, 2e" },
        /* A glyph in the half that moves. */
        { "de offi\ncier is", "de officier\nis" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        check_mended(*state, table[i].broken, table[i].wanted);
    }
}

#define NOTE1 "1. Zie hoofdstuk twee\n"
#define NOTE2 "2. Bron: het onderzoek\n"
#define NOTE3 "3. Idem\n"

static void test_notes(void **state)
{
    static const struct {
        const char *broken, *wanted;
    } table[] = {
        { "de minister.1 zegt\n" NOTE1 "het is gebleven2 zoals\n" NOTE2 "het land.3 en\n" NOTE3,
          "de minister.1 zegt\n" NOTE1 "het is gebleven\xC2\xB2 zoals\n" NOTE2 "het land.3 en\n" NOTE3 },
        /* All notes at the end; all marks glued. */
        { "de minister1, het werk2 en het land3.\n" NOTE1 NOTE2 NOTE3,
          "de minister\xC2\xB9, het werk\xC2\xB2 en het land\xC2\xB3.\n" NOTE1 NOTE2 NOTE3 },
        /* In the half that moves. */
        { "de minister1 en\nhet minis\nterie2 en\nhet land3.\n" NOTE1 NOTE2 NOTE3,
          "de minister\xC2\xB9 en\nhet ministerie\xC2\xB2\nen\nhet land\xC2\xB3.\n" NOTE1 NOTE2 NOTE3 },
        /* No notes, no series, no words. */
        { "de minister1, het werk2 en het land3.\n", "de minister1, het werk2 en het land3.\n" },
        { "het werk2 en\n" NOTE1 NOTE2 NOTE3, "het werk2 en\n" NOTE1 NOTE2 NOTE3 },
        { "land3 dan werk2 dan minister1\n" NOTE1 NOTE2 NOTE3, "land3 dan werk2 dan minister1\n" NOTE1 NOTE2 NOTE3 },
        { "de minister.1 en MP2 en mp2, x.3 en\n" NOTE1 NOTE2 NOTE3, "de minister.1 en MP2 en mp2, x.3 en\n" NOTE1 NOTE2 NOTE3 },
        { "de minister.1 en covid19 en land.2\n" NOTE1 NOTE2 "19. Ziekte\n", "de minister.1 en covid19 en land.2\n" NOTE1 NOTE2
          "19. Ziekte\n" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        check_mended(*state, table[i].broken, table[i].wanted);
        check_mended(*state, table[i].wanted, table[i].wanted);
    }
}

static void test_without_words(void **state)
{
    (void)state;
    struct words *words = NULL;
    assert_int_equal(words_empty(&words, NULL), ERR_OK);
    check_mended(words, "het minis\nterie, offi cier, Vakman-\nschap, gek\xC2\xAD\nkenhuis is",
                 "het minis\nterie, offi cier, Vakman-\nschap, gekkenhuis\nis");
    words_free(words);
}

static void test_kinds(void **state)
{
    struct mended mended;
    static const char text[] = "de offi cier, themá s en het minis\nterie x";
    mend(NULL, *state, text, sizeof text - 1, &mended);
    assert_int_equal(mended.repairs.count, 3);
    assert_int_equal(mended.repairs.items[0].kind, REPAIR_LIGATURE);
    assert_int_equal(mended.repairs.items[1].kind, REPAIR_ACCENT);
    assert_int_equal(mended.repairs.items[2].kind, REPAIR_LINE_END);
    const struct repair *last = &mended.repairs.items[2];
    assert_memory_equal(text + last->start, "\nterie ", last->len);
    assert_memory_equal(mended.text.data + last->out_start, "terie\n", last->out_len);
    mended_done(&mended);
}

static void test_ceiling(void **state)
{
    struct buf out;
    struct repairs repairs = { 0 };
    struct err err = ERR_INIT;
    buf_init(&out, 8);
    assert_int_equal(repair_text(NULL, *state, "het ministerie van de", 21, &out, &repairs, &err), ERR_INVALID);
    buf_done(&out);
    repairs_done(&repairs);
}

/* ---- Properties --------------------------------------------------------------------------- */

/* What stands outside repairs is the same and maps to itself; the map is monotone; no line is added. */
static void check_map(const char *text, size_t len, const struct mended *mended)
{
    const char *out = mended->text.data;
    size_t at = 0, out_at = 0;
    for (size_t i = 0; i <= mended->repairs.count; i++) {
        bool end = i == mended->repairs.count;
        size_t start = end ? len : mended->repairs.items[i].start;
        size_t out_start = end ? mended->text.len : mended->repairs.items[i].out_start;
        assert_true(start >= at && out_start >= out_at && start - at == out_start - out_at);
        assert_memory_equal(text + at, out + out_at, start - at);
        for (; at < start; at++, out_at++) {
            assert_int_equal(repair_map(&mended->repairs, (uint32_t)at), out_at);
        }
        if (!end) {
            assert_int_equal(repair_map(&mended->repairs, (uint32_t)start), out_start);
            at = start + mended->repairs.items[i].len;
            out_at = out_start + mended->repairs.items[i].out_len;
        }
    }
    assert_int_equal(repair_map(&mended->repairs, (uint32_t)len), mended->text.len);
    uint32_t previous = 0;
    size_t lines = 0, out_lines = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t mapped = repair_map(&mended->repairs, (uint32_t)i);
        assert_true(mapped >= previous && mapped <= mended->text.len);
        previous = mapped;
        lines += text[i] == '\n';
    }
    for (size_t i = 0; i < mended->text.len; i++) {
        out_lines += out[i] == '\n';
    }
    assert_true(out_lines <= lines);
}

static void check_again(const struct words *words, const char *text, const struct mended *mended)
{
    struct mended again;
    mend(NULL, words, mended->text.data, mended->text.len, &again);
    if (again.repairs.count != 0 || again.text.len != mended->text.len
        || memcmp(again.text.data, mended->text.data, again.text.len) != 0) {
        size_t at = again.repairs.count > 0 ? again.repairs.items[0].start : 0;
        print_error("'%s'\nwas mended, and mended again near '%.60s'\n", text, mended->text.data + (at > 30 ? at - 30 : 0));
        fail();
    }
    mended_done(&again);
}

/* Random mixes of words, halves and everything that breaks them. */
static void random_mix(struct buf *text)
{
    static const char *const pieces[] = {
        "kennis", "makingsbijeenkomst", "minis", "terie", "teriële", "werk", "bezoek", "aan", "dacht", "de", "het", "van",
        "en", "of", "offi", "cier", "fi", "nanciën", "them\xC3\xA1", "thema", "s", "demo", "cratie", "secretaris",
        "generaal", "Vakman", "schap", "grens", "Lee\xEF\xBF\xBD" "aarheid", "\xEF\xBF\xBD", "\xC2\xB4", "kern",
        "departement", "regeer", "akkoord", "aandacht", "BZK", "onder", "zoek", "woning", "bouw", "land", "4", ".", ",",
        "'", "www.x.nl", "onbekend", "x", "offi cier", "gebleven4", "gebleven1", "werk2", "land3",
        "minister.1", "\n1. noot\n", "\n2. noot\n", "\n3. noot\n", "\n4. noot\n",
    };
    static const char *const gaps[] = {
        " ", " ", " ", "\n", "\n", " \n", " \n", "-\n", "- \n", "-", "", "\n\n", "\xC2\xAD\n", "  ", "\t", "\n ", "\f",
        "\n\n\n", " \n\n",
    };
    uint32_t count = 1 + random_below(60), gaps_used = 1 + random_below(sizeof gaps / sizeof *gaps);
    for (uint32_t i = 0; i < count; i++) {
        buf_add_str(text, pieces[random_below(sizeof pieces / sizeof *pieces)]);
        buf_add_str(text, gaps[random_below(gaps_used)]);
    }
}

static void test_random_mixes(void **state)
{
    size_t repaired = 0;
    for (int round = 0; round < 20000; round++) {
        struct buf dirty, text;
        buf_init(&dirty, TEXT_MAX);
        buf_init(&text, TEXT_MAX);
        if (round % 3 == 0) {
            buf_add_str(&dirty, SPACED);
        }
        random_mix(&dirty);
        assert_int_equal(text_clean(dirty.data, dirty.len, &text, NULL, NULL), ERR_OK);
        struct mended mended, twin;
        mend(NULL, *state, text.data, text.len, &mended);
        mend(NULL, *state, text.data, text.len, &twin);
        assert_int_equal(mended.repairs.count, twin.repairs.count);
        assert_string_equal(mended.text.data, twin.text.data);
        check_map(text.data, text.len, &mended);
        check_again(*state, text.data, &mended);
        assert_int_equal(utf8_valid_prefix(mended.text.data, mended.text.len), mended.text.len);
        repaired += mended.repairs.count > 0;
        mended_done(&mended);
        mended_done(&twin);
        buf_done(&dirty);
        buf_done(&text);
    }
    assert_true(repaired > 5000);
}

static void test_random_bytes(void **state)
{
    static const char likely[] = "ffi l\n-\xC2\xAD\xC3\xA1\xEF\xBF\xBD s\xB4" "aeknst'\t\f1";
    for (int round = 0; round < 20000; round++) {
        char bytes[96];
        size_t len = random_below(sizeof bytes);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = random_below(4) == 0 ? (char)random_below(256) : likely[random_below(sizeof likely - 1)];
        }
        struct buf text;
        struct mended mended;
        buf_init(&text, TEXT_MAX);
        assert_int_equal(text_clean(bytes, len, &text, NULL, NULL), ERR_OK);
        mend(NULL, *state, text.data, text.len, &mended);
        assert_int_equal(utf8_valid_prefix(mended.text.data, mended.text.len), mended.text.len);
        check_map(text.data, text.len, &mended);
        check_again(*state, text.data, &mended);
        mended_done(&mended);
        buf_done(&text);
    }
}

/* The same at any size: what repeats may not get slower. */
static void test_linear(void **state)
{
    static const char *const units[] = {
        "minis\nterie\n", "minis\n", "a-\n", "offi ", "\xEF\xBF\xBD" "a", "themá ",
        "werk\nbezoek minis\nterie demo\ncratie ", "aaaaaaaaaaaaaaaa", "\n", "ken\nnis\n", "het beraad \nvan ", "ffffff ",
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct buf text;
        struct mended mended;
        buf_init(&text, TEXT_MAX);
        while (text.len < (1u << 20)) {
            buf_add_str(&text, units[i]);
        }
        clock_t start = clock();
        mend(NULL, *state, text.data, text.len, &mended);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds > LONG_S) {
            fail_msg("a megabyte of '%s' took %.1f s", units[i], seconds);
        }
        mended_done(&mended);
        buf_done(&text);
    }
}

/* ---- A real text -------------------------------------------------------------------------- */

enum label { LABEL_NONE, LABEL_JOIN, LABEL_HYPHEN, LABEL_EITHER };

struct labelled {
    char file[128], sha256[DIGEST_HEX_SIZE];
    size_t count;
    struct {
        size_t line;
        enum label label;
    } ends[LABELS_MAX];
};

static void read_labels(struct labelled *labelled)
{
    char path[4096], line[256], word[16];
    const char *source = getenv("NASLAG_SRC");
    snprintf(path, sizeof path, "%s/tests/data-repair/seed-002.labels", source != NULL ? source : ".");
    AUTO_FCLOSE FILE *file = fopen(path, "r");
    assert_non_null(file);
    *labelled = (struct labelled){ .count = 0 };
    while (fgets(line, sizeof line, file) != NULL) {
        size_t number;
        if (sscanf(line, "file %127s", labelled->file) == 1 || sscanf(line, "sha256 %64s", labelled->sha256) == 1) {
            continue;
        }
        if (sscanf(line, "%zu %15s", &number, word) == 2) {
            assert_true(labelled->count < LABELS_MAX);
            labelled->ends[labelled->count].line = number;
            labelled->ends[labelled->count++].label = strcmp(word, "join") == 0 ? LABEL_JOIN
                : strcmp(word, "hyphen") == 0 ? LABEL_HYPHEN : LABEL_EITHER;
        }
    }
}

/* Reads the labelled text; false when it is not there. */
static bool read_seed(const struct labelled *labelled, struct buf *text)
{
    char path[4096], hex[DIGEST_HEX_SIZE];
    const char *folder = getenv("NASLAG_SEEDS"), *source = getenv("NASLAG_SRC");
    if (folder != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, labelled->file);
    } else {
        snprintf(path, sizeof path, "%s/../shared/data/seeds/%s", source != NULL ? source : ".", labelled->file);
    }
    struct buf raw;
    buf_init(&raw, TEXT_MAX);
    if (io_read_file(path, &raw, NULL) != ERR_OK) {
        buf_done(&raw);
        return false;
    }
    struct digest digest = digest_of(raw.data, raw.len);
    digest_hex(&digest, hex);
    assert_string_equal(hex, labelled->sha256);
    buf_init(text, TEXT_MAX);
    assert_int_equal(text_clean(raw.data, raw.len, text, NULL, NULL), ERR_OK);
    buf_done(&raw);
    return true;
}

static void strip_line_ends(struct buf *text)
{
    size_t used = 0;
    for (size_t i = 0; i < text->len; i++) {
        while (text->data[i] == '\n' && used > 0 && text->data[used - 1] == ' ') {
            used--;
        }
        text->data[used++] = text->data[i];
    }
    text->len = used;
}

static void measure(const struct compounds *compounds, const struct words *words, const struct buf *text,
                    const struct labelled *labelled, const char *name, double least_recall)
{
    struct mended mended;
    size_t right = 0, joined = 0, line = 1, at = 0, next = 0;
    mend(compounds, words, text->data, text->len, &mended);
    for (size_t i = 0; i < mended.repairs.count; i++) {
        const struct repair *repair = &mended.repairs.items[i];
        if (repair->kind != REPAIR_LINE_END) {
            continue;
        }
        for (; at < repair->start; at++) {
            line += text->data[at] == '\n';
        }
        bool kept = mended.text.data[repair->out_start - 1] == '-';
        joined++;
        while (next < labelled->count && labelled->ends[next].line < line) {
            next++;
        }
        enum label label = next < labelled->count && labelled->ends[next].line == line ? labelled->ends[next].label : LABEL_NONE;
        if (label == LABEL_EITHER || (label == LABEL_HYPHEN && kept) || (label == LABEL_JOIN && !kept)) {
            right++;
        } else {
            print_message("# %s: wrong at line %zu\n", name, line);
        }
    }
    double precision = joined > 0 ? (double)right / (double)joined : 0;
    double recall = (double)right / (double)labelled->count;
    print_message("# %s: %zu joined, precision %.4f, recall %.4f\n", name, joined, precision, recall);
    if (precision < .995 || recall < least_recall) {
        fail_msg("%s: precision %.4f (least .995), recall %.4f (least %.2f)", name, precision, recall, least_recall);
    }
    mended_done(&mended);
}

static void test_seed(void **state)
{
    (void)state;
    struct labelled *labelled = calloc(1, sizeof *labelled);
    struct buf text;
    assert_non_null(labelled);
    read_labels(labelled);
    if (!read_seed(labelled, &text)) {
        print_message("# skipped: %s is not here (its folder can be named in NASLAG_SEEDS)\n", labelled->file);
        free(labelled);
        return;
    }
    if (access(WORDS_DEFAULT_LIST, R_OK) != 0) {
        print_message("# skipped: no word list %s\n", WORDS_DEFAULT_LIST);
        buf_done(&text);
        free(labelled);
        return;
    }
    struct words *words = words_of_list(WORDS_DEFAULT_LIST);
    struct compounds *compounds = NULL;
    assert_int_equal(compounds_new(words, access(PATTERNS, R_OK) == 0 ? PATTERNS : NULL, &compounds, NULL), ERR_OK);
    measure(compounds, words, &text, labelled, "spaces at wraps", .97);
    measure(NULL, words, &text, labelled, "spaces at wraps, no compounds", .93);
    strip_line_ends(&text);
    measure(compounds, words, &text, labelled, "no spaces", .96);
    measure(NULL, words, &text, labelled, "no spaces, no compounds", .86);
    compounds_free(compounds);
    words_free(words);
    buf_done(&text);
    free(labelled);
}

/* ---- Running ------------------------------------------------------------------------------ */

static void print_visible(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        fputs(text[i] == '\n' ? "\xE2\x8F\x8E" : (char[]){ text[i], '\0' }, stdout);
    }
}

static int list_repairs(const char *path)
{
    static const char *const names[REPAIR_KINDS] = { "line-end", "ligature", "accent", "note" };
    struct err err = ERR_INIT;
    struct buf raw, text;
    buf_init(&raw, TEXT_MAX);
    buf_init(&text, TEXT_MAX);
    if (io_read_file(path, &raw, &err) != ERR_OK || text_clean(raw.data, raw.len, &text, NULL, &err) != ERR_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    struct words *words = words_of_list(WORDS_DEFAULT_LIST);
    struct compounds *compounds = NULL;
    if (compounds_new(words, access(PATTERNS, R_OK) == 0 ? PATTERNS : NULL, &compounds, &err) != ERR_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    struct mended mended;
    mend(compounds, words, text.data, text.len, &mended);
    size_t line = 1, at = 0;
    for (size_t i = 0; i < mended.repairs.count; i++) {
        const struct repair *repair = &mended.repairs.items[i];
        for (; at < repair->start; at++) {
            line += text.data[at] == '\n';
        }
        size_t from = utf8_floor(text.data, text.len, repair->start > 30 ? repair->start - 30 : 0);
        printf("%s\t%zu\t", names[repair->kind], line);
        print_visible(text.data + from, repair->start - from);
        printf("[");
        print_visible(text.data + repair->start, repair->len);
        printf("] -> [");
        print_visible(mended.text.data + repair->out_start, repair->out_len);
        printf("]\n");
    }
    mended_done(&mended);
    compounds_free(compounds);
    words_free(words);
    buf_done(&raw);
    buf_done(&text);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--list") == 0) {
        return list_repairs(argv[2]);
    }
    struct words *words = small_words();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_spaced, words),
        cmocka_unit_test_prestate(test_plain, words),
        cmocka_unit_test(test_doubts),
        cmocka_unit_test_prestate(test_hyphens, words),
        cmocka_unit_test_prestate(test_glyphs, words),
        cmocka_unit_test_prestate(test_notes, words),
        cmocka_unit_test_prestate(test_without_words, words),
        cmocka_unit_test_prestate(test_kinds, words),
        cmocka_unit_test_prestate(test_ceiling, words),
        cmocka_unit_test_prestate(test_random_mixes, words),
        cmocka_unit_test_prestate(test_random_bytes, words),
        cmocka_unit_test_prestate(test_linear, words),
        cmocka_unit_test_prestate(test_seed, words),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    words_free(words);
    return failed;
}
