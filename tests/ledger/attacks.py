"""The attacks on a test archive: eight kinds, on every row of the log and of each table of evidence, by somebody who can write everything
here, knows the tables, and puts right what a careless one would leave: triggers, leaf hashes, digests, counts.

`python -m tests.ledger.attacks` runs them all and prints how many of each kind were found at level index, and the place named.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver.config import Settings
from archiver.ledger import checkpoints
from archiver.ledger.heads import read_head
from archiver.ledger.log import Log
from archiver.ledger.projections import TABLES, Table
from archiver.ledger.verify import Report, verify
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.model.agent import Naming
from archiver.model.capture import Capture
from archiver.model.digest import Digest
from archiver.model.event import Event, Withdrawal
from archiver.model.lineage import Decision, Ruling
from archiver.model.log import Checkpoint, leaf_hash
from archiver.pipeline import Archive
from archiver.signing.keys import Key, create
from archiver.signing.note import Note
from archiver.warc.groups import groups
from tests.torture.seeds import COPY, HOUSE, small_archive
from tests.warc import archive

AT = archive.START
TRIGGERS = ("log_is_not_changed", "log_is_not_cut")

#: What is attacked row by row: evidence, and what it is compared with.
ATTACKED = {**TABLES, "log": Table(("sequence",)), "checkpoints": Table(("size",))}


@dataclass(frozen=True, slots=True)
class Victim:
    """An archive of two WARC files and two signed checkpoints, its manifest's bytes, and the key."""

    folder: Path
    manifest: bytes
    warcs: dict[Path, bytes]
    heads: tuple[Path, ...]
    key: Key

    @property
    def database(self) -> Path:
        return self.folder / MANIFEST

    def put_right(self) -> None:
        """As it was before an attack."""
        for tail in ("-wal", "-shm"):
            self.database.with_name(self.database.name + tail).unlink(missing_ok=True)
        self.database.write_bytes(self.manifest)
        for path, data in self.warcs.items():
            if not path.exists() or path.read_bytes() != data:
                path.unlink(missing_ok=True)
                path.write_bytes(data)

    def checked(self, level: str = "index", *heads: Path) -> Report:
        with open_read_only(self.folder) as connection:
            return verify(self.folder, connection, level, elsewhere=[read_head(one) for one in heads])

    @contextmanager
    def rewriting(self) -> Iterator[sqlite3.Connection]:
        """The manifest, without what stands in the way; afterwards nothing shows that it was gone."""
        with closing(sqlite3.connect(self.database)) as connection:
            triggers = [
                row[0] for row in connection.execute("select sql from sqlite_schema where name in (?, ?)", TRIGGERS)
            ]
            for name in TRIGGERS:
                connection.execute(f"drop trigger {name}")
            yield connection
            for sql in triggers:
                connection.execute(sql)
            connection.commit()


def victim(folder: Path) -> Victim:
    """Everything that can be stated, signed."""
    path = folder.parent / "key.pem"
    key = create(path)
    small = small_archive(folder)
    page = next(one for one in small.statements if isinstance(one, Capture) and one.purpose == "page")
    signed = Settings(key=str(path))
    with Archive(folder, signed, clock=archive.clock()) as opened:
        opened.seal()
        opened.identify(Naming("Tide Post", AT, "M. Frey", "the imprint says so", ("TP",)))
    with Archive(folder, signed, clock=archive.clock()) as opened:
        opened.vault.state(Event("review", AT, "done", "a reader looked at it", "a"))
        opened.vault.state(Withdrawal(page.capture_id, page.final.payload, AT, "M. Frey", "asked to", removed=False))
        opened.concluder.catch_up()
    heads = tuple(shutil.copy(path, folder.parent / path.name) for path in checkpoints.files(folder / "archive"))
    for path in (folder / "archive").glob("*.warc.gz"):
        path.chmod(0o644)
    warcs = {
        path: path.read_bytes() for path in (folder / "archive").rglob("*") if path.is_file() and path.name != ".lock"
    }
    return Victim(folder, (folder / MANIFEST).read_bytes(), warcs, heads, key)


