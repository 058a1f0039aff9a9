"""`archiver run` where it cannot begin or breaks off: what is said, who is told, and what nothing is made of."""

from __future__ import annotations

import http.server
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archiver.cli import _output
from archiver.cli._fetching import fetch_settings
from archiver.cli._running import Alarm, measured
from archiver.config import WATCH, Settings
from archiver.demo.web import answering
from archiver.errors import Exit, Locked, Unwritable
from archiver.jobs.run import Run
from archiver.model.date import now
from archiver.model.run import Visited
from archiver.pipeline import Archive
from archiver.runlock import run_lock
from archiver.watch.read import checked
from tests.cli.printed import Said, run
from tests.jobs.world import Notes, World, job

PING = "http://hc.example/secret"


@dataclass
class Hook:
    """Who is pinged: on which port, and what came."""

    port: int = 0
    came: list[tuple[str, str]] = field(default_factory=list)

    @property
    def online(self) -> tuple[str, ...]:
        return ("--connect-to", f"::127.0.0.1:{self.port}", "--delay", "0.01")


@pytest.fixture
def hook() -> Iterator[Hook]:
    told = Hook()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, text: str) -> None:
            told.came.append((self.path, text))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    with answering(Handler) as told.port:
        yield told


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_output, "verbosity", 0)
    monkeypatch.setattr(_output, "logged", None)
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    (folder / "manifests").mkdir(parents=True)
    (folder / WATCH).write_text(job("my press", ["http://news.example/a"]))
    return folder


def ran(folder: Path, *arguments: str) -> Said:
    return run("run", "--archive", str(folder), *arguments)


@pytest.mark.parametrize("url", ["http://[::1", "foo", "ftp://hc.example/", "http://", "hc.example/uuid"])
def test_a_ping_that_is_no_address_is_said_before_anything_is_done(url: str, desk: Path) -> None:
    said = ran(desk, "--ping", url)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert said.err.startswith("archiver: --ping: ")
    assert not (desk / "archive").exists()


def test_a_disk_that_is_not_mounted_is_no_empty_watch_list(tmp_path: Path, hook: Hook) -> None:
    said = ran(tmp_path / "none", "--quiet", "--ping", PING, *hook.online)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert "there is no watch list" in said.err
    assert "is its disk mounted?" in said.err
    ((path, text),) = hook.came
    assert (path, text) == (
        "/secret/fail", "the run did not begin: there is no watch list: none/manifests/watch.toml does not exist",
    )  # fmt: skip
    assert not (tmp_path / "none").exists()


def test_all_mistakes_of_the_file_are_named_at_once_and_told(desk: Path, hook: Hook) -> None:
    (desk / WATCH).write_text("[settings]\ndelay_secondss = 3\n" + job("a", ["news.example"]))
    said = ran(desk, "--ping", PING, *hook.online)
    assert said.code == Exit.USAGE
    assert [line.split(", ")[1][:6] for line in said.err.splitlines()[:2]] == ["line 2", "line 5"]
    ((path, text),) = hook.came
    assert path == "/secret/fail"
    assert "desk/manifests/watch.toml, line 2: delay_secondss is not known" in text
    assert str(desk.parent) not in text


def test_an_archive_that_cannot_be_written_to_is_told(desk: Path, hook: Hook) -> None:
    (desk / "archive").write_text("in the way")
    said = ran(desk, "--ping", PING, *hook.online)
    assert said.code == Exit.FAILED
    ((path, text),) = hook.came
    assert path == "/secret/fail"
    assert "cannot be written to" in text


def test_who_finds_another_run_at_work_tells_nobody(desk: Path, hook: Hook) -> None:
    with run_lock(desk, clock=now):
        assert ran(desk, "--ping", PING, *hook.online).code == Exit.LOCKED
    assert hook.came == []


