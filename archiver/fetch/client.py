"""What outlives one visit: the settings, the pace of each host, the robots.txt answers, the certificates to trust.

Thread-safe; made once a process and shared by the threads that fetch. It holds no connection and nothing of any page, so
that one capture cannot colour the next. It fetches nothing by itself: fetch.fetch(url, client) does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from archiver.fetch.guard import AddressPolicy, ConnectTo
from archiver.fetch.pace import Pace
from archiver.fetch.robots import RobotsCache
from archiver.fetch.tls import Trust
from archiver.fetch.wire import Network, Resolve, resolve_by_system
from archiver.model import date
from archiver.model.capture import Limits, Visit


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch. `allow` are exact pairs of IP and port; `insecure_tls` the operator's reason, None to verify.

    `user_agent` names the tool and how to reach its operator; robots.txt rules are looked up under `archiver`.
    """

    user_agent: str
    limits: Limits = field(default_factory=Limits)
    allow: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    connect_to: tuple[ConnectTo, ...] = ()
    obey_robots: bool = True
    insecure_tls: str | None = None
    delay_seconds: float = 1.0


class Client:
    """What the visits of one process share.

    `on_robots` is called once with each robots.txt that was fetched (a Visit whose `purpose` is "robots"), before it is
    closed, and returns the id of the record that it was archived as, for the verdicts. `robots` are answers that another
    client has, too. The rest are seams: clocks, the pace, the resolver.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: date.Clock = date.now,
        on_robots: Callable[[Visit], str | None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
        robots: RobotsCache | None = None,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.monotonic = monotonic
        self.pace = pace or Pace(settings.delay_seconds, clock=clock, monotonic=monotonic)
        self.robots = robots or RobotsCache(clock, on_robots)
        self.network = Network(AddressPolicy(settings.allow), settings.limits, settings.connect_to, resolve)
        self._trust: Trust | None = None
        self._lock = threading.Lock()

    def trust(self) -> Trust:
        """The certificates to trust, read at the first https address (20 ms). Raises UsageError."""
        with self._lock:
            if self._trust is None:
                self._trust = Trust.by_environment(self.settings.insecure_tls)
            return self._trust
