/* t313-template.c - the template helper, HTML escaping, Dutch numbers and dates, and that the templates in web/ are sound.
 * The cases of sections and standalone lines follow the Mustache specification.
 */
#include <stdio.h>
#include <string.h>

#include "base/html.h"
#include "searchd/dutch.h"
#include "searchd/template.h"
#include "searchd/web.h"

static int count, failures;

static void check(bool good, const char *what)
{
    printf("%s %d - %s\n", good ? "ok" : "not ok", ++count, what);
    failures += !good;
}

static void check_text(const char *got, const char *wanted, const char *what)
{
    check(strcmp(got, wanted) == 0, what);
    if (strcmp(got, wanted) != 0) {
        printf("# got:    %s\n# wanted: %s\n", got, wanted);
    }
}

static const char *find_partial(const char *name, size_t len, size_t *ret_len)
{
    const char *text = len == 4 && memcmp(name, "deel", 4) == 0   ? "[{{naam}}]"
                       : len == 3 && memcmp(name, "lus", 3) == 0 ? "{{>lus}}"
                                                                 : NULL;
    *ret_len = text != NULL ? strlen(text) : 0;
    return text;
}

static struct view *sample_view(void)
{
    struct view *view = view_new();
    struct view_group *root = view_root(view);
    view_text(view, root, "naam", "Jan & <Piet>");
    view_text(view, root, "leeg", "");
    view_html(view, root, "html", "<mark>a</mark>");
    view_flag(view, root, "aan", true);
    view_flag(view, root, "uit", false);
    view_printf(view, root, "getal", "%d", 42);
    for (int i = 0; i < 3; i++) {
        struct view_group *item = view_item(view, root, "lijst");
        view_printf(view, item, "nummer", "%d", i);
        if (i == 1) {
            view_text(view, item, "naam", "eigen");
        }
        view_item_text(view, root, "woorden", i == 0 ? "een" : i == 1 ? "<twee>" : "drie");
        view_text(view, view_item(view, item, "binnen"), "x", "y");
    }
    return view;
}

struct template_case {
    const char *template;
    const char *wanted;
};

static const struct template_case cases[] = {
    { "gewoon { tekst } }} {", "gewoon { tekst } }} {" },
    { "{{naam}}", "Jan &amp; &lt;Piet&gt;" },
    { "{{ naam }}|{{\nnaam\n}}", "Jan &amp; &lt;Piet&gt;|Jan &amp; &lt;Piet&gt;" },
    { "{{{naam}}} {{&naam}}", "Jan &amp; &lt;Piet&gt; Jan &amp; &lt;Piet&gt;" }, /* a text is escaped always */
    { "{{{html}}} {{&html}} {{html}}", "<mark>a</mark> <mark>a</mark> &lt;mark&gt;a&lt;/mark&gt;" },
    { "[{{onbekend}}][{{leeg}}][{{aan}}][{{lijst}}]", "[][][][]" },
    { "{{#aan}}ja{{/aan}}{{#uit}}nee{{/uit}}{{#onbekend}}nee{{/onbekend}}", "ja" },
    { "{{^aan}}nee{{/aan}}{{^uit}}ja{{/uit}}{{^leeg}}ja{{/leeg}}{{^lijst}}nee{{/lijst}}", "jaja" },
    { "{{#getal}}<{{getal}}>{{/getal}}{{#leeg}}nee{{/leeg}}", "<42>" },
    { "{{#lijst}}{{nummer}}:{{naam}};{{/lijst}}", "0:Jan &amp; &lt;Piet&gt;;1:eigen;2:Jan &amp; &lt;Piet&gt;;" },
    { "{{#woorden}}({{.}}){{/woorden}}", "(een)(&lt;twee&gt;)(drie)" },
    { "{{#lijst}}{{#binnen}}{{nummer}}{{x}}{{/binnen}}{{/lijst}}", "0y1y2y" },
    { "{{#aan}}{{#aan}}{{#aan}}diep{{/aan}}{{/aan}}{{/aan}}", "diep" },
    { "a{{! niets te zien }}b", "ab" },
    { "een\n{{! weg }}\ntwee\n", "een\ntwee\n" },
    { "een\n  {{#aan}}  \ntwee\n\t{{/aan}}\ndrie", "een\ntwee\ndrie" },
    { "een\r\n{{#aan}}\r\ntwee\r\n{{/aan}}\r\n", "een\r\ntwee\r\n" },
    { "| {{#aan}} | {{/aan}} |\n", "|  |  |\n" },
    { "{{#aan}}\neen\n{{/aan}}", "een\n" },
    { "{{>deel}} {{#lijst}}{{>deel}}{{/lijst}}",
      "[Jan &amp; &lt;Piet&gt;] [Jan &amp; &lt;Piet&gt;][eigen][Jan &amp; &lt;Piet&gt;]" },
};

