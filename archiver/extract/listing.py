"""Payload -> Listing: which pages a feed, a sitemap or an HTML page lists. Tolerant of sloppy files, bounded against hostile ones.

    RSS, RDF, Atom      item, entry                     title, link, day of publication
    JSON Feed           items                           the same
    sitemap             url, sitemap (of an index)      address, day of the last change; title and day of a news sitemap
    text                one address a line              a sitemap as plain text
    HTML                a with href                     the words of the link; feeds from <link rel="alternate">

What a file is is told by its first bytes, since feeds are served under every type there is. Entities are not expanded, nothing
is loaded from elsewhere, a gzip file is inflated up to MAX_BYTES. What cannot be read ends the reading: what came before it
counts. Which entry is the one that is looked for is provenance.titles' to say.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from itertools import islice

from lxml import etree

from archiver.extract.html import parse
from archiver.extract.markup import absolute
from archiver.extract.text import clean, decode
from archiver.model.capture import Payload
from archiver.model.listing import Entry, Listing, is_address

#: Bytes of one listing that are read, after inflating.
MAX_BYTES = 16 * 1024 * 1024
#: Entries that are taken from one listing.
MAX_ENTRIES = 50_000
#: Sitemaps of an index, and feeds of a page, that are taken.
MAX_SITEMAPS, MAX_FEEDS = 1000, 10

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
#: What a feed of comments calls itself or has in its address, in the languages in which blogs ship.
_COMMENTS = re.compile(r"comment|kommentar|coment[aá]rio|commento|комментари|reacties", re.IGNORECASE)

_XML_ROOTS = (b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex", b":urlset", b":sitemapindex")
_ROWS = frozenset({"item", "entry", "url", "sitemap"})
_DATES = ("pubdate", "published", "publication_date", "date", "updated", "lastmod")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_TAG = re.compile(r"<[^<>]{0,300}>")
_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?!\d)", re.ASCII)
_WINDOW = 4096
_PIECE = 64 * 1024
_PARTS, _STRINGS, _LONGEST = 100, 50, 2000  # children of an item, strings of a text, characters of a text


def read_listing(payload: Payload, most: int = MAX_ENTRIES) -> Listing:
    """What a payload lists, at most `most` entries of it. Never raises for its content."""
    content = _inflated(payload.content)[:MAX_BYTES]
    start = content[:_WINDOW].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"{", b"[")):
        return Listing(entries=tuple(islice(_in_json(content, payload.url), most)))
    text = replace(payload, content=content)
    if any(root in start for root in _XML_ROOTS):
        return _in_xml(text, most)
    if start.startswith((b"http://", b"https://")):
        return Listing(entries=tuple(islice(_in_lines(content, payload.url), most)))
    return _in_html(text, most)


def _inflated(content: bytes) -> bytes:
    """A gzip file inflated as far as it goes and is read; anything else as it is."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return decoder.decompress(content, MAX_BYTES)
    except zlib.error:
        return b""


def _entry(url: str, base: str, title: str = "", date: str | None = None, *, changed: bool = False) -> Entry | None:
    """An entry for what leads somewhere on the web; None for what does not."""
    url = url.strip()
    address = url if url.startswith(("http://", "https://")) and " " not in url else absolute(url, base)
    return Entry(address, title, date, changed) if is_address(address) else None


def _day(text: str) -> str | None:
    """The day in a date as feeds write it: RFC 3339 or RFC 822."""
    if match := _DAY.match(text):
        return match[1]
    try:
        return parsedate_to_datetime(text.strip()[:100]).date().isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _words(text: str) -> str:
    """A title as a reader sees it: feeds escape its markup once, and some twice."""
    text = text[:_LONGEST]
    for _ in range(2):
        if "&" not in text and "<" not in text:
            break
        text = html.unescape(_TAG.sub(" ", text))
    return clean(_TAG.sub(" ", text))


# ── XML ──


def _in_xml(payload: Payload, most: int) -> Listing:
    text = _DECLARATION.sub("", decode(payload.content, payload.charset).removeprefix("\ufeff"))
    entries: list[Entry] = []
    sitemaps: list[Entry] = []
    for row in _rows(text.encode("utf-8", "replace")):
        found = _row(row, payload.url)
        into = sitemaps if _name(row) == "sitemap" else entries
        if found is not None and len(into) < (MAX_SITEMAPS if into is sitemaps else most):
            into.append(found)
        if len(entries) >= most or len(sitemaps) >= MAX_SITEMAPS:
            break
    return Listing(tuple(entries), sitemaps=tuple(sitemaps))


