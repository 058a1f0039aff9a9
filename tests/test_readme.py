"""README is true: its generated parts are current, its Python example runs, its commands are those that CI runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_generated_parts_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", "-I", str(ROOT), "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_inspect_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    code = README.partition("```python\n")[2].partition("\nwith archiver.open_archive")[0]
    exec(code, {})
    said = re.search(r"# (.*)$", code, re.MULTILINE)
    assert said is not None
    assert capsys.readouterr().out.strip() == said[1]


def test_ci_runs_the_readmes_test_command() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("archiver demo")
    assert commands[1].endswith("-m pytest")
    assert "README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_verb_is_documented() -> None:
    from archiver.cli.main import VERBS

    assert re.findall(r"^### archiver ([\w-]+)$", README, re.MULTILINE) == list(VERBS)


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", README)
    assert len(named) > 40
    for path, test in named:
        code = (ROOT / path).read_text("utf-8")
        assert f"def {test or 'test_'}" in code, f"{path}::{test}"
