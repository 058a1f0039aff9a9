"""Who signed a WACZ file, and when, is checked: what does not hold is a problem, what holds is said with its limits."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.digest import Digest
from archiver.signing import der
from archiver.signing.certificates import roots
from archiver.signing.timestamp import Unchecked, Wrong, checked
from archiver.signing.wacz import judge
from tests.ingest.making import Take, described, theirs, wacz
from tests.ingest.signing import (
    CLOCK,
    DOMAIN,
    ROOT,
    SIGNER,
    STRANGER,
    THEN,
    anonymous,
    by_domain,
    digest_file,
    oid,
    owner,
    text,
    token,
)

NAMED = f"sha256:{'ab' * 32}"
OTHER = f"sha256:{'cd' * 32}"
TRUSTED = (ROOT.certificate,)
KEYS = (ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1()))


def test_a_signature_of_a_domain_that_holds_is_said_with_who_vouches_for_it() -> None:
    judged = judge(by_domain(NAMED), NAMED, TRUSTED)
    assert judged.faults == ()
    assert judged.remarks == (
        "signed by signer.example, by the word of The Weir Authority; made on 2021-06-01T12:00:00Z, by the word of clock.example. "
        "Whether its certificate was revoked was not checked",
    )


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("raw", [False, True])
def test_an_anonymous_signature_that_holds_is_said_to_be_nobodys(key: ec.EllipticCurvePrivateKey, raw: bool) -> None:
    judged = judge(anonymous(NAMED, key, raw=raw), NAMED, ())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert judged.faults == ()
    assert f"the key of SHA-256 {Digest.sha256(public).hex}, and nothing in it says whose" in judged.remarks[0]
    assert "by its own word: it has no timestamp" in judged.remarks[0]


SERVER = ExtendedKeyUsageOID.SERVER_AUTH
BETWEEN = owner("The Weir Authority, between", ROOT)
BELOW = owner(DOMAIN, BETWEEN, SERVER, [DOMAIN])
STARRED = owner("star", ROOT, SERVER, ["*.signer.example"])
CROSSED = owner(DOMAIN, STRANGER, SERVER, [DOMAIN])
CROSS = owner(DOMAIN, ROOT, SERVER, [DOMAIN], key=CROSSED.key)
SELF = owner(DOMAIN, None, SERVER, [DOMAIN])
GONE = owner(DOMAIN, ROOT, SERVER, [DOMAIN], days=-1)
BROWSER = anonymous(NAMED, KEYS[0])

HOLD = {
    "a certificate between": by_domain(NAMED, BELOW, (BETWEEN,)),
    "a star": by_domain(NAMED, STARRED, domain="www.signer.example"),
    "no timestamp": by_domain(NAMED, timeSignature=None, timestampCert=None),
    "no root, cross-signed": by_domain(NAMED, CROSSED, (STRANGER,), crossSignedCert=CROSS.pem),
    "nine minutes before": by_domain(NAMED, created=THEN - timedelta(minutes=9)),
    "anonymous, with a timestamp": {
        **BROWSER, "timeSignature": text(token(BROWSER["signature"].encode())), "timestampCert": CLOCK.pem,
    },
}  # fmt: skip


@pytest.mark.parametrize("what", HOLD)
def test_what_holds_is_no_fault(what: str) -> None:
    judged = judge(HOLD[what], NAMED, TRUSTED)
    assert (judged.faults, len(judged.remarks)) == ((), 1)


def stamped(stamp: Callable[[bytes], bytes], **more: str) -> dict[str, str]:
    said = by_domain(NAMED)
    return {**said, "timeSignature": text(stamp(said["signature"].encode())), **more}


WRONG: dict[str, tuple[object, str]] = {
    "of another file": (by_domain(OTHER), "of another datapackage.json"),
    "a signature of something else": ({**by_domain(OTHER), "hash": NAMED}, "not one of datapackage.json by the key"),
    "another's key": ({**BROWSER, "publicKey": anonymous(NAMED, KEYS[1])["publicKey"]}, "not one of datapackage.json by the key"),
    "another's certificate": (by_domain(NAMED, SIGNER, domainCert=STARRED.pem + ROOT.pem), "not one of datapackage.json by the key"),
    "another domain": (by_domain(NAMED, domain="gazette.example"), "its certificate is of somebody else"),
    "no domain": (by_domain(NAMED, domain=None), "that nobody signed it"),
    "a domain of two levels under a star": (by_domain(NAMED, STARRED, domain="a.b.signer.example"), "of somebody else"),
    "a root of one's own": (by_domain(NAMED, CROSSED, (STRANGER,)), "no authority that this machine trusts"),
    "a certificate of one's own": (by_domain(NAMED, SELF, ()), "no authority that this machine trusts"),
    "cross-signed with another key": (by_domain(NAMED, CROSSED, (STRANGER,), crossSignedCert=SIGNER.pem), "no authority"),
    "a certificate that was over": (by_domain(NAMED, GONE), "was not valid then"),
    "a chain that breaks off": (by_domain(NAMED, BELOW, ()), "no authority that this machine trusts"),
    "signed eleven minutes before": (by_domain(NAMED, created=THEN - timedelta(minutes=11)), "more than ten minutes"),
    "nobody": ({"hash": NAMED, "created": "2021-06-01", "signature": "AA=="}, "neither a key nor a certificate"),
    "no time": ({**BROWSER, "created": "yesterday"}, "does not say when"),
    "no base64": ({**BROWSER, "signature": "*"}, "no signature that can be read"),
    "no key": ({**BROWSER, "publicKey": "AAAA"}, "no publicKey that can be read"),
    "no certificate": (by_domain(NAMED, domainCert="-----BEGIN CERTIFICATE-----"), "no domainCert that can be read"),
    "a number": ({**BROWSER, "hash": 7}, "of another datapackage.json"),
    "a list": ([], "cannot be read"),
    "a timestamp of something else": (stamped(lambda _: token(b"x")), "a timestamp of something else"),
    "a timestamp by another": (stamped(lambda data: token(data, by=SIGNER, names=CLOCK)), "not of the certificate that comes with it"),
    "a timestamp that was refused": (stamped(lambda data: token(data, status=b"\x02")), "the authority refused it"),
    "a timestamp that names another": (stamped(lambda data: token(data, names=SIGNER)), "names another certificate"),
    "a timestamp whose attributes are another's": (stamped(lambda data: token(data, info_of=b"x")), "signature is of another timestamp"),
    "a timestamp of another kind": (stamped(lambda data: token(data, kind=oid("1.2.840.113549.1.7.1"))), "of something else than a timestamp"),
    "a timestamp by a server": (stamped(lambda data: token(data, by=SIGNER), timestampCert=SIGNER.pem), "is not for timestamps"),
    "a timestamp before its certificate": (
        stamped(lambda data: token(data, THEN - timedelta(days=60)), created="2021-04-02T12:00:00Z"), "not valid at that time",
    ),
    "a timestamp that breaks off": (stamped(lambda data: token(data)[:-1]), "it cannot be read"),
    "no timestamp's certificate": (by_domain(NAMED, timestampCert=None), "no timestampCert that can be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_hold_is_a_fault(what: str) -> None:
    signed, message = WRONG[what]
    judged = judge(signed, NAMED, TRUSTED)
    assert judged.remarks == ()
    assert [message in fault for fault in judged.faults] == [True], judged.faults


def test_what_is_not_known_here_is_said_not_to_be_checked() -> None:
    public = (
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    judged = judge({**BROWSER, "publicKey": text(public)}, NAMED, TRUSTED)
    assert judged.faults == ()
    assert "was not checked" in judged.remarks[0]


def test_where_nobody_is_trusted_nobody_vouches() -> None:
    judged = judge(by_domain(NAMED), NAMED, ())
    assert judged.faults == ()
    assert "on nobody's word" in judged.remarks[0]
    assert "whom this machine does not list" in judged.remarks[0]


def test_the_authorities_are_those_of_the_machine_or_those_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(roots()) > 50
    listed = tmp_path / "roots.pem"
    listed.write_text(
        f"# a list\n{ROOT.pem}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{STRANGER.pem}"
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(listed))
    assert roots() == (ROOT.certificate, STRANGER.certificate)


@pytest.mark.parametrize("right", [True, False])
def test_the_signature_of_a_file_that_is_imported_is_judged(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    listed = tmp_path / "roots.pem"
    listed.write_text(ROOT.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(listed))
    files = {"archive/some.warc.gz": theirs()}
    package = described(files)
    signed = by_domain(f"sha256:{Digest.sha256(package).hex}" if right else NAMED)
    report = take(wacz(files, package=package, digest=digest_file(package, signed)))
    assert report.captures == 3
    told = report.remarks if right else report.problems
    assert [
        ("signed by signer.example" if right else "of another datapackage.json") in one.message for one in told
    ] == [True]
    assert (report.problems if right else report.remarks) == ()
    assert told[0].file.name == "datapackage-digest.json"


# ── hostile ones ──

GOOD = token(b"signed")


def test_every_changed_bit_of_what_is_signed_is_seen() -> None:
    assert checked(GOOD, b"signed", CLOCK.certificate) == THEN
    dice = random.Random(5)
    told = {"Wrong": 0, "Unchecked": 0, "taken": 0}
    for _ in range(400):
        bits = bytearray(GOOD)
        at = dice.randrange(len(bits) * 8)
        bits[at // 8] ^= 1 << at % 8
        try:
            moment = checked(bytes(bits), b"signed", CLOCK.certificate)
            told["taken"] += 1
            assert (
                moment == THEN
            )  # of what no signature covers: versions, the list of digests, serial numbers of signers
        except (Wrong, Unchecked) as why:
            told["Wrong" if isinstance(why, Wrong) else "Unchecked"] += 1
    assert told["Wrong"] > 340
    assert told["taken"] < 30


@given(st.binary(max_size=300))
def test_bytes_that_are_no_timestamp_are_none(data: bytes) -> None:
    with pytest.raises((Wrong, Unchecked)):
        checked(data, b"signed", CLOCK.certificate)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80\x00\x00",
        b"\x30\x85\x01\x00\x00\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x1f\x81\x01\x00",
        b"0\x01",
        b"",
        b"\x04\x00\x00",
    ],
)
def test_what_is_not_der_is_refused(data: bytes) -> None:
    with pytest.raises(der.BadDer):
        der.read(data).parts()[0].parts()


def test_a_time_is_read_to_the_microsecond_and_a_wrong_one_is_refused() -> None:
    assert der.read(b"\x18\x1320210601120000.250Z").instant() == THEN + timedelta(milliseconds=250)
    for words in (b"20210601120000", b"20211301120000Z", b"2021060112000\xc2Z", b"99990101000060Z"):
        with pytest.raises(der.BadDer):
            der.read(bytes([0x18, len(words)]) + words).instant()
