"""What is kept of the log whenever an archive is left: a checkpoint of everything that is stated, by the key that the log names."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from archiver.config import Settings
from archiver.errors import Damaged, UsageError
from archiver.ledger import checkpoints, merkle
from archiver.ledger.checkpoints import Kept
from archiver.ledger.keys import NO_KEY, faults
from archiver.ledger.log import Log
from archiver.manifest import log as rows
from archiver.manifest.opening import open_read_only
from archiver.model.agent import Naming
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint, KeyChange
from archiver.pipeline import Archive
from archiver.rebuild import rebuild
from archiver.signing import keys
from archiver.signing.note import Note, Verifier

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Where the key would be; there is none yet."""
    return tmp_path / "keys" / "key.pem"


@contextmanager
def opened(folder: Path, key: Path) -> Iterator[Archive]:
    with Archive(folder, Settings(key=str(key))) as archive:
        yield archive


def state(folder: Path, key: Path, count: int = 1) -> Archive:
    """A command that states something; the archive as it was left."""
    with opened(folder, key) as archive:
        for number in range(count):
            archive.identify(Naming("Harbour Gazette", AT, "me", f"reason {number}", ("The Gazette",)))
    return archive


def kept(folder: Path) -> list[Kept]:
    return list(checkpoints.kept(folder / "archive"))


def changes(folder: Path) -> list[KeyChange]:
    with open_read_only(folder) as connection:
        return [change for _, change in rows.key_changes(connection)]


def origin(folder: Path) -> str:
    with open_read_only(folder) as connection:
        return Log(connection).origin


def signer(folder: Path, one: Kept) -> list[str]:
    known = [Verifier.parse(change.key) for change in changes(folder)]
    return [str(found) for found in one.note.verified(known)]


def check(folder: Path) -> None:
    """Every checkpoint is of the log as it is now, each goes on from the one before, and the manifest knows them all."""
    found = kept(folder)
    with open_read_only(folder) as connection:
        log = Log(connection)
        assert rows.checkpoints(connection) == [(one.checkpoint, one.path.name) for one in found]
        assert all(
            one.checkpoint == Checkpoint(log.origin, size := one.checkpoint.size, log.root(size)) for one in found
        )
        for old, new in pairwise(found):
            a, b = old.checkpoint, new.checkpoint
            proof = log.consistency(a.size, b.size)
            assert merkle.consistent(a.size, a.root.value, b.size, b.root.value, proof)


# ── when there is one ──


def test_each_command_that_wrote_ends_with_a_checkpoint_of_all_that_is_stated(folder: Path, key: Path) -> None:
    for size, count in ((1, 1), (4, 3), (5, 1)):
        left = state(folder, key, count)
        assert left.checkpointed is not None
        assert left.checkpointed.checkpoint.size == size
    assert [one.checkpoint.size for one in kept(folder)] == [1, 4, 5]
    check(folder)


def test_a_command_that_wrote_nothing_makes_none(folder: Path, key: Path) -> None:
    state(folder, key)
    before = kept(folder)
    with opened(folder, key) as archive:
        archive.lookup("harbour")
    assert archive.checkpointed is None
    assert kept(folder) == before


def test_an_archive_in_which_nothing_is_stated_has_none(folder: Path, key: Path) -> None:
    with opened(folder, key) as archive:
        pass
    assert archive.checkpointed is None
    assert kept(folder) == []


def test_captures_and_what_was_read_of_them_are_under_it(demo: Path) -> None:
    check(demo)
    with open_read_only(demo) as connection:
        (newest,) = kept(demo)
        assert newest.checkpoint.size == rows.size(connection) == rows.count(connection)
        assert connection.execute("select count(*) from captures").fetchone()[0] < newest.checkpoint.size


def test_what_a_command_that_failed_had_stated_is_under_the_next_one(folder: Path, key: Path) -> None:
    state(folder, key)

    def broken() -> None:
        with opened(folder, key) as archive:
            archive.identify(Naming("Harbour Gazette", AT, "me", "before it broke", ("HG",)))
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    assert [one.checkpoint.size for one in kept(folder)] == [1]
    state(folder, key)
    assert [one.checkpoint.size for one in kept(folder)] == [1, 3]
    check(folder)


def test_a_run_that_ended_between_the_file_and_its_row_is_made_good(folder: Path, key: Path) -> None:
    state(folder, key)
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection, connection:
        connection.execute("delete from checkpoints")
    with opened(folder, key):
        pass
    check(folder)


