"""Reads what others wrote in a process of its own, held to limits: what a page says, or a list lists, or that it could not be read.

    reader = Reader(authority)                   nothing is started yet
    reader.start()                               optional: let it load what reads pages while we do something else
    reader.ready()                               optional: wait for that; whoever must not begin what cannot be done calls it
    reader.read(payload) -> Inspection           of a page that is too much for a process: extraction-failed, and nothing of its text
    reader.listing(payload, most) -> Listing     a feed, a sitemap, a page of links; nothing of one that is too much
    reader.copies(payload) -> TimeMap            what a public archive lists, likewise
    reader.rules(media_type)                     the versions of what reads them; asks nobody

The process is warm: one reads page after page. A page that ends it, takes too long, needs too much, meets a bug of ours or
makes it answer nonsense is tried once more in a fresh one, so that what is concluded follows from the page and not from what
was read before it; then it is given up, and the next page has another process. Where there can be no process that is no
page's fault: NoWorker. Nothing that reads pages is loaded here.

Owns what is asked of the process, and what becomes of a fault. The process and its limits are engine's, the answers' forms are
model.inspection's and model.listing's. Used by one thread at a time.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar

from archiver.engine.limits import Limits
from archiver.engine.process import Died, StageBug, Worker
from archiver.errors import NoWorker, Unreadable
from archiver.extract.kinds import VERDICT_VERSION, extractor, media_type, read_of
from archiver.model import listing as lists
from archiver.model.capture import Payload
from archiver.model.document import Document, Stated
from archiver.model.inspection import Inspection, decode, encode
from archiver.model.listing import Listing, TimeMap
from archiver.provenance.detect.version import VERSION
from archiver.provenance.publishers import SHIPPED, Authority


@dataclass(frozen=True, slots=True)
class Page:
    """A payload to read, and its publisher where that is known."""

    payload: Payload
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """A feed, a sitemap or a page, of which so many entries at most are wanted."""

    payload: Payload
    most: int


@dataclass(frozen=True, slots=True)
class Copies:
    """A TimeMap."""

    payload: Payload


Asked: TypeAlias = Page | Links | Copies
Stage: TypeAlias = Callable[[Authority], Callable[[Asked], bytes]]
T = TypeVar("T")

#: Pages that one process reads. What has taken it over without a fault is gone with it, and so is what libraries leak.
MOST_PAGES = 500

#: An answer so long, in bytes, is taken apart once the process is gone that gave it: its memory and ours are never needed together.
#: Of 300 real pages the longest makes a third of it.
LARGE = 1024 * 1024


def stage(authority: Authority) -> Callable[[Asked], bytes]:
    """What answers, in the process: called there once, and loads what reads pages."""
    from archiver.extract.listing import read_listing  # noqa: PLC0415 - only the process that reads loads what reads
    from archiver.fetch.timemap import mementos  # noqa: PLC0415 - as above
    from archiver.inspection import inspect  # noqa: PLC0415 - as above

    def answer(asked: Asked) -> bytes:
        match asked:
            case Page(payload, publisher):
                return encode(inspect(payload, publisher, authority))
            case Links(payload, most):
                return lists.encode(read_listing(payload, most))
            case Copies(payload):
                return lists.encode_copies(mementos(payload.content, payload.url))

    return answer


class Reader:
    """One process that reads, when there is something to read. Close it, or let go of it: the process ends with it."""

    def __init__(self, authority: Authority = SHIPPED, limits: Limits | None = None, stage: Stage = stage) -> None:
        self._limits = limits or Limits()
        self._stage = partial(stage, authority)
        self._worker: Worker | None = None
        self._opened = False
        self._read = 0  # by the worker that there is: what others wrote, which nothing of unread's is
        self._end: Callable[[], object] = lambda: None
        #: How the last page or list that could not be read ended, or None.
        self.fault: str | None = None

    def start(self) -> None:
        """Let the process load what it needs; returns at once. Where it does not start, that is said when it is needed."""
        with suppress(NoWorker):
            self._started()

    def ready(self) -> None:
        """Have a process that has loaded what it needs, and waits. Raises NoWorker."""
        if self._opened and self._worker is not None and not self._worker.waits():
            self.close()  # it ended behind its last answer, or speaks unasked
        with ExitStack() as unless_ready:
            unless_ready.callback(self.close)
            self._ready()
            unless_ready.pop_all()

    @property
    def process(self) -> int | None:
        """The number of the process that there is."""
        return None if self._worker is None else self._worker.number

    def close(self) -> None:
        """End the process, whatever it does. The next page starts another."""
        self._worker, self._opened, self._read = None, False, 0
        self._end()

    def read(self, payload: Payload, publisher: str | None = None) -> Inspection:
        """What a page says. Never raises for its content; NoWorker where no process can be had, and then nothing is said of the page."""
        page = Page(replace(payload, content=read_of(payload)), publisher)
        found = self._answer(page, partial(decode, url=payload.url))
        return self.unread(payload, publisher) if found is None else found

    def unread(self, payload: Payload, publisher: str | None = None) -> Inspection:
        """What is said of a page that must not be read: its address and type. Nothing of its content is looked at. Raises NoWorker."""
        fault = self.fault
        bare = replace(payload, content=b"")
        found = self._answer(Page(bare, publisher), partial(decode, url=payload.url)) or nothing(bare)
        self.fault = fault
        problems = tuple(dict.fromkeys(("extraction-failed", *found.document.problems)))
        return replace(found, document=replace(found.document, problems=problems))

    def listing(self, payload: Payload, most: int) -> Listing:
        """What a payload lists, at most so many entries of it. Never raises for its content; NoWorker as above."""
        found = self._answer(Links(payload, most), lists.decode) or Listing()
        return replace(found, entries=found.entries[:most])

    def copies(self, payload: Payload) -> TimeMap:
        """The copies that a TimeMap lists. Never raises for its content; NoWorker as above."""
        return self._answer(Copies(payload), lists.decode_copies) or TimeMap()

    @staticmethod
    def rules(media_type: str) -> str:
        """The versions of the rules that a page of this type is read by: with new ones, conclusions are drawn again."""
        return f"{extractor(media_type)} verdict/{VERDICT_VERSION} detect/{VERSION}"

    def _answer(self, asked: Asked, decode: Callable[[bytes], T]) -> T | None:
        """The answer, or None where there is none to be had, also from a fresh process."""
        self.fault = None
        if self._read >= MOST_PAGES:
            self.close()
        while True:
            fresh = self._read == 0
            try:
                answer = self._ask(asked)
                if len(answer) > LARGE:
                    self.close()
                return decode(answer)
            except (Died, StageBug, Unreadable) as fault:
                self.close()
                if fresh:
                    self.fault = str(fault)
                    return None

    def _ask(self, asked: Asked) -> bytes:
        """The process's answer. Whatever comes in between, an interrupt too, ends it: a late answer must not be taken for the next."""
        self.ready()
        with ExitStack() as unless_answered:
            unless_answered.callback(self.close)
            worker = self._ready()
            self._read += bool(asked.payload.content)
            answer = worker.ask(asked)
            unless_answered.pop_all()
        return answer

    def _ready(self) -> Worker:
        """The process, once it has loaded what it needs."""
        worker = self._started()
        if not self._opened:
            worker.ready()
            self._opened = True
        return worker

    def _started(self) -> Worker:
        if self._worker is not None:
            return self._worker
        self._worker = Worker(self._limits)
        self._end = weakref.finalize(self, self._worker.kill)  # also where nobody closes this
        with ExitStack() as unless_begun:
            unless_begun.callback(self.close)
            self._worker.begin(self._stage)
            unless_begun.pop_all()
        return self._worker


def nothing(payload: Payload) -> Inspection:
    """What is said of a page of which even the address is too much, or of an empty one whose address says nothing."""
    kind = media_type(payload)
    document = Document(
        url=payload.url, media_type=kind, title=Stated(), publisher=Stated(), authors=(), author_candidates=(),
        date_published=Stated(), date_modified=Stated(), language=None, text="", blocks=(), pointers=(), extractor=extractor(kind),
        problems=("empty",),
    )  # fmt: skip
    return Inspection(document, ())
