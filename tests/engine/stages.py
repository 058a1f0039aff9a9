"""Stages for the engine's tests: what a worker can do with an item, and to itself. Imported by workers."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable


def numbers() -> Callable[[int], bytes]:
    """An item is answered by itself."""
    return lambda item: b"%d" % item


def uneven() -> Callable[[int], bytes]:
    """Every fourth takes long; answered with the process that did it."""

    def answer(item: int) -> bytes:
        time.sleep(0.04 if item % 4 == 0 else 0.002)
        return b"%d %d" % (item, os.getpid())

    return answer


def first_is_slow() -> Callable[[int], bytes]:
    def answer(item: int) -> bytes:
        time.sleep(0.0 if item else 0.5)
        return b"%d" % item

    return answer


def deeds() -> Callable[[str], bytes]:
    """Answers with its process, unless it is told to do worse."""

    def answer(deed: str) -> bytes:
        if deed == "exit":
            os._exit(3)
        if deed == "be killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if deed == "crash":
            ctypes.string_at(0)
        if deed == "leave":
            sys.exit(5)
        if deed == "raise":
            raise LookupError("no such page")
        if deed == "print":
            print("noise")
        if deed == "sleep":
            time.sleep(60)
        return b"%d" % os.getpid()

    return answer


def closed() -> Callable[[int], bytes]:
    """A stage that cannot be opened: it takes its process along."""
    os._exit(9)


def broken() -> Callable[[int], bytes]:
    raise ImportError("a part is missing")
