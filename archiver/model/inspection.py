"""What a page says, as one value: the document and its claims; and how it comes back from the process that read it.

    encode(inspection) -> bytes            JSON, by the tables below
    decode(bytes, url) -> inspection       the same value again, or Unreadable

Who has read a hostile page may have become hostile. So its answer is parsed, never unpickled; its size and the number of its
values are bounded before it is; every name in it is one that there is; and what can be checked against itself is: blocks
follow one another, links lie in their blocks, a quote stands where it says that it stands.

Kept nowhere: the manifest has rows, and the WARC files have the page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from archiver.model.answer import parsed
from archiver.model.capture import PROBLEMS
from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.document import Block, Candidate, Document, Link, Pointer, Role, Signal, Stated
from archiver.model.statement import FLAG, NUMBER, TEXT, Codec, Json, Shape, canonical, many, optional

#: The longest answer, in bytes, and the most values in one: what parsing it may cost in memory, 300 MB at most. The pages that people write make less than a hundredth of either.
LONGEST, MOST_VALUES = 20 * 1024 * 1024, 1_000_000

#: The most signals of a page, and the longest name and quote of one, in characters.
MOST_SIGNALS, LONGEST_NAME, LONGEST_QUOTE = 50, 60, 300


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a page says: the document and its claims, nothing archived."""

    document: Document
    claims: tuple[Claim, ...]


def _problem(value: Json) -> str:
    if TEXT.read(value) not in PROBLEMS:
        raise ValueError("not a problem code")
    return TEXT.read(value)


ROLE: Codec[Role] = Codec(str, lambda value: Role(TEXT.read(value)))
RELATION: Codec[Relation] = Codec(str, lambda value: Relation(TEXT.read(value)))
STRENGTH: Codec[Strength] = Codec(int, lambda value: Strength(NUMBER.read(value)))
#: A number with a fraction, by the digits that give exactly it again.
EXACT: Codec[float] = Codec(repr, lambda value: float(TEXT.read(value)))
PROBLEM: Codec[str] = Codec(str, _problem)

LINK = Shape(Link, start=NUMBER, end=NUMBER, url=TEXT, rel=TEXT).codec()

BLOCK = Shape(Block, text=TEXT, role=ROLE, offset=NUMBER, tag=TEXT, links=many(LINK)).codec()

CANDIDATE = Shape(Candidate, value=TEXT, source=TEXT).codec()

STATED = Shape(Stated, value=optional(TEXT), candidates=many(CANDIDATE)).codec()

SIGNAL = Shape(Signal, code=PROBLEM, name=TEXT, quote=TEXT).codec()

POINTER = Shape(Pointer, name=TEXT, value=TEXT, quote=TEXT).codec()

DOCUMENT = Shape(
    Document, url=TEXT, media_type=TEXT, title=STATED, publisher=STATED, authors=many(TEXT), author_candidates=many(CANDIDATE),
    date_published=STATED, date_modified=STATED, language=optional(TEXT), text=TEXT, blocks=many(BLOCK), pointers=many(POINTER),
    extractor=TEXT, problems=many(PROBLEM), signals=many(SIGNAL),
).codec()  # fmt: skip

EVIDENCE = Shape(
    Evidence, quote=TEXT, role=ROLE, rule=TEXT, weight=EXACT, start=optional(NUMBER), end=optional(NUMBER), prefix=TEXT, suffix=TEXT
).codec()  # fmt: skip

CLAIM = Shape(
    Claim, relation=RELATION, publisher=optional(TEXT), url=optional(TEXT), strength=STRENGTH, evidence=many(EVIDENCE), boilerplate=FLAG
).codec()  # fmt: skip

INSPECTION = Shape(Inspection, document=DOCUMENT, claims=many(CLAIM)).codec()


def encode(found: Inspection) -> bytes:
    """The bytes that say it. A lone surrogate, which no text can be stored with, becomes U+FFFD."""
    return canonical(INSPECTION.write(found))


def decode(data: bytes, url: str) -> Inspection:
    """What is said of the page at `url`. Raises Unreadable for anything else than that."""

    def read(said: Json) -> Inspection:
        found = INSPECTION.read(said)
        _check(found, url)
        return found

    return parsed(data, read, "what a page says", LONGEST, MOST_VALUES)


def _check(found: Inspection, url: str) -> None:
    """Raise ValueError where it is of another page, or something does not stand where it says that it stands."""
    if found.document.url != json.loads(canonical(url)):
        raise ValueError("of another page")
    _check_signals(found.document)
    offset = 0
    for block in found.document.blocks:
        if block.offset != offset or not block.text:
            raise ValueError("a block out of place")
        offset += len(block.text) + 1
        if not all(0 <= link.start <= link.end <= len(block.text) for link in block.links):
            raise ValueError("a link outside of its block")
    whole = found.document.whole
    for claim in found.claims:
        for evidence in claim.evidence:
            start, end = evidence.start, evidence.end
            if (start is None) != (end is None):
                raise ValueError("a quote that only begins or ends")
            if start is not None and (start < 0 or whole[start:end] != evidence.quote):
                raise ValueError("a quote that does not stand where it should")


def _check_signals(document: Document) -> None:
    if len(document.signals) > MOST_SIGNALS:
        raise ValueError("more signals than there are rules")
    for signal in document.signals:
        if signal.code not in document.problems:
            raise ValueError("a signal of no problem of the page")
        if not 0 < len(signal.name) <= LONGEST_NAME or len(signal.quote) > LONGEST_QUOTE:
            raise ValueError("a signal that says too much")
