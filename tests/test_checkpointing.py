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

from archiver.checking import check as verify
from archiver.cli._verifying import asked
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
from archiver.signing import heads, keys
from archiver.signing.note import Note, Verifier
from archiver.vault import Vault

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
    with pytest.raises(
        Damaged, match=r"35 statements .* are missing: .*000000000040.checkpoint is of 40, and there are 5"
    ):
        state(folder, key)
    assert kept(folder) == before
    with open_read_only(folder) as connection:
        assert rows.size(connection) == 5  # else another statement had the number of one that is lost


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
    assert state(folder, key, 0).checkpointed is None
    state(folder, key)
    assert [one.checkpoint.size for one in kept(folder)] == [2, 4]
    assert damaged.read_bytes() == cut


def put_back(folder: Path, earlier: Path, *, files: bool = True) -> None:
    """As a copy of the archive was; `files`: its checkpoints, too."""
    aside = folder / "archive" / "checkpoints"
    held = {path.name: path.read_bytes() for path in aside.iterdir()}
    shutil.rmtree(folder)
    shutil.copytree(earlier, folder)
    if not files:
        for name, data in held.items():
            (aside / name).write_bytes(data)


def test_a_row_whose_file_was_deleted_is_held_against_the_log_all_the_same(folder: Path, key: Path) -> None:
    state(folder, key, 5)
    (newest,) = kept(folder)
    newest.path.unlink()
    assert state(folder, key, 0).checkpointed is None
    assert kept(folder) == []  # its file is not made again as if nothing had been
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection, connection:
        connection.execute("update checkpoints set root = ?", ("ab" * 32,))
    with pytest.raises(Damaged, match=r"does not go on from .*000000000005"):
        state(folder, key)


def test_what_nobody_signed_binds_no_log_that_has_a_key(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key)
    for size in (3, 40):
        stray = Checkpoint(origin(folder), size, Digest.sha256(b"whoever can write there"))
        checkpoints.keep(folder / "archive", stray, Note(stray.text), lambda _folder: None)
    state(folder, key, 4)
    state(folder, key)
    assert [one.checkpoint.size for one in kept(folder)] == [2, 3, 6, 7, 40]


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_nothing_is_stated_where_statements_are_missing_until_the_loss_is_accepted(
    folder: Path, key: Path, tmp_path: Path, signed: bool
) -> None:
    if signed:
        keys.create(key)
    state(folder, key, 2)
    shutil.copytree(folder, tmp_path / "earlier")
    state(folder, key, 3)
    lost = kept(folder)[-1]
    put_back(folder, tmp_path / "earlier", files=False)
    before = {path.name: path.read_bytes() for path in (folder / "archive").glob("*.warc.gz")}
    for _ in range(2):
        with pytest.raises(Damaged, match=r"3 statements that a checkpoint covers are missing") as raised:
            state(folder, key)
        assert "rebuild --accept-loss" in raised.value.advice
    assert {path.name: path.read_bytes() for path in (folder / "archive").glob("*.warc.gz")} == before
    assert rebuild(folder, key=key).losses[-1].warc == lost.path.name  # and nothing was replaced
    assert lost.path.exists()
    done = rebuild(folder, key=key, accept_loss=True)
    assert [path.name.partition(".lost-")[0] for path in done.set_aside] == [
        lost.path.name, *[f"{lost.checkpoint.origin.replace('/', '-')}.checkpoint"] * signed
    ]  # fmt: skip
    assert [path.read_bytes() for path in done.set_aside] == [lost.note.encode()] * (1 + signed)
    state(folder, key)
    check(folder)


def test_a_manifest_that_was_set_back_takes_up_first_what_the_files_hold(folder: Path, key: Path) -> None:
    state(folder, key, 2)
    earlier = (folder / "manifests" / "manifest.db").read_bytes()
    state(folder, key, 3)
    (folder / "manifests" / "manifest.db").write_bytes(earlier)
    assert state(folder, key).taken_up == 0  # pages: there are none
    check(folder)
    assert [one.checkpoint.size for one in kept(folder)] == [2, 5, 6]


# ── what the key signed last is remembered beside it ──


