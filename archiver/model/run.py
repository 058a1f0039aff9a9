"""What a run of the watch list did, as values: each visit, what became of its address, and the counts of it all.

    Visited      one address that was due: what came of it, what it was before, what changed
    Count        how many of each
    Report       a run: when, how it ended, the counts for each job, what is worth telling

Nothing here is evidence: the captures and attempts are, and state themselves. A rebuild does not restore it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from archiver.model.citation import Json
from archiver.model.date import rfc3339
from archiver.model.history import CitedChange, Tally
from archiver.model.state import State
from archiver.model.watch import Role


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    OUT_OF_TIME = "out-of-time"
    STOPPED = "stopped"
    OFFLINE = "offline"
    KILLED = "killed"
    BROKEN = "broken"


class Change(StrEnum):
    """What a capture brought, beside the one before it at its address."""

    FIRST = "first"
    NOT_MODIFIED = "not-modified"
    SAME_BYTES = "same-bytes"
    SAME_TEXT = "same-text"
    CHANGED = "changed"


#: What bytes bring that were not there before.
_NEWS = (Change.FIRST, Change.SAME_TEXT, Change.CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One address that was due, and what came of it. `was`: its state at the visit before, None where there was none.

    `changes` and `body` say what a changed page has otherwise than the version before; `message` is for a person.
    """

    job: str
    role: Role
    url: str
    due_at: datetime
    why: str
    at: datetime
    outcome: str
    problems: tuple[str, ...]
    state: State
    was: State | None = None
    change: Change | None = None
    changes: tuple[CitedChange, ...] = ()
    body: Tally | None = None
    final_url: str | None = None
    title: str | None = None
    message: str = ""
    capture_id: str | None = None
    sequence: int | None = None

    @property
    def turned(self) -> bool:
        """Whether its state is another than before. An address that is visited for the first time is expected to be there."""
        return self.state is not (self.was or State.THERE)

    @property
    def telling(self) -> bool:
        """Whether somebody who watches it wants to know: it turned, what is read on it changed, or what is new on it is not all well."""
        return self.turned or self.change is Change.CHANGED or self.ailing

    @property
    def ailing(self) -> bool:
        """Whether the page is there, and something is wrong with what it has of late (a paywall, say)."""
        return not self.turned and self.outcome == "flagged" and self.change in _NEWS

    def as_json(self) -> dict[str, Json]:
        """All of it but its place in the log; `words` are those of `body`."""
        return {
            "job": self.job, "role": self.role, "url": self.url, "final_url": self.final_url, "title": self.title,
            "due_at": rfc3339(self.due_at), "why": self.why, "at": rfc3339(self.at), "outcome": self.outcome,
            "problems": list(self.problems), "state": self.state, "was": self.was, "change": self.change,
            "changes": [change.as_json() for change in self.changes], "words": self.body.as_json() if self.body else None,
            "message": self.message, "capture_id": self.capture_id,
        }  # fmt: skip


@dataclass(slots=True)
class Count:
    """How many addresses were due, and what became of them. `put_off`: their hosts want to be left alone; `left`: time was up;
    `telling`: worth telling of.
    """

    due: int = 0
    put_off: int = 0
    left: int = 0
    telling: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    turned: Counter[State] = field(default_factory=Counter)

    def add(self, visited: Visited) -> None:
        """One more visit."""
        self.outcomes[visited.outcome] += 1
        self.telling += visited.telling
        self.problems.update(visited.problems)
        if visited.change is not None:
            self.changes[visited.change] += 1
        if visited.turned:
            self.turned[visited.state] += 1

    @property
    def visited(self) -> int:
        """How many were visited."""
        return self.outcomes.total()

    @property
    def kept(self) -> int:
        """Of how many something was kept."""
        return self.outcomes["captured"] + self.outcomes["flagged"]

    def as_json(self) -> dict[str, Json]:
        """All of it; of what never came up there is no count."""
        return {
            "due": self.due, "visited": self.visited, "put_off": self.put_off, "left": self.left, "telling": self.telling,
            "outcomes": {**self.outcomes}, "problems": {**self.problems},
            "changes": {str(change): number for change, number in self.changes.items()},
            "turned": {str(state): number for state, number in self.turned.items()},
        }  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Report:
    """One run. It is filled while the run is at work; `ended` and `ending` are None until then.

    `warc_bytes` were written to the archive, in seconds `seconds` of the machine's steady clock; it has `archive_bytes` by now, None where
    they were not counted. `told`: the visits that are worth telling, the first MOST_TOLD of them; `untold`: how many more. `followed`:
    sources that pages named, asked for on the way. `upcoming`: when the next address is due. `free`: of the hosts that want to be left
    alone the one that is free first, and when. `message`: what broke it off.
    """

    number: int
    started: datetime
    jobs: dict[str, Count]
    ended: datetime | None = None
    ending: Ending | None = None
    total: Count = field(default_factory=Count)
    hosts: int = 0
    seconds: float = 0.0
    followed: int = 0
    warc_bytes: int = 0
    archive_bytes: int | None = None
    told: list[Visited] = field(default_factory=list)
    untold: int = 0
    upcoming: datetime | None = None
    free: tuple[str, datetime] | None = None
    message: str = ""

    def add(self, visited: Visited) -> None:
        """One more visit."""
        self.total.add(visited)
        self.jobs[visited.job].add(visited)
        if visited.telling and len(self.told) < MOST_TOLD:
            self.told.append(visited)
        else:
            self.untold += visited.telling

    @property
    def lasted(self) -> timedelta:
        """How long it was at work."""
        return timedelta(seconds=self.seconds)

    def as_json(self) -> dict[str, Json]:
        """All of it but the visits; the counts of all jobs stand beside those of each."""
        return {
            "run": self.number, "started": rfc3339(self.started), "ended": rfc3339(self.ended) if self.ended else None,
            "ending": self.ending, "seconds": round(self.seconds, 3), **self.total.as_json(), "hosts": self.hosts,
            "followed": self.followed, "warc_bytes": self.warc_bytes, "archive_bytes": self.archive_bytes, "upcoming": rfc3339(self.upcoming) if self.upcoming else None,
            "message": self.message, "jobs": {name: count.as_json() for name, count in self.jobs.items()},
        }  # fmt: skip


#: Visits of one run that are kept to be told of: what a run needs in memory does not grow with it.
MOST_TOLD = 1000
