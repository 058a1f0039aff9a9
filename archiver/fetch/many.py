"""Many addresses: several hosts at once, one after the other within a host, back-pressure from whoever takes the results.

Owns the threads. What a visit is, and what becomes of it, is the caller's: `visit` runs in a thread of its host's, its results
come out in the thread that iterates.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from archiver.model.url import host

T = TypeVar("T")

#: How many hosts are visited at once.
HOSTS_AT_ONCE = 8

#: Seconds between two looks at whether the other side has gone.
_GLANCE = 0.2


def visit_all(
    urls: Sequence[str], visit: Callable[[str], T], hosts_at_once: int = HOSTS_AT_ONCE
) -> Generator[tuple[int, T], None, None]:
    """(index in `urls`, what `visit` gave) as the visits end. What `visit` raises ends the iteration.

    At most two results a thread wait to be taken. Where the iteration is given up, no further visit is begun.
    """
    groups: dict[str, list[int]] = {}
    for index, url in enumerate(urls):
        groups.setdefault(host(url), []).append(index)
    stop = threading.Event()
    results: queue.Queue[tuple[int, T]] = queue.Queue(maxsize=2 * hosts_at_once)

    def one_host(indexes: list[int]) -> None:
        for index in indexes:
            if stop.is_set():
                return
            result = visit(urls[index])
            while not stop.is_set():
                try:
                    results.put((index, result), timeout=_GLANCE)
                    break
                except queue.Full:
                    continue

    pool = ThreadPoolExecutor(min(hosts_at_once, len(groups) or 1), thread_name_prefix="visit")
    try:
        visiting = [pool.submit(one_host, indexes) for indexes in groups.values()]
        for _ in urls:
            yield _next(results, visiting)
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _next(results: queue.Queue[tuple[int, T]], visiting: Sequence[Future[None]]) -> tuple[int, T]:
    """The next result; an exception that ended a thread is raised here and not lost."""
    while True:
        try:
            return results.get(timeout=_GLANCE)
        except queue.Empty:
            for future in visiting:
                if future.done():
                    future.result()
