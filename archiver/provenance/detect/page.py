"""The Page that detectors read (a Document, its places, its own names) and the Hit that they yield.

Owns where a block stands (edge of the text or middle), what the page itself is called (the self test), sentences, and how
a match becomes Evidence with exact offsets. It knows no wording and reads no name: see names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from archiver.model import url as urls
from archiver.model.agent import Publisher
from archiver.model.claim import Evidence, Relation, Strength
from archiver.model.document import Block, Document, Link, Pointer, Role
from archiver.provenance.detect.keys import places_of_keys
from archiver.provenance.phrases.grammar import Form, Wording
from archiver.provenance.phrases.lexicon import BY_KEY, WORDINGS
from archiver.provenance.publishers import AGENCY_KINDS, Authority, fold

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


class Place(NamedTuple):
    """A block with its number among the content blocks (None where it is none) and its text made ready for matching.

    `plain` has the length of `block.text`: odd spaces and full-width signs are exchanged one for one. A named tuple, since
    every page makes hundreds of them.
    """

    block: Block
    number: int | None
    plain: str

    @property
    def lower(self) -> str:
        """The text in lower case, in which key words are looked for."""
        plain = self.plain
        return plain.lower() if plain.isascii() else plain.replace("İ", "i").lower()  # the one letter that grows


class Page:
    """A Document made ready for detectors. Nothing in it changes."""

    def __init__(self, document: Document, authority: Authority) -> None:
        self.document = document
        self.authority = authority
        self.host = _ascii(urls.host(document.url))
        self._known: dict[str, Publisher | None] = {}
        self._found: dict[str, set[int]] = {}
        #: The blocks that wordings are looked for in, in order.
        self.read: tuple[Place, ...] = tuple(_places(document.blocks))
        #: The content blocks, in order.
        self.content: tuple[Place, ...] = tuple(place for place in self.read if place.number is not None)
        self.content_count = len(self.content)

        #: All blocks in page order, as they stand: to see at one look what a page holds nowhere.
        self.whole = document.whole

    def holding(self, signs: tuple[str, ...], roles: frozenset[Role]) -> Iterator[Place]:
        """The blocks of these roles in which one of the signs stands, in page order, menus and quotes among them."""
        blocks = self.document.blocks
        starts = [block.offset for block in blocks]
        numbers: set[int] = set()
        for sign in signs:
            at = self.whole.find(sign)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                numbers.add(number)
                at = self.whole.find(sign, starts[number + 1]) if number + 1 < len(starts) else -1
        content = {place.block.offset: place for place in self.content} if numbers else {}
        for block in (blocks[number] for number in sorted(numbers)):
            if block.role in roles:
                yield content.get(block.offset) or Place(block, None, _plain(block.text))

    @cached_property
    def _keys(self) -> dict[str, list[int]]:
        return places_of_keys([place.lower for place in self.read])

    def found(self, wording: Wording) -> set[int]:
        """The numbers, among `read`, of the blocks that the key words of the wording stand in."""
        if wording.name not in self._found:
            keys = self._keys
            held, *more = (set[int]().union(*[keys[key] for key in group if key in keys]) for group in wording.keys)
            self._found[wording.name] = held.intersection(*more) if more else held
        return self._found[wording.name]

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

    def begins_body(self, place: Place) -> bool:
        """Whether a block stands before the text, or is its first one."""
        before = (place.number or 0) - 1
        return place.number is not None and (
            place.block.role is Role.HEAD or before < 0 or self.content[before].block.role is Role.HEAD
        )

    def ends_body(self, place: Place) -> bool:
        """Whether a block is the last one of the text, and not all of it."""
        after = (place.number or 0) + 1
        return bool(place.number) and (after >= self.content_count or self.content[after].block.role is Role.TAIL)

    def at_edge(self, place: Place) -> bool:
        """Whether a block stands at either end of the text."""
        return self.near_head(place) or self.near_tail(place)

    def wordings(self, form: Form) -> list[Wording]:
        """The wordings of that form whose key words stand anywhere on the page."""
        return self._wordings.get(form, [])

    @cached_property
    def _wordings(self) -> dict[Form, list[Wording]]:
        keys = self._keys.keys()
        wordings: dict[Form, list[Wording]] = {}
        for number in sorted({number for key in keys for number in BY_KEY.get(key, ())}):
            wording = WORDINGS[number]
            if not any(map(keys.isdisjoint, wording.keys[1:])):
                wordings.setdefault(wording.row.form, []).append(wording)
        return wordings

    def known(self, name: str) -> Publisher | None:
        """The publisher of that name, or None: the authority's answer, remembered for the page, and given at once where no
        known name has those letters.
        """
        if name in self._known:
            return self._known[name]
        letters = _letters(name)
        known = self.authority.match(name) if letters is None or letters in self.authority.by_name else None
        self._known[name] = known
        return known

    def is_agency(self, name: str) -> bool:
        """Whether the name is that of a news agency, a syndicate or a press-release wire."""
        known = self.known(name)
        return known is not None and known.kind in AGENCY_KINDS

    def is_own_name(self, name: str) -> bool:
        """Whether a name is what the page calls itself, letter by letter."""
        letters = _letters(name)
        if letters is None:
            letters = fold(name)
        return len(letters) > 2 and (
            letters in self._own_letters
            or (name[:1].isupper() and letters == self._own_brand)
            or (name[:_SHORTEST_STEM] in self._own_stems and any(inflected(own, name) for own in self.own_names))
        )

    @cached_property
    def _own_stems(self) -> frozenset[str]:
        """How the page's own names begin, so that most names need no closer look."""
        return frozenset(own[:_SHORTEST_STEM] for own in self.own_names)

    @cached_property
    def _own_letters(self) -> frozenset[str]:
        return frozenset(fold(own) for own in self.own_names)

    @cached_property
    def _own_brand(self) -> str:
        return fold(urls.brand(self.host))

    @cached_property
    def _own_site(self) -> str:
        return urls.site(self.host)

    def is_self(self, publisher: str | None, url: str | None) -> bool:
        """Whether a target is the page's own publisher: by name where one is given, else by the site of the address."""
        if publisher is None:
            return bool(url) and self.own_site(url or "")
        if self.authority.matches_host(publisher, self.host):
            return True
        brand = urls.brand(self.host) if self.host else ""
        if _spelt(publisher, brand):
            return True
        if len(brand) > 3 and _own_section(brand, publisher):
            return True
        return any(
            self.authority.same(own, publisher) or _own_section(own, publisher) or inflected(own, publisher)
            for own in self.own_names
        )

    def own_site(self, url: str) -> bool:
        """Whether an address stands on the page's own site, or on that of its publisher."""
        host = urls.host(url)
        if self.host and urls.site(_ascii(host)) == self._own_site:
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


