"""Changing manifests/watch.toml as a careful person would: what is asked for, and not a character besides.

    add(folder, draft) -> Added         pause(folder, name, paused)         remove(folder, what) -> Removed

Each change is made in the text, beside the comments and in the layout that stand there; the new text is read again and must mean
what was to be meant; only then it takes the place of the old, whole or not at all. Who edits at the same time waits. A file with
mistakes is not edited, and one that is written in a way that is not edited here (jobs as inline tables) says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path as File

from archiver import config, plain
from archiver.errors import NotFound, Unwritable, UsageError
from archiver.model.url import BadUrl, parse
from archiver.model.watch import Job
from archiver.watch.places import Places, Span
from archiver.watch.read import checked, load, loaded, missing, text_of, unknown

#: The lists of addresses that a job has.
LISTS = ("urls", "feeds", "sitemaps")

#: Characters of a list that stands on one line.
_WIDTH = 60

#: Begins a file that is made.
_TOP = "# What the scheduled job visits, and the settings of this archive. Every key is optional.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A job as the command line gives it; what is empty is not written."""

    name: str
    urls: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    every: str = ""
    cron: str = ""
    timezone: str = ""
    recapture: tuple[str, ...] = ()
    follow_origin: bool = False
    note: str = ""

    def text(self) -> str:
        """It as it stands in the file."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return "[[job]]\n" + "".join(f"{name} = {_literal(value)}\n" for name, value in given if value)

    def manner(self) -> tuple[str, ...]:
        """What it says beside its name and addresses."""
        return tuple(
            field.name for field in fields(self) if field.name not in ("name", *LISTS) and getattr(self, field.name)
        )


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it: the addresses that are new to the job, those that it has already; whether job and file were made."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    made_job: bool
    made_file: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out: a whole job, or an address out of these jobs."""

    jobs: tuple[str, ...]
    address: str | None


def add(folder: File, draft: Draft) -> Added:
    """Put addresses into a job, which is made where there is none of that name. Raises UsageError."""
    drafted, mistakes = checked(draft.text())
    if mistakes:
        raise UsageError("; ".join(mistake.message for mistake in mistakes), advice="Nothing was changed.")
    [wanted] = drafted
    file = folder / config.WATCH
    made_file = not file.exists()
    with _editing(folder, make=True) as (text, jobs):
        number = next((n for n, job in enumerate(jobs) if job.name == wanted.name), None)
        if number is None:
            eol = _eol(text)
            start = _TOP if made_file else text + ("" if text.endswith("\n") or not text else eol)
            block = draft.text().replace("\n", eol)
            _write(file, start + (eol if start else "") + block, (*jobs, _with_defaults(start + block)))
            return Added(tuple(address for _, address in wanted.visits()), (), True, made_file)
        if draft.manner():
            line = Places(text).at(("job", number)).line
            raise UsageError(
                f"the job {wanted.name!r} is there already ({file}, line {line}), and {draft.manner()[0]} is part of it",
                advice="Leave the option out to add addresses to the job; change how it is done in the file; or give another --job.",
            )
        known: list[str] = []
        new: list[str] = []
        changed, job = text, jobs[number]
        for name in LISTS:
            has, given = getattr(job, name), getattr(wanted, name)
            further = tuple(address for address in given if address not in has)
            known += [address for address in given if address in has]
            if further:
                new += further
                changed = _extended(changed, number, name, further)
                job = _listing(job, {name: (*has, *further)})
        if new:
            _write(file, changed, (*jobs[:number], job, *jobs[number + 1 :]))
        return Added(tuple(new), tuple(known), False, False)


def pause(folder: File, name: str, *, paused: bool) -> bool:
    """Let a job rest, or go on. Whether anything had to be changed. Raises UsageError."""
    with _editing(folder) as (text, jobs):
        number = _number(folder, jobs, name)
        if jobs[number].paused == paused:
            return False
        span = Places(text).values.get(("job", number, "paused"))
        word = _literal(paused)
        changed = (
            text[: span.start] + word + text[span.end :] if span else _line_added(text, number, f"paused = {word}")
        )
        expected = replace(jobs[number], paused=paused)
        _write(folder / config.WATCH, changed, (*jobs[:number], expected, *jobs[number + 1 :]))
        return True


