"""`archiver serve` as a process of its own, on a free port of loopback."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address that it prints, once it answers there; and the process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "archiver", "serve", "-A", str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "running on" in line:
                break
        else:
            raise AssertionError("".join(said))
        address = next(line.strip() for line in said if line.startswith("http"))
        # Nobody reads what it says of each request: a full pipe would hold it up.
        drain = threading.Thread(target=process.stdout.read, daemon=True)
        drain.start()
        try:
            yield address, process
        finally:
            process.kill()
            drain.join()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
