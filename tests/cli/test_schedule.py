"""archiver schedule, as a person types it."""

from __future__ import annotations

import json
import os
import plistlib
import shlex
from pathlib import Path

import pytest

from archiver.cli import _output
from archiver.cli._scheduling import program
from archiver.config import WATCH
from archiver.errors import Exit
from tests.cli.printed import Said, run
from tests.jobs.world import World, article, job

FLAGS = ("--systemd", "--cron", "--github", "--k8s", "--launchd")
JOBS = ("front pages", "-dash", "100% $x ${{ y }} 'z' \"w\" \\")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive's folder with a watch list, in a home of its own."""
    monkeypatch.setattr(_output, "verbosity", 0)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "a desk"
    for name in JOBS:
        assert run("watch", "add", "https://news.example/", "--job", name, "--archive", str(folder)).code == 0
    return folder


def schedule(verb: str, folder: Path, *arguments: str) -> Said:
    return run("schedule", verb, "--archive", str(folder), *arguments)


def asked(flag: str, *more: str) -> tuple[str, ...]:
    beside = {"--k8s": ("--image", "registry.example/a:1"), "--systemd": ("--user",)}
    return (flag, *beside.get(flag, ()), *more)


WHERE = {
    "--systemd": (".config/systemd/user/archiver-a-desk.service", ".config/systemd/user/archiver-a-desk.timer"),
    "--cron": ("archiver-a-desk.cron",),
    "--github": ("a desk/.github/workflows/archiver-a-desk.yml",),
    "--k8s": ("archiver-a-desk.yaml",),
    "--launchd": ("Library/LaunchAgents/archiver-a-desk.plist",),
}


@pytest.mark.parametrize("flag", FLAGS)
def test_what_is_shown_is_what_is_written_where_the_scheduler_looks(flag: str, desk: Path) -> None:
    shown = schedule("show", desk, *asked(flag))
    assert (shown.code, shown.err) == (0, "")
    paths = [desk.parent / name for name in WHERE[flag]]
    assert not any(path.exists() for path in paths)
    written = schedule("write", desk, *asked(flag))
    assert (written.code, written.err) == (0, "")
    assert written.out.startswith("".join(f"{path} was written\n" for path in paths) + "next:\n  ")
    heads = [f"# {path}\n" if len(paths) > 1 else "" for path in paths]
    assert shown.out == "".join(head + path.read_text("utf-8") for head, path in zip(heads, paths, strict=True))
    again = schedule("write", desk, *asked(flag))
    assert again.out.startswith("".join(f"{path} is as it should be\n" for path in paths))
    assert schedule("write", desk, "--quiet", *asked(flag)).out.count("\n") == len(paths)


