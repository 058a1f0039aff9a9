"""A worker process, seen from the process that it works for: started, opened with a stage, asked, ended.

Started afresh as a program, never forked: whoever starts one may have threads. What goes to it is pickled; what comes back is
bytes and is never unpickled, so that content which takes it over has no hold of this process. It is a process group of its own,
which a terminal's Ctrl-C does not reach: when to stop is decided on this side. And it watches for our death: see worker.py.
Where there are limits, the worker holds itself to most of them (limits.py); the clock and the length of an answer are watched
here. What it inherits is its end of the socket, and of the environment only what an interpreter needs: neither the archive's files
nor what a person keeps there. Knows nothing of order or of other workers: that is local.py's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing import Pipe
from threading import Timer

from archiver.engine import worker
from archiver.engine.limits import Limits
from archiver.errors import NoWorker

#: Seconds that a process may take to end once its socket is closed.
GRACE = 1.0


#: What a worker is told of the environment: where programs, libraries and words are, and how they are to behave.
_TOLD = frozenset({"LANG", "LANGUAGE", "PATH", "TZ", "TZDIR", "TMPDIR"})
_TOLD_OF = ("LC_", "PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_", "__PYVENV")


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that a worker is given."""
    return {name: value for name, value in environ.items() if name in _TOLD or name.startswith(_TOLD_OF)}


class StageBug(RuntimeError):
    """A stage raised an exception: its traceback, as the worker saw it."""


class Died(Exception):
    """A worker ended before it answered. The message says how."""


class Worker:
    """One process, and the socket to it. Asked by one thread at a time; killed by any."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits
        self._late = False
        with ExitStack() as unless_started:
            try:
                self._socket, theirs = Pipe()
                unless_started.callback(self._socket.close)
                with theirs:
                    # -P: modules come from where ours come from, never from the folder that somebody happens to work in.
                    # What reads hostile content under limits has no way to a person's terminal either.
                    self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                        [sys.executable, "-P", worker.__file__, str(theirs.fileno())],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL if limits else None,
                        pass_fds=(theirs.fileno(),), process_group=0, env=environment(os.environ),
                    )  # fmt: skip
            except OSError as why:
                raise NoWorker(str(why)) from why
            unless_started.pop_all()

    def open(self, stage: object) -> None:
        """Have it load what it needs: `stage` is a top-level function, called there once, that returns what answers an item.

        Raises NoWorker, as do the two halves of it.
        """
        self.begin(stage)
        self.ready()

    def begin(self, stage: object) -> None:
        """Have it begin to load what it needs, and do not wait for it."""
        try:
            self._send(sys.path, self._limits, stage)
        except OSError as gone:
            raise NoWorker(self.end()) from gone

    def ready(self) -> None:
        """Wait until it has loaded what it needs: that is ours, however long it takes."""
        try:
            self._answer()
        except Died as how:
            raise NoWorker(str(how)) from how
        except StageBug as bug:  # a part of us is missing, or there is too little memory to load it
            self.kill()
            raise NoWorker(str(bug).strip().rpartition("\n")[2] or "it says nothing") from bug

    def ask(self, *messages: object) -> bytes:
        """The answer to these messages together."""
        with self._watched():
            return self._answer(*messages)

    def _answer(self, *messages: object) -> bytes:
        try:
            self._send(*messages)
            reply = self._socket.recv_bytes(self._limits.answer_bytes if self._limits else None)
        except (EOFError, ConnectionError) as gone:
            raise Died(self.end()) from gone
        except OSError as bad:  # longer than it may be, which is seen before any of it is read; or cut short
            self.kill()
            raise Died("out of time" if self._late else "too long an answer, or half of one") from bad
        if reply[:1] == worker.BUG:
            raise StageBug(reply[1:].decode("utf-8", "replace"))
        return reply[1:]

    def _send(self, *messages: object) -> None:
        for message in messages:
            self._socket.send(message)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """End the process when it has taken too long: also while it does not take what it is sent, or answers a byte at a time."""
        if self._limits is None:
            yield
            return
        watch = Timer(self._limits.wall_seconds, self._end_late)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _end_late(self) -> None:
        self._late = True
        self._process.kill()  # not waited for here: whoever asks sees the socket close

    @property
    def number(self) -> int:
        """Its number among the machine's processes."""
        return self._process.pid

    def waits(self) -> bool:
        """Whether it lives, and says nothing unasked."""
        return not self._socket.poll()

    def end(self) -> str:
        """Let go of it. How it ended."""
        self._socket.close()
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        if self._late:
            return "out of time"
        return (signal.strsignal(-code) or f"signal {-code}") if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
