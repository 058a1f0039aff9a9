"""What a scheduler calls, and at which moments of the clock: one value for every kind of scheduler. Pure.

    Call(...)          the command, what it writes to, how often; or UsageError, which says what no scheduler can take
    File, Step         what comes of it: a file with its text, and a command that a person types next
    often(jobs)        how often a watch list wants to be looked at
    lasting(every)     how long one call may be at work

1. `archiver run` decides itself what is due, and ends in under a second where nothing is. So calls stand on an even grid of the clock,
   as every scheduler can have it, and not one for each job.
2. The grid is shifted by a hash of name and archive, and never stands on the full hour, when everybody's does.
3. A quarter of the shortest length of time in the watch list: nothing is late by more than that, and failures are retried within it. A
   cron line names a moment, so there it is at most a quarter of an hour.
4. Whatever a person may type as a path or a name is one line of text. What a format treats specially in it is for that format's module.

Does not know: what the files look like (the modules beside it), where they go, what is due (model.schedule).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from archiver.errors import UsageError
from archiver.model.cron import Cron
from archiver.model.schedule import written
from archiver.model.watch import Job

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

#: What divides the clock evenly: parts of an hour, parts of a day, a day, a week.
GRIDS = (
    *(MINUTE * n for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)),
    *(HOUR * n for n in (1, 2, 3, 4, 6, 8, 12)),
    DAY,
    7 * DAY,
)

#: How often a watch list is looked at where nobody says it, rule 3.
OFTENEST, SELDOMEST, UNKNOWN = 5 * MINUTE, DAY, HOUR
_PART, _CRON_GAP = 4, HOUR

#: How long a run may take to finish the pages under way once its time is up or it is told to stop, and some room.
GRACE = 2 * MINUTE
#: How long a call may wait for another run to end, which a person may have started.
WAIT = 10 * MINUTE

#: Characters of a command, more than which not every scheduler takes.
LONGEST = 8000

#: As Kubernetes takes the name of a CronJob, which is the narrowest of them.
_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,50}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class File:
    """A file: its name (below the folder that it goes to), and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A command for a person to type, and what it is for."""

    command: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Moments:
    """When: at these minutes, of these hours (None: every hour), on this day of the week (None: every day; 0 is Sunday)."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...] | None = None
    weekday: int | None = None

    @property
    def cron(self) -> str:
        """As the five fields of a cron line. Every number is written out: not all that read such lines take steps of ranges."""
        minutes = "*" if len(self.minutes) == 60 else ",".join(map(str, self.minutes))
        hours = "*" if self.hours is None else ",".join(map(str, self.hours))
        return f"{minutes} {hours} * * {'*' if self.weekday is None else self.weekday}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is called, and how often. Paths are absolute, or stand below the folder that the call is made in.

    `program`: the words of the command before `run`. `lasts`: the time that one call may be at work.
    """

    name: str
    program: tuple[str, ...]
    archive: str
    every: timedelta
    lasts: timedelta
    jobs: tuple[str, ...] = ()
    ping: str = ""
    metrics: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UsageError(
                f"{self.name!r} is no name for a timer",
                advice="Lower-case letters, digits and dashes, at most 52, a letter first: --name archiver-desk.",
            )
        for what, text in (
            *(("the program", word) for word in self.program), ("the archive", self.archive), ("the metrics file", self.metrics),
            ("the address of --ping", self.ping), *(("a job", job) for job in self.jobs),
        ):  # fmt: skip
            if not _is_line(text):
                raise UsageError(
                    f"{what} has a character in it that no scheduler's file can hold: {text!r}",
                    advice="Line ends, control characters and bytes that are no UTF-8 cannot stand there. Rename what has them.",
                )
        if self.ping and not self.ping.startswith(("https://", "http://")):
            raise UsageError(f"{self.ping!r} is no address to ping", advice="It begins with https:// or http://.")
        if self.every not in GRIDS:
            raise UsageError(_uneven(self.every), advice=f"Even are {', '.join(map(written, GRIDS))}.")
        if self.lasts > self.every:
            raise UsageError(
                f"a call that is at work for {written(self.lasts)} has not ended when the next one comes, after {written(self.every)}",
                advice="Give less with --max-time, or more with --every.",
            )
        if sum(map(len, self.command())) > LONGEST:
            raise UsageError(
                f"the command has more than {LONGEST:,} characters",
                advice="Name fewer jobs; without names, all are run.",
            )

    def command(self, *options: str) -> tuple[str, ...]:
        """The words of the command, further options before the names of the jobs."""
        return (
            *self.program, "run", "--archive", self.archive, "--max-time", written(self.lasts),
            *(("--ping", self.ping) if self.ping else ()), *(("--metrics", self.metrics) if self.metrics else ()), *options,
            *(("--", *self.jobs) if self.jobs else ()),
        )  # fmt: skip

    @property
    def longest(self) -> timedelta:
        """After which a call that has still not ended hangs: all that it may wait and work, and the end of it."""
        return WAIT + self.lasts + 2 * GRACE

    @property
    def moments(self) -> Moments:
        """When it is called, rule 2."""
        drawn = int.from_bytes(hashlib.sha256(f"{self.name}\n{self.archive}".encode()).digest()[:8], "big")
        if self.every < HOUR:
            step = self.every // MINUTE
            return Moments(tuple(range(1 + drawn % (step - 1) if step > 1 else 0, 60, step)))
        minutes = (1 + drawn % 59,)
        if self.every == HOUR:
            return Moments(minutes)
        step = min(self.every // HOUR, 24)
        hours = tuple(range(drawn // 59 % step, 24, step))
        return Moments(minutes, hours, None if self.every <= DAY else drawn // (59 * 24) % 7)


def often(jobs: Iterable[Job]) -> timedelta:
    """How often to look at these jobs, rule 3."""
    spans = [span for job in jobs if not job.paused for span in _spans(job)]
    if not spans:
        return UNKNOWN
    return max(grid for grid in GRIDS if OFTENEST <= grid <= max(OFTENEST, min(min(spans) / _PART, SELDOMEST)))


def lasting(every: timedelta, most: timedelta = DAY) -> timedelta:
    """How long a call that is made so often may begin visits, in whole minutes: it has ended when the next one comes, which takes up the rest."""
    room = every - max(every / 12, GRACE)
    return min(max(room - room % MINUTE, MINUTE), most)


def named(folder: str) -> str:
    """A name for the timer of the archive in a folder of that name."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", folder).lower() if not unicodedata.combining(char))
    slug = re.sub(r"[^a-z0-9]+", "-", letters[:200]).strip("-")
    if slug in ("", "archive", "archiver"):
        return "archiver"
    return (slug if slug.startswith("archiver-") else f"archiver-{slug}")[:52].rstrip("-")


def _spans(job: Job) -> Iterator[timedelta]:
    """The lengths of time after which something of a job may be due again."""
    for role in job.roles():
        plan = job.plan(role)
        yield _gap(plan.rhythm) if isinstance(plan.rhythm, Cron) else plan.rhythm.length
        yield from plan.ages


def _gap(line: Cron) -> timedelta:
    """The shortest time between two minutes of an hour that a cron line names."""
    around = (*line.minutes, line.minutes[0] + 60)
    return min(_CRON_GAP, MINUTE * min(after - before for before, after in pairwise(around)))


def _is_line(text: str) -> bool:
    """Whether a text is one line in UTF-8, for every format: XML takes no noncharacters, YAML more line ends than others."""
    return not any(
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
        for char in text
    )  # fmt: skip


def _uneven(every: timedelta) -> str:
    """What is said of a length of time that no clock can be divided into, and what is near it."""
    below = [grid for grid in GRIDS if grid < every][-1:]
    above = [grid for grid in GRIDS if grid > every][:1]
    return (
        f"schedulers cannot call evenly every {written(every)}: {' or '.join(map(written, [*below, *above]))} is near"
    )
