"""Stored queries: each finds the rows that it is for, and no others."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.browse.queries import COUNTS, QUERIES
from archiver.browse.tables import BY_NAME
from tests.browse.rows import Rows, empty, read

BY = {one.name: one for one in QUERIES}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of invented houses: what they take from each other, what they name, what was changed and what was withdrawn."""
    path = empty(tmp_path_factory.mktemp("queries"))
    with Rows(path) as rows:
        for number, name in enumerate(("Mill Gazette", "Relay", "Fen Post"), 1):
            rows.put("publishers", id=number, name=name, kind="outlet")
        rows.put("aliases", publisher_id=2, kind="host", alias="relay.example", spelling="relay.example")
        rows.put("aliases", publisher_id=1, kind="name", alias="millgazette", spelling="Mill Gazette")
        origin = rows.page(1, "http://mill.example/a", "The mill", publisher_id=1, date_published="2023-05-04")
        copy = rows.page(
            2, "http://www.relay.example/a", "The mill, again", status="republication", work=1, publisher_id=2
        )
        other = rows.page(
            3, "http://fen.example/a", "The mill once more", status="republication", work=1, publisher_id=3
        )
        wrong = rows.page(4, "http://fen.example/b", "Herons", status="contradicted", publisher_id=3)
        named = rows.claim(copy, "originally_published_by", "first published by Mill Gazette")
        rows.claim(copy, "self_claim", "the original source is Relay", 0.4)
        rows.edge(copy, named, to_document=origin, to_publisher="Mill Gazette", status="corroborated")
        rows.edge(
            other,
            rows.claim(other, "republished_from", "from Mill Gazette"),
            to_document=origin,
            to_publisher="Mill Gazette",
        )
        rows.edge(
            wrong, rows.claim(wrong, "republished_from", "from the mill"), to_document=origin, status="contradicted"
        )
        rows.put(
            "works",
            id=f"{1:016x}",
            origin_document=origin,
            origin_url="http://mill.example/a",
            origin_publisher="Mill Gazette",
            origin_captured=1,
        )
        rows.put("findings", document_id=copy, code="conflicting-origin", message="two origins")
        rows.put("findings", document_id=wrong, code="date-after-capture", message="later than its capture")
        lone = rows.page(5, "http://lone.example/a", "Lone")
        rows.edge(
            lone,
            rows.claim(lone, "republished_from", "from Gone Herald"),
            to_url="http://gone.example/x",
            to_publisher="Gone Herald",
        )
        for number in (6, 7):
            page = rows.page(number, f"http://many{number}.example/a", "Many")
            rows.edge(
                page, rows.claim(page, "syndicated_by", "(Agency)"), to_publisher="Agency", relation="syndicated_by"
            )
        rows.page(8, "http://edit.example/a", "Before the edit")
        rows.page(9, "http://edit.example/a", "After the edit")
        rows.page(10, "http://paper.example/wall", "Log in", outcome="flagged", problems='["login"]')
        shut = rows.page(11, "http://shut.example/a", "Secret", publisher_id=2, outcome="flagged", problems='["login"]')
        rows.page(12, "http://shut.example/a", "Secret, too")
        rows.put("findings", document_id=shut, code="conflicting-origin", message="two origins")
        rows.edge(
            shut,
            rows.claim(shut, "republished_from", "a secret quote"),
            to_url="http://elsewhere.example/",
            to_publisher="Elsewhere",
        )
        rows.edge(
            shut, rows.claim(shut, "republished_from", "a secret quote"), to_document=origin, status="contradicted"
        )
        for number in (11, 12):
            capture = f"00000000-0000-4000-8000-{number:012x}"
            rows.put("withdrawals", sequence=number + 20, capture_id=capture, payload_sha256=f"{number:064x}", removed=0, by="M. Frey",
                     because="a court has ordered it", at="2026-02-01T00:00:00.000Z")  # fmt: skip
        for name, outcome, level in (
            ("good", "ok", "bytes"),
            ("bad", "2 problems", "bytes"),
            ("glanced", "ok", "quick"),
        ):
            rows.put("warcs", name=name, committed=10, sealed=1)
            rows.put(
                "events",
                kind="fixity-check",
                at="2026-03-01T00:00:00.000Z",
                outcome=outcome,
                detail=level,
                subject=name,
            )
        rows.put("events", kind="import", at="2026-03-01T00:00:00.000Z", outcome="failed", subject="file.warc")
    return path


