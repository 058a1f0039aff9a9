from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.errors import Damaged, Locked
from archiver.warc.groups import groups
from archiver.warc.read import members
from archiver.warc.seal import WarcStore, prepare, seal
from archiver.warc.store import NAME, undisturbed
from tests.warc import archive
from tests.warc.archive import START, Memory, captured, exchange, visit
from tests.warc.lone_texts import seal_text

ELSEWHERE = """
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.warc import archive
with archive.store(Path({folder!r})).locked():
    print("held", flush=True)
    time.sleep({seconds})
"""


def holder(store: WarcStore, seconds: float) -> subprocess.Popen[str]:
    """Another process that holds the lock: it has it when this returns."""
    script = ELSEWHERE.format(root=str(Path.cwd()), folder=str(store.folder), seconds=seconds)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_excludes_another_process_and_says_so(store: WarcStore) -> None:
    with holder(store, 60) as other:
        with pytest.raises(Locked, match="another process"), store.locked(wait=0.1):
            pass
        other.kill()


def test_the_lock_is_free_as_soon_as_its_holder_is_killed(store: WarcStore) -> None:
    with holder(store, 60) as other:
        other.kill()
        with store.locked(wait=5):
            pass


def test_a_waiting_process_gets_the_lock_when_it_is_let_go(store: WarcStore) -> None:
    with holder(store, 0.2), store.locked(wait=10):
        pass


def test_who_checks_waits_for_who_writes_and_not_for_others_who_check(store: WarcStore, tmp_path: Path) -> None:
    with holder(store, 60) as other:
        with pytest.raises(Locked, match="another process"), undisturbed(store.folder, wait=0.1):
            pass
        other.kill()
    with undisturbed(store.folder), undisturbed(store.folder), pytest.raises(Locked), store.locked(wait=0.1):
        pass
    with undisturbed(tmp_path / "a copy without a lock file"):
        pass


def test_the_lock_excludes_other_threads_and_lets_its_own_in_again(store: WarcStore) -> None:
    order = []

    def write(name: str) -> None:
        with store.locked(), store.locked():
            order.append(name)
            time.sleep(0.005)
            order.append(name)

    threads = [threading.Thread(target=write, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order[::2] == order[1::2]


def test_threads_that_capture_at_once_make_one_sequence(store: WarcStore, journal: Memory) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: captured(store, journal, exchange(body=b"%d" % n)), range(20)))
    assert [capture.sequence for capture in journal.captures()] == list(range(1, 21))
    [path] = store.files()
    assert len(list(members(path))) == len(journal.records)


def test_a_file_that_would_grow_too_large_is_followed_by_a_new_one(tmp_path: Path, journal: Memory) -> None:
    store = archive.store(tmp_path, max_bytes=140_000)
    for n in range(12):
        captured(store, journal, exchange(body=bytes([n]) * 10))
    assert len(store.files()) > 1
    assert [path.name[-13:-8] for path in store.files()] == [f"{n:05d}" for n in range(1, len(store.files()) + 1)]
    for path in store.files():
        assert path.stat().st_size <= 140_000
        assert next(members(path)).kind == "warcinfo"
    assert {capture.final.record.warc for capture in journal.captures()} == {path.name for path in store.files()}


def test_a_larger_record_stands_alone_in_its_file(tmp_path: Path, journal: Memory) -> None:
    store = archive.store(tmp_path, max_bytes=200_000)
    for body in (b"small", random.Random(1).randbytes(400_000), b"another"):
        captured(store, journal, exchange(body=body, tls=None))
    assert [sum(record.kind == "response" for record in members(path)) for path in store.files()] == [1, 1, 1]


def test_names_sort_in_the_order_of_their_making_whatever_the_clock_says(tmp_path: Path, journal: Memory) -> None:
    hours = iter(range(100, 0, -1))
    store = archive.store(tmp_path, max_bytes=1, clock=lambda: START + timedelta(hours=next(hours)))
    made = [captured(store, journal, exchange(body=b"%d" % n)).final.record.warc for n in range(4)]
    assert made == sorted(made)
    assert all(NAME.fullmatch(name) for name in made)


def test_a_text_may_begin_a_file_and_says_so(tmp_path: Path, journal: Memory) -> None:
    store = archive.store(tmp_path, max_bytes=1)
    capture = captured(store, journal)
    with store.locked():
        records = seal_text("text", capture, "html/1", store, journal)
    assert [record.kind for record in records] == ["warcinfo", "conversion"]


@pytest.mark.parametrize("change", [b"", b"more"])
def test_nothing_is_appended_where_the_file_does_not_end_as_known(
    store: WarcStore, journal: Memory, change: bytes
) -> None:
    captured(store, journal)
    [path] = store.files()
    path.write_bytes(path.read_bytes() + change if change else path.read_bytes()[:-1])
    before = path.read_bytes()
    with pytest.raises(Damaged):
        captured(store, journal, exchange(body=b"new"))
    assert path.read_bytes() == before


