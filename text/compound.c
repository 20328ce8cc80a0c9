/* compound.c - splitting compounds: the cheapest path through a form.
 *
 * A form that is known as a whole may still be a compound (most compounds of any word list are), so the evidence must come
 * from the parts: a part is trusted when many known words have it in the same place with a known word next to it.
 * `beleids` stands first in hundreds of words, `docu` in none (compound_parts.c).
 */
#include "text/compound.h"

#include <string.h>

#include "text/compound_parts.h"
#include "text/hyphen.h"

#define SPLIT_MIN 6
#define LINKER_NONE SIZE_MAX

struct compounds {
    const struct words *words;
    struct hyphen *hyphen;
    struct parts parts;
};

static const char *const verb_prefixes[] = { "be", "ge", "ver", "ont", "her", "er" };

/* Costs are in sixteenths of a bit. */
static const int length_cost[] = { 176, 176, 176, 176, 152, 128, 112, 101, 91, 80 }; /* of an unseen part, by its length */
#define COST_LEAST 8      /* of the most productive part */
#define COST_BOUNDARY 32
#define COST_LINKER 5
#define COST_OFF_HYPHEN 80
#define COST_DOUBLED 80   /* see is_doubled */
#define DOUBLED_MAX 5
#define COST_KNOWN 192    /* most for two parts, when the form is itself in the word list */
#define COST_NEW 224      /* the same when it is not: long unknown words are mostly compounds */
#define COST_NAME 128     /* when it is a name: kamerlid, which the list writes Kamerlid, but not Zoetermeer */
#define COST_NONE (1 << 20)
#define OFF_HYPHEN_SEEN 4 /* away from hyphenation points only parts seen this often, */
#define OFF_HYPHEN_LEN 8  /* or of this length, are tried */
#define LEAD_SEEN 3       /* a piece that so many words begin with can lead */

static enum err_code begin(const struct words *words, struct compounds **ret_compounds, struct err *err)
{
    struct compounds *compounds = calloc(1, sizeof *compounds);
    if (compounds == NULL) {
        return err_nomem(err, "compounds_new");
    }
    compounds->words = words;
    *ret_compounds = compounds;
    return ERR_OK;
}

enum err_code compounds_learn(const struct words *words, struct buf *image, struct err *err)
{
    return parts_learn(words, image, err);
}

static enum err_code learn(struct compounds *compounds, struct err *err)
{
    AUTO_BUF struct buf image;
    buf_init(&image, COMPOUNDS_IMAGE_MAX);
    enum err_code code = parts_learn(compounds->words, &image, err);
    return code == ERR_OK ? parts_adopt(&compounds->parts, compounds->words, &image, err) : code;
}

enum err_code compounds_new(const struct words *words, const char *patterns, struct compounds **ret_compounds, struct err *err)
{
    CLEANUP(compounds_free_cleanup) struct compounds *compounds = NULL;
    enum err_code code = begin(words, &compounds, err);
    if (code == ERR_OK) {
        code = hyphen_new(patterns, &compounds->hyphen, err);
    }
    if (code == ERR_OK) {
        code = learn(compounds, err);
    }
    if (code == ERR_OK) {
        *ret_compounds = TAKE_PTR(compounds);
    }
    return code;
}

enum err_code compounds_open(const struct words *words, const char *image_path, const char *patterns,
                             struct compounds **ret_compounds, struct err *err)
{
    CLEANUP(compounds_free_cleanup) struct compounds *compounds = NULL;
    enum err_code code = begin(words, &compounds, err);
    if (code == ERR_OK && patterns != NULL) {
        code = hyphen_open(patterns, &compounds->hyphen, err);
    }
    if (code == ERR_OK) {
        code = image_path != NULL ? parts_open(&compounds->parts, words, image_path, err) : learn(compounds, err);
    }
    if (code == ERR_OK) {
        *ret_compounds = TAKE_PTR(compounds);
    }
    return code;
}

void compounds_free(struct compounds *compounds)
{
    if (compounds != NULL) {
        hyphen_free(compounds->hyphen);
        parts_done(&compounds->parts);
        free(compounds);
    }
}

const struct words *compounds_words(const struct compounds *compounds)
{
    return compounds->words;
}

/* ---- Splitting ---------------------------------------------------------------------------- */

/* A form under work, and the cheapest way to reach each start of a part with a number of parts behind it. */
struct lattice {
    const struct compounds *compounds;
    const char *form;
    size_t len;
    struct roll roll;
    uint64_t points; /* hyphen_points */
    bool known;
    size_t prefix;   /* bytes of a verb prefix before a known word, as in be|lasting: no part ends in or right behind it */
    int cost[COMPOUND_PARTS_MAX][PART_FORM_MAX + 1];
    uint8_t from[COMPOUND_PARTS_MAX][PART_FORM_MAX + 1], linker[COMPOUND_PARTS_MAX][PART_FORM_MAX + 1];
    int best, most;
    size_t best_parts, best_start; /* parts before the last one, and where that starts */
};