def remove(folder: File, what: str) -> Removed:
    """Take out the job of that name, or an address out of every job that lists it. Raises NotFound or UsageError."""
    file = folder / config.WATCH
    with _editing(folder) as (text, jobs):
        if "://" not in what:
            number = _number(folder, jobs, what)
            _write(file, _without_job(text, number), (*jobs[:number], *jobs[number + 1 :]))
            return Removed((what,), None)
        try:
            address = parse(what)
        except BadUrl as why:
            raise UsageError(str(why)) from why
        expected = list(jobs)
        for number, job in enumerate(jobs):
            kept = {name: tuple(one for one in getattr(job, name) if one != address) for name in LISTS}
            expected[number] = _listing(job, kept)
            if job != expected[number] and not expected[number].visits():
                raise UsageError(
                    f"{address} is all that the job {job.name!r} visits",
                    advice=f"Take out the whole job with `archiver watch remove {shlex.quote(job.name)}`, or let it rest with "
                    f"`archiver watch pause {shlex.quote(job.name)}`.",
                )
        touched = tuple(job.name for job, now in zip(jobs, expected, strict=True) if job != now)
        if not touched:
            raise NotFound(f"no job lists {address}", advice="`archiver watch list` shows what is visited.")
        _write(file, _without_address(text, address), tuple(expected))
        return Removed(touched, address)


def _listing(job: Job, lists: dict[str, tuple[str, ...]]) -> Job:
    return replace(job, **lists)  # type: ignore[arg-type]  # of LISTS


def _number(folder: File, jobs: tuple[Job, ...], name: str) -> int:
    for number, job in enumerate(jobs):
        if job.name == name:
            return number
    raise unknown(folder / config.WATCH, name, [job.name for job in jobs])


