"""archiver serve: a real process, asked over loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from archiver.errors import Exit
from archiver.manifest.opening import MANIFEST
from tests.cli.nobody import as_nobody
from tests.serving import serving


def test_the_address_it_prints_is_the_front_door(demo: Path) -> None:
    with serving(demo) as (address, _):
        assert address.endswith("/-/archiver")
        answer = httpx.get(address)
    assert answer.status_code == 200
    assert "Where did this come from?" in answer.text


def test_behind_a_proxy_every_address_has_its_prefix(demo: Path) -> None:
    with serving(demo, "--base-url", "sources") as (address, _):
        assert address.endswith("/sources/-/archiver")
        answer = httpx.get(address)
    assert 'action="/sources/-/archiver"' in answer.text


def test_ctrl_c_ends_it(demo: Path) -> None:
    with serving(demo) as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, -signal.SIGINT, Exit.INTERRUPTED)


def test_it_answers_to_names_of_this_machine_alone_and_to_those_that_it_is_given(demo: Path) -> None:
    with serving(demo, "--allow-host", "archive.example") as (address, _):
        port = address.split(":")[2].split("/")[0]
        told = {
            host: httpx.get(address, headers={"Host": host}).status_code
            for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "archive.example", "evil.example", f"evil.example:{port}", "")
        }  # fmt: skip
        queried = httpx.get(f"http://127.0.0.1:{port}/manifest.json", headers={"Host": "evil.example"})
    assert list(told.values()) == [200, 200, 200, 200, 421, 421, 421]
    assert queried.status_code == 421


def test_its_owner_may_ask_in_sql(demo: Path) -> None:
    with serving(demo) as (address, _):
        home = address.removesuffix("/-/archiver")
        answer = httpx.get(f"{home}/manifest.json", params={"sql": "select 6 * 7 as n", "_shape": "array"})
    assert answer.json() == [{"n": 42}]


def test_whoever_else_can_reach_it_may_not_and_the_owner_is_told(demo: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "archiver", "serve", "-A", str(demo), "--port", "0", "--host", "127.0.0.2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        home = process.stdout.readline().strip().removesuffix("/-/archiver")
        said = ""
        for line in process.stderr:
            said += line
            if "running on" in line:
                break
        assert "archiver export snapshot" in said
        assert httpx.get(f"{home}/manifest.json", params={"sql": "select 1"}).status_code == 403
        assert httpx.get(f"{home}/manifest.db").status_code == 403
    finally:
        process.kill()
        process.communicate()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archiver", "serve", *arguments],
        capture_output=True, text=True, timeout=60, check=False, env=os.environ,
    )  # fmt: skip


def test_a_port_that_is_taken_is_said_and_what_to_do(demo: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("-A", str(demo), "--port", str(taken.getsockname()[1]))
    assert ended.returncode == Exit.USAGE
    assert "nothing can listen at 127.0.0.1" in ended.stderr
    assert "another program listens there" in ended.stderr
    assert "Name another --port" in ended.stderr


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("nohost.invalid", "no address is known of the host nohost.invalid"),
        ("a..example", "no address is known of the host a..example"),
        ("192.0.2.7", "nothing can listen at 192.0.2.7, port 8001: this machine has no such address"),
    ],
)
def test_a_host_that_cannot_be_listened_at_is_no_matter_of_ports(demo: Path, host: str, said: str) -> None:
    ended = run("-A", str(demo), "--host", host)
    assert ended.returncode == Exit.USAGE
    assert said in ended.stderr
    assert "127.0.0.1 for yourself alone" in ended.stderr
    assert "--port" not in ended.stderr


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "٣"])
def test_a_port_that_is_none_is_said_to_be_none(demo: Path, port: str) -> None:
    ended = run("-A", str(demo), f"--port={port}")
    assert ended.returncode == Exit.USAGE
    assert "is no port: a number from 0 to 65535" in ended.stderr


def test_where_there_is_no_archive_nothing_is_served(tmp_path: Path) -> None:
    ended = run("-A", str(tmp_path))
    assert ended.returncode == Exit.NO_ARCHIVE
    assert ended.stdout == ""


# ── as another user ──


@pytest.fixture
def theirs(demo: Path, interpreter: list[str]) -> Iterator[Path]:
    """A copy of the demo's archive that only its owner may write to, where others can get at it."""
    assert interpreter
    with tempfile.TemporaryDirectory(prefix="archiver-theirs-") as place:
        folder = Path(shutil.copytree(demo, Path(place) / "archive"))
        with closing(sqlite3.connect(folder / MANIFEST)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        for path in (Path(place), *Path(place).rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder


@contextmanager
def served(folder: Path, interpreter: list[str], *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*interpreter, "-m", "archiver", "serve", "-A", str(folder), "--port", "0", *options],
        **as_nobody(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_who_may_not_write_to_the_folder_is_shown_it_as_it_is_now(theirs: Path, interpreter: list[str]) -> None:
    stood = sorted(path.name for path in theirs.rglob("*"))
    with served(theirs, interpreter) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "running on" in line:
                break
        assert "seen after a restart" in "".join(said)
        address = next(line.strip() for line in said if line.startswith("http"))
        answer = httpx.get(address)
        assert answer.status_code == 200
        assert "Where did this come from?" in answer.text
        assert httpx.get(address.replace("/-/archiver", "/manifest/captures.json")).status_code == 200
    assert sorted(path.name for path in theirs.rglob("*")) == stood


def test_where_somebody_else_has_not_folded_their_log_it_is_said_what_to_do(
    theirs: Path, interpreter: list[str]
) -> None:
    log = theirs / f"{MANIFEST}-wal"
    with closing(sqlite3.connect(theirs / MANIFEST, isolation_level=None)) as writer:
        writer.execute("create table a_change (one)")
        kept = log.read_bytes()
    log.write_bytes(kept)
    log.chmod(0o644)
    with served(theirs, interpreter) as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == Exit.FAILED
    assert "cannot be read" in said
    assert "archiver export snapshot" in said
    assert "Traceback" not in said
