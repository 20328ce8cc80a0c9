/* query_dates.c - filters by date in a query: `datum:2011..2014`, `looptijd:2013`, `gearchiveerd:2016-10`. */
#include <string.h>
#include <strings.h>

#include "search/query_parse.h"
#include "text/dates.h"

static const struct {
    const char *name;
    enum query_date_field field;
} fields[] = {
    { "datum:", QUERY_DATE_DOCUMENT },
    { "looptijd:", QUERY_DATE_PERIOD },
    { "gearchiveerd:", QUERY_DATE_ARCHIVED },
};

size_t query_dates_field(const char *chunk, size_t len, enum query_date_field *ret_field)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t name = strlen(fields[i].name);
        if (len >= name && strncasecmp(chunk, fields[i].name, name) == 0) {
            *ret_field = fields[i].field;
            return name;
        }
    }
    return 0;
}

/* A date, two with `..` between, or one with `..` on one side. */
static bool read_range(const char *text, size_t len, uint32_t *ret_from, uint32_t *ret_to)
{
    const char *dots = memmem(text, len, "..", 2);
    if (dots == NULL) {
        return date_read(text, len, ret_from, ret_to);
    }
    size_t before = (size_t)(dots - text), after = len - before - 2;
    uint32_t from = 0, to = 0, ignored;
    if ((before > 0 && !date_read(text, before, &from, &ignored)) || (after > 0 && !date_read(dots + 2, after, &ignored, &to))
        || (from == 0 && to == 0) || (to != 0 && from > to)) {
        return false;
    }
    *ret_from = from;
    *ret_to = to;
    return true;
}

struct query_node *query_dates_leaf(struct query_parser *parser, const char *chunk, size_t len)
{
    enum query_date_field field;
    size_t name = query_dates_field(chunk, len, &field);
    uint32_t from, to;
    while (len > name && (chunk[len - 1] == ',' || chunk[len - 1] == ';')) {
        len--;
    }
    if (name == 0 || !read_range(chunk + name, len - name, &from, &to)) {
        return NULL;
    }
    struct query_node *node = query_node_new(parser, QUERY_DATES, (struct query_fields){ false, false });
    if (node != NULL) {
        node->field = field;
        node->from = from;
        node->to = to;
    }
    return node;
}

/* The shortest notation whose first day is `day`. */
static void first_day(uint32_t day, char out[DATE_FORMAT_SIZE])
{
    date_format(day, day % 10000 == 101 ? DATE_YEAR : day % 100 == 1 ? DATE_MONTH : DATE_DAY, out);
}

/* The shortest notation whose last day is `day`. */
static void last_day(uint32_t day, char out[DATE_FORMAT_SIZE])
{
    bool month = day % 100 == date_month_days(day / 10000, day / 100 % 100);
    date_format(day, day % 10000 == 1231 ? DATE_YEAR : month ? DATE_MONTH : DATE_DAY, out);
}

void query_dates_print(const struct query_node *node, struct buf *out)
{
    char from[DATE_FORMAT_SIZE] = "", to[DATE_FORMAT_SIZE] = "";
    if (node->from == node->to) {
        date_format(node->from, DATE_DAY, from);
        date_format(node->to, DATE_DAY, to);
    } else if (node->from != 0) {
        first_day(node->from, from);
    }
    if (node->to != 0 && node->from != node->to) {
        last_day(node->to, to);
    }
    buf_add_str(out, fields[node->field].name);
    buf_add_str(out, from);
    if (strcmp(from, to) != 0) {
        buf_add_str(out, "..");
        buf_add_str(out, to);
    }
}
