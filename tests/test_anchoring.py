"""Showing the log to others: authorities, witnesses and a repository that behave, and those that do not."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.anchoring import Ending, Outcome, anchor, configured, due
from archiver.config import Settings
from archiver.errors import NotFound, UsageError
from archiver.fetch.send import MAX_ANSWER
from archiver.ledger import checkpoints, published
from archiver.ledger.anchors import judged
from archiver.manifest import anchors as rows
from archiver.model.date import now
from archiver.model.log import Checkpoint
from archiver.pipeline import Archive
from archiver.signing.note import Note
from tests.seers import Witnessing, answered, at, copied, keyed, opened, say, slow
from tests.signing.tsa import Authority, token


@pytest.fixture(scope="module")
def tsas(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Authority]:
    folder = tmp_path_factory.mktemp("tsas")
    return Authority(folder / "one", "One"), Authority(folder / "two", "Two", steps=1)


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return copied(demo, tmp_path / "archive")


@pytest.fixture(autouse=True)
def _plain_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


def shown(archive: Archive) -> list[Outcome]:
    return list(anchor(archive, configured(archive.settings, archive.folder)))


def endings(outcomes: list[Outcome]) -> list[str]:
    return [str(one.ending) for one in outcomes]


def faults(folder: Path, *tsas: Authority) -> list[str]:
    with opened(folder) as archive:
        found = judged(
            archive.manifest.connection, archive.store.folder, tuple(root for one in tsas for root in one.roots)
        )
        return [f"{one.code} {one.file}: {one.message}" for one in found]


# ── timestamps ──


def test_two_authorities_see_the_log_and_what_they_gave_is_kept_stated_and_covered(
    folder: Path, tsas: tuple[Authority, Authority]
) -> None:
    one, two = tsas
    (folder / "ca.pem").write_text(one.ca.read_text() + two.ca.read_text())
    behaviours = {"/1": lambda body: (200, one.reply(body)), "/2": lambda body: (200, two.reply(body))}
    with answered(behaviours) as address:
        urls = (f"{address}/1", f"{address}/2")
        with opened(folder, address, timestamp_authorities=urls, timestamp_ca="ca.pem") as archive:
            outcomes = shown(archive)
            size = outcomes[0].size
            assert shown(archive)[0].ending is Ending.ALREADY
    assert endings(outcomes) == ["anchored", "anchored"]
    names = [outcome.anchor.name for outcome in outcomes if outcome.anchor]
    assert names == [f"{size:012d}-127.0.0.1.tsr", f"{size:012d}-127.0.0.1-2.tsr"]
    assert sorted(path.name for path in (folder / "archive/anchors").iterdir()) == sorted(names)
    assert not any(outcome.warning for outcome in outcomes)
    with opened(folder) as archive:
        stated = rows.anchors(archive.manifest.connection)
        assert [(sequence, one.whom) for sequence, one in stated] == list(enumerate(urls, size + 1))
        newest = checkpoints.newest(archive.store.folder)
        assert newest is not None
        assert newest.checkpoint.size == size + 2
    assert faults(folder, one, two) == []
    assert ["was not checked" in one for one in faults(folder)] == [True, True]
    assert [text.split(":")[0] for text in faults(folder, one)] == [f"anchor-invalid {names[1]}"]


def test_whoever_has_seen_all_but_anchors_is_not_asked_again_and_is_once_there_is_news(
    folder: Path, tsas: tuple[Authority, Authority]
) -> None:
    asked = []

    def behave(body: bytes) -> tuple[int, bytes]:
        asked.append(body)
        return 200, tsas[0].reply(body)

    with answered({"/": behave}) as address:
        for news in (False, False, True):
            with opened(folder, address, timestamp_authorities=(f"{address}/",)) as archive:
                if news:
                    say(archive)
                shown(archive)
    assert len(asked) == 2
    assert faults(folder, tsas[0]) == []


def huge(tsa: Authority, body: bytes) -> bytes:
    return tsa.reply(body) + b"\0" * MAX_ANSWER


def of_other_data(tsa: Authority, body: bytes) -> bytes:
    at = body.index(b"\x04\x20") + 2
    return tsa.reply(body[:at] + bytes(32) + body[at + 32 :])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _tsa, _body: (500, b"no"), "status 500"),
        (lambda _tsa, _body: (200, b"<html>welcome</html>"), "is no timestamp of this: it cannot be read"),
        (lambda _tsa, _body: (200, b""), "is no timestamp of this"),
        (lambda tsa, body: (200, huge(tsa, body)), "breaks off, or is longer"),
        (lambda tsa, body: (200, of_other_data(tsa, body)), "a timestamp of something else"),
        (lambda tsa, _body: (200, token(b"x", 1, tsa.signer, (tsa.signer,))), "a timestamp of something else"),
    ],
    ids=["500", "garbage", "empty", "huge", "imprint", "stale"],
)
def test_an_authority_that_lies_leaves_nothing_but_a_note(
    folder: Path, tsas: tuple[Authority, Authority], answer: object, why: str
) -> None:
    with answered({"/": lambda body: answer(tsas[0], body)}) as address:  # type: ignore[operator]
        url = f"{address}/"
        with opened(folder, address, timestamp_authorities=(url,)) as archive:
            size = archive.manifest.next_sequence()
            [outcome], again = shown(archive), shown(archive)
            assert outcome.ending is again[0].ending is Ending.PENDING
            assert why in outcome.message
            [waiting] = rows.waiting(archive.manifest.connection)
            assert (waiting.whom, why in waiting.why) == (url, True)
            assert archive.manifest.next_sequence() == size
    assert not (folder / "archive/anchors").exists()


def test_what_was_pending_is_not_once_it_was_seen(folder: Path, tsas: tuple[Authority, Authority]) -> None:
    answers = [(503, b""), (404, b"")]

    def behave(body: bytes) -> tuple[int, bytes]:
        return answers.pop(0) if answers else (200, tsas[0].reply(body))

    with answered({"/": behave}) as address, opened(folder, address, timestamp_authorities=(f"{address}/",)) as archive:
        begun = now()
        shown(archive)
        shown(archive)
        [waiting] = rows.waiting(archive.manifest.connection)
        assert "404" in waiting.why
        assert begun <= waiting.since < waiting.last
        assert endings(shown(archive)) == ["anchored"]
        assert rows.waiting(archive.manifest.connection) == []


def test_one_that_cannot_be_reached_keeps_nobody_else_from_seeing_it(
    folder: Path, tsas: tuple[Authority, Authority]
) -> None:
    with answered({"/": lambda body: (200, tsas[0].reply(body))}) as address:
        urls = ("http://192.0.2.1:9/", f"{address}/")
        with opened(folder, address, timestamp_authorities=urls) as archive:
            first, second = shown(archive)
    assert (first.ending, second.ending) == (Ending.PENDING, Ending.ANCHORED)
    assert "not a public address" in first.message


def test_one_that_takes_too_long_is_not_waited_for(folder: Path) -> None:
    with (
        answered({"/": slow}) as address,
        opened(folder, address, timestamp_authorities=(f"{address}/",), total_seconds=0.2) as archive,
    ):
        [outcome] = shown(archive)
    assert (outcome.ending, "0.2 s" in outcome.message) == (Ending.PENDING, True)


@pytest.mark.parametrize(("minutes", "warned"), [(4, False), (6, True), (-6, True)])
def test_a_wrong_clock_is_said_and_the_timestamp_is_kept(
    folder: Path, tsas: tuple[Authority, Authority], minutes: int, warned: bool
) -> None:
    def clock() -> datetime:
        return now() + timedelta(minutes=minutes)

    with (
        answered({"/": lambda body: (200, tsas[0].reply(body))}) as address,
        opened(folder, address, timestamp_authorities=(f"{address}/",), clock=clock) as archive,
    ):
        [outcome] = shown(archive)
    assert outcome.anchor is not None
    assert ("our clock was 6 minutes off" in outcome.warning) is warned
    assert (outcome.warning in outcome.anchor.note) is True
    assert faults(folder, tsas[0]) == []


# ── witnesses ──


@pytest.fixture
def witnessed(folder: Path) -> Iterator[Witnessing]:
    return Witnessing(keyed(folder / "key.pem"))


def watched(folder: Path, witness: Witnessing, address: str) -> dict[str, object]:
    return {"witnesses": (f"{witness.verifier} {address}",), "key": str(folder / "key.pem")}


def test_a_witness_is_shown_that_the_log_goes_on_from_what_it_saw(folder: Path, witnessed: Witnessing) -> None:
    with answered({"/add-checkpoint": witnessed}) as address:
        for _ in range(3):
            with opened(folder, address, **watched(folder, witnessed, address)) as archive:
                say(archive)
                assert endings(shown(archive)) == ["anchored"]
    with opened(folder, key=str(folder / "key.pem")) as archive:
        stated = [one for _, one in rows.anchors(archive.manifest.connection)]
    assert witnessed.asked == [0, stated[0].size, stated[1].size]
    assert {one.whom for one in stated} == {str(witnessed.verifier)}
    note = Note.parse((folder / "archive/anchors" / stated[-1].name).read_bytes())
    assert note.cosigned_at(witnessed.verifier) == stated[-1].said_at
    assert Checkpoint.parse(note.text).size == stated[-1].size
    assert len(note.signatures) == 2  # ours and its own; that of somebody else is left out
    assert faults(folder) == []


def test_a_witness_that_saw_more_than_we_know_of_says_from_where(folder: Path, witnessed: Witnessing) -> None:
    with answered({"/add-checkpoint": witnessed}) as address:
        given = watched(folder, witnessed, address)
        with opened(folder, address, **given) as archive:
            say(archive)
            archive.checkpoint()
            kept = checkpoints.newest(archive.store.folder)
            assert kept is not None
            witnessed.size, witnessed.root = kept.checkpoint.size, kept.checkpoint.root.value
            say(archive)
            assert endings(shown(archive)) == ["anchored"]
    assert witnessed.asked == [0, kept.checkpoint.size]


def test_a_witness_that_saw_what_is_not_here_any_more_shows_it(folder: Path, witnessed: Witnessing) -> None:
    witnessed.size, witnessed.root = 10_000, bytes(32)
    with (
        answered({"/add-checkpoint": witnessed}) as address,
        opened(folder, address, **watched(folder, witnessed, address)) as archive,
    ):
        say(archive)
        [outcome] = shown(archive)
    assert outcome.ending is Ending.PENDING
    assert "has seen 10000 statements of this log" in outcome.message


def test_a_fork_is_not_cosigned(folder: Path, witnessed: Witnessing) -> None:
    witnessed.size, witnessed.root = 3, bytes(32)
    with (
        answered({"/add-checkpoint": witnessed}) as address,
        opened(folder, address, **watched(folder, witnessed, address)) as archive,
    ):
        say(archive)
        [outcome] = shown(archive)
    assert (outcome.ending, "status 422" in outcome.message) == (Ending.PENDING, True)


@pytest.mark.parametrize("answer", [b"", b"no\n", b"\xff", "— witness.example/w1 AAAA\n".encode()])
def test_what_is_no_cosignature_is_pending(folder: Path, witnessed: Witnessing, answer: bytes) -> None:
    with (
        answered({"/add-checkpoint": lambda _body: (200, answer)}) as address,
        opened(folder, address, **watched(folder, witnessed, address)) as archive,
    ):
        say(archive)
        [outcome] = shown(archive)
    assert (outcome.ending, "is no cosignature of this" in outcome.message) == (Ending.PENDING, True)


def test_a_cosignature_of_another_checkpoint_is_none(folder: Path, witnessed: Witnessing) -> None:
    from tests.signing.witness import cosigned

    def behave(_body: bytes) -> tuple[int, bytes]:
        other = cosigned(Note("archiver/else\n1\nAAAA\n"), witnessed.key, witnessed.name, now())
        return 200, f"{other.signatures[0]}\n".encode()

    with (
        answered({"/add-checkpoint": behave}) as address,
        opened(folder, address, **watched(folder, witnessed, address)) as archive,
    ):
        say(archive)
        [outcome] = shown(archive)
    assert (outcome.ending, "does not hold" in outcome.message) == (Ending.PENDING, True)


def test_a_checkpoint_that_nobody_signed_cannot_be_witnessed(folder: Path) -> None:
    witness = Witnessing(keyed(folder / "key.pem"))
    with opened(folder, witnesses=(f"{witness.verifier} http://127.0.0.1:9",)) as archive:
        [outcome] = shown(archive)
    assert "only signed checkpoints" in outcome.message
    assert "archiver key init" in outcome.message


# ── publishing ──


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A work tree whose remote is a bare repository beside it."""
    git(tmp_path, "init", "--quiet", "--bare", "bare")
    git(tmp_path, "clone", "--quiet", "bare", "clone")
    return tmp_path / "clone"


