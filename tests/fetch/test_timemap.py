"""TimeMaps as archives write them, what a copy is a copy of, and what hostile ones cost."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.fetch.timemap import Memento, copy_of, mementos, raw
from archiver.model.capture import Exchange, Visit
from archiver.model.digest import Digest

BASE = "https://keeper.example/timemap/link/http://a.example/x"
AT = datetime(2019, 5, 17, 9, 30, tzinfo=UTC)
ONE = "https://keeper.example/web/20190517093000/http://a.example/x?a=1,2"

LINKS = f"""<http://a.example/x?a=1,2>; rel="original",
<{BASE}>; rel="self"; type="application/link-format"; from="Fri, 17 May 2019 09:30:00 GMT",
<https://keeper.example/web/20210101000000/http://a.example/x>; rel="last memento"; datetime="Fri, 01 Jan 2021 00:00:00 GMT",
<{ONE}> ;rel="first memento";datetime="Fri, 17 May 2019 09:30:00 GMT" , garbage <>;;=
</web/20200101000000/http://a.example/x>; rel=memento; datetime="Wed, 01 Jan 2020 00:00:00 GMT",
<https://keeper.example/web/1>; rel="memento", <https://keeper.example/web/2>; rel="memento"; datetime="yesterday",
<javascript:x>; rel="memento"; datetime="Wed, 01 Jan 1997 00:00:00 GMT"
"""


def test_the_earliest_copies_are_found_whatever_their_order() -> None:
    found = mementos(LINKS.encode(), BASE)
    assert found.mementos[0] == Memento(ONE, AT)
    assert [one.at.year for one in found.mementos] == [2019, 2020, 2021]
    assert found.mementos[1].url == "https://keeper.example/web/20200101000000/http://a.example/x"
    assert found.further == ()


def test_an_index_says_where_it_goes_on() -> None:
    index = f'<{BASE}>; rel="self timemap", <{BASE}/1>; rel="timemap"; from="x", <{BASE}/2>; rel="timemap"'
    assert mementos(index.encode(), BASE).further == (f"{BASE}/1",)


@given(st.binary(max_size=300) | st.text('<>;,="/ relmno:', max_size=200).map(str.encode))
def test_no_bytes_make_the_reading_fail(content: bytes) -> None:
    mementos(content, BASE)


@pytest.mark.parametrize(
    "piece",
    ['<a>; rel="', "<a>;b=", "<", "<a>" + " " * 50, "<a> ;", '<a>;b=""', '<a>;a = "x" ', '";<', "<a>;\t;\t"],
)
def test_the_time_grows_no_faster_than_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        content = (piece * (length // len(piece))).encode()
        times = []
        for _ in range(3):
            begun = time.thread_time()
            mementos(content, BASE)
            times.append(time.thread_time() - begun)
        return min(times)

    assert seconds(200_000) < 2.3 * max(seconds(100_000), 0.02)


#: The address of a copy, and that of its unchanged bytes.
RAW = [
    (
        "https://web.archive.example/web/20190517093000/http://a.example/x",
        "https://web.archive.example/web/20190517093000id_/http://a.example/x",
    ),
    (
        "http://keeper.example/all/20190517093000mp_/https://a.example/",
        "http://keeper.example/all/20190517093000id_/https://a.example/",
    ),
    ("http://keeper.example/all/20190517093000id_/https://a.example/", None),
    ("https://keeper.example/AbCd3", None),
    ("https://keeper.example/2019/http://a.example/", None),
]


@pytest.mark.parametrize(("memento", "address"), RAW)
def test_the_address_of_unchanged_bytes(memento: str, address: str | None) -> None:
    assert raw(memento) == address


def visit(url: str, headers: dict[str, str], status: int = 200) -> Visit:
    digest = Digest.sha256(b"x")
    exchange = Exchange(
        url=url, request=b"", response=io.BytesIO(), length=1, head_length=0, informational=b"", excess=0, status=status, reason="",
        headers=tuple(headers.items()), started_at=AT, seconds=0.0, peer="", tls=None, payload=digest, payload_length=1, block=digest,
    )  # fmt: skip
    return Visit(url, (exchange,))


DATED = {"Memento-Datetime": "Fri, 17 May 2019 09:30:00 GMT"}
WANTED = "http://a.example/x"


def test_a_copy_says_of_what_it_is_one_and_from_when() -> None:
    link = {"Link": '<http://a.example:80/x>; rel="original", <http://k.example/t>; rel="timemap"'}
    found = copy_of(visit("https://keeper.example/web/20190517093000id_/http://a.example/y", {**DATED, **link}), WANTED)
    assert found is not None
    assert (found.original, found.at, found.host, found.raw) == ("http://a.example/x", AT, "keeper.example", True)
    unlinked = copy_of(visit("https://keeper.example/web/20190517093000/http://a.example/y", DATED), WANTED)
    assert unlinked is not None
    assert (unlinked.original, unlinked.raw) == ("http://a.example/y", False)
    bare = copy_of(visit("https://keeper.example/AbCd3", DATED), WANTED)
    assert bare is not None
    assert bare.original == WANTED


@pytest.mark.parametrize(
    ("url", "headers", "status"),
    [
        ("https://keeper.example/web/20190517093000id_/http://a.example/x", {}, 200),
        ("https://keeper.example/web/20190517093000id_/http://a.example/x", {"Memento-Datetime": "soon"}, 200),
        ("https://keeper.example/web/20190517093000id_/http://a.example/x", DATED, 404),
        ("https://keeper.example/web/20190517093000id_/http://a.example/", DATED, 200),
    ],
)
def test_what_is_no_copy_of_the_page(url: str, headers: dict[str, str], status: int) -> None:
    assert copy_of(visit(url, headers, status), WANTED) is None
