"""Whether somebody keeps this machine's clock right, as the kernel knows. What the time of a capture is worth depends on it."""

from __future__ import annotations

import ctypes
import sys

#: adjtimex(2): what it returns where nobody sets the clock right; room for its struct on any machine.
_UNSYNCHRONISED, _ROOM = 5, 512


def is_synchronised() -> bool | None:
    """Whether NTP, or another like it, sets the clock right. None where the kernel does not say."""
    if sys.platform != "linux":
        return None
    asked = ctypes.create_string_buffer(_ROOM)  # all zeros: it asks, and sets nothing
    state = ctypes.CDLL(None).adjtimex(asked)
    return None if state < 0 else state != _UNSYNCHRONISED


def state() -> str:
    """The same as statements have it (model.capture.Capture.clock_state)."""
    return {True: "synchronised", False: "unsynchronised", None: "unknown"}[is_synchronised()]
