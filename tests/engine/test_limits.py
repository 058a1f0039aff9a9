"""A worker is held to its limits: what it may use, and what it may do to the machine. The same deeds are done where there are none."""

from __future__ import annotations

import errno
import json
import os
import platform
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.engine.limits import MIB, Limits
from archiver.engine.local import each
from archiver.engine.process import Died, StageBug, Worker, environment
from archiver.engine.seccomp import TABLES, program
from archiver.errors import NoWorker
from tests.engine import stages

FILTERED = sys.platform == "linux" and platform.machine() in TABLES

needs_filter = pytest.mark.skipif(not FILTERED, reason="system calls are filtered on Linux, on two architectures")


@contextmanager
def working(stage: object, limits: Limits | None) -> Iterator[Worker]:
    worker = Worker(limits)
    try:
        worker.open(stage)
        yield worker
    finally:
        worker.kill()


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    path = tmp_path / "precious"
    path.write_bytes(b"words")
    return path


@needs_filter
def test_a_worker_with_limits_may_only_read(precious: Path) -> None:
    with working(stages.trespasses, Limits()) as worker:
        came = {deed: worker.ask((deed, str(precious))) for deed in stages.TRESPASSES}
        assert came == dict.fromkeys(stages.TRESPASSES, b"PermissionError")
    assert precious.read_bytes() == b"words"
    assert list(precious.parent.iterdir()) == [precious]
    assert precious.stat().st_mtime > 1


def test_a_worker_without_limits_may_do_it_all(tmp_path: Path) -> None:
    with working(stages.trespasses, None) as worker:
        for at, deed in enumerate(stages.TRESPASSES):
            path = tmp_path / str(at)
            path.write_bytes(b"words")
            if deed != "become a program":
                assert worker.ask((deed, str(path))) == b"done", deed
        with pytest.raises(Died, match="exit code 0"):
            worker.ask(("become a program", ""))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks /proc")
@pytest.mark.parametrize("limits", [Limits(), None])
def test_a_worker_inherits_its_socket_and_nothing_else(
    limits: Limits | None, precious: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "ARCHIVER_HOME",
        "ARCHIVER_ALLOW",
        "AWS_SECRET_ACCESS_KEY",
        "HTTPS_PROXY",
        "HOME",
        "SSH_AUTH_SOCK",
        "TOKEN",
    ):
        monkeypatch.setenv(name, "a secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with precious.open("r+b") as held:
        os.set_inheritable(held.fileno(), True)  # as files are that some library has opened
        with working(stages.surroundings, limits) as worker:
            told = json.loads(worker.ask(""))
    assert told["environment"]["LC_ALL"] == "C.UTF-8"
    assert "a secret" not in told["environment"].values()
    files = [file for file in told["files"] if not file.startswith("/proc/")]
    assert [file for file in files if not file.startswith("socket:")] == [os.devnull] * (
        3 if limits else 2
    ) or limits is None
    assert len([file for file in files if file.startswith("socket:")]) == 1
    assert str(precious) not in files


def test_what_a_worker_is_told_of_the_environment_is_named() -> None:
    given = {"PATH": "/bin", "LC_TIME": "C", "PYTHONPATH": "/x", "LANG": "C", "PATHS": "/y", "SSL_CERT_FILE": "/z"}
    assert environment(given) == {"PATH": "/bin", "LC_TIME": "C", "PYTHONPATH": "/x", "LANG": "C"}


#: A file that was open all along, in a process that has every limit but the filter.
GROWS = """
import os, sys
sys.path.insert(0, {root!r})
from archiver.engine import limits
limits.seccomp.apply = lambda: False
held = os.open({path!r}, os.O_WRONLY)
limits.Limits().confine()
for deed in (lambda: os.write(held, b"x"), lambda: os.ftruncate(held, 9), lambda: os.write(os.open({path!r} + ".new", os.O_CREAT | os.O_WRONLY), b"x")):
    try:
        print(deed())
    except OSError as why:
        print(why.errno)
"""


def test_where_there_is_no_filter_no_file_can_be_made_longer_than_nothing(precious: Path) -> None:
    code = GROWS.format(root=str(Path(__file__).parents[2]), path=str(precious))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(errno.EFBIG)] * 3
    assert precious.read_bytes() == b"words"


