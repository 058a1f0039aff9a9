"""Checkpoints on disk: what is kept is kept for good, and what is none is passed over."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import Damaged
from archiver.ledger import checkpoints
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint
from archiver.signing.keys import Key
from archiver.signing.note import Note

ORIGIN = "archiver/0123456789abcdef"


def of(size: int, text: bytes = b"") -> Checkpoint:
    return Checkpoint(ORIGIN, size, Digest.sha256(b"%d" % size + text))


def keep(archive: Path, made: Checkpoint, key: Key | None = None) -> checkpoints.Kept:
    note = Note(made.text)
    return checkpoints.keep(archive, made, note if key is None else note.signed(key, ORIGIN), lambda _folder: None)


def test_a_checkpoint_is_a_file_called_after_its_size(tmp_path: Path) -> None:
    kept = keep(tmp_path, of(18))
    assert kept.path == tmp_path / "checkpoints" / "000000000018.checkpoint"
    assert kept.path.read_text() == of(18).text + "\n"
    assert checkpoints.read(kept.path) == kept
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]


def test_a_signed_one_is_the_note_as_others_read_it(tmp_path: Path) -> None:
    key = Key.generate()
    keep(tmp_path, of(18), key)
    found = checkpoints.newest(tmp_path)
    assert found is not None
    assert found.checkpoint == of(18)
    assert found.note.verified([key.verifier(ORIGIN)]) == (key.verifier(ORIGIN),)


def test_folder_and_name_are_on_disk_before_it_counts(tmp_path: Path) -> None:
    synced: list[tuple[Path, list[str]]] = []

    def sync(folder: Path) -> None:
        synced.append((folder, sorted(path.name for path in folder.iterdir())))

    checkpoints.keep(tmp_path, of(7), Note(of(7).text), sync)
    assert synced == [(tmp_path, ["checkpoints"]), (tmp_path / "checkpoints", ["000000000007.checkpoint"])]


def test_they_come_in_the_order_of_their_sizes(tmp_path: Path) -> None:
    for size in (900, 7, 10**12 + 5, 21):
        keep(tmp_path, of(size))
    assert [one.checkpoint.size for one in checkpoints.kept(tmp_path)] == [7, 21, 900, 10**12 + 5]
    newest = checkpoints.newest(tmp_path)
    assert newest is not None
    assert newest.checkpoint.size == 10**12 + 5


def test_the_same_again_is_no_fault_and_another_one_of_that_size_is(tmp_path: Path) -> None:
    first = keep(tmp_path, of(18))
    assert keep(tmp_path, of(18)) == first
    for other in (of(18, b"rewritten"), Checkpoint("archiver/ffffffffffffffff", 18, of(18).root)):
        with pytest.raises(Damaged, match="is another checkpoint than the log has"):
            keep(tmp_path, other)
    with pytest.raises(Damaged):
        keep(tmp_path, of(18), Key.generate())
    assert list(checkpoints.kept(tmp_path)) == [first]


def test_what_a_broken_run_left_is_in_nobody_s_way(tmp_path: Path) -> None:
    keep(tmp_path, of(3))
    (tmp_path / "checkpoints" / ".000000000018.checkpoint.new").write_bytes(b"half a che")
    assert [one.checkpoint.size for one in checkpoints.kept(tmp_path)] == [3]
    assert keep(tmp_path, of(18)).path.read_text() == of(18).text + "\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"\xff\xfe",
        b"some text\n",
        of(18).text.encode(),
        of(18).text.replace("18", "018").encode() + b"\n",
        of(18).text.replace("18", "-18").encode() + b"\n",
        of(18).text.replace("=", "") .encode() + b"\n",
        of(18).text.encode() + b"\nno signature\n",
        b"x" * 70_000 + b"\n\n",
        b"o\n" + b"9" * 60_000 + b"\nAAAA\n\n",
        of(19).text.encode() + b"\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_of_that_size_is_passed_over(tmp_path: Path, data: bytes) -> None:
    keep(tmp_path, of(3))
    (tmp_path / "checkpoints" / "000000000018.checkpoint").write_bytes(data)
    (tmp_path / "checkpoints" / "000000000019.checkpoint").mkdir()
    (tmp_path / "checkpoints" / "readme.txt").write_text(of(20).text + "\n")
    newest = checkpoints.newest(tmp_path)
    assert newest is not None
    assert [newest] == list(checkpoints.kept(tmp_path))
    assert newest.checkpoint.size == 3


def test_where_there_is_none_there_is_none(tmp_path: Path) -> None:
    assert checkpoints.newest(tmp_path) is None
    assert not list(checkpoints.kept(tmp_path))
    assert checkpoints.files(tmp_path) == []


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "huge"])
def test_what_is_no_plain_file_leads_nowhere_and_keeps_nobody_waiting(tmp_path: Path, kind: str) -> None:
    keep(tmp_path, of(3))
    path = tmp_path / "checkpoints" / "000000000018.checkpoint"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(of(18).text.encode() + b"\n")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(elsewhere)
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)
    assert [one.checkpoint.size for one in checkpoints.kept(tmp_path)] == [3]
    with pytest.raises(Damaged, match="is another checkpoint"):
        keep(tmp_path, of(18))


def test_a_draft_that_somebody_put_there_is_not_written_to(tmp_path: Path) -> None:
    keep(tmp_path, of(3))
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    (tmp_path / "checkpoints" / ".000000000018.checkpoint.new").symlink_to(victim)
    kept = keep(tmp_path, of(18))
    assert kept.path.read_text() == of(18).text + "\n"
    assert not kept.path.is_symlink()
    assert victim.read_text() == "as it was"


def test_those_beyond_are_put_aside_and_none_is_deleted(tmp_path: Path) -> None:
    first, *rest = (keep(tmp_path, of(size)) for size in (3, 18, 21))
    moved = checkpoints.set_aside(tmp_path, 3, datetime(2026, 11, 22, tzinfo=UTC), lambda _folder: None)
    assert list(checkpoints.kept(tmp_path)) == [first]
    assert [path.name for path in moved] == [f"{one.path.name}.lost-20261122T000000Z" for one in rest]
    assert [path.read_bytes() for path in moved] == [one.note.encode() for one in rest]
    keep(tmp_path, of(18, b"another"))
