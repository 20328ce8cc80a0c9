/* t118-detect.c - what kind of file it is: the content decides, the name only between kinds of plain text. */
#include "tests/extract-test.h"

#include "extract/detect.h"

static const char *media_of(const char *name, const void *bytes, size_t len)
{
    CLEANUP(stream_done) struct stream stream;
    struct detected found;
    struct err err = ERR_INIT;
    stream_of_bytes(&stream, bytes, len);
    assert_int_equal(detect_stream(&stream, name, &found, &err), ERR_OK);
    assert_int_equal(stream.at, 0);
    assert_true(*found.what != '\0');
    return found.media;
}

#define IS(name, bytes, media) assert_string_equal(media_of(name, bytes, sizeof(bytes) - 1), media)

static void test_content_goes_before_name(void **state)
{
    (void)state;
    IS("brief.doc", "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n", "application/pdf");
    IS("foto.pdf", "\x89PNG\r\n\x1A\n....", "image/png");
    IS("", "<!DOCTYPE html>\n<html><head>", "text/html");
    IS("pagina.txt", "<html><body>", "text/html");
    IS("x.html", "\xFF\xD8\xFF\xE0", "image/jpeg");
    IS("stuk", "{\\rtf1\\ansi", "application/rtf");
    IS("x.txt", "PK\3\4\x14\0\0\0\0\0", "application/zip");
    IS("lees", "\177ELF\2\1\1\0\0\0", "application/x-executable");
    IS("a.txt", "SQLite format 3\0\20\0", "application/vnd.sqlite3");
    IS("a.html", "wOF2\0\1\0\0", "font/woff2");
    IS("a", "\x1F\x8B\x08\0\0\0\0\0", "application/gzip");
    IS("leeg.pdf", "", "text/plain");
    IS("rij.jsonl", "{\"id\":\"a\"}\n{\"id\":\"\0\"}\n", "application/jsonl");
    IS("rij.txt", "{\"id\":\"a\"}\n{\"id\":\"\0\"}\n", "application/octet-stream");
    IS("rij.jsonl", "\x89PNG\r\n\x1A\n....", "image/png");
}

static void test_office(void **state)
{
    (void)state;
    IS("x", "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\47\0\0\0\47\0\0\0\10\0\0\0mimetypeapplication/vnd.oasis.opendocument.textPK",
       "application/vnd.oasis.opendocument.text");
    IS("x.zip", "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\24\0\0\0\24\0\0\0\10\0\0\0mimetypeapplication/epub+zipPK",
       "application/epub+zip");
    IS("x", "PK\3\4......[Content_Types].xml......PK\3\4....word/document.xml...",
       "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    IS("x", "PK\3\4......_rels/.rels......PK\3\4....xl/workbook.xml...",
       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    char ole[1536] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    ole[30] = 9;
    ole[48] = 0;
    memcpy(ole + 512, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", 24);
    assert_string_equal(media_of("x.xls", ole, sizeof ole), "application/msword");
    memset(ole + 512, 0, 1024);
    assert_string_equal(media_of("x.xls", ole, sizeof ole), "application/x-ole-storage");
    memset(ole + 48, 0xFF, 4); /* a directory outside the file */
    assert_string_equal(media_of("x.xls", ole, sizeof ole), "application/x-ole-storage");
}

static void test_text(void **state)
{
    (void)state;
    IS("a.txt", "Gewone tekst.\n", "text/plain");
    IS("README", "Gewone tekst.\n", "text/plain");
    IS("a.md", "# Kop\n", "text/markdown");
    IS("a.CSV", "naam;bedrag\n", "text/csv");
    IS("vragen.tsv", "1\tgemeente\n", "text/tab-separated-values");
    assert_null(format_find("text/tab-separated-values"));
    IS("a.html", "alleen tekst", "text/html");
    IS("a.txt", "<p>stuk van een pagina</p>", "text/html");
    IS("a.txt", "1 < 2 en <ja>", "text/plain");
    IS("a.txt", "\xFF\xFEH\0o\0i\0", "text/plain");
    IS("a.txt", "H\0o\0i\0 \0d\0a\0a\0r\0", "text/plain");
    IS("a.txt", "Caf\xE9 co\xF6rdinatie", "text/plain");
    IS("a.txt", "MZ is een afkorting van ...", "text/plain");
    IS("a.txt", "BZh en PK zijn letters", "text/plain");
    IS("a.txt", "Een PDF begint met %PDF-1.4, zegt men.", "text/plain");
    IS("a.txt", "[1] Zie de bijlage.", "text/plain");
    IS("a.txt", "{naam} vervangen", "text/plain");
    IS("a.css", "p { color: red }", "text/css");
    IS("a.txt", "\1\2\3\4\5\6\7\10\16\17\20", "application/octet-stream");
}

static void test_data(void **state)
{
    (void)state;
    IS("x", "<?xml version=\"1.0\"?>\n<MDTO xmlns='x'><a/></MDTO>", "application/xml");
    IS("x", "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC 'x'>\n<html>", "text/html");
    IS("x.html", "<?xml version=\"1.0\"?><svg xmlns='x'>", "image/svg+xml");
    IS("x", "{\"id\": 1}\n{\"id\": 2}\n", "application/jsonl");
    IS("x.jsonl", "", "text/plain");
    IS("x.jsonl", "{bad\n", "application/jsonl");
    IS("x", "{\"id\": 1,\n \"b\": 2}\n", "application/json");
    IS("x", "[{\"id\": 1}]", "application/json");
    IS("x", "WARC/1.0\r\nWARC-Type: warcinfo\r\n", "application/warc");
}

static void test_mail(void **state)
{
    (void)state;
    IS("brief", "From: a@b\nTo: c@d\nSubject: Hoi\n\nTekst", "message/rfc822");
    IS("brief", "Return-Path: <a@b>\r\nReceived: from x\r\n by y\r\nDate: Mon, 1 Mar 2021 12:00:00 +0100\r\n\r\nTekst",
       "message/rfc822");
    IS("brief.eml", "Subject: Hoi\n\nTekst", "message/rfc822");
    IS("brief.txt", "Subject: Hoi\n\nTekst", "text/plain");
    IS("verslag.txt", "Datum: 1 maart\nAan: de raad\nVan: het college\n\nTekst", "text/plain");
    IS("post", "From a@b Mon Mar  1 12:00:00 2021\nFrom: a@b\nSubject: x\n\nTekst", "application/mbox");
    IS("post", "From here on it is a text.\nSubject: none\n", "text/plain");
}

/* Any bytes have a kind, and looking reads nothing outside. */
static void test_any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char bytes[600];
        size_t len = 0;
        seed = seed * 1664525U + 1013904223U;
        len = (seed >> 8) % sizeof bytes;
        AUTO_FREE char *copy = malloc(len + (len == 0));
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525U + 1013904223U;
            copy[i] = (seed & 0x40000) != 0 ? "<PK\3\4{[\"%PDF-From: \n"[(seed >> 20) % 20] : (char)(seed >> 24);
        }
        media_of("x.eml", copy, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content_goes_before_name), cmocka_unit_test(test_office), cmocka_unit_test(test_text),
        cmocka_unit_test(test_data), cmocka_unit_test(test_mail), cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
