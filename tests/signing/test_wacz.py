"""What packages are signed with: our own judge takes it, a browser's checker would, and a server's answer is not taken on trust."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from archiver.errors import Unreadable
from archiver.signing.keys import wacz_key
from archiver.signing.wacz import LONGEST, MAX_ANSWER, answered, judge, request, sign
from tests.ingest.signing import DOMAIN, ROOT, STRANGER, THEN, by_domain, owner

NAMED = f"sha256:{'ab' * 32}"
OTHER = f"sha256:{'cd' * 32}"
NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
TRUSTED = (ROOT.certificate,)


@pytest.fixture
def key(tmp_path: Path) -> ec.EllipticCurvePrivateKey:
    return wacz_key(tmp_path / "key.pem")


def test_what_we_sign_our_own_judge_takes(key: ec.EllipticCurvePrivateKey) -> None:
    signed = sign(NAMED, NOW, "archiver/1", key)
    assert set(signed) == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert (signed["created"], signed["version"]) == ("2026-03-01T12:00:00.250Z", "0.1.0")
    judged = judge(signed, NAMED, ())
    assert judged.faults == ()
    assert "nothing in it says whose that is; made on 2026-03-01T12:00:00.250Z" in judged.remarks[0]
    assert judge(signed, OTHER, ()).faults == ("its signature is of another datapackage.json",)
    assert judge({**signed, "hash": OTHER}, OTHER, ()).faults != ()


def test_what_we_sign_is_what_a_browser_checks(key: ec.EllipticCurvePrivateKey) -> None:
    # Web Crypto: ECDSA, P-384, SHA-256; the key as SPKI, the signature as two numbers of 48 bytes each.
    for _ in range(20):  # numbers that begin with zeros, too
        signed = sign(NAMED, NOW, "archiver/1", key)
        public = load_der_public_key(base64.b64decode(signed["publicKey"], validate=True))
        assert isinstance(public, ec.EllipticCurvePublicKey)
        assert isinstance(public.curve, ec.SECP384R1)
        raw = base64.b64decode(signed["signature"], validate=True)
        assert len(raw) == 96
        spelt = utils.encode_dss_signature(int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
        public.verify(spelt, NAMED.encode(), ec.ECDSA(hashes.SHA256()))
        with pytest.raises(InvalidSignature):
            public.verify(spelt, OTHER.encode(), ec.ECDSA(hashes.SHA256()))


CHECK = """
const said = JSON.parse(process.argv[1]), bytes = text => Buffer.from(text, "base64"), kind = {name: "ECDSA", namedCurve: "P-384"};
crypto.subtle.importKey("spki", bytes(said.publicKey), kind, true, ["verify"])
  .then(key => crypto.subtle.verify({name: "ECDSA", hash: "SHA-256"}, key, bytes(said.signature), Buffer.from(said.hash)))
  .then(held => console.log(held));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.parametrize(("named", "held"), [(NAMED, "true"), (OTHER, "false")])
def test_web_crypto_says_the_same(key: ec.EllipticCurvePrivateKey, named: str, held: str) -> None:
    said = sign(NAMED, NOW, "archiver/1", key) | {"hash": named}
    script = f"globalThis.crypto ??= require('crypto').webcrypto; {CHECK}"
    done = subprocess.run(("node", "-e", script, json.dumps(said)), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == held


def test_every_package_of_one_operator_is_signed_with_one_key(tmp_path: Path) -> None:
    signed = [sign(NAMED, NOW, "archiver/1", wacz_key(tmp_path / "key.pem")) for _ in range(2)]
    assert signed[0]["publicKey"] == signed[1]["publicKey"]


def test_a_signing_server_is_asked_for_the_digest_and_the_second() -> None:
    assert json.loads(request(NAMED, NOW)) == {"hash": NAMED, "created": "2026-03-01T12:00:00Z"}


def answer(**more: object) -> bytes:
    return json.dumps(by_domain(NAMED) | more).encode()


def test_an_answer_that_holds_is_taken_with_what_belongs_there_alone() -> None:
    signed = answered(answer(token="a secret", software=None, version=None, crossSignedCert=None), NAMED, TRUSTED)
    assert set(signed) == {
        "hash", "created", "version", "signature", "domain", "domainCert", "timeSignature", "timestampCert",
    }  # fmt: skip
    judged = judge(signed, NAMED, TRUSTED)
    assert judged.faults == ()
    assert f"signed by {DOMAIN}" in judged.remarks[0]


REFUSED = {
    "not JSON": (b"<html>", "not a domain's signature"),
    "another coding": (b"\xff\xfe", "not a domain's signature"),
    "a well": (b"[" * 200_000, "too much of it"),
    "a list": (b"[]", "no signature stands in it"),
    "more than there can be": (b" " * MAX_ANSWER + b"{}", "too much of it"),
    "nothing": (b"{}", "has no hash, created, signature"),
    "no timestamp": (answer(timeSignature=None), "has no timeSignature"),
    "a number": (answer(domain=7), "has no domain"),
    "more than is looked at": (answer(domainCert="A" * (LONGEST + 1)), "has no domainCert"),
    "of another package": (json.dumps(by_domain(OTHER)).encode(), "another datapackage.json"),
    "a signature of something else": (json.dumps(by_domain(OTHER) | {"hash": NAMED}).encode(), "not one of datapackage.json"),
    "a time too far from the timestamp": (json.dumps(by_domain(NAMED, created=THEN - timedelta(minutes=11))).encode(), "more than ten minutes"),
    "nobody who is trusted": (json.dumps(by_domain(NAMED, owner(DOMAIN, STRANGER, domains=[DOMAIN]))).encode(), "no authority"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_an_answer_that_would_not_hold_is_refused(what: str) -> None:
    body, message = REFUSED[what]
    with pytest.raises(Unreadable, match=message):
        answered(body, NAMED, TRUSTED)
