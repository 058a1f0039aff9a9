from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.errors import Exit
from archiver.manifest.opening import MANIFEST
from tests.cli.test_commands import archiver


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "copy"))


def test_it_says_what_it_read_and_that_nothing_has_changed(copy: Path) -> None:
    done = archiver("rebuild", "--archive", str(copy))
    assert (done.returncode, done.stderr) == (Exit.DONE, "")
    assert "4 captures of pages" in done.stdout
    assert "says what it said before" in done.stdout


def test_it_says_in_which_tables_the_manifest_before_said_otherwise(copy: Path) -> None:
    with closing(sqlite3.connect(copy / MANIFEST)) as connection:
        connection.execute("delete from findings")
        connection.commit()
    assert "findings (2 new)" in archiver("rebuild", "--archive", str(copy)).stdout


def test_damage_is_told_by_file_and_place_and_is_an_integrity_failure(copy: Path) -> None:
    [path] = (copy / "archive").glob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 8
    path.write_bytes(data)
    done = archiver("rebuild", "--archive", str(copy))
    assert done.returncode == Exit.INTEGRITY
    assert "stays as it was" in done.stdout
    assert f"lost  {path.name} at " in done.stdout
    assert "--accept-loss" in done.stderr
    told = json.loads(archiver("rebuild", "--archive", str(copy), "--accept-loss", "--json").stdout)
    assert told["replaced"]
    assert told["losses"][0]["warc"] == path.name
    assert Path(told["aside"]).is_file()


def test_a_folder_without_an_archive_is_said_to_be_none(tmp_path: Path) -> None:
    done = archiver("rebuild", "--archive", str(tmp_path))
    assert done.returncode == Exit.NO_ARCHIVE
    assert not list(tmp_path.iterdir())
