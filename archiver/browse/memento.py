"""Memento (RFC 7089): which captures an address has, its TimeMap, and its TimeGate.

    /-/archiver/timemap/link/URL    application/link-format        /-/archiver/timemap/json/URL    pywb's JSON lines
    /-/archiver/timegate/URL        302 to the capture nearest to Accept-Datetime, to the newest without it

    captures(connection, url, ask)  the captures that an address has        original(url), places(ask, url)  for a Link field

An address has the captures that were asked for at it, that came through it, or from it, spelt as a look-up spells addresses; what is
withdrawn, or has its payload elsewhere, is not among them. A page that calls an address its canonical one is: it is a page's
own word, by which anybody could put a page of theirs among the captures of another's address.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from archiver.browse import render
from archiver.browse.web import FRONT, Answer, Ask, Holding, Links
from archiver.errors import ArchiverError, Damaged, NotFound, UsageError
from archiver.export import timemap as text
from archiver.export.timemap import Around, Memento, Places
from archiver.manifest.withdrawals import WITHDRAWN, any_withdrawn
from archiver.model import url as urls
from archiver.model.date import parse_rfc3339
from archiver.model.digest import Digest
from archiver.model.text import plain

_CAPTURES = """
select c.capture_id, c.captured_at, c.url, c.media_type, c.http_status, c.payload_sha256, r.warc, r.offset, r.length
from captures c join records r on r.record_id = c.capture_id
where c.sequence in (select sequence from captures where url_key = :key union select sequence from exchanges where url_key = :key)
and (c.revisit_of is not null or r.kind <> 'revisit') {withdrawn} order by c.captured_at, c.sequence
"""

#: One scheme and its slashes, of which a proxy may have merged two, or a client have coded all.
_SCHEME = re.compile(r"(https?)(?::|%3A)(?:/|%2F){1,2}", re.IGNORECASE)
#: What a browser codes in an address and a look-up's key does not.
_CODED = re.compile(r"%(?:27|5[bBdD]|7[cC])")

_NEGOTIATED = {"Vary": "accept-datetime", "Cache-Control": "no-cache"}


def captures(connection: sqlite3.Connection, url: str, ask: Ask) -> list[Memento]:
    """Those of an address that may be shown, the oldest first."""
    shown = f"and not {WITHDRAWN}" if any_withdrawn(connection) else ""
    rows = connection.execute(_CAPTURES.format(withdrawn=shown), {"key": urls.key(url)})
    try:
        return [_memento(row, ask) for row in rows]
    except ValueError as why:
        advice = "Run: archiver verify --level index"
        raise Damaged(f"a row of the captures cannot be one: {why}", advice=advice) from why


def _memento(row: sqlite3.Row, ask: Ask) -> Memento:
    return Memento(
        capture_id=row["capture_id"], at=parse_rfc3339(row["captured_at"]), address=f"{ask.server}{FRONT}/replay/{row['capture_id']}",
        url=row["url"], media_type=row["media_type"], status=row["http_status"], payload=Digest.from_hex(row["payload_sha256"]),
        warc=row["warc"], offset=row["offset"], length=row["length"],
    )  # fmt: skip


def original(url: str) -> str | None:
    """An address as it may stand in a Link; None for what is no address on the web."""
    try:
        return urls.parse(plain(url))
    except urls.BadUrl:
        return None


def places(ask: Ask, url: str) -> Places:
    """Where this server has the TimeGate and the TimeMap of an address that is spelt as `original` does."""
    return Places(f"{ask.server}{FRONT}/timegate/{url}", f"{ask.server}{FRONT}/timemap/link/{url}")


def timemap(holding: Holding, ask: Ask, links: Links) -> Answer:  # noqa: ARG001 - every handler is asked the same way
    """All captures of an address."""
    url, found = _asked(holding, ask)
    if ask.parts["format"] == "json":
        return Answer("".join(text.lines(found)).encode(), text.JSON_LINES, headers={"Cache-Control": "no-cache"})
    where = places(ask, url)
    return Answer(text.link(url, where, found).encode(), text.LINK_FORMAT, headers={"Cache-Control": "no-cache"})


def timegate(holding: Holding, ask: Ask, links: Links) -> Answer:
    """To the capture nearest to the time that is asked for. Also where there is none to lead to, the answer depends on that."""
    try:
        url, found = _asked(holding, ask)
        one = text.nearest(found, _wanted(ask))
    except (NotFound, UsageError) as why:
        return _refused(links, why)
    ends = Around(first=found[0], at=one, last=found[-1])
    headers = {**_NEGOTIATED, "Location": one.address, "Link": text.header(url, places(ask, url), ends)}
    return Answer(f"{one.address}\n".encode(), "text/plain; charset=utf-8", 302, headers)


def _refused(links: Links, why: ArchiverError) -> Answer:
    said = render.error(links, why, 404 if isinstance(why, NotFound) else 400)
    return replace(said, headers={**said.headers, **_NEGOTIATED})


def _wanted(ask: Ask) -> datetime | None:
    said = ask.headers.get("accept-datetime")
    if said is None:
        return None
    try:
        return text.moment(said)
    except ValueError as why:
        raise UsageError(
            f"the time in Accept-Datetime cannot be read: {why}",
            advice="It is written like this: Thu, 31 May 2007 20:35:00 GMT",
        ) from why


def _asked(holding: Holding, ask: Ask) -> tuple[str, list[Memento]]:
    """The address that the path goes on with, and its captures. Raises NotFound where it has none."""
    wanted = url_of(ask)
    for spelt in dict.fromkeys((wanted, _CODED.sub(lambda found: unquote(found[0]), wanted))):
        url = original(spelt)
        if url is not None and (found := captures(holding.connection, url, ask)):
            return url, found
    raise NotFound(
        f"the archive has no capture of {plain(wanted)} that it can show",
        advice="To make one: archiver capture URL",
    )


def url_of(ask: Ask) -> str:
    """The address as it was meant: the rest of the path and the query, of which it is a part; http where no scheme is given."""
    url = ask.parts["url"] + (f"?{ask.query}" if ask.query else "")
    scheme = _SCHEME.match(url)
    if scheme is None:
        return f"http://{url}"
    if "%" in scheme[0]:  # coded as a whole
        return unquote(url)
    return f"{scheme[1]}://{url[scheme.end() :]}"