def test_a_manifest_that_was_drawn_anew_goes_on_from_the_checkpoints_that_are_there(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key, 3)
    before = kept(folder)
    (folder / "manifests" / "manifest.db").unlink()
    rebuild(folder)
    state(folder, key)
    assert kept(folder)[:-1] == before
    assert len(changes(folder)) == 1
    check(folder)


# ── it never goes back ──


def test_it_never_goes_back_behind_what_was_kept(folder: Path, key: Path) -> None:
    state(folder, key, 5)
    later = Checkpoint(origin(folder), 40, Digest.sha256(b"as it was in a copy that is gone"))
    checkpoints.keep(folder / "archive", later, Note(later.text), lambda _folder: None)
    before = kept(folder)
    with pytest.raises(Damaged, match=r"does not go on from .*000000000040"):
        state(folder, key)
    assert kept(folder) == before
    with open_read_only(folder) as connection:
        assert rows.size(connection) == 6  # what was stated is stated


@pytest.mark.parametrize("command", [1, 0], ids=["something new", "nothing new"])
def test_it_does_not_go_on_from_a_log_that_was_rewritten(folder: Path, key: Path, command: int) -> None:
    state(folder, key, 5)
    before = kept(folder)
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_changed")
        connection.execute("update log set leaf = ? where sequence = 3", ("ab" * 32,))
    with pytest.raises(Damaged, match="not what was stated then"):
        state(folder, key, command)
    assert kept(folder) == before


def test_one_that_was_damaged_is_passed_over_and_never_overwritten(folder: Path, key: Path) -> None:
    state(folder, key, 2)
    state(folder, key)
    damaged = kept(folder)[-1].path
    damaged.write_bytes(damaged.read_bytes()[:-9])
    cut = damaged.read_bytes()
    with pytest.raises(Damaged, match="another checkpoint than the log has at that size"):
        state(folder, key, 0)
    state(folder, key)
    assert [one.checkpoint.size for one in kept(folder)] == [2, 4]
    assert damaged.read_bytes() == cut


# ── an archive that was made before there was a log ──


def before_the_log(folder: Path) -> None:
    """As schema 7 had it: no table of the log, and no checkpoint. What is stated in it has to be of kinds that there were."""
    shutil.rmtree(folder / "archive" / "checkpoints")
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection, connection:
        for table in ("log", "log_nodes", "checkpoints", "keys", "anchors", "withdrawals", "readings"):
            connection.execute(f"drop table {table}")
        connection.execute("drop index events_subject")
        connection.execute("delete from _sqlite_migrations where name = '0008_log'")
        connection.execute("pragma user_version = 7")


def test_an_archive_of_schema_7_gets_its_log_at_the_first_opening(folder: Path, key: Path) -> None:
    state(folder, key, 6)
    before = kept(folder)
    before_the_log(folder)
    with opened(folder, key):
        pass
    assert kept(folder) == before
    check(folder)
    state(folder, key)
    assert [one.checkpoint.size for one in kept(folder)] == [6, 7]
    check(folder)


