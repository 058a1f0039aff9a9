"""Inputs made wrong by chance, given to everything that reads what others wrote.

    html pdf         to the process that reads (reader.Reader), as a capture's payload is
    http             framing, inflating and charset of an answer; the same bytes as robots.txt
    listing          feeds, sitemaps, front pages, TimeMaps, robots.txt
    warc             import --dry-run of WARC, ARC and WACZ, import itself, and what recovery and rebuilding make of the file
    statement        model.statement.decode, and what the manifest asks of what it gave
    inspection       model.inspection.decode: what a process that was taken over could answer

What must hold: no exception but ours, and only where a function may raise; nothing takes longer than its limit; what is said of an
input is the same when it is said again, in another process, in another order; a quote stands where it is said to stand; nothing that is
read steers a terminal; memory stays where it was. The process that reads may end over a page: that page is then said to be unread,
and the next one is read.

Each input follows from the seed, its kind and its number. One that fails is written to `--keep`, outside of the repository.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

from lxml import etree
from protego import Protego

from archiver.engine.limits import Limits
from archiver.engine.process import Died, StageBug, Worker
from archiver.errors import Damaged, Unreadable
from archiver.extract.html import Page, parse
from archiver.extract.kinds import HTML_TYPES
from archiver.fetch import framing, robots, timemap
from archiver.fetch.decode import payload, plain_payload
from archiver.ingest.warc import examine, import_warc
from archiver.inspection import inspect
from archiver.manifest.store import Manifest
from archiver.model import capture as nouns
from archiver.model import inspection, statement
from archiver.model import listing as nouns_of_lists
from archiver.model.capture import PROBLEMS, Capture, Payload, RecordLocation
from archiver.model.date import stamp
from archiver.model.digest import Digest
from archiver.model.document import Role
from archiver.model.lineage import Facts
from archiver.model.url import host, key, site
from archiver.provenance.publishers import SHIPPED
from archiver.provenance.resolve import resolve
from archiver.provenance.status import status
from archiver.reader import Reader
from archiver.warc.groups import Group, groups, salvaged
from archiver.warc.read import members
from archiver.warc.store import WarcStore
from tests.ingest import making
from tests.torture import mutate, seeds
from tests.torture.mutate import Corpus
from tests.warc import archive

#: Of a hundred inputs, so many are of each kind.
SHARES = {"html": 40, "pdf": 20, "http": 14, "listing": 8, "warc": 8, "statement": 7, "inspection": 3}

#: What the process that reads may use for one input. Seconds of CPU that one may take here, and on the clock: a busy machine is no hang.
LIMITS = Limits(cpu_seconds=5, wall_seconds=60.0)
SECONDS, WAIT = 5.0, 300.0
#: Pages are read again in two other processes, so many at once, one batch in so many pages.
BATCH, EVERY = 4, 40

P = ParamSpec("P")
T = TypeVar("T")

_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_HERE = RecordLocation("some.warc.gz", 0, 9, Digest.sha256(b""))


class Wrong(Exception):
    """Something that must hold does not."""


class Hangs(BaseException):
    """An input takes longer than it may."""


# ── what is read in this process ──


def http(data: bytes, _: Bench) -> None:
    """An answer: measured, inflated; its body as robots.txt."""
    with suppress(Unreadable):
        measured = framing.measure(io.BytesIO(data))
        if not (0 <= measured.head.start < measured.head.body_start <= measured.end <= len(data)):
            raise Wrong(f"a response from {measured.head.start} to {measured.end} of {len(data)} bytes")
        if measured.excess != len(data) - measured.end or measured.payload_length > len(data):
            raise Wrong("what is measured does not add up")
        if framing.measure(io.BytesIO(data)) != measured:
            raise Wrong("measured twice, it is two things")
    with suppress(Unreadable):
        limits = nouns.Limits(max_decoded_bytes=2**20)
        found = payload("http://a.example/x", io.BytesIO(data), limits)
        if len(found.content) > 2**20 or not set(found.problems) <= set(PROBLEMS):
            raise Wrong(f"{len(found.content)} bytes, {found.problems}")
    head, _, body = data.partition(b"\r\n\r\n")
    visit = archive.visit(archive.exchange(body=body, fields=b"Content-Type: text/plain\r\n"))
    rules = robots.judge(visit)
    if isinstance(rules, Protego):
        rules.can_fetch("https://paper.example/story?a=b", robots.AGENT)
        rules.crawl_delay(robots.AGENT)
    dated = archive.exchange(fields=head.partition(b"\n")[2].replace(b"\r\n\r\n", b"") + b"\r\n", body=body)
    timemap.copy_of(archive.visit(dated), "http://a.example/story")


def listing(data: bytes, bench: Bench) -> None:
    """What lists pages, in the process that reads, as each of the kinds that there are; what robots.txt says, here."""
    page = plain_payload("http://a.example/list", data, "text/xml")
    found = bench.asked(bench.reader.listing, page, 1000)
    if found != bench.asked(bench.reader.listing, page, 1000):
        raise Wrong("listed twice, it is two lists")
    for entry in (*found.entries, *found.sitemaps):
        if not entry.url.startswith(("http://", "https://")) or _STEERS.search(entry.title):
            raise Wrong(f"an entry {entry}")
        key(entry.url)
    copies = bench.asked(bench.reader.copies, replace(page, url="http://k.example/map"))
    if len(copies.mementos) > timemap.EARLIEST:
        raise Wrong(f"copies {copies}")
    for one in copies.mementos:
        timemap.raw(one.url)
        stamp(one.at)
    kind = ("application/rss+xml", "application/atom+xml", "text/plain", "text/xml")[bench.number % 4]
    read = bench.asked(bench.reader.read, plain_payload("http://a.example/feed", data, kind))
    if not set(read.document.problems) <= set(PROBLEMS):
        raise Wrong(f"problems {read.document.problems}")
    visit = archive.visit(archive.exchange("http://a.example/robots.txt", data, fields=b"Content-Type: text/plain\r\n"))
    rules = robots.judge(visit)
    if isinstance(rules, Protego):
        rules.can_fetch("http://a.example/private/x.html", robots.AGENT)
        list(islice(rules.sitemaps, robots.MAX_SITEMAPS))


def warc(data: bytes, bench: Bench) -> None:
    """A file to import, and the same file as one that lies in the archive."""
    path = bench.folder / bench.name
    path.write_bytes(data)
    try:
        looked = examine(path)
    except Unreadable:
        looked = None
    with suppress(Unreadable, Damaged):
        for record in members(path):
            record.block.read()
    found = list(salvaged(path))
    for one in (*groups(path), *found):
        if not 0 <= one.begin < one.end <= len(data):
            raise Wrong(f"a group from {one.begin} to {one.end} of {len(data)} bytes")
        if one.statement is not None:
            asked(one.statement)
    if found and bench.number % 5 == 1:
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            drawn(found, Path(folder))
    if looked is not None and bench.number % 5 == 0:
        imported(path, looked.captures, bench)


def imported(path: Path, captures: int, bench: Bench) -> None:
    """Take the file in; what is then in the archive's own file must be what was stated, and a manifest can be drawn from that alone."""
    dice = random.Random(bench.number)
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        store = archive.store(
            Path(folder), sync=lambda _: None, ids=lambda: str(UUID(int=dice.getrandbits(128), version=4))
        )
        taken: list[statement.Statement] = []
        with closing(Manifest(Path(folder))) as manifest:

            def take(one: statement.Statement) -> None:
                manifest.record(one)
                taken.append(one)

            report = import_warc(path, store, manifest, None, take, writing=manifest_of(store, manifest))
        if report.captures != captures or sum(isinstance(one, Capture) for one in taken) != captures:
            raise Wrong(f"{captures} captures were announced and {report.captures} taken in")
        found = [group for file in store.files() for group in groups(file)]
        if [group.statement for group in found] != taken:
            raise Wrong("what stands in the archive's file is not what was stated")
        drawn(found, Path(folder) / "again")


