/* dutch.h - what is known of the language, as one bundle: known words, hyphenation patterns, and the rules over them.
 *
 * The resources are files of other packages (Debian: wdutch, hyphen-nl).  When an index is made they are copied into it, in
 * the form they are used in, and the manifest names them; so indexing and querying always use the same, whatever is
 * installed later.  Without them Naslag works on Snowball stems alone, and says so.  Another language later means other files here.
 */
#ifndef NASLAG_TEXT_DUTCH_H
#define NASLAG_TEXT_DUTCH_H

#include "text/compound.h"
#include "text/generation.h"
#include "text/inflect.h"
#include "text/words.h"

struct dutch;

/* Copies the installed resources into DIR/resources (synced), and writes their names to the generation; names are
 * "" for what is not installed. */
enum err_code dutch_install(const char *directory, struct generation *generation, struct err *err);
/* Opens what a generation names: all files are mapped. */
enum err_code dutch_open(const char *directory, const struct generation *generation, struct dutch **ret_dutch, struct err *err);
/* Whether two generations name the same resources, so that what was opened for one serves for the other. */
bool dutch_same(const struct generation *one, const struct generation *other);
/* Opens what is installed, without an index; what is not installed is not known. */
enum err_code dutch_open_installed(struct dutch **ret_dutch, struct err *err);
/* Knows nothing: no words, no patterns. */
enum err_code dutch_new_empty(struct dutch **ret_dutch, struct err *err);
void dutch_free(struct dutch *dutch);
DEFINE_CLEANUP(struct dutch, dutch_free)

/* From now on what forms derive is remembered, in memory that is shared with processes that are forked later (memo.h). */
enum err_code dutch_remember(struct dutch *dutch, size_t bytes, struct err *err);
/* Keeps that memory from processes that this one forks from now on. */
enum err_code dutch_keep(const struct dutch *dutch, struct err *err);
struct memo;
/* NULL when nothing is remembered. */
struct memo *dutch_memo(const struct dutch *dutch);

const struct words *dutch_words(const struct dutch *dutch);
const struct compounds *dutch_compounds(const struct dutch *dutch);

#endif
