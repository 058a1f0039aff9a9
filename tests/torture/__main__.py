"""The torture at full size: `python -m tests.torture PART [...]`, a module of this folder each; `all` runs one after another."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests import torture

Main = Callable[[list[str]], int]

HERE = Path(__file__).parent


def parts() -> list[str]:
    """What can be run: every module here that has a `main`."""
    names = sorted(one.name for one in pkgutil.iter_modules(torture.__path__))
    own = [name for name in names if not name.startswith(("_", "test_"))]
    return [name for name in own if "def main(arguments: " in (HERE / f"{name}.py").read_text("utf-8")]


def run(part: str, arguments: list[str]) -> int:
    """Run one part; its exit code."""
    found: Main = importlib.import_module(f"tests.torture.{part}").main
    return found(arguments)


def main(arguments: list[str]) -> int:
    """Run the part that is named, or all of them; how many failed."""
    known = parts()
    if not arguments or (arguments[0] != "all" and arguments[0] not in known):
        print(f"usage: python -m tests.torture {'|'.join((*known, 'all'))} [...]", file=sys.stderr)
        return 2
    if arguments[0] == "all":
        return sum(run(one, []) != 0 for one in known)
    return run(arguments[0], arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
