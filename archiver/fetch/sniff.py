"""Of which media type a payload is: what the Content-Type says, unless the bytes plainly say otherwise.

Pure, and deliberately small: it knows the types that archiver reads and those that are most often served in their place. A
declared type that is neither contradicted nor empty stays as declared.
"""

from __future__ import annotations

import re

#: Declared types that say nothing about the content.
GENERIC = frozenset(
    (
        "application/octet-stream", "binary/octet-stream", "application/x-download", "application/download",
        "application/force-download", "application/unknown", "unknown/unknown",
    )
)  # fmt: skip

#: Declared types of documents that we read as text or PDF: bytes of another kind under them are a lie worth saying.
DOCUMENTS = frozenset(
    ("text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml", "application/pdf")
)

#: First bytes -> media type. Only signatures that no text begins with.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
)

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}\Z")
#: How far into the bytes a signature of a text format is looked for.
WINDOW = 1024
_LEADING = b"\xef\xbb\xbf \t\r\n\f\x00"
# A document type or an element that no other format begins with (WHATWG MIME Sniffing, 7.1).
_HTML = re.compile(
    rb"<(?:!doctype\s+html|(?:html|head|body|title|meta|script|style|link|iframe|h1|div|font|table|a|b|br|p)[\s/>])",
    re.IGNORECASE,
)
_XML = re.compile(rb"\s*<\?xml[\s?]", re.IGNORECASE)


def essence(content_type: str | None) -> str | None:
    """`type/subtype` in lower case, without parameters; None where there is none."""
    name = (content_type or "").partition(";")[0].strip().lower()
    return name if _TYPE.match(name) else None


def looks_like(content: bytes) -> str | None:
    """What the first bytes plainly are, or None."""
    window = content[:WINDOW].lstrip(_LEADING)
    for magic, name in MAGIC:
        if content.startswith(magic) or (name == "application/pdf" and window.startswith(magic)):
            return name
    if _HTML.match(_after_comments(window)):
        return "text/html"
    if _XML.match(window):
        return "application/xhtml+xml" if b"<html" in window.lower() else "text/xml"
    return None


def _after_comments(window: bytes) -> bytes:
    """What stands behind the comments that a page begins with. Not in a pattern: it could take a hundred of them in 2^100 ways."""
    window = window.lstrip()
    while window.startswith(b"<!--") and (end := window.find(b"-->", 4)) >= 0:
        window = window[end + 3 :].lstrip()
    return window


def media_type(content: bytes, content_type: str | None) -> tuple[str | None, bool]:
    """The media type to read a payload as, and whether the bytes contradict what was declared."""
    said = essence(content_type)
    seen = looks_like(content)
    if said is None or said in GENERIC:
        return seen or said, False
    if seen == "application/pdf" or said == "application/pdf":
        differs = bool(content) and seen != said
        return (seen or said if differs else said), differs
    binary = seen is not None and not seen.startswith("text/") and seen != "application/xhtml+xml"
    if seen is not None and ((said in DOCUMENTS and binary) or (said == "text/plain" and seen == "text/html")):
        return seen, True
    return said, False


def is_text(media: str | None) -> bool:
    """Whether a charset means anything for this type."""
    return media is not None and (
        media.startswith("text/")
        or media.endswith(("+xml", "+json"))
        or media in ("application/xml", "application/json", "application/javascript")
    )
