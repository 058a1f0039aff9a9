"""From the captures of feeds and sitemaps to the pages that they have named, and to what a look-up says of those."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.manifest import listed
from archiver.manifest.dump import differences
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.question import answers
from archiver.model.url import key
from archiver.pipeline import Archive, Result, Wanted
from archiver.rebuild import rebuild
from tests.cli import printed
from tests.fetch.server import Server, answer, redirect

HOST = "http://quayherald.example"
RSS, END = '<?xml version="1.0"?><rss version="2.0"><channel>', "</channel></rss>"


def item(name: str, more: str = "") -> str:
    return f"<item><title>{name}</title><link>{HOST}/a/{name}?utm_source=rss</link>{more}</item>"


def opened(folder: Path, server: Server) -> Archive:
    settings = Settings(delay_seconds=0.0)
    return Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{server.port}"], None))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server({}) as running:
        yield running


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Archive]:
    with opened(tmp_path_factory.mktemp("lists"), server) as running:
        yield running


@pytest.fixture
def path(request: pytest.FixtureRequest) -> str:
    """Of an address of its own, for each test."""
    return "/" + re.sub(r"\W+", "-", request.node.name)


def visit(archive: Archive, path: str, purpose: str = "feed", *, if_changed: bool = False) -> Result:
    ((_, result),) = archive.visits([Wanted(HOST + path, purpose, if_changed)])
    return result


def pages(archive: Archive, path: str) -> list[str]:
    found = listed.named(archive.manifest.connection, [key(HOST + path)])
    return sorted(page.url.removeprefix(HOST) for page in found)


def states(archive: Archive, path: str) -> list[str | None]:
    rows = archive.manifest.connection.execute(
        "select state from captures where asked_url = ? order by sequence", (HOST + path,)
    )
    return [row[0] for row in rows]


def looked_up(folder: Path, path: str) -> dict[str, Any]:
    with open_read_only(folder) as connection:
        (citation,) = answers(connection, HOST + path)
    return dict(citation.as_json())


def test_what_a_feed_has_named_stays_and_grows(archive: Archive, server: Server, path: str) -> None:
    for names in ("ab", "bc"):
        server.table[path] = (answer((RSS + "".join(map(item, names)) + END).encode(), Content_Type="text/html"),)
        assert visit(archive, path).problems == ()
    assert pages(archive, path) == [f"/a/{name}?utm_source=rss" for name in "abc"]
    assert states(archive, path) == ["there", "there"]


def test_an_empty_feed_is_a_feed(archive: Archive, server: Server, path: str) -> None:
    server.table[path] = (answer(f"{RSS}{END}".encode()),)
    assert visit(archive, path).problems == ()
    assert states(archive, path) == ["there"]


#: What stands where a feed should be; the problems that it has, and what it says of the address.
NONE = [
    (answer(b"<!doctype html><title>News</title><a href=/a/x>All of the news, and more of it</a>"), ["not-a-listing"], "barred"),
    (answer(b"{}", Content_Type="application/json"), ["not-a-listing"], "barred"),
    (answer(b""), ["empty"], "down"),
    (answer(f"{RSS}{item('x')}{END}".encode(), status="500 Oh"), ["http-error"], "down"),
    (answer(f"{RSS}{item('x')}{END}".encode(), status="404 Gone"), ["http-error"], "gone"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "problems", "state"), NONE, ids=["page", "json", "empty", "500", "404"])
def test_what_is_no_list_names_nothing_and_says_so(
    archive: Archive, server: Server, path: str, *, said: bytes, problems: list[str], state: str
) -> None:
    server.table[path] = (said,)
    result = visit(archive, path)
    assert list(result.problems) == problems
    assert (states(archive, path), result.state) == ([state], state)
    assert pages(archive, path) == []


#: Lists that are wrong in one place, and what of them is kept.
SLOPPY = [
    (f"{RSS}{item('a')}<item><title>Half".encode(), ["/a/a?utm_source=rss"], ["listing-cut"]),
    (f"{RSS}{item('a')}<item><title>A & B <br></title></item>{item('b')}{END}".encode(), ["/a/a?utm_source=rss", "/a/b?utm_source=rss"], []),
    (gzip.compress(f"<urlset><url><loc>{HOST}/a/a</loc></url></urlset>".encode()), ["/a/a"], []),
    (gzip.compress(f"<urlset><url><loc>{HOST}/a/a</loc></url></urlset>".encode())[:-9], ["/a/a"], ["decode-limit"]),
    (f"{RSS}{item('a', '<description>' + 'word ' * 2_100_000 + '</description>')}{END}".encode(), ["/a/a?utm_source=rss"], ["listing-cut"]),
    (f"{RSS}{item('a', '<pubDate>Mon, 04 May 2099 10:00:00 GMT</pubDate>')}{END}".encode(), ["/a/a?utm_source=rss"], []),
]  # fmt: skip


@pytest.mark.parametrize(("said", "urls", "problems"), SLOPPY, ids=["cut", "broken", "gz", "cut-gz", "long", "future"])
def test_what_is_good_of_a_bad_list_is_kept(
    archive: Archive, server: Server, path: str, *, said: bytes, urls: list[str], problems: list[str]
) -> None:
    server.table[path] = (answer(said, Content_Type="application/octet-stream"),)
    result = visit(archive, path)
    assert [code for code in result.problems if code != "truncated"] == problems
    assert pages(archive, path) == urls


#: Lists with something wrong, and what that is each time that they are visited.
WRONG = [
    (f"{RSS}{item('a')}<item><title>Half".encode(), 0, ["listing-cut"], "there"),
    (f"<urlset><url><loc>{HOST}/a/a</loc></url></urlset>".encode(), 30, ["listing-cut"], "there"),
    (b"<!doctype html><title>News</title><p>All of it, and more.", 0, ["not-a-listing"], "barred"),
    (b"<!doctype html><title>News</title><p>All of it, and more.", 30, ["truncated", "not-a-listing"], "barred"),
    (b"", 0, ["empty"], "down"),
    (gzip.compress(f"<urlset><url><loc>{HOST}/a/a</loc></url></urlset>".encode())[:-9], 0, ["decode-limit"], "there"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "lacks", "problems", "state"), WRONG, ids=["cut", "short", "page", "half", "empty", "gz"]
)
def test_the_same_bytes_have_the_same_problems_at_each_visit(
    archive: Archive, server: Server, path: str, *, said: bytes, lacks: int, problems: list[str], state: str
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(said) + lacks}\r\nConnection: close\r\n\r\n"
    server.table[path] = (head.encode() + said,)
    results = [visit(archive, path, if_changed=True) for _ in range(3)]
    assert [(list(result.problems), result.state) for result in results] == [(problems, state)] * 3
    assert states(archive, path) == [state] * 3
    told = looked_up(archive.folder, path)
    assert (told["outcome"], told["problems"], told["state"]["state"]) == ("flagged", problems, state)


def test_what_stood_in_the_place_of_a_list_says_nothing_of_its_bytes(
    archive: Archive, server: Server, path: str
) -> None:
    feed = f"{RSS}{item('a')}{END}".encode()
    server.table[path] = (answer(feed, status="503 Busy"),)
    assert visit(archive, path).problems == ("http-error",)
    server.table[path] = (answer(feed),)
    assert visit(archive, path).problems == ()
    assert pages(archive, path) == ["/a/a?utm_source=rss"]


def test_of_an_index_the_sitemaps_stay_that_it_names_now(archive: Archive, server: Server, path: str) -> None:
    def index(names: str, end: str = "</sitemapindex>") -> list[str]:
        inside = "".join(f"<sitemap><loc>{HOST}/{name}.xml</loc></sitemap>" for name in names)
        server.table[path] = (answer(f"<sitemapindex>{inside}{end}".encode()),)
        visit(archive, path, "sitemap")
        found = listed.children(archive.manifest.connection, key(HOST + path))
        return sorted(child.url.removeprefix(HOST) for child in found)

    assert index("ab") == ["/a.xml", "/b.xml"]
    assert index("bc") == ["/b.xml", "/c.xml"]
    assert index("d", end="<sitemap>") == ["/b.xml", "/c.xml", "/d.xml"]
    assert index("bc") == ["/b.xml", "/c.xml"]
    assert looked_up(archive.folder, path)["message"].startswith("a sitemap: it has named 0 pages, names 2 sitemaps, ")
    assert index("") == []


def test_an_entry_is_an_address_as_it_is_requested_or_none(archive: Archive, server: Server, path: str) -> None:
    links = (
        "HTTP://QuayHerald.example:80/a/1#top", f"{HOST}/a/ü", "http://u:p@quayherald.example/a/2", "http://[x0]/a", "http://quayherald.example:0/",
        f"{HOST}/{'ü' * 1500}", "//u:p@quayherald.example/a/3", "mailto:desk@quayherald.example",
    )  # fmt: skip
    source = (
        '<source url="http://u:p@weir.example/feed">Weir News</source><dc:source>http://u:p@weir.example/</dc:source>'
    )
    items = "".join(f"<item><title>Tide</title><link>{link}</link>{source}</item>" for link in links)
    server.table[path] = (answer(f"{RSS}{items}{END}".encode()),)
    assert visit(archive, path).problems == ()
    assert pages(archive, path) == ["/a/%C3%BC", "/a/1"]
    rows = archive.manifest.connection.execute(
        "select source_url from listed where listing_key = ?", (key(HOST + path),)
    )
    assert {row[0] for row in rows} == {None}


def test_an_index_names_sitemaps_and_not_itself(archive: Archive, server: Server, path: str) -> None:
    inside = "".join(f"<sitemap><loc>{HOST}{one}</loc></sitemap>" for one in (path, "/s1.xml", "/s2.xml.gz"))
    server.table[path] = (answer(f"<sitemapindex>{inside}</sitemapindex>".encode()),)
    assert visit(archive, path, "sitemap").problems == ()
    found = listed.children(archive.manifest.connection, key(HOST + path))
    assert [child.url for child in found] == [f"{HOST}/s1.xml", f"{HOST}/s2.xml.gz"]
    assert pages(archive, path) == []


def test_a_list_is_known_by_the_address_that_was_asked_for(archive: Archive, server: Server, path: str) -> None:
    server.table[path] = redirect(path + "/moved")
    server.table[path + "/moved"] = (answer(f"{RSS}<item><link>b</link></item>{END}".encode()),)
    assert visit(archive, path).problems == ()
    assert pages(archive, path) == [f"{path}/b"]


def test_the_same_bytes_are_read_once_and_nothing_is_where_nothing_changed(
    archive: Archive, server: Server, path: str
) -> None:
    whole = answer(f"{RSS}{item('a')}{END}".encode(), ETag='"v1"')
    server.table[path] = (
        lambda asked: answer(status="304 Not Modified", ETag='"v1"') if b"If-None" in asked else whole,
    )
    visit(archive, path)
    archive.manifest.connection.execute("delete from listed where listing_key = ?", (key(HOST + path),))
    assert visit(archive, path, if_changed=True).capture.unchanged
    assert visit(archive, path).capture.revisit_of is not None
    assert pages(archive, path) == []
    assert states(archive, path) == ["there", "there", "there"]


def test_where_nothing_reads_the_list_waits_for_the_next_command(
    tmp_path: Path, server: Server, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.table[path] = (answer(f"{RSS}{item('a')}{END}".encode()),)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/nonexistent/python")
        with opened(tmp_path, server) as running:
            assert visit(running, path).outcome == "captured"
            assert (pages(running, path), states(running, path)) == ([], ["there"])
            assert "not read yet" in looked_up(tmp_path, path)["message"]
    with opened(tmp_path, server) as running:
        assert (pages(running, path), states(running, path)) == (["/a/a?utm_source=rss"], ["there"])
        assert running.manifest.unconcluded(0, 10) == []


def test_a_look_up_of_a_feed_says_what_it_has_named_and_what_is_wrong_with_it(
    archive: Archive, server: Server, path: str
) -> None:
    server.table[path] = (answer(f"{RSS}{item('a')}{END}".encode()),)
    visit(archive, path)
    well = looked_up(archive.folder, path)
    since = well["state"]["since"]
    named = f"a feed: it has named 1 page, read last on {since[:10]}"
    assert (well["outcome"], well["problems"], well["message"]) == ("captured", [], named)
    assert well["state"] == {"state": "there", "since": since, "asked": since}
    server.table[path] = (answer(status="404 Gone"),)
    visit(archive, path)
    gone = looked_up(archive.folder, path)
    assert (gone["outcome"], gone["problems"], gone["state"]["state"]) == ("flagged", ["http-error"], "gone")
    assert gone["message"] == f"{named}; the server answered with a 4xx or 5xx status"
    server.table[path] = ()
    visit(archive, path)
    down = looked_up(archive.folder, path)
    assert (down["outcome"], down["state"]["state"], down["message"].startswith(f"{named}; ")) == (
        "failed",
        "down",
        True,
    )
    shown = printed.run("lookup", HOST + path, "--archive", str(archive.folder)).out
    assert named in " ".join(shown.split())


def test_what_is_too_large_bars_the_way_to_its_address(tmp_path: Path, server: Server, path: str) -> None:
    small, large = b"<title>Tide</title><p>The tide mill turns again.", b"<p>Tide" + b" mill" * 40_000
    server.table[path] = (answer(small),)
    settings = Settings(delay_seconds=0.0, max_megabytes=0.1)
    fetching = fetch_settings(settings, [f"::127.0.0.1:{server.port}"], None)
    with Archive(tmp_path, settings, fetching) as running:
        list(running.capture([HOST + path]))
        server.table[path] = (answer(large),)
        (result,) = running.capture([HOST + path])
        assert (result.problems, result.state) == (("too-large",), "barred")
        seen = running.manifest.connection.execute("select state from address_states").fetchall()
    assert seen == [("there",), ("barred",)]
    assert looked_up(tmp_path, path)["state"]["state"] == "barred"


def test_a_look_up_says_who_named_the_page_and_a_rebuild_too(tmp_path: Path, server: Server, path: str) -> None:
    source = (
        '<source url="https://weir.example/feed">Weir News</source><pubDate>Thu, 04 May 2023 23:30:00 -0500</pubDate>'
    )
    server.table[path] = (answer(f"{RSS}{item('tide', source)}{END}".encode()),)
    server.table["/a/tide"] = (
        answer(b"<title>Tide</title><article><p>The tide mill turns again, after many years of rest.</p>"),
    )
    folder = tmp_path / "archive-of-lists"
    with opened(folder, server) as running:
        feed = visit(running, path).capture
        list(running.capture([f"{HOST}/a/tide"]))
    as_json, tree, note = (
        printed.run("lookup", f"{HOST}/a/tide", *form, "--archive", str(folder)).out
        for form in (["--json"], [], ["--format", "md"])
    )
    (one,) = json.loads(as_json)["listed"]
    assert one == {
        "listing": HOST + path, "since": one["since"], "title": "tide", "date": "2023-05-04", "changed": False,
        "source_url": "https://weir.example/feed", "source_title": "Weir News", "capture_id": feed.capture_id,
    }  # fmt: skip
    since = f"{HOST}{path} since {one['since'][:10]}"
    assert f"{since}, as from Weir News (https://weir.example/feed)" in " ".join(tree.split())
    assert f"<{HOST}{path}> since {one['since'][:10]}, as from Weir News, <https://weir.example/feed>" in note
    shutil.copytree(folder, tmp_path / "copy")
    rebuild(tmp_path / "copy")
    assert differences(folder / MANIFEST, tmp_path / "copy" / MANIFEST) == ()
