"""archiver doctor on archives as they are found: what it says, that it writes nothing, and how it ends."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Container, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.config import Settings
from archiver.doctor.archive import CHECKS as OF_ARCHIVES
from archiver.doctor.check import examined
from archiver.doctor.condition import Condition, of_archive, of_machine
from archiver.doctor.machine import CHECKS as OF_MACHINES
from archiver.errors import Exit
from archiver.model.date import now
from archiver.pipeline import Archive
from archiver.reader import Reader
from archiver.runlock import run_lock
from archiver.signing.keys import create
from tests.misreading import misreading, missing
from tests.test_doctor import MACHINE as KNOWN

MACHINE = replace(KNOWN, now=datetime(2050, 1, 1, tzinfo=UTC))
#: No settings of the person who runs the tests.
ENVIRON = {"ARCHIVER_CONFIG": "/nonexistent"}
#: The checks that say what this machine is like, which no test can know.
OF_THIS_MACHINE = {"python", "sqlite", "clock", "temporary", "space", "file-system", "worker", "certificates"}


@pytest.fixture
def found(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of an archive, to do harm to; its log is signed, with the key at hand."""
    monkeypatch.setenv("ARCHIVER_KEY", str(tmp_path / "keys/key.pem"))
    shutil.copytree(demo, tmp_path / "found")
    create(tmp_path / "keys/key.pem")
    with Archive(tmp_path / "found", Settings(key=str(tmp_path / "keys/key.pem"))):
        """Leaving it signs the log."""
    for left in ("manifest.db-wal", "manifest.db-shm"):
        (tmp_path / "found/manifests" / left).unlink(missing_ok=True)
    return tmp_path / "found"


def harm(folder: Path) -> dict[str, list[str]]:
    """What is said of this archive by checks that do not speak of the machine: state and sentence."""
    return said(Condition(MACHINE, folder, of_archive(folder)), OF_ARCHIVES)