def manifest_of(store: WarcStore, manifest: Manifest) -> Callable[[], AbstractContextManager[None]]:
    """The lock, and one transaction, round whatever an import writes at once."""

    @contextmanager
    def writing() -> Iterator[None]:
        with store.locked(), manifest.together():
            yield

    return writing


def drawn(found: Sequence[Group], folder: Path) -> None:
    """What these groups state, as the rows of a new manifest."""
    with closing(Manifest(folder)) as manifest, manifest.together():
        for group in found:
            manifest.adopt(group.statement, group.records, group.texts)


def stated(data: bytes, _: Bench) -> None:
    """A statement: refused, or the same again when it is written and read once more."""
    try:
        found = statement.decode(data, "00000000-0000-4000-8000-000000000001", _HERE)
    except Unreadable:
        return
    asked(found)
    again = statement.decode(statement.encode(found), "00000000-0000-4000-8000-000000000001", _HERE)
    if again != found:
        raise Wrong("written and read again, it says something else")


def asked(found: statement.Statement) -> None:
    """What is asked of a statement before its rows are written."""
    if isinstance(found, Capture):
        str(found.outcome)
        key(found.address)
        stamp(found.final.captured_at)
    elif isinstance(found.fact, statement.Attempt):
        key(found.fact.url)


