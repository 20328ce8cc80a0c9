/* compound_learn.c - learning what parts are productive, and the closed lists. */
#include "text/compound_parts.h"

#include <string.h>

#define LEARN_MIN (2 * PART_MIN)
#define LEARN_MAX 40 /* longer words add nothing but noise */

/* Words of three letters that are parts; any other three letters are too often a chance piece of a word. */
static const char short_parts[] =
    "aak aap aas alg ark arm asp bad bak bal ban bar bed bek bel bes bik bil bob bod bol bom bon bos bot box bus cao cel "
    "cup dag dak dal dam das dek dia dij dok dop duo eed eik els erf erg fan fax gas gat gel gen gif gil god gok gom gum "
    "hak hal ham hek hof hok hol hop hot hut ijk ijs jam jas jet job kaf kam kan kap kar kas kat kef kei kip kit kok kop "
    "kou lak lam lap las lat leg les lid lig lim lip lof log lok lol lot mal man map mat mes mok mol mop muf mug mus "
    "nek net non oer oog oom oor oud pad pak pan pap pas pel pen pet pin pit poe pol pop pot pre pub put rad ras rat red "
    "rek reu rib rij rok rol rot rug rum sap ski sla sok sop spa tak tap tas tin tip tol ton top tor uil uur vak val vat "
    "vee vel ven vet vis vla vlo vod vol vos wad wal was web weg wet wig wol zak zee zij zin zon zus";

/* What does not stand first: function words, particles of separable verbs, prefixes, and pieces of foreign words. */
static const char never_left[] =
    "aan aaneen achter achteruit al alle als ander anti beide belang bewust bij bijeen buitens combi daar dan dat demo der "
    "des deze die dit door een eens elk euro even geen haar had heb heen hem hen her herin herover hier hij hoe hun ieder "
    "iets ineen inter jij kan kilo langs los maxi mede mee men met mijn mini mis naar naast nabij neder neer niet niets "
    "niks noch nog nooit onder onderuit ons ont ook oor opeen over overeen per rond samen sinds staan tegemoet tegen tegens "
    "teleur ten tentoon ter terecht terug thans toch toe toen tot trans uit uiteen van vast ver via vol voor vooraf voorbij "
    "voort vooruit waar wan want wat weder weer wel welke werd were wie wier wij word zal zeer zich zijn zonder zou zulk";

/* What does not stand last: function words, suffixes, and endings that look like words. */
static const char never_right[] =
    "aan aard aarden achter achtig achtige als baar baarheid baarlijk baarlijke bare beide bij binnen boven buiten daad "
    "daags daagse daar dan dat den der derde deren des deze die dien ding dingen dit dom door dus een eens eer eerd eerde "
    "eerden eert eind ele elijk ende eren erende even geen gen gene geven ging gingen grafisch grafische haar had heb heden "
    "heid hem hen her hier hij hoe hun iets ing ingen isch ische isme jes jong kan ken kend kende kenden kers king langs "
    "lei lende lenden lering leringen lig liggende ligt lijk lijke lijks lijkst ling lingen loos loosheid loze matig matige "
    "matigheid men mende mens ment met mij mijn mis naar nam namen neemt nemen nering neringen niet nis nissen noch nog "
    "onder ons ook over pees pel pen per pezen ping ren rend rende rij rijen ring ringen rond schap schappelijk "
    "schappelijke schappen schreven sel sels sen ser sering sertie sing staande ste stel sten ster sters teel tegen teit "
    "telling tellingen ten ter teren tering terug tien ting tje tjes toch toe toen tot tussen tuur tuurs uit van vele ven "
    "ver via vinden vindt vol vond vonden voor waar waarts want wat weer wel welk wie wij wijs zaam zal zame zeer zen zich "
    "zij zijn zing zonder zou zulk";

/* Words that end in s of themselves, though the rest is a word too. */
static const char keeps_s[] = "nieuws rechts links thuis gas was";

struct slot {
    uint32_t key; /* 0: empty */
    uint32_t left : 14, right : 14, roles : 4;
};

struct learner {
    struct slot *table; /* open addressing, linear probing */
    uint32_t mask, used;
    uint8_t *bloom;     /* of the common words */
};

static struct slot *slot_of(const struct learner *learner, uint64_t hash)
{
    uint32_t key = (uint32_t)(hash >> 32) | 1;
    uint32_t slot = (uint32_t)hash & learner->mask;
    while (learner->table[slot].key != 0 && learner->table[slot].key != key) {
        slot = (slot + 1) & learner->mask;
    }
    return &learner->table[slot];
}

/* NULL when the table is three quarters full: what is rare enough to come that late is not missed. */
static struct slot *slot_add(struct learner *learner, uint64_t hash)
{
    struct slot *slot = slot_of(learner, hash);
    if (slot->key == 0) {
        if (learner->used >= learner->mask / 4 * 3) {
            return NULL;
        }
        learner->used++;
        slot->key = (uint32_t)(hash >> 32) | 1;
    }
    return slot;
}

#define BLOOM_BITS 23

static uint32_t bloom_bit(uint64_t hash, int which)
{
    return (uint32_t)(hash >> (which == 0 ? 0 : 41)) & ((1u << BLOOM_BITS) - 1);
}

static void bloom_add(uint8_t *bloom, uint64_t hash)
{
    for (int i = 0; i < 2; i++) {
        bloom[bloom_bit(hash, i) >> 3] |= (uint8_t)(1u << (bloom_bit(hash, i) & 7));
    }
}

