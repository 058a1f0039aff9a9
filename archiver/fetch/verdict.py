"""What the exchanges of a visit say of themselves: problem codes, from a table of named signals. Pure.

Looks at status, lengths, TLS and clocks only: facts that are stated with the capture and never judged again. What may be judged
better one day is a conclusion, and is added to these: type and charset by decode.py; whether a bot check or a login stands in the
page's place, by its words, its markup and the headers that only such walls send, by extract.standin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archiver.model.capture import Exchange

#: A server's clock and ours may differ by as much.
MAX_SKEW = timedelta(minutes=5)

Exchanges = Sequence[Exchange]


@dataclass(frozen=True, slots=True)
class Signal:
    """One row: the problem code, when it applies, and why it is one. `of_payload`: it is about a body, which a 304 has not."""

    code: str
    applies: Callable[[Exchanges], bool]
    why: str
    of_payload: bool = False


def _server_moment(exchange: Exchange) -> datetime | None:
    """The server's clock when it answered: Date, and the Age that caches add to it (RFC 9110, 6.6.1; RFC 9111, 5.1)."""
    try:
        moment = parsedate_to_datetime(exchange.header("Date") or "")
        age = int(exchange.header("Age") or 0)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) + timedelta(seconds=age)
    except (ValueError, TypeError, OverflowError):
        return None


def _skewed(exchanges: Exchanges) -> bool:
    moment = _server_moment(exchanges[-1])
    return moment is not None and abs(moment - exchanges[-1].started_at) > MAX_SKEW


def _partial(exchanges: Exchanges) -> bool:
    """A 206 that was not asked for is a part of the page, unless its one range is all of it (RFC 9110, 14.4)."""
    last = exchanges[-1]
    whole = re.fullmatch(r"bytes 0-(\d{1,18})/(\d{1,18})", (last.header("Content-Range") or "").strip())
    return last.status == 206 and not (whole and int(whole[1]) + 1 == int(whole[2]))


SIGNALS: tuple[Signal, ...] = (
    Signal("http-error", lambda hops: hops[-1].status >= 400, "the server says that this is not the page"),
    Signal(
        "truncated",
        lambda hops: hops[-1].truncated is not None or _partial(hops),
        "a part of the body was not received",
    ),
    Signal(
        "empty",
        lambda hops: hops[-1].status < 400 and hops[-1].payload_length == 0,
        "nothing in it, whatever the status says: a 204, a 304 that nobody asked for",
        of_payload=True,
    ),
    Signal(
        "tls-override",
        lambda hops: any(hop.tls is not None and hop.tls.override is not None for hop in hops),
        "a certificate that did not verify was accepted on the operator's order",
    ),
    Signal("date-skew", _skewed, "the time of the capture is in doubt on one side"),
)


def grade(exchanges: Exchanges, *, unchanged: bool = False) -> tuple[str, ...]:
    """The problem codes that apply, in the table's order. `unchanged`: the last one is a 304 that we asked for."""
    return tuple(s.code for s in SIGNALS if not (unchanged and s.of_payload) and s.applies(exchanges))
