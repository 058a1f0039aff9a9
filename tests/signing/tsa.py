"""Timestamp authorities as tests need them: `openssl ts` with certificates of their own, and replies made by hand that lie."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.ingest.signing import ECDSA, SHA256, TST_INFO, Owner, oid, owner, tlv

_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/chain.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """One of `openssl ts`, its files in `folder`. `steps`: how many authorities stand between its root and its signer."""

    def __init__(self, folder: Path, name: str, steps: int = 0) -> None:
        folder.mkdir()
        self.folder = folder
        self.root = above = owner(f"{name} Root", days=7000)
        self.between: list[Owner] = []
        for step in range(steps):
            above = owner(f"{name} {step}", above, days=7000)
            self.between.append(above)
        self.signer = owner(f"{name} Clock", above, ExtendedKeyUsageOID.TIME_STAMPING, days=6000)
        self.ca = folder / "ca.pem"
        key = self.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(key)
        (folder / "signer.pem").write_text(self.signer.pem)
        (folder / "chain.pem").write_text("".join(one.pem for one in (*self.between, self.root)))
        self.ca.write_text(self.root.pem)
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(_CONFIGURATION.format(folder=folder))

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        return (self.root.certificate,)

    def reply(self, query: bytes) -> bytes:
        """What it answers, by its own clock: this machine's."""
        (self.folder / "query").write_bytes(query)
        made = self.folder / "reply"
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", self.folder / "openssl.cnf", "-queryfile", self.folder / "query", "-out", made],
            check=True, capture_output=True,
        )  # fmt: skip
        return made.read_bytes()


def token(
    data: bytes, nonce: int | None, by: Owner, beside: tuple[Owner, ...], at: datetime | None = None, *, status: bytes = b"\x00",
) -> bytes:  # fmt: skip
    """A reply made by hand: signed by `by`, with the certificates of `beside` in that order, of any time."""
    at = at or datetime.now(UTC)
    imprint = tlv(0x30, SHA256, tlv(0x04, hashlib.sha256(data).digest()))
    number = () if nonce is None else (tlv(0x02, nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")),)
    info = tlv(
        0x30, tlv(0x02, b"\x01"), oid("1.3.6.1.4.1.99999.1"), imprint, tlv(0x02, b"\x07"),
        tlv(0x18, at.strftime("%Y%m%d%H%M%SZ").encode()), *number,
    )  # fmt: skip
    named = hashlib.sha256(by.certificate.public_bytes(Encoding.DER)).digest()
    attributes = tlv(
        0xA0,
        tlv(0x30, oid("1.2.840.113549.1.9.3"), tlv(0x31, TST_INFO)),
        tlv(0x30, oid("1.2.840.113549.1.9.4"), tlv(0x31, tlv(0x04, hashlib.sha256(info).digest()))),
        tlv(0x30, oid("1.2.840.113549.1.9.16.2.47"), tlv(0x31, tlv(0x30, tlv(0x30, tlv(0x30, tlv(0x04, named)))))),
    )
    issuer = tlv(0x30, by.certificate.issuer.public_bytes(), _number(by.certificate.serial_number))
    signature = tlv(0x04, by.sign(b"\x31" + attributes[1:]))
    signer = tlv(0x30, tlv(0x02, b"\x01"), issuer, SHA256, attributes, ECDSA, signature)
    certificates = b"".join(one.certificate.public_bytes(Encoding.DER) for one in beside)
    signed = tlv(
        0x30, tlv(0x02, b"\x03"), tlv(0x31, SHA256), tlv(0x30, TST_INFO, tlv(0xA0, tlv(0x04, info))),
        *((tlv(0xA0, certificates),) if beside else ()), tlv(0x31, signer),
    )  # fmt: skip
    whole = tlv(0x30, oid("1.2.840.113549.1.7.2"), tlv(0xA0, signed))
    return tlv(0x30, tlv(0x30, tlv(0x02, status)), whole)


def _number(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
