"""Every statement against its leaf, and every row of evidence against what is stated: level index.

    drawing = Drawing(connection, archive, scratch(folder), now); drawing.draw()
        each statement is read from its record, and a scratch manifest written from them by the code that wrote the real one
    compared(connection, drawing)       the two, row by row, by the keys of TABLES
    schema(connection, drawing)         their tables, triggers and views
    tiled(drawing)                      whether records account for every byte

Columns that only conclusions fill are left out (they are level deep's), and the history of checks, which nothing states. Where a
statement cannot be read, what it states is unknown: rows that only it could hold are not called wrong.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from archiver.errors import Damaged, Unreadable
from archiver.ledger.problems import Damage
from archiver.manifest import withdrawals
from archiver.manifest.opening import MANIFEST
from archiver.manifest.store import Manifest
from archiver.model.capture import Capture, RecordLocation, StoredRecord, StoredText
from archiver.model.date import parse_rfc3339, rfc3339
from archiver.model.digest import Digest
from archiver.model.event import Reading, Withdrawal
from archiver.model.log import leaf_hash
from archiver.model.statement import LIMIT, Stated, Statement, decode
from archiver.warc.read import record_at, uuid_of

#: A clock that is further off than this is told.
SLACK = timedelta(minutes=5)

#: So many statements are one transaction.
_LOT = 500

#: What SQLite gives; no column of a manifest is of bytes.
Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of a table are told apart, which of its columns nothing states, and which rows."""

    key: tuple[str, ...]
    without: frozenset[str] = frozenset()
    where: str = "true"


_APPLIED = frozenset({"applied"})

#: The tables of evidence, but for the log and its checkpoints, which are compared with their own sources.
TABLES: Mapping[str, Table] = {
    "warcs": Table(("name",)),
    "records": Table(("record_id",)),
    "certificates": Table(("sha256",)),
    "conversions": Table(("record_id",)),
    "captures": Table(("sequence",), frozenset({"reads", "document_id", "state", "list_problems"})),
    "exchanges": Table(("sequence", "hop")),
    "attempts": Table(("sequence", "capture_id"), frozenset({"id"})),
    "events": Table(("sequence",), frozenset({"id"}), "sequence is not null"),
    "namings": Table(("sequence",), _APPLIED),
    "decisions": Table(("sequence",), _APPLIED),
    "readings": Table(("sequence",)),
    "withdrawals": Table(("sequence",), _APPLIED),
    "keys": Table(("sequence",)),
    "anchors": Table(("sequence",)),
}

_STATEMENTS = (
    "select l.sequence, l.leaf, l.statement_id, r.warc, r.offset, r.length, r.stored_sha256 from log l"
    " left join records r on r.record_id = l.statement_id order by l.sequence"
)
_UNSTATED = "select record_id, warc, offset, length, stored_sha256 from records where kind in ('warcinfo', 'conversion') order by warc, offset"
_SCHEMA = (
    "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite\\_%' escape '\\'"
    " and tbl_name <> '_sqlite_migrations' order by type, name"  # which is sqlite-utils', and made in two steps
)


def scratch(folder: Path) -> Manifest:
    """An empty manifest in `folder`, which is empty. The caller closes it."""
    path = folder / MANIFEST
    path.parent.mkdir()
    path.write_bytes(_empty())
    manifest = Manifest(folder)
    manifest.connection.execute("pragma synchronous = off")  # it is not needed any longer than this process
    manifest.connection.execute(
        "pragma foreign_keys = off"
    )  # what refers to a statement that cannot be read is not wrong itself
    return manifest


@cache
def _empty() -> bytes:
    """The bytes of a manifest without rows: to bring the tables up, migration by migration, takes longer than a small archive."""
    with tempfile.TemporaryDirectory(prefix="archiver-") as folder:
        Manifest(Path(folder)).close()
        return (Path(folder) / MANIFEST).read_bytes()


