/* zip.h - the members of a ZIP package (office files, EPUB) in memory; zip.c is the only file that sees <archive.h>.
 *
 * Nothing is written anywhere and no name of a member is ever used as a path.  Names that leave the package ("../x", "/x")
 * are passed over.
 */
#ifndef NASLAG_EXTRACT_ZIP_H
#define NASLAG_EXTRACT_ZIP_H

#include "extract/extract.h"

#define ZIP_MEMBERS_MAX 100000 /* a package with more is refused */
#define ZIP_RATIO_MAX 400      /* a package that unpacks to more times its size is refused; honest XML stays below 100 */
#define ZIP_RATIO_FREE ((uint64_t)16 << 20) /* bytes that may be unpacked whatever the ratio */

struct zip_member {
    char *name;
    char *bytes; /* NUL-terminated */
    size_t len;
};

struct zip {
    struct zip_member *members; /* by name */
    size_t count, capacity;
    uint64_t cut;   /* unpacked bytes of wanted members that were not taken, for a limit or damage */
    bool encrypted; /* some member is */
    bool damaged;   /* its end was not reached */
};

/* Whether a member is worth unpacking. */
typedef bool zip_wanted(const char *name);

/* Unpacks the wanted members, together at most twice caps->record_bytes.  ERR_INVALID: no ZIP file, or a bomb.
 * The caller ends it with zip_done. */
enum err_code zip_read(const char *bytes, size_t len, zip_wanted *wanted, const struct extract_caps *caps, struct zip *ret_zip,
                       struct err *err);
void zip_done(struct zip *zip);
/* By name, in any case (ISO 29500-2, 'part name equivalence'); NULL when it is not there. */
const struct zip_member *zip_find(const struct zip *zip, const char *name);

/* Detection: the first bytes of a package whose first member is "mimetype", stored: the media type that it names, as far as
 * `size` lets; "" when there is none (EPUB OCF 3.3, 4.3; ODF 1.3 part 2, 3.3). */
void zip_mimetype(const char *bytes, size_t len, char *ret_type, size_t size);

#endif
