/* schema.h - the one home of everything that an index persists: layout, names, prefixes, slots, versions.
 *
 *     DIR/
 *       lock               held (flock) by the one process that writes
 *       current            "naslag-index 4\ngeneration 12\nmanifest <SHA-256>\n": the published generation (generation_seal.c)
 *       ledger.db          SQLite: what became of every source file (indexer/ledger.c)
 *       generations/12     manifest of a generation: its parts, dead lists and stored texts, all files with SHA-256 (generation.h)
 *       parts/p12/         one Xapian database, never changed after publishing
 *         lexicon          its word forms by class, stem and part (lexicon.c)
 *       dead/p12.15        docids of part p12 that are dead as of generation 15 (generation.c)
 *       groups/g15         which documents of generation 15 are copies, near-copies or captures of one address (groups.h)
 *       texts/t12-0-0      stored texts, appended by one builder in one run (store.c)
 *       texts/m13          stored texts of the documents of a merged part (indexer/texts.c)
 *       texts/d12ab...     what stored texts have in common: the dictionary that they are compressed with (packing.c)
 *       resources/         known words and hyphenation patterns that the index was made with (dutch.c)
 *       redactie.txt       abbreviations, synonyms and successions that an editor adds or forbids; optional, read by searches,
 *                          never touched by the indexer (editor.h)
 *       purge.log          a line of JSON for every purge, appended only (indexer/purge_log.c)
 *       tmp/               segments in the making; emptied whenever the lock is taken
 *
 * A generation is a list of parts.  A changed or vanished document stays in its part and is listed
 * as dead; merging parts drops it.  Files named in a manifest are never changed.
 */
#ifndef NASLAG_TEXT_SCHEMA_H
#define NASLAG_TEXT_SCHEMA_H

/* Version of all of this.  A reader or writer refuses another. */
#define SCHEMA_VERSION 4
/* Version of the way from text to terms and positions (tokens, folding, stems, positions, stored text). */
#define SCHEMA_TERMS_VERSION 2

#define SCHEMA_LOCK "lock"
#define SCHEMA_CURRENT "current"
#define SCHEMA_LEDGER "ledger.db"
#define SCHEMA_GENERATIONS "generations"
#define SCHEMA_PARTS "parts"
#define SCHEMA_DEAD "dead"
#define SCHEMA_GROUPS "groups"
#define SCHEMA_TEXTS "texts"
#define SCHEMA_TMP "tmp"
#define SCHEMA_RESOURCES "resources"
#define SCHEMA_LEXICON "lexicon"
#define SCHEMA_EDITOR "redactie.txt"
#define SCHEMA_PURGE_LOG "purge.log"

/* Term prefixes.  Forms are folded, so no form begins with a capital letter.
 *   (none)  exact folded form, of title and text, with positions
 *   C       inflection class of a form of title or text, without positions (derive.h)
 *   Z       stem of a form of title or text
 *   P       class of a part of a compound in title or text
 *   S       exact folded form of the title, with its positions
 *   CS      inflection class of a form of the title
 *   E       "folded=accented": a form as written where folding took accents off it (een=één), with positions; where the document
 *           also has it without (een=een), without positions
 *   SE      the same of the title
 *   H       exact folded form that the document only has as the completion of a suspended compound (wet- en regelgeving:
 *           wetgeving)
 *   A       "brief=full": an abbreviation that the document defines (abbrev.h), folded
 *   B       "full=brief": the same the other way round
 *   T       the key of a name of the document as a whole: title, words in brackets (names.h)
 *   TS      the key of a name that it is given: its short title
 *   X       exact folded form in text that recurs in the documents of the source, with positions and without weight; such
 *           text is in no other term (recur.h)
 *   Y       a block of the text, with what it was taken for (recur.h)
 *   Q       unique id of the document
 *   G       collection (source name)
 *   K       kind of document, folded
 *   L       language, folded
 *   FA      an author, folded; FO: the organisation; FP: the programme
 *   D       day (D20161006), month (D201610), year (D2016) or period (D2011-2014) that is written in the text, with the
 *           positions of its first word (notation.h)
 *   DD      date of the document; DA: of taking it into the archive; each as day, month and year
 *   DP      year (DP2013) in the period that the document is about
 *   R       document number in its normal form (refs.h), with the positions of its first word
 *   N       amount of a million or more, in digits, likewise */
#define SCHEMA_CLASS "C"
#define SCHEMA_STEM "Z"
#define SCHEMA_PART "P"
#define SCHEMA_TITLE "S"
#define SCHEMA_TITLE_CLASS "CS"
#define SCHEMA_ACCENT "E"
#define SCHEMA_TITLE_ACCENT "SE"
#define SCHEMA_SUSPENDED "H"
#define SCHEMA_NAME "T"
#define SCHEMA_SHORT_NAME "TS"
#define SCHEMA_BRIEF "A"
#define SCHEMA_FULL "B"
#define SCHEMA_RECURRING "X"
#define SCHEMA_BLOCK "Y"
#define SCHEMA_UID "Q"
#define SCHEMA_COLLECTION "G"
#define SCHEMA_KIND "K"
#define SCHEMA_LANGUAGE "L"
#define SCHEMA_AUTHOR "FA"
#define SCHEMA_ORGANISATION "FO"
#define SCHEMA_PROGRAMME "FP"
#define SCHEMA_DAY "D"
#define SCHEMA_DOCUMENT_DAY "DD"
#define SCHEMA_ARCHIVED_DAY "DA"
#define SCHEMA_PERIOD_YEAR "DP"
#define SCHEMA_NUMBER "R"
#define SCHEMA_AMOUNT "N"

/* Value slots. */
#define SCHEMA_SLOT_DATE 0 /* YYYYMMDD, digits; missing month or day is 00 */
#define SCHEMA_SLOT_PERIOD_START 1 /* YYYYMMDD: first day of the period that the document is about */
#define SCHEMA_SLOT_PERIOD_END 2   /* its last day; 99991231 when it is open */
#define SCHEMA_SLOT_ARCHIVED 3     /* YYYYMMDD as SLOT_DATE: the last time it was taken into the archive */
#define SCHEMA_SLOT_LIKENESS 4     /* 4 bytes, a sketch of the words of the text (recur.h) */
#define SCHEMA_SLOT_CONTENT 5      /* 8 bytes digest of title and text (sketch.h), 8 bytes uid */
#define SCHEMA_SLOT_SKETCH 6       /* SKETCH_BYTES, of the text without what is hidden; none when it is short (sketch.h) */
#define SCHEMA_SLOT_CAPTURE 7      /* of captures: 8 bytes hash of the address, 8 bytes moment, big-endian (indexer/likeness.c) */

/* Positions.  The title's tokens are numbered from 1, those of the text from SCHEMA_TEXT_POSITION on;
 * a new page skips SCHEMA_PAGE_GAP positions, so that no phrase or NEAR crosses a page break by accident of
 * layout. */
#define SCHEMA_TITLE_TOKENS 1000
/* A title's word counts as this many in the text (BM25F with one weight: Robertson, Zaragoza & Taylor, CIKM 2004). */
#define SCHEMA_TITLE_WDF 5
/* What standing in a heading adds to a word's count. */
#define SCHEMA_HEADING_WDF 1
#define SCHEMA_TEXT_POSITION 1100
#define SCHEMA_PAGE_GAP 100

/* Stored text: bytes of a block before compression; a block ends at white space or at a page. */
#define SCHEMA_BLOCK_BYTES 2048

/* Unique ids: the first 8 bytes of SHA-256 of "source NUL path NUL record", in hex. */
#define SCHEMA_UID_LEN 16

#endif
