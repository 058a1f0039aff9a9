"""Which of a document's rows are HEAD, BODY and TAIL: one rule for HTML and PDF.

A row whose place already speaks (menu, caption, comment, quote, list) keeps its role. Of the others, the body runs from
the first paragraph of prose to the last one that is not a note; notes (credits, origin, author, copyright) are told by a
table of signs. No layout and no markup is looked at here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archiver.model.document import Link, Role

PROSE = 80  # characters from which a paragraph without much linking is taken for prose

_SENTENCE_END = re.compile(r"[.!?…。!?؟。”\"'»)]\s*\Z")
_SEPARATOR = re.compile(r"\A[\W_]{1,12}\Z")

#: Signs of a note after the article, each a pattern with what it is a sign of. Searched in the first and last 300
#: characters of a row.
NOTES: tuple[tuple[str, str], ...] = (
    (r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright(?:ed)?\b|\ball rights reserved\b", "copyright"),
    (r"[\w.+-]+@[\w-]+\.[\w.]{2,}", "an address to write to"),
    (r"\A\W*(?:disclaimer|haftungsausschluss|descargo|avertissement|note to (?:our )?readers|editor'?s? note|nota)\b", "disclaimer"),
    (r"\b(?:th(?:is|e) (?:\w+ ){0,3}(?:article|story|piece|post|essay|column|report|interview|text)|these? (?:views|opinions))\b", "talks of itself"),
    (r"\b(?:original(?:ly)?|first) (?:source|published|appeared|posted|version)\b|\b(?:re)?published (?:by|in|on|at|with|under)\b", "origin"),
    (r"\b(?:dieser|der) (?:artikel|beitrag|text)\b|\berschien(?:en)?\b|\bcet article\b|\beste? art[ií]culo\b|\bquest[oa] articolo\b|\beste artigo\b", "talks of itself"),
    (r"\bpubli(?:cado|é|cato|ziert|cada)\b|\bveröffentlicht\b|\bpubblicato\b|опубликован|نشر|المصدر|来源|转载|出典|источник", "origin"),
    (r"\A\W*(?:source|via|from|fuentes?|quellen?|fonte|bron|kaynak|credit|photo|foto|image|bild|featured image|with (?:files|reporting) from|read (?:more|the)|follow|share|subscribe|tags?|filed under|about the author|articles? by|translat\w+|traduc\w+|tradu\w+|übersetz\w+)\b", "label"),
    (r"\A(?:[A-ZÀ-Þ][\w.'’-]+ ){2,4}(?:is|was|are|ist|est|es|è|é) (?:an?|the|ein|eine|un|une|una|uma?|journalist|author|autor)\b", "author"),
    (r"\b(?:comment on|become a member|sign up|donate|newsletter)\b", "appeal"),
)  # fmt: skip
_NOTE = re.compile("|".join(f"(?:{pattern})" for pattern, _ in NOTES), re.IGNORECASE)

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class Row:
    """A block on its way: `role` None until it is known; `inside` the densest part of the page; `stressed` all in italics."""

    text: str
    tag: str
    links: tuple[Link, ...] = ()
    role: Role | None = None
    inside: bool = True
    stressed: bool = False

    @property
    def linked(self) -> float:
        """The share of the text that is linked, 0 to 1."""
        return sum(link.end - link.start for link in self.links) / len(self.text) if self.text else 0.0

    @property
    def prose(self) -> bool:
        """Whether it reads like a paragraph of an article."""
        if self.tag in HEADINGS or self.linked >= 0.5:
            return False
        return (
            len(self.text) * 2 >= PROSE if _wide(self.text) else len(self.text) >= PROSE and self.text.count(" ") >= 9
        )


def _wide(text: str) -> bool:
    """Whether the script says in one character what others say in two or three."""
    return "\u3040" <= text[len(text) // 2] <= "\ud7a3"


def is_note(row: Row) -> bool:
    """Whether a row reads like something said about the article, not in it."""
    if _SEPARATOR.match(row.text):
        return True
    if _NOTE.search(row.text[:300]) or _NOTE.search(row.text[-300:]):
        return len(row.text) < 400 or bool(_strong_note(row.text))
    return len(row.text) < 300 and (row.stressed or row.linked > 0.6)


def _strong_note(text: str) -> re.Match[str] | None:
    """Long paragraphs need a sign that running text hardly has."""
    return re.search(r"©|copyright|disclaimer|all rights reserved|permission|views expressed", text, re.IGNORECASE)


def assign(rows: Sequence[Row], headline: int | None = None) -> None:
    """Gives HEAD, BODY or TAIL to every row without a role. `headline` is the index of the row that holds it, if any."""
    open_rows = [at for at, row in enumerate(rows) if row.role is None]
    if not open_rows:
        return
    first = _first(rows, open_rows, headline)
    last = _last(rows, open_rows, first)
    for at in open_rows:
        rows[at].role = Role.HEAD if at < first else Role.BODY if at <= last else Role.TAIL


def _first(rows: Sequence[Row], places: list[int], headline: int | None) -> int:
    """Where the body starts: the first prose inside the densest part and after the headline."""
    after = [at for at in places if headline is None or at > headline]
    inside = [at for at in after if rows[at].inside]
    for pool in (inside, after):
        prose = [at for at in pool if rows[at].prose]
        # A caption without markup is set in another element than the paragraphs are.
        usual = Counter(rows[at].tag for at in prose).most_common(1)
        first = next((at for at in prose if rows[at].tag == usual[0][0] and not is_note(rows[at])), None)
        if first is not None:
            return first
    sentences = [at for at in inside if rows[at].tag not in HEADINGS and _SENTENCE_END.search(rows[at].text)]
    plain = [at for at in sentences if len(rows[at].text) > 30 and not is_note(rows[at])]
    return next(iter(plain or sentences), places[-1] + 1)


def _last(rows: Sequence[Row], places: list[int], first: int) -> int:
    """Where the body ends: going back from the end over notes, headings and whatever stands outside the densest part."""
    body = [at for at in places if at >= first]
    while len(body) > 1:
        row = rows[body[-1]]
        if row.inside and not is_note(row) and row.tag not in HEADINGS:
            break
        body.pop()
    return body[-1] if body else first
