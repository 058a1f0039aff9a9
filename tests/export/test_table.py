"""Tables: they read back as they were written, and nothing in them is computed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import example, given

from archiver.export.table import DOCUMENT, EDGE, cell, documents, edges, write
from archiver.model.text import plain
from tests.export.answers import CHAIN, CITATION, EDGES, REPOST, saying
from tests.export.test_lineage import NASTY, addresses, foreign

BEGINS_A_FORMULA = "=+-@\t\r＝＋－＠﹢﹣﹦﹫−"


def read(lines) -> list[dict[str, str]]:
    text = "".join(lines)
    text.encode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_citation_is_one_row_named_after_the_keys_of_its_json() -> None:
    (row,) = read(documents([CITATION]))
    assert tuple(row) == DOCUMENT
    value = CITATION.as_json()
    own = {
        name: value[name]
        for name in ("document_id", "url", "title", "publisher", "date_published", "status", "verdict")
    }
    assert {name: row[name] for name in own} == own
    assert row["authors"] == "Ida Moor; T. Reil"
    assert (row["origin_publisher"], row["origin_captured"]) == ("Saltmarsh Echo", "true")
    assert (row["captures"], row["offset"], row["sha256"]) == ("1", "4102", "c8" * 32)
    assert row["findings"].startswith("conflicting-origin: This page says")
    assert row["verified_outcome"] == "ok"


def test_a_chain_is_a_row_an_edge() -> None:
    rows = read(edges([CHAIN, replace(CHAIN, origin=None, edges=EDGES[:1])]))
    assert tuple(rows[0]) == EDGE
    assert [row["work"] for row in rows] == ["1"] * len(EDGES) + ["2"]
    assert [(row["from"], row["relation"], row["status"]) for row in rows[:-1]] == [
        (edge.from_url, edge.relation, edge.status) for edge in EDGES
    ]
    assert rows[3]["to"] == ""
    assert (rows[0]["confidence"], rows[0]["overlap"], rows[-1]["origin_url"]) == ("0.99", "0.98", "")


def test_lines_end_and_cells_are_quoted_as_rfc_4180_says() -> None:
    assert "".join(write(("a", "b"), [{"a": 'say "x", y', "b": None}, {"b": ("one\ntwo", "", "three")}])) == (
        'a,b\r\n"say ""x"", y",\r\n,one two; three\r\n'
    )


@pytest.mark.parametrize("begin", BEGINS_A_FORMULA)
@pytest.mark.parametrize("before", ["", " ", '"', "'", "\u00a0 ", "“", " \u202e\u200b", "''"])
def test_what_a_spreadsheet_would_compute_has_an_apostrophe_in_front(begin: str, before: str) -> None:
    said = f'{before}{begin}HYPERLINK("http://evil.example/","x")'
    found = cell(said)
    if plain(begin):  # a tab or a line end in front is gone
        assert found == "'" + plain(said)
    else:
        assert found[:1] not in BEGINS_A_FORMULA
    assert cell(["a title", said]) == f"a title; {found}"


@pytest.mark.parametrize(
    "said",
    ["A title", "3 = 4", "x@y.example", "http://a.example/?a=-1", "“fine”", "2024-03-04", "'quoted'", "– a dash"],
)
def test_what_begins_no_formula_stays_as_it_is(said: str) -> None:
    assert cell(said) == said


def test_numbers_stay_numbers() -> None:
    assert [cell(value) for value in (-0.5, 12, True, False, None, ())] == ["-0.5", "12", "true", "false", "", ""]


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
@example("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "\t=1")
def test_whatever_a_page_says_the_table_has_its_rows_and_no_cell_is_computed(
    title: str, publisher: str, quote: str, url: str
) -> None:
    citation = saying(title, publisher, quote, url)
    chain = replace(CHAIN, edges=citation.edges, title=title, findings=citation.findings)
    for rows, count in ((read(documents([citation] * 2)), 2), (read(edges([chain])), len(chain.edges))):
        assert len(rows) == count
        for row in rows:
            assert None not in row
            for name, text in row.items():
                assert text.lstrip()[:1] not in {*BEGINS_A_FORMULA} or text == "", (name, text)
                assert text == plain(text)
    assert read(documents([citation]))[0]["title"].removeprefix("'") in (plain(title), plain(title).removeprefix("'"))
    assert read(documents([replace(citation, url=REPOST)]))[0]["url"] == REPOST
