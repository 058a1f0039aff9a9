"""Hungarian."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, Form, Language, Row

# Endings join the name, with a hyphen behind foreign ones: Világítótoronyban, Index-en. What follows {X} takes them off.
HUNGARIAN = Language(
    code="hu",
    subject=r"(?:ez(?: az?)?|a fenti|az alábbi|jelen) (?:\w{1,15} )?(?:cikk|írás|szöveg|interjú|bejegyzés|anyag|elemzés|tanulmány)(?:ünk)?|a cikk|az írás|a szöveg|az interjú",
    venues=r"(?:folyóirat|napilap|hetilap|magazin|portál|honlap)",
    stops=r"forrás|fotó|fordít\w*|megjelen\w*|olvass|szerző",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"(?:eredetileg|először|elsőként|első ízben|korábban)(?: az?)? {X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én|nál|nél))?(?: (?:oldalán|oldalain|hasábjain|honlapján|weboldalán|portálján|blogján|című lapban|című folyóiratban))? (?:jelent meg|látott napvilágot|volt olvasható)",
            "jelent meg|napvilágot|olvasható", "Ez a cikk eredetileg a [Világítótorony] oldalán jelent meg.", "A könyv először májusban jelent meg."),
        Row(Form.STATEMENT, ORIGINAL, r"{this}(?: \d{4}\. ?\w{3,12} \d{1,2}-[aáeé]n)?(?: az?)? {X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én))?(?: (?:oldalán|hasábjain|honlapján|weboldalán|portálján|\d{4}[^.;:]{0,16} számában))? jelent meg",
            "jelent meg", "Ez az írás a [Világítótorony]ban jelent meg.", "Ez az írás tavaly jelent meg."),
        Row(Form.STATEMENT, ORIGINAL, r"^[^.;:]{0,90}?(?:bejegyzés|cikk)[^.;:]{0,40}? először(?: az?)? {X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én))? (?:oldalán |honlapján )?(?:jelent meg|látható)",
            "először & jelent|látható", "Az árapály bejegyzés először [Világítótorony] oldalán jelent meg.", "A bejegyzés először májusban jelent meg."),
        Row(Form.STATEMENT, ORIGINAL, r"(?:az? )?(?:eredeti (?:cikk|írás|szöveg|interjú|változat|publikáció)|cikk eredetije|írás eredetije|eredeti)(?: itt)?,?(?: az?)? {X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én))?(?: (?:oldalán|hasábjain|honlapján|weboldalán))? (?:olvasható|elérhető|jelent meg|található)",
            "eredeti", "Az eredeti cikk a [Világítótorony] oldalán olvasható.", "Az eredeti cikk sehol nem olvasható."),
        Row(Form.STATEMENT, COPY, r"(?:átvéve|átvettük|átvett (?:cikk|írás)|másodközlés)(?: az?)? {X}(?:[- ]?(?:ból|ből|ról|ről|tól|től))(?!\w)",
            "átvé|átvet|másodközlés", "Átvéve a [Világítótorony]ból", "Átvéve a nagyapjától"),
        Row(Form.STATEMENT, COPY, r"(?:^|[.(] ?)(?:az? )?{X} (?:szíves )?(?:engedélyével|hozzájárulásával|jóvoltából)(?: közöljük| közölve| közölt|[.)]|$)",
            "engedélyével|hozzájárulásával|jóvoltából", "A [Világítótorony] engedélyével közöljük.", "A szerző engedélyével közöljük."),
        Row(Form.LABEL, COPY, r"(?:eredeti )?(?:forrás(?:ok|a)?|forrásoldal) ?: ?{X}",
            "forrás", "Forrás: [Világítótorony]", "Források: ismeretlenek"),
        Row(Form.LABEL, ORIGINAL, r"(?:eredeti(?: cikk| írás| szöveg| megjelenés)?|(?:első )?(?:megjelenés|közlés)|megjelent|eredetileg megjelent) ?: ?{X}",
            "eredeti|megjelen|közlés", "Eredeti megjelenés: [Világítótorony]", "Megjelenés: havonta"),
        Row(Form.LABEL, ORIGINAL, r"(?:az )?eredeti (?:cikk|írás|szöveg|interjú)(?: itt)? (?:olvasható|elérhető|megtalálható)(?: itt)? ?: ?{X}",
            "eredeti", "Az eredeti cikk itt olvasható: [Világítótorony]", "Az eredeti cikk itt olvasható: lejjebb"),
        Row(Form.READ, COPY, r"\b(?:olvass[ao]?|olvashatja)(?: (?:el|tovább|az|a|itt)){0,3} (?:eredeti|teljes) (?:cikket|írást|interjút|szöveget)|^(?:az )?eredeti (?:cikk|írás|forrás|bejegyzés)(?: itt(?: olvasható)?)?\W*$|^forrás\W*$",
            "olvas|eredeti|forrás", "Eredeti cikk", "Tovább esik"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:^|[.(] ?)(?:az? )?{X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én))?(?: (?:oldalán|hasábjain|honlapján))? (?:megjelent|közölt) (?:cikk|írás|szöveg|interjú)[^.;:]{0,30}? fordítás",
            "fordítás", "A [Világítótorony]ban megjelent cikk magyar fordítása", "A tavaly megjelent cikk magyar fordítása"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:fordította|fordítás|fordító|magyarra fordította|magyar szöveg) ?:",
            "fordít|magyar szöveg", "Fordította: Író Anna", "A fordítás nehéz"),
        Row(Form.CITE, CITES, r"{X}(?: (?:szerint|jelentése szerint|értesülése szerint|információi szerint|tudósítása szerint|írja|írta|közölte|jelentette)|[- ]?(?:nak|nek) (?:nyilatkoz|adott interjú|elmondta|azt mondta)|[- ]?(?:ra|re) hivatkoz)",
            "szerint|írja|írta|közölte|jelentette|nyilatkoz|interjú|elmondta|azt mondta|hivatkoz", "A [Reuters] szerint folytatódnak a tárgyalások.", "A polgármester szerint minden rendben."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:fotók?|képek|kép|borítókép|nyitókép|illusztráció)(?: forrása)? ?[:/©|] ?{X}",
            "<fotó|<kép|<borító|<nyitó|<illusztráció", "Fotó: [MTI]", "Képek: sok"),
        Row(Form.REUSE, None, r"(?:utánközlés|felhasználás|átvétel)[^.]{0,40}(?:forrás|engedély)|a forrás megjelölésével",
            "utánközlés|felhasználás|átvétel|megjelölésével", "Utánközlés csak a forrás megjelölésével: Világítótorony", "Forrás: Világítótorony"),
    ),
)  # fmt: skip
