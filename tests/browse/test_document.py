"""The provenance page: what a reader is told of a document, in which order, and what never gets onto it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.browse import changes, routes
from archiver.browse.changes import ASKED, COUNTED, compared, timeline
from archiver.browse.document import ENDINGS
from archiver.browse.record import CAPTURES, STEPS, Neighbours, Record, nearest, order, quiet, record, told_of
from archiver.browse.web import FRONT, Answer, Ask, Holding, Served
from archiver.demo.web import EXCERPT, ORIGINAL, REPOST
from archiver.export.graph import graph
from archiver.manifest.lookup import by_url
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.model.citation import Citation, CitedEdge, CitedFinding, CitedOrigin
from archiver.model.history import CitedText
from archiver.model.url import key
from tests import copies_web, tracing
from tests.browse.markup import Markup, sound
from tests.cli.printed import BIDI, run
from tests.export import answers

LINKS = Served("", "manifest")


def recorded(citation: Citation, neighbours: Neighbours) -> Record:
    return record(citation, told_of(citation), neighbours, LINKS)


MILL = "http://tidewatch.example/mill"
EDITED = (*tracing.TEXT[:3], tracing.TEXT[3].replace("four lines", "nine lines"), *tracing.TEXT[4:])


@contextmanager
def holding(folder: Path) -> Iterator[Holding]:
    with open_read_only(folder) as connection:
        yield Holding(connection, None)


def asked(folder: Path, url: str, ending: str = "", query: str = "") -> Answer:
    """What is answered for the document at an address."""
    with holding(folder) as held:
        document = by_url(held.connection, url)[0]
        return routes.answer(held, Ask(path=f"{FRONT}/document/{document}{ending}", query=query), LINKS)


def page(folder: Path, url: str, query: str = "") -> Markup:
    """The page of the document at an address, which is sound but for the picture: that has titles of its own."""
    said = asked(folder, url, query=query)
    assert said.status == 200
    source = said.body.decode()
    sound(Markup(re.sub(r'<div class="chain-picture">.*?</div>', "", source, flags=re.DOTALL)))
    return Markup(source)


def quotes(found: Markup) -> list[str]:
    return [" ".join(one.text.split()) for one in found.all("blockquote")]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one page in three versions; the second was captured twice."""
    folder = tmp_path_factory.mktemp("mill")
    first = tracing.article(MILL, "Tide Watch")
    second = tracing.article(MILL, "Tide Watch", text=EDITED, title="The mill at Orrin Quay closes")
    third = tracing.article(
        MILL, "Tide Watch", text=(*EDITED, "A wreath hangs there."), title="The mill at Orrin Quay closes"
    )
    pages: dict[str, str | tracing.Answer] = {}
    with tracing.served(pages) as web, tracing.opened(folder, web) as archive:
        for one in (first, second, second, third):
            pages[MILL] = one
            assert [result.outcome for result in archive.capture([MILL])] == ["captured"]
    return folder