@dataclass(slots=True)
class Drawing:
    """The statements of the log on their way from their records into a scratch manifest. `connection` is the real one's."""

    connection: sqlite3.Connection
    archive: Path
    manifest: Manifest
    now: datetime
    statements: int = 0
    found: list[Damage] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)  # statements of which nothing is known, by number
    unread_records: set[str] = field(default_factory=set)  # records that no statement names, and that cannot be read
    _imported: set[str] = field(default_factory=set)  # records that came with somebody else's file
    _before: datetime | None = None

    @property
    def harmed(self) -> bool:
        """Whether something could not be drawn."""
        return any(one.fails for one in self.found)

    def draw(self) -> None:
        """Every statement in sequence, then the records that none names: what opens a file, the texts of earlier versions."""
        for lot in _lots(self.connection.execute(_STATEMENTS)):
            with self.manifest.together():
                for row in lot:
                    self._statement(row)
        for lot in _lots(self.connection.execute(_UNSTATED)):
            with self.manifest.together():
                for row in lot:
                    self._record(row)

    def _statement(self, row: Sequence[Value]) -> None:
        sequence, leaf, statement_id, *place = row
        assert isinstance(sequence, int)  # noqa: S101 - a primary key
        name = f"log {sequence}"
        statement = self._read(sequence, str(leaf), statement_id, place)
        if statement is None:
            self.unread.add(sequence)
            return
        self.statements += 1
        if statement.sequence != sequence:
            what = f"it says that it is statement {statement.sequence}"
            self._say("statement-place", what, name, statement.statement)
            self.unread |= {sequence, statement.sequence}
            return
        if isinstance(statement, Capture) or not isinstance(statement.fact, Reading):
            self._imported.update(one.record_id for one in statement.others if one.kind == "conversion")
        try:
            self.manifest.adopt(statement, (), ())
            if isinstance(statement, Stated) and isinstance(statement.fact, Withdrawal):
                withdrawals.redraw(self.manifest.connection, self.connection, sequence, statement.fact)
        except Damaged as why:
            self._say("statement-odd", str(why), name, statement.statement)
            self.unread.add(sequence)

    def _read(self, sequence: int, leaf: str, statement_id: Value, place: Sequence[Value]) -> Statement | None:
        """The statement of a leaf; None where there is none to be had."""
        name = f"log {sequence}"
        if statement_id is None or place[0] is None:
            self._say("statement-missing", "no record is known that holds it", name)
            return None
        try:
            at = _location(place)
        except ValueError as why:
            self._say("manifest-damaged", f"the place of its record is none: {why}", f"records {statement_id}")
            return None
        try:
            with record_at(self.archive, at) as record:
                data, record_id, date = record.block.read(LIMIT + 1), record.record_id, record.header("WARC-Date") or ""
            if leaf_hash(data).hex != leaf:
                self._say("log-leaf", "what its record says is not what is in the log", name, at)
            if record_id != statement_id:
                self._say("statement-place", f"its record is {record_id}, and should be {statement_id}", name, at)
            self._clock(date, name)
            return decode(data, record_id, at)
        except (Damaged, Unreadable, OSError, ValueError) as why:
            self._say("statement-unreadable", str(why), name, at)
            return None

    def _clock(self, date: str, name: str) -> None:
        """Whether the clock stood where it should when this was written."""
        at = parse_rfc3339(date)
        if self._before is not None and at < self._before - SLACK:
            self._say("clock-back", f"made at {rfc3339(at)}, after one made at {rfc3339(self._before)}", name)
        elif at > self.now + SLACK:
            self._say("clock-back", f"made at {rfc3339(at)}, which is yet to come", name)
        self._before = at

    def _record(self, row: Sequence[Value]) -> None:
        record_id, *place = row
        if record_id in self._imported:
            return
        try:
            at = _location(place)
            with record_at(self.archive, at) as record:
                stored = StoredRecord(record.record_id, record.kind, at)
                refers, extractor = record.header("WARC-Refers-To"), record.header("X-Archiver-Extractor")
        except (Damaged, OSError, ValueError) as why:
            self.unread_records.add(str(record_id))
            self._say("record-digest", str(why), f"records {record_id}", _place(place))
            return
        ours = stored.kind == "conversion" and refers and extractor
        self.manifest.know([stored], [StoredText(stored, uuid_of(refers or ""), extractor or "")] if ours else [])

    def _say(self, code: str, message: str, place: str, at: RecordLocation | None = None) -> None:
        warc, offset = (None, None) if at is None else (at.warc, at.offset)
        self.found.append(Damage(code, None, warc, offset, message, place))


# ── rows ──


def compared(connection: sqlite3.Connection, drawing: Drawing) -> Iterator[Damage]:
    """The rows of the manifest that are not those that the statements make, each by its table and key."""
    for name, table in TABLES.items():
        columns = [row[1] for row in drawing.manifest.connection.execute(f"pragma table_info({name})")]
        columns = [*table.key, *(one for one in columns if one not in table.without and one not in table.key)]
        listed, keys = ", ".join(f'"{one}"' for one in columns), ", ".join(table.key)
        sql = f"select {listed} from {name} where {table.where} order by {keys}"  # noqa: S608 - names of ours
        pairs = _paired(connection.execute(sql), drawing.manifest.connection.execute(sql), len(table.key))
        for here, stated in pairs:
            if (one := _difference(name, columns, here, stated, drawing)) is not None:
                yield one


