"""How fast a check is: quick over many statements, bytes and full over large files. `python -m tests.benchmarks.verify [--entries 100000]`"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archiver.ledger import full
from archiver.ledger.files import stored
from archiver.ledger.log import Log, fill
from archiver.ledger.verify import Report, verify
from archiver.manifest import fixity, log
from archiver.manifest.opening import open_read_only
from archiver.manifest.records import add_record, insert
from archiver.manifest.store import Manifest
from archiver.model.capture import RecordLocation, StoredRecord
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint
from archiver.warc import layout


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, and MB a second of stored bytes, on one core."""

    quick_seconds: float
    bytes_rate: float
    full_rate: float

    def __str__(self) -> str:
        return f"quick={self.quick_seconds:.3f}s bytes={self.bytes_rate:.0f}MB/s full={self.full_rate:.0f}MB/s"


def logged(folder: Path, entries: int) -> None:
    """An archive whose manifest has so many statements, with a record and a row each, and the log over them, with checkpoints."""
    archive = folder / "archive"
    (archive / "checkpoints").mkdir(parents=True)
    with closing(Manifest(folder)) as manifest:
        connection = manifest.connection
        with manifest.together():
            connection.execute("insert into warcs (name, committed) values ('a.warc.gz', 0)")
            for number in range(1, entries + 1):
                leaf = Digest.sha256(str(number).encode())
                connection.execute(
                    "insert into records values (?, 'metadata', 'a.warc.gz', ?, 900, ?)",
                    (f"{number:036d}", number * 900, leaf.hex),
                )
                insert(connection, "attempts", {
                    "url": f"https://tidepost.example/{number}", "url_key": f"https://tidepost.example/{number}", "at": "2026-01-01T00:00:00.000Z",
                    "outcome": "failed", "problems": "[]", "message": "no such host", "sequence": number, "statement_id": f"{number:036d}",
                })  # fmt: skip
                log.add_leaf(connection, number, leaf, f"{number:036d}")
            tree = Log(connection)
            fill(connection)
            for size in range(entries // 10, entries + 1, entries // 10):
                one = Checkpoint(tree.origin, size, tree.root(size))
                name = f"{size:012d}.checkpoint"
                (archive / "checkpoints" / name).write_text(f"{one.text}\n")
                log.keep_checkpoint(connection, one, name, ())
    (archive / "a.warc.gz").write_bytes(b"")


def filled(folder: Path, megabytes: int) -> None:
    """An archive with one WARC file of about so many MB: responses of 20 to 200 kB, as well compressed as pages are."""
    dice = random.Random(1)
    words = [dice.randbytes(dice.randrange(2, 6)).hex() for _ in range(4000)]
    (folder / "archive").mkdir(parents=True)
    offset = number = 0
    with (
        (folder / "archive" / "a.warc.gz").open("wb") as out,
        closing(Manifest(folder)) as manifest,
        manifest.together(),
    ):
        while offset < megabytes * 1_000_000:
            number += 1
            body = " ".join(dice.choices(words, k=dice.randrange(2000, 20000))).encode()
            block = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            member = layout.packed(
                "response", f"00000000-0000-4000-8000-{number:012d}", [("WARC-Target-URI", f"https://tidepost.example/{number}")],
                content_type="application/http;msgtype=response", block=io.BytesIO(block), digest=Digest.sha256(block),
            )  # fmt: skip
            member.data.seek(member.start)
            data = member.data.read(member.length)
            member.close()
            out.write(data)
            place = RecordLocation("a.warc.gz", offset, len(data), Digest("sha256", hashlib.sha256(data).digest()))
            add_record(manifest.connection, StoredRecord(member.record_id, "response", place))
            _captured(manifest, number, member.record_id, Digest.sha256(body).hex, Digest.sha256(block).hex)
            offset += len(data)


def _captured(manifest: Manifest, number: int, record_id: str, payload: str, block: str) -> None:
    common = {
        "url": "https://tidepost.example/",
        "url_key": "tidepost",
        "http_status": 200,
        "captured_at": "2026-01-01T00:00:00.000Z",
    }
    digests = {"payload_sha256": payload, "payload_length": 1}
    insert(manifest.connection, "captures", {
        "sequence": number, "capture_id": record_id, "asked_url": "https://tidepost.example/", "outcome": "captured", "purpose": "page",
        "source": "fetch", "statement_id": record_id, "clock_state": "unknown", "tool": "", **common, **digests,
    })  # fmt: skip
    exchange = {"sequence": number, "hop": 0, "record_id": record_id, "block_sha256": block}
    insert(manifest.connection, "exchanges", {**exchange, **common, **digests})


def timed(action: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def measured(folder: Path, entries: int, megabytes: int) -> Figures:
    """All three."""
    logged(folder / "log", entries)
    filled(folder / "files", megabytes)
    with open_read_only(folder / "log") as connection:
        quick = timed(lambda: _quick(verify(folder / "log", connection, "quick"), entries))
    archive = folder / "files" / "archive"
    size = (archive / "a.warc.gz").stat().st_size / 1e6
    with open_read_only(folder / "files") as connection:
        (known,) = fixity.files(connection)
        expected = list(fixity.records(connection, known.name))
        whole = fixity.KnownFile(known.name, known.committed, sealed=True, digest=_digest(archive / known.name))
        read = timed(lambda: _none(list(stored(archive, whole, expected))))
        parsed = timed(lambda: _none(list(full.parsed(connection, archive, known.name, expected, log=True))), 2)
    return Figures(quick, size / read, size / (read + parsed))


def _digest(path: Path) -> Digest:
    return Digest.sha256(path.read_bytes())


def _quick(report: Report, entries: int) -> None:
    if report.problems or entries < 1:
        raise AssertionError(report.problems)


def _none(found: Sequence[object]) -> None:
    if found:
        raise AssertionError(found[0])


def main(arguments: list[str]) -> int:
    """Measure, and say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--megabytes", type=int, default=200)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print(measured(Path(folder), given.entries, given.megabytes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
