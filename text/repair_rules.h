/* repair_rules.h - what the files of repair share: the state of one run, and the rules.  Private to text/repair*.c. */
#ifndef NASLAG_TEXT_REPAIR_RULES_H
#define NASLAG_TEXT_REPAIR_RULES_H

#include "text/repair.h"

#define WORD_BYTES_MAX 64  /* longer letter runs are no words */
#define CHUNK_BYTES_MAX 160 /* what a joined word may bring along: punctuation, the rest of a chain */

/* Pairs of words at line ends that only the document itself can tell to be one (repair_doubt.c): by hash, because only
 * their presence matters. */
enum doubt_need {      /* what makes them one, besides never standing apart within a line: */
    DOUBT_NOTHING,
    DOUBT_WHOLE,       /* the whole stands somewhere */
    DOUBT_RIGHT_BOUND, /* the right half stands nowhere on its own, line starts aside, or the whole stands somewhere:
                          over⏎dracht */
    DOUBT_LEFT_BOUND,  /* the left half stands nowhere on its own, line ends aside, but begins other words: lands⏎niveau;
                          or the whole stands somewhere */
    DOUBT_CLEAR,       /* the whole stands far more often than the left half does on its own, or that begins many words and stands
                          nowhere on its own: ont⏎moeten */
};
struct doubt {
    uint64_t whole, apart, left, right;
    enum doubt_need need;
};
struct doubts {
    struct doubt *items; /* when resolved: those that are one word, sorted */
    size_t count, capacity;
    bool resolved, nomem;
};
void doubts_done(struct doubts *doubts);
/* Notes the pair and says no; when resolved, says whether it is one word. */
bool doubt_confirmed(struct doubts *doubts, const char *left, size_t left_len, const char *right, size_t right_len,
                     enum doubt_need need);

/* Footnote marks that are glued to words: where their digits are in the text (repair_note.c). */
struct notes {
    uint32_t *items; /* ascending */
    size_t count, capacity, next;
};

struct repairer {
    const struct compounds *compounds; /* may be NULL */
    const struct words *words;
    const char *text;
    size_t len;
    struct buf *out;
    struct repairs *repairs;
    struct doubts doubts;
    struct notes notes;
    size_t judged, certain; /* line ends judged by the strictest rules, and those among them that break a word */
    bool broken;  /* many do: the text lost its hyphens, and weaker rules may be used */
    bool spaced;  /* ordinary wraps end in a space, so that a line end without one is a sign */
    bool checked; /* there are words to check against */
    bool nomem;
};

/* Looks through the text as it was mended, and keeps the doubts that are one word. */
void doubts_resolve(struct repairer *repairer);

/* Records that bytes [start, end) of the text became what stands in `out` from `out_start` on.  Repairs that this overlaps are
 * taken in. */
void repair_record(struct repairer *repairer, enum repair_kind kind, size_t end, size_t out_start);
/* The byte of the text that stands at `out_at`, for bytes behind the last repair. */
size_t repair_source(const struct repairer *repairer, size_t out_at);

/* ---- Words (repair_word.c) ---------------------------------------------------------------- */

/* Bytes of the letters that end at `end`, or begin at `start`; more than WORD_BYTES_MAX are 0. */
size_t letters_before(const char *text, size_t end);
size_t letters_after(const char *text, size_t len, size_t start);

/* A piece of text as a word: in the list, as it is written here (a name needs its capital). */
bool is_listed(const struct repairer *repairer, const char *word, size_t len);
/* Listed as a common word, with or without a capital here. */
bool is_common(const struct repairer *repairer, const char *word, size_t len);
/* Listed, or a compound of listed words. */
bool is_word(const struct repairer *repairer, const char *word, size_t len);
bool is_compound(const struct repairer *repairer, const char *word, size_t len);
/* Whether a compound has two parts that meet at byte `at` of `word`. */
bool compound_meets(const struct repairer *repairer, const char *word, size_t len, size_t at);
/* Where the second part of a compound begins (bytes of its folded form); 0 when it is none. */
size_t compound_head(const struct repairer *repairer, const char *word, size_t len);
/* Articles, prepositions, pronouns, conjunctions, auxiliaries: what stands beside a word without being part of it. */
bool is_small_word(const char *word, size_t len);
/* Function words that also begin words: over-dracht, hier-over. */
bool is_prefix_word(const char *word, size_t len);
/* Forms of verbs that make fixed pairs with the word before (vorm geven, gebruik gemaakt), often written apart. */
bool is_light_verb(const char *word, size_t len);

/* ---- Line ends (repair_line.c) ------------------------------------------------------------ */

enum line_verdict {
    LINE_KEEP, /* an ordinary line end, or a doubtful one */
    LINE_JOIN, /* a broken word; a hyphen before the line end goes */
    LINE_JOIN_HYPHEN
};
/* Judges a line end of `text`: the line is [.., end) with its trailing spaces, the next line starts at `next`; `gap` when there
 * is an empty line between. */
enum line_verdict line_judge(struct repairer *repairer, const char *text, size_t len, size_t end, size_t next, bool gap);
/* Whether ordinary wraps end in a space here, told by line ends before a function word, which hardly ever break a word. */
bool line_ends_are_spaced(const char *text, size_t len);

/* ---- Characters (repair_glyph.c) ---------------------------------------------------------- */

/* Each looks at byte `at` of the text, the mended text before it being in `out`.  When there is something to repair it appends
 * the mended bytes, records the repair and returns how many bytes of the text were used; otherwise returns 0. */
size_t glyph_replacement(struct repairer *repairer, size_t at);
size_t glyph_gap(struct repairer *repairer, size_t at);
size_t glyph_accent(struct repairer *repairer, size_t at);
/* A mark that notes_find listed (repair_note.c). */
size_t glyph_note(struct repairer *repairer, size_t at);
void notes_find(struct repairer *repairer);

#endif
