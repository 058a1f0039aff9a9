"""Hungarian."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, Form, Language, Row

HUNGARIAN = Language(
    code="hu",
    subject=r"(?:ez a|a fenti|jelen) (?:\w{1,15} )?(?:cikk|írás|szöveg|interjú|bejegyzés|anyag)|a cikk|az írás",
    venues=r"(?:folyóirat|napilap|hetilap|magazin|portál|honlap)",
    stops=r"forrás|fotó|fordít\w*|megjelen\w*|olvass|szerző",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"(?:eredetileg|először)(?: az?)? {X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én))?(?: jelent meg| oldalán jelent meg| hasábjain jelent meg)",
            "jelent meg", "Ez a cikk eredetileg a [Világítótorony] oldalán jelent meg.", "A könyv először májusban jelent meg."),
        Row(Form.STATEMENT, ORIGINAL, r"^[^.;:]{0,90}?(?:bejegyzés|cikk)[^.;:]{0,40}? először(?: az?)? {X}(?:[- ]?(?:ban|ben|on|en|ön|n|án|én))? (?:oldalán |honlapján )?(?:jelent meg|látható)",
            "először", "Az árapály bejegyzés először [Világítótorony] oldalán jelent meg.", "A bejegyzés először májusban jelent meg."),
        Row(Form.LABEL, COPY, r"forrás(?:ok)? ?: ?{X}",
            "forrás", "Forrás: [Világítótorony]", "Források: ismeretlenek"),
        Row(Form.READ, COPY, r"\b(?:olvassa|olvass)(?: (?:el|az|a)){0,2} (?:eredeti|teljes) cikket|^eredeti cikk\W*$",
            "olvas|tovább|eredeti cikk", "Eredeti cikk", "Tovább esik"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:fordította|fordítás) ?:",
            "fordít", "Fordította: Író Anna", "A fordítás nehéz"),
        Row(Form.CITE, CITES, r"{X} (?:szerint|jelentése szerint|értesülése szerint|írja|közölte)",
            "szerint|írja|közölte", "A [Reuters] szerint folytatódnak a tárgyalások.", "A polgármester szerint minden rendben."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:fotó|kép|borítókép) ?[:/©] ?{X}",
            "fotó|kép", "Fotó: [MTI]", "Képek: sok"),
        Row(Form.REUSE, None, r"(?:utánközlés|felhasználás)[^.]{0,40}(?:forrás|engedély)|a forrás megjelölésével",
            "utánközlés|felhasználás|megjelölésével", "Utánközlés csak a forrás megjelölésével: Világítótorony", "Forrás: Világítótorony"),
    ),
)  # fmt: skip
