"""The shim does to a program what it says: otherwise a torture that is passed says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture import shim
from tests.torture.shim import How, Op, Operation

pytestmark = pytest.mark.skipif(not shim.available(), reason="the shim is for Linux with gcc")

#: A program that does every operation there is, on a folder that it is given.
PROGRAM = """
import os, sqlite3, sys
os.chdir(sys.argv[1])
os.mkdir("folder")
with open("folder/one", "wb", buffering=0) as file:
    file.write(b"0123456789")
    file.seek(2)
    os.fsync(file.fileno())
    os.writev(file.fileno(), [b"ab", b"cd"])
    os.pwrite(file.fileno(), b"xyz", 20)
    os.ftruncate(file.fileno(), 21)
with open("folder/one", "ab", buffering=0) as file:
    file.write(b"behind")
os.rename("folder/one", "two")
os.link("two", "three")
os.unlink("three")
os.rmdir("folder")
open("two", "rb").read()
folder = os.open(".", os.O_RDONLY)
os.fdatasync(folder)
database = sqlite3.connect("four.db")
database.execute("create table t (x)")
database.execute("insert into t values (1)")
database.commit()
database.close()
"""

#: The operations of it before SQLite's.
DONE = [
    Operation(Op.MKDIR, "folder"),
    Operation(Op.CREATE, "folder/one"),
    Operation(Op.WRITE, "folder/one", 0, b"0123456789"),
    Operation(Op.FSYNC, "folder/one"),
    Operation(Op.WRITE, "folder/one", 2, b"abcd"),
    Operation(Op.WRITE, "folder/one", 20, b"xyz"),
    Operation(Op.TRUNCATE, "folder/one", 21),
    Operation(Op.OPEN, "folder/one"),
    Operation(Op.WRITE, "folder/one", 21, b"behind"),
    Operation(Op.RENAME, "folder/one", second="two"),
    Operation(Op.LINK, "two", second="three"),
    Operation(Op.UNLINK, "three"),
    Operation(Op.RMDIR, "folder"),
    Operation(Op.FDATASYNC, ""),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shim.build(tmp_path_factory.mktemp("library"))


def run(root: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    root.mkdir()
    command = [sys.executable, "-c", PROGRAM, str(root)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def logged(path: Path) -> list[Operation]:
    return [Operation(one.op, one.path, one.offset, one.data, second=one.second) for one in shim.read_log(path)]


def test_the_log_holds_every_operation_in_order_and_replays_to_what_is_on_disk(library: Path, tmp_path: Path) -> None:
    root, log = tmp_path / "root", tmp_path / "log"
    assert run(root, shim.environment(library, root, log=log)).returncode == 0
    operations = logged(log)
    assert operations[: len(DONE)] == DONE
    assert {one.path for one in operations[len(DONE) :]} == {"four.db", "four.db-journal", ""}
    files: dict[str, bytearray] = {}
    for one in operations:
        match one.op:
            case Op.CREATE:
                files[one.path] = bytearray()
            case Op.WRITE:
                files[one.path].extend(bytes(max(0, one.offset - len(files[one.path]))))
                files[one.path][one.offset : one.offset + len(one.data)] = one.data
            case Op.TRUNCATE:
                del files[one.path][one.offset :]
            case Op.RENAME:
                files[one.second] = files.pop(one.path)
            case Op.UNLINK:
                files.pop(one.path, None)
    assert files == {path.name: path.read_bytes() for path in root.iterdir()}


@pytest.mark.parametrize(
    ("how", "at", "ends"),
    [
        (How.KILL, 3, (-9, b"", "")),
        (How.TORN, 3, (-9, b"01234", "")),
        (How.KILL, 4, (-9, b"0123456789", "")),
        (How.TORN, 7, (-9, b"01abcd6789" + bytes(10) + b"x", "")),
        (How.ENOSPC, 3, (1, b"", "No space left on device")),
        (How.EIO, 4, (1, b"0123456789", "Input/output error")),
        (How.FULL, 4, (1, b"0123456789", "No space left on device")),
    ],
)
def test_the_operation_that_is_named_fails_in_the_way_that_is_named(
    library: Path, tmp_path: Path, how: How, at: int, ends: tuple[int, bytes, str]
) -> None:
    """`ends`: the exit code, what the file holds then, and words of what the program says."""
    root = tmp_path / "root"
    ended = run(root, shim.environment(library, root, fail_at=at, how=how))
    assert (ended.returncode, (root / "folder" / "one").read_bytes()) == ends[:2]
    assert ends[2] in ended.stderr


def test_a_quota_is_never_passed_and_a_write_that_would_is_short(library: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    program = "import os, sys; fd = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY); print(os.write(fd, bytes(5000))); os.write(fd, b'x' * 5000)"
    ended = subprocess.run(
        [sys.executable, "-c", program, str(root / "file")],
        env=shim.environment(library, root, quota=8192), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stdout == "5000\n"
    assert ended.returncode == 0  # it does not ask how much was written
    assert (root / "file").stat().st_size == 8192
    again = subprocess.run(
        [sys.executable, "-c", program, str(root / "other")],
        env=shim.environment(library, root, quota=8192), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "No space left on device" in again.stderr


def test_what_would_go_past_the_shim_ends_the_program(library: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "from").write_bytes(b"bytes")
    program = "import os, shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "from"), str(root / "to")],
        env=shim.environment(library, root), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == -6
    assert "changes a file unseen" in ended.stderr


def test_the_words_and_numbers_of_the_two_sides_are_the_same() -> None:
    source = shim.SOURCE.read_text("utf-8")
    ops = source.partition("enum op { ")[2].partition(" };")[0].replace(" = 1", "").split(", ")
    assert ops == [one.name for one in Op]
    hows = source.partition("HOWS[] = {")[2].partition("}")[0].replace('"', "").split(", ")
    assert hows[1:] == [one.value for one in How]
    assert os.strerror(28) == "No space left on device"
