"""What feeds, sitemaps and pages list, however sloppy they are; and what hostile ones cost."""

from __future__ import annotations

import gzip
import json
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.entries import day_in
from archiver.extract.listing import MAX_ENTRIES, MAX_FEEDS, MAX_ITEMS, MAX_SITEMAPS, read_listing
from archiver.model.capture import Payload
from archiver.model.listing import Entry

BASE = "https://quayherald.example/"
PAGE = "https://quayherald.example/a/tide-mill"


def read(content: str | bytes, media_type: str | None = None, charset: str | None = None):
    raw = content.encode() if isinstance(content, str) else content
    return read_listing(Payload(BASE, raw, media_type, charset))


#: A spelling of one entry, and what of it is read.
SPELLINGS = [
    (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>All</title><image><url>{BASE}i.png</url></image>'
        f"<item><title><![CDATA[The tide mill &amp; its wheel]]></title><link>\n{PAGE} </link>"
        "<pubDate>Thu, 04 May 2023 23:30:00 -0500</pubDate></item></channel></rss>",
        Entry(PAGE, "The tide mill & its wheel", "2023-05-04"),
    ),
    (
        f'<rss><channel><item><title>Tide &amp;amp; mill &lt;b&gt;now&lt;/b&gt;</title><guid isPermaLink="true">{PAGE}</guid></item></channel></rss>',
        Entry(PAGE, "Tide & mill now"),
    ),
    (
        f'<rss xmlns:fb="http://rssnamespace.example/"><channel><item><link>https://go.example/1</link><fb:origLink>{PAGE}</fb:origLink>'
        '<guid isPermaLink="false">tag:1</guid><title>Tide</title></item></channel></rss>',
        Entry(PAGE, "Tide"),
    ),
    (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/feed"/><entry><title type="html">Tide &lt;i&gt;mill&lt;/i&gt;</title>'
        '<link rel="replies" href="/r"/><link rel="alternate" href="/a/tide-mill"/><published>2023-05-04T06:00:00Z</published></entry></feed>',
        Entry(PAGE, "Tide mill", "2023-05-04"),
    ),
    (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<item><title>Tide</title><link>{PAGE}</link><dc:date>2023-05-04</dc:date></item></rdf:RDF>",
        Entry(PAGE, "Tide", "2023-05-04"),
    ),
    (
        f'<urlset><url><loc> {PAGE}\n</loc><lastmod>2023-06-01T00:00:00+02:00</lastmod></url></urlset>',
        Entry(PAGE, "", "2023-06-01", changed=True),
    ),
    (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n" xmlns:image="i"><url>'
        f"<loc>{PAGE}</loc><image:image><image:loc>{BASE}i.png</image:loc><image:title>A wheel</image:title></image:image>"
        "<news:news><news:publication><news:name>Quay Herald</news:name></news:publication><news:publication_date>2023-05-04</news:publication_date>"
        "<news:title>Tide mill</news:title></news:news></url></urlset>",
        Entry(PAGE, "Tide mill", "2023-05-04"),
    ),
    (
        json.dumps({"items": [{"url": PAGE, "title": "Tide mill", "date_published": "2023-05-04T06:00:00Z"}, 7, {"title": "no address"}]}),
        Entry(PAGE, "Tide mill", "2023-05-04"),
    ),
    (f"{PAGE}\r\n", Entry(PAGE)),
    ('<html><body><a href="/a/tide-mill"><h2>Tide\n mill</h2></a><a href="#x">x</a><a href="mailto:x@y.example">y</a></body></html>', Entry(PAGE, "Tide mill")),
    ('<html><body><a href="a/tide-mill"><img src="x" alt="Tide mill"></a></body></html>', Entry(PAGE, "Tide mill")),
]  # fmt: skip


RSS, END = "<rss><channel>", "</channel></rss>"
ITEM = f"<item><title>Tide</title><link>{PAGE}</link>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Tide</title>'
WEIR = "https://weir.example/feed"

