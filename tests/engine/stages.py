"""Stages for the engine's tests: what a worker can do with an item, and to itself. Imported by workers."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path


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


def trespasses() -> Callable[[tuple[str, str]], bytes]:
    """Tries what a reader of pages has no use for, on a file that is there; answers with what came of it."""

    def answer(asked: tuple[str, str]) -> bytes:
        deed, place = asked
        try:
            TRESPASSES[deed](place)
        except OSError as why:
            return type(why).__name__.encode()
        return b"done"

    return answer


def _fork(_: str) -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


TRESPASSES: dict[str, Callable[[str], object]] = {
    "open a socket": lambda _: socket.socket().close(),
    "open a pair of sockets": lambda _: [end.close() for end in socket.socketpair()],
    "start a process": _fork,
    "become a program": lambda _: os.execv("/bin/true", ["true"]),
    "limit its parent": lambda _: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
    "slow its parent down": lambda _: os.setpriority(
        os.PRIO_PROCESS, os.getppid(), os.getpriority(os.PRIO_PROCESS, os.getppid())
    ),
    "signal its parent": lambda _: os.kill(os.getppid(), 0),
    "write to a file": lambda place: Path(place).write_bytes(b"x"),
    "append to a file": lambda place: os.close(os.open(place, os.O_WRONLY | os.O_APPEND)),
    "make a file": lambda place: Path(f"{place}.new").touch(),
    "empty a file": lambda place: os.truncate(place, 0),
    "remove a file": os.unlink,
    "rename a file": lambda place: Path(place).rename(f"{place}.old"),
    "link a file": lambda place: os.link(place, f"{place}.link"),
    "make a folder": lambda place: Path(f"{place}.d").mkdir(),
    "close a file to others": lambda place: Path(place).chmod(0),
    "date a file back": lambda place: os.utime(place, (0, 0)),
}


def surroundings() -> Callable[[str], bytes]:
    """Says what it was given: its environment, the files that were open when it began, its folder for modules."""

    def answer(_: str) -> bytes:
        return json.dumps(
            {"environment": dict(os.environ), "files": [path for path in map(_open_file, range(64)) if path]}
        ).encode()

    return answer


def _open_file(descriptor: int) -> str:
    try:
        os.fstat(descriptor)
    except OSError:
        return ""
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


def excesses() -> Callable[[str], bytes]:
    """Takes more than there is of one thing."""

    def answer(deed: str) -> bytes:
        if deed == "spin":
            while True:
                pass
        if deed == "sleep":
            time.sleep(60)
        if deed == "allocate":
            return b"%d" % len(bytearray(2**30))
        if deed == "talk":
            return bytes(2**20)
        if deed == "stutter":  # a long answer is announced, and does not come
            os.write(int(sys.argv[1]), struct.pack("!i", 1000) + b"+")
            time.sleep(60)
        if deed == "open files":
            for _ in range(200):
                os.open(os.devnull, os.O_RDONLY)
        return b"%d" % os.getpid()

    return answer


def spent() -> Callable[[float], bytes]:
    """Spends CPU time, in seconds."""

    def answer(seconds: float) -> bytes:
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        return b"%d" % os.getpid()

    return answer
