/* typo.c - costs of edits and of Dutch spelling confusions. */
#include "search/typo.h"

#include <stdbool.h>
#include <string.h>

#define COST_OTHER 7.0      /* one letter for any other */
#define COST_NEIGHBOUR 5.5  /* for the one next to it on the keyboard */
#define COST_VOWELS 6.0     /* a vowel for a vowel */
#define COST_SWAP 4.2       /* two letters in the wrong order */
#define COST_DOUBLING 4.0   /* a letter doubled, or a double one single */
#define COST_MISSING 4.5
#define COST_EXTRA 6.0
#define COST_EXTRA_NEIGHBOUR 5.0 /* a key hit together with its neighbour */
#define COST_FIRST 2.0      /* more, when it is the first letter */
#define COST_SECOND 1.0     /* more, for every further edit: they rarely come together */
#define COST_NONE 1e9
#define BAND 4 /* words whose lengths differ by more are not alike */

static const char *const keyboard[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm" };

/* One sound, two spellings.  Either may stand for the other. */
#define PAIR(a, b, cost, at_end) { { a, b }, { sizeof a - 1, sizeof b - 1 }, cost, at_end }
static const struct confusion {
    const char *spelling[2];
    size_t len[2];
    double cost;
    bool at_end;
} confusions[] = {
    PAIR("ei", "ij", 3.5, false),  PAIR("ou", "au", 3.5, false), PAIR("c", "k", 4.0, false),   PAIR("s", "z", 4.5, false),
    PAIR("f", "v", 4.5, false),    PAIR("g", "ch", 4.0, false),  PAIR("ie", "i", 4.0, false),  PAIR("y", "ij", 4.0, false),
    PAIR("y", "i", 4.0, false),    PAIR("x", "ks", 4.0, false),  PAIR("d", "t", 5.0, false),   PAIR("d", "t", 3.5, true),
    PAIR("d", "dt", 3.5, true),    PAIR("t", "dt", 3.5, true),   PAIR("en", "e", 4.5, false),  PAIR("s", "c", 4.5, false),
    PAIR("th", "t", 4.0, false),   PAIR("ph", "f", 4.0, false),  PAIR("qu", "kw", 4.0, false), PAIR("sch", "s", 4.5, false),
    PAIR("ue", "uu", 4.5, false),  PAIR("oe", "u", 5.0, false),  PAIR("eau", "o", 4.5, false), PAIR("tie", "sie", 4.0, false),
    PAIR("g", "gh", 4.5, false),   PAIR("uw", "w", 4.5, false),  PAIR("isch", "ies", 3.5, true),
    PAIR("lijk", "lik", 3.5, false),
};
#define CONFUSIONS (sizeof confusions / sizeof *confusions)

static bool are_neighbours(char a, char b)
{
    int row_a = -1, row_b = -1, at_a = 0, at_b = 0;
    for (int row = 0; row < 3; row++) {
        const char *found_a = strchr(keyboard[row], a), *found_b = strchr(keyboard[row], b);
        if (found_a != NULL && a != '\0') {
            row_a = row;
            at_a = (int)(found_a - keyboard[row]);
        }
        if (found_b != NULL && b != '\0') {
            row_b = row;
            at_b = (int)(found_b - keyboard[row]);
        }
    }
    if (row_a < 0 || row_b < 0) {
        return false;
    }
    /* A lower row stands half a key to the right. */
    return row_a == row_b ? at_a - at_b == 1 || at_b - at_a == 1
        : row_b == row_a + 1 ? at_b == at_a || at_b + 1 == at_a
        : row_a == row_b + 1 && (at_a == at_b || at_a + 1 == at_b);
}

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

struct table {
    const char *typed, *meant;
    size_t typed_len, meant_len;
    double cost[TYPO_LEN_MAX + 1][TYPO_LEN_MAX + 1]; /* of turning meant[0..j) into typed[0..i) */
};

static double substitution(char typed, char meant)
{
    return are_neighbours(typed, meant) ? COST_NEIGHBOUR : is_vowel(typed) && is_vowel(meant) ? COST_VOWELS : COST_OTHER;
}

/* typed[i - 1] is too much. */
static double insertion(const struct table *table, size_t i, size_t j)
{
    char typed = table->typed[i - 1];
    char before = j > 0 ? table->meant[j - 1] : '\0', behind = j < table->meant_len ? table->meant[j] : '\0';
    if (typed == before || typed == behind) {
        return COST_DOUBLING;
    }
    return are_neighbours(typed, before) || are_neighbours(typed, behind) ? COST_EXTRA_NEIGHBOUR : COST_EXTRA;
}

/* meant[j - 1] was left out. */
static double deletion(const struct table *table, size_t j)
{
    char meant = table->meant[j - 1];
    return (j > 1 && table->meant[j - 2] == meant) || (j < table->meant_len && table->meant[j] == meant)
        ? COST_DOUBLING : COST_MISSING;
}

static void lower(double *cost, double before, double edit, bool first)
{
    double sum = before + edit + (first ? COST_FIRST : 0.0) + (before > 0.0 ? COST_SECOND : 0.0);
    if (sum < *cost) {
        *cost = sum;
    }
}

static bool ends_in(const char *text, size_t len, const char *end, size_t end_len)
{
    return len >= end_len && memcmp(text + len - end_len, end, end_len) == 0;
}

static void confuse(struct table *table, size_t i, size_t j, double *cost)
{
    bool end = i == table->typed_len && j == table->meant_len;
    for (size_t k = 0; k < CONFUSIONS; k++) {
        for (int turned = 0; turned < 2 && (end || !confusions[k].at_end); turned++) {
            const char *a = confusions[k].spelling[turned], *b = confusions[k].spelling[!turned];
            size_t a_len = confusions[k].len[turned], b_len = confusions[k].len[!turned];
            if (ends_in(table->typed, i, a, a_len) && ends_in(table->meant, j, b, b_len)) {
                lower(cost, table->cost[i - a_len][j - b_len], confusions[k].cost, false);
            }
        }
    }
}

double typo_cost(const char *typed, size_t typed_len, const char *meant, size_t meant_len)
{
    if (typed_len > TYPO_LEN_MAX || meant_len > TYPO_LEN_MAX) {
        return COST_NONE;
    }
    struct table table;
    table.typed = typed;
    table.meant = meant;
    table.typed_len = typed_len;
    table.meant_len = meant_len;
    for (size_t i = 0; i <= typed_len; i++) {
        for (size_t j = 0; j <= meant_len; j++) {
            double cost = i == 0 && j == 0 ? 0.0 : COST_NONE;
            if (i > j + BAND || j > i + BAND) {
                table.cost[i][j] = cost;
                continue;
            }
            if (i > 0 && j > 0 && typed[i - 1] == meant[j - 1]) {
                cost = table.cost[i - 1][j - 1];
            } else if (i > 0 && j > 0) {
                lower(&cost, table.cost[i - 1][j - 1], substitution(typed[i - 1], meant[j - 1]), j == 1);
            }
            if (i > 0) {
                lower(&cost, table.cost[i - 1][j], insertion(&table, i, j), j == 0);
            }
            if (j > 0) {
                lower(&cost, table.cost[i][j - 1], deletion(&table, j), j == 1);
            }
            if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1] && typed[i - 1] != typed[i - 2]) {
                lower(&cost, table.cost[i - 2][j - 2], COST_SWAP, j == 2);
            }
            if (cost > 0.0) {
                confuse(&table, i, j, &cost);
            }
            table.cost[i][j] = cost;
        }
    }
    return table.cost[typed_len][meant_len];
}

void typo_variants(const char *typed, size_t len, typo_visit *visit, void *context)
{
    char variant[TYPO_LEN_MAX + 8];
    for (size_t k = 0; k < CONFUSIONS && len <= TYPO_LEN_MAX; k++) {
        for (int turned = 0; turned < 2; turned++) {
            const char *a = confusions[k].spelling[turned], *b = confusions[k].spelling[!turned];
            size_t a_len = confusions[k].len[turned], b_len = confusions[k].len[!turned];
            for (size_t at = 0; at + a_len <= len; at++) {
                if (memcmp(typed + at, a, a_len) != 0 || (confusions[k].at_end && at + a_len != len)) {
                    continue;
                }
                memcpy(variant, typed, at);
                memcpy(variant + at, b, b_len);
                memcpy(variant + at + b_len, typed + at + a_len, len - at - a_len);
                visit(context, variant, len - a_len + b_len);
            }
        }
    }
}
