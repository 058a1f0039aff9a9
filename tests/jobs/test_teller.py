"""Who is told of a run, and what is said to those who do not answer."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import UTC, datetime

from archiver.errors import FetchError
from archiver.jobs.teller import Teller
from archiver.model.run import Count, Ending, Report, Visited
from archiver.model.state import State
from archiver.model.watch import Job, Role

NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)


class Outside:
    """What was sent; addresses that hold `dead` are not there."""

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}
        self.warnings: list[str] = []
        self.lock = threading.Lock()

    def send(self, url: str, body: bytes | None, _media_type: str) -> int:
        with self.lock:
            self.sent[url] = (body or b"").decode()
        if "dead" in url:
            raise FetchError("connect", "no answer from dead.example")
        return 200


def report(**outcomes: dict[str, int]) -> Report:
    """A run of these jobs, each with what became of its addresses."""
    made = Report(number=7, started=NOW, ended=NOW, ending=Ending.DONE, jobs={})
    for name, counted in outcomes.items():
        made.jobs[name] = Count(due=sum(counted.values()), outcomes=Counter(counted))
        made.total.outcomes.update(counted)
    return made


def test_each_job_tells_its_own_address_and_the_run_another() -> None:
    outside = Outside()
    jobs = [Job(name="a", ping="http://hc.example/a"), Job(name="b", ping="http://hc.example/b"), Job(name="c")]
    teller = Teller(outside.send, jobs, "desk", "http://hc.example/all?x=1", outside.warnings.append)
    said = report(a={"captured": 2}, b={"failed": 2}, c={})
    teller.begin(said)
    assert set(outside.sent) == {f"http://hc.example/{one}" for one in ("a/start", "b/start", "all/start?x=1")}
    outside.sent.clear()
    teller.end(said)
    assert set(outside.sent) == {"http://hc.example/a", "http://hc.example/b/fail", "http://hc.example/all?x=1"}
    assert not outside.warnings


def test_an_address_that_jobs_share_is_told_once_of_the_worst() -> None:
    outside = Outside()
    jobs = [Job(name=name, ping="http://hc.example/one") for name in ("bad", "good")]
    Teller(outside.send, jobs, "desk", None, outside.warnings.append).end(
        report(bad={"failed": 1}, good={"captured": 1})
    )
    (url, text), *others = outside.sent.items()
    assert (url, others) == ("http://hc.example/one/fail", [])
    assert "bad" in text
    assert "good" in text


def test_who_does_not_answer_is_a_warning_that_names_no_secret() -> None:
    outside = Outside()
    jobs = [Job(name="a", ping="http://dead.example/secret-token", on_change="http://ok.example/hook")]
    Teller(outside.send, jobs, "desk", None, outside.warnings.append).end(report(a={"captured": 1}))
    assert len(outside.warnings) == 1
    assert "dead.example" in outside.warnings[0]
    assert "secret" not in outside.warnings[0]
    assert "http://ok.example/hook" not in outside.sent  # nothing changed


def test_a_notice_goes_to_the_job_in_which_something_turned() -> None:
    outside = Outside()
    jobs = [Job(name=name, on_change=f"http://{name}.example/") for name in ("a", "b")]
    said = report(a={}, b={})
    said.add(
        Visited(
            job="b", role=Role.PAGE, url="http://news.example/x", due_at=NOW, why="every 1d", at=NOW, outcome="flagged",
            problems=("http-error",), state=State.GONE, was=State.THERE,
        )
    )  # fmt: skip
    Teller(outside.send, jobs, "desk", None, outside.warnings.append).end(said)
    assert list(outside.sent) == ["http://b.example/"]
    told = json.loads(outside.sent["http://b.example/"])
    assert (told["archive"], told["job"], told["changes"][0]["state"]) == ("desk", "b", "gone")
