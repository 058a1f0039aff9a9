"""Telling others of a run: a ping at its beginning and its end, a notice where something changed.

    ping(send, url, stage, text)       URL/start, then URL or URL/fail with a summary as text
    notice(report, name, archive)      the body of one job's notice, None where there is nothing to tell
    notify(send, url, body)            the notice, posted

Whoever listens may be down or gone, and that fails no run: what went wrong comes back as a sentence for a warning, "" where nothing
did. It names hosts alone: the path of such an address is often a secret. What may pass by itself is tried once more, at once.

A third party learns what is public or the operator's own words: addresses, titles, names of jobs; no path of this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from archiver.errors import ArchiverError, FetchError
from archiver.model.citation import Json
from archiver.model.date import rfc3339
from archiver.model.history import CitedChange
from archiver.model.run import Count, Ending, Report, Visited
from archiver.model.url import host

#: Address, body (None: a GET) and media type -> status: fetch.send with a client. Raises FetchError, UsageError.
Send = Callable[[str, bytes | None, str], int]

#: Bytes of a ping's text, visits of a notice, and bytes of it.
MAX_TEXT, MAX_VISITS, MAX_NOTICE = 10_000, 200, 256 * 1024

#: Fields of a visit that a notice gives; how many changes, and characters of a title, of an old or new value, of a message.
_KEYS = (
    "url",
    "title",
    "role",
    "at",
    "state",
    "was",
    "change",
    "changes",
    "words",
    "problems",
    "message",
    "capture_id",
)
_FIELDS, _MOST = 5, 500

#: What may pass by itself: problems of a visit, and statuses of an answer.
_PASSING = frozenset(("dns", "connect", "timeout"))
_BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))

#: An address up to its path, and the path.
_PATH = re.compile(r"(://[^\s/]+)/\S+")


class Stage(StrEnum):
    """What a ping says, as the last part of its path."""

    BEGUN = "start"
    DONE = ""
    FAILED = "fail"


def stage(ending: Ending, count: Count) -> Stage:
    """How a run, or one job of it, ended: it failed where it broke off, or where all that was asked for was in vain."""
    in_vain = count.visited and not count.kept
    return Stage.FAILED if ending is Ending.BROKEN or in_vain else Stage.DONE


def ping_address(url: str, said: Stage) -> str:
    """The address for that stage; a query stays behind the path."""
    if not said:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{said}"))


def ping(send: Send, url: str, said: Stage, text: str = "") -> str:
    """Say that a run begins, or how it ended; `text` is for people. Returns what went wrong."""
    body = text.encode("utf-8", "replace")[:MAX_TEXT].decode("utf-8", "ignore").encode() if text else None
    return _deliver(send, "ping", ping_address(url, said), body, "text/plain; charset=utf-8")


def notify(send: Send, url: str, body: bytes) -> str:
    """Post a notice. Returns what went wrong. It may arrive twice: run and job say that it is the same."""
    return _deliver(send, "notice", url, body, "application/json")


def _deliver(send: Send, what: str, url: str, body: bytes | None, media_type: str) -> str:
    wrong, passing = _attempt(send, url, body, media_type)
    if passing:
        wrong, _ = _attempt(send, url, body, media_type)
    hosts_alone = _PATH.sub(r"\1/…", wrong)
    return f"the {what} to {host(url)} did not arrive: {hosts_alone}" if wrong else ""


def _attempt(send: Send, url: str, body: bytes | None, media_type: str) -> tuple[str, bool]:
    """What went wrong, "" where nothing did, and whether that may pass by itself."""
    try:
        status = send(url, body, media_type)
    except ArchiverError as why:
        passing = isinstance(why, FetchError) and why.problem in _PASSING
        return f"{why}; {why.advice}" if why.advice else str(why), passing
    if status // 100 == 2:
        return "", False
    moved = status // 100 == 3 and body is not None
    advice = "; what is posted is not sent on: write down the address that it redirects to" if moved else ""
    return f"it was answered with status {status}{advice}", status in _BUSY


def notice(report: Report, name: str, archive: str) -> bytes | None:
    """The notice of what a run found changed in one job: JSON in ASCII, at most MAX_VISITS visits and MAX_NOTICE bytes.

    `{run, job, archive, at, changes: [{url, title, role, at, state, was, change, changes: [{field, old, new}], words, problems,
    message, capture_id}], more}`. `archive` is a name for it, of the caller's choice; `more` counts the visits that are left out.
    """
    telling = report.jobs[name].telling
    if not telling:
        return None
    at = rfc3339(report.ended or report.started)
    head: dict[str, Json] = {"run": report.number, "job": name, "archive": archive, "at": at}
    entries: list[Json] = []
    room = MAX_NOTICE - len(_encoded({**head, "changes": [], "more": telling}))
    for visited in [visited for visited in report.told if visited.job == name][:MAX_VISITS]:
        entry = _entry(visited)
        room -= len(_encoded(entry)) + len(", ")
        if room < 0:
            break
        entries.append(entry)
    return _encoded({**head, "changes": entries, "more": telling - len(entries)})


def _entry(visited: Visited) -> dict[str, Json]:
    """One visit, its foreign texts bounded."""
    said = visited.as_json()
    changes = (CitedChange(one.field, _short(one.old), _short(one.new)) for one in visited.changes[:_FIELDS])
    return {key: said[key] for key in _KEYS} | {
        "title": _short(visited.title),
        "changes": [change.as_json() for change in changes],
        "message": _short(visited.message),
    }


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _encoded(value: Json) -> bytes:
    return json.dumps(value).encode("ascii")
