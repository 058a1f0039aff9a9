"""Writing the manifest: the evidence of a capture (transaction 1), and the door to its conclusions (transaction 2).

    record(statement)    rows that copy what the WARC records state: a capture, an attempt that left nothing, a person's decision
    concluding()         one transaction of conclusions (conclusions.py)
    together()           several of these as one transaction

The caller holds the archive's write lock round every one of these. What is *read* for resolution is facts.py; questions
from people are lookup.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlite_utils import Database

from archiver.errors import Damaged, Locked
from archiver.manifest import fixity, log, opening, schema
from archiver.manifest.conclusions import Conclusions
from archiver.manifest.records import add_conversion, add_record, as_json, insert
from archiver.manifest.stated import add_attempt, add_event, add_stated
from archiver.manifest.withdrawals import REMOVED
from archiver.model.capture import (
    VISITED,
    Capture,
    Prior,
    RecordLocation,
    RobotsVerdict,
    StoredExchange,
    StoredRecord,
    StoredText,
)
from archiver.model.date import parse_rfc3339, rfc3339, stamp
from archiver.model.digest import Digest
from archiver.model.event import Attempt, Event
from archiver.model.state import state_of
from archiver.model.statement import Statement
from archiver.model.url import key

#: Seconds that another writer has; milliseconds that readers have to be done with what is to be gone.
_PATIENCE, _READERS_HAVE = 30, 2000

#: The first answer that brought a payload and holds it, and will.
_HOLDER = f"""
select c.capture_id, x.url, c.captured_at from captures c join records r on r.record_id = c.capture_id
join exchanges x on x.sequence = c.sequence and x.record_id = c.capture_id
where c.payload_sha256 = ? and c.payload_length > 0 and r.kind in ('response', 'resource') and not {REMOVED} order by c.sequence limit 1
"""  # noqa: S608 - of a constant


class Manifest:
    """manifest.db of one archive, open for writing. Not for look-ups: they open it read-only (opening.open_read_only).

    Raises ForeignManifest or ManifestTooNew where the file is not ours to write.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / opening.MANIFEST
        with ExitStack() as undo:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                # Threads that fetch may have a robots.txt recorded; the archive's lock keeps them apart.
                self._connection = sqlite3.connect(
                    path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None
                )
                undo.callback(self._connection.close)
                if opening.is_empty(self._connection):
                    self._connection.execute("pragma page_size = 8192")
                else:
                    opening.check(self._connection, path, oldest=1)
                # A new file is made before it has a log: in the log its tables would take three times the room, and be there twice.
                schema.migrate(Database(self._connection))
                self._connection.execute("pragma journal_mode = wal")
                # No sync at a commit, only before the log is folded in: the commit point is in the WARC files, and rows that a loss
                # of power takes are taken up from there. What is here is whole at any time, and never ahead of them.
                self._connection.execute("pragma synchronous = normal")
                self._connection.execute("pragma checkpoint_fullfsync = on")
                self._connection.execute("pragma foreign_keys = on")
            except sqlite3.OperationalError:
                raise  # the disk or its permissions: Unwritable, to whoever opened the archive
            except (sqlite3.DatabaseError, UnicodeDecodeError) as why:  # SQLite quotes what is damaged
                raise opening.not_a_manifest(path, why) from why
            undo.pop_all()

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction round all that is written in the block; where it fails, nothing of it was written.

        A writer's from its first statement: one that begins by reading could not become one later.
        """
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def close(self) -> None:
        """Close the database; the write-ahead log is folded in, if the disk lets us: else it stays beside."""
        self._connection.close()

    def fold(self) -> None:
        """Everything in the one file, without a log beside it. Raises sqlite3.OperationalError where the disk does not let us."""
        mode = self._one("pragma journal_mode = delete")
        if mode != "delete":
            raise sqlite3.OperationalError("the log could not be folded in")

    # ── what the archive needs to know before it writes a record (warc.seal.Journal) ──

    def next_sequence(self) -> int:
        """The sequence number of the next statement, of whatever kind."""
        tables = (*schema.STATEMENT_TABLES, "log")  # of a statement that is lost, its leaf has the number
        last = (self._one(f"select max(sequence) from {table}") for table in tables)  # noqa: S608 - names of ours
        return max(int(one or 0) for one in last) + 1

    def payload_holder(self, payload: Digest) -> Prior | None:
        """The response that already holds this payload, the earliest one that is not removed; empty payloads are never referred to."""
        row = self._connection.execute(_HOLDER, (payload.hex,)).fetchone()
        # As the record says it: a replay tool looks for that very text.
        return Prior(row[0], row[1], rfc3339(parse_rfc3339(row[2]))) if row else None

    def committed(self, warc: str) -> int | None:
        """How many bytes of the file are known to be whole, or None where it is not known."""
        value = self._one("select committed from warcs where name = ?", warc)
        return None if value is None else int(value)

    def open_warc(self) -> str | None:
        """The unsealed file, the newest one."""
        name = self._one("select name from warcs where sealed = 0 order by name desc limit 1")
        return None if name is None else str(name)

    def holds_more_than_seals(self, warc: str) -> bool:
        """Whether a file has anything else than statements that other files are complete."""
        sql = (
            "select 1 from records where warc = ? and kind <> 'warcinfo'"
            " and record_id not in (select statement_id from events where kind = 'seal' and statement_id is not null) limit 1"
        )
        return bool(self._one(sql, warc))

    def end(self, warc: str) -> None:
        """Nothing is appended to this file any more; the next record begins another."""
        with self.together():
            self._connection.execute("update warcs set sealed = 1 where name = ?", (warc,))

    def has_certificate(self, digest: Digest) -> bool:
        """Whether the certificate's DER is in the archive: a chain that names it was recorded."""
        return bool(self._one("select 1 from certificates where sha256 = ?", digest.hex))

    def holds(self, record_id: str) -> bool:
        """Whether a record of that UUID is in the archive."""
        return bool(self._one("select 1 from records where record_id = ?", record_id))

    def location_of(self, record_id: str) -> RecordLocation | None:
        """Where a record lies, by its UUID."""
        record = fixity.location(self._connection, record_id)
        return None if record is None else record.location

    def unconcluded(self, after: int, limit: int) -> list[tuple[int, str, RecordLocation]]:
        """The next statements (sequence number, id, place) from which nothing was concluded yet: captured pages and lists, decisions."""
        rows = self._connection.execute(
            "select u.sequence, u.statement_id, r.warc, r.offset, r.length, r.stored_sha256 from ("
            " select statement_id, sequence from captures where document_id is null and purpose = 'page'"
            " union all select statement_id, sequence from captures where list_problems is null and purpose in ('feed', 'sitemap')"
            " union all select statement_id, sequence from namings where not applied"
            " union all select statement_id, sequence from decisions where not applied"
            " union all select statement_id, sequence from withdrawals where not applied"
            ") u join records r on r.record_id = u.statement_id where u.sequence > ? order by u.sequence limit ?",
            (after, limit),
        )
        return [
            (row[0], row[1], RecordLocation(row[2], row[3], row[4], Digest.from_hex(row[5]))) for row in rows.fetchall()
        ]

    def warc_bytes(self) -> int:
        """How many bytes of WARC files are known to be whole."""
        return int(self._one("select coalesce(sum(committed), 0) from warcs") or 0)

    def unconcluded_count(self) -> int:
        """From how many captured pages nothing was concluded yet."""
        return int(self._one("select count(*) from captures where document_id is null and purpose = 'page'") or 0)

    def has_unresolved(self) -> bool:
        """Whether the lineage of some document is to be drawn anew."""
        return bool(self._one("select 1 from unresolved limit 1"))

    # ── transaction 1: the evidence ──

    def record(self, statement: Statement) -> None:
        """The rows of what a statement states. Its WARC bytes must be on disk already: they are what makes it safe."""
        with self.together():
            if isinstance(statement, Capture):
                self._add_capture(statement)
            else:
                add_stated(self._connection, statement)
            log.append(self._connection, statement)

    def _add_capture(self, capture: Capture) -> None:
        for stored in _records_of(capture):
            add_record(self._connection, stored)
        final = capture.final
        insert(self._connection, "captures", {
                "sequence": capture.sequence, "capture_id": capture.capture_id, "asked_url": capture.asked, "url": capture.address,
                "url_key": key(capture.address), "captured_at": stamp(final.captured_at), "outcome": str(capture.outcome),
                "problems": as_json(capture.problems), "http_status": final.status, "media_type": final.media_type,
                "payload_sha256": final.payload.hex, "payload_length": final.payload_length, "revisit_of": capture.revisit_of,
                "purpose": capture.purpose, "source": capture.source, "source_note": capture.source_note,
                "robots": as_json([_robots(v) for v in capture.robots]), "statement_id": capture.statement_id,
                "operator": capture.operator, "note": capture.note, "clock_state": capture.clock_state, "tool": capture.tool,
                "state": _state(capture),
            })  # fmt: skip
        for hop, exchange in enumerate(capture.exchanges):
            self._add_exchange(capture.sequence, hop, exchange)
        if capture.purpose in VISITED:
            attempt = Attempt(
                capture.asked, final.captured_at, str(capture.outcome), capture.problems,
                final_url=final.url, capture_id=capture.capture_id, purpose=capture.purpose,
            )  # fmt: skip
            add_attempt(self._connection, attempt)

    def _add_exchange(self, sequence: int, hop: int, exchange: StoredExchange) -> None:
        tls = exchange.tls
        insert(self._connection, "exchanges", {
            "sequence": sequence, "hop": hop, "url": exchange.url, "url_key": key(exchange.url), "http_status": exchange.status,
            "media_type": exchange.media_type, "captured_at": stamp(exchange.captured_at), "record_id": exchange.record_id,
            "request_id": exchange.request_id, "payload_sha256": exchange.payload.hex, "payload_length": exchange.payload_length,
            "block_sha256": exchange.block.hex, "headers": as_json(exchange.headers), "peer": exchange.peer,
            "tls_version": tls and tls.version, "tls_cipher": tls and tls.cipher,
            "tls_chain": tls and as_json([digest.hex for digest in tls.chain]), "tls_chain_state": tls and tls.chain_state,
            "tls_override": tls and tls.override, "truncated": exchange.truncated, "excess": exchange.excess,
        })  # fmt: skip

        self._connection.executemany(
            "insert or ignore into certificates (sha256) values (?)", [(one.hex,) for one in (tls.chain if tls else ())]
        )

    def know(self, stored: Iterable[StoredRecord], texts: Iterable[StoredText]) -> None:
        """Records that are in a file beside what a statement names, and which of them are texts."""
        with self.together():
            for record in stored:
                add_record(self._connection, record)
            for text in texts:
                add_conversion(self._connection, text)

    def adopt(self, statement: Statement | None, stored: Iterable[StoredRecord], texts: Iterable[StoredText]) -> None:
        """A whole group as it was found in a file: both of these, or nothing. Raises Damaged where it states what cannot be, beside
        what is known: a revisit of a capture that there is not.
        """
        with self.together():
            self._connection.execute("savepoint adopting")
            try:
                if statement is not None:
                    self.record(statement)
                self.know(stored, texts)
            except sqlite3.IntegrityError as why:
                self._connection.execute("rollback to adopting")
                raise Damaged(
                    f"a statement in the WARC files does not go together with those before it: {why}",
                    advice="Nothing was changed. To draw the manifest from what does go together: archiver rebuild",
                ) from why
            finally:
                self._connection.execute("release adopting")

    def note_event(self, event: Event) -> None:
        """Something that was done and is not stated in the WARC files, such as a check: it is not restored by a rebuild."""
        with self.together():
            add_event(self._connection, event)

    def take_checks(self, earlier: sqlite3.Connection) -> None:
        """The history of checks of another manifest of the same archive."""
        with self.together():
            for row in earlier.execute(
                "select kind, at, outcome, detail, subject from events where sequence is null order by id"
            ):
                names = ("kind", "at", "outcome", "detail", "subject")
                insert(self._connection, "events", dict(zip(names, row, strict=True)))

    def take_leaves(self, leaves: Iterable[tuple[int, str]]) -> None:
        """Leaves (sequence number, hash in hex) of statements that may be lost here; what there is stays."""
        with self.together():
            for sequence, leaf in leaves:
                log.add_lost(self._connection, sequence, leaf)

    def texts_without_record(self) -> int:
        """How many texts stand in no WARC file: drawn by an extractor newer than the files, without writing to them."""
        return int(self._one("select count(*) from texts where record_id is null") or 0)

    # ── transaction 2: the conclusions ──

    @contextmanager
    def concluding(self) -> Iterator[Conclusions]:
        """One transaction round all that is concluded from a capture; repeatable, and undone whole where it fails."""
        with self.together():
            yield Conclusions(self._connection)

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """What the block deletes is nowhere in the database afterwards: not in its free pages, its indexes of words or its log. Raises
        Locked where somebody goes on reading what was there before: then it is gone when this is done once more without them.
        """
        self._connection.execute("pragma secure_delete = on")
        try:
            yield
            for table in ("texts_fts", "shingles"):
                self._connection.execute(f"insert into {table} ({table}) values ('optimize')")  # noqa: S608 - two names
            self._connection.execute(f"pragma busy_timeout = {_READERS_HAVE}")
            busy = self._one("pragma wal_checkpoint(truncate)")
        finally:
            self._connection.execute(f"pragma busy_timeout = {_PATIENCE * 1000}")
            self._connection.execute("pragma secure_delete = off")
        if busy:
            raise Locked(
                "somebody is reading the manifest: what was removed is gone from the WARC files, and stays in its old pages until they are done",
                advice="Then any command that writes to the archive takes it out.",
            )

    def _one(self, sql: str, *parameters: object) -> str | int | float | bytes | None:
        row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    @property
    def connection(self) -> sqlite3.Connection:
        """For reading within the transaction (facts.py)."""
        return self._connection


def _records_of(capture: Capture) -> Iterator[StoredRecord]:
    """Every record that was written for a capture, in file order as far as it matters."""
    yield from capture.others
    for exchange in capture.exchanges:
        if exchange.request_id is not None and exchange.request is not None:
            yield StoredRecord(exchange.request_id, "request", exchange.request)
        yield StoredRecord(exchange.record_id, exchange.kind, exchange.record)
    yield StoredRecord(capture.statement_id, "metadata", capture.statement)


def _state(capture: Capture) -> str | None:
    """What a visit says of its address as far as its exchanges say it; reading may show more."""
    if capture.purpose not in VISITED or capture.source != "fetch":
        return None
    return state_of(capture.problems, capture.final.status, capture.asked, capture.address)


def _robots(verdict: RobotsVerdict) -> dict[str, object]:
    return {"allowed": verdict.allowed, "rule": verdict.rule, "url": verdict.url, "record_id": verdict.record_id}
