"""Payload -> Listing: which pages a feed, a sitemap or an HTML page lists. Tolerant of sloppy files, bounded against hostile ones.

    RSS, RDF, Atom      item, entry                     title, link, day of publication, source: feeds.py
    JSON Feed           items                           the same, without a source
    sitemap             url, sitemap (of an index)      address, day of the last change; title and day of a news sitemap
    text                one address a line              a sitemap as plain text
    HTML                a with href                     the words of the link; feeds from <link rel="alternate">

What a file is is told by its first bytes, since feeds are served under every type there is. Entities are not expanded, nothing
is loaded from elsewhere, a gzip file is inflated up to MAX_BYTES. What cannot be read ends the reading: what came before it
counts, and that there is more is a problem of the listing. Which entry is the one that is looked for is provenance.titles' to
say, and whether a day means anything the schedule's.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from lxml import etree

from archiver.extract import feeds
from archiver.extract.entries import day_in, entry, words
from archiver.extract.html import parse
from archiver.extract.rows import PARTS, Rows, name, space, text
from archiver.extract.text import decode
from archiver.model.capture import Payload
from archiver.model.listing import MAX_ADDRESS, MAX_BYTES, MAX_TITLE, Entry, Listing

#: Entries that are taken from one listing, and from a feed: feedparser needs 0.2 ms for each.
MAX_ENTRIES, MAX_ITEMS = 50_000, 20_000
#: Sitemaps of an index, and feeds of a page, that are taken.
MAX_SITEMAPS, MAX_FEEDS = 1000, 10

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
#: What a feed of comments calls itself or has in its address, in the languages in which blogs ship.
_COMMENTS = re.compile(r"comment|kommentar|coment[aá]rio|commento|комментари|reacties", re.IGNORECASE)

_XML_ROOTS = ("<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex", ":urlset", ":sitemapindex")
_DATES = ("publication_date", "date", "published", "lastmod")
#: Where the entries of a JSON Feed may begin: few places, since what nests such names asks for each of them to be tried.
_ITEMS, _PLACES = re.compile(r'"items"\s*:\s*\['), 10
#: Values of a JSON Feed that are read, whether they are entries or not.
_VALUES = 2 * MAX_ENTRIES
_GAP = re.compile(r"[\s,]*")
_WINDOW = 4096
_PIECE = 64 * 1024

_CUT = ("listing-cut",)


def read_listing(payload: Payload, most: int = MAX_ENTRIES) -> Listing:
    """What a payload lists, at most `most` entries of it. Never raises for its content."""
    content, problems = _inflated(payload.content)
    start = decode(content[:_WINDOW], payload.charset).lstrip("\ufeff \t\r\n").lower()
    readable = replace(payload, content=content[:MAX_BYTES])
    if start.startswith(("{", "[")):
        found = _in_json(readable, most)
    elif any(root in start for root in _XML_ROOTS):
        found = _in_xml(readable, most)
    elif start.startswith(("http://", "https://")):
        found = _in_lines(readable, most)
    else:
        found = _in_html(readable, most) if start else Listing()
    return replace(found, problems=tuple(dict.fromkeys((*problems, *found.problems))))


def _inflated(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A gzip file inflated as far as it goes and is read; anything else as it is."""
    if not content.startswith(b"\x1f\x8b"):
        return content, () if len(content) <= MAX_BYTES else _CUT
    decoder, inflated = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray()
    try:
        for start in range(0, len(content), _PIECE):
            inflated += decoder.decompress(content[start : start + _PIECE], MAX_BYTES - len(inflated) + 1)
            if decoder.eof or len(inflated) > MAX_BYTES:
                break
    except zlib.error:
        pass
    whole = decoder.eof and len(inflated) <= MAX_BYTES
    return bytes(inflated), () if whole else ("decode-limit",)


def _taken(found: Iterable[Entry | None], most: int) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """At most so many entries, and whether there is one more."""
    entries = tuple(islice((one for one in found if one is not None), most + 1))
    return entries[:most], _CUT if len(entries) > most else ()


# ── XML ──


def _in_xml(payload: Payload, most: int) -> Listing:
    rows = Rows(decode(payload.content, payload.charset))
    ahead = iter(rows)
    first = list(islice(ahead, 1))
    wanted = ("url", "sitemap") if rows.root in ("urlset", "sitemapindex") else ("item", "entry")
    chosen = (row for row in chain(first, ahead) if name(row) in wanted)
    if "url" in wanted:
        return _in_sitemap(chosen, rows, payload.url, most)
    said = feeds.entries(chosen, payload.url, atom=rows.root == "feed")
    entries, problems = _taken(said, min(most, MAX_ITEMS))
    return Listing(entries, kind="feed", problems=problems if rows.whole else _CUT)


