/* t050-inflect.c - which forms meet in one class, against the known words of wdutch.
 *
 * With --gold FILE (form TAB lemma TAB part of speech TAB count): prints how many gold pairs meet, and how many of different
 * lemmas do, and with --errors behind it each pair that is wrong; with --classes: the class of each line of standard input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "text/inflect.h"
#include "text/unicode.h"

static enum err_code list_words(struct words **ret_words, struct err *err)
{
    struct buf image;
    buf_init(&image, (size_t)256 << 20);
    enum err_code code = words_make(WORDS_DEFAULT_LIST, &image, err);
    if (code != ERR_OK) {
        buf_done(&image);
        return code;
    }
    return words_adopt(image.data, image.len, ret_words, err);
}

struct key {
    char text[INFLECT_MAX + 1];
    size_t len;
};

static struct key key_of(const struct words *words, const char *form)
{
    char folded[TEXT_FOLD_MAX];
    size_t len = text_fold(form, strlen(form), folded, sizeof folded);
    struct key key = { .len = inflect_class(words, folded, len, key.text) };
    key.text[key.len] = '\0';
    return key;
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static struct words *known; /* NULL without the word list */

static int set_up(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    if (access(WORDS_DEFAULT_LIST, R_OK) != 0) {
        return 0;
    }
    return list_words(&known, &err) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    words_free(known);
    return 0;
}

#define NEEDS_LIST()                                                       \
    if (known == NULL) {                                                   \
        print_message("# skipped: no " WORDS_DEFAULT_LIST "\n");            \
        return;                                                            \
    }

static void test_classes_meet(void **state)
{
    (void)state;
    static const char *const classes[] = {
        "risico risico's risicos", "ministerie ministeries", "brief brieven briefje", "huis huizen huisje",
        "goed goede beter beste", "gemeente gemeenten gemeentes", "collega collega's",
        "programma programma's programmaatje programmaatjes", "foto foto's", "zbo zbo's ZBO's", "Rutte Rutte's",
        "kind kinderen", "stad steden", "lid leden", "schip schepen", "mogelijkheid mogelijkheden",
        "klein kleine kleiner kleinste", "werk werken werkt werkte werkten gewerkt gewerkte werkend werkende",
        "vergaderen vergader vergadert vergaderde vergaderd", "besluiten besluit besloot besloten",
        "uitvoeren uitvoer uitvoert uitvoerde uitgevoerd uitgevoerde uitvoerend", "ondertekenen ondertekend ondertekent",
        "verhogen verhoogt verhoogd verhoogde", "gebeeldhouwd beeldhouwen", "dossier dossiers dossiertje",
        "hoogte hoogten hoogtes", "nederlands nederlandse", "schrijven schreef geschreven schrijft",
        "beschrijven beschreven beschreef", "aanbieden aangeboden", "nemen neemt nam genomen",
        "deelnemen deelgenomen deelneemt", "gaan ging gegaan gaat", "regel regels regelen geregeld", "vraag vragen",
        "bedrijf bedrijven", "wet wetten", "dag dagen", "werkdag werkdagen", "belangrijk belangrijke belangrijkste",
        "federaal federale", "wereldoorlog wereldoorlogen", "raadslid raadsleden", "verslag verslagen",
        "uitspraak uitspraken", "uitgave uitgaven", "overlijden overleden", "bezwaar bezwaren", "last lasten",
        "epidemie epidemie\xC3\xABn", "vaststellen vastgesteld", "opname opnamen", "maand maanden", "verdrag verdragen",
    };
    NEEDS_LIST();
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        char line[256];
        snprintf(line, sizeof line, "%s", classes[i]);
        char *rest = line;
        char *form = strtok_r(rest, " ", &rest);
        struct key first = key_of(known, form);
        while ((form = strtok_r(NULL, " ", &rest)) != NULL) {
            struct key other = key_of(known, form);
            if (strcmp(first.text, other.text) != 0) {
                print_message("%s: %s is not %s\n", form, other.text, first.text);
                wrong++;
            }
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_classes_stay_apart(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "overheid", "over" },      { "geweld", "wel" },         { "gemeente", "meen" },      { "gemeente", "gemeen" },
        { "waarde", "waar" },        { "openbaar", "open" },      { "bestuurder", "bestuur" }, { "leiding", "leiden" },
        { "regeling", "regelen" },   { "regering", "regeren" },   { "werker", "werk" },        { "werkster", "werk" },
        { "kansen", "kan" },         { "mensen", "men" },         { "dienst", "dien" },        { "kunst", "kun" },
        { "winst", "win" },          { "hoogte", "hoog" },        { "ziekte", "ziek" },        { "kaart", "kaar" },
        { "recht", "rechter" },      { "orde", "oord" },          { "aandacht", "denken" },    { "gezicht", "zicht" },
        { "volgens", "volgen" },     { "tijdens", "tijd" },       { "rechts", "recht" },       { "jongen", "jong" },
        { "vriend", "vries" },       { "avond", "avon" },         { "beleid", "beleggen" },    { "voorstel", "voorstelling" },
        { "ambtenaar", "ambt" },     { "burgerlijk", "burger" },  { "werkbaar", "werk" },      { "maatregel", "maat" },
        { "verband", "verbannen" },  { "wagen", "waag" },         { "toren", "toor" },         { "feest", "fee" },
        { "uitgaven", "uitgeven" }, { "raadsleden", "lijden" },   { "last", "lezen" },         { "mensengriep", "roepen" },
    };
    NEEDS_LIST();
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct key a = key_of(known, pairs[i][0]), b = key_of(known, pairs[i][1]);
        if (strcmp(a.text, b.text) == 0) {
            print_message("%s meets %s: %s\n", pairs[i][0], pairs[i][1], a.text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* The class of a class is itself, for every word of the list. */
static void test_class_is_stable(void **state)
{
    (void)state;
    NEEDS_LIST();
    struct err err = ERR_INIT;
    AUTO_BUF struct buf list;
    buf_init(&list, (size_t)64 << 20);
    assert_int_equal(io_read_file(WORDS_DEFAULT_LIST, &list, &err), ERR_OK);
    size_t wrong = 0;
    for (size_t at = 0; at < list.len;) {
        size_t len = strcspn(list.data + at, "\n");
        char folded[TEXT_FOLD_MAX], once[INFLECT_MAX], twice[INFLECT_MAX];
        size_t form = text_fold(list.data + at, len, folded, sizeof folded);
        size_t once_len = inflect_class(known, folded, form, once);
        size_t twice_len = inflect_class(known, once, once_len, twice);
        if (once_len != twice_len || memcmp(once, twice, once_len) != 0) {
            print_message("%.*s: %.*s, then %.*s\n", (int)form, folded, (int)once_len, once, (int)twice_len, twice);
            wrong++;
        }
        at += len + 1;
    }
    assert_int_equal(wrong, 0);
}

static void test_unknown_compounds(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "digitaliseringsprogrammas", "digitaliseringsprogramma" },
        { "digitaliseringsprogramma's", "digitaliseringsprogramma" },
        { "archiefwetgevingen", "archiefwetgeving" },
        { "zaaksysteemleveranciers", "zaaksysteemleverancier" },
    };
    NEEDS_LIST();
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(key_of(known, pairs[i][0]).text, key_of(known, pairs[i][1]).text);
    }
    assert_string_equal(key_of(known, "xqzwens").text, "xqzwens");
}

