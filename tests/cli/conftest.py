"""What tests of commands share: whoever else there is on this machine."""

from __future__ import annotations

import os

import pytest

from tests.cli import nobody


@pytest.fixture(scope="session")
def interpreter() -> list[str]:
    """What starts Python as a user who may write nowhere (nobody.as_nobody)."""
    if os.geteuid() != 0:
        pytest.skip("only root can start a server as another user")
    found = nobody.found()
    if found is None:
        pytest.skip("no interpreter of this version here that another user may run")
    return found