#: Where a feed says that it has an entry from: in the entry, and as it is kept.
SOURCES = [
    (f'{RSS}{ITEM}<source url="{WEIR}">Weir &amp;amp; Lock</source></item>{END}', WEIR, "Weir & Lock"),
    (f'{RSS}{ITEM}<source url="{WEIR}"/></item>{END}', WEIR, ""),
    (f"{RSS}{ITEM}<source>Weir News</source></item>{END}", None, "Weir News"),
    (f'{RSS}{ITEM}<source url="javascript:x">Weir News</source></item>{END}', None, "Weir News"),
    (f'{RSS}{ITEM}<dc:source xmlns:dc="http://purl.org/dc/elements/1.1/">https://weir.example/1</dc:source></item>{END}', "https://weir.example/1", ""),
    (f'{ATOM}<link href="{PAGE}"/><source><id>urn:x</id><title>Weir News</title><link href="/"/><link rel="self" href="{WEIR}"/></source></entry></feed>', WEIR, "Weir News"),
    (f'{ATOM}<link href="{PAGE}"/><source><link rel="alternate" href="https://weir.example/"/></source></entry></feed>', "https://weir.example/", ""),
    (f'{ATOM}<source><id>https://weir.example/id</id></source><link href="{PAGE}"/></entry></feed>', "https://weir.example/id", ""),
    (f'{ATOM}<link rel="via" href="https://weir.example/1"/><link href="{PAGE}"/></entry></feed>', "https://weir.example/1", ""),
    (json.dumps({"items": [{"url": PAGE, "title": "Tide", "external_url": "https://weir.example/1"}]}), None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "url", "title"), SOURCES)
def test_where_a_feed_has_an_entry_from_is_kept(content: str, url: str | None, title: str) -> None:
    assert read(content).entries == (Entry(PAGE, "Tide", source_url=url, source_title=title),)