def asked(path: Path, name: str, **arguments: object) -> list[dict[str, object]]:
    """The rows of a stored query; an argument that is not given is empty, as Datasette has it."""
    wanted = dict.fromkeys(re.findall(r":(\w+)", BY[name].sql), "")
    return read(path, BY[name].sql, wanted | arguments)


def numbers(rows: list[dict[str, object]]) -> list[int]:
    """The pages that rows name."""
    return [int(str(row["document"]), 16) for row in rows]


def test_pages_that_contradict_themselves_come_with_both_sentences(world: Path) -> None:
    (row,) = asked(world, "contradicting-pages")
    assert (row["title"], row["quote"], row["opposing_quote"]) == (
        "The mill, again", "first published by Mill Gazette", "the original source is Relay",
    )  # fmt: skip


def test_claims_that_the_archive_contradicts(world: Path) -> None:
    (row,) = asked(world, "contradicted-claims")
    assert (row["title"], row["quote"], row["to_url"]) == ("Herons", "from the mill", "http://mill.example/a")


def test_chains_count_pages_and_sites_and_leave_out_single_pages(world: Path) -> None:
    (row,) = asked(world, "chains")
    assert (row["title"], row["origin_publisher"], row["pages"], row["sites"]) == ("The mill", "Mill Gazette", 3, 3)


