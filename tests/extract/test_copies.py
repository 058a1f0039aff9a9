"""Marks of a copy: which pages and feeds say by a u-repost-of or a <source> that they repeat another text."""

from __future__ import annotations

import time

import pytest

from archiver.extract.read import read
from archiver.model.capture import PROBLEMS, Payload

HERE = "https://ferry.example/2024/a-note"
THERE = "https://harbour.example/notes/tides"
RSS = '<rss version="2.0"><channel><title>Ferry</title>{}</channel></rss>'
ITEM = "<item><title>Tides</title>{}</item>"
SOURCE = '<source url="https://harbour.example/feed.xml">Harbour Notes</source>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Ferry</title>{}</feed>'
ENTRY = (
    '<entry xmlns="http://www.w3.org/2005/Atom"><title>Tides</title><source><id>tag:harbour.example,2024:f</id>'
    '<link rel="self" href="https://harbour.example/atom.xml"/><link href="https://harbour.example/"/></source></entry>'
)


def marks(content: str, media_type: str = "text/html") -> list[tuple[str, str, str]]:
    document = read(Payload(HERE, content.encode(), media_type, "utf-8"))
    return [(p.name, p.value, p.quote) for p in document.pointers if p.name in ("a u-repost-of", "feed source")]


@pytest.mark.parametrize(
    ("page", "value", "quote"),
    [
        (f'<div class="h-entry"><a class="u-repost-of" href="{THERE}">Tides</a></div>', THERE,
         f'<a class="u-repost-of" href="{THERE}">'),
        ('<div class="h-entry"><a href="/old?a=1&amp;b=2" class="x u-repost-of">Tides</a></div>', "https://ferry.example/old?a=1&b=2",
         '<a href="/old?a=1&amp;b=2" class="x u-repost-of">'),
        (f'<article class="h-entry"><div class="u-repost-of h-cite"><p class="h-card"><a class="u-url" href="/ada">Ada</a></p>'
         f'<a class="u-url p-name" href="{THERE}">Tides</a></div></article>', THERE, f'<a class="u-url p-name" href="{THERE}">'),
        (f'<main class="h-feed"><article class="h-entry"><link class="u-repost-of" href="{THERE}"></article></main>', THERE,
         f'<link class="u-repost-of" href="{THERE}">'),
        (f'<div class="h-entry"><a class="u-repost-of" href="{THERE}">Tides</a></div><aside><div class="h-entry">Older</div></aside>', THERE,
         f'<a class="u-repost-of" href="{THERE}">'),
    ],
    ids=["a link", "a relative link", "a citation", "a feed of one entry", "beside a side bar"],
)  # fmt: skip
def test_an_entry_names_the_text_that_it_repeats(page, value, quote):
    assert marks(page) == [("a u-repost-of", value, quote)]


REPOST = f'<a class="u-repost-of" href="{THERE}">Tides</a>'


@pytest.mark.parametrize(
    "page",
    [
        f'<div class="h-entry" hidden>{REPOST}</div>',
        f'<div class="h-entry"><a class="u-repost-of" style="display: none" href="{THERE}">Tides</a></div>',
        f'<div class="h-entry"><template>{REPOST}</template></div>',
        f'<div class="h-entry"><!-- {REPOST} --></div>',
        f'<div class="h-entry">One {REPOST}</div><div class="h-entry">Two</div>',
        f'<div class="h-entry">One<div class="comments"><div class="h-cite u-comment">{REPOST}</div></div></div>',
        f'<div class="h-entry">One<div class="h-entry">{REPOST}</div></div>',
        f'<ul class="h-entry"><li>{REPOST}</li></ul>',
        REPOST,
        '<div class="h-entry"><a class="u-repost-of" href="#top">Tides</a></div>',
        '<div class="h-entry"><a class="u-repost-of" href="javascript:go()">Tides</a></div>',
        '<div class="h-entry"><p class="u-repost-of">Tides</p></div>',
        f'<div class="h-entry"><a class="no-u-repost-of" href="{THERE}">Tides</a></div>',
    ],
    ids=[
        "hidden entry", "hidden link", "template", "comment of the markup", "list of entries", "comment", "entry in an entry", "list",
        "no entry", "fragment", "script", "no link", "another class",
    ],
)  # fmt: skip
def test_what_is_not_the_pages_own_repost_gives_nothing(page):
    assert marks(page) == []


