/* text-fixture.c - what the unit tests of text/ share. */
#include "tests/text-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/io.h"
#include "text/schema.h"
#include "text/unicode.h"

static char work[] = "/tmp/naslag-text.XXXXXX";
static char path_room[256];

const char *fixture_path(const char *name)
{
    snprintf(path_room, sizeof path_room, "%s/%s", work, name);
    return path_room;
}

static uint64_t random_state = 130;

uint32_t fixture_random(uint32_t most)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % most;
}

struct dutch *fixture_nothing, *fixture_installed;

void fixture_clean(const char *text, size_t len, struct buf *out)
{
    struct err err = ERR_INIT;
    buf_init(out, FIXTURE_TEXT_MAX);
    if (text_clean(text, len, out, NULL, &err) != ERR_OK) {
        fail_msg("text_clean: %s", err.text);
    }
}

size_t fixture_random_text(char *out, size_t cap)
{
    static const char *const pieces[] = {
        "gemeente", "Collega's", "A+O", "P&O", "1.234.567,89", "31.12.2020", "-", "\xE2\x80\x93", "\xE2\x80\x99", "\xC2\xAD",
        "\xC2\xA0", "e\xCC\x81", "\xCC\x81", "\xF0\x9F\x98\x80", "\xE6\x9D\xB1", "\r\n", "\f", " ", ".", ",", "'", "&", "+",
        "0", "12", "\xEF\xAC\x81", "\xC4\xB3", "\xE2\x80\x8D", "\xD7\x90", "\xE1\x84\x92", "\xE1\x85\xA1", "\xC3\x9F",
    };
    size_t len = 0, count = fixture_random(40);
    for (size_t i = 0; i < count; i++) {
        if (fixture_random(4) == 0) {
            out[len++] = (char)fixture_random(256);
        } else {
            const char *piece = pieces[fixture_random(sizeof pieces / sizeof *pieces)];
            memcpy(out + len, piece, strlen(piece));
            len += strlen(piece);
        }
        assert_true(len + 16 < cap);
    }
    return len;
}

/* The installed resources, through an index directory: NULL when no word list is installed. */
static enum err_code open_installed(void)
{
    char directory[256];
    struct generation generation;
    snprintf(directory, sizeof directory, "%s", fixture_path("resources-of"));
    AUTO_FREE char *folder = io_join(directory, SCHEMA_RESOURCES);
    generation_init(&generation);
    enum err_code code = io_make_dirs(folder, NULL);
    if (code == ERR_OK) {
        code = dutch_install(directory, &generation, NULL);
    }
    if (code == ERR_OK && generation.words[0] != '\0') {
        code = dutch_open(directory, &generation, &fixture_installed, NULL);
    }
    generation_done(&generation);
    return code;
}

int fixture_set_up(void **state)
{
    (void)state;
    if (mkdtemp(work) == NULL || dutch_new_empty(&fixture_nothing, NULL) != ERR_OK || open_installed() != ERR_OK) {
        return -1;
    }
    return (fixture_installed != NULL) == io_exists(WORDS_DEFAULT_LIST) ? 0 : -1;
}

int fixture_tear_down(void **state)
{
    (void)state;
    dutch_free(fixture_nothing);
    dutch_free(fixture_installed);
    return io_remove_tree(work, NULL) == ERR_OK ? 0 : -1;
}

bool fixture_is_utf8(const char *text, size_t len)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + len;
    while (at < end) {
        uint32_t value, least;
        int more;
        if (*at < 0x80) {
            at++;
            continue;
        }
        if (*at >= 0xC2 && *at <= 0xDF) {
            value = *at & 0x1Fu, more = 1, least = 0x80;
        } else if ((*at & 0xF0) == 0xE0) {
            value = *at & 0x0Fu, more = 2, least = 0x800;
        } else if (*at >= 0xF0 && *at <= 0xF4) {
            value = *at & 0x07u, more = 3, least = 0x10000;
        } else {
            return false;
        }
        for (at++; more > 0; more--, at++) {
            if (at == end || (*at & 0xC0) != 0x80) {
                return false;
            }
            value = value << 6 | (*at & 0x3Fu);
        }
        if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
            return false;
        }
    }
    return true;
}
