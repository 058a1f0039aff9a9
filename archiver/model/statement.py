"""Statements: each fact that cannot be derived again, as one canonical JSON value. What the WARC files say of themselves.

    encode(statement) -> bytes                            at most LIMIT bytes, RFC 8785
    decode(bytes, statement_id, location) -> statement    the same value again

A statement is a Capture, or a Stated: an attempt that left nothing, something that was done or read, a person's decision, what is said
of the log itself (each kind is one row of FACTS). The JSON names are the attributes' names, by tables (`Shape`) that are read in both
directions, so that encode and decode cannot drift apart. A statement does not hold its own place, nor its hash as a leaf of the
log: whoever has read the record knows them.

Canonical: only null, booleans, integers below 2^53, strings without surrogates, arrays and objects with ASCII keys. No
floats: seconds are integer milliseconds, in members whose names end in `_ms`; times are RFC 3339 in UTC, cut to the
millisecond. For such values json.dumps with sorted keys is RFC 8785.

Does not own: the record round it (warc.layout), the log (ledger).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

from archiver.errors import Unreadable
from archiver.model.agent import Naming
from archiver.model.capture import (
    PROBLEMS,
    Capture,
    RecordLocation,
    RobotsVerdict,
    StoredExchange,
    StoredRecord,
    TlsStored,
)
from archiver.model.date import parse_rfc3339, rfc3339
from archiver.model.digest import Digest
from archiver.model.event import Attempt, Event, Reading, Seal, Withdrawal
from archiver.model.lineage import Decision, Ruling
from archiver.model.log import Anchor, KeyChange, leaf_hash

#: The largest statement, in bytes: what an entry of a C2SP tlog-tiles log can hold.
LIMIT = 65_535

#: The version of the members below. A newer one is not read; new members alone do not make one.
VERSION = 1

#: Integers from here on are not exact everywhere (RFC 8785, 3.2.2.3, by way of IEEE 754).
TOO_LARGE = 2**53

#: What a statement can hold that is no capture.
Fact: TypeAlias = Attempt | Event | Naming | Decision | Seal | Reading | Withdrawal | KeyChange | Anchor

T = TypeVar("T")
Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of something else than a capture. `others` are records that were written with it (an import's copies, a reading's
    text); `leaf` is its hash in the log, once it has been written.
    """

    sequence: int
    fact: Fact
    statement_id: str
    statement: RecordLocation
    others: tuple[StoredRecord, ...] = ()
    tool: str = ""
    leaf: Digest | None = field(default=None, compare=False)


Statement: TypeAlias = Capture | Stated


# ── how a value is spelled ──


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How one kind of value is written and read; `read` raises ValueError. `suffix` goes with the member's name: its unit."""

    write: Callable[[T], Json]
    read: Callable[[Json], T]
    suffix: str = ""


def _text(value: Json) -> str:
    if type(value) is not str:
        raise ValueError("not a string")
    value.encode()  # a lone surrogate is a UnicodeEncodeError, so a ValueError
    return value


def _problem(value: Json) -> str:
    if _text(value) not in PROBLEMS:  # of a later version, or nobody's: what it makes of a capture is not known here
        raise ValueError("not a problem code of this version")
    return _text(value)


def _number(value: Json) -> int:
    if type(value) is not int or abs(value) >= TOO_LARGE:
        raise ValueError("not an integer below 2^53")
    return value


def _flag(value: Json) -> bool:
    if type(value) is not bool:
        raise ValueError("not true or false")
    return value


def _milliseconds(seconds: float) -> Json:
    """A delay that no one can wait for (a robots.txt may say `inf`) is written as the longest there is."""
    return round(min(seconds * 1000, TOO_LARGE - 1)) if not math.isnan(seconds) else 0


def _labelled(digest: Digest) -> Json:
    return f"{digest.algorithm}:{digest.hex}"