static const char *const faults[] = {
    "{{naam",
    "{{{naam}}",
    "{{#aan}}open",
    "{{^aan}}{{/uit}}",
    "{{#aan}}{{#uit}}{{/aan}}{{/uit}}",
    "los{{/aan}}",
    "{{>onbekend}}",
    "{{>lus}}",
};

static void test_templates(void)
{
    struct view *view = sample_view();
    struct buf out;
    buf_init(&out, 4096);
    struct err err = ERR_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_clear(&out);
        buf_add_str(&out, "");
        enum err_code code =
            template_render(cases[i].template, strlen(cases[i].template), view, find_partial, &out, &err);
        check_text(code == ERR_OK ? out.data : err.text, cases[i].wanted, "template renders as it should");
    }
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        buf_clear(&out);
        check(template_render(faults[i], strlen(faults[i]), view, find_partial, &out, &err) == ERR_INTERNAL,
              "a faulty template is an error");
    }
    buf_done(&out);
    buf_init(&out, 10);
    check(template_render("{{naam}}", 8, view, NULL, &out, &err) == ERR_INVALID, "a page past its ceiling is an error");
    buf_done(&out);
    view_free(view);
    view_free(NULL);
}

static void test_escaping(void)
{
    struct buf out;
    buf_init(&out, 4096);
    html_escape(&out, "<a href=\"x\">'&amp;'</a>", 23);
    check_text(out.data, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;", "markup is escaped");
    buf_clear(&out);
    html_escape(&out, "re\xC3\xABl \xF0\x9F\x98\x80", 10);
    check_text(out.data, "re\xC3\xABl \xF0\x9F\x98\x80", "UTF-8 stays as it is");
    buf_clear(&out);
    html_escape(&out, "\xC3(\xED\xA0\x80\xC0\xAF\xFF" "a\0b\x1B\x7F\xE2\x82", 15);
    check_text(out.data,
               "\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "a\xEF\xBF\xBD"
               "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", /* a character that is cut off counts as one */
               "bytes that are no UTF-8 and control characters are replaced");
    buf_done(&out);
    check(html_is_marked_text("gewoon &lt;b&gt; <mark>a</mark> en <mark>b</mark>"), "marked text is marked text");
    check(html_is_marked_text(""), "so is nothing");
    check(!html_is_marked_text("<b>a</b>") && !html_is_marked_text("<mark>a") && !html_is_marked_text("a</mark>")
              && !html_is_marked_text("<mark><mark>a</mark></mark>") && !html_is_marked_text("<mark onclick=x>a</mark>")
              && !html_is_marked_text("a > b"),
          "other markup is not");
}

static void test_dutch(void)
{
    static const struct { uint64_t number; const char *wanted; } numbers[] = {
        { 0, "0" }, { 999, "999" }, { 1000, "1.000" }, { 12345, "12.345" }, { 1234567, "1.234.567" },
        { UINT64_MAX, "18.446.744.073.709.551.615" },
    };
    static const struct { const char *iso, *wanted; } dates[] = {
        { "2018-08-28", "28 augustus 2018" }, { "2018-08", "augustus 2018" }, { "2018", "2018" },
        { "2018-01-02", "2 januari 2018" },   { "", "" },                     { "2018-13-01", "2018-13-01" },
        { "2018-00", "2018-00" },             { "2018-08-xx", "2018-08-xx" }, { "eind 2011", "eind 2011" },
    };
    char text[DUTCH_SIZE];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        dutch_number(numbers[i].number, text);
        check_text(text, numbers[i].wanted, "a number");
    }
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        dutch_date(dates[i].iso, text);
        check_text(text, dates[i].wanted, "a date");
    }
}

/* Every page in web/ renders without values; only its own mistakes could make it fail. */
static void test_web(void)
{
    struct view *view = view_new();
    struct err err = ERR_INIT;
    web_init();
    static const char *const pages[] = { "start", "zoeken", "fout" };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        size_t len = 0;
        const char *text = web_find_template(pages[i], strlen(pages[i]), &len);
        struct buf out;
        buf_init(&out, 65536);
        bool good = text != NULL && template_render(text, len, view, web_find_template, &out, &err) == ERR_OK;
        check(good && strstr(out.data, "<html lang=\"nl\">") != NULL && strstr(out.data, "</html>") != NULL
                  && strstr(out.data, "{{") == NULL,
              pages[i]);
        buf_done(&out);
    }
    view_free(view);
    check(strncmp(web_style_path(), "/stijl-", 7) == 0 && strlen(web_style_path()) == 7 + 16 + 4,
          "the path of the style sheet holds a digest");
}

int main(void)
{
    test_templates();
    test_escaping();
    test_dutch();
    test_web();
    printf("1..%d\n", count);
    return failures > 0;
}
