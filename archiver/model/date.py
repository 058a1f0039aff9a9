"""Dates and times as archiver writes them: RFC 3339 in UTC. Pure; the clock is always an argument elsewhere.

Owns parsing and printing. Choosing one date of a page among its candidates is extract.dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

#: The clock as an argument: returns an aware datetime.
Clock = Callable[[], datetime]

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)


def now() -> datetime:
    """The machine's clock, in UTC, cut to the millisecond (the precision that WARC-Date carries)."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """`2024-01-26T08:00:00Z`, with milliseconds where there are any. A naive datetime is a mistake: ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    moment = moment.astimezone(UTC)
    fraction = f".{moment.microsecond // 1000:03d}" if moment.microsecond >= 1000 else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + fraction + "Z"


def stamp(moment: datetime) -> str:
    """The same with three digits of milliseconds, always: such texts sort as the times do."""
    text = rfc3339(moment)
    return text if "." in text else text[:-1] + ".000Z"


def parse_rfc3339(text: str) -> datetime:
    """The other way round; a time without a zone is taken as UTC (as WARC files do). Raises ValueError."""
    match = _RFC3339.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not a date: {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    moment = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59),
        int((fraction or "0")[:6].ljust(6, "0")), tzinfo=UTC,
    )  # fmt: skip
    if zone and zone.upper() != "Z":
        moment = datetime.fromisoformat(
            moment.strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + zone[:3] + ":" + zone[-2:]
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError as why:
        raise ValueError(f"not a date of this era in UTC: {text[:40]!r}") from why


def day(text: str | None) -> str | None:
    """The day `YYYY-MM-DD` at the start of a date string, or None where there is none."""
    match = re.match(r"\d{4}-\d\d-\d\d", text or "")
    return match[0] if match else None
