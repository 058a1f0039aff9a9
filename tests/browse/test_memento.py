"""TimeMap and TimeGate of an archive: which captures an address has, and pywb's word on that."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from archiver.browse import memento, routes
from archiver.browse.web import FRONT, Answer, Ask, Holding, Served
from archiver.export.timemap import http_date, moment
from archiver.manifest.opening import MANIFEST
from archiver.withdrawing import withdraw
from tests.export.test_timemap import parsed
from tests.ingest.making import Theirs
from tests.tracing import opened, served

PAGE = "http://gazette.example/harbour?x=1&y=a%20b"
LATER = "http://gazette.example/ferry"
YEARS = (2001, 2003, 2007, 2019)
PYWB = Path(os.environ.get("ARCHIVER_PYWB") or "/nowhere")


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one page in several years, of another, and of a revisit whose payload is elsewhere. For reading alone."""
    folder = tmp_path_factory.mktemp("years")
    file = Theirs()
    file.info()
    for year in YEARS:
        file.response(PAGE, b"<title>Harbour</title><p>As it was in %d." % year, WARC_Date=f"{year}-03-04T05:06:07Z")
    file.response(LATER, b"<p>The ferry.", WARC_Date="2011-01-01T00:00:00Z")
    file.revisit(LATER, digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", WARC_Date="2012-01-01T00:00:00Z")
    path = folder / "theirs.warc.gz"
    path.write_bytes(file.out.getvalue())
    with served({}) as web, opened(folder, web) as archive:
        archive.import_(path)
    return folder


def got(folder: Path, path: str, **headers: str) -> Answer:
    """What is answered where a browser asks for that path."""
    with closing(sqlite3.connect(f"{(folder / MANIFEST).as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        path, _, query = path.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        ask = Ask(FRONT + path, query, named, server="https://library.example/data")
        return routes.answer(Holding(connection, folder / "archive"), ask, Served("/data", "manifest"))


def dated(answer: Answer) -> list[str]:
    return [said["datetime"] for _, said in parsed(answer.body.decode()) if "datetime" in said]


DATES = [http_date(moment(f"Mon, 04 Mar {year} 05:06:07 GMT")) for year in YEARS]


def test_a_timemap_has_every_capture_of_an_address_the_oldest_first(years: Path) -> None:
    answer = got(years, f"/timemap/link/{PAGE}")
    assert (answer.status, answer.media_type) == (200, "application/link-format")
    links = list(parsed(answer.body.decode()))
    here = "https://library.example/data/-/archiver"
    assert [target for target, _ in links[:3]] == [PAGE, f"{here}/timemap/link/{PAGE}", f"{here}/timegate/{PAGE}"]
    assert dated(answer) == DATES
    assert all(target.startswith(f"{here}/replay/") for target, _ in links[3:])
    assert got(years, links[3][0].removeprefix(here)).headers["Memento-Datetime"] == DATES[0]


@pytest.mark.parametrize(
    "spelt",
    [
        "http://gazette.example/harbour?x=1&y=a%20b", "https://gazette.example/harbour?x=1&y=a%20b", "http:/gazette.example/harbour?x=1&y=a%20b",
        "http%3A%2F%2Fgazette.example%2Fharbour%3Fx%3D1%26y%3Da%2520b", "gazette.example/harbour?x=1&y=a%20b",
        "HTTP://Gazette.Example:80/harbour?x=1&y=a%20b&utm_source=x", "http:/gazette.example/harbour/?x=1&y=a%20b#there",
    ],
)  # fmt: skip
def test_an_address_is_found_however_it_comes(years: Path, spelt: str) -> None:
    assert dated(got(years, f"/timemap/link/{spelt}")) == DATES


@pytest.mark.parametrize(
    "spelt",
    [
        "http://gazette.example/harbour",
        "http://gazette.example/",
        "x",
        "javascript:1",
        "http://[",
        "//",
        "http://a%00b/",
        "%ff",
    ],
)
def test_what_is_not_captured_is_not_found(years: Path, spelt: str) -> None:
    for what in ("timemap/link", "timemap/json", "timegate"):
        answer = got(years, f"/{what}/{spelt}")
        assert answer.status == 404
        assert ("Vary" in answer.headers) == (what == "timegate")


def test_the_links_of_our_pages_find_what_they_are_of(tmp_path: Path) -> None:
    urls = ["http://odd.example/it's[1]|x?q='a'", "http://odd.example/caf%C3%A9;v=1"]
    with served(dict.fromkeys(urls, "<title>Odd</title><p>odd")) as web, opened(tmp_path, web) as archive:
        list(archive.capture(urls))
    for url in urls:
        links = Served().timemap(url)
        assert links is not None
        answer = got(tmp_path, links.removeprefix(FRONT))
        assert len(dated(answer)) == 1, url


def test_json_has_a_line_a_capture(years: Path) -> None:
    answer = got(years, f"/timemap/json/{PAGE}")
    assert answer.media_type == "text/x-ndjson"
    rows = [json.loads(line) for line in answer.body.splitlines()]
    assert [row["timestamp"] for row in rows] == [f"{year}0304050607" for year in YEARS]
    assert {row["url"] for row in rows} == {PAGE}


def test_what_cannot_be_shown_is_not_listed(years: Path, tmp_path: Path) -> None:
    assert len(dated(got(years, f"/timemap/link/{LATER}"))) == 1, "the revisit's payload is elsewhere"
    folder = tmp_path / "copy"
    shutil.copytree(years, folder)
    oldest = json.loads(got(folder, f"/timemap/json/{PAGE}").body.splitlines()[0])["uri"].rpartition("/")[2]
    with served({}) as web, opened(folder, web) as archive:
        withdraw(archive, oldest, by="M. Frey", because="it was asked for")
    assert dated(got(folder, f"/timemap/link/{PAGE}")) == DATES[1:]
    assert got(folder, f"/timegate/{PAGE}", accept_datetime=DATES[0]).headers["Link"].count(DATES[0]) == 0
    gone = got(folder, f"/replay/{oldest}")
    assert gone.status == 410
    assert "Memento-Datetime" not in gone.headers


@pytest.mark.parametrize(
    ("wanted", "year"),
    [
        (None, 2019), ("Thu, 01 Jan 1970 00:00:00 GMT", 2001), ("Mon, 04 Mar 2002 05:06:07 GMT", 2001), ("Tue, 05 Mar 2002 05:06:07 GMT", 2003),
        ("Wed, 04 Mar 2009 05:06:07 GMT", 2007), ("Fri, 04 Mar 2033 05:06:07 GMT", 2019), ("thu, 4 mar 2004 05:06:07 gmt", 2003),
    ],
)  # fmt: skip
def test_a_timegate_leads_to_the_nearest_capture(years: Path, wanted: str | None, year: int) -> None:
    answer = got(years, f"/timegate/{PAGE}", **({} if wanted is None else {"accept_datetime": wanted}))
    assert (answer.status, answer.headers["Vary"]) == (302, "accept-datetime")
    assert "Memento-Datetime" not in answer.headers
    there = got(years, answer.headers["Location"].removeprefix("https://library.example/data/-/archiver"))
    assert there.headers["Memento-Datetime"] == DATES[YEARS.index(year)]
    assert f"in {year}" in there.body.decode()
    rels = {said["rel"]: target for target, said in parsed(answer.headers["Link"])}
    assert [rel for rel in rels if "memento" not in rel] == ["original", "timegate", "timemap"]
    assert rels["original"] == PAGE
    assert answer.headers["Location"] in rels.values()


@pytest.mark.parametrize("wanted", ["", "tomorrow", "2009-03-04", "Wed, 30 Feb 2009 05:06:07 GMT"])
def test_a_time_that_cannot_be_read_is_refused(years: Path, wanted: str) -> None:
    answer = got(years, f"/timegate/{PAGE}", accept_datetime=wanted)
    assert (answer.status, answer.headers["Vary"]) == (400, "accept-datetime")
    assert "Thu, 31 May 2007 20:35:00 GMT" in answer.body.decode()


def test_an_address_on_the_way_has_the_captures_it_led_to(demo: Path) -> None:
    hop, final = (
        "http://worldletter.example/the-last-night-ferry/5121",
        "http://www.worldletter.example/the-last-night-ferry/5121",
    )
    assert dated(got(demo, f"/timemap/link/{hop}")) == dated(got(demo, f"/timemap/link/{final}"))


def test_a_page_does_not_put_itself_among_the_captures_of_another_address(tmp_path: Path) -> None:
    named, page = "http://gazette.example/true", "http://liar.example/copy"
    text = f'<!doctype html><title>Copy</title><link rel=canonical href="{named}"><p>A page that calls itself another.'
    with served({page: text}) as web, opened(tmp_path, web) as archive:
        list(archive.capture([page]))
    assert got(tmp_path, f"/timemap/link/{page}").status == 200
    assert got(tmp_path, f"/timemap/link/{named}").status == 404


def test_rows_that_cannot_be_are_said_to_be(years: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(years, folder)
    with closing(sqlite3.connect(folder / MANIFEST)) as connection, connection:
        connection.execute("update captures set captured_at = 'never'")
    assert got(folder, f"/timemap/link/{PAGE}").status == 500


def test_ten_thousand_captures_are_listed_soon(years: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(years, folder)
    with closing(sqlite3.connect(folder / MANIFEST)) as connection, connection:
        connection.execute("pragma foreign_keys = off")
        for table, key in (("records", "record_id"), ("captures", "capture_id"), ("exchanges", "record_id")):
            columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
            new = {
                key: f"{key} || '-' || n",
                "offset": "offset + n * 1000000",
                "sequence": "sequence + n * 1000",
                "statement_id": "statement_id",
            }
            chosen = ", ".join(new.get(name, f'"{name}"') for name in columns)
            if table == "captures":
                chosen = chosen.replace('"captured_at"', "printf('2020-01-%02dT00:00:%02d.000Z', n % 28 + 1, n % 60)")
            connection.execute(
                f"insert into {table} with recursive ns(n) as (select 1 union all select n + 1 from ns where n < 2500)"
                f" select {chosen} from {table}, ns"
            )
    best = min(timed(folder) for _ in range(3))
    assert best < 1  # 0.1 s where nobody else is at work


def timed(folder: Path) -> float:
    began = time.process_time()
    assert len(got(folder, f"/timemap/link/{PAGE}").body.splitlines()) == 3 + 4 * 2501
    return time.process_time() - began


def test_the_url_is_the_rest_of_the_path_and_the_query() -> None:
    def url(rest: str, query: str = "") -> str:
        return memento.url_of(Ask("", query, parts={"url": rest}))

    assert url("http://a.example/b%2Fc", "d=%20&e") == "http://a.example/b%2Fc?d=%20&e"
    assert url("https:/a.example") == "https://a.example"
    assert url("http%3a//a.example/x%2520y") == "http://a.example/x%20y"
    assert url("a.example:8080/x") == "http://a.example:8080/x"


# ── pywb ──


@pytest.fixture(scope="module")
def wayback(years: Path, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a pywb that serves the same files."""
    if not (PYWB / "wayback").exists():
        pytest.skip("ARCHIVER_PYWB names no folder with pywb's `wayback`")
    folder = tmp_path_factory.mktemp("pywb")
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([PYWB / "wb-manager", "init", "ours"], check=True, **quiet)  # type: ignore[call-overload]  # options in common
    for number, path in enumerate(one for from_ in (years, demo) for one in (from_ / "archive").glob("*.warc.gz")):
        copy = shutil.copy(path, folder / f"{number}.warc.gz")
        subprocess.run([PYWB / "wb-manager", "add", "ours", copy], check=True, **quiet)  # type: ignore[call-overload]  # the same
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([PYWB / "wayback", "-b", "127.0.0.1", "-p", str(port)], **quiet)  # type: ignore[call-overload]  # the same
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def theirs(port: int, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/ours/timemap/{path}")
    body = connection.getresponse().read().decode()
    connection.close()
    return body


def test_pywb_names_the_same_captures_in_the_same_order(wayback: int, years: Path, demo: Path) -> None:
    from archiver.demo.web import EXCERPT, ORIGINAL, REPOST_PDF

    for folder, url in ((years, PAGE), (demo, ORIGINAL), (demo, EXCERPT), (demo, REPOST_PDF)):
        said = [values["datetime"] for _, values in parsed(theirs(wayback, f"link/{url}")) if "datetime" in values]
        assert said == dated(got(folder, f"/timemap/link/{url}")) != []
        rows = [json.loads(line) for line in theirs(wayback, f"json/{url}").splitlines()]
        ours = [json.loads(line) for line in got(folder, f"/timemap/json/{url}").body.splitlines()]
        keys = ["timestamp", "url", "mime", "status", "length", "offset"]
        for key in keys + (
            ["digest"] if folder == demo else []
        ):  # of what was taken in, pywb has the one that came with it
            assert [row[key] for row in rows] == [row[key] for row in ours], key
