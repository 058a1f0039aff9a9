"""A disk that is filled to the brim."""

from __future__ import annotations

import pytest

from tests.torture import full_disk, shim


@pytest.mark.skipif(
    not shim.available(), reason="where no file system may be mounted, the quota is the shim's: Linux with gcc"
)
def test_a_full_disk_loses_nothing_and_capturing_goes_on_when_there_is_room() -> None:
    outcome = full_disk.run()
    assert outcome.problems == ()
    assert outcome.captures > 0
    assert outcome.refused >= full_disk.REFUSALS
