"""A part of the torture: some file operations of every step fail, in every way. All of them: `python -m tests.torture faults`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.torture import shim
from tests.torture.faults import Bench, Case, sample
from tests.torture.shim import How
from tests.torture.workload import STEPS

pytestmark = pytest.mark.skipif(not shim.available(), reason="the shim is for Linux with gcc")

#: Cases of each step in each way; with the steps that there are, some 70 in all.
EACH = 1


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as there:
        yield there


def drawn(bench: Bench, number: int, seed: int) -> list[Case]:
    """So many of every step in every way, the same ones each time."""
    cases = list(bench.cases())
    return [
        case
        for step in range(len(STEPS))
        for how in How
        for case in sample([one for one in cases if (one.step, one.how) == (step, how)], number, seed)
    ]


def test_whatever_operation_fails_nothing_acknowledged_is_lost_and_nothing_is_half(bench: Bench) -> None:
    cases = drawn(bench, EACH, 20)
    failures = [failure for case in cases if (failure := bench.run(case)) is not None]
    assert not failures, "\n".join(map(str, failures))
    assert bench.reached > 0.9 * len(cases)


def test_the_bytes_of_every_file_are_among_the_operations(bench: Bench) -> None:
    """A run that wrote past the shim would pass every case."""
    seen = {operation.path for before in bench.before for operation in before.operations}
    kinds = {path.rpartition(".")[2] for path in seen}
    assert {"gz", "db", "db-wal", "db-shm", "lock"} <= kinds
    assert sum(len(before.operations) for before in bench.before) > 1000


def test_all_of_it_is_there_again_when_the_manifest_is_lost(bench: Bench) -> None:
    assert bench.lost() == []


def test_it_is_the_same_where_pages_are_read_in_a_process_of_their_own() -> None:
    with Bench(apart=True, steps=1) as bench:
        last = len(bench.before[0].operations)
        cases = [Case(0, last * share // 10, how) for share, how in ((7, How.KILL), (8, How.FULL))]
        failures = [failure for case in cases if (failure := bench.run(case)) is not None]
    assert not failures, "\n".join(map(str, failures))
