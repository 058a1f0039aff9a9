"""Power-loss states: a few hundred here, thousands by `python -m tests.torture power`."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from archiver.model.capture import Capture
from archiver.model.event import Attempt
from archiver.model.lineage import Decision
from archiver.model.statement import Stated
from tests.torture import shim
from tests.torture.disk import Choice, Disk
from tests.torture.power import MEMORY, Recording, failures, judge, losses, recorded
from tests.torture.power_run import Fault
from tests.torture.shim import Op

pytestmark = pytest.mark.skipif(not shim.available(), reason="the shim is for Linux, and made with gcc")

STATES, SEED = 300, 1

#: So many states that fail, and a planted fault counts as found: the first ones do, of as many states as are judged otherwise.
ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Recorded:
    folder: Path
    runs: Mapping[Fault, Recording]


@pytest.fixture(scope="module")
def done() -> Iterator[Recorded]:
    with tempfile.TemporaryDirectory(prefix="power-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Recorded(Path(folder), recorded(Path(folder), list(Fault)))


def test_whatever_power_loss_leaves_nothing_acknowledged_is_lost_and_nothing_needs_a_hand(done: Recorded) -> None:
    tally: Counter[Choice] = Counter()
    assert not [str(one) for one in failures(done.runs[Fault.NONE], STATES, SEED, tally)]
    assert tally.total() == STATES
    assert set(tally) == set(Choice)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_a_planted_fault_is_found(done: Recorded, fault: Fault) -> None:
    found = list(islice(failures(done.runs[fault], STATES, SEED, Counter()), ENOUGH))
    assert len(found) == ENOUGH, found


def test_the_recorded_run_is_what_it_is_meant_to_be(done: Recorded) -> None:
    run = done.runs[Fault.NONE]
    kinds = Counter(type(one.fact if isinstance(one, Stated) else one) for one in run.statements)
    assert set(kinds) >= {Capture, Attempt, Decision}
    captures = [one for one in run.statements if isinstance(one, Capture)]
    assert {one.source for one in captures} == {"fetch", "import"}
    assert any(one.revisit_of for one in captures)
    assert any(len(one.exchanges) == 2 for one in captures)
    assert len({one.statement.warc for one in run.statements}) >= 3
    acknowledged = [int(one.data) for one in run.operations if one.op is Op.WRITE and one.path == "acks"]
    assert acknowledged == sorted(acknowledged)
    assert acknowledged[-1] == len(run.statements)
    assert any(".torn-" in one.path for one in run.operations)


def test_where_everything_is_kept_the_disk_of_the_model_is_the_real_one(done: Recorded) -> None:
    for fault, run in done.runs.items():
        disk = Disk()
        for operation in run.operations:
            disk.apply(operation)
        real = done.folder / fault / "disk"
        state = disk.after_power_loss(Choice.KEPT, Random(SEED))
        assert state.files == {str(p.relative_to(real)): p.read_bytes() for p in real.rglob("*") if p.is_file()}
        assert set(state.folders) == {str(p.relative_to(real)) for p in real.rglob("*") if p.is_dir()}


def test_the_same_seed_gives_the_same_states_and_none_of_them_twice(done: Recorded) -> None:
    run = done.runs[Fault.NONE]
    one, again, other = ([(lost.acknowledged, lost.state.fingerprint()) for lost in losses(run.operations[:1000], 40, seed)] for seed in (1, 1, 2))  # fmt: skip
    assert one == again
    assert one != other
    assert len(set(one)) == len(one) == 40


def test_the_judge_says_what_is_wrong(done: Recorded, tmp_path: Path) -> None:
    """What a disk does not do, and a fault in the program might: a row too many, a statement that is another's."""
    run = done.runs[Fault.NONE]
    *_, last = losses(run.operations[:2000], 20, SEED)
    last.state.put(tmp_path / "whole")
    assert not list(judge(tmp_path / "whole/home", last.acknowledged, run))
    last.state.put(tmp_path / "promised")
    [missing] = judge(tmp_path / "promised/home", 100, run)
    assert missing.startswith("100 statements were acknowledged")
    last.state.put(tmp_path / "another")
    other = judge(tmp_path / "another/home", 0, replace(run, warcs={}, statements=run.statements[::-1]))
    assert next(other) == "the statements in the files are not those of the run, in their order"
    other.close()
    nothing = tmp_path / "a file in the way"
    nothing.write_bytes(b"")
    [raised] = judge(nothing, 0, run)
    assert raised.startswith("Unwritable")
