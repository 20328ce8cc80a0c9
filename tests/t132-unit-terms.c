/* t132-unit-terms.c - text/: from words to terms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/text-fixture.h"
#include "text/analysis.h"
#include "text/derive.h"
#include "text/memo.h"
#include "text/schema.h"
#include "text/stem.h"
#include "text/token.h"

static void test_stems(void **state)
{
    (void)state;
    static const struct {
        const char *form, *stem;
    } table[] = {
        { "gemeenten", "gemeent" }, { "risico's", "risico" }, { "zbo's", "zbo" }, { "a+o", "a+o" }, { "120000", "120000" },
        { "wo", "wo" }, { "'s", "'s" }, { "m2", "m2" },
    };
    CLEANUP(stemmer_free_cleanup) struct stemmer *stemmer = NULL;
    assert_int_equal(stemmer_new(&stemmer, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t len;
        const char *stem = stemmer_stem(stemmer, table[i].form, strlen(table[i].form), &len);
        char out[128];
        snprintf(out, sizeof out, "%.*s", (int)len, stem);
        assert_string_equal(out, table[i].stem);
    }
    const char *one, *other;
    assert_int_equal(stem_signature(&one, NULL), ERR_OK);
    assert_int_equal(stem_signature(&other, NULL), ERR_OK);
    assert_string_equal(one, other);
}

/* The term with its positions: "appel@1,1100", or "-". */
static void find_term(struct analysis *analysis, const char *wanted, char *out, size_t size)
{
    snprintf(out, size, "-");
    for (size_t i = 0; i < analysis_term_count(analysis); i++) {
        struct analysis_term term;
        analysis_term(analysis, i, &term);
        if (term.len != strlen(wanted) || memcmp(term.term, wanted, term.len) != 0) {
            continue;
        }
        assert_string_equal(out, "-"); /* once only */
        snprintf(out, size, "%s", wanted);
        for (size_t k = 0; k < term.position_count; k++) {
            size_t used = strlen(out);
            snprintf(out + used, size - used, "%s%u", k == 0 ? "@" : ",", term.positions[k]);
        }
    }
}

static void test_terms(void **state)
{
    (void)state;
    static const char title[] = "De Gemeenteraad", heading[] = "Hoofdstuk gemeenten",
                      text[] = "De risico-regelreflex: collega's in de gemeenten. A-b-c-d en a-b-c-d-e, 2011-2014";
    static const char *const wanted[] = {
        "de@1,1100,1105", "gemeenteraad@2", "Sde@1", "Sgemeenteraad@2", "risico@1101", "regelreflex@1102",
        "risicoregelreflex@1101", "collega's@1103", "Ccollega", "gemeenten@1106", "Cgemeenten", "Zgemeent", "Crisicoregelreflex",
        "Cgemeenteraad", "Zgemeenterad", "CSde", "CSgemeenteraad", "a@1107,1112", "abcd@1107", "Cabcd",
    };
    static const char *const unwanted[] = { "20112014", "abcde", "Srisico", "CSrisico", "ZSgemeenterad", "CSgemeenterad",
                                            "Hde", "Cgemeent", "Cgemeente", "Zcollega", "Ccollega's", "Prisico", "Pgemeente",
                                            "C20112014" };
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    assert_int_equal(analysis_new(fixture_nothing, &analysis, NULL), ERR_OK);
    for (int round = 0; round < 3; round++) { /* an analysis is used again and again */
        assert_int_equal(analysis_begin(analysis, NULL), ERR_OK);
        analysis_add_title(analysis, title, strlen(title));
        analysis_add_heading(analysis, heading, strlen(heading));
        uint32_t end = analysis_add_text(analysis, text, strlen(text), SCHEMA_TEXT_POSITION);
        assert_int_equal(end, SCHEMA_TEXT_POSITION + 19);
        assert_int_equal(analysis_end(analysis, NULL), ERR_OK);
        char found[256];
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
            char name[64];
            size_t name_len = strcspn(wanted[i], "@");
            memcpy(name, wanted[i], name_len);
            name[name_len] = '\0';
            find_term(analysis, name, found, sizeof found);
            if (round == 0 && strcmp(found, wanted[i]) != 0) {
                print_message("# term %s is %s\n", wanted[i], found);
            }
            assert_string_equal(found, wanted[i]);
        }
        for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
            find_term(analysis, unwanted[i], found, sizeof found);
            assert_string_equal(found, "-");
        }
    }
}

