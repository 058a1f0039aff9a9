"""archiver export site: what it says, and what it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from archiver.demo.web import ORIGINAL
from archiver.errors import Exit


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archiver", "export", "site", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_it_says_where_the_site_begins_what_it_holds_and_to_look_it_through(demo: Path, tmp_path: Path) -> None:
    ended = run(str(tmp_path / "out"), "-A", str(demo))
    assert ended.returncode == Exit.DONE
    assert str(tmp_path / "out/index.html") in ended.stdout
    assert "4 documents, 4 archived pages within it" in ended.stdout
    assert "before you publish it" in ended.stderr


def test_as_json_it_is_one_object(demo: Path, tmp_path: Path) -> None:
    ended = run(str(tmp_path / "out"), "-A", str(demo), "--json", "--without-copies")
    said = json.loads(ended.stdout)
    assert (said["documents"], said["copies"], said["site"]) == (4, 0, str(tmp_path / "out"))


def test_a_part_comes_with_its_chain(demo: Path, tmp_path: Path) -> None:
    ended = run(str(tmp_path / "out"), ORIGINAL, "-A", str(demo))
    assert ended.returncode == Exit.DONE
    assert "4 documents" in ended.stdout


def test_what_finds_nothing_writes_nothing(demo: Path, tmp_path: Path) -> None:
    ended = run(str(tmp_path / "out"), "https://nobody.example/at-all", "-A", str(demo))
    assert ended.returncode == Exit.FAILED
    assert "nobody.example" in ended.stderr
    assert "Nothing was written" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_elses_is_left_alone(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    ended = run(str(tmp_path), "-A", str(demo))
    assert ended.returncode == Exit.USAGE
    assert "no site of archiver" in ended.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["letter"]