Row = tuple[Value, ...]


def _paired(here: Iterator[object], stated: Iterator[object], key: int) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows of two tables that are not the same, side by side where they have one key; both come by their keys."""
    ours, theirs = _next(here), _next(stated)
    while ours is not None or theirs is not None:
        order = _order(ours, key), _order(theirs, key)
        if order[0] == order[1]:
            if ours != theirs:
                yield ours, theirs
            ours, theirs = _next(here), _next(stated)
        elif theirs is None or (ours is not None and order[0] < order[1]):
            yield ours, None
            ours = _next(here)
        else:
            yield None, theirs
            theirs = _next(stated)


def _next(rows: Iterator[object]) -> Row | None:
    row = next(rows, None)
    return None if row is None else tuple(row)  # type: ignore[arg-type]  # a row of either kind


def _order(row: Row | None, key: int) -> list[tuple[int, float, str]]:
    """A key as SQLite sorts it: null, numbers, texts."""
    return [
        (0, 0, "") if value is None else (2, 0, value) if isinstance(value, str) else (1, value, "")
        for value in (row or ())[:key]
    ]


def _difference(
    name: str, columns: Sequence[str], here: Row | None, stated: Row | None, drawing: Drawing
) -> Damage | None:
    """What is to be said of a pair of rows; None where a statement that cannot be read may hold it."""
    table = TABLES[name]
    row = here if here is not None else stated
    assert row is not None  # noqa: S101 - one of a pair is there
    values = dict(zip(columns, row, strict=True))
    place = " ".join((name, *(str(values[one]) for one in table.key if values[one] is not None)))
    unread = drawing.unread
    if stated is None and (
        (unread and values.get("sequence") in (None, *unread)) or values.get("record_id") in drawing.unread_records
    ):
        return None
    capture = values.get("capture_id") if name != "withdrawals" else None
    told = Damage(
        "row-extra", capture if isinstance(capture, str) else None, None, None, "nothing states this row", place
    )
    if here is None:
        return Damage("row-missing", told.capture_id, None, None, "what is stated has no such row here", place)
    if stated is None:
        return told
    other = [column for column, ours, theirs in zip(columns, here, stated, strict=True) if ours != theirs]
    if name == "warcs" and unread and (other != ["sha256"] or stated[columns.index("sha256")] is None):
        return None
    if name == "warcs" and other == ["sealed"] and values["sealed"] and values["sha256"] is None:
        return Damage(
            "seal-pending",
            None,
            str(values["name"]),
            None,
            "it takes no more records, and nothing states so yet",
            place,
        )
    return Damage("row-changed", told.capture_id, None, None, f"not as it is stated: {', '.join(other)}", place)


def schema(connection: sqlite3.Connection, drawing: Drawing) -> Iterator[Damage]:
    """Tables, indexes, triggers and views that are not as this program makes them: a trigger that is gone lets rows be changed."""
    for here, ours in _paired(connection.execute(_SCHEMA), drawing.manifest.connection.execute(_SCHEMA), 2):
        kind, name, *_ = here or ours or ("", "")
        what = "it is gone" if here is None else "it is none of this program's" if ours is None else "it is another one"
        yield Damage("manifest-schema", None, None, None, what, f"{kind} {name}")


def tiled(drawing: Drawing) -> Iterator[Damage]:
    """Bytes of the files that no record accounts for. A record that no statement names has nothing else to miss it."""
    if drawing.harmed:
        return
    rows = drawing.manifest.connection.execute(
        "select warc, offset, length, lag(offset + length, 1, 0) over (partition by warc order by offset) from records"
    )
    for warc, offset, _, end in rows:
        if offset != end:
            what = f"{offset - end} bytes that no record accounts for"
            yield Damage("row-missing", None, warc, end, what, f"records {warc} {end}")


def _lots(rows: Iterator[Sequence[Value]]) -> Iterator[list[Sequence[Value]]]:
    while lot := list(islice(rows, _LOT)):
        yield lot


def _location(place: Sequence[Value]) -> RecordLocation:
    """Raises ValueError for what is none."""
    match place:
        case [str(warc), int(offset), int(length), str(stored)] if (
            offset >= 0 and length > 0 and not set(warc) & set("/\0")
        ):
            return RecordLocation(warc, offset, length, Digest.from_hex(stored))
    raise ValueError("not a place in a file of this archive")


def _place(place: Sequence[Value]) -> RecordLocation | None:
    try:
        return _location(place)
    except ValueError:
        return None
