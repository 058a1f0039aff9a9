"""The short part of fuzzing: a fixed seed. At full size: `python -m tests.torture fuzz`."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.engine.limits import Limits
from archiver.model import statement
from archiver.reader import Reader
from tests.misreading import misreading
from tests.torture import fuzz, mutate
from tests.torture.fuzz import Bench, Tally

SIZE, SEED = 500, 20240517


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    return fuzz.fuzz(SIZE, SEED, tmp_path_factory.mktemp("kept"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "bench").mkdir()
    with closing(Bench(tmp_path / "bench", tmp_path / "kept", SEED)) as made:
        yield made


def test_nothing_raises_what_is_not_ours_to_raise_and_what_is_said_is_said_again(tally: Tally) -> None:
    assert sum(tally.inputs.values()) == SIZE
    assert set(tally.inputs) == set(fuzz.SHARES)
    assert tally.crashes == []
    assert tally.again > 10


def test_nothing_takes_for_ever(tally: Tally) -> None:
    assert tally.hangs == []


def test_memory_stays_where_it_was(tally: Tally) -> None:
    first, *_, last = tally.here
    assert last <= first * 1.1


# ── what is measured with goes red, and gives the same again ──


def test_the_same_seed_gives_the_same_inputs(bench: Bench) -> None:
    for kind in fuzz.SHARES:
        inputs = [bench.input(kind, number) for number in range(40)]
        assert [bench.input(kind, number) for number in range(40)] == inputs
        assert len(set(inputs)) > 30
        assert max(map(len, inputs)) <= mutate.LONGEST
        bench.seed += 1
        assert [bench.input(kind, number) for number in range(40)] != inputs


def test_every_change_changes_something(bench: Bench) -> None:
    for corpus in bench.corpora.values():
        for change in (*mutate.CHANGES, *corpus.changes):
            changed = [change(seed, random.Random(at), corpus) != seed for at in range(9) for seed in corpus.seeds]
            assert any(changed), change.__name__


def test_an_exception_of_somebody_elses_is_a_crash_and_its_input_is_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise LookupError("planted")

    monkeypatch.setattr(statement, "decode", fails)
    bench.run("statement", 7)
    assert "planted" in bench.tally.crashes[0]
    (kept, why) = sorted(bench.keep.iterdir())
    assert kept.read_bytes() == bench.input("statement", 7)
    assert "LookupError: planted" in why.read_text()


def test_what_waits_for_ever_is_a_hang(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "WAIT", 0.2)
    monkeypatch.setitem(fuzz.CHECKS, "http", lambda *_: time.sleep(60))
    bench.run("http", 1)
    monkeypatch.setattr(fuzz, "SECONDS", 0.2)
    monkeypatch.setattr(fuzz, "WAIT", 60.0)
    monkeypatch.setitem(fuzz.CHECKS, "http", lambda *_: [None for _ in iter(int, 1)])
    bench.run("http", 2)
    assert len(bench.tally.hangs) == 2
    assert bench.tally.crashes == []


def test_a_bug_in_the_process_that_reads_is_a_crash_and_its_end_is_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.reader = Reader(limits=Limits(cpu_seconds=1), stage=misreading)
    for number, (deed, crashes, ended) in enumerate((("exit", 0, 1), ("raise", 1, 1))):
        monkeypatch.setattr(bench, "input", lambda *_, deed=deed: deed.encode())
        bench.run("html", number)
        assert (len(bench.tally.crashes), sum(bench.tally.faults.values())) == (crashes, ended), deed
