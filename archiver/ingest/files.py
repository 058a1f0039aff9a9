"""A file to import as the parts that it holds, each a run of records: told by its first bytes, never by its name alone.

WARC and ARC, plain or gzip: one part. WACZ: a part for each WARC or ARC file in its archive/ (ingest.wacz). HTML and PDF: one part of
one record, where the user has said of what address and time (ingest.page).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from archiver.errors import Unreadable
from archiver.ingest import arc, wacz
from archiver.ingest.page import PAGES, Page, record
from archiver.ingest.part import Part
from archiver.ingest.tell import Told
from archiver.warc.read import Record, records

#: The largest block of a record, in bytes: a small compressed one must not be able to fill the disk.
MAX_BLOCK = 1024 * 1024 * 1024

_BEGIN = 4096
_MARKUP = re.compile(rb"<(?:!doctype[ \t\r\n]+html|html|head|body)\b", re.IGNORECASE)
_HTML_NAMES = (".html", ".htm", ".xhtml", ".xht", ".shtml")


def kind_of(begin: bytes, name: str) -> str:
    """What a file is that begins so: `warc`, `arc`, `wacz`, `html`, `pdf`. `warc` too for what is none: its reader says why."""
    if begin.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "wacz"
    inflated = begin
    if begin.startswith(b"\x1f\x8b"):
        try:
            inflated = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(begin, _BEGIN)
        except zlib.error:
            return "warc"
    if inflated.startswith(b"WARC/"):
        return "warc"
    if arc.is_arc(inflated):
        return "arc"
    if b"%PDF-" in begin[:1024]:
        return "pdf"
    return "html" if _MARKUP.search(begin) or name.lower().endswith(_HTML_NAMES) else "warc"


def parts(path: Path, page: Page | None, told: Told) -> Iterator[Part]:
    """The parts of a file, in order. Raises Unreadable for what can be none, and for a page of which too little was said."""
    try:
        with path.open("rb") as file:
            begin = file.read(_BEGIN)
    except OSError as why:
        raise Unreadable(f"{path} cannot be read: {why.strerror}") from why
    kind = kind_of(begin, path.name)
    if kind in PAGES and page is None:
        raise Unreadable(
            f"{path} is not a WARC file but a page ({kind.upper()}), and says neither what address it is of nor when it was had",
            advice="Say both: archiver import FILE --url URL --captured-at 2024-05-17T09:30:00Z",
        )
    if kind not in PAGES and page is not None:
        raise Unreadable(
            f"{path} is not a page: an archive file has addresses and times of its own",
            advice="Leave --url and --captured-at out, or give an HTML or PDF file.",
        )
    if kind == "wacz":
        yield from wacz.parts(path, told)
    else:
        yield Part(path, kind, lambda: path.open("rb"))


def records_of(part: Part, file: BinaryIO, page: Page | None, told: Told) -> Iterator[Record]:
    """The records of a part that is open as `file`, in order. Raises Unreadable, Broken."""
    if part.kind == "arc":
        yield from arc.records(file, part.name, told, MAX_BLOCK)
    elif part.kind in PAGES and page is not None:
        with closing(record(file, page, part.kind)) as one:
            yield one
    else:
        yield from records(file, part.name, lenient=True, max_block=MAX_BLOCK)
