"""What feeds, sitemaps and pages list, however sloppy they are; and what hostile ones cost."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.listing import MAX_ENTRIES, MAX_FEEDS, MAX_SITEMAPS, read_listing
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
    assert read(gzip.compress(f"<rss>{item * 50}".encode())[:-12]).entries[0] == Entry(PAGE, "Tide")


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


def test_feeds_of_a_page_are_bounded() -> None:
    many = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(1000))
    assert len(read(f"<html><head>{many}</head></html>").feeds) == MAX_FEEDS
