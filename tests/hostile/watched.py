"""Runs the command line as a process of its own, and watches what it and its children hold in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
#: Seconds between two looks.
GLANCE = 0.02


@dataclass(frozen=True, slots=True)
class Watched:
    """How a command ended. `mebibytes` is the most that the process and all below it were seen to hold at once, or that one of
    them ever held: pages that they share count in each, so the truth is less. 0 where the system does not say.
    """

    code: int
    out: str
    err: str
    seconds: float
    mebibytes: float


def archiver(*arguments: str, stdin: str = "", **environ: str) -> Watched:
    """`archiver ARGUMENTS`, with nothing in its environment but what is given."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "archiver", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "ARCHIVER_CONFIG": os.devnull, **environ},
    )
    ended, peaks = threading.Event(), [0.0]

    def watch() -> None:
        while not ended.wait(GLANCE):
            held = [_memory(pid) for pid in _with_children(process.pid)]
            peaks.append(max(sum(now for now, _ in held), *(ever for _, ever in held), peaks.pop()))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        out, err = process.communicate(stdin.encode(), timeout=900)
    finally:
        ended.set()
        watching.join()
        process.kill()
    return Watched(process.returncode, out.decode(), err.decode(), time.monotonic() - begun, peaks[0])


def _with_children(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                found += _with_children(int(child))
    return found


def _memory(pid: int) -> tuple[float, float]:
    """What a process holds and the most that it ever held, in MiB."""
    with suppress(OSError):
        lines = (PROC / str(pid) / "status").read_text("ascii").splitlines()
        values = {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in lines) if rest.strip()}
        return int(values.get("VmRSS", 0)) / 1024, int(values.get("VmHWM", 0)) / 1024
    return 0.0, 0.0
