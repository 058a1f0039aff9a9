"""TimeMaps of public archives (RFC 7089): which copies of an address they hold, and what a copy is a copy of. Pure.

    mementos(content)            application/link-format -> the earliest copies, and further TimeMaps
    raw(memento)                 the address of the bytes as the archive received them, where it has such addresses
    copy_of(visit, wanted)       a visit to a copy: of what, and from when; None where it is none

The TimeMap and the copy are fetched by the same machinery as any page (pipeline). All of it is the word of a third party:
that a page stood at an address at a time is what the archive says, and is kept as that.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urljoin

from archiver.model import url as addresses
from archiver.model.capture import Visit
from archiver.model.listing import Memento, TimeMap, is_address

#: Bytes of a TimeMap that are read, and links in it.
MAX_BYTES = 8 * 1024 * 1024
MAX_LINKS = 100_000
#: The earliest copies that are handed on: the first may be one of an error page.
EARLIEST = 3

# No group can give back what it took: unclosed quotes and long runs of white space cost their length once.
_LINK = re.compile(
    r"""<([^<>\s]{1,4000})>((?:\s*+;\s*+[\w!#$&+.^`|~*-]++\s*+(?:=\s*+(?:"[^"]*+"|[^\s",;<>"]++))?)*)""", re.ASCII
)
_PARAMETER = re.compile(r""";\s*+([\w!#$&+.^`|~*-]++)\s*+=\s*+(?:"([^"]*+)"|([^\s",;<>"]++))""", re.ASCII)
#: Archives that run Wayback or pywb: 14 digits, then the original's address; `id_` between them asks for the bytes unchanged.
_DATED = re.compile(r"/(\d{14})([a-z]{2}_)?/(https?://.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Copy:
    """What a visit to an archive brought: a copy of `original` that `host` says it made at `at`; `raw`: its bytes unchanged."""

    original: str
    at: datetime
    host: str
    raw: bool


def mementos(content: bytes, base: str) -> TimeMap:
    """What a TimeMap at `base` lists. Never raises for its content; what is no link is passed over."""
    found: dict[str, Memento] = {}
    further: dict[str, None] = {}
    for target, said in islice(_links(content[:MAX_BYTES].decode("utf-8", "replace")), MAX_LINKS):
        kinds = said.get("rel", "").lower().split()
        if "memento" in kinds:
            at = _moment(said.get("datetime"))
            if at is not None and (url := _absolute(target, base)):
                found.setdefault(url, Memento(url, at))
        elif "timemap" in kinds and "self" not in kinds and (url := _absolute(target, base)):
            further[url] = None
    earliest = heapq.nsmallest(EARLIEST, found.values(), key=lambda one: (one.at, one.url))
    return TimeMap(tuple(earliest), tuple(islice(further, 1)))


def _links(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for link in _LINK.finditer(text):
        said: dict[str, str] = {}
        for parameter in _PARAMETER.finditer(link[2]):
            said.setdefault(parameter[1].lower(), parameter[2] if parameter[2] is not None else parameter[3])
        yield link[1], said


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime((text or "")[:100])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _absolute(target: str, base: str) -> str:
    """An address on the web, "" for what is none."""
    try:
        address = addresses.parse(urljoin(base, target))
    except ValueError:
        return ""
    return address if is_address(address) else ""


def raw(memento: str) -> str | None:
    """The address of the unchanged bytes of a copy; None where its address is not of that form."""
    dated = _DATED.search(memento)
    if dated is None or (dated[2] or "").lower() == "id_":
        return None
    return f"{memento[: dated.start()]}/{dated[1]}id_/{dated[3]}"


def copy_of(visit: Visit, wanted: str) -> Copy | None:
    """What a visit to an archive in search of `wanted` brought. None for what the archive does not date, for a copy of an error,
    and for the front page where an article is wanted: the archive has kept that the article was gone by then.
    """
    final = visit.final
    at = _moment(final.header("Memento-Datetime"))
    if at is None or final.status != 200 or final.payload_length == 0:
        return None
    dated = _DATED.search(final.url)
    linked = ", ".join(value for name, value in final.headers if name.casefold() == "link")
    named = [target for target, said in _links(linked) if "original" in said.get("rel", "").lower().split()]
    original = next(filter(None, (_absolute(one, "") for one in (*named[:1], *([dated[3]] if dated else ())))), wanted)
    if addresses.key(original) == addresses.key(wanted):
        original = wanted
    if addresses.path(original) == "/" and addresses.path(wanted) != "/":
        return None
    return Copy(original, at, addresses.host(final.url), raw=dated is not None and (dated[2] or "").lower() == "id_")
