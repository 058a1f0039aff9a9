"""The shape of the package: one-way imports, ceilings, strict types, lint. Each fails with what the tool printed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "archiver"

MODULE_LINES = 400
FUNCTION_LINES = 60

#: What may be longer, and why.
LONGER_MODULES = {
    "browse/plugin.py": "all that knows Datasette: another Datasette changes this module alone",
    "provenance/outlets.py": "a table of names",
}
LONGER_FUNCTIONS: dict[str, str] = {}


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_go_one_way() -> None:
    _run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_lint_is_clean() -> None:
    _run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    _run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".")


def test_types_are_strict() -> None:
    _run(sys.executable, "-m", "mypy", "--no-incremental")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_says_what_it_owns_and_stays_small(path: Path) -> None:
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    name = str(path.relative_to(PACKAGE))
    assert ast.get_docstring(tree), f"{name} says nothing of itself"
    if name not in LONGER_MODULES:
        assert source.count("\n") <= MODULE_LINES, name
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and f"{name}:{node.name}" not in LONGER_FUNCTIONS:
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{name}:{node.name} has {length} lines"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_exception_is_caught_without_being_named(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path.name}:{node.lineno}"
            caught = ast.unparse(node.type)
            reraised = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            assert caught not in ("Exception", "BaseException") or reraised, (
                f"{path.name}:{node.lineno} catches {caught}"
            )


def test_the_top_level_is_what_it_is_meant_to_be() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} == {
        "pyproject.toml", "README.md", "LICENSE", "archiver", "archive", "manifests", "tests",
    }  # fmt: skip
