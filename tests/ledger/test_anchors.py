"""Anchors that are kept: whether they hold, as whoever checks an archive finds out, and what is kept of each."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archiver.anchoring import anchor, configured
from archiver.errors import Damaged
from archiver.ledger.anchors import Code, Fault, judged, keep
from archiver.ledger.cosigning import Witness, request, seen
from archiver.ledger.problems import CODES
from archiver.ledger.published import fault
from archiver.manifest import anchors as rows
from archiver.manifest.lookup import citations
from archiver.manifest.opening import open_read_only
from archiver.manifest.status import log_figures
from archiver.model.citation import WHOSE
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint
from archiver.signing.keys import Key
from archiver.signing.note import BadNote, Note
from tests.seers import Witnessing, answered, copied, keyed, opened, say
from tests.signing import witness as cosigning
from tests.signing.tsa import Authority


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one", "One")


@pytest.fixture(scope="module")
def seen_by_all(demo: Path, tsa: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose log an authority, a witness and a repository have seen. For reading alone."""
    folder = copied(demo, tmp_path_factory.mktemp("seen") / "archive")
    public = folder / "public"
    subprocess.run(["git", "init", "--quiet", public], check=True)
    subprocess.run(["git", "init", "--quiet", "--bare", folder / "bare"], check=True)
    subprocess.run(["git", "remote", "add", "origin", folder / "bare"], cwd=public, check=True)
    witness = Witnessing(keyed(folder / "key.pem"))
    with (
        answered({"/": lambda body: (200, tsa.reply(body)), "/add-checkpoint": witness}) as address,
        opened(
            folder, address, key=str(folder / "key.pem"), publish=str(public),
            timestamp_authorities=(f"{address}/",), witnesses=(f"{witness.verifier} {address}",),
        ) as archive,
    ):  # fmt: skip
        say(archive)
        assert {str(one.ending) for one in anchor(archive, configured(archive.settings, folder))} == {"anchored"}
    return folder


@pytest.fixture
def folder(seen_by_all: Path, tmp_path: Path) -> Path:
    return copied(seen_by_all, tmp_path / "archive")


def found(folder: Path, tsa: Authority) -> list[Fault]:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection:
        return list(judged(connection, folder / "archive", tsa.roots))


def file(folder: Path, suffix: str) -> Path:
    [path] = (folder / "archive/anchors").glob(f"*{suffix}")
    return path


def forge(folder: Path, path: Path, content: bytes, **columns: object) -> None:
    """Put other bytes in the place of an anchor's, and let the manifest say that they are what was stated."""
    path.write_bytes(content)
    values = {"sha256": Digest.sha256(content).hex, **columns}
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        named = ", ".join(f"{name} = ?" for name in values)
        connection.execute(f"update anchors set {named} where name = ?", (*values.values(), path.name))


def test_every_code_is_one_of_the_table() -> None:
    assert set(Code) <= set(CODES)


def test_what_was_seen_holds(folder: Path, tsa: Authority) -> None:
    assert found(folder, tsa) == []


