"""Files of another archiver's: their statements are read as what they are, and believed no further than their records go."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from archiver.ingest.warc import ImportReport, examine, import_warc
from archiver.model.agent import Naming
from archiver.model.capture import Capture, Prior, RobotsVerdict
from archiver.model.digest import Digest
from archiver.model.event import Attempt
from archiver.model.statement import Stated
from archiver.warc.groups import groups
from archiver.warc.read import members, record_at
from archiver.warc.recover import recover
from archiver.warc.seal import WarcStore, prepare, seal, seal_fact
from tests.ingest.making import theirs
from tests.warc import archive
from tests.warc.archive import START, Memory, captured, exchange, visit


class Other:
    """An archive that takes in the files of the first one."""

    def __init__(self, folder: Path) -> None:
        self.store = archive.store(folder / "other", ids=lambda: str(uuid4()))
        self.journal = Memory()

    def take(self, path: Path) -> ImportReport:
        looked = examine(path, self.journal)
        report = import_warc(path, self.store, self.journal, "a colleague's", self.journal.record)
        assert report == looked
        assert [group.statement for group in groups(self.store.files()[0])] == self.journal.statements
        return report

    @property
    def captures(self) -> list[Capture]:
        return [*self.journal.captures()]


@pytest.fixture
def other(tmp_path: Path) -> Other:
    return Other(tmp_path)


def test_hops_of_one_capture_stay_one(store: WarcStore, journal: Memory, other: Other) -> None:
    robots = (RobotsVerdict(True, "no robots.txt (404)", "http://a.example/robots.txt"),)
    first = captured(
        store,
        journal,
        exchange("http://a.example/", b"", status=b"301 Moved"),
        exchange(),
        robots=robots,
        problems=("paywall",),
    )
    again = captured(store, journal)
    assert other.take(store.files()[0]).problems == ()
    one, two = other.captures
    assert (one.capture_id, one.asked, one.robots, one.problems) == (
        first.capture_id,
        "http://a.example/",
        robots,
        ("paywall",),
    )
    assert [hop.record_id for hop in one.exchanges] == [hop.record_id for hop in first.exchanges]
    assert [hop.request_id for hop in one.exchanges] == [hop.request_id for hop in first.exchanges]
    assert (two.capture_id, two.revisit_of, two.final.payload) == (
        again.capture_id,
        first.capture_id,
        first.final.payload,
    )
    assert (one.source, one.source_note) == ("import", "a colleague's")
    with record_at(other.store.folder, one.final.record) as record:
        assert Digest.sha256(record.block.read()) == first.final.block


@pytest.mark.parametrize("meant", ["a hop", "a request"])
def test_a_revisit_can_refer_to_nothing_but_a_capture(
    store: WarcStore, other: Other, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manifest has no row for what it would else refer to."""
    journal = Memory()
    moved = b"Moved, with some words"
    first = captured(store, journal, exchange("http://a.example/", moved, status=b"301 Moved"), exchange())
    hop = first.exchanges[0]
    named = {"a hop": hop.record_id, "a request": hop.request_id}[meant]
    monkeypatch.setattr(journal, "payload_holder", lambda _: Prior(named, hop.url, "2024-05-17T09:30:00Z"))
    monkeypatch.setattr(journal, "location_of", lambda _: hop.record)
    captured(store, journal, exchange("http://b.example/", moved))
    other.take(store.files()[0])
    _, taken = other.captures
    assert (taken.final.kind, taken.revisit_of, taken.problems) == ("revisit", None, ("payload-missing",))


def test_tls_that_they_verified_is_not_ours(store: WarcStore, journal: Memory, other: Other) -> None:
    assert captured(store, journal).final.tls is not None
    other.take(store.files()[0])
    assert other.captures[0].final.tls is None


@pytest.mark.parametrize("purpose", ["page", "robots", "listing", "timemap"])
def test_what_was_only_asked_on_the_way_stays_that(
    store: WarcStore, journal: Memory, other: Other, purpose: str
) -> None:
    captured(store, journal, purpose=purpose)
    other.take(store.files()[0])
    assert other.captures[0].purpose == purpose


