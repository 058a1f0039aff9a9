"""What the tests in a browser share: the browser, one a module, and a server of the demo's archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import chromium
from tests.serving import serving


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A Chromium that runs while the tests of a module do."""
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="session")
def library(demo: Path) -> Iterator[str]:
    """The front door of the demo's archive, served. For reading alone."""
    with serving(demo) as (address, _):
        yield address
