"""The judge finds what it is there to find: a harm of each kind, done by hand."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture.judge import Expected, judge


def changed(*statements: str) -> Callable[[Path], None]:
    """The manifest, changed behind the archive's back."""

    def change(folder: Path) -> None:
        connection = sqlite3.connect(folder / "manifests" / "manifest.db", isolation_level=None)
        connection.execute("pragma foreign_keys = off")
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return change


def the_warc(folder: Path) -> Path:
    (path,) = (folder / "archive").glob("*.warc.gz")
    return path


def flipped(folder: Path) -> None:
    with the_warc(folder).open("r+b") as file:
        file.seek(-40, 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


def appended(folder: Path) -> None:
    with the_warc(folder).open("ab") as file:
        file.write(b"half a record")


def left(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    def leave(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return leave


LAST = "(select max(sequence) from captures)"

#: What is done, and words of what is found.
HARMS = [
    (changed(f"delete from captures where sequence = {LAST}"), "lost"),
    (changed(f"delete from captures where sequence = {LAST}"), "the files state"),
    (changed("update captures set payload_sha256 = 'aa'"), "another digest"),
    (changed(f"update captures set sequence = sequence + 1 where sequence = {LAST}"), "gaps or duplicates"),
    (changed("update captures set document_id = null"), "pages without conclusions"),
    (changed("update documents set read_problems = '[\"extraction-failed\"]'"), "could be read and were not"),
    (changed("delete from documents"), "belong to no document"),
    (changed("insert into unresolved select id from documents limit 1"), "documents to be resolved"),
    (changed("update captures set asked_url = 'http://elsewhere.example/'"), "elsewhere.example/: 4 times, not 0 to 0"),
    (changed("update records set stored_sha256 = replace(stored_sha256, 'a', 'b')"), "record-digest"),
    (flipped, "record-digest"),
    (appended, "it cannot be read"),
    (left("archive/some.warc.gz.torn-12"), "nothing was torn"),
    (left("archive/other.warc.gz"), "file-unknown"),
    (left("archive/half.part"), "half.part was left behind"),
    (left("manifests/manifest.db-wal", b""), "manifest.db-wal was left behind"),
]


@pytest.fixture
def there(demo: Path, tmp_path: Path) -> tuple[Path, Expected]:
    folder = tmp_path / "archive"
    shutil.copytree(demo, folder)
    for name in ("manifest.db-wal", "manifest.db-shm"):  # of those that have read it
        (folder / "manifests" / name).unlink(missing_ok=True)
    expected = Expected()
    connection = sqlite3.connect(folder / "manifests" / "manifest.db")
    rows = connection.execute("select asked_url, capture_id, payload_sha256 from captures where purpose = 'page'")
    for url, capture_id, sha256 in rows:
        expected.kept[capture_id] = sha256
        expected.least[url] += 1
        expected.most[url] += 1
    connection.close()
    return folder, expected


def test_nothing_is_found_where_nothing_is_wrong(there: tuple[Path, Expected]) -> None:
    assert judge(*there) == []


@pytest.mark.parametrize(("harm", "words"), HARMS)
def test_a_harm_is_found(there: tuple[Path, Expected], harm: Callable[[Path], None], words: str) -> None:
    harm(there[0])
    assert any(words in problem for problem in judge(*there)), words