def stated(store: WarcStore, journal: Memory, change: Callable[[Capture], Capture]) -> Capture:
    """A capture whose draft was changed before it was sealed."""
    with prepare(visit(), store, operator="a desk", note="for a book") as prepared, store.locked():
        capture = seal(replace(prepared, draft=change(prepared.draft)), store, journal)
        journal.record(capture)
    return capture


def test_a_public_archives_copy_stays_a_copy_with_who_took_it_and_why(
    store: WarcStore, journal: Memory, other: Other
) -> None:
    copy = {"copy_of": "http://gone.example/story", "witnessed_at": START - timedelta(days=900), "source": "memento"}
    stated(store, journal, lambda draft: replace(draft, source_note="a copy of old.example's", **copy))  # type: ignore[arg-type]  # as above
    other.take(store.files()[0])
    [taken] = other.captures
    assert (taken.copy_of, taken.witnessed_at, taken.source) == (*list(copy.values())[:2], "memento")
    assert taken.address == "http://gone.example/story"
    assert (taken.operator, taken.note) == ("a desk", "for a book")
    assert taken.source_note == "a copy of old.example's; then: a colleague's"


def test_attempts_are_stated_again_as_theirs(store: WarcStore, journal: Memory, other: Other) -> None:
    attempt = Attempt("http://a.example/", START, "failed", ("dns",), "a.example does not resolve")
    with store.locked():
        journal.record(seal_fact(attempt, store, journal))
    assert other.take(store.files()[0]).problems == ()
    [said] = [s.fact for s in other.journal.statements if isinstance(s, Stated)]
    assert said == replace(attempt, message="a.example does not resolve (what another archive tried: a colleague's)")


def test_decisions_are_somebody_elses_word(store: WarcStore, journal: Memory, other: Other) -> None:
    captured(store, journal)
    with store.locked():
        journal.record(seal_fact(Naming("Gazette", START, "them", "it says so", hosts=("g.example",)), store, journal))
    report = other.take(store.files()[0])
    assert report.problems == ()
    assert [remark.message for remark in report.remarks] == [
        "1 decisions by that archive's people are kept as records, and not followed here"
    ]
    assert not any(isinstance(s.fact, Naming) for s in other.journal.statements if isinstance(s, Stated))
    assert len(other.captures) == 1


def test_a_file_under_another_name_is_read_the_same(
    store: WarcStore, journal: Memory, other: Other, tmp_path: Path
) -> None:
    captured(store, journal, exchange("http://a.example/", b"", status=b"301 Moved"), exchange())
    renamed = tmp_path / "from-a-friend.warc.gz"
    renamed.write_bytes(store.files()[0].read_bytes())
    assert other.take(renamed).problems == ()
    assert len(other.captures[0].exchanges) == 2


def test_what_came_in_by_an_import_of_theirs_comes_along(
    store: WarcStore, journal: Memory, other: Other, tmp_path: Path
) -> None:
    captured(store, journal, exchange("http://a.example/", b"", status=b"301 Moved"), exchange())
    assert other.take(store.files()[0]).captures == 1
    strange = tmp_path / "strange.warc.gz"
    strange.write_bytes(theirs())
    assert other.take(strange).captures == 3
    third = Other(tmp_path / "third")
    report = third.take(other.store.files()[0])
    assert (report.captures, report.problems) == (4, ())
    assert len(third.captures[0].exchanges) == 2


def repacked(path: Path, change: Callable[[bytes, bytes], bytes], to: Path) -> Path:
    """The file with the bytes of each record changed: head and block in, record out."""
    pieces = [gzip.compress(change(record.head, record.block.read()) + b"\r\n\r\n") for record in members(path)]
    to.write_bytes(b"".join(pieces))
    return to


