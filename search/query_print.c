/* query_print.c - the canonical form of a query, and the sentences for its notes.
 *
 * Prints the fewest parentheses that give the same tree again, so never deeper ones than the user typed.
 */
#include <string.h>
#include <strings.h>

#include "search/query_parse.h"

static void print_node(const struct query_node *node, const struct query_node *parent, struct buf *out);

static void print_tokens(const struct query_node *node, const char *between, struct buf *out)
{
    for (size_t i = 0; i < node->token_count; i++) {
        if (i > 0) {
            buf_add_str(out, between);
        }
        buf_add_str(out, node->tokens[i].written);
    }
}

static void print_leaf(const struct query_node *node, struct buf *out)
{
    char near[32];
    switch (node->kind) {
    case QUERY_WILDCARD:
        print_tokens(node, "", out);
        buf_add_char(out, '*');
        break;
    case QUERY_PHRASE:
        buf_add_char(out, '"');
        print_tokens(node, " ", out);
        buf_add_char(out, '"');
        break;
    case QUERY_DATES:
        query_dates_print(node, out);
        break;
    case QUERY_NEAR:
        snprintf(near, sizeof near, " NEAR/%u ", (unsigned)node->distance);
        print_tokens(node, near, out);
        break;
    default:
        print_tokens(node, node->joined ? "-" : "/", out);
        break;
    }
}

static bool is_leaf(const struct query_node *node)
{
    return node->child_count == 0;
}

/* Whether `child`, an AND, OR or GROUP without sign or field of its own, is parenthesised in `parent`. */
static bool binds_looser(const struct query_node *child, const struct query_node *parent)
{
    return parent->kind == QUERY_GROUP || (parent->kind == QUERY_AND && child->kind != QUERY_GROUP);
}

static void print_children(const struct query_node *node, struct buf *out)
{
    const char *between = node->kind == QUERY_AND ? " AND " : node->kind == QUERY_OR ? " OR " : " ";
    for (size_t i = 0; i < node->child_count; i++) {
        if (i > 0) {
            buf_add_str(out, between);
        }
        print_node(node->children[i], node, out);
    }
}

/* `parent` is NULL for the root. */
static void print_node(const struct query_node *node, const struct query_node *parent, struct buf *out)
{
    bool title = node->in_title && (parent == NULL || !parent->in_title);
    bool recurring = node->in_recurring && (parent == NULL || !parent->in_recurring);
    bool field = title || recurring;
    if (node->sign != QUERY_PLAIN) {
        buf_add_char(out, node->sign == QUERY_REQUIRED ? '+' : '-');
    }
    if (title) {
        buf_add_str(out, "titel:");
    }
    if (recurring) {
        buf_add_str(out, "terugkerend:");
    }
    if (node->exact) {
        buf_add_char(out, '=');
    }
    if (is_leaf(node)) {
        print_leaf(node, out);
    } else if (field || (parent != NULL && binds_looser(node, parent))) {
        buf_add_char(out, '(');
        print_children(node, out);
        buf_add_char(out, ')');
    } else {
        print_children(node, out);
    }
}

void query_print_node(const struct query_node *node, struct buf *out)
{
    print_node(node, NULL, out);
}

void query_print(const struct query *query, struct buf *out)
{
    if (query->root != NULL) {
        print_node(query->root, NULL, out);
    }
}

static void operator_text(const char *words, struct buf *out)
{
    struct lexeme ignored;
    switch (query_operator(words, strlen(words), &ignored)) {
    case LEXEME_NOT:
        buf_printf(out, "\"%s\" staat hier niet direct voor een zoekwoord en is daarom niet als uitsluiting gelezen.",
                   words);
        break;
    case LEXEME_AND:
    case LEXEME_OR:
        buf_printf(out, "\"%s\" staat hier niet tussen twee zoekwoorden en is daarom niet als verbinding gelezen.",
                   words);
        break;
    default:
        if (words[0] == '+') {
            buf_add_str(out, "Het teken \"+\" is hier overgeslagen: het hoort direct voor een zoekwoord.");
        } else {
            buf_printf(out, "\"%s\" werkt alleen tussen twee losse woorden, bijvoorbeeld: wet NEAR/5 archief.", words);
        }
        break;
    }
}

static void field_text(const char *words, struct buf *out)
{
    if (strcasecmp(words, "titel:") == 0 || strcasecmp(words, "title:") == 0 || strcasecmp(words, "terugkerend:") == 0) {
        buf_printf(out, "Achter \"%s\" hoort zonder spatie een zoekwoord te staan; nu is het als gewoon woord gelezen.",
                   words);
    } else {
        buf_printf(out, "\"%s\" is geen zoekveld en is als gewoon woord gelezen; de zoekvelden zijn \"titel:\", "
                   "\"terugkerend:\", \"datum:\", \"looptijd:\" en \"gearchiveerd:\".", words);
    }
}

void query_note_text(enum query_note note, const char *words, struct buf *out)
{
    bool about_all = words[0] == '\0';
    switch (note) {
    case QUERY_NOTE_QUOTE:
        buf_printf(out, about_all ? "Een los aanhalingsteken is overgeslagen.%s"
                                  : "Het aanhalingsteken voor \"%s\" is aan het eind gesloten.", words);
        break;
    case QUERY_NOTE_PARENTHESIS:
        buf_printf(out, words[0] == '(' && words[1] == ')' ? "De lege haakjes \"%s\" zijn overgeslagen."
                                                           : "Het haakje \"%s\" zonder wederhelft is overgeslagen.",
                   words);
        break;
    case QUERY_NOTE_OPERATOR:
        operator_text(words, out);
        break;
    case QUERY_NOTE_FIELD:
        field_text(words, out);
        break;
    case QUERY_NOTE_STAR:
        buf_printf(out, "Het sterretje in \"%s\" is overgeslagen: het werkt alleen aan het eind van een woord, "
                        "na ten minste %d letters.", words, QUERY_WILDCARD_MIN);
        break;
    case QUERY_NOTE_DISTANCE:
        buf_printf(out, "De afstand in \"%s\" is aangepast: die ligt tussen 1 en %d woorden.", words, QUERY_NEAR_MAX);
        break;
    case QUERY_NOTE_EXACT:
        buf_printf(out, "Het teken \"=\" in \"%s\" is overgeslagen: het hoort direct voor een woord of een woordgroep tussen "
                        "aanhalingstekens.", words);
        break;
    case QUERY_NOTE_DATE:
        buf_printf(out, "Achter \"%s\" hoort een jaar, maand of dag te staan, of twee met .. ertussen, bijvoorbeeld 2016, "
                        "2016-10-06 of 2011..2014; nu is het als gewoon woord gelezen.", words);
        break;
    case QUERY_NOTE_ONLY_EXCLUDED:
        buf_printf(out, about_all ? "De zoekvraag sluit alleen woorden uit; noem ook een woord om naar te zoeken.%s"
                                  : "Het deel \"%s\" sluit alleen woorden uit en is overgeslagen.", words);
        break;
    case QUERY_NOTE_EMPTY:
        buf_add_str(out, "De zoekvraag bevat geen woord om naar te zoeken.");
        break;
    case QUERY_NOTE_KINDS:
        break;
    }
}
