from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from archiver.model.digest import SIZES, Digest
from archiver.model.event import Attempt, Event
from archiver.model.lineage import Decision, Ruling
from archiver.model.statement import LIMIT, Stated, Statement, canonical, decode, encode

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBER = st.integers(0, 2**53 - 1)
MOMENT = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
DIGEST = st.sampled_from(sorted(SIZES)).flatmap(
    lambda name: st.binary(min_size=SIZES[name], max_size=SIZES[name]).map(lambda value: Digest(name, value))
)
LOCATION = st.builds(RecordLocation, TEXT, NUMBER, NUMBER, DIGEST)
RECORD = st.builds(StoredRecord, TEXT, TEXT, LOCATION)
CODES = st.lists(st.sampled_from(sorted(PROBLEMS)), unique=True, max_size=3).map(tuple)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


def some(strategy: st.SearchStrategy, least: int = 0) -> st.SearchStrategy:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


TLS = st.builds(TlsStored, TEXT, TEXT, some(DIGEST), TEXT, maybe(TEXT))
EXCHANGE = st.builds(
    StoredExchange, url=TEXT, status=NUMBER, media_type=maybe(TEXT), captured_at=MOMENT, kind=TEXT | st.just("revisit"), record_id=TEXT,
    record=LOCATION, request_id=maybe(TEXT), request=maybe(LOCATION), payload=DIGEST, payload_length=NUMBER, block=DIGEST,
    headers=some(st.tuples(TEXT, TEXT)), peer=maybe(TEXT), tls=maybe(TLS), truncated=maybe(TEXT), excess=NUMBER,
)  # fmt: skip


def whole(capture: Capture) -> Capture:
    """With the ids and places that go together."""
    exchanges = [
        replace(one, record_id=f"{at} {one.record_id}", request_id=one.request and f"{at}r {one.request_id}")
        for at, one in enumerate(capture.exchanges)
    ]
    revisit_of = capture.revisit_of if exchanges[-1].kind == "revisit" else None
    return replace(capture, exchanges=tuple(exchanges), revisit_of=revisit_of)


ROBOTS = st.builds(
    RobotsVerdict, st.booleans(), TEXT, maybe(TEXT), maybe(TEXT), maybe(st.integers(0, 2**40).map(lambda ms: ms / 1000))
)  # fmt: skip
CAPTURE = st.builds(
    Capture, sequence=NUMBER, asked=TEXT, exchanges=some(EXCHANGE, 1), problems=CODES, statement_id=TEXT, statement=LOCATION,
    revisit_of=maybe(TEXT), robots=some(ROBOTS), purpose=TEXT, source=TEXT, source_note=maybe(TEXT), tool=TEXT,
    others=some(RECORD), operator=maybe(TEXT), note=maybe(TEXT), clock_state=TEXT,
    copy_of=maybe(TEXT), witnessed_at=maybe(MOMENT),
).map(whole)  # fmt: skip
ATTEMPT = st.builds(Attempt, TEXT, MOMENT, TEXT, CODES, TEXT, maybe(TEXT))
EVENT = st.builds(Event, TEXT, MOMENT, TEXT, TEXT, maybe(TEXT))
NAMING = st.builds(Naming, TEXT.filter(str.strip), MOMENT, TEXT, TEXT, some(TEXT), some(TEXT))
DECISION = st.builds(
    Decision, TEXT, st.sampled_from([Ruling.UNRELATED, Ruling.SYNDICATED_BY]), MOMENT, TEXT, TEXT, TEXT, st.none()
)
STATED = st.builds(Stated, NUMBER, ATTEMPT | EVENT | NAMING | DECISION, TEXT, LOCATION, some(RECORD), TEXT)

HERE = RecordLocation("archiver-20240517093000-00001.warc.gz", 512, 900, Digest.sha256(b"member"))


def exchange(**values: object) -> StoredExchange:
    digest = Digest.sha256(b"")
    plain: dict[str, object] = {
        "url": "https://paper.example/", "status": 200, "media_type": "text/html", "captured_at": datetime(2024, 5, 17, tzinfo=UTC),
        "kind": "response", "record_id": "r", "record": HERE, "request_id": None, "request": None, "payload": digest,
        "payload_length": 0, "block": digest,
    }  # fmt: skip
    return StoredExchange(**(plain | values))  # type: ignore[arg-type]  # every field is given


def capture(*exchanges: StoredExchange, **values: object) -> Capture:
    return Capture(1, "https://paper.example/", exchanges or (exchange(),), (), "s", HERE, **values)  # type: ignore[arg-type]


def read(data: bytes) -> Statement:
    return decode(data, "s", HERE)


@settings(max_examples=60, deadline=None)
@given(CAPTURE | STATED)
def test_a_statement_and_its_bytes_say_the_same(statement: Statement) -> None:
    data = encode(statement)
    assert len(data) <= LIMIT
    back = decode(data, statement.statement_id, statement.statement)
    assert back == statement
    assert encode(back) == data


