"""Rows as a bibliography: which document a row names, each once, in their order, and no more than there is room for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.browse import lists
from archiver.demo.web import EXCERPT, ORIGINAL, REPOST
from archiver.manifest.opening import open_read_only


@pytest.fixture(scope="module")
def manifest(demo: Path) -> Iterator[sqlite3.Connection]:
    with open_read_only(demo) as connection:
        yield connection


def known(connection: sqlite3.Connection, url: str) -> dict[str, str]:
    row = connection.execute(
        "select d.id as document, d.payload_sha256, c.capture_id from documents d join captures c on c.document_id = d.id where d.url = ?",
        (url,),
    ).fetchone()
    return dict(row)


def test_a_row_names_its_document_in_many_ways(manifest: sqlite3.Connection) -> None:
    here, other = known(manifest, ORIGINAL), known(manifest, REPOST)
    for row in (
        {"document": here["document"]}, {"document_id": here["document"]}, {"id": here["document"]}, {"capture_id": here["capture_id"]},
        {"payload_sha256": here["payload_sha256"]}, {"sha256": here["payload_sha256"]}, {"url": ORIGINAL}, {"asked_url": ORIGINAL},
        {"from_document": here["document"], "to_document": other["document"]}, {"document_id": {"value": here["document"], "label": "A title"}},
        {"id": 3, "document_id": None, "capture_id": "", "url": ORIGINAL}, {"document": "0" * 16, "url": ORIGINAL},
    ):  # fmt: skip
        assert lists.documents(manifest, [row]) == [here["document"]], row


def test_rows_that_name_no_document_are_left_out(manifest: sqlite3.Connection) -> None:
    for row in (
        {"id": 3},
        {"url": None},
        {"url": "http://nowhere.example/"},
        {"document": "' or 1=1 --"},
        {"sha256": "x"},
        {"name": "ok"},
        {"document": b"\0"},
    ):
        assert lists.documents(manifest, [row]) == [], row


def test_each_document_stands_once_in_the_order_of_the_rows(manifest: sqlite3.Connection) -> None:
    rows = [{"url": url} for url in (EXCERPT, ORIGINAL, EXCERPT, REPOST, ORIGINAL)]
    made = lists.written(manifest, rows, "csl")
    assert [one["URL"] for one in json.loads(made.text)] == [EXCERPT, ORIGINAL, REPOST]
    assert (made.documents, made.whole) == (3, True)


def test_more_rows_than_there_is_room_for_are_cut_and_that_is_said(manifest: sqlite3.Connection) -> None:
    rows = [{"id": number} for number in range(lists.MOST)] + [{"url": ORIGINAL}]
    assert lists.written(manifest, rows, "ris") == lists.Bibliography("", 0, whole=False)
    assert lists.written(manifest, rows[1:], "ris").documents == 1


@pytest.mark.parametrize(
    ("ending", "begins", "none"), [("bib", "@online{", ""), ("ris", "TY  - ELEC", ""), ("csl", "[", "[]")]
)
def test_every_format_has_its_entries_and_an_empty_list_is_one(
    manifest: sqlite3.Connection, ending: str, begins: str, none: str
) -> None:
    assert lists.written(manifest, [{"url": ORIGINAL}], ending).text.startswith(begins)
    assert lists.written(manifest, [], ending).text.strip() == none


def test_which_lists_can_be_written() -> None:
    assert lists.can_list("documents", ["id", "title"])
    assert lists.can_list(None, ["id"])
    assert lists.can_list("contradictions", ["finding", "url"])
    assert not lists.can_list("publishers", ["id", "name"])
    assert not lists.can_list("warcs", ["name", "committed"])
