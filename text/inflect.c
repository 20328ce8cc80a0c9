/* inflect.c - one step of undoing inflection at a time, each checked against the known words, until none applies.
 *
 * The key of a class is the stem: the singular of a noun, the base of an adjective, the bare stem of a verb (`werk`, `loop`,
 * `uitvoer`).  Every rule shortens the form, or takes it from the table of irregular forms to a stem, so steps
 * end, and all members of a class end at the same place.  Noun and verb with one stem meet (`besluit`, `besluiten`).
 *
 * Spelling (Woordenlijst Nederlandse Taal, Leidraad): a long vowel is written double in a closed syllable and single in
 * an open one (`loop`, `lopen`), a consonant after a short vowel is doubled before a vowel (`bom`, `bommen`), f and s at the
 * end of a syllable stand for v and z (`brief`, `brieven`).
 */
#include "text/inflect.h"

#include <pthread.h>
#include <string.h>

#include "base/hash.h"

#define STEPS_MAX 8
#define TAIL_MIN 4 /* letters of the last part of an unknown compound */
#define TAIL_LONG 6 /* the same, when only what it comes from is known */
#define HEAD_MIN 3 /* letters of what stands before it */

struct form {
    char text[INFLECT_MAX];
    size_t len;
};

/* ---- Irregular forms ------------------------------------------------------------------------ */

/* "form base", sorted by form.  Behind it:
 *     nothing  alone, or after a prefix of a verb (`beschreef`)
 *     =        only alone
 *     -        only after a prefix or ge-, where the whole base is known
 *     +        only after ge-
 *     *        alone, or where the whole base is known (`raadsleden`)
 * Without a base: a form that the rules must leave alone. */
