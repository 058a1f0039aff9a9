"""Our plugin beside databases that are not ours, or are not as they should be: nobody is disturbed, and what is wrong is said."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from datasette.plugins import pm

from archiver.browse import plugin
from archiver.browse.web import FRONT
from archiver.demo.web import ORIGINAL
from archiver.manifest.opening import MANIFEST
from archiver.manifest.schema import VERSION
from tests.browse.datasettes import serving
from tests.browse.rows import Rows

#: A page of which Datasette says how long it took.
_TOOK = re.compile(r'Queries took [\d.]+ms|"query_ms": [\d.e-]+')

#: The menu with the way to the front door: where a manifest is shown, it is on every page.
_MENU = re.compile(r'<details class="nav-menu.*?</details>', re.DOTALL)


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """The manifest of a copy of the demo."""
    return Path(shutil.copytree(demo, tmp_path / "copy")) / MANIFEST


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A database that is nobody's: its table and columns are called as ours are."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "create table documents (id integer primary key, url text, title text, sha256 text, captured_at text);"
            f"insert into documents values (1, '{ORIGINAL}', '<b>', '{'ab' * 32}', '2026-11-22T02:01:51Z');"
            "create view origins as select * from documents;"
        )
    return path


@contextmanager
def without_us() -> Iterator[None]:
    pm.unregister(plugin)
    try:
        yield
    finally:
        pm.register(plugin, "archiver")


def pages_of(*paths: Path, **more: object) -> list[str]:
    asked = (
        "/", "/other", "/other/documents", "/other/documents/1", "/other/origins", "/other/documents?_search=x", "/other/documents.json",
        "/other?sql=select+*+from+documents", "/other/contradicting-pages", "/-/metadata.json", "/other/documents.csv",
    )  # fmt: skip
    with serving(*paths, **more) as server:
        return [re.sub(r"\s+", " ", _MENU.sub("", _TOOK.sub("", said.text))) for said in server.get(*asked)]


def test_alone_with_other_databases_it_is_as_if_we_were_not_there(other: Path) -> None:
    with_us = pages_of(other)
    with without_us():
        assert with_us == pages_of(other)


def test_beside_ours_pages_of_another_database_are_as_if_we_were_not_there(demo: Path, other: Path) -> None:
    with_us = pages_of(demo / MANIFEST, other)
    with without_us():
        without = pages_of(demo / MANIFEST, other)
    theirs = [page for page in range(len(with_us)) if page not in (0, 9)]  # all but the home page and the metadata
    assert [with_us[page] for page in theirs] == [without[page] for page in theirs]


def test_our_stylesheet_is_on_pages_of_ours_alone(demo: Path, other: Path) -> None:
    with serving(demo / MANIFEST, other) as server:
        ours, theirs, home = server.get("/manifest/documents", "/other/documents", "/")
        assert "/-/archiver/static/datasette.css" in ours.text
        assert server.one("/-/archiver/static/datasette.css").status_code == 200
    assert "archiver/static" not in theirs.text + home.text


def test_there_is_nothing_to_show_where_there_is_no_manifest(other: Path) -> None:
    with serving(other) as server:
        said = server.one(FRONT)
        assert server.one("/other/documents.bib").status_code == 404
    assert said.status_code == 503
    assert "none of these databases is a manifest" in said.text


def test_of_several_manifests_the_named_one_is_shown_and_the_other_has_no_links_to_it(demo: Path, copies: Path) -> None:
    more = {"metadata": {"plugins": {"archiver": {"database": "manifest_2"}}}}
    with serving(demo / MANIFEST, copies / MANIFEST, **more) as server:
        first, second = server.get("/manifest/documents", "/manifest_2/documents")
        page = server.one(FRONT)
    assert "/-/archiver/document/" not in first.text
    assert "/-/archiver/document/" in second.text
    assert "<h1>Documents" in first.text
    assert "/manifest_2" in page.text or page.status_code == 200


@pytest.mark.parametrize(
    ("pragma", "words"), [(f"user_version = {VERSION + 1}", "this archiver knows up to"), ("user_version = 1", "archiver migrate")]
)  # fmt: skip
def test_a_manifest_that_is_too_new_or_too_old_is_told_and_all_else_works(
    copy: Path, other: Path, pragma: str, words: str
) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(f"pragma {pragma}")
        connection.execute("pragma wal_checkpoint(truncate)")
    with serving(copy, other) as server:
        front, theirs, ours = server.get(FRONT, "/other/documents", "/manifest/documents")
    assert (front.status_code, theirs.status_code, ours.status_code) == (503, 200, 200)
    assert words in front.text
    assert str(copy.parent) not in front.text
    assert "<h1>documents" in ours.text


def test_a_manifest_that_is_gone_or_damaged_is_told(copy: Path, demo: Path) -> None:
    with serving(copy) as server:
        copy.unlink()
        assert "is not there any more" in server.one(FRONT).text
    shutil.copy(demo / MANIFEST, copy)
    data = bytearray(copy.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    copy.write_bytes(data)
    with serving(copy) as server:
        said = server.one(f"{FRONT}?q=night")
    assert said.status_code == 500
    assert "malformed" in said.text
    assert str(copy.parent) not in said.text


def test_a_manifest_can_be_opened_without_locks_and_as_one_that_never_changes(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("pragma journal_mode = delete")
    copy.chmod(0o444)
    for more in ({"nolock": True}, {"immutable": (copy,)}):
        with serving(*(() if "immutable" in more else (copy,)), **more) as server:
            assert [said.status_code for said in server.get(FRONT, "/manifest/documents")] == [200, 200], more


def test_new_rows_are_seen_at_once(copy: Path) -> None:
    with serving(copy) as server, Rows(copy) as rows:
        asked = (FRONT, "/manifest/documents.json", "/manifest/recent-captures.json")
        counts = [[said.json()["rows"] for said in server.get(*asked[1:])]]
        before = server.one(FRONT).text
        rows.page(900, "http://new.example/a", "A page that has just come")
        counts.append([said.json()["rows"] for said in server.get(*asked[1:])])
        assert [len(one) for one in counts[1]] == [len(one) + 1 for one in counts[0]]
        assert server.one(FRONT).text != before


def test_who_may_not_see_a_table_may_not_see_the_pages_that_are_drawn_from_it(copy: Path) -> None:
    denied = {"databases": {"manifest": {"tables": {"texts": {"allow": {"id": "root"}}}}}}
    with serving(copy, metadata=denied) as server:
        assert server.one("/manifest/texts.json").status_code == 403
        assert server.one(f"{FRONT}?q=night").status_code == 403
        assert server.one(f"{FRONT}?q=night", actor="root").status_code == 200
        assert server.one(f"{FRONT}/static/archiver.css").status_code == 200


def test_what_is_withdrawn_has_no_row_page_and_no_index_has_its_words(copy: Path) -> None:
    index = ["/manifest/texts_fts.json", "/manifest/texts_fts.csv?_size=max", "/manifest/texts_fts/1.json"]
    with serving(copy) as server, Rows(copy) as rows:
        read = rows.connection.execute
        capture, payload, document, text = read(
            "select c.capture_id, c.payload_sha256, d.id, d.text_id from captures c join documents d on d.id = c.document_id"
            " where d.id in (select document_id from claims)"
        ).fetchone()
        claim, evidence = read(
            "select c.id, e.id from claims c join evidence e on e.claim_id = c.id where document_id = ?", (document,)
        ).fetchone()
        other = read("select id, text_id from documents where id <> ?", (document,)).fetchone()
        gone = [
            f"/manifest/texts/{text}.json", f"/manifest/~74exts/{text}.json", f"/manifest/texts/{text}", f"/manifest/evidence/{evidence}.json",
            f"/manifest/texts/{text}.blob?_blob_column=text", f"/manifest/claims/{claim}", f"/manifest/documents/{document}.json",
        ]  # fmt: skip
        kept = [f"/manifest/texts/{other[1]}.json", f"/manifest/documents/{other[0]}", "/manifest/texts.json"]
        assert {said.status_code for said in server.get(*gone, *kept, *index)} == {200}
        rows.put("withdrawals", sequence=900, capture_id=capture, payload_sha256=payload, removed=0)
        assert {said.status_code for said in server.get(*gone, *index)} == {403}
        assert {said.status_code for said in server.get(*kept)} == {200}
