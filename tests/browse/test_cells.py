"""A value as a cell: what is read at a glance, what a link leads to, and that nothing in it is more than text."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.browse import cells
from archiver.browse.tables import TABLES
from archiver.browse.web import Served
from tests.browse.markup import Markup

LINKS = Served("/base", "manifest")
DIGEST, DOCUMENT = "ab" * 32, "0123456789abcdef"
CAPTURE = "2786f830-da2d-4d61-92a9-21d240b808d6"


def shown(column: str, value: object, *, table: str | None = None, links: Served | None = LINKS, **row: object) -> str:
    """The cell; a value that is best shown as it is gives an empty text."""
    found = cells.cell(table, column, value, {column: value, **row}, links)
    return "" if found is None else str(found)


def text(markup: str) -> str:
    """What a cell says."""
    return Markup(f"<body>{markup}</body>").text


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("captured_at", "2026-11-22T02:01:51.429Z", "2026-11-22 02:01"),
        ("first_captured_at", "2026-11-22T02:01:51Z", "2026-11-22 02:01"),
        ("date_published", "2024-03-04T06:30:00Z", "2024-03-04"),
        ("origin_date", "2024-03", "2024-03"),
        ("payload_sha256", DIGEST, "abababababab…"),
        ("statement_id", CAPTURE, "2786f830…"),
        ("authors", json.dumps(["Mara Quill", "Ole Brandt"]), "Mara Quill, Ole Brandt"),
        ("authors", json.dumps([str(n) for n in range(9)]), "0, 1, 2, 3, 4, 5, …"),
        ("authors", "[]", "none"),
        ("headers", json.dumps([["Server", "x"], ["Via", "y"]]), "2"),
        ("changes", json.dumps([{"field": "title", "from": "a", "to": "b"}]), "title"),
        ("problems", json.dumps(["http-error", "new-code"]), "http-error, new-code"),
        ("weight", 0.9, "0.90 0.90"),
        ("confidence", 1, "1.00 1.00"),
        ("is_page", 0, "no"),
        ("to_is_archived", 1, "yes"),
        ("payload_length", 11_723, "11.7 kB"),
        ("status", "corroborated", "corroborated"),
        ("relation", "republished_from", "republished from"),
        ("url_key", "//news.example/a", "//news.example/a"),
        ("url", "https://www.news.example/a/", "news.example/a"),
        ("publisher", "Rеuters", "Rеuters [mixed letters: Latin, Cyrillic]"),
        ("quote", "word " * 100, None),
        ("anything", "https://news.example/a", "news.example/a"),
    ],
)  # fmt: skip
def test_values_are_read_at_a_glance(column: str, value: object, said: str | None) -> None:
    found = text(shown(column, value))
    assert found == said if said is not None else len(found) <= cells.TEXT + 2
    assert "\n" not in shown(column, value)


@pytest.mark.parametrize(
    ("column", "value"), [("url", None), ("quote", ""), ("hop", 3), ("changed", 2), ("weight", 3.5), ("is_page", 7), ("payload", b"\x00")]
)  # fmt: skip
def test_what_is_best_shown_as_it_is_is_left_alone(column: str, value: object) -> None:
    assert cells.cell(None, column, value, {column: value}, LINKS) is None


def leads(markup: str) -> list[str]:
    return Markup(f"<body>{markup}</body>").targets


def test_what_has_a_page_leads_to_it() -> None:
    assert leads(shown("document_id", DOCUMENT)) == [f"/base/-/archiver/document/{DOCUMENT}"]
    assert leads(shown("capture_id", CAPTURE)) == [f"/base/-/archiver/view/{CAPTURE}"]
    assert leads(shown("payload_sha256", DIGEST)) == [f"/base/-/archiver?q={DIGEST}"]
    assert leads(shown("title", "A day", id=DOCUMENT)) == [f"/base/-/archiver/document/{DOCUMENT}"]
    assert leads(shown("title", "A day", id=7)) == []
    assert leads(shown("statement_id", CAPTURE)) == [f"/base/manifest/records/{CAPTURE}"]
    assert leads(shown("stored_sha256", DIGEST)) == []


def test_the_whole_of_what_is_cut_stands_behind_it() -> None:
    url = f"https://news.example/{'a' * 200}"
    (link,) = Markup(f"<body>{shown('url', url)}</body>").all("a")
    assert (link.attributes["href"], link.attributes["title"], link.attributes["rel"]) == (url, url, "noreferrer")
    assert f'title="{DIGEST}"' in shown("leaf", DIGEST)
    assert 'title="the server answered with a 4xx or 5xx status"' in shown("problems", '["http-error"]')


def test_a_row_elsewhere_is_named_by_what_stands_for_it_there() -> None:
    assert leads(shown("publisher_id", {"value": 3, "label": "Fen Post"})) == ["/base/manifest/publishers/3"]
    assert text(shown("document_id", {"value": DOCUMENT, "label": "A day"})) == "A day"
    assert text(shown("document_id", {"value": DOCUMENT, "label": None})) == DOCUMENT
    assert text(shown("capture_id", {"value": CAPTURE, "label": "2026-11-22T02:01:51.429Z"})) == "2026-11-22 02:01"
    assert leads(shown("warc", {"value": "a~b.warc.gz", "label": "a~b.warc.gz"})) == [
        "/base/manifest/warcs/a~7Eb~2Ewarc~2Egz"
    ]


def test_a_manifest_that_our_pages_do_not_show_has_no_links_to_them() -> None:
    for column, value in (
        ("document_id", DOCUMENT), ("capture_id", CAPTURE), ("payload_sha256", DIGEST), ("title", "A day"), ("statement_id", CAPTURE),
        ("publisher_id", {"value": 3, "label": "Fen Post"}), ("document_id", {"value": DOCUMENT, "label": "A day"}),
    ):  # fmt: skip
        assert leads(shown(column, value, links=None, id=DOCUMENT)) == [], column


def test_only_addresses_of_http_are_links() -> None:
    for value in ("javascript:alert(1)", "data:text/html,x", "http://", "//a.example/", "ftp://a.example/"):
        assert leads(shown("url", value)) == [], value


#: What a page may say: markup, quotes, bidi controls, numbers and JSON that are none.
SAID = st.one_of(
    st.text(),
    st.text("<>\"'&;/ab\u202e\u2066\u05d0\x00\n`=", max_size=60),
    st.sampled_from(
        [
            "[" * 5000,
            "[1e999]",
            '["<b>"]',
            '[{"field": "<b>"}]',
            "<script>",
            "\u202e" + "a" * 9999,
            "'\"><img src=x onerror=1>",
        ]
    ),
    st.text().map(lambda said: f"https://a.example/{said}"),
    st.text().map(lambda said: json.dumps([said, said])),
)
COLUMNS = sorted({name for one in TABLES for name in one.columns} | {"from", "document", "whatever"})


def test_a_title_whose_row_names_an_address_alone_leads_to_what_answers_that() -> None:
    assert 'href="/base/-/archiver?q=https%3A%2F%2Fa.example%2Fx"' in shown("title", "Weir", url="https://a.example/x")
    assert f'href="/base/-/archiver/document/{DOCUMENT}"' in shown(
        "title", "Weir", url="https://a.example/x", document=DOCUMENT
    )
    for more in ({}, {"url": "javascript:alert(1)"}, {"url": None}):
        assert "href" not in shown("title", "Weir", **more)
    assert "href" not in shown("title", "Weir", links=None, url="https://a.example/x")


@given(st.sampled_from(COLUMNS), SAID)
def test_nothing_in_a_value_is_more_than_text(column: str, value: str) -> None:
    for said in (value, {"value": value, "label": value}, {"value": 3, "label": value}):
        markup = shown(column, said, title=value)
        page = Markup(f"<body>{markup}</body>")
        assert page.unclosed == []
        assert {one.name for one in page.elements} <= {"body", "a", "bdi", "code", "span", "abbr", "time", "meter"}
        for one in page.elements:
            assert set(one.attributes) <= {"href", "rel", "title", "class", "datetime", "min", "max", "value"}
        assert all(target.startswith(("http://", "https://", "/base/")) for target in page.targets)
        assert not {"\u202e", "\u2066", "\x00", "\n"} & set(markup)
        assert len(page.text) <= 1000


def test_rows_of_sqlite_are_read_by_their_columns() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("select 'A day' as title, ? as document", (DOCUMENT,)).fetchone()
    assert cells.document_of(row) == DOCUMENT
    assert leads(str(cells.cell(None, "title", "A day", row, LINKS))) == [f"/base/-/archiver/document/{DOCUMENT}"]
