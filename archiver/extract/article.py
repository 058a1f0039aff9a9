"""Two opinions on one page -> its main text: trafilatura's lines, corrected by what our blocks know of place and role.

    1  Each line is found among the blocks, in page order; a line that is not found stands as it is.
    2  A line is left out when all its blocks are furniture: hidden labels, headings over lists of links, the headline
       again, a paragraph that is one link, an appeal or an address after the article.
    3  A gap between kept paragraphs is filled where it is prose without menus or teasers: the article goes on behind
       an insert that stopped the reader.
    4  The lead, between the headline and the first paragraph kept, comes back where it reads like one.

No tree is looked at here and nothing is weighed by site. Where there is no opinion, the body blocks are the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from archiver.extract.regions import HEADINGS, Row
from archiver.model.document import Block, Role

_HOLDS = 0.6  # of the body as the blocks have it: an opinion with less of it has lost the article
_PREFIX = 16  # characters by which a line of several blocks is looked up
_TRIES = 8  # blocks with one beginning that are compared with one line
_LEAD = 120  # characters of a lead; shorter ones are labels and picture texts
_MOST_LEADS = 3
_STRAY = 0.1  # share of a text that may be missing among the blocks: beyond it, what is missing cannot be told

_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())  # the same, ten times as fast
_FULL_STOP = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*\s*\Z")  # the full stops of other scripts too
_STAMP = re.compile(r"\d\d:\d\d|\b(?:19|20)\d\d\Z")
#: Said to the reader about the outlet, not in the article: each with what it is.
_APPEALS: tuple[tuple[str, str], ...] = (
    (r"\bnewsletters?\b|\binbox\b|\bsign(?:ing)? up\b|\bsubscri(?:be|bing|ption)\b|\babonn(?:ieren|ez)\b", "newsletter"),
    (r"\bsuscr[ií]b\w+|\binscreva\b|\biscriviti\b|\babone ol\b|\bподпи(?:шитесь|сывайтесь)\b", "newsletter"),
    (r"\bfollow (?:us|him|her|them|me)\b|\bfolgen sie\b|\bsuivez[- ]|\bs[ií]guenos\b|\bsiga[- ]nos\b|\bseguici\b", "follow"),
    (r"\bclick here\b|\bhier klicken\b|\bcliquez ici\b|\bhaga clic\b|\bclique aqui\b|\bclicca qui\b", "click"),
    (r"©|\bcopyright\b|\ball rights reserved\b|\balle rechte vorbehalten\b|\btodos los derechos\b|\btous droits\b", "rights"),
    (r"\bfor your personal\b", "rights"),
    (r"@[\w-]+\.\w|(?<!\w)@\w{3,}|\A\W*(?:like this story|have a tip|write to|e-?mail|contact)\b", "an address"),
)  # fmt: skip
_APPEAL = re.compile("|".join(pattern for pattern, _ in _APPEALS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the reader's text and the blocks that it was made from: `start` up to `end`; both -1 where unknown."""

    text: str
    start: int = -1
    end: int = -1


def body_text(blocks: Sequence[Block]) -> str:
    """The text of the article as the blocks alone have it."""
    kept = (Role.HEAD, Role.BODY, Role.TAIL, Role.QUOTE)
    body = [block.text for block in blocks if block.role in (Role.BODY, Role.QUOTE)]
    return "\n".join(body or [block.text for block in blocks if block.role in kept])


def suffices(text: str, blocks: Sequence[Block]) -> bool:
    """Whether a text holds so much that no other reading of the page need be asked for."""
    return bool(text) and len(text) >= _HOLDS * sum(len(block.text) for block in blocks if block.role is Role.BODY)


def main_text(text: str, blocks: Sequence[Block], title: str | None) -> str:
    """The main text: `text` is a reader's opinion, `blocks` are all of the page, `title` is its title without suffixes."""
    if not text:
        return body_text(blocks)
    page = _Page(blocks, title or "")
    lines = page.align(text)
    within = {at for line in lines for at in range(line.start, line.end)}
    kept = [line for line in lines if not page.furniture(line, within)]
    missing = sorted(page.missing(within, lines))
    texts: list[str] = []
    for line in kept:
        while missing and missing[0] < line.start:
            texts.append(blocks[missing.pop(0)].text)
        texts.append(line.text)
    return "\n".join((*texts, *(blocks[at].text for at in missing))).strip() or text


