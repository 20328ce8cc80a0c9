/* packing.h - compressing blocks of stored text, with a dictionary that is trained on the texts.
 *
 * packing.c is the only file that sees <zstd.h> and <zdict.h>.  A block of 2 KB is too short to learn from: on its own it
 * compresses to 43%, with a dictionary of what the texts of the archive have in common to 27%, and it is unpacked faster.
 *
 * A dictionary is a file DIR/texts/dNAME, named after its digest, that manifests list among the store files of a part (store.h).
 * File format, integers little-endian:
 *     "NASLAGK1"                                               8 bytes
 *     u64 bytes of text that there were when it was trained
 *     a dictionary of zstd (RFC 8878, section 5)               up to PACKING_DICTIONARY_MAX bytes
 * Its name is "d" and the first 16 hexadecimal digits of the SHA-256 of the file.
 */
#ifndef NASLAG_TEXT_PACKING_H
#define NASLAG_TEXT_PACKING_H

#include "base/buf.h"

#define DICTIONARY_NAME_MAX 18 /* the NUL included */
#define PACKING_DICTIONARY_MAX ((size_t)192 << 10)
/* With less text no dictionary is trained. */
#define PACKING_TEXT_MIN ((uint64_t)512 << 10)
/* A dictionary that was trained when there was so many times less text is to be trained again. */
#define PACKING_GROWTH 16

/* ---- Dictionaries ------------------------------------------------------------------------- */

struct dictionary; /* counts its owners; one thread only */

/* Whether a name among the store files of a generation is that of a dictionary. */
bool dictionary_is_name(const char *name, size_t len);
/* Reads and checks the file.  ERR_CORRUPT when it is missing or is not what its name says. */
enum err_code dictionary_open(const char *folder, const char *name, struct dictionary **ret_dictionary, struct err *err);
/* One owner more; NULL gives NULL. */
struct dictionary *dictionary_ref(struct dictionary *dictionary);
/* One owner less. */
void dictionary_free(struct dictionary *dictionary);
DEFINE_CLEANUP(struct dictionary, dictionary_free)
const char *dictionary_name(const struct dictionary *dictionary);
/* Bytes of text that there were when it was trained. */
uint64_t dictionary_text(const struct dictionary *dictionary);
/* The dictionary in a folder that was trained when there was most text; NULL when there is none.  Damaged ones are passed over. */
enum err_code dictionary_find(const char *folder, struct dictionary **ret_dictionary, struct err *err);

/* ---- Training ------------------------------------------------------------------------------ */

/* Takes samples, evenly from all of the text, at most 4 MB: training takes about half a second and 30 MB. */
struct trainer;

/* `text_bytes`: how much text the dictionary is for; `shown_bytes`: how much of it is going to be shown, about. */
enum err_code trainer_new(uint64_t text_bytes, uint64_t shown_bytes, struct trainer **ret_trainer, struct err *err);
void trainer_free(struct trainer *trainer);
DEFINE_CLEANUP(struct trainer, trainer_free)
/* Shows a text, or a piece of one. */
void trainer_add(struct trainer *trainer, const char *text, size_t len);
/* Trains, writes the file into the folder, synced, and opens it.  *ret_dictionary is NULL when the samples do not make a
 * dictionary: too few of them, or nothing in common.  The same texts give the same dictionary. */
enum err_code trainer_write(struct trainer *trainer, const char *folder, struct dictionary **ret_dictionary, struct err *err);

/* ---- Blocks -------------------------------------------------------------------------------- */

struct packer;

/* The dictionary may be NULL; the packer becomes an owner of it. */
enum err_code packer_new(struct dictionary *dictionary, struct packer **ret_packer, struct err *err);
void packer_free(struct packer *packer);
const struct dictionary *packer_dictionary(const struct packer *packer);
/* Appends the block, compressed; false when that failed (of memory). */
bool packer_add(struct packer *packer, const char *text, size_t len, struct buf *out);

struct unpacker;

enum err_code unpacker_new(struct dictionary *dictionary, struct unpacker **ret_unpacker, struct err *err);
void unpacker_free(struct unpacker *unpacker);
/* Appends the `len` bytes that the block has; false when it does not have so many or is damaged, or when memory is short
 * (out->failed). */
bool unpacker_add(struct unpacker *unpacker, const uint8_t *packed, size_t packed_len, size_t len, struct buf *out);

#endif