def test_a_folder_is_written_to_and_that_is_no_anchor(folder: Path, tmp_path: Path) -> None:
    with opened(folder, publish=str(tmp_path / "public")) as archive:
        [outcome] = shown(archive)
        assert rows.anchors(archive.manifest.connection) == []
        kept = checkpoints.newest(archive.store.folder)
    assert kept is not None
    assert (outcome.ending, outcome.anchor) == (Ending.PUBLISHED, None)
    for name in ("checkpoint", f"checkpoints/{kept.checkpoint.size}"):
        assert (tmp_path / "public" / name).read_bytes() == kept.path.read_bytes()
    assert (tmp_path / "public/tile/0").is_dir()


def test_a_repository_gets_a_commit_which_is_pushed_and_kept(folder: Path, clone: Path, tmp_path: Path) -> None:
    (clone / "unrelated").write_text("left alone")
    for _ in range(2):
        with opened(folder, publish=str(clone)) as archive:
            say(archive)
            [outcome] = shown(archive)
    assert outcome.anchor is not None
    assert outcome.anchor.note == git(tmp_path / "bare", "rev-parse", "HEAD")
    assert outcome.anchor.whom == str(tmp_path / "bare")
    assert git(clone, "status", "--porcelain") == "?? unrelated"
    assert git(tmp_path / "bare", "rev-list", "--count", "HEAD") == "2"
    stored = (folder / "archive/anchors" / outcome.anchor.name).read_bytes()
    assert (
        stored
        == subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=clone, check=True, capture_output=True).stdout
    )
    assert faults(folder) == []