#: What formats say in other ways than one expects, and what is read.
ODD = [
    (f"{RSS}<item><guid>{BASE}g</guid><link>{PAGE}</link></item>{END}", Entry(PAGE)),
    (f"{RSS}<item><link/><guid>{PAGE}</guid></item>{END}", Entry(PAGE)),
    (f"{RSS}<item><link>{PAGE}?a=1&amp;utm_source=rss&amp;b=2</link></item>{END}", Entry(f"{PAGE}?a=1&utm_source=rss&b=2")),
    (f"{RSS}{ITEM}<a10:updated xmlns:a10='http://www.w3.org/2005/Atom'>2023-05-04T01:00:00Z</a10:updated></item>{END}", Entry(PAGE, "Tide", "2023-05-04")),
    (f'{RSS}<item><media:title xmlns:media="http://search.yahoo.com/mrss/">A wheel</media:title><title>Tide</title><link>{PAGE}</link></item>{END}', Entry(PAGE, "Tide")),
    (f'{ATOM}<updated>2023-05-04T23:30:00-05:00</updated><link href="{PAGE}"/></entry></feed>', Entry(PAGE, "Tide", "2023-05-04", changed=True)),
    (f'{ATOM}<link type="application/json" href="{PAGE}"/></entry></feed>', Entry(PAGE, "Tide")),
    (f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{BASE}a/"><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Tide <b>mill</b></div></title><link href="tide-mill"/></entry></feed>', Entry(PAGE, "Tide mill")),
    (f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64">VGlkZQ==</title><issued>2023-05-04T01:00:00Z</issued><modified>2023-06-01T01:00:00Z</modified><link rel="alternate" href="{PAGE}"/></entry></feed>', Entry(PAGE, "Tide", "2023-05-04")),
    (f"{RSS}{ITEM}<pubDate>Mon, 04 May 2099 10:00:00 GMT</pubDate></item>{END}", Entry(PAGE, "Tide", "2099-05-04")),
    (f"{RSS}{ITEM}<pubDate>4 May 2023</pubDate></item>{END}", Entry(PAGE, "Tide", "2023-05-04")),
]  # fmt: skip


@pytest.mark.parametrize(("content", "entry"), ODD)
def test_what_is_said_in_another_way_is_read(content: str, entry: Entry) -> None:
    assert read(content).entries == (entry,)


@pytest.mark.parametrize(
    "written", ["12:30", "2023", "2023-05", "--05", "2023/05/04", "2023-02-30", "soon", "", "9" * 5000]
)
def test_no_day_is_made_of_what_is_none(written: str) -> None:
    assert read(f"{RSS}{ITEM}<pubDate>{written}</pubDate></item>{END}").entries == (Entry(PAGE, "Tide"),)


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day) -> None:
    assert day_in(f"{day}T23:59:59-12:00") == str(day)


#: Lists that break off, and of what was being read what counts: nothing that may be half.
HALVES = [
    (f"{RSS}{ITEM}<guid>x", (Entry(PAGE, "Tide"),)),
    (f"{RSS}<item><title>Tide</title><link>{PAGE}", ()),
    (f"{RSS}<item><link>{PAGE}</link><title>Ti", (Entry(PAGE),)),
    (f"{RSS}{ITEM}<description>{'word ' * 50_000}", (Entry(PAGE, "Tide"),)),
    (f"<urlset><url><loc>{PAGE}</loc><lastmod>2023-05", (Entry(PAGE),)),
    (f"{RSS}{ITEM}<pubDate>Thu, 04 May 2023 10:00:00 GMT</pubDate>&", (Entry(PAGE, "Tide"),)),
    (f"{RSS}<item><title>A & B</title></item>{ITEM}</item>{END}", (Entry(PAGE, "Tide"),)),
]  # fmt: skip


@pytest.mark.parametrize(("content", "entries"), HALVES)
def test_half_a_thing_is_none(content: str, entries: tuple[Entry, ...]) -> None:
    assert read(content).entries == entries


#: What is read, what kind of list that is, and whether all of it is there.
KINDS = [
    (f"{RSS}{ITEM}</item>{END}", "feed", ()),
    (f"{RSS}{END}", "feed", ()),
    ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "feed", ("listing-cut",)),
    (f"{RSS}{ITEM}</item><item><title>Half", "feed", ("listing-cut",)),
    (f"{RSS}<item><title>A & B <br> &nbsp; x</title><link>{PAGE}</link></item>{ITEM}</item>{END}", "feed", ()),
    ("<urlset></urlset>", "sitemap", ()),
    ("<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'><s:url><s:loc>/x</s:loc></s:url></s:urlset>", "sitemap", ()),
    ("<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>", "index", ()),
    ("<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap><sitemap>", "index", ("listing-cut",)),
    ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed", ()),
    ('{"items": [{"url": "/a"}, {"url": "/b"', "feed", ("listing-cut",)),
    ('{"menu": {"items": [1, 2', "", ()),
    ("{", "", ()),
    ("https://quayherald.example/\n", "text", ()),
    ("<html><body><p>Gone</p></body></html>", "page", ()),
    ("plain words", "page", ()),
    ("", "", ()),
]  # fmt: skip


@pytest.mark.parametrize(("content", "kind", "problems"), KINDS)
def test_what_a_list_is_and_whether_it_is_whole_is_said(content: str, kind: str, problems: tuple[str, ...]) -> None:
    found = read(content)
    assert (found.kind, found.problems, found.lists) == (kind, problems, kind not in ("page", ""))


def test_a_list_that_names_itself_is_what_it_says() -> None:
    found = read(f"<sitemapindex><sitemap><loc>{BASE}</loc></sitemap></sitemapindex>")
    assert [one.url for one in found.sitemaps] == [BASE]


@pytest.mark.parametrize(("content", "entry"), SPELLINGS, ids=lambda value: str(value)[:30])
def test_an_entry_is_read_in_every_spelling(content: str, entry: Entry) -> None:
    assert read(content).entries == (entry,)
    assert read(gzip.compress(content.encode())).entries == (entry,)
    assert read("\ufeff" + content, "text/plain").entries == (entry,)


