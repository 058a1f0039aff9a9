"""Timestamp authorities: what is asked, and which replies hold, by three judges, against `openssl ts` with keys of the test's own."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from archiver.signing.authority import Opinion, held, judge, query
from archiver.signing.timestamp import Unchecked, Wrong
from tests.ingest.signing import owner
from tests.signing.tsa import Authority, token

DATA, NONCE = b"archiver/0123456789abcdef\n12\nroot\n\n", 2**63 + 5
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("plain") / "tsa", "Plain")


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("chained") / "tsa", "Chained", steps=2)


@pytest.fixture(params=["plain", "chained"])
def tsa(request: pytest.FixtureRequest) -> Iterator[Authority]:
    return request.getfixturevalue(request.param)


def by_hand(tsa: Authority, data: bytes = DATA, nonce: int | None = NONCE, at: datetime | None = None) -> bytes:
    """A reply whose only certificate is the signer's: one that stands in order by itself."""
    return token(data, nonce, tsa.signer, (tsa.signer,), at)


@pytest.mark.parametrize("nonce", [1, 127, 128, 2**63, 2**64 - 1])
def test_openssl_reads_what_is_asked(nonce: int, tmp_path: Path) -> None:
    (tmp_path / "query").write_bytes(query(DATA, nonce))
    done = subprocess.run(
        ["openssl", "ts", "-query", "-in", tmp_path / "query", "-text"], check=True, capture_output=True, text=True
    )
    assert f"Nonce: 0x{nonce:02X}" in done.stdout
    assert "Certificate required: yes" in done.stdout
    assert "Hash Algorithm: sha256" in done.stdout


def test_a_reply_holds_and_gives_the_time(tsa: Authority) -> None:
    judged = judge(tsa.reply(query(DATA, NONCE)), DATA, NONCE, tsa.roots)
    assert abs(judged.moment - datetime.now(UTC)) < timedelta(seconds=10)
    assert {one.judge for one in judged.opinions if not one.fault} >= {"archiver", "openssl"}


def test_three_judges_agree_on_a_reply_with_one_certificate(plain: Authority) -> None:
    judged = judge(by_hand(plain), DATA, NONCE, plain.roots)
    assert judged.opinions == tuple(Opinion(name, "") for name in ("archiver", "rfc3161-client", "openssl"))
    assert judged.note == "verified by archiver, rfc3161-client, openssl"


def test_certificates_out_of_order_are_told_and_do_not_decide(plain: Authority) -> None:
    both = sorted((plain.signer, plain.root), key=lambda one: one.certificate.public_bytes(Encoding.DER))
    for beside, agrees in ((both, True), (both[::-1], False)):
        judged = judge(token(DATA, NONCE, plain.signer, tuple(beside)), DATA, NONCE, plain.roots)
        assert ("rfc3161-client does not agree: its certificates are not in DER's order" in judged.note) is not agrees
        assert "verified by archiver" in judged.note


def test_a_timestamp_outlives_its_certificate(plain: Authority) -> None:
    then = datetime(2022, 1, 1, tzinfo=UTC)
    brief = owner("Brief Clock", plain.root, ExtendedKeyUsageOID.TIME_STAMPING, days=400)  # it ended in 2022
    judged = judge(token(DATA, NONCE, brief, (brief,), then), DATA, NONCE, plain.roots)
    assert [one.fault for one in judged.opinions] == ["", "", ""]
    with pytest.raises(Wrong, match="not valid at that time"):
        held(token(DATA, NONCE, brief, (brief,), NOW), DATA, plain.roots)


def test_without_roots_it_is_said_that_nobody_knows_whose_it_is(tsa: Authority) -> None:
    judged = judge(tsa.reply(query(DATA, NONCE)), DATA, NONCE, ())
    assert judged.opinions == (Opinion("archiver", ""),)
    assert "whose certificate it is was not checked" in judged.note


def test_a_signers_own_certificate_may_be_what_is_trusted(plain: Authority) -> None:
    reply = token(DATA, NONCE, plain.signer, ())  # it sends none
    assert "verified by archiver" in judge(reply, DATA, NONCE, (plain.signer.certificate,)).note
    with pytest.raises(Unchecked, match="without a certificate"):
        held(reply, DATA, plain.roots)


# ── what lies ──


def test_a_reply_of_an_authority_that_is_not_trusted_is_refused(plain: Authority, chained: Authority) -> None:
    with pytest.raises(Wrong, match=r"cannot be verified .*lead to none of the authorities"):
        judge(plain.reply(query(DATA, NONCE)), DATA, NONCE, chained.roots)


def test_a_chain_through_somebody_who_is_no_authority_is_none(plain: Authority) -> None:
    middle = owner("Middle", plain.root, ExtendedKeyUsageOID.TIME_STAMPING)  # for timestamps, and not for certificates
    signer = owner("Clock", middle, ExtendedKeyUsageOID.TIME_STAMPING, days=3000)
    with pytest.raises(Wrong, match="lead to none"):
        held(token(DATA, NONCE, signer, (signer, middle)), DATA, plain.roots)


@pytest.mark.parametrize(
    ("data", "nonce", "why"),
    [(b"else", NONCE, "a timestamp of something else"), (DATA, NONCE + 1, "another request"), (DATA, None, "another request")],
)  # fmt: skip
def test_a_reply_to_something_else_is_none(plain: Authority, data: bytes, nonce: int | None, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        judge(by_hand(plain, data, nonce), DATA, NONCE, plain.roots)


def test_a_refusal_is_no_timestamp(plain: Authority) -> None:
    with pytest.raises(Wrong, match="refused"):
        judge(token(DATA, NONCE, plain.signer, (plain.signer,), status=b"\x02"), DATA, NONCE, plain.roots)


@pytest.mark.parametrize("reply", [b"", b"<html>no", b"\x30\x80", b"\x30" * 5000, b"\x30\x03\x02\x01\x00"])
def test_garbage_is_no_reply(reply: bytes) -> None:
    with pytest.raises(Wrong):
        judge(reply, DATA, NONCE, ())


def test_no_bit_of_a_reply_brings_anything_else_than_a_verdict(
    plain: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some bits are no part of what is signed; what no bit changes is the time. openssl is a process for each: too slow for this.
    monkeypatch.setenv("PATH", "/nonexistent")
    reply, chance = by_hand(plain, at=NOW), random.Random(7)
    for _ in range(800):
        changed = bytearray(reply)
        changed[chance.randrange(len(reply))] ^= 1 << chance.randrange(8)
        try:
            judged = judge(bytes(changed), DATA, NONCE, plain.roots)
        except Wrong:
            continue
        assert judged.moment == NOW.replace(microsecond=0)


def test_without_the_other_judges_ours_decides(plain: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert judge(by_hand(plain), DATA, NONCE, plain.roots).note == "verified by archiver"