def _rows(content: bytes) -> Iterator[etree._Element]:
    """Every element that is an entry, as soon as it is whole; it is emptied when the next one is asked for."""
    parser = etree.XMLPullParser(
        ("end",), encoding="utf-8", recover=True, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    for start in range(0, len(content), _PIECE):
        try:
            parser.feed(content[start : start + _PIECE])
        except etree.XMLSyntaxError:
            return
        for _, node in parser.read_events():
            if isinstance(node, etree._Element) and _name(node) in _ROWS:
                yield node
                node.clear()
                parent = node.getparent()
                while parent is not None and node.getprevious() is not None:
                    del parent[0]


def _name(node: etree._Element) -> str:
    """The name of an element without its namespace and prefix, lower case; "" for what is none."""
    return re.split("[}:]", node.tag)[-1].lower() if isinstance(node.tag, str) else ""  # type: ignore[redundant-expr] # lxml: a function


def _row(row: etree._Element, base: str) -> Entry | None:
    said: dict[str, str] = {}
    links: dict[str, str] = {}
    for part in _parts(row):
        name = _name(part)
        if name == "link" and part.get("href"):
            links.setdefault(part.get("rel", "alternate"), part.get("href", ""))
        elif name != "guid" or part.get("isPermaLink", "true") != "false":
            said.setdefault(name, _text(part))
    places = (said.get("origlink"), said.get("loc"), said.get("link"), links.get("alternate"), said.get("guid"))
    url = next((place.strip() for place in places if place and place.strip()), "")
    dated = next((name for name in _DATES if said.get(name)), "")
    changed = dated in ("lastmod", "updated")
    return _entry(url, base, _words(said.get("title", "")), _day(said.get(dated, "")), changed=changed)


def _parts(row: etree._Element) -> Iterator[etree._Element]:
    """What an entry says of itself. Titles of the pictures and films in it are left out; a news sitemap says more one level down."""
    own = _space(row)
    for part in islice(row, _PARTS):
        if _name(part) == "news":
            yield from islice(part, _PARTS)
        elif _name(part) != "title" or _space(part) == own:
            yield part


def _text(node: etree._Element, between: str = "") -> str:
    return between.join(str(part) for part in islice(node.itertext(), _STRINGS))[:_LONGEST]


def _space(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[0]


# ── the others ──


def _in_json(content: bytes, base: str) -> Iterator[Entry]:
    try:
        feed = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return
    items = feed.get("items") if isinstance(feed, dict) else None
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        said = {name: value for name, value in item.items() if isinstance(value, str)}
        url = said.get("url") or said.get("id") or ""
        found = _entry(url[:_LONGEST], base, _words(said.get("title", "")), _day(said.get("date_published", "")))
        if found is not None:
            yield found


def _in_lines(content: bytes, base: str) -> Iterator[Entry]:
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        found = _entry(line[:_LONGEST].decode("utf-8", "replace"), base) if line.startswith(b"http") else None
        if found is not None:
            yield found


def _in_html(payload: Payload, most: int) -> Listing:
    page = parse(payload)
    feeds: dict[str, None] = {}
    for link in page.tree.iter("link"):
        declared = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and declared in FEED_TYPES:
            href, title = link.get("href") or "", link.get("title") or ""
            found = _entry(href, page.base)
            if found is not None and not _COMMENTS.search(f"{title[:200]} {href[:500]}"):
                feeds[found.url] = None
    links = (
        _entry(node.get("href") or "", page.base, _words(_label(node)))
        for node in page.tree.iter("a")
        if node.get("href")
    )
    entries = islice((entry for entry in links if entry is not None), most)
    return Listing(tuple(entries), tuple(islice(feeds, MAX_FEEDS)))


def _label(link: etree._Element) -> str:
    """The words of a link; where it is a picture, what is said in their place."""
    words = _text(link, " ")
    if words.strip():
        return words
    pictures = (picture.get("alt") for picture in islice(link.iter("img"), 3))
    return next((said for said in (link.get("title"), link.get("aria-label"), *pictures) if said), "")
