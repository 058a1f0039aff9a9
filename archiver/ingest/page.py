"""A file that is a page: one HTML or PDF file, of an address and from a time that the user gives, as one WARC resource record.

Both are asked for, and neither is guessed: not from the file's name, its date in the file system (which says when a copy was made) or what
stands in the page. What is not known cannot be looked up by, and a capture without a time would have to claim one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from archiver.ingest.made import made
from archiver.model.date import rfc3339
from archiver.warc.read import Record

#: Kinds of file that are pages, with their media types.
PAGES = {"html": "text/html", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Page:
    """What only the user knows of a page's file: the address that it is of (as model.url.parse gives it), and when it was had."""

    url: str
    captured_at: datetime


def record(file: BinaryIO, page: Page, kind: str) -> Record:
    """The record that a file of that kind becomes."""
    fields = [("WARC-Target-URI", page.url), ("WARC-Date", rfc3339(page.captured_at))]
    return made("resource", fields, PAGES[kind], file)