def answered(data: bytes, _: Bench) -> None:
    """An answer about a page: refused, or the same again when it is written and read once more."""
    with suppress(Unreadable):
        found = inspection.decode(data, seeds.COPY)
        if inspection.decode(inspection.encode(found), seeds.COPY) != found:
            raise Wrong("written and read again, it says something else")
    with suppress(Unreadable):
        lists = nouns_of_lists.decode(data)
        if nouns_of_lists.decode(nouns_of_lists.encode(lists)) != lists:
            raise Wrong("written and read again, it lists something else")
    with suppress(Unreadable):
        copies = nouns_of_lists.decode_copies(data)
        if nouns_of_lists.decode_copies(nouns_of_lists.encode_copies(copies)) != copies:
            raise Wrong("written and read again, it lists other copies")


# ── what is read in a process of its own ──


def page(data: bytes, bench: Bench, media_type: str) -> None:
    """A page or a paper, read as a capture's is."""
    if bench.number % 3 == 0:
        media_type += "; charset=" + ("utf-8", "utf-16", "gb18030", "nonsense")[bench.number % 4]
    given = plain_payload(seeds.COPY, data, media_type)
    found = bench.asked(bench.reader.read, given, "Slow Weekly" if bench.number % 7 == 0 else None)
    if bench.reader.fault is not None and (
        found.document.problems[:1] != ("extraction-failed",) or found.document.blocks
    ):
        raise Wrong(f"a page that was given up says {found.document.problems}")
    document = found.document
    for text in (document.title.value, document.publisher.value, *document.authors, document.text, document.whole):
        if text and _STEERS.search(text):
            raise Wrong(f"{text!r} steers")
    bench.batch = [*bench.batch, given][-BATCH:]
    if random.Random(bench.number).random() * EVERY < 1:
        bench.compare()


def checking() -> Callable[[tuple[Payload, ...]], bytes]:
    """A stage: reads pages and says what they come to, and where a quote does not stand."""

    def answer(pages: tuple[Payload, ...]) -> bytes:
        found = [inspect(one) for one in pages]
        wrong = [sentence for one, said in zip(pages, found, strict=True) for sentence in unquoted(one, said)]
        # Of pages that say the very same there is one: in an archive, an id is one document's.
        facts = list({one.document_id: one for one in map(fact, found)}.values())
        lineage = resolve(facts, (), SHIPPED)
        words = sorted(f"{one.document_id} {status(one.document_id, one.claims, lineage.edges)}" for one in facts)
        read = sorted(hashlib.sha256(inspection.encode(said)).hexdigest() for said in found)
        return json.dumps([wrong, read, words, repr(lineage)]).encode("utf-8", "replace")

    return answer


