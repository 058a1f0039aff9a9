"""Image credits: captions, "Photo: X", newspaper credit lines such as "● REUTERS". Never an origin of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect.match import matches
from archiver.provenance.detect.page import CONTENT, Hit, Page, Place
from archiver.provenance.phrases.grammar import Form

WEIGHT = 0.95
#: The initials of a desk have at most so many letters.
LONGEST_INITIALS = 4
_WANTED = CONTENT | {Role.CAPTION}
#: "● US AIR FORCE" at the end of a block: a credit line in capitals.
_BULLETS = "●•■▪◆"
_BULLET = re.compile(rf"(?:^|\s)[{_BULLETS}]\s?([A-ZÀ-Þ][A-ZÀ-Þ .&/'-]{{0,40}}[A-ZÀ-Þ])(?=$|\s[A-ZÀ-Þ][a-zß-ÿ])")
#: "AP Photo/Ann Author", "Ann Author/AFP via Getty Images", "(Getty Images)": the end of a caption, or a bracket.
_CREDIT = re.compile(
    r"[(\[/|©]\s?([^()\[\]|©/]{2,60})[)\]]?\s*\.?$|[(\[]([^()\[\]]{2,80})[)\]]|(?:^|[.!?]\s)([^.!?()]{2,60})\.?$"
)
_VIA = re.compile(r"\s(?:via|über|par|vía|through)\s")
_PHOTO = re.compile(r"^([\w. ]{2,30}?) (?:Photo|File Photo|Pool)\b")
_BY = re.compile(r"^(?:über|via|by|par|von|da|por|für|of|from)\s")
#: A line that is a credit in itself, outside of captions: "Ann Author/AFP via Getty Images".
_LINE = re.compile(r"^[\w .’'-]{3,40}/\s?([\w .-]{2,40}?(?: (?:via|/) [\w .]{3,30})?)$")

#: ... or "from Getty Images", where the name is that of a house of pictures.
_FROM = re.compile(r"^(?:from|via|courtesy of) ([^,;:]{2,40}?)\.?$", re.IGNORECASE)


def detect(page: Page) -> Iterator[Hit]:
    """Wordings, credit lines, captions."""
    for match in matches(page, Form.IMAGE, lambda place: place.block.role in _WANTED):
        target = match.target
        if target is None:
            continue
        last = _last_holder(page, match.place, target.start)
        for credit in last or (
            (target.publisher,) if target.firm or len((target.publisher or "").split()) <= 5 else ()
        ):
            evidence = page.evidence(match.place, match.start, match.end, match.rule, WEIGHT)
            yield Hit(Relation.IMAGE_CREDIT, credit, target.url, Strength.LABEL, evidence)
    bullets = any(sign in page.whole for sign in _BULLETS)
    for place in page.read:
        if bullets and place.block.role in _WANTED and (bullet := _BULLET.search(place.plain)):
            evidence = page.evidence(place, *bullet.span(1), "credit-line@1", WEIGHT)
            yield Hit(Relation.IMAGE_CREDIT, bullet[1].strip(), None, Strength.LABEL, evidence)
        if place.block.role is Role.CAPTION:
            yield from _caption(page, place)
        elif place.number is not None and len(place.plain) <= 80:
            yield from _lone_line(page, place)


def _lone_line(page: Page, place: Place) -> Iterator[Hit]:
    """A line outside of captions that is a credit in itself."""
    if "/" in place.plain and (line := _LINE.match(place.plain)):
        first = line[0].partition("/")[0].strip()
        if page.is_agency(first) or (first.islower() and len(first) <= LONGEST_INITIALS):
            return  # "AFP/dpa" is two agencies, "red/dpa" a desk and an agency: neither is a photographer
        for credit in _known(page, line[1]):
            evidence = page.evidence(place, *line.span(1), "credit-slash@1", WEIGHT)
            yield Hit(Relation.IMAGE_CREDIT, credit, None, Strength.LABEL, evidence)
    elif place.plain[:1] in "fvcFVC" and (line := _FROM.match(place.plain)):
        known = page.known(line[1])
        if known is not None and known.kind == "image-agency":
            evidence = page.evidence(place, *line.span(1), "credit-from@1", WEIGHT)
            yield Hit(Relation.IMAGE_CREDIT, line[1], None, Strength.LABEL, evidence)


def _caption(page: Page, place: Place) -> Iterator[Hit]:
    """Known names where captions have their credit."""
    for found in _CREDIT.finditer(place.plain):
        group = next(number for number in (1, 2, 3) if found[number] is not None)
        for credit in _known(page, found[group]):
            evidence = page.evidence(place, *found.span(group), "caption@1", WEIGHT)
            yield Hit(Relation.IMAGE_CREDIT, credit, None, Strength.LABEL, evidence)


def _known(page: Page, text: str) -> Iterator[str]:
    """The known name in a credit, with its "via" as it stands: `AFP via Getty Images`; `AP Photo/Ann Author` gives AP."""
    for part in re.split(r"\s?/\s?|,\s", text):
        photo = _PHOTO.match(part.strip(" .-–—"))
        credit = photo[1] if photo else _BY.sub("", part.strip(" .-–—"))
        first, *rest = _VIA.split(credit)
        if page.known(first.strip()):
            yield credit
            return
        if rest and page.known(rest[-1].strip()):
            yield rest[-1].strip()
            return


def _last_holder(page: Page, place: Place, start: int) -> tuple[str, ...]:
    """The known name behind a photographer's: `Photo: Ann Author/dpa`, `Foto: Verdi, über dts`."""
    end = place.plain.find("\n", start)
    stop = min(len(place.plain) if end < 0 else end, start + 80)
    segment = re.split(r"[.;|](?:\s|$)", place.plain[start:stop])[0]
    for piece in reversed(re.split(r"/|,\s|\s[-–—]\s|\((?=\w)", segment)):
        known = tuple(_known(page, _BY.sub("", piece.strip(" )(."))))
        if known:
            return known
    return ()