static void test_random_bytes(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct words *none = NULL;
    assert_int_equal(words_empty(&none, &err), ERR_OK);
    static const char letters[] = "aeiounrstdgejkfvz'-\xC3\xA9\xFF";
    uint32_t seed = 1;
    for (int i = 0; i < 50000; i++) {
        size_t len = (size_t)(i % (INFLECT_MAX + 20));
        char *form = malloc(len + 1); /* its own block, so that a sanitizer sees a read past it */
        assert_non_null(form);
        for (size_t j = 0; j <= len; j++) {
            seed = seed * 1664525U + 1013904223U;
            form[j] = i % 3 == 0 ? (char)(seed >> 24) : letters[(seed >> 16) % (sizeof letters - 1)];
        }
        char out[INFLECT_MAX];
        assert_true(inflect_class(none, form, len, out) <= INFLECT_MAX);
        if (known != NULL) {
            assert_true(inflect_class(known, form, len, out) <= INFLECT_MAX);
        }
        free(form);
    }
    words_free(none);
}

/* Without words only what spelling alone says is undone (the apostrophe, -heden), and what the table has. */
static void test_without_words(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct words *none = NULL;
    assert_int_equal(words_empty(&none, &err), ERR_OK);
    assert_string_equal(key_of(none, "Huizen").text, "huizen");
    assert_string_equal(key_of(none, "huisjes").text, "huisjes");
    assert_string_equal(key_of(none, "mogelijkheden").text, "mogelijkheid");
    assert_string_equal(key_of(none, "ging").text, "ga");
    assert_string_equal(key_of(none, "zbo's").text, "zbo");
    assert_string_equal(key_of(none, "'s").text, "'s");
    assert_string_equal(key_of(none, "").text, "");
    assert_string_equal(key_of(none, "at eet").text, "at eet"); /* the spelling of an entry of the table */
    char nul[INFLECT_MAX];
    assert_int_equal(inflect_class(none, "at\0mad", 6, nul), 6);
    char form[INFLECT_MAX + 10], out[INFLECT_MAX];
    memset(form, 'a', sizeof form);
    assert_int_equal(inflect_class(none, form, sizeof form, out), INFLECT_MAX);
    memcpy(form + INFLECT_MAX - 1, "\xC3\xA6", 2); /* a character across the limit is left out whole */
    assert_int_equal(inflect_class(none, form, sizeof form, out), INFLECT_MAX - 1);
    words_free(none);
}

