"""What is withdrawn is gone or not shown, everywhere, and everything else is as it was: files, log, proofs, rebuilding."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver import open_archive
from archiver.demo import web
from archiver.errors import Locked, NotFound
from archiver.ledger import merkle
from archiver.ledger.log import Log
from archiver.manifest import withdrawals
from archiver.manifest.dump import differences
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.search import search
from archiver.model.capture import RecordLocation
from archiver.model.digest import Digest
from archiver.model.statement import Stated
from archiver.pipeline import Wanted
from archiver.rebuild import rebuild
from archiver.removal import carry_out, next_withdrawal
from archiver.warc.read import members
from archiver.warc.withdrawn import was
from archiver.withdrawing import withdraw
from tests.tracing import Answer, article, feed, front, names, opened, served

ORIGINAL = "http://mill.example/silent"
COPY = "http://relay.example/mill"
TWIN = "http://mirror.example/silent"
OTHER = "http://fen.example/herons"
MOVED = "http://mill.example/old"
FEED = "http://mill.example/feed"
HOME = "http://mill.example/"

BECAUSE, BY = "a court has ordered it", "M. Frey"

#: Words of the page that is withdrawn, and of no other.
SECRET = "quietly the auditor of Nether Lode kept a second ledger"
PAGE = article(
    ORIGINAL,
    "Mill Gazette",
    text=(f"It is said that {SECRET}, and that nobody ever asked him for it in all those years.",) * 2,
)
WEB = {
    ORIGINAL: PAGE,
    TWIN: PAGE,
    COPY: article(COPY, "The Relay", day="2023-05-06", note=names("Mill Gazette", ORIGINAL)),
    OTHER: article(
        OTHER,
        "Fen Post",
        title="Herons in the drained pond",
        text=("Herons stood in the pond for a week, and left on the eighth day, without a word.",),
    ),
    MOVED: Answer("moved", 301, headers={"Location": ORIGINAL}),
    FEED: feed(
        (ORIGINAL, "Silent", "Thu, 04 May 2023 08:00:00 GMT"), (COPY, "Elsewhere", "Sat, 06 May 2023 08:00:00 GMT")
    ),
    HOME: front("Mill Gazette"),
}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with several pages, revisits, a redirect, a twin at another address and a feed; a sealed file and an open one."""
    folder = tmp_path_factory.mktemp("withdrawing") / "archive"
    with served(WEB) as site:
        with opened(folder, site) as archive:
            list(archive.capture([OTHER, ORIGINAL, COPY]))
            archive.vault.end_file()
        with opened(folder, site) as archive:
            list(archive.capture([MOVED, TWIN, ORIGINAL]))
            list(archive.visits([Wanted(FEED, "feed")]))
            list(archive.capture([HOME]))
    return folder


@pytest.fixture
def copy(lived_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived_in, tmp_path / "copy"))


def one(folder: Path, url: str, column: str = "capture_id") -> str:
    """Of the first capture that was asked for at an address."""
    with open_read_only(folder) as connection:
        row = connection.execute(
            f"select {column} from captures where asked_url = ? order by sequence", (url,)
        ).fetchone()
    return str(row[0])


def withdrawn(folder: Path, url: str, *, remove: bool) -> int:
    with open_archive(folder) as archive:
        return withdraw(archive, one(folder, url), by=BY, because=BECAUSE, remove=remove)


def everything(folder: Path) -> bytes:
    """Every byte of the archive, WARC files inflated."""
    data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return data + b"".join(
        r.head + r.block.read() for path in sorted((folder / "archive").glob("*.warc.gz")) for r in members(path)
    )


def applied(folder: Path) -> list[int]:
    """Of each withdrawal, whether files and conclusions are as it says."""
    with open_read_only(folder) as connection:
        return [row[0] for row in connection.execute("select applied from withdrawals order by sequence")]


def clean(folder: Path) -> None:
    """Nothing is wrong with it, and a rebuild says the same."""
    with open_archive(folder) as archive:
        assert (archive.taken_up, archive.moved_aside) == (0, [])
        assert [(p.code, p.message, p.place) for p in archive.verify("bytes").problems] == []
    again = folder.with_name("rebuilt")
    shutil.rmtree(again, ignore_errors=True)
    shutil.copytree(folder, again)
    shutil.rmtree(again / "manifests")
    done = rebuild(again)
    assert done.losses == ()
    assert differences(folder / MANIFEST, again / MANIFEST) == ()


