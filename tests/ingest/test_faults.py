from __future__ import annotations

import pytest

from archiver.ingest.faults import RULES
from tests.ingest.making import URL, Take, raw
from tests.warc.archive import Memory

SEGMENT = "WARC-Segment-Number: "
OF = "WARC-Segment-Origin-ID: <urn:x:first>"

#: A record that keeps a rule, one that does not, and the sentence that says so.
EXAMPLES = {
    "_required": (raw(), raw().replace(b"WARC-Target-URI", b"X-Target-URI"), "a response record without WARC-Target-URI"),
    "_once": (
        raw("request", b"x", "WARC-Concurrent-To: <urn:x:1>", "WARC-Concurrent-To: <urn:x:2>"),
        raw("response", b"HTTP/1.1 200 OK\r\n\r\n", "WARC-Date: 2020-01-01T00:00:00Z"),
        "a record with more than one WARC-Date",
    ),
    "_readable": (raw(), raw().replace(b"2019-03", b"2019-33"), "a record whose WARC-Date is no date"),
    "_typed": (
        raw("continuation", b"more", SEGMENT + "2", OF).replace(b"Content-Type: text/plain\r\n", b""),
        raw("metadata", b"more").replace(b"Content-Type: text/plain\r\n", b""),
        "a metadata record that does not say what its block is (Content-Type)",
    ),
    "_segmented": (
        raw("continuation", b"more", SEGMENT + "2", OF),
        raw("continuation", b"more", SEGMENT + "1", OF),
        "a continuation that calls itself the first part, or none (WARC-Segment-Number)",
    ),
}  # fmt: skip

MORE = [
    (raw("continuation", b"more", SEGMENT + "2"), "a continuation that does not say of what"),
    (raw("metadata", b"more", SEGMENT + "2", OF), "calls itself a later part"),
    (raw("warcinfo", b"software: x"), "a warcinfo record whose block is called something else"),
    (raw().replace(b"sha1:", b"crc:"), "a record whose WARC-Block-Digest is no digest"),
]


def test_every_rule_has_its_examples() -> None:
    assert [rule.__name__ for rule in RULES] == [*EXAMPLES]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_is_kept_or_said_to_be_broken(take: Take, rule: str) -> None:
    good, bad, message = EXAMPLES[rule]
    assert take(good).problems == ()
    assert message in [problem.message for problem in take(bad.replace(b"urn:x:a", b"urn:x:bad")).problems]


@pytest.mark.parametrize(("data", "message"), MORE)
def test_other_ways_to_break_them(take: Take, data: bytes, message: str) -> None:
    assert any(message in problem.message for problem in take(data).problems)


def test_an_answer_in_parts_is_flagged_as_cut(take: Take, journal: Memory) -> None:
    first = raw("response", b"HTTP/1.1 200 OK\r\n\r\nthe first", SEGMENT + "1", name="first")
    report = take(first + raw("continuation", b" half", SEGMENT + "2", OF, url=URL, name="second"))
    assert report.problems == ()
    assert [capture.problems for capture in journal.captures()] == [("truncated",)]


def test_a_second_record_of_an_id_is_taken_only_where_it_is_the_same(take: Take) -> None:
    report = take(raw(name="a") + raw(name="a") + raw("response", b"HTTP/1.1 200 OK\r\n\r\nother", name="a"))
    assert (report.records, report.captures, report.skipped) == (3, 1, 2)
    assert ["with other bytes" in problem.message for problem in report.problems] == [True]