def test_a_chain_whose_beginning_nothing_decides_is_called_by_the_first_page_that_was_archived(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        for number, url in ((1, "http://shut.example/a"), (2, "http://one.example/a"), (3, "http://two.example/a")):
            rows.page(number, url, f"Page {number}", status="undecided", work=1)
        rows.put("works", id=f"{1:016x}", origin_publisher="One")
        for number in (4, 5):
            rows.page(number, "http://edit.example/a", "Versions of one page", status="undecided", work=4)
        rows.page(6, "http://taker.example/a", "Of an origin that is not archived", status="republication", work=6)
        rows.page(7, "http://gone.example/a", "A secret", status="republication", work=7)
        for number in (1, 7):
            capture = f"00000000-0000-4000-8000-{number:012x}"
            rows.put(
                "withdrawals", sequence=20 + number, capture_id=capture, payload_sha256=f"{number:064x}", removed=0
            )
    found = [(row["title"], row["origin_publisher"], row["pages"]) for row in asked(path, "chains")]
    assert found == [("Page 2", None, 3), ("Of an origin that is not archived", None, 1)]


def test_a_count_is_the_number_of_rows_that_its_list_has(world: Path) -> None:
    assert set(COUNTS) - {"documents"} <= set(BY)
    for name, sql in COUNTS.items():
        if name == "documents":
            continue
        ((count,),) = (row.values() for row in read(world, sql))
        assert count == len(asked(world, name)) > 0, name


def test_most_copied_counts_no_contradicted_claim(world: Path) -> None:
    (row,) = asked(world, "most-copied")
    assert (row["title"], row["copies"], row["sites"]) == ("The mill", 2, 2)


def test_origins_that_are_not_archived_the_most_named_first(world: Path) -> None:
    assert [(row["publisher"], row["documents"]) for row in asked(world, "missing-origins")] == [
        ("Agency", 2),
        ("Gone Herald", 1),
    ]


def test_a_single_witness_is_one_page_and_an_origin_that_nobody_else_names(world: Path) -> None:
    (row,) = asked(world, "single-witness")
    assert (row["title"], row["quote"], row["to_url"]) == ("Lone", "from Gone Herald", "http://gone.example/x")


def test_changed_pages_have_other_bytes_at_the_same_address(world: Path) -> None:
    (row,) = asked(world, "changed-pages")
    assert (row["title"], row["versions"], row["first_captured_at"]) == (
        "After the edit",
        2,
        "2026-01-09T08:00:00.000Z",
    )


@pytest.mark.parametrize("publisher", ["Relay", "relay", " Relay ", "relay.example"])
def test_sources_of_a_publisher_by_its_name_or_site(world: Path, publisher: str) -> None:
    (row,) = asked(world, "sources-of-publisher", publisher=publisher)
    assert (row["to_publisher"], row["texts"], row["title"]) == ("Mill Gazette", 1, "The mill, again")


def test_who_takes_from_a_publisher_and_nobody_from_no_publisher(world: Path) -> None:
    rows = asked(world, "takers-of-publisher", publisher="mill gazette")
    assert {(row["site"], row["status"]) for row in rows} == {
        ("relay.example", "corroborated"), ("fen.example", "asserted"), ("fen.example", "contradicted"),
    }  # fmt: skip
    assert asked(world, "takers-of-publisher") == asked(world, "sources-of-publisher") == []
    assert asked(world, "takers-of-publisher", publisher="Relay' or 1=1 --") == []


def test_pages_of_a_host_and_of_a_whole_site(world: Path) -> None:
    assert numbers(asked(world, "pages-of-host", host="www.relay.example")) == [2]
    assert numbers(asked(world, "pages-of-host", host=" Relay.example")) == [2]
    assert numbers(asked(world, "pages-of-host", host="fen.example")) == [4, 3]
    for host in ("", "example", "lay.example", "%", "shut.example"):
        assert asked(world, "pages-of-host", host=host) == [], host


def test_recent_captures_begin_with_the_last(world: Path) -> None:
    assert numbers(asked(world, "recent-captures")) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_nobody_had_a_text_first_where_nothing_decides_it(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        for number, status in enumerate(("original", "republication", "undecided", "contradicted"), 1):
            name = rows.page(number, f"http://a{number}.example/", status, status=status, problems='["paywall"]')
            rows.connection.execute("update lineages set origin_publisher = 'House' where document_id = ?", (name,))
        rows.connection.execute("update captures set problems = '[]'")
    rows_of = {name: asked(path, name, host="a1.example") for name in ("recent-captures", "pages-of-host")}
    first = {row["status"]: row["origin_publisher"] for row in rows_of["recent-captures"]}
    assert first == {"original": "House", "republication": "House", "undecided": None, "contradicted": None}
    assert {row["problems"] for row in rows_of["recent-captures"]} == {'["paywall"]'}


def test_flagged_captures_and_no_others(world: Path) -> None:
    (row,) = asked(world, "flagged-captures")
    assert (row["title"], row["problems"]) == ("Log in", '["login"]')


def test_failing_checks_are_checks_and_failed(world: Path) -> None:
    (row,) = asked(world, "failing-checks")
    assert (row["file"], row["outcome"], row["found_right_since"]) == ("bad", "2 problems", None)


def test_a_file_that_was_only_glanced_at_was_not_checked(world: Path) -> None:
    assert [row["file"] for row in asked(world, "unchecked-files")] == ["bad", "glanced"]


def test_what_was_withdrawn_is_named_with_its_reason(world: Path) -> None:
    rows = asked(world, "withdrawn")
    assert [(row["url"], row["because"], row["removed"]) for row in rows] == [
        ("http://shut.example/a", "a court has ordered it", 0)
    ] * 2


def test_no_query_has_a_word_of_what_is_withdrawn(world: Path) -> None:
    for one in QUERIES:
        for arguments in ({}, {"publisher": "relay"}, {"host": "shut.example"}):
            known = {name: value for name, value in arguments.items() if f":{name}" in one.sql}
            assert "ecret" not in repr(asked(world, one.name, **known)), one.name


def test_names_are_no_tables_and_words_are_there() -> None:
    assert {one.name for one in QUERIES}.isdisjoint(BY_NAME)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name) and one.title and one.about for one in QUERIES)


@pytest.fixture(scope="module")
def plans(world: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{world.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.mark.parametrize("one", QUERIES, ids=lambda one: one.name)
def test_no_query_makes_an_index_or_goes_through_texts(plans: sqlite3.Connection, one) -> None:
    arguments = dict.fromkeys(re.findall(r":(\w+)", one.sql), "x")
    plan = [row[3] for row in plans.execute(f"explain query plan {one.sql}", arguments)]
    assert [step for step in plan if "AUTOMATIC" in step or "texts" in step or "address_states" in step] == []


@pytest.mark.parametrize("name", ["recent-captures", "flagged-captures"])
def test_the_last_captures_are_found_from_the_end_and_not_by_sorting_all(plans: sqlite3.Connection, name: str) -> None:
    plan = [row[3] for row in plans.execute(f"explain query plan {BY[name].sql}")]
    assert plan[0] == "SCAN c"
    assert [step for step in plan if "ORDER BY" in step] == []
