"""From the captures of feeds and sitemaps to the pages that they have named, and to what a look-up says of those."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.manifest import listed
from archiver.manifest.dump import differences
from archiver.manifest.opening import MANIFEST
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
            assert (pages(running, path), states(running, path)) == ([], [None])
    with opened(tmp_path, server) as running:
        assert (pages(running, path), states(running, path)) == (["/a/a?utm_source=rss"], ["there"])


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
