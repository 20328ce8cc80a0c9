/* sketch.h - what tells copies and near-copies of a document: a digest of its content, and a sketch of its wording.
 *
 * The digest is the same for documents with the same title and the same text, however that is broken in lines.
 *
 * The sketch is a MinHash (Broder 1997) of the shingles of the text, SKETCH_SHINGLE words in a row: one permutation in SKETCH_BINS
 * bins (Li, Owen & Zhang, NIPS 2012), empty bins filled from others (Shrivastava, ICML 2017), of each bin the lowest 4 bits (Li &
 * König, WWW 2010).  Bins of two sketches are equal with probability J + (1 - J) / 16, where J is the share of their shingles
 * that two texts have in common (Jaccard); so J can be estimated, with a standard error of 0.04 at J = 0.9 and 0.065 at
 * J = 0.6.  Case does not count, nor do marks between words; digits do.
 */
#ifndef NASLAG_TEXT_SKETCH_H
#define NASLAG_TEXT_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SKETCH_SHINGLE 3 /* words */
#define SKETCH_BINS 64
#define SKETCH_BYTES (SKETCH_BINS / 2)
/* Bins that shingles must fall in: below about twenty different shingles a sketch tells nothing. */
#define SKETCH_LEAST 16
/* Documents with at least this estimate are near-copies.  It lies between 0.6 and 0.9 so that both errors are a few in a
 * thousand. */
#define SKETCH_LIKE 0.77

/* Bands: SKETCH_BAND_BINS bins each.  Texts with J = 0.9 have a band in common in all but 1 of 50,000 cases, with
 * J = 0.8 in all but 1 of 100. */
#define SKETCH_BANDS 12
#define SKETCH_BAND_BINS 5
#define SKETCH_BAND_VALUES (1u << (4 * SKETCH_BAND_BINS))

#define SKETCH_CONTENT_BYTES 8

/* False when the text is too short to be sketched. */
bool sketch_text(const char *text, size_t len, uint8_t ret_sketch[SKETCH_BYTES]);
/* An estimate of J, from 0 to 1. */
double sketch_likeness(const uint8_t one[SKETCH_BYTES], const uint8_t other[SKETCH_BYTES]);
/* The bins of a band as a number below SKETCH_BAND_VALUES. */
uint32_t sketch_band(const uint8_t sketch[SKETCH_BYTES], unsigned band);

/* The first bytes of SHA-256 of title, NUL and text, runs of white space as one blank.  ERR_NOMEM only. */
enum err_code sketch_content(const char *title, size_t title_len, const char *text, size_t len,
                             uint8_t ret_digest[SKETCH_CONTENT_BYTES], struct err *err);

#endif
