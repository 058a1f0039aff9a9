"""The key files: who may read them, that none is lost or overwritten, and that openssl reads what we write."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from archiver.errors import ArchiverError, Unwritable, UsageError
from archiver.signing.keys import Key, create, known, load, rotate, wacz_key
from archiver.signing.note import Note


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archiver" / "key.pem"


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(("openssl", *arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


# ── making and reading ──


def test_a_key_that_was_made_is_the_one_that_is_read(path: Path) -> None:
    made = create(path)
    assert load(path) == made
    assert load(path) != Key.generate()


def test_where_there_is_no_key_there_is_none(path: Path) -> None:
    assert load(path) is None
    assert known(path) == ()


def test_a_key_and_its_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "config" / "archiver" / "key.pem"
    old = os.umask(0)
    try:
        create(path)
        rotate(path)
        wacz_key(path)
    finally:
        os.umask(old)
    assert [mode(folder) for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]
    assert [mode(file) for file in path.parent.iterdir()] == [0o600] * 3


def test_folders_that_were_there_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    create(tmp_path / "key.pem")
    assert mode(tmp_path) == 0o755


def test_a_key_is_never_overwritten(path: Path) -> None:
    made = create(path)
    with pytest.raises(UsageError, match="there is a key already") as raised:
        create(path)
    assert "archiver key rotate" in raised.value.advice
    assert load(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["key.pem"]


def test_of_two_who_make_one_at_once_one_does(path: Path) -> None:
    def attempt(_: int) -> Key | None:
        try:
            return create(path)
        except UsageError:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [key for key in pool.map(attempt, range(16)) if key]
    assert made == [load(path)]


def pem(key: object, password: bytes = b"") -> bytes:
    coding = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, coding)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "readable by the group": (lambda path: path.chmod(0o640), "others than its owner"),
    "readable by all": (lambda path: path.chmod(0o604), "others than its owner"),
    "writable by the group": (lambda path: path.chmod(0o620), "others than its owner"),
    "empty": (lambda path: path.write_bytes(b""), "no private key"),
    "half of it": (lambda path: path.write_bytes(path.read_bytes()[:60]), "no private key"),
    "something else": (lambda path: path.write_bytes(b"\x00" * 100_000), "no private key"),
    "the public one": (lambda path: path.write_bytes(Key.generate().public_pem()), "no private key"),
    "of another kind": (lambda path: path.write_bytes(pem(generate_private_key(SECP256R1()))), "another key than one of Ed25519"),
    "locked": (lambda path: path.write_bytes(pem(Key.generate().private, b"word")), "passphrase"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "is not a file"),
    "a pipe": (lambda path: (path.unlink(), os.mkfifo(path, 0o600)), "is not a file"),
    "a link that leads round": (lambda path: (path.unlink(), path.symlink_to(path)), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_key_that_cannot_be_used_is_refused_with_what_to_do(path: Path, what: str) -> None:
    spoil, message = REFUSED[what]
    create(path)
    spoil(path)
    for read in (load, known):
        with pytest.raises(UsageError, match=message) as raised:
            read(path)
        assert raised.value.advice
        assert str(path) in str(raised.value)


def test_a_key_below_a_file_cannot_be_read_or_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    path = tmp_path / "file" / "key.pem"
    for read in (load, known):
        with pytest.raises(UsageError, match="cannot be read"):
            read(path)
    with pytest.raises(Unwritable, match="could not be written"):
        create(path)


def test_where_the_disk_takes_nothing_the_old_key_stays(path: Path) -> None:
    made = create(path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        for write in (rotate, wacz_key, lambda path: create(path.with_name("other.pem"))):
            with pytest.raises(Unwritable, match="could not be written"):
                write(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [file.name for file in path.parent.iterdir()] == ["key.pem"]
    assert known(path) == (made,)


def test_nothing_of_a_private_key_is_told(path: Path) -> None:
    key = create(path)
    secret = key.private.private_bytes_raw()
    assert secret.hex() not in repr(key)
    path.write_bytes(path.read_bytes().replace(b"PRIVATE", b"PRIVAT"))
    with pytest.raises(UsageError) as raised:
        load(path)
    assert not any(line in str(raised.value) for line in path.read_text().splitlines())


# ── a new one in its place ──


def test_a_key_that_was_replaced_is_kept_beside_its_successor(path: Path) -> None:
    first = create(path)
    second = rotate(path)
    third = rotate(path)
    assert load(path) == third
    assert known(path)[0] == third
    assert set(known(path)) == {first, second, third}
    assert load(path.with_name(f"key-{first.fingerprint[:8]}.pem")) == first


def test_the_old_key_endorses_the_new_one(path: Path) -> None:
    old = create(path)
    new = rotate(path)
    note = Note(f"{new.verifier('log')}\n").signed(known(path)[1], "log")
    assert note.verified([old.verifier("log")]) == (old.verifier("log"),)


def test_where_there_is_no_current_key_those_before_it_do_not_stand_in(path: Path) -> None:
    create(path)
    rotate(path)
    path.unlink()
    assert known(path) == ()


def test_without_a_key_none_is_replaced(path: Path) -> None:
    with pytest.raises(UsageError, match="there is no key") as raised:
        rotate(path)
    assert "archiver key init" in raised.value.advice
    assert not path.parent.exists()


def test_files_that_are_called_a_little_otherwise_are_left_alone(path: Path) -> None:
    made = create(path)
    for name in ("key-old.pem", "key-0123abcd.pem.bak", "other-0123abcd.pem", "key-0123ABCD.pem"):
        path.with_name(name).write_bytes(b"not looked at")
    assert known(path) == (made,)


def test_a_key_of_another_name_is_put_aside_under_it(tmp_path: Path) -> None:
    path = tmp_path / "desk[1].key"
    first = create(path)
    rotate(path)
    assert (tmp_path / f"desk[1]-{first.fingerprint[:8]}.key").exists()
    assert len(known(path)) == 2


def test_a_link_to_a_key_stays_one(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    target, link = tmp_path / "safe" / "key.pem", tmp_path / "key.pem"
    first = create(target)
    link.symlink_to(target)
    second = rotate(link)
    assert link.is_symlink()
    assert load(target) == second
    assert known(link) == (second, first)


def test_a_key_is_not_lost_over_a_file_that_is_called_after_it(path: Path) -> None:
    first = create(path)
    create(path.with_name(f"key-{first.fingerprint[:8]}.pem"))
    with pytest.raises(UsageError, match="another key than it is called after"):
        rotate(path)
    assert load(path) == first


KILLED = """
import os, sys
from pathlib import Path
from archiver.signing import keys

