"""Polish."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, Form, Language, Row

POLISH = Language(
    code="pl",
    subject=r"(?:ten|niniejszy|powyższy|poniższy|to) (?:\w{1,15} )?(?:artykuł|tekst|wywiad|wpis|reportaż|felieton|materiał)|(?:artykuł|tekst|wpis|wywiad)",
    venues=r"(?:czasopiśmie|gazecie|tygodniku|miesięczniku|dzienniku|portalu|serwisie|stronie|magazynie|blogu|piśmie)",
    stops=r"źródło|fot|tłumaczenie|tłum|przekład|opublikowan\w*|czytaj|autor",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"(?:pierwotnie|po raz pierwszy|oryginalnie|najpierw) (?:(?:został[ao]? )?opublikowan[yaeo]|ukazał(?:a|o)? się) (?:w|na|przez) {X}",
            "opublikowan|ukazał", "Tekst pierwotnie ukazał się w tygodniku „[Latarnia]”.", "Książka po raz pierwszy ukazała się w maju."),
        Row(Form.STATEMENT, ORIGINAL, r"{this} (?:został[ao]? )?(?:opublikowan[yaeo]|ukazał(?:a|o)? się)(?: (?:pierwotnie|po raz pierwszy))? (?:w|na|przez) {X}",
            "opublikowan|ukazał", "Artykuł ukazał się w tygodniku „[Latarnia]”.", "Artykuł ukazał się w maju."),
        Row(Form.STATEMENT, COPY, r"(?:przedruk|przedrukowano) (?:z|za zgodą) {X}",
            "przedruk", "Przedruk z „[Latarnia]”", "Przedruk z błędami"),
        Row(Form.STATEMENT, ORIGINAL, r"{this} [^.;:]{0,80}?pochodzi z (?:serwisu |portalu |bloga |strony |tygodnika |gazety ){0,1}{X}",
            "pochodzi", "Artykuł Pływy pochodzi z serwisu [Latarnia].", "Artykuł pochodzi z maja."),
        Row(Form.LABEL, COPY, r"(?:źródł[oa]|za) ?: ?{X}",
            "źródł|za:", "Źródło: [Latarnia]", "Źródła: nieznane"),
        Row(Form.READ, COPY, r"\b(?:czytaj|przeczytaj|zobacz) (?:cały|całość|oryginalny|oryginał)(?: (?:artykuł|tekst|na|w)){0,3}",
            "czytaj|zobacz", "Czytaj cały artykuł na Latarnia", "Zobacz sam"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:tłumaczenie|tłum\.|przekład|przełożył[a]?|tłumaczył[a]?) ?:?",
            "tłum|przekład|przełoży", "Tłumaczenie: Anna Autorka", "Tłumił śmiech"),
        Row(Form.CITE, CITES, r"(?:według|zdaniem|podaje|poinformował[ao]?|jak podaje|powiedział[a]?|donosi|informuje) (?:agencj[aiię]{1,2} |dziennik[a]? |gazet[ay] ){0,1}{X}",
            "według|zdaniem|podaje|poinformował|powiedział|donosi|informuje", "Według agencji [Reuters] rozmowy trwają.", "Według burmistrza wszystko dobrze."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:fot\.?|foto|zdjęcie|zdj\.|grafika) ?[:/©]? ?{X}",
            "fot|zdj|grafika", "Fot. [PAP]", "Fotografia dawna"),
        Row(Form.REUSE, None, r"(?:przedruk|kopiowanie|rozpowszechnianie)[^.]{0,40}(?:zabronion|wymaga|dozwolon)|z podaniem źródła",
            "przedruk|kopiowanie|rozpowszechnianie|podaniem", "Kopiowanie dozwolone z podaniem źródła: Latarnia", "Przedruk z „Latarnia”"),
    ),
)  # fmt: skip
