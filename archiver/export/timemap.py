"""The captures of an address as Memento (RFC 7089) has them. Pure: captures in, text out.

    link(original, places, mementos)     a TimeMap, application/link-format (RFC 6690)
    lines(mementos)                      the same as a JSON object a line, with the keys of pywb's TimeMap and CDX server
    header(original, places, ...)        the Link field of an answer (RFC 8288)
    nearest(mementos, wanted)            the one that a TimeGate leads to
    around(mementos, capture_id)         what stands before and behind one of them
    http_date(moment), moment(text)      an HTTP-date (RFC 9110, 5.6.7), there and back

Mementos come in the order of their times, the oldest first; all addresses are absolute, in ASCII, and hold no angle bracket, quotation
mark or blank (model.url.parse). Does not own: which captures an address has, and where they are shown (browse.memento).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from archiver.model.digest import Digest

LINK_FORMAT = "application/link-format"
#: pywb's own: a JSON object a line.
JSON_LINES = "text/x-ndjson"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HTTP_DATE = re.compile(
    rf"(?:mon|tue|wed|thu|fri|sat|sun), ?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) gmt",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture: its ID, when, the address at which it is shown, and what is known of it (`url` as it was captured; `payload` is its digest;
    place and length in bytes of its record).
    """

    capture_id: str
    at: datetime
    address: str
    url: str
    media_type: str | None
    status: int
    payload: Digest
    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where an address has its TimeGate and its TimeMap in link format."""

    timegate: str
    timemap: str


@dataclass(frozen=True, slots=True)
class Around:
    """Of a memento the first and the last at its address, and those right before and behind it; `at` is it, None where it is not listed."""

    first: Memento | None = None
    before: Memento | None = None
    at: Memento | None = None
    behind: Memento | None = None
    last: Memento | None = None


def http_date(moment: datetime) -> str:
    """`Thu, 31 May 2007 20:35:00 GMT`."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def moment(text: str) -> datetime:
    """The other way round. Raises ValueError for what is no HTTP-date in the form that is to be sent."""
    found = _HTTP_DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not an HTTP-date: {text[:40]!r}")
    day, month, year, *clock = found.groups()
    hour, minute, second = (int(part) for part in clock)
    return datetime(
        int(year), _MONTHS.index(month.lower()) + 1, int(day), hour, minute, min(second, 59), tzinfo=UTC
    )  # fmt: skip


def link(original: str, places: Places, mementos: Sequence[Memento]) -> str:
    """The TimeMap of an address that has mementos: a link a line."""
    span = f'; from="{http_date(mementos[0].at)}"; until="{http_date(mementos[-1].at)}"'
    links = [
        f'<{original}>; rel="original"',
        f'<{places.timemap}>; rel="self"; type="{LINK_FORMAT}"{span}',
        f'<{places.timegate}>; rel="timegate"',
        *(_memento(one, _ends(mementos, place)) for place, one in enumerate(mementos)),
    ]
    return ",\n".join(links) + "\n"


def _ends(mementos: Sequence[Memento], place: int) -> str:
    return ("first " if place == 0 else "") + ("last " if place == len(mementos) - 1 else "")


def _memento(one: Memento, which: str = "") -> str:
    return f'<{one.address}>; rel="{which}memento"; datetime="{http_date(one.at)}"'


def lines(mementos: Sequence[Memento]) -> Iterator[str]:
    """A JSON object a line for each. Numbers are text there; `uri`, which pywb does not have, is where the capture is shown."""
    for one in mementos:
        row = {
            "timestamp": f"{one.at:%Y%m%d%H%M%S}", "url": one.url, "mime": one.media_type or "unk", "status": str(one.status),
            "digest": str(one.payload), "length": str(one.length), "offset": str(one.offset), "filename": one.warc,
            "uri": one.address,
        }  # fmt: skip
        yield json.dumps(row) + "\n"


def header(original: str, places: Places, found: Around) -> str:
    """The Link field that goes with a memento, or with a TimeGate's answer: it may name none."""
    links = [
        f'<{original}>; rel="original"',
        f'<{places.timegate}>; rel="timegate"',
        f'<{places.timemap}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]
    which: dict[str, tuple[Memento, list[str]]] = {}
    for name, one in (("first", found.first), ("prev", found.before), ("next", found.behind), ("last", found.last)):
        if one is not None:
            which.setdefault(one.address, (one, []))[1].append(name)
    if found.at is not None:
        which.setdefault(found.at.address, (found.at, []))
    return ", ".join([*links, *(_memento(one, "".join(f"{name} " for name in names)) for one, names in which.values())])


def nearest(mementos: Sequence[Memento], wanted: datetime | None) -> Memento:
    """The one whose time is nearest, the earlier of two as near; the newest where no time is wanted. There must be one."""
    return mementos[-1] if wanted is None else min(mementos, key=lambda one: abs(one.at - wanted))


def around(mementos: Sequence[Memento], capture_id: str) -> Around:
    """The memento that is that capture, and its neighbours; the ends alone where it is not among them."""
    if not mementos:
        return Around()
    place = next((place for place, one in enumerate(mementos) if one.capture_id == capture_id), None)
    if place is None:
        return Around(first=mementos[0], last=mementos[-1])
    before = mementos[place - 1] if place else None
    behind = mementos[place + 1] if place + 1 < len(mementos) else None
    return Around(mementos[0], before, mementos[place], behind, mementos[-1])
