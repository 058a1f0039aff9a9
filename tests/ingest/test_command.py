"""archiver import, from the command line: what it prints where, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.errors import Exit
from tests.ingest.making import PAGE, URL, arc, theirs, wacz


def archiver(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archiver", "import", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "ARCHIVER_CONFIG": "/nonexistent"},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = theirs()
    for name, content in {
        "good.warc.gz": data, "cut.warc.gz": data[:-40], "some.arc": arc(), "some.wacz": wacz(), "words": b"words alone",
        "broken.wacz": wacz({"archive/some.warc.gz": b"nothing"}), "page.html": b"<html>" + PAGE,
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(
    ("names", "ended", "said"),
    [
        (["good.warc.gz", "some.wacz"], Exit.DONE, ""),
        (["cut.warc.gz"], Exit.PARTLY, "nothing after it was read"),
        (["good.warc.gz", "words"], Exit.PARTLY, "no WARC record begins there"),
        (["words"], Exit.FAILED, "no WARC record begins there"),
        (["broken.wacz"], Exit.FAILED, "no WARC record begins there"),
        (["page.html"], Exit.FAILED, "--captured-at"),
        (["page.html", "--url", URL], Exit.USAGE, "the time when it was had"),
        (["page.html", "--url", "gopher://x", "--captured-at", "2024-05-17"], Exit.USAGE, "--url"),
        (["page.html", "--url", URL, "--captured-at", "in May"], Exit.USAGE, "--captured-at: not a date"),
        (["page.html", "some.arc", "--url", URL, "--captured-at", "2024-05-17"], Exit.USAGE, "one file"),
        (["page.html", "--url", URL, "--captured-at", "2024-05-17"], Exit.DONE, ""),
    ],
)
def test_how_an_import_ends_and_what_it_says(folder: Path, names: list[str], ended: Exit, said: str) -> None:
    files = [folder / name if (folder / name).exists() else name for name in names]
    done = archiver("--dry-run", *files)
    assert (done.returncode, "Traceback" in done.stderr) == (ended, False)
    assert said in done.stderr
    assert bool(done.stderr) is bool(said)
    assert not (folder / "archive").exists()


def test_what_a_person_and_a_program_are_told(folder: Path) -> None:
    done = archiver("-A", folder / "a", "--json", folder / "some.arc", folder / "broken.wacz", folder / "good.warc.gz")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == Exit.PARTLY
    assert (first["records"], first["captures"], first["problems"], first["remarks"]) == (6, 3, [], [])
    assert second["problems"] == [
        {"offset": 0, "message": second["problems"][0]["message"], "part": "archive/some.warc.gz"}
    ]
    assert third["captures"] == 3
    again = archiver("-A", folder / "a", folder / "some.arc")
    assert again.stdout == f"{folder / 'some.arc'}: 6 records, 0 captures, 6 already here\n"
