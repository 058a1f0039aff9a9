"""Politeness: how long to wait before the next request to one host. Thread-safe; the clock and the sleep are arguments.

It spaces the starts of requests, robots.txt and redirects included, and knows hosts as names: what `--connect-to` makes of
them does not count. It decides nothing about whether a request may be made at all (robots.py).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

#: A longer Crawl-delay is asked for, and is not waited for: a page cited today is not captured tomorrow.
MAX_CRAWL_DELAY = 30.0


class Pace:
    """When each host may be asked again. `delay_seconds` is ours; a host's Crawl-delay counts where it is longer."""

    def __init__(
        self,
        delay_seconds: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._delay = delay_seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._last_start: dict[str, float] = {}

    def wait(self, host: str, crawl_delay: float | None = None, most: float = math.inf) -> float:
        """Sleep until `host` may be asked, and say how many seconds that took. Several threads get one turn each.

        Raises TimeoutError at once, and takes no turn, where that would be more than `most` seconds.
        """
        delay = max(self._delay, min(crawl_delay or 0.0, MAX_CRAWL_DELAY))
        with self._lock:
            now = self._monotonic()
            start = max(now, self._last_start.get(host, now - delay) + delay)
            if start - now > most:
                raise TimeoutError(f"{start - now:.0f} s are to pass before {host} may be asked again")
            self._last_start[host] = start
        if start > now:
            self._sleep(start - now)
        return start - now