static const char *const irregular[] = {
    "aandacht", "aarde", "achtste", "alle", "allen", "alles", "als", "althans", "ander", "anders", "at eet =", "aten eet =",
    "bad bid -", "baden bad =", "beden bid +", "bedierf bederf =", "bedorven bederf =", "bedragen bedrag =",
    "bedrogen bedrieg", "bedroog bedrieg =", "beenderen been *", "beet bijt -", "beetje", "begon begin", "begonnen begin",
    "beide", "bekend", "ben zijn =", "bent zijn =", "bespraken bespreek =", "best goed =", "beste goed =", "beten bijt",
    "beter goed =", "betere goed =", "beval beveel", "bevalen beveel", "bevolen beveel", "bezat bezit", "bezaten bezit",
    "bezeten bezit", "bezon bezin", "bezonnen bezin", "bijdrage bijdraag =", "binnen", "blaadje blad", "bladen blad =",
    "bladeren blad *", "bleef blijf", "bleek blijk", "bleken blijk", "bleven blijf", "blies blaas", "boden bied -",
    "bogen buig -", "bond bind -", "bonden bind -", "bondgenoten bondgenoot *", "bood bied", "boog buig -", "borg berg -",
    "borgen berg -", "boven", "bracht breng", "brachten breng", "brak breek", "broken breek", "buiten", "bus", "daagje dag",
    "daan doe +", "dacht denk", "dachten denk", "dagen dag =", "daken dak =", "dans", "data", "deden doe", "deed doe",
    "deels", "derde", "deze", "dicht", "dienst", "doen doe", "doet doe", "doken duik", "dolf delf", "dolven delf",
    "dong ding -", "dook duik", "dragen draag -", "dreef drijf", "dreven drijf", "droeg draag", "droegen draag",
    "drong dring", "drongen dring", "dronk drink", "dronken drink", "droop druip", "dropen druip", "druip", "dus",
    "dwong dwing", "dwongen dwing", "echter", "eens", "eerder", "eerst", "eerste", "eieren ei *", "eigen", "einde eind =",
    "eindes eind =", "eitje ei", "elders", "ergens", "eten eet =", "even", "fiets", "floot fluit", "floten fluit",
    "gaan ga", "gaand ga", "gaat ga", "gaatje gat", "gaf geef", "gas", "gaten gat =", "gauw", "gaven geef =",
    "gebeurt gebeur", "gebied", "gedachte", "gedachten gedachte =", "gedicht", "geduld", "gegevens", "gelederen gelid *",
    "gemeente", "gemoederen gemoed *", "geniet", "genoot geniet =", "genoten geniet =", "gerecht", "geslacht",
    "geten eet +", "gevallen geval =", "gevecht", "geweest zijn =", "geweld", "gewicht", "gezicht", "gezond", "ging ga",
    "gingen ga", "gisteren", "glaasje glas", "glazen glas =", "gleden glijd", "gleed glijd", "glom glim", "glommen glim",
    "goden god =", "goed", "goederen goed *", "gold geld", "golden geld -", "goot giet", "goten giet -", "graven graf =",
    "greep grijp -", "grepen grijp", "groef graaf", "groenten groente =", "groeven graaf -", "gunst", "haar", "had heb",
    "hadden heb", "hebben heb", "hebt heb", "heden", "heeft heb", "hees hijs -", "heide", "hesen hijs", "heven hef -",
    "hief hef", "hield houd", "hielden houd", "hielp help", "hielpen help", "hieuw houw", "hieven hef", "hing hang",
    "hingen hang", "hoenderen hoen *", "hoeven hoef =", "holpen help", "hoogstens", "horen hoor =", "hou houd =",
    "houden houd", "hoven hof =", "iets", "immers", "ineens", "inkomen", "is zijn =", "jegens", "jeugd", "joeg jaag",
    "joegen jaag", "jongen", "jongere jong =", "jongeren jong =", "kalveren kalf *", "kamer", "kans", "kantje kant =",
    "keek kijk", "keken kijk", "kerfde kerf", "kinderen kind *", "kleren kleed *", "klom klim", "klommen klim",
    "klonk klink", "klonken klink", "kneep knijp", "knepen knijp", "kocht koop", "kochten koop", "koeien koe *",
    "kon kan =", "konden kan =", "koos kies", "kozen kies", "kreeg krijg", "kregen krijg", "kromp krimp", "krompen krimp",
    "kroop kruip", "kropen kruip", "kun kan", "kunnen kan", "kunst", "kunt kan", "kwam kom", "kwamen kom", "kweet kwijt -",
    "kweten kwijt", "laatst", "lag lig", "lager laag =", "lammeren lam *", "las lees", "last", "lasten last *",
    "laten laat +", "later", "lazen lees", "leden lid *", "leden lijd -", "leed lijd -", "leek lijk", "legen lig +",
    "leken lijk -", "les", "leven leef =", "liederen lied *", "liep loop", "liepen loop", "liet laat", "lieten laat",
    "liever lief =", "links", "logen lieg", "loog lieg", "loren lies -", "los", "loten lot =", "mannetje man", "mede",
    "meden mijd -", "meed mijd", "meer veel =", "meest veel =", "meeste veel =", "meisje", "mens", "mensen", "mensen mens",
    "minder weinig =", "minst weinig =", "minste weinig =", "minstens", "mis", "mocht mag =", "mochten mag =", "moeder",
    "moest moet", "moesten moet", "moeten moet", "mogen mag =", "molken melk", "morgen", "nam neem", "namen naam =",
    "namens", "negen", "negende", "nergens", "niets", "nieuws", "noch", "nomen neem", "onder", "ons", "ontworpen ontwerp =",
    "ontzag", "onze", "oorlogen oorlog =", "open", "orde", "ouder", "ouders ouder =", "over", "overigens", "overreed",
    "paadje pad", "paden pad =", "pas", "plaats", "plaatste plaats =", "plaatsten plaats =", "prees prijs", "prezen prijs",
    "raad", "raadje rad =", "raderen rad *", "recht", "rechts", "rede", "reden", "reden rijd -", "rederijen rederij",
    "reed rijd", "reeds", "rees rijs -", "reet rijt -", "rezen rijs", "riep roep", "riepen roep", "roepen roep +",
    "roken ruik +", "rook ruik -", "runderen rund *", "samen", "schapen schep +", "scheen schijn", "scheepje schip",
    "schenen schijn", "schepen schip *", "schepenen", "schiep schep", "schiepen schep", "schold scheld", "scholden scheld",
    "schond schend", "schonden schend", "schonk schenk", "schonken schenk", "schoof schuif", "schoor scheer -",
    "schoot schiet -", "schoren scheer -", "schoten schiet -", "schoten schot =", "schoven schuif", "schreef schrijf",
    "schreven schrijf", "schrok schrik", "schrokken schrik", "scoren scoor =", "slaagje slag =", "slaan sla", "slaat sla",
    "slagen sla +", "slechts", "sleet slijt", "slepen slijp +", "sleten slijt", "sliep slaap", "sliepen slaap", "sloeg sla",
    "sloegen sla", "slond slind", "slonden slind", "sloot sluit -", "slopen sluip +", "sloten slot =", "sloten sluit -",
    "smeden smid =", "smeet smijt", "smeten smijt", "smolt smelt", "smolten smelt", "sneden snijd -", "sneed snijd",
    "snoot snuit", "soms", "spleet splijt -", "spleten splijt", "spon spin", "sponnen spin", "spoot spuit", "spoten spuit",
    "sprak spreek", "spraken spreek =", "sproken spreek", "sprong spring -", "sprongen spring -", "sprookje", "staan sta",
    "staand sta", "staat sta -", "stak steek", "staven staf =", "steden stad *", "steeds", "steeg stijg", "stegen stijg",
    "stelt stel =", "stierf sterf", "stierven sterf", "stoken steek +", "stolen steel", "stond sta", "stonden sta",
    "stonk stink", "stonken stink", "stoof stuif", "storen stoor =", "storven sterf", "stoven stuif -", "straks",
    "streden strijd", "streed strijd", "streek strijk -", "streken strijk -", "tegen", "teken", "telkens", "tevens",
    "thans", "tien", "tiende", "tijdens", "tijdgenoten tijdgenoot *", "toedracht", "toen", "trad treed", "traden treed",
    "treden treed", "trof tref", "troffen tref", "trok trek", "trokken trek", "trouwens", "tussen", "tweede",
    "uitverkoren uitverkies =", "vaatje vat", "vader", "vallen val +", "vangen vang +", "varen vaar =", "vast",
    "vaten vat =", "vele veel =", "ver", "verband", "verbanden verband =", "verder", "verdragen verdrag =",
    "verdween verdwijn", "verdwenen verdwijn", "verdwijnen verdwijn", "veren veer =", "vergat vergeet", "vergaten vergeet",
    "vergeten vergeet", "verleden", "verloor verlies", "verloren verlies", "vermogen", "verrees verrijs", "vers",
    "verweet verwijt =", "verweten verwijt =", "verwijten verwijt", "verzon verzin", "verzonnen verzin", "viel val",
    "vielen val", "vierde", "vijfde", "ving vang", "vingen vang", "vlocht vlecht", "vlochten vlecht", "vlogen vlieg",
    "vloog vlieg", "vlooien vlo *", "vocht vecht -", "vochten vecht -", "volgens", "volkeren volk *", "vond vind",
    "vonden vind", "voornamen voornaam =", "voorts", "voorwaarde", "voorwaarden voorwaarde *", "vrede", "vreet",
    "vroeg vraag -", "vroegen vraag", "vroor vries", "vroren vries", "vrouwtje vrouw =", "waarde", "wagen", "wapen",
    "waren zijn =", "was zijn =", "week wijk -", "weer", "wees", "wees wijs", "wees wijs -", "weet", "wegen weg =",
    "wegens", "weide", "weken wijk -", "wel", "werd word", "werden word", "weten weet", "weven weef", "wezen wijs -",
    "wierf werf", "wierp werp", "wierpen werp", "wierven werf", "wies was -", "wijfje wijf =", "wil", "wilde wil =",
    "wilden wil =", "winst", "wist weet =", "wisten weet =", "wogen weeg", "won win", "wonnen win", "woog weeg",
    "worpen werp", "worven werf", "wou wil =", "wreef wrijf", "wreven wrijf", "wrong wring", "wrongen wring", "zag zie",
    "zagen zie", "zal", "zat zit", "zaten zit -", "zei zeg", "zeiden zeg", "zelfs", "zesde", "zeten zit", "zeven",
    "zevende", "zien zie", "ziend zie -", "ziet zie", "zijn", "zoals", "zocht zoek", "zochten zoek", "zogen zuig -",
    "zond zend", "zonden zend -", "zong zing", "zongen zing", "zonk zink", "zonken zink", "zoog zuig", "zoop zuip",
    "zou zal =", "zouden zal =", "zullen zal =", "zult zal =", "zweeg zwijg", "zwegen zwijg", "zwierf zwerf",
    "zwierven zwerf", "zwoer zweer", "zwoeren zweer", "zwol zwel", "zwollen zwel", "zwom zwem", "zwommen zwem",
    "zworen zweer", "zworven zwerf",
};
#define IRREGULAR_COUNT (sizeof irregular / sizeof irregular[0])

