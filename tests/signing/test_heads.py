"""What a key signed last: kept beside it, one for each log, and read as carefully as what others wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.model.digest import Digest
from archiver.model.log import Checkpoint
from archiver.signing import heads, keys
from archiver.signing.note import Note

ORIGIN, OTHER = "archiver/0123456789abcdef", "archiver/fedcba9876543210"


def note(size: int, origin: str = ORIGIN) -> Note:
    return Note(Checkpoint(origin, size, Digest.sha256(b"%d" % size)).text).signed(keys.Key.generate(), origin)


def test_the_last_one_of_each_log_is_kept_beside_the_key(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    assert heads.last(key, ORIGIN) is None
    for size in (3, 8):
        heads.remember(key, ORIGIN, note(size))
    heads.remember(key, OTHER, note(5, OTHER))
    path = heads.last(key, ORIGIN)
    assert path == tmp_path / "heads" / "archiver-0123456789abcdef.checkpoint"
    assert heads.read(path, ORIGIN).size == 8
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(path.parent.iterdir())) == 2


def test_a_key_knows_its_file(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    assert keys.create(key).path == key
    assert keys.rotate(key).path == key
    assert {one.path for one in keys.known(key)} >= {key}
    assert keys.Key.generate().path is None


@pytest.mark.parametrize("data", [b"", b"half a che", note(5, OTHER).encode(), b"x" * 70_000])
def test_what_is_no_checkpoint_of_the_log_is_not_taken_for_one(tmp_path: Path, data: bytes) -> None:
    heads.remember(tmp_path / "key.pem", ORIGIN, note(3))
    path = heads.last(tmp_path / "key.pem", ORIGIN)
    assert path is not None
    path.write_bytes(data)
    with pytest.raises((ValueError, OSError)):
        heads.read(path, ORIGIN)


def test_one_that_leads_nowhere_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "heads").mkdir()
    (tmp_path / "heads" / "archiver-0123456789abcdef.checkpoint").symlink_to("nothing")
    path = heads.last(tmp_path / "key.pem", ORIGIN)
    assert path is not None
    with pytest.raises(OSError, match="symbolic links"):
        heads.read(path, ORIGIN)


def test_one_that_was_put_aside_is_still_there(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    heads.remember(key, ORIGIN, note(3))
    path = heads.last(key, ORIGIN)
    assert path is not None
    aside = heads.set_aside(path, datetime(2026, 11, 22, tzinfo=UTC))
    assert heads.last(key, ORIGIN) is None
    assert heads.read(aside, ORIGIN).size == 3
