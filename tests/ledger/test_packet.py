"""Proof packets: they hold where nothing but a shell is, and not with one bit changed; and what others may hand in as one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.config import Settings
from archiver.errors import Damaged, UsageError
from archiver.ledger.folder import NotAPacket, Refused
from archiver.ledger.given import public_of
from archiver.ledger.keys import endorsement
from archiver.ledger.log import Log
from archiver.ledger.packet import answered, script
from archiver.ledger.proof import Proof
from archiver.ledger.succession import vouched
from archiver.ledger.unpacked import check
from archiver.manifest import proofs
from archiver.manifest.opening import open_read_only
from archiver.model.event import Withdrawal
from archiver.model.log import Checkpoint, KeyChange, leaf_hash
from archiver.model.statement import canonical
from archiver.pipeline import Archive
from archiver.proving import Uncovered, prove, write
from archiver.signing.keys import Key, create, load, rotate
from archiver.signing.note import Note, Verifier
from archiver.warc.read import record_at
from tests.ledger.bare import Bare, accepted, changeable, flips
from tests.ledger.packets import BARE, LATER, PAGE, TWIN, Made, keep, made
from tests.seers import say
from tests.signing.tsa import Authority


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("proven") / "made")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    return Bare.made(tmp_path_factory.mktemp("bare") / "root")


@pytest.fixture(scope="module")
def page(archive: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packet of a page over TLS, seen by an authority, a witness and a repository. For reading alone."""
    return archive.prove(PAGE, tmp_path_factory.mktemp("page") / "packet")


def copied(archive: Made, folder: Path) -> Made:
    """An archive of one's own, with its key."""
    shutil.copytree(archive.folder.parent, folder)
    return Made(folder / "archive", Settings(key=str(folder / "key.pem")), archive.authority)


def own(packet: Path, folder: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(packet, folder / "own", symlinks=True))


# ── packets that hold ──


def test_it_holds_where_there_is_a_shell_and_little_else(page: Path, bare: Bare):
    begun = time.monotonic()
    said = bare.verify(page)
    seconds = time.monotonic() - begun
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stderr == ""
    assert seconds < 5.0  # a quarter of one where nothing else runs
    lines = said.stdout.splitlines()
    assert lines[-1] == "All that was checked holds."
    for shown in (
        "statement.json is entry 1 of 7", "record.warc.gz: 8 records", "certificates: 2", "7 entries is signed with the key archiver/",
        "that key came with the packet", "reading/text.txt and claims.json are what", "the authority saw this checkpoint on", "the witness witness.example/w1 saw",
        "stands in the git commit",
    ):  # fmt: skip
        assert shown in said.stdout, said.stdout


@pytest.mark.parametrize("shell", ["dash", "bash --posix", "busybox sh", "ksh", "zsh --emulate sh"])
def test_any_shell_of_posix_says_the_same(shell: str, page: Path):
    name, *options = shell.split()
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name} here")
    said, known = (
        subprocess.run([*command, page / "verify.sh"], capture_output=True, text=True, check=False)
        for command in ([name, *options], ["sh"])
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, known.stdout, "")


def test_our_own_check_shows_the_same(page: Path, archive: Made):
    found = check(page)
    assert found.capture.address == PAGE
    assert found.checkpoint.size == 7
    assert not found.known
    assert found.key is not None
    shown = "\n".join(found.shown)
    for words in (
        "entry 1 of 7",
        "8 records",
        "2 certificates",
        "claims.json",
        "text.txt",
        "authority saw",
        "witness.example/w1 saw",
        "git commit",
    ):
        assert words in shown
    assert any("came with the packet" in one for one in found.remarks)
    assert archive.authority is not None
    assert not any("reply.tsr" in one for one in check(page, roots=archive.authority.roots).remarks)