class _Page:
    """The blocks of one page with what is asked of them again and again."""

    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.blocks = blocks
        self.rows = [Row(block.text, block.tag, block.links) for block in blocks]
        self.keys = [_key(block.text) for block in blocks]
        self.title = _key(title).lower()
        self.body = [at for at, block in enumerate(blocks) if block.role is Role.BODY]
        self.first = self.body[0] if self.body else len(blocks)

    def align(self, text: str) -> list[_Line]:
        """The lines of a text, each with its blocks. A text that stands twice is the one that comes next."""
        whole = "".join(self.keys)
        starts: list[int] = []
        exact: dict[str, list[int]] = {}
        begins: dict[str, list[int]] = {}
        size = 0
        for at, key in enumerate(self.keys):
            starts.append(size)
            if key:
                exact.setdefault(key, []).append(at)
                begins.setdefault(whole[size : size + _PREFIX], []).append(at)
            size += len(key)
        lines: list[_Line] = []
        last = 0
        for line in text.split("\n"):
            key = _key(line)
            if not key:
                continue
            places = exact.get(key)
            if places is None and len(key) >= _PREFIX:
                near = begins.get(key[:_PREFIX], [])
                start = max(0, min(bisect_left(near, last), len(near) - _TRIES))
                places = [at for at in near[start : start + _TRIES] if whole.startswith(key, starts[at])]
            if not places:
                lines.append(_Line(line))
                continue
            at = places[min(bisect_left(places, last), len(places) - 1)]
            end = max(bisect_left(starts, starts[at] + len(key)), at + 1)
            lines.append(_Line(line, at, end))
            last = max(last, end - 1)
        return lines

    def furniture(self, line: _Line, within: set[int]) -> bool:
        """Whether a line belongs to the page, not to the article: true of every one of its blocks."""
        places = [at for at in range(line.start, line.end) if self.keys[at]]
        return bool(places) and all(self._furniture(at, within) for at in places)

    def _furniture(self, at: int, within: set[int]) -> bool:
        row, role = self.rows[at], self.blocks[at].role
        if role is Role.HIDDEN:
            return not row.prose
        if row.tag in HEADINGS:
            if role in (Role.NAV, Role.LIST):
                return row.linked >= 0.5 or not self._heads(at, within)
            return at < self.first and self.keys[at].lower() == self.title
        if role is Role.NAV:
            return row.linked >= 0.5
        return role in (Role.HEAD, Role.BODY, Role.TAIL) and (
            self._points_away(row) or (role is Role.TAIL and len(row.text) < 400 and bool(_APPEAL.search(row.text)))
        )

    def _heads(self, at: int, within: set[int]) -> bool:
        """Whether prose that was read follows a heading."""
        return any(place in within and self.rows[place].prose for place in (at + 1, at + 2) if place < len(self.rows))

    @staticmethod
    def _points_away(row: Row) -> bool:
        """Whether a paragraph is one link to another page: "Read more: ..."; a word or two may be an article's own."""
        return row.linked >= 0.8 and row.tag != "li" and len(row.text) >= 30 and row.text.count(" ") >= 3

    def missing(self, within: set[int], lines: list[_Line]) -> set[int]:
        """The places of blocks that belong to the article and were not read."""
        read = sorted(at for at in within if self.blocks[at].role in (Role.BODY, Role.QUOTE))
        stray = "".join(_key(line.text) for line in lines if line.start < 0)
        if not read or len(stray) > _STRAY * sum(len(line.text) for line in lines):
            return set()
        ends = [*read, self.body[-1] + 1] if self.body and self.body[-1] > read[-1] else read
        found = {at for before, after in pairwise(ends) for at in self._gap(before + 1, after, within)}
        found.update(self._lead(read[0], within))
        known = {self.keys[at] for at in within}
        return {at for at in found if self.keys[at] not in known and self.keys[at] not in stray}

    def _gap(self, start: int, end: int, within: set[int]) -> list[int]:
        """The prose between two places, where hardly anything else stands there."""
        roles = (Role.BODY, Role.QUOTE, Role.LIST)
        places = [at for at in range(start, end) if self.blocks[at].role in roles and at not in within]
        good = [at for at in places if self._goes_on(at)]
        other = sum(1 for at in places if self.rows[at].tag in HEADINGS or self.rows[at].linked >= 0.5)
        size = sum(len(self.rows[at].text) for at in places)
        prose = sum(len(self.rows[at].text) for at in good)
        return good if prose >= 0.9 * size and other * 3 < len(good) else []

    def _goes_on(self, at: int) -> bool:
        row, role = self.rows[at], self.blocks[at].role
        if role is Role.LIST or _APPEAL.search(row.text[:300]):
            return False
        return row.prose or (role is Role.QUOTE and row.linked < 0.5)

    def _lead(self, first: int, within: set[int]) -> list[int]:
        """What stands between the headline and the first paragraph, where it is whole sentences and not many."""
        headline = next((at for at in range(min(first, self.first)) if self._names_the_page(at)), first)
        places = [at for at in range(headline + 1, first) if at not in within and self._is_lead(at)]
        return places if len(places) <= _MOST_LEADS else []

    def _names_the_page(self, at: int) -> bool:
        key = self.keys[at].lower()
        in_head = self.blocks[at].role is Role.HEAD and self.rows[at].tag in HEADINGS
        return in_head and bool(key and self.title) and (key in self.title or self.title in key)

    def _is_lead(self, at: int) -> bool:
        row = self.rows[at]
        if self.blocks[at].role not in (Role.HEAD, Role.BODY) or len(row.text) < _LEAD:
            return False
        if not row.prose or row.linked >= 0.2 or not _FULL_STOP.search(row.text[-20:]):
            return False
        return not _STAMP.search(row.text) and not _APPEAL.search(row.text)


def _key(text: str) -> str:
    """A text as it is compared: without all that readers write differently (white space, bullets, signs of tables)."""
    if text.isascii():
        return text.encode().translate(None, _ASCII_SIGNS).decode()
    return _NOT_WORD.sub("", text)
