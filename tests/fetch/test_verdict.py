from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from archiver.fetch.verdict import SIGNALS, grade
from archiver.model.capture import PROBLEMS, Exchange, TlsFacts
from archiver.model.digest import Digest

GOOD = Exchange(
    url="https://news.example/", request=b"", response=BytesIO(), length=50, head_length=40, informational=b"", excess=0,
    status=200, reason="OK", headers=(), started_at=datetime(2024, 3, 1, 12, 0, tzinfo=UTC), seconds=0.1,
    peer="192.0.2.1", tls=None, payload=Digest.sha256(b""), payload_length=10, block=Digest.sha256(b""),
)  # fmt: skip
OVERRIDE = TlsFacts("TLSv1.3", "x", (), "unverified", override="test bench")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, ()),
        ({"status": 404}, ("http-error",)),
        ({"status": 503, "payload_length": 0}, ("http-error",)),
        ({"truncated": "time"}, ("truncated",)),
        ({"payload_length": 0}, ("empty",)),
        ({"status": 204, "payload_length": 0}, ("empty",)),
        ({"status": 304, "payload_length": 0}, ("empty",)),
        ({"status": 404, "payload_length": 0}, ("http-error",)),
        ({"status": 206}, ("truncated",)),
        ({"status": 206, "headers": (("Content-Range", "bytes 0-199/90000"),)}, ("truncated",)),
        ({"status": 206, "headers": (("Content-Range", "bytes 0-99/100"),)}, ()),
        ({"tls": OVERRIDE}, ("tls-override",)),
        ({"headers": (("Date", "Fri, 01 Mar 2024 12:04:59 GMT"),)}, ()),
        ({"headers": (("date", "Fri, 01 Mar 2024 12:05:01 GMT"),)}, ("date-skew",)),
        ({"headers": (("Date", "Thu, 29 Feb 2024 12:00:00 GMT"),)}, ("date-skew",)),
        ({"headers": (("Date", "Thu, 29 Feb 2024 12:00:00 GMT"), ("Age", "86400"))}, ()),
        ({"headers": (("Date", "yesterday"),)}, ()),
        ({"headers": (("Date", "Fri, 01 Mar 9999 99:99:99 GMT"), ("Age", "9" * 30))}, ()),
    ],
)
def test_each_signal_is_told_from_the_final_exchange(change, codes):
    assert grade((GOOD, replace(GOOD, **change))) == codes


def test_a_304_that_we_asked_for_is_not_empty():
    answer = replace(GOOD, status=304, payload_length=0, headers=(("Date", "Thu, 29 Feb 2024 12:00:00 GMT"),))
    assert grade((answer,)) == ("empty", "date-skew")
    assert grade((answer,), unchanged=True) == ("date-skew",)


def test_an_override_on_the_way_counts_too():
    assert grade((replace(GOOD, tls=OVERRIDE), GOOD)) == ("tls-override",)


def test_every_signal_is_a_known_problem():
    assert {signal.code for signal in SIGNALS} <= PROBLEMS.keys()