def test_the_key_is_compared_with_the_one_that_was_had_elsewhere(page: Path, bare: Bare):
    key = check(page).key
    assert key is not None
    assert check(page, key).known
    assert check(page, key.public).known
    assert public_of(key.public_pem()) == key.public
    other = Key.generate().verifier(key.name)
    with pytest.raises(Refused, match="not the one that was given"):
        check(page, other)
    with pytest.raises(Refused, match="not the one that was given"):
        check(page, Verifier("archiver/ffff", key.kind, key.public))
    for given in (str(key), key.public_pem().decode().strip()):
        said = bare.verify(page, given)
        assert (said.returncode, "it is the key that you gave" in said.stdout) == (0, True)
    said = bare.verify(page, str(other))
    assert (said.returncode, "REFUSED  the key in this packet is not the one" in said.stdout) == (1, True)


def test_a_revisit_brings_the_capture_that_holds_its_bytes(archive: Made, bare: Bare, tmp_path: Path):
    packet = archive.prove(TWIN, tmp_path / "packet")
    for said in (bare.verify(packet).stdout, "\n".join(check(packet).shown)):
        assert "both captures state the same payload" in said
        assert "payload/record.warc.gz: 8 records" in said
    shutil.rmtree(packet / "payload")
    assert "not in the packet" in bare.verify(packet).stdout
    assert any("not in the packet" in one for one in check(packet).remarks)


def test_a_certificate_that_another_capture_brought_is_in_it(archive: Made, tmp_path: Path):
    packet = archive.prove(BARE, tmp_path / "packet")
    statement = json.loads((packet / "statement.json").read_bytes())
    chain = [one.removeprefix("sha256:") for one in statement["exchanges"][-1]["tls"]["chain"]]
    assert sorted(path.stem for path in (packet / "certificates").iterdir()) == sorted(chain)
    assert not [one for one in statement["others"] if one["kind"] == "resource"]


def test_what_came_after_the_last_anchor_is_proven_under_the_newest_checkpoint(
    archive: Made, bare: Bare, tmp_path: Path
):
    packet = archive.prove(LATER, tmp_path / "packet")
    found = check(packet)
    assert found.checkpoint.size > 7
    assert "nobody but the archive says when this was stated" in found.remarks
    assert bare.verify(packet).returncode == 0
    assert not (packet / "anchor-1").exists()


def test_a_timestamp_is_checked_by_the_certificates_in_it_where_nobody_is_trusted(
    archive: Made, bare: Bare, tmp_path: Path
):
    packet = archive.prove(PAGE, tmp_path / "packet", own=True)
    assert bare.verify(packet).returncode == 0
    stranger = Authority(tmp_path / "stranger", "Stranger")
    with pytest.raises(Refused, match=r"reply\.tsr does not hold"):
        check(packet, roots=stranger.roots)
    (packet / "authorities.pem").write_text(stranger.root.pem)
    assert bare.verify(packet).returncode == 1
    with pytest.raises(Refused, match=r"reply\.tsr does not hold"):
        check(packet)
    (packet / "authorities.pem").unlink()
    assert "no authority's certificate is at hand" in bare.verify(packet).stdout


def test_a_log_that_nobody_signed_is_said_to_be_one(bare: Bare, tmp_path: Path):
    settings = Settings(key=str(tmp_path / "no-key.pem"))
    with Archive(tmp_path / "archive", settings) as opened:
        keep(opened, PAGE, read=False)
        opened.checkpoint()
        packet = Made(opened.folder, settings, None).prove(PAGE, tmp_path / "packet")
    assert not (packet / "log.pub.pem").exists()
    assert "nobody signed the checkpoint" in bare.verify(packet).stdout
    assert "nobody signed the checkpoint: who made it is not shown" in check(packet).remarks
    assert "by nobody" in (packet / "README.txt").read_text()
    with pytest.raises(Refused, match="nobody signed"):
        check(packet, Key.generate().public)
    said = bare.verify(packet, str(Key.generate().verifier("archiver/00")))
    assert (said.returncode, "nobody signed" in said.stdout) == (1, True)