/* A derived term counts for all its forms; a title weighs more, and a heading adds to what the text has. */
static void test_term_counts(void **state)
{
    (void)state;
    static const struct {
        const char *term;
        uint32_t wdf;
    } table[] = {
        { "collega", 1 + SCHEMA_TITLE_WDF }, { "collega's", 2 }, { "Ccollega", 3 + SCHEMA_TITLE_WDF }, { "Scollega", 1 },
        { "CScollega", 1 }, { "gemeenten", 1 + SCHEMA_HEADING_WDF }, { "Cgemeenten", 1 + SCHEMA_HEADING_WDF },
        { "Zgemeent", 2 + SCHEMA_HEADING_WDF },
    };
    static const char title[] = "Collega", heading[] = "Gemeenten",
                      text[] = "collega, collega's en collega's; gemeente en gemeenten";
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    assert_int_equal(analysis_new(fixture_nothing, &analysis, NULL), ERR_OK);
    assert_int_equal(analysis_begin(analysis, NULL), ERR_OK);
    analysis_add_title(analysis, title, strlen(title));
    analysis_add_heading(analysis, heading, strlen(heading));
    analysis_add_text(analysis, text, strlen(text), SCHEMA_TEXT_POSITION);
    assert_int_equal(analysis_end(analysis, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uint32_t wdf = 0;
        for (size_t k = 0; k < analysis_term_count(analysis); k++) {
            struct analysis_term term;
            analysis_term(analysis, k, &term);
            if (term.len == strlen(table[i].term) && memcmp(term.term, table[i].term, term.len) == 0) {
                wdf += term.wdf;
            }
        }
        if (wdf != table[i].wdf) {
            fail_msg("term %s has wdf %u, wanted %u", table[i].term, wdf, table[i].wdf);
        }
    }
}

/* What a form derives, each with the bytes of the form that a part covers: "Cx Pa[0-1]". */
static void derived_of(struct deriver *deriver, const char *form, char *out, size_t size)
{
    struct derivation derivation;
    derive(deriver, form, strlen(form), &derivation);
    assert_in_range(derivation.count, 1, DERIVE_MAX);
    out[0] = '\0';
    for (size_t i = 0; i < derivation.count; i++) {
        const struct derived *derived = &derivation.terms[i];
        size_t used = strlen(out);
        assert_int_equal(strlen(derived->term), derived->len);
        snprintf(out + used, size - used, "%s%s", i > 0 ? " " : "", derived->term);
        if (derived->term[0] == SCHEMA_PART[0]) {
            used = strlen(out);
            snprintf(out + used, size - used, "[%d-%d]", derived->start, derived->end);
        }
    }
}

struct derive_case {
    const char *form, *derived;
};

static void check_derived(const struct dutch *dutch, const struct derive_case *table, size_t count)
{
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    assert_int_equal(deriver_new(dutch, &deriver, NULL), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        char out[1024];
        derived_of(deriver, table[i].form, out, sizeof out);
        if (strcmp(out, table[i].derived) != 0) {
            fail_msg("'%s' derives '%s', wanted '%s'", table[i].form, out, table[i].derived);
        }
    }
}

static void test_derive_from_nothing(void **state)
{
    (void)state;
    static const struct derive_case table[] = {
        { "gemeenten", "Cgemeenten Zgemeent" }, { "collega's", "Ccollega" },
        { "beleidsprogramma", "Cbeleidsprogramma Zbeleidsprogramma" },
        { "2014", "C2014 Z2014" }, { "a+o", "Ca+o Za+o" }, { "\xE6\x9D\xB1", "C\xE6\x9D\xB1 Z\xE6\x9D\xB1" },
    };
    check_derived(fixture_nothing, table, sizeof table / sizeof *table);
}

static void test_derive_dutch(void **state)
{
    (void)state;
    static const struct derive_case table[] = {
        { "programma", "Cprogramma" },
        { "programma's", "Cprogramma" },
        { "vergaderingen", "Cvergadering" },
        { "gemeenten", "Cgemeente" },
        { "overheid", "Coverheid" },
        { "beleidsprogramma", "Cbeleidsprogramma Pbeleid[0-6] Pprogramma[7-16]" },
        { "beleidsprogramma's", "Cbeleidsprogramma Pbeleid[0-6] Pprogramma[7-18]" },
        { "blorkelden", "Cblorkelden Zblorkeld" },
    };
    if (fixture_installed == NULL) {
        print_message("# skipped: no word list is installed\n");
        return;
    }
    check_derived(fixture_installed, table, sizeof table / sizeof *table);
}

/* With words: classes, parts and completed compounds, in documents as in derive(); only the class is kept of a title. */
static void test_terms_dutch(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "programma's@1", "Sprogramma's@1", "CSprogramma", "Cprogramma", "Sgemeenten@3", "CSgemeente", "Cgemeente",
        "beleidsprogramma@1101", "Cbeleidsprogramma", "Pbeleid", "Pprogramma",
    };
    static const char *const unwanted[] = { "Cprogramma's", "CSprogramma's", "CSbeleid", "PSbeleid", "CSbeleidsprogramma",
                                            "Zprogramma", "ZSprogramma", "Zgemeent", "Cgemeenten", "Pgemeente" };
    static const char title[] = "Programma's van gemeenten", text[] = "Het beleidsprogramma ligt er";
    if (fixture_installed == NULL) {
        print_message("# skipped: no word list is installed\n");
        return;
    }
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    assert_int_equal(analysis_new(fixture_installed, &analysis, NULL), ERR_OK);
    assert_int_equal(analysis_begin(analysis, NULL), ERR_OK);
    analysis_add_title(analysis, title, strlen(title));
    analysis_add_text(analysis, text, strlen(text), SCHEMA_TEXT_POSITION);
    assert_int_equal(analysis_end(analysis, NULL), ERR_OK);
    char found[256];
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(wanted[i], "@"), wanted[i]);
        find_term(analysis, name, found, sizeof found);
        assert_string_equal(found, wanted[i]);
    }
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
        find_term(analysis, unwanted[i], found, sizeof found);
        assert_string_equal(found, "-");
    }
}

