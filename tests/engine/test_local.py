"""The engine keeps order and bounds, answers as it goes, and outlives its workers; they never outlive it."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from archiver.engine.local import AHEAD, each
from archiver.engine.process import StageBug
from archiver.errors import NoWorker
from tests.engine import stages


def lost(item: object, how: str) -> bytes:
    return f"lost {item}: {how}".encode()


def lives(process: bytes | int) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


def soon(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def test_answers_come_in_order_from_several_processes() -> None:
    answers = [answer.split() for answer in each(stages.uneven, range(80), lost, 3)]
    assert [int(number) for number, _ in answers] == list(range(80))
    assert len({process for _, process in answers}) == 3


def test_nothing_in_is_nothing_out() -> None:
    assert list(each(stages.numbers, [], lost, 2)) == []


def test_few_items_are_answered_by_one_process() -> None:
    answers = list(each(stages.deeds, ["work"] * 20, lost, 8))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_is_taken_than_there_is_room_for(jobs: int) -> None:
    taken = itertools.count()
    items = map(lambda _: next(taken), itertools.count())  # noqa: C417 - counts what is taken, without an end
    with closing(each(stages.first_is_slow, items, lost, jobs)) as answers:
        assert [next(answers) for _ in range(20)] == [b"%d" % n for n in range(20)]
        time.sleep(0.2)  # as much as it wants
        assert next(taken) <= 20 + AHEAD * jobs


def test_an_answer_comes_while_the_next_item_is_not_there_yet() -> None:
    asked: SimpleQueue[int | None] = SimpleQueue()
    with closing(each(stages.numbers, iter(asked.get, None), lost, 4)) as answers:
        for number in range(5):
            asked.put(number)
            assert next(answers) == b"%d" % number
        asked.put(None)
        assert list(answers) == []


@pytest.mark.parametrize(
    ("deed", "how"),
    [("exit", "exit code 3"), ("leave", "exit code 5"), ("be killed", "Killed"), ("crash", "Segmentation fault")],
)
def test_a_worker_that_dies_costs_the_item_that_it_was_on(deed: str, how: str) -> None:
    before, died, after = each(stages.deeds, ["work", deed, "work"], lost, 2)
    assert died == f"lost {deed}: {how}".encode()
    assert before != after
    assert not lives(before)


def is_gone(process: int) -> bool:
    """Whether it has ended with all its threads, so that its end of the socket is closed; nobody may have waited for it yet."""
    place = Path(f"/proc/{process}")
    try:
        return (place / "stat").read_text().split()[2] == "Z" and len(list((place / "task").iterdir())) == 1
    except FileNotFoundError:
        return True


def test_a_worker_that_dies_between_items_costs_none() -> None:
    asked: SimpleQueue[str | None] = SimpleQueue()
    with closing(each(stages.deeds, iter(asked.get, None), lost, 1)) as answers:
        asked.put("work")
        first = next(answers)
        os.kill(int(first), signal.SIGKILL)
        assert soon(lambda: is_gone(int(first)))
        asked.put("work")
        assert int(next(answers)) != int(first)
        asked.put(None)


def test_an_exception_of_the_stage_is_told_with_its_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    answers = each(stages.deeds, ["work", "raise", "work"], lost, 1)
    first = next(answers)
    with pytest.raises(StageBug, match=r"(?s)in answer.*LookupError: no such page"):
        list(answers)
    assert not lives(first)
    assert capfd.readouterr() == ("", "")


def test_a_stage_that_cannot_be_opened_is_not_tried_again() -> None:
    with pytest.raises(NoWorker, match="does not start: exit code 9"):
        list(each(stages.closed, range(3), lost, 2))
    with pytest.raises(NoWorker, match="does not start: ImportError: a part is missing"):
        list(each(stages.broken, range(3), lost, 2))


def test_what_the_items_raise_is_raised() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(each(stages.numbers, items(), lost, 2))


def test_what_a_stage_prints_does_not_mix_with_the_answers(capfd: pytest.CaptureFixture[str]) -> None:
    assert len(list(each(stages.deeds, ["print"], lost, 1))) == 1
    assert capfd.readouterr().out == ""


def test_closing_the_answers_ends_workers_in_the_midst_of_their_work() -> None:
    with closing(each(stages.deeds, ["work", "sleep"], lost, 1)) as answers:
        worker = next(answers)
        assert lives(worker)
        start = time.monotonic()
    assert time.monotonic() - start < 5
    assert not lives(worker)


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from archiver.engine.local import each
from tests.engine import stages
for answer in each(stages.deeds, ["work", "sleep"], None, 1):
    print(answer.decode(), flush=True)
"""


def test_workers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    # In a folder whose files bear the names of modules: they are no modules of ours.
    for name in ("pickle", "select", "threading", "traceback"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken from the folder')")
    command = [sys.executable, "-P", "-c", SCRIPT.format(root=str(Path(__file__).parents[2]))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        process.kill()
    assert soon(lambda: not lives(worker) or Path(f"/proc/{worker}/stat").read_text().split()[2] == "Z")
