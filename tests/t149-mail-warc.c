/* t149-mail-warc.c - mail messages, mailboxes and web archives: what becomes of their parts, and of broken ones. */
#include "tests/extract-test.h"

#include "extract/nest.h"

static void run(const char *name, const char *bytes, size_t len, struct caught *caught)
{
    struct err err = ERR_INIT;
    if (run_capped(name, bytes, len, &extract_default_caps, caught, &err) != ERR_OK) {
        fail_msg("%s: %s", name, err.text);
    }
}

static const struct extract_record *find(const struct caught *caught, const char *id)
{
    for (size_t i = 0; i < caught->count; i++) {
        if (strcmp(caught->records[i].id, id) == 0) {
            return &caught->records[i];
        }
    }
    for (size_t i = 0; i < caught->count; i++) {
        print_message("id '%s' %s\n", caught->records[i].id, caught->records[i].problem);
    }
    fail_msg("no record '%s' among %zu", id, caught->count);
    return NULL;
}

/* ---- Mail ----------------------------------------------------------------------------------- */

static void test_simple_mail(void **state)
{
    (void)state;
    static const char mail[] =
        "From: =?iso-8859-1?Q?Ren=E9_Smit?= <rene@gemeente.nl>\r\nTo: \"Anna B.\" <anna@raad.nl>, raad@raad.nl\r\n"
        "Cc: griffie@raad.nl\r\nSubject: =?UTF-8?B?Q2Fmw6kgZW4gY2/DtnJkaW5hdGll?=\r\nDate: Mon, 1 Mar 2021 23:30:00 -0500\r\n"
        "Message-ID: <x@y>\r\nContent-Type: text/plain; charset=windows-1252; format=flowed\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "Beste raad, dit is een zin die =\r\ndoorloopt =\r\n\r\nop de volgende regel. Het caf=E9 kost =80 3.\r\n"
        "> geciteerd wat \r\n> doorloopt\r\n\r\n-- \r\nRen=E9\r\n";
    struct caught caught;
    run("brief", mail, sizeof mail - 1, &caught);
    assert_int_equal(caught.count, 1);
    const struct extract_record *record = &caught.records[0];
    assert_string_equal(record->id, "");
    assert_string_equal(record->title, "Caf\xC3\xA9 en co\xC3\xB6rdinatie");
    assert_string_equal(record->date, "2021-03-01");
    assert_string_equal(record->author, "Ren\xC3\xA9 Smit <rene@gemeente.nl>");
    assert_string_equal(record->format, "message/rfc822");
    assert_string_equal(record->text,
                        "Van: Ren\xC3\xA9 Smit <rene@gemeente.nl>\nAan: \"Anna B.\" <anna@raad.nl>, raad@raad.nl\n"
                        "Cc: griffie@raad.nl\n\n"
                        "Beste raad, dit is een zin die doorloopt op de volgende regel. Het caf\xC3\xA9 kost \xE2\x82\xAC 3.\n"
                        "> geciteerd wat doorloopt\n\n-- \nRen\xC3\xA9");
    caught_done(&caught);
}

#define HEAD "From: a@b.nl\nTo: c@d.nl\nSubject: Stukken\nDate: Tue, 2 Mar 2021 10:00:00 +0100\n"

static void test_alternatives_and_attachments(void **state)
{
    (void)state;
    static const char mail[] = HEAD
        "Content-Type: multipart/mixed; boundary=A\n\npreambule\n--A\nContent-Type: multipart/alternative; boundary=B\n\n"
        "--B\nContent-Type: text/plain\n\nGewone tekst.\n--B\nContent-Type: text/html\n\n<p>Opgemaakte tekst.</p>\n--B--\n"
        "--A\nContent-Type: text/html; name=\"nota.html\"\n"
        "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9%20nota.html\n"
        "Content-Transfer-Encoding: base64\n\nPGgxPk5vdGE8L2gxPjxwPkluaG91ZCB2YW4gZGUgbm90YS48L3A+\n"
        "--A\nContent-Type: message/rfc822\n\nSubject: Doorgestuurd\nFrom: e@f.nl\nTo: g@h.nl\n"
        "Content-Type: multipart/mixed; boundary=C\n\n--C\n\nBinnenste.\n--C\nContent-Type: image/gif; name=../../beeld.png\n"
        "Content-Transfer-Encoding: base64\n\nR0lGODlhAQA=\n--C--\n"
        "--A\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgEA\n"
        "--A--\n";
    struct caught caught;
    run("x.eml", mail, sizeof mail - 1, &caught);
    assert_int_equal(caught.count, 5);
    const struct extract_record *own = find(&caught, "");
    assert_non_null(strstr(own->text, "Gewone tekst."));
    assert_null(strstr(own->text, "Opgemaakte"));
    const struct extract_record *note = find(&caught, "2/caf\xC3\xA9 nota.html");
    assert_string_equal(note->title, "Nota");
    assert_string_equal(note->date, "2021-03-02"); /* that of the mail */
    assert_string_equal(find(&caught, "3")->title, "Doorgestuurd");
    assert_non_null(strstr(find(&caught, "3")->text, "Binnenste."));
    assert_true(find(&caught, "3!/2/beeld.png")->skipped);
    assert_true(find(&caught, "4/winmail.dat")->skipped);
    assert_non_null(strstr(find(&caught, "4/winmail.dat")->problem, "TNEF"));
    caught_done(&caught);
}

