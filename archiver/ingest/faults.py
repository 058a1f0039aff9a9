"""What the standard (WARC 1.1) asks of a record's fields: one row a rule, each with the sentence that says it is not kept.

Owns what a record must say of itself. Whether its bytes are those that it declares is in foreign; how a record ends, in warc.read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from archiver.model.date import parse_rfc3339
from archiver.model.digest import Digest
from archiver.warc.read import Record

ANSWERS = ("response", "revisit", "resource")
#: Fields that a record must have (5), and the types that must say what address they are of (5.7).
REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
ADDRESSED = (*ANSWERS, "request", "conversion", "continuation")
#: The standard's fields that say one thing (4). Later proposals have fields that may be repeated, and so may anyone's own.
SINGLE = frozenset(
    (
        "warc-type", "warc-record-id", "warc-date", "content-length", "content-type", "warc-block-digest", "warc-payload-digest",
        "warc-ip-address", "warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date", "warc-target-uri",
        "warc-truncated", "warc-warcinfo-id", "warc-filename", "warc-profile", "warc-identified-payload-type",
        "warc-segment-number", "warc-segment-origin-id", "warc-segment-total-length",
    )
)  # fmt: skip
#: The media type of a warcinfo's block (6.2, "recommended").
FIELDS_TYPES = ("application/warc-fields", "text/anvl")

_SEGMENT = re.compile(r"0*[1-9][0-9]{0,9}", re.ASCII)

Rule = Callable[[Record], Iterator[str]]


def faults(record: Record) -> Iterator[str]:
    """What a record lacks of what the standard asks for, or has otherwise, one sentence each."""
    for rule in RULES:
        yield from rule(record)


def digest(record: Record, name: str) -> Digest | None:
    """A declared digest, None where there is none that can be read."""
    try:
        return Digest.parse(record.header(name) or "")
    except ValueError:
        return None


def date(record: Record) -> datetime | None:
    """WARC-Date, None where there is none that can be read."""
    try:
        return parse_rfc3339(record.header("WARC-Date") or "")
    except ValueError:
        return None


def _required(record: Record) -> Iterator[str]:
    for name in REQUIRED:
        if not any(record.values(name)):
            yield f"a record without {name}"
    if record.kind in ADDRESSED and not record.target:
        yield f"a {record.kind} record without WARC-Target-URI"


def _once(record: Record) -> Iterator[str]:
    seen: set[str] = set()
    for name, _ in record.headers:
        key = name.casefold()
        if key in seen and key in SINGLE:
            yield f"a record with more than one {name[:60]}"
        seen.add(key)


def _readable(record: Record) -> Iterator[str]:
    if record.header("WARC-Date") and date(record) is None:
        yield "a record whose WARC-Date is no date"
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        if record.header(name) and digest(record, name) is None:
            yield f"a record whose {name} is no digest"


def _typed(record: Record) -> Iterator[str]:
    """5.6: all but a continuation say what their block is, where there is one."""
    if record.block_length and record.kind != "continuation" and not record.media_type:
        yield f"a {record.kind or 'nameless'} record that does not say what its block is (Content-Type)"
    if record.kind == "warcinfo" and record.media_type and record.media_type not in FIELDS_TYPES:
        yield "a warcinfo record whose block is called something else than fields (Content-Type)"


def _segmented(record: Record) -> Iterator[str]:
    """5.17 to 5.19, 7: the first segment is 1 and an ordinary record, every other a continuation that names the first."""
    number = record.header("WARC-Segment-Number")
    if record.kind == "continuation":
        if number is None or not record.header("WARC-Segment-Origin-ID"):
            yield "a continuation that does not say of what, or which part (WARC-Segment-Origin-ID, WARC-Segment-Number)"
        elif not _SEGMENT.fullmatch(number) or int(number) < 2:
            yield "a continuation that calls itself the first part, or none (WARC-Segment-Number)"
    elif number is not None and (not _SEGMENT.fullmatch(number) or int(number) != 1):
        yield f"a {record.kind or 'nameless'} record that calls itself a later part: only a continuation is (WARC-Segment-Number)"


RULES: tuple[Rule, ...] = (_required, _once, _readable, _typed, _segmented)


def is_segment(record: Record) -> bool:
    """Whether a record is one part of a longer one."""
    return record.header("WARC-Segment-Number") is not None
