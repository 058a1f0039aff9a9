"""What pages for people read of a large manifest: the same answers as ever, by indexes and in few queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.manifest import lookup, versions
from archiver.manifest.opening import open_read_only
from archiver.manifest.search import MOST_RANKED, PART, PARTS, SENTENCE, TELLING, _parts, search
from archiver.manifest.status import _QUERIES, figures
from archiver.manifest.store import Manifest
from archiver.model.citation import Seen
from tests.benchmarks._manifest import generate
from tests.benchmarks._pages import COMMON

#: Enough for words that more texts have than are ranked.
DOCUMENTS = MOST_RANKED + 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("large")
    generate(made, DOCUMENTS)
    return made


@pytest.fixture
def manifest(folder: Path) -> Iterator[sqlite3.Connection]:
    with open_read_only(folder) as connection:
        yield connection


def one(connection: sqlite3.Connection, sql: str, *given: object) -> object:
    return connection.execute(sql, given).fetchone()[0]


def test_a_generated_manifest_is_whole(manifest: sqlite3.Connection) -> None:
    assert manifest.execute("pragma foreign_key_check").fetchall() == []
    assert one(manifest, "select count(*) from documents") == DOCUMENTS
    assert len(list(lookup.chains(manifest))) == figures(manifest).chains


#: The figures as they are meant, whatever that costs.
MEANT = {
    "captures": "select count(*) from captures where purpose = 'page'",
    "flagged": "select count(*) from captures c left join documents d on d.id = c.document_id"
    " where c.purpose = 'page' and coalesce(d.outcome, c.outcome) = 'flagged'",
    "withdrawn": "select count(*) from captures c where exists (select 1 from withdrawals w where w.payload_sha256 = c.payload_sha256"
    " and (c.payload_length > 0 or w.capture_id = c.capture_id))",
    "chains": "select count(distinct l.work_id) from lineages l join edges e on e.from_document = l.document_id",
}


def test_the_figures_are_those_that_are_meant(manifest: sqlite3.Connection, demo: Path) -> None:
    for connection in (manifest, sqlite3.connect(demo / "manifests" / "manifest.db")):
        counted = figures(connection)
        assert {name: getattr(counted, name) for name in MEANT} == {
            name: one(connection, sql) for name, sql in MEANT.items()
        }
    connection.close()


def test_a_capture_that_was_not_read_yet_is_flagged_as_it_says(folder: Path) -> None:
    connection = sqlite3.connect(folder / "manifests" / "manifest.db")
    connection.execute("begin")
    before = figures(connection)
    connection.execute(
        "update captures set document_id = null where document_id in (select id from documents where outcome = 'flagged')"
    )
    assert figures(connection).flagged == one(connection, MEANT["flagged"]) == before.flagged
    connection.rollback()
    connection.close()


def plan(connection: sqlite3.Connection, sql: str, *given: object) -> list[str]:
    return [row[3] for row in connection.execute("explain query plan " + sql, given)]


@pytest.mark.parametrize("name", sorted(_QUERIES))
def test_a_figure_reads_an_index_or_a_small_table(manifest: sqlite3.Connection, name: str) -> None:
    scanned = [step for step in plan(manifest, _QUERIES[name]) if step.startswith("SCAN ") and " USING " not in step]
    assert {step.split()[1] for step in scanned} <= {"publishers", "warcs", "findings", "CONSTANT", "(subquery-1)"}, (
        scanned
    )


def test_no_index_draws_a_look_up_away_from_the_address_or_the_document(manifest: sqlite3.Connection) -> None:
    for sql in (versions._SEVERAL, versions._CAPTURES):
        steps = plan(manifest, sql, "x")
        assert [step for step in steps if "captures_document" in step], steps
        assert [step for step in steps if step.startswith("SCAN")] == [], steps


def test_what_is_left_out_of_a_brief_citation_is_all_that_differs(manifest: sqlite3.Connection) -> None:
    rows = manifest.execute("select id from documents order by id limit 40").fetchall()
    often = manifest.execute(
        "select document_id from captures group by 1 having document_id is not null order by count(*) desc limit 1"
    )
    gone = manifest.execute("select c.document_id from withdrawals w join captures c using (capture_id)")
    documents = [row[0] for row in (*rows, *often, *gone)]
    for whole, brief in zip(
        lookup.citations(manifest, documents), lookup.citations(manifest, documents, brief=True), strict=True
    ):
        kept = replace(whole, captures=whole.captures[: lookup.FEW], edges=(), variants=(), listed=(), state=whole.lost)
        assert brief == kept
        assert brief.withdrawn == whole.withdrawn


def test_edges_of_a_work_that_several_documents_share_are_read_once_for_all_of_them(
    manifest: sqlite3.Connection,
) -> None:
    largest = "select document_id from lineages where work_id = (select work_id from lineages group by 1 order by count(*) desc) limit 5"
    members = [row[0] for row in manifest.execute(largest)]
    together, alone = (
        list(lookup.citations(manifest, members)),
        [next(lookup.citations(manifest, [one])) for one in members],
    )
    assert together == alone
    assert together[0].edges is together[1].edges
    quoted = [edge for edge in together[0].edges if edge.quotes]
    assert quoted
    for edge in quoted[:5]:
        assert edge.quotes[0].startswith("This article was originally published by")


def test_of_each_witness_the_first_word_that_covers_a_capture_counts(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    connection = manifest.connection
    connection.execute("pragma foreign_keys = off")
    told = [
        (8, 3, "tsa", "2026-03-02"),
        (9, 5, "tsa", "2026-03-01"),
        (10, 5, "git", "2026-03-05"),
        (11, 7, "git", "2026-03-01"),
    ]
    for sequence, size, whom, at in told:
        connection.execute(
            "insert into anchors values (?, 'rfc3161', ?, ?, ?, '', '', '', null, '', '')", (sequence, whom, at, size)
        )
    connection.row_factory = sqlite3.Row
    found = lookup._seen(connection, [2, 4, 6, 8])
    manifest.close()
    git, late, tsa = (
        Seen("rfc3161", "git", "2026-03-01"),
        Seen("rfc3161", "git", "2026-03-01"),
        Seen("rfc3161", "tsa", "2026-03-01"),
    )
    assert found == {8: (), 6: (late,), 4: (git, tsa), 2: (git, tsa)}


# ── words ──

_PLAINLY = """
select d.id from texts_fts f join documents d on d.text_id = f.rowid
where texts_fts match ? order by bm25(texts_fts, 8.0, 4.0, 1.0), d.first_captured_at, d.id limit 20
"""


def test_words_of_no_more_texts_than_are_ranked_are_found_best_first(manifest: sqlite3.Connection) -> None:
    title = str(one(manifest, "select title from texts where id = 7"))
    sentence = str(one(manifest, "select text from texts where id = 11")).split(". ")[2]
    for words in (title, sentence, *title.split()[2:]):
        query = f'"{words}"'
        assert int(one(manifest, "select count(*) from texts_fts where texts_fts match ?", query)) <= MOST_RANKED
        assert [hit.document_id for hit in search(manifest, words)] == [
            row[0] for row in manifest.execute(_PLAINLY, (query,))
        ]


def test_words_that_nearly_all_texts_have_are_looked_for_in_titles_first(manifest: sqlite3.Connection) -> None:
    word = COMMON[0]
    assert int(one(manifest, "select count(*) from texts_fts where texts_fts match ?", word)) > MOST_RANKED
    titled = [
        row[0] for row in manifest.execute("select rowid from texts_fts where texts_fts match ?", (f"title : {word}",))
    ]
    hits = search(manifest, word, len(titled) + 20, "«", "»")
    assert (
        len(hits) == len({hit.document_id for hit in hits}) > len(titled) - 5
    )  # some are withdrawn, or have two documents
    texts = [one(manifest, "select text_id from documents where id = ?", hit.document_id) for hit in hits]
    assert texts[: len(titled) - 5] == titled[: len(titled) - 5]
    assert all("«" in hit.passage for hit in hits)


def test_what_is_withdrawn_is_not_found_by_its_words(manifest: sqlite3.Connection) -> None:
    gone = [
        row[0] for row in manifest.execute("select c.document_id from withdrawals w join captures c using (capture_id)")
    ]
    assert gone
    for document in gone:
        title = str(one(manifest, "select title from documents where id = ?", document))
        assert document not in [hit.document_id for hit in search(manifest, title, 1000)]


def sentences(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Stretches of 25 words of some texts, each with the document that has it."""
    rows = connection.execute(
        "select min(d.id), t.text from texts t join documents d on d.text_id = t.id where t.id % 97 = 5 group by t.id"
    )
    for document, text in rows.fetchall():
        yield document, text.split()[40:65]