@pytest.mark.parametrize(
    ("content", "media_type", "value"),
    [
        (f"<article><h1>Tides</h1><p>Text.</p>{SOURCE}</article>", "text/html", "https://harbour.example/feed.xml"),
        (RSS.format(ITEM.format(SOURCE)), "application/rss+xml", "https://harbour.example/feed.xml"),
        (ITEM.format(SOURCE), "text/xml", "https://harbour.example/feed.xml"),
        ('<?xml version="1.0" encoding="koi8-r"?>' + RSS.format(ITEM.format(SOURCE)), "application/xml", "https://harbour.example/feed.xml"),
        (ENTRY, "application/atom+xml", "https://harbour.example/"),
        (ATOM.format(ENTRY), "application/atom+xml", "https://harbour.example/"),
    ],
    ids=["page", "rss", "item alone", "declared charset", "entry alone", "atom"],
)  # fmt: skip
def test_an_item_names_the_feed_that_it_was_taken_from(content, media_type, value):
    [(name, found, quote)] = marks(content, media_type)
    assert (name, found) == ("feed source", value)
    assert quote.startswith("<source")
    assert quote in content


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (RSS.format(ITEM.format(SOURCE) + ITEM.format("")), "application/rss+xml"),
        (ATOM.format(ENTRY + ENTRY), "application/atom+xml"),
        (RSS.format(SOURCE), "application/rss+xml"),
        (RSS.format(ITEM.format("<source>Harbour Notes</source>")), "application/rss+xml"),
        (RSS.format(ITEM.format(f"<!-- {SOURCE} -->")), "application/rss+xml"),
        (f"<p>One</p>{SOURCE}<p>Two</p>{SOURCE}", "text/html"),
        (f"<div hidden>{SOURCE}</div><p>One</p>", "text/html"),
        (f"<ul><li>One {SOURCE}</li></ul>", "text/html"),
        (f"<div class='comments'>{SOURCE}</div><p>One</p>", "text/html"),
        ("<p>One</p><source url='https://harbour.example/feed.xml'>", "text/html"),
        ("<video><source url='https://harbour.example/film' src='a.mp4'>No film</video><p>One</p>", "text/html"),
        ("<picture><source srcset='a.webp'></picture><p>One</p>", "text/html"),
        ("<urlset><url><loc>https://ferry.example/</loc></url></urlset>", "application/xml"),
    ],
    ids=[
        "two items", "two entries", "no item", "no address", "comment of the markup", "two in a page", "hidden", "list", "comment", "no name",
        "film", "picture", "no feed",
    ],
)  # fmt: skip
def test_feeds_of_many_items_and_other_sources_give_nothing(content, media_type):
    assert marks(content, media_type) == []


@pytest.mark.parametrize(
    ("content", "problems"),
    [(b"", ("empty",)), (b"<rss><channel>", ("extraction-failed",)), (RSS.format("").encode(), ())],
)
def test_a_feed_that_cannot_be_read_says_so(content, problems):
    document = read(Payload(HERE, content, "application/rss+xml", "utf-8"))
    assert (document.problems, document.blocks, document.text) == (problems, (), "")
    assert document.extractor.startswith("feed/")


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e SYSTEM "file:///etc/hostname">]>'
)
FLOODS = {
    "entities": (BOMB + RSS.format(ITEM.format('<source url="&d;">&d;&e;</source>')), "text/xml"),
    "items": (RSS.format("<item/>" * 300_000), "text/xml"),
    "reposts": ('<div class="h-entry">' + '<a class="u-repost-of" href="/x' * 30_000, "text/html"),
    "citations": ('<div class="h-entry">' + '<b class="u-repost-of h-cite"><a class="u-url">' * 20_000, "text/html"),
    "entries": ('<div class="h-entry"><a class="u-repost-of" href="/x">' * 20_000, "text/html"),
    "sources": ('<source url="/x">x' * 50_000, "text/html"),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_marks_is_read_in_bounded_time(name):
    content, media_type = FLOODS[name]
    start = time.process_time()
    document = read(Payload(HERE, content.encode(), media_type, "utf-8"))
    assert time.process_time() - start < 5
    assert set(document.problems) <= set(PROBLEMS)
    assert not any("hostname" in pointer.value or len(pointer.value) > 9000 for pointer in document.pointers)
