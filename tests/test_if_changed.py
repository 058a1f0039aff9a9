"""Capturing again only what has changed: what is asked, what a 304 becomes in the archive, and what everything else makes of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.conclude import identity
from archiver.config import Settings
from archiver.manifest.dump import differences
from archiver.manifest.earlier import _LAST_ANSWER, _LAST_ATTEMPT, _LAST_HEADER
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.versions import history
from archiver.model.capture import Capture
from archiver.payloads import payload_of
from archiver.pipeline import Archive, Result
from archiver.rebuild import rebuild
from archiver.warc.groups import groups
from archiver.warc.read import Record, record_at
from tests.cli import printed
from tests.fetch.server import Script, Server, Step, answer, redirect
from tests.ingest.making import Theirs

TAG, DAY = '"v1"', "Thu, 01 Feb 2024 08:00:00 GMT"
SAID = answer(status="304 Not Modified", ETag=TAG)


def asked_again(then: bytes, first: bytes) -> Script:
    """The one for whoever asks what has changed, the other for whoever asks plainly."""
    return (lambda asked: then if b"\r\nIf-" in asked else first,)


@dataclass(frozen=True, slots=True)
class Page:
    """An address of its own, in an archive that may have others; at first it answers as it should."""

    archive: Archive
    server: Server
    path: str

    @property
    def url(self) -> str:
        return "http://ledger.example" + self.path

    def told(self, what: str = "ninety copies") -> bytes:
        """A small article."""
        return (
            "<!doctype html><html lang=en><title>Tide tables</title><article><h1>Tide tables</h1><p>The harbour master printed"
            f" {what} of the tables for {self.path}, and gave them away at the quay.</p></article></html>"
        ).encode()

    def whole(self, what: str = "ninety copies", **headers: str) -> bytes:
        """A whole answer of it."""
        return answer(self.told(what), **({"Content_Type": "text/html; charset=utf-8", "ETag": TAG} | headers))

    def answers(self, *script: Step) -> None:
        """From now on."""
        self.server.table[self.path] = script

    def take(self, *, if_changed: bool = True) -> Result:
        """Capture it."""
        (result,) = self.archive.capture([self.url], if_changed)
        return result

    def sealed(self, *, if_changed: bool = True) -> Capture:
        """The same where something is kept."""
        capture = self.take(if_changed=if_changed).capture
        assert capture is not None
        return capture

    @property
    def conditions(self) -> list[list[str]]:
        """Those of each request for it."""
        asked = (one.decode() for one in self.server.requests if one.startswith(f"GET {self.path} ".encode()))
        return [[line for line in lines.split("\r\n") if line.startswith("If-")] for lines in asked]


def opened(folder: Path, server: Server) -> Archive:
    settings = Settings(delay_seconds=0.0)
    return Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{server.port}"], None))


def page_of(archive: Archive, server: Server, path: str = "/tides") -> Page:
    page = Page(archive, server, path)
    page.answers(*asked_again(SAID, page.whole()))
    return page


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server({}) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Archive]:
    """An archive that nobody harms; at the end all of it is as it was written."""
    with opened(tmp_path_factory.mktemp("shared"), server) as archive:
        yield archive
        assert archive.verify().problems == ()


@pytest.fixture
def page(shared: Archive, server: Server, request: pytest.FixtureRequest) -> Page:
    """An address of the test's own."""
    return page_of(shared, server, "/" + re.sub(r"\W+", "-", request.node.name))


@pytest.fixture
def alone(tmp_path: Path, server: Server) -> Iterator[Page]:
    """The only one of an archive, whose files may be harmed."""
    with opened(tmp_path / "archive", server) as archive:
        yield page_of(archive, server, f"/{tmp_path.name}")


def stored(archive: Archive, place: object) -> Record:
    return record_at(archive.store.folder, place)  # type: ignore[arg-type]  # a location


def test_nothing_is_asked_by_condition_unless_one_wants_it(page: Page) -> None:
    first = page.sealed()
    plain = page.sealed(if_changed=False)
    assert page.conditions == [[], []]
    assert (plain.final.status, plain.revisit_of) == (200, first.capture_id)


