/* refs.h - numbers that are written in several ways: document numbers and large amounts, as one normal form each.
 *
 *     TK 26643, nr. 135   Kamerstukken II 2013/14, 26 643, nr. 135   26643-135     tk:26643-135
 *     Stb. 2012, 345      Staatsblad 2012, nr. 345                                 stb:2012-345   (stcrt:, trb: likewise)
 *     PbEU 2016, L 119                                                             pb:2016-l119
 *     ECLI:NL:HR:2012:BX1234                                                       ecli:nl:hr:2012:bx1234
 *     kenmerk 2016-0000123456   BLO-2019-0004417   zaaknummer: 12/3456             nr:20160000123456, nr:blo20190004417, nr:123456
 *     120 000 (blank, no-break or thin space)                                      120000, a plain word
 *     35,6 mld.   35,6 miljard   35.600.000.000                                    35600000000, an amount
 *
 * Scans from one run of digits to the next with a bounded look around, so in linear time; needs no valid UTF-8 and reads nothing
 * outside text[0..len).
 */
#ifndef NASLAG_TEXT_REFS_H
#define NASLAG_TEXT_REFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REF_TEXT_MAX 128 /* bytes of the longest notation that is recognised, with room to spare */
#define REF_FORM_MAX 56

enum ref_kind {
    REF_DOCUMENT, /* form: a scheme, a colon and a number */
    REF_NUMBER,   /* form: the digits of a number whose groups stand apart */
    REF_AMOUNT,   /* form: the digits of a whole amount of a million or more */
};

struct ref_found {
    size_t start, end; /* bytes */
    enum ref_kind kind;
    char form[REF_FORM_MAX + 1]; /* NUL-terminated */
    size_t len;
    size_t file_len; /* of the form without the number in the file: tk:26643; 0 when there is none */
};

struct ref_scanner {
    const char *text;
    size_t len, at;
    size_t floor; /* where the last one found ended */
};

void ref_scanner_init(struct ref_scanner *scanner, const char *text, size_t len);
/* The next one; false at the end.  They are ascending and do not overlap. */
bool ref_scanner_next(struct ref_scanner *scanner, struct ref_found *ret_found);
/* Letters and digits of a code as its normal form, `nr:` in front; 0 when it is too short, too long, or has too few digits.
 * *ret_certain: it looks like the registration number of a document, also without a label. */
size_t ref_code(const char *code, size_t len, char out[REF_FORM_MAX + 1], bool *ret_certain);

#endif
