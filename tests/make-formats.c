/* make-formats.c - makes an archive of real files of many formats from the texts of the demo archive.
 *
 *     make-formats CORPUS FOLDER
 *
 * CORPUS is corpus/ of the source; FOLDER is made.  Sidecars are those in corpus/formaten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/utf8.h"
#include "tests/formats.h"
#include "tests/zip-fixture.h"

static const char *corpus, *folder;

void need(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "make-formats: %s\n", what);
        exit(1);
    }
}

/* ---- Texts ----------------------------------------------------------------------------------- */

void text_done(struct text *text)
{
    buf_done(&text->bytes);
    free(text->lines);
}

static void add_line(struct text *text, const char *line)
{
    need(mem_grow(&text->lines, &text->capacity, text->count, sizeof *text->lines) == 0, "out of memory");
    text->lines[text->count++] = line;
}

static void read_bytes(const char *name, struct buf *out)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *path = io_join(corpus, name);
    need(path != NULL, "out of memory");
    buf_init(out, FORMAT_BYTES_MAX);
    need(io_read_file(path, out, &err) == ERR_OK, err.text);
}

void text_read(struct text *text, const char *name)
{
    *text = (struct text){ .count = 0 };
    read_bytes(name, &text->bytes);
    for (char *line = text->bytes.data, *end; line != NULL && *line != '\0'; line = end) {
        end = strchr(line, '\n');
        if (end != NULL) {
            *end++ = '\0';
        }
        if (*line == '\f') {
            add_line(text, "\f");
            line++;
        }
        add_line(text, line);
    }
    need(text->count > 1, "a text without lines");
}

bool text_is_head(const struct text *text, size_t line)
{
    const char *words = text->lines[line];
    size_t len = strlen(words);
    if (line == 0) {
        return true;
    }
    return len > 2 && len < 70 && words[0] >= 'A' && words[0] <= 'Z' && strchr(".:,;", words[len - 1]) == NULL
           && text->lines[line - 1][0] == '\0' && line + 1 < text->count;
}

void add_xml(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buf_add_str(out, "&amp;");
            break;
        case '<':
            buf_add_str(out, "&lt;");
            break;
        case '>':
            buf_add_str(out, "&gt;");
            break;
        case '"':
            buf_add_str(out, "&quot;");
            break;
        default:
            buf_add_char(out, *text);
        }
    }
}

void add_base64(struct buf *out, const char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < len; at += 3) {
        uint32_t group = 0;
        for (size_t i = 0; i < 3; i++) {
            group = group << 8 | (at + i < len ? (unsigned char)bytes[at + i] : 0);
        }
        for (size_t i = 0; i < 4; i++) {
            buf_add_char(out, at + i > len ? '=' : digits[group >> (18 - 6 * i) & 63]);
        }
        if (at % 57 == 54) {
            buf_add_char(out, '\n');
        }
    }
    buf_add_char(out, '\n');
}

/* ---- Files ------------------------------------------------------------------------------------- */

static void write_file(const char *name, const struct buf *bytes)
{
    AUTO_FREE char *path = io_join(folder, name);
    need(path != NULL && !bytes->failed, "a file is too large");
    FILE *file = fopen(path, "wb");
    need(file != NULL, path);
    need(bytes->len == 0 || fwrite(bytes->data, bytes->len, 1, file) == 1, path);
    need(fclose(file) == 0, path);
}

typedef void maker(const struct text *text, struct buf *out);

static void make_of_text(const char *source, maker *make, const char *name)
{
    CLEANUP(text_done) struct text text;
    AUTO_BUF struct buf out;
    buf_init(&out, FORMAT_BYTES_MAX);
    text_read(&text, source);
    make(&text, &out);
    write_file(name, &out);
}

typedef void table_maker(const struct text *first, const struct text *second, struct buf *out);

static void make_of_two(const char *one, const char *two, table_maker *make, const char *name)
{
    CLEANUP(text_done) struct text first;
    CLEANUP(text_done) struct text second;
    AUTO_BUF struct buf out;
    buf_init(&out, FORMAT_BYTES_MAX);
    text_read(&first, one);
    text_read(&second, two);
    make(&first, &second, &out);
    write_file(name, &out);
}