left = int(sys.argv[2])
def watched(event, arguments):
    global left
    if event in ("open", "os.rename", "os.link", "os.remove", "tempfile.mkstemp"):
        left -= 1
        if left < 0:
            os._exit(9)
path = Path(sys.argv[1])
sys.addaudithook(watched)
keys.rotate(path)
os._exit(0)
"""


def test_whenever_a_rotation_is_killed_there_is_a_key_and_none_is_lost(path: Path) -> None:
    first = create(path)
    for step in range(40):
        done = subprocess.run((sys.executable, "-c", KILLED, path, str(step)), check=False)
        assert load(path) is not None, step
        assert first in known(path), step
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert step > 5
    assert load(path) != first


# ── what openssl says ──


def test_openssl_verifies_what_we_sign(path: Path, tmp_path: Path) -> None:
    key = create(path)
    (tmp_path / "text").write_bytes(b"three lines\nof a\ncheckpoint\n")
    (tmp_path / "signature").write_bytes(key.sign(b"three lines\nof a\ncheckpoint\n"))
    (tmp_path / "log.pub.pem").write_bytes(key.verifier("log").public_pem())
    verify = ("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", tmp_path / "log.pub.pem")
    files = ("-in", tmp_path / "text", "-sigfile", tmp_path / "signature")
    assert "Verified Successfully" in openssl(*verify, *files)
    assert openssl("pkey", "-in", path, "-pubout").encode() == key.public_pem() == key.verifier("log").public_pem()
    (tmp_path / "text").write_bytes(b"three lines\nof a\ncheckpoint")
    with pytest.raises(AssertionError):
        openssl(*verify, *files)


def test_a_key_that_openssl_made_is_one(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    openssl("genpkey", "-algorithm", "ed25519", "-out", path)
    path.chmod(0o600)
    key = load(path)
    assert key is not None
    assert openssl("pkey", "-in", path, "-pubout").encode() == key.public_pem()


# ── the one for packages ──


def test_the_key_for_packages_is_made_once(path: Path) -> None:
    made = wacz_key(path)
    assert isinstance(made.curve, SECP384R1)
    assert wacz_key(path).public_key() == made.public_key()
    assert mode(path.with_name("wacz.pem")) == 0o600
    assert load(path) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(pem(Key.generate().private)),
        lambda file: file.write_bytes(pem(generate_private_key(SECP256R1()))),
        lambda file: file.symlink_to("nowhere"),
    ],
)
def test_a_key_for_packages_of_another_kind_is_refused(path: Path, spoil: Callable[[Path], object]) -> None:
    create(path)
    old = os.umask(0o077)
    try:
        spoil(path.with_name("wacz.pem"))
    finally:
        os.umask(old)
    with pytest.raises(ArchiverError, match="no key of ECDSA"):
        wacz_key(path)
