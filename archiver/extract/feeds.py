"""What the entries of a feed say: RSS of every version, RDF, Atom. Read by feedparser; what it is given is chosen here.

    rows of the feed -> what of each is wanted -> LOT of them as a small, sound feed -> feedparser -> entries

feedparser knows in how many ways the formats say a thing. But of a large feed it takes all the memory, and a feed with one `&`
too many it reads by other rules, at two seconds a megabyte. So rows.py takes the feed apart, in linear time and however broken it
is, and of an entry only its address, title, days and source go on. They go on as bytes in memory: what feedparser is given by
address it would fetch, and what it is given by name it would open.

Of its days only those count that stand in the text (entries.day_in): it makes today of what is no date, and moves days into UTC.
"""

from __future__ import annotations

import xml.sax.expatreader  # noqa: F401 - feedparser asks for it at its first feed, when there may be no room to load it
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import islice
from time import struct_time

import feedparser
from lxml import etree

from archiver.extract.entries import day_in, entry, link, words
from archiver.extract.rows import PARTS, name, space, text
from archiver.extract.text import clean
from archiver.model.listing import MAX_ADDRESS, MAX_TITLE, Entry, is_address

#: Entries that feedparser is given at once: few, so that what it builds stays small; enough, so that its beginning costs nothing.
LOT = 500

#: What is wanted of an entry, and of the source in it: names of RSS, Atom and Dublin Core without their namespaces, in lower case,
#: and what feedparser calls them.
_OF_ENTRY: Mapping[str, str] = {
    **{one: one for one in ("title", "link", "guid", "id", "published", "issued", "updated", "modified", "source", "origlink")},
    "pubdate": "pubDate",
    "date": "updated",
}  # fmt: skip
_OF_SOURCE: Mapping[str, str] = {one: one for one in ("title", "link", "id")}
#: Relations of links that say where an entry stands, or has been taken from; any other leads elsewhere.
_RELATIONS = frozenset({"alternate", "self", "via"})
_ATTRIBUTES = ("href", "rel", "type", "mode", "url", "isPermaLink")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ATOM = "http://www.w3.org/2005/Atom"


def entries(rows: Iterable[etree._Element], base: str, *, atom: bool) -> Iterator[Entry | None]:
    """What each row says; None for one that leads nowhere on the web. `atom`: the rows are Atom's, else those of some RSS."""
    ahead = iter(rows)
    while True:
        feed = etree.Element("feed", xmlns=_ATOM) if atom else etree.Element("rss", version="2.0")
        channel = feed if atom else etree.SubElement(feed, "channel")
        for row in islice(ahead, LOT):
            item = etree.SubElement(channel, "entry" if atom else "item")
            if row.base:
                item.set(_BASE, clean(row.base)[:MAX_ADDRESS])
            _copy(row, item, _OF_ENTRY)
        if not len(channel):
            return
        said = feedparser.parse(
            BytesIO(etree.tostring(feed, encoding="utf-8")), sanitize_html=False, resolve_relative_uris=False
        )
        for one in said.entries:
            yield _entry(one, base, atom=atom)


def _copy(row: etree._Element, into: etree._Element, wanted: Mapping[str, str]) -> None:
    """What is wanted of a row: the first of each that says anything; of links, the first of each relation."""
    own, seen = space(row), set[str]()
    for part in islice(row, PARTS):
        what = name(part)
        if what == "link" and (href := part.get("href")):
            relation = part.get("rel", "alternate").strip().lower()
            if relation in _RELATIONS and f"link {relation}" not in seen:
                seen.add(f"link {relation}")
                etree.SubElement(into, "link", rel=relation, href=clean(href[:MAX_ADDRESS]))
        # A title or a link of another namespace is that of a picture or a film.
        elif what in wanted and what not in seen and (space(part) == own or what not in ("title", "link")):
            copy = etree.Element(wanted[what])
            for attribute in _ATTRIBUTES:
                if value := part.get(attribute):
                    copy.set(attribute, clean(value[:MAX_ADDRESS]))
            if what == "source":
                _copy(part, copy, _OF_SOURCE)
            if not len(copy):
                said = clean(text(part, MAX_TITLE))
                # In one piece: feedparser is called for each text between two references.
                copy.text = said if "]]>" in said else etree.CDATA(said)
            if copy.text or len(copy) or copy.get("url"):
                seen.add(what)
                into.append(copy)


# ── what feedparser says of it ──


def _entry(said: dict[str, object], base: str, *, atom: bool) -> Entry | None:
    """In RSS `updated` is Dublin Core's date: the day of publication."""
    links = _links(said)
    dated = "published" if _text(said, "published") else "updated"
    parsed = dict.get(said, f"{dated}_parsed")
    day = day_in(_text(said, dated), parsed if isinstance(parsed, struct_time) else None)
    place = _text(said, "origlink") or _text(said, "link") or links.get("alternate", "")
    found = entry(place, base, _text(said, "title"), day, changed=atom and dated == "updated")
    if found is None:
        return None
    source_url, source_title = _source(dict.get(said, "source"), base)
    return replace(found, source_url=source_url or link(links.get("via", ""), base), source_title=source_title)


def _source(source: object, base: str) -> tuple[str | None, str]:
    """The feed that an entry was taken from, else the page that says so; and its name. Dublin Core has one text for both."""
    if not isinstance(source, dict):
        return None, ""
    links, title = _links(source), _text(source, "title")
    if is_address(title):
        return link(title, base), ""
    places = (_text(source, "href"), links.get("self"), links.get("alternate"), _text(source, "id"))
    return next((url for place in places if place and (url := link(place, base))), None), words(title)


def _links(said: dict[str, object]) -> dict[str, str]:
    """The first link of each relation."""
    links, found = dict.get(said, "links"), dict[str, str]()
    for one in links if isinstance(links, list) else ():
        found.setdefault(_text(one, "rel"), _text(one, "href"))
    return found


def _text(said: dict[str, object], what: str) -> str:
    """By dict's own rule: feedparser's answers with another date where one is missing."""
    value = dict.get(said, what)
    return value.strip() if isinstance(value, str) else ""
