"""The archived page in a browser: what is sent, under which headers, and what is never sent. The browser itself: at the end."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import brotli
import pytest

from archiver.browse import archived, replay, routes
from archiver.browse.web import FRONT, POLICY, Answer, Ask, Holding, Served
from archiver.fetch.charset import LABELS
from archiver.manifest import lookup
from archiver.manifest.opening import MANIFEST
from archiver.model.capture import Payload
from archiver.withdrawing import withdraw
from tests import tracing
from tests.extract.tiny_pdf import build, column
from tests.ingest.making import PAGE, Theirs
from tests.tracing import opened, served

HOST = "http://archive-me.example"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RUSSIAN = "<p>Паром ушёл без нас</p>"
BIG = (
    b"<!doctype html><title>Big</title><p>A short text.</p><script>" + b"the same again;\n" * 1_875_000 + b"</script>"
)  # 30 MB
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def html(body: str | bytes, media_type: str = "text/html; charset=utf-8", status: int = 200, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return tracing.Answer(body, status, media_type, named)


WEB = {
    "/plain": html(
        "<!doctype html><title>Plain</title><p>Nothing odd here.",
        Set_Cookie="a=b", Link="<http://elsewhere.example/>; rel=preload", Strict_Transport_Security="max-age=99999", Refresh="0;url=/x",
    ),
    "/twin": html("<!doctype html><title>Plain</title><p>Nothing odd here."),
    "/gone": html("<title>Gone</title><p>There is no such page.", status=404),
    "/links": html('<title>L</title><LINK rel=preconnect href="http://outside.example/"><p>a&lt;link<linked>x<iframe srcDoc="&lt;link&gt;">b</IFRAME><frames><FRAME/src=x>'),
    "/1251-header": html(RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251"),
    "/1251-meta": html(b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"), "text/html"),
    "/undeclared": html(b"<p>caf\xe9</p>", "text/html"),
    "/wrongly-declared": html(RUSSIAN.encode(), "text/html; charset=windows-1251"),
    "/utf-16": html(('<link rel=preconnect href="http://outside.example/">' + RUSSIAN).encode("utf-16"), "text/html"),
    "/veiled": html(b"<p>\x1b$B%U%'\x1b(B</p><\x1b(Jlink rel=preconnect><lin\x1b(Jk rel=preconnect>", "text/html; charset=iso-2022-jp"),
    "/text": html("a < b, <b>not bold</b>", "text/plain"),
    "/json": html('{"a": "<script>"}', "application/json"),
    "/xml": html('<?xml version="1.0"?><?xml-stylesheet href="http://outside.example/"?><a/>', "application/xml"),
    "/svg": html(SVG, "image/svg+xml"),
    "/xhtml": html('<html xmlns="http://www.w3.org/1999/xhtml"><p>Well formed</p></html>', "application/xhtml+xml"),
    "/png": html(PNG, "image/png"),
    "/paper.pdf": html(build([column(72, 720, 12, ["A paper"])]), "application/pdf"),
    "/mixed": html(b"--x\r\nContent-Type: text/html\r\n\r\n<script>1</script>", "multipart/x-mixed-replace; boundary=x"),
    "/mhtml": html(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<script>1</script>", "message/rfc822"),
    "/unknown": html(b"\x00\x01\x02", "application/x-unheard-of"),
    "/empty": html(b"", "text/html"),
    "/gzipped": html(gzip.compress(b"<p>Packed once.</p>", mtime=0), Content_Encoding="gzip"),
    "/br": html(brotli.compress(b"<p>Packed otherwise.</p>"), Content_Encoding="br"),
    "/bomb": html(zlib.compress(bytes(70_000_000), 1), "application/x-unheard-of", Content_Encoding="deflate"),
    "/bomb-br": html(brotli.compress(bytes(70_000_000), quality=1), "application/x-unheard-of", Content_Encoding="br"),
    "/big": html(zlib.compress(BIG, 1), Content_Encoding="deflate"),
    '/odd"<>%22?q=\'%0d%0a': html("<p>odd"),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of these pages. For reading alone."""
    folder = tmp_path_factory.mktemp("kept")
    with served({HOST + path: answer for path, answer in WEB.items()}) as web, opened(folder, web) as archive:
        for result in archive.capture([HOST + path for path in WEB]):
            assert result.outcome in ("captured", "flagged"), result
    return folder