def test_an_index_names_sitemaps_and_no_pages() -> None:
    found = read(
        "<sitemapindex><sitemap><loc>/s1.xml</loc><lastmod>2023-05-04</lastmod></sitemap><sitemap><loc>ftp://x/</loc></sitemap></sitemapindex>"
    )
    assert found.entries == ()
    assert found.sitemaps == (Entry(BASE + "s1.xml", "", "2023-05-04", changed=True),)


def test_a_page_declares_feeds_and_those_of_comments_are_left_out() -> None:
    links = (
        '<link rel="alternate" type="application/rss+xml" title="Quay Herald" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Quay Herald » Comments Feed" href="/comments/feed/">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed"><link rel="alternate" hreflang="de" href="/de/">'
        '<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="atom.xml">'
    )
    assert read(f"<html><head>{links}</head><body></body></html>").feeds == (BASE + "feed/", BASE + "atom.xml")


def test_a_feed_in_another_charset_is_read_in_it() -> None:
    feed = f'<?xml version="1.0" encoding="windows-1251"?><rss><channel><item><title>Мельница</title><link>{PAGE}</link></item></channel></rss>'
    assert read(feed.encode("cp1251"), "application/rss+xml", "cp1251").entries == (Entry(PAGE, "Мельница"),)


def test_what_comes_before_a_broken_end_counts() -> None:
    item = f"<item><title>Tide</title><link>{PAGE}</link></item>"
    assert read(f"<rss><channel>{item}<item><title>Half").entries[0] == Entry(PAGE, "Tide")
    assert read(f"<rss><channel>{item}</oops></rss>").entries == (Entry(PAGE, "Tide"),)
    assert read(f"<rss><channel>{item}<item><title>A & B <br> &nbsp;</title>{item}</channel></rss>").entries[
        1
    ] == Entry(PAGE, "Tide")
    assert read('{"items": [{"url": "/a"}, {"url":').entries == (Entry(BASE + "a"),)
    cut = read(gzip.compress(f"<rss>{item * 50}".encode())[:-12])
    assert cut.entries[0] == Entry(PAGE, "Tide")
    assert cut.problems == ("decode-limit", "listing-cut")
    bad = bytearray(gzip.compress(("<rss>" + "".join(f"{item}<x>{n * 7919}</x>" for n in range(20_000))).encode()))
    bad[len(bad) // 2 : len(bad) // 2 + 400] = b"\xff" * 400
    assert read(bytes(bad)).entries[0] == Entry(PAGE, "Tide")


@given(st.binary(max_size=300) | st.sampled_from([b"<rss>", b"<urlset>", b"{", b"\x1f\x8b"]).flatmap(lambda start: st.binary(max_size=100).map(lambda rest: start + rest)))  # fmt: skip
def test_no_bytes_make_the_reading_fail(content: bytes) -> None:
    read(content)


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{("&a" + str(n - 1) + ";") * 10}">' for n in range(1, 9)).replace("&a0;", "&a;")  # fmt: skip

#: Content that asks for too much, and how many entries may come of it at most.
HOSTILE = [
    ("entities", f"{LAUGHS}]><rss><channel><item><title>&a8;</title><link>{PAGE}</link></item></channel></rss>".encode(), 1),
    ("files", f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><title>&x;</title><link>{PAGE}</link></item></rss>'.encode(), 1),
    ("depth", b"<rss>" + b"<item>" * 200_000, 0),
    ("entries", b"<urlset>" + b"<url><loc>https://a.example/</loc></url>" * 100_000, MAX_ENTRIES),
    ("items", b"<rss><channel>" + b"<item><link>https://a.example/</link></item>" * 50_000, MAX_ITEMS),
    ("one item", f"{RSS}{ITEM}<description>{'word ' * 2_500_000}</description></item>{ITEM}</item>{END}".encode(), 2),
    ("one quoted item", f"{RSS}{ITEM}<description><![CDATA[{'<p>word</p>' * 1_200_000}]]></description></item>{ITEM}</item>{END}".encode(), 2),
    ("attributes", b"<rss><item " + b" ".join(b'a%d="1"' % n for n in range(300_000)) + b"/></rss>", 0),
    ("elements", b"<rss><channel><item><p>" + b"<x/>" * 1_000_000 + b"</p></item></channel></rss>", 0),
    ("open elements", b"<rss><channel><item>" + b"<p>" * 3_000_000, 0),
    ("links", b"<feed><entry>" + b"<link href='/x'/>" * 300_000 + b"</entry></feed>", 1),
    ("titles", b"<rss><channel>" + b"<item><link>/x</link><title>%s</title></item>" % (b"&amp;lt;" * 250) * 400, 400),
    ("quotes", b"<rss><item><title>" + b'<a b="' * 500_000, 0),
    ("items of json", b'{"items":[' + b"{}," * 1_000_000, 0),
    ("json in json", b'{"items":[' * 300_000, 0),
    ("index", b"<sitemapindex>" + b"<sitemap><loc>https://a.example/</loc></sitemap>" * 20_000, 0),
    ("inflation", gzip.compress(b"<rss>" + b" " * 100_000_000), 0),
    ("json", b"[" * 100_000, 0),
    ("lines", b"https://a.example/\n" * 200_000, MAX_ENTRIES),
    ("tag", b"<rss><channel><item><title>" + b"<" * 2_000_000, 1),
    ("escapes", b"<rss><channel><item><title>" + b"&lt;" * 500_000 + b"</title></item></channel></rss>", 0),
    ("parts", b"<urlset><url>" + b"<x/>" * 300_000 + b"</url></urlset>", 0),
]  # fmt: skip


@pytest.mark.parametrize(("content", "most"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile_listings_are_bounded(content: bytes, most: int) -> None:
    begun = time.thread_time()
    found = read(content)
    assert time.thread_time() - begun < 5
    assert len(found.entries) <= most
    assert len(found.sitemaps) <= MAX_SITEMAPS
    assert all(
        len(entry.title) < 2001 and "root:" not in entry.title and "haha" not in entry.title for entry in found.entries
    )


def test_a_list_that_is_too_long_gives_its_beginning_and_says_so() -> None:
    many = "".join(f"<item><link>/{n}</link></item>" for n in range(2000))
    found = read_listing(Payload(BASE, f"{RSS}{many}{END}".encode()), 1500)
    assert [one.url for one in found.entries] == [f"{BASE}{n}" for n in range(1500)]
    assert found.problems == ("listing-cut",)
    assert read(f"{RSS}{many}{END}").problems == ()
    pages = "".join(f"<url><loc>/{n}</loc></url>" for n in range(60_000))
    assert read(f"<urlset>{pages}</urlset>").problems == ("listing-cut",)


@pytest.mark.parametrize(("content", "most"), [row[1:] for row in HOSTILE if row[2] == 2], ids=["text", "quoted"])
def test_ten_megabytes_in_one_item_do_not_hide_the_next(content: bytes, most: int) -> None:
    found = read(content)
    assert found.entries == (Entry(PAGE, "Tide"),) * most
    assert found.problems == ()


def test_nothing_is_asked_for_or_opened_for_a_feed(tmp_path: Path, monkeypatch) -> None:
    """Read from a folder in which a file bears the name that the feed is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "https:").mkdir()
    asked: list[str] = []

    def opened(event: str, _: tuple[object, ...]) -> None:
        if watching and event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
            asked.append(event)

    watching = True
    sys.addaudithook(opened)
    content = f'<!DOCTYPE rss SYSTEM "{BASE}rss.dtd"><?xml-stylesheet href="{BASE}x.xsl"?>{RSS}{ITEM}</item>{END}'
    assert read(content).entries == (Entry(PAGE, "Tide"),)
    watching = False
    assert asked == []


def test_feeds_of_a_page_are_bounded() -> None:
    many = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(1000))
    assert len(read(f"<html><head>{many}</head></html>").feeds) == MAX_FEEDS