def unquoted(given: Payload, said: inspection.Inspection) -> Iterator[str]:
    """The quotes of a page's claims that do not stand in it, a sentence each.

    What is quoted of markup that is broken (a quotation mark too few) is the tag as the parser understood it.
    """
    read_page = parse(given) if said.document.media_type in HTML_TYPES else None
    source = " ".join(read_page.source.split()) if read_page else ""
    for one in (evidence for claim in said.claims for evidence in claim.evidence):
        if one.role is not Role.MARKUP:
            if said.document.whole[one.start : one.end] != one.quote:
                yield f"{one.rule}: {one.quote!r} does not stand at {one.start}"
        elif " ".join(one.quote.split()) not in source and read_page and not _written(read_page, one.quote):
            yield f"{one.rule}: {one.quote!r} does not stand in the source"


def _written(read_page: Page, quote: str) -> bool:
    """Whether a quote is a tag of the page as the parser would write it."""
    return any(
        etree.tostring(node, encoding="unicode", method="html").startswith(quote) for node in read_page.tree.iter()
    )


def fact(said: inspection.Inspection) -> Facts:
    """What resolution is given of a page, as if each were at an address of its own."""
    document, claims = said.document, said.claims
    name = hashlib.sha256(inspection.encode(said)).hexdigest()[:16]
    url = f"http://p{name}.example/story"
    return Facts(
        name, url, key(url), site(host(url)), document.title.value, document.publisher.value, document.authors,
        document.date_published.value, "2024-05-17T08:00:00.000Z", document.media_type, document.language, len(document.text.split()), (), claims,
    )  # fmt: skip


# ── the bench ──


@dataclass(slots=True)
class Tally:
    """What was done, and how it ended. Memory in kB: of this process and of the one that reads, at first and at last."""

    inputs: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    again: int = 0
    slowest: float = 0.0
    here: list[int] = field(default_factory=list)
    there: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """What another process did."""
        self.inputs.update(other.inputs)
        self.crashes += other.crashes
        self.hangs += other.hangs
        self.faults.update(other.faults)
        self.again += other.again
        self.slowest = max(self.slowest, other.slowest)
        if not self.here or _growth(other.here) > _growth(self.here):
            self.here = other.here
        if not self.there or _growth(other.there) > _growth(self.there):
            self.there = other.there

    @property
    def failed(self) -> bool:
        """Whether anything did not hold."""
        return bool(self.crashes or self.hangs)

    def __str__(self) -> str:
        kinds = " ".join(f"{kind}={count}" for kind, count in sorted(self.inputs.items()))
        faults = ", ".join(f"{count} x {how}" for how, count in sorted(self.faults.items())) or "none"
        return (
            f"inputs={sum(self.inputs.values())} ({kinds}) crashes={len(self.crashes)} hangs={len(self.hangs)} "
            f"slowest_cpu_s={self.slowest:.2f} read_again={self.again} worker_ended=({faults}) "
            f"memory_MB here {_from_to(self.here)}, worker {_from_to(self.there)}"
        )


def _growth(sizes: Sequence[int]) -> float:
    return sizes[-1] / sizes[0] if sizes else 0.0


def _from_to(sizes: Sequence[int]) -> str:
    return f"{sizes[0] / 1024:.0f}->{sizes[-1] / 1024:.0f} (x{_growth(sizes):.3f})" if sizes else "-"


