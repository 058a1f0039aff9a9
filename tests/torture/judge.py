"""Whether an archive that something happened to is whole: every rule of what is never lost, asked of what is on disk.

    expected = Expected()
    expected.ask("capture", [url]); expected.hear("capture", ended)      # what was asked for, and what was acknowledged of it
    problems = glance(folder, expected)                                  # what a reader sees at once
    problems = judge(folder, expected)                                   # what there is once a writer has opened it; sentences

1. What was acknowledged is in the manifest, with the digest that was told, and its record can be read and has that digest.
2. `verify` at level bytes finds nothing; every file ends where it is known to, and the manifest passes SQLite's own checks.
3. The statements in the files are the rows of the manifest: one sequence from 1 on, without gaps and without duplicates; nothing
   in the files belongs to no group but texts, which go with none.
4. Nothing is there more often than it was asked for.
5. Every captured page was read and has its conclusions, every decision is applied, nothing is left to be drawn.
6. Nothing lies about: no half log, no file moved aside where nothing was torn.

Reads alone, and repairs nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from archiver.errors import ArchiverError, ForeignManifest, NoArchive
from archiver.fetch.decode import stored
from archiver.ledger.verify import verify
from archiver.manifest.fixity import files
from archiver.manifest.opening import open_read_only
from archiver.manifest.schema import STATEMENT_TABLES
from archiver.model.capture import Capture, RecordLocation
from archiver.model.digest import Digest
from archiver.model.statement import Statement, decode
from archiver.warc.layout import STATEMENT_TYPE
from archiver.warc.read import Broken, members, record_at
from tests.torture.warm import Ended

#: How a row that no address names is counted: a person's decisions, and addresses that left nothing.
DECISIONS, NAMINGS = "a decision", "a naming"

#: Records that stand in a file without a statement of their own: what begins it, and texts.
UNNAMED = ("warcinfo", "conversion")


def failed(url: str) -> str:
    """The name of an attempt that left nothing."""
    return f"an attempt at {url}"


@dataclass(slots=True)
class Expected:
    """What an archive must hold. `kept` are acknowledged captures and the SHA-256 told; counts are of addresses (and names above)."""

    kept: dict[str, str] = field(default_factory=dict)
    least: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def copy(self) -> Expected:
        """One that goes its own way from here."""
        return Expected(dict(self.kept), self.least.copy(), self.most.copy())

    def ask(self, names: Sequence[str]) -> None:
        """These are asked for once more."""
        self.most.update(names)
        self.most.update(failed(name) for name in names)

    def hear(self, ended: Ended, names: Sequence[str] = (), done: str = "") -> None:
        """What a command acknowledged: `capture` a line an address; any other, all of `names` where it printed `done`."""
        for line in ended.lines():
            if "capture_id" in line:
                url = str(line["url"])
                if line["capture_id"] is None:
                    self.least[failed(url)] += 1
                else:
                    self.kept[str(line["capture_id"])] = str(line["sha256"])
                    self.least[url] += 1
        if done and re.search(done, ended.out):
            self.least.update(names)


def judge(folder: Path, expected: Expected, *, torn: bool = False, given_up: bool = False) -> list[str]:
    """What is wrong with the archive in `folder`. `torn`: a write was cut in half, so that its half may lie aside. `given_up`: a page
    was, or may have been, in reading so often when its reader was killed that it is not read again.
    """
    problems = list(_left(folder, torn=torn))  # first: whoever reads leaves a log's empty files
    with open_read_only(folder) as connection:
        rules: tuple[Callable[[], Iterator[str]], ...] = (
            partial(_verified, folder, connection),
            partial(_sound, connection),
            partial(_acknowledged, folder, connection, expected),
            partial(_counted, connection, expected),
            partial(_stated, folder, connection),
            partial(_concluded, connection, given_up=given_up),
        )
        for rule in rules:
            try:
                problems += rule()
            except (ArchiverError, Broken, OSError) as why:
                problems.append(f"it cannot be read: {why}")
    return problems


def glance(folder: Path, expected: Expected) -> list[str]:
    """What is wrong with what a reader sees before anybody has put anything right: what is acknowledged must be there, and every
    row must refer to bytes that are. A file that nobody knows yet, or bytes behind a known end, are still to be taken up.
    """
    try:
        with open_read_only(folder) as connection:
            seen = [one for one in verify(folder, connection).problems if one.code != "file-unknown"]
            problems = [f"before it is put right, {one.code} {one.warc} at {one.offset}" for one in seen]
            return problems + list(_acknowledged(folder, connection, expected))
    except NoArchive:  # it was broken off while it was being made, or its manifest is lost
        return [f"there is no archive, and {len(expected.kept)} captures were acknowledged"] if expected.kept else []
    except ForeignManifest as why:
        if not expected.kept and "too old" in str(why):  # its making was broken off: a writer goes on with it
            return []
        return [f"before it is put right, it cannot be read: {why}"]
    except ArchiverError as why:
        return [f"before it is put right, it cannot be read: {why}"]


def _verified(folder: Path, connection: sqlite3.Connection) -> Iterator[str]:
    for one in verify(folder, connection).problems:
        yield f"verify: {one.code} {one.warc} at {one.offset}"


def _sound(connection: sqlite3.Connection) -> Iterator[str]:
    (answer,) = connection.execute("pragma integrity_check(1)").fetchone()
    if answer != "ok":
        yield f"the manifest: {answer}"
    if connection.execute("pragma foreign_key_check").fetchall():
        yield "the manifest: a row refers to none"


def _acknowledged(folder: Path, connection: sqlite3.Connection, expected: Expected) -> Iterator[str]:
    for capture_id, sha256 in expected.kept.items():
        row = connection.execute(
            "select c.payload_sha256, c.url, r.warc, r.offset, r.length, r.stored_sha256 from captures c"
            " join records r on r.record_id = coalesce(c.revisit_of, c.capture_id) where c.capture_id = ?",
            (capture_id,),
        ).fetchone()
        if row is None:
            yield f"lost: {capture_id} was acknowledged"
        elif row[0] != sha256:
            yield f"{capture_id} has another digest than was told"
        else:
            with record_at(
                folder / "archive", RecordLocation(row[2], row[3], row[4], Digest.from_hex(row[5]))
            ) as record:
                content = stored(record.kind, row[1], record.block).content
            if Digest.sha256(content).hex != sha256:
                yield f"{capture_id}: its record holds something else"


def _counted(connection: sqlite3.Connection, expected: Expected) -> Iterator[str]:
    rows = connection.execute(
        "select asked_url, count(*) from captures where purpose = 'page' group by 1"
        " union all select 'an attempt at ' || url, count(*) from attempts where capture_id is null group by 1"
        f" union all select '{DECISIONS}', count(*) from decisions"
        f" union all select '{NAMINGS}', count(*) from namings"
    ).fetchall()
    there: Counter[str] = Counter(dict(rows))
    for name in there | expected.least:
        if not expected.least[name] <= there[name] <= expected.most[name]:
            yield f"{name}: {there[name]} times, not {expected.least[name]} to {expected.most[name]}"


def _stated(folder: Path, connection: sqlite3.Connection) -> Iterator[str]:
    known = {one.name: one.committed for one in files(connection)}
    in_files: list[tuple[int, str]] = []
    for path in sorted((folder / "archive").glob("*.warc.gz")):
        waiting: set[str] = set()
        for record in members(path):
            waiting.add(record.record_id)
            if record.kind in UNNAMED:
                waiting.remove(record.record_id)
            elif record.media_type == STATEMENT_TYPE and record.stored is not None:
                at = RecordLocation(path.name, record.offset, record.length, record.stored)
                statement = decode(record.block.read(), record.record_id, at)
                in_files.append((statement.sequence, record.record_id))
                if waiting != _named(statement) | {record.record_id}:
                    yield f"{path.name} at {record.offset}: a statement that does not name what stands before it"
                waiting.clear()
        if waiting:
            yield f"{path.name}: {len(waiting)} records that nothing states"
        if known.get(path.name) != path.stat().st_size:
            yield f"{path.name} has {path.stat().st_size} bytes, and {known.get(path.name)} are known"
    rows = sorted(
        (row[0], row[1])
        for table in STATEMENT_TABLES
        for row in connection.execute(f"select sequence, statement_id from {table} where sequence is not null")
    )
    if in_files != rows:
        yield f"the files state {_span(in_files)}, the manifest {_span(rows)}"
    if [sequence for sequence, _ in rows] != list(range(1, len(rows) + 1)):
        yield f"the sequence has gaps or duplicates: {[sequence for sequence, _ in rows]}"


def _named(statement: Statement) -> set[str]:
    """The records that a statement names, as far as they must be named."""
    named = {one.record_id for one in statement.others if one.kind not in UNNAMED}
    if isinstance(statement, Capture):
        named.update(one.record_id for one in statement.exchanges)
        named.update(one.request_id for one in statement.exchanges if one.request_id is not None)
    return named


def _span(statements: list[tuple[int, str]]) -> str:
    return f"{len(statements)} up to {max(statements, default=(0, ''))[0]}"


def unread(connection: sqlite3.Connection) -> int:
    """How many pages were given up, though every page of ours can be read."""
    sql = "select count(*) from documents where read_problems like '%extraction-failed%'"
    return int(connection.execute(sql).fetchone()[0])


def _concluded(connection: sqlite3.Connection, *, given_up: bool) -> Iterator[str]:
    if not given_up and (number := unread(connection)):
        yield f"{number} pages that could be read and were not"
    for what, sql in (
        ("pages without conclusions", "captures where purpose = 'page' and document_id is null"),
        ("captures that belong to no document", "captures c where document_id is not null and not exists"
         " (select 1 from documents d where d.id = c.document_id)"),
        ("namings not applied", "namings where not applied"),
        ("decisions not applied", "decisions where not applied"),
        ("documents to be resolved", "unresolved"),
    ):  # fmt: skip
        (number,) = connection.execute(f"select count(*) from {sql}").fetchone()
        if number:
            yield f"{number} {what}"


def _left(folder: Path, *, torn: bool) -> Iterator[str]:
    for path in sorted((folder / "manifests").iterdir()):
        if path.name not in ("manifest.db", "watch.toml"):
            yield f"{path.name} was left behind"
    for path in sorted((folder / "archive").iterdir()):
        if ".torn-" in path.name and not torn and path.stat().st_size:
            yield f"{path.name}: nothing was torn"
        if not re.search(r"\.warc\.gz(\.torn-\d+(-\d+)?)?$|^\.lock$|^\.run\.lock$|^checkpoints$", path.name):
            yield f"{path.name} was left behind"
