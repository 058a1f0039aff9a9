"""What a list says comes back from the process that read it as it was, and as nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import Unreadable
from archiver.model.listing import (
    KINDS,
    MAX_ADDRESS,
    MAX_TITLE,
    Entry,
    Listing,
    Memento,
    TimeMap,
    decode,
    decode_copies,
    encode,
    encode_copies,
    is_address,
)

ADDRESSES = (
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1).map("http://a.example/{}".format).filter(is_address)
)
WORDS = st.text(st.characters(exclude_categories=("Cs",)))
ENTRIES = st.builds(
    Entry, ADDRESSES, WORDS, st.none() | st.dates().map(str), st.booleans(), st.none() | ADDRESSES, WORDS
)
LISTINGS = st.builds(
    Listing,
    st.lists(ENTRIES).map(tuple),
    st.lists(ADDRESSES).map(tuple),
    st.lists(ENTRIES, max_size=3).map(tuple),
    st.sampled_from(sorted(KINDS)),
    st.lists(st.sampled_from(["listing-cut", "decode-limit"]), unique=True).map(tuple),
)
MOMENTS = st.integers(0, 10**12).map(lambda ms: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
TIMEMAPS = st.builds(
    TimeMap, st.lists(st.builds(Memento, ADDRESSES, MOMENTS)).map(tuple), st.lists(ADDRESSES).map(tuple)
)


@given(LISTINGS)
def test_a_listing_comes_back(listing: Listing) -> None:
    assert decode(encode(listing)) == listing


@given(TIMEMAPS)
def test_the_copies_come_back(timemap: TimeMap) -> None:
    assert decode_copies(encode_copies(timemap)) == timemap


def test_of_a_list_that_is_too_long_the_beginning_comes_back() -> None:
    entries = tuple(Entry(f"http://a.example/{n}", "x" * 2000) for n in range(8000))
    found = decode(encode(Listing(entries)))
    assert 4000 < len(found.entries) < 5000
    assert found.entries == entries[: len(found.entries)]
    assert found.problems == ("listing-cut",)


ROW: dict[str, object] = {"url": "http://a.example/", "title": "", "date": None, "changed": False}
WRONG = {
    "no JSON": b"\x80\x04K*.",
    "no list": b"[]",
    "half of one": b'{"entries":[],"feeds":[]}'[:-4],
    "another scheme": {"entries": [{**ROW, "url": "file:///etc/passwd"}]},
    "a line end": {"entries": [{**ROW, "url": "http://a.example/\r\nX: y"}]},
    "too long an address": {"entries": [{**ROW, "url": "http://a.example/" + "a" * MAX_ADDRESS}]},
    "no day": {"entries": [{**ROW, "date": "2020-01-02T00:00"}]},
    "a day that there is not": {"entries": [{**ROW, "date": "2023-02-30"}]},
    "a title that is none": {"entries": [{**ROW, "title": 7}]},
    "too long a title": {"entries": [{**ROW, "title": "x" * (MAX_TITLE + 1)}]},
    "too long a title of a source": {"entries": [{**ROW, "source_title": "x" * (MAX_TITLE + 1)}]},
    "a source elsewhere": {"entries": [{**ROW, "source_url": "javascript:alert(1)"}]},
    "a kind of its own": {"kind": "rss"},
    "a problem of its own": {"problems": ["not a problem"]},
    "a feed elsewhere": {"feeds": ["javascript:alert(1)"]},
    "a number": {"entries": [{**ROW, "changed": 1e999}]},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_list_is_nothing(what: str) -> None:
    said = WRONG[what]
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    with pytest.raises(Unreadable, match="not what a list says"):
        decode(data)


def test_more_values_than_can_be_borne_are_not_parsed() -> None:
    for data in (b"[" * 600_000 + b"]" * 600_000, b"[" + b"{}," * 600_000 + b"1]", b" " * (13 * 2**20)):
        with pytest.raises(Unreadable, match=r"too much of it|recursion|not an object"):
            decode(data)
