"""archiver serve: a real process, asked over loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from archiver.errors import Exit
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
    assert "--port" in ended.stderr


def test_where_there_is_no_archive_nothing_is_served(tmp_path: Path) -> None:
    ended = run("-A", str(tmp_path))
    assert ended.returncode == Exit.NO_ARCHIVE
    assert ended.stdout == ""
