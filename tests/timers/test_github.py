"""The workflow for GitHub: read as YAML, its expressions as GitHub's, and its scripts run for real against a repository of their own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given

from archiver.errors import UsageError
from archiver.model import cron
from archiver.timers import github
from tests.timers.calls import CALL, GOLDEN, ODD, documents, words

HERE = replace(CALL, program=("archiver",), archive=".")
ODD_HERE = replace(ODD, program=("archiver",), archive=".", metrics="")
PACKAGE = "source-archiver==0.1.0"


def read(text: str) -> dict[str, object]:
    (only,) = documents(text)
    return only


def evaluated(text: str) -> str:
    """A string with its expressions worked out: they are nothing but strings, or the one secret."""
    expression = r"\$\{\{ (?:'((?:[^']|'')*)'|secrets\.ARCHIVER_PING) \}\}"
    assert "${{" not in re.sub(expression, "", text)
    return re.sub(expression, lambda match: (match[1] or "").replace("''", "'"), text)


def scripts(text: str) -> list[str]:
    """What the steps run, as the shell gets it."""
    steps = read(text)["jobs"]["run"]["steps"]
    return [evaluated(step["run"]) for step in steps if "run" in step]


def test_the_workflow_reads_as_it_always_did() -> None:
    file = github.workflow(HERE, PACKAGE, ".")
    assert file.text == (GOLDEN / file.name.removeprefix(".github/")).read_text("utf-8")


def test_it_asks_for_no_more_rights_than_it_needs_and_never_runs_twice_at_once() -> None:
    flow = read(github.workflow(HERE, PACKAGE, ".").text)
    assert flow["permissions"] == {}
    assert flow["jobs"]["run"]["permissions"] == {"contents": "write"}
    assert flow["concurrency"] == {"group": "archiver-desk", "cancel-in-progress": False}
    assert all(
        re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in flow["jobs"]["run"]["steps"] if "uses" in step
    )
    (schedule,) = flow[True]["schedule"]  # YAML 1.1 takes the word `on` for true
    assert cron.parse(schedule["cron"]).hourly
    assert flow["jobs"]["run"]["timeout-minutes"] < 360


@given(words, words)
def test_whatever_a_person_types_reaches_the_program_as_it_was(job: str, folder: str) -> None:
    call = replace(ODD_HERE, jobs=(job, "b", job))
    text = github.workflow(call, PACKAGE, f"x{folder}").text
    _, run, _ = scripts(text)
    said = run.splitlines()[1].removesuffix(" || code=$?")
    assert shlex.split(said) == ["archiver", "run", "--ping", "$ARCHIVER_PING", *replace(call, ping="").command()[2:]]
    flow = read(text)
    assert evaluated(flow["jobs"]["run"]["defaults"]["run"]["working-directory"]) == f"x{folder}"
    evaluated(text)


def test_the_address_of_the_ping_stays_out_of_the_file() -> None:
    text = github.workflow(ODD_HERE, PACKAGE, ".").text
    assert "ping.example" not in text
    assert "ARCHIVER_PING: ${{ secrets.ARCHIVER_PING }}" in text
    first = github.steps(HERE, "https://ping.example/a?b=c d")[0].command
    assert first == "gh secret set ARCHIVER_PING --body 'https://ping.example/a?b=c d'"
    assert "secret" not in github.steps(HERE, "")[0].command


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"every": timedelta(minutes=4), "lasts": timedelta(minutes=2)}, "every 5 minutes at most"),
        ({"every": timedelta(hours=12), "lasts": timedelta(hours=6)}, "after six hours"),
        ({"metrics": "/x/a.prom"}, "metrics file"),
    ],
)
def test_what_github_does_not_do_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        github.workflow(replace(HERE, **changes), PACKAGE, ".")
    assert refused.value.advice


@pytest.mark.skipif(shutil.which("check-jsonschema") is None, reason="check-jsonschema is not installed")
@pytest.mark.parametrize("call", [HERE, ODD_HERE])
def test_the_schema_of_workflows_takes_it(call: object, tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(github.workflow(call, PACKAGE, "a ${{ b").text, "utf-8")
    said = subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout


class Desk:
    """A repository with a remote, and a program called `archiver` that does what a test says."""

    def __init__(self, folder: Path) -> None:
        self.work, self.folder = folder / "work", folder
        self.environ = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
        }  # fmt: skip
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(folder / "remote"), at=folder)
        self.git("clone", "--quiet", str(folder / "remote"), str(self.work), at=folder)
        (self.work / "manifests").mkdir()
        (self.work / "manifests/watch.toml").write_text("[defaults]\n")
        self.git("add", "--all")
        self.git("-c", "user.name=a", "-c", "user.email=a@desk.example", "commit", "--quiet", "--message", "begin")
        self.git("push", "--quiet", "origin", "HEAD:main")
        (folder / "bin").mkdir()

    def git(self, *words: str, at: Path | None = None) -> str:
        return subprocess.run(
            ["git", *words], cwd=at or self.work, env=self.environ, check=True, capture_output=True, text=True
        ).stdout

    def program(self, body: str) -> None:
        path = self.folder / "bin/archiver"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def step(self, number: int, call=HERE) -> int:
        script = scripts(github.workflow(call, PACKAGE, ".").text)[number]
        # As GitHub calls it.
        return subprocess.run(
            ["bash", "-e", "-c", script], cwd=self.work, env=self.environ, check=False, capture_output=True
        ).returncode

    def commits(self) -> list[str]:
        return self.git("log", "--format=%s", "origin/main").splitlines()


bash = pytest.mark.skipif(not (shutil.which("bash") and shutil.which("git")), reason="bash or git is not installed")


@bash
@pytest.mark.parametrize(("code", "becomes"), [(0, 0), (3, 0), (4, 4), (11, 11), (1, 1)])
def test_what_is_done_in_part_is_done(code: int, becomes: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.program(f'printf "%s\\n" "$@" > {tmp_path}/said; exit {code}')
    assert desk.step(1, ODD_HERE) == becomes
    assert (tmp_path / "said").read_text("utf-8").splitlines()[-len(ODD.jobs) :] == list(ODD.jobs)


@bash
def test_what_was_captured_is_kept_and_what_is_only_passing_is_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.step(2) == 0  # nothing is there yet
    (desk.work / "archive").mkdir()
    for name in ("archive/a-1.warc.gz", "archive/.lock", "manifests/manifest.db", "manifests/manifest.db-wal"):
        (desk.work / name).write_text("x")
    assert desk.step(2) == 0
    assert desk.commits() == ["Archive what was due", "begin"]
    kept = desk.git("ls-tree", "-r", "--name-only", "origin/main").split()
    assert kept == ["archive/a-1.warc.gz", "manifests/manifest.db", "manifests/watch.toml"]
    (desk.work / "manifests/manifest.db").write_text("the report of a run that found nothing due")
    assert desk.step(2) == 0
    assert len(desk.commits()) == 2


@bash
def test_a_file_that_grows_too_large_for_github_is_sealed_and_a_change_of_others_is_taken_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.program(f'echo "$@" >> {tmp_path}/said')
    (desk.work / "archive").mkdir()
    (desk.work / "archive/a-1.warc.gz").touch()
    os.truncate(desk.work / "archive/a-1.warc.gz", 50_000_001)
    other = tmp_path / "other"
    desk.git("clone", "--quiet", str(tmp_path / "remote"), str(other), at=tmp_path)
    (other / "manifests/watch.toml").write_text("[defaults]\nevery = '1d'\n")
    identity = ("-c", "user.name=b", "-c", "user.email=b@desk.example")
    desk.git(*identity, "commit", "--quiet", "--all", "--message", "another job", at=other)
    desk.git("push", "--quiet", at=other)
    assert desk.step(2) == 0
    assert (tmp_path / "said").read_text() == "seal --archive .\n"
    assert desk.commits() == ["Archive what was due", "another job", "begin"]
    (desk.work / "archive/a-2.warc.gz").write_text("small")
    assert desk.step(2) == 0
    assert (tmp_path / "said").read_text() == "seal --archive .\n"
