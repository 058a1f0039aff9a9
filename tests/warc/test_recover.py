from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.errors import Damaged
from archiver.model.event import Attempt
from archiver.warc.groups import groups, salvaged
from archiver.warc.read import members
from archiver.warc.recover import Recovered, recover
from archiver.warc.seal import WarcStore, seal_fact
from tests.warc import archive
from tests.warc.archive import START, Memory, captured, exchange
from tests.warc.lone_texts import seal_text


def recovered(store: WarcStore, journal: Memory) -> Recovered:
    with store.locked():
        found = recover(store, journal)
        for group in found.groups:
            if group.statement is not None:
                journal.record(group.statement)
    return found


def forget(journal: Memory, *, keep: int) -> Memory:
    """A journal as it was after its first `keep` statements."""
    earlier = Memory()
    for statement in journal.statements[:keep]:
        earlier.record(statement)
    return earlier


def test_there_is_nothing_to_recover_where_nothing_happened(store: WarcStore, journal: Memory) -> None:
    assert recovered(store, journal) == Recovered()
    captured(store, journal)
    before = store.files()[0].read_bytes()
    assert recovered(store, journal) == Recovered()
    assert store.files()[0].read_bytes() == before


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
def test_whole_groups_that_the_manifest_does_not_know_are_adopted(store: WarcStore, journal: Memory, keep: int) -> None:
    captured(store, journal, exchange("http://a.example/", b"", status=b"301 Moved"), exchange())
    with store.locked():
        journal.record(seal_fact(Attempt("http://b.example/", START, "failed", ("dns",)), store, journal))
    captured(store, journal)
    earlier = forget(journal, keep=keep)
    found = recovered(store, earlier)
    assert [group.statement for group in found.groups] == journal.statements[keep:]
    assert not found.torn
    assert earlier.records == journal.records