def test_what_would_be_visited_is_told_to_nobody_but_the_person(desk: Path, hook: Hook) -> None:
    (desk / WATCH).write_text(job("a", ["http://news.example/a", "http://news.example/b"]))
    first = ran(desk, *hook.online)
    assert first.code in (Exit.DONE, Exit.PARTLY), first.err
    hook.came.clear()
    due, everything = ran(desk, "--dry-run", "--ping", PING), ran(desk, "--dry-run", "--all", "--ping", PING)
    assert (due.code, everything.code, due.out) == (0, 0, "")
    assert "0 of 2 addresses due" in due.err
    assert [line.split()[1] for line in everything.out.splitlines()] == [
        "http://news.example/a",
        "http://news.example/b",
    ]
    assert hook.came == []


def test_where_every_job_rests_that_is_said_and_the_ping_comes_all_the_same(desk: Path, hook: Hook) -> None:
    assert run("watch", "pause", "my press", "--archive", str(desk)).code == 0
    said = ran(desk, "--ping", PING, *hook.online)
    assert (said.code, said.out) == (0, "nothing is due; next due: nothing\n")
    assert f"every job of {desk / WATCH} rests" in said.err
    assert [path for path, _ in hook.came] == ["/secret/start", "/secret"]
    assert "`archiver watch resume 'my press'` wakes it" in ran(desk, "my press", *hook.online).err


@pytest.mark.parametrize("arguments", [(), ("--max-time", "soon"), ("nojob",)])
def test_a_log_is_a_log_from_the_start(arguments: tuple[str, ...], desk: Path) -> None:
    if not arguments:
        (desk / WATCH).write_text('[[job]]\nname = "a"\n')
    said = ran(desk, "--log-format", "json", *arguments)
    assert said.code == Exit.USAGE
    events = [json.loads(line) for line in said.err.splitlines()]
    assert {(event["level"], event["event"]) for event in events} == {("error", "error")}


@pytest.mark.parametrize("name", ["", "."])
def test_figures_go_to_a_file(name: str, desk: Path) -> None:
    said = ran(desk, "--metrics", name)
    assert said.code == Exit.USAGE
    assert "--metrics must name a file" in said.err


@pytest.mark.parametrize("name", ["nojob", "http://news.example/a"])
def test_what_is_no_job_is_said_with_those_that_there_are(name: str, desk: Path) -> None:
    said = ran(desk, name)
    assert said.code == Exit.USAGE
    assert f"has no job of the name {name!r}" in said.err
    assert "The jobs are: my press." in said.err


def full(_one: Visited) -> None:
    """What breaks a run off with its first visit."""
    raise Unwritable("the disk is full")


def test_a_run_that_breaks_off_writes_its_figures_and_its_own_watchers_tell(tmp_path: Path, hook: Hook) -> None:
    said: list[str] = []
    heard = fetch_settings(Settings(), [hook.online[1]], None)

    def go(world: World, archive: Archive) -> None:
        fetching = fetch_settings(Settings(), world.connects(), None)
        jobs, _ = checked(world.watch)
        with Alarm(tmp_path, PING, heard, said.append) as alarm:
            alarm.run = Run(archive, jobs, lambda _job: fetching, (Notes(seen=full),))
            with measured(alarm.run, world.folder, tmp_path / "run.prom", said.append):
                alarm.run.go()

    watch = job("press", ["http://news.example/a"])
    with World(tmp_path / "desk", watch) as world, world.opened() as archive, pytest.raises(Unwritable):
        go(world, archive)
    figures = (tmp_path / "run.prom").read_text()
    assert 'archiver_run_ending{ending="broken"} 1\n' in figures
    assert 'archiver_run_ending{ending="done"} 0\n' in figures
    assert (said, hook.came) == ([], [])


def test_an_alarm_names_no_secret_where_nobody_hears_it(tmp_path: Path) -> None:
    said: list[str] = []
    nobody = fetch_settings(Settings(), ["::127.0.0.1:1"], None)
    with pytest.raises(Unwritable), Alarm(tmp_path, PING, nobody, said.append):
        raise Unwritable("the disk is full")
    assert len(said) == 1
    assert "the ping to hc.example did not arrive" in said[0]
    assert "secret" not in said[0]
    with pytest.raises(Locked), Alarm(tmp_path, PING, nobody, said.append):
        raise Locked("somebody else is at work")
    assert len(said) == 1