/* Compares letters, which may be any bytes, with the first word of an entry. */
static int entry_compare(const char *text, size_t len, const char *entry)
{
    for (size_t i = 0; i < len; i++) {
        if (entry[i] == '\0' || entry[i] == ' ') {
            return 1;
        }
        if (text[i] != entry[i]) {
            return (unsigned char)text[i] - (unsigned char)entry[i];
        }
    }
    return entry[len] == '\0' || entry[len] == ' ' ? 0 : -1;
}

#define FILTER_BITS 8192
static uint8_t filter[FILTER_BITS / 8]; /* by hash of the form: most searches are for what is not there */
static pthread_once_t filter_once = PTHREAD_ONCE_INIT;

static void filter_fill(void)
{
    for (size_t i = 0; i < IRREGULAR_COUNT; i++) {
        uint64_t bit = hash_bytes(irregular[i], strcspn(irregular[i], " ")) % FILTER_BITS;
        filter[bit / 8] |= (uint8_t)(1u << bit % 8);
    }
}

/* The first entry of a form, or IRREGULAR_COUNT. */
static size_t entry_find(const char *text, size_t len)
{
    uint64_t bit = hash_bytes(text, len) % FILTER_BITS;
    if ((filter[bit / 8] >> bit % 8 & 1) == 0) {
        return IRREGULAR_COUNT;
    }
    size_t low = 0, high = IRREGULAR_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entry_compare(text, len, irregular[middle]) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < IRREGULAR_COUNT && entry_compare(text, len, irregular[low]) == 0 ? low : IRREGULAR_COUNT;
}

/* ---- Forms ---------------------------------------------------------------------------------- */

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

