"""Payload -> Document: dispatch by media type.

    html, xhtml          html.parse -> blocks, markup, pointers -> metadata.conclude; main text by article
    pdf                  pdf.read
    plain text           paragraphs as blocks
    xml                  copies.in_feed: the source that a feed of one item names, and nothing else
    anything else        an empty Document of the extractor `none/1`

Last, whatever was read is judged: whether it is the page that was asked for, and all of it (standin).

Content is hostile and never raises: what cannot be read is an empty or partial Document with a problem code of
model.capture.PROBLEMS. What the bytes are is told by the media type, and by their first bytes where that says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from archiver.extract import copies, dates
from archiver.extract.article import body_text, main_text, suffices
from archiver.extract.blocks import blocks
from archiver.extract.html import Page, parse, reading
from archiver.extract.kinds import (
    FEED_TYPES,
    HTML_TYPES,
    MAX_BYTES,
    PDF_TYPES,
    TEXT_TYPES,
    extractor,
    media_type,
)
from archiver.extract.markup import collect
from archiver.extract.metadata import Metadata, conclude
from archiver.extract.mojibake import repaired, suspicious
from archiver.extract.pdf import read_pdf
from archiver.extract.pointers import pointers
from archiver.extract.regions import Row, assign
from archiver.extract.said import Said
from archiver.extract.signals import signals
from archiver.extract.standin import judged
from archiver.extract.text import clean, decode
from archiver.model.capture import Payload
from archiver.model.document import Block, Candidate, Document, Pointer, Role, Signal, Stated, laid_out

#: Paragraphs of a plain text that are read.
MAX_PARAGRAPHS = 20_000

_NOTHING = Metadata(Stated(), Stated(), (), (), Stated(), Stated())


def read(payload: Payload, publisher: str | None = None) -> Document:
    """What a payload says. Never raises for its content.

    `publisher` is the name that the archive knows for the host: it cuts title suffixes and is the last candidate for the
    publisher; it replaces the page's own spelling only where the two agree.
    """
    kind = media_type(payload)
    if kind in HTML_TYPES:
        return _html(payload, kind, publisher)
    document = _other(payload, kind, publisher)
    return _told(document, judged(payload, document))


def _other(payload: Payload, kind: str, publisher: str | None) -> Document:
    if kind in PDF_TYPES:
        return _pdf(payload, kind, publisher)
    if kind in TEXT_TYPES:
        return _text(payload, kind, publisher)
    if kind in FEED_TYPES:
        found, problems = copies.in_feed(payload)
        return _document(payload.url, kind, _NOTHING, pointers=found, problems=problems)
    return _document(payload.url, kind, _NOTHING)


def _told(document: Document, found: tuple[Signal, ...]) -> Document:
    """A document with what it was told to be. Where that is known, it is not merely empty."""
    problems = [code for code in document.problems if code != "empty" or not found]
    return replace(document, problems=tuple(dict.fromkeys((*problems, *(one.code for one in found)))), signals=found)


def _html(payload: Payload, kind: str, publisher: str | None) -> Document:
    page = parse(payload)
    markup = collect(page.tree)
    article = markup.graph.article() or {}
    hints = [markup.title, *(meta.content for meta in markup.meta("og:title")), str(article.get("headline") or "")]
    found = blocks(page.tree, page.base, tuple(hints))
    said = signals(markup, page.tree, payload.url, found)
    said.late_published = _late_dates(page)
    problems = page.problems if any(b.role is not Role.HIDDEN for b in found) else (*page.problems, "empty")
    metadata = conclude(said, publisher)
    pointed = (*pointers(markup, page.base, page.source), *copies.in_page(page.tree, page.base, page.source))
    document = _document(
        payload.url, kind, metadata, markup.language, found,
        text=_main_text(page, found, metadata.title.value), pointers=pointed, problems=problems,
    )  # fmt: skip
    return _told(document, judged(payload, document, page, markup))


def _main_text(page: Page, found: tuple[Block, ...], title: str | None) -> str:
    quick = reading(page)
    return main_text(quick if suffices(quick, found) else reading(page, thorough=True) or quick, found, title)


def _late_dates(page: Page) -> list[Candidate]:
    day = dates.by_htmldate(page.tree, page.url) if not page.heavy else None
    if not day:
        return []
    return [Candidate(day, "script" if dates.in_script(page.source, day) else "htmldate")]


def _pdf(payload: Payload, kind: str, publisher: str | None) -> Document:
    said, problems = read_pdf(payload)
    return _document(
        payload.url, kind, conclude(said, publisher), said.language, said.blocks, text=_printed(said.blocks), problems=problems,
    )  # fmt: skip


def _text(payload: Payload, kind: str, publisher: str | None) -> Document:
    source = decode(payload.content[:MAX_BYTES], payload.charset)
    source = repaired(source) if suspicious(source.encode("utf-8", "replace")) else source
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n\n", MAX_PARAGRAPHS)
    whole = len(payload.content) <= MAX_BYTES and len(lines) <= MAX_PARAGRAPHS
    del lines[MAX_PARAGRAPHS:]
    rows = [Row(text, "p") for text in (clean(part) for part in lines) if text]
    assign(rows)
    found = laid_out([(row.text, row.role or Role.BODY, row.tag, row.links) for row in rows])
    said = Said(
        payload.url,
        None,
        found,
        titles=[Candidate(found[0].text, "first line")] if found and len(found[0].text) < 200 else [],
    )
    problems = (*(() if whole else ("extraction-failed",)), *(() if found else ("empty",)))
    return _document(
        payload.url, kind, conclude(said, publisher), None, found, text=body_text(found), problems=problems,
    )  # fmt: skip


def _printed(found: tuple[Block, ...]) -> str:
    """The text of a paper: all of it without running heads and captions."""
    return "\n".join(block.text for block in found if block.role not in (Role.NAV, Role.CAPTION))


def _document(
    url: str, kind: str, metadata: Metadata, language: str | None = None, found: tuple[Block, ...] = (), *,
    text: str = "", pointers: tuple[Pointer, ...] = (), problems: tuple[str, ...] = (),
) -> Document:  # fmt: skip
    return Document(
        url=url, media_type=kind, title=metadata.title, publisher=metadata.publisher, authors=metadata.authors,
        author_candidates=metadata.author_candidates, date_published=metadata.published, date_modified=metadata.modified,
        language=language, text=text, blocks=found, pointers=pointers, extractor=extractor(kind), problems=tuple(dict.fromkeys(problems)),
    )  # fmt: skip
