"""Runs that never were: reports as values, for all that tell of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archiver.model.history import CitedChange, Tally
from archiver.model.run import Change, Count, Ending, Report, Visited
from archiver.model.state import State
from archiver.model.watch import Role

BEGUN = datetime(2026, 11, 21, 6, 0, 3, tzinfo=UTC)
MEADOW, WADI = "the meadow", "أخبار الوادي"

#: What a changed page has otherwise.
RETITLED = (CitedChange("title", "The weir closes", "The weir opens"),)
REWRITTEN = Tally(same=300, added=14, cut=3, replaced=0, replacing=0, moved=0, marks=0)


def visited(url: str = "http://meadow.example/a", job: str = MEADOW, **told: object) -> Visited:
    """A visit to a page that was there before and is what it was, but for what is told of it."""
    given: dict[str, object] = {
        "job": job, "role": Role.PAGE, "url": url, "due_at": BEGUN, "why": "every 1d", "at": BEGUN, "outcome": "captured",
        "problems": (), "state": State.THERE, "was": State.THERE, "change": Change.NOT_MODIFIED, "capture_id": "c-1", **told,
    }  # fmt: skip
    return Visited(**given)  # type: ignore[arg-type]


def changed(url: str, **told: object) -> Visited:
    return visited(
        url, **{"change": Change.CHANGED, "changes": RETITLED, "body": REWRITTEN, "title": "The weir opens", **told}
    )


def gone(url: str, **told: object) -> Visited:
    given = {"problems": ("http-error",), "message": "the server answered with a 4xx or 5xx status", **told}
    return visited(url, outcome="flagged", state=State.GONE, change=None, **given)


def down(url: str, **told: object) -> Visited:
    given = {"problems": ("timeout",), "message": "no answer in time", **told}
    return visited(url, outcome="failed", state=State.DOWN, change=None, capture_id=None, **given)


def report(*visits: Visited, ending: Ending | None = Ending.DONE, jobs: tuple[str, ...] = (MEADOW, WADI)) -> Report:
    """The report of a run that made these visits."""
    made = Report(number=17, started=BEGUN, jobs={name: Count() for name in jobs})
    for one in visits:
        made.total.due += 1
        made.jobs[one.job].due += 1
        made.add(one)
    made.hosts, made.warc_bytes, made.archive_bytes = 2, 12_345_678, 4_200_000_000
    if ending is not None:
        made.ending, made.seconds = ending, 2467.25
        made.ended = BEGUN + timedelta(seconds=made.seconds)
        made.upcoming = BEGUN + timedelta(hours=1)
    return made