static bool ends(const struct form *form, const char *tail)
{
    size_t len = strlen(tail);
    return form->len > len && memcmp(form->text + form->len - len, tail, len) == 0;
}

/* Makes `out` of `len` letters and a tail; false, with an empty form, when it gets too long. */
static bool form_make(struct form *out, const char *text, size_t len, const char *tail)
{
    size_t more = strlen(tail);
    out->len = 0;
    if (len + more > sizeof out->text) {
        return false;
    }
    memmove(out->text, text, len);
    memcpy(out->text + len, tail, more);
    out->len = len + more;
    return true;
}

static bool knows(const struct words *words, const struct form *form)
{
    return words_flags(words, form->text, form->len) != 0;
}

/* Whether the form without its last `cut` letters and with `tail` is known. */
static bool knows_with(const struct words *words, const struct form *form, size_t cut, const char *tail)
{
    struct form other;
    return form_make(&other, form->text, form->len - cut, tail) && knows(words, &other);
}

/* Whether `base` may be what `form` comes from: a common word from a common word, a name only from a name. */
static bool accepts(const struct words *words, const struct form *form, const struct form *base)
{
    unsigned of_form = words_flags(words, form->text, form->len);
    unsigned of_base = words_flags(words, base->text, base->len);
    if (of_form == 0) {
        return base->len >= HEAD_MIN && of_base != 0;
    }
    unsigned allowed = of_form & WORDS_LOWER ? WORDS_LOWER : of_form & WORDS_UPPER ? ~0u : WORDS_NAME;
    return base->len >= 2 && (of_base & allowed) != 0;
}

/* ---- Open and closed syllables -------------------------------------------------------------- */

/* Two letters that are one vowel. */
static bool is_digraph(char first, char second)
{
    static const char pairs[] = "ie oe ui eu ou au ei aa ee oo uu";
    for (const char *pair = pairs;; pair += 3) {
        if (pair[0] == first && pair[1] == second) {
            return true;
        }
        if (pair[2] == '\0') {
            return false;
        }
    }
}

static char hardened(char c)
{
    return c == 'v' ? 'f' : c == 'z' ? 's' : c;
}

/* The stems that `text` can be when a syllable follows (`lop` -> loop, lop; `bomm` -> bom); likelier ones first. */
static size_t closed_forms(const char *text, size_t len, bool verb, struct form out[2])
{
    if (len < 2) {
        return 0;
    }
    char last = text[len - 1];
    if (is_vowel(last)) {
        form_make(&out[0], text, len, "");
        return 1;
    }
    if (last == text[len - 2]) {
        form_make(&out[0], text, len - 1, "");
        return 1;
    }
    const char hard[2] = { hardened(last), '\0' };
    char vowel = text[len - 2];
    const char twice[3] = { vowel, hard[0], '\0' };
    form_make(&out[0], text, len - 1, hard);
    if (strchr("aeou", vowel) == NULL || !form_make(&out[1], text, len - 1, twice)) {
        return 1;
    }
    /* Doctoren and factoren, but kantoren: an unstressed -or. */
    bool single = (len >= 3 && is_digraph(text[len - 3], vowel)) || (!verb && len >= 5 && vowel == 'o' && last == 'r');
    if (!single) {
        struct form swap = out[0];
        out[0] = out[1];
        out[1] = swap;
    }
    return 2;
}

/* The spellings of a stem before a vowel (`loop` -> lop; `bom` -> bomm, bom; `brief` -> briev, brief). */
static size_t open_forms(const struct form *stem, struct form out[4])
{
    const char *text = stem->text;
    size_t len = stem->len, count = 0;
    if (len < 2 || is_vowel(text[len - 1])) {
        form_make(&out[0], text, len, "");
        return 1;
    }
    char last = text[len - 1];
    const char same[2] = { last, '\0' };
    const char soft[2] = { last == 'f' ? 'v' : 'z', '\0' };
    bool softens = last == 'f' || last == 's';
    bool vowel = is_vowel(text[len - 2]);
    if (len >= 3 && vowel && text[len - 2] == text[len - 3]) {
        form_make(&out[count++], text, len - 2, softens ? soft : same);
        if (softens) {
            form_make(&out[count++], text, len - 2, same);
        }
        return count;
    }
    if (softens) {
        form_make(&out[count++], text, len - 1, soft);
    }
    form_make(&out[count++], text, len, "");
    if (vowel && form_make(&out[count], text, len, same)) {
        count++;
    }
    return count;
}

/* ---- Evidence ------------------------------------------------------------------------------- */

/* A stem of a verb has an infinitive, a form in t, and a present participle, a weak past, or a form in t that is no noun. */
static bool is_verb(const struct words *words, const struct form *stem)
{
    if (stem->len < 2 || (!ends(stem, "t") && !knows_with(words, stem, 0, "t"))) {
        return false;
    }
    struct form open[4];
    size_t count = open_forms(stem, open);
    for (size_t i = 0; i < count; i++) {
        if (knows_with(words, &open[i], 0, "en")
            && (knows_with(words, &open[i], 0, "end") || knows_with(words, stem, 0, "te") || knows_with(words, stem, 0, "de")
                || (!ends(stem, "t") && !knows_with(words, stem, 0, "ten") && !knows_with(words, stem, 0, "tje")))) {
            return true;
        }
    }
    return false;
}