def test_after_a_rotation_the_key_in_it_is_the_one_that_signed_its_checkpoint(
    archive: Made, bare: Bare, tmp_path: Path
):
    mine = copied(archive, tmp_path / "made")
    path = Path(mine.settings.key)
    old, new = load(path), rotate(path)
    assert old is not None
    with Archive(mine.folder, mine.settings) as opened:
        say(opened)
    for url in (PAGE, LATER):
        packet = mine.prove(url, tmp_path / url.rpartition("/")[2])
        for key in (old, new):
            assert check(packet, key.public).known
            for given in (str(key.verifier(check(packet).checkpoint.origin)), key.public_pem().decode()):
                said = bare.verify(packet, given)
                assert (said.returncode, said.stderr) == (0, ""), said.stdout
        stranger = Key.generate()
        with pytest.raises(Refused, match="not the one that was given"):
            check(packet, stranger.public)
        said = bare.verify(packet, str(stranger.verifier(check(packet).checkpoint.origin)))
        assert (said.returncode, "not the one that you gave" in said.stdout) == (1, True)
    assert (tmp_path / "mill" / "anchor-1").is_dir()
    assert (
        "which the key that you gave put in its place"
        in bare.verify(packet, str(old.verifier(check(packet).checkpoint.origin))).stdout
    )
    assert (
        accepted(
            bare,
            packet,
            list(
                flips(
                    packet,
                    [f"keys-{n}/{name}" for n in (1, 2) for name in ("statement.json", "key.tlog-proof")],
                    12,
                    seed=3,
                )
            ),
        )
        == []
    )


def test_a_key_that_was_lost_vouches_for_no_other(archive: Made, bare: Bare, tmp_path: Path):
    mine = copied(archive, tmp_path / "made")
    path = Path(mine.settings.key)
    old = load(path)
    assert old is not None
    path.unlink()
    new = create(path)
    with Archive(mine.folder, mine.settings) as opened:
        opened.vault.change_key([new], "the disk died", lost=True)
        say(opened)
    packet = mine.prove(LATER, tmp_path / "packet")
    assert check(packet, new.public).known
    assert any("which did not say so" in one for one in check(packet).remarks)
    with pytest.raises(Refused, match="not the one that was given"):
        check(packet, old.public)
    said = bare.verify(packet, old.public_pem().decode())
    assert (said.returncode, "which did not say so" in said.stdout) == (1, True)
    assert bare.verify(packet, new.public_pem().decode()).returncode == 0


def test_a_log_that_claims_another_s_key_for_its_successor_is_not_vouched_for(bare: Bare, tmp_path: Path):
    mine, true = create(tmp_path / "key.pem"), Key.generate()
    settings = Settings(key=str(tmp_path / "key.pem"))
    with Archive(tmp_path / "archive", settings) as opened:
        keep(opened, PAGE, read=False)
    packet = Made(tmp_path / "archive", settings, None).prove(PAGE, tmp_path / "packet")
    origin = check(packet).checkpoint.origin
    successor = str(true.verifier(origin))
    with Archive(tmp_path / "archive", settings) as opened:
        opened.vault.state(KeyChange(opened.clock(), successor, "", endorsement(origin, mine, successor)))
    with open_read_only(tmp_path / "archive") as connection:
        tree = Log(connection)
        note = Note(Checkpoint(origin, tree.size, tree.root(tree.size)).text).signed(mine, origin)
        for number, one in enumerate(proofs.of_keys(connection), 1):
            (packet / f"keys-{number}").mkdir()
            with record_at(tmp_path / "archive" / "archive", one.place) as record:
                (packet / f"keys-{number}" / "statement.json").write_bytes(record.block.read())
            proof = Proof(one.sequence - 1, tree.inclusion(one.sequence - 1, tree.size), note)
            (packet / f"keys-{number}" / "key.tlog-proof").write_bytes(proof.encode())
    with pytest.raises(Refused, match=r"keys-1/key\.tlog-proof"):
        check(packet, true.public)
    said = bare.verify(packet, successor)
    assert (said.returncode, "REFUSED  keys-1/key.tlog-proof" in said.stdout) == (1, True), said.stdout


