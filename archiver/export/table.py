"""Citations and chains as a table for a spreadsheet: comma-separated values after RFC 4180, in UTF-8.

    documents(citations)  a row a document: what it is, where it came from, its newest capture
    edges(chains)         a row an edge, with the origin of its work; `work` numbers the works
    write(columns, rows)  any other table: the lines of it, the first of them the names of the columns

Columns are named after the keys of --json. A cell is one line of foreign text made plain (model.text); a list is joined by "; ".
What a spreadsheet would take for a formula has an apostrophe in front, which it shows as text: a cell is never computed. JSON
holds the same values as they were sent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from archiver.model.citation import Chain, Citation, CitedFinding, CitedOrigin
from archiver.model.text import plain

#: What one cell may hold before it is written.
Cell = str | int | float | bool | None | Sequence[str]
Row = Mapping[str, Cell]

#: Where a spreadsheet begins to compute: these, fullwidth ones too, behind blanks and quotation marks that it may drop.
_FORMULA = re.compile("[\\s\"'“”‘’«»`]*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]")

DOCUMENT = (
    "document_id", "url", "title", "publisher", "authors", "date_published", "language", "outcome", "problems", "status", "verdict",
    "origin_url", "origin_publisher", "origin_date", "origin_captured", "findings", "variants", "captures", "capture_id", "captured_at",
    "sha256", "warc", "offset", "length", "verified_level", "verified_at", "verified_outcome", "withdrawn",
    "log_entry", "log_checkpoint", "log_signed", "log_seen",
)  # fmt: skip
EDGE = (
    "work", "title", "origin_url", "origin_publisher", "origin_date", "origin_captured", "from", "from_publisher", "from_date", "to",
    "to_publisher", "to_date", "to_captured", "relation", "status", "confidence", "overlap", "quotes", "decided", "findings",
)  # fmt: skip


def write(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a table, each with its line end (CR LF), as its rows come."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    for cells in _lines(columns, rows):
        writer.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[list[str]]:
    yield list(columns)
    for row in rows:
        yield [cell(row.get(name)) for name in columns]


def cell(value: Cell) -> str:
    """One cell: plain text that no spreadsheet computes; nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return _inert(plain(value))
    return _inert("; ".join(_inert(text) for text in map(plain, value) if text))


def _inert(text: str) -> str:
    """Text that begins no formula. In a list each part is one: some spreadsheets split at semicolons."""
    return f"'{text}" if _FORMULA.match(text) else text


def documents(citations: Iterable[Citation]) -> Iterator[str]:
    """The table of what a look-up answers."""
    return write(DOCUMENT, map(_document, citations))


def _document(citation: Citation) -> Row:
    newest = citation.captures[0] if citation.captures else None
    row: dict[str, Cell] = {
        "document_id": citation.document_id, "url": citation.url, "title": citation.title, "publisher": citation.publisher,
        "authors": citation.authors, "date_published": citation.date_published, "language": citation.language, "outcome": citation.outcome,
        "problems": citation.problems, "status": citation.status, "verdict": citation.verdict or citation.message,
        "findings": _findings(citation.findings), "variants": citation.variants, "captures": len(citation.captures), **_origin(citation.origin),
    }  # fmt: skip
    if citation.withdrawn is not None:
        row["withdrawn"] = str(citation.withdrawn)
    if newest is not None:
        row |= {
            "capture_id": newest.capture_id, "captured_at": newest.captured_at, "sha256": newest.sha256, "warc": newest.warc,
            "offset": newest.offset, "length": newest.length,
        }  # fmt: skip
        if (log := newest.logged) is not None:
            row |= {
                "log_entry": log.entry, "log_checkpoint": log.checkpoint, "log_signed": log.signed,
                "log_seen": [f"{one.whom} {one.at}" for one in log.seen],
            }  # fmt: skip
    if (check := citation.verified) is not None:
        row |= {"verified_level": check.level, "verified_at": check.at, "verified_outcome": check.outcome}
    return row


def edges(chains: Iterable[Chain]) -> Iterator[str]:
    """The table of who took which text from whom."""
    return write(EDGE, (row for number, chain in enumerate(chains, 1) for row in _edges(number, chain)))


def _edges(number: int, chain: Chain) -> Iterator[Row]:
    work: dict[str, Cell] = {
        "work": number, "title": chain.title, "findings": _findings(chain.findings), **_origin(chain.origin)
    }  # fmt: skip
    for edge in chain.edges:
        yield {
            **work, "from": edge.from_url, "from_publisher": edge.from_publisher, "from_date": edge.from_date, "to": edge.to_url,
            "to_publisher": edge.to_publisher, "to_date": edge.to_date, "to_captured": edge.to_captured, "relation": edge.relation,
            "status": edge.status, "confidence": edge.confidence, "overlap": edge.overlap, "quotes": edge.quotes, "decided": edge.decided,
        }  # fmt: skip


def _origin(origin: CitedOrigin | None) -> Row:
    if origin is None:
        return {}
    return {
        "origin_url": origin.url, "origin_publisher": origin.publisher, "origin_date": origin.date, "origin_captured": origin.captured
    }  # fmt: skip


def _findings(findings: Iterable[CitedFinding]) -> Sequence[str]:
    return [f"{one.code}: {one.message}" for one in findings]
