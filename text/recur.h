/* recur.h - boilerplate: which lines of a document are text that recurs in the documents of its source.
 *
 * Cookie banners, navigation and footers stand at the start or the end of many pages.  The unit is a block: a line with
 * text in it.  Only the first RECUR_HEAD and the last RECUR_TAIL blocks of a document are looked at, and no block of more
 * than RECUR_BLOCK_BYTES.  A block is known by a hash of its source and its folded text (case and white space do not
 * count), so everything here is a pure function of source, text, title, and of what the collection says of each hash:
 *
 *     recur_scan(&recur, source, text, len)           blocks, hashes, likeness
 *     recur_decide(&recur, title, lookup, context)    which blocks are excluded, given a class for each
 *
 * Classes.  A block is counted by the number of documents of its source that hold it and differ in likeness, so that copies
 * and versions of one document count once.  Likeness is a sketch of the words of a document (one-permutation MinHash, Li,
 * Owen & Zhang, NIPS 2012): equal for copies, nearly always equal for texts that share nearly all of their words, and
 * nearly never for pages that share their banner only.  With N documents in the source, and T = recur_threshold(N):
 *     RECUR_SINGLE     in one document
 *     RECUR_REPEATED   in two or more
 *     RECUR_RECURRING  in T or more
 *     RECUR_FREQUENT   in T or more, and in 10 at least
 * T is about a twentieth of the source, at least 3 and at most 500, in steps, so that it seldom changes as a source grows.
 *
 * What is excluded:
 *   - at either end of the document: recurring blocks from the first (or last) one on, across up to RECUR_GAP other blocks
 *     at a time, when they have at least RECUR_EDGE_WORDS words.  A block in such a gap goes along when it is repeated: a
 *     banner of which there are two versions; otherwise it stays.  A first block that is the document's title is passed over;
 *   - elsewhere: frequent blocks in a row, with at least RECUR_RUN_WORDS words together.  An isolated heading
 *     ("Inleiding", "Slotbepalingen") stays.
 * A document is never emptied: when more than three quarters of its words would go, only frequent blocks do; when then fewer
 * than RECUR_KEEP_WORDS words are left, all stays.
 *
 * In the index every document has one term for each of its blocks, without weight or positions:
 * SCHEMA_BLOCK, a state, and RECUR_KEY_LEN characters for the hash.  The state is the class that the analysis of the document
 * went by.  So the index itself tells in how many documents a block is, which documents were analysed with a
 * class that is no longer right, and both stay true when documents die or parts are merged.
 */
#ifndef NASLAG_TEXT_RECUR_H
#define NASLAG_TEXT_RECUR_H

#include <stdbool.h>

#include "text/ranges.h"

#define RECUR_HEAD 32
#define RECUR_TAIL 24
#define RECUR_BLOCKS_MAX (RECUR_HEAD + RECUR_TAIL)
#define RECUR_BLOCK_BYTES 2000
#define RECUR_GAP 2
#define RECUR_EDGE_WORDS 3
#define RECUR_RUN_WORDS 8
#define RECUR_KEEP_WORDS 5
#define RECUR_KEY_LEN 7   /* six bits a character */
#define RECUR_TERM_LEN (2 + RECUR_KEY_LEN)

enum recur_class { RECUR_SINGLE, RECUR_REPEATED, RECUR_RECURRING, RECUR_FREQUENT };

/* The states in terms.  Whether a block that does not recur is repeated matters in a gap only. */
enum recur_state {
    RECUR_STATE_OTHER = 'n',          /* not recurring */
    RECUR_STATE_GAP_SINGLE = 'g',     /* in a gap, single */
    RECUR_STATE_GAP_REPEATED = 'h',   /* in a gap, repeated */
    RECUR_STATE_RECURRING = 'x',
    RECUR_STATE_FREQUENT = 'y',
};
#define RECUR_STATES "ghnxy" /* all, ascending */

struct recur_block {
    uint32_t start, end;  /* bytes, without the newline */
    uint64_t hash;
    uint32_t words;
    bool usable;          /* short enough to have a hash */
    bool excluded;
    enum recur_class class;
    char state;
};

struct recur {
    struct recur_block blocks[RECUR_BLOCKS_MAX];
    size_t count;
    size_t head_count;    /* blocks[head_count] does not follow the one before it: the middle of the text is between them */
    uint64_t middle_bytes;
    uint32_t likeness;
    size_t lead;          /* blocks [0, lead) are the excluded start of the document and its gaps */
};

void recur_scan(struct recur *recur, const char *source, const char *text, size_t len);

/* The class of a block. */
typedef enum recur_class recur_lookup(void *context, uint64_t hash);
/* `title` is the document's, as it was extracted. */
void recur_decide(struct recur *recur, const char *source, const char *title, size_t title_len, recur_lookup *lookup,
                  void *context);
/* The excluded blocks as ranges, with what is between them when they follow each other.  Returns how many. */
size_t recur_ranges(const struct recur *recur, struct text_range ret_ranges[RECUR_BLOCKS_MAX]);
/* Whether a line is the text of an excluded block. */
bool recur_is_excluded(const struct recur *recur, const char *source, const char *line, size_t len);
/* A title for a document whose title is a line of its excluded start: the first block with words behind that.  False
 * when the title is no such line, or nothing is behind it. */
bool recur_title(const struct recur *recur, const char *source, const char *title, size_t title_len,
                 struct text_range *ret_title);

uint64_t recur_hash(const char *source, const char *line, size_t len);
/* Writes RECUR_TERM_LEN bytes and a NUL. */
void recur_term(char state, uint64_t hash, char out[RECUR_TERM_LEN + 1]);
/* The hash in a term; false when it is no such term. */
bool recur_term_hash(const char *term, size_t len, uint64_t *ret_hash);
/* Whether a document that was analysed with `state` is right when the block has `class`. */
bool recur_state_fits(char state, enum recur_class class);

/* T for a source with so many documents. */
uint32_t recur_threshold(uint32_t documents);
/* Documents beyond this number make no difference to it. */
#define RECUR_DOCUMENTS_MAX 10000
/* Class of a block in so many documents of different likeness; counting may stop at recur_enough(threshold). */
enum recur_class recur_classify(uint32_t documents, uint32_t threshold);
uint32_t recur_enough(uint32_t threshold);

#endif
