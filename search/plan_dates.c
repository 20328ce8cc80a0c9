/* plan_dates.c - filters by date: value ranges, without weight. */
#include <stdio.h>
#include <string.h>

#include "search/planner.h"
#include "text/notation.h"

#define ARCHIVED_UNITS_MAX 100 /* years, months and days that a range is cut in */

/* Values between two days, of which 0 is open.  The first day of a year or month lets in the dates of which no more is known
 * (20160000, 20161000). */
static enum err_code range(uint32_t slot, uint32_t from, uint32_t to, bool vague, struct shim_query **ret_query, struct err *err)
{
    char low[16], high[16];
    if (vague && from != to && from % 100 == 1) {
        from -= from % 10000 == 101 ? 101 : 1;
    }
    snprintf(low, sizeof low, "%08u", from);
    snprintf(high, sizeof high, "%08u", to);
    return shim_query_range(slot, from > 0 ? low : NULL, 8, to > 0 ? high : NULL, 8, ret_query, err);
}

/* Periods that have a day in common with from..to. */
static enum err_code overlap(uint32_t from, uint32_t to, struct shim_query **ret_query, struct err *err)
{
    struct shim_query *both[2] = { NULL, NULL };
    enum err_code code = range(SCHEMA_SLOT_PERIOD_START, 0, to > 0 ? to : DATE_OPEN_END, false, &both[0], err);
    if (code == ERR_OK) {
        code = range(SCHEMA_SLOT_PERIOD_END, from > 0 ? from : 1, 0, false, &both[1], err);
    }
    if (code != ERR_OK) {
        shim_query_free(both[0]);
        return code;
    }
    return shim_query_combine(SHIM_AND, both, 2, ret_query, err);
}

/* The unit that starts on `day` and ends not after `to`: its precision, and in *ret_next the day behind it. */
static enum date_precision unit_from(uint32_t day, uint32_t to, uint32_t *ret_next)
{
    uint32_t year = day / 10000, month = day / 100 % 100;
    uint32_t month_end = year * 10000 + month * 100 + date_month_days(year, month);
    if (day % 10000 == 101 && to >= year * 10000 + 1231) {
        *ret_next = (year + 1) * 10000 + 101;
        return DATE_YEAR;
    }
    uint32_t next_month = month == 12 ? (year + 1) * 10000 + 101 : year * 10000 + (month + 1) * 100 + 1;
    if (day % 100 == 1 && to >= month_end) {
        *ret_next = next_month;
        return DATE_MONTH;
    }
    *ret_next = day == month_end ? next_month : day + 1;
    return DATE_DAY;
}

/* A document can be taken in more than once, but has one value: the range also asks for the terms of its years, months and
 * days. */
static enum err_code archived(struct planner *planner, const struct query_node *node, struct shim_query **ret_query)
{
    struct shim_query *ways[ARCHIVED_UNITS_MAX + 1];
    size_t count = 1;
    enum err_code code = range(SCHEMA_SLOT_ARCHIVED, node->from, node->to, true, &ways[0], planner->err);
    if (code != ERR_OK) {
        return code;
    }
    for (uint32_t day = node->from, next; node->from > 0 && node->to > 0 && day <= node->to && count <= ARCHIVED_UNITS_MAX;
         day = next) {
        char term[NOTATION_TERM_MAX + 1];
        enum date_precision precision = unit_from(day, node->to, &next);
        notation_day_term("", day, precision, term);
        ways[count++] = way_term(planner, SCHEMA_ARCHIVED_DAY, term, strlen(term), 0);
    }
    return shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
}

enum err_code dates_filter(struct planner *planner, const struct query_node *node, struct shim_query **ret_query)
{
    switch (node->field) {
    case QUERY_DATE_DOCUMENT:
        return range(SCHEMA_SLOT_DATE, node->from, node->to, true, ret_query, planner->err);
    case QUERY_DATE_PERIOD:
        return overlap(node->from, node->to, ret_query, planner->err);
    case QUERY_DATE_ARCHIVED:
        break;
    }
    return archived(planner, node, ret_query);
}

enum err_code plan_limit_dates(struct plan *plan, uint32_t from, uint32_t to, struct err *err)
{
    struct shim_query *undated[2] = { NULL, NULL }, *ways[2] = { NULL, NULL };
    if (plan->query == NULL || (from == 0 && to == 0)) {
        return ERR_OK;
    }
    enum err_code code = overlap(from, to, &undated[0], err);
    if (code == ERR_OK) {
        code = range(SCHEMA_SLOT_DATE, 1, 0, false, &undated[1], err);
    }
    if (code == ERR_OK) {
        code = shim_query_combine(SHIM_AND_NOT, undated, 2, &ways[1], err);
    } else {
        shim_query_free(undated[0]);
    }
    if (code == ERR_OK) {
        code = range(SCHEMA_SLOT_DATE, from, to, true, &ways[0], err);
    }
    struct shim_query *limited[2] = { NULL, NULL };
    if (code == ERR_OK) {
        code = shim_query_combine(SHIM_OR, ways, 2, &limited[1], err);
    } else {
        shim_query_free(ways[1]);
    }
    if (code == ERR_OK) {
        limited[0] = TAKE_PTR(plan->query);
        code = shim_query_combine(SHIM_FILTER, limited, 2, &plan->query, err);
    }
    return code;
}
