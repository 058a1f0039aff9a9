"""The log of an archive: roots and proofs from the rows in its manifest, whatever of the tree is kept there, and what is missing."""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

import archiver
from archiver.errors import Damaged
from archiver.ledger import merkle
from archiver.ledger.log import WIDTH, Log, catch_up, fill
from archiver.manifest import log as rows
from archiver.manifest.opening import open_read_only
from archiver.manifest.store import Manifest
from archiver.model.log import leaf_hash
from archiver.model.statement import encode
from archiver.payloads import statement_of

#: More than two tiles' tiles, and neither a whole number of tiles nor a power of two.
SIZE = 2 * WIDTH * WIDTH + 3 * WIDTH + 77
LEAVES = [leaf_hash(b"statement %d" % number) for number in range(SIZE)]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    """One whose log has SIZE leaves, filled. For reading alone."""
    with closing(Manifest(tmp_path_factory.mktemp("log"))) as made:
        add(made, SIZE)
        with made.together():
            fill(made.connection)
        yield made


def add(manifest: Manifest, count: int, begin: int = 0) -> None:
    with manifest.together():
        for index in range(begin, begin + count):
            rows.add_leaf(manifest.connection, index + 1, LEAVES[index], str(UUID(int=index)))


def root_of(count: int) -> bytes:
    return merkle.tree_root(leaf.value for leaf in LEAVES[:count])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537, 70_000, 131_072, SIZE])
def test_the_root_at_every_size_is_the_one_over_the_leaves(manifest: Manifest, size: int) -> None:
    log = Log(manifest.connection)
    assert log.root(size).value == root_of(size)
    assert (log.size, log.root().value) == (SIZE, root_of(SIZE))


def test_proofs_from_the_manifest_hold(manifest: Manifest) -> None:
    log, chance = Log(manifest.connection), random.Random(5)
    for _ in range(60):
        size = chance.randint(1, SIZE)
        index, old, root = chance.randrange(size), chance.randint(1, size), log.root(size).value
        assert merkle.included(LEAVES[index].value, index, size, log.inclusion(index, size), root)
        assert merkle.consistent(old, log.root(old).value, size, root, log.consistency(old, size))


