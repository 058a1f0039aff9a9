"""The Page that detectors read (a Document, its places, its own names) and the Hit that they yield.

Owns where a block stands (edge of the text or middle), what the page itself is called (the self test), sentences, and how
a match becomes Evidence with exact offsets. It knows no wording and reads no name: see names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from archiver.model import url as urls
from archiver.model.claim import Evidence, Relation, Strength
from archiver.model.document import Block, Document, Link, Pointer, Role
from archiver.provenance.detect.keys import places_of_keys
from archiver.provenance.phrases.grammar import Form, Wording
from archiver.provenance.phrases.lexicon import BY_FORM
from archiver.provenance.publishers import Authority, fold

#: Blocks that can say where the text comes from. Quoted, hidden, commented, listed and menu text cannot.
CONTENT = frozenset({Role.HEAD, Role.BODY, Role.TAIL})
#: Blocks that any wording is looked for in.
READ = CONTENT | {Role.CAPTION, Role.LIST}
#: Blocks from either end of the content that count as its edge, whatever role the reader gave them.
EDGE = 3
#: A quote is at most this long on either side of what was matched, in characters.
REACH = 300

#: So many links of a block are looked at; more is a list.
MAX_LINKS = 200

# One character for one, so that offsets stay true.
_EXCHANGED = {
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "：": ":", "（": "(", "）": ")", "／": "/", "＝": "=",
    "｜": "|", "‐": "-", "‑": "-",
}  # fmt: skip
_SENTENCE_END = re.compile(
    r"(?:(?<![A-ZÀ-Þ])(?<!\b(?:vol|Mrs))(?<!\b(?:No|Nr|Mr|Dr|St))[.!?…]{1,4}[\"'”’»)\]]{0,3}\s|[。！？]|\s(?=Copyright ©)|(?<=[.!?…]) )"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One piece of evidence for one relation and target, before merging."""

    relation: Relation
    publisher: str | None
    url: str | None
    strength: Strength
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Place:
    """A block with its number among the content blocks (None where it is none) and its text made ready for matching.

    `plain` has the length of `block.text`: odd spaces and full-width signs are exchanged one for one.
    """

    block: Block
    number: int | None
    plain: str
    lower: str