@pytest.mark.parametrize("program", ["/nonexistent/python", "/dev/null", ""])
def test_a_program_that_cannot_be_started_is_no_worker(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program)
    before = sorted(Path("/dev/fd").iterdir())
    with pytest.raises(NoWorker, match="does not start") as raised:
        Worker(Limits())
    assert raised.value.advice
    assert sorted(Path("/dev/fd").iterdir()) == before


SMALL = Limits(memory_bytes=300 * MIB, cpu_seconds=1, wall_seconds=60.0, answer_bytes=MIB // 2)


@pytest.mark.parametrize(
    ("deed", "limits", "how"),
    [
        ("spin", SMALL, "CPU time limit exceeded"),
        ("sleep", replace(SMALL, wall_seconds=0.6), "out of time"),
        ("stutter", replace(SMALL, wall_seconds=0.6), "out of time"),
        ("talk", SMALL, "too long an answer"),
        ("allocate", SMALL, "MemoryError"),
        ("open files", SMALL, "Too many open files"),
    ],
)
def test_what_takes_too_much_is_ended(deed: str, limits: Limits, how: str) -> None:
    start = time.monotonic()
    with working(stages.excesses, limits) as worker:
        process = int(worker.ask("nothing"))
        with pytest.raises((Died, StageBug), match=how):
            worker.ask(deed)
        worker.end()
        assert not Path(f"/proc/{process}").exists()
    assert time.monotonic() - start < 30


def test_without_limits_it_is_not() -> None:
    with working(stages.excesses, None) as worker:
        assert all(worker.ask(deed) for deed in ("talk", "allocate", "open files"))


def test_the_time_is_that_of_one_item() -> None:
    with working(stages.spent, SMALL) as worker:
        assert len({worker.ask(0.7) for _ in range(3)}) == 1


def test_an_item_that_breaks_a_limit_is_lost_and_no_other() -> None:
    def lost(item: str, how: str) -> bytes:
        return f"{item}: {how}".encode()

    items = ["nothing", "sleep", "nothing"]
    with closing(each(stages.excesses, items, lost, 1, replace(SMALL, wall_seconds=0.6))) as answers:
        before, died, after = answers
    assert died == b"sleep: out of time"
    assert before.isdigit()
    assert after.isdigit()


@pytest.mark.parametrize("machine", TABLES)
def test_every_way_through_the_filter_ends_in_an_answer(machine: str) -> None:
    """The program, run here: each call by its number and the flags in its arguments."""
    calls = TABLES[machine]
    rows = list(struct.iter_unpack("=HBBI", program(calls)))

    def run(architecture: int, number: int, *arguments: int) -> bool:
        data = struct.pack("<IIQ", number, architecture, 0) + struct.pack("<6Q", *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
        at, held = 0, 0
        while True:
            code, yes, no, operand = rows[at]
            at += 1
            if code == 0x20:
                (held,) = struct.unpack_from("<I", data, operand)
            elif code == 0x06:
                return operand == 0x7FFF0000
            else:
                so = {0x15: held == operand, 0x35: held >= operand, 0x45: bool(held & operand)}[code]
                at += yes if so else no

    refused = {*calls.network, *calls.processes, *calls.files, *calls.terminal}
    judged = {number: argument for number, argument, _ in calls.judged}
    for number in range(500):
        if number in judged:
            for flags in (0, os.O_RDWR, os.O_WRONLY, os.O_CREAT | os.O_RDONLY, os.O_TRUNC):
                arguments = [0] * 6
                arguments[judged[number]] = flags
                assert run(calls.architecture, number, *arguments) is (flags == 0)
        else:
            assert run(calls.architecture, number) is (number not in refused)
        assert not run(calls.architecture ^ 1, number)
        assert not run(calls.architecture, number | 0x40000000)
