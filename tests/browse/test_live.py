"""An archive that is written to while it is served: each write by a process of its own, several of them between views of the pages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from archiver.manifest.opening import open_read_only
from tests.serving import serving


def withdraw(folder: Path, capture: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "archiver", "withdraw", capture, "--because", "a test", "--by", "A tester", "-A", str(folder)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def looked_at(front: str, home: str) -> None:
    """Every connection that the server has reads something."""
    for _ in range(4):
        assert httpx.get(front).status_code == 200
        assert httpx.get(f"{home}/manifest/documents").status_code == 200


def test_what_another_process_writes_is_what_the_next_view_shows_however_often(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(demo, folder)
    with open_read_only(folder) as connection:
        captures = [row[0] for row in connection.execute("select capture_id from captures where purpose = 'page'")]
    assert len(captures) == 4
    with serving(folder) as (front, process):
        home = front.removesuffix("/-/archiver")
        looked_at(front, home)
        for number, capture in enumerate(captures):
            assert httpx.get(f"{front}/replay/{capture}").status_code == 200
            withdraw(folder, capture)
            assert {httpx.get(f"{front}/replay/{capture}").status_code for _ in range(6)} == {410}, number
            looked_at(front, home)
        if not Path(f"/proc/{process.pid}/fd").is_dir():
            pytest.skip("which files a process has open is not to be seen here")
        opened = [
            str(one.readlink()) for one in Path(f"/proc/{process.pid}/fd").iterdir() if one.exists() or one.is_symlink()
        ]
        assert [name for name in opened if name.endswith("(deleted)") and "manifest" in name] == []