class Page:
    """A Document made ready for detectors. Nothing in it changes."""

    def __init__(self, document: Document, authority: Authority) -> None:
        self.document = document
        self.authority = authority
        self.host = _ascii(urls.host(document.url))
        self._wordings: dict[Form, list[Wording]] = {}
        number = 0
        places: list[Place] = []
        plain = _plain(document.whole)
        lower = plain.replace("İ", "i").lower()  # the one letter that grows in lower case
        for block in document.blocks:
            content = block.role in CONTENT
            start, end = block.offset, block.offset + len(block.text)
            places.append(Place(block, number if content else None, plain[start:end], lower[start:end]))
            number += content
        self.places = tuple(places)
        self.content_count = number

    @cached_property
    def content(self) -> tuple[Place, ...]:
        """The content blocks, in order."""
        return tuple(place for place in self.places if place.number is not None)

    @cached_property
    def read(self) -> tuple[Place, ...]:
        """The blocks that wordings are looked for in, in order."""
        return tuple(place for place in self.places if place.block.role in READ)

    @cached_property
    def _keys(self) -> dict[str, list[int]]:
        return places_of_keys([place.lower for place in self.read])

    def found(self, wording: Wording) -> set[int]:
        """The numbers, among `read`, of the blocks that a key word of the wording stands in."""
        return {number for key in wording.keys for number in self._keys.get(key, ())}

    @cached_property
    def own_names(self) -> tuple[str, ...]:
        """What the page calls its publisher, best first. A name that is known to be that of another site is not its own:
        wire copy often carries the agency as its publisher.
        """
        named = self.authority.of_host(self.host)
        stated = self.document.publisher
        names = [stated.value or "", *(c.value for c in stated.candidates), named.name if named else ""]
        return tuple(dict.fromkeys(name for name in names if name and not self._foreign(name)))

    def _foreign(self, name: str) -> bool:
        known = self.authority.match(name)
        return bool(self.host and known and known.hosts) and not self.authority.matches_host(name, self.host)

    def near_head(self, place: Place) -> bool:
        """Whether a block stands at the beginning of the text."""
        return place.number is not None and (place.block.role is Role.HEAD or place.number < EDGE)

    def near_tail(self, place: Place) -> bool:
        """Whether a block stands at the end of the text."""
        return place.number is not None and (place.block.role is Role.TAIL or place.number >= self.content_count - EDGE)

    def at_edge(self, place: Place) -> bool:
        """Whether a block stands at either end of the text."""
        return self.near_head(place) or self.near_tail(place)

    def wordings(self, form: Form) -> list[Wording]:
        """The wordings of that form of which a key word stands anywhere on the page."""
        known = self._wordings.get(form)
        if known is None:
            known = [wording for wording in BY_FORM[form] if not self._keys.keys().isdisjoint(wording.keys)]
            self._wordings[form] = known
        return known

    def is_self(self, publisher: str | None, url: str | None) -> bool:
        """Whether a target is the page's own publisher: by name where one is given, else by the site of the address."""
        if publisher is None:
            return bool(url) and self.own_site(url or "")
        if self.authority.matches_host(publisher, self.host):
            return True
        brand = urls.brand(self.host) if self.host else ""
        if len(brand) > 3 and _own_section(brand, publisher):
            return True
        return any(self.authority.same(own, publisher) or _own_section(own, publisher) for own in self.own_names)

    def own_site(self, url: str) -> bool:
        """Whether an address stands on the page's own site, or on that of its publisher."""
        host = urls.host(url)
        if self.host and urls.site(_ascii(host)) == urls.site(self.host):
            return True
        owner, mine = self.authority.of_host(host), self.authority.of_host(self.host)
        if owner is not None and mine is not None:
            return owner.name == mine.name
        return any(self.authority.matches_host(own, host) for own in self.own_names)

    def evidence(self, place: Place, start: int, end: int, rule: str, weight: float) -> Evidence:
        """The sentence around [start, end) of a block, as it stands in Document.whole."""
        begin, stop = sentence(place.plain, start, end)
        text = place.block.text
        while begin < start and text[begin].isspace():
            begin += 1
        while stop > end and text[stop - 1].isspace():
            stop -= 1
        return Evidence(
            quote=text[begin:stop],
            role=place.block.role,
            rule=rule,
            weight=weight,
            start=place.block.offset + begin,
            end=place.block.offset + stop,
            prefix=text[max(0, begin - 32) : begin],
            suffix=text[stop : stop + 32],
        )

    def markup(self, pointer: Pointer, rule: str, weight: float) -> Evidence:
        """The tag or member that a machine reads."""
        return Evidence(quote=pointer.quote, role=Role.MARKUP, rule=rule, weight=weight)

    def links(self, place: Place) -> Iterator[Link]:
        """The links of a block that lead to another page over http."""
        return islice((link for link in place.block.links if link.url.startswith(("http://", "https://"))), MAX_LINKS)


def _plain(text: str) -> str:
    """The text with odd spaces and signs exchanged. Most pages hold few of them: looking is cheaper than translating."""
    if not text.isascii():
        for odd, usual in _EXCHANGED.items():
            if odd in text:
                text = text.replace(odd, usual)
    return text


def _ascii(host: str) -> str:
    """A host in A-labels, or as it is where it cannot be written in them."""
    try:
        return urls.ascii_host(host) if host else ""
    except urls.BadUrl:
        return host


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds [start, end), at most REACH characters beyond it on either side."""
    floor, ceiling = max(0, start - REACH), min(len(text), end + REACH)
    begin, stop = floor, ceiling
    for boundary in _SENTENCE_END.finditer(text, floor, ceiling):
        if boundary.end() <= start:
            begin = boundary.end()
        elif boundary.start() >= end - 1:
            stop = boundary.start() if text[boundary.start()].isspace() else boundary.end()
            break
    return begin, max(stop, end)


#: What follows a brand's name where an edition with its own newsroom is meant.
EDITIONS = frozenset({"us", "usa", "uk", "india", "africa", "australia", "canada", "france", "deutschland", "germany", "japan", "italia", "españa", "arabic", "english"})  # fmt: skip


def _own_section(own: str, name: str) -> bool:
    """`CNN Weather Brief` is CNN; `VICE US` is not VICE UK."""
    head, tail = own.casefold().strip(), name.casefold().strip()
    rest = tail.removeprefix(head)
    return rest != tail and rest.startswith(" ") and rest.strip() not in EDITIONS and len(fold(own)) > 1
