"""Dutch."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, WIRE, Form, Language, Row

DUTCH = Language(
    code="nl",
    subject=r"(?:dit|deze) (?:\w{1,15} )?(?:artikel|stuk|bericht|tekst|verhaal|column|interview|opinie|bijdrage|post)|het (?:artikel|bericht|stuk)",
    venues=r"(?:(?:de|het|een) )?(?:website|site|krant|dagblad|weekblad|tijdschrift|magazine|blog)(?: van)?",
    stops=r"vertaald|vertaling|gepubliceerd|verschenen|bron|foto|lees|alle rechten",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"(?:oorspronkelijk|eerder|eerst|voor het eerst) (?:gepubliceerd|verschenen|geplaatst) (?:op|in|door|bij) {X}",
            "oorspronkelijk|eerder|eerst", "Dit artikel is oorspronkelijk gepubliceerd op [Havenblad].", "Het boek is eerder verschenen in mei."),
        Row(Form.STATEMENT, ORIGINAL, r"verscheen (?:eerst|eerder|oorspronkelijk) (?:op|in|bij) {X}",
            "verscheen", "Het bericht Het tij verscheen eerst op [Havenblad].", "Hij verscheen eerst in mei."),
        Row(Form.STATEMENT, COPY, r"(?:overgenomen (?:van|uit)|met toestemming (?:van|overgenomen (?:van|uit))) {X}",
            "overgenomen|toestemming", "Met toestemming overgenomen van [Havenblad]", "De zaak is overgenomen van zijn vader."),
        Row(Form.STATEMENT, ORIGINAL, r"(?:het )?(?:originele|oorspronkelijke) (?:artikel|bericht|stuk|tekst) (?:staat|verscheen|is te (?:lezen|vinden)|is (?:verschenen|gepubliceerd)|vindt u) (?:op|in|bij) {X}",
            "originele|oorspronkelijke", "Het originele artikel staat op [Havenblad].", "Het originele artikel staat op straat."),
        Row(Form.STATEMENT, ORIGINAL, r"{this} (?:is|werd|verscheen|is op \d{1,2} \w{3,9} \d{4})(?: eerder)? (?:gepubliceerd |verschenen |geplaatst )?(?:op|in|door|bij) {X}",
            "gepubliceerd|verschenen|verscheen|geplaatst", "Dit artikel verscheen op [Havenblad].", "Dit artikel verscheen in mei."),
        Row(Form.LABEL, COPY, r"persbericht(?: ?:| van) ?{X}$",
            "persbericht", "Persbericht: [Havenblad]", "Persbericht: gisteren"),
        Row(Form.LABEL, COPY, r"bron(?:nen)? ?: ?{X}",
            "bron", "Bron: [Havenblad]", "Bronnen: onbekend"),
        Row(Form.READ, COPY, r"\b(?:(?:lees|bekijk|ga naar) (?:het|dit) (?:hele|volledige|originele|oorspronkelijke) (?:artikel|bericht|stuk)|lees verder (?:op|bij))(?: (?:op|bij|hier)){0,2}",
            "lees|bekijk|ga naar", "Lees het hele artikel op Havenblad", "Lees maar na"),
        Row(Form.CREDIT, WIRE, r"(?:met (?:informatie|bijdragen|medewerking) van) {X}",
            "met ", "Met informatie van [ANP]", "Met informatie van buren"),
        Row(Form.TRANSLATION, TRANSLATED, r"\b(?:vertaald (?:uit|door)|vertaling ?(?::|door|uit))",
            "vertaal|vertaling", "Vertaald door Anna Auteur", "Het werk is slecht vertaald."),
        Row(Form.CITE, CITES, r"(?:volgens|meldt|tegen|schrijft|aldus|bericht) (?:persbureau |de krant |het |de ){0,2}{X}",
            "volgens|meldt|tegen|schrijft|aldus|bericht", "Volgens [Reuters] gaan de gesprekken door.", "Volgens de burgemeester gaat het goed."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:foto(?:'s)?|beeld|afbeelding) ?[:/©] ?{X}",
            "foto|beeld", "Foto: [ANP]", "Foto: vele"),
        Row(Form.REUSE, None, r"(?:overname|verspreiding)[^.]{0,40}(?:toegestaan|verboten)|bronvermelding",
            "overname|verspreiding|bronvermelding", "Overname toegestaan met bronvermelding: Havenblad", "Overgenomen van Havenblad"),
    ),
)  # fmt: skip
