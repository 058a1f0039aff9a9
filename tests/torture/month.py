"""A month of scheduled runs, by a clock that goes as fast as they do, on a web of hundreds of hosts; each run judged on the spot.

    python -m tests.torture month [--hosts N] [--pages N] [--days N] [--seed N] [--apart]

`archiver run` is called about hourly, now and then a day late or twice within minutes, and some runs are out of time; the clock is
put ahead and back; what the web does meanwhile is month_web.py. Judged by month_rules.py and by what arrives at the web:

1. Whatever was due when a run began is visited by it, but for hosts that are to be left alone and for want of time; nothing early,
   so nothing twice in a period.
2. The delay of each host is kept, its robots.txt, its Retry-After.
3. Each visit came to what the web meant by its answer, and each change of its bytes is told as one, and nothing else is.
4. Bytes that are there are not stored again. The files grow by the payloads that are new, compressed, and by at most VISIT bytes for each request and each visit that came to
   none, and NEW more where its payload is new (the record of its text). A page's own payload has more than either.
5. In the end the manifest is what a rebuild draws from the files, and nothing has become of memory: from the second week on it is
   what it was, within a tenth.

The clock goes on while the run is at work, at least as far as it would: waits of one host are not waits of another, but for what
takes real time (tests/jobs/world.py). A failed visit is noted within month_rules.SLACK of when the web saw it; nothing else has any.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from archiver import reader
from archiver.engine.process import Worker
from archiver.rebuild import rebuild
from tests.torture.figures import timed
from tests.torture.month_judge import START, Month, Outcome, size
from tests.torture.month_web import Site
from tests.torture.warm import Here, scratch


def _resident() -> float:
    """MiB that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def run(
    folder: Path, *, hosts: int, pages: int, days: int, seed: int, apart: bool = False, talk: bool = False
) -> Outcome:
    """A month in `folder`."""
    site = Site(hosts, pages, days, seed, START)
    vars(reader)["Worker"] = Worker if apart else Here
    try:
        with Month(folder, site, seed) as month:
            outcome = month.outcome
            for day in month.month(days):
                if day > len(outcome.memory):
                    outcome.memory += [_resident()] * (int(day) + 1 - len(outcome.memory))
                    if talk:
                        told = [f"{outcome.runs} runs", f"{outcome.visits} visits", f"{outcome.memory[-1]:.0f} MiB"]
                        print(
                            f"day {day:.1f}: {', '.join(told)}",
                            *outcome.problems[-5:],
                            sep="\n  ",
                            file=sys.stderr,
                            flush=True,
                        )
            outcome.archive_bytes = size(folder)
        copy = folder.with_name(f"{folder.name}-copy")
        shutil.copytree(folder, copy)
        rebuilt = rebuild(copy)
        if rebuilt.differs or rebuilt.losses:
            outcome.problems.append(f"a rebuild says otherwise: {rebuilt.differs} {rebuilt.losses}")
    finally:
        vars(reader)["Worker"] = Worker
    return outcome


def main(arguments: list[str]) -> int:
    """Live through the month, and print what was wrong and one line of figures."""
    parser = argparse.ArgumentParser(prog="month")
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--pages", type=int, default=5, help="of each host")
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--apart", action="store_true", help="read pages in a process of their own, as users have it: slower"
    )
    chosen = parser.parse_args(arguments)
    with timed("month") as words, scratch() as place:
        outcome = run(
            Path(place, "archive"), hosts=chosen.hosts, pages=chosen.pages, days=chosen.days, seed=chosen.seed, apart=chosen.apart, talk=True,
        )  # fmt: skip
        memory = outcome.memory[7:] or outcome.memory
        words += [
            f"{chosen.days} days of {chosen.hosts} hosts", f"{outcome.runs} runs", f"{outcome.visits} visits", f"{outcome.requests} requests",
            f"{outcome.put_off} put off", f"{outcome.left} left", f"{dict(outcome.states)}", f"{dict(outcome.changes)}",
            f"{outcome.archive_bytes:,} bytes for {outcome.payload_bytes:,} in {outcome.new_payloads} new payloads",
            f"at most {outcome.per_visit:.0f} bytes a request without one and {outcome.per_payload:.0f} more for one", f"memory {min(memory):.0f}-{max(memory):.0f} MiB from day 8 on",
            f"{len(outcome.problems)} failures",
        ]  # fmt: skip
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return int(bool(outcome.problems))
