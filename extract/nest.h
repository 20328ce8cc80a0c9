/* nest.h - files in files: the members of archives, the attachments of mail, the captures of a web archive.
 *
 * A container format reads a stream and hands each member to nest_member as a stream of its own; what becomes of that depends on
 * the member's content, and may be a container again.  Each member that is no container is one *leaf*: at least one
 * record, with text, or with the reason why there is none.  So whatever is in a container is accounted for.
 *
 * The id of a record is the path of its member inside the file; where a container lies in a container "!/" separates the two
 * ("map/stukken.zip!/brief.eml!/2/bijlage.pdf").  A name is cleaned for that: no NUL or control characters, "/" as separator,
 * no ".." or "." steps, no leading "/"; what then stands twice gets "#2", "#3" behind it.
 *
 * Limits: depth of nesting, number of members of the file as a whole, bytes that unpacking gives and their ratio to the bytes of
 * the file.  What a limit keeps out is counted, and nest_note tells it in words.
 */
#ifndef NASLAG_EXTRACT_NEST_H
#define NASLAG_EXTRACT_NEST_H

#include "extract/extract.h"
#include "extract/stream.h"

#define NEST_NOTE_MAX 240

struct decode_part;

/* Hashes of ids that were given, open addressing; 0 is an empty place. */
struct nest_seen {
    uint64_t *places;
    size_t capacity, used;
};

struct nest {
    const struct extract_caps *caps;
    extract_sink *sink;
    void *context;
    /* Told of a leaf before its records come, with its number and id; NULL: nobody wants to know.  The leaf that is the file
     * itself (id "") is not told. */
    enum err_code (*leaf)(void *context, uint64_t number, const char *id, struct err *err);
    const struct convert_asker *asker; /* for the formats; NULL: nobody converts */
    uint64_t first_leaf;  /* leaves before this one are passed over: a worker that died goes on behind them */
    uint64_t next_leaf;
    uint64_t records;     /* position of the next record, when records are numbered */
    bool plain;           /* the file is no container: its format says ids and positions itself */
    char *prefix;         /* id of the container that is open, or "" */
    unsigned depth;       /* open containers */
    uint64_t file_bytes;  /* size of the file */
    const char *head;     /* the beginning of the file in memory, as much as a limit allows; NULL: it is not there */
    size_t head_len;
    uint64_t expanded;    /* bytes that members gave so far */
    uint64_t base;        /* offset of the file's bytes, for formats that tell positions */
    uint64_t members;     /* read so far */
    uint64_t over_count, over_depth; /* members that a limit kept out, by the limit */
    bool over_more;       /* there are more of them: they were not even counted */
    bool burst;           /* unpacking gave too much */
    uint64_t after_burst; /* members behind that place, as far as they could be counted without unpacking */
    bool after_more;      /* there may be more of them */
    struct nest_seen *seen;
};

/* What a container knows of a member. */
struct nest_member {
    const char *name;     /* path inside its container, any bytes; NULL: there is only one, and its id is the container's */
    bool exact;           /* the name is no path but an address: nothing in it is a step */
    const char *file;     /* file name for its ending, or NULL: that of the path */
    const char *media;    /* media type as declared, or NULL: decides only between kinds of text */
    const char *url;      /* address, or NULL */
    const char *captured; /* YYYY-MM-DD of the capture, or NULL */
    const char *date;     /* used when the member itself tells no date, or NULL */
    const char *charset;  /* encoding as declared, or NULL */
    const struct decode_part *part; /* what its bytes are read from, whose end may be missing; or NULL */
};

/* `file_bytes`: size of the file, for the ratio. */
enum err_code nest_init(struct nest *nest, const struct extract_caps *caps, uint64_t file_bytes, extract_sink *sink,
                        void *context, struct err *err);
void nest_done(struct nest *nest);

/* Extracts a member by its content.  A failure of the member is a record of its own; an error returned ends the job. */
enum err_code nest_member(struct nest *nest, struct stream *stream, const struct nest_member *member, struct err *err);
/* A member about which there is only something to say: a record with the reason why it has no text. */
enum err_code nest_tell(struct nest *nest, const struct nest_member *member, bool skipped, const char *reason, struct err *err);
/* The record of the container itself (a mail that has attachments): with the container's own id. */
enum err_code nest_own(struct nest *nest, const struct nest_member *member, struct extract_record *record, struct err *err);
/* Remembers a key for the rest of the job (it may collide with no id); whether it is new. */
enum err_code nest_see(struct nest *nest, const char *key, bool *ret_new, struct err *err);
/* The file itself, at the start of a job. */
enum err_code nest_file(struct nest *nest, struct stream *stream, const char *name, struct err *err);
/* Whether one more member may be read; otherwise it is counted as left out and the container stops. */
bool nest_may_go_on(struct nest *nest);
/* Wraps a stream so that what is read from it counts as expanded; at the limit reading fails with ERR_INVALID. */
struct nest_meter {
    struct nest *nest;
    struct stream *from;
};
void nest_meter(struct nest_meter *meter, struct nest *nest, struct stream *from, struct stream *ret_stream);

/* The id of a member: the container's, its path made harmless, and a number when that was given before (nest_id.c). */
enum err_code nest_make_id(struct nest *nest, const struct nest_member *member, char **ret_id, struct err *err);
/* Shortens an id to `room` bytes; what was cut is told by its hash, so that two that begin alike stay two. */
void nest_shorten(struct buf *id, size_t room);

/* What limits kept out, in words; "" when nothing. */
void nest_note(const struct nest *nest, char ret_note[NEST_NOTE_MAX]);

#endif
