"""What tables and columns are said to be, held against the schema."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from archiver.browse.tables import BY_NAME, TABLES, WORDS, Table, described, shown
from archiver.manifest.snapshot import Snapshot
from tests.browse.rows import Rows, empty, read

#: What SQLite makes beside an index of words.
SHADOWS = ("texts_fts_", "shingles_", "sqlite_")


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The columns of every table and view that a manifest has, or a public copy of one."""
    with closing(sqlite3.connect(empty(tmp_path_factory.mktemp("schema")))) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type in ('table', 'view')")]
        found = {
            name: [row[1] for row in connection.execute(f"pragma table_info('{name}')")]
            for name in names if not name.startswith(SHADOWS)
        }  # fmt: skip
    return found | {"snapshot": [one.name for one in fields(Snapshot)]}


def test_every_table_view_and_column_has_its_words_and_none_is_gone(schema: dict[str, list[str]]) -> None:
    assert {one.name: list(one.columns) for one in TABLES} == schema
    for one in TABLES:
        assert set(one.words) <= set(one.columns), one.name
        assert all(described(one).values()), one.name
    used = {name for one in TABLES for name in one.columns if name not in one.words}
    assert set(WORDS) == used


def test_titles_are_different_and_words_are_sentences() -> None:
    assert [title for title, count in Counter(one.title for one in TABLES).items() if count > 1] == []
    for one in TABLES:
        assert one.about.endswith((".", "...")), one.name
        for column, words in described(one).items():
            assert not words.removesuffix(" ...").endswith("."), (one.name, column)
            assert len(words) < 200, (one.name, column)


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.name)
def test_what_a_table_is_told_of_its_columns_is_there(one: Table) -> None:
    named = {*one.facets, *one.first, *filter(None, (one.label, one.search, one.sort.removeprefix("-")))}
    assert named <= set(one.columns)
    if one.first:
        assert one.sort.removeprefix("-") in (*one.first, "", one.columns[0])


def test_hiding_a_table_hides_no_other() -> None:
    hidden = tuple(one.name for one in TABLES if one.hidden)
    views = {"unresolved_targets"}  # a view is never hidden
    assert {one.name for one in TABLES if not one.hidden and one.name.startswith(hidden)} == views


def test_lists_hold_the_words_of_what_is_not_withdrawn_and_no_other(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        for number, url in ((1, "http://open.example/a"), (2, "http://shut.example/b")):
            text = rows.put("texts", payload_sha256=f"{number:064x}", text="words", title="t")
            page = rows.page(number, url, url, text_id=text)
            claim = rows.claim(page, "self_claim", url)
            rows.edge(page, claim, to_url="http://x.example/")
            rows.put("findings", document_id=page, code="conflicting-origin", message=url)
            rows.put("candidates", document_id=page, field="title", value=url)
            rows.put("signals", document_id=page, position=0, code="login", quote=url)
        rows.put(
            "withdrawals",
            sequence=9,
            capture_id="00000000-0000-4000-8000-000000000002",
            payload_sha256=f"{2:064x}",
            removed=0,
        )
    tables = [one for one in TABLES if one.shown is not None]
    for one in tables:
        assert len(read(path, f"select * from {one.name}")) == 2, one.name
        (left,) = read(path, f"select * from {one.name} where {shown(one)}")
        assert "shut" not in repr(left), one.name
    assert {one.name for one in TABLES if {"quote", "text", "value"} & set(one.columns)} - {"texts_fts"} <= {
        one.name for one in tables
    }
    (found,) = read(path, f"select url from documents where {shown(BY_NAME['documents'])}")
    assert found == {"url": "http://open.example/a"}
    assert shown(BY_NAME["captures"]) is None
    assert shown(BY_NAME["captures"]) is None
