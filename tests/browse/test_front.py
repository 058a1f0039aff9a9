"""The front door: what is asked, what is found, what is said where nothing is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.browse import front, render
from archiver.browse.queries import COUNTS, QUERIES
from archiver.browse.web import FRONT, Ask, Holding, Served
from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo.web import EXCERPT, ORIGINAL, REPOST
from archiver.manifest.opening import open_read_only
from archiver.manifest.search import Hit
from archiver.manifest.status import Figures
from archiver.model.citation import Citation, CitedState, Verified
from archiver.pipeline import Archive
from tests.browse.markup import Markup, sound
from tests.browse.rows import Rows, empty
from tests.export import cited

LINKS = Served(database="manifest")
NO_FIGURES = Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)


@pytest.fixture(scope="module")
def manifest(demo: Path) -> Iterator[sqlite3.Connection]:
    """The demo's manifest."""
    with open_read_only(demo) as connection:
        yield connection


def asked(connection: sqlite3.Connection, question: str = "", links: Served = LINKS) -> Markup:
    """The page that answers a question."""
    said = front.answer(Holding(connection, None), Ask(FRONT, urlencode({"q": question}) if question else ""), links)
    assert said.status == 200
    page = Markup(said.body.decode())
    sound(page)
    return page


def shown(*citations: Citation, passage: str = "", check: Verified | None = None, tried: str | None = None) -> Markup:
    """The page on which these were found, or `tried` at some time."""
    hits = [Hit(one.document_id or "", one.url, one.title, one.publisher, None, passage) for one in citations]
    entries = [replace(front.entry(one, hit), asked=tried) for one, hit in zip(citations, hits, strict=True)]
    page = Markup(
        render.page(
            "front.html", LINKS, question=front.understood("weir"), entries=entries, most=front.MOST,
            figures=NO_FIGURES, log=None, run=None, check=check, levels={"bytes": "every record"}, lists=(), others=(), known=(),
            counts=dict.fromkeys(COUNTS, 0),
        ).decode()
    )  # fmt: skip
    sound(page)
    return page


# ── what is asked ──


@pytest.mark.parametrize(
    ("text", "address", "digest"),
    [
        ("https://lamp.example/a b", "https://lamp.example/a b", None),
        ("  lamp.example/a ", "https://lamp.example/a", None),
        ("www.lamp.example", "https://www.lamp.example", None),
        ("lamp.example:8080/x?y#z", "https://lamp.example:8080/x?y#z", None),
        ("A" * 64, None, "a" * 64),
        ("sha256:" + "0" * 64, None, "0" * 64),
        ("SHA-256: nothing", None, None),
        ("the weir was drained", None, None),
        ("drained. Then what", None, None),
        ("a" * 63, None, None),
        ("", None, None),
    ],
)
def test_a_question_is_an_address_a_digest_or_words(text: str, address: str | None, digest: str | None) -> None:
    question = front.understood(text)
    assert (question.address, question.digest) == (address, digest)


def test_a_question_is_cut() -> None:
    assert len(front.understood("word " * 1000).shown) == front.LONGEST - 1


# ── what is found ──


def test_the_door_has_one_box_and_the_archive_in_figures(manifest: sqlite3.Connection) -> None:
    page = asked(manifest)
    [box] = page.all("input")
    [label] = page.all("label")
    assert (box.attributes["name"], label.attributes["for"]) == ("q", box.attributes["id"])
    assert page.all("form")[0].attributes["action"] == FRONT
    assert "Captures 4 Pages 4 Publishers 3 Chains 1 Contradictory pages 2 Contradicted claims 0" in page.text
    assert "Last check Never" in page.text
    assert "Last run Never" in page.text
    assert "12 statements, checkpoint 12, not signed" in page.text
    assert {"/manifest/contradicting-pages", "/manifest/chains", "/manifest/missing-origins"} <= set(page.targets)