static void test_html_only(void **state)
{
    (void)state;
    static const char mail[] = HEAD "Content-Type: text/html; charset=iso-8859-1\n\n<style>p{}</style><p>Caf\xE9</p><p>twee";
    struct caught caught;
    run("x.eml", mail, sizeof mail - 1, &caught);
    assert_non_null(strstr(caught.records[0].text, "\n\nCaf\xC3\xA9\n\ntwee"));
    caught_done(&caught);
    /* An empty plain alternative is no alternative. */
    static const char empty[] = HEAD "Content-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: text/plain\n\n \n"
                                     "--B\nContent-Type: text/html\n\n<p>Opgemaakt</p>\n--B--\n";
    run("x.eml", empty, sizeof empty - 1, &caught);
    assert_non_null(strstr(caught.records[0].text, "Opgemaakt"));
    caught_done(&caught);
}

static void test_encrypted(void **state)
{
    (void)state;
    static const char *const mails[] = {
        HEAD "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
             "Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQ==\n",
        HEAD "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=E\n\n--E\n"
             "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--E\nContent-Type: application/octet-stream\n\nxx\n--E--\n",
        HEAD "\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
    };
    for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
        struct caught caught;
        run("x.eml", mails[i], strlen(mails[i]), &caught);
        assert_int_equal(caught.count, 2);
        assert_string_equal(caught.records[0].title, "Stukken");
        assert_null(strstr(caught.records[0].text, "hQEMA"));
        assert_non_null(strstr(caught.records[1].problem, "encrypted"));
        assert_false(caught.records[1].skipped);
        caught_done(&caught);
    }
}

static void test_broken_mail(void **state)
{
    (void)state;
    static const char *const mails[] = {
        "Subject: alleen een kop",
        HEAD "Content-Type: multipart/mixed; boundary=weg\n\nGeen enkele grens.\n",
        HEAD "Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: text/plain\n\nNiet afgesloten",
        HEAD "Content-Type: multipart/mixed\n\nzonder grens\n",
        HEAD "Content-Transfer-Encoding: base64\n\n%%%geen base64!!\n",
        HEAD "Content-Type: text/plain; charset=bestaat-niet\n\nTekst co\xF6rdinatie.\n",
        HEAD "Content-Type: message/rfc822\n\n",
        "From: \"\xE9\xE9 <a@b>\nTo: <<<<>>,,;:\nSubject: =?utf-8?Q?=E?= =?x?y?z?=\nDate: gisteren\n\n\0x",
    };
    for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
        struct caught caught;
        run("x.eml", mails[i], strlen(mails[i]), &caught);
        assert_true(caught.count >= 1);
        caught_done(&caught);
    }
    /* Deep nests of multiparts, and of messages. */
    AUTO_BUF struct buf deep;
    struct caught caught;
    struct err err = ERR_INIT;
    buf_init(&deep, 1 << 20);
    buf_add_str(&deep, HEAD);
    for (int i = 0; i < 300; i++) {
        buf_printf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    }
    enum err_code code = run_capped("x.eml", deep.data, deep.len, &extract_default_caps, &caught, &err);
    assert_true(code == ERR_OK || code == ERR_INVALID);
    caught_done(&caught);
    buf_clear(&deep);
    for (int i = 0; i < 30; i++) {
        buf_add_str(&deep, HEAD "Content-Type: message/rfc822\n\n");
    }
    run("x.eml", deep.data, deep.len, &caught);
    assert_true(caught.records[caught.count - 1].skipped);
    assert_non_null(strstr(caught.records[caught.count - 1].problem, "nested deeper"));
    caught_done(&caught);
}

