"""Each check of doctor: facts in which all is well, and for each sentence facts in which it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.doctor.archive import CHECKS as OF_ARCHIVES
from archiver.doctor.archive import TOLD
from archiver.doctor.check import Check, examined
from archiver.doctor.condition import Condition, Entry, Holder, Kept, Machine, Said, Space, Vouched, Worker
from archiver.doctor.finding import MB, State
from archiver.doctor.machine import CHECKS as OF_MACHINES
from archiver.ledger.problems import Damage
from archiver.manifest.anchors import Waiting
from archiver.manifest.health import Health
from archiver.manifest.runs import Last
from archiver.manifest.schema import VERSION
from archiver.model.run import Ending
from archiver.runlock import Holder as Run

FOLDER = Path("/var/lib/letters")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIB = 1024 * 1024
OPEN = "archiver-20260301110000-00001.warc.gz"

SPACE = Space(FOLDER / "archive", 50_000 * MB, 10**6, 8, "ext4", writable=True)
MACHINE = Machine(
    (3, 13, 1), "Linux", (3, 52, 0), NOW, True, replace(SPACE, folder=Path("/tmp")), 140, None, (),
    Worker(0.6, True, 360 * MIB, 360 * MIB),
)  # fmt: skip


def entry(name: str, **changed: object) -> Entry:
    known = Entry(
        FOLDER / name, 1000, 0o644, 5000, NOW - timedelta(hours=1), readable=True, writable=True, is_stray=False
    )
    return replace(known, **changed)  # type: ignore[arg-type]  # its own


ENTRIES = tuple(
    map(entry, ("", "archive", "manifests", "archive/.lock", f"archive/{OPEN}", "manifests/manifest.db", "manifests/manifest.db-wal"))
)  # fmt: skip
KEPT = Kept(
    FOLDER, 1000, ENTRIES, (SPACE, replace(SPACE, folder=FOLDER / "manifests")), Health(VERSION, "2026-03-01T11:00:00.000Z", 0, OPEN, 5000),
    None, (), None, None, None,
)  # fmt: skip
WELL = Condition(MACHINE, FOLDER, KEPT)


def machine(**changed: object) -> Condition:
    return replace(WELL, machine=replace(MACHINE, **changed))  # type: ignore[arg-type]  # as above


def kept(**changed: object) -> Condition:
    return replace(WELL, kept=replace(KEPT, **changed))  # type: ignore[arg-type]  # as above


def worker(**changed: object) -> Condition:
    return machine(worker=replace(MACHINE.worker, **changed))  # type: ignore[arg-type]  # as above


def space(**changed: object) -> Condition:
    return kept(spaces=(replace(SPACE, **changed), KEPT.spaces[1]))  # type: ignore[arg-type]  # as above


def with_(*more: Entry) -> Condition:
    names = {one.path for one in more}
    return kept(entries=(*(one for one in ENTRIES if one.path not in names), *more))


def told(condition: Condition) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in examined(condition):
        found.setdefault(check.name, []).append(check)
    return found


def test_where_all_is_well_every_check_says_so_once() -> None:
    found = told(WELL)
    assert list(found) == [*OF_MACHINES, *OF_ARCHIVES]
    assert [[str(one.finding.state) for one in checks] for checks in found.values()] == [["ok"]] * len(found)
    assert all(one.finding.advice == "" for checks in found.values() for one in checks)


DAMAGE = Damage("file-short", None, OPEN, 40, "it has 40 bytes where 5000 are known")
LATER = NOW + timedelta(hours=2)

WAITING = Waiting("http://tsa.example/", NOW, NOW, "it answered 500")

#: The check, its state, words of its sentence, and the facts that make it be said.
SAID = [
    ("archive", "note", "only the machine was looked at", replace(WELL, kept=None)),
    ("python", "note", "connection that was cut", machine(python=(3, 11, 3))),
    ("python", "note", "regular expressions", machine(python=(3, 11, 4))),
    ("sqlite", "note", "mended in 3.51.3", machine(sqlite=(3, 51, 2))),
    ("sqlite", "fault", "too old", machine(sqlite=(3, 36, 0))),
    ("settings", "fault", "line 3", machine(settings=(Said("watch.toml: line 3", "Mend it."),))),
    ("certificates", "fault", "cannot be read", machine(certificates=Said("cannot be read", "Check."), authorities=None)),
    ("certificates", "note", "no list", machine(authorities=0)),
    ("temporary", "fault", "temporary files", machine(temporary=None)),
    ("temporary", "fault", "temporary files", machine(temporary=replace(SPACE, writable=False))),
    ("temporary", "fault", "captures fail", machine(temporary=replace(SPACE, free=10 * MB))),
    ("worker", "fault", "does not start", worker(fault=Said("it does not start"))),
    ("worker", "note", "given up", worker(memory=100 * MIB)),
    ("worker", "note", "system calls", worker(filtered=False)),
    ("worker", "note", "busy", worker(seconds=30.0)),
    ("clock", "fault", "newest capture is of 2026-03-01T14", kept(health=replace(KEPT.health, newest="2026-03-01T14:00:00.000Z"))),
    ("clock", "fault", "manifest.db is of", with_(entry("manifests/manifest.db", modified=LATER))),
    ("clock", "fault", "the clock says 1970", machine(now=datetime(1970, 1, 1, tzinfo=UTC))),
    ("clock", "note", "nothing keeps it right", machine(synchronised=False)),
    ("space", "note", "room for 1.9 GB", space(free=1900 * MB)),
    ("space", "fault", "captures fail", space(free=MB)),
    ("space", "fault", "another file", space(free_files=0)),
    ("space", "note", "two file systems", space(device=9)),
    ("space", "fault", "in /var/lib/letters/archive", space(device=9, free=MB)),
    ("file-system", "fault", "(nfs4)", space(kind="nfs4")),
    ("file-system", "note", "in memory", space(kind="tmpfs")),
    ("permissions", "fault", "cannot be read by", with_(entry("manifests/manifest.db", readable=False))),
    ("permissions", "fault", "by anybody", with_(entry("manifests/manifest.db", mode=0o666))),
    ("permissions", "fault", "can write to the rest", with_(entry("manifests/manifest.db-wal", writable=False, owner=0))),
    ("permissions", "fault", "can write to the rest", with_(entry(f"archive/{OPEN}", writable=False))),
    ("permissions", "note", "not written to", kept(entries=tuple(replace(one, writable=False) for one in ENTRIES))),
    ("permissions", "note", "is not of the user", with_(entry("archive/.lock", owner=0))),
    ("manifest", "fault", "is no manifest", kept(unreadable=Said("is no manifest"), health=None, checked=None)),
    ("manifest", "note", "has schema 1", kept(health=replace(KEPT.health, schema=1))),
    ("wal", "note", "has 80.0 MB", with_(entry("manifests/manifest.db-wal", size=80 * MB))),
    ("checkpoints", "note", "nobody signed", kept(vouched=Vouched(12, 12, signed=False))),
    ("checkpoints", "note", "no checkpoint", kept(vouched=Vouched(12, 0, signed=False))),
    ("checkpoints", "fault", "does not hold", kept(vouched=Vouched(12, 12, signed=False, amiss="the signature does not hold"))),
    ("anchors", "note", "http://tsa.example/ was asked", kept(vouched=Vouched(12, 12, signed=True, waiting=(WAITING,)))),
    ("lock", "note", "process 77 (archiver run) holds", kept(holder=Holder(77, "archiver run"), checked=None)),
    ("lock", "note", "a process holds", kept(holder=Holder(None, None), checked=None)),
    ("run", "note", "run (process 78 on desk, since 2026-03-01T11:00:00Z) is at work", kept(run=Run(78, "desk", "2026-03-01T11:00:00Z"))),
    ("run", "note", "run is at work", kept(run=Run())),
    ("runs", "note", "begun at 2026-03-01T12:00:00Z, broke off", kept(last_run=Last(NOW, Ending.BROKEN))),
    ("runs", "note", "was killed", kept(last_run=Last(NOW, None))),
    ("pending", "note", "1 captured page is kept and was not read", kept(health=replace(KEPT.health, unconcluded=1))),
    ("pending", "note", "has 1.0 kB that the manifest does not know", with_(entry(f"archive/{OPEN}", size=6000))),
    ("files", "fault", "file-short", kept(checked=(DAMAGE,))),
    ("files", "fault", "and 4 more such files", kept(checked=(DAMAGE,) * (TOLD + 4))),
    ("torn", "note", "700 bytes that a broken write left", with_(entry(f"archive/{OPEN}.torn-5000", size=700))),
    ("strays", "note", "notes.txt is nothing", with_(entry("archive/notes.txt", is_stray=True))),
    ("strays", "note", "a rebuild goes on", with_(entry("manifests/.rebuild", is_stray=True))),
]  # fmt: skip

#: Facts of which nothing is to be said.
UNSAID = [
    ("python", machine(python=(3, 11, 5))),
    ("sqlite", machine(sqlite=(3, 51, 3))),
    ("worker", worker(filtered=None)),
    ("clock", machine(synchronised=None)),
    ("clock", with_(entry("manifests/manifest.db", modified=NOW + timedelta(seconds=50)))),
    ("clock", kept(health=replace(KEPT.health, newest=None))),
    ("space", space(free_files=None)),
    ("file-system", kept(spaces=(replace(SPACE, kind=None),))),
    ("permissions", with_(entry("archive", mode=0o1777))),
    ("permissions", with_(entry("archive/archiver-20250101000000-00001.warc.gz", writable=False))),
    ("permissions", kept(user=0)),
    ("runs", kept(last_run=Last(NOW, None), run=Run())),
    ("runs", kept(last_run=Last(NOW, Ending.STOPPED))),
    ("pending", kept(holder=Holder(1, None), entries=(*ENTRIES[:4], entry(f"archive/{OPEN}", size=6000), *ENTRIES[5:]))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "state", "words", "condition"), SAID, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_not_well_is_said(name: str, state: str, words: str, condition: Condition) -> None:
    found = [one.finding for one in told(condition)[name]]
    assert any(str(one.state) == state and words in one.message for one in found), found
    others = [check for others, checks in told(condition).items() if others != name for check in checks]
    if name not in ("manifest", "clock", "archive") and words != "the clock says 1970":
        assert {str(check.finding.state) for check in others} <= {"ok", "note"}
    for one in found:
        assert (
            one.advice
            or one.state is not State.FAULT
            or "does not start" in one.message
            or "is no manifest" in one.message
        )


@pytest.mark.parametrize(("name", "condition"), UNSAID, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_well_is_not_said_to_be_otherwise(name: str, condition: Condition) -> None:
    assert [str(one.finding.state) for one in told(condition)[name]] == ["ok"]


def test_each_check_has_an_example_of_what_it_says() -> None:
    assert {name for name, *_ in SAID} == {*OF_MACHINES, *OF_ARCHIVES}


def test_a_line_of_json_has_the_check_its_state_the_sentence_and_the_advice() -> None:
    (check, *_) = told(machine(sqlite=(3, 40, 1)))["sqlite"]
    assert list(check.as_json()) == ["check", "state", "message", "advice"]
    assert check.as_json()["state"] == "note"
