"""Who is told of a run beyond this machine: pings at its beginning and end, notices of what changed. A Watcher of jobs.run.

What is said, and how, is tell's. It says nothing while the run is at work, and tells all at once: who does not answer holds it up no
longer than one who does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from archiver.jobs.summary import of_job, summary
from archiver.jobs.tell import Send, Stage, notice, notify, ping, stage
from archiver.model.run import Ending, Report, Visited
from archiver.model.watch import Job
from archiver.pipeline import Result

#: So many are told at once.
AT_ONCE = 8


class Teller:
    """Tells those whom the jobs name, and `url` of the run as a whole. What does not arrive is a `warning`, and nothing else.

    `archive` is a name for it that may be told. Several jobs may share an address: it is told once, of the worst.
    """

    def __init__(
        self, send: Send, jobs: Iterable[Job], archive: str, url: str | None, warning: Callable[[str], None]
    ) -> None:
        self._send = send
        self._jobs = tuple(jobs)
        self._archive = archive
        self._url = url
        self._warning = warning

    def begin(self, _report: Report) -> None:
        """The run begins."""
        urls = [job.ping for job in self._jobs if job.ping] + ([self._url] if self._url else [])
        self._tell([partial(ping, self._send, url, Stage.BEGUN) for url in dict.fromkeys(urls)])

    def visited(self, one: Visited, result: Result) -> None:
        """Nothing is said of a single visit."""

    def put_off(self, url: str, until: datetime, why: str) -> None:
        """Nor of what is put off."""

    def warning(self, message: str) -> None:
        """Nor of what is odd."""

    def end(self, report: Report) -> None:
        """How it ended, and what changed."""
        ending = report.ending or Ending.BROKEN
        said = [
            (job.ping, stage(ending, report.jobs[job.name]), of_job(report, job.name)) for job in self._jobs if job.ping
        ]
        if self._url:
            said.append((self._url, stage(ending, report.total), "\n".join(summary(report))))
        worst = {url: what for url, what, _ in sorted(said, key=lambda one: one[1] is Stage.FAILED)}
        texts = {url: "\n\n".join(text for other, _, text in said if other == url) for url in worst}
        notices = [(job.on_change, notice(report, job.name, self._archive)) for job in self._jobs if job.on_change]
        self._tell(
            [partial(ping, self._send, url, what, texts[url]) for url, what in worst.items()]
            + [partial(notify, self._send, url, body) for url, body in notices if body is not None]
        )

    def _tell(self, calls: Sequence[Callable[[], str]]) -> None:
        """Make these calls, each of which returns what went wrong."""
        if calls:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for wrong in pool.map(lambda call: call(), calls):
                    if wrong:
                        self._warning(wrong)