static void test_mailbox(void **state)
{
    (void)state;
    static const char box[] = "From a@b Mon Mar  1 12:00:00 2021\n" HEAD
                              "\nEerste bericht.\n>From hier verder.\nFrom here no message.\n"
                              "\nFrom the start: a sentence.\nmeer\n\n"
                              "From c@d Tue Mar  2 12:00:00 2021\r\nFrom: c@d\r\nSubject: Tweede\r\n\r\nTekst twee.\r\n\r\n"
                              "From e@f Wed Mar  3 12:00:00 2021\nX-Odd\n\nzonder kop\n";
    struct caught caught;
    run("postbus", box, sizeof box - 1, &caught);
    assert_int_equal(caught.count, 2 + 1);
    assert_string_equal(caught.records[0].id, "@0");
    assert_non_null(strstr(caught.records[0].text, "\nFrom hier verder.\nFrom here no message."));
    assert_string_equal(caught.records[1].title, "Tweede");
    assert_int_equal(caught.records[1].id[0], '@');
    caught_done(&caught);
}

/* ---- Web archives --------------------------------------------------------------------------- */

static void add_record(struct buf *out, const char *type, const char *url, const char *date, const char *media, const char *more,
                       const void *block, size_t len)
{
    buf_printf(out, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Type: %s\r\n%s"
               "Content-Length: %zu\r\n\r\n", type, url, date, media, more, len);
    buf_add(out, block, len);
    buf_add_str(out, "\r\n\r\n");
}

static void add_page(struct buf *out, const char *url, const char *date, const char *more, const char *answer)
{
    add_record(out, "response", url, date, "application/http; msgtype=response", more, answer, strlen(answer));
}

#define OK_HTML "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\n"