static void make_rtf(const struct text *text, struct buf *out)
{
    buf_add_str(out, "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Times New Roman;}}{\\info{\\title ");
    buf_add_str(out, text->lines[0]);
    buf_add_str(out, "}{\\creatim\\yr2017\\mo10\\dy11}}\\pard ");
    for (size_t i = 0; i < text->count; i++) {
        const char *line = text->lines[i];
        for (size_t at = 0, step, len = strlen(line); at < len; at += step) {
            int32_t code = utf8_decode(line + at, len - at, &step);
            if (code > 126) {
                buf_printf(out, "\\u%d?", (int)(int16_t)code);
            } else {
                buf_printf(out, strchr("\\{}", (char)code) != NULL ? "\\%c" : "%c", (char)code);
            }
        }
        buf_add_str(out, "\\par\n");
    }
    buf_add_str(out, "}\n");
}

static void make_markdown(const struct text *text, struct buf *out)
{
    for (size_t i = 0; i < text->count; i++) {
        bool head = text_is_head(text, i) || (i + 1 < text->count && i > 0 && text->lines[i - 1][0] == '\0'
                                              && strlen(text->lines[i]) < 50);
        buf_printf(out, "%s%s\n%s", i == 0 ? "# " : head ? "## " : "", text->lines[i], head ? "\n" : "");
    }
}

/* ---- Mail -------------------------------------------------------------------------------------- */

static void add_mail_head(struct buf *out, const char *subject, const char *day)
{
    buf_printf(out, "From: \"J. Terpstra\" <terpstra@voorbeeld.nl>\nTo: archief@zandhoven.voorbeeld\nSubject: %s\n"
               "Date: %s 2012 10:15:00 +0100\nMessage-ID: <%.3s@voorbeeld.nl>\nMIME-Version: 1.0\n", subject, day, day + 5);
}

static void add_lines(struct buf *out, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        buf_printf(out, "%s\n", text->lines[i]);
    }
}

/* A mail with the text, a table and a PDF. */
static void add_mail_with_attachments(struct buf *out, const struct text *text, const struct buf *pdf)
{
    static const char table[] = "map;inhoud\n1;bouwaanvraag\n2;vergunning voor het ketelhuisje\n";
    add_mail_head(out, "=?utf-8?q?Inzage_in_het_dossier_Kerkpad_11_=E2=80=93_vervolg?=", "Tue, 6 Mar");
    buf_add_str(out, "Content-Type: multipart/mixed; boundary=\"grens\"\n\n--grens\nContent-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: 8bit\n\n");
    add_lines(out, text);
    buf_add_str(out, "\n--grens\nContent-Type: text/csv; charset=utf-8; name=\"mappen.csv\"\nContent-Disposition: attachment; "
                "filename=\"mappen.csv\"\nContent-Transfer-Encoding: base64\n\n");
    add_base64(out, table, sizeof table - 1);
    buf_add_str(out, "\n--grens\nContent-Type: application/octet-stream\nContent-Disposition: attachment; "
                "filename=\"welkom.pdf\"\nContent-Transfer-Encoding: base64\n\n");
    add_base64(out, pdf->data, pdf->len);
    buf_add_str(out, "\n--grens--\n");
}

static void make_mails(const struct buf *pdf)
{
    CLEANUP(text_done) struct text text;
    CLEANUP(text_done) struct text other;
    AUTO_BUF struct buf mail;
    AUTO_BUF struct buf box;
    buf_init(&mail, FORMAT_BYTES_MAX);
    buf_init(&box, FORMAT_BYTES_MAX);
    text_read(&text, "brieven/brief-inzage-bouwdossier.txt");
    text_read(&other, "brieven/brief-herindeling-kloosterveen.txt");
    add_mail_with_attachments(&mail, &text, pdf);
    write_file("inzage.eml", &mail);
    buf_add_str(&box, "From terpstra@voorbeeld.nl Mon Mar  5 09:00:00 2012\n");
    add_mail_head(&box, "Herindeling", "Mon, 5 Mar");
    buf_add_str(&box, "Content-Type: text/plain; charset=utf-8\n\n");
    add_lines(&box, &other);
    buf_add_str(&box, "\nFrom terpstra@voorbeeld.nl Tue Mar  6 10:15:00 2012\n");
    buf_add(&box, mail.data, mail.len);
    buf_add_str(&box, "\nFrom terpstra@voorbeeld.nl Wed Mar  7 11:30:00 2012\n");
    add_mail_head(&box, "Bedankt", "Wed, 7 Mar");
    buf_add_str(&box, "Content-Type: text/html; charset=iso-8859-1\n\n<html><body><p>Dank voor de inzage; het ko\xEBrhuis was "
                "mij niet bekend.</p></body></html>\n");
    write_file("postvak", &box);
}