/* ---- Figures against gold lemmas -------------------------------------------------------------- */

/* A gold row that no rule on one form can meet: a separated verb (`komt` of `voorkomen`), or a lemma that is no word
 * (`aandachtpunt` of `aandachtspunten`). */
struct row {
    bool odd;
    char form[64], lemma[64], pos[8], form_class[INFLECT_MAX + 1], lemma_class[INFLECT_MAX + 1], skeleton[64];
    double count;
};

struct tally {
    double pairs, met, weight, met_weight;
};

static void tally_add(struct tally *tally, bool met, double weight)
{
    tally->pairs++;
    tally->met += met;
    tally->weight += weight;
    tally->met_weight += met ? weight : 0;
}

static void tally_print(const char *name, const struct tally *tally)
{
    printf("%-34s %9.0f pairs %6.2f%% meet, by frequency %6.2f%%\n", name, tally->pairs,
           tally->pairs > 0 ? 100 * tally->met / tally->pairs : 0, tally->weight > 0 ? 100 * tally->met_weight / tally->weight : 0);
}

/* Equal for lemmas with one stem (werk, werken; loop, lopen): letters once, no -en or -e, v and z as f and s. */
static void skeleton_of(const char *lemma, char *out)
{
    size_t len = strlen(lemma), used = 0;
    len -= len > 4 && strcmp(lemma + len - 2, "en") == 0 ? 2 : len > 4 && lemma[len - 1] == 'e' ? 1 : 0;
    for (size_t i = 0; i < len; i++) {
        char c = lemma[i] == 'v' ? 'f' : lemma[i] == 'z' ? 's' : lemma[i];
        if (used == 0 || out[used - 1] != c) {
            out[used++] = c;
        }
    }
    out[used] = '\0';
}

static bool row_read(const struct words *words, char *line, struct row *row)
{
    char *save = NULL;
    const char *form = strtok_r(line, "\t", &save), *lemma = strtok_r(NULL, "\t", &save), *pos = strtok_r(NULL, "\t", &save),
               *count = strtok_r(NULL, "\t\n", &save);
    if (count == NULL || strlen(form) > 60 || strlen(lemma) > 60) {
        return false;
    }
    *row = (struct row){ .count = atof(count) };
    row->form[text_fold(form, strlen(form), row->form, sizeof row->form - 1)] = '\0';
    row->lemma[text_fold(lemma, strlen(lemma), row->lemma, sizeof row->lemma - 1)] = '\0';
    snprintf(row->pos, sizeof row->pos, "%s", pos);
    snprintf(row->form_class, sizeof row->form_class, "%s", key_of(words, form).text);
    snprintf(row->lemma_class, sizeof row->lemma_class, "%s", key_of(words, lemma).text);
    skeleton_of(row->lemma, row->skeleton);
    size_t form_len = strlen(row->form_class), lemma_len = strlen(row->lemma_class);
    bool separated = strcmp(pos, "VERB") == 0 && lemma_len > form_len
        && strcmp(row->lemma_class + lemma_len - form_len, row->form_class) == 0;
    row->odd = separated || words_flags(words, row->lemma, strlen(row->lemma)) == 0;
    return true;
}

