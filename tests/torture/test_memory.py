"""The command line and the process in which it reads stay within their memory together, whatever the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.memory import MOST, PAGES, captured


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc")
def test_the_page_that_takes_most_gets_no_more_than_there_is() -> None:
    cost = captured(PAGES["a paper of 60 MB"]())
    assert cost.outcome == "flagged"
    assert 100 < cost.together < MOST