/* Text in pieces, cut at white space, gives the same terms as in one; positions ascend; wdf covers the positions. */
static void test_terms_of_pieces(void **state)
{
    (void)state;
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    assert_int_equal(analysis_new(fixture_nothing, &analysis, NULL), ERR_OK);
    for (int round = 0; round < 3000; round++) {
        char dirty[1024];
        struct buf text, list[2];
        fixture_clean(dirty, fixture_random_text(dirty, sizeof dirty), &text);
        size_t cut = 0;
        for (size_t i = 0; i < text.len; i++) {
            if (text.data[i] == ' ' && fixture_random(3) == 0) {
                cut = i + 1;
            }
        }
        for (int way = 0; way < 2; way++) {
            buf_init(&list[way], FIXTURE_TEXT_MAX);
            assert_int_equal(analysis_begin(analysis, NULL), ERR_OK);
            analysis_add_title(analysis, dirty, 0);
            uint32_t position = SCHEMA_TEXT_POSITION;
            if (way == 0) {
                position = analysis_add_text(analysis, text.data, text.len, position);
            } else {
                position = analysis_add_text(analysis, text.data, cut, position);
                position = analysis_add_text(analysis, text.data + cut, text.len - cut, position);
            }
            assert_int_equal(analysis_end(analysis, NULL), ERR_OK);
            buf_printf(&list[way], "%u", position);
            for (size_t i = 0; i < analysis_term_count(analysis); i++) {
                struct analysis_term term;
                analysis_term(analysis, i, &term);
                assert_true(term.len > 0 && term.len <= TOKEN_FORM_MAX + 2);
                assert_true(fixture_is_utf8(term.term, term.len));
                buf_add(&list[way], " ", 1);
                buf_add(&list[way], term.term, term.len);
                for (size_t k = 0; k < term.position_count; k++) {
                    assert_true(term.positions[k] < position && (k == 0 || term.positions[k] > term.positions[k - 1]));
                    buf_printf(&list[way], ",%u", term.positions[k]);
                }
            }
            buf_add(&list[way], "", 0);
        }
        assert_string_equal(list[0].data, list[1].data);
        buf_done(&text);
        buf_done(&list[0]);
        buf_done(&list[1]);
    }
}

