from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import Unreadable
from archiver.ingest.files import kind_of
from archiver.ingest.warc import Page, examine, import_warc
from archiver.model.digest import Digest
from archiver.warc.seal import WarcStore
from tests.ingest.making import PAGE, URL, theirs
from tests.warc.archive import Memory

AT = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)
HTML = b"<html><head>" + PAGE


@pytest.mark.parametrize(
    "file",
    [("a.html", HTML, "text/html"), ("a", HTML, "text/html"), ("a.htm", PAGE, "text/html"), ("a.pdf", b"%PDF-1.7 x", "application/pdf")],
)  # fmt: skip
def test_a_pages_file_is_one_resource_record(
    store: WarcStore, journal: Memory, tmp_path: Path, file: tuple[str, bytes, str]
) -> None:
    name, data, media_type = file
    path = tmp_path / name
    path.write_bytes(data)
    page = Page(URL, AT)
    assert examine(path, page=page).captures == 1
    report = import_warc(path, store, journal, "off a disk", journal.record, page=page)
    assert (report.records, report.captures, report.problems) == (1, 1, ())
    [capture] = journal.captures()
    assert (capture.asked, capture.final.captured_at, capture.final.kind, capture.final.status) == (
        URL,
        AT,
        "resource",
        0,
    )
    assert (capture.final.media_type, capture.final.payload, capture.source) == (
        media_type,
        Digest.sha256(data),
        "import",
    )
    assert capture.source_note == "off a disk; address and time are the word of who imported it"
    again = import_warc(path, store, journal, None, journal.record, page=page)
    assert (again.captures, again.skipped) == (0, 1)


@pytest.mark.parametrize("data", [HTML, b"%PDF-1.7"])
def test_a_page_of_which_too_little_is_known_is_not_taken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="neither what address it is of nor when it was had") as error:
        examine(path)
    assert "--captured-at" in error.value.advice


def test_an_archive_file_has_addresses_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(theirs())
    with pytest.raises(Unreadable, match="is not a page"):
        examine(path, page=Page(URL, AT))


@pytest.mark.parametrize(
    ("begin", "name", "kind"),
    [
        (b"WARC/1.1\r\n", "a.html", "warc"),
        (b"filedesc://x 0.0.0.0 1 t 1\n", "a", "arc"),
        (b"PK\x03\x04", "a.html", "wacz"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "a", "html"),
        (b"words alone", "a.xhtml", "html"),
        (b"\n%PDF-1.4", "a.html", "pdf"),
        (b"\x1f\x8bnot gzip", "a", "warc"),
        (b"words alone", "a.txt", "warc"),
    ],
)
def test_what_a_file_is_shows_in_its_first_bytes(begin: bytes, name: str, kind: str) -> None:
    assert kind_of(begin, name) == kind