@contextmanager
def looking(folder: Path, *, files: bool = True) -> Iterator[Holding]:
    with closing(sqlite3.connect(f"{(folder / MANIFEST).as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield Holding(connection, folder / "archive" if files else None)


def capture_of(holding: Holding, path: str) -> str:
    row = holding.connection.execute(
        "select capture_id from captures where asked_url = ? or url = ? order by sequence desc",
        (HOST + path, HOST + path),
    ).fetchone()
    return str(row[0])


def got(folder: Path, path: str, what: str = "replay", *, files: bool = True) -> Answer:
    """What is answered of the last capture of that path."""
    with looking(folder, files=files) as holding:
        ask = Ask(f"{FRONT}/{what}/{capture_of(holding, path)}", server="https://library.example/data")
        return routes.answer(holding, ask, Served("/data", "manifest"))


# ── what is sent ──


def test_a_page_is_sent_as_it_was_captured_under_headers_of_ours(kept: Path) -> None:
    answer = got(kept, "/plain")
    assert (answer.status, answer.media_type) == (200, "text/html; charset=utf-8")
    assert answer.body == WEB["/plain"].body.encode()
    headers = answer.all_headers()
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(answer.body).digest()).decode()}:"
    with looking(kept) as holding:
        at, capture_id = holding.connection.execute(
            "select captured_at, capture_id from captures where url = ?", (HOST + "/plain",)
        ).fetchone()
    stamp = headers.pop("Memento-Datetime")
    assert time.strftime("%Y-%m-%dT%H:%M:%S", time.strptime(stamp, "%a, %d %b %Y %H:%M:%S GMT")) == at[:19]
    assert headers.pop("Permissions-Policy").startswith("accelerometer=(), ")
    here = "https://library.example/data/-/archiver"
    assert headers.pop("Link") == (
        f'<{HOST}/plain>; rel="original", <{here}/timegate/{HOST}/plain>; rel="timegate",'
        f' <{here}/timemap/link/{HOST}/plain>; rel="timemap"; type="application/link-format",'
        f' <{here}/replay/{capture_id}>; rel="first last memento"; datetime="{stamp}"'
    )
    assert headers == {
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-DNS-Prefetch-Control": "off",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "unsafe-none",
        "Cache-Control": "no-store",
        "Content-Digest": digest,
        "Repr-Digest": digest,
    }


@pytest.mark.parametrize(
    ("path", "media_type"),
    {
        "/gone": "text/html; charset=utf-8", "/1251-header": "text/html; charset=windows-1251", "/1251-meta": "text/html; charset=windows-1251",
        "/undeclared": "text/html; charset=windows-1252", "/wrongly-declared": "text/html; charset=utf-8", "/text": "text/plain; charset=utf-8",
        "/json": "text/plain; charset=utf-8", "/xml": "text/plain; charset=utf-8", "/svg": "text/plain; charset=utf-8",
        "/xhtml": "text/html; charset=utf-8", "/png": "image/png", "/paper.pdf": "application/pdf", "/mixed": "application/octet-stream",
        "/mhtml": "application/octet-stream", "/unknown": "application/octet-stream", "/empty": "text/html; charset=utf-8",
    }.items(),
)  # fmt: skip
def test_the_bytes_are_the_archived_ones_and_the_type_is_one_of_ours(kept: Path, path: str, media_type: str) -> None:
    answer = got(kept, path)
    body = WEB[path].body
    assert (answer.status, answer.media_type) == (200, media_type)
    assert answer.body == (body if isinstance(body, bytes) else body.encode())
    assert ("Content-Disposition" in answer.headers) == (media_type in ("application/pdf", "application/octet-stream"))
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")


@pytest.mark.parametrize(("path", "body"), [("/gzipped", b"<p>Packed once.</p>"), ("/br", b"<p>Packed otherwise.</p>")])
def test_a_coded_page_is_sent_unpacked(kept: Path, path: str, body: bytes) -> None:
    answer = got(kept, path)
    assert answer.body == body
    assert "Content-Encoding" not in answer.headers


def test_a_download_has_a_name_that_its_server_did_not_choose(kept: Path) -> None:
    said = got(kept, "/paper.pdf").headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="\d{8}-archive-me\.example-paper\.pdf"', said)
    payload = Payload("", b"\x00", "application/x-msdownload")
    with looking(kept) as holding:
        capture = lookup.capture(holding.connection, capture_of(holding, "/plain"))
    from dataclasses import replace

    for url in (
        "http://a.example/x.exe",
        "http://a.example/%22%0d%0aX:y/..%2f..%2fz.html.exe",
        "urn:x:\r\n;",
        "http://ä.example/ж.pdf",
    ):
        assert re.fullmatch(
            r"\d{8}-[A-Za-z0-9.-]*[A-Za-z0-9]\.bin|\d{8}\.bin", replay.filename(replace(capture, url=url), payload)
        ), url


