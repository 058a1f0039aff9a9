"""Signers of WACZ files as tests need them: authorities, certificates of domains, timestamps (RFC 3161) by hand."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: When the files of these tests were signed: long ago.
THEN = datetime(2021, 6, 1, 12, tzinfo=UTC)
DOMAIN = "signer.example"


@dataclass(frozen=True)
class Owner:
    """Somebody with a key and a certificate for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


def owner(
    name: str, by: Owner | None = None, use: x509.ObjectIdentifier | None = None, domains: Sequence[str] = (), *,
    days: int = 90, key: ec.EllipticCurvePrivateKey | None = None,
) -> Owner:  # fmt: skip
    """An authority where no use is named; issued by itself where nobody is."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = by.certificate.subject if by else subject
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(THEN - timedelta(days=30)).not_valid_after(THEN + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=use is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key((by.key if by else key).public_key()), critical=False)
        .add_extension(_usage(authority=use is None), critical=True)
    )  # fmt: skip
    if use is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=use == ExtendedKeyUsageOID.TIME_STAMPING)
    if domains:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in domains]), critical=False)
    return Owner(key, made.sign(by.key if by else key, hashes.SHA256()))


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip


ROOT = owner("The Weir Authority", days=7000)
SIGNER = owner(DOMAIN, ROOT, ExtendedKeyUsageOID.SERVER_AUTH, [DOMAIN])
CLOCK = owner("clock.example", ROOT, ExtendedKeyUsageOID.TIME_STAMPING, days=3000)
STRANGER = owner("A root of nobody's", days=7000)

# ── a timestamp, value by value ──


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([length]) if length < 128 else bytes([0x80 | len(octets)]) + octets) + content


def oid(text: str) -> bytes:
    first, second, *rest = (int(arc) for arc in text.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.insert(0, arc & 0x7F | 0x80)
        out += bytes(septets)
    return tlv(0x06, bytes(out))


SHA256 = tlv(0x30, oid("2.16.840.1.101.3.4.2.1"), tlv(0x05))
ECDSA = tlv(0x30, oid("1.2.840.10045.4.3.2"))
TST_INFO = oid("1.2.840.113549.1.9.16.1.4")


def token(
    data: bytes, at: datetime = THEN, by: Owner = CLOCK, *, status: bytes = b"\x00", info_of: bytes | None = None,
    kind: bytes = TST_INFO, names: Owner | None = None,
) -> bytes:  # fmt: skip
    """The reply of a timestamp authority. `info_of`: the digest of other data is what it signs; `names`: another certificate."""
    info = _info(data, at)
    attributes = tlv(
        0xA0,
        tlv(0x30, oid("1.2.840.113549.1.9.3"), tlv(0x31, kind)),
        tlv(0x30, oid("1.2.840.113549.1.9.4"), tlv(0x31, tlv(0x04, hashlib.sha256(_info(info_of, at) if info_of else info).digest()))),
        tlv(0x30, oid("1.2.840.113549.1.9.16.2.47"), tlv(0x31, tlv(0x30, tlv(0x30, tlv(0x30, tlv(0x04, _print(names or by))))))),
    )  # fmt: skip
    signer = tlv(
        0x30, tlv(0x02, b"\x01"), tlv(0x30), SHA256, attributes, ECDSA, tlv(0x04, by.sign(b"\x31" + attributes[1:]))
    )
    signed = tlv(
        0x30, tlv(0x02, b"\x03"), tlv(0x31, SHA256), tlv(0x30, kind, tlv(0xA0, tlv(0x04, info))), tlv(0x31, signer)
    )
    whole = tlv(0x30, oid("1.2.840.113549.1.7.2"), tlv(0xA0, signed))
    return tlv(0x30, tlv(0x30, tlv(0x02, status)), whole)


def _info(data: bytes, at: datetime) -> bytes:
    imprint = tlv(0x30, SHA256, tlv(0x04, hashlib.sha256(data).digest()))
    return tlv(
        0x30, tlv(0x02, b"\x01"), oid("1.3.6.1.4.1.99999.1"), imprint, tlv(0x02, b"\x07"),
        tlv(0x18, at.strftime("%Y%m%d%H%M%SZ").encode()),
    )  # fmt: skip


def _print(who: Owner) -> bytes:
    return who.certificate.fingerprint(hashes.SHA256())


# ── what a WACZ file says ──


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def by_domain(
    named: str,
    signer: Owner = SIGNER,
    chain: Sequence[Owner] = (ROOT,),
    *,
    created: datetime = THEN,
    **more: str | None,
) -> dict[str, str]:
    """`more` replaces members, or with None leaves them out."""
    signature = text(signer.sign(named.encode()))
    said: dict[str, str | None] = {
        "hash": named, "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "software": "a test", "version": "0.1.0",
        "signature": signature, "domain": DOMAIN, "domainCert": "".join(one.pem for one in (signer, *chain)),
        "timeSignature": text(token(signature.encode())), "timestampCert": CLOCK.pem + ROOT.pem, **more,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def anonymous(named: str, key: ec.EllipticCurvePrivateKey, *, raw: bool = False, **more: str) -> dict[str, str]:
    signature = key.sign(named.encode(), ec.ECDSA(hashes.SHA256()))
    if raw:  # as browsers sign
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        size = (key.curve.key_size + 7) // 8
        signature = b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(signature))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "hash": named, "created": "2021-06-01T12:00:00Z", "software": "a test", "version": "0.1.0",
        "signature": text(signature), "publicKey": text(public), **more,
    }  # fmt: skip


def digest_file(package: bytes, signed: object) -> bytes:
    named = f"sha256:{hashlib.sha256(package).hexdigest()}"
    return json.dumps({"path": "datapackage.json", "hash": named, "signedData": signed}).encode()
