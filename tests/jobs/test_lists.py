"""What feeds and sitemaps name, visited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.jobs import agenda
from archiver.manifest.opening import open_read_only
from archiver.model.run import Change
from archiver.model.state import State
from tests.fetch.server import answer
from tests.jobs.world import START, World, article, job

FEED, SITEMAP = "http://news.example/feed", "http://house.example/sitemap.xml"


def feed(urls: Iterable[str]) -> str:
    """An RSS feed of these pages."""
    items = "".join(f"<item><title>On {url[-3:]}</title><link>{url}</link></item>" for url in urls)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def sitemap(urls: Iterable[str], day: str = "") -> str:
    """A sitemap of these pages, which changed on that day."""
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    rows = "".join(f"<url><loc>{url}</loc>{changed}</url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def index(urls: Iterable[str]) -> str:
    """A sitemap of sitemaps."""
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'


def pages(world: World, host: str, numbers: Iterable[int]) -> list[str]:
    """So many pages of a host, there to be found."""
    urls = [f"http://{host}.example/{number:03}" for number in numbers]
    for url in urls:
        world.put(url, article(f"Story {url[-3:]} of {host}"))
    return urls


def visits(world: World) -> list[tuple[str, str]]:
    """Role and address of what the last run visited, in its order."""
    return [(str(one.role), one.url) for one in world.notes.visits]


@pytest.fixture
def feeds(tmp_path: Path) -> World:
    return World(tmp_path, job(feeds=f'["{FEED}"]', every='"1h"', revisit='"3d"', match='["/0*"]'))


def test_pages_that_a_feed_names_are_visited_at_once_and_again_after_they_have_left_it(feeds: World) -> None:
    with feeds as world:
        first, second = pages(world, "news", range(2)), pages(world, "news", range(2, 4))
        world.put(FEED, feed([*first, "http://news.example/about"]))
        world.run()
        assert sorted(visits(world)) == [("feed", FEED), *(("found", url) for url in first)]
        world.put(FEED, feed(second))
        world.pass_by(hours=1)
        world.run()
        assert sorted(visits(world)) == [("feed", FEED), *(("found", url) for url in second)]
        world.pass_by(days=3)
        world.run()
        assert [url for role, url in visits(world) if role == "found"] == [*first, *second]
        assert {one.change for one in world.notes.visits} == {Change.NOT_MODIFIED}


def test_a_feed_that_is_html_is_told_once_tried_again_and_keeps_nothing_waiting(feeds: World) -> None:
    with feeds as world:
        (url,) = pages(world, "news", [1])
        world.put(FEED, feed([url]))
        world.run()
        world.put(FEED, article("We are moving house"))
        told = []
        for _ in range(48):
            world.pass_by(hours=1)
            told += world.run().told
        assert [(one.url, one.state, one.problems) for one in told] == [(FEED, State.BARRED, ("not-a-listing",))]
        assert 10 <= len(world.asked(FEED)) <= 16
        world.pass_by(hours=25)
        world.put(FEED, feed([url]))
        (again,) = world.run().told
        assert (again.state, again.was) == (State.THERE, State.BARRED)
        assert len(world.asked(url)) == 2


def test_sitemaps_of_an_index_are_followed_and_one_that_names_itself_is_read_once(tmp_path: Path) -> None:
    with World(tmp_path, job(sitemaps=f'["{SITEMAP}"]')) as world:
        inner = [f"http://house.example/{name}.xml" for name in ("a", "b")]
        world.put(SITEMAP, index([SITEMAP, *inner]))
        world.put(inner[0], index([SITEMAP, "http://house.example/deep.xml"]))
        world.put(inner[1], sitemap(pages(world, "house", range(2))))
        world.put("http://house.example/deep.xml", index(["http://house.example/deeper.xml"]))
        world.run()
        assert len(world.asked(SITEMAP)) == 1
        assert len(world.asked("http://house.example/deep.xml")) == 1
        assert not world.asked("http://house.example/deeper.xml")
        assert [url for role, url in visits(world) if role == "found"] == [
            "http://house.example/000",
            "http://house.example/001",
        ]
        world.pass_by(days=1)
        assert world.run().total.changes == {Change.NOT_MODIFIED: 4}


def test_a_sitemap_that_says_that_a_page_changed_makes_it_due_unless_that_is_still_to_come(tmp_path: Path) -> None:
    with World(tmp_path, job(sitemaps=f'["{SITEMAP}"]', every='"6h"')) as world:
        urls = pages(world, "house", range(3))
        world.put(SITEMAP, sitemap(urls, "2026-05-01"))
        world.run()
        world.put(SITEMAP, sitemap(urls[:1], "2026-05-05")[:-9] + sitemap(urls[1:2], "2031-01-01")[60:])
        for _ in range(12):
            world.pass_by(hours=6)
            world.run()
        assert [len(world.asked(url)) for url in urls] == [2, 1, 1]
        again = world.asked(urls[0])[1]
        assert timedelta(hours=18) <= again - START <= timedelta(hours=25)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<rss><channel><item><link>http://news.example/001</link></item><item><tit",
        b"\x1f\x8b\x08nothing that inflates",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><link>http://news.example/001</link><title>&b;</title></item></channel></rss>',
        b"{" * 5000,
    ],
)
def test_a_list_that_is_broken_ends_no_run(feeds: World, broken: bytes) -> None:
    with feeds as world:
        pages(world, "news", [1])
        world.put(FEED, answer(broken, Content_Type="application/rss+xml"))
        report = world.run()
        assert report.total.visited == report.total.due
        assert {url for _, url in visits(world)} <= {FEED, "http://news.example/001"}


def test_the_pages_of_one_job_are_bounded_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "MOST_FOUND", 5)
    with World(tmp_path, job(feeds=f'["{FEED}"]')) as world:
        world.put(FEED, feed(pages(world, "news", range(9))))
        assert world.run().total.changes[Change.FIRST] == 6
        assert ["more than 5 pages" in warning for warning in world.notes.warnings] == [True]


def test_where_a_list_says_that_it_has_an_entry_from_is_kept_with_the_capture_that_says_it(feeds: World) -> None:
    with feeds as world:
        (url,) = pages(world, "news", [1])
        said = '<source url="http://first.example/feed">The First Paper</source></item>'
        world.put(FEED, feed([url]).replace("</item>", said))
        world.run()
        with open_read_only(world.folder) as connection:
            row = connection.execute(
                "select l.url, l.source_url, l.source_title, c.asked_url from listed l join captures c using (sequence)"
            ).fetchone()
    assert tuple(row) == (url, "http://first.example/feed", "The First Paper", FEED)