def decision() -> Decision:
    """One thing more to be stated."""
    return Decision(COPY, Ruling.REPUBLISHED_FROM, AT, "M. Frey", "it says so", source=HOUSE)


# ── rows ──


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, by its rowid (of a table without, its key) and the key that it is named by."""

    table: str
    rowid: int | str
    place: str
    statements: tuple[str, ...] = ()  # of a record: the leaves of the statements that name it, or that it is


def rows(victim: Victim, table: str) -> list[Row]:
    key, where = ATTACKED[table].key, ATTACKED[table].where
    with closing(sqlite3.connect(victim.database)) as connection:
        found = connection.execute(
            f"select {_rowid(table)}, {', '.join(key)} from {table} where {where} order by {', '.join(key)}"
        )
        named = statements(victim) if table in ("records", "warcs") else {}
        return [
            Row(
                table,
                row[0],
                " ".join((table, *(str(one) for one in row[1:] if one is not None))),
                tuple(named.get(row[1], ())),
            )
            for row in found
        ]


def statements(victim: Victim) -> dict[str, list[str]]:
    """Of each record, and each file, the leaves of the statements whose groups stand there."""
    named: dict[str, list[str]] = {}
    for path in sorted((victim.folder / "archive").glob("*.warc.gz")):
        for group in groups(path):
            for one in (path.name, *(record.record_id for record in group.records)):
                named.setdefault(one, []).append(f"log {group.statement.sequence if group.statement else 0}")
    return named


def _rowid(table: str) -> str:
    return {"certificates": "sha256", "conversions": "record_id"}.get(table, "rowid")


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [
        row[1] for row in connection.execute(f"pragma table_info({table})") if row[1] not in ATTACKED[table].without
    ]


def _other(value: object) -> object:
    match value:
        case None:
            return "x"
        case int():
            return value + 1
        case str() if value and value[-1] in "0123456789abcdef":
            return value[:-1] + ("0" if value[-1] != "0" else "1")
        case _:
            return f"{value}x"


def edits(victim: Victim, row: Row) -> Iterator[str]:
    """Each column of a row, one after another."""
    with closing(sqlite3.connect(victim.database)) as connection:
        columns = _columns(connection, row.table)
    yield from columns


def edit(column: str) -> Callable[[sqlite3.Connection, Row], None]:
    def attack(connection: sqlite3.Connection, row: Row) -> None:
        value = connection.execute(
            f'select "{column}" from {row.table} where {_rowid(row.table)} = ?', (row.rowid,)
        ).fetchone()[0]
        new = _other(value)
        try:
            connection.execute(f'update {row.table} set "{column}" = ? where {_rowid(row.table)} = ?', (new, row.rowid))
        except sqlite3.IntegrityError:  # a number, in a column that is empty here
            connection.execute(f'update {row.table} set "{column}" = 77 where {_rowid(row.table)} = ?', (row.rowid,))

    return attack


def delete(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(f"delete from {row.table} where {_rowid(row.table)} = ?", (row.rowid,))


def truncate(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(f"delete from {row.table} where {_rowid(row.table)} >= ?", (row.rowid,))


def insert(connection: sqlite3.Connection, row: Row) -> None:
    """The same once more, under a key that there is not yet."""
    columns = [one[1] for one in connection.execute(f"pragma table_info({row.table})")]
    values = dict(
        zip(
            columns,
            connection.execute(f"select * from {row.table} where {_rowid(row.table)} = ?", (row.rowid,)).fetchone(),
            strict=True,
        )
    )
    for name in ("id", *_unique(row.table)):
        if name in values:
            values[name] = None if name == "id" else _new(connection, row.table, name, values[name])
    names = ", ".join(f'"{one}"' for one in values)
    marks = ", ".join("?" * len(values))
    connection.execute(f"insert into {row.table} ({names}) values ({marks})", tuple(values.values()))


def reorder(connection: sqlite3.Connection, row: Row) -> None:
    """What it says, and what another one says, change places."""
    name = _rowid(row.table)
    sql = f"select {name} from {row.table} where {name} <> ? order by {name} > ? desc, {name} limit 1"
    other = connection.execute(sql, (row.rowid, row.rowid)).fetchone()
    keys = {*_unique(row.table), *ATTACKED[row.table].key, "id"}
    columns = [one for one in _columns(connection, row.table) if one not in keys]
    if not columns or other is None:
        raise sqlite3.IntegrityError("there is nothing to change places with")
    names = ", ".join(f'"{one}"' for one in columns)
    one, two = (
        connection.execute(f"select {names} from {row.table} where {_rowid(row.table)} = ?", (at,)).fetchone()
        for at in (row.rowid, other[0])
    )
    if one == two:
        raise sqlite3.IntegrityError("they say the same")
    sets = ", ".join(f'"{one}" = ?' for one in columns)
    for at, values in ((row.rowid, two), (other[0], one)):
        connection.execute(f"update {row.table} set {sets} where {_rowid(row.table)} = ?", (*values, at))


def renumber(connection: sqlite3.Connection, row: Row) -> None:
    """It stands under another key."""
    name = _unique(row.table)[0]
    value = connection.execute(
        f"select {name} from {row.table} where {_rowid(row.table)} = ?", (row.rowid,)
    ).fetchone()[0]
    if value is None:
        raise sqlite3.IntegrityError("it has no number")
    new = _new(connection, row.table, name, value)
    connection.execute(f"update {row.table} set {name} = ? where {_rowid(row.table)} = ?", (new, row.rowid))


#: Of each table what no two rows have the same of.
_UNIQUE = {
    "warcs": ("name",), "records": ("record_id", "offset"), "certificates": ("sha256",), "conversions": ("record_id",),
    "captures": ("sequence", "capture_id"), "exchanges": ("hop",), "checkpoints": ("size",), "attempts": ("sequence", "capture_id"),
}  # fmt: skip


def _unique(table: str) -> tuple[str, ...]:
    return _UNIQUE.get(table, ("sequence",))


def _new(connection: sqlite3.Connection, table: str, name: str, value: object) -> object:
    if isinstance(value, int):
        return connection.execute(f"select max({name}) + 1 from {table}").fetchone()[0]
    return None if value is None else f"{str(value)[:-4]}ffff"


KINDS: dict[str, Callable[[sqlite3.Connection, Row], None]] = {
    "delete": delete, "insert": insert, "reorder": reorder, "renumber": renumber, "truncate": truncate,
}  # fmt: skip


def found(victim: Victim, row: Row, attack: Callable[[sqlite3.Connection, Row], None]) -> bool | None:
    """Whether an attack on a row is found and its place named; None where the tables do not take it."""
    victim.put_right()
    try:
        with victim.rewriting() as connection:
            attack(connection, row)
    except sqlite3.IntegrityError:
        return None
    report = victim.checked()
    named = (
        (row.place, *row.statements) if attack is not insert else (f"{row.table} ",)
    )  # which is under a key of its own
    places = [one.place or "" for one in (*report.problems, *report.remarks)]
    return any(place.startswith(named) if attack is insert else place in named for place in places)


# ── files, and signatures ──


def rewritten(victim: Victim, sequence: int) -> None:
    """The statement of a leaf says something else, in its WARC file, with every digest and place that follows from that put right."""
    victim.put_right()
    with victim.rewriting() as connection:
        sql = "select r.record_id, r.warc, r.offset, r.length from log l join records r on r.record_id = l.statement_id where l.sequence = ?"
        record_id, warc, offset, length = connection.execute(sql, (sequence,)).fetchone()
        path = victim.folder / "archive" / warc
        data = path.read_bytes()
        head, _, rest = gzip.decompress(data[offset : offset + length]).partition(b"\r\n\r\n")
        block = rest[:-4].replace(b'"tool":"', b'"tool":"X', 1)
        assert block != rest[:-4]
        fields = {
            b"Content-Length": b"%d" % len(block),
            b"WARC-Block-Digest": str(Digest.sha256(block)).encode(),
        }
        named = [line.partition(b": ") for line in head.split(b"\r\n")]
        lines = [name + colon + fields.get(name, value) for name, colon, value in named]
        member = gzip.compress(b"\r\n".join(lines) + b"\r\n\r\n" + block + b"\r\n\r\n", mtime=0)
        path.write_bytes(data[:offset] + member + data[offset + length :])
        moved = len(member) - length
        connection.execute(
            "update records set length = ?, stored_sha256 = ? where record_id = ?",
            (len(member), hashlib.sha256(member).hexdigest(), record_id),
        )
        later = connection.execute(
            "select record_id from records where warc = ? and offset > ? order by offset desc", (warc, offset)
        )
        order = later.fetchall() if moved > 0 else later.fetchall()[::-1]
        for (other,) in order:
            connection.execute("update records set offset = offset + ? where record_id = ?", (moved, other))
        whole = hashlib.sha256(path.read_bytes()).hexdigest()
        connection.execute(
            "update warcs set committed = committed + ?, sha256 = iif(sha256 is null, null, ?) where name = ?",
            (moved, whole, warc),
        )
        connection.execute("update log set leaf = ? where sequence = ?", (leaf_hash(block).hex, sequence))


def signed_again(victim: Victim) -> None:
    """The log as it is now under a new checkpoint of every size that there was, signed with the real key."""
    with closing(sqlite3.connect(victim.database)) as connection:
        log = Log(connection)
        for path in checkpoints.files(victim.folder / "archive"):
            size = checkpoints.read(path).checkpoint.size
            new = Checkpoint(log.origin, size, log.root(size))
            path.write_bytes(Note(new.text).signed(victim.key, new.origin).encode())
            connection.execute(
                "update checkpoints set origin = ?, root = ? where size = ?", (new.origin, new.root.hex, size)
            )
        connection.commit()


def swapped(victim: Victim, sequence: int) -> bool:
    """The file of a statement is swapped for one in which it says something else: found at level quick, by the signed root."""
    rewritten(victim, sequence)
    report = victim.checked("quick")
    return any(
        one.code in ("log-root", "checkpoint-origin") and _covers(one.place or "", sequence) for one in report.problems
    )


def resigned(victim: Victim, sequence: int) -> bool:
    """The same, and all signed again: consistent in itself, and found by one checkpoint that was kept elsewhere."""
    rewritten(victim, sequence)
    signed_again(victim)
    alone = victim.checked("quick").problems
    if sequence > 1 and any(one.code.startswith(("log", "head")) for one in alone):
        raise AssertionError(f"the attack left a trace: {alone}")
    report = victim.checked("quick", victim.heads[-1])
    return any(one.code == "head-inconsistent" and _covers(one.place or "", sequence) for one in report.problems)


def _covers(place: str, sequence: int) -> bool:
    first, _, last = place.removeprefix("log ").partition("-")
    return int(first) <= sequence <= int(last or first)


def run(victim: Victim, tables: Sequence[str]) -> Counter[tuple[str, str, bool | None]]:
    """Every attack on every row: how many of each kind, by table, were found (None: the tables do not take it)."""
    tally: Counter[tuple[str, str, bool | None]] = Counter()
    for table in tables:
        for row in rows(victim, table):
            for column in edits(victim, row):
                outcome = found(victim, row, edit(column))
                tally[table, "edit", outcome] += 1
                if outcome is False:
                    print("not found:", row, "edit", column)
            for kind, attack in KINDS.items():
                outcome = found(victim, row, attack)
                tally[table, kind, outcome] += 1
                if outcome is False:
                    print("not found:", row, kind)
    victim.put_right()
    for row in rows(victim, "log"):
        tally["log", "swap file", swapped(victim, row.rowid)] += 1
        tally["log", "re-sign", resigned(victim, row.rowid)] += 1
    victim.put_right()
    return tally


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        tally = run(victim(Path(folder) / "archive"), tuple(ATTACKED))
    for (table, kind, outcome), count in sorted(tally.items(), key=str):
        print(
            f"{table:<14}{kind:<10}{ {True: 'found', False: 'NOT FOUND', None: 'cannot be done'}[outcome]:<16}{count}"
        )
    print("all:", sum(tally.values()), "found:", sum(n for key, n in tally.items() if key[2]))
    return int(any(key[2] is False for key in tally))


if __name__ == "__main__":
    sys.exit(main())
