"""archiver key: making the key, showing what the log says of it, and putting another in its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from archiver.config import Settings
from archiver.demo import web
from archiver.errors import Exit
from archiver.model.agent import Naming
from archiver.pipeline import Archive
from archiver.signing import keys
from tests.cli.test_commands import archiver as command

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "key.pem"


@pytest.fixture
def run(copy: Path, key: Path) -> Run:
    """A command with this key, at this archive."""

    def run(*arguments: str, key: Path = key) -> CompletedProcess[str]:
        return command(*arguments, ARCHIVER_KEY=str(key), ARCHIVER_HOME=str(copy))

    return run


def shown(run: Run, **environ: Path) -> dict[str, object]:
    done = run("key", "show", "--json", **environ)
    assert done.returncode == Exit.DONE, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def log_of(run: Run, **environ: Path) -> dict[str, object]:
    return within(shown(run, **environ))


def within(found: dict[str, object]) -> dict[str, object]:
    """What is said of the log."""
    log = found["log"]
    assert isinstance(log, dict)
    return log


def parts(log: dict[str, object]) -> tuple[list[dict[str, object]], dict[str, object]]:
    """The keys that it names, and its newest checkpoint."""
    named, newest = log["keys"], log["checkpoint"]
    assert isinstance(named, list)
    assert isinstance(newest, dict)
    return named, newest


def stated(folder: Path, key: Path) -> None:
    """What a command that writes leaves, without a process of its own."""
    with Archive(folder, Settings(key=str(key))) as archive:
        archive.identify(Naming("Harbour Gazette", AT, "me", "x", ("The Gazette",)))


def decided(run: Run, **environ: Path) -> CompletedProcess[str]:
    """A command that writes."""
    done = run("decide", web.REPOST, "Somebody", "--relation", "unrelated", "--because", "x", "--by", "me", **environ)
    assert done.returncode == Exit.DONE, done.stderr
    return done


def test_a_key_is_made_once_and_its_owner_told_what_to_do_with_it(run: Run, key: Path) -> None:
    done = run("key", "init")
    assert done.returncode == Exit.DONE, done.stderr
    assert str(key) in done.stdout
    assert f"fingerprint  {shown(run)['fingerprint']}" in done.stdout
    assert "Keep a copy of the file" in done.stderr
    assert "never in an archive" in done.stderr
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    again = run("key", "init")
    assert (again.returncode, again.stdout) == (Exit.USAGE, "")
    assert "there is a key already" in again.stderr
    assert "archiver key rotate" in again.stderr
    assert key.read_bytes() == before


def test_what_stands_in_the_key_file_is_never_printed(run: Run, key: Path) -> None:
    said = run("key", "init").stdout
    said += run("key", "show").stdout + run("key", "show", "--json").stdout
    assert key.read_text().splitlines()[1] not in said


@pytest.mark.parametrize("place", ["key.pem", "archive/key.pem", "deep/in/it/key.pem"])
def test_no_key_is_made_within_an_archive(run: Run, copy: Path, place: str) -> None:
    done = run("key", "init", key=copy / place)
    assert done.returncode == Exit.USAGE
    assert "in your name" in done.stderr
    assert not (copy / place).exists()


def test_without_a_key_the_log_is_shown_and_without_either_nothing_is(run: Run, key: Path, tmp_path: Path) -> None:
    done = run("key", "show")
    assert done.returncode == Exit.DONE
    assert "there is none" in done.stdout
    assert "not signed" in done.stdout
    empty = command("key", "show", ARCHIVER_KEY=str(key), ARCHIVER_HOME=str(tmp_path / "nowhere"))
    assert (empty.returncode, empty.stdout) == (Exit.FAILED, "")
    assert "archiver key init" in empty.stderr
    named = run("key", "show", "-A", str(tmp_path / "nowhere"))
    assert named.returncode == Exit.NO_ARCHIVE


def test_it_is_shown_what_the_log_says_of_the_key(run: Run, copy: Path, key: Path) -> None:
    keys.create(key)
    before = log_of(run)
    assert before["state"] == "none"
    stated(copy, key)
    found = shown(run)
    log = within(found)
    (known,), newest = parts(log)
    assert (log["state"], known["vkey"], known["endorsed"]) == ("current", found["vkey"], None)
    assert str(found["vkey"]).startswith(f"{log['origin']}+")
    assert (newest["signed_by"], newest["fault"]) == ([found["vkey"]], None)
    assert newest["at"] == known["at"]  # the change of keys is the last statement under it
    words = run("key", "show").stdout
    assert "the log is signed with it" in words
    assert f"{newest['size']} statements, the last of {newest['at']}: signed" in words


def test_a_signature_that_does_not_hold_is_said(run: Run, copy: Path, key: Path) -> None:
    keys.create(key)
    stated(copy, key)
    newest = max((copy / "archive" / "checkpoints").iterdir())
    text, blank, signature = newest.read_text().partition("\n\n")
    flipped = signature[:-10] + ("A" if signature[-10] != "A" else "B") + signature[-9:]
    newest.write_text(text + blank + flipped)
    _, checkpoint = parts(log_of(run))
    assert checkpoint["signed_by"] == []
    assert "does not hold" in str(checkpoint["fault"])


def test_a_rotation_is_stated_at_once_and_signed_by_the_new_key(run: Run, key: Path, copy: Path) -> None:
    keys.create(key)
    stated(copy, key)
    old = shown(run)
    done = run("key", "rotate", "--because", "a new year")
    assert done.returncode == Exit.DONE, done.stderr
    new = shown(run)
    named, newest = parts(within(new))
    assert new["fingerprint"] != old["fingerprint"]
    assert [(one["vkey"], one["endorsed"]) for one in named] == [(old["vkey"], None), (new["vkey"], True)]
    assert named[1]["because"] == "a new year"
    assert newest["signed_by"] == [new["vkey"]]
    assert (key.parent / f"key-{str(old['fingerprint'])[:8]}.pem").is_file()
    assert "earlier key" in run("key", "show").stdout


def test_the_log_of_another_archive_follows_at_its_next_command(copy: Path, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    keys.create(key)
    stated(copy, key)
    environ = {"ARCHIVER_KEY": str(key), "ARCHIVER_HOME": str(other)}
    stated(other, key)
    keys.rotate(key)
    done = command("publisher", "alias", "Harbour Gazette", "Gazette", "--because", "x", "--by", "me", **environ)
    assert (done.returncode, "not signed" in done.stderr) == (Exit.DONE, False)
    log = json.loads(command("key", "show", "--json", **environ).stdout)["log"]
    assert [one["endorsed"] for one in log["keys"]] == [None, True]
    assert log["state"] == "current"


def test_without_an_archive_at_hand_the_key_alone_is_rotated(key: Path, tmp_path: Path) -> None:
    environ = {"ARCHIVER_KEY": str(key), "ARCHIVER_HOME": str(tmp_path / "nowhere")}
    assert command("key", "rotate", **environ).returncode == Exit.USAGE  # there is none to rotate
    keys.create(key)
    done = command("key", "rotate", **environ)
    assert done.returncode == Exit.DONE, done.stderr
    assert len(list(key.parent.iterdir())) == 2
    assert not (tmp_path / "nowhere").exists()


def test_another_key_at_hand_is_told_once_by_each_command_that_writes(
    run: Run, tmp_path: Path, copy: Path, key: Path
) -> None:
    other = tmp_path / "other" / "key.pem"
    keys.create(key)
    stated(copy, key)
    keys.create(other)
    done = decided(run, key=other)
    assert done.stderr.count("is not signed") == 1
    assert "not the one that this log is signed with" in done.stderr
    assert log_of(run, key=other)["state"] == "other"
    refused = run("key", "rotate", key=other)
    assert refused.returncode == Exit.USAGE
    assert "--lost" in refused.stderr
    assert len(list(other.parent.iterdir())) == 1  # it was not rotated either
    missing = decided(run, key=tmp_path / "nothing.pem")
    assert "is not at hand" in missing.stderr


def test_where_there_never_was_a_key_nothing_is_said_but_with_v(run: Run) -> None:
    assert "signed" not in decided(run).stderr
    done = run("seal", "-v")
    assert "archiver key init" in done.stderr


def test_a_lost_key_is_replaced_with_its_reason_and_without_its_word(
    run: Run, tmp_path: Path, copy: Path, key: Path
) -> None:
    keys.create(key)
    stated(copy, key)
    there = run("key", "rotate", "--lost", "--because", "so I say")
    assert there.returncode == Exit.USAGE
    assert "not lost" in there.stderr
    fresh = tmp_path / "fresh" / "key.pem"
    unsaid = run("key", "rotate", "--lost", key=fresh)
    assert unsaid.returncode == Exit.USAGE
    assert "--because" in unsaid.stderr
    assert not fresh.exists()
    done = run("key", "rotate", "--lost", "--because", "the laptop was stolen", key=fresh)
    assert done.returncode == Exit.DONE, done.stderr
    assert "for good" in done.stderr
    log = log_of(run, key=fresh)
    named, newest = parts(log)
    assert log["state"] == "current"
    assert [(one["because"], one["endorsed"]) for one in named] == [
        ("the first key of this log", None), ("the laptop was stolen", False),
    ]  # fmt: skip
    assert newest["signed_by"] == [named[1]["vkey"]]
    assert "nobody vouches for it" in run("key", "show", key=fresh).stdout


def test_a_key_that_others_can_read_is_to_be_closed_and_not_replaced(run: Run, copy: Path, key: Path) -> None:
    keys.create(key)
    stated(copy, key)
    key.chmod(0o644)
    for said in (
        run("key", "show"),
        run("key", "rotate"),
        run("key", "rotate", "--lost", "--because", "x"),
        decided(run),
    ):
        assert f"chmod 600 {key}" in said.stderr
        assert "--lost" not in said.stderr
        assert "key init" not in said.stderr
    doctor = run("doctor").stdout
    assert "others than its owner" in doctor
    assert "--lost" not in doctor


def test_a_key_that_is_not_at_hand_is_to_be_restored(run: Run, copy: Path, key: Path) -> None:
    keys.create(key)
    stated(copy, key)
    key.rename(key.with_name("aside.pem"))
    for done in (run("key", "show"), run("key", "rotate"), run("doctor"), decided(run), run("doctor")):
        said = " ".join((done.stdout + done.stderr).split())
        assert "Restore the key file" in said
        assert "only if it is lost: archiver key rotate --lost --because" in said
        assert "key init" not in said


def test_of_a_log_that_was_never_signed_no_key_is_lost(run: Run, key: Path) -> None:
    done = run("key", "rotate", "--lost", "--because", "x")
    assert done.returncode == Exit.USAGE
    assert "not signed yet" in done.stderr
    assert not key.exists()