def test_a_sentence_with_wrong_words_finds_the_pages_that_hold_most_of_it(manifest: sqlite3.Connection) -> None:
    found = 0
    for document, words in sentences(manifest):
        for wrong in ((0,), (12,), (24,), (3, 19)):
            told = " ".join("zeppelin" if number in wrong else word for number, word in enumerate(words))
            assert search(manifest, told) == []
            hits = search(manifest, told, 100, "«", "»", partly=True)
            assert all(hit.partly for hit in hits)
            assert all(len(hit.passage.partition("«")[2].partition("»")[0].split()) >= PART for hit in hits)
            found += document in [hit.document_id for hit in hits]
    assert found > 40


def test_what_holds_all_of_it_comes_without_what_holds_parts(manifest: sqlite3.Connection) -> None:
    for _, words in sentences(manifest):
        told = " ".join(words)
        assert search(manifest, told, partly=True) == search(manifest, told)


def test_words_that_every_sentence_has_are_no_part_and_few_words_are_no_sentence(manifest: sqlite3.Connection) -> None:
    _, words = next(sentences(manifest))
    common = [word for word in COMMON if len(word) < TELLING]
    assert search(manifest, " ".join([*common[:9], "zeppelin", *common[9:18]]), partly=True) == []
    assert search(manifest, " ".join([*words[: SENTENCE - 2], "zeppelin"]), partly=True) == []
    assert search(manifest, "zeppelin " * 40, partly=True) == []


@given(st.lists(st.text(alphabet="abcdefgхя語", min_size=1, max_size=12), min_size=SENTENCE, max_size=80))
def test_parts_are_few_stand_apart_and_are_words_in_a_row(words: list[str]) -> None:
    parts = [part.strip('"').split() for part in _parts(words)]
    assert len(parts) <= PARTS
    assert all(len(part) == PART and any(words[at : at + PART] == part for at in range(len(words))) for part in parts)


def test_what_is_withdrawn_is_not_found_by_parts_of_it(manifest: sqlite3.Connection) -> None:
    rows = manifest.execute(
        "select d.id, t.text from withdrawals w join captures c using (capture_id) join documents d on d.id = c.document_id"
        " join texts t on t.id = d.text_id"
    ).fetchall()
    assert rows
    for document, text in rows:
        words = text.split()[30:55]
        words[9] = "zeppelin"
        assert document not in [hit.document_id for hit in search(manifest, " ".join(words), 1000, partly=True)]
