"""A look-up starts fast: it loads neither network, nor parsers, nor the writing side of the manifest."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.printed import run

FORBIDDEN = (
    "httpx",
    "httpcore",
    "trafilatura",
    "lxml",
    "sqlite_utils",
    "datasette",
    "warcio",
    "pypdfium2",
    "asyncio",
    "concurrent.futures",
    "rich",
)

#: What a look-up of a page with one version, in plain letters, has no use for.
UNNEEDED = ("csv", "archiver.model.history", "archiver.model.letters", "archiver.model.lineage", "archiver.provenance")

#: Milliseconds that a look-up may take beyond a bare interpreter.
BUDGET = 100


def test_a_look_up_loads_nothing_heavy(demo: Path) -> None:
    code = (
        "import sys\n"
        "from archiver.cli.main import build\n"
        f"build(['lookup'])(['lookup', 'night ferry', '--archive', {str(demo)!r}, '--json'], standalone_mode=False)\n"
        f"print([name for name in {(*FORBIDDEN, *UNNEEDED)!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert '"title"' in done.stdout
    assert done.stderr.strip() == "[]"


def test_loading_is_the_only_time_without_the_garbage_collector() -> None:
    assert run("--version").out.startswith("archiver ")
    assert gc.isenabled()
    assert run("nonsense").code == 2
    assert gc.isenabled()


def test_a_look_up_answers_within_its_budget(demo: Path) -> None:
    def timed(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - start

    look_up = (sys.executable, "-m", "archiver", "lookup", "night ferry", "--archive", str(demo), "--json")
    rounds = [(timed(sys.executable, "-c", ""), timed(*look_up)) for _ in range(7)]
    beyond = statistics.median(b - a for a, b in rounds) * 1000
    # Machines that run tests are shared: three times the budget is a mistake of ours, a little over it may be a neighbour's.
    assert beyond < 3 * BUDGET, f"{beyond:.0f} ms"