def _in_sitemap(ahead: Iterable[etree._Element], rows: Rows, base: str, most: int) -> Listing:
    entries: list[Entry] = []
    sitemaps: list[Entry] = []
    cut = False
    for row in ahead:
        into, room = (sitemaps, MAX_SITEMAPS) if name(row) == "sitemap" else (entries, most)
        if cut := len(into) >= room:
            break
        if found := _row(row, base):
            into.append(found)
    kind = "index" if rows.root == "sitemapindex" else "sitemap"
    return Listing(tuple(entries), sitemaps=tuple(sitemaps), kind=kind, problems=() if rows.whole and not cut else _CUT)


def _row(row: etree._Element, base: str) -> Entry | None:
    said: dict[str, str] = {}
    for part in _parts(row):
        said.setdefault(name(part), text(part, MAX_ADDRESS))
    dated = next((one for one in _DATES if said.get(one)), "")
    day = day_in(said.get(dated, ""))
    return entry(said.get("loc", ""), base, said.get("title", ""), day, changed=dated == "lastmod")


def _parts(row: etree._Element) -> Iterator[etree._Element]:
    """What an entry says of itself. Titles of the pictures and films in it are left out; a news sitemap says more one level down."""
    own = space(row)
    for part in islice(row, PARTS):
        if name(part) == "news":
            yield from islice(part, PARTS)
        elif name(part) != "title" or space(part) == own:
            yield part


# ── the others ──


def _in_json(payload: Payload, most: int) -> Listing:
    """The items one by one: what breaks off has those before, and what nests too much or holds too many values costs one of them."""
    source = decode(payload.content, "utf-8").removeprefix("\ufeff")
    for place in islice(_ITEMS.finditer(source), _PLACES):
        items = _Items(source, place.end())
        entries, problems = _taken((_item(one, payload.url) for one in islice(items, _VALUES)), most)
        if entries or items.whole:
            return Listing(entries, kind="feed", problems=problems if items.whole or problems else _CUT)
    return Listing()


class _Items:
    """The values of a JSON array from a place in a text on. `whole` once its end was reached."""

    def __init__(self, source: str, at: int) -> None:
        self._source, self._at = source, at
        self.whole = False

    def __iter__(self) -> Iterator[object]:
        decoder, at = json.JSONDecoder(), self._at
        while True:
            gap = _GAP.match(self._source, at)
            at = at if gap is None else gap.end()
            if self._source.startswith("]", at):
                self.whole = True
                return
            try:
                value, at = decoder.raw_decode(self._source, at)
            except (ValueError, RecursionError):
                return
            yield value


def _item(item: object, base: str) -> Entry | None:
    if not isinstance(item, dict):
        return None
    said = {name: value for name, value in item.items() if isinstance(value, str)}
    url = said.get("url") or said.get("id") or ""
    return entry(url[:MAX_ADDRESS], base, said.get("title", ""), day_in(said.get("date_published", "")))


def _in_lines(payload: Payload, most: int) -> Listing:
    lines = payload.content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    addresses = (line[:MAX_ADDRESS].decode("utf-8", "replace") for line in lines if line.startswith(b"http"))
    entries, problems = _taken((entry(line, payload.url) for line in addresses), most)
    return Listing(entries, kind="text", problems=problems)


def _in_html(payload: Payload, most: int) -> Listing:
    page = parse(payload)
    declared: dict[str, None] = {}
    for link in page.tree.iter("link"):
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and media_type in FEED_TYPES:
            href, title = link.get("href") or "", link.get("title") or ""
            found = entry(href, page.base)
            if found is not None and not _COMMENTS.search(f"{title[:200]} {href[:500]}"):
                declared[found.url] = None
    links = (node for node in page.tree.iter("a") if node.get("href"))
    entries, problems = _taken((entry(node.get("href") or "", page.base, _label(node)) for node in links), most)
    return Listing(entries, tuple(islice(declared, MAX_FEEDS)), kind="page", problems=problems)


def _label(link: etree._Element) -> str:
    """The words of a link; where it is a picture, what is said in their place."""
    said = text(link, MAX_TITLE, " ")
    if words(said):
        return said
    pictures = (picture.get("alt") for picture in islice(link.iter("img"), 3))
    return next((said for said in (link.get("title"), link.get("aria-label"), *pictures) if said), "")