def test_what_is_committed_and_not_pushed_nobody_else_has_seen(folder: Path, clone: Path) -> None:
    git(clone, "remote", "remove", "origin")
    for _ in range(2):
        with opened(folder, publish=str(clone)) as archive:
            [outcome] = shown(archive)
            assert rows.anchors(archive.manifest.connection) == []
        assert (outcome.ending, "not pushed" in outcome.message) == (Ending.PUBLISHED, True)
    assert git(clone, "rev-list", "--count", "HEAD") == "1"


def test_a_push_that_failed_is_made_up_for(folder: Path, clone: Path, tmp_path: Path) -> None:
    git(clone, "remote", "set-url", "origin", str(tmp_path / "elsewhere"))
    with opened(folder, publish=str(clone)) as archive:
        [outcome] = shown(archive)
        assert (outcome.ending, "git push failed" in outcome.message) == (Ending.PENDING, True)
    git(tmp_path, "init", "--quiet", "--bare", "elsewhere")
    with opened(folder, publish=str(clone)) as archive:
        assert endings(shown(archive)) == ["anchored"]
    assert git(tmp_path / "elsewhere", "rev-list", "--count", "--all") == "1"


def test_credentials_of_a_remote_are_stated_nowhere(folder: Path, clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", "http://me:secret@127.0.0.1:9/log.git")
    with opened(folder, publish=str(clone)) as archive:
        [outcome] = shown(archive)
    assert outcome.whom == "http://127.0.0.1:9/log.git"
    assert outcome.ending is Ending.PENDING
    assert "secret" not in outcome.message


def test_a_commit_that_somebody_else_made_of_it_is_not_kept_as_ours(folder: Path, clone: Path) -> None:
    (clone / "first").write_text("x")
    git(clone, "add", "first")
    identity = ("-c", "user.name=A", "-c", "user.email=a@a.example")
    git(clone, *identity, "commit", "--quiet", "--message=first")
    with opened(folder, publish=str(clone)) as archive:
        archive.checkpoint()
        kept = checkpoints.newest(archive.store.folder)
        assert kept is not None
        with archive.vault.writing():
            published.write(archive.manifest.connection, archive.store.folder, clone, kept)
        git(clone, "add", ".")
        git(clone, *identity, "commit", "--quiet", "--message=by hand")
        [outcome] = shown(archive)
    assert (outcome.ending, "something else than this checkpoint" in outcome.message) == (Ending.PENDING, True)


def test_hooks_are_not_run(folder: Path, clone: Path) -> None:
    for name in ("pre-commit", "commit-msg", "pre-push"):
        hook = clone / ".git/hooks" / name
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    with opened(folder, publish=str(clone)) as archive:
        assert endings(shown(archive)) == ["anchored"]


def test_what_is_published_never_goes_back(folder: Path, demo: Path, tmp_path: Path) -> None:
    public = str(tmp_path / "public")
    with opened(folder, publish=public) as archive:
        say(archive)
        assert endings(shown(archive)) == ["published"]
    put_back = copied(demo, tmp_path / "put back")
    with opened(put_back, publish=public) as archive:
        [outcome] = shown(archive)
    assert (outcome.ending, "does not go on" in outcome.message) == (Ending.PENDING, True)


def test_git_that_hangs_is_ended_with_what_it_started(
    clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    slow_git = tmp_path / "bin/git"
    slow_git.write_text("#!/bin/sh\nsleep 300 & echo $! > pid; wait\n")
    slow_git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    with pytest.raises(published.Unpublished, match=r"not done after 0\.3 s"):
        published._run(clone, ("push",), 0.3)
    child = Path("/proc", (clone / "pid").read_text().strip())
    until = time.monotonic() + 5
    while alive(child):
        assert time.monotonic() < until
        time.sleep(0.01)


def alive(process: Path) -> bool:
    """Whether it is there, and not only left to be counted."""
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


# ── what is due ──


def test_who_has_not_seen_the_log_for_so_long_is_due(folder: Path, tsas: tuple[Authority, Authority]) -> None:
    with (
        answered({"/": lambda body: (200, tsas[0].reply(body))}) as address,
        opened(folder, address, timestamp_authorities=(f"{address}/",), clock=at(12)) as archive,
    ):
        seers = configured(archive.settings, folder)
        connection = archive.manifest.connection
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert due(connection, seers, 24.0, noon) == seers
        shown(archive)
        assert due(connection, seers, 24.0, noon + timedelta(hours=23, minutes=59)) == ()
        assert due(connection, seers, 24.0, noon + timedelta(hours=24)) == seers
        assert due(connection, seers, 24.0, noon - timedelta(minutes=1)) == seers  # its clock was wrong, then or now
        assert due(connection, seers, 0.0, noon) == seers


def test_without_anything_stated_there_is_nothing_to_show(tmp_path: Path) -> None:
    with (
        opened(tmp_path / "new", timestamp_authorities=("http://127.0.0.1:9/",)) as archive,
        pytest.raises(NotFound, match="nothing is stated"),
    ):
        shown(archive)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"witnesses": ("nonsense",)}, "witnesses: "),
        (
            {"witnesses": ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k http://a.example",)},
            "0x04",
        ),
        ({"timestamp_authorities": ("http://me:secret@a.example/",)}, "user name or password"),
        ({"witnesses": ("vkey http://me:secret@a.example/",)}, "user name or password"),
        ({"timestamp_authorities": ("http://a.example/",), "timestamp_ca": "gone.pem"}, "cannot be read"),
        ({"timestamp_authorities": ("http://a.example/",), "timestamp_ca": "empty.pem"}, "no certificates"),
    ],
)
def test_what_is_configured_wrong_is_said(tmp_path: Path, given: dict[str, object], why: str) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(UsageError, match=why):
        configured(Settings(**given), tmp_path)  # type: ignore[arg-type]