TAMPERED: dict[str, Callable[[bytes, bytes], bytes]] = {
    "packed anew": lambda head, block: head + block,
    "another page": lambda head, block: head + block.replace(b"told once", b"told ONCE"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_statement_that_does_not_match_its_records_is_reported_and_they_are_taken_as_anyones(
    store: WarcStore, journal: Memory, other: Other, tmp_path: Path, what: str
) -> None:
    captured(store, journal, exchange("http://a.example/", b"", status=b"301 Moved"), exchange(), purpose="listing")
    report = other.take(repacked(store.files()[0], TAMPERED[what], tmp_path / "changed.warc.gz"))
    assert any("does not match the records before it" in problem.message for problem in report.problems)
    assert [capture.purpose for capture in other.captures] == ["page", "page"]


def test_a_statement_that_says_otherwise_than_its_records_is_not_followed(
    store: WarcStore, journal: Memory, other: Other
) -> None:
    """Places and digests right, and another address for the answer: what only the writer of a file can forge."""
    lie = "http://other.example/"
    stated(store, journal, lambda draft: replace(draft, exchanges=(replace(draft.final, url=lie),)))
    good = captured(store, journal, exchange("https://paper.example/two", b"<p>Another."))
    report = other.take(store.files()[0])
    assert len(report.problems) == 1
    assert [capture.final.url for capture in other.captures] == ["https://paper.example/story", good.final.url]


@pytest.mark.parametrize("problems", [("robots",), ("dns", "truncated")])
def test_codes_that_are_not_those_of_a_capture_are_not_taken_over(
    store: WarcStore, journal: Memory, other: Other, problems: tuple[str, ...]
) -> None:
    stated(store, journal, lambda draft: replace(draft, problems=problems))
    report = other.take(store.files()[0])
    assert len(report.problems) == 1
    assert other.captures[0].problems == ()


def test_a_file_cut_within_a_group_keeps_the_groups_before(
    store: WarcStore, journal: Memory, other: Other, tmp_path: Path
) -> None:
    for n in range(3):
        captured(store, journal, exchange(f"http://a.example/{n}", b"", status=b"301 Moved"), exchange(body=b"%d" % n))
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(store.files()[0].read_bytes()[:-10])
    report = other.take(cut)
    assert len(report.problems) == 1
    assert [len(capture.exchanges) for capture in other.captures] == [2, 2, 1, 1]


@pytest.mark.parametrize("known", [False, True])
def test_a_strangers_statement_never_passes_for_one_of_ours_at_recovery(
    store: WarcStore, journal: Memory, other: Other, tmp_path: Path, known: bool
) -> None:
    """One that names no records would else end a group of its own: decisions and attempts are such."""
    naming = Naming("Gazette", START, "them", "it says so", hosts=("g.example",))
    attempt = Attempt("http://a.example/", START, "failed", ("dns",), "a.example does not resolve")
    with store.locked():
        for fact in (naming, attempt, naming):
            journal.record(seal_fact(fact, store, journal))
    path = store.files()[0]
    if not known:  # without the warcinfo by which a file of ours is known
        first = next(iter(members(path)))
        path = tmp_path / "stripped.warc.gz"
        path.write_bytes(store.files()[0].read_bytes()[first.length :])
    other.take(path)
    recovered = recover(other.store, Memory())
    assert [group.statement for group in recovered.groups] == other.journal.statements
    assert not any(isinstance(s.fact, Naming) for s in other.journal.statements if isinstance(s, Stated))


def test_a_statement_that_leaves_no_room_for_ours_is_not_followed(
    store: WarcStore, journal: Memory, other: Other
) -> None:
    many = tuple(RobotsVerdict(True, "x", f"http://a.example/{n}") for n in range(600))
    captured(store, journal, robots=many)
    report = other.take(store.files()[0])
    assert (report.captures, len(report.problems)) == (1, 1)
    assert other.captures[0].robots == ()


def test_codes_said_a_thousand_times_are_said_once(store: WarcStore, journal: Memory, other: Other) -> None:
    with store.locked():
        journal.record(seal_fact(Attempt("http://a.example/", START, "failed", ("dns",) * 9000, "no"), store, journal))
    other.take(store.files()[0])
    [said] = [s.fact for s in other.journal.statements if isinstance(s, Stated)]
    assert isinstance(said, Attempt)
    assert said.problems == ("dns",)
