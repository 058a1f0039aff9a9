"""What lists have named: kept once, moved when it says something else, and found again."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.manifest import listed, schema
from archiver.manifest.store import Manifest
from archiver.model.listing import Entry, Listing
from archiver.model.url import key

FEED = "https://quayherald.example/feed"
MAP = "https://quayherald.example/sitemap.xml"


def capture(manifest: Manifest, sequence: int, asked: str = FEED) -> None:
    """A row that those of `listed` can refer to."""
    manifest.connection.execute(
        "insert or ignore into warcs (name, committed) values ('a.warc.gz', 0)",
    )
    for place, (kind, record) in enumerate([("metadata", f"s{sequence}"), ("response", f"c{sequence}")]):
        manifest.connection.execute(
            "insert into records (record_id, kind, warc, offset, length, stored_sha256) values (?, ?, 'a.warc.gz', ?, 1, '')",
            (record, kind, 2 * sequence + place),
        )
    columns = {
        "sequence": sequence, "capture_id": f"c{sequence}", "asked_url": asked, "url": asked, "url_key": key(asked),
        "captured_at": f"2026-11-{sequence:02}T10:00:00.000Z", "outcome": "captured", "problems": "[]", "http_status": 200,
        "payload_sha256": f"p{sequence}", "payload_length": 1, "purpose": "feed", "source": "fetch", "robots": "[]",
        "statement_id": f"s{sequence}", "clock_state": "unknown", "tool": "",
    }  # fmt: skip
    names = ", ".join(columns)
    manifest.connection.execute(
        f"insert into captures ({names}) values ({', '.join('?' * len(columns))})", tuple(columns.values())
    )


@pytest.fixture
def manifest(tmp_path: Path):
    opened = Manifest(tmp_path)
    for sequence in range(1, 10):
        capture(opened, sequence, MAP if sequence in (5, 6) else FEED)
    yield opened
    opened.close()


def keep(manifest: Manifest, sequence: int, *entries: Entry, at: str = FEED, sitemaps: tuple[Entry, ...] = ()) -> None:
    with manifest.together():
        listed.keep(manifest.connection, key(at), sequence, Listing(entries, sitemaps=sitemaps))


def rows(manifest: Manifest) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in manifest.connection.execute(
            "select url, title, first_sequence, sequence from listed order by url_key"
        )
    ]


A, B = Entry("https://quayherald.example/a?utm_source=rss", "Tide", "2026-11-01"), Entry("http://quayherald.example/b")


def test_what_is_named_again_stays_and_what_is_said_anew_moves(manifest: Manifest) -> None:
    keep(manifest, 1, A, B)
    keep(manifest, 2, A)
    assert rows(manifest) == [(A.url, "Tide", 1, 1), (B.url, "", 1, 1)]
    keep(manifest, 3, replace(A, title="Tide mill"), replace(B, source_title="Weir News"))
    assert rows(manifest) == [(A.url, "Tide mill", 1, 3), (B.url, "", 1, 3)]
    keep(manifest, 3, replace(A, title="Tide mill"), replace(B, source_title="Weir News"))
    assert rows(manifest) == [(A.url, "Tide mill", 1, 3), (B.url, "", 1, 3)]


def test_what_is_read_late_says_only_since_when(manifest: Manifest) -> None:
    keep(manifest, 3, A)
    keep(manifest, 2, replace(A, title="Tied"), B)
    assert rows(manifest) == [(A.url, "Tide", 2, 3), (B.url, "", 2, 2)]


def test_of_a_page_that_is_named_twice_the_first_counts(manifest: Manifest) -> None:
    keep(manifest, 1, A, replace(A, url="http://quayherald.example/a/", title="Again"))
    keep(manifest, 2, A, replace(A, url="http://quayherald.example/a/", title="Again"))
    assert rows(manifest) == [(A.url, "Tide", 1, 1)]


def test_pages_come_the_newest_first_with_their_days(manifest: Manifest) -> None:
    keep(manifest, 1, A)
    keep(manifest, 5, Entry(A.url, "", "2026-11-03", changed=True), B, at=MAP)
    keys = [key(FEED), key(MAP), key("https://elsewhere.example/feed")]
    fifth, first = datetime(2026, 11, 5, 10, tzinfo=UTC), datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert list(listed.named(manifest.connection, keys)) == [
        listed.ListedPage(A.url, key(A.url), "2026-11-03", True, fifth),
        listed.ListedPage(B.url, key(B.url), None, False, fifth),
        listed.ListedPage(A.url, key(A.url), "2026-11-01", False, first),
    ]
    assert list(listed.named(manifest.connection, [])) == []


def test_an_index_has_children_and_is_none_of_them(manifest: Manifest) -> None:
    child = Entry("https://quayherald.example/s1.xml", "", "2026-11-01", changed=True)
    keep(manifest, 5, at=MAP, sitemaps=(child, Entry(MAP.replace("https", "http"))))
    assert [one.url for one in listed.children(manifest.connection, key(MAP))] == [child.url]
    assert list(listed.named(manifest.connection, [key(MAP)])) == []


def test_only_what_an_index_names_now_is_visited_and_not_without_end(manifest: Manifest) -> None:
    many = tuple(Entry(f"https://quayherald.example/{n}.xml") for n in range(700))
    with manifest.together():
        for sequence, first in ((5, 0), (6, 350)):
            cut = Listing(sitemaps=many[first : first + 350], problems=("listing-cut",))
            listed.keep(manifest.connection, key(MAP), sequence, cut)
        more = tuple(Entry(f"https://quayherald.example/more/{n}.xml") for n in range(800))
        listed.keep(manifest.connection, key(MAP), 7, Listing(sitemaps=more, problems=("listing-cut",)))
    found = [one.url for one in listed.children(manifest.connection, key(MAP))]
    assert len(found) == listed.MOST_CHILDREN
    assert set(found) >= {one.url for one in more}
    keep(manifest, 8, at=MAP, sitemaps=many[:2])
    keep(manifest, 6, at=MAP, sitemaps=more[:2])
    assert {one.url for one in listed.children(manifest.connection, key(MAP))} == {one.url for one in many[:2]}


def test_who_named_a_page_is_told_with_their_words(manifest: Manifest) -> None:
    keep(manifest, 5, Entry(A.url, "", "2026-11-03", changed=True), at=MAP)
    keep(manifest, 7, A)
    keep(manifest, 8, replace(A, source_url="https://weir.example/feed", source_title="Weir News"))
    found = listed.of_pages(manifest.connection, [key(A.url), key(B.url)])
    assert [one.as_json() for one in found] == [
        {
            "listing": FEED, "since": "2026-11-07T10:00:00Z", "title": "Tide", "date": "2026-11-01", "changed": False,
            "source_url": "https://weir.example/feed", "source_title": "Weir News", "capture_id": "c8",
        },
        {
            "listing": MAP, "since": "2026-11-05T10:00:00Z", "title": "", "date": "2026-11-03", "changed": True, "source_url": None,
            "source_title": None, "capture_id": "c5",
        },
    ]  # fmt: skip
    assert len(listed.of_pages(manifest.connection, [key(A.url)], most=1)) == 1


def test_who_named_a_page_is_found_by_an_index(manifest: Manifest) -> None:
    plan = manifest.connection.execute("explain query plan " + listed._OF_PAGES, ("[]", 20)).fetchall()
    assert [row[3] for row in plan if row[3].startswith("SCAN") and "json_each" not in row[3]] == []


def test_fifty_thousand_entries_take_no_time(manifest: Manifest) -> None:
    entries = tuple(Entry(f"https://quayherald.example/a/{n}", f"Tide {n}", "2026-11-01") for n in range(50_000))
    spent = []
    for sequence in (1, 2):
        begun = time.thread_time()
        keep(manifest, sequence, *entries)
        spent.append(time.thread_time() - begun)
    begun = time.thread_time()
    assert sum(1 for _ in listed.named(manifest.connection, [key(FEED)])) == 50_000
    spent.append(time.thread_time() - begun)
    assert all(one < 6 for one in spent), spent  # of a busy machine; an idle one takes a tenth


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x", "y"])), max_size=5), max_size=6))
def test_each_page_is_as_it_was_named_last_and_since_it_was_named_first(captures: list[list[tuple[str, str]]]) -> None:
    connection = sqlite3.connect(":memory:")
    for script in schema.scripts():
        connection.executescript(script.read_text("utf-8"))
    said: dict[str, list[object]] = {}
    for sequence, named in enumerate(captures, 1):
        first = dict(reversed(named))
        entries = tuple(Entry(f"https://quayherald.example/{name}", title) for name, title in named)
        listed.keep(connection, "feed", sequence, Listing(entries))
        for name, title in first.items():
            before = said.setdefault(name, [title, sequence, sequence])
            if before[0] != title:
                before[0], before[2] = title, sequence
    found = connection.execute("select url, title, first_sequence, sequence from listed")
    assert {row[0][-1]: list(row[1:]) for row in found} == said
    connection.close()
