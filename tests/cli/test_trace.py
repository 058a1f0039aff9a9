"""archiver trace and capture --follow-origin as their users meet them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archiver.cli._steps import exit_code
from archiver.errors import Exit
from archiver.trace import Step
from tests.tracing import KEEPER, TIMEMAP, TITLE, Answer, article, copies, copy, front, names, served

ORIGIN = "http://quayherald.example/2023/05/04/tide-mill/"
REPOST = "http://farshore.example/2023/05/09/tide-mill"
LOST = "http://lastword.example/2023/05/10/tide-mill"

PAGES: dict[str, str | Answer] = {
    REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN)),
    TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010"),
    f"{KEEPER}/web/20230505101010id_/{ORIGIN}": copy(
        ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", article(ORIGIN, "Quay Herald")
    ),
    LOST: article(
        LOST,
        "Last Word",
        title=f"{TITLE} for good",
        day="2023-05-10",
        note=names("Old Mole", "http://oldmole.example/"),
    ),
    "http://oldmole.example/": front("Old Mole", '<a href="/x">Something else altogether</a>'),
}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The command in one archive of its own, every host of which is that web."""
    folder = tmp_path_factory.mktemp("trace")
    with served(PAGES) as web:

        def archiver(*arguments: str) -> subprocess.CompletedProcess[str]:
            reach = () if arguments[0] == "lookup" else ("--connect-to", f"::127.0.0.1:{web.port}", "--delay", "0")
            environment = {
                **os.environ, "ARCHIVER_CONFIG": "/nonexistent", "ARCHIVER_HOME": str(folder), "ARCHIVER_TIMEMAPS": TIMEMAP,
            }  # fmt: skip
            command = [sys.executable, "-m", "archiver", *arguments, *reach]
            return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

        yield archiver


def test_a_trace_shows_each_step_and_then_the_chain(run: Run, tmp_path: Path) -> None:
    done = run("trace", REPOST, "--archive", str(tmp_path))
    assert done.returncode == 0, done.stderr
    steps, _, record = done.stdout.partition("\n\n")
    assert steps.splitlines()[0] == f"captured  {TITLE}"
    assert f"second-hand  {TITLE}\n  {ORIGIN}\n  named by {REPOST}; found by the TimeMap" in steps
    assert "a copy that keeper.example says it made on 2023-05-05T10:10:10Z" in steps
    assert "archived by a third party, text found" in record
    assert f"archiver: flagged: {ORIGIN}" in done.stderr


def test_a_trace_is_one_object_a_step_for_machines(run: Run) -> None:
    done = run("trace", REPOST, "--json")
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(s["url"], s["why"], s["outcome"], s["found_by"], s["second_hand"]) for s in steps] == [
        (REPOST, "asked for", "captured", "address", False),
        (ORIGIN, f"named by {REPOST}", "flagged", "address", False),
        (ORIGIN, f"named by {REPOST}", "captured", "timemap", True),
    ]
    (found, *_) = [json.loads(line) for line in run("lookup", ORIGIN, "--json").stdout.splitlines()]
    assert [(c["source"], c["url"]) for c in found["captures"]] == [("memento", ORIGIN)]


def test_what_cannot_be_had_is_said_with_what_to_do_next(run: Run, tmp_path: Path) -> None:
    partly = run("trace", LOST)
    assert partly.returncode == Exit.PARTLY
    assert "not-found: Old Mole" in partly.stderr
    assert "archiver capture ADDRESS" in partly.stderr
    assert run("trace", REPOST, "--no-timemaps", "--archive", str(tmp_path)).returncode == Exit.PARTLY


#: What came of the page and of its source, in steps, and the code that it comes to.
CODES = [
    ([(0, "captured", True)], Exit.DONE),
    ([(0, "archived", True), (1, "captured", True)], Exit.DONE),
    ([(0, "captured", True), (1, "flagged", False), (1, "captured", True)], Exit.DONE),
    ([(0, "captured", True), (1, "flagged", True)], Exit.PARTLY),
    ([(0, "captured", True), (1, "failed", False)], Exit.PARTLY),
    ([(0, "captured", True), (1, "left", False)], Exit.PARTLY),
    ([(0, "failed", False)], Exit.FAILED),
    ([(0, "flagged", False), (0, "not-found", False)], Exit.FAILED),
    ([(0, "refused", False)], Exit.REFUSED),
    ([], Exit.DONE),
]


@pytest.mark.parametrize(("steps", "code"), CODES, ids=str)
def test_the_code_says_whether_all_that_is_named_is_there(steps: list[tuple[int, str, bool]], code: Exit) -> None:
    made = [Step(f"http://{depth}.example/", None, None, depth, outcome, had=had) for depth, outcome, had in steps]
    assert exit_code(made) == code


def test_capture_follows_what_its_pages_name(run: Run, tmp_path: Path) -> None:
    asked = ("capture", REPOST, LOST, "--json", "--archive", str(tmp_path))
    done = run(*asked, "--follow-origin")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["url"] for row in rows if "named_by" not in row] == [REPOST, LOST]
    assert [row["outcome"] for row in rows if row.get("named_by") == REPOST] == ["flagged", "captured"]
    assert [row["outcome"] for row in rows if row.get("named_by") == LOST] == ["not-found"]
    assert done.returncode == Exit.PARTLY
    assert run(*asked).returncode == 0