TEXT: Codec[str] = Codec(lambda value: value, _text)
PROBLEM: Codec[str] = Codec(str, _problem)
NUMBER: Codec[int] = Codec(lambda value: value, _number)
FLAG: Codec[bool] = Codec(lambda value: value, _flag)
SECONDS: Codec[float] = Codec(_milliseconds, lambda value: _number(value) / 1000, suffix="_ms")
MOMENT: Codec[datetime] = Codec(rfc3339, lambda value: parse_rfc3339(_text(value)))
DIGEST: Codec[Digest] = Codec(_labelled, lambda value: Digest.parse(_text(value)))


def optional(codec: Codec[T]) -> Codec[T | None]:
    """A value or null."""
    return Codec(
        lambda value: None if value is None else codec.write(value),
        lambda value: None if value is None else codec.read(value),
        codec.suffix,
    )


def many(codec: Codec[T]) -> Codec[tuple[T, ...]]:
    """An array of such values."""

    def read(value: Json) -> tuple[T, ...]:
        if type(value) is not list:
            raise ValueError("not an array")
        return tuple(codec.read(one) for one in value)

    return Codec(lambda values: [codec.write(one) for one in values], read, codec.suffix)


def _pair(value: Json) -> tuple[str, str]:
    if type(value) is not list or len(value) != 2:
        raise ValueError("not a pair")
    return _text(value[0]), _text(value[1])


PAIR: Codec[tuple[str, str]] = Codec(list, _pair)


class Shape(Generic[T]):
    """How a dataclass is spelled: an object with a member for each attribute named here.

    Members that are missing take the attribute's default where it has one; members that are not named here are passed over,
    so that a later version may add some.
    """

    def __init__(self, make: type[T], /, **codecs: Codec[Any]) -> None:  # Any: each member has its own type
        self._make = make
        self._codecs = codecs
        required = {one.name for one in fields(make) if one.default is MISSING}  # type: ignore[arg-type]  # dataclasses only
        self._required = required & set(codecs)

    def write(self, value: T) -> dict[str, Json]:
        """The object that says this value."""
        return {name + codec.suffix: codec.write(getattr(value, name)) for name, codec in self._codecs.items()}

    def members(self, data: Json) -> dict[str, Any]:
        """The attributes that an object gives. Raises ValueError, naming the member."""
        if type(data) is not dict:
            raise ValueError("not an object")
        found = {}
        for name, codec in self._codecs.items():
            key = name + codec.suffix
            if key in data:
                try:
                    found[name] = codec.read(data[key])
                except ValueError as why:
                    raise ValueError(f"{key}: {why}") from why
            elif name in self._required:
                raise ValueError(f"{key} is missing")
        return found

    def codec(self) -> Codec[T]:
        """This shape as a member of another."""
        return Codec(self.write, lambda data: self._make(**self.members(data)))


# ── what is stated ──

LOCATION = Shape(RecordLocation, warc=TEXT, offset=NUMBER, length=NUMBER, stored=DIGEST).codec()

RECORD = Shape(StoredRecord, record_id=TEXT, kind=TEXT, location=LOCATION).codec()

TLS = Shape(
    TlsStored, version=TEXT, cipher=TEXT, chain=many(DIGEST), chain_state=TEXT, override=optional(TEXT)
).codec()  # fmt: skip

EXCHANGE = Shape(
    StoredExchange, url=TEXT, status=NUMBER, media_type=optional(TEXT), captured_at=MOMENT, kind=TEXT, record_id=TEXT,
    record=LOCATION, request_id=optional(TEXT), request=optional(LOCATION), payload=DIGEST, payload_length=NUMBER, block=DIGEST,
    headers=many(PAIR), peer=optional(TEXT), tls=optional(TLS), truncated=optional(TEXT), excess=NUMBER,
).codec()  # fmt: skip

ROBOTS = Shape(
    RobotsVerdict, allowed=FLAG, rule=TEXT, url=optional(TEXT), record_id=optional(TEXT), crawl_delay=optional(SECONDS)
).codec()  # fmt: skip

