"""PDF bytes -> lines in pdfium's own reading order -> what the paper says (Said), through layout.

Lines are never sorted by position: columns would be mixed. pdfium is not thread-safe and is called under one lock. Limits on
pages and characters stand here; encrypted, broken and over-long files end as a problem code, never as an exception.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from archiver.extract.layout import Line, rows
from archiver.extract.regions import assign
from archiver.extract.said import Said
from archiver.extract.text import clean
from archiver.model.capture import Payload
from archiver.model.document import Candidate, Role, laid_out

MAX_PAGES = 400
MAX_CHARACTERS = 3_000_000

_LOCK = threading.Lock()
#: pdfium writes U+0002 for a hyphen at which a word was broken, and leaves the line break out.
_HYPHENS = frozenset({0x02, 0xFFFE})
_BREAKS = frozenset({0x0A, 0x0D})


def read_pdf(payload: Payload) -> tuple[Said, tuple[str, ...]]:
    """What a PDF says, and the problems met."""
    problems: list[str] = []
    lines: list[Line] = []
    title = ""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(payload.content)
        except (pypdfium2.PdfiumError, ValueError, TypeError):
            return Said(payload.url, None, ()), ("extraction-failed" if payload.content else "empty",)
        try:
            title = clean(document.get_metadata_value("Title") or "")
            whole = _gather(document, lines)
        finally:
            document.close()
    if not whole:
        problems.append("extraction-failed")
    found = rows(lines)
    headline = next((at for at, row in enumerate(found) if row.tag == "h1"), None)
    assign(found, headline)
    blocks = laid_out([(row.text, row.role or Role.BODY, row.tag, row.links) for row in found])
    if not blocks:
        problems.append("empty")
    titles = [Candidate(found[headline].text, "largest type")] if headline is not None else []
    if title:
        titles.append(Candidate(title, "pdf Title"))
    return Said(payload.url, None, blocks, titles=titles), tuple(dict.fromkeys(problems))


def _gather(document: pypdfium2.PdfDocument, lines: list[Line]) -> bool:
    """Adds the lines of all pages; whether everything could be read."""
    whole = len(document) <= MAX_PAGES
    left = MAX_CHARACTERS
    for number in range(min(len(document), MAX_PAGES)):
        try:
            page = document[number]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            whole = False
            continue
        count = text_page.count_chars()
        if count > left:
            return False
        left -= count
        lines.extend(_lines(text_page.raw, count, number, page.get_height()))
        text_page.close()
        page.close()
    return whole


def _lines(raw: object, count: int, number: int, height: float) -> Iterator[Line]:
    """The lines of a page: cut at line breaks and at broken words."""
    text: list[str] = []
    places: list[int] = []
    for at in range(count + 1):
        code = pdfium.FPDFText_GetUnicode(raw, at) if at < count else 0x0A
        if code in _BREAKS or code in _HYPHENS:
            line = clean("".join(text))
            if line and places:
                yield _measured(raw, line + ("-" if code in _HYPHENS else ""), places, number, height)
            text, places = [], []
            continue
        char = chr(code) if 0 < code < 0x110000 else ""
        text.append(char)
        if char and not char.isspace():
            places.append(at)


def _measured(raw: object, text: str, places: list[int], number: int, height: float) -> Line:
    """A line with its place, type size and weight, measured at its first and last characters."""
    first, last = places[0], places[-1]
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, first, matrix)
    pdfium.FPDFText_GetCharOrigin(raw, first, x, y)
    pdfium.FPDFText_GetCharBox(raw, first, left, right, bottom, top)
    start = left.value
    pdfium.FPDFText_GetCharBox(raw, last, left, right, bottom, top)
    # The first character may be an initial or small capitals; what follows is set in the line's own size.
    size = max(_size(raw, places[len(places) // 2]), _size(raw, last))
    bold = all(pdfium.FPDFText_GetFontWeight(raw, at) >= 600 for at in (first, last))
    upright = abs(matrix.b) <= abs(matrix.d)
    start, end, base, height = map(_finite, (start, right.value, y.value, height))
    return Line(text, number, start, end, base, size, bold=bold, upright=upright, height=height)


def _finite(place: float) -> float:
    """A place on paper: where a matrix sends type out of all numbers, the corner."""
    return place if math.isfinite(place) else 0.0


def _size(raw: object, at: int) -> float:
    """The size of a character on paper: many programs set the type at 1 point and scale it."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, at, matrix)
    size = pdfium.FPDFText_GetFontSize(raw, at) * math.hypot(matrix.b, matrix.d)
    return size if math.isfinite(size) and size > 0 else 1.0