/* ---- Archives ------------------------------------------------------------------------------------ */

/* POSIX ustar (IEEE 1003.1, pax). */
static void add_tar_member(struct buf *out, const char *name, const char *bytes, size_t len)
{
    char head[512] = "";
    snprintf(head, 100, "%s", name);
    snprintf(head + 100, 8, "%07o", 0644U);
    snprintf(head + 108, 8, "%07o", 0U);
    snprintf(head + 116, 8, "%07o", 0U);
    snprintf(head + 124, 12, "%011zo", len);
    snprintf(head + 136, 12, "%011o", 1330000000U);
    memset(head + 148, ' ', 8);
    head[156] = '0';
    memcpy(head + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof head; i++) {
        sum += (unsigned char)head[i];
    }
    snprintf(head + 148, 8, "%06o", sum);
    buf_add(out, head, sizeof head);
    buf_add(out, bytes, len);
    static const char zeros[512];
    buf_add(out, zeros, (512 - len % 512) % 512);
}

static void make_archives(void)
{
    AUTO_BUF struct buf letter;
    AUTO_BUF struct buf page;
    AUTO_BUF struct buf zip;
    AUTO_BUF struct buf tar;
    read_bytes("brieven/brief-tweede-kamer-flexwoningen.txt", &letter);
    read_bytes("web/krimp-in-balans.html", &page);
    buf_init(&zip, FORMAT_BYTES_MAX);
    buf_init(&tar, FORMAT_BYTES_MAX);
    zip_make((struct zip_text[]){ { "kamer/flexwoningen.txt", letter.data }, { "krimp.html", page.data } }, 2, &zip);
    write_file("overdracht.zip", &zip);
    AUTO_BUF struct buf minutes;
    read_bytes("notulen/commissie-sport-en-cultuur-2012.txt", &minutes);
    add_tar_member(&tar, "notulen/sport.txt", minutes.data, minutes.len);
    add_tar_member(&tar, "../pakket.zip", zip.data, zip.len);
    char end[1024] = "";
    buf_add(&tar, end, sizeof end);
    write_file("notulen.tar", &tar);
}

static void add_capture(struct buf *out, const char *url, const char *day, const char *status, const struct buf *body)
{
    AUTO_BUF struct buf answer;
    buf_init(&answer, FORMAT_BYTES_MAX);
    buf_printf(&answer, "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n\r\n", status, body->len);
    buf_add(&answer, body->data, body->len);
    buf_printf(out, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:%s>\r\nWARC-Target-URI: %s\r\n"
               "WARC-Date: %sT08:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %zu\r\n\r\n",
               day, url, day, answer.len);
    buf_add(out, answer.data, answer.len);
    buf_add_str(out, "\r\n\r\n");
}

/* One page captured on three days, and what a server says of a page that is not there. */
static void make_warc(void)
{
    static const char *const days[] = { "2015-03-02", "2021-06-21", "2018-09-10" };
    static const char *const words[] = { "postduivenloket", "vernieuwbalie", "faxkamer" };
    AUTO_BUF struct buf warc;
    AUTO_BUF struct buf page;
    buf_init(&warc, FORMAT_BYTES_MAX);
    buf_init(&page, FORMAT_BYTES_MAX);
    buf_add_str(&warc, "WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2021-06-21T08:00:00Z\r\nContent-Length: 19\r\n\r\n"
                "software: naslag\r\n\r\n\r\n\r\n");
    for (size_t i = 0; i < 3; i++) {
        buf_clear(&page);
        buf_printf(&page, "<!DOCTYPE html><html lang=\"nl\"><head><title>Contact met de gemeente</title></head><body>"
                   "<h1>Contact</h1><p>De gemeente is bereikbaar aan het %s, iedere werkdag van negen tot vijf uur.</p>"
                   "</body></html>", words[i]);
        add_capture(&warc, "https://www.rijnmark.voorbeeld/contact", days[i], "200 OK", &page);
    }
    add_capture(&warc, "https://www.rijnmark.voorbeeld/weg", "2021-06-21", "404 Not Found", &page);
    write_file("website.warc", &warc);
}

