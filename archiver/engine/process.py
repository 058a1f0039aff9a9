"""A worker process, seen from the process that it works for: started, opened with a stage, asked, ended.

Started afresh as a program, never forked: whoever starts one may have threads. What goes to it is pickled; what comes back is
bytes and is never unpickled, so that content which takes it over has no hold of this process. It is a process group of its own,
which a terminal's Ctrl-C does not reach: when to stop is decided on this side. And it watches for our death: see worker.py.
Knows nothing of order or of other workers: that is local.py's.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from multiprocessing import Pipe

from archiver.engine import worker

#: Seconds that a process may take to end once its socket is closed.
GRACE = 1.0


class StageBug(RuntimeError):
    """A stage raised an exception: its traceback, as the worker saw it."""


class Died(Exception):
    """A worker ended before it answered. The message says how."""


class Worker:
    """One process, and the socket to it. Asked by one thread at a time; killed by any."""

    def __init__(self) -> None:
        self._socket, theirs = Pipe()
        with theirs:
            # -P: modules come from where ours come from, never from the folder that somebody happens to work in.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, "-P", worker.__file__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0,
            )  # fmt: skip

    def open(self, stage: object) -> None:
        """Have it load what it needs: `stage` is a top-level function, called there once, that returns what answers an item."""
        try:
            self.ask(sys.path, stage)
        except Died as how:
            raise ChildProcessError(f"a worker process did not start: {how}") from how

    def ask(self, *messages: object) -> bytes:
        """The answer to these messages together."""
        try:
            for message in messages:
                self._socket.send(message)
            reply = self._socket.recv_bytes()
        except (EOFError, ConnectionError) as gone:
            raise Died(self.end()) from gone
        if reply[:1] == worker.BUG:
            raise StageBug(reply[1:].decode("utf-8", "replace"))
        return reply[1:]

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
        return (signal.strsignal(-code) or f"signal {-code}") if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