def test_a_copy_that_was_put_back_is_not_signed(folder: Path, key: Path, tmp_path: Path) -> None:
    keys.create(key)
    state(folder, key, 2)
    shutil.copytree(folder, tmp_path / "earlier")
    state(folder, key, 3)
    head = heads.last(key, origin(folder))
    assert head is not None
    assert head.read_bytes() == kept(folder)[-1].note.encode()
    put_back(folder, tmp_path / "earlier")
    with pytest.raises(Damaged, match=r"what your key signed last \(6 statements, in .*heads/archiver-") as raised:
        state(folder, key)
    assert f"--head {head}" in raised.value.advice
    assert [one.checkpoint.size for one in kept(folder)] == [3]
    head.unlink()  # as the advice says
    state(folder, key)
    check(folder)


def test_of_two_copies_that_are_gone_on_with_one_is_signed(folder: Path, key: Path, tmp_path: Path) -> None:
    keys.create(key)
    state(folder, key)
    shutil.copytree(folder, tmp_path / "other")
    state(tmp_path / "other", key, 2)
    with pytest.raises(Damaged, match="copied and gone on with elsewhere"):
        state(folder, key)
    with pytest.raises(Damaged, match="copied and gone on with elsewhere"):
        state(folder, key, 4)
    state(tmp_path / "other", key)
    check(tmp_path / "other")


def test_a_history_that_somebody_put_in_the_place_of_the_log_is_not_signed(
    folder: Path, key: Path, tmp_path: Path
) -> None:
    state(folder, key, 2)
    shutil.copytree(folder, tmp_path / "forged")
    keys.create(key)
    state(folder, key, 3)
    (change,) = changes(folder)
    nobody = tmp_path / "nowhere" / "key.pem"
    forged = tmp_path / "forged"
    with closing(Vault(forged, lambda: AT, "forger")) as vault:
        vault.state(KeyChange(AT, change.key, "the first key of this log"))
    state(forged, nobody, 7)
    shutil.rmtree(forged / "archive" / "checkpoints")
    with closing(sqlite3.connect(forged / "manifests" / "manifest.db")) as connection, connection:
        connection.execute("delete from checkpoints")
    with pytest.raises(Damaged, match="or rewritten"):
        state(forged, key)
    assert kept(forged) == []


def test_verification_holds_the_log_against_it_and_says_where_there_is_less(
    folder: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARCHIVER_KEY", str(key))
    keys.create(key)
    state(folder, key, 2)
    shutil.copytree(folder, tmp_path / "earlier")
    shutil.copytree(folder, tmp_path / "other")
    state(folder, key)
    monkeypatch.setenv("ARCHIVER_KEY", str(tmp_path / "none.pem"))
    with opened(tmp_path / "other", tmp_path / "none.pem") as archive:
        archive.identify(Naming("Harbour Gazette", AT, "me", "what went on elsewhere", ("The Gazette",)))
    monkeypatch.setenv("ARCHIVER_KEY", str(key))

    def codes(copy: Path) -> list[str]:
        what = asked(copy, "quick", subset=None, older_than=None, heads=(), against=None, repairs=False)
        return [one.code for one in verify(copy, what).problems]

    assert codes(folder) == []
    assert codes(tmp_path / "other") == ["head-inconsistent"]
    assert capsys.readouterr().err == ""
    assert codes(tmp_path / "earlier") == []
    assert "your key has signed 4 statements of this log" in capsys.readouterr().err


def test_where_it_cannot_be_remembered_it_is_signed_all_the_same(folder: Path, key: Path) -> None:
    keys.create(key)
    (key.parent / "heads").write_text("no folder")
    left = state(folder, key)
    assert left.checkpointed is not None
    assert left.checkpointed.signed
    assert "heads" in left.checkpointed.forgotten


def test_where_what_was_signed_last_cannot_be_read_nothing_is_signed(folder: Path, key: Path) -> None:
    keys.create(key)
    state(folder, key)
    head = heads.last(key, origin(folder))
    assert head is not None
    head.write_bytes(b"half a che")
    left = state(folder, key)
    assert left.checkpointed is not None
    assert not left.checkpointed.signed
    assert str(head) in left.checkpointed.why_not


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
