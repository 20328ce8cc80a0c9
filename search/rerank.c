/* rerank.c - nearness of words, and copies. */
#include "search/rerank.h"

#define NEARNESS 1.5      /* what two words next to each other add, as a share of the weight of the lesser */
#define NEAR_TOKENS 24    /* words further apart than this add nothing */
#define COPY_SHARE 0.8    /* what a copy of a better document keeps */
#define PAIRS_MAX 64

/* The nearest that two needles come. */
struct pair {
    uint16_t one, other;
    uint32_t distance;
};

static void note_pair(struct pair *pairs, size_t *count, uint16_t one, uint16_t other, uint32_t distance)
{
    uint16_t low = one < other ? one : other, high = one < other ? other : one;
    for (size_t i = 0; i < *count; i++) {
        if (pairs[i].one == low && pairs[i].other == high) {
            pairs[i].distance = distance < pairs[i].distance ? distance : pairs[i].distance;
            return;
        }
    }
    if (*count < PAIRS_MAX) {
        pairs[(*count)++] = (struct pair){ low, high, distance };
    }
}

double rerank_nearness(const struct plan *plan, const struct places *places)
{
    struct pair pairs[PAIRS_MAX];
    size_t count = 0;
    const struct place *before = NULL;
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        if (plan->needles[place->needle].extra || plan->needles[place->needle].phrase) {
            continue;
        }
        if (before != NULL && before->needle != place->needle && place->position > before->position
            && place->position - before->position <= NEAR_TOKENS) {
            note_pair(pairs, &count, before->needle, place->needle, place->position - before->position);
        }
        before = place;
    }
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double one = plan->needles[pairs[i].one].weight, other = plan->needles[pairs[i].other].weight;
        sum += (one < other ? one : other) / pairs[i].distance;
    }
    return NEARNESS * sum;
}

void rerank_copies(const uint32_t *likenesses, size_t count, double *scores)
{
    size_t order[RERANK_HITS];
    rerank_order(scores, count, order);
    for (size_t i = 1; i < count; i++) {
        for (size_t k = 0; k < i && likenesses[order[i]] != 0; k++) {
            if (likenesses[order[k]] == likenesses[order[i]]) {
                scores[order[i]] *= COPY_SHARE;
                break;
            }
        }
    }
}

void rerank_order(const double *scores, size_t count, size_t *order)
{
    for (size_t i = 0; i < count; i++) { /* few, and mostly in order */
        size_t at = i;
        while (at > 0 && scores[order[at - 1]] < scores[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}
