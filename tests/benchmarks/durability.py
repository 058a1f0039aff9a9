"""What it costs that a capture is on disk when it is acknowledged: python -m tests.benchmarks.durability [CAPTURES] [FOLDER]

Three things are done in turn, so that all of them meet the same machine: a capture sealed and recorded as it is, the same without any
sync, and a plain file that grows by as many bytes and is synced once. Then the same with the text of the page, which is sealed when
the page has been read. Medians, in milliseconds.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import uuid4

from archiver.conclude import identity
from archiver.manifest.store import Manifest
from archiver.model.capture import StoredRecord, StoredText
from archiver.model.date import now
from archiver.model.event import Reading
from archiver.model.reading import digest_of, text_digest
from archiver.warc.seal import WarcStore, prepare, seal, seal_reading
from archiver.warc.store import sync_file
from tests.warc.archive import exchange, visit

#: A page as they come: 40 kB, of which gzip leaves a third.
WORDS = [f"word{number:04d}" for number in range(4000)]


@dataclass(slots=True)
class Times:
    """Seconds of each kind, one of each capture."""

    synced: list[float] = field(default_factory=list)
    unsynced: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """What the syncs cost, in bare syncs."""
        return (median(self.synced) - median(self.unsynced)) / median(self.bare)

    def line(self, what: str) -> str:
        """The figures."""
        figures = "".join(f"{median(some) * 1000:10.3f}" for some in (self.synced, self.unsynced, self.bare))
        return f"{what:<24}{figures}{self.ratio:8.2f}"


HEADING = f"{'':<24}{'synced':>10}{'unsynced':>10}{'bare':>10}{'cost':>8}   (ms; cost in bare syncs)"


class Archive:
    """The store and the manifest of one archive, with or without syncs."""

    def __init__(self, folder: Path, sync: Callable[[int], None], synchronous: str) -> None:
        self.store = WarcStore(folder / "archive", clock=now, ids=lambda: str(uuid4()), tool="", sync=sync)
        self.manifest = Manifest(folder)
        self.manifest.connection.execute(f"pragma synchronous = {synchronous}")

    def take(self, page: bytes) -> tuple[float, float, int, int]:
        """Seconds until a capture is acknowledged, then until its text is kept; and the bytes that each wrote."""
        with prepare(visit(exchange(body=page, tls=None)), self.store) as prepared:
            begin = time.perf_counter()
            with self.store.locked():
                capture = seal(prepared, self.store, self.manifest)
                self.manifest.record(capture)
            acknowledged = time.perf_counter()
        text = page.decode()[: len(page) // 4]
        resumed = time.perf_counter()
        with self.store.locked():
            reading = Reading(
                identity(capture.address, capture.final.payload), capture.address, now(), capture.final.payload, "html/1",
                0, digest_of(()), text_digest(text),
            )  # fmt: skip
            stated = seal_reading(reading, text, capture, self.store, self.manifest, extractor="html/1")
            sealed = (*stated.others, StoredRecord(stated.statement_id, "metadata", stated.statement))
            self.manifest.record(stated)
            self.manifest.know([], [StoredText(stated.others[-1], capture.capture_id, "html/1")])
        read = time.perf_counter() - resumed
        size = (
            capture.statement.offset
            + capture.statement.length
            - (capture.exchanges[0].request or capture.statement).offset
        )
        return acknowledged - begin, acknowledged - begin + read, size, sum(one.location.length for one in sealed)


@contextmanager
def _plain(path: Path) -> Iterator[Callable[[int], float]]:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def grow(size: int) -> float:
        data = os.urandom(size)
        begin = time.perf_counter()
        os.write(fd, data)
        sync_file(fd)
        return time.perf_counter() - begin

    yield grow
    os.close(fd)


def measured(folder: Path, captures: int) -> tuple[Times, Times]:
    """Until acknowledged, and with the text."""
    numbers, alone, whole = random.Random(1), Times(), Times()
    folder.mkdir(exist_ok=True)
    synced, unsynced = Archive(folder / "a", sync_file, "normal"), Archive(folder / "b", lambda _fd: None, "off")
    with closing(synced.manifest), closing(unsynced.manifest), _plain(folder / "c") as grow:
        for _ in range(captures):
            page = " ".join(numbers.choices(WORDS, k=4500)).encode()
            acknowledged, read, size, _ = synced.take(page)
            alone.synced.append(acknowledged)
            whole.synced.append(read)
            acknowledged, read, _, _ = unsynced.take(page)
            alone.unsynced.append(acknowledged)
            whole.unsynced.append(read)
            bare = grow(size)
            alone.bare.append(bare)
            whole.bare.append(bare)
    return alone, whole


def main() -> None:
    """Measure and print."""
    captures = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        alone, whole = measured(Path(folder), captures)
    print(HEADING)
    print(alone.line("acknowledged"))
    print(whole.line("and its text"))


if __name__ == "__main__":
    main()