def test_a_304_is_the_same_document_of_which_nothing_is_read_again(page: Page) -> None:
    first = page.take()
    again = page.take()
    assert first.capture is not None
    assert again.capture is not None
    assert page.conditions == [[], [f"If-None-Match: {TAG}"]]
    assert (again.outcome, again.problems, again.title) == ("captured", (), "Tide tables")
    capture, before = again.capture, first.capture
    assert (capture.final.status, capture.final.kind, capture.revisit_of) == (304, "revisit", before.capture_id)
    assert (capture.final.payload, capture.final.payload_length) == (before.final.payload, before.final.payload_length)
    assert dict(capture.final.headers)["ETag"] == TAG
    (citation,) = page.archive.lookup(page.url)
    assert citation.document_id == identity(page.url, before.final.payload)
    assert [(one.http_status, one.revisit_of) for one in citation.captures] == [(304, before.capture_id), (200, None)]
    assert [record.kind for record in capture.others] == ["metadata"]


def test_the_records_of_a_304_are_as_the_standard_has_them(page: Page) -> None:
    first, again = page.sealed(), page.sealed()
    with stored(page.archive, again.final.record) as record:
        assert record.header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        assert record.header("WARC-Refers-To") == f"<urn:uuid:{first.capture_id}>"
        assert record.header("WARC-Refers-To-Target-URI") == page.url
        with stored(page.archive, first.final.record) as original:
            assert record.header("WARC-Refers-To-Date") == original.header("WARC-Date")
        assert record.header("WARC-Payload-Digest") is None
        assert record.block_length == 0
    with stored(page.archive, again.others[0].location) as said:
        assert said.block.read() == SAID
        assert said.values("WARC-Concurrent-To") == [f"<urn:uuid:{again.capture_id}>"]
        assert said.target is None
    with stored(page.archive, again.final.request) as request:
        assert f"\r\nIf-None-Match: {TAG}\r\n".encode() in request.block.read()
    with stored(page.archive, again.statement) as statement:
        assert json.load(statement.block)["exchanges"][-1]["status"] == 304


def test_a_third_time_refers_to_the_original_and_sends_what_came_with_it(page: Page) -> None:
    first = page.sealed()
    page.answers(*asked_again(answer(status="304 Not Modified"), page.whole()))
    assert [page.sealed().revisit_of for _ in range(3)] == [first.capture_id] * 3
    assert page.conditions[1:] == [[f"If-None-Match: {TAG}"]] * 3


def test_the_same_bytes_sent_in_full_are_a_revisit_by_digest_and_what_came_with_them_is_sent_next(page: Page) -> None:
    first = page.sealed()
    page.answers(page.whole(ETag='"v2"', Last_Modified=DAY))
    same = page.sealed()
    assert (same.final.status, same.revisit_of) == (200, first.capture_id)
    page.answers(answer(status="304 Not Modified", ETag='"v2"'))
    assert page.sealed().revisit_of == first.capture_id
    assert page.conditions[-1] == ['If-None-Match: "v2"', f"If-Modified-Since: {DAY}"]


def test_what_has_changed_is_a_new_version_and_a_304_is_none(page: Page) -> None:
    page.sealed()
    page.sealed()
    page.answers(page.whole("seventy copies", ETag='"v2"'))
    new = page.sealed()
    page.answers(answer(status="304 Not Modified", ETag='"v2"'))
    assert page.sealed().revisit_of == new.capture_id
    with open_read_only(page.archive.folder) as connection:
        versions = history(connection, identity(page.url, new.final.payload))
    assert [(version.number, version.captures) for version in versions] == [(1, 2), (2, 2)]


BAD: dict[str, Callable[[Page], bytes]] = {
    "another's 304": lambda _: answer(status="304 Not Modified", ETag='"v2"'),
    "a 304 of another time": lambda _: answer(status="304 Not Modified", ETag=TAG, Date=DAY),
    "412": lambda _: answer(b"no", "412 Precondition Failed", Content_Type="text/html"),
    "503": lambda _: answer(b"down", "503 Service Unavailable", Content_Type="text/html"),
    "cut": lambda page: page.whole("too few", Content_Length="9000"),
    "a part": lambda page: page.whole("a part", Content_Range="bytes 9-99/999").replace(b"200 OK", b"206 Part"),
    "another time": lambda page: page.whole("a few", Date=DAY),
    "nothing": lambda _: b"",  # the connection is closed
}