def test_where_a_statement_of_then_is_damaged_there_is_no_checkpoint_until_it_is_mended(
    folder: Path, key: Path
) -> None:
    state(folder, key, 6)
    before = kept(folder)
    with open_read_only(folder) as connection:
        warc, offset, length = connection.execute(
            "select r.warc, r.offset, r.length from log l join records r on r.record_id = l.statement_id where l.sequence = 3"
        ).fetchone()
    before_the_log(folder)
    path = folder / "archive" / warc
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 1
    path.write_bytes(data)
    for _ in range(2):
        with pytest.raises(Damaged, match="no leaf for statement 3"):
            state(folder, key, 0)
    assert kept(folder) == []
    data[offset + length // 2] ^= 1
    path.write_bytes(data)
    state(folder, key, 0)
    assert kept(folder) == before
    check(folder)


# ── who signs it ──


def test_without_a_key_it_is_kept_unsigned(folder: Path, key: Path) -> None:
    left = state(folder, key)
    assert left.checkpointed is not None
    assert (left.checkpointed.signed, left.checkpointed.why_not) == (False, NO_KEY)
    assert kept(folder)[0].note.signatures == ()
    assert changes(folder) == []


def test_the_first_key_is_stated_and_signs_what_follows(folder: Path, key: Path) -> None:
    state(folder, key)
    vkey = str(keys.create(key).verifier(origin(folder)))
    left = state(folder, key)
    assert left.checkpointed is not None
    assert left.checkpointed.signed
    assert [change.key for change in changes(folder)] == [vkey]
    unsigned, signed = kept(folder)
    assert (unsigned.checkpoint.size, signed.checkpoint.size) == (1, 3)  # its own statement is under it
    assert (signer(folder, unsigned), signer(folder, signed)) == ([], [vkey])
    state(folder, key)
    assert len(changes(folder)) == 1
    assert signer(folder, kept(folder)[-1]) == [vkey]
    check(folder)


def test_a_rotated_key_is_taken_up_by_the_next_command_by_the_word_of_the_old_one(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key)
    new = str(keys.rotate(key).verifier(origin(folder)))
    with opened(folder, key):
        pass
    assert len(changes(folder)) == 1  # nothing was stated, so nothing is to be signed
    state(folder, key)
    keys.rotate(key)
    latest = str(keys.rotate(key).verifier(origin(folder)))  # one of them never signed anything here
    state(folder, key)
    assert [change.key for change in changes(folder)][1:] == [new, latest]
    assert list(faults(origin(folder), changes(folder))) == []
    assert [signer(folder, one) for one in kept(folder)][1:] == [[new], [latest]]
    check(folder)


@pytest.mark.parametrize("gone", ["no key at hand", "another key at hand"])
def test_what_the_log_s_key_does_not_sign_nobody_signs(folder: Path, key: Path, gone: str) -> None:
    keys.create(key)
    state(folder, key)
    if gone == "another key at hand":
        keys.create(other := key.with_name("other.pem"))
    else:
        other = key.with_name("nothing.pem")
    left = state(folder, other)
    assert left.checkpointed is not None
    assert not left.checkpointed.signed
    assert left.checkpointed.why_not not in ("", NO_KEY)
    assert len(changes(folder)) == 1
    assert kept(folder)[-1].note.signatures == ()
    left = state(folder, key)
    assert left.checkpointed is not None
    assert left.checkpointed.signed
    check(folder)


def test_a_change_of_keys_can_be_stated_at_once(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key)
    keys.rotate(key)
    with opened(folder, key) as archive:
        change = archive.vault.change_key(keys.known(key), "I left the desk")
        assert archive.vault.change_key(keys.known(key)) is None
    assert change is not None
    assert (change.because, changes(folder)[-1]) == ("I left the desk", change)
    assert list(faults(origin(folder), changes(folder))) == []
    assert signer(folder, kept(folder)[-1]) == [change.key]


def test_the_successor_of_a_lost_key_is_stated_and_the_break_stays_to_be_seen(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key)
    keys.create(other := key.with_name("other.pem"))
    with opened(folder, key) as archive, pytest.raises(UsageError, match="not lost"):
        archive.vault.change_key(keys.known(key), "so I say", lost=True)
    with opened(folder, other) as archive:
        with pytest.raises(UsageError, match="is not the one"):
            archive.vault.change_key(keys.known(other))
        archive.vault.change_key(keys.known(other), "the laptop was stolen", lost=True)
    state(folder, other)
    assert [change.endorsement for change in changes(folder)] == [None, None]
    assert [place for place, _ in faults(origin(folder), changes(folder))] == [1]
    assert signer(folder, kept(folder)[-1]) == [changes(folder)[1].key]
    check(folder)


def test_a_key_that_cannot_be_used_keeps_nothing_from_being_stated(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key)
    key.chmod(0o644)
    left = state(folder, key)
    assert left.checkpointed is not None
    assert not left.checkpointed.signed
    assert "others than its owner" in left.checkpointed.why_not
    key.chmod(0o600)
    assert signer(folder, state(folder, key) and kept(folder)[-1]) == [changes(folder)[0].key]
    check(folder)


def test_a_log_that_nobody_signed_is_signed_as_soon_as_there_is_a_key(folder: Path, key: Path) -> None:
    state(folder, key)
    keys.create(key)
    with opened(folder, key):
        pass
    assert signer(folder, kept(folder)[-1]) == [changes(folder)[0].key]
    with opened(folder, key) as archive:
        pass
    assert archive.checkpointed is None
    check(folder)
