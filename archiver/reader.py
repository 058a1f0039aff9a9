"""Reads pages in a process of its own, held to limits: what a page says, or that it could not be read.

    reader = Reader(authority)                   nothing is started yet
    reader.start()                               optional: let it load what reads pages while we do something else
    reader.read(payload) -> Inspection           of a page that is too much for a process: extraction-failed, and nothing of its text
    reader.rules(media_type)                     the versions of what reads them, as the process has it

The process is warm: one reads page after page. A page that ends it, takes too long, needs too much, meets a bug of ours or
makes it answer nonsense is tried once more in a fresh one, so that what is concluded follows from the page and not from what
was read before it; then it is given up, and the next page has another process. Nothing that reads pages is loaded here.

Owns what is asked of the process, and what becomes of a fault. The process and its limits are engine's, the answer's form is
model.inspection's. Used by one thread at a time.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TypeAlias

from archiver.engine.limits import Limits
from archiver.engine.process import Died, StageBug, Worker
from archiver.errors import Unreadable
from archiver.model.capture import Payload
from archiver.model.inspection import Inspection, decode, encode
from archiver.provenance.publishers import SHIPPED, Authority

#: A payload to read, and its publisher where that is known; or a media type whose rules are asked for.
Asked: TypeAlias = tuple[Payload, str | None] | str
Stage: TypeAlias = Callable[[Authority], Callable[[Asked], bytes]]

#: Pages that one process reads. What has taken it over without a fault is gone with it, and so is what libraries leak.
MOST_PAGES = 500

#: The longest answer to a question for rules.
_MOST_RULES = 200


def stage(authority: Authority) -> Callable[[Asked], bytes]:
    """What answers, in the process: called there once, and loads what reads pages."""
    from archiver.inspection import inspect, rules  # noqa: PLC0415 - only the process that reads loads what reads

    def answer(asked: Asked) -> bytes:
        if isinstance(asked, str):
            return rules(asked).encode()
        payload, publisher = asked
        return encode(inspect(payload, publisher, authority))

    return answer


class Reader:
    """One process that reads, when there is something to read. Close it, or let go of it: the process ends with it."""

    def __init__(self, authority: Authority = SHIPPED, limits: Limits | None = None, stage: Stage = stage) -> None:
        self._authority = authority
        self._limits = limits or Limits()
        self._stage = partial(stage, authority)
        self._worker: Worker | None = None
        self._opened = False
        self._read = 0  # by the worker that there is
        self._end: Callable[[], object] = lambda: None
        self._rules: dict[str, str] = {}
        #: How the last page that could not be read ended, or None.
        self.fault: str | None = None

    def start(self) -> None:
        """Let the process load what it needs; returns at once."""
        if self._worker is None:
            self._worker = Worker(self._limits)
            self._end = weakref.finalize(self, self._worker.kill)  # also where nobody closes this
            self._worker.begin(self._stage)

    def close(self) -> None:
        """End the process, whatever it does. The next page starts another."""
        self._worker, self._opened, self._read = None, False, 0
        self._end()

    def read(self, payload: Payload, publisher: str | None = None) -> Inspection:
        """What a page says. Never raises for its content; ChildProcessError where no process can be had."""
        self.fault = None
        if self._read >= MOST_PAGES:
            self.close()
        while True:
            fresh = self._read == 0
            try:
                return decode(self._ask((payload, publisher)), payload.url)
            except (Died, StageBug, Unreadable) as fault:
                self.close()
                if fresh:
                    self.fault = str(fault)
                    return self.unread(payload, publisher)

    def unread(self, payload: Payload, publisher: str | None = None) -> Inspection:
        """What is said of a page that must not be read. Nothing of its content is looked at."""
        from archiver.inspection import unread  # noqa: PLC0415 - seldom needed, and slow to load

        return unread(payload, publisher, self._authority)

    def rules(self, media_type: str) -> str:
        """The versions of the rules that a page of this type is read by."""
        known = self._rules.get(media_type)
        if known is None:
            known = self._rules[media_type] = self._asked_for_rules(media_type)
        return known

    def _asked_for_rules(self, media_type: str) -> str:
        try:
            answer = self._ask(media_type)
            if len(answer) <= _MOST_RULES and answer.isascii():
                return answer.decode()
        except (Died, StageBug):
            pass
        self.close()
        from archiver.inspection import rules  # noqa: PLC0415 - as above

        return rules(media_type)

    def _ask(self, asked: Asked) -> bytes:
        """The process's answer. Whatever comes in between, an interrupt too, ends it: a late answer must not be taken for the next."""
        if self._opened and self._worker is not None and not self._worker.waits():
            self.close()  # it ended behind its last answer, or speaks unasked
        with ExitStack() as unless_answered:
            unless_answered.callback(self.close)
            worker = self._ready()
            self._read += not isinstance(asked, str)
            answer = worker.ask(asked)
            unless_answered.pop_all()
        return answer

    def _ready(self) -> Worker:
        """The process, once it has loaded what it needs."""
        self.start()
        if self._worker is None:
            raise ChildProcessError("no process reads")
        if not self._opened:
            self._worker.ready()
            self._opened = True
        return self._worker
