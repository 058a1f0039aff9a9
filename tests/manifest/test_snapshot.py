"""A public copy of the manifest: what is in it, what is not, byte for byte, and that it is never half of one."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver import open_archive
from archiver.errors import ArchiverError, Exit, ForeignManifest, Locked, UsageError
from archiver.manifest import public, snapshot
from archiver.manifest.dump import differences
from archiver.manifest.lookup import by_url, citations
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.public import RULES, unlocated
from archiver.manifest.schema import APPLICATION_ID, VERSION
from archiver.manifest.search import search
from archiver.publishing import publish
from archiver.withdrawing import withdraw
from tests.small_web import archived
from tests.tracing import article, names

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

#: Whose name is nowhere in a copy, and the file that may be.
USER, PLACE = "quirin", "/home/quirin/inner drawer/box.warc.gz"

MILL, RELAY, FEN = "http://mill.example/ledger", "http://relay.example/ledger", "http://fen.example/herons"

#: Words of the page that is withdrawn, of its title and its byline, and of no other page.
WORDS = ("vostrikine", "quandarious", "umbelliferate", "zelphine", "ostrakowa")
PAGES = {
    MILL: article(
        MILL, "Zelphine Courier", title="The umbelliferate ledger", day="2023-05-04",
        text=("Nobody had seen the vostrikine ledger of Nether Lode, and quandarious tales were told of it for years.",) * 2,
        note=names("The Ostrakowa Letter", "http://letter.example/ledger"),
    ),
    RELAY: article(
        RELAY, "The Relay", title="A ledger in a drawer", day="2023-05-06", note=names("Mill", MILL),
        text=("A clerk of the harbour kept a second book, which his heirs gave to the parish after his death.",) * 2,
    ),
    FEN: article(FEN, "Fen Post", title="Herons", text=("Herons stood in the drained pond for a week, and left without a word.",)),
}  # fmt: skip


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot") / "archive"
    archived(folder, PAGES)
    return folder


@pytest.fixture
def copy(web: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(web, tmp_path / "copy"))


def written(archive: Path, folder: Path, *, texts: bool = True) -> snapshot.Written:
    with open_read_only(archive) as connection:
        return publish(archive, connection, folder, at=AT, tool="archiver/test", texts=texts)


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    address = f"{(folder / snapshot.NAME).as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def rows(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sql, parameters)]


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes().lower() for path in folder.iterdir())


def withdrawn(archive: Path, url: str, *, remove: bool = False) -> None:
    with open_read_only(archive) as connection:
        capture = rows(connection, "select capture_id from captures where asked_url = ?", url)[0][0]
    with open_archive(archive) as there:
        withdraw(there, str(capture), by="M. Frey", because=f"a court said so, see {PLACE}", remove=remove)


# ── what a copy is ──


def test_a_copy_is_a_manifest_that_says_what_it_is(web: Path, tmp_path: Path) -> None:
    done = written(web, tmp_path / "out")
    assert done.size == done.path.stat().st_size
    with opened(tmp_path / "out") as connection:
        pragmas = ("application_id", "user_version", "journal_mode", "freelist_count", "integrity_check")
        said = [connection.execute(f"pragma {name}").fetchone()[0] for name in pragmas]
        assert said == [APPLICATION_ID, VERSION, "delete", 0, "ok"]
        assert rows(connection, "pragma foreign_key_check") == []
        assert snapshot.made(connection) == done.snapshot
        assert rows(connection, "select count(*), max(sequence) from log") == [(done.snapshot.sequence,) * 2]
        assert search(connection, "vostrikine ledger")[0].url == MILL
    assert (done.snapshot.made_at, done.snapshot.tool, done.snapshot.texts) == (
        "2026-11-22T09:30:00Z",
        "archiver/test",
        True,
    )
    assert (done.snapshot.archive_origin or "").startswith("archiver/")
    with open_read_only(web) as connection:
        assert snapshot.made(connection) is None


def test_what_stands_beside_it_is_what_datasette_reads(web: Path, tmp_path: Path) -> None:
    done = written(web, tmp_path / "out")
    found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()}
    assert found == dict.fromkeys((snapshot.NAME, "settings.json", "metadata.json", "inspect-data.json"), 0o644)
    said = {
        name: json.loads((tmp_path / "out" / f"{name}.json").read_text())
        for name in ("settings", "metadata", "inspect-data")
    }
    assert said["settings"]["default_allow_sql"] is False
    assert said["metadata"]["databases"]["manifest"]["allow_sql"] is False
    assert said["inspect-data"]["manifest"]["hash"] == done.sha256
    with opened(tmp_path / "out") as connection:
        for table, one in said["inspect-data"]["manifest"]["tables"].items():
            assert rows(connection, f'select count(*) from "{table}"') == [(one["count"],)], table
        assert {"documents", "snapshot"} <= set(said["inspect-data"]["manifest"]["tables"])


def test_a_new_one_takes_the_place_of_the_one_before(copy: Path, tmp_path: Path) -> None:
    first = written(copy, tmp_path / "out")
    withdrawn(copy, MILL)
    (tmp_path / "out" / f"{snapshot.NAME}-journal").write_bytes(b"left by somebody")
    second = written(copy, tmp_path / "out")
    assert second.snapshot.sequence > first.snapshot.sequence
    assert not (tmp_path / "out" / f"{snapshot.NAME}-journal").exists()
    assert all(word.encode() not in bytes_of(tmp_path / "out") for word in WORDS)


@pytest.mark.parametrize("name", ["notes.txt", snapshot.NAME, "settings.json"])
def test_what_is_no_snapshot_is_never_written_over(web: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine")
    with pytest.raises(UsageError, match="nothing was done"):
        written(web, out)
    assert {path.name: path.read_text() for path in out.iterdir()} == {name: "mine"}
    with pytest.raises(UsageError, match="no folder"):
        written(web, out / name)
    with pytest.raises(UsageError, match="nothing was done"):
        written(web, web / "manifests")


def test_what_was_broken_off_is_cleared_away_and_begun_anew(web: Path, tmp_path: Path) -> None:
    draft = tmp_path / "out" / snapshot.DRAFT
    draft.mkdir(parents=True)
    (draft / "whole.db").write_bytes(b"half of a manifest")
    (tmp_path / "out" / "settings.json").write_text("{}")
    written(web, tmp_path / "out")
    assert not draft.exists()
    assert b"half of a manifest" not in bytes_of(tmp_path / "out")


def test_two_at_a_time_do_not_meet_in_one_folder(web: Path, tmp_path: Path) -> None:
    lock = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(Locked):
        written(web, tmp_path)
    os.close(lock)
    written(web, tmp_path)


def test_of_a_damaged_manifest_no_copy_is_left(copy: Path, tmp_path: Path) -> None:
    path = copy / MANIFEST
    data = bytearray(path.read_bytes())
    data[8192 * 8 : 8192 * 60] = os.urandom(8192 * 52)
    path.write_bytes(data)
    with pytest.raises(Exception, match="manifest") as raised:
        written(copy, tmp_path / "out")
    assert "damaged" in str(raised.value) or isinstance(raised.value, ForeignManifest)
    assert not (tmp_path / "out").exists()


def test_a_copy_holds_one_state_while_another_process_writes(copy: Path, tmp_path: Path) -> None:
    code = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)\n"
        "print('at work', flush=True)\n"
        "for number in range(1_000_000):\n"
        "    connection.execute('begin immediate')\n"
        "    connection.execute('insert into certificates values (?)', (f'of {number}',))\n"
        "    connection.execute('insert into boilerplate values (?, ?, ?)', (f'of {number}', 'site', 'words ' * 40))\n"
        "    connection.execute('commit')\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(copy / MANIFEST)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"at work\n"
        seen = []
        for number in range(4):
            written(copy, tmp_path / f"out{number}")
            with opened(tmp_path / f"out{number}") as connection:
                both = rows(
                    connection, "select (select count(*) from certificates), (select count(*) from boilerplate)"
                )[0]
                assert both[0] == both[1]
                assert rows(connection, "pragma integrity_check") == [("ok",)]
            seen.append(both[0])
        assert writer.poll() is None
        assert seen[-1] > seen[0]
    finally:
        writer.kill()
        writer.communicate()


# ── what is not in it ──


def test_every_column_is_named_by_one_rule(web: Path) -> None:
    named = Counter((rule.table, column) for rule in RULES for column in rule.columns)
    emptied = {rule.table for rule in RULES if not rule.columns}
    with open_read_only(web) as connection:
        tables = rows(
            connection, "select name from pragma_table_list where schema = 'main' and type in ('table', 'virtual')"
        )
        columns = {
            (str(name), str(column))
            for (name,) in tables
            if name != "sqlite_schema" and name not in emptied
            for (column,) in rows(connection, "select name from pragma_table_info(?)", name)
        }
    assert set(named) == columns
    assert max(named.values()) == 1
    assert emptied.isdisjoint(table for table, _ in named)
    assert all(rule.why for rule in RULES)


#: Where people, and the machine, may have written of themselves: said here once more, so that a rule cannot be dropped unseen.
OPEN = {
    "captures": ("source_note", "operator", "note"), "exchanges": ("headers", "tls_override"), "attempts": ("message",),
    "events": ("detail", "subject"), "anchors": ("whom", "note"), "keys": ("because",), "namings": ("because",), "decisions": ("because",),
    "withdrawals": ("because",), "runs": ("jobs", "message"), "visits": ("job", "why", "changes"), "pace": ("retry_url", "problem"),
}  # fmt: skip


def test_nothing_of_the_machine_or_its_people_is_left_in_any_byte(copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy / MANIFEST)) as connection, connection:
        for table, columns in OPEN.items():
            _fill(connection, table, columns)
        connection.execute("update exchanges set peer = iif(hop = 0 and sequence % 2, '93.184.216.34', '10.1.2.3')")
        for number in range(500):  # whole pages of them
            connection.execute(
                "insert into pace (host, at, next_at) values (?, 'at', ?)", (f"host{number}.example", PLACE * 10)
            )
    done = written(copy, tmp_path / "out")
    held = bytes_of(tmp_path / "out")
    for secret in (USER, "inner", "drawer/", "10.1.2.3", "host7.example"):
        assert secret.encode() not in held, secret
    assert b"box.warc.gz" in held
    assert b"93.184.216.34" in held
    assert {"notes", "operators", "paths", "private addresses", "visits of runs", "error messages"} <= set(
        done.left_out
    )
    with opened(tmp_path / "out") as connection:
        assert rows(connection, "pragma freelist_count") == [(0,)]
        assert {row[0] for row in rows(connection, "select because from keys")} == {"from box.warc.gz"}


def _fill(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    """The secret in these columns of every row, and a row where there is none."""
    known = dict(rows(connection, "select name, type from pragma_table_info(?)", table))
    if not rows(connection, f"select 1 from {table} limit 1"):
        row = [1 if kind == "INTEGER" else "x" for kind in known.values()]
        connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    for name in columns:
        secret = json.dumps(["job", PLACE]) if name in ("jobs", "headers", "changes") else f"from {PLACE}"
        connection.execute(f"update {table} set {name} = ?", (secret,))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/ana/a b.warc.gz; the word of who imported it", "a b.warc.gz; the word of who imported it"),
        ("from /home/Ana Maria/My Files/a.warc (see https://a.example/b/c)", "from a.warc (see https://a.example/b/c)"),
        ("C:\\Users\\ana\\x.pdf", "x.pdf"),
        ("\\\\host\\share\\x.pdf", "x.pdf"),
        ("file:///home/ana/x.html", "x.html"),
        ("~/papers/x.html and ../y.html", "y.html"),
        ("/home/ana", "…"),
        ("/srv/log", "log"),
        ("and/or, 24/7, http://a.example/home/ana", "and/or, 24/7, http://a.example/home/ana"),
        ("git@git.example:people/log", "git@git.example:people/log"),
        ("box.warc.gz", "box.warc.gz"),
        ("a / b", "a / b"),
        ("", ""),
        (None, None),
    ],
)  # fmt: skip
def test_of_a_path_its_last_part_is_left(text: str | None, left: str | None) -> None:
    assert unlocated(text) == left


@pytest.mark.parametrize("piece", ["/ ", "~a", ",~a", "/a", "file:", " /a://", "\\", "../", " C:\\"])
def test_looking_for_paths_is_linear(piece: str) -> None:
    long = piece * (1_000_000 // len(piece))
    begun = os.times().user
    unlocated(long)
    assert os.times().user - begun < 3


# ── what is withdrawn ──


@pytest.mark.parametrize("texts", [True, False])
def test_what_a_withdrawn_page_says_is_in_no_byte_and_that_it_is_withdrawn_is(
    copy: Path, tmp_path: Path, *, texts: bool
) -> None:
    written(copy, tmp_path / "before")
    assert all(word.encode() in bytes_of(tmp_path / "before") for word in WORDS)
    withdrawn(copy, MILL)
    done = written(copy, tmp_path / "out", texts=texts)
    held = bytes_of(tmp_path / "out")
    assert [word for word in WORDS if word.encode() in held] == []
    assert done.left_out["withdrawn pages"] == 1
    with opened(tmp_path / "out") as connection:
        assert rows(connection, "pragma foreign_key_check") == []
        assert rows(connection, "pragma integrity_check") == [("ok",)]
        assert rows(connection, "select by, because from withdrawals") == [
            ("M. Frey", "a court said so, see box.warc.gz")
        ]
        assert rows(connection, "select outcome, problems, title from documents where url = ?", MILL) == [
            ("flagged", '["withdrawn"]', None)
        ]
        assert search(connection, "vostrikine") == []
        assert [hit.url for hit in search(connection, "herons")] == [FEN]
        page, *_ = citations(connection, by_url(connection, MILL))
        assert (page.problems, page.claims, page.title, page.withdrawn is not None) == (("withdrawn",), (), None, True)
        other, *_ = citations(connection, by_url(connection, RELAY))
        assert MILL in {claim.url for claim in other.claims}


def test_the_indexes_hold_no_word_of_it_either(copy: Path, tmp_path: Path) -> None:
    withdrawn(copy, MILL)
    written(copy, tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / snapshot.NAME)) as connection:
        connection.execute("create virtual table temp.words using fts5vocab(main, texts_fts, row)")
        words = {row[0] for row in connection.execute("select term from words")}
        assert rows(
            connection, "select count(*) from shingles_docsize union all select count(*) from shingles_idx"
        ) == [(0,), (0,)]
    assert "herons" in words
    assert words.isdisjoint(WORDS)


def test_of_it_and_of_what_followed_from_it_a_copy_says_what_one_says_after_its_removal(
    web: Path, tmp_path: Path
) -> None:
    for remove in (False, True):
        archive = Path(shutil.copytree(web, tmp_path / f"archive-{remove}"))
        withdrawn(archive, MILL, remove=remove)
        written(archive, tmp_path / f"out-{remove}")
    differ = {
        one.table for one in differences(tmp_path / "out-False" / snapshot.NAME, tmp_path / "out-True" / snapshot.NAME)
    }
    # What was read anew then is stated anew, and of the document the digest of nothing is kept.
    assert differ <= {"warcs", "records", "conversions", "readings", "withdrawals", "log", "checkpoints", "documents"}
    said = "title, title_key, publisher, publisher_id, authors, language, outcome, problems, is_page, read_problems, linked, text_id"
    with opened(tmp_path / "out-False") as one, opened(tmp_path / "out-True") as other:
        sql = f"select id, {said} from documents order by id"
        assert rows(one, sql) == rows(other, sql)


# ── without texts ──


def test_without_texts_titles_quotes_and_digests_stay(web: Path, tmp_path: Path) -> None:
    done = written(web, tmp_path / "out", texts=False)
    assert done.left_out["texts"] == len(PAGES)
    held = bytes_of(tmp_path / "out")
    assert b"quandarious tales" not in held
    assert b"umbelliferate ledger" in held
    with opened(tmp_path / "out") as connection:
        said = snapshot.made(connection)
        assert said is not None
        assert not said.texts
        assert [hit.url for hit in search(connection, "umbelliferate")] == [MILL]
        assert search(connection, "quandarious") == []
        assert rows(connection, "select count(*) from evidence where quote like '%Ostrakowa%'")[0][0]
        assert rows(connection, "select count(*) from texts where words > 0 and text = ''") == [(len(PAGES),)]


# ── what goes wrong ──


def _full() -> sqlite3.OperationalError:
    with closing(sqlite3.connect(":memory:")) as one:
        one.execute("pragma max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as raised:
            one.executescript("create table a (b); create table c (d)")
    return raised.value


def _wrong() -> sqlite3.OperationalError:
    with closing(sqlite3.connect(":memory:")) as one, pytest.raises(sqlite3.OperationalError) as raised:
        one.execute("select nothing from nowhere")
    return raised.value


@pytest.mark.parametrize(
    ("why", "code", "advice"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Exit.FAILED, "room for two manifests"),
        (OSError(errno.EACCES, "Permission denied"), Exit.FAILED, "a folder that you may write to"),
        (OSError(errno.ENOTDIR, "Not a directory"), Exit.FAILED, "another folder"),
        (_full(), Exit.FAILED, "room for two manifests"),
        (_wrong(), Exit.BUG, "archiver doctor"),
    ],
)
def test_what_helps_depends_on_what_went_wrong(
    copy: Path, tmp_path: Path, why: Exception, code: Exit, advice: str
) -> None:
    withdrawn(copy, MILL)

    def redraw(_: Path) -> None:
        raise why

    with open_read_only(copy) as connection, pytest.raises(ArchiverError) as raised:
        snapshot.write(connection, tmp_path / "out", redraw, at=AT, tool="archiver/test")
    assert raised.value.exit_code == code
    assert advice in raised.value.advice
    assert ("folder" in raised.value.advice) == (code is Exit.FAILED)
    assert not (tmp_path / "out").exists()


# ── what is read for the public as it is ──


def test_behind_a_veil_no_private_server_is_seen_and_all_else_is(web: Path) -> None:
    everything = "select * from exchanges order by sequence, hop"
    with open_read_only(web) as plain, open_read_only(web) as veiled:
        public.veil(veiled)
        seen = [dict(row) for row in veiled.execute(everything)]
        assert seen == [{**dict(row), "peer": None} for row in plain.execute(everything)]
        assert {row["peer"] for row in plain.execute(everything)} == {"127.0.0.1"}