def test_a_file_cut_at_every_byte_of_its_last_group_recovers(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    [path] = store.files()
    known = path.stat().st_size
    captured(store, journal, exchange(body=b"another"))
    whole = path.read_bytes()
    for end in range(known, len(whole)):
        path.write_bytes(whole[:end])
        earlier = forget(journal, keep=1)
        found = recovered(store, earlier)
        assert not found.groups
        assert path.read_bytes() == whole[:known]
        assert [aside.read_bytes() for aside in found.torn] == [whole[known:end]] * (end > known)
        for aside in found.torn:
            assert aside.name == f"{path.name}.torn-{known}"
            aside.unlink()
    captured(store, earlier, exchange(body=b"another"))
    assert len(list(groups(path))) == 2


def test_a_new_file_without_a_whole_group_is_moved_aside_whole(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    [path] = store.files()
    whole = path.read_bytes()
    for end in (0, 1, 300, len(whole) - 1):
        path.write_bytes(whole[:end])
        nothing = Memory()
        [aside] = recovered(store, nothing).torn
        assert aside.read_bytes() == whole[:end]
        assert not store.files()
        assert captured(store, nothing).final.record.warc > path.name
        store.files()[0].unlink()
        path.write_bytes(b"")
    assert len(list(store.folder.glob("*.torn-0*"))) == 4


def test_a_new_file_that_follows_the_known_ones_is_adopted(tmp_path: Path, journal: Memory) -> None:
    store = archive.store(tmp_path, max_bytes=1)
    for n in range(3):
        captured(store, journal, exchange(body=b"%d" % n))
    earlier = forget(journal, keep=1)
    assert [group.statement.sequence for group in recovered(store, earlier).groups] == [2, 3]


def test_what_follows_a_torn_group_is_moved_aside_with_it(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    [path] = store.files()
    first = path.stat().st_size
    captured(store, journal, exchange(body=b"2"))
    second = path.stat().st_size
    captured(store, journal, exchange(body=b"3"))
    data = bytearray(path.read_bytes())
    data[(first + second) // 2] ^= 1
    path.write_bytes(data)
    found = recovered(store, forget(journal, keep=1))
    assert not found.groups
    assert found.torn[0].read_bytes() == bytes(data[first:])


def test_a_group_out_of_sequence_is_not_adopted(store: WarcStore, journal: Memory) -> None:
    for n in range(3):
        captured(store, journal, exchange(body=b"%d" % n))
    [path] = store.files()
    ends = [0, *(group.end for group in groups(path))]
    data = path.read_bytes()
    path.write_bytes(data[: ends[1]] + data[ends[2] :])
    found = recovered(store, forget(journal, keep=1))
    assert not found.groups
    assert found.torn[0].read_bytes() == data[ends[2] :]


def test_a_statement_that_names_other_places_ends_no_group(store: WarcStore, journal: Memory, tmp_path: Path) -> None:
    """The bytes of a whole group, moved: as an import of one of our own files copies them."""
    captured(store, journal)
    [path] = store.files()
    moved = tmp_path / "archiver-20300101000000-00001.warc.gz"
    moved.write_bytes(path.read_bytes())
    assert not list(groups(moved))
    path.write_bytes(b"".join([path.read_bytes(), path.read_bytes()]))
    assert len(list(groups(path))) == 1


def test_a_body_that_holds_a_whole_group_smuggles_nothing_in(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    [path] = store.files()
    captured(store, journal, exchange(body=path.read_bytes()))
    assert [group.statement for group in groups(path)] == journal.statements


def test_texts_between_groups_are_adopted_with_the_next(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal)
    with store.locked():
        texts = seal_text("text", capture, "html/1", store, journal)
        journal.keep(*texts)
    captured(store, journal, exchange(body=b"2"))
    [group] = recovered(store, forget(journal, keep=1)).groups
    assert group.records[0] == texts[0]


def test_texts_behind_the_last_statement_are_adopted(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal)
    with store.locked():
        sealed = [*seal_text("text", capture, "html/1", store, journal)]
        journal.keep(*sealed)
        sealed += seal_text("another text", capture, "html/2", store, journal)
    found = recovered(store, forget(journal, keep=1))
    [group] = found.groups
    assert group.statement is None
    assert group.records == tuple(sealed)
    assert [(text.capture_id, text.extractor) for text in group.texts] == [
        (capture.capture_id, "html/1"),
        (capture.capture_id, "html/2"),
    ]
    assert not found.torn


def test_a_file_that_was_begun_for_a_text_is_adopted_whole(tmp_path: Path, journal: Memory) -> None:
    store = archive.store(tmp_path)
    capture = captured(store, journal)
    store._max_bytes = 1
    with store.locked():
        sealed = seal_text("text", capture, "html/1", store, journal)
        journal.keep(*sealed)
    store._max_bytes = 2**30
    captured(store, journal, exchange(body=b"2"))
    [_, path] = store.files()
    [group] = groups(path)
    assert [group] == list(salvaged(path))
    assert (group.begin, group.records[:2], group.end) == (0, sealed, path.stat().st_size)
    earlier = forget(journal, keep=0)
    found = recovered(store, earlier)
    assert not found.torn
    assert len(earlier.statements) == 2


def test_a_text_of_a_capture_that_nobody_knows_is_moved_aside(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal)
    end = store.files()[0].stat().st_size
    stranger = replace(capture, exchanges=(replace(capture.final, record_id="00000000-0000-4000-8000-00000000ffff"),))
    with store.locked():
        seal_text("text", stranger, "html/1", store, journal)
    found = recovered(store, journal)
    assert not found.groups
    assert found.torn[0].name.endswith(f".torn-{end}")


def test_a_torn_group_behind_a_text_leaves_the_text(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal)
    with store.locked():
        text = seal_text("text", capture, "html/1", store, journal)
        journal.keep(*text)
    [path] = store.files()
    end = path.stat().st_size
    captured(store, journal, exchange(body=b"2"))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    found = recovered(store, forget(journal, keep=1))
    assert [group.records for group in found.groups] == [text]
    assert found.torn[0].name.endswith(f".torn-{end}")


def test_a_file_shorter_than_known_is_damage_and_stays_as_it_is(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    [path] = store.files()
    short = path.read_bytes()[:-1]
    path.write_bytes(short)
    with pytest.raises(Damaged, match="its end is lost"):
        recovered(store, journal)
    assert path.read_bytes() == short
    path.unlink()
    with pytest.raises(Damaged, match="is gone"):
        recovered(store, journal)


def test_files_of_another_archive_are_damage_and_stay_as_they_are(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    [path] = store.files()
    data = path.read_bytes()
    other = Memory()
    other.statements = list(itertools.repeat(journal.statements[0], 5))
    with pytest.raises(Damaged, match="not its next ones"):
        recovered(store, other)
    assert path.read_bytes() == data


def test_other_files_in_the_folder_are_left_alone(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    foreign = store.folder / "theirs.warc.gz"
    foreign.write_bytes(b"whatever")
    assert recovered(store, journal) == Recovered()
    assert foreign.read_bytes() == b"whatever"


def test_reading_the_groups_of_a_file_gives_every_statement_again(store: WarcStore, journal: Memory) -> None:
    captured(store, journal, exchange("http://a.example/", b"", status=b"301 Moved"), exchange())
    capture = captured(store, journal)
    with store.locked():
        journal.keep(*seal_text("text", capture, "html/1", store, journal))
        journal.record(seal_fact(Attempt("http://b.example/", START, "failed", ("dns",)), store, journal))
    [path] = store.files()
    assert [group.statement for group in groups(path)] == journal.statements
    assert [record.record_id for group in groups(path) for record in group.records] == [
        one.record_id for one in members(path)
    ]


def test_what_is_adopted_is_made_durable_with_the_names_that_lead_to_it(tmp_path: Path, journal: Memory) -> None:
    """An earlier run may have ended between its write and its syncs."""
    captured(archive.store(tmp_path / "new" / "archive"), journal)
    files: list[str] = []
    folders: list[Path] = []
    store = archive.store(
        tmp_path / "new" / "archive", sync=lambda fd: files.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
    )
    store.sync_folder = folders.append  # type: ignore[assignment]  # seen from outside
    assert len(recovered(store, Memory()).groups) == 1
    assert files == [str(store.files()[0])]
    assert folders[:3] == [tmp_path / "new" / "archive", tmp_path / "new", tmp_path]


def test_very_many_groups_are_handed_over_a_lot_at_a_time(
    tmp_path: Path, journal: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = archive.store(tmp_path, max_bytes=160_000)
    for n in range(20):
        captured(store, journal, exchange(body=b"%d" % n, tls=None))
        with store.locked():
            journal.keep(*seal_text(f"text {n}", journal.statements[-1], "html/1", store, journal))
    assert len(store.files()) > 1
    monkeypatch.setattr("archiver.warc.recover.MOST", 3)
    again, lots = Memory(), []
    with store.locked():
        while True:
            found = recover(store, again)
            for group in found.groups:
                if group.statement is not None:
                    again.record(group.statement)
                again.keep(*(one for one in group.records if one.record_id not in again.records))
            lots.append(len(found.groups))
            assert not found.torn
            if not found.more:
                break
    assert max(lots) == 3
    assert (again.statements, again.records) == (journal.statements, journal.records)