def test_no_tag_is_sent_that_connects_to_somebody_beforehand(kept: Path) -> None:
    body = got(kept, "/links").body
    assert b'<meta rel=preconnect href="http://outside.example/">' in body
    assert b"a&lt;link<linked>x" in body, "text, and other tags, stay"
    assert b'x<noembed srcDoc="&lt;link&gt;">b</noembed><frames><meta/src=x>' in body


@pytest.mark.parametrize("path", ["/utf-16", "/veiled"])
def test_charsets_that_can_hide_a_tag_are_sent_as_utf_8(kept: Path, path: str) -> None:
    answer = got(kept, path)
    assert answer.media_type == "text/html; charset=utf-8"
    assert b"<link" not in answer.body
    assert answer.body.count(b"<meta rel=preconnect") == {"/utf-16": 1, "/veiled": 2}[path]
    assert ("Паром" if path == "/utf-16" else "フェ") in answer.body.decode()


def test_every_charset_goes_by_a_name_that_browsers_know() -> None:
    for codec in set(LABELS.values()):
        content, label = replay.tame(Payload("", "<p>abc".encode(codec), "text/html", codec))
        assert content == b"<p>abc"
        assert label in LABELS
        assert LABELS[label] == {"latin-1": "cp1252"}.get(
            codec, "utf-8" if codec in ("utf-16-le", "utf-16-be", "iso2022-jp") else codec
        )


def test_hebrew_keeps_the_label_that_says_how_it_runs() -> None:
    payload = Payload(
        "",
        b"<p>\xf9\xec\xe5\xed",
        "text/html",
        "iso8859-8",
        headers=(("Content-Type", "text/html; charset=ISO-8859-8-I"),),
    )
    assert replay.tame(payload)[1] == "iso-8859-8-i"


def test_thirty_megabytes_are_sent_whole_and_soon(kept: Path) -> None:
    began = time.process_time()
    answer = got(kept, "/big")
    assert answer.body == BIG
    assert time.process_time() - began < 5


@pytest.mark.parametrize("path", ["/bomb", "/bomb-br"])
def test_what_unpacks_to_more_than_is_shown_is_not_shown_in_part(kept: Path, path: str) -> None:
    for what in ("replay", "view"):
        answer = got(kept, path, what)
        assert answer.status == 403
        assert "unpacks to more than 67.1 MB" in answer.body.decode()
        assert b"\0" not in answer.body


def test_a_hostile_address_stays_within_its_link(kept: Path) -> None:
    with looking(kept) as holding:
        row = holding.connection.execute("select capture_id from captures where url like '%odd%'").fetchone()
        answer = routes.answer(holding, Ask(f"{FRONT}/replay/{row[0]}"), Served())
    link = answer.headers["Link"]
    assert link.isascii()
    assert link.isprintable()
    assert len(re.findall(r'<[^<>"\s]+>; rel="', link)) == 4


# ── what is not sent ──


def refused(answer: Answer, status: int) -> str:
    """The page that says why nothing is shown."""
    assert answer.status == status
    assert answer.media_type == "text/html; charset=utf-8"
    assert answer.all_headers()["Content-Security-Policy"] == POLICY
    assert b"Nothing odd here" not in answer.body
    return answer.body.decode()


@pytest.mark.parametrize("what", ["replay", "view"])
def test_there_is_no_such_capture(kept: Path, what: str) -> None:
    with looking(kept) as holding:
        ask = Ask(f"{FRONT}/{what}/00000000-0000-4000-8000-000000000000")
        assert "there is no capture 00000000" in refused(routes.answer(holding, ask, Served()), 404)


@pytest.mark.parametrize("what", ["replay", "view"])
def test_without_the_files_a_page_says_so(kept: Path, tmp_path: Path, what: str) -> None:
    assert "are not here" in refused(got(kept, "/plain", what, files=False), 404)
    shutil.copytree(kept / "manifests", tmp_path / "manifests")
    (tmp_path / "archive").mkdir()
    assert "is not at hand here" in refused(got(tmp_path, "/plain", what), 503)