CAPTURE = Shape(
    Capture, sequence=NUMBER, asked=TEXT, exchanges=many(EXCHANGE), problems=many(PROBLEM), revisit_of=optional(TEXT),
    robots=many(ROBOTS), purpose=TEXT, source=TEXT, source_note=optional(TEXT), tool=TEXT, others=many(RECORD),
    operator=optional(TEXT), note=optional(TEXT), clock_state=TEXT, copy_of=optional(TEXT), witnessed_at=optional(MOMENT),
)  # fmt: skip

ATTEMPT = Shape(
    Attempt, url=TEXT, at=MOMENT, outcome=TEXT, problems=many(PROBLEM), message=TEXT, final_url=optional(TEXT),
    capture_id=optional(TEXT), purpose=TEXT,
).codec()  # fmt: skip

EVENT = Shape(Event, kind=TEXT, at=MOMENT, outcome=TEXT, detail=TEXT, subject=optional(TEXT)).codec()

NAMING = Shape(
    Naming, publisher=TEXT, at=MOMENT, by=TEXT, because=TEXT, names=many(TEXT), hosts=many(TEXT)
).codec()  # fmt: skip

RULING: Codec[Ruling] = Codec(str, lambda value: Ruling(_text(value)))

DECISION = Shape(
    Decision, url=TEXT, ruling=RULING, at=MOMENT, by=TEXT, because=TEXT, source=optional(TEXT), publisher=optional(TEXT)
).codec()  # fmt: skip

SEAL = Shape(Seal, warc=TEXT, at=MOMENT, length=NUMBER, digest=DIGEST).codec()

READING = Shape(
    Reading, document_id=TEXT, url=TEXT, at=MOMENT, payload=DIGEST, rules=TEXT, claims=NUMBER, claims_digest=DIGEST, text=optional(DIGEST)
).codec()  # fmt: skip

WITHDRAWAL = Shape(
    Withdrawal, capture_id=TEXT, payload=DIGEST, at=MOMENT, by=TEXT, because=TEXT, removed=FLAG, replaced=many(RECORD), files=many(SEAL)
).codec()  # fmt: skip

KEY = Shape(KeyChange, at=MOMENT, key=TEXT, because=TEXT, endorsement=optional(TEXT)).codec()

ANCHOR = Shape(
    Anchor, kind=TEXT, whom=TEXT, at=MOMENT, size=NUMBER, root=DIGEST, name=TEXT, digest=DIGEST, said_at=optional(MOMENT), note=TEXT
).codec()  # fmt: skip

#: What a Stated can hold, by the name of its kind. A kind that is new comes with a migration of the manifest, so that no program that
#: does not know it writes to an archive that may hold one; so does a new problem code.
FACTS: dict[str, tuple[type[Fact], Codec[Any]]] = {
    "attempt": (Attempt, ATTEMPT), "event": (Event, EVENT), "naming": (Naming, NAMING), "decision": (Decision, DECISION),
    "seal": (Seal, SEAL), "reading": (Reading, READING), "withdrawal": (Withdrawal, WITHDRAWAL), "key": (KeyChange, KEY),
    "anchor": (Anchor, ANCHOR),
}  # fmt: skip

_STATED = {
    kind: Shape(Stated, sequence=NUMBER, fact=codec, others=many(RECORD), tool=TEXT)
    for kind, (_, codec) in FACTS.items()
}


def encode(statement: Statement) -> bytes:
    """The statement as canonical JSON of at most LIMIT bytes. Its own id and location are not part of it.

    Too long, it goes without the response headers first (they stand in the WARC), then with its longest strings clipped, which
    then end in an ellipsis. ValueError for what is too long even so: a hundred redirects, not what a page can do.
    """
    data = canonical(_tree(statement))
    if len(data) <= LIMIT:
        return data
    if isinstance(statement, Capture):
        bare = tuple(replace(exchange, headers=()) for exchange in statement.exchanges)
        statement = replace(statement, exchanges=bare)
    tree = _tree(statement)
    for longest in (LIMIT, 4096, 1024, 256, 96):  # never less than an id or a labelled digest is long
        data = canonical(_clipped(tree, longest))
        if len(data) <= LIMIT:
            return data
    raise ValueError(f"a statement of {len(data)} bytes: {LIMIT} is the limit")


