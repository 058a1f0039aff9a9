"""archiver export site: what it says, and what it ends with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.demo.web import ORIGINAL
from archiver.errors import Exit
from archiver.manifest.opening import open_read_only


def run(*arguments: str, what: str = "site") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archiver", "export", what, *arguments],
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


def test_what_it_took_the_place_of_is_said(demo: Path, tmp_path: Path) -> None:
    first = run(str(tmp_path / "out"), "-A", str(demo), "--without-copies")
    assert "replaced" not in first.stdout
    again = run(str(tmp_path / "out"), "-A", str(demo), "--without-copies")
    assert "replaced        a site of 4 documents" in again.stdout.splitlines()
    assert json.loads(run(str(tmp_path / "out"), "-A", str(demo), "--json").stdout)["replaced"] == 4


@pytest.mark.parametrize("what", ["site", "snapshot"])
@pytest.mark.parametrize("place", ["archive", "archive/public", "manifests/x/y"])
def test_among_the_archives_own_files_nothing_is_put(demo: Path, tmp_path: Path, what: str, place: str) -> None:
    folder = shutil.copytree(demo, tmp_path / "archive")
    before = sorted(folder.rglob("*"))
    ended = run(str(folder / place), "-A", str(folder), what=what)
    assert ended.returncode == Exit.USAGE
    assert "within the archive's own" in ended.stderr
    assert sorted(folder.rglob("*")) == before


def test_servers_of_a_private_network_are_not_named(demo: Path, tmp_path: Path) -> None:
    with open_read_only(demo) as connection:
        peers = {one for (one,) in connection.execute("select peer from exchanges")}
    assert peers == {"127.0.0.1"}
    assert run(str(tmp_path / "out"), "-A", str(demo)).returncode == Exit.DONE
    files = [one for one in (tmp_path / "out").rglob("*") if one.is_file()]
    assert files
    assert not [one.name for one in files if b"127.0.0.1" in one.read_bytes()]