@pytest.mark.parametrize("bad", BAD)
def test_after_anything_but_a_good_capture_the_page_is_asked_for_plainly(page: Page, bad: str) -> None:
    good = page.sealed()
    page.answers(BAD[bad](page))
    assert page.take().outcome in ("flagged", "failed")
    page.answers(page.whole())
    assert page.sealed().revisit_of == good.capture_id
    page.answers(SAID)
    assert page.sealed().revisit_of == good.capture_id
    assert page.conditions == [[], [f"If-None-Match: {TAG}"], [], [f"If-None-Match: {TAG}"]]


def test_what_only_reading_shows_to_be_no_page_is_asked_for_plainly(page: Page) -> None:
    page.answers(answer(b"<html><body></body></html>", Content_Type="text/html", ETag=TAG))
    assert page.take().outcome == "flagged"
    page.take()
    assert page.conditions == [[], []]


def harm(archive: Archive, capture: Capture) -> None:
    place = capture.final.record
    path = archive.store.folder / place.warc
    with path.open("r+b") as file:
        file.seek(place.offset + place.length // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def test_a_page_whose_record_has_come_to_harm_is_fetched_again(alone: Page) -> None:
    harm(alone.archive, alone.sealed())
    again = alone.sealed()
    assert alone.conditions == [[], []]
    assert (again.final.kind, again.revisit_of) == ("response", None)


def test_a_record_that_comes_to_harm_while_it_is_asked_about_leaves_an_empty_answer(alone: Page) -> None:
    first = alone.sealed()

    def late(_: bytes) -> bytes:
        harm(alone.archive, first)
        return SAID

    alone.answers(late)
    again = alone.take()
    assert again.capture is not None
    assert (again.outcome, again.problems) == ("flagged", ("empty",))
    assert (again.capture.final.kind, again.capture.revisit_of) == ("response", None)


def test_an_address_that_redirects_is_asked_about_where_it_ended(page: Page) -> None:
    old = replace(page, path=page.path + "/old")
    old.answers(*redirect(page.path))
    first, again = old.sealed(), old.sealed()
    assert (again.revisit_of, [one.status for one in again.exchanges]) == (first.capture_id, [302, 304])
    assert old.conditions == [[], []]
    assert page.conditions == [[], [f"If-None-Match: {TAG}"]]


def test_one_address_knows_nothing_of_another_that_only_looks_like_it(page: Page) -> None:
    page.take()
    like = page_of(page.archive, page.server, page.path + "?utm_source=letter")
    like.take()
    assert like.conditions == [[]]


def test_what_others_captured_is_not_asked_about(tmp_path: Path, alone: Page) -> None:
    """Whoever makes a file could have a server confirm what it never served."""
    with opened(tmp_path / "other", alone.server) as other:
        replace(alone, archive=other).sealed()
    for path in (tmp_path / "other" / "archive").glob("*.warc.gz"):
        alone.archive.import_(path)
    alone.take()
    assert alone.conditions == [[], []]


def test_another_address_may_hold_the_payload_and_the_header_is_the_one_that_came_here(page: Page) -> None:
    """Read again after a 304, the page is what it was here: not under the header of the record that holds its bytes."""
    text = page.told("ninety caf\xe9s").decode().encode("latin-1")
    copy = replace(page, path=page.path + "/copy")
    copy.answers(answer(text, Content_Type="text/html; charset=utf-8"))
    holder = copy.sealed()
    page.answers(*asked_again(SAID, answer(text, Content_Type="text/html; charset=latin-1", ETag=TAG)))
    here, again = page.sealed(), page.sealed()
    assert (here.revisit_of, again.revisit_of) == (holder.capture_id, holder.capture_id)
    there, first, then = (
        payload_of(one, page.archive.store.folder, page.archive.manifest) for one in (holder, here, again)
    )
    assert (then.charset, then.content) == (first.charset, text)
    assert then.charset != there.charset


def test_a_manifest_is_drawn_anew_with_it(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "archive"
    with opened(folder, server) as archive:
        page = page_of(archive, server, "/drawn")
        page.sealed()
        page.sealed()
    before = shutil.copytree(folder, tmp_path / "before")
    assert rebuild(folder).losses == ()
    assert differences(before / MANIFEST, folder / MANIFEST) == ()
    shutil.rmtree(folder / "manifests")
    with opened(folder, server) as archive:
        assert archive.taken_up == 2
        assert replace(page, archive=archive).sealed().unchanged
        assert archive.verify().problems == ()


def test_an_import_of_our_own_file_gives_the_same_captures(tmp_path: Path, alone: Page) -> None:
    ids = [alone.sealed().capture_id, alone.sealed().capture_id]
    with Archive(tmp_path / "other", Settings()) as other:
        for path in alone.archive.store.files():
            assert other.import_(path).problems == ()
        (theirs,), (ours,) = other.lookup(alone.url), alone.archive.lookup(alone.url)
        assert other.verify().problems == ()
    assert theirs.document_id == ours.document_id
    keys = ("capture_id", "captured_at", "sha256", "length", "http_status", "revisit_of", "outcome", "problems")
    same = [[{name: one.as_json()[name] for name in keys} for one in found.captures] for found in (theirs, ours)]
    assert same[0] == same[1]
    assert [one["capture_id"] for one in reversed(same[0])] == ids


@pytest.mark.parametrize("said", [[("ETag", TAG)], None])
def test_a_304_in_a_file_of_others_is_the_page_that_it_refers_to(
    tmp_path: Path, page: Page, said: list[tuple[str, str]] | None
) -> None:
    """With the header block that came, as some tools write it, or without."""
    url = f"{page.url}/{bool(said)}"
    theirs = Theirs()
    first = theirs.response(url, page.told(url))
    profile = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    at = {"status": "304 Not Modified", "WARC-Date": "2020-03-02T00:00:00Z"}
    theirs.write("revisit", url, b"", said, **at, **{"WARC-Profile": profile, "WARC-Refers-To": first})
    (tmp_path / "theirs.warc.gz").write_bytes(theirs.out.getvalue())
    assert page.archive.import_(tmp_path / "theirs.warc.gz").problems == ()
    (citation,) = page.archive.lookup(url)
    assert [(one.outcome, one.revisit_of is None) for one in citation.captures] == [
        ("captured", False),
        ("captured", True),
    ]
    assert [one.http_status for one in citation.captures] == [304 if said else 0, 200]
    kept = [group.statement for path in page.archive.store.files() for group in groups(path)]
    captures = [one for one in kept if isinstance(one, Capture) and one.asked == url]
    assert [payload_of(one, page.archive.store.folder, page.archive.manifest).content for one in captures] == [
        page.told(url)
    ] * 2


def test_a_304_costs_its_records_and_nothing_of_the_page(page: Page) -> None:
    long = b"<p>" + b" ".join(b"%d" % (number * 7919) for number in range(60_000)) + b"</p>"
    page.answers(*asked_again(SAID, answer(page.told() + long, Content_Type="text/html", ETag=TAG)))
    page.sealed()
    (path,) = page.archive.store.files()
    size = path.stat().st_size
    capture = page.sealed()
    assert size > 100_000
    assert path.stat().st_size - size < 4_000
    places = [capture.final.record, capture.final.request, capture.statement, *(one.location for one in capture.others)]
    assert path.stat().st_size - size == sum(place.length for place in places if place is not None)


@pytest.mark.parametrize("sql", [_LAST_ATTEMPT, _LAST_ANSWER, _LAST_HEADER])
def test_what_is_asked_of_the_manifest_has_an_index(shared: Archive, sql: str) -> None:
    values: dict[str, object] | Sequence[object] = (
        ("", "", 1) if "?" in sql else {"asked": "", "key": "", "last": 1, "purpose": ""}
    )
    plan = shared.manifest.connection.execute(f"explain query plan {sql}", values).fetchall()
    assert [step[-1] for step in plan if step[-1].startswith("SCAN")] == []


def test_people_are_told_that_nothing_came(tmp_path: Path, server: Server, page: Page) -> None:
    def run(verb: str, *more: str) -> str:
        online = [f"--connect-to=::127.0.0.1:{server.port}", "--delay=0"] if verb == "capture" else []
        said = printed.run(verb, *more, *online, "--archive", str(tmp_path))
        assert said.code == 0, said.err
        return said.out

    run("capture", page.url)
    assert "unchanged (304): the server says that the " in run("capture", "--if-changed", page.url)
    line = json.loads(run("capture", "--if-changed", page.url, "--json"))
    assert (line["http_status"], line["outcome"], line["revisit_of"] is not None) == (304, "captured", True)
    for told in (run("lookup", page.url), run("lookup", page.url, "--format", "md")):
        assert told.count("WARC record") + told.count(", record ") == 1
        assert f"unchanged 2 more times, the last on {line['captured_at'][:10]}\n" in told
    assert len(json.loads(run("lookup", page.url, "--json"))["captures"]) == 3
    assert "ninety copies" in run("show", line["capture_id"], "--payload")
