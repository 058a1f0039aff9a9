from __future__ import annotations

from archiver import clock


def test_a_capture_says_of_the_clock_what_the_kernel_says() -> None:
    assert clock.state() in {"synchronised", "unsynchronised", "unknown"}
    assert (clock.state() == "unknown") is (clock.is_synchronised() is None)