def _places(blocks: Iterable[Block]) -> Iterator[Place]:
    number = 0
    for block in blocks:
        role = block.role
        if role in CONTENT:
            yield Place(block, number, _plain(block.text))
            number += 1
        elif role in READ:
            yield Place(block, None, _plain(block.text))


def _plain(text: str) -> str:
    """The text with odd spaces and signs exchanged. Most pages hold few of them: looking is cheaper than translating."""
    if not text.isascii():
        for odd, usual in _EXCHANGED.items():
            if odd in text:
                text = text.replace(odd, usual)
    return text


#: How Russian letters are written in a host.
_LATIN = {
    "а": "a", "б": "b", "в": "v|w", "г": "g", "д": "d", "е": "e|ye|ie", "ё": "e|yo|jo|io", "ж": "zh|j", "з": "z", "и": "i", "й": "y|i|j|",
    "к": "k|c", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh|h|x", "ц": "ts|c|tc",
    "ч": "ch", "ш": "sh", "щ": "shch|sch", "ъ": "|", "ы": "y|i", "ь": "|", "э": "e", "ю": "yu|iu|ju|u", "я": "ya|ia|ja",
}  # fmt: skip
#: A name of more letters is no name.
_LONGEST_SPELT = 40


def _spelt(name: str, brand: str) -> bool:
    """Whether a Russian name is what a host's brand label spells in Latin letters: `Береговой вестник`, beregovoy-vestnik."""
    letters = [char for char in name.casefold() if char.isalnum()]
    if len(brand) < 4 or not 4 <= len(letters) <= _LONGEST_SPELT or not any(char in _LATIN for char in letters):
        return False
    pattern = "".join(f"(?:{_LATIN.get(char, re.escape(char))})" for char in letters)
    return bool(re.fullmatch(pattern, "".join(char for char in brand if char.isalnum())))


#: What languages with cases change at the end of a word of a name: "des Uferboten", "Gazety Szkolnej".
_ENDINGS = frozenset(
    ["", "s", "es", "n", "en", "e", "a", "u", "y", "i", "em", "owi", "ie", "ą", "ę", "ej", "ego", "iego", "iej", "ym", "im", "и", "а", "е", "у", "ы", "ой", "ом", "ого", "ий", "ый", "ая", "я", "ь", "ю"]
)  # fmt: skip
_SHORTEST_STEM = 4


def inflected(own: str, name: str) -> bool:
    """Whether a name is the page's own in another case: as many words, each with the same stem."""
    ours, theirs = own.casefold().split(), name.casefold().split()
    return len(ours) == len(theirs) and all(_one_word(one, other) for one, other in zip(ours, theirs, strict=True))


def _one_word(one: str, other: str) -> bool:
    if one == other:
        return True
    stem = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        stem += 1
    return any(
        one[end:] in _ENDINGS and other[end:] in _ENDINGS for end in range(max(_SHORTEST_STEM, stem - 2), stem + 1)
    )


def _letters(name: str) -> str | None:
    """What publishers.fold makes of a name of plain words, by a shorter way; None where it takes the long one: other letters,
    a host, or a first word so short that it may be an article.
    """
    if not name.isascii() or "." in name or "'" in name:
        return None
    first = name.split(None, 1)[:1]
    if first and len(first[0].strip(_SIGNS)) <= _LONGEST_ARTICLE:
        return None
    return name.lower().translate(_NO_SIGNS)


_SIGNS = "".join(chr(code) for code in range(128) if not chr(code).isalnum())
_NO_SIGNS = dict.fromkeys(map(ord, _SIGNS))
_LONGEST_ARTICLE = 3


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
