"""A warm process that forks one child a command line: `archiver ...` without the second that loading takes.

    with Warm(library) as warm:
        ended = warm.run(["capture", url, "-A", str(folder)], root=folder, fail_at=7, how=How.KILL)
        warm.begin(["capture", ...], root=folder); warm.kill(); ended = warm.finish()

The child runs what the program's own `main` runs, under the shim where there is one, and its streams are its own. Pages are
read in the child itself unless `apart` says otherwise: a process that reads cannot be forked warm, and touches no file of an
archive. `python -m tests.torture.warm` is the other side: it has one thread, and forks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.torture import shim
from tests.torture.shim import How

#: Seconds after which a command is taken to hang.
PATIENCE = 600


def scratch() -> tempfile.TemporaryDirectory[str]:
    """Where archives are made: in memory where there is such a place. What a disk does with them is another torture's business."""
    memory = "/dev/shm"
    return tempfile.TemporaryDirectory(prefix="archiver-torture-", dir=memory if Path(memory).is_dir() else None)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: the signal), what it printed, and the operations that it did (0 where it was killed)."""

    code: int
    out: str
    err: str
    operations: int = 0

    @property
    def killed(self) -> bool:
        """By SIGKILL, as the shim does it."""
        return self.code == -signal.SIGKILL

    def lines(self) -> list[dict[str, object]]:
        """The JSON lines that it printed. The last may have been cut by the kill; it acknowledged nothing then."""
        whole = [line for line in self.out.splitlines(keepends=True) if line.endswith("\n")]
        return [json.loads(line) for line in whole if line.startswith("{")]


class Warm:
    """The warm process, seen from the one that wants commands run. Used by one thread. A context manager: leaving ends it."""

    def __init__(
        self, library: Path | None = None, quota: int | None = None, quota_in: Path = Path("/nonexistent")
    ) -> None:
        environment = shim.environment(library, quota_in, quota=quota) if library else dict(os.environ)
        self._streams = tempfile.TemporaryDirectory()
        self._pid = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment | {"ARCHIVER_CONFIG": "/nonexistent"},
            cwd=Path(__file__).parents[2],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
        self._streams.cleanup()

    def run(
        self,
        arguments: Sequence[str],
        root: Path,
        *,
        fail_at: int = 0,
        how: How = How.KILL,
        log: Path | None = None,
        max_bytes: int | None = None,
        apart: bool = False,
    ) -> Ended:
        """Run a command line; with `max_bytes`, with WARC files that are full then."""
        self.begin(arguments, root, fail_at=fail_at, how=how, log=log, max_bytes=max_bytes, apart=apart)
        return self.finish()

    def begin(
        self,
        arguments: Sequence[str],
        root: Path,
        *,
        fail_at: int = 0,
        how: How = How.KILL,
        log: Path | None = None,
        max_bytes: int | None = None,
        apart: bool = False,
    ) -> None:
        """The same, and do not wait for its end. One at a time."""
        for name in ("out", "err", "count"):
            Path(self._streams.name, name).write_bytes(b"")  # whoever is killed early has printed nothing
        order = {
            "arguments": list(arguments), "root": str(root.resolve()), "fail_at": fail_at, "how": how.value,
            "log": str(log.resolve()) if log else None, "max_bytes": max_bytes, "apart": apart, "streams": self._streams.name,
        }  # fmt: skip
        self._pid = self._ask(json.dumps(order))

    def kill(self) -> None:
        """End it with SIGKILL. It is not gone before `finish`, so this is never somebody else."""
        os.kill(self._pid, signal.SIGKILL)

    def finish(self) -> Ended:
        """How it ended, once it has."""
        code = self._ask("finish")
        streams = Path(self._streams.name)
        operations = int((streams / "count").read_text() or 0)
        return Ended(code, (streams / "out").read_text("utf-8"), (streams / "err").read_text("utf-8"), operations)

    def _ask(self, line: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class Here:
    """What a reader asks instead of engine.process.Worker: answers in this process, under no limits. Pages are our own here."""

    def __init__(self, limits: object) -> None:
        self._limits = limits  # never held to

    def begin(self, stage: Callable[[], Callable[..., bytes]]) -> None:
        self._answer = stage()

    def ready(self) -> None:
        pass

    def ask(self, *messages: object) -> bytes:
        return self._answer(*messages)

    def waits(self) -> bool:
        return True

    def kill(self) -> None:
        pass

    def end(self) -> str:
        return "exit code 0"


def _warm_up() -> None:
    """Load all that commands load, and do once what is slow the first time."""
    import archiver
    import archiver.cli.main as command_line
    import archiver.reader

    vars(archiver.reader)["Worker"] = Here
    with tempfile.TemporaryDirectory() as folder:
        page = b"<title>Warm</title><p>Published on 3 May 2023. This article was originally published on The Elsewhere."
        archiver.inspect(page, "http://warm.example/", "text/html")
        command_line.build()
        file = Path(folder, "page.html")
        file.write_bytes(page)
        where = ["-A", folder, "--url", "http://warm.example/", "--captured-at", "2023-05-03"]
        sys.argv = ["archiver", "import", str(file), *where]
        _until_it_ends(command_line.main)
        sys.argv = ["archiver", "capture", "http://127.0.0.1:9/", "-A", folder, "--allow-address", "127.0.0.1:9"]
        _until_it_ends(command_line.main)


def _until_it_ends(main: Callable[[], None]) -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # as the interpreter does
        traceback.print_exc()
        return 1
    return 0


def _child(order: dict[str, object]) -> None:
    """One command, in a process of its own; never returns."""
    import archiver.cli.main as command_line
    from archiver import reader
    from archiver.engine.process import Worker
    from archiver.warc.store import WarcStore

    streams = Path(str(order["streams"]))
    for number, name in ((1, "out"), (2, "err")):
        fd = os.open(streams / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(fd, number)
    signal.alarm(PATIENCE)
    if order["apart"]:
        vars(reader)["Worker"] = Worker
    if order["max_bytes"] is not None:
        assert WarcStore.__init__.__kwdefaults__ is not None
        WarcStore.__init__.__kwdefaults__["max_bytes"] = order["max_bytes"]
    sys.argv = ["archiver", *order["arguments"]]  # type: ignore[misc]
    ours = shim.Shim() if "LD_PRELOAD" in os.environ else None
    if ours is not None:
        ours.watch(Path(str(order["root"])), Path(str(order["log"])) if order["log"] else None)
        ours.arm(int(str(order["fail_at"])), How(order["how"]))
    code = _until_it_ends(command_line.main)
    sys.stdout.flush()
    sys.stderr.flush()
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    if ours is not None:
        (streams / "count").write_text(str(ours.count()))
    os._exit(code)


def serve() -> None:
    """Fork and wait, a command a line, until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    kept = os.dup(2)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    _warm_up()
    os.dup2(kept, 2)
    while line := sys.stdin.readline():
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(order)
        answers.write(f"{child}\n")
        answers.flush()
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


if __name__ == "__main__":
    serve()