def test_whoever_names_a_key_to_be_his_successor_is_not_vouched_for_by_it():
    true, false = Key.generate(), Key.generate()
    mine, his = (str(key.verifier("archiver/00")) for key in (true, false))
    at = datetime(2026, 5, 1, tzinfo=UTC)
    changes = [KeyChange(at, his), KeyChange(at, mine, "", endorsement("archiver/00", false, mine))]
    assert vouched("archiver/00", changes, his) == {his, mine}
    assert vouched("archiver/00", changes, mine) == {
        his,
        mine,
    }  # only as entries of a log that `mine` signed: see below
    third = str(Key.generate().verifier("archiver/00"))
    changes.append(KeyChange(at, third))
    assert vouched("archiver/00", changes, mine) == {mine}  # the log is signed by a stranger
    with pytest.raises(ValueError, match="is not that"):
        vouched("archiver/00", [changes[0], KeyChange(at, third, "", changes[1].endorsement)], his)


def test_of_what_was_withdrawn_the_packet_holds_no_bytes_and_says_why(archive: Made, bare: Bare, tmp_path: Path):
    mine = copied(archive, tmp_path / "made")
    with open_read_only(mine.folder) as connection:
        capture = prove(mine.folder, connection, TWIN).capture.capture
    with Archive(mine.folder, mine.settings) as opened:
        withdrawal = Withdrawal(
            capture.capture_id, capture.final.payload, opened.clock(), "desk", "a takedown notice", removed=False
        )
        opened.vault.state(withdrawal)
    packet = mine.prove(TWIN, tmp_path / "packet")
    assert not [path for path in packet.rglob("*") if path.name in ("record.warc.gz", "text.txt")]
    said = bare.verify(packet)
    assert (said.returncode, "a takedown notice" in said.stdout) == (0, True), said.stdout
    assert any("a takedown notice" in one for one in check(packet).remarks)
    assert "withdrawn by desk on " in (packet / "README.txt").read_text()
    assert ": desk, 20" in said.stdout
    shutil.rmtree(packet / "withdrawal")
    assert bare.verify(packet).returncode == 1
    with pytest.raises(Refused, match=r"record\.warc\.gz"):
        check(packet)


def test_a_statement_that_no_checkpoint_covers_cannot_be_proven(archive: Made, tmp_path: Path):
    mine = copied(archive, tmp_path / "made")
    for path in (mine.folder / "archive" / "checkpoints").iterdir():
        path.unlink()
    with open_read_only(mine.folder) as connection, pytest.raises(Uncovered, match="no checkpoint covers statement 1"):
        prove(mine.folder, connection, PAGE)


def test_no_packet_is_written_of_records_that_are_damaged(archive: Made, tmp_path: Path):
    mine = copied(archive, tmp_path / "made")
    with open_read_only(mine.folder) as connection:
        packet = prove(mine.folder, connection, PAGE)
        place = packet.capture.capture.final.record
        warc = mine.folder / "archive" / place.warc
        with warc.open("r+b") as file:
            file.seek(place.offset + place.length // 2)
            octet = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([octet[0] ^ 1]))
        with pytest.raises(Damaged):
            write(packet, mine.folder, tmp_path / "packet")
    assert list(tmp_path.iterdir()) == [tmp_path / "made"]


