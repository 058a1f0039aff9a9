"""The log as static files: somebody who has nothing else gets every root and proof out of them."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from archiver.errors import Damaged, NotFound, UsageError
from archiver.ledger import checkpoints, merkle
from archiver.ledger.log import Log
from archiver.ledger.tiles import Published, tile_path, write_tiles
from archiver.manifest import log as rows
from archiver.manifest.opening import open_read_only
from archiver.manifest.store import Manifest
from archiver.model.log import Checkpoint, leaf_hash
from archiver.signing.keys import Key
from archiver.signing.note import Note
from tests.ledger.test_log import LEAVES


class Reader:
    """Whoever has the files alone, and knows C2SP tlog-tiles."""

    def __init__(self, folder: Path) -> None:
        origin, size, root, blank, *_ = (folder / "checkpoint").read_text("utf-8").split("\n")
        assert blank == ""
        self.folder, self.size, self.root = (
            folder,
            int(size),
            Checkpoint.parse(f"{origin}\n{size}\n{root}\n").root.value,
        )

    def tile(self, kind: str, count: int, index: int) -> bytes:
        """Number `index` of a level (or of the entries) where there are so many hashes."""
        width = min(256, count - index * 256)
        *above, last = f"{index // 1_000_000:03d}", f"{index // 1000 % 1000:03d}", f"{index % 1000:03d}"
        path = self.folder / "tile" / kind
        for part in above if index >= 1_000_000 else above[1:] if index >= 1000 else ():
            path /= f"x{part}"
        return (path / last if width == 256 else path / f"{last}.p" / str(width)).read_bytes()

    def hashes(self, level: int, index: int) -> list[bytes]:
        data = self.tile(str(level), self.size >> 8 * level, index)
        assert len(data) % 32 == 0
        return [data[at : at + 32] for at in range(0, len(data), 32)]

    def nodes(self, level: int, index: int) -> bytes:
        tile, height = divmod(level, 8)
        begin = index << height
        return merkle.tree_root(self.hashes(tile, begin // 256)[begin % 256 : begin % 256 + (1 << height)])

    def entries(self) -> list[bytes]:
        found = []
        for index in range(-(-self.size // 256)):
            data = self.tile("entries", self.size, index)
            while data:
                length = data[0] << 8 | data[1]
                found.append(data[2 : 2 + length])
                assert len(found[-1]) == length
                data = data[2 + length :]
        return found

    def check(self) -> None:
        assert merkle.range_root(self.nodes, 0, self.size) == self.root
        for index in {0, self.size // 3, self.size - 1}:
            proof = merkle.inclusion(self.nodes, index, self.size)
            leaf = self.hashes(0, index // 256)[index % 256]
            assert merkle.included(leaf, index, self.size, proof, self.root)


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 999, 256, "tile/0/999"),
        (1, 1000, 256, "tile/1/x001/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (2, 5, 17, "tile/2/005.p/17"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
        (0, 3906000, 1, "tile/0/x003/x906/000.p/1"),
    ],
)
def test_a_tile_is_where_the_layout_has_it(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width).as_posix() == path


class Growing:
    """A manifest whose log grows, its checkpoints, and what is published of them."""

    def __init__(self, folder: Path) -> None:
        self.manifest, self.archive, self.out = Manifest(folder), folder / "archive", folder / "out"
        self.archive.mkdir()
        self.key = Key.generate()

    def grow(self, size: int) -> None:
        with self.manifest.together():
            for index in range(rows.size(self.manifest.connection), size):
                rows.add_leaf(self.manifest.connection, index + 1, LEAVES[index], str(UUID(int=index)))
        made = Log(self.manifest.connection).checkpoint()
        checkpoints.keep(self.archive, made, Note(made.text).signed(self.key, made.origin), lambda _folder: None)

    def publish(self) -> Published:
        return write_tiles(self.manifest.connection, self.archive, self.out)

    def files(self) -> set[str]:
        return {path.relative_to(self.out).as_posix() for path in self.out.rglob("*") if path.is_file()}


def test_the_files_are_those_that_a_tree_of_that_size_has(tmp_path: Path) -> None:
    """70,000 leaves, the example of the specification."""
    growing = Growing(tmp_path)
    with closing(growing.manifest):
        growing.grow(70_000)
        assert growing.publish().files == 273 + 1 + 1 + 1 + 1
        assert growing.publish().files == 0
        files = growing.files()
    level_0 = {f"tile/0/{index:03d}" for index in range(273)} | {"tile/0/273.p/112"}
    assert files == level_0 | {"tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "checkpoint"}
    Reader(growing.out).check()


def test_it_grows_checkpoint_by_checkpoint_and_a_full_tile_is_written_once(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    with closing(growing.manifest):
        full: dict[Path, int] = {}
        for size in (1, 2, 255, 256, 257, 600, 600, 1024):
            growing.grow(size)
            growing.publish()
            Reader(growing.out).check()
            assert Reader(growing.out).size == size
            assert all(path.stat().st_ino == known for path, known in full.items())
            full = {path: path.stat().st_ino for path in growing.out.glob("tile/0/???") if path.is_file()}
            assert len(full) == size // 256
        partial = {name for name in growing.files() if ".p/" in name}
        assert partial == {f"tile/1/000.p/{width}" for width in (1, 2, 4)}  # those of level 0 have become full
        note = Note.parse((growing.out / "checkpoint").read_bytes())
        assert note.verified([growing.key.verifier(Log(growing.manifest.connection).origin)])


def test_a_file_that_is_missing_is_written_again(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    with closing(growing.manifest):
        growing.grow(600)
        growing.publish()
        before = growing.files()
        (growing.out / "tile/0/001").unlink()
        (growing.out / "checkpoint").unlink()
        assert growing.publish().files == 1
        assert growing.files() == before
    Reader(growing.out).check()


def test_what_was_published_is_not_gone_back_on(tmp_path: Path) -> None:
    growing, other = Growing(tmp_path / "a"), Growing(tmp_path / "b")
    with closing(growing.manifest), closing(other.manifest):
        growing.grow(40)
        growing.publish()
        (growing.archive / "checkpoints/000000000040.checkpoint").unlink()
        growing.manifest.connection.execute("drop trigger log_is_not_changed")
        growing.manifest.connection.execute("update log set leaf = ? where sequence = 20", ("0" * 64,))
        growing.grow(50)
        before = (growing.out / "checkpoint").read_bytes()
        with pytest.raises(Damaged, match="does not go on from"):
            growing.publish()
        other.grow(30)
        with pytest.raises(Damaged, match="does not go on from"):
            write_tiles(other.manifest.connection, other.archive, growing.out)
        assert (growing.out / "checkpoint").read_bytes() == before


def test_nothing_is_published_that_the_newest_checkpoint_does_not_say(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    with closing(growing.manifest):
        with pytest.raises(NotFound, match="no checkpoint"):
            growing.publish()
        growing.grow(9)
        growing.manifest.connection.execute("drop trigger log_is_not_changed")
        growing.manifest.connection.execute("update log set leaf = ? where sequence = 5", ("0" * 64,))
        with pytest.raises(Damaged, match="not the one that"):
            growing.publish()
        assert not growing.out.exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    with closing(growing.manifest):
        growing.grow(9)
        growing.out.mkdir()
        for held in (b"", b"something else\n", b"another/log\n3\n" + b"A" * 43 + b"=\n\n"):
            (growing.out / "checkpoint").write_bytes(held)
            with pytest.raises(UsageError):
                growing.publish()
            assert growing.files() == {"checkpoint"}


def test_the_statements_stand_behind_their_lengths(demo: Path, tmp_path: Path) -> None:
    with open_read_only(demo) as connection:
        size = write_tiles(connection, demo / "archive", tmp_path / "out").checkpoint.size
        assert not (tmp_path / "out" / "tile" / "entries").exists()
        assert write_tiles(connection, demo / "archive", tmp_path / "out", entries=True).files == 1
    reader = Reader(tmp_path / "out")
    reader.check()
    found = reader.entries()
    assert len(found) == size
    assert [leaf_hash(one).value for one in found] == reader.hashes(0, 0)


def test_a_statement_that_cannot_be_read_is_named_and_the_checkpoint_stays(demo: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(demo, tmp_path / "copy")
    (path,) = (copy / "archive").glob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    with open_read_only(copy) as connection:
        with pytest.raises(Damaged):
            write_tiles(connection, copy / "archive", tmp_path / "out", entries=True)
        assert not (tmp_path / "out" / "checkpoint").exists()
        write_tiles(connection, copy / "archive", tmp_path / "out")
    Reader(tmp_path / "out").check()