static void print_recall(const struct row *rows, size_t count)
{
    static const char *const tags[] = { "NOUN", "VERB", "ADJ", "ADV", "" };
    for (size_t tag = 0; tag < sizeof tags / sizeof tags[0]; tag++) {
        struct tally all = { 0 }, fair = { 0 }, inflected = { 0 }, shared = { 0 };
        for (size_t i = 0; i < count; i++) {
            if (strncmp(rows[i].pos, tags[tag], strlen(tags[tag])) != 0) {
                continue;
            }
            bool met = strcmp(rows[i].form_class, rows[i].lemma_class) == 0;
            tally_add(&all, met, rows[i].count);
            if (rows[i].odd) {
                continue;
            }
            tally_add(&fair, met, rows[i].count);
            if (strcmp(rows[i].form, rows[i].lemma) != 0) {
                tally_add(&inflected, met, rows[i].count);
            }
            for (size_t j = i + 1; j < count; j++) {
                if (strcmp(rows[i].lemma, rows[j].lemma) == 0 && strcmp(rows[i].pos, rows[j].pos) == 0 && !rows[j].odd) {
                    tally_add(&shared, strcmp(rows[i].form_class, rows[j].form_class) == 0, rows[i].count * rows[j].count);
                }
            }
        }
        char name[64];
        const char *pos = *tags[tag] ? tags[tag] : "all";
        snprintf(name, sizeof name, "%s: form and lemma", pos);
        tally_print(name, &all);
        snprintf(name, sizeof name, "%s: the same, without odd rows", pos);
        tally_print(name, &fair);
        snprintf(name, sizeof name, "%s: of these, form differs", pos);
        tally_print(name, &inflected);
        snprintf(name, sizeof name, "%s: two forms of a lemma", pos);
        tally_print(name, &shared);
    }
}

static void print_confusion(const struct row *rows, size_t count, bool errors)
{
    struct tally close_by = { 0 }, any = { 0 }, same_stem = { 0 };
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            if (rows[i].odd || rows[j].odd || strcmp(rows[i].lemma, rows[j].lemma) == 0
                || strcmp(rows[i].form, rows[j].form) == 0) {
                continue;
            }
            bool met = strcmp(rows[i].form_class, rows[j].form_class) == 0;
            double weight = rows[i].count * rows[j].count;
            if (strcmp(rows[i].skeleton, rows[j].skeleton) == 0) {
                tally_add(&same_stem, met, weight);
                continue;
            }
            tally_add(&any, met, weight);
            if (strncmp(rows[i].form, rows[j].form, 3) == 0) {
                tally_add(&close_by, met, weight);
            }
            if (errors && met) {
                printf("MERGED\t%s (%s)\t%s (%s)\t%s\t%.0f\n", rows[i].form, rows[i].lemma, rows[j].form, rows[j].lemma,
                       rows[i].form_class, weight);
            }
        }
    }
    tally_print("other lemma, 3 letters shared", &close_by);
    tally_print("other lemma, any", &any);
    tally_print("other lemma with the same stem", &same_stem);
}

static int gold_main(const char *path, bool errors)
{
    struct err err = ERR_INIT;
    FILE *file = fopen(path, "r");
    CLEANUP(words_free_cleanup) struct words *words = NULL;
    if (file == NULL || list_words(&words, &err) != ERR_OK) {
        fprintf(stderr, "cannot read %s or the word list\n", path);
        return 1;
    }
    size_t count = 0, cap = 65536;
    struct row *rows = calloc(cap, sizeof *rows);
    char line[512];
    while (rows != NULL && count < cap && fgets(line, sizeof line, file) != NULL) {
        count += row_read(words, line, &rows[count]);
    }
    fclose(file);
    for (size_t i = 0; errors && i < count; i++) {
        if (strcmp(rows[i].form_class, rows[i].lemma_class) != 0) {
            printf("%s\t%s\t%s\t%s\t%s\t%s\t%.0f\n", rows[i].odd ? "ODD" : "SPLIT", rows[i].form, rows[i].form_class, rows[i].lemma,
                   rows[i].lemma_class, rows[i].pos, rows[i].count);
        }
    }
    print_recall(rows, count);
    print_confusion(rows, count, errors);
    struct timespec start, end;
    char out[INFLECT_MAX];
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (size_t i = 0; i < count; i++) {
        inflect_class(words, rows[i].form, strlen(rows[i].form), out);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double spent = (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
    printf("%zu forms, %.2f microseconds of processor time each\n", count, count > 0 ? spent / (double)count : 0);
    free(rows);
    return 0;
}

static int classes_main(void)
{
    struct err err = ERR_INIT;
    CLEANUP(words_free_cleanup) struct words *words = NULL;
    if (list_words(&words, &err) != ERR_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        printf("%s\t%s\n", line, key_of(words, line).text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "--gold") == 0) {
        return gold_main(argv[2], argc > 3 && strcmp(argv[3], "--errors") == 0);
    }
    if (argc == 2 && strcmp(argv[1], "--classes") == 0) {
        return classes_main();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_meet),      cmocka_unit_test(test_classes_stay_apart), cmocka_unit_test(test_class_is_stable),
        cmocka_unit_test(test_unknown_compounds), cmocka_unit_test(test_random_bytes),       cmocka_unit_test(test_without_words),
    };
    return cmocka_run_group_tests_name("inflect", tests, set_up, tear_down);
}