def test_a_file_that_is_gone_is_damage(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    store.files()[0].unlink()
    with pytest.raises(Damaged, match="is gone"):
        captured(store, journal)


FULL = """
import resource, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.warc import archive
store, journal = archive.store(Path({folder!r})), archive.Memory()
if {first}:
    archive.captured(store, journal)
size = sum(path.stat().st_size for path in store.files())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + {more}, resource.RLIM_INFINITY))
try:
    archive.captured(store, journal, archive.exchange(body=bytes(i * i % 251 for i in range(5000))))
except OSError as why:
    print(type(why).__name__, size, sum(path.stat().st_size for path in store.files()))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
archive.captured(store, journal)
print(len(journal.statements))
"""


@pytest.mark.parametrize(("first", "more"), [(True, 0), (True, 1), (True, 2000), (False, 0), (False, 700)])
def test_a_write_that_fails_leaves_the_file_as_it_was_and_the_next_succeeds(
    store: WarcStore, first: bool, more: int
) -> None:
    """A limit on the size of files, as a full disk would have it: the write comes back short, the next one fails."""
    script = FULL.format(root=str(Path.cwd()), folder=str(store.folder), first=first, more=more)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    failed, sealed = done.stdout.splitlines()
    kind, before, after = failed.split()
    assert (kind, before) == ("OSError", after)
    assert int(sealed) == 1 + first
    for path in store.files():
        list(members(path))


def test_a_sync_that_fails_takes_the_bytes_back(tmp_path: Path, journal: Memory) -> None:
    broken = [False]

    def sync(_fd: int) -> None:
        if broken[0]:
            raise OSError(5, "Input/output error")

    store = archive.store(tmp_path, sync=sync)
    captured(store, journal)
    [path] = store.files()
    before = path.read_bytes()
    broken[0] = True
    with pytest.raises(OSError, match="Input/output"):
        captured(store, journal, exchange(body=b"new"))
    assert path.read_bytes() == before


def test_bytes_are_synced_before_seal_returns(tmp_path: Path, journal: Memory) -> None:
    sizes: list[int] = []
    store = archive.store(tmp_path, sync=lambda fd: sizes.append(Path(f"/proc/self/fd/{fd}").stat().st_size))
    with prepare(visit(), store) as ready, store.locked():
        capture = seal(ready, store, journal)
    assert sizes == [capture.statement.offset + capture.statement.length]


def test_a_new_file_s_name_is_on_disk_and_those_of_the_folders_that_lead_to_it(tmp_path: Path, journal: Memory) -> None:
    store, synced = archive.store(tmp_path / "made" / "just" / "now"), []
    store.sync_folder = synced.append  # type: ignore[assignment]  # seen from outside
    captured(store, journal)
    assert synced[:4] == [tmp_path / "made" / "just" / "now", tmp_path / "made" / "just", tmp_path / "made", tmp_path]
    synced.clear()
    captured(store, journal, exchange(body=b"2"))
    assert synced == []


# ── several appends together ──


def counted(tmp_path: Path, **options: object) -> tuple[WarcStore, list[int]]:
    synced: list[int] = []
    return archive.store(tmp_path, sync=synced.append, **options), synced


def test_what_is_appended_together_is_synced_once(tmp_path: Path, journal: Memory) -> None:
    store, synced = counted(tmp_path)
    with store.locked(), store.together():
        for n in range(5):
            captured(store, journal, exchange(body=b"%d" % n))
        assert synced == []
    assert len(synced) == 1
    assert [group.statement for group in groups(store.files()[0])] == journal.statements


def test_each_file_that_is_appended_to_is_synced(tmp_path: Path, journal: Memory) -> None:
    store, synced = counted(tmp_path, max_bytes=1)
    with store.locked(), store.together(), store.together():
        for n in range(3):
            captured(store, journal, exchange(body=b"%d" % n))
    assert len(synced) == len(store.files()) == 3


def test_where_one_of_them_fails_nothing_of_them_stays(tmp_path: Path, journal: Memory) -> None:
    store = archive.store(tmp_path, max_bytes=140_000)
    captured(store, journal)
    [path] = store.files()
    before, known = path.read_bytes(), forget(journal)

    def fail() -> None:
        with store.locked(), store.together():
            for n in range(12):
                captured(store, known, exchange(body=bytes([n]) * 10))
            assert len(store.files()) > 1
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert [path.read_bytes() for path in store.files()] == [before]
    captured(store, journal, exchange(body=b"next"))


def test_a_sync_that_fails_takes_all_of_them_back(tmp_path: Path, journal: Memory) -> None:
    def sync(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    store = archive.store(tmp_path, sync=sync)
    with pytest.raises(OSError, match="Input/output"), store.locked(), store.together():
        captured(store, journal)
    assert [path.read_bytes() for path in store.files()] in ([], [b""])


def forget(journal: Memory) -> Memory:
    earlier = Memory()
    for statement in journal.statements:
        earlier.record(statement)
    return earlier