def decode(data: bytes, statement_id: str, location: RecordLocation) -> Statement:
    """The statement in the record `statement_id` that lies at `location`. Raises Unreadable for anything else than one."""
    try:
        tree = _parsed(data)
        kind, version = _text(tree.get("kind")), _number(tree.get("version"))
        if version > VERSION:
            raise Unreadable(
                f"a statement of version {version}; this archiver knows up to {VERSION}", advice="Update archiver."
            )
        if kind == "capture":
            return _capture(CAPTURE.members(tree), statement_id, location, leaf_hash(data))
        return _stated(_STATED[kind].members(tree), statement_id, location, leaf_hash(data))
    except KeyError as why:
        raise Unreadable(f"a statement of an unknown kind: {str(why)[:80]}") from why
    except (ValueError, RecursionError) as why:
        raise Unreadable(f"not a statement: {why}") from why


def _capture(members: dict[str, Any], statement_id: str, location: RecordLocation, leaf: Digest) -> Capture:
    """Raises ValueError where its parts do not go together: whoever follows a statement goes by its records' ids."""
    exchanges: tuple[StoredExchange, ...] = members["exchanges"]
    if not exchanges:
        raise ValueError("a capture without an exchange")
    if any((one.request_id is None) is not (one.request is None) for one in exchanges):
        raise ValueError("a request without an id, or without a place")
    named = [one.record_id for one in exchanges] + [one.request_id for one in exchanges if one.request_id is not None]
    if len(set(named)) < len(named):
        raise ValueError("two records with one id")
    if members.get("revisit_of") is not None and exchanges[-1].kind != "revisit":
        raise ValueError("a revisit whose record is none")
    return Capture(**members, statement_id=statement_id, statement=location, leaf=leaf)


def _stated(members: dict[str, Any], statement_id: str, location: RecordLocation, leaf: Digest) -> Stated:
    fact = members["fact"]
    if isinstance(fact, Attempt) and fact.capture_id is not None:
        raise ValueError("an attempt that left a capture, which states itself")
    return Stated(**members, statement_id=statement_id, statement=location, leaf=leaf)


def canonical(value: Json) -> bytes:
    """RFC 8785 for the values named above. A lone surrogate, which has no bytes in UTF-8, becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _tree(statement: Statement) -> Json:
    if isinstance(statement, Capture):
        # The outcome follows from the problems; it is written for readers who do not have our table.
        return {"version": VERSION, "kind": "capture", "outcome": str(statement.outcome), **CAPTURE.write(statement)}
    kind = next(name for name, (fact, _) in FACTS.items() if isinstance(statement.fact, fact))
    return {"version": VERSION, "kind": kind, **_STATED[kind].write(statement)}


def _clipped(value: Json, longest: int) -> Json:
    match value:
        case str() if len(value) > longest:
            return value[: longest - 1] + "…"
        case list():
            return [_clipped(one, longest) for one in value]
        case dict():
            return {key: _clipped(one, longest) for key, one in value.items()}
        case _:
            return value


def _parsed(data: bytes) -> dict[str, Json]:
    """The object that these bytes are the canonical form of. Raises ValueError, RecursionError."""
    if len(data) > LIMIT:
        raise ValueError(f"{len(data)} bytes are more than {LIMIT}")

    def no_fraction(text: str) -> NoReturn:
        raise ValueError(f"a number that is not an integer: {text[:20]}")

    tree: Json = json.loads(data.decode(), parse_float=no_fraction, parse_constant=no_fraction)
    if type(tree) is not dict:
        raise ValueError("not an object")
    if canonical(tree) != data:  # which a member given twice is not, nor one in another order
        raise ValueError("not in canonical form")
    return tree
