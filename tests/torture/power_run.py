"""The run that is recorded for power.py: the life of one archive in some sessions, under the shim, and the faults that can be planted in it.

    python -m tests.torture.power_run FOLDER PORT FAULT...

For each FAULT, FOLDER/FAULT/disk is the disk that is watched and FOLDER/FAULT/log what was done to it. The archive is disk/home;
disk/acks takes a line at each acknowledgement: the highest sequence number that is promised from then on, so that its place
among the writes is in the log. The web of the run (`WEB`) is served by whoever starts it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

from archiver import conclude, vault
from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.inspection import inspect, unread
from archiver.jobs.run import Run
from archiver.model.capture import Payload, StoredRecord
from archiver.model.date import Clock, now
from archiver.model.event import Attempt
from archiver.model.inspection import Inspection
from archiver.model.lineage import Decision, Ruling
from archiver.pipeline import Archive
from archiver.reader import Reader
from archiver.rebuild import rebuild
from archiver.warc.layout import Member
from archiver.warc.seal import STATEMENT_ROOM, seal_fact
from archiver.warc.store import LOCK_WAIT, Journal, Slot, WarcStore
from archiver.watch.read import checked
from tests.fetch.server import End, Script, answer, redirect
from tests.ingest.making import Theirs
from tests.jobs.world import Notes, job
from tests.torture.shim import Shim

#: A WARC file is full soon, so that the run begins several.
MAX_BYTES = STATEMENT_ROOM + 14_000

FERRY, AGAIN, OLD = "http://gazette.example/ferry", "http://letter.example/ferry", "http://letter.example/old"
BROKEN, NOTES, MILL = "http://relay.example/broken", "http://relay.example/notes", "http://gazette.example/mill"
TIDES, LAMPS, ROPES = "http://letter.example/tides", "http://gazette.example/lamps", "http://relay.example/ropes"


def _page(title: str, words: str) -> Script:
    page = f"<!DOCTYPE html><title>{title}</title><article><h1>{title}</h1><p>{words}</p></article>"
    return (answer(page.encode(), Content_Type="text/html; charset=utf-8"),)


_SAILED = (
    "The ferry to the outer islands sailed for the last time on Friday evening, with nine people, a piano and a goat on board, "
    "and nobody on the quay could say who had ordered the piano or where it would be put ashore."
)

#: What is captured: the hosts and paths, and how the server answers.
WEB: dict[str, Script] = {
    FERRY[7:]: _page("The piano ferry", _SAILED),
    AGAIN[7:]: _page("A piano at sea", f"This article was originally published on Harbour Gazette. {_SAILED}"),
    OLD[7:]: redirect(AGAIN),
    BROKEN[7:]: (End.RESET,),
    NOTES[7:]: (answer(b"Notes of the harbour master. Wind from the west. One piano.\n", Content_Type="text/plain"),),
    MILL[7:]: _page(
        "The mill", "The mill on the east shore grinds again, its owner says, though not on Sundays or in rain."
    ),
    TIDES[7:]: _page(
        "Tides", "High water at six in the morning and at half past six in the evening, every day this week."
    ),
    LAMPS[7:]: _page(
        "Lamps", "Forty new lamps stand along the mole since Tuesday; thirty-eight of them burn, the mayor says."
    ),
}


class Fault(StrEnum):
    """What is wrong with the writing of the archive in a run."""

    NONE = "none"
    NO_SYNC = "no-sync"  # the WARC files are written and never synced
    MANIFEST_FIRST = "manifest-first"  # the rows are written before the records that they speak of
    NO_FOLDER_SYNC = "no-folder-sync"  # a new WARC file's name is never synced


class Small(WarcStore):
    """A store as the program has it, but for the size of its files."""

    def __init__(self, folder: Path, *, clock: Clock, ids: Callable[[], str], tool: str) -> None:
        super().__init__(folder, clock=clock, ids=ids, tool=tool, max_bytes=MAX_BYTES)


class Unsynced(Small):
    """Leaves it to the system when bytes reach the disk."""

    def __init__(self, folder: Path, *, clock: Clock, ids: Callable[[], str], tool: str) -> None:
        super().__init__(folder, clock=clock, ids=ids, tool=tool)
        self.sync = lambda _: None


class Nameless(Small):
    """Syncs what it writes, but no name of a file."""

    def sync_folder(self, folder: Path) -> None:
        """Nothing."""


class Careless(Nameless, Unsynced):
    """Neither."""


class Late(Small):
    """Writes what is appended when the lock is let go, or more is appended: after the rows about it."""

    _held: tuple[Slot, bytes] | None = None

    @contextmanager
    def locked(self, wait: float = LOCK_WAIT) -> Iterator[None]:
        """As ever, and then what was held back."""
        with super().locked(wait):
            try:
                yield
            finally:
                self._release()

    def place(self, journal: Journal, room: int) -> Slot:
        """As ever, once the file is as it is thought to be."""
        self._release()
        return super().place(journal, room)

    def append(self, slot: Slot, members: Sequence[Member]) -> tuple[StoredRecord, ...]:
        """Hold back the bytes; say that they are written."""
        parts = []
        for member in slot.all(members):
            member.data.seek(member.start)
            parts.append(member.data.read(member.length))
        self._held = slot, b"".join(parts)
        return slot.lay(members)

    def _release(self) -> None:
        if self._held is not None:
            (slot, data), self._held = self._held, None
            with (self.folder / slot.warc).open("ab") as file:
                file.write(data)
                file.flush()
                self.sync(file.fileno())
            if slot.opening is not None:
                self.sync_folder(self.folder)


class Killed(BaseException):
    """As if the process ended here: nothing is done on the way out."""


STORES: dict[Fault, type[Small]] = {
    Fault.NONE: Small,
    Fault.NO_SYNC: Unsynced,
    Fault.MANIFEST_FIRST: Late,
    Fault.NO_FOLDER_SYNC: Nameless,
}


_inspected = lru_cache(maxsize=100)(inspect)
_unread = lru_cache(maxsize=100)(unread)


class Here(Reader):
    """Reads in this process, and each page once: the same page says the same in every state, and the pages are our own."""

    def start(self) -> None:
        """Nothing to start."""

    def ready(self) -> None:
        """Nothing to wait for."""

    def read(self, payload: Payload, publisher: str | None = None) -> Inspection:
        """What the page says."""
        return _inspected(payload, publisher)

    def unread(self, payload: Payload, publisher: str | None = None) -> Inspection:
        """What is said of a page that must not be read."""
        return _unread(payload, publisher)


@contextmanager
def opened(home: Path, store: type[Small], port: int | None = None) -> Iterator[Archive]:
    """An archive with a store of this kind, which reads pages in this process: from its opening on, since that may read already."""
    settings = Settings(delay_seconds=0.0)
    online = None if port is None else fetch_settings(settings, [f"::127.0.0.1:{port}"], None)
    with (
        patch.object(vault, "WarcStore", store),
        patch.object(conclude, "Reader", Here),
        Archive(home, settings, online) as archive,
    ):
        yield archive


def _theirs(folder: Path) -> Path:
    """A small WARC file of somebody else's."""
    theirs = Theirs(seed=5)
    theirs.info()
    for url in ("http://weekly.example/goat", "http://weekly.example/rope"):
        body = f"<title>{url[-4:]}</title><p>Of the {url[-4:]} on the ferry nothing more was heard until the week was out.</p>"
        theirs.request(theirs.response(url, body.encode()), url)
    path = folder / "theirs.warc.gz"
    path.write_bytes(theirs.out.getvalue())
    return path


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: its archive, and where acknowledgements go."""

    home: Path
    port: int
    store: type[Small]
    acks: int

    def open(self) -> AbstractContextManager[Archive]:
        return opened(self.home, self.store, self.port)

    def acknowledge(self, archive: Archive) -> None:
        os.write(self.acks, b"%d\n" % (archive.manifest.next_sequence() - 1))

    def capture(self, archive: Archive, *urls: str) -> None:
        for result in archive.capture(urls):
            assert (result.capture is None) == (result.url == BROKEN), result
            self.acknowledge(archive)

    def scheduled(self, archive: Archive, *urls: str) -> None:
        """A run of the watch list."""
        jobs, _ = checked(job(urls=urls))
        notes = Notes(seen=lambda _one: self.acknowledge(archive))
        settings = fetch_settings(archive.settings, [f"::127.0.0.1:{self.port}"], None)
        report = Run(archive, jobs, lambda _job: settings, (notes,)).go()
        assert report.total.outcomes == {"captured": len(urls)}, report


def _seal_and_die(archive: Archive) -> None:
    """As a writer that was killed leaves it: a group without its rows."""
    with archive.store.locked():
        seal_fact(Attempt(BROKEN, now(), "failed", ("connect",), "killed behind this"), archive.store, archive.manifest)


def _checkpoint(archive: Archive, kind: str) -> None:
    with archive.store.locked():
        archive.manifest.connection.execute(f"pragma wal_checkpoint({kind})").fetchall()


def _first(run: _Run) -> None:
    """A new archive: whoever made it was killed before anything was synced, and so keeps no checkpoint."""
    with suppress(Killed), opened(run.home, Careless) as archive:
        _seal_and_die(archive)
        raise Killed
    with run.open() as archive:
        run.capture(archive, FERRY)
        run.capture(archive, OLD)
        run.capture(archive, BROKEN)


def _second(run: _Run, theirs: Path) -> None:
    with run.open() as archive:
        run.capture(archive, FERRY)  # a revisit
        _checkpoint(archive, "passive")
        run.capture(archive, MILL, TIDES)
        archive.import_(theirs)
        run.acknowledge(archive)
        archive.decide(Decision(AGAIN, Ruling.REPUBLISHED_FROM, now(), "a reader", "the gazette had it first", FERRY))
        run.acknowledge(archive)
    last = archive.store.files()[-1]
    with last.open("ab") as file:  # as a writer that was killed leaves it: half of a group
        file.write(last.read_bytes()[-2000:-150])


def _third(run: _Run) -> None:
    with run.open() as archive:
        run.capture(archive, NOTES)
        _seal_and_die(archive)
        run.scheduled(archive, LAMPS)
        _checkpoint(archive, "truncate")
        assert archive.seal()
        run.acknowledge(archive)
        run.capture(archive, BROKEN)


def _fourth(run: _Run) -> None:
    """The manifest is lost, and drawn anew by the opening; then once more, by a person."""
    manifests = run.home / "manifests"
    (manifests / "manifest.db").unlink()
    fd = os.open(manifests, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
    with run.open() as archive:
        run.capture(archive, ROPES)
    with patch.object(conclude, "Reader", Here):
        assert rebuild(run.home).replaced
    with run.open() as archive:
        run.capture(archive, TIDES)


def run(folder: Path, port: int, store: type[Small]) -> None:
    """The sessions: all of them, or with a store that has a fault the two in which it must show. What lies outside `folder`/disk is not watched."""
    theirs = _theirs(folder)
    acks = os.open(folder / "disk" / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    one = _Run(folder / "disk" / "home", port, store, acks)
    _first(one)
    _second(one, theirs)
    if store is Small:
        _third(one)
        _fourth(one)
    os.close(acks)


def record(folder: Path, port: int, faults: Sequence[Fault]) -> None:
    """A run for each fault. This process must run under the shim."""
    shim = Shim()
    for fault in faults:
        (folder / fault / "disk").mkdir(parents=True)
        shim.watch(folder / fault / "disk", folder / fault / "log")
        run(folder / fault, port, STORES[fault])


if __name__ == "__main__":
    record(Path(sys.argv[1]), int(sys.argv[2]), [Fault(one) for one in sys.argv[3:]])
