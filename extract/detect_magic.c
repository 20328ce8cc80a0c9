/* detect_magic.c - magic numbers, as in the formats' specifications and the tables of file(1) and Apache Tika. */
#include <string.h>

#include "extract/detect.h"

struct magic {
    uint16_t offset;
    uint8_t len;
    const char *bytes;
    struct detected is;
};

#define AT(offset, bytes, media, what) { offset, sizeof bytes - 1, bytes, { media, what } }

static const struct magic magics[] = {
    AT(0, "{\\rtf", "application/rtf", "RTF document"),
    AT(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage", "OLE 2 compound file"),
    AT(0, "%!PS-Adobe", "application/postscript", "PostScript"),
    AT(0, "AT&TFORM", "image/vnd.djvu", "DjVu document"),
    AT(0, "\x78\x9F\x3E\x22", "application/vnd.ms-tnef", "winmail.dat (TNEF, Outlook's own wrapping)"),
    AT(0, "!BDN", "application/vnd.ms-outlook-pst", "Outlook mailbox (PST)"),
    AT(0, "WARC/0.", "application/warc", "web archive (WARC)"),
    AT(0, "WARC/1.", "application/warc", "web archive (WARC)"),
    AT(0, "filedesc://", "application/x-arc", "web archive (ARC)"),
    /* packed files */
    AT(0, "PK\3\4", "application/zip", "ZIP archive"),
    AT(0, "PK\5\6", "application/zip", "ZIP archive"),
    AT(0, "PK\7\10PK\3\4", "application/zip", "ZIP archive"),
    AT(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed", "7z archive"),
    AT(0, "Rar!\x1A\7", "application/vnd.rar", "RAR archive"),
    AT(257, "ustar", "application/x-tar", "TAR archive"),
    AT(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed", "CAB archive"),
    AT(0, "\x1F\x8B\x08", "application/gzip", "gzip file"),
    AT(0, "BZh", "application/x-bzip2", "bzip2 file"),
    AT(0, "\xFD" "7zXZ\0", "application/x-xz", "xz file"),
    AT(0, "\x28\xB5\x2F\xFD", "application/zstd", "zstd file"),
    AT(0, "\x04\x22\x4D\x18", "application/x-lz4", "lz4 file"),
    AT(0, "!<arch>\n", "application/x-archive", "ar archive"),
    AT(0, "\xED\xAB\xEE\xDB", "application/x-rpm", "RPM package"),
    /* images */
    AT(0, "\x89PNG\r\n\x1A\n", "image/png", "PNG image"),
    AT(0, "\xFF\xD8\xFF", "image/jpeg", "JPEG image"),
    AT(0, "GIF87a", "image/gif", "GIF image"),
    AT(0, "GIF89a", "image/gif", "GIF image"),
    AT(0, "II*\0", "image/tiff", "TIFF image"),
    AT(0, "MM\0*", "image/tiff", "TIFF image"),
    AT(0, "II+\0", "image/tiff", "TIFF image"),
    AT(8, "WEBP", "image/webp", "WebP image"),
    AT(0, "\0\0\1\0", "image/vnd.microsoft.icon", "icon"),
    AT(0, "\0\0\0\x0CjP  \r\n", "image/jp2", "JPEG 2000 image"),
    AT(0, "\xFF\x4F\xFF\x51", "image/jp2", "JPEG 2000 image"),
    AT(0, "8BPS", "image/vnd.adobe.photoshop", "Photoshop image"),
    AT(0, "\xD7\xCD\xC6\x9A", "image/wmf", "WMF drawing"),
    AT(40, " EMF", "image/emf", "EMF drawing"),
    AT(4, "ftypheic", "image/heic", "HEIC image"),
    AT(4, "ftypmif1", "image/heif", "HEIF image"),
    AT(4, "ftypavif", "image/avif", "AVIF image"),
    AT(0, "AC10", "image/vnd.dwg", "AutoCAD drawing"),
    /* sound and film */
    AT(0, "ID3", "audio/mpeg", "MP3 sound"),
    AT(0, "\xFF\xFB", "audio/mpeg", "MP3 sound"),
    AT(0, "\xFF\xF3", "audio/mpeg", "MP3 sound"),
    AT(0, "fLaC", "audio/flac", "FLAC sound"),
    AT(0, "OggS", "audio/ogg", "Ogg sound or film"),
    AT(8, "WAVE", "audio/wav", "WAV sound"),
    AT(8, "AIFF", "audio/aiff", "AIFF sound"),
    AT(0, "MThd", "audio/midi", "MIDI music"),
    AT(0, "#!AMR", "audio/amr", "AMR sound"),
    AT(4, "ftypM4A", "audio/mp4", "MPEG-4 sound"),
    AT(4, "ftyp", "video/mp4", "MPEG-4 film"),
    AT(4, "moov", "video/quicktime", "QuickTime film"),
    AT(8, "AVI ", "video/x-msvideo", "AVI film"),
    AT(0, "\x1A\x45\xDF\xA3", "video/x-matroska", "Matroska or WebM film"),
    AT(0, "\0\0\1\xBA", "video/mpeg", "MPEG film"),
    AT(0, "FLV\1", "video/x-flv", "Flash film"),
    AT(0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", "video/x-ms-asf", "Windows Media film or sound"),
    AT(0, "FWS", "application/x-shockwave-flash", "Flash"),
    AT(0, "CWS", "application/x-shockwave-flash", "Flash"),
    /* fonts */
    AT(0, "\0\1\0\0\0", "font/ttf", "TrueType font"),
    AT(0, "OTTO", "font/otf", "OpenType font"),
    AT(0, "ttcf", "font/collection", "font collection"),
    AT(0, "wOFF", "font/woff", "WOFF font"),
    AT(0, "wOF2", "font/woff2", "WOFF2 font"),
    AT(34, "LP", "application/vnd.ms-fontobject", "EOT font"),
    /* programs */
    AT(0, "\177ELF", "application/x-executable", "program (ELF)"),
    AT(0, "MZ", "application/vnd.microsoft.portable-executable", "Windows program"),
    AT(0, "\xCF\xFA\xED\xFE", "application/x-mach-binary", "macOS program"),
    AT(0, "\xCA\xFE\xBA\xBE", "application/java-vm", "Java or macOS program"),
    AT(0, "\0asm", "application/wasm", "WebAssembly program"),
    AT(0, "dex\n", "application/x-dex", "Android program"),
    AT(0, "L\0\0\0\1\x14\2\0", "application/x-ms-shortcut", "Windows shortcut"),
    /* databases and disks */
    AT(0, "SQLite format 3", "application/vnd.sqlite3", "SQLite database"),
    AT(4, "Standard Jet DB", "application/vnd.ms-access", "Access database"),
    AT(4, "Standard ACE DB", "application/vnd.ms-access", "Access database"),
    AT(0, "\xD4\xC3\xB2\xA1", "application/vnd.tcpdump.pcap", "network capture"),
    AT(0, "LUKS\xBA\xBE", "application/x-luks", "encrypted disk"),
    AT(0, "conectix", "application/x-vhd", "disk image"),
    AT(0, "QFI\xFB", "application/x-qcow", "disk image"),
    AT(0, "\0\5\x16\7", "application/applefile", "macOS resource fork"),
    AT(0, "\0\0\0\1Bud1", "application/x-ds-store", "macOS folder settings"),
    AT(0, "bplist", "application/x-bplist", "macOS settings"),
    /* secrets */
    AT(0, "-----BEGIN PGP MESSAGE", "application/pgp-encrypted", "PGP message"),
    AT(0, "-----BEGIN PKCS7", "application/pkcs7-mime", "PKCS #7 message"),
    AT(0, "-----BEGIN ", "application/x-pem-file", "key or certificate (PEM)"),
};

/* Text that happens to begin like a magic number: "MZ" and "BZh" are letters. */
static bool is_word(const struct magic *magic)
{
    for (size_t i = 0; i < magic->len; i++) {
        if (magic->bytes[i] < ' ' || magic->bytes[i] > '~') {
            return false;
        }
    }
    return magic->len < 5 || strncmp(magic->bytes, "ftyp", 4) == 0;
}

const struct detected *detect_magic(const char *bytes, size_t len, bool text)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *magic = &magics[i];
        bool there = (size_t)magic->offset + magic->len <= len
            && memcmp(bytes + magic->offset, magic->bytes, magic->len) == 0;
        if (there && !(text && (is_word(magic) || magic->offset > 0))) {
            return &magic->is;
        }
    }
    return NULL;
}
