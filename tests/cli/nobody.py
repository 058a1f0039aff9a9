"""A user without a name, a group, or anything of their own: only root can start a program as somebody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: Whoever this is.
NOBODY = 65534

ROOT = Path(__file__).parents[2]


def as_nobody() -> dict[str, object]:
    """What starts a process as that user."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}


def found() -> list[str] | None:
    """An interpreter of this version that NOBODY may run, with what this one can import."""
    paths = [path for path in sys.path if "site-packages" in path or "dist-packages" in path]
    environment = [f"PYTHONPATH={os.pathsep.join([*paths, str(ROOT)])}", "HOME=/nonexistent", "PATH=/usr/bin:/bin"]
    version = f"import datasette.cli, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    for program in (sys.executable, "/usr/bin/python3"):
        command = ["/usr/bin/env", "-i", *environment, program, "-B"]
        if subprocess.run([*command, "-c", version], **as_nobody(), capture_output=True, check=False).returncode == 0:
            return command
    return None