@given(
    st.recursive(
        st.none() | st.booleans() | NUMBER | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abz_"), inner),
    )
)
def test_canonical_json_is_read_back_and_has_one_spelling(value: object) -> None:
    data = canonical(value)
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


def test_canonical_json_is_spelled_as_rfc_8785_has_it() -> None:
    assert canonical({"b": [True, None, 10], "a": '\x00\x1f\b\t\n\f\r"\\/é€😀\x7f'}) == (
        b'{"a":"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/' + "é€😀\x7f".encode() + b'","b":[true,null,10]}'
    )


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    back = read(encode(capture(note="a\ud800b")))
    assert isinstance(back, Capture)
    assert back.note == "a\ufffdb"


def test_times_are_cut_to_the_millisecond_and_delays_are_milliseconds() -> None:
    said = exchange(captured_at=datetime(2024, 5, 17, 9, 30, 0, 123_456, tzinfo=UTC))
    tree = json.loads(encode(capture(said, robots=(RobotsVerdict(True, "allowed", crawl_delay=2.5),))))
    assert tree["exchanges"][0]["captured_at"] == "2024-05-17T09:30:00.123Z"
    assert tree["robots"][0]["crawl_delay_ms"] == 2500


@pytest.mark.parametrize("delay", [float("inf"), float("nan"), 1e300])
def test_a_delay_that_nobody_can_wait_for_is_still_an_integer(delay: float) -> None:
    read(encode(capture(robots=(RobotsVerdict(True, "allowed", crawl_delay=delay),))))


def test_headers_that_make_it_too_long_are_left_to_the_warc() -> None:
    long = exchange(headers=(("X-Long", "x" * 70_000),))
    assert read(encode(capture(long))) == capture(exchange())


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 12), st.sampled_from(["x", "\x01", "é", "😀"]))
def test_a_statement_is_never_too_long_whatever_the_addresses_are(hops: int, char: str) -> None:
    long = exchange(
        url="https://paper.example/" + char * 90_000, media_type=char * 90_000, headers=(("a", char * 90_000),)
    )
    data = encode(capture(*(replace(long, record_id=str(at)) for at in range(hops)), note=char * 90_000))
    assert len(data) <= LIMIT
    back = read(data)
    assert isinstance(back, Capture)
    assert back.final.url.endswith("…")
    assert back.final.record == HERE


def test_the_outcome_is_said_for_readers_without_our_table() -> None:
    assert json.loads(encode(replace(capture(), problems=("http-error",))))["outcome"] == "flagged"


def test_members_that_a_later_version_adds_are_passed_over() -> None:
    tree = json.loads(encode(capture()))
    assert read(canonical(tree | {"zeta": {"new": [1]}})) == capture()


def test_members_that_an_earlier_version_lacked_take_their_default() -> None:
    tree = json.loads(encode(capture()))
    del tree["clock_state"]
    assert read(canonical(tree)) == capture()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"[]", b"{}", b"\xff", b'{"kind":"capture","version":1}', b'{"kind":"capture","version":2}',
        b'{"kind":"poem","version":1}', b'{"kind":["capture"],"version":1}', b'{"kind":"capture","version":1.0}', b"[" * 60_000,
        b'{"a":1,"a":1}', b'{"kind":"event","version":1,"sequence":NaN}', b'{ "kind":"capture","version":1}', b"9" * 60_000,
        b" " * (LIMIT + 1),
    ],
)  # fmt: skip
def test_what_is_not_a_statement_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("sequence", 2**53), ("sequence", True), ("sequence", "1"), ("asked", None), ("asked", 7), ("exchanges", []), ("exchanges", {}),
        ("exchanges", [{}]), ("others", [7]), ("problems", "dns"), ("problems", ["no-such-code"]), ("robots", [{"allowed": 1, "rule": ""}]),
    ],
)  # fmt: skip
def test_a_member_of_another_type_is_unreadable(member: str, value: object) -> None:
    tree = json.loads(encode(capture()))
    with pytest.raises(Unreadable):
        read(canonical(tree | {member: value}))


TWICE = (exchange(), exchange())
ASKED = (exchange(record_id="a", request_id="q", request=HERE), exchange(record_id="b", request_id="q", request=HERE))


@pytest.mark.parametrize(
    "said",
    [
        capture(*TWICE), capture(*ASKED), capture(exchange(request_id="q")), capture(exchange(request=HERE)),
        capture(exchange(request_id="r", request=HERE)), capture(revisit_of="a"), capture(exchange(kind="resource"), revisit_of="a"),
    ],
    ids=range(7),
)  # fmt: skip
def test_parts_of_a_capture_that_do_not_go_together_are_unreadable(said: Capture) -> None:
    with pytest.raises(Unreadable):
        read(encode(said))


def test_an_attempt_that_names_a_capture_is_unreadable() -> None:
    """Whoever records it would look for that capture."""
    attempt = Attempt("http://a.example/", datetime(2024, 5, 17, tzinfo=UTC), "flagged", (), "", capture_id="c")
    with pytest.raises(Unreadable):
        read(encode(Stated(1, attempt, "s", HERE)))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reading_fail_otherwise(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)
