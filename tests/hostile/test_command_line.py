"""The hostile suite through the whole command line: a third of the behaviours in one run, and the worst each in its own.

All of them: python -m tests.torture servers.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from archiver.errors import Exit
from archiver.manifest.opening import open_read_only
from archiver.manifest.question import answers
from tests.hostile.behaviours import BEHAVIOURS
from tests.hostile.command_line import TOTAL_SECONDS, Alone, Together, alone, complaints, exit_code, together
from tests.hostile.judge import Authorities
from tests.hostile.watched import archiver

#: Rows that are judged alone: what costs most, and what an operator sees of each kind of outcome.
WORST = (
    "gzip-bomb", "chunks-of-one-byte-without-end", "body-without-end", "body-that-drips", "hints-without-end", "second-responses-without-end",
    "tls-close-without-close-notify", "sent-to-mapped", "robots-of-agents-times-rules", "title-with-escapes",
)  # fmt: skip
#: Seconds beyond the time limit of a capture: to end what was begun; and to read the page once its bytes are safe, which is up
#: to what the worker may take (engine.limits), on a machine with more to do.
GRACE, READING = 3, 60


@pytest.fixture(scope="module")
def authorities() -> Authorities:
    return Authorities()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, authorities: Authorities) -> Together:
    """One run over every third behaviour, without those that inflate to very much: they cost seconds of reading each."""
    rows = [row for row in BEHAVIOURS if row.mebibytes < 100]
    return together(rows[::3], tmp_path_factory.mktemp("together"), authorities)


def test_one_run_over_many_of_them_ends_well(run: Together) -> None:
    assert complaints(run.done) == []
    assert run.done.code == Exit.PARTLY
    assert run.callers == ()


def test_each_comes_to_its_outcome_whatever_runs_beside_it(run: Together) -> None:
    lines = [json.loads(line) for line in run.done.out.splitlines()]
    assert len(lines) == len(run.rows) >= 60
    for line, row in zip(lines, run.rows.values(), strict=True):
        assert (row.name, line["outcome"]) == (row.name, row.outcome), line["message"]
        assert set(row.problems) <= set(line["problems"]), row.name  # reading may find more


def test_a_look_up_answers_for_each_of_them(run: Together) -> None:
    with open_read_only(run.folder) as connection:
        for url, row in run.rows.items():
            first = next(iter(answers(connection, url, 5)))
            assert (row.name, first.as_json()["outcome"]) == (row.name, row.cited)
    for url in list(run.rows)[::30]:
        assert complaints(archiver("lookup", url, ARCHIVER_HOME=str(run.folder))) == []


@pytest.fixture(scope="module")
def each(tmp_path_factory: pytest.TempPathFactory, authorities: Authorities) -> dict[str, Alone]:
    """The worst of them by name, two at a time."""
    folder = tmp_path_factory.mktemp("alone")
    rows = [row for row in BEHAVIOURS if row.name in WORST]
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(lambda row: alone(row, folder / row.name, authorities), rows)
        return dict(zip((row.name for row in rows), ended, strict=True))


@pytest.mark.parametrize("name", WORST)
def test_the_worst_of_them_hurt_nobody(name: str, each: dict[str, Alone]) -> None:
    row = next(row for row in BEHAVIOURS if row.name == name)
    run = each[name]
    for done in (run.captured, run.looked_up, run.shown):
        assert complaints(done) == []
    assert run.callers == ()
    first = json.loads(run.looked_up.out.splitlines()[0])
    assert first["outcome"] == row.outcome
    assert set(row.problems) <= set(first["problems"])
    assert run.captured.code == exit_code(row)
    assert (run.looked_up.code, run.shown.code) == (Exit.DONE, Exit.DONE)
    assert run.captured.seconds < TOTAL_SECONDS + GRACE + READING