def test_every_list_is_reached_from_the_door_and_every_figure_leads_to_what_it_counts(
    manifest: sqlite3.Connection,
) -> None:
    targets = asked(manifest).targets
    assert {f"/manifest/{one.name}" for one in QUERIES} <= set(targets)
    assert "/manifest/captures?purpose=page" in targets
    assert len(asked(manifest).all("details")) == 1


def test_commands_that_the_log_advises_are_code(manifest: sqlite3.Connection) -> None:
    assert {"archiver key", "archiver anchor"} <= {one.text for one in asked(manifest).all("code")}


def test_where_there_are_no_tables_nothing_leads_to_them(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, links=Served(database=None))
    assert [target for target in page.targets if "manifest" in target] == []


def test_an_address_is_answered_with_the_verdict_and_the_words_that_hold_it(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, REPOST)
    hit = page.all("article")[0]
    words = " ".join(hit.text.split())
    assert "Republication Not the original. First published by Harbour Gazette, 2024-03-04" in words
    assert "“This article was originally published on Harbour Gazette.”" in words
    assert "The page’s own words, at the end of its text" in words
    assert "statement-en-1@3" not in words  # makers' words: on the page's own record
    assert "And against it, on the same page: “The original source of this article is World Letter”" in words
    assert any(target.startswith("/-/archiver/document/") for target in page.targets)
    assert any(target.startswith("/-/archiver/view/") for target in page.targets)


@pytest.mark.parametrize("text", [ORIGINAL, ORIGINAL.removeprefix("http://"), ORIGINAL + "?utm_source=x#top"])
def test_an_address_is_found_as_people_paste_it(manifest: sqlite3.Connection, text: str) -> None:
    assert "1 page answers" in asked(manifest, text).text


def test_words_are_found_with_the_passage_that_holds_them(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, "night ferry")
    assert "4 pages answer" in page.text
    assert {mark.text for mark in page.all("mark")} == {"night ferry"}
    assert page.all("input")[0].attributes["value"] == "night ferry"


def test_a_sentence_with_a_wrong_word_finds_the_pages_that_hold_most_of_it(manifest: sqlite3.Connection) -> None:
    text = str(manifest.execute("select text from texts where title is not null order by id").fetchone()[0])
    words = max(text.replace("\n", " ").split(". "), key=len).split()
    assert len(words) > 12
    page = asked(manifest, " ".join([*words[:6], "zeppelins", *words[7:]]))
    assert "hold parts of this sentence" in page.text or "holds parts of this sentence" in page.text
    assert "Parts of it in its text:" in page.text
    assert any(len(one.text.split()) > 2 for one in page.all("mark"))
    assert "Nothing in the archive" not in page.text


@pytest.mark.parametrize(
    ("name", "lists"),
    [
        ("Harbour Gazette", {"pages-of-host?host=harbourgazette.example", "takers-of-publisher?publisher=Harbour+Gazette"}),
        ("harbourgazette", {"sources-of-publisher?publisher=Harbour+Gazette"}),
        ("www.dailyrelay.example", {"pages-of-host?host=www.dailyrelay.example", "sources-of-publisher?publisher=Daily+Relay"}),
        ("https://dailyrelay.example/", {"pages-of-host?host=dailyrelay.example"}),
    ],
)  # fmt: skip
def test_the_name_of_a_publisher_or_a_host_leads_to_its_lists(
    manifest: sqlite3.Connection, name: str, lists: set[str]
) -> None:
    url = str(manifest.execute("select url from documents where url like '%dailyrelay%'").fetchone()[0])
    if name.startswith("www.") and "//www." not in url:
        lists = {one for one in lists if "host=www" not in one}
    page = asked(manifest, name)
    assert {f"/manifest/{one}" for one in lists} <= set(page.targets)
    assert "Nothing in the archive answers" not in page.text


def test_an_article_is_no_host_and_words_are_no_name(manifest: sqlite3.Connection) -> None:
    for question in (REPOST, "night ferry", "lamp.example", "0" * 64):
        assert not [one for one in asked(manifest, question).targets if "publisher=" in one or "host=" in one]


