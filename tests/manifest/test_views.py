"""The views: what somebody who browses the manifest reads in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.demo.web import EXCERPT, ORIGINAL, REPOST, REPOST_PDF
from archiver.manifest.opening import MANIFEST
from tests import copies_web

VIEWS = {"address_states", "origins", "chain_edges", "unresolved_targets", "contradictions"}


@pytest.fixture
def browse() -> Iterator[object]:
    """Rows of a query on an archive's manifest, opened as Datasette does it: read-only, and no function of ours."""
    opened = []

    def ask(folder: Path, sql: str) -> list[dict[str, object]]:
        connection = sqlite3.connect(f"{(folder / MANIFEST).as_uri()}?mode=ro", uri=True)
        opened.append(connection)
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]

    yield ask
    for connection in opened:
        connection.close()


def test_the_views_are_there_and_a_look_up_needs_none_of_them(demo: Path, browse) -> None:
    assert {row["name"] for row in browse(demo, "select name from sqlite_master where type = 'view'")} == VIEWS
    sources = "".join(path.read_text("utf-8") for path in Path("archiver").rglob("*.py"))
    assert [name for name in VIEWS if f"from {name}" in sources or f"join {name}" in sources] == []


def test_origins_say_of_each_page_where_its_text_began(demo: Path, browse) -> None:
    rows = browse(
        demo, "select url, status, origin_publisher, origin_date, origin_url, origin_is_archived from origins"
    )
    assert {row["url"]: row["status"] for row in rows} == {
        ORIGINAL: "original", REPOST: "republication", REPOST_PDF: "republication", EXCERPT: "republication",
    }  # fmt: skip
    assert {(r["origin_publisher"], r["origin_date"], r["origin_url"], r["origin_is_archived"]) for r in rows} == {
        ("Harbour Gazette", "2024-03-04", ORIGINAL, 1)
    }


def test_chain_edges_say_who_took_from_whom_with_the_words(demo: Path, browse) -> None:
    rows = browse(demo, "select * from chain_edges order by from_date, relation")
    assert [(r["from_url"], r["relation"], r["status"], r["to_url"], r["to_publisher"]) for r in rows] == [
        (REPOST, "republished_from", "corroborated", ORIGINAL, "Harbour Gazette"),
        (REPOST_PDF, "variant_of", "inferred", REPOST, "World Letter"),
        (EXCERPT, "republished_from", "corroborated", REPOST, "World Letter"),
    ]
    assert rows[0]["quote"] == "This article was originally published on Harbour Gazette."
    assert (rows[0]["from_publisher"], rows[0]["from_date"], rows[0]["to_is_archived"]) == (
        "World Letter",
        "2024-03-06",
        1,
    )


def test_contradictions_show_both_quotes(demo: Path, copies: Path, browse) -> None:
    rows = browse(demo, "select * from contradictions order by url")
    assert [row["url"] for row in rows] == [REPOST, REPOST_PDF]
    assert (rows[0]["finding"], rows[0]["quote"], rows[0]["opposing_quote"]) == (
        "conflicting-origin",
        "This article was originally published on Harbour Gazette.",
        "The original source of this article is World Letter",
    )
    (row,) = browse(copies, "select * from contradictions")
    assert (row["finding"], row["url"], row["opposing_url"]) == (
        "contradicted-origin",
        copies_web.DENIED,
        copies_web.ORIGINAL,
    )
    assert row["quote"] == "This article was originally published on Quarry Post."
    assert row["opposing_quote"] == "The original source of this article is Quarry Post."


def test_unresolved_targets_are_what_is_named_and_not_archived(demo: Path, copies: Path, browse) -> None:
    assert browse(demo, "select * from unresolved_targets") == []
    rows = browse(copies, "select publisher, url, documents, relations from unresolved_targets")
    assert [tuple(row.values()) for row in rows] == [
        ("Gone Herald", copies_web.GONE, 2, "republished_from"),
        ("Reuters", None, 2, "syndicated_by"),
    ]


def test_the_views_stay_quick_as_an_archive_grows(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "manifest.db"
    with closing(sqlite3.connect(demo / MANIFEST)) as source, closing(sqlite3.connect(path)) as connection:
        source.backup(connection)
        for view in sorted(VIEWS):
            plan = [row[3] for row in connection.execute(f"explain query plan select * from {view} limit 100")]
            inner = [step for step in plan if "AUTOMATIC" in step]
            assert inner == [], (view, plan)
