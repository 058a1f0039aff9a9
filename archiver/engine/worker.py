"""A worker process: opens a stage, then answers one item at a time, until its engine goes away.

Started by process.py as a file, not as a module of the package: it needs the standard library alone until the engine has
told it where modules are. It is the side of the wall on which hostile content is read, so it is trusted with nothing:
items and the stage come to it pickled, but what goes back are plain bytes behind one byte that says what they are. Where it is
given limits (limits.py), it holds itself to them once the stage is open. Standard input and output lead nowhere here.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.engine.limits import Limits

#: What a message to the engine starts with: an answer (an empty one says that the stage is open), or the traceback of a bug.
ANSWER, BUG = b"+", b"!"


def main(descriptor: int) -> None:
    """Serve the engine at the other end of the socket. An exception of the stage is a bug: it is told, and ends the process."""
    engine = Connection(descriptor)

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        with suppress(OSError):  # nobody is left to be told
            engine.send_bytes(BUG + "".join(traceback.format_exception(kind, error, trace)).encode("utf-8", "replace"))

    sys.excepthook = tell
    threading.Thread(target=_end_with_the_engine, args=(descriptor,), daemon=True).start()
    sys.path[:] = engine.recv()
    limits: Limits | None = engine.recv()
    answer = engine.recv()()
    if limits is not None:
        limits.confine()
    engine.send_bytes(ANSWER)
    while True:
        item = engine.recv()
        if limits is not None:
            limits.begin()
        engine.send_bytes(ANSWER + answer(item))
        del item  # it may be large, and the next one may be long in coming


def _end_with_the_engine(descriptor: int) -> None:
    """However the engine ends, also by SIGKILL: a worker in the midst of a long page must not outlive it."""
    gone = select.poll()
    gone.register(descriptor, 0)  # asks for nothing, and is told of the other end's closing all the same
    gone.poll()
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
