"""What is known of a host so that nobody asks it too soon. The rules are fetch.pace's, the rows manifest.pace's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HostPace:
    """When a host may be asked again, as it was known at `at`. Both are whole milliseconds of the machine's clock.

    `asking`: a request was on its way; `next_at` then says when it counts as lost. `failures` in a row, the last of which was
    `problem`: a status, or a code of model.capture.PROBLEMS. `retry_after`: the seconds that the answer to `retry_url` asked for.
    """

    at: datetime
    next_at: datetime
    asking: bool = False
    failures: int = 0
    problem: str | None = None
    retry_after: int | None = None
    retry_url: str | None = None