def said(condition: Condition, names: Container[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in examined(condition):
        if check.finding.state != "ok" and check.name in names and check.name not in OF_THIS_MACHINE:
            found.setdefault(check.name, []).append(f"{check.finding.state}: {check.finding.message}")
    return found


def machine(folder: Path, environ: Mapping[str, str]) -> Condition:
    """The condition of this machine, with a process that reads nothing but is there."""
    with closing(Reader(stage=misreading)) as reader:
        found = of_machine(folder, environ, lambda: datetime.now(UTC), reader, 0.0)
    return Condition(found, folder, None)


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_the_command_ends_well_says_each_check_and_writes_nothing(found: Path) -> None:
    before = tree(found)
    command = [sys.executable, "-m", "archiver", "doctor", "--archive", str(found), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert tree(found) == before
    assert done.stderr == ""
    assert all(set(row) == {"check", "state", "message", "advice"} for row in rows)
    assert {row["check"]: row["state"] for row in rows}["worker"] in ("ok", "note")
    faults = [row for row in rows if row["state"] == "fault"]
    assert done.returncode == (Exit.FINDINGS if faults else Exit.DONE)
    assert {row["check"] for row in faults} <= OF_THIS_MACHINE


def test_a_person_reads_faults_first_and_a_sum_at_the_end(found: Path) -> None:
    (found / "manifests/watch.toml").write_text("[settings]\ndelay_second = 2.0\n")
    command = [sys.executable, "-m", "archiver", "doctor", "--archive", str(found)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("fault")
    assert "delay_second is not known; is delay_seconds meant?" in done.stdout
    assert "things that were looked at" in lines[-1]
    assert done.returncode == Exit.FINDINGS


def test_an_archive_that_was_left_well_has_nothing_to_be_said(found: Path) -> None:
    before = tree(found)
    assert harm(found) == {}
    assert tree(found) == before


def test_without_an_archive_the_machine_is_looked_at(tmp_path: Path) -> None:
    found = machine(tmp_path, ENVIRON)
    assert said(found, OF_MACHINES) == {
        "archive": [f"note: there is no archive in {tmp_path}: only the machine was looked at"]
    }
    assert of_archive(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_does_not_start_is_found(tmp_path: Path) -> None:
    with closing(Reader(stage=missing)) as reader:
        found = of_machine(tmp_path, ENVIRON, lambda: datetime.now(UTC), reader, 0.0)
    (check,) = (one for one in examined(Condition(found, tmp_path, None)) if one.name == "worker")
    assert "does not start: ImportError: a part of it is missing" in check.finding.message


def warc(found: Path) -> Path:
    return max((found / "archive").glob("*.warc.gz"))


def test_what_a_broken_run_left_is_found(found: Path) -> None:
    shutil.copy(warc(found), f"{warc(found)}.torn-700")
    (found / "archive/notes.txt").touch()
    with warc(found).open("ab") as file:
        file.write(b"half a record")
    told = harm(found)
    assert list(told) == ["pending", "torn", "strays"]
    assert "13 bytes that the manifest does not know" in told["pending"][0]
    assert "that a broken write left" in told["torn"][0]
    assert told["strays"] == ["note: archive/notes.txt is nothing that archiver made, or needs"]


def test_files_that_are_not_as_they_were_are_found(found: Path) -> None:
    os.truncate(warc(found), 100)
    shutil.copy(warc(found), found / "archive/theirs.warc.gz")
    told = harm(found)
    assert list(told) == ["files"]
    assert [one.rpartition("(")[2] for one in told["files"]] == ["file-unknown)", "file-short)"]
    warc(found).with_name("theirs.warc.gz").unlink()
    warc(found).unlink()
    assert "file-missing" in harm(found)["files"][0]


def test_captures_that_nobody_read_are_found(found: Path) -> None:
    with closing(sqlite3.connect(found / "manifests/manifest.db")) as connection:
        connection.execute(
            "update captures set document_id = null where sequence in (select max(sequence) from captures where purpose = 'page')"
        )
        connection.commit()
    assert harm(found)["pending"][0].startswith("note: 1 captured page is kept")


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="asks /proc")
def test_who_writes_just_now_is_named_and_the_files_are_left_alone(found: Path) -> None:
    with (found / "archive/.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.truncate(warc(found), 100)
        told = harm(found)
    assert list(told) == ["lock"]
    assert f"process {os.getpid()} (" in told["lock"][0]


def test_who_runs_it_just_now_is_named(found: Path) -> None:
    with run_lock(found, clock=now):
        told = harm(found)
    assert list(told) == ["run"]
    assert f"(process {os.getpid()} on {platform.node()}, since 2" in told["run"][0]


def test_a_clock_that_was_turned_back_is_found(found: Path) -> None:
    condition = Condition(replace(MACHINE, now=datetime(2025, 1, 1, tzinfo=UTC)), found, of_archive(found))
    (check,) = (one for one in examined(condition) if one.name == "clock")
    assert check.finding.state == "fault"
    assert "the newest capture is of" in check.finding.message


def test_a_manifest_that_is_none_is_found_and_the_rest_is_still_looked_at(found: Path) -> None:
    (found / "manifests/manifest.db").write_bytes(b"words, words, words" * 100)
    told = harm(found)
    assert list(told) == ["manifest"]
    assert "is not a manifest" in told["manifest"][0]
    (found / "manifests/manifest.db").unlink()
    (check,) = (one for one in examined(Condition(MACHINE, found, of_archive(found))) if one.name == "manifest")
    assert "archiver rebuild" in check.finding.advice


def test_rights_that_are_not_as_they_should_be_are_found(found: Path) -> None:
    (found / "manifests/manifest.db").chmod(0o666)
    assert "can be changed by anybody" in harm(found)["permissions"][0]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("watch.toml", "[settings]\ndelay_seconds = \n"),
        ("watch.toml", "[settings]\ndelay_seconds = 'two'\n"),
        ("watch.toml", "[[job]]\nname = 'a'\nurls = ['http://a.example/']\nevry = '1d'\n"),
        ("publishers.toml", "[[publisher]]\nhosts = ['a.example']\n"),
        ("publishers.toml", "[[publisher]]\nname = 'A'\nhost = 'a.example'\n"),
    ],
)
def test_a_mistake_in_a_settings_file_is_found_with_its_place(found: Path, file: str, words: str) -> None:
    (found / "manifests" / file).write_text(words)
    (told,) = said(machine(found, ENVIRON), {"settings"})["settings"]
    assert str(found / "manifests" / file) in told


def test_mistakes_in_the_environment_are_found(found: Path) -> None:
    environ = {
        "ARCHIVER_ALLOW": "10.0.0.1:80, here",
        "ARCHIVER_DELAY_SECONDS": "two",
        "ARCHIVER_CONFIG": "/nonexistent",
    }
    told = said(machine(found, environ), {"settings"})["settings"]
    assert len(told) == 2
    assert "ARCHIVER_DELAY_SECONDS" in told[0]
    assert "'here'" in told[1]


def test_a_list_of_authorities_that_cannot_be_read_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    (check,) = (one for one in examined(machine(tmp_path, ENVIRON)) if one.name == "certificates")
    assert "certificates to trust cannot be read" in check.finding.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to everything")
def test_an_archive_that_cannot_be_written_to_is_looked_at_all_the_same(found: Path) -> None:
    for path in (*found.rglob("*"), found):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert list(harm(found)) == ["permissions"]
    finally:
        for path in (found, *found.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)
