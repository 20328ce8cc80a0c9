/* fuzz-xmp.c - libFuzzer harness: any bytes as the metadata packet of a PDF (XMP), whole or inside a description. */
#include "extract/xmp.h"
#include "tests/fuzz/fuzz-extract.h"

#define HEAD                                                                                                                \
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"                    \
    "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' "      \
    "xmlns:pdf='http://ns.adobe.com/pdf/1.3/'>"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    for (int inside = 0; inside < 2; inside++) {
        AUTO_BUF struct buf packet;
        buf_init(&packet, (size_t)1 << 20);
        buf_add_str(&packet, inside ? HEAD : "");
        buf_add(&packet, bytes, len);
        buf_add_str(&packet, inside ? "</rdf:Description></rdf:RDF></x:xmpmeta>" : "");
        struct xmp xmp;
        fuzz_require(!packet.failed && xmp_read(packet.data, packet.len, &xmp, NULL) == ERR_OK);
        for (size_t i = 0; i < XMP_VALUES; i++) {
            size_t value = xmp.values[i] != NULL ? strlen(xmp.values[i]) : 0;
            fuzz_require(value == 0 || utf8_valid_prefix(xmp.values[i], value) == value);
        }
        xmp_done(&xmp);
    }
    return 0;
}