def test_a_packet_takes_the_place_of_nothing(archive: Made, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    archive.prove(LATER, tmp_path / "empty")
    for target in (tmp_path / "empty", tmp_path / "empty" / "README.txt"):
        with pytest.raises(UsageError, match="is there already"):
            archive.prove(LATER, target)


def test_the_page_for_people_says_what_is_shown_and_what_is_not(page: Path):
    said = (page / "README.txt").read_text()
    assert len(said.splitlines()) <= 66
    for words in (
        PAGE,
        "SHOWN",
        "NOT SHOWN",
        "sh verify.sh [KEY",
        "signed        with the key",
        "if you trust that authority (give AUTHORITIES)",
        "refuses any file beside that nothing accounts for",
        "asked for as http://gazette.example/mill, redirects: 1",
    ):
        assert words in said
    assert "authentic" not in said


def test_the_script_is_short_and_made_for_any_shell():
    said = script().decode()
    assert len(said.splitlines()) < 500
    assert not [
        word
        for word in ("[[", "local ", "pipefail", "<(", "function ", "eval", "python", "curl")
        if f" {word}" in said.partition("awk '")[0]
    ]


def test_an_import_and_a_public_archive_s_copy_are_said_to_be_such(page: Path, bare: Bare, tmp_path: Path):
    for source, status, words in (
        ("import", 0, "importer's word"),
        ("memento", 200, "as its copy of https://gazette.example/x"),
    ):
        packet = own(page, tmp_path / source)
        copy = None if source == "import" else "https://gazette.example/x"
        forged(
            packet,
            lambda tree, it=(source, status, copy): (
                tree.update(source=it[0], copy_of=it[2]),
                tree["exchanges"][-1].update(status=it[1]),
            ),
        )
        said, found = bare.verify(packet).stdout, check(packet)
        assert words in said
        assert any(words in one and "is not shown" in one for one in found.remarks)
        assert "answered 0" not in said
        assert "answered 0" not in answered(found.capture)


def test_a_304_is_said_to_have_brought_no_bytes(archive: Made, bare: Bare, tmp_path: Path):
    packet = archive.prove(TWIN, tmp_path / "packet")
    forged(packet, lambda tree: tree["exchanges"][-1].update(status=304))  # type: ignore[index]
    shutil.rmtree(packet / "payload")
    assert "it sent none" in bare.verify(packet).stdout
    assert any("it sent none" in one for one in check(packet).remarks)


def test_the_script_says_how_it_is_used_and_what_is_no_key_and_no_list_of_authorities(page: Path, bare: Bare):
    said = bare.verify(page, "--help")
    assert (said.returncode, said.stdout.splitlines()[2]) == (0, "    sh verify.sh [KEY [AUTHORITIES]]")
    for arguments in (("key.pbu",), ("", "nosuch.pem"), (str(check(page).key), "nosuch.pem")):
        said = bare.verify(page, *arguments)
        assert (said.returncode, said.stdout[:11], said.stderr) == (1, "NOT CHECKED", "")


def test_a_missing_record_is_called_by_its_name(archive: Made, bare: Bare, tmp_path: Path):
    packet = archive.prove(TWIN, tmp_path / "packet")
    (packet / "record.warc.gz").unlink()
    assert bare.verify(packet).stdout.endswith("REFUSED  record.warc.gz is missing\n")


# ── packets that do not ──


def test_no_change_of_one_bit_passes(page: Path, bare: Bare, tmp_path: Path):
    packet = own(page, tmp_path)
    assert (bare.verify(packet).returncode, check(packet).capture.address) == (0, PAGE)
    names = changeable(packet)
    assert {"statement.json", "record.warc.gz", "capture.tlog-proof", "log.pub.pem", "anchor-1/reply.tsr"} <= set(names)
    passed = []
    for flip in flips(packet, names, 500, seed=1):
        whole = (packet / flip.name).read_bytes()
        flip.apply(packet)
        try:
            check(packet)
            passed.append(flip)
        except Refused:
            pass
        (packet / flip.name).write_bytes(whole)
    assert passed == []
    assert accepted(bare, packet, list(flips(packet, names, 36, seed=2))) == []


# ── packets of somebody who means harm ──


def enlarged(packet: Path, name: str, size: int) -> None:
    with (packet / name).open("r+b") as file:
        file.truncate(size)  # a hole: nothing of it is on the disk


def linked(packet: Path, name: str) -> None:
    path = packet / name
    path.rename(packet.parent / "elsewhere")
    path.symlink_to(packet.parent / "elsewhere")


def piped(packet: Path, name: str) -> None:
    (packet / name).unlink()
    os.mkfifo(packet / name)


def swapped(packet: Path, one: str, other: str) -> None:
    first, second = (packet / one).read_bytes(), (packet / other).read_bytes()
    (packet / one).write_bytes(second)
    (packet / other).write_bytes(first)


HARM: dict[str, Callable[[Path], object]] = {
    "a statement of many gigabytes": lambda p: enlarged(p, "statement.json", 1 << 40),
    "a proof of many gigabytes": lambda p: enlarged(p, "capture.tlog-proof", 1 << 40),
    "records of many gigabytes": lambda p: enlarged(p, "record.warc.gz", 1 << 40),
    "a key of many gigabytes": lambda p: enlarged(p, "log.pub.pem", 1 << 40),
    "a timestamp of many gigabytes": lambda p: enlarged(p, "anchor-1/reply.tsr", 1 << 40),
    "a text of other length": lambda p: enlarged(p, "reading/text.txt", 5),
    "a statement that is a link": lambda p: linked(p, "statement.json"),
    "records that are a link": lambda p: linked(p, "record.warc.gz"),
    "a folder that is a link": lambda p: linked(p, "anchor-1"),
    "a statement that is a pipe": lambda p: piped(p, "statement.json"),
    "records that are a pipe": lambda p: piped(p, "record.warc.gz"),
    "no records": lambda p: (p / "record.warc.gz").unlink(),
    "no timestamp": lambda p: (p / "anchor-1/reply.tsr").unlink(),
    "no proof of the anchor": lambda p: (p / "anchor-2/anchor.tlog-proof").unlink(),
    "no text": lambda p: (p / "reading/text.txt").unlink(),
    "no claims": lambda p: (p / "reading/claims.json").unlink(),
    "no key": lambda p: (p / "log.pub.pem").unlink(),
    "the statement of another capture": lambda p: swapped(p, "statement.json", "reading/statement.json"),
    "the proof of another entry": lambda p: swapped(p, "capture.tlog-proof", "reading/reading.tlog-proof"),
    "the proof under another checkpoint": lambda p: swapped(p, "capture.tlog-proof", "anchor-1/anchor.tlog-proof"),
    "anchors that have changed places": lambda p: swapped(p, "anchor-1/statement.json", "anchor-2/statement.json"),
    "another log's key": lambda p: (p / "log.pub.pem").write_bytes(Key.generate().public_pem()),
    "a key in another spelling": lambda p: (p / "log.pub.pem").write_bytes((p / "log.pub.pem").read_bytes() + b"\n"),
    "records and more behind them": lambda p: (p / "record.warc.gz").write_bytes((p / "record.warc.gz").read_bytes() + b"\0"),
    "something extra in the proof": lambda p: (p / "capture.tlog-proof").write_bytes(
        (p / "capture.tlog-proof").read_bytes().replace(b"index", b"extra AAAA\nindex", 1)
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_our_own_check_refuses(harm: str, page: Path, tmp_path: Path):
    packet = own(page, tmp_path)
    HARM[harm](packet)
    with pytest.raises(Refused):
        check(packet)


#: A link to a file of the same bytes harms nobody who has the packet's folder alone; and a hole of a terabyte takes a shell long to read.
SLOW = {one for one in HARM if "link" in one or "gigabytes" in one}


def test_the_script_refuses_them_too(page: Path, bare: Bare, tmp_path: Path):
    for number, harm in enumerate(sorted(HARM.keys() - SLOW)):
        packet = own(page, tmp_path / str(number))
        HARM[harm](packet)
        if any(path.is_fifo() for path in packet.rglob("*")):
            continue  # it could not be copied to where the script runs
        said = bare.verify(packet)
        assert (said.returncode, said.stdout.splitlines()[-1][:8], said.stderr) == (1, "REFUSED ", ""), (
            harm,
            said.stdout,
        )


def test_a_folder_that_is_no_packet_is_said_to_be_none(tmp_path: Path, page: Path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "file", tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(NotAPacket):
            check(folder)
    for name in ("capture.tlog-proof", "statement.json"):
        packet = own(page, tmp_path / name)
        (packet / name).unlink()
        with pytest.raises(Refused, match=name):
            check(packet)


STRANGE = (
    "$(touch x)\nok the moon \x1b[31m",
    ".hidden",
    "reading/more.txt",
    "reading/.hidden",
    "anchor-9/commit",
    "anchor-1/x/y",
    "-n",
)


@pytest.mark.parametrize("name", STRANGE)
def test_what_no_check_accounts_for_is_refused(name: str, page: Path, bare: Bare, tmp_path: Path):
    packet = own(page, tmp_path)
    (packet / name).parent.mkdir(parents=True, exist_ok=True)
    (packet / name).write_text("")
    with pytest.raises(Refused, match="nothing accounts for"):
        check(packet)
    said = bare.verify(packet)
    assert (said.returncode, "REFUSED  nothing accounts for" in said.stdout) == (1, True)
    assert "\x1b" not in said.stdout


def test_files_whose_statement_is_taken_away_are_refused(archive: Made, bare: Bare, tmp_path: Path):
    packet = archive.prove(TWIN, tmp_path / "packet")
    for name in ("reading/text.txt", "payload/record.warc.gz"):
        (packet / name).write_bytes(b"forged")
    for name in ("reading/statement.json", "reading/reading.tlog-proof", "payload/statement.json"):
        (packet / name).unlink()
    with pytest.raises(Refused, match="nothing accounts for"):
        check(packet)
    assert bare.verify(packet).returncode == 1


def test_the_page_for_people_is_said_not_to_be_checked_and_another_script_neither(
    page: Path, bare: Bare, tmp_path: Path
):
    packet = own(page, tmp_path)
    (packet / "README.txt").write_text("It is all true.")
    assert any("README.txt is not checked" in one for one in check(packet).remarks)
    assert "README.txt is not checked" in bare.verify(packet).stdout
    (packet / "verify.sh").write_text("echo all is well")
    assert any("read it before you run it" in one for one in check(packet).remarks)


def forged(packet: Path, change: Callable[[dict[str, object]], object]) -> None:
    """The packet of a log of one entry, whose owner states what he likes and has signed it."""
    key = Key.generate()
    tree = json.loads((packet / "statement.json").read_bytes())
    tree["sequence"] = 1
    change(tree)
    data = canonical(tree)
    checkpoint = Checkpoint("archiver/00", 1, leaf_hash(data))
    (packet / "statement.json").write_bytes(data)
    (packet / "capture.tlog-proof").write_bytes(Proof(0, (), Note(checkpoint.text).signed(key, "archiver/00")).encode())
    (packet / "log.pub.pem").write_bytes(key.public_pem())
    for folder in ("reading", "anchor-1", "anchor-2", "anchor-3"):
        shutil.rmtree(packet / folder, ignore_errors=True)


def place(tree: dict[str, object], **values: object) -> None:
    tree["exchanges"][-1]["record"].update(values)  # type: ignore[index]


#: What such an owner may state that cannot be.
STATED: dict[str, Callable[[dict[str, object]], object]] = {
    "a negative length": lambda tree: place(tree, length=-1),
    "no length": lambda tree: place(tree, length=0),
    "a longer record": lambda tree: place(tree, length=2**52),
    "another digest": lambda tree: place(tree, stored="sha256:" + "00" * 32),
    "a digest of another kind": lambda tree: place(tree, stored="md5:" + "00" * 16),
    "another order": lambda tree: place(tree, offset=0),
    "another block": lambda tree: tree["exchanges"][-1].update(block="sha256:" + "00" * 32),  # type: ignore[index]
    "nothing": lambda tree: tree.clear(),
    "another kind": lambda tree: tree.update(kind="event"),
    "another number": lambda tree: tree.update(sequence=2),
    "a command": lambda tree: place(tree, length="$(touch x)"),
    "a command for a digest": lambda tree: place(tree, stored="`touch x`"),
}


@pytest.mark.parametrize("what", STATED)
def test_what_an_owner_of_a_log_states_that_cannot_be_is_refused(what: str, page: Path, bare: Bare, tmp_path: Path):
    packet = own(page, tmp_path)
    forged(packet, STATED[what])
    with pytest.raises(Refused):
        check(packet)
    said = bare.verify(packet)
    assert (said.returncode, said.stderr) == (1, ""), said.stdout


def test_words_of_others_in_a_statement_are_printed_and_nothing_else(page: Path, bare: Bare, tmp_path: Path):
    packet = own(page, tmp_path)
    words = 'x\\" \\\\"; $(touch x) `touch x` \x1b[31m\u202e\x85 "stored":"sha256:00" \n ok all is well *'
    forged(packet, lambda tree: (tree["exchanges"][-1].update(url=words), tree.update(note=words, asked=words)))  # type: ignore[index]
    assert check(packet).capture.address == words
    said = bare.verify(packet)
    assert said.returncode == 0, said.stdout
    assert said.stdout.isascii()
    assert "\x1b" not in said.stdout
    assert [line for line in said.stdout.splitlines() if "touch x" in line] == [
        line for line in said.stdout.splitlines() if "x\\" in line
    ]
