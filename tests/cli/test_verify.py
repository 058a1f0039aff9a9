"""The verb: what its options ask for, what it says, how it ends, and what it leaves in the history."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archiver.cli import _output
from archiver.cli.main import build
from archiver.errors import UsageError
from archiver.manifest import schema
from archiver.manifest.checks import last_reads
from archiver.manifest.opening import MANIFEST, open_read_only


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "copy")
    return tmp_path / "copy"


def run(folder: Path, *arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(build(["verify"]), ["verify", "-A", str(folder), *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def harmed(folder: Path) -> None:
    (path,) = (folder / "archive").glob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)


def test_every_level_says_what_it_checked_and_the_history_keeps_it(copy: Path) -> None:
    said = [run(copy, "--level", level) for level in ("quick", "index", "bytes", "full")]
    assert [code for code, _ in said] == [0, 0, 0, 0]
    assert "1 file checked at level quick: all as written" in said[0][1]
    assert "statements checked at level index" in said[1][1]
    with open_read_only(copy) as connection:
        (reads,) = last_reads(connection).values()
    assert set(reads) == {"bytes", "full"}


def test_harm_is_told_and_put_back_from_another_copy(copy: Path, demo: Path) -> None:
    harmed(copy)
    code, said = run(copy)
    assert (code, "record-digest" in said) == (5, True)
    code, said = run(copy, "--against", demo, "--json")
    report = json.loads(said)
    assert (code, [one["number"] for one in report["problems"]]) == (5, [107])
    code, said = run(copy, "--repair-from", demo)
    assert (code, "put back from another copy" in said) == (0, True)
    assert run(copy, "--level", "full")[0] == 0
    assert json.loads(run(copy, "--repair-from", demo, "--json")[1])["repaired"] == []


def test_a_part_and_what_was_read_lately_are_left_out(copy: Path) -> None:
    harmed(copy)
    assert run(copy, "--subset", "2/2")[0] == 0
    assert run(copy, "--subset", "1/2", "--json")[0] == 5
    assert run(copy, "--older-than", "30d")[0] == 5  # it was read, and was not right


def test_a_head_that_was_kept_elsewhere_is_one_of_this_log(copy: Path, tmp_path: Path) -> None:
    (path,) = (copy / "archive" / "checkpoints").iterdir()
    assert run(copy, "--level", "quick", "--head", path)[0] == 0
    origin, size, *_ = path.read_text().split("\n")
    forged = tmp_path / "head"
    forged.write_text(f"{origin}\n{size}\n{'A' * 43}=\n")
    code, said = run(copy, "--level", "quick", "--head", forged)
    assert (code, "head-inconsistent" in said) == (5, True)


def test_what_agrees_is_said_and_nothing_is_where_quiet(copy: Path, demo: Path) -> None:
    (path,) = (copy / "archive" / "checkpoints").iterdir()
    code, said = run(copy, "--head", path, "--against", demo)
    assert code == 0
    assert f"the log goes on from {path} (" in said
    assert "it has the same statements, and the same bytes of 1 WARC file" in said
    assert "nothing was due" in run(copy, "--older-than", "1h")[1]
    try:
        assert run(copy, "-q") == (0, "")
    finally:
        _output.verbosity = 0


def test_what_to_do_next_is_said_once_for_each_code(copy: Path) -> None:
    for path in (copy / "archive").glob("*.warc.gz"):
        data = bytearray(path.read_bytes())
        data[5000] ^= 1
        data[20000] ^= 1
        path.write_bytes(data)
    code, said = run(copy)
    assert (code, said.count("--repair-from COPY"), "2 problems" in said) == (5, 1, True)
    assert "--repair-from" in json.loads(run(copy, "--json")[1])["advice"]["record-digest"]


def test_of_an_archive_from_before_the_log_it_is_said_that_nothing_was_checked(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    (folder / "archive").mkdir(parents=True)
    (folder / "manifests").mkdir()
    with closing(sqlite3.connect(folder / MANIFEST)) as connection:
        for script in schema.scripts()[: schema.LOG_SINCE - 1]:
            connection.executescript(script.read_text("utf-8"))
        connection.execute(f"pragma user_version = {schema.LOG_SINCE - 1}")
    before = (folder / MANIFEST).read_bytes()
    code, said = run(folder, "--level", "index")
    assert (code, "nothing of the log could be checked: archiver migrate" in said, "all as written" in said) == (
        0,
        True,
        False,
    )
    assert (folder / MANIFEST).read_bytes() == before  # a check brings up no schema, and notes nothing


@pytest.mark.parametrize(
    "arguments",
    [
        ("--level", "some"),
        ("--subset", "3"),
        ("--subset", "4/3"),
        ("--older-than", "soon"),
        ("--level", "quick", "--subset", "1/2"),
        ("--level", "deep", "--older-than", "1d"),
        ("--head", "nowhere"),
        ("--level", "index", "--repair-from", "."),
        ("--repair-from", "nowhere"),
    ],
)
def test_what_cannot_be_asked_for_is_said(arguments: tuple[str, ...], copy: Path) -> None:
    harmed(copy)
    with pytest.raises(UsageError):
        run(copy, *arguments)
