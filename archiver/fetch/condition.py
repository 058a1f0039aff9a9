"""Asking whether a page has changed since an earlier capture, and whether the answer says that it has not. Pure.

    condition = conditional(earlier)      what of the header that came then can be sent back; None: nothing, so ask plainly
    condition.headers                     If-None-Match and If-Modified-Since (RFC 9110, 13.1), both where both are known
    condition.unchanged(exchange)         whether this answer is a 304 that we asked for and that is about that capture

1. Sent back is only what the standard lets a server say, letter by letter: what came is a stranger's, and is to stand in our request.
2. A Last-Modified counts where it is before the Date of its answer: of a page that changed twice in one second it says nothing.
3. It is sent to the address that answered then, and to no other hop.
4. A 304 that names another validator than the one we sent is about something else, and not believed (RFC 9111, 4.3.4).

Does not own: which capture is asked about (the manifest), what becomes of a 304 that is not believed (verdict: it is `empty`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from archiver.model.capture import NOT_MODIFIED, Earlier, Exchange

#: RFC 9110, 8.8.3, without letters beyond ASCII, and no longer than anybody needs.
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{1,200}"')
#: RFC 9110, 5.6.7: the one form that may be written. Weekday and days of the month are compared with the calendar.
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """What is sent back of an earlier capture's header: at least one of the two."""

    earlier: Earlier
    etag: str | None
    modified: str | None

    @property
    def headers(self) -> Headers:
        """What to add to the request."""
        both = (("If-None-Match", self.etag), ("If-Modified-Since", self.modified))
        return tuple((name, value) for name, value in both if value is not None)

    def unchanged(self, exchange: Exchange) -> bool:
        """Whether the last answer says that what was captured then is still what is there."""
        if exchange.status != NOT_MODIFIED or exchange.url != self.earlier.url:
            return False
        etags = _values(exchange.headers, "ETag")
        if self.etag is not None and etags:
            return len(etags) == 1 and _weak(etags[0]) == _weak(self.etag)
        modified = _values(exchange.headers, "Last-Modified")
        return self.modified is None or not modified or modified == [self.modified]


def conditional(earlier: Earlier) -> Condition | None:
    """What can be sent back of an earlier capture's header."""
    etag = _only(earlier.headers, "ETag")
    if etag is not None and not _ETAG.fullmatch(etag):
        etag = None
    modified = _only(earlier.headers, "Last-Modified")
    if modified is not None:
        at, then = http_date(modified), http_date(_only(earlier.headers, "Date") or "") or earlier.captured_at
        modified = modified if at is not None and at < then else None
    return None if etag is None and modified is None else Condition(earlier, etag, modified)


def http_date(text: str) -> datetime | None:
    """A moment as HTTP writes it, None for anything else, such as the wrong weekday."""
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if format_datetime(moment, usegmt=True) == text else None


def _weak(etag: str) -> str:
    """What weak comparison compares (RFC 9110, 8.8.3.2)."""
    return etag.removeprefix("W/")


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.casefold() == name.casefold()]


def _only(headers: Headers, name: str) -> str | None:
    """A header that came once: of two that differ neither can be believed."""
    values = _values(headers, name)
    return values[0] if len(values) == 1 else None