@pytest.mark.parametrize("remove", [False, True])
def test_all_captures_of_the_same_bytes_are_withdrawn_and_the_rest_is_as_it_was(copy: Path, *, remove: bool) -> None:
    assert withdrawn(copy, ORIGINAL, remove=remove) == 1
    with open_read_only(copy) as connection:
        gone = [
            row[0]
            for row in connection.execute(f"select asked_url from captures c where {withdrawals.WITHDRAWN} order by 1")
        ]
        assert gone == sorted([ORIGINAL, MOVED, TWIN, ORIGINAL])
        why = withdrawals.withdrawn(connection, one(copy, TWIN))
        assert why is not None
        assert (why.by, why.because, why.removed) == (BY, BECAUSE, remove)
        assert withdrawals.withdrawn(connection, one(copy, OTHER)) is None
        assert connection.execute("select applied from withdrawals").fetchall()[0][0] == 1
        assert not any("ledger" in hit.passage for hit in search(connection, "second ledger"))
    assert (SECRET.encode() in everything(copy)) is not remove
    assert (b"auditor" in everything(copy)) is not remove
    clean(copy)


def test_a_record_that_was_removed_keeps_its_place_and_says_so(copy: Path) -> None:
    def layout() -> list[tuple[str, int, int, str]]:
        return [
            (p.name, r.offset, r.length, r.record_id)
            for p in sorted((copy / "archive").glob("*.warc.gz"))
            for r in members(p)
        ]

    before = layout()
    modes = {path.name: path.stat().st_mode for path in (copy / "archive").glob("*.warc.gz")}
    withdrawn(copy, ORIGINAL, remove=True)
    assert layout()[: len(before)] == before
    assert {path.name: path.stat().st_mode for path in (copy / "archive").glob("*.warc.gz")} == modes
    said = [was(r) for p in (copy / "archive").glob("*.warc.gz") for r in members(p)]
    assert sorted(one.kind for one in said if one) == ["conversion", "response"]


def test_whatever_is_removed_a_rebuild_says_the_same(copy: Path) -> None:
    for url in (COPY, OTHER, FEED, HOME):
        assert withdrawn(copy, url, remove=True) == 1
    clean(copy)
    with open_read_only(copy) as connection:
        assert connection.execute("select count(*) from listed").fetchone()[0] == 0
        read = connection.execute("select list_problems from captures where purpose = 'feed'").fetchone()
        assert read[0] == '["withdrawn"]'


def test_in_a_chain_too(demo: Path, tmp_path: Path) -> None:
    """Whoever named the page that is gone is read as if it had never been there."""
    folder = Path(shutil.copytree(demo, tmp_path / "copy"))
    for url in (web.ORIGINAL, web.VISITED[0]):
        assert withdrawn(folder, url, remove=True) == 1
    clean(folder)


def test_what_is_concluded_goes_with_the_bytes_and_stays_without(copy: Path) -> None:
    def claims() -> int:
        with open_read_only(copy) as connection:
            return int(
                connection.execute(
                    "select count(*) from claims where document_id = (select document_id from captures where capture_id = ?)",
                    (one(copy, COPY),),
                ).fetchone()[0]
            )

    before = claims()
    assert before
    withdrawn(copy, COPY, remove=False)
    assert claims() == before
    withdrawn(copy, COPY, remove=True)
    assert claims() == 0


def test_withdrawn_twice_is_stated_once(copy: Path) -> None:
    assert withdrawn(copy, OTHER, remove=True) == 1
    assert withdrawn(copy, OTHER, remove=True) == 0
    assert withdrawn(copy, OTHER, remove=False) == 0
    assert withdrawn(copy, COPY, remove=False) == 1
    assert withdrawn(copy, COPY, remove=False) == 0
    with open_archive(copy) as archive, pytest.raises(NotFound):
        withdraw(archive, "00000000-0000-4000-8000-000000000000", by=BY, because=BECAUSE)


# ── afterwards ──