def test_pages_of_one_story_stand_together_the_earliest_first(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        for number, title, work, date in (
            (1, "weir", 1, "2026-03-03"), (2, "weir weir", 2, "2026-01-01"), (3, "weir again and again", 1, "2026-03-01"), (4, "the weir", 1, None),
        ):  # fmt: skip
            text = rows.put("texts", payload_sha256=f"{number:064x}", text="words", title=title)
            rows.page(number, f"http://a{number}.example/", title, work=work, text_id=text, date_published=date)
    with open_read_only(tmp_path) as connection:
        found = [entry.citation.title for entry in front._found(connection, front.understood("weir"))]
    assert found in (
        ["weir weir", "the weir", "weir again and again", "weir"],
        ["the weir", "weir again and again", "weir", "weir weir"],
    )


def test_what_was_kept_in_the_place_of_a_page_is_not_called_undecided() -> None:
    (capture, *_) = cited.ORIGINAL.captures
    gone = replace(
        cited.ORIGINAL, outcome="flagged", problems=("http-error",), status="undecided", verdict="",
        captures=(replace(capture, http_status=404),),
    )  # fmt: skip
    words = shown(gone).text
    assert "Not the page itself The server answered with HTTP 404. Nothing is concluded from it." in words
    assert "Undecided" not in words
    assert "http-error" not in words


def test_what_stands_around_a_quote_is_cut() -> None:
    (claim, *_) = (one for one in cited.CORROBORATED.claims if one.evidence)
    long = replace(claim.evidence[0], prefix="before " * 500, suffix="behind " * 500)
    page = shown(replace(cited.CORROBORATED, claims=(replace(claim, evidence=(long,)),)))
    assert 0 < page.text.count("before") < 30
    assert 0 < page.text.count("behind ") < 30


def test_the_searchs_own_language_is_words_like_others(manifest: sqlite3.Connection) -> None:
    assert "Nothing in the archive answers" in asked(manifest, 'title:ferry OR NEAR("x" *)').text


def test_a_digest_finds_the_page_with_these_bytes(manifest: sqlite3.Connection) -> None:
    sha256 = manifest.execute("select payload_sha256 from documents where url = ?", (EXCERPT,)).fetchone()[0]
    assert "1 page answers" in asked(manifest, sha256.upper()).text


def test_a_file_here_is_never_asked_for(manifest: sqlite3.Connection, tmp_path: Path) -> None:
    file = tmp_path / "payload"
    file.write_bytes(b"")
    assert "Nothing in the archive answers" in asked(manifest, str(file)).text


def test_the_title_and_the_words_of_a_page_bear_their_language(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, REPOST)
    assert page.all("article")[0].text
    assert {one.attributes.get("lang") for one in page.all("blockquote")} == {
        "en",
        None,
    }  # of a paper nobody says in which


def test_what_is_wrong_with_a_page_is_said_in_words() -> None:
    flagged = replace(
        cited.CORROBORATED,
        outcome="flagged",
        problems=("paywall",),
        state=CitedState("gone", "2026-03-01", "2026-04-01"),
    )
    words = shown(flagged).text
    assert "Flagged paywall: only the part before a paywall was served" in words
    assert "Gone from its address since 2026-03-01; asked for last on 2026-04-01." in words


def test_of_a_page_that_is_withdrawn_no_words_are_shown() -> None:
    page = shown(cited.WITHDRAWN, passage="the \x02weir\x03 was")
    assert "Withdrawn, and its bytes removed on 2026-05-01 by M. Frey, because: a court order | {42}" in page.text
    assert cited.SAYS not in page.text
    assert str(cited.WITHDRAWN.title) not in page.text
    assert page.all("h3")[0].text.strip() == "A withdrawn page"
    assert not page.all("mark")
    assert not [target for target in page.targets if "/view/" in target]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("ok", "Nothing amiss, 2026-05-01: every record"), ("3 problems", "3 problems, 2026"), ("not done", "Not done, 2026")],
)  # fmt: skip
def test_the_last_check_is_told_with_how_it_ended(outcome: str, words: str) -> None:
    assert words in shown(check=Verified("bytes", "2026-05-01T00:00:00Z", outcome)).text


