/* words.h - a language with natural word frequencies and no last word.
 *
 * A word is known by its rank, 1 the most frequent.  Ranks are drawn from a double power law: the frequency of rank r goes with
 * 1/(r + q) up to rank b, and with (r + q)^-g beyond (Zipf-Mandelbrot; the two regimes: Ferrer i Cancho & Sole, J. Quant. Ling.
 * 2001; Gerlach & Altmann, Phys. Rev. X 2013).  There is no highest rank, so the vocabulary of a growing text never ends, and grows
 * with the power 1/g of its length (Heaps' law).  The law is continuous and is drawn by inversion.
 *
 * The first ranks are the function words of Dutch, those that follow the words of a list, short ones rather before long ones,
 * and the higher the rank, the oftener a word is a new one: a compound of listed words, a name, a number, a misprint.  A new
 * word is made of its rank by hashing, so that none needs to be kept.  All follows from the seed.
 *
 * Topics: rank r belongs to topic r modulo WORDS_TOPICS, and a compound begins with a word of its topic.  A draw for a topic
 * moves to the rank of that topic within its hundred, which leaves the frequencies over all topics as they were.
 */
#ifndef NASLAG_BENCH_WORDS_H
#define NASLAG_BENCH_WORDS_H

#include "base/buf.h"

#define WORDS_TOPICS 100

/* xoshiro256** of Blackman & Vigna (2018), seeded by splitmix64. */
struct dice {
    uint64_t state[4];
};
void dice_init(struct dice *dice, uint64_t seed);
uint64_t dice_next(struct dice *dice);
/* In [0, 1). */
double dice_unit(struct dice *dice);
/* Below `count`, which is not 0. */
uint32_t dice_below(struct dice *dice, uint32_t count);
/* Log-normal with this mean; sigma is of the logarithm. */
double dice_lognormal(struct dice *dice, double mean, double sigma);

struct words;

/* Reads the list at `path`: a word a line, of which those with capitals or signs are passed over.  ERR_INVALID: fewer than
 * 10,000. */
enum err_code words_new(const char *path, uint64_t seed, struct words **ret_words, struct err *err);
void words_free(struct words *words);
DEFINE_CLEANUP(struct words, words_free)

/* Draws a rank; `topic` below WORDS_TOPICS. */
uint64_t words_draw(struct dice *dice, uint32_t topic, double topical);
/* Whether the word is one of the few hundred that stand in every text. */
bool words_is_common(uint64_t rank);
/* Appends the word. */
void words_add(const struct words *words, uint64_t rank, struct buf *out);

#endif
