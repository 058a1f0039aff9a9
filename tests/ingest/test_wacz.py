from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest

from archiver.errors import Unreadable
from archiver.ingest import wacz as reader
from archiver.model.digest import Digest
from tests.ingest.making import PAGE, Take, arc, described, theirs, wacz
from tests.warc.archive import Memory


@pytest.mark.parametrize("deflated", [(), ("archive/some.warc.gz",)])
def test_the_warc_files_in_a_wacz_file_are_taken_in(take: Take, journal: Memory, deflated: tuple[str, ...]) -> None:
    report = take(wacz(deflated=deflated))
    assert (report.records, report.captures, report.problems, report.remarks) == (7, 3, (), ())
    assert next(journal.captures()).final.payload == Digest.sha256(PAGE)


def test_warc_and_arc_files_side_by_side_are_taken_in_order(take: Take) -> None:
    report = take(wacz({"archive/a.warc": theirs(gz=False), "archive/b.arc.gz": arc(gz=True)}))
    assert (report.records, report.captures, report.problems) == (13, 6, ())


def test_names_are_never_paths(take: Take, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    names = [
        "../out.warc",
        "/tmp/archiver-out.warc",
        "archive/../../out.warc",
        "archive/deeper/in.warc",
        "a/inner.wacz",
    ]
    report = take(wacz(more=dict.fromkeys(names, theirs())))
    assert report.captures == 3
    assert sorted({remark.message for remark in report.remarks}) == [
        "not taken: only WARC and ARC files right in archive/ are"
    ]
    assert not (tmp_path.parent / "out.warc").exists()
    assert not Path("/tmp/archiver-out.warc").exists()
    assert (
        len(sorted(tmp_path.rglob("*"))) <= len(before) + 4
    )  # the file itself, the archive's folder, lock and WARC file


WARC = {"archive/some.warc.gz": theirs()}
FAULTY = {
    "another digest": ({"package": described({"archive/some.warc.gz": theirs() + b" "})}, "its sha256 digest is not the one"),
    "another length": ({"package": described(WARC).replace(b'"bytes": ', b'"bytes": 1')}, "bytes where datapackage.json says"),
    "a listed file that is not there": ({"package": described({**WARC, "pages/pages.jsonl": b""})}, "which is not there"),
    "a file that is not listed": ({"more": {"archive/more.warc": theirs(gz=False)}}, "does not list it"),
    "no digest": ({"package": json.dumps({"resources": [{"path": "archive/some.warc.gz"}]}).encode()}, "no digest of it"),
    "no list": ({"package": b'{"resources": 7}'}, "no list of resources"),
    "no JSON": ({"package": b"[" * 100_000}, "no list of resources"),
    "no path": ({"package": b'{"resources": [3]}'}, "a resource without a path"),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTY)
def test_what_the_package_says_of_its_files_is_checked(take: Take, what: str) -> None:
    options, message = FAULTY[what]
    report = take(wacz(WARC, **options))  # type: ignore[arg-type]  # as the function has them
    assert report.captures >= 3
    assert any(message in problem.message for problem in report.problems), report.problems


def test_the_older_form_of_the_description_is_read(take: Take) -> None:
    data = WARC["archive/some.warc.gz"]
    stats = {"hash": Digest.sha256(data).hex, "bytes": len(data)}
    package = {"resources": [{"path": "archive/some.warc.gz", "stats": stats, "hashing": "sha256"}]}
    assert take(wacz(WARC, package=json.dumps(package).encode())).problems == ()


def test_a_description_that_was_changed_is_reported(take: Take) -> None:
    data = wacz()
    changed = data.replace(b'"wacz_version": "1.1.1"', b'"wacz_version": "1.1.2"')
    report = take(changed)
    assert any("datapackage.json" in str(problem.file) and "damaged" in problem.message for problem in report.problems)


def test_a_wacz_file_without_a_description_is_reported_and_read(take: Take) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("archive/some.warc.gz", theirs())
    report = take(out.getvalue())
    assert report.captures == 3
    assert "without datapackage.json" in report.problems[0].message


def test_a_damaged_member_is_reported_and_what_stands_before_the_damage_is_kept(take: Take) -> None:
    data, inner = bytearray(wacz(WARC)), WARC["archive/some.warc.gz"]
    at = data.index(inner) + len(inner) - 60
    data[at] ^= 0x10
    report = take(bytes(data))
    assert report.captures == 3
    assert len({str(problem.file) for problem in report.problems}) == 1
    assert ["damaged" in problem.message or "broken" in problem.message for problem in report.problems] == [True, True]


def test_a_member_that_says_it_unpacks_to_more_than_deflate_can_is_not_read(take: Take) -> None:
    data = bytearray(wacz(deflated=("archive/some.warc.gz",)))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"archive/some.warc.gz"))
    data[at + 24 : at + 28] = struct.pack("<L", 0xFFFFFFF0)
    report = take(bytes(data))
    assert report.captures == 0
    assert any("more than is read" in problem.message for problem in report.problems)


def test_a_member_is_not_unpacked_beyond_the_limit(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED", 1000)
    report = take(wacz(deflated=("archive/some.warc.gz",)))
    assert (report.captures, ["too many to unpack" in problem.message for problem in report.problems]) == (0, [True])


def test_an_encrypted_member_is_not_read(take: Take) -> None:
    data = bytearray(wacz())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"archive/some.warc.gz"))
    data[at + 8] |= 1
    assert any("encrypted" in problem.message for problem in take(bytes(data)).problems)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (wacz({"pages/pages.jsonl": b""}), "without a WARC or ARC file"),
        (wacz()[:-30], "its end is lost"),
        (b"PK\x03\x04", "its end is lost"),
        (b"PK\x05\x06" + bytes(18), "without a WARC or ARC file"),
        (b"PK\x05\x06" + bytes(4) + b"\xfe\xff\xfe\xff" + b"\xff\xff\xff\x7f" + bytes(6), "are the limits"),
    ],
)
def test_a_zip_file_that_is_no_wacz_file_is_unreadable(take: Take, data: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        take(data)