/* The letters of a separable prefix in front, 0 for none. */
static size_t separable_prefix(const struct form *form)
{
    static const char *const prefixes[] = {
        "aan", "achter", "af", "bij", "binnen", "bloot", "boven", "deel", "dicht", "door", "gelijk", "goed", "in",
        "klaar", "kwijt", "langs", "los", "mee", "na", "neer", "omver", "om", "onder", "open", "op", "over",
        "plaats", "rond", "samen", "schoon", "stil", "tegen", "tekort", "terecht", "terug", "teleur", "thuis",
        "toe", "uit", "vast", "vol", "voorbij", "voort", "voor", "vrij", "waar", "weer", "weg",
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t len = strlen(prefixes[i]);
        if (form->len >= len + 2 && memcmp(form->text, prefixes[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

/* The letters of a prefix that takes the place of ge-, 0 for none. */
static size_t fixed_prefix(const struct form *form)
{
    static const char *const prefixes[] = {
        "be", "ge", "her", "ont", "ver", "er", "over", "onder", "door", "voor", "om", "mis", "vol", "weer", "aan",
        "achter", "wan", "oor",
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t len = strlen(prefixes[i]);
        if (form->len >= len + 2 && memcmp(form->text, prefixes[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

/* Whether the first `len` letters are prefixes of verbs, one or two (be, ver-ge, voor-be). */
static bool is_prefixes(const struct form *form, size_t len)
{
    size_t separable = separable_prefix(form), fixed = fixed_prefix(form);
    if (len == 0 || len == separable || len == fixed) {
        return true;
    }
    size_t first = separable > 0 ? separable : fixed;
    struct form rest;
    return first > 0 && first < len && form_make(&rest, form->text + first, form->len - first, "")
        && len - first == fixed_prefix(&rest);
}

/* The list leaves out many stems of separable verbs (omvorm): a prefix and a known stem do as well. */
static bool is_separable(const struct words *words, const struct form *stem)
{
    struct form verb;
    size_t prefix = separable_prefix(stem);
    return prefix > 0 && stem->len >= prefix + 3 && form_make(&verb, stem->text + prefix, stem->len - prefix, "")
        && knows(words, &verb) && is_verb(words, &verb);
}

static bool accepts_verb(const struct words *words, const struct form *form, const struct form *stem)
{
    return (accepts(words, form, stem) && is_verb(words, stem)) || is_separable(words, stem);
}

/* The stem that a form without its last `cut` letters is when a syllable follows, if it is known. */
static bool closed_known(const struct words *words, const struct form *form, size_t cut, bool verb, struct form *out)
{
    struct form stems[2];
    size_t count = closed_forms(form->text, form->len - cut, verb, stems);
    for (size_t i = 0; i < count; i++) {
        if (verb ? accepts_verb(words, form, &stems[i]) : accepts(words, form, &stems[i])) {
            *out = stems[i];
            return true;
        }
    }
    return false;
}

/* Whether a form is an adjective: it has -e and a superlative. */
static bool is_compared(const struct words *words, const struct form *base)
{
    struct form open[4];
    size_t count = open_forms(base, open);
    for (size_t i = 0; i < count; i++) {
        if (knows_with(words, &open[i], 0, "e") && knows_with(words, base, 0, ends(base, "s") ? "t" : "st")) {
            return true;
        }
    }
    return false;
}

/* ---- Rules: each writes what the form comes from and returns true, or returns false ----------- */

typedef bool rule(const struct words *words, const struct form *form, struct form *out);

/* collega's, Rutte's, Hans': the apostrophe says it, the word need not be known. */
static bool undo_apostrophe(const struct words *words, const struct form *form, struct form *out)
{
    (void)words;
    size_t cut = ends(form, "'s") ? 2 : ends(form, "'tje") ? 4 : ends(form, "'tjes") ? 5 : ends(form, "'") ? 1 : 0;
    return cut > 0 && form->len >= cut + 2 && form_make(out, form->text, form->len - cut, "");
}

/* The entries from `at` on are of the letters from `from` on; `ge` when ge stands before them and is to go. */
static bool undo_entry(const struct words *words, const struct form *form, size_t at, size_t from, bool ge, struct form *out)
{
    const char *tail = form->text + from;
    size_t len = form->len - from, head = ge ? from - 2 : from;
    for (; at < IRREGULAR_COUNT && entry_compare(tail, len, irregular[at]) == 0; at++) {
        const char *base = irregular[at] + len;
        if (*base == '\0') {
            continue;
        }
        size_t base_len = strcspn(++base, " ");
        char where = base[base_len] == '\0' ? 0 : base[base_len + 1];
        if ((where == '=' && from > 0) || (where == '-' && from == 0) || (where == '+' && !ge) || (where == '*' && ge)) {
            continue;
        }
        struct form whole;
        if (head + base_len > sizeof whole.text) {
            continue;
        }
        memcpy(whole.text, form->text, head);
        memcpy(whole.text + head, base, base_len);
        whole.len = head + base_len;
        if (head > 0 && where != '*' && whole.text[head - 1] != '-' && !is_prefixes(&whole, head)
            && (head < HEAD_MIN || !words_has(words, whole.text, head))) {
            continue;
        }
        if (head == 0 || accepts(words, form, &whole) || (where == 0 && head == separable_prefix(&whole))) {
            *out = whole;
            return true;
        }
    }
    return false;
}

#define TAIL_LONGEST 9 /* letters of an entry that may stand after something */

static bool undo_irregular(const struct words *words, const struct form *form, struct form *out)
{
    size_t whole = entry_find(form->text, form->len);
    if (whole < IRREGULAR_COUNT && undo_entry(words, form, whole, 0, false, out)) {
        return true;
    }
    size_t from = form->len > TAIL_LONGEST + 1 ? form->len - TAIL_LONGEST : 1;
    for (; from + 3 <= form->len; from++) {
        size_t at = entry_find(form->text + from, form->len - from);
        if (at == IRREGULAR_COUNT) {
            continue;
        }
        bool ge = from >= 2 && form->text[from - 2] == 'g' && form->text[from - 1] == 'e';
        const char *end = form->text + form->len;
        /* Participles end in -en; the irregular weak ones in -cht, -ad. */
        bool participle = ge && (end[-1] == 'n' || end[-1] == 't' || ends(form, "had"));
        if ((participle && undo_entry(words, form, at, from, true, out)) || undo_entry(words, form, at, from, false, out)) {
            return true;
        }
    }
    return false;
}

static bool undo_heden(const struct words *words, const struct form *form, struct form *out)
{
    return ends(form, "heden") && form->len >= 8 && form_make(out, form->text, form->len - 3, "id")
        && (knows(words, out) || !knows(words, form));
}

/* -je, -tje, -etje, -pje, -kje. */
static bool undo_diminutive(const struct words *words, const struct form *form, struct form *out)
{
    if (ends(form, "jes")) {
        struct form single;
        form_make(&single, form->text, form->len - 1, "");
        *out = single;
        return knows(words, form) || accepts(words, form, &single) || undo_diminutive(words, &single, out);
    }
    if (!ends(form, "je") || form->len < 5) {
        return false;
    }
    const char *text = form->text;
    size_t len = form->len;
    struct form stem;
    form_make(&stem, text, len - 3, "");
    if (form_make(out, text, len - 2, "") && accepts(words, form, out) && !(ends(out, "t") && is_verb(words, &stem))) {
        return true; /* kantje, klompje: not of kan or klom */
    }
    if (ends(form, "etje") && closed_known(words, form, 4, false, out)) {
        return true;
    }
    if (ends(form, "kje") && form_make(out, text, len - 3, "g") && ends(out, "ing") && accepts(words, form, out)) {
        return true;
    }
    if (ends(form, "tje") || ends(form, "pje")) {
        bool twice = len >= 5 && is_vowel(text[len - 4]) && text[len - 4] == text[len - 5];
        if (twice && form_make(out, text, len - 4, "") && accepts(words, form, out)) {
            return true;
        }
        if (form_make(out, text, len - 3, "") && out->len >= 2 && accepts(words, form, out)) {
            return true;
        }
    }
    return form_make(out, text, len - 2, "") && accepts(words, form, out);
}

static bool has_diminutive(const struct words *words, const struct form *base)
{
    return knows_with(words, base, 0, "je") || knows_with(words, base, 0, "tje") || knows_with(words, base, 0, "pje")
        || (base->len >= 3 && knows_with(words, base, 0, (const char[]){ base->text[base->len - 1], 'e', 't', 'j', 'e', '\0' }));
}

static bool undo_s(const struct words *words, const struct form *form, struct form *out)
{
    if (!ends(form, "s") || form->len < 4 || !form_make(out, form->text, form->len - 1, "") || ends(out, "s")) {
        return false;
    }
    if (!accepts(words, form, out) || out->len < 3) {
        return false;
    }
    /* An adjective (nederlands, nederlandse), a noun (mens, mensen; beurs, beurzen) or a verb in its own right. */
    struct form open[4];
    size_t count = open_forms(form, open);
    for (size_t i = 0; i < count; i++) {
        if (knows_with(words, &open[i], 0, "e") || knows_with(words, &open[i], 0, "en")) {
            return false;
        }
    }
    return true;
}

/* Endings of nouns that also have a feminine in -e (student, studente); groent is a verb. */
static bool names_person(const struct words *words, const struct form *base)
{
    struct form stem;
    bool fits = ends(base, "nt") || ends(base, "st") || ends(base, "aat") || ends(base, "oot") || ends(base, "oof");
    return fits && form_make(&stem, base->text, base->len - 1, "") && !is_verb(words, &stem);
}

/* Plural -en of nouns and adjectives, infinitive, past plural. */
static bool undo_en(const struct words *words, const struct form *form, struct form *out)
{
    if (!ends(form, "en") || form->len < 4 || (ends(form, "een") && !ends(form, "eeen") && !ends(form, "ieen"))) {
        return false;
    }
    bool s = knows_with(words, form, 0, "s");
    if (s && (knows_with(words, form, 0, "tje") || knows_with(words, form, 0, "en"))) {
        return false; /* haven, deken, laken: nouns in -en */
    }
    if (knows_with(words, form, 0, "en") && knows_with(words, form, 0, "t")) {
        return false; /* reken, oefen: stems in -en */
    }
    bool closed = closed_known(words, form, 2, false, out);
    if (closed && (has_diminutive(words, out) || names_person(words, out))) {
        return true; /* huizen, studenten: not of huize, studente */
    }
    form_make(out, form->text, form->len - 1, "");
    if (knows_with(words, form, 1, "s") && accepts(words, form, out)) {
        return true; /* gemeenten, gemeente, gemeentes */
    }
    if (ends(form, "ien") && form->len >= 6 && accepts(words, form, out)) {
        return true; /* bacterien (with its accent off) */
    }
    return closed_known(words, form, 2, false, out) || closed_known(words, form, 2, true, out);
}

static bool is_voiceless(char c)
{
    return c != '\0' && strchr("tkfsxph", c) != NULL;
}

/* Past of weak verbs: -te after a voiceless consonant, else -de; what has a plural in s is a noun (hoogte, waarde). */
static bool undo_past(const struct words *words, const struct form *form, struct form *out)
{
    size_t cut = ends(form, "den") || ends(form, "ten") ? 3 : ends(form, "de") || ends(form, "te") ? 2 : 0;
    if (cut == 0 || form->len < cut + 3 || knows_with(words, form, cut - 2, "s")) {
        return false;
    }
    if (cut == 2 && closed_known(words, form, 1, false, out) && is_compared(words, out)) {
        return false; /* harde, luide */
    }
    form_make(out, form->text, form->len - cut, "");
    /* Maanden are no past of manen: only a participle or third person may stand in front of -en. */
    bool noun = knows_with(words, form, 2, "je") || (ends(form, "den") && fixed_prefix(out) == 0 && knows_with(words, form, 2, ""));
    if (cut == 3 && noun) {
        return false;
    }
    bool te = form->text[form->len - cut] == 't';
    char last = out->text[out->len - 1];
    bool fits = te ? is_voiceless(last) : !is_voiceless(last) || last == 'f' || last == 's';
    return fits && accepts_verb(words, form, out);
}

/* Weak participles, with ge- in front or after a prefix, or without it. */
static bool undo_ge(const struct words *words, const struct form *form, struct form *out)
{
    const char *text = form->text;
    size_t len = form->len;
    bool weak = text[len - 1] == 't' || text[len - 1] == 'd', strong = ends(form, "en");
    if (!weak && !strong) {
        return false;
    }
    for (size_t at = 0; at + 5 <= len; at++) {
        if (text[at] != 'g' || text[at + 1] != 'e') {
            continue;
        }
        struct form rest, stem;
        form_make(&rest, text, at, "");
        memcpy(rest.text + at, text + at + 2, len - at - 2);
        rest.len = len - 2;
        if (strong) {
            if (closed_known(words, &rest, 2, true, out)) {
                return true;
            }
            continue;
        }
        if (accepts_verb(words, form, &rest)) {
            *out = rest;
            return true;
        }
        form_make(&stem, rest.text, rest.len - 1, "");
        if (accepts_verb(words, form, &stem)) {
            *out = stem;
            return true;
        }
    }
    return false;
}

/* Third person -t, and the participle of verbs with a fixed prefix: -t or -d. */
static bool undo_t(const struct words *words, const struct form *form, struct form *out)
{
    bool d = ends(form, "d");
    if ((!d && !ends(form, "t")) || form->len < 4 || !form_make(out, form->text, form->len - 1, "")) {
        return false;
    }
    if (ends(out, "t") || !accepts_verb(words, form, out)) {
        return false;
    }
    if (d) {
        return fixed_prefix(out) > 0 && knows_with(words, form, 0, "e") && !knows_with(words, form, 0, "je");
    }
    /* Kaart and feest are nouns: of deeltje one cannot say, of deelten one can. */
    return is_voiceless(out->text[out->len - 1]) ? !knows_with(words, form, 0, "je") : !knows_with(words, form, 0, "en");
}

/* Present participle: infinitive and d. */
static bool undo_end(const struct words *words, const struct form *form, struct form *out)
{
    return ends(form, "end") && form->len >= 5 && closed_known(words, form, 3, true, out);
}

/* -e of adjectives and participles; what has a plural in s is a noun (gemeente, orde). */
static bool undo_e(const struct words *words, const struct form *form, struct form *out)
{
    if (!ends(form, "e") || form->len < 4 || !closed_known(words, form, 1, false, out)) {
        return false;
    }
    return !knows_with(words, form, 0, "s") || is_compared(words, out);
}

/* Comparative -er, -der and superlative -st, -ste of what has both. */
static bool undo_degree(const struct words *words, const struct form *form, struct form *out)
{
    if (ends(form, "er") && form->len >= 5) {
        if (knows_with(words, form, 0, "s") && !knows_with(words, form, 0, "e")) {
            return false;
        }
        if (ends(form, "rder") && form_make(out, form->text, form->len - 3, "") && accepts(words, form, out)
            && is_compared(words, out)) {
            return true;
        }
        return closed_known(words, form, 2, false, out) && is_compared(words, out);
    }
    size_t cut = ends(form, "ste") ? 3 : ends(form, "st") ? 2 : 0;
    if (cut == 0 || form->len < cut + 3 || knows_with(words, form, cut - 2, "je") || !knows_with(words, form, cut - 2, "e")) {
        return false;
    }
    return form_make(out, form->text, form->len - cut, "") && accepts(words, form, out) && is_compared(words, out);
}

/* Latin plurals: politici, musea. */
static bool undo_latin(const struct words *words, const struct form *form, struct form *out)
{
    static const char *const endings[] = { "ici", "ea", "ia", "tra", "fora", "ca" };
    size_t cut = 0;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        cut = ends(form, endings[i]) ? 1 : cut;
    }
    return cut > 0 && form->len >= 5 && form_make(out, form->text, form->len - cut, ends(form, "i") ? "us" : "um")
        && accepts(words, form, out);
}

/* Whether the table says to leave a form alone. */
static bool is_kept(const struct form *form)
{
    size_t entry = entry_find(form->text, form->len);
    return entry < IRREGULAR_COUNT && strchr(irregular[entry], ' ') == NULL;
}

static bool step_known(const struct words *words, const struct form *form, struct form *out)
{
    static rule *const rules[] = { undo_irregular, undo_heden, undo_diminutive, undo_degree, undo_past, undo_en, undo_ge,
                                   undo_end, undo_t, undo_e, undo_s, undo_latin };
    if (is_kept(form)) {
        return false;
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i](words, form, out)) {
            return true;
        }
    }
    return false;
}

/* Whether letters can stand before the last part of a compound: a known word, also with s, or up to a hyphen. */
static bool is_head(const struct words *words, const char *text, size_t len)
{
    return text[len - 1] == '-' || words_has(words, text, len)
        || (len > HEAD_MIN && text[len - 1] == 's' && words_has(words, text, len - 1));
}

/* The longest known last part of an unknown compound takes the step, if it can; where none is known, an unknown one that
 * leads to a long known word (digitalisering-s-programmas). */
static bool step_compound(const struct words *words, const struct form *form, struct form *out)
{
    /* Of a known word only a plural whose singular the list leaves out; names are no compounds. */
    unsigned flags = words_flags(words, form->text, form->len);
    bool known = flags != 0, en = ends(form, "en");
    if (known && ((!en && !ends(form, "s")) || flags == WORDS_NAME)) {
        return false;
    }
    size_t shortest = known && !en ? TAIL_LONG : TAIL_MIN;
    for (int pass = 0; pass < (known ? 1 : 2); pass++) {
        for (size_t from = HEAD_MIN; from + shortest <= form->len; from++) {
            struct form tail, base;
            form_make(&tail, form->text + from, form->len - from, "");
            if ((pass == 0 && !knows(words, &tail)) || !is_head(words, form->text, from)) {
                continue;
            }
            bool fits = step_known(words, &tail, &base) && from + base.len <= sizeof out->text && base.len >= HEAD_MIN;
            if (fits && (pass == 0 || (base.len >= TAIL_LONG && knows(words, &base)))) {
                memcpy(out->text, form->text, from);
                memcpy(out->text + from, base.text, base.len);
                out->len = from + base.len;
                return true;
            }
            if (pass == 0) {
                return false;
            }
        }
    }
    return false;
}

static bool step(const struct words *words, const struct form *form, struct form *out)
{
    if (form->len < 3) {
        return false;
    }
    return undo_apostrophe(words, form, out) || step_known(words, form, out)
        || (!is_kept(form) && step_compound(words, form, out));
}

size_t inflect_class(const struct words *words, const char *text, size_t len, char out[INFLECT_MAX])
{
    struct form form, base;
    pthread_once(&filter_once, filter_fill);
    if (len > INFLECT_MAX) {
        for (len = INFLECT_MAX; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;) {
            len--;
        }
    }
    form_make(&form, text, len, "");
    for (int i = 0; i < STEPS_MAX && step(words, &form, &base); i++) {
        form = base;
    }
    memcpy(out, form.text, form.len);
    return form.len;
}