def test_the_same_bytes_captured_anew_are_kept_whole_and_not_shown(copy: Path) -> None:
    withdrawn(copy, ORIGINAL, remove=True)
    with served(WEB) as site, opened(copy, site) as archive:
        (new,) = archive.capture([ORIGINAL])
        assert new.capture is not None
        assert (new.outcome, new.capture.revisit_of) == ("captured", None)
        assert new.message.endswith(f"by {BY}: kept, and not shown")
        (again,) = archive.capture([TWIN])
        assert again.capture is not None
        assert again.capture.revisit_of == new.capture.capture_id
        found = archive.lookup(ORIGINAL)[0]
        assert found.withdrawn is not None
        assert [one.withdrawn and one.withdrawn.removed for one in found.captures] == [False, True, True, True]
        assert archive.verify("full").problems == ()
    assert SECRET.encode() in everything(copy)
    clean(copy)
    with open_read_only(copy) as connection:
        assert search(connection, "second ledger") == []
        assert withdrawals.again(connection, one(copy, OTHER)) == []
    assert withdrawn(copy, ORIGINAL, remove=True) == 1
    assert SECRET.encode() not in everything(copy)
    clean(copy)
    withdrawn_again = one(copy, ORIGINAL)
    with open_read_only(copy) as connection:
        assert withdrawals.withdrawn(connection, withdrawn_again) is not None


def test_what_is_withheld_is_not_written_a_second_time(copy: Path) -> None:
    withdrawn(copy, ORIGINAL, remove=False)
    with served(WEB) as site, opened(copy, site) as archive:
        (new,) = archive.capture([ORIGINAL])
        assert new.capture is not None
        assert new.capture.revisit_of is not None
        assert "not shown" in new.message
    assert withdrawn(copy, ORIGINAL, remove=False) == 0
    assert withdrawn(copy, ORIGINAL, remove=True) == 1
    assert SECRET.encode() not in everything(copy)
    clean(copy)


def test_whether_it_has_changed_is_not_asked_of_what_is_withdrawn(tmp_path: Path) -> None:
    tagged = {OTHER: Answer(str(WEB[OTHER]), headers={"ETag": '"one"'})}
    folder = tmp_path / "archive"
    with served(tagged) as site, opened(folder, site) as archive:
        list(archive.capture([OTHER]))
        assert archive.vault.recall(OTHER, "page") is not None
        withdraw(archive, one(folder, OTHER), by=BY, because=BECAUSE)
        assert archive.vault.recall(OTHER, "page") is None


def test_what_was_removed_can_still_be_shown_to_have_been_logged(copy: Path) -> None:
    withdrawn(copy, ORIGINAL, remove=True)
    with open_read_only(copy) as connection:
        log = Log(connection)
        for row in connection.execute("select sequence, leaf from log order by sequence").fetchall():
            proof = log.inclusion(row[0] - 1, log.size)
            assert merkle.included(bytes.fromhex(row[1]), row[0] - 1, log.size, proof, log.root().value)


def test_a_backup_does_not_bring_it_back(copy: Path, lived_in: Path) -> None:
    withdrawn(copy, ORIGINAL, remove=True)
    with open_archive(copy) as archive:
        for path in sorted((lived_in / "archive").glob("*.warc.gz")):
            archive.import_(path)
    assert SECRET.encode() not in everything(copy)


def test_another_archive_takes_it_in_as_what_it_is(copy: Path, tmp_path: Path) -> None:
    withdrawn(copy, ORIGINAL, remove=True)
    with open_archive(tmp_path / "theirs") as archive:
        for path in sorted((copy / "archive").glob("*.warc.gz")):
            archive.import_(path)
        assert all(not one.captures or one.problems for one in archive.lookup(ORIGINAL))
        assert archive.lookup(OTHER)[0].outcome == "captured"
    clean(tmp_path / "theirs")


# ── broken off ──


class Killed(BaseException):
    """The process ended here."""


@dataclass
class After:
    """Lets so many calls through, then ends the process."""

    real: Callable[..., object]
    left: int

    def __call__(self, *arguments: object) -> object:
        if not self.left:
            raise Killed
        self.left -= 1
        return self.real(*arguments)