def _literal(value: str | bool | tuple[str, ...]) -> str:
    """A value as TOML writes it; a long list with one on each line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        inner = [_literal(one) for one in value]
        line = f"[{', '.join(inner)}]"
        return (
            line if len(line) <= _WIDTH or len(inner) == 1 else "[\n" + "".join(f"    {one},\n" for one in inner) + "]"
        )
    clean = value.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")


def _eol(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _with_defaults(text: str) -> Job:
    """The last job of a text. Raises UsageError where the text is not one that a job can be written below."""
    jobs, _ = checked(text)
    if not jobs:
        raise UsageError("the file is written in a way that is not edited here", advice=_BY_HAND)
    return jobs[-1]


def _extended(text: str, number: int, name: str, addresses: tuple[str, ...]) -> str:
    """The text with addresses at the end of a list."""
    span = Places(text).values.get(("job", number, name))
    literals, eol = [_literal(address) for address in addresses], _eol(text)
    if span is None:
        return _line_added(text, number, f"{name} = {_literal(addresses)}".replace("\n", eol))
    if not span.items:
        inside = (
            "".join(f"{eol}    {one}," for one in literals)
            if "\n" in text[span.start : span.end]
            else ", ".join(literals)
        )
        return text[: span.start + 1] + inside + text[span.start + 1 :]
    last = span.items[-1].end
    line = re.compile(r"(?P<comma>[ \t]*+,)?[ \t]*+(?:#[^\r\n]*+)?(?=\r?\n)").match(text, last, span.end)
    if line is None:
        return text[:last] + "".join(f", {one}" for one in literals) + text[last:]
    indent = re.match(r"[ \t]*", text[text.rfind("\n", 0, span.items[-1].start) + 1 :])
    margin = indent[0] if indent else ""
    comma = "" if line["comma"] else ","
    further = "".join(f"{eol}{margin}{one}," for one in literals)
    return text[:last] + comma + text[last : line.end()] + further + text[line.end() :]


def _line_added(text: str, number: int, line: str) -> str:
    """The text with a line more in a job, below its name."""
    places = Places(text)
    span = places.values.get(("job", number, "name"))
    if span is None:
        raise UsageError("the file is written in a way that is not edited here", advice=_BY_HAND)
    end, eol = places.line_end(span.end), _eol(text)
    return text[:end] + ("" if text[:end].endswith("\n") else eol) + line + eol + text[end:]


def _without_job(text: str, number: int) -> str:
    """The text without the lines of a job; comments above and below it stay."""
    places = Places(text)
    header = next((one for one in places.headers if one.path == ("job", number)), None)
    if header is None:
        raise UsageError("the file is written in a way that is not edited here", advice=_BY_HAND)
    ends = [span.end for path, span in places.values.items() if path[:2] == ("job", number)]
    before, after = text[: header.start], text[places.line_end(max(ends)) :]
    if before.endswith(("\n\n", "\r\n\r\n")) or not before:
        after = re.sub(r"\A(?:[ \t]*\r?\n)+", "", after)
    return before.rstrip() + _eol(text) if before.strip() and not after.strip() else before + after


def _without_address(text: str, address: str) -> str:
    """The text without an address, wherever it is listed."""
    places = Places(text)
    spans = [
        (item, span)
        for path, span in places.values.items()
        if path[0] == "job" and path[-1] in LISTS
        for item in span.items
        if parse(tomllib.loads(f"k = {text[item.start : item.end]}")["k"]) == address
    ]
    for item, span in sorted(spans, key=lambda pair: pair[0].start, reverse=True):
        text = _without_item(text, item, span)
    return text


def _without_item(text: str, item: Span, span: Span) -> str:
    start = text.rfind("\n", 0, item.start) + 1
    line = re.compile(r"[ \t]*+,?[ \t]*+(?:#[^\n]*+)?\n").match(text, item.end)
    if line and start > span.start and not text[start : item.start].strip():
        return text[:start] + text[line.end() :]
    comma = re.compile(r"\s*+,[ \t]*+").match(text, item.end)
    if comma:
        return text[: item.start] + text[comma.end() :]
    return re.sub(r",\s*\Z", "", text[: item.start]) + text[item.end :]


_BY_HAND = "Change it in a text editor; `archiver watch test` says whether it is right."


@contextlib.contextmanager
def _editing(folder: File, *, make: bool = False) -> Iterator[tuple[str, tuple[Job, ...]]]:
    """The text and its jobs, while nobody else edits. Raises BadWatch, UsageError or Unwritable."""
    file = folder / config.WATCH
    if not make and not file.exists():
        raise missing(folder)
    load(folder)  # where there is something to complain of, nothing is made
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(file.parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as why:
        raise Unwritable(f"{file.parent} cannot be had: {why.strerror}") from why
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        text = text_of(file)
        yield text, loaded(file, text)
    finally:
        os.close(held)


def _write(file: File, text: str, expected: tuple[Job, ...]) -> None:
    """The new text in the place of the old, once it is known to mean what it is to mean. Raises UsageError or Unwritable."""
    jobs, mistakes = checked(text)
    if mistakes or jobs != expected:
        raise UsageError("the file is written in a way that is not edited here; nothing was changed", advice=_BY_HAND)
    target = file.resolve()  # a link stays one
    new = target.with_name(f".{target.name}.new")  # one name: who was killed over it leaves it to the next
    try:
        new.unlink(missing_ok=True)
        with new.open("x", encoding="utf-8", newline="") as opened:
            opened.write(text)
            opened.flush()
            if target.exists():
                os.fchmod(opened.fileno(), target.stat().st_mode & 0o777)
            os.fsync(opened.fileno())
        new.replace(target)
        plain.sync_folder(target.parent)
    except OSError as why:
        raise Unwritable(f"{file} could not be written: {why.strerror}; what stands in it is whole") from why
