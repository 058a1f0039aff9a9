"""Mementos in other people's formats: links by the grammar of RFC 8288, read back by a parser of its own; the choice of the nearest."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.export import timemap
from archiver.export.timemap import Around, Memento, Places
from archiver.model.digest import Digest

START = datetime(2000, 6, 20, 18, 2, 59, tzinfo=UTC)
URL = "http://gazette.example/a?b=1,2;c=(x)&d='e'"
WHERE = Places("https://library.example/timegate/" + URL, "https://library.example/timemap/" + URL)


def memento(number: int, at: datetime | None = None) -> Memento:
    address = f"https://library.example/replay/{number}"
    at = at or START + timedelta(days=number)
    return Memento(
        str(number), at, address, URL, "text/html", 200, Digest.sha256(b"%d" % number), "a.warc.gz", 10 * number, 10
    )


def mementos(count: int) -> list[Memento]:
    return [memento(number) for number in range(count)]


def parsed(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The links of an application/link-format document or of a Link field: RFC 8288, appendix B.2, character by character."""
    rest = text.strip()
    while rest:
        assert rest[0] == "<", rest[:40]
        target, _, rest = rest[1:].partition(">")
        said: dict[str, str] = {}
        rest = rest.lstrip()
        while rest.startswith(";"):
            name, _, rest = rest[1:].lstrip().partition("=")
            assert name.isidentifier(), name
            assert rest[0] == '"'
            value, _, rest = rest[1:].partition('"')
            assert "\\" not in value
            said[name] = value
            rest = rest.lstrip()
        assert not rest or rest[0] == ",", rest[:40]
        rest = rest[1:].lstrip()
        yield target, said


def test_a_timemap_has_the_original_itself_the_timegate_and_each_memento() -> None:
    found = list(parsed(timemap.link(URL, WHERE, mementos(3))))
    days = [f"{day}, {20 + n} Jun 2000 18:02:59 GMT" for n, day in enumerate(("Tue", "Wed", "Thu"))]
    assert found == [
        (URL, {"rel": "original"}),
        (WHERE.timemap, {"rel": "self", "type": "application/link-format", "from": days[0], "until": days[2]}),
        (WHERE.timegate, {"rel": "timegate"}),
        ("https://library.example/replay/0", {"rel": "first memento", "datetime": days[0]}),
        ("https://library.example/replay/1", {"rel": "memento", "datetime": days[1]}),
        ("https://library.example/replay/2", {"rel": "last memento", "datetime": days[2]}),
    ]


def test_the_only_memento_is_the_first_and_the_last() -> None:
    assert list(parsed(timemap.link(URL, WHERE, mementos(1))))[-1][1]["rel"] == "first last memento"


def test_lines_have_the_keys_of_pywb() -> None:
    (line,) = timemap.lines([memento(7)])
    assert json.loads(line) == {
        "timestamp": "20000627180259", "url": URL, "mime": "text/html", "status": "200", "digest": str(Digest.sha256(b"7")),
        "length": "10", "offset": "70", "filename": "a.warc.gz", "uri": "https://library.example/replay/7",
    }  # fmt: skip
    assert line.endswith("}\n")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (0, {"0": "first memento", "1": "next memento", "3": "last memento"}),
        (1, {"0": "first prev memento", "1": "memento", "2": "next memento", "3": "last memento"}),
        (2, {"0": "first memento", "1": "prev memento", "2": "memento", "3": "next last memento"}),
        (3, {"0": "first memento", "2": "prev memento", "3": "last memento"}),
    ],
)
def test_a_memento_is_linked_to_its_neighbours(place: int, said: dict[str, str]) -> None:
    links = list(parsed(timemap.header(URL, WHERE, timemap.around(mementos(4), str(place)))))
    assert [one[1]["rel"] for one in links[:3]] == ["original", "timegate", "timemap"]
    assert {target.rpartition("/")[2]: values["rel"] for target, values in links[3:]} == said


def test_what_is_not_listed_is_linked_to_the_ends() -> None:
    assert timemap.around(mementos(3), "elsewhere") == Around(first=memento(0), last=memento(2))
    assert timemap.around([], "0") == Around()
    assert len(list(parsed(timemap.header(URL, WHERE, Around())))) == 3


times = st.datetimes(datetime(1991, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


@given(st.lists(times, min_size=1).map(sorted), st.none() | times)
def test_the_nearest_is_nearer_than_all_others_and_the_newest_where_no_time_is_wanted(
    at: list[datetime], wanted: datetime | None
) -> None:
    every = [memento(number, moment) for number, moment in enumerate(at)]
    one = timemap.nearest(every, wanted)
    if wanted is None:
        assert one is every[-1]
    else:
        assert all(abs(one.at - wanted) <= abs(other.at - wanted) for other in every)
        assert all(one.at <= other.at for other in every if abs(one.at - wanted) == abs(other.at - wanted))


@given(times)
def test_an_http_date_comes_back_to_the_second(moment: datetime) -> None:
    text = timemap.http_date(moment)
    assert timemap.moment(text) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2007-05-31T20:35:00Z", "Thu, 31 May 2007 20:35:00", "Thu, 31 May 2007 20:35:00 +0200", "Thu, 32 May 2007 20:35:00 GMT",
        "Thu, 31 Jun 2007 20:35:00 GMT", "Thursday, 31-May-07 20:35:00 GMT", "Thu May 31 20:35:00 2007", "Thu, 31 May 2007 25:35:00 GMT",
        "Thu, 31 May 0000 20:35:00 GMT", "Thu, 31 May 2007 20:35:00 GMT, Thu", "Thu, ٣١ May 2007 20:35:00 GMT", "Thu, 31 May 2007 20:35:00 GMT" * 9000,
    ],
)  # fmt: skip
def test_what_is_no_http_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an HTTP-date|day|month|hour|year"):
        timemap.moment(text)


def test_ten_thousand_are_written_at_once() -> None:
    every = mementos(10_000)
    began = time.process_time()
    assert timemap.link(URL, WHERE, every).count("\n") == 10_003
    assert len(list(timemap.lines(every))) == 10_000
    assert time.process_time() - began < 1
