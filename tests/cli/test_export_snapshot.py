"""archiver export snapshot: what it says, how it ends, and what Datasette serves of it to whom."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archiver.demo.web import REPOST
from tests.cli.nobody import as_nobody
from tests.cli.printed import run


@pytest.fixture
def here(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARCHIVER_HOME", str(demo))
    return demo


@pytest.mark.usefixtures("here")
def test_it_is_said_what_is_in_it_what_is_not_and_how_to_look_at_it(tmp_path: Path) -> None:
    said = run("export", "snapshot", str(tmp_path / "out"))
    assert said.code == 0
    lines = said.out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "snapshot",
        "sha256",
        "holds",
        "as of",
        "left out",
        "to look at it",
    ]
    assert "4 documents, 4 captures, " in lines[2]
    assert "headers of answers (9)" in lines[4]
    assert lines[-1] == f"to look at it   datasette {tmp_path / 'out'}"
    assert "before you publish it" in said.err
    assert run("export", "snapshot", str(tmp_path / "out"), "-q").err == ""


@pytest.mark.usefixtures("here")
def test_the_same_as_one_object(tmp_path: Path) -> None:
    said = run("export", "snapshot", str(tmp_path / "out"), "--without-texts", "--json")
    (line,) = said.out.splitlines()
    found = json.loads(line)
    assert found["database"] == str(tmp_path / "out" / "manifest.db")
    assert found["bytes"] == (tmp_path / "out" / "manifest.db").stat().st_size
    assert (found["texts"], found["left_out"]["texts"], found["figures"]["documents"]) == (False, 4, 4)
    assert found["log"].startswith("archiver/")
    assert found["sequence"] > 0


@pytest.mark.usefixtures("here")
def test_errors_say_what_to_do_next(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    refused = run("export", "snapshot", str(tmp_path))
    assert (refused.code, refused.out) == (2, "")
    assert "no snapshot of archiver; nothing was done" in refused.err
    assert "Name a new or an empty folder." in refused.err
    assert run("export", "snapshot", str(tmp_path / "notes.txt")).code == 2
    assert run("export", "snapshot", str(tmp_path / "notes.txt" / "out")).code == 4
    assert run("export", "snapshot", str(tmp_path / "out"), "-A", str(tmp_path)).code == 10
    assert run("export", "snapshot").code == 2
    (tmp_path / "out").mkdir()
    lock = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert run("export", "snapshot", str(tmp_path / "out")).code == 11
    os.close(lock)
    assert run("export", "snapshot", str(tmp_path / "out")).code == 0


def test_the_archive_is_not_written_to(demo: Path, tmp_path: Path) -> None:
    archive = Path(shutil.copytree(demo, tmp_path / "archive"))
    for path in archive.rglob("*-wal"):
        path.unlink()

    def there() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes()
            for path in archive.rglob("*")
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }

    before = there()
    assert run("withdraw", "--dry-run", REPOST, "-A", str(archive)).code == 0
    assert run("export", "snapshot", str(tmp_path / "out"), "-A", str(archive)).code == 0
    assert there() == before


# ── as another user ──


@contextmanager
def served(folder: Path, interpreter: list[str]) -> Iterator[int]:
    """A real Datasette over a folder, as a user who may write nowhere; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*interpreter, "-m", "datasette", str(folder), "-p", str(port)]
    process = subprocess.Popen(command, **as_nobody(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)


def got(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def public(demo: Path, interpreter: list[str]) -> Iterator[Path]:
    """A snapshot that only its owner may write to, where others can get at it."""
    assert interpreter
    with tempfile.TemporaryDirectory(prefix="archiver-public-") as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "public"
        before = os.umask(0o077)
        try:
            assert run("export", "snapshot", str(folder), "-A", str(demo)).code == 0
        finally:
            os.umask(before)
        yield folder


def test_another_user_serves_it_as_it_is_and_no_sql(public: Path, interpreter: list[str]) -> None:
    stood = sorted(path.name for path in public.iterdir())
    with served(public, interpreter) as port:
        status, page = got(port, "/manifest/documents")
        assert (status, b"4 rows" in page) == (200, True)
        status, data = got(port, "/manifest/documents.json?_shape=array")
        assert (status, len(json.loads(data))) == (200, 4)
        assert got(port, "/manifest/texts.json?_search=ferry&_shape=array")[0] == 200
        for path in ("/manifest.json?sql=select+1", "/manifest?sql=select+1", "/manifest.csv?sql=select+1"):
            assert got(port, path)[0] == 403, path
        (said,) = json.loads(got(port, "/-/databases.json")[1])
        assert (said["name"], said["is_mutable"]) == ("manifest", False)
        assert got(port, "/manifest.db") == (200, (public / "manifest.db").read_bytes())
    assert sorted(path.name for path in public.iterdir()) == stood


def test_the_file_alone_opens_for_another_user_both_ways(public: Path, interpreter: list[str]) -> None:
    path = str(public / "manifest.db")
    for options in ((path,), ("-i", path)):
        done = subprocess.run(
            [*interpreter, "-m", "datasette", *options, "--get", "/manifest/captures.json?_shape=array"],
            **as_nobody(),
            capture_output=True,
            check=True,
        )
        assert len(json.loads(done.stdout)) == 8
