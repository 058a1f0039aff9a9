"""What reads payloads of which media type, by which version of our rules, and how much of one is read.

Known without loading anything that reads: whoever asks whether conclusions are up to date, or hands a payload to another
process, needs no parser for it. The rules themselves are in the modules that these names lead to.
"""

from __future__ import annotations

from functools import cache

from archiver.model.capture import Payload

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
TEXT_TYPES = frozenset({"text/plain", "text/markdown"})
PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}
)

#: Versions of our own rules: a new one makes every conclusion of that kind be drawn again.
HTML_VERSION = "4"
PDF_VERSION = "2"
TEXT_VERSION = "2"
FEED_VERSION = "1"
#: And of the rules by which a page is told to be something else (standin). They draw no text, so no record of one is made anew for them.
VERDICT_VERSION = "1"

#: Bytes of a payload that are read, but for a PDF, which is read whole: its beginning is nothing without its end. Every reader of
#: HTML copies the tree: 5 MB of markup take 390 MB and 7 s, 20 MB 1.4 GB and 43 s.
MAX_BYTES = 4_000_000


def extractor(kind: str) -> str:
    """What reads payloads of a media type, with the version of our rules and of the library behind them."""
    if kind in HTML_TYPES:
        return f"html/{HTML_VERSION} trafilatura/{_version('trafilatura')}"
    if kind in PDF_TYPES:
        return f"pdf/{PDF_VERSION} pypdfium2/{_version('pypdfium2')}"
    if kind in FEED_TYPES:
        return f"feed/{FEED_VERSION}"
    return f"text/{TEXT_VERSION}" if kind in TEXT_TYPES else "none/1"


@cache
def _version(library: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - ten milliseconds, for those alone who ask

    return version(library)


def media_type(payload: Payload) -> str:
    """The media type as declared, without parameters; by the first bytes where none or a meaningless one is declared."""
    declared = (payload.media_type or "").split(";")[0].strip().lower()
    start = payload.content[:1024].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    if declared not in ("", "application/octet-stream", "text/plain", "binary/octet-stream"):
        return declared
    if any(
        mark in start
        for mark in (b"<!doctype html", b"<html", b"<head", b"<body", b"<p>", b"<div", b"<article", b"<h1")
    ):
        return "text/html"
    return declared or ("text/plain" if payload.content and b"\0" not in start else "application/octet-stream")


def read_of(payload: Payload) -> bytes:
    """The bytes of a payload that are looked at, and one more where there are more: so that who reads them says so."""
    return payload.content if media_type(payload) in PDF_TYPES else payload.content[: MAX_BYTES + 1]