@pytest.fixture
def changed(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's archive, to be changed."""
    return Path(shutil.copytree(demo, tmp_path / "copy"))


def written(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(folder / MANIFEST)) as connection, connection:
        for statement, values in statements:
            connection.execute(statement, values)


# ── what is told, and in which order ──


def test_a_republication_is_told_from_its_verdict_to_its_citations(demo: Path) -> None:
    found = page(demo, REPOST)
    headings = [" ".join(one.text.split()) for one in found.all("h1") + found.all("h2")]
    assert headings[:9] == [
        "The last night ferry to Skerrow", "A contradiction", "The chain", "Other forms of this page", "What the page says of its origin",
        "Capture", "What was checked, and what was not", "To cite it", "In figures",
    ]  # fmt: skip
    assert "Not the original. First published by Harbour Gazette, 2024-03-04" in found.text
    assert found.text.index("Republication") < found.text.index("A contradiction")


def test_the_origin_leads_to_its_own_record_and_the_page_to_its_address(demo: Path) -> None:
    found = page(demo, REPOST)
    with holding(demo) as held:
        origin = by_url(held.connection, ORIGINAL)[0]
    assert f"{FRONT}/document/{origin}" in found.targets
    link = next(one for one in found.all("a", "address") if one.attributes["href"] == REPOST)
    assert {"noreferrer", "nofollow"} <= set(link.attributes["rel"].split())


def test_a_page_that_contradicts_itself_is_quoted_twice_side_by_side(demo: Path) -> None:
    found = page(demo, REPOST)
    assert quotes(found)[:2] == [
        "“This article was originally published on Harbour Gazette.”",
        "“The original source of this article is World Letter”",
    ]
    assert "The first counts." in found.text
    assert "weight 0.93" in found.text
    assert "weight 0.15" in found.text


def test_a_page_whose_source_contradicts_it_is_set_against_the_words_of_that(copies: Path) -> None:
    found = page(copies, copies_web.DENIED)
    assert quotes(found)[:2] == [
        "“This article was originally published on Quarry Post.”",
        "“The original source of this article is Quarry Post.”",
    ]
    assert "The page that it names: Quarry Post" in found.text
    assert "no origin rests on it" in found.text


def test_an_origin_that_is_not_archived_is_named_with_the_way_to_capture_it(copies: Path) -> None:
    found = page(copies, copies_web.NAMING[0])
    assert "named, not archived" in found.text
    assert f"archiver capture {copies_web.GONE}" in found.text


def test_evidence_has_its_place_its_rule_and_its_weight(demo: Path) -> None:
    found = page(demo, REPOST)
    marks = [one.text for one in found.all("mark")]
    assert marks[:2] == [
        "This article was originally published on Harbour Gazette.",
        "The original source of this article is World Letter",
    ]
    assert re.search(
        r"in its text · characters 1,\d{3}–1,\d{3} of the page’s text · rule statement-en-1@\d+ · weight 0.93",
        found.text,
    )
    assert "image from Harbour Gazette" in found.text


def test_the_chain_is_told_as_a_nested_list_too(demo: Path) -> None:
    found = page(demo, EXCERPT)
    assert [one.attributes["class"].split()[0] for one in found.all("li", "step")] == ["step"] * 4
    assert "republished from the above: corroborated, confidence 0.99" in found.text
    assert found.all("svg", "chain")
    assert [one.text.count("this page") for one in found.all("li", "step-here")] == [1]


def test_a_page_that_nothing_decides_says_so(copies: Path) -> None:
    found = page(copies, copies_web.ALONE)
    assert "Nothing was found on it that says where its text comes from." in found.text
    assert not found.all("svg", "chain")


def test_captures_say_what_came_from_where_and_where_it_lies(demo: Path) -> None:
    found = page(demo, REPOST)
    with holding(demo) as held:
        row = held.connection.execute("select * from captures where url = ?", (REPOST,)).fetchone()
        record_ = held.connection.execute("select * from records where record_id = ?", (row["capture_id"],)).fetchone()
    assert [one.text for one in found.all("code", "digest")] == [row["payload_sha256"]]
    assert f"archive/{record_['warc']}, from byte {record_['offset']:,}, {record_['length']:,} bytes" in found.text
    assert f"{FRONT}/view/{row['capture_id']}" in found.targets
    assert "no TLS: nothing vouches for the server" in found.text
    assert re.search(
        r"In the log ?statement \d+ of this archive’s log, (which no checkpoint covers yet|covered by the checkpoint of the first \d+)",
        found.text,
    )


def test_what_reference_managers_read_is_of_the_page_that_is_cited(demo: Path) -> None:
    found = page(demo, REPOST)
    said = {one.attributes["name"]: one.attributes["content"] for one in found.all("meta") if "name" in one.attributes}
    assert said["citation_title"] == "The last night ferry to Skerrow"
    assert said["citation_author"] == "Mara Quill"
    assert said["citation_publication_date"] == "2024/03/06"
    assert said["DC.identifier"] == said["citation_public_url"] == REPOST
    offered = {
        one.attributes["href"].partition(".")[2] for one in found.all("link") if one.attributes["rel"] == "alternate"
    }
    assert offered == {ending[1:] for ending in ENDINGS}


def test_citations_stand_on_the_page_to_be_copied(demo: Path) -> None:
    copied = [one.text for one in page(demo, REPOST).all("pre", "copy")]
    assert [text.split(maxsplit=1)[0][:8] for text in copied] == ["@online{", "TY", "[", "{{cite"]


# ── other formats ──


def test_the_json_is_the_line_of_a_look_up(demo: Path, mill: Path) -> None:
    for folder, url in ((demo, REPOST), (demo, ORIGINAL), (mill, MILL)):
        said = asked(folder, url, ".json")
        assert (
            said.body.decode()
            == run("lookup", "--json", "--archive", str(folder), url).out.splitlines(keepends=True)[0]
        )
        assert said.media_type == "application/json"


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_is_answered_under_a_safe_name(demo: Path, ending: str) -> None:
    said = asked(demo, REPOST, ending)
    assert said.status == 200
    assert "Skerrow" in said.body.decode()
    assert re.fullmatch(
        rf'inline; filename="archiver-[0-9a-f]{{16}}{re.escape(ending)}"', said.headers["Content-Disposition"]
    )
    assert said.headers["Cache-Control"] == "no-cache"


def test_an_unknown_document_and_an_unknown_format_are_not_found(demo: Path) -> None:
    with holding(demo) as held:
        said = routes.answer(held, Ask(path=f"{FRONT}/document/{'0' * 16}"), LINKS)
    assert said.status == 404
    assert "there is no document" in said.body.decode()
    assert asked(demo, REPOST, ".exe").status == 404


# ── versions ──


def test_versions_are_told_with_what_changed_and_the_newest_change_in_full(mill: Path) -> None:
    found = page(mill, MILL)
    numbers = [one.text for one in found.all("span", "version-number")]
    assert numbers == ["3", "2", "1"]
    assert "title changed; body: 1 word replaced by 1" in found.text
    assert [one.text for one in found.all("del")] == [tracing.TITLE]
    assert [one.text.strip() for one in found.all("ins")] == ["The mill at Orrin Quay closes", "A wreath hangs there."]
    assert "words the same" in found.text
    assert "does not say so" not in found.text
    assert "Unacknowledged" not in found.text
    assert found.text.count("and the page gives no modified date.") == 2
    assert "3 versions of this address are archived" in found.text


def test_what_takes_the_place_of_words_stands_apart_from_them(mill: Path) -> None:
    assert re.search(r"<del>four</del> <ins>nine</ins>", asked(mill, MILL, query="from=1&to=2").body.decode())


def test_a_page_shows_its_own_version_beside_the_one_before_it(mill: Path) -> None:
    with holding(mill) as held:
        rows = held.connection.execute(
            "select document_id from captures where url = ? group by document_id order by min(sequence)", (MILL,)
        )
        said = [routes.answer(held, Ask(path=f"{FRONT}/document/{row[0]}"), LINKS).body.decode() for row in rows]
    assert [re.findall(r"From version (\d) to (\d)", one) for one in said] == [[("1", "2")], [("1", "2")], [("2", "3")]]


def test_any_two_versions_stand_side_by_side_where_that_is_asked_for(mill: Path) -> None:
    found = page(mill, MILL, "from=1&to=2")
    assert [found.all("del")[-1].text.strip(), found.all("ins")[-1].text.strip()] == ["four", "nine"]
    assert "open" in found.all("details", "changes")[0].attributes
    assert "?from=1&to=2#changes" in " ".join(found.targets)


@pytest.mark.parametrize(
    "query", ["from=1&to=99", "from=x&to=2", "from=1&to=1", "from=²&to=1", f"from={'9' * 5000}&to=1"]
)
def test_versions_that_there_are_not_are_not_compared_and_that_is_said(mill: Path, query: str) -> None:
    said = "cannot be set side by side: it takes two of those from 1 to 3"
    assert said in page(mill, MILL, query).text
    assert said not in page(mill, MILL).text


def test_an_earlier_version_leads_to_the_newest(mill: Path) -> None:
    with holding(mill) as held:
        first = held.connection.execute(
            "select document_id from captures where url = ? order by sequence", (MILL,)
        ).fetchone()[0]
        said = routes.answer(held, Ask(path=f"{FRONT}/document/{first}"), LINKS)
    found = Markup(said.body.decode())
    assert "The page has changed since this version was captured" in found.text
    assert next(one.text for one in found.all("li", "version-here")).split()[0] == "1"


TEXT = CitedText(
    document_id="a" * 16, capture_id="c", url=MILL, sha256="aa", captured_at="2024-03-05T09:00:00Z", last_captured_at="2024-03-05T09:00:00Z",
    captures=1, number=1, media_type="text/html", extractor="html@1", title="The mill", authors=(), publisher=None, date_published=None,
    date_modified=None, language="en", outcome="captured", problems=(), notes=(), text="",
)  # fmt: skip


def of(count: int, words: int) -> list[CitedText]:
    """Versions of so many words, one of which changes each time."""
    return [
        replace(
            TEXT,
            number=number + 1,
            document_id=f"{number:016x}",
            sha256=f"{number:x}",
            text=" ".join(["word"] * words) + f" and {number}.",
        )
        for number in range(count)
    ]


def test_of_long_texts_the_newest_changes_are_counted_and_nothing_is_held_against_the_others() -> None:
    told = timeline(of(10, COUNTED // 5 // 4), "0" * 16, LINKS).told
    assert [one.first for one in told] == list(range(10, 0, -1))
    assert "1 word replaced by 1" in told[0].said
    assert told[0].findings
    assert "changed, and not counted here" in told[5].said
    assert not told[5].findings
    assert "nor is its modified date weighed" in told[5].said


def test_texts_that_are_too_long_are_named_and_not_compared() -> None:
    texts = of(2, ASKED // 10)
    found = compared(texts, 1, 2, ASKED)
    assert found is not None
    assert found.pieces == ()
    assert found.command == "archiver diff c c"
    assert "too long" in found.why_not


def test_texts_that_have_little_in_common_are_not_mixed() -> None:
    one, other = of(2, 3)
    found = compared([one, replace(other, text="Quite another story of a ferry, a lamp and a dog.")], 1, 2, ASKED)
    assert found is not None
    assert found.pieces == ()
    assert "another one" in found.why_not


def test_versions_in_which_nothing_is_read_anew_are_one_line() -> None:
    same = [replace(one, text="The same.", number=number + 1) for number, one in enumerate(of(6, 1))]
    told = timeline(same, "x", LINKS).told
    assert [(one.first, one.last) for one in told] == [(2, 6), (1, 1)] or [(one.first, one.last) for one in told] == [
        (1, 6)
    ]


def test_lines_of_a_text_keep_the_spaces_at_their_ends() -> None:
    assert tuple(changes._lines(" a\u202e  b \n\nc")) == (" a b ", "", "c")


# ── what is withdrawn ──


def test_a_page_that_is_withdrawn_stands_and_says_nothing_of_its_own(changed: Path) -> None:
    assert (
        run(
            "withdraw", REPOST, "--because", "a <b>court</b> says so", "--by", "M. Frey", "--archive", str(changed)
        ).code
        == 0
    )
    found = page(changed, REPOST)
    assert "Withdrawn" in found.text
    assert "by M. Frey, because: a <b>court</b> says so" in found.text
    assert "This article was originally published on" not in found.text
    assert not [target for target in found.targets if "/view/" in target or "/replay/" in target]
    assert found.all("h1")[0].text == "A withdrawn page"
    for ending in ("", *ENDINGS):
        said = asked(changed, REPOST, ending).body.decode()
        assert "This article was originally published on" not in said, ending
        assert "Mara Quill" not in said, ending
        assert "last night ferry" not in said.casefold(), ending
        assert REPOST in said.replace("\\", ""), ending


def test_the_versions_of_a_page_that_is_withdrawn_keep_its_titles_to_themselves(mill: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(mill, tmp_path / "copy"))
    with holding(folder) as held:
        captures = held.connection.execute(
            "select distinct min(capture_id) from captures where url = ? group by payload_sha256", (MILL,)
        )
        captures = [row[0] for row in captures]
    for one in captures:
        assert (
            run("withdraw", one, "--yes", "--because", "it asked", "--by", "M. Frey", "--archive", str(folder)).code
            == 0
        )
    for said in (page(folder, MILL).text, asked(folder, MILL, ".json").body.decode()):
        assert "closes" not in said
        assert tracing.TITLE not in said
    assert "title changed; body: 1 word replaced by 1" in page(folder, MILL).text


def test_the_words_of_a_page_that_is_withdrawn_stand_on_no_other_page(changed: Path) -> None:
    words = "This article was originally published on"
    assert words in page(changed, ORIGINAL).text
    assert run("withdraw", REPOST, "--because", "it asked", "--by", "M. Frey", "--archive", str(changed)).code == 0
    assert words not in page(changed, ORIGINAL).text
    assert words not in asked(changed, ORIGINAL, ".json").body.decode()


# ── hostile text ──

EVIL = "</title></h1><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload=alert(3) &lt; \u202egnp.exe\u2066 \x00\x1b[2J {{ 7*7 }} "


def test_a_title_of_ten_thousand_characters_of_markup_is_a_title(changed: Path) -> None:
    title = (EVIL * 200)[:10_000]
    written(
        changed,
        ("update documents set title = ?, publisher = ?, authors = ?, language = ? where url = ?",
         (title, title, json.dumps([title] * 50), '"><script>', REPOST)),
        ("update lineages set verdict = ?", (title,)),
        ("update findings set message = ?", (title,)),
        ("update evidence set quote = ?, prefix = ?, suffix = ?, rule = ?, role = ?", (title, EVIL, EVIL, EVIL, EVIL)),
        ("update claims set publisher = ?, url = ?", (title, f"javascript:{EVIL}")),
        ("update captures set source_note = ?, problems = ?", (title, json.dumps([EVIL]))),
        ("update exchanges set peer = ?, tls_version = ?, tls_chain_state = ?", (EVIL, EVIL, EVIL)),
    )  # fmt: skip
    for url in (REPOST, ORIGINAL, EXCERPT):
        found = page(changed, url)
        assert not found.all("script") + found.all("img")
        assert not set(BIDI) & set(found.source)
        assert "\x1b" not in found.source
        assert "49" not in found.all("h1")[0].text
    assert len(page(changed, REPOST).all("h1")[0].text) <= 300


# ── pure parts ──

ends = st.tuples(st.sampled_from(range(12)), st.sampled_from(range(12)))


def edge(source: int, target: int) -> CitedEdge:
    a, b = (f"http://p{number}.example/" for number in (source, target))
    return CitedEdge(a, None, None, b, None, None, True, "republished_from", "asserted", 0.9, None, ())


@given(st.lists(ends, max_size=40), st.integers(1, 30))
def test_the_nearest_edges_are_some_of_them_in_their_order(pairs: list[tuple[int, int]], most: int) -> None:
    edges = [edge(*pair) for pair in dict.fromkeys(pairs)]
    kept = nearest(edges, "http://p0.example/", most)
    assert len(kept) <= most
    assert list(kept) == [one for one in edges if one in kept]
    if len(edges) > most and any("//p0." in one.from_url for one in edges):
        together = {"http://p0.example/"}
        for _ in kept:
            together |= {
                end for one in kept for end in (one.from_url, str(one.to_url)) if {one.from_url, one.to_url} & together
            }
        assert all(one.from_url in together for one in kept)


@given(st.permutations(range(60)))
def test_the_way_to_the_origin_is_nearest(order: list[int]) -> None:
    way = [edge(0, 1), edge(1, 2), edge(2, 3)]
    beside = [edge(number, 3) for number in range(4, 61)]
    edges = [[*way, *beside][place] for place in order]
    assert set(way) <= set(nearest(edges, "http://p0.example/", 3))


def test_two_first_publishers_are_set_against_each_other() -> None:
    message = "This page names two first publishers, Saltmarsh Echo and Gone Herald."
    first = answers.CITATION.claims[0]
    claims = (first, replace(first, publisher="Gone Herald", url=None, weight=0.6))
    told = replace(answers.CITATION, claims=claims, findings=(CitedFinding("conflicting-origin", message),))
    (found,) = recorded(told, Neighbours({}, {})).contradictions
    assert [side.claim and side.claim.publisher for side in (found.first, found.second)] == [
        "Saltmarsh Echo",
        "Gone Herald",
    ]
    assert found.message == message
    assert "Nothing on the page decides" in found.why


def test_a_large_work_is_told_in_part_and_counted() -> None:
    edges = tuple(edge(number, 0) for number in range(1, 500))
    found = recorded(replace(answers.CITATION, url="http://p7.example/", edges=edges), Neighbours({}, {}))
    assert found.steps_left_out == 499 - STEPS
    assert any(step.node.asked for step in found.steps)


def test_hundreds_of_captures_are_folded_and_counted() -> None:
    captures = tuple(replace(answers.CAPTURE, sha256=f"{number:064x}") for number in range(300))
    found = recorded(replace(answers.CITATION, captures=captures), Neighbours({}, {}))
    assert len(found.captures) == CAPTURES
    assert found.captures_left_out == 300 - CAPTURES
    same = recorded(replace(answers.CITATION, captures=(answers.CAPTURE,) * 300), Neighbours({}, {}))
    assert [one.again for one in same.captures] == ["unchanged 299 more times, the last on 2026-01-31"]


def test_of_what_stands_above_what_no_more_is_said_than_is_decided() -> None:
    def told(*ways: tuple[str, str]) -> str:
        return order(graph([replace(edge(0, n), relation=how, status=held) for n, (how, held) in enumerate(ways, 1)]))

    assert told(("republished_from", "asserted")).startswith("From where the text began")
    assert "arrow" not in told(("republished_from", "asserted"), ("variant_of", "inferred"))
    assert told(("republished_from", "asserted"), ("same_text", "inferred")).endswith("who had the text first.")
    assert told(("republished_from", "contradicted")).startswith("What pages name as their source, though")
    assert "Nothing decides who had it first" in told(("same_text", "inferred"), ("same_text", "inferred"))
    assert told(("variant_of", "inferred")) == "One publication in several forms."


def test_an_origin_of_which_only_an_error_is_kept_is_not_archived() -> None:
    origin = CitedOrigin(answers.GONE, "Gone Herald", None, captured=False)
    edges = (answers.edge(answers.REPOST, answers.GONE, "republished_from", "asserted"),)
    kept = Neighbours({key(answers.GONE): "f" * 16}, {})
    found = recorded(replace(answers.CITATION, origin=origin, edges=edges), kept)
    assert found.origin is None
    assert found.instead == f"{FRONT}/document/{'f' * 16}"
    assert [step.document for step in found.steps] == [None, None]
    there = recorded(replace(answers.CITATION, origin=replace(origin, captured=True), edges=edges), kept)
    assert (there.origin, there.instead) == (found.instead, None)


def test_what_was_taken_in_from_a_file_is_dated_by_the_word_of_who_did(demo: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo, tmp_path / "copy"))
    written(folder, ("update captures set source = 'import', http_status = 0 where url = ?", (REPOST,)))
    found = page(folder, REPOST)
    summary = found.all("details", "capture")[0].text
    assert re.search(r"Dated [\d-]+ [\d:]+ UTC by the word of whoever handed the file in", summary)
    assert "no status" not in summary
    assert "First captured" not in found.text
    assert "and the time of capture, which stands by the word of whoever handed the file in" in found.text
    assert "which is that of the capturing machine" in page(demo, REPOST).text


def test_what_was_checked_is_said_in_words_and_at_a_time_that_people_read(changed: Path) -> None:
    written(
        changed,
        ("insert into events (kind, at, outcome, detail) values ('fixity-check', '2026-11-22T02:56:05.805Z', 'ok', 'bytes')", ()),
    )  # fmt: skip
    assert (
        "Checked on 2026-11-22 02:56:05 UTC: every stored record against its SHA-256; all as it was written."
        in page(changed, REPOST).text.replace("checked on 2026", "Checked on 2026")
    )


def test_what_is_withdrawn_has_no_words() -> None:
    assert quiet(answers.CITATION, ()) is answers.CITATION
    found = quiet(answers.CITATION, {key(answers.REPOST)})
    assert [one.quotes for one in found.edges if one.from_url == answers.REPOST] == [(), ()]
    assert next(one.quotes for one in found.edges if one.from_url == answers.EXCERPT)
