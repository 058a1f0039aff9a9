"""The model of a disk against a real file system, and against what it promises itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.torture.disk import SECTOR, Choice, Disk, State
from tests.torture.shim import Op, Operation

PATHS = st.sampled_from(["x", "y", "a", "a/x", "a/y", "a/b", "a/b/x"])
KINDS = st.sampled_from(
    [Op.CREATE, Op.CREATE, Op.MKDIR, *[Op.WRITE] * 5, Op.TRUNCATE, Op.RENAME, Op.LINK, Op.UNLINK, Op.RMDIR, Op.FSYNC]
)
OFFSETS = st.integers(0, 3 * SECTOR)
OPERATIONS = st.lists(
    st.builds(
        lambda op, path, second, offset, data: Operation(op, path, offset, data if op is Op.WRITE else b"", 0, second),
        KINDS, PATHS, PATHS, OFFSETS, st.binary(max_size=2) .map(lambda one: one * SECTOR),
    ),
    max_size=30,
)  # fmt: skip
SEEDS = st.integers(0, 2**32)


def done(folder: Path, operation: Operation) -> bool:
    """The operation on a real file system; False where that refuses it."""
    path = folder / operation.path
    try:
        match operation.op:
            case Op.CREATE:
                path.open("xb").close()
            case Op.MKDIR:
                path.mkdir()
            case Op.WRITE:
                with path.open("r+b") as file:
                    file.seek(operation.offset)
                    file.write(operation.data)
            case Op.TRUNCATE:
                os.truncate(path, operation.offset)
            case Op.RENAME:
                path.rename(folder / operation.second)
            case Op.LINK:
                os.link(path, folder / operation.second)
            case Op.UNLINK:
                path.unlink()
            case Op.RMDIR:
                path.rmdir()
            case _:
                path.stat()
    except OSError:
        return False
    return True


def as_found(folder: Path) -> State:
    paths = sorted(path for path in folder.rglob("*"))
    return State(
        tuple(str(path.relative_to(folder)) for path in paths if path.is_dir()),
        {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.is_file()},
    )


def same(one: State, other: State) -> bool:
    return (sorted(one.folders), one.files) == (sorted(other.folders), other.files)


def disk_after(*operations: Operation) -> Disk:
    disk = Disk()
    for operation in operations:
        disk.apply(operation)
    return disk


def found(disk: Disk, choices: Iterable[Choice] = Choice, times: int = 20) -> list[State]:
    return [disk.after_power_loss(choice, Random(seed)) for choice in choices for seed in range(times)]


def all_synced(state: State) -> list[Operation]:
    return [Operation(Op.FSYNC, path) for path in ("", *state.folders, *state.files)]


@given(OPERATIONS)
@settings(max_examples=120, derandomize=True)
def test_where_everything_is_kept_the_disk_is_as_the_real_file_system_has_it(operations: list[Operation]) -> None:
    with tempfile.TemporaryDirectory() as name:
        disk = disk_after(*(one for one in operations if done(Path(name), one)))
        assert same(disk.after_power_loss(Choice.KEPT, Random(0)), as_found(Path(name)))


@given(OPERATIONS, SEEDS)
@settings(max_examples=80, derandomize=True)
def test_once_all_is_synced_there_is_one_state(operations: list[Operation], seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        disk = disk_after(*(one for one in operations if done(Path(name), one)))
        real = as_found(Path(name))
    for operation in all_synced(real):
        disk.apply(operation)
    for choice in Choice:
        assert same(disk.after_power_loss(choice, Random(seed)), real)


@given(OPERATIONS, OPERATIONS, SEEDS)
@settings(max_examples=80, derandomize=True)
def test_what_was_synced_outlives_whatever_is_added_behind_it(
    before: list[Operation], after: list[Operation], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        disk = disk_after(*(one for one in before if done(folder, one)))
        synced = as_found(folder)
        for operation in all_synced(synced):
            disk.apply(operation)
        longest = max((len(data) for data in synced.files.values()), default=0)
        for one in after:
            added = Operation(one.op, one.path, one.offset + longest, one.data, 0, one.second)
            if one.op in (Op.CREATE, Op.MKDIR, Op.WRITE, Op.LINK, Op.FSYNC) and done(folder, added):
                disk.apply(added)
    for choice in Choice:
        state = disk.after_power_loss(choice, Random(seed))
        assert set(synced.folders) <= set(state.folders)
        for path, data in synced.files.items():
            assert state.files[path].startswith(data)


WRITING = st.lists(
    st.tuples(
        st.sampled_from([Op.WRITE, Op.WRITE, Op.WRITE, Op.TRUNCATE, Op.FDATASYNC]), OFFSETS, st.integers(1, 2 * SECTOR)
    ),
    max_size=20,
)


@given(WRITING, SEEDS)
@settings(max_examples=80, derandomize=True)
def test_nothing_is_found_that_was_never_there(writing: list[tuple[Op, int, int]], seed: int) -> None:
    """Each write has bytes of its own: of every byte and of the length it is known which ones there may be since the last sync."""
    disk = disk_after(Operation(Op.CREATE, "x"), Operation(Op.FSYNC, ""))
    real = bytearray()
    possible: list[set[int]] = [{0} for _ in range(5 * SECTOR)]
    lengths = {0}
    for number, (op, offset, length) in enumerate(writing, 1):
        data = bytes([number]) * length if op is Op.WRITE else b""
        disk.apply(Operation(op, "x", offset, data))
        if op is Op.WRITE:
            real.extend(bytes(max(0, offset + length - len(real))))
            real[offset : offset + length] = data
            for place in range(offset, offset + length):
                possible[place].add(number)
        elif op is Op.TRUNCATE:
            real = real[:offset] + bytes(max(0, offset - len(real)))
            for place in range(offset, 5 * SECTOR):
                possible[place].add(0)
        else:
            possible = [{value} for value in real] + [{0} for _ in range(5 * SECTOR - len(real))]
            lengths = set()
        lengths.add(len(real))
    for choice in Choice:
        state = disk.after_power_loss(choice, Random(seed)).files["x"]
        assert min(lengths) <= len(state) <= max(lengths)
        assert all(value in possible[place] for place, value in enumerate(state))


def test_a_write_is_torn_at_the_sectors_of_the_file_and_nowhere_else() -> None:
    disk = disk_after(
        Operation(Op.CREATE, "x"), Operation(Op.FSYNC, ""), Operation(Op.WRITE, "x", 300, b"\1" * (3 * SECTOR)),
    )  # fmt: skip
    torn = {state.files["x"] for state in found(disk, [Choice.TORN_LAST, Choice.TORN], 200)}
    assert len(torn) > 10
    for data in torn:
        for sector in range(4):
            piece = data[max(300, sector * SECTOR) : (sector + 1) * SECTOR]
            assert set(piece) <= {0} or set(piece) <= {1}
    lengths = {len(data) for data in torn}
    assert lengths == {0, SECTOR, 2 * SECTOR, 3 * SECTOR, 300 + 3 * SECTOR}


def test_of_writes_to_one_place_the_earlier_one_may_be_found() -> None:
    disk = disk_after(
        Operation(Op.CREATE, "x"), Operation(Op.FSYNC, ""), Operation(Op.WRITE, "x", 0, b"old"), Operation(Op.FSYNC, "x"),
        Operation(Op.WRITE, "x", 0, b"one"), Operation(Op.WRITE, "x", 0, b"two"),
    )  # fmt: skip
    assert {state.files["x"] for state in found(disk)} == {b"old", b"one", b"two"}


def test_a_later_write_may_be_found_without_the_earlier() -> None:
    disk = disk_after(
        Operation(Op.CREATE, "x"), Operation(Op.FSYNC, ""), Operation(Op.WRITE, "x", 0, b"a"), Operation(Op.WRITE, "x", 1, b"b"),
    )  # fmt: skip
    assert {state.files["x"] for state in found(disk)} == {b"", b"a", b"\0b", b"ab", b"a\0", b"\0\0"}


def test_a_synced_file_is_lost_with_its_name_until_the_folder_is_synced() -> None:
    written = (Operation(Op.CREATE, "x"), Operation(Op.WRITE, "x", 0, b"a"), Operation(Op.FSYNC, "x"))
    assert {tuple(state.files.items()) for state in found(disk_after(*written))} == {(), (("x", b"a"),)}
    assert all(state.files == {"x": b"a"} for state in found(disk_after(*written, Operation(Op.FSYNC, ""))))


def test_a_folder_without_a_name_is_lost_with_all_that_is_synced_in_it() -> None:
    disk = disk_after(
        Operation(Op.MKDIR, "a"), Operation(Op.CREATE, "a/x"), Operation(Op.FSYNC, "a/x"), Operation(Op.FSYNC, "a"),
    )  # fmt: skip
    assert {(state.folders, tuple(state.files)) for state in found(disk)} == {((), ()), (("a",), ("a/x",))}


def test_of_new_names_any_may_be_found() -> None:
    disk = disk_after(Operation(Op.CREATE, "x"), Operation(Op.CREATE, "y"))
    assert {tuple(state.files) for state in found(disk)} == {(), ("x",), ("y",), ("x", "y")}


def test_a_removed_file_may_come_back_with_what_is_certain_of_it() -> None:
    disk = disk_after(
        Operation(Op.CREATE, "x"), Operation(Op.WRITE, "x", 0, b"a"), Operation(Op.FSYNC, "x"), Operation(Op.FSYNC, ""), Operation(Op.UNLINK, "x"),
    )  # fmt: skip
    assert {tuple(state.files.items()) for state in found(disk)} == {(), (("x", b"a"),)}


@pytest.mark.parametrize("target", ["y", "a/y"])
def test_a_rename_leaves_the_old_name_or_the_new_one(target: str) -> None:
    disk = disk_after(
        Operation(Op.MKDIR, "a"), Operation(Op.CREATE, "x"), Operation(Op.WRITE, "x", 0, b"new"), Operation(Op.FSYNC, "x"),
        Operation(Op.CREATE, target), Operation(Op.WRITE, target, 0, b"old"), Operation(Op.FSYNC, target),
        Operation(Op.FSYNC, ""), Operation(Op.FSYNC, "a"), Operation(Op.RENAME, "x", second=target),
    )  # fmt: skip
    assert {tuple(sorted(state.files.items())) for state in found(disk)} == {
        tuple(sorted({"x": b"new", target: b"old"}.items())), ((target, b"new"),),
    }  # fmt: skip


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError):
        disk_after(Operation(Op.WRITE, "x", 0, b"a"))
    with pytest.raises(NotADirectoryError):
        disk_after(Operation(Op.CREATE, "x"), Operation(Op.CREATE, "x/y"))


def test_what_failed_and_what_only_opens_changes_nothing() -> None:
    disk = disk_after(
        Operation(Op.FAILED, "x"), Operation(Op.CREATE, "x"), Operation(Op.FSYNC, ""), Operation(Op.OPEN, "x")
    )
    assert not disk.uncertain


def test_a_state_is_put_as_it_is_and_known_again(tmp_path: Path) -> None:
    state = State(("a", "a/b"), {"x": b"1", "a/b/y": b"2"})
    state.put(tmp_path / "new")
    assert same(as_found(tmp_path / "new"), state)
    other = State(("a", "a/b"), {"x": b"1", "a/b/y": b"3"})
    assert state.fingerprint() == State(state.folders, dict(reversed(state.files.items()))).fingerprint()
    assert state.fingerprint() != other.fingerprint()