static void test_web_archive(void **state)
{
    (void)state;
    AUTO_BUF struct buf warc;
    struct caught caught;
    buf_init(&warc, 1 << 20);
    add_record(&warc, "warcinfo", "", "2021-03-01T12:00:00Z", "application/warc-fields", "", "software: x\r\n", 13);
    add_page(&warc, "<https://x.nl/een?a=1>", "2021-03-01T12:00:00Z", "WARC-Payload-Digest: sha1:AAA\r\n",
             OK_HTML "\r\n<title>Een</title><p>Co\xF6rdinatie een");
    add_page(&warc, "https://x.nl/twee.html", "2021-03-01T12:00:01Z", "",
             OK_HTML "Transfer-Encoding: chunked\r\n\r\n9;x=y\r\n<p>Stuk i\r\n8\r\nn delen.\r\n0\r\n\r\n");
    add_page(&warc, "https://x.nl/weg", "2021-03-01T12:00:02Z", "", "HTTP/1.1 404 Not Found\r\n\r\nniet gevonden");
    add_page(&warc, "https://x.nl/een?a=1", "2021-04-01T12:00:00Z", "WARC-Payload-Digest: sha1:AAA\r\n", OK_HTML "\r\n<p>weer");
    add_page(&warc, "https://x.nl/een?a=1", "2021-05-01T12:00:00Z", "WARC-Payload-Digest: sha1:BBB\r\n",
             OK_HTML "\r\n<p>Nieuwe tekst");
    add_page(&warc, "https://x.nl/logo", "2021-03-01T12:00:03Z", "", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nGIF89a..");
    add_page(&warc, "https://x.nl/x.js", "2021-03-01T12:00:04Z", "",
             "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n\r\nvar a;");
    add_page(&warc, "https://x.nl/vreemd", "2021-03-01T12:00:05Z", "", OK_HTML "Content-Encoding: geheim\r\n\r\nxx");
    add_record(&warc, "revisit", "https://x.nl/twee.html", "2021-06-01T12:00:00Z", "application/http", "",
               "HTTP/1.1 200 OK\r\n\r\n", 19);
    add_record(&warc, "resource", "https://x.nl/los.txt", "2021-03-01T12:00:06Z", "text/plain", "", "Los stuk tekst.", 15);
    add_record(&warc, "response", "dns:x.nl", "2021-03-01T12:00:07Z", "text/dns", "", "1.2.3.4", 7);
    add_record(&warc, "request", "https://x.nl/een", "2021-03-01T12:00:08Z", "application/http; msgtype=request", "", "GET /", 5);
    run("web", warc.data, warc.len, &caught);
    assert_int_equal(caught.count, 10);
    const struct extract_record *page = find(&caught, "https://x.nl/een?a=1@20210301120000");
    assert_string_equal(page->title, "Een");
    assert_string_equal(page->url, "https://x.nl/een?a=1");
    assert_string_equal(page->captured, "2021-03-01");
    assert_string_equal(page->text, "Co\xC3\xB6rdinatie een");
    assert_string_equal(page->date, "");
    assert_string_equal(find(&caught, "https://x.nl/twee.html@20210301120001")->text, "Stuk in delen.");
    const struct extract_record *gone = find(&caught, "https://x.nl/weg@20210301120002");
    assert_true(gone->skipped);
    assert_non_null(strstr(gone->problem, "404"));
    assert_true(find(&caught, "https://x.nl/een?a=1@20210401120000")->skipped);
    assert_string_equal(find(&caught, "https://x.nl/een?a=1@20210501120000")->text, "Nieuwe tekst");
    assert_non_null(strstr(find(&caught, "https://x.nl/logo@20210301120003")->problem, "image/gif"));
    assert_true(find(&caught, "https://x.nl/x.js@20210301120004")->skipped);
    assert_non_null(strstr(find(&caught, "https://x.nl/vreemd@20210301120005")->problem, "geheim"));
    assert_true(find(&caught, "https://x.nl/twee.html@20210601120000")->skipped);
    assert_string_equal(find(&caught, "https://x.nl/los.txt@20210301120006")->text, "Los stuk tekst.");
    caught_done(&caught);
}

static void test_damaged_web_archive(void **state)
{
    (void)state;
    AUTO_BUF struct buf warc;
    struct caught caught;
    buf_init(&warc, 1 << 20);
    add_page(&warc, "https://x.nl/1", "2021-03-01T12:00:00Z", "", OK_HTML "\r\n<p>een");
    buf_add_str(&warc, "rommel\r\nmeer rommel\r\nWARC/1.0\r\nWARC-Type: response\r\n\r\nzonder lengte\r\n\r\n");
    add_page(&warc, "https://x.nl/2", "2021-03-01T12:00:00Z", "", OK_HTML "\r\n<p>twee");
    add_page(&warc, "https://x.nl/3", "2021-03-01T12:00:00Z", "", OK_HTML "Content-Encoding: gzip\r\n\r\ngeen gzip");
    add_page(&warc, "https://x.nl/4", "2021-03-01T12:00:00Z", "", "geen antwoord");
    size_t whole = warc.len;
    buf_add_str(&warc, "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://x.nl/5\r\nContent-Length: 999999\r\n\r\nafgeb");
    run("web", warc.data, warc.len, &caught);
    assert_string_equal(find(&caught, "https://x.nl/1@20210301120000")->text, "een");
    assert_string_equal(find(&caught, "https://x.nl/2@20210301120000")->text, "twee");
    assert_int_equal(find(&caught, "https://x.nl/2@20210301120000")->cut, 0);
    assert_string_equal(find(&caught, "https://x.nl/5@")->text, "afgeb"); /* what is there of it */
    assert_int_equal(find(&caught, "https://x.nl/5@")->cut, 999999 - 5);
    assert_non_null(strstr(find(&caught, "https://x.nl/4@20210301120000")->problem, "no status line"));
    unsigned damaged = 0;
    for (size_t i = 0; i < caught.count; i++) {
        damaged += strstr(caught.records[i].problem, "damaged here") != NULL;
    }
    assert_int_equal(damaged, 4);
    caught_done(&caught);
    for (size_t len = 0; len < whole; len += 3) { /* cut off anywhere */
        AUTO_FREE char *copy = malloc(len + 1);
        struct err err = ERR_INIT;
        memcpy(copy, warc.data, len);
        enum err_code code = run_capped("web", copy, len, &extract_default_caps, &caught, &err);
        assert_true(code == ERR_OK || code == ERR_INVALID);
        caught_done(&caught);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simple_mail), cmocka_unit_test(test_alternatives_and_attachments), cmocka_unit_test(test_html_only),
        cmocka_unit_test(test_encrypted),   cmocka_unit_test(test_broken_mail),                  cmocka_unit_test(test_mailbox),
        cmocka_unit_test(test_web_archive), cmocka_unit_test(test_damaged_web_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