@pytest.mark.parametrize("what", ["replay", "view"])
@pytest.mark.parametrize("path", ["/plain", "/twin"])
def test_a_flipped_byte_is_shown_nowhere_and_said(kept: Path, tmp_path: Path, what: str, path: str) -> None:
    """Of the record itself, and of the one that holds the payload of another."""
    folder = copied(kept, tmp_path)
    with looking(folder) as holding:
        capture_id = capture_of(holding, "/plain")
        place = holding.connection.execute("select * from records where record_id = ?", (capture_id,)).fetchone()
        assert (
            path == "/plain" or lookup.capture(holding.connection, capture_of(holding, path)).revisit_of == capture_id
        )
    file = folder / "archive" / place["warc"]
    data = bytearray(file.read_bytes())
    data[place["offset"] + place["length"] // 2] ^= 4
    file.write_bytes(data)
    found = hashlib.sha256(data[place["offset"] : place["offset"] + place["length"]]).hexdigest()
    said = refused(got(folder, path, what), 500)
    assert (
        f"Expected SHA-256 {place['stored_sha256']}, found {found} ({place['warc']}, at byte {place['offset']}" in said
    )


def copied(kept: Path, to: Path) -> Path:
    folder = to / "copy"
    shutil.copytree(kept, folder)
    return folder


def forged(folder: Path, sql: str, *values: object) -> None:
    """A manifest that somebody has written to by hand."""
    with closing(sqlite3.connect(folder / MANIFEST)) as connection, connection:
        connection.execute("pragma foreign_keys = off")
        connection.execute(sql, values)


def test_a_payload_that_is_not_the_recorded_one_is_not_shown(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    forged(folder, "update captures set payload_sha256 = ? where url = ?", "ab" * 32, HOST + "/plain")
    right = hashlib.sha256(WEB["/plain"].body.encode()).hexdigest()
    for what in ("replay", "view"):
        assert f"the payload are not those that were recorded. Expected SHA-256 {'ab' * 32}, found {right}" in refused(
            got(folder, "/plain", what), 500
        )


def test_another_record_is_not_shown_though_its_bytes_are_right(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    with looking(folder) as holding:
        other = holding.connection.execute(
            "select * from records where record_id = ?", (capture_of(holding, "/text"),)
        ).fetchone()
        capture_id = capture_of(holding, "/plain")
    forged(
        folder, "update or replace records set offset = ?, length = ?, stored_sha256 = ? where record_id = ?",
        other["offset"], other["length"], other["stored_sha256"], capture_id,
    )  # fmt: skip
    assert "where response" in refused(got(folder, "/plain"), 500)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..", ".", "", "secrets/x.warc.gz", "..\\x", "a\0b", "x\n.warc.gz", "linked.warc.gz", "round.warc.gz", "folder", "pipe"],
)  # fmt: skip
def test_a_forged_manifest_leads_to_no_other_file(kept: Path, tmp_path: Path, name: str) -> None:
    folder = copied(kept, tmp_path)
    with looking(folder) as holding:
        place = holding.connection.execute(
            "select * from records where record_id = ?", (capture_of(holding, "/plain"),)
        ).fetchone()
    (tmp_path / "outside").mkdir()
    shutil.move(folder / "archive" / place["warc"], tmp_path / "outside" / "x.warc.gz")  # the very bytes, elsewhere
    (folder / "archive" / "linked.warc.gz").symlink_to(tmp_path / "outside" / "x.warc.gz")
    (folder / "archive" / "round.warc.gz").symlink_to("round.warc.gz")
    (folder / "archive" / "folder").mkdir()
    os.mkfifo(folder / "archive" / "pipe")
    forged(folder, "update records set warc = ? where record_id = ?", name, place["record_id"])
    answer = got(folder, "/plain")
    refused(answer, 503 if name in ("folder", "pipe", "round.warc.gz") else 500)


@pytest.mark.parametrize(("offset", "length"), [(-1, 100), (0, -5), (2**62, 100), (0, 2**62), (0, 0), (3, 40)])
def test_places_that_cannot_be_are_refused(kept: Path, tmp_path: Path, offset: int, length: int) -> None:
    folder = copied(kept, tmp_path)
    with looking(folder) as holding:
        capture_id = capture_of(holding, "/plain")
    forged(
        folder, "update or replace records set offset = ?, length = ? where record_id = ?", offset, length, capture_id
    )
    refused(got(folder, "/plain"), 500)


def test_a_record_that_says_it_is_too_large_is_not_unpacked(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    with looking(folder) as holding:
        capture_id = capture_of(holding, "/plain")
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{capture_id}>\r\nContent-Length: 200000000\r\n\r\n"
    member = gzip.compress(head.encode() + bytes(1000))
    (folder / "archive" / "bomb.warc.gz").write_bytes(member)
    forged(
        folder, "update records set warc = 'bomb.warc.gz', offset = 0, length = ?, stored_sha256 = ? where record_id = ?",
        len(member), hashlib.sha256(member).hexdigest(), capture_id,
    )  # fmt: skip
    assert "a block of 200000000 bytes" in refused(got(folder, "/plain"), 500)


def test_digests_that_cannot_be_are_refused(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    forged(folder, "update records set stored_sha256 = 'no digest'")
    refused(got(folder, "/plain"), 500)


def test_a_file_of_the_folder_may_be_a_link_to_another_name_in_it(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    (file,) = (folder / "archive").glob("*.warc.gz")
    file.rename(file.with_name("real.warc.gz"))
    file.symlink_to("real.warc.gz")
    assert got(folder, "/plain").status == 200


@pytest.mark.parametrize("remove", [False, True])
def test_what_is_withdrawn_is_gone_and_says_by_whom_when_and_why(kept: Path, tmp_path: Path, remove: bool) -> None:
    folder = copied(kept, tmp_path)
    with looking(folder) as holding:
        capture_id = capture_of(holding, "/plain")
    with served({}) as web, opened(folder, web) as archive:
        withdraw(archive, capture_id, by="M. Frey <b>", because="a court has ordered it", remove=remove)
    for path, what in ((path, what) for path in ("/plain", "/twin") for what in ("replay", "view")):
        said = refused(got(folder, path, what), 410)
        assert re.search(r"withdrawn.* on \d{4}-\d\d-\d\d by M\. Frey &lt;b&gt;, because: a court has ordered it", said)
        assert "<title>Plain" not in said
        assert ">Plain<" not in said
    assert got(folder, "/text").status == 200


def test_a_revisit_is_shown_from_the_record_that_holds_its_payload(kept: Path) -> None:
    answer = got(kept, "/twin")
    assert answer.body == WEB["/plain"].body.encode()
    with looking(kept) as holding:
        read = archived.read(holding, capture_of(holding, "/twin"))
        assert [one.kind for one in read.records] == ["revisit", "response"]
        assert read.records[1].record_id == capture_of(holding, "/plain")
    said = got(kept, "/twin", "view").body.decode()
    assert all(one.location.stored.hex in said for one in read.records)


def test_what_a_server_said_is_unchanged_is_shown_as_it_was(tmp_path: Path) -> None:
    page = html("<!doctype html><title>Tides</title><p>High water at noon, as ever.", ETag='"1"')
    web = {HOST + "/tides": page}
    with served(web) as running, opened(tmp_path, running) as archive:
        assert [one.outcome for one in archive.capture([HOST + "/tides"])] == ["captured"]
        web[HOST + "/tides"] = html(b"", status=304, ETag='"1"')
        list(archive.capture([HOST + "/tides"], if_changed=True))
    with looking(tmp_path) as holding:
        assert lookup.capture(holding.connection, capture_of(holding, "/tides")).http_status == 304
    answer = got(tmp_path, "/tides")
    assert (answer.media_type, answer.body) == ("text/html; charset=utf-8", page.body.encode())
    assert "First:" in got(tmp_path, "/tides", "view").body.decode()


def test_what_was_taken_in_from_elsewhere_is_shown_and_a_payload_that_is_not_here_said(tmp_path: Path) -> None:
    file = Theirs()
    file.info()
    file.response(HOST + "/theirs", PAGE)
    file.write("resource", HOST + "/map", b"a map", **{"Content-Type": "text/plain"})
    file.revisit(HOST + "/later", digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    path = tmp_path / "theirs.warc.gz"
    path.write_bytes(file.out.getvalue())
    with served({}) as web, opened(tmp_path, web) as archive:
        archive.import_(path, "from a reader")
    assert got(tmp_path, "/theirs").body == PAGE
    assert (got(tmp_path, "/map").media_type, got(tmp_path, "/map").body) == ("text/plain; charset=utf-8", b"a map")
    said = got(tmp_path, "/theirs", "view").body.decode()
    assert "taken in from a file, and not fetched by this archive: from a reader" in said
    assert "Captured <time" not in said
    assert re.search(r"Dated <time[^>]*>[^<]*</time> by the word of whoever handed the file in", said)
    assert "its address and time stand by the word of whoever handed the file in" in said
    for what in ("replay", "view"):
        said = refused(got(tmp_path, "/later", what), 404)
        assert "a payload that is not in this archive" in said
        assert "gazette.example/harbour" in said


# ── the page around it ──


def test_the_page_around_it_says_what_was_checked_on_this_view(kept: Path) -> None:
    answer = got(kept, "/plain", "view")
    said = answer.body.decode()
    with looking(kept) as holding:
        capture_id = capture_of(holding, "/plain")
        record = holding.connection.execute("select * from records where record_id = ?", (capture_id,)).fetchone()
    assert answer.status == 200
    assert answer.all_headers()["Content-Security-Policy"] == POLICY
    assert record["stored_sha256"] in said
    assert hashlib.sha256(answer.body).hexdigest() not in said
    assert hashlib.sha256(WEB["/plain"].body.encode()).hexdigest() in said
    assert (
        f'<iframe class="view-frame" sandbox="" referrerpolicy="no-referrer" title="The archived page: Plain" src="/data/-/archiver/replay/{capture_id}">'
        in said
    )
    assert "Nothing odd here" not in said
    assert re.search(r"statement \d+ of this archive’s log, ", said)
    assert "Captured <time" in said
    assert "its address and time stand" not in said
    assert (
        f'<link rel="timemap" type="application/link-format" href="/data/-/archiver/timemap/link/{HOST}/plain">' in said
    )
    assert (
        f'<a href="/data/manifest/captures?{urlencode({"url": HOST + "/plain"})}">All captures of this address</a>'
        in said
    )
    assert f'href="{HOST}/plain"' in said


def test_what_stands_in_the_place_of_a_page_is_said_to(kept: Path) -> None:
    said = got(kept, "/gone", "view").body.decode()
    assert "The server answered with HTTP 404: this was kept in its place." in said
    assert "4xx" not in said
    assert "HTTP 200" not in got(kept, "/plain", "view").body.decode()


@pytest.mark.parametrize("path", ["/paper.pdf", "/unknown", "/mixed"])
def test_what_is_no_page_has_a_link_and_no_frame(kept: Path, path: str) -> None:
    said = got(kept, path, "view").body.decode()
    assert "<iframe" not in said
    assert re.search(r'<a href="/data/-/archiver/replay/[0-9a-f-]{36}">download', said)


def test_a_page_that_is_sent_otherwise_than_it_is_archived_says_so(kept: Path) -> None:
    told = "differs from the archived bytes"
    assert [told in got(kept, path, "view").body.decode() for path in ("/plain", "/links", "/utf-16", "/png")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("path", ["/plain", "/links", "/text", "/png", "/1251-meta"])
def test_a_site_of_files_has_the_text_in_the_frame_under_the_same_policy(kept: Path, path: str) -> None:
    with looking(kept) as holding:
        page = replay.page(holding, capture_of(holding, path))
    shown = page.seen(Served(), embed=True)
    assert shown.src is None
    assert shown.srcdoc.startswith(f'<meta http-equiv="Content-Security-Policy" content="{replay.CONTENT}">')
    assert "<link " not in shown.srcdoc.lower()
    wanted = {
        "/plain": "Nothing odd",
        "/text": "<pre>a &lt; b, &lt;b&gt;not bold",
        "/png": "data:image/png;base64,iVBOR",
        "/1251-meta": "Паром",
    }
    assert wanted.get(path, "") in shown.srcdoc
    text = page.rendered(Served()).decode()
    assert "<p>Nothing" not in text, "the text is an attribute's"
    assert " srcdoc=" in text
    assert (page.manner, page.file) == ({"/text": "text", "/png": "picture"}.get(path, "page"), None)


def test_a_site_of_files_has_a_paper_beside_the_page(kept: Path) -> None:
    with looking(kept) as holding:
        page = replay.page(holding, capture_of(holding, "/paper.pdf"))
    assert (page.manner, page.file) == ("file", (".pdf", WEB["/paper.pdf"].body))
    assert page.seen(Served(), embed=True).srcdoc is None


def test_a_title_of_markup_and_bidi_controls_is_shown_as_text(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    title = "\u202egnp.exe</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>" + "x" * 10_000
    forged(folder, "update documents set title = ?", title)
    said = got(folder, "/plain", "view").body.decode()
    assert "<title>Archived: gnp.exe&lt;/title&gt;&lt;script&gt;alert(1)" in said
    assert "\u202e" not in said
    assert not re.search(r"<script|<img|x{400}", said)


# ── a browser ──

_OUTSIDE = "{outside}"
HOSTILE = """<!doctype html><html manifest="{outside}/manifest.appcache"><head><base href="{outside}/" target="_top"><title>Hostile</title>
<meta http-equiv="refresh" content="0;url={outside}/refresh"><meta http-equiv="x-dns-prefetch-control" content="on">
<meta http-equiv="Content-Security-Policy" content="default-src * data: 'unsafe-inline'; report-uri {outside}/report">
<meta http-equiv="Link" content="<{outside}/meta-link>; rel=preload; as=image"><meta http-equiv="Set-Cookie" content="a=b">
<link rel=preconnect href="{outside}/"><LiNk/rel="dns-prefetch preconnect" href="{outside}/"><link
rel=prefetch href="{outside}/prefetch"><link rel=prerender href="{outside}/prerender"><link rel=preload as=image href="{outside}/preload">
<link rel=modulepreload href="{outside}/module"><link rel=stylesheet href="{outside}/style"><link rel=icon href="{outside}/icon">
<link rel="apple-touch-icon" href="{outside}/touch"><link rel=manifest href="{outside}/manifest"><link rel=pingback href="{outside}/pingback">
<link rel="&#112;reconnect" href="{outside}/"><noscript><link rel=preconnect href="{outside}/"><img src="{outside}/noscript"></noscript>
<script type=speculationrules>{"prefetch":[{"urls":["{outside}/rules"],"eagerness":"immediate"}],"prerender":[{"urls":["{outside}/rules2"]}]}</script>
<script src="{outside}/script"></script><script>fetch("{outside}/fetch"); alert(1); document.title = "RAN"; location = "{outside}/gone"</script>
<script type=module>import "{outside}/import"</script><script type=importmap>{"imports":{"a":"{outside}/map"}}</script>
<style>@import "{outside}/css-import"; @import url({outside}/css-url) print; @font-face{font-family:x;src:local("x"),url({outside}/font)}
body{font-family:x;background:url({outside}/background);cursor:url({outside}/cursor),auto;list-style-image:image-set("{outside}/set" 1x)}
p::before{content:url({outside}/content)} p{mask:url({outside}/mask#m);filter:url({outside}/filter.svg#f);border-image:url({outside}/border)}
@namespace x url({outside}/ns); @document url({outside}/doc){} a:visited{background:url({outside}/visited)} input[value^=a]{background:url({outside}/leak)}
</style></head><body onload="alert(2)" background="{outside}/body">
<p style="background:url({outside}/inline)">A page that would tell.</p><img src="{outside}/img" srcset="{outside}/srcset 2x" onerror="alert(3)" attributionsrc="{outside}/attr">
<picture><source srcset="{outside}/source"><img src=x onerror="alert(4)"></picture><img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{outside}/svg-image'/%3E%3C/svg%3E">
<iframe src="{outside}/frame"></iframe><iframe src="javascript:alert(5)"></iframe><iframe src="data:text/html,<link rel=preconnect href={outside}/>"></iframe>
<iframe srcdoc="&lt;link rel=preconnect href='{outside}/'&gt;&lt;img src='{outside}/srcdoc'&gt;&lt;script&gt;parent.alert(6)&lt;/script&gt;"></iframe>
<iframe SRCDOC
 = "&lt;link rel=preconnect href='{outside}/'&gt;"></iframe><portal src="{outside}/portal"></portal><fencedframe src="{outside}/fenced"></fencedframe>
<object data="{outside}/object"><embed src="{outside}/embed"></object><applet code="{outside}/applet"></applet><bgsound src="{outside}/sound">
<video poster="{outside}/poster" src="{outside}/video" autoplay><track default src="{outside}/track"></video><audio src="{outside}/audio" autoplay preload=auto></audio>
<form id=f action="{outside}/form" method=post><input name=a value=abc autofocus onfocus="alert(7)"><input type=image src="{outside}/image"><button formaction="{outside}/button">send</button></form>
<svg><image href="{outside}/svg"/><use href="{outside}/use.svg#u"/><a href="{outside}/svg-a"><text y=20>svg link</text></a><script>alert(8)</script><feImage href="{outside}/fe"/>
<style>@import "{outside}/svg-style";</style><animate onbegin="alert(9)" attributeName=x dur=1s /><link rel=preconnect href="{outside}/" /></svg>
<math><mtext href="{outside}/math"><link rel=preconnect href="{outside}/"></mtext></math><div><template shadowrootmode=open><link rel=preconnect href="{outside}/"></template></div>
<table background="{outside}/table"><tr><td background="{outside}/td">x</td></tr></table><marquee onstart="alert(10)">x</marquee><details open ontoggle="alert(11)">x</details>
<a id=out href="{outside}/clicked" ping="{outside}/ping" target=_top>a way out</a> <a id=js href="javascript:alert(12)">run</a> <a id=file href="{outside}/file" download>take</a>
<a id=new href="{outside}/opened" target=_blank>a new window</a></body></html>"""


@pytest.fixture
def outside() -> Iterator[tuple[str, list[bytes]]]:
    """A server elsewhere: what it hears of anybody. Of a connection without a request: nothing, and that is heard, too."""
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def hear() -> None:
        while True:
            try:
                taken, _ = listening.accept()
            except OSError:
                return
            with taken:
                taken.settimeout(0.3)
                try:
                    heard.append(taken.recv(100))
                except OSError:
                    heard.append(b"")

    threading.Thread(target=hear, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@contextmanager
def serving(folder: Path, bare: bytes = b"") -> Iterator[str]:
    """Our pages of an archive on 127.0.0.1; at /bare this page, without any protection."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            answer = Answer(bare, headers={"Content-Security-Policy": "style-src *"})
            if path != "/bare":
                with looking(folder) as holding:
                    answer = routes.answer(holding, Ask(path, query), Served())
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.media_type, **answer.all_headers()}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A Chromium with a profile of its own, so that it looks up names and connects beforehand, as people's do."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium on PATH")
    arguments = ["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-sandbox"]
    with api.sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, ignore_default_args=True, args=arguments, accept_downloads=True
        )
        yield context
        context.close()


FRAMES = '<!doctype html><title>Hostile</title><frameset cols="*,*"><frame src="{outside}/a"><frame src="{outside}/b"></frameset>'


def test_a_hostile_page_reaches_nobody_runs_nothing_and_goes_nowhere(
    tmp_path: Path, outside: tuple[str, list[bytes]], browser: object
) -> None:
    where, heard = outside
    pages = {
        HOST + f"/{name}": text.replace("{outside}", where) for name, text in (("hostile", HOSTILE), ("frames", FRAMES))
    }
    with served(pages) as web, opened(tmp_path, web) as archive:
        list(archive.capture(list(pages)))
    bare = f"<link rel=preconnect href='{where}/'><p>x".encode()
    with serving(tmp_path, bare) as ours, looking(tmp_path) as holding:
        page = browser.new_page()
        done: list[str] = []
        page.on("dialog", lambda dialog: (done.append("dialog"), dialog.dismiss()))
        page.on("download", lambda _: done.append("download"))
        page.on("popup", lambda _: done.append("popup"))
        page.goto(f"{ours}/bare")
        page.wait_for_timeout(700)
        assert heard, "this browser connects where nobody keeps it from that, and the test hears it"
        heard.clear()
        for path, what in (("/frames", "view"), ("/frames", "replay"), ("/hostile", "replay"), ("/hostile", "view")):
            capture_id = capture_of(holding, path)
            page.goto(f"{ours}{FRONT}/{what}/{capture_id}")
            page.wait_for_timeout(700)
            frame = page.frames[1] if what == "view" else page.main_frame
            assert (frame.title(), frame.url) == ("Hostile", f"{ours}{FRONT}/replay/{capture_id}")
            assert (heard, done) == ([], [])
        assert frame.locator("p").first.inner_text() == "A page that would tell."
        for link in ("#js", "#file", "#new", "#out"):
            frame.locator(link).click(timeout=3000, no_wait_after=True)
            page.wait_for_timeout(200)
        page.wait_for_timeout(400)
        assert page.url == f"{ours}{FRONT}/view/{capture_id}"
        assert frame.url == f"{ours}{FRONT}/replay/{capture_id}"
        assert done == []
        assert not any(heard), "who clicks may connect, and asks for nothing"
        page.close()


def test_a_browser_shows_each_kind(kept: Path, browser: object) -> None:
    with looking(kept) as holding:
        ids = {
            path: capture_of(holding, path)
            for path in ("/plain", "/1251-header", "/utf-16", "/text", "/png", "/paper.pdf")
        }
    with serving(kept) as ours:
        page = browser.new_page()
        shown: Callable[[str], object] = lambda path: (page.goto(f"{ours}{FRONT}/view/{ids[path]}"), page.frames[1])[1]  # noqa: E731 - a word of this function's
        assert shown("/plain").locator("p").inner_text() == "Nothing odd here."
        assert page.locator("iframe").bounding_box()["height"] >= 0.7 * page.viewport_size["height"]
        assert page.locator("iframe").bounding_box()["width"] >= 0.9 * page.viewport_size["width"]
        assert shown("/1251-header").locator("p").inner_text() == "Паром ушёл без нас"
        assert shown("/utf-16").locator("p").inner_text() == "Паром ушёл без нас"
        assert shown("/text").locator("body").inner_text() == "a < b, <b>not bold</b>"
        assert shown("/png").locator("img").evaluate("one => one.naturalWidth") == 1
        page.goto(f"{ours}{FRONT}/view/{ids['/paper.pdf']}")
        with page.expect_download() as download:
            page.get_by_role("link", name="download").click()
        assert download.value.suggested_filename.endswith("archive-me.example-paper.pdf")
        page.close()