def resident(pid: int) -> int:
    """The memory that a process has in use, in kB; 0 where nobody says."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])
    return 0


class Bench:
    """Where inputs are tried: the process that reads, two that check, a folder, and what came of it."""

    def __init__(self, folder: Path, keep: Path, seed: int) -> None:
        self.folder, self.keep, self.seed = folder, keep, seed
        self.tally = Tally()
        self.number = 0
        self.batch: list[Payload] = []
        small = seeds.small_archive(folder / "seed")
        self.corpora = corpora(small)
        #: What a file of ours is called: statements name it.
        self.name = small.warc.name
        self.reader = Reader(limits=LIMITS)
        self._checkers: list[Worker] = []

    def close(self) -> None:
        """End every process."""
        self.reader.close()
        for one in self._checkers:
            one.end()
        self._checkers = []

    def input(self, kind: str, number: int) -> bytes:
        """An input: the same for the same seed, kind and number."""
        return mutate.mutated(self.corpora[kind], random.Random(f"{self.seed} {kind} {number}"))

    def run(self, kind: str, number: int) -> None:
        """Try one input, and keep it where it fails."""
        self.number = number
        data = self.input(kind, number)
        self.tally.inputs[kind] += 1
        start, used = time.monotonic(), time.process_time()
        try:
            with limited(SECONDS, WAIT):
                CHECKS[kind](data, self)
        except Hangs:
            self._failed(self.tally.hangs, kind, data, f"longer than {time.monotonic() - start:.0f} s")
        except Exception:
            self._failed(self.tally.crashes, kind, data, traceback.format_exc())
        self.tally.slowest = max(self.tally.slowest, time.process_time() - used)

    def _failed(self, into: list[str], kind: str, data: bytes, why: str) -> None:
        self.keep.mkdir(parents=True, exist_ok=True)
        path = self.keep / f"{kind}-{self.seed}-{self.number}"
        path.write_bytes(data)
        path.with_suffix(".why").write_text(why, "utf-8", "backslashreplace")
        into.append(
            f"{kind}:{self.number} (seed {self.seed}, {len(data)} bytes in {path}): {why.strip().splitlines()[-1][:300]}"
        )
        print(into[-1], file=sys.stderr)

    def asked(self, question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """An answer of the process that reads. That it ends over something is counted; that it meets a bug of ours, or answers
        nonsense, is Wrong.
        """
        answer = question(*arguments, **named)
        self._look()
        fault = self.reader.fault
        if fault is not None:
            if "Traceback" in fault or fault.startswith("not what"):
                raise Wrong(fault)
            self.tally.faults[fault] += 1
        return answer

    def _look(self) -> None:
        """How much memory the process that reads has, late in its life."""
        worker = self.reader._worker
        if worker is not None and self.reader._read == 450:
            self.tally.there.append(resident(worker._process.pid))

    def compare(self) -> None:
        """Read the last pages again, in two other processes and in two orders."""
        while len(self._checkers) < 2:
            one = Worker(LIMITS)
            one.open(checking)
            self._checkers.append(one)
        pages = tuple(self.batch)
        try:
            first, second = self._checkers[0].ask(pages), self._checkers[1].ask(pages[::-1])
        except Died:
            self._end_checkers()
            return
        except StageBug as why:
            self._end_checkers()
            raise Wrong(str(why)) from why
        self.tally.again += len(pages)
        wrong = json.loads(first)[0]
        if wrong:
            raise Wrong("; ".join(wrong))
        if first != second:
            raise Wrong(f"read again, other things are said: {first!r} and {second!r}")

    def _end_checkers(self) -> None:
        for one in self._checkers:
            one.kill()
        self._checkers = []


Check = Callable[[bytes, Bench], None]

CHECKS: dict[str, Check] = {
    "http": http,
    "listing": listing,
    "warc": warc,
    "statement": stated,
    "inspection": answered,
    "html": partial(page, media_type="text/html"),
    "pdf": partial(page, media_type="application/pdf"),
}


@contextmanager
def limited(seconds: float, wait: float) -> Iterator[None]:
    """Raise Hangs after so many seconds of CPU, or on the clock: at once, or as soon as what is called lets go."""

    def late(_: int, __: object) -> None:
        raise Hangs

    timers = ((signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, wait))
    before = [signal.signal(number, late) for number, _, _ in timers]
    for _, timer, most in timers:
        signal.setitimer(timer, most)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def corpora(small: seeds.Small) -> dict[str, Corpus]:
    """What the inputs of each kind are made of."""
    ours = small.warc.read_bytes()
    apart = [ours[one.offset : one.offset + one.length] for one in small.records]
    packed = (
        ours,
        making.theirs(seed=2),
        making.arc(gz=True),
        making.wacz({"archive/a.warc.gz": making.theirs(seed=3)}),
    )
    plain = (making.theirs(gz=False, seed=4), b"".join(_inflated(ours)), b"".join(_inflated(making.theirs(seed=5))))
    return {
        "html": Corpus(seeds.HTML, mutate.HTML_TOKENS, mutate.HTML_CHANGES),
        "pdf": Corpus(seeds.PDF, mutate.PDF_TOKENS, mutate.PDF_CHANGES),
        "http": Corpus(seeds.HTTP, mutate.HTTP_TOKENS),
        "listing": Corpus(seeds.LISTINGS, mutate.LISTING_TOKENS),
        "warc": Corpus(
            (*packed, plain[0], making.arc()),
            mutate.WARC_TOKENS,
            mutate.WARC_CHANGES,
            {"plain": plain, "members": apart},
        ),
        "statement": Corpus(seeds.statements(small), mutate.JSON_TOKENS, mutate.JSON_CHANGES),
        "inspection": Corpus(seeds.inspections(), mutate.JSON_TOKENS, mutate.JSON_CHANGES),
    }


def _inflated(packed: bytes) -> Iterator[bytes]:
    yield gzip.decompress(packed)


def plan(size: int) -> Iterator[tuple[str, int]]:
    """So many inputs in all, the kinds mixed: what one leaves behind meets the others."""
    row = [kind for kind, share in SHARES.items() for _ in range(share)]
    random.Random(0).shuffle(row)
    for number in range(size):
        yield row[number % len(row)], number


def fuzz(size: int, seed: int, keep: Path, share: tuple[int, int] = (0, 1), only: Sequence[str] = ()) -> Tally:
    """Try so many inputs, or this process's share of them; `only` these kinds, or single ones (`html:123`)."""
    with tempfile.TemporaryDirectory() as folder, closing(Bench(Path(folder), keep, seed)) as bench:
        chosen = [one for one in plan(size) if one[1] % share[1] == share[0]]
        if only:
            chosen = [one for one in chosen if one[0] in only or f"{one[0]}:{one[1]}" in only]
        warm = len(chosen) // 5
        for done, (kind, number) in enumerate(chosen):
            bench.run(kind, number)
            if done == warm or (done > warm and done % 500 == 0):
                bench.tally.here.append(resident(os.getpid()))
        bench.tally.here.append(resident(os.getpid()))
        return bench.tally