static void test_closed_form(void **state)
{
    (void)state;
    const char *const words[] = { "risico", "regel", "reflex" };
    const char *const numbers[] = { "2011", "2014" };
    const char *const mixed[] = { "covid", "19" };
    char out[TOKEN_FORM_MAX + 1];
    out[analysis_closed_form(words, 3, out, TOKEN_FORM_MAX)] = '\0';
    assert_string_equal(out, "risicoregelreflex");
    out[analysis_closed_form(mixed, 2, out, TOKEN_FORM_MAX)] = '\0';
    assert_string_equal(out, "covid19");
    assert_int_equal(analysis_closed_form(numbers, 2, out, TOKEN_FORM_MAX), 0);
    assert_int_equal(analysis_closed_form(words, 3, out, 10), 0);
}

/* The memory of the memo, as the kernel lists it. */
static uint8_t *find_shared(size_t size)
{
    char line[512], permissions[8];
    uintptr_t start, end;
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &start, &end, permissions) == 3 && strcmp(permissions, "rw-s") == 0
            && end - start == size) {
            fclose(maps);
            return (uint8_t *)start;
        }
    }
    fclose(maps);
    return NULL;
}

/* Whoever writes into the shared memory: what comes out of it keeps its bounds, and forked children can be kept from it. */
static void test_memo_damaged(void **state)
{
    (void)state;
    enum { SIZE = 1 << 16 };
    struct memo *memo;
    struct derivation derivation = { .count = 2 }, found;
    assert_int_equal(memo_new(SIZE, &memo, NULL), ERR_OK);
    uint8_t *bytes = find_shared(SIZE);
    assert_non_null(bytes);
    strcpy(derivation.terms[0].term, "Cgemeente");
    derivation.terms[0].len = 9;
    derivation.terms[1] = (struct derived){ .term = "Praad", .len = 5, .start = 8, .end = 12 };
    memo_add(memo, "gemeenteraad", 12, &derivation);
    assert_false(memo_find(memo, "gemeenteraa", 11, &found));
    assert_true(memo_find(memo, "gemeenteraad", 12, &found));
    assert_int_equal(found.count, 2);
    assert_string_equal(found.terms[1].term, "Praad");
    assert_int_equal(found.terms[1].end, 12);
    uint8_t *copy = malloc(SIZE);
    assert_non_null(copy);
    memcpy(copy, bytes, SIZE);
    size_t used = SIZE;
    while (copy[used - 1] == 0) {
        used--;
    }
    unsigned lost = 0;
    srand(7);
    for (int round = 0; round < 300000; round++) {
        size_t at = used - 48 + (size_t)rand() % 48; /* the entry */
        bytes[at] = (uint8_t)rand();
        if (memo_find(memo, "gemeenteraad", 12, &found)) {
            assert_in_range(found.count, 1, DERIVE_MAX);
            for (size_t i = 0; i < found.count; i++) {
                assert_true(found.terms[i].len <= DERIVED_LEN_MAX && found.terms[i].start <= found.terms[i].end
                            && found.terms[i].end <= 12);
            }
        } else {
            lost++;
        }
        if (round % 4 == 3) {
            memcpy(bytes, copy, SIZE);
        }
    }
    assert_true(lost > 1000 && lost < 299000);
    for (size_t i = 0; i < SIZE; i += 4) { /* every slot points behind the end, and the counter of bytes is at its end */
        memset(bytes + i, 0xFF, 4);
    }
    assert_false(memo_find(memo, "gemeenteraad", 12, &found));
    memo_add(memo, "gemeente", 8, &derivation);
    free(copy);
    assert_int_equal(memo_keep(memo, NULL), ERR_OK);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(find_shared(SIZE) == NULL ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    memo_free(memo);
}

int main(void)
{
    alarm(600);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stems),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_term_counts),
        cmocka_unit_test(test_derive_from_nothing),
        cmocka_unit_test(test_derive_dutch),
        cmocka_unit_test(test_terms_dutch),
        cmocka_unit_test(test_terms_of_pieces),
        cmocka_unit_test(test_closed_form),
        cmocka_unit_test(test_memo_damaged),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