static bool is_part(const struct lattice *lattice, size_t start, size_t end, unsigned never)
{
    if (end < start + PART_MIN || end - start > PART_MAX) {
        return false;
    }
    unsigned roles = parts_find(&lattice->compounds->parts, roll_piece(&lattice->roll, start, end)).roles;
    if ((roles & never) != 0) {
        return false;
    }
    return end - start == PART_MIN ? (roles & ROLE_SHORT) != 0
                                   : words_has(lattice->compounds->words, lattice->form + start, end - start);
}

/* Whether the piece, which ends in s, is a noun of itself (plaats, prijs), since it has a plural. */
static bool owns_s(const struct lattice *lattice, size_t start, size_t end)
{
    char plural[PART_MAX + 4];
    size_t len = end - start;
    if ((parts_find(&lattice->compounds->parts, roll_piece(&lattice->roll, start, end)).roles & ROLE_KEEPS_S) != 0) {
        return true;
    }
    memcpy(plural, lattice->form + start, len);
    memcpy(plural + len, "en", 2);
    if (words_has(lattice->compounds->words, plural, len + 2)) {
        return true;
    }
    plural[len - 1] = 'z';
    if (words_has(lattice->compounds->words, plural, len + 2)) {
        return true;
    }
    memcpy(plural + len - 1, "ssen", 4);
    return words_has(lattice->compounds->words, plural, len + 3);
}

/* The length of the linker at the end of a left piece, or LINKER_NONE when no word is left. */
static size_t linker_of(const struct lattice *lattice, size_t start, size_t end)
{
    if ((parts_find(&lattice->compounds->parts, roll_piece(&lattice->roll, start, end)).roles & ROLE_NEVER_LEFT) != 0) {
        return LINKER_NONE;
    }
    bool whole = is_part(lattice, start, end, ROLE_NEVER_LEFT);
    if (whole && (lattice->form[end - 1] != 's' || end - start <= 4 || owns_s(lattice, start, end))) {
        return 0;
    }
    for (size_t i = 1; i < PART_LINKERS; i++) {
        size_t len = part_linkers[i].len;
        if (part_linker_fits(lattice->form, start, end, i) && is_part(lattice, start, end - len, ROLE_NEVER_LEFT)) {
            return len;
        }
    }
    return whole ? 0 : LINKER_NONE;
}

/* 16 log2(n), n > 0, linear between powers of two. */
static int log_of(uint32_t n)
{
    int whole = 31 - __builtin_clz(n);
    return 16 * whole + (int)((((uint64_t)n << 4) >> whole) - 16);
}

/* `seen` counts words of the word list; when the form is one of them, it must not vouch for its own parts. */
static int part_cost(const struct lattice *lattice, uint32_t seen, size_t len)
{
    size_t most = sizeof length_cost / sizeof *length_cost - 1;
    int cost = length_cost[len < most ? len : most] - log_of(1 + seen - (lattice->known && seen > 0));
    return cost < COST_LEAST ? COST_LEAST : cost;
}

/* A doubled consonant before a short end with e or i is mostly spelling, not a boundary: drup-pel, ontsnap-ping. */
static bool is_doubled(const struct lattice *lattice, size_t start)
{
    const char *at = lattice->form + start;
    return lattice->len - start <= DOUBLED_MAX && at[0] == at[-1] && strchr("aeiouyr", at[0]) == NULL
           && (at[1] == 'e' || at[1] == 'i') && strchr("aeiouyj", at[2]) == NULL;
}

static void try_last(struct lattice *lattice, size_t parts, size_t start)
{
    size_t end = lattice->len;
    if (!is_part(lattice, start, end, ROLE_NEVER_RIGHT)) {
        return;
    }
    uint32_t seen = parts_find(&lattice->compounds->parts, roll_piece(&lattice->roll, start, end)).right;
    int cost = lattice->cost[parts][start] + part_cost(lattice, seen, end - start)
               + (is_doubled(lattice, start) ? COST_DOUBLED : 0);
    if (cost < lattice->best) {
        lattice->best = cost;
        lattice->best_parts = parts;
        lattice->best_start = start;
    }
}

/* Extends all paths that reach `start` by the part that ends, linker included, at `end`. */
static void try_left(struct lattice *lattice, size_t start, size_t end)
{
    uint32_t seen = parts_find(&lattice->compounds->parts, roll_piece(&lattice->roll, start, end)).left;
    bool break_here = end < HYPHEN_WORD_MAX && (lattice->points >> end & 1) != 0;
    if (!break_here && seen < OFF_HYPHEN_SEEN && end - start < OFF_HYPHEN_LEN) {
        return;
    }
    size_t linker = linker_of(lattice, start, end);
    if (linker == LINKER_NONE) {
        return;
    }
    int cost = part_cost(lattice, seen, end - start - linker) + COST_BOUNDARY + (linker != 0 ? COST_LINKER : 0)
               + (break_here ? 0 : COST_OFF_HYPHEN);
    for (size_t parts = 0; parts + 1 < COMPOUND_PARTS_MAX; parts++) {
        int total = lattice->cost[parts][start] + cost;
        if (total < lattice->cost[parts + 1][end]) {
            lattice->cost[parts + 1][end] = total;
            lattice->from[parts + 1][end] = (uint8_t)start;
            lattice->linker[parts + 1][end] = (uint8_t)linker;
        }
    }
}