@pytest.mark.parametrize("flag", FLAGS)
def test_a_file_that_differs_stays_unless_it_is_forced(flag: str, desk: Path) -> None:
    path = desk.parent / WHERE[flag][-1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine\n")
    said = schedule("write", desk, *asked(flag))
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert f"{path} is there already and differs; nothing was written" in said.err
    assert "--force" in said.err
    assert path.read_text() == "mine\n"
    assert not (desk.parent / WHERE[flag][0]).exists() or len(WHERE[flag]) == 1
    assert schedule("write", desk, "--force", *asked(flag)).code == 0
    assert path.read_text("utf-8") != "mine\n"


def test_the_command_is_one_that_run_understands(desk: Path) -> None:
    said = schedule("show", desk, "--launchd", "--ping", "https://ping.example/", "--", *JOBS)
    words = plistlib.loads(said.out.encode())["ProgramArguments"]
    at = words.index("run")
    assert words[:at] == list(program("archiver", words[0]))
    tried = run("run", "--dry-run", *words[at + 1 :])
    assert tried.code == 0, tried.err


def test_how_often_comes_from_the_watch_list_or_from_the_person(desk: Path) -> None:
    assert "--max-time 330m" in schedule("show", desk, "--cron").out  # a quarter of a day
    assert "--max-time 10m" in schedule("show", desk, "--cron", "--every", "12m").out
    assert "--max-time 7m" in schedule("show", desk, "--cron", "--every", "12m", "--max-time", "7m").out
    run("watch", "add", "https://news.example/x", "--job", "quick", "--every", "1h", "--archive", str(desk))
    assert "--max-time 13m" in schedule("show", desk, "--cron").out
    assert "--max-time 330m" in schedule("show", desk, "--cron", "front pages").out
    assert "--max-time 300m" in schedule("show", desk, "--github", "front pages").out.replace("5h", "300m")


def test_without_a_job_it_is_every_hour_and_that_is_said(desk: Path) -> None:
    (desk / WATCH).write_text("")
    said = schedule("show", desk, "--cron")
    assert said.code == 0
    assert "--max-time 55m" in said.out
    assert "`archiver watch add URL` adds one" in said.err


@pytest.mark.parametrize("verb", ["show", "write"])
def test_without_a_watch_list_nothing_is_written(verb: str, desk: Path) -> None:
    (desk / WATCH).unlink()
    said = schedule(verb, desk, "--cron")
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert "there is no watch list" in said.err
    assert "is its disk mounted?" in said.err
    assert not list(desk.parent.glob("*.cron"))


def test_every_minute_is_a_star_and_a_path_is_written_without_detours(desk: Path) -> None:
    assert "\n* * * * * " in schedule("show", desk, "--cron", "--every", "1m", "--max-time", "1m").out
    shown = schedule("show", desk, "--cron", "--metrics", f"{desk}/../a desk/run.prom").out
    assert shlex.quote(str(desk.resolve() / "run.prom")) in shown


@pytest.mark.parametrize("arguments", [("--every", "1h"), ("--ping", "https://ping.example/"), ("--json", "--cron")])
def test_an_option_that_would_say_nothing_is_refused(arguments: tuple[str, ...], desk: Path) -> None:
    said = schedule("show", desk, *arguments)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert arguments[0] in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--cron", "--launchd"), ("2 schedulers", "Give one of")),
        (("--cron", "--user"), ("--user goes with --systemd alone",)),
        (("--cron", "--image", "x"), ("--image goes with --k8s alone",)),
        (("--systemd", "--user", "--run-as", "x"), ("--run-as does not go with --user",)),
        (("--k8s",), ("no image is named", "--image REGISTRY/NAME:TAG")),
        (("--cron", "--every", "90m"), ("1h or 2h is near",)),
        (("--cron", "--every", "daily"), ("--every:", "is '1d' meant?")),
        (("--cron", "--max-time", "2x"), ("--max-time:",)),
        (("--cron", "--every", "1h", "--max-time", "2h"), ("has not ended when the next one comes",)),
        (("--cron", "--name", "A b"), ("no name for a timer", "--name archiver-desk")),
        (("--cron", "--ping", "x"), ("--ping: 'x' is not an address",)),
        (("--cron", "--metrics", ""), ("--metrics must name a file",)),
        (("--cron", "front page"), ("is 'front pages' meant?",)),
        (("--cron", "--metrics", "a\nb"), ("the metrics file has a character",)),
        (("--github", "--to", "elsewhere"), ("is not in the repository in", "--to names the folder")),
    ],
)
def test_each_mistake_says_what_to_do(arguments: tuple[str, ...], words: tuple[str, ...], desk: Path) -> None:
    for verb in ("show", "write"):
        said = schedule(verb, desk, *arguments)
        assert (said.code, said.out) == (Exit.USAGE, "")
        for part in words:
            assert part in said.err
    assert sorted(path.name for path in desk.parent.iterdir()) == ["a desk"]


def test_which_scheduler_is_meant_must_be_said(desk: Path) -> None:
    said = schedule("write", desk)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert "no scheduler is named" in said.err
    assert "--systemd --cron --github --k8s --launchd" in said.err


