"""What verify does beyond its options: the check, a repair and the check behind it, what is said of them, and what is remembered."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

from archiver.checking import Asked, Subset, check, remember, repair
from archiver.cli import _output
from archiver.errors import ArchiverError, Exit, UsageError
from archiver.ledger.anchors import judged
from archiver.ledger.heads import read_head
from archiver.ledger.problems import CODES, LEVELS, Damage, Report
from archiver.manifest.store import Manifest
from archiver.model import schedule
from archiver.model.date import now
from archiver.model.text import counted
from archiver.warc.store import WarcStore

if TYPE_CHECKING:
    from archiver.ledger.checkpoints import Kept
    from archiver.ledger.copies import Restored
    from archiver.model.citation import Json

#: What `checked` of a report counts, where it is no records.
_COUNTED = {"quick": "file", "index": "statement"}


def asked(
    folder: Path,
    level: str,
    *,
    subset: str | None,
    older_than: str | None,
    heads: Sequence[Path],
    against: Path | None,
    repairs: bool,
) -> Asked:
    """What the options ask for. Raises UsageError."""
    from archiver.anchoring import trusted
    from archiver.config import load

    if level not in LEVELS:
        raise UsageError(f"there is no level {level!r}", advice=f"The levels are: {', '.join(LEVELS)}.")
    reads = level in ("bytes", "full")
    if not reads and (subset or older_than):
        raise UsageError(
            f"--subset and --older-than say which files are read, and level {level} reads "
            + ("all of them" if level == "deep" else "none"),
            advice="They go with the levels bytes and full.",
        )
    if repairs and LEVELS.index(level) < LEVELS.index("bytes"):
        raise UsageError(
            f"level {level} does not read what is to be repaired", advice="Use level bytes, or one behind it."
        )
    roots = trusted(load(folder, {}), folder)
    return Asked(
        level, None if subset is None else _subset(subset), None if older_than is None else _length(older_than), (*map(_head, heads), *_signed_last(folder)),
        against, partial(judged, roots=roots),
    )  # fmt: skip


def _subset(text: str) -> Subset:
    number, _, of = text.partition("/")
    try:
        return Subset(int(number[:9]), int(of[:9]))
    except ValueError as why:
        raise UsageError(
            f"--subset: there is no part {text[:40]!r}", advice="3/30 is the third of thirty parts."
        ) from why


def _length(text: str) -> timedelta:
    try:
        return schedule.length(text)
    except ValueError as why:
        raise UsageError(f"--older-than: {why}") from why


def _head(path: Path) -> Kept:
    try:
        return read_head(path)
    except OSError as why:
        raise UsageError(f"--head: {path} cannot be read: {why.strerror}") from why
    except ValueError as why:
        raise UsageError(f"--head: {path} is no checkpoint: {why}") from why


def _signed_last(folder: Path) -> tuple[Kept, ...]:
    """What the key at hand signed last for this log: that, too, was kept elsewhere. Of a copy from before that it says nothing, and what
    was put back to an earlier state looks the same: a person is told, and nothing is signed there.
    """
    from archiver.config import key_path, load
    from archiver.ledger.log import Log
    from archiver.manifest.opening import open_read_only
    from archiver.signing import heads

    with suppress(ArchiverError, OSError, ValueError), open_read_only(folder) as connection:
        log = Log(connection)
        path = heads.last(key_path(load(folder, {})), log.origin)
        if path is None:
            return ()
        head = read_head(path)
        if head.checkpoint.size <= log.size:
            return (head,)
        _output.warn(
            f"your key has signed {counted(head.checkpoint.size, 'statement')} of this log ({path}), and {log.size} are here",
            "A copy from before that is so. If this is no copy, it was put back to an earlier state: put the newer files in their place.",
        )
    return ()


def run(folder: Path, asked: Asked, repair_from: Path | None, *, json: bool) -> None:
    """Check, repair where that is asked for, and say what came of it."""
    report = check(folder, asked)
    restored: Sequence[Restored] = ()
    if repair_from is not None and report.problems:
        restored = _repaired(folder, repair_from, report)
        report = check(folder, asked)
    if json:
        put: list[Json] = [one.as_json() for one in restored]
        _output.emit({**report.as_json(), **({"repaired": put} if repair_from is not None else {})})
    else:
        _say(asked, report, restored)
    _remember(folder, report)
    if report.problems:
        raise typer.Exit(Exit.INTEGRITY)


def _repaired(folder: Path, copy: Path, report: Report) -> Sequence[Restored]:
    from archiver.config import key_path, load
    from archiver.pipeline import TOOL
    from archiver.signing.keys import known

    if not (copy / "archive").is_dir():
        raise UsageError(
            f"there is no archive in {copy}", advice="Name the folder of the other copy: the one that holds archive/"
        )
    return repair(folder, copy, report, keys=known(key_path(load(folder, {}))), tool=TOOL)


def _say(asked: Asked, report: Report, restored: Sequence[Restored]) -> None:
    for one in report.problems:
        _output.say(f"{_output.colour(one.code, 'red')}  {_output.show(_told(one))}")
    for code, alike in groupby(sorted(report.remarks, key=lambda one: one.code), lambda one: one.code):
        first, *more = alike
        rest = f"; and {len(more)} more" if more else ""
        _output.note(f"{code}  {_output.show(_told(first))}{rest}")
    for done in restored:
        _output.say(f"{_output.show(done.warc)}: {'not repaired: ' if done.why_not else ''}{_output.show(str(done))}")
    failing = {one.code for one in report.problems}
    for code, advice in report.advice.items():
        (_output.say if code in failing else _output.note)(f"{code}: {advice}")
    if report.problems or _output.verbosity >= 0:
        for line in _found(asked, report):
            _output.say(line)
        _output.say(_summary(asked, report))


def _found(asked: Asked, report: Report) -> Iterator[str]:
    """What was held against it, and agrees."""
    wrong = {one.warc for one in report.problems if one.code == "head-inconsistent"}
    told = {one.code for one in (*report.problems, *report.remarks)}
    for head in asked.heads:
        if str(head.path) not in wrong and not told & {"no-log", "manifest-damaged"}:
            size = counted(head.checkpoint.size, "statement")
            yield f"the log goes on from {_output.show(head.path)} ({size})"
    if asked.against is not None and not any(600 <= CODES[code].number < 700 for code in told):
        what = "as far as it goes, it has" if "copy-behind" in told else "it has"
        files = f"{what} the same statements, and the same bytes of {counted(len(report.files), 'WARC file')}"
        yield (
            f"{_output.show(asked.against)}: {files}"
            if report.files
            else f"{_output.show(asked.against)}: {what} the same statements"
        )


def _summary(asked: Asked, report: Report) -> str:
    what = counted(report.checked, _COUNTED.get(report.level, "record"))
    part = f", part {report.part} of the files" if report.part else ""
    if report.problems:
        end = counted(len(report.problems), "problem")
    elif any(one.code == "no-log" for one in report.remarks):
        end = "nothing of the log could be checked: archiver migrate"
    elif asked.older_than is not None and not report.files:
        end = "nothing was due, and the rest is as written"
    else:
        end = "all as written"
    return f"{what} checked at level {report.level}{part}: {end}"


def _told(one: Damage) -> str:
    """Where, what, and which capture it touches."""
    where = one.place or "the manifest"
    if one.warc is not None:
        where = one.warc if one.offset is None else f"{one.warc} at {one.offset}"
        where += f" ({one.place})" if one.place else ""
    capture = f" (capture {one.capture_id})" if one.capture_id else ""
    return f"{where}: {one.message or CODES[one.code].meaning}{capture}"


def _remember(folder: Path, report: Report) -> None:
    """Keep the result in the manifest's events, where the archive may be written to; a read-only copy is checked all the same. A
    manifest of an earlier schema stays of that, and one that is damaged as it is.
    """
    if any(one.code in ("no-log", "manifest-damaged") for one in (*report.problems, *report.remarks)):
        _output.detail("the check is not noted in the manifest, which is damaged, or of an earlier schema")
        return
    manifests = folder / "manifests"
    if not os.access(manifests, os.W_OK) or not os.access(manifests / "manifest.db", os.W_OK):
        _output.detail("the archive is read-only here: the check is not noted in it")
        return
    store = WarcStore(folder / "archive", clock=now, ids=lambda: str(uuid4()), tool="")
    try:
        with store.locked(), closing(Manifest(folder)) as manifest:
            remember(manifest, report, now())
    except (OSError, sqlite3.Error, ArchiverError) as why:
        _output.note(f"the check could not be noted in the manifest: {_output.show(why)}")