# ── what is not found ──


def test_an_address_that_nobody_captured_comes_with_the_command(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, "https://lamp.example/it's;$(id)")
    [command] = page.all("pre")
    assert command.text == """archiver capture 'https://lamp.example/it'"'"'s;$(id)'"""


def test_an_address_that_cannot_be_captured_says_so(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, "ftp://lamp.example/a")
    assert "Only addresses that begin with http:// or https://" in page.text
    assert not page.all("pre")


def test_words_that_are_not_found_are_told_what_may_find_them(manifest: sqlite3.Connection) -> None:
    page = asked(manifest, "no such words at all")
    assert "fewer words" in page.text
    assert page.all("pre")[0].text == "archiver capture https://…"


def test_a_digest_that_is_not_found_is_told_what_it_would_be_of(manifest: sqlite3.Connection) -> None:
    assert "the bytes that a server sent" in asked(manifest, "0" * 64).text


def test_an_address_that_was_only_tried_says_when_and_why(tmp_path: Path) -> None:
    settings = Settings()
    with Archive(tmp_path, settings, fetch_settings(settings, [], None)) as archive:
        assert [one.outcome for one in archive.capture(["http://127.0.0.1:9/a"])] == ["refused"]
    with open_read_only(tmp_path) as connection:
        page = asked(connection, "http://127.0.0.1:9/a")
        day = connection.execute("select substr(at, 1, 10) from attempts").fetchone()[0]
    assert "Tried, and not archived" in page.text
    assert "Refused" in page.text
    assert f"Tried last {day}" in page.text
    assert page.all("pre")[0].text == "archiver capture http://127.0.0.1:9/a"


def test_a_feed_says_what_it_has_named() -> None:
    feed = replace(
        cited.ATTEMPTED, outcome="captured", problems=(), captures=cited.ORIGINAL.captures, message="a feed: it has named 12 pages, read last on 2026-05-01",
        state=CitedState("gone", "2026-05-02T00:00:00Z", "2026-05-03T00:00:00Z"),
    )  # fmt: skip
    page = shown(feed, tried="2026-05-01T00:00:00Z")
    assert "Captured A feed: it has named 12 pages, read last on 2026-05-01." in page.text
    assert "Gone from its address since 2026-05-02" in page.text


# ── hostile text ──

_CITATIONS = [value for value in vars(cited).values() if isinstance(value, Citation) and value.document_id]


@pytest.mark.parametrize("citation", _CITATIONS, ids=lambda one: one.document_id)
def test_every_kind_of_citation_is_shown(citation: Citation) -> None:
    assert len(shown(citation).all("article")) == 1


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_text_of_a_page_gets_out_of_its_place(title: str, publisher: str, passage: str) -> None:
    page = shown(
        replace(cited.HOSTILE, title=f"</h3><script>{title}", publisher=f'" onclick="{publisher}', language=passage),
        passage=f"<mark>\x02{passage}\x03</p>\x03\x02",
    )
    assert not set("\u202e\u2066\u200b\x02\x03") & set(page.source)


def test_a_title_of_ten_thousand_characters_is_cut() -> None:
    page = shown(replace(cited.HOSTILE, title="W" * 10_000), passage="\x02" + "W" * 10_000)
    assert len(page.text) < 3000


@given(st.text(max_size=60) | st.from_regex(r"\A[a-z]{0,6}:?//[^ ]{0,20}\Z"))
def test_any_question_has_an_answer(manifest: sqlite3.Connection, question: str) -> None:
    assert asked(manifest, question).all("input")[0].attributes["value"] == front.understood(question).shown