static void lattice_init(struct lattice *lattice, const struct compounds *compounds, const char *form, size_t len)
{
    *lattice = (struct lattice){ .compounds = compounds, .form = form, .len = len, .best = COST_NONE };
    for (size_t parts = 0; parts < COMPOUND_PARTS_MAX; parts++) {
        for (size_t at = 0; at <= len; at++) {
            lattice->cost[parts][at] = COST_NONE;
        }
    }
    lattice->cost[0][0] = 0;
    roll_init(&lattice->roll, form, len);
    lattice->points = hyphen_points(compounds->hyphen, form, len);
    unsigned flags = words_flags(compounds->words, form, len);
    lattice->known = flags != 0;
    lattice->most = (flags & WORDS_LOWER) != 0 ? COST_KNOWN : flags == WORDS_NAME ? COST_NAME : COST_NEW;
    for (size_t i = 0; i < sizeof verb_prefixes / sizeof *verb_prefixes; i++) {
        size_t prefix = strlen(verb_prefixes[i]);
        if (memcmp(form, verb_prefixes[i], prefix) == 0 && words_has(compounds->words, form + prefix, len - prefix)) {
            lattice->prefix = prefix;
        }
    }
}

static bool reached(const struct lattice *lattice, size_t at)
{
    for (size_t parts = 0; parts < COMPOUND_PARTS_MAX; parts++) {
        if (lattice->cost[parts][at] < COST_NONE) {
            return true;
        }
    }
    return false;
}

/* A known word in -en that has a present participle is a verb (deelnemen), and verbs are left whole. */
static bool is_verb(const struct compounds *compounds, const char *form, size_t len)
{
    char participle[PART_FORM_MAX + 1];
    if (memcmp(form + len - 2, "en", 2) != 0) {
        return false;
    }
    memcpy(participle, form, len);
    participle[len] = 'd';
    return words_has(compounds->words, participle, len + 1);
}

void compound_split(const struct compounds *compounds, const char *form, size_t len, struct compound *ret_compound)
{
    *ret_compound = (struct compound){ .count = 0 };
    if (len < SPLIT_MIN || len > PART_FORM_MAX || is_verb(compounds, form, len) ) {
        return;
    }
    struct lattice lattice;
    lattice_init(&lattice, compounds, form, len);
    for (size_t start = 0; start + PART_MIN <= len; start++) {
        if (!reached(&lattice, start)) {
            continue;
        }
        for (size_t parts = 1; parts < COMPOUND_PARTS_MAX; parts++) {
            if (lattice.cost[parts][start] < COST_NONE) {
                try_last(&lattice, parts, start);
            }
        }
        for (size_t end = start + PART_MIN; end + PART_MIN <= len; end++) {
            if (start != 0 || lattice.prefix == 0 || end > lattice.prefix + 2) {
                try_left(&lattice, start, end);
            }
        }
    }
    if (lattice.best == COST_NONE || lattice.best > lattice.most + lattice.most / 2 * (int)(lattice.best_parts - 1)) {
        return;
    }
    size_t start = lattice.best_start, parts = lattice.best_parts;
    ret_compound->count = parts + 1;
    ret_compound->parts[parts] = (struct compound_part){ (uint8_t)start, (uint8_t)(len - start) };
    for (; parts > 0; parts--) {
        size_t from = lattice.from[parts][start];
        ret_compound->parts[parts - 1] =
            (struct compound_part){ (uint8_t)from, (uint8_t)(start - from - lattice.linker[parts][start]) };
        start = from;
    }
}

bool compound_may_break(const struct compounds *compounds, const char *form, size_t len, size_t at)
{
    return at < HYPHEN_WORD_MAX && (hyphen_points(compounds->hyphen, form, len) >> at & 1) != 0;
}

bool compound_can_lead(const struct compounds *compounds, const char *form, size_t len)
{
    if (len < PART_MIN || len > PART_FORM_MAX) {
        return false;
    }
    struct lattice lattice;
    lattice_init(&lattice, compounds, form, len);
    size_t linker = linker_of(&lattice, 0, len);
    if (linker != LINKER_NONE) {
        size_t base = len - linker;
        return parts_find(&compounds->parts, roll_piece(&lattice.roll, 0, len)).left >= LEAD_SEEN
               || parts_find(&compounds->parts, roll_piece(&lattice.roll, 0, base)).right > 0;
    }
    struct compound compound;
    compound_split(compounds, form, form[len - 1] == 's' ? len - 1 : len, &compound);
    return compound.count > 0;
}

bool compound_can_follow(const struct compounds *compounds, const char *form, size_t len)
{
    if (len < PART_MIN || len > PART_FORM_MAX) {
        return false;
    }
    struct lattice lattice;
    lattice_init(&lattice, compounds, form, len);
    struct compound compound;
    compound_split(compounds, form, len, &compound);
    return compound.count > 0 || is_part(&lattice, 0, len, ROLE_NEVER_RIGHT);
}