@pytest.mark.parametrize("steps", [1, 3])
def test_killed_at_any_sync_it_is_carried_out_by_the_next_opening(copy: Path, steps: int) -> None:
    archive = open_archive(copy)
    counter = After(archive.store.sync, steps)
    archive.store.sync = counter
    archive.store.sync_folder = After(archive.store.sync_folder, steps // 2)  # type: ignore[method-assign]
    with suppress(Killed):
        withdraw(archive, one(copy, ORIGINAL), by=BY, because=BECAUSE, remove=True)
    archive.concluder.reader.close()
    archive.manifest.connection.close()
    with open_archive(copy):
        pass
    with open_read_only(copy) as connection:
        states = connection.execute("select removed, applied from withdrawals").fetchall()
    assert [tuple(row) for row in states] in ([], [(1, 1)])
    assert (SECRET.encode() in everything(copy)) is not bool(states)
    assert not list((copy / "archive").glob("*.new")) or not states
    clean(copy)


@pytest.mark.parametrize("rows", [40])
def test_killed_at_any_row_too(copy: Path, rows: int) -> None:
    """SQLite asks before each thing that it does; there the process ends."""
    archive = open_archive(copy)
    left = [rows]

    def ask(action: int, *_: object) -> int:
        left[0] -= action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_INSERT)
        return sqlite3.SQLITE_DENY if left[0] < 0 else sqlite3.SQLITE_OK

    archive.manifest.connection.set_authorizer(ask)
    with suppress(sqlite3.DatabaseError):
        withdraw(archive, one(copy, ORIGINAL), by=BY, because=BECAUSE, remove=True)
    archive.concluder.reader.close()
    archive.manifest.connection.close()
    with open_archive(copy):
        pass
    with open_read_only(copy) as connection:
        assert [tuple(row) for row in connection.execute("select removed, applied from withdrawals")] in ([], [(1, 1)])
    clean(copy)


def test_stated_and_not_carried_out_a_rebuild_leaves_it_so(copy: Path) -> None:
    with open_archive(copy) as archive:
        fact = next_withdrawal(
            archive.manifest,
            archive.store,
            one(copy, ORIGINAL),
            at=archive.clock(),
            by=BY,
            because=BECAUSE,
            remove=True,
        )
        assert fact is not None
        archive.vault.state(fact)
    assert SECRET.encode() in everything(copy)
    done = rebuild(copy)
    assert (done.losses, done.differs) == ((), ())
    assert SECRET.encode() in everything(copy)
    with open_archive(copy):
        pass
    assert SECRET.encode() not in everything(copy)


def test_broken_off_behind_the_files_a_rebuild_leaves_it_to_the_next_opening(copy: Path) -> None:
    """A rebuild draws the page as it is now, and must not call that done: it states nothing."""
    with open_archive(copy) as archive, archive.vault.writing():
        capture = one(copy, ORIGINAL)
        fact = next_withdrawal(
            archive.manifest, archive.store, capture, at=archive.clock(), by=BY, because=BECAUSE, remove=True
        )
        assert fact is not None
        carry_out(archive.vault.state(fact), archive.manifest, archive.store)
    rebuild(copy)
    assert applied(copy) == [0]
    with open_archive(copy):
        pass
    clean(copy)
    rebuild(copy)
    assert applied(copy) == [1]
    with open_archive(copy) as archive:
        assert archive.verify("deep").problems == ()


def test_while_somebody_reads_what_is_removed_it_is_not_called_done(copy: Path) -> None:
    with open_read_only(copy) as reader:
        reader.execute("begin")
        assert reader.execute("select count(*) from texts").fetchone()[0]
        with pytest.raises(Locked, match="somebody is reading the manifest"):
            withdrawn(copy, ORIGINAL, remove=True)
        assert applied(copy) == [0]
        with open_archive(copy):  # which goes on, whoever reads
            pass
        reader.rollback()
    with open_archive(copy):
        pass
    assert applied(copy) == [1]
    assert SECRET.encode() not in everything(copy)
    clean(copy)


def test_a_replacement_that_nothing_states_is_found(copy: Path) -> None:
    """Whoever can write to the files can remove a page, and call it withdrawn."""
    nowhere = RecordLocation("", 0, 0, Digest.sha256(b""))
    with open_archive(copy) as archive:
        with archive.vault.writing():
            at = datetime(2026, 1, 1, tzinfo=UTC)
            fact = next_withdrawal(
                archive.manifest, archive.store, one(copy, OTHER), at=at, by="", because="", remove=True
            )
            assert fact is not None
            carry_out(Stated(99, fact, "", nowhere), archive.manifest, archive.store)
        assert {problem.code for problem in archive.verify("bytes").problems if problem.fails} >= {"row-changed"}