/* Files that are no documents, or damaged: the ledger has to say so. */
static void make_others(void)
{
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, FORMAT_BYTES_MAX);
    write_file("leeg.txt", &bytes);
    buf_add_str(&bytes, "%PDF-1.7\nhier hield de scanner op");
    write_file("afgebroken.pdf", &bytes);
    char old[1536] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    old[30] = 9;
    memcpy(old + 512, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", 24);
    buf_clear(&bytes);
    buf_add(&bytes, old, sizeof old);
    write_file("oud.doc", &bytes);
    buf_clear(&bytes);
    buf_add(&bytes, "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0", 16);
    write_file("programma", &bytes);
}

static void copy_file(const char *source, const char *name)
{
    AUTO_BUF struct buf bytes;
    read_bytes(source, &bytes);
    write_file(name, &bytes);
}

static void make_texts(void)
{
    make_of_text("programmas/aanpak-leegstand.txt", make_docx, "leegstand.docx");
    make_of_text("programmas/weerbare-raad.txt", make_odt, "weerbare-raad.odt");
    make_of_text("programmas/frisse-scholen-rijnmark.txt", make_pptx, "frisse-scholen.pptx");
    make_of_text("programmas/meedoen-in-de-wijk.txt", make_odp, "meedoen.odp");
    make_of_two("rapporten/rekenkameronderzoek-inhuur-2014.txt", "rapporten/quickscan-dorpsbibliotheken-2013.txt", make_xlsx,
                "inhuur.xlsx");
    make_of_two("notulen/algemeen-bestuur-drie-lanken-2018.txt", "notulen/bewonersavond-windmolens-2014.txt", make_ods,
                "vergaderingen.ods");
    make_of_text("programmas/dienstverlening-dichtbij.txt", make_epub, "dienstverlening.epub");
    make_of_text("brieven/brief-dijkversterking-lank.txt", make_rtf, "dijkversterking.rtf");
    make_of_text("interviews/interview-wijkagent.txt", make_rtf, "wijkagent.rtf");
    make_of_text("tentoonstellingen/kerken-zonder-klok.txt", make_markdown, "kerken.md");
    copy_file("web/beweegakkoord.html", "beweegakkoord.html");
    copy_file("interviews/interview-dijkgraaf.txt", "dijkgraaf.txt");
    copy_file("nieuws/berichten.jsonl", "berichten.jsonl");
}

static const char *const sidecars[] = { "leegstand.docx.diwoo.xml", "metadata.csv", "overdrachtsdossier.pdf.mdto.xml",
                                        "weerbare-raad.odt.dc.xml", "wijkagent.rtf.mdto.xml" };

int main(int argc, char **argv)
{
    need(argc == 3, "usage: make-formats CORPUS FOLDER");
    corpus = argv[1];
    folder = argv[2];
    need(io_make_dirs(folder, NULL) == ERR_OK, "cannot make the folder");
    CLEANUP(text_done) struct text report;
    AUTO_BUF struct buf pdf;
    AUTO_BUF struct buf small;
    AUTO_BUF struct buf png;
    buf_init(&pdf, FORMAT_BYTES_MAX);
    buf_init(&small, FORMAT_BYTES_MAX);
    buf_init(&png, FORMAT_BYTES_MAX);
    text_read(&report, "rapporten/overdrachtsdossier.txt");
    make_pdf(&report, 12, &pdf);
    write_file("overdrachtsdossier.pdf", &pdf);
    make_pdf(&report, 1, &small);
    if (make_png(&pdf, 3, &png)) {
        write_file("scan.png", &png);
    }
    make_texts();
    for (size_t i = 0; i < sizeof sidecars / sizeof *sidecars; i++) {
        char path[100];
        snprintf(path, sizeof path, "formaten/%s", sidecars[i]);
        copy_file(path, sidecars[i]);
    }
    make_mails(&small);
    make_archives();
    make_warc();
    make_others();
    return 0;
}
