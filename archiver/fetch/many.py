"""Many addresses: several hosts at once, one visit at a time within a host, back-pressure from whoever takes the results.

Hosts stand in line: the first is asked for its next address, and goes to the end of the line. So all get on alike, and while one
keeps its distance the others are asked.

Owns the threads. What a visit is, and what becomes of it, is the caller's: `visit` runs in a thread of ours, its results come
out in the thread that iterates.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from archiver.model.url import host

S = TypeVar("S")
T = TypeVar("T")

#: How many hosts are visited at once.
HOSTS_AT_ONCE = 8

#: Seconds between two looks at whether the other side has gone.
_GLANCE = 0.2


class _Line:
    """The hosts that have addresses left and are not being visited, in line. Thread-safe."""

    def __init__(self, urls: Sequence[str]) -> None:
        left: dict[str, deque[int]] = {}
        for index, url in enumerate(urls):
            left.setdefault(host(url), deque()).append(index)
        self.hosts = len(left)
        self._left = left
        self._line = deque(left)
        self._lock = threading.Lock()

    def take(self) -> tuple[str, int] | None:
        """The next host, and the index of its next address; None where none is in line: whoever visits one goes on with it."""
        with self._lock:
            if not self._line:
                return None
            name = self._line.popleft()
            return name, self._left[name].popleft()

    def give_back(self, name: str) -> None:
        """Its visit has ended."""
        with self._lock:
            if self._left[name]:
                self._line.append(name)


def visit_all(
    urls: Sequence[str],
    visit: Callable[[int], T],
    hosts_at_once: int = HOSTS_AT_ONCE,
    enough: threading.Event | None = None,
) -> Generator[tuple[int, T], None, None]:
    """(index in `urls`, what `visit` gave for it) as the visits end. What `visit` raises ends the iteration.

    At most two results a thread wait to be taken. Where the iteration is given up, or `enough` is set, no further visit is begun;
    in the second case those under way still come.
    """
    line = _Line(urls)
    threads = min(hosts_at_once, line.hosts)
    enough = enough or threading.Event()
    over, failed = threading.Event(), threading.Event()
    results: queue.Queue[tuple[int, T] | None] = queue.Queue(maxsize=2 * hosts_at_once)

    def put(result: tuple[int, T] | None) -> None:
        while not over.is_set():
            with suppress(queue.Full):
                results.put(result, timeout=_GLANCE)
                return

    def work() -> None:
        broken = True
        try:
            while not (over.is_set() or enough.is_set() or failed.is_set()) and (taken := line.take()) is not None:
                name, index = taken
                result = visit(index)
                line.give_back(name)
                put((index, result))
            broken = False
        finally:
            if broken:
                failed.set()
            put(None)

    pool = ThreadPoolExecutor(threads or 1, thread_name_prefix="visit")
    try:
        working = [pool.submit(work) for _ in range(threads)]
        while threads:
            result = results.get()
            if result is None:
                threads -= 1
            else:
                yield result
        for future in working:
            future.result()
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)