def test_a_proof_reads_a_few_hundred_hashes_of_a_hundred_thousand(manifest: Manifest) -> None:
    read = itertools.count()
    manifest.connection.set_progress_handler(lambda: next(read) < 0, 100)
    try:
        Log(manifest.connection).inclusion(SIZE // 3, SIZE)
    finally:
        manifest.connection.set_progress_handler(None, 0)
    assert next(read) < 200  # hundreds of SQLite's steps; every leaf would take 12,000


def test_what_is_kept_of_the_tree_changes_no_answer(tmp_path: Path) -> None:
    with closing(Manifest(tmp_path)) as manifest:
        log, begin = Log(manifest.connection), 0
        for count in (1, 255, 1, 300, 700, 3):
            add(manifest, count, begin)
            begin += count
            before = (log.root(), log.inclusion(begin // 2, begin), log.consistency(1, begin))
            for _ in range(2):
                with manifest.together():
                    fill(manifest.connection)
                assert (log.root(), log.inclusion(begin // 2, begin), log.consistency(1, begin)) == before
            assert log.root().value == root_of(begin)
            assert rows.kept_nodes(manifest.connection, 1) == begin // WIDTH


def test_a_hash_that_was_not_kept_is_computed(manifest: Manifest) -> None:
    with closing(sqlite3.connect(":memory:")) as copy:
        manifest.connection.backup(copy)
        copy.execute("delete from log_nodes where position % 3 = 1 or level = 2")
        log = Log(copy)
        assert log.root().value == root_of(SIZE)
        assert log.inclusion(70_000, SIZE) == Log(manifest.connection).inclusion(70_000, SIZE)


def test_the_log_is_called_after_its_first_leaf(manifest: Manifest) -> None:
    assert Log(manifest.connection).origin == f"archiver/{LEAVES[0].hex[:16]}"
    assert Log(manifest.connection).checkpoint().text.startswith(f"archiver/{LEAVES[0].hex[:16]}\n{SIZE}\n")


def test_an_empty_log_has_the_root_of_nothing_and_no_name(tmp_path: Path) -> None:
    with closing(Manifest(tmp_path)) as manifest:
        log = Log(manifest.connection)
        assert (log.size, log.root().value) == (0, merkle.EMPTY)
        with pytest.raises(Damaged, match="no leaf for statement 1"):
            log.checkpoint()


def test_without_one_leaf_there_is_no_root_and_the_leaf_is_named(tmp_path: Path) -> None:
    with closing(Manifest(tmp_path)) as manifest:
        add(manifest, 16)
        add(manifest, 20, 17)
        log = Log(manifest.connection)
        assert log.root(16).value == root_of(16)
        with pytest.raises(Damaged, match=r"no leaf for statement 17$"):
            log.root()
        with pytest.raises(Damaged, match=r"no leaf for statement 38$"):
            log.nodes(0, 37)


@pytest.mark.parametrize("value", ["", "ab", "z" * 64, "a" * 63, "0" * 66, " " * 64])
def test_what_is_no_hash_is_damage_and_no_crash(tmp_path: Path, value: str) -> None:
    with closing(Manifest(tmp_path)) as manifest:
        add(manifest, 300)
        with manifest.together():
            manifest.connection.execute("insert into log values (301, ?, null)", (value,))
            manifest.connection.execute("insert into log_nodes values (1, 0, ?)", (value,))
        log = Log(manifest.connection)
        for asked in (lambda: log.nodes(0, 300), lambda: log.nodes(8, 0), log.root):
            with pytest.raises(Damaged, match="cannot be read"):
                asked()


def test_rows_of_the_log_are_neither_changed_nor_cut_by_accident(tmp_path: Path) -> None:
    with closing(Manifest(tmp_path)) as manifest:
        add(manifest, 3)
        for sql in ("update log set leaf = '00'", "delete from log where sequence = 3"):
            with pytest.raises(sqlite3.IntegrityError, match="the log is not"):
                manifest.connection.execute(sql)


# ── the log of an archive ──


def without_log(folder: Path, only: str = "1") -> None:
    """As if the archive had been made before there was a log, or some statements of it."""
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection, connection:
        connection.execute("drop trigger log_is_not_cut")
        connection.execute(f"delete from log where {only}")
        connection.execute("delete from log_nodes")
        connection.execute(
            "create trigger log_is_not_cut before delete on log begin select raise(abort, 'the log is not cut'); end"
        )


def leaves_of(folder: Path) -> list[tuple[int, str, str]]:
    with open_read_only(folder) as connection:
        return [tuple(row) for row in connection.execute("select * from log order by sequence")]


def test_each_leaf_is_the_hash_of_what_its_statement_s_record_holds(demo: Path) -> None:
    with closing(Manifest(demo)) as manifest:
        found = leaves_of(demo)
        assert [sequence for sequence, _, _ in found] == list(range(1, len(found) + 1))
        for sequence, leaf, statement_id in found:
            place = manifest.location_of(statement_id)
            assert place is not None
            statement = statement_of(statement_id, place, demo / "archive")
            assert (statement.sequence, leaf_hash(encode(statement)).hex) == (sequence, leaf)


@pytest.mark.parametrize("missing", ["1", "sequence in (2, 5, 6)", "sequence > 7"])
def test_statements_without_a_leaf_get_theirs_at_the_next_opening(demo: Path, tmp_path: Path, missing: str) -> None:
    copy = shutil.copytree(demo, tmp_path / "copy")
    before = leaves_of(copy)
    without_log(copy, missing)
    assert len(leaves_of(copy)) < len(before)
    with archiver.open_archive(copy):
        pass
    assert leaves_of(copy)[: len(before)] == before


def test_a_statement_whose_record_is_damaged_gets_none_and_the_others_get_theirs(demo: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(demo, tmp_path / "copy")
    before = leaves_of(copy)
    without_log(copy)
    with closing(Manifest(copy)) as manifest:
        place = manifest.location_of(before[4][2])
        assert place is not None
        path = copy / "archive" / place.warc
        data = bytearray(path.read_bytes())
        data[place.offset + place.length // 2] ^= 4
        path.write_bytes(data)
        for _ in range(2):  # a further opening changes nothing
            catch_up(manifest, copy / "archive")
            assert leaves_of(copy) == before[:4] + before[5:]
        with pytest.raises(Damaged, match=r"no leaf for statement 5$"):
            Log(manifest.connection).root()
        data[place.offset + place.length // 2] ^= 4
        path.write_bytes(data)
        catch_up(manifest, copy / "archive")
    assert leaves_of(copy) == before
