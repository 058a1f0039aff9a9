"""Many items over the CPUs of this machine: a stream of items in, their answers out, in order.

    items -> room? -> the next item -> a free worker -> its answer -> in order -> the caller

1. Answers come in the order of the items, each as soon as it and all before it are there: also while the items' source
   blocks, so that whoever writes one line and waits for its answer gets it.
2. No more than AHEAD items a worker are taken beyond what the caller was given: memory stays flat however long the input is,
   and however long one item takes.
3. A worker that dies (a crash, the OOM killer) takes its item with it and no other: that one is answered by `lost`, and the
   worker is replaced; so is one that breaks a limit. An exception of the stage is no such death but a bug: it ends everything.
4. There is one worker at first, and one more each time as much work has been done as starting one costs (measured on the
   first), while none is idle: a few items never pay for many starts.
5. However this process ends, its workers end at once: closing the answers kills them, and they watch for our death.

What a worker is, and what keeps it apart from us, is in process.py. What is done with an item is the stage's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from types import TracebackType
from typing import Generic, TypeVar

from archiver.engine.limits import Limits
from archiver.engine.process import Died, Worker
from archiver.errors import NoWorker

Item = TypeVar("Item")
Stage = Callable[[], Callable[[Item], bytes]]
Lost = Callable[[Item, str], bytes]

#: Items for each worker that may be taken and not yet given to the caller: so many may be finished behind a slow one.
AHEAD = 8


def each(
    stage: Stage[Item], items: Iterable[Item], lost: Lost[Item], jobs: int, limits: Limits | None = None
) -> Iterator[bytes]:
    """The answer to each item, in order, worked out by up to `jobs` processes, each held to the limits.

    `stage` is a top-level function that each worker calls once: it loads what is needed and returns what answers an item.
    `lost` answers here for a worker that died on an item, and is told how. `items` is read by a thread of ours. Close the
    answers (contextlib.closing) where they may not be read to the end. Raises StageBug for an exception of the stage,
    NoWorker where a worker does not start, and whatever `items` and `lost` raise.
    """
    crew = _Crew(stage, iter(items), lost, jobs, limits)
    try:
        yield from crew.answers()
    finally:
        crew.dismiss()


class _Crew(Generic[Item]):
    """The workers, each with a thread that minds it: takes an item, asks, waits, hands the answer over."""

    def __init__(
        self, stage: Stage[Item], items: Iterator[Item], lost: Lost[Item], jobs: int, limits: Limits | None
    ) -> None:
        self._stage, self._items, self._lost, self._jobs, self._limits = stage, items, lost, jobs, limits
        self._room = Semaphore(AHEAD * jobs)
        self._done: SimpleQueue[tuple[int, bytes] | BaseException | None] = SimpleQueue()
        self._taking = Lock()  # who holds it reads the items, which may block for as long as they like
        self._taken, self._ended = 0, False
        self._guard = Lock()  # of all below
        self._workers: dict[int, Worker] = {}
        self._minders, self._idle = 0, 0
        self._cost, self._worked = 0.0, 0.0
        self._dismissed = False

    def answers(self) -> Iterator[bytes]:
        ready: dict[int, bytes] = {}
        self._grow(0.0)
        for at in count():
            while at not in ready:
                if self._ended and at == self._taken:
                    return
                done = self._done.get()
                if isinstance(done, BaseException):
                    raise done
                if done is not None:
                    ready[done[0]] = done[1]
            self._room.release()
            yield ready.pop(at)

    def dismiss(self) -> None:
        """End every worker. A thread that waits for the next item ends when that comes."""
        with self._guard:
            self._dismissed = True
            workers = list(self._workers.values())
        for one in workers:
            one.kill()
        self._room.release(self._jobs)

    def _grow(self, worked: float) -> None:
        """One more worker, where the work done pays for it and all the others have work."""
        with self._guard:
            self._worked += worked
            paid = 1 + self._worked / self._cost if self._minders else 1
            if self._minders < min(self._jobs, int(paid)) and not self._idle and not self._dismissed:
                self._minders += 1
                Thread(target=self._mind, args=(self._minders,), daemon=True).start()

    def _mind(self, name: int) -> None:
        with ExitStack() as stack:
            stack.push(self._forward)
            started = time.monotonic()
            mine = self._hire(name)
            self._cost = self._cost or time.monotonic() - started
            while (taken := self._take()) is not None:
                number, item = taken
                if not mine.waits():  # it died behind its last answer: nobody's loss
                    mine.end()
                    mine = self._hire(name)
                started = time.monotonic()
                try:
                    self._done.put((number, mine.ask(item)))
                except Died as how:
                    self._done.put((number, self._lost(item, str(how))))
                    mine = self._hire(name)
                self._grow(time.monotonic() - started)
            mine.end()

    def _forward(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        """What ends a thread is raised where the answers are read."""
        if error is not None:
            self._done.put(error)
        return True

    def _hire(self, name: int) -> Worker:
        with self._guard:
            if self._dismissed:
                raise NoWorker("the work is over")
            one = self._workers[name] = Worker(self._limits)
        one.open(self._stage)
        return one

    def _take(self) -> tuple[int, Item] | None:
        """The next item with its number, once there is room for its answer; None at the end of the items."""
        with self._guard:
            self._idle += 1
        self._room.acquire()
        with self._taking:
            if self._ended or self._dismissed:
                return None
            for item in self._items:
                self._taken += 1
                with self._guard:
                    self._idle -= 1
                return self._taken - 1, item
            self._ended = True
            self._done.put(None)
        return None