static bool bloom_has(const uint8_t *bloom, uint64_t hash)
{
    uint32_t one = bloom_bit(hash, 0), two = bloom_bit(hash, 1);
    return (bloom[one >> 3] >> (one & 7) & 1) != 0 && (bloom[two >> 3] >> (two & 7) & 1) != 0;
}

static void add_roles(struct learner *learner, const char *list, unsigned role)
{
    for (const char *at = list; *at != '\0';) {
        size_t len = strcspn(at, " ");
        struct roll roll;
        roll_init(&roll, at, len);
        struct slot *slot = slot_add(learner, roll_piece(&roll, 0, len));
        if (slot != NULL) {
            slot->roles |= role & 15u;
        }
        at += len + (at[len] == ' ');
    }
}

/* Whether the piece is in the filter and is no excluded word; `never` is the role that excludes it. */
static bool piece_serves(const struct learner *learner, const struct roll *roll, size_t start, size_t end,
                         unsigned never)
{
    if (end < start + PART_MIN || end - start > PART_MAX) {
        return false;
    }
    uint64_t hash = roll_piece(roll, start, end);
    if (!bloom_has(learner->bloom, hash)) {
        return false;
    }
    const struct slot *slot = slot_of(learner, hash);
    return (slot->roles & never) == 0 && (end - start > PART_MIN || (slot->roles & ROLE_SHORT) != 0);
}

static bool left_serves(const struct learner *learner, const struct roll *roll, const char *word, size_t end)
{
    if ((slot_of(learner, roll_piece(roll, 0, end))->roles & ROLE_NEVER_LEFT) != 0) {
        return false;
    }
    for (size_t i = 0; i < PART_LINKERS; i++) {
        if (part_linker_fits(word, 0, end, i)
            && piece_serves(learner, roll, 0, end - part_linkers[i].len, ROLE_NEVER_LEFT)) {
            return true;
        }
    }
    return false;
}

/* Counts every way to cut the word in two. */
static void learn_word(struct learner *learner, const char *word, size_t len)
{
    struct roll roll;
    roll_init(&roll, word, len);
    for (size_t at = PART_MIN; at + PART_MIN <= len; at++) {
        if (!piece_serves(learner, &roll, at, len, ROLE_NEVER_RIGHT) || !left_serves(learner, &roll, word, at)) {
            continue;
        }
        struct slot *left = slot_add(learner, roll_piece(&roll, 0, at));
        if (left != NULL && left->left < PARTS_SEEN_MAX) {
            left->left++;
        }
        struct slot *right = slot_add(learner, roll_piece(&roll, at, len));
        if (right != NULL && right->right < PARTS_SEEN_MAX) {
            right->right++;
        }
    }
}

static void learn_all(struct learner *learner, const struct words *words)
{
    add_roles(learner, short_parts, ROLE_SHORT);
    add_roles(learner, never_left, ROLE_NEVER_LEFT);
    add_roles(learner, never_right, ROLE_NEVER_RIGHT);
    add_roles(learner, keeps_s, ROLE_KEEPS_S);
    struct words_cursor word = { .at = 0 };
    while (words_next(words, &word)) {
        if ((word.flags & WORDS_LOWER) != 0 && word.len >= PART_MIN && word.len <= PART_MAX) {
            struct roll roll;
            roll_init(&roll, word.form, word.len);
            bloom_add(learner->bloom, roll_piece(&roll, 0, word.len));
        }
    }
    word = (struct words_cursor){ .at = 0 };
    while (words_next(words, &word)) {
        if ((word.flags & WORDS_LOWER) != 0 && word.len >= LEARN_MIN && word.len <= LEARN_MAX) {
            learn_word(learner, word.form, word.len);
        }
    }
}

/* The most slots that a search passes through, an empty one at its end included. */
static uint32_t longest_search(const struct learner *learner)
{
    uint32_t longest = 1, run = 0;
    for (uint64_t i = 0; i < 2 * ((uint64_t)learner->mask + 1); i++) { /* twice around: a run may pass the end */
        run = learner->table[i & learner->mask].key != 0 ? run + 1 : 0;
        longest = run + 1 > longest ? run + 1 : longest;
    }
    return longest <= learner->mask ? longest : learner->mask + 1;
}

enum err_code parts_learn(const struct words *words, struct buf *image, struct err *err)
{
    AUTO_FREE uint8_t *bloom = calloc((size_t)1 << (BLOOM_BITS - 3), 1);
    uint32_t slots = 4096;
    while (slots < words_count(words) / 4) {
        slots *= 2;
    }
    AUTO_FREE struct slot *table = calloc(slots, sizeof *table);
    if (bloom == NULL || table == NULL) {
        return err_nomem(err, "parts_learn");
    }
    struct learner learner = { .table = table, .mask = slots - 1, .bloom = bloom };
    learn_all(&learner, words);
    char signature[PARTS_SIGNATURE_LEN];
    parts_signature(words, signature);
    buf_add(image, PARTS_MAGIC, PARTS_MAGIC_LEN);
    buf_add(image, signature, sizeof signature);
    buf_add_u32(image, (uint32_t)words_count(words));
    buf_add_u32(image, slots);
    buf_add_u32(image, longest_search(&learner));
    for (uint32_t i = 0; i < slots; i++) {
        buf_add_u32(image, table[i].key);
        buf_add_u32(image, table[i].left | table[i].right << 14 | (uint32_t)table[i].roles << 28);
    }
    return buf_check(image, "the parts of compounds", err);
}
