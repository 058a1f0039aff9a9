"""The sources that the tool was made for, where they lie beside the checkout; they are not part of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ACCEPT = Path(__file__).parent.parent.parent / "shared" / "replica" / "accept.py"


@pytest.mark.skipif(not ACCEPT.is_file(), reason="the replica of the real sources is not here")
def test_the_real_sources_are_told_apart() -> None:
    done = subprocess.run(
        [sys.executable, str(ACCEPT), "--archiver", f"{sys.executable} -m archiver"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
