"""archiver prove and archiver verify-proof, as a person runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from archiver.signing.keys import Key, create
from tests.cli.printed import objects, run, unsafe
from tests.ledger.packets import PAGE, keep
from tests.seers import opened, say
from tests.test_checkpointing import before_the_log

REPOST = "http://www.worldletter.example/the-last-night-ferry/5121"


@pytest.fixture
def archive(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's archive, and a key that its log does not know yet."""
    create(tmp_path / "key.pem")
    monkeypatch.setenv("ARCHIVER_KEY", str(tmp_path / "key.pem"))
    return Path(shutil.copytree(demo, tmp_path / "archive"))


@pytest.fixture
def packet(archive: Path, tmp_path: Path) -> Path:
    with opened(archive, key=str(tmp_path / "key.pem")) as writing:
        say(writing)
    said = run("prove", "-A", str(archive), REPOST, "-o", str(tmp_path / "packet"))
    assert said.code == 0, said.err
    assert REPOST in said.out
    assert "under its checkpoint of" in said.out
    return tmp_path / "packet"


def test_a_page_is_proven_by_its_address_and_checked_by_the_shell_and_by_us(packet: Path):
    shell = subprocess.run(["sh", packet / "verify.sh"], capture_output=True, text=True, check=False)
    assert (shell.returncode, shell.stderr) == (0, "")
    said = run("verify-proof", str(packet))
    assert said.code == 0
    assert said.out.endswith("All that was checked holds.\n")
    assert unsafe(said.out) == set()


def test_statements_that_no_checkpoint_covers_get_one_first(archive: Path, tmp_path: Path):
    for path in (archive / "archive" / "checkpoints").iterdir():
        path.unlink()
    said = run("prove", "-A", str(archive), REPOST, "-o", str(tmp_path / "packet"), "--json")
    assert said.code == 0, said.err
    (found,) = objects(said.out)
    assert found["url"] == REPOST
    assert found["checkpoint"] >= found["sequence"]
    assert str(found["key"]).startswith(f"{found['log']}+")
    assert len(list((archive / "archive" / "checkpoints").iterdir())) == 1


def test_an_archive_from_before_the_log_gets_one_and_that_is_said(tmp_path: Path):
    with opened(tmp_path / "old") as writing:
        keep(writing, PAGE, read=False)
    before_the_log(tmp_path / "old")
    said = run("prove", "-A", str(tmp_path / "old"), PAGE, "-o", str(tmp_path / "packet"))
    assert said.code == 0, said.err
    assert "was from before there was a log" in said.err
    assert "asked for as http://gazette.example/mill, redirects: 1" in said.out


def test_the_key_is_given_as_text_or_in_a_file(packet: Path, tmp_path: Path):
    (found,) = objects(run("verify-proof", str(packet), "--json").out)
    assert (found["outcome"], found["url"], found["key_known"]) == ("holds", REPOST, False)
    vkey = str(found["key"])
    (tmp_path / "vkey").write_text(vkey + "\n")
    shutil.copy(packet / "log.pub.pem", tmp_path / "key.pub")
    for key in (vkey, str(tmp_path / "vkey"), str(tmp_path / "key.pub")):
        (found,) = objects(run("verify-proof", str(packet), "--json", "--key", key).out)
        assert found["key_known"] is True
    other = str(Key.generate().verifier(vkey.partition("+")[0]))
    said = run("verify-proof", str(packet), "--key", other)
    assert (said.code, said.out) == (5, "REFUSED  the key in the packet is not the one that was given\n")
    for nonsense in ("a+b+c", str(tmp_path / "nowhere"), str(packet / "README.txt"), "\0"):
        said = run("verify-proof", str(packet), "--key", nonsense)
        assert (said.code, said.out) == (2, ""), nonsense


def test_what_does_not_hold_ends_with_5_and_what_is_no_packet_with_2(packet: Path, tmp_path: Path):
    with (packet / "record.warc.gz").open("ab") as file:
        file.write(b"\0")
    said = run("verify-proof", str(packet))
    assert said.code == 5
    assert said.out.startswith("REFUSED  record.warc.gz")
    (found,) = objects(run("verify-proof", str(packet), "--json").out)
    assert found["outcome"] == "refused"
    (packet / "statement.json").unlink()
    assert run("verify-proof", str(packet)).code == 5
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        said = run("verify-proof", str(folder))
        assert (said.code, said.out) == (2, "")
        assert "is not a proof packet" in said.err


def test_what_is_printed_of_a_stranger_s_packet_steers_no_terminal(packet: Path):
    (packet / "a\nname\x1b[31m\u202e of mine").write_text("")
    said = run("verify-proof", str(packet))
    assert said.code == 5
    assert unsafe(said.out) == set()
    assert "of mine" in said.out


def test_a_folder_that_holds_something_and_an_address_that_is_not_there_are_refused(
    archive: Path, packet: Path, tmp_path: Path
):
    said = run("prove", "-A", str(archive), REPOST, "-o", str(packet))
    assert said.code == 2
    assert "is there already" in said.err
    said = run("prove", "-A", str(archive), "http://nowhere.example/", "-o", str(tmp_path / "other"))
    assert said.code == 4
    assert not (tmp_path / "other").exists()
    assert run("prove", "-A", str(tmp_path / "none"), REPOST, "-o", str(tmp_path / "other")).code == 10


def test_of_an_archive_that_can_only_be_read_the_newest_checkpoint_is_used(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (before,) = (archive / "archive" / "checkpoints").iterdir()
    with opened(archive) as writing:
        say(writing)
    for path in set((archive / "archive" / "checkpoints").iterdir()) - {before}:
        path.unlink()
    monkeypatch.setattr(
        "os.access", lambda _, mode: mode & os.W_OK == 0
    )  # who runs the tests as root may write anywhere
    said = run("prove", "-A", str(archive), REPOST, "-o", str(tmp_path / "packet"), "--json")
    assert said.code == 0, said.err
    (found,) = objects(said.out)
    assert found["checkpoint"] == int(before.stem)
    assert list((archive / "archive" / "checkpoints").iterdir()) == [before]