def main(arguments: list[str]) -> int:
    """`--size` inputs over `--jobs` processes; what failed goes to standard error and to `--keep`."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "archiver-fuzz")
    parser.add_argument("--only", action="append", default=[], metavar="KIND[:NUMBER]")
    parser.add_argument("--share", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.share:
        part, parts = map(int, given.share.split("/"))
        done = fuzz(given.size, given.seed, given.keep, (part, parts), given.only)
        print(json.dumps({name: getattr(done, name) for name in Tally.__slots__}))
        return 0
    start = time.monotonic()
    command = [sys.executable, "-m", "tests.torture", "fuzz", *arguments]
    tally, missing = Tally(), 0
    with ExitStack() as running:
        started = [
            running.enter_context(
                subprocess.Popen([*command, "--share", f"{part}/{given.jobs}"], stdout=subprocess.PIPE, text=True)
            )
            for part in range(given.jobs)
        ]
        for one in started:
            said, _ = one.communicate()
            missing += one.returncode != 0
            if one.returncode == 0:
                tally.add(_tally(json.loads(said)))
    print(f"fuzz: {tally} ended_processes={missing} seconds={time.monotonic() - start:.0f}")
    return 1 if tally.failed or missing else 0


def _tally(said: dict[str, object]) -> Tally:
    tally = Tally(**said)  # type: ignore[arg-type] # what asdict made of one
    tally.inputs, tally.faults = Counter(tally.inputs), Counter(tally.faults)
    return tally