@pytest.mark.parametrize("suffix", [".tsr", ".note", ".commit"])
def test_a_file_that_is_gone_or_another_is_found(folder: Path, tsa: Authority, suffix: str) -> None:
    path = file(folder, suffix)
    content = path.read_bytes()
    for place in (0, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert [(one.code, one.file) for one in found(folder, tsa)] == [(Code.CHANGED, path.name)]
    path.write_bytes(content + bytes(300_000))
    assert "larger" in found(folder, tsa)[0].message
    path.unlink()
    [one] = found(folder, tsa)
    assert (one.code, "cannot be read" in one.message) == (Code.MISSING, True)
    path.mkdir()
    assert [one.code for one in found(folder, tsa)] == [Code.MISSING]


def test_a_log_that_was_rewritten_has_another_root_than_they_saw(folder: Path, tsa: Authority) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_changed")
        connection.execute("update log set leaf = ? where sequence = 3", ("00" * 32,))
    faults = found(folder, tsa)
    assert {one.code for one in faults} == {Code.OTHER_ROOT}
    assert len(faults) == 3
    assert all("saw another log" in one.message for one in faults)


def test_a_leaf_that_is_lost_leaves_them_unchecked(folder: Path, tsa: Authority) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_cut")
        connection.execute("delete from log where sequence = 3")
    assert {one.code for one in found(folder, tsa)} == {Code.UNCHECKED}


def test_a_log_that_was_cut_is_not_what_they_saw(folder: Path, tsa: Authority) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_cut")
        connection.execute("delete from log where sequence > 5")
    assert {one.code for one in found(folder, tsa)} == {Code.OTHER_ROOT}


@pytest.mark.parametrize(
    ("suffix", "made"),
    [
        (".tsr", lambda old, _folder: old[: len(old) // 2]),
        (".tsr", lambda _old, folder: file(folder, ".note").read_bytes()),
        (".note", lambda old, _folder: old.rsplit(b"\n", 2)[0] + b"\n"),  # without the witness
        (".note", lambda old, _folder: old.replace(b"\n\n", b"\nmore\n\n", 1)),
        (".note", lambda _old, _folder: b"\xff"),
        (".commit", lambda old, _folder: old.replace(b"statements", b"Statements", 1)),
    ],
)
def test_what_was_put_in_its_place_with_its_digest_is_found(
    folder: Path, tsa: Authority, suffix: str, made: Callable[[bytes, Path], bytes]
) -> None:
    path = file(folder, suffix)
    forge(folder, path, made(path.read_bytes(), folder))
    assert [(one.code, one.file) for one in found(folder, tsa)] == [(Code.INVALID, path.name)]


def test_another_time_than_was_stated_is_found(folder: Path, tsa: Authority) -> None:
    for suffix in (".tsr", ".note"):
        path = file(folder, suffix)
        forge(folder, path, path.read_bytes(), said_at="2020-01-01T00:00:00.000Z")
    assert ["another time" in one.message for one in found(folder, tsa)] == [True, True]


def test_a_cosignature_of_somebody_else_is_not_theirs(folder: Path, tsa: Authority) -> None:
    path = file(folder, ".note")
    forge(folder, path, path.read_bytes(), whom=str(cosigning.verifier(Key.generate(), "witness.example/w1")))
    assert "did not sign it" in found(folder, tsa)[0].message
    forge(folder, path, path.read_bytes(), whom="nobody")
    assert [one.code for one in found(folder, tsa)] == [Code.INVALID]


def test_a_timestamp_whose_checkpoint_is_gone_or_another_is_found(folder: Path, tsa: Authority) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection:
        size = rows.anchors(connection)[0][1].size
    kept = folder / "archive/checkpoints" / f"{size:012d}.checkpoint"
    whole = kept.read_bytes()
    kept.write_bytes(whole.replace(b"\n\n", b"\nmore\n\n", 1))
    assert [one.code for one in found(folder, tsa)] == [Code.INVALID]
    kept.write_bytes(whole.rsplit(b"\n", 2)[0] + b"\n")  # the same without its signature: not the bytes that were seen
    assert "something else" in found(folder, tsa)[0].message
    kept.unlink()
    assert "cannot be read" in found(folder, tsa)[0].message


@pytest.mark.parametrize("name", ["../checkpoints/x", "/etc/passwd", "", "..", "a\0b"])
def test_a_name_that_leads_elsewhere_is_not_followed(folder: Path, tsa: Authority, name: str) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("update anchors set name = ? where kind = 'rfc3161'", (name,))
    one, left = found(folder, tsa)
    assert (one.code, one.message) == (Code.MISSING, "it names no file")
    assert (left.code, left.file) == (Code.STRAY, file(folder, ".tsr").name)


def test_a_kind_that_is_not_known_is_told(folder: Path, tsa: Authority) -> None:
    path = file(folder, ".tsr")
    forge(folder, path, path.read_bytes(), kind="carved in stone")
    assert [one.code for one in found(folder, tsa)] == [Code.UNCHECKED]


@pytest.mark.parametrize("column", ["at", "root", "sha256", "said_at"])
def test_a_row_that_cannot_be_is_told_and_the_others_are_looked_at(folder: Path, tsa: Authority, column: str) -> None:
    file(folder, ".note").unlink()
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute(f"update anchors set {column} = 'x' where kind = 'rfc3161'")
    assert [one.code for one in found(folder, tsa)] == [Code.INVALID, Code.MISSING]


@pytest.mark.parametrize("suffix", [".tsr", ".note", ".commit"])
def test_what_is_no_plain_file_is_neither_followed_nor_waited_for(folder: Path, tsa: Authority, suffix: str) -> None:
    path = file(folder, suffix)
    path.rename(folder / "elsewhere")
    path.symlink_to(folder / "elsewhere")
    assert [(one.code, one.file) for one in found(folder, tsa)] == [(Code.MISSING, path.name)]
    path.unlink()
    os.mkfifo(path)
    assert [(one.code, one.file) for one in found(folder, tsa)] == [(Code.MISSING, path.name)]
    os.mkfifo(folder / "archive/anchors/pipe")
    assert [one.code for one in found(folder, tsa)] == [Code.MISSING, Code.STRAY]


def test_without_authorities_to_trust_a_timestamp_is_anybodys(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection:
        faults = list(judged(connection, folder / "archive", ()))
    assert [(one.code, one.file) for one in faults] == [(Code.UNCHECKED, file(folder, ".tsr").name)]
    assert "timestamp_ca" in faults[0].message


def test_what_was_noted_against_a_timestamp_is_said_with_it(folder: Path) -> None:
    with open_read_only(folder) as connection:
        figures = log_figures(connection)
        documents = [row[0] for row in connection.execute("select id from documents limit 1")]
        [logged] = [one.logged for found in citations(connection, documents) for one in found.captures]
    assert figures is not None
    assert logged is not None
    assert {one.kind: one.caveat for one in logged.seen} == {"rfc3161": WHOSE, "witness": "", "git": ""}
    assert f"({WHOSE}) on " in str(logged)
    assert (WHOSE in str(figures)) is (figures.seen_caveat is not None)


def unstated(folder: Path) -> None:
    """Let the manifest forget that anybody has seen the log."""
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("delete from anchors")


def test_what_no_statement_names_is_a_remark_where_it_is_of_this_log(folder: Path, tsa: Authority) -> None:
    unstated(folder)
    (folder / "archive/anchors/.draft.new").write_bytes(b"")
    faults = found(folder, tsa)
    assert [(one.code, one.sequence) for one in faults] == [(Code.STRAY, None)] * 3
    assert all("broken off" in one.message for one in faults)
    for path in (folder / "archive/anchors").iterdir():
        path.write_bytes(b"what is this")
    assert {("not checked" in one.message, one.code) for one in found(folder, tsa)} == {(True, Code.STRAY)}


def test_what_no_statement_names_contradicts_a_log_that_is_another(folder: Path, tsa: Authority) -> None:
    unstated(folder)
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_cut")
        connection.execute("delete from log where sequence > 5")
    for path in (folder / "archive/checkpoints").iterdir():
        path.unlink()
    assert [(one.code, one.sequence) for one in found(folder, tsa)] == [(Code.CONTRADICTS, None)] * 3


# ── what is kept ──


def test_a_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    synced: list[Path] = []
    names = [keep(tmp_path, 7, "TSA.example", bytes([n]), suffix=".tsr", sync_folder=synced.append) for n in range(3)]
    assert names == ["000000000007-tsa.example.tsr", "000000000007-tsa.example-2.tsr", "000000000007-tsa.example-3.tsr"]
    assert [(tmp_path / "anchors" / name).read_bytes() for name in names] == [b"\0", b"\1", b"\2"]
    assert synced == [tmp_path, *[tmp_path / "anchors"] * 3]


@pytest.mark.parametrize("whom", ["", "...", "../../x", "w/" * 500, "ü", "a b\nc"])
def test_whatever_somebody_is_called_the_file_is_in_the_folder(tmp_path: Path, whom: str) -> None:
    name = keep(tmp_path, 1, whom, b"x", suffix=".note", sync_folder=lambda _folder: None)
    assert [path.name for path in (tmp_path / "anchors").iterdir()] == [name]
    assert len(name) < 120


def test_the_name_of_a_commit_is_that_of_its_bytes() -> None:
    seen = Checkpoint("archiver/0123456789abcdef", 3, Digest.sha256(b"x"))
    made = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\nx\n\n"
    made += seen.text.encode()
    words = ["git", "hash-object", "-t", "commit", "--stdin"]
    commit = subprocess.run(words, input=made, check=True, capture_output=True).stdout.decode().strip()
    assert fault(commit, made, seen) == ""
    assert "another commit" in fault("0" * 40, made, seen)
    assert "another commit" in fault("", made, seen)
    assert "something else" in fault(commit, made, Checkpoint(seen.origin, 4, seen.root))


# ── what a witness is shown, and answers ──


def test_a_request_is_spelt_as_the_specification_shows_it() -> None:
    note = Note("log.example\n2\nAAAA\n").signed(Key.generate(), "log.example")
    head, _, rest = request(note, 1, [bytes(32)]).partition(b"\n\n")
    assert head == b"old 1\n" + b"A" * 43 + b"="
    assert rest == note.encode()
    assert request(note, 0, ()) == b"old 0\n\n" + note.encode()


@pytest.mark.parametrize(
    "answer", [b"", b"x", b"-1\n", b"007\n", b"1\n2\n", b"9" * 17, b"9" * 5000, b"\xff", "٣".encode()]
)
def test_a_size_that_is_none_is_refused(answer: bytes) -> None:
    assert seen(b"20852014\n") == 20852014
    with pytest.raises(ValueError, match=r"number of leaves|decode"):
        seen(answer)


def test_a_witness_is_its_key_and_its_address() -> None:
    key = cosigning.verifier(Key.generate(), "w.example/1")
    witness = Witness.parse(f"{key} https://w.example/prefix/")
    assert (witness.key, witness.url) == (key, "https://w.example/prefix/add-checkpoint")
    for text in (str(key), f"{key} ftp://w.example", "https://w.example", ""):
        with pytest.raises(BadNote):
            Witness.parse(text)


def test_damage_is_raised_and_not_shown(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "manifests/manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_changed")
        connection.execute("update log set leaf = ? where sequence = 3", ("00" * 32,))

    def show() -> None:
        with opened(folder, publish=str(folder / "public")) as archive:
            say(archive)
            list(anchor(archive, configured(archive.settings, folder)))

    with pytest.raises(Damaged, match="does not go on from"):
        show()
    assert len(list((folder / "archive/anchors").iterdir())) == 3
