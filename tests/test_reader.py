"""Pages are read in a process of their own: what is too much for it costs that page's text, and nothing else."""

from __future__ import annotations

import itertools
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo.web import VISITED
from archiver.engine.limits import MIB, Limits
from archiver.errors import NoWorker
from archiver.extract.kinds import read_of
from archiver.extract.listing import read_listing
from archiver.extract.read import read
from archiver.fetch.timemap import mementos
from archiver.inspection import inspect, unread
from archiver.manifest.opening import MANIFEST
from archiver.model.capture import Payload
from archiver.model.inspection import Inspection
from archiver.model.listing import Listing, TimeMap
from archiver.pipeline import Archive
from archiver.reader import MOST_PAGES, Reader
from tests import hostile_pages
from tests.misreading import misreading, missing
from tests.small_web import served

LIMITS = Limits(cpu_seconds=1, wall_seconds=60.0)

PAGE = Payload(
    "http://letter.example/a", b"<title>A letter</title><p>First published in the Weir News.</p>", "text/html"
)


def page(content: bytes, media_type: str = "text/html") -> Payload:
    return Payload("http://letter.example/hostile", content, media_type)


def children() -> set[int]:
    """Processes of ours that are there, also those that have ended and were not waited for."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(place.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(place.parent.name))
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")


@pytest.fixture
def reader() -> Iterator[Reader]:
    with closing(Reader(limits=LIMITS, stage=misreading)) as made:
        yield made


def test_a_page_says_the_same_in_whatever_process_it_is_read(reader: Reader) -> None:
    for payload, publisher in (
        (PAGE, None),
        (PAGE, "The Letter"),
        (page(b""), None),
        (page(b"\x89PNG", "image/png"), None),
    ):
        assert reader.read(payload, publisher) == inspect(payload, publisher)
    assert reader.fault is None


#: A way to end of each kind; the others are the engine's tests', and those of what an answer may be.
FAULTS = {
    "exit": "exit code 0",
    "raise": "LookupError: a bug",
    "allocate": "MemoryError",
    "too long": "too long an answer",
    "no JSON": "not what a page says",
}


def test_a_fault_costs_the_page_that_it_came_from_and_no_other(reader: Reader) -> None:
    for deed, fault in FAULTS.items():
        hostile = page(deed.encode())
        assert reader.read(hostile) == unread(hostile), deed
        assert reader.fault is not None, deed
        assert fault in reader.fault
    assert reader.read(PAGE) == inspect(PAGE)
    assert reader.fault is None
    another = page(b"another page")
    assert reader.read(another) == unread(another)
    assert "of another page" in (reader.fault or "")


def test_what_waits_for_ever_is_ended_by_the_clock() -> None:
    with closing(Reader(limits=replace(LIMITS, wall_seconds=1.5), stage=misreading)) as reader:
        assert reader.read(page(b"sleep")) == unread(page(b"sleep"))
        assert reader.fault == "out of time"


@needs_proc
def test_a_page_is_not_given_up_for_what_was_read_before_it(reader: Reader) -> None:
    assert reader.read(PAGE)
    assert reader.read(page(b"weary")) == inspect(page(b"weary"))
    for child in children():  # it ends between two pages, and that is no page's fault
        os.kill(child, signal.SIGKILL)
    assert reader.read(PAGE) == inspect(PAGE)
    assert reader.fault is None


@needs_proc
def test_there_is_a_process_only_while_there_is_something_to_read() -> None:
    before = children()
    reader = Reader()
    assert children() == before
    reader.start()
    assert len(children() - before) == 1
    reader.close()
    assert children() == before
    reader.start()
    del reader
    assert children() == before


@needs_proc
def test_no_process_reads_for_ever(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archiver.reader.MOST_PAGES", 1)
    assert MOST_PAGES > 100
    before = children()
    assert reader.read(PAGE)
    first = children() - before
    assert reader.read(PAGE)
    assert len(children() - before) == 1
    assert not children() & first


# ── no process ──


def test_where_no_process_starts_nothing_is_said_of_the_page() -> None:
    with closing(Reader(stage=missing)) as reader:
        reader.start()
        for ask in (
            reader.ready,
            lambda: reader.read(PAGE),
            lambda: reader.unread(PAGE),
            lambda: reader.listing(PAGE, 9),
        ):
            with pytest.raises(NoWorker, match="does not start: ImportError: a part of it is missing"):
                ask()


def test_a_process_that_starts_at_last_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Reader(limits=LIMITS, stage=misreading)) as reader:
        with monkeypatch.context() as patched:
            patched.setattr(sys, "executable", "/nonexistent/python")
            reader.start()
            with pytest.raises(NoWorker, match="No such file"):
                reader.read(PAGE)
        assert reader.read(PAGE) == inspect(PAGE)
        with monkeypatch.context() as patched:  # the page ends the process, and there is no other
            patched.setattr(sys, "executable", "/nonexistent/python")
            with pytest.raises(NoWorker):
                reader.read(page(b"exit"))
        assert reader.read(PAGE) == inspect(PAGE)


@needs_proc
def test_a_process_that_ended_while_it_waited_is_replaced_before_a_page_is_begun(reader: Reader) -> None:
    reader.ready()
    first = reader.process
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 5
    while reader._worker and reader._worker.waits() and time.monotonic() < until:
        time.sleep(0.01)
    reader.ready()
    assert first not in children()
    assert reader.read(PAGE) == inspect(PAGE)
    assert reader.fault is None


# ── lists ──

FEED = page(b"<rss><channel><item><title>A letter</title><link>http://letter.example/a</link></item></channel></rss>")
TIMES = page(
    b'<http://a.example/20200102030405/http://letter.example/>; rel="memento"; datetime="Thu, 02 Jan 2020 03:04:05 GMT"'
)


def test_lists_are_read_there_too() -> None:
    with closing(Reader()) as reader:
        assert reader.listing(FEED, 9) == read_listing(FEED, 9) != Listing()
        assert reader.listing(FEED, 0).entries == ()
        assert reader.copies(TIMES) == mementos(TIMES.content, TIMES.url) != TimeMap()
        assert reader.copies(FEED) == TimeMap()


def test_a_list_that_is_too_much_lists_nothing(reader: Reader) -> None:
    for deed in FAULTS:
        if deed != "no JSON":
            assert reader.listing(page(deed.encode()), 9) == Listing(), deed
            assert reader.fault is not None
    assert reader.copies(page(b"no JSON")) == TimeMap()
    assert reader.listing(FEED, 9) == read_listing(FEED, 9)


# ── what is known without asking ──


def test_the_rules_are_those_that_the_process_reads_by_and_nobody_is_asked() -> None:
    with closing(Reader()) as reader:
        for media_type in ("text/html", "application/pdf", "text/plain", "text/xml", "image/png", "\ud800"):
            assert (
                reader.rules(media_type).split(" verdict/")[0]
                == read(Payload("http://a.example/", b"", media_type)).extractor
            )
        assert reader._worker is None
    code = (
        "import sys; from archiver.reader import Reader; Reader.rules('text/html'); Reader.rules('application/pdf')\n"
        "print([m for m in ('lxml', 'trafilatura', 'pypdfium2', 'archiver.provenance.phrases.lexicon') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "text/xml", "image/png", None])
def test_no_more_is_handed_over_than_is_read(media_type: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 400
    for module in ("kinds", "html", "read", "copies"):
        monkeypatch.setattr(f"archiver.extract.{module}.MAX_BYTES", most)
    for length in (most, most + 1, most + 2):
        whole = Payload("http://a.example/", (b"<p>Words.</p>\n\n" * most)[:length], media_type)
        cut = replace(whole, content=read_of(whole))
        assert len(cut.content) == min(length, most + 1)
        assert inspect(cut) == inspect(whole)
        if media_type not in ("image/png", "text/xml"):  # of which nothing is read, and which is no feed
            assert ("extraction-failed" in inspect(cut).document.problems) is (length > most)
    paper = page(b"%PDF-1.4" + bytes(most))
    assert read_of(paper) == paper.content


# ── what pages really do ──

HOSTILE = {
    "forms-without-end": (hostile_pages.forms_without_end(), "application/pdf"),
    "bomb": (hostile_pages.bomb(200), "application/pdf"),
    "attributes": (hostile_pages.attributes(1_000_000), "text/html"),
    "nested": (hostile_pages.nested(100_000), "text/html"),
}


def test_hostile_pages_are_read_or_given_up_and_the_next_one_is_read() -> None:
    with closing(Reader(limits=Limits(memory_bytes=250 * MIB, cpu_seconds=5, wall_seconds=60))) as reader:
        assert reader.read(PAGE) == inspect(PAGE)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name, (content, media_type) in HOSTILE.items():
            start = time.monotonic()
            found = reader.read(page(content, media_type))
            assert time.monotonic() - start < 60
            assert "extraction-failed" in found.document.problems, name
        assert reader.read(PAGE) == inspect(PAGE)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * MIB / 1024


def test_a_capture_of_a_hostile_page_is_kept_and_flagged(tmp_path: Path) -> None:
    pages = {
        "http://a.example/1": "<title>One</title><p>A page.",
        "http://a.example/2": "exit",
        "http://a.example/3": "no JSON",
        "http://a.example/4": "<title>Four</title><p>A page.",
    }
    settings = Settings(delay_seconds=0.0)
    with (
        served(pages) as port,
        Archive(tmp_path, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as opened,
    ):
        opened.concluder.reader.close()
        opened.concluder.reader = Reader(limits=LIMITS, stage=misreading)
        results = list(opened.capture(list(pages)))
        assert [(result.outcome, "extraction-failed" in result.problems) for result in results] == [
            ("captured", False), ("flagged", True), ("flagged", True), ("captured", False),
        ]  # fmt: skip
        assert [result.title for result in results] == ["One", None, None, "Four"]
        assert opened.verify().problems == ()
        kept = opened.lookup("http://a.example/3")[0]
        assert kept.title is None


# ── the same conclusions ──


class _Here(Reader):
    """Reads in this process, as it was once done."""

    def start(self) -> None:
        pass

    ready = start

    def read(self, payload: Payload, publisher: str | None = None) -> Inspection:
        return inspect(payload, publisher)


def concluded(demo: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[bytes]]:
    """All that the manifest says when it is made anew from the WARC files alone, and what is sealed with it."""
    ids = itertools.count(1)
    monkeypatch.setattr("archiver.vault.uuid4", lambda: UUID(int=next(ids), version=4))
    shutil.copytree(demo / "archive", folder / "archive")
    with Archive(folder, Settings(), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC)) as opened:
        assert len(opened.lookup(VISITED[0])[0].claims) > 1
    with closing(sqlite3.connect(folder / MANIFEST)) as connection:
        dump = [line for line in connection.iterdump() if "_sqlite_migrations" not in line]  # when it was made
    return dump, [path.read_bytes() for path in sorted((folder / "archive").glob("*.warc.gz"))]


def test_conclusions_are_the_same_to_the_byte_as_those_drawn_here(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = concluded(demo, tmp_path / "there", monkeypatch)
    monkeypatch.setattr("archiver.conclude.Reader", _Here)
    assert concluded(demo, tmp_path / "here", monkeypatch) == there


# ── the end ──

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from archiver.model.capture import Payload
from archiver.reader import Reader
from tests.misreading import ANSWERS, misreading
reader = Reader(stage=misreading)
reader.ready()
print(reader._worker._process.pid, flush=True)
reader.read(Payload("http://a.example/", b"sleep", "text/html"))
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_we_are_ended_in_the_midst_of_a_page(sent: signal.Signals) -> None:
    command = [sys.executable, "-P", "-c", SCRIPT.format(root=str(Path(__file__).parents[1]))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        time.sleep(0.2)
        process.send_signal(sent)
        assert process.wait(10) != 0
    until = time.monotonic() + 5
    place = Path(f"/proc/{worker}/stat")
    while time.monotonic() < until and place.exists() and place.read_text().split()[2] != "Z":
        time.sleep(0.01)
    assert not place.exists() or place.read_text().split()[2] == "Z"


def test_what_is_asked_of_an_archive_that_only_looks_up_loads_nothing_that_reads(demo: Path) -> None:
    code = (
        "import sys, json, archiver\n"
        "from pathlib import Path\n"
        f"with archiver.open_archive(Path({str(demo)!r})) as opened:\n"
        f"    found = opened.lookup({VISITED[0]!r})\n"
        "    reads = opened.concluder.reader._worker is not None\n"
        "print(json.dumps([len(found), reads, [m for m in ('lxml', 'trafilatura', 'pypdfium2') if m in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [2, False, []]
