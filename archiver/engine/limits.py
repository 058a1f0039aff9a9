"""What a worker may use of this machine, and the walls that hold it to that.

    memory, CPU time, files      setrlimit: Linux and macOS, except that macOS does not enforce the one on memory
    the time on the clock        the asking side's watch: process.py
    the length of an answer      the asking side too
    network, other processes,    Linux on x86-64 and arm64: seccomp.py. Elsewhere no file can be made longer than nothing and no
    changes to files             process started, and that is all

Applied by the worker to itself, once its stage is open (which needs files and has read nothing hostile yet) and before it
sees an item. It cannot be undone, except for CPU time: a worker that something has taken over may allow itself more of
that, and is stopped by the clock.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass

from archiver.engine import seccomp

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker, and each reading, may use.

    Of 300 real pages one takes 0.05 s, the slowest 0.35 s, and the worker that has read them all has 245 MB of address space, 68 MB
    of it the interpreter and its libraries. So what meets a limit was made to: hundreds of thousands of elements, streams that
    inflate to gigabytes, forms that draw each other. Whoever waits for the answer to the largest paper of a capture, 64 MB,
    has 115 MB in memory: with what this worker may have at most, 275 MB, both stay below 400 MiB.
    """

    memory_bytes: int = 360 * MIB  # address space; of which some 90 MB are never in memory
    cpu_seconds: int = 30  # for one item
    wall_seconds: float = 120.0  # for one item: waiting takes no CPU time, and a busy machine is no fault of the page
    open_files: int = 64
    answer_bytes: int = 20 * MIB

    def confine(self) -> None:
        """Hold this process to what they say, for good."""
        sys.dont_write_bytecode = True
        for kind, most in (
            (resource.RLIMIT_AS, self.memory_bytes),
            (resource.RLIMIT_NOFILE, self.open_files),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NPROC, 0),
        ):
            _, hard = resource.getrlimit(kind)
            lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (lower, lower))
        seccomp.apply()

    def begin(self) -> None:
        """Allow this process the CPU time of one more item."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime) + 1 + self.cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
