from __future__ import annotations

import json
import shutil
from pathlib import Path

from archiver.errors import Exit
from tests.cli.test_commands import archiver, lines


def test_a_file_is_sealed_once_and_what_follows_goes_into_another(demo: Path, tmp_path: Path) -> None:
    folder = str(shutil.copytree(demo, tmp_path / "copy"))
    [sealed] = lines(archiver("seal", "--archive", folder, "--json"))
    path = Path(folder, "archive", str(sealed["warc"]))
    assert sealed["length"] == path.stat().st_size
    again = archiver("seal", "--archive", folder)
    assert (again.returncode, again.stdout) == (Exit.DONE, "")
    assert "no unsealed file" in again.stderr
    assert json.loads(archiver("verify", "--archive", folder, "--json").stdout)["problems"] == []


def test_where_there_is_no_archive_none_is_made(tmp_path: Path) -> None:
    assert archiver("seal", "--archive", str(tmp_path)).returncode == Exit.NO_ARCHIVE
    assert not list(tmp_path.iterdir())
