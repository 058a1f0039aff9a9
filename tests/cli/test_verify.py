"""The verb: what its options ask for, what it says, how it ends, and what it leaves in the history."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archiver.cli.main import build
from archiver.errors import UsageError
from archiver.manifest.checks import last_reads
from archiver.manifest.opening import open_read_only


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