def test_without_a_scheduler_it_shows_when_the_jobs_are_due(desk: Path) -> None:
    shown = schedule("show", desk)
    assert shown.code == 0
    assert shown.out.splitlines()[:3] == ["job front pages", "  due now  1 of 1", "  next     at the next run"]
    assert shown.out.splitlines()[-1] == "last run   never (archiver run)"
    due = [json.loads(line) for line in schedule("show", desk, "--json").out.splitlines()]
    assert [(one["job"], one["due"], one["next"]) for one in due] == [(name, 1, None) for name in JOBS]
    assert not (desk / "archive").exists()


def test_it_says_what_is_not_there_and_how_the_last_run_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_output, "verbosity", 0)
    urls = [f"http://news.example/{name}" for name in ("a", "b", "c")]
    with World(tmp_path, job("press", urls)) as world:
        world.put(urls[0], article("The quay"))
        (tmp_path / "manifests").mkdir()
        (tmp_path / WATCH).write_text(world.watch)
        world.run()
    told = schedule("show", tmp_path).out.splitlines()
    assert told[3] == "  missing  2 gone (-v names them)"
    assert told[-1] == "last run   2026-05-04T06:00:00Z: done"
    (line,) = map(json.loads, schedule("show", tmp_path, "--json").out.splitlines())
    assert line["not_there"] == {"gone": 2}
    told = schedule("show", tmp_path, "-v").out.splitlines()
    assert told[3:6] == ["  missing  2 gone", f"    gone     {urls[1]}", f"    gone     {urls[2]}"]


def test_a_folder_that_is_not_there_is_named(desk: Path) -> None:
    said = schedule("show", desk / "none", "--cron")
    assert said.code == Exit.USAGE
    assert f"there is no folder {desk / 'none'}" in said.err


def test_mistakes_of_the_watch_list_are_named_with_their_place(desk: Path) -> None:
    (desk / WATCH).write_text('[[job]]\nnmae = "a"\n')
    said = schedule("write", desk, "--cron")
    assert said.code == Exit.USAGE
    assert "line 2" in said.err


def test_a_place_that_cannot_be_written_to_is_named(desk: Path) -> None:
    (desk.parent / "file").write_text("")
    said = schedule("write", desk, "--cron", "--to", str(desk.parent / "file"))
    assert said.code == Exit.FAILED
    assert "file" in said.err
    assert "--to DIR" in said.err


def test_the_service_of_the_machine_runs_as_whoever_the_archive_belongs_to(desk: Path) -> None:
    assert f"User={desk.owner()}\n" in schedule("show", desk, "--systemd").out
    said = schedule("write", desk, "--systemd", "--run-as", "keeper", "--to", str(desk))
    assert "User=keeper\n" in (desk / "archiver-a-desk.service").read_text()
    assert f" && cp {shlex.quote(str(desk / 'archiver-a-desk.service'))} " in said.out
    assert "/etc/systemd/system/\n" in said.out


def test_a_repository_is_found_above_the_archive(desk: Path) -> None:
    (desk.parent / ".git").mkdir()
    said = schedule("write", desk, "--github")
    assert f"{desk.parent / '.github/workflows/archiver-a-desk.yml'} was written" in said.out
    assert '        working-directory: "a desk"\n' in schedule("show", desk, "--github").out


def test_a_setting_of_this_shell_does_not_go_along_and_that_is_said(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVER_DELAY_SECONDS", "5")
    said = schedule("write", desk, "--cron")
    assert "put delay_seconds into [settings] of watch.toml" in said.err


def test_the_program_is_the_command_itself_or_the_interpreter(tmp_path: Path) -> None:
    command = tmp_path / "archiver"
    command.write_text("#!/bin/sh\n")
    assert program(str(command), "/usr/bin/python3") == ("/usr/bin/python3", "-P", "-m", "archiver")
    command.chmod(0o755)
    assert program(str(command), "/usr/bin/python3") == (str(command),)
    assert program(os.path.relpath(command), "/usr/bin/python3") == (str(Path(os.path.relpath(command)).absolute()),)
    assert program("/x/archiver/__main__.py", "/usr/bin/python3") == ("/usr/bin/python3", "-P", "-m", "archiver")
