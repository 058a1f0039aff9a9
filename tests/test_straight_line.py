"""From an address to a provenance record and back, on a web of the project's own: what is promised of the line as a whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import archiver
from archiver.cli._fetching import fetch_settings
from archiver.conclude import identity
from archiver.config import Settings
from archiver.demo import web
from archiver.errors import Unwritable
from archiver.fetch.decode import stored
from archiver.manifest import schema
from archiver.manifest.fixity import files, records
from archiver.manifest.opening import open_read_only
from archiver.pipeline import Archive
from archiver.warc.read import members, record_at
from tests.fetch.server import Server, answer


def opened(folder: Path, port: int) -> Archive:
    settings = Settings(delay_seconds=0.0)
    return Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None))


def test_the_chain_says_who_had_it_first(demo: Path) -> None:
    with archiver.open_archive(demo) as archive:
        (chain,) = archive.chains()
    assert chain.origin is not None
    assert (chain.origin.url, chain.origin.publisher, chain.origin.captured) == (web.ORIGINAL, "Harbour Gazette", True)
    said = {(e.from_url, e.to_url, e.relation, e.status) for e in chain.edges}
    assert (web.REPOST, web.ORIGINAL, "republished_from", "corroborated") in said
    assert (web.EXCERPT, web.REPOST, "republished_from", "corroborated") in said
    assert {(e.from_url, e.to_url) for e in chain.edges if e.relation == "variant_of"} == {(web.REPOST_PDF, web.REPOST)}
    assert [finding.code for finding in chain.findings] == ["conflicting-origin"]


def test_the_record_keeps_both_sentences_and_says_which_holds(demo: Path) -> None:
    with archiver.open_archive(demo) as archive:
        first, *variants = archive.lookup("http://worldletter.example/the-last-night-ferry/5121")
    assert first.url == web.REPOST
    assert [c.url for c in variants] == [web.REPOST_PDF]
    assert (first.title, first.publisher, first.authors, first.date_published) == (
        "The last night ferry to Skerrow", "World Letter", ("Mara Quill",), "2024-03-06",
    )  # fmt: skip
    quotes = {c.relation: c.evidence[0].quote for c in first.claims}
    assert quotes["originally_published_by"] == "This article was originally published on Harbour Gazette."
    assert quotes["self_claim"].startswith("The original source of this article is World Letter")
    assert first.status == "republication"
    assert first.verdict.startswith("Not the original. First published by Harbour Gazette")


def test_a_conclusion_cites_words_that_stand_in_the_page(demo: Path) -> None:
    """Invariant 3: every quote is found in the payload as it is stored, at the offsets that are given."""
    with open_read_only(demo) as connection:
        rows = connection.execute(
            "select d.url, e.quote, e.start, e.end, e.role, c.capture_id from evidence e join claims cl on cl.id = e.claim_id"
            " join documents d on d.id = cl.document_id join captures c on c.document_id = d.id"
        ).fetchall()
        assert rows
        for row in rows:
            at = connection.execute(
                "select warc, offset, length, stored_sha256 from records where record_id = ?", (row["capture_id"],)
            ).fetchone()
            from archiver.model.capture import RecordLocation
            from archiver.model.digest import Digest

            with record_at(demo / "archive", RecordLocation(at[0], at[1], at[2], Digest.from_hex(at[3]))) as record:
                payload = stored(record.kind, row["url"], record.block)
            document = archiver.inspect(payload.content, row["url"], payload.media_type).document
            if row["role"] != "markup":
                assert document.whole[row["start"] : row["end"]] == row["quote"]


def test_every_row_refers_to_bytes_that_are_there(demo: Path) -> None:
    """Invariant 1: the records of the manifest are those of the files, each at its place, without gaps."""
    with open_read_only(demo) as connection:
        for known in files(connection):
            path = demo / "archive" / known.name
            assert path.stat().st_size == known.committed
            in_file = [(m.record_id, m.kind, m.offset, m.length, m.stored) for m in members(path)]
            in_manifest = [
                (r.record_id, r.kind, r.location.offset, r.location.length, r.location.stored)
                for r in records(connection, known.name)
            ]
            assert in_file == in_manifest


def test_every_row_of_evidence_is_stated_in_the_warc_files(demo: Path) -> None:
    """Invariant 4: the statements in the files and the rows of the manifest say the same, in one sequence without gaps."""
    from archiver.warc.groups import groups

    with open_read_only(demo) as connection:
        found = [group.statement for known in files(connection) for group in groups(demo / "archive" / known.name)]
        stated = [statement for statement in found if statement is not None]
        assert [s.sequence for s in stated] == list(range(1, len(stated) + 1))
        rows = " union ".join(
            f"select sequence, statement_id from {table} where sequence" for table in schema.STATEMENT_TABLES
        )
        said = [(s.sequence, s.statement_id) for s in stated]
        assert said == [tuple(row) for row in connection.execute(f"{rows} order by 1")]
        assert said == [tuple(row) for row in connection.execute("select sequence, statement_id from log order by 1")]


def test_the_same_page_again_is_a_revisit_of_the_first(tmp_path: Path) -> None:
    with web.served() as port, opened(tmp_path, port) as archive:
        (first,) = archive.capture([web.ORIGINAL])
        (again,) = archive.capture([web.ORIGINAL])
        (citation,) = archive.lookup(web.ORIGINAL)
    assert first.capture is not None
    assert again.capture is not None
    assert again.capture.revisit_of == first.capture.capture_id
    assert again.capture.final.payload == first.capture.final.payload
    assert again.title == first.title
    with (
        record_at(tmp_path / "archive", again.capture.final.record) as revisit,
        record_at(tmp_path / "archive", first.capture.final.record) as held,
    ):
        assert revisit.header("WARC-Refers-To-Date") == held.header("WARC-Date")
    assert [c.revisit_of for c in citation.captures] == [first.capture.capture_id, None]
    assert citation.document_id == identity(web.ORIGINAL, first.capture.final.payload)


def test_what_failed_is_a_row_and_a_statement_and_hurts_nothing(tmp_path: Path) -> None:
    urls = [web.ORIGINAL, "ftp://a.example/x", "http://nowhere.invalid/", "http://gone.example/404", "not an address"]
    with web.served() as port:
        settings = Settings(delay_seconds=0.0)
        rules = [f"{host}::127.0.0.1:{port}" for host in ("www.harbourgazette.example", "gone.example")]
        with Archive(tmp_path, settings, fetch_settings(settings, rules, None)) as archive:
            results = list(archive.capture(urls))
            found = [archive.lookup(url)[0] if "://" in url else None for url in urls]
    assert [(r.outcome, r.problems) for r in results] == [
        ("captured", ()), ("refused", ("scheme",)), ("failed", ("dns",)), ("flagged", ("http-error",)), ("refused", ("not-a-url",)),
    ]  # fmt: skip
    assert [c.outcome for c in found if c] == ["captured", "refused", "failed", "flagged"]
    assert all(r.message for r in results[1:])
    with archiver.open_archive(tmp_path) as archive:
        assert archive.verify().problems == ()


def test_the_order_of_capture_does_not_matter(tmp_path: Path) -> None:
    def edges(folder: Path, urls: list[str]) -> list[dict[str, object]]:
        with web.served() as port, opened(folder, port) as archive:
            for url in urls:
                list(archive.capture([url]))
            return sorted((e.as_json() for chain in archive.chains() for e in chain.edges), key=json.dumps)

    there = edges(tmp_path / "there", list(web.VISITED))
    back = edges(tmp_path / "back", list(reversed(web.VISITED)))
    assert there == back


def test_a_manifest_that_was_lost_is_drawn_anew_from_the_warc_files(demo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo / "archive", copy / "archive")
    with archiver.open_archive(demo) as archive:
        before = archive.lookup(web.REPOST)[0]
    with archiver.open_archive(copy) as archive:
        assert archive.taken_up == len(web.VISITED)
        assert archive.verify().problems == ()
        after = archive.lookup(web.REPOST)[0]
    assert after.as_json() | {"verified": None} == before.as_json() | {"verified": None}


def test_what_was_recorded_and_not_concluded_is_concluded_at_the_next_opening(tmp_path: Path) -> None:
    """A crash between the two transactions: the evidence is there, the conclusions are not."""
    with web.served() as port, opened(tmp_path, port) as archive:
        list(archive.capture([web.ORIGINAL]))
    connection = sqlite3.connect(tmp_path / "manifests" / "manifest.db")
    connection.execute("pragma foreign_keys = off")
    connection.execute("update captures set document_id = null")
    for table in (
        "edges",
        "findings",
        "lineages",
        "works",
        "evidence",
        "claims",
        "candidates",
        "addresses",
        "documents",
    ):
        connection.execute(f"delete from {table}")
    connection.commit()
    connection.close()
    with archiver.open_archive(tmp_path) as archive:
        (citation,) = archive.lookup(web.ORIGINAL)
        assert archive.verify().problems == ()
    assert citation.title == "The last night ferry to Skerrow"


@pytest.mark.parametrize(("begun", "outcome"), [(1, "captured"), (4, "captured"), (5, "flagged")])
def test_a_page_whose_reading_never_ended_is_read_again_and_in_the_end_given_up(
    tmp_path: Path, begun: int, outcome: str
) -> None:
    """Readings that were begun and not ended, as a crash of the process leaves them: the archive goes on without that page."""
    with web.served() as port, opened(tmp_path, port) as archive:
        list(archive.capture([web.ORIGINAL]))
    connection = sqlite3.connect(tmp_path / "manifests" / "manifest.db")
    connection.execute("update captures set document_id = null, reads = ?", (begun,))
    connection.execute("update documents set rules = 'of another version'")
    connection.commit()
    connection.close()
    with archiver.open_archive(tmp_path) as archive:
        (citation,) = archive.lookup(web.ORIGINAL)
    assert citation.outcome == outcome
    assert ("extraction-failed" in citation.problems) is (outcome == "flagged")
    assert len(citation.captures) == 1


def test_a_folder_that_cannot_be_written_to_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises(Unwritable, match="cannot be written"):
        archiver.open_archive(tmp_path)


def test_warcio_finds_nothing_to_complain_of(demo: Path) -> None:
    for path in sorted((demo / "archive").glob("*.warc.gz")):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "digest pass" in done.stdout


def test_an_import_of_our_own_file_gives_the_same_conclusions(demo: Path, tmp_path: Path) -> None:
    with archiver.open_archive(demo) as archive:
        ours = archive.lookup(web.REPOST)[0]
    with archiver.open_archive(tmp_path) as archive:
        for path in sorted((demo / "archive").glob("*.warc.gz")):
            report = archive.import_(path, "a copy of the demo")
            assert report.problems == ()
            again = archive.import_(path, "once more")
            assert again.captures == 0
        theirs = archive.lookup(web.REPOST)[0]
    assert theirs.captures[0].source == "import"
    assert theirs.captures[0].source_note == "a copy of the demo"
    assert theirs.captures[0].capture_id == ours.captures[0].capture_id
    for name in ("title", "publisher", "authors", "date_published", "claims", "status", "verdict"):
        assert getattr(theirs, name) == getattr(ours, name), name


def test_look_ups_open_the_manifest_read_only(demo: Path) -> None:
    with open_read_only(demo) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("delete from captures")


def test_a_reading_whose_outcome_cannot_be_kept_is_no_fault_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with web.served() as port, opened(tmp_path, port) as archive, monkeypatch.context() as broken:
        broken.setattr("archiver.manifest.conclusions.Conclusions.keep_document", full)
        for _ in range(7):
            with pytest.raises(Unwritable, match="full"):
                list(archive.capture([web.ORIGINAL]))
    with archiver.open_archive(tmp_path) as archive:
        (citation,) = archive.lookup(web.ORIGINAL)
        assert archive.verify().problems == ()
    assert (citation.outcome, len(citation.captures)) == ("captured", 7)


def test_where_no_process_reads_what_is_captured_is_kept_and_read_by_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [web.ORIGINAL, web.REPOST]
    with web.served() as port, monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/nonexistent/python")
        for url in urls:  # each opening finds what is pending, and goes on all the same
            with opened(tmp_path, port) as archive:
                assert (archive.unread is None) is (url == urls[0])
                (result,) = archive.capture([url])
                assert (result.outcome, result.title, result.capture is not None) == ("captured", None, True)
                assert "does not start" in result.message
                assert result.advice
    with archiver.open_archive(tmp_path) as archive:
        titles = [archive.lookup(url)[0].title for url in urls]
        assert titles == ["The last night ferry to Skerrow"] * 2
        assert archive.verify().problems == ()


def test_the_same_bytes_under_another_header_are_read_by_that(tmp_path: Path) -> None:
    page = "<!doctype html><title>A</title><p>Größe und Maß des Hafens, sagte der Rat am Dienstag.</p>".encode(
        "latin-1"
    )
    table = {
        "/right": (answer(page, Content_Type="text/html; charset=iso-8859-1"),),
        "/charset": (answer(page, Content_Type="text/html; charset=utf-8"),),
        "/type": (answer(page, Content_Type="application/pdf"),),
        "/coding": (answer(page, Content_Type="text/html; charset=iso-8859-1", Content_Encoding="gzip"),),
    }
    with Server(table) as server, opened(tmp_path, server.port) as archive:
        got = [result.problems for result in archive.capture([f"http://a.example{path}" for path in table])]
        revisits = archive.manifest.connection.execute("select count(*) from captures where revisit_of is not null")
        assert revisits.fetchone()[0] >= len(table) - 1
    assert got == [(), ("charset-invalid",), ("type-mismatch",), ("decode-limit",)]
