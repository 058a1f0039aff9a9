"""`archiver anchor` as its users meet it, and what a run does of it at its end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.errors import Exit
from archiver.signing import der
from tests.cli.test_commands import archiver, lines
from tests.seers import Behaviour, Witnessing, answered, copied, keyed
from tests.signing.tsa import Authority, token

KEYS = {"outcome", "kind", "whom", "size", "root", "at", "said_at", "file", "sha256", "note", "message", "warning"}


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one", "One")


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return copied(demo, tmp_path / "archive")


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, Behaviour]], str]]:
    with ExitStack() as running:
        yield lambda behaviours: running.enter_context(answered(behaviours))


def anchor(folder: Path, *words: str, at: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return archiver("anchor", "--archive", str(folder), *words, ARCHIVER_ALLOW=at.removeprefix("http://"), **environ)


def settle(folder: Path, *settings: str) -> None:
    (folder / "manifests/watch.toml").write_text("\n".join(("[settings]", *settings, "")))


def test_where_nobody_is_configured_it_says_what_to_set(folder: Path, tmp_path: Path) -> None:
    done = anchor(folder)
    assert done.returncode == Exit.USAGE
    for word in ("--tsa", "--witness", "--publish", "timestamp_authorities", "watch.toml"):
        assert word in done.stderr
    assert anchor(tmp_path / "nothing").returncode == Exit.NO_ARCHIVE
    assert anchor(folder, "--witness", "nonsense").returncode == Exit.USAGE
    assert anchor(folder, "--tsa", "ftp://a.example").returncode == Exit.USAGE


def test_what_each_gave_is_told_and_listed(
    folder: Path, tsa: Authority, serve: Callable[..., str], tmp_path: Path
) -> None:
    address = serve({"/": lambda body: (200, tsa.reply(body))})
    words = ("--tsa", f"{address}/", "--ca", str(tsa.ca), "--publish", str(tmp_path / "public"))
    done = anchor(folder, *words, "--json", at=address)
    assert done.returncode == Exit.DONE, done.stderr
    stamped, published = lines(done)
    assert set(stamped) == set(published) == KEYS
    assert (stamped["outcome"], stamped["kind"], stamped["whom"]) == ("anchored", "rfc3161", f"{address}/")
    assert (folder / str(stamped["file"])).is_file()
    assert (published["outcome"], published["file"]) == ("published", None)
    again = anchor(folder, *words, at=address)
    assert again.returncode == Exit.DONE
    assert "already  rfc3161" in again.stdout
    [listed] = lines(anchor(folder, "--list", "--json"))
    assert (listed["sha256"], listed["sequence"]) == (stamped["sha256"], int(str(stamped["size"])) + 1)
    shown = anchor(folder, "--list").stdout
    assert f"anchored  rfc3161  {address}/: {stamped['size']} statements seen on {stamped['said_at']}" in shown


def test_some_pending_is_3_and_all_is_4(folder: Path, tsa: Authority, serve: Callable[..., str]) -> None:
    address = serve({"/": lambda body: (200, tsa.reply(body)), "/down": lambda _body: (503, b"")})
    assert anchor(folder, "--tsa", f"{address}/down", at=address).returncode == Exit.FAILED
    done = anchor(folder, "--tsa", f"{address}/down", "--tsa", f"{address}/", at=address)
    assert done.returncode == Exit.PARTLY
    assert f"pending  rfc3161  {address}/down: 127.0.0.1 answered with status 503" in done.stdout
    listed = anchor(folder, "--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["anchored"]  # who was asked by a flag alone keeps nobody waiting
    settle(folder, f'timestamp_authorities = ["{address}/down"]')
    listed = anchor(folder, "--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["anchored", "pending"]
    assert "since 20" in listed[1]


def test_what_was_given_is_judged_by_the_authorities_that_are_named_now(
    folder: Path, tsa: Authority, serve: Callable[..., str], tmp_path: Path
) -> None:
    address = serve({"/": lambda body: (200, tsa.reply(body))})
    other = Authority(tmp_path / "other", "Other")
    assert "no authorities to trust were named" in anchor(folder, "--tsa", f"{address}/", at=address).stdout
    rejected = anchor(folder, "--tsa", f"{address}/", "--ca", str(other.ca), at=address)
    assert rejected.returncode == Exit.PARTLY
    assert "rejected  rfc3161" in rejected.stdout
    assert "lead to none of the authorities" in rejected.stdout
    held = anchor(folder, "--tsa", f"{address}/", "--ca", str(tsa.ca), at=address)
    assert (held.returncode, "already  rfc3161" in held.stdout) == (Exit.DONE, True)
    assert "verified against the authorities that are trusted now" in held.stdout
    assert "no authorities to trust" not in held.stdout


def test_a_folder_that_is_made_is_said(folder: Path, tmp_path: Path) -> None:
    words = ("--publish", str(tmp_path / "new"))
    assert "in the folder, which was made" in anchor(folder, *words).stdout
    assert "which was made" not in anchor(folder, *words).stdout


def test_nobody_has_seen_it_yet(folder: Path) -> None:
    done = anchor(folder, "--list")
    assert (done.returncode, done.stdout) == (Exit.DONE, "")
    assert "nobody else has seen this log yet" in done.stderr


def test_a_witness_is_told_by_its_name(folder: Path, serve: Callable[..., str], tmp_path: Path) -> None:
    witness = Witnessing(keyed(tmp_path / "key.pem"))
    address = serve({"/add-checkpoint": witness})
    settle(folder, f'witnesses = ["{witness.verifier} {address}"]')
    key = {"ARCHIVER_KEY": str(tmp_path / "key.pem")}
    # The one that is there was not signed: something must be stated for there to be another.
    named = ("alias", "Mideast Discourse", "The Discourse", "--because", "a test", "--by", "me")
    archiver("publisher", *named, "--archive", str(folder), **key)
    done = anchor(folder, at=address, **key)
    assert done.returncode == Exit.DONE, done.stdout + done.stderr
    assert "anchored  witness  witness.example/w1: " in done.stdout


def test_a_wrong_clock_is_a_warning(folder: Path, tsa: Authority, serve: Callable[..., str]) -> None:
    seen = max((folder / "archive/checkpoints").iterdir()).read_bytes()
    past = datetime.now(UTC) - timedelta(hours=2)

    def behave(body: bytes) -> tuple[int, bytes]:
        nonce = int.from_bytes(der.read(body).parts()[2].content, "big")
        return 200, token(seen, nonce, tsa.signer, (tsa.signer,), past)

    address = serve({"/": behave})
    done = anchor(folder, "--tsa", f"{address}/", "--ca", str(tsa.ca), at=address)
    assert done.returncode == Exit.DONE
    assert "our clock was 120 minutes off" in done.stderr
    assert "our clock was 120 minutes off" in anchor(folder, "--list").stdout


# ── at the end of a run ──


def run(folder: Path, at: str) -> subprocess.CompletedProcess[str]:
    return archiver("run", "--archive", str(folder), ARCHIVER_ALLOW=at.removeprefix("http://"))


def test_a_run_shows_the_log_to_those_who_did_not_see_it_for_a_day(
    folder: Path, tsa: Authority, serve: Callable[..., str]
) -> None:
    asked = []

    def behave(body: bytes) -> tuple[int, bytes]:
        asked.append(body)
        return 200, tsa.reply(body)

    address = serve({"/": behave})
    settle(folder, f'timestamp_authorities = ["{address}/"]')
    assert [run(folder, address).returncode for _ in range(2)] == [Exit.DONE] * 2
    assert len(asked) == 1
    assert [one["outcome"] for one in lines(anchor(folder, "--list", "--json"))] == ["anchored"]


def test_what_goes_wrong_is_a_warning_and_the_run_ends_as_it_would_have(
    folder: Path, serve: Callable[..., str]
) -> None:
    address = serve({"/": lambda _body: (500, b"")})
    settle(folder, f'timestamp_authorities = ["{address}/"]')
    done = run(folder, address)
    assert done.returncode == Exit.DONE
    assert "has not seen the log: 127.0.0.1 answered with status 500" in done.stderr
    assert "has not seen the log" in run(folder, address).stderr
    quiet = archiver("run", "-q", "--archive", str(folder), ARCHIVER_ALLOW=address.removeprefix("http://"))
    assert (quiet.returncode, quiet.stderr) == (Exit.DONE, "")
    settle(folder, f'timestamp_authorities = ["{address}/"]', 'timestamp_ca = "gone.pem"')
    done = run(folder, address)
    assert done.returncode == Exit.DONE
    assert "the log was shown to nobody" in done.stderr
