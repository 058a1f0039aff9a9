"""RFC 3161 timestamps: that an authority signed a digest, and when. Checked with the authority's certificate; whom it belongs to is not.

    moment = checked(token, data, certificate)        raises Wrong, Unchecked
    said(token, data)                                 what it says of it, whoever signed it

1. The token is a granted reply, or the token of one: a CMS SignedData of one signer round a TSTInfo (5652: 5; 3161: 2.4.2).
2. The TSTInfo's imprint is the digest of `data`.
3. The signed attributes hold the digest of the TSTInfo, its type, and where they name a certificate, this one.
4. The signature over them is of the certificate's key.
5. The certificate is for timestamps, and was valid at that time.

What a kind of key or digest needs that is not known here is no fault of the token: Unchecked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

from archiver.signing import der
from archiver.signing.der import BadDer, Node

_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
#: The attributes that name the certificate by its digest: RFC 2634 and RFC 5035.
_CERTIFICATES = frozenset({"1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"})

#: Digests by their identifiers; also where an identifier names the signature's kind with it.
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = "1.2.840.113549.1.1.1"
_SIGNATURES: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.113549.1.1.11": hashes.SHA256(),  # with RSA
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
    "1.2.840.10045.4.3.2": hashes.SHA256(),  # with ECDSA
    "1.2.840.10045.4.3.3": hashes.SHA384(),
    "1.2.840.10045.4.3.4": hashes.SHA512(),
}
_BY_LENGTH = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}

#: The tag of the certificates in a SignedData.
_BESIDE = 0xA0

#: What a reply may say beside the token: granted, granted with changes.
_GRANTED = (b"\x00", b"\x01")


class Wrong(ValueError):
    """A timestamp, or a signature, that does not say what it should, or is nobody's."""


class OfAnother(Wrong):
    """A timestamp, and of something else."""


class Unchecked(ValueError):
    """One of a kind that is not known here."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a timestamp says before anybody has checked who does: when, in answer to which request, and the certificates beside it, as DER."""

    moment: datetime
    nonce: int | None
    certificates: tuple[bytes, ...]


def said(token: bytes, data: bytes) -> Said:
    """Rules 1 and 2: of a granted reply, or of a token. Raises Wrong for what is none, or is none of `data`; Unchecked."""
    try:
        signed = _signed_data(_token(der.read(token)))
        tst = _tst(_info(signed))
        _imprint(tst[2], data)
        nonce = next(
            (int.from_bytes(one.content, "big", signed=True) for one in tst[5:] if one.tag == der.INTEGER), None
        )
        beside = next((one.parts() for one in signed[3:-1] if one.tag == _BESIDE), [])
        return Said(tst[4].instant(), nonce, tuple(one.whole for one in beside))
    except BadDer as why:
        raise Wrong(f"it cannot be read ({why})") from why


def checked(token: bytes, data: bytes, certificate: x509.Certificate) -> datetime:
    """When the certificate's owner says that they were given the digest of `data`."""
    try:
        return _checked(der.read(token), data, certificate)
    except BadDer as why:
        raise Wrong(f"it cannot be read ({why})") from why


def _checked(reply: Node, data: bytes, certificate: x509.Certificate) -> datetime:
    info, signer = _parts(_token(reply))
    tst = _tst(info)
    _imprint(tst[2], data)
    moment = tst[4].instant()
    _signed(signer, info, certificate)
    _fit(certificate, moment)
    return moment


def _token(reply: Node) -> Node:
    """The token of a reply, or the token itself."""
    parts = reply.of(der.SEQUENCE).parts()
    if not parts or parts[0].tag == der.OID:
        return reply
    status = parts[0].of(der.SEQUENCE).parts()
    if not status or status[0].of(der.INTEGER).content not in _GRANTED or len(parts) < 2:
        raise Wrong("the authority refused it")
    return parts[1]


def _signed_data(token: Node) -> list[Node]:
    kind, wrapped = _pair(token.of(der.SEQUENCE))
    if oid(kind) != _SIGNED_DATA:
        raise Wrong("it is no signature of a timestamp")
    signed = wrapped.of(0xA0).only().of(der.SEQUENCE).parts()
    if len(signed) < 4:
        raise BadDer("half a SignedData")
    return signed


def _info(signed: list[Node]) -> bytes:
    """The TSTInfo's bytes."""
    kind, content = _pair(signed[2].of(der.SEQUENCE))
    if oid(kind) != _TST_INFO:
        raise Wrong("it is a signature of something else than a timestamp")
    return content.of(0xA0).only().of(der.OCTETS).content


def _parts(token: Node) -> tuple[bytes, list[Node]]:
    """The TSTInfo's bytes, and what there is of the one signer."""
    signed = _signed_data(token)
    info = _info(signed)
    signer = signed[-1].of(der.SET).only().of(der.SEQUENCE).parts()
    if len(signer) < 6:
        raise BadDer("a signer without signed attributes")
    return info, signer


def _tst(info: bytes) -> list[Node]:
    tst = der.read(info).of(der.SEQUENCE).parts()
    if len(tst) < 5:
        raise BadDer("half a TSTInfo")
    return tst


def _imprint(node: Node, data: bytes) -> None:
    algorithm, imprint = _pair(node.of(der.SEQUENCE))
    digest = _known(_DIGESTS, algorithm)
    if imprint.of(der.OCTETS).content != hashlib.new(digest.name, data).digest():
        raise OfAnother("it is a timestamp of something else")


def _signed(signer: list[Node], info: bytes, certificate: x509.Certificate) -> None:
    """Rules 3 and 4."""
    _, _, digesting, attributes, signing, signature = signer[:6]
    digest = _known(_DIGESTS, digesting)
    said = {oid(name): values for name, values in map(_pair, attributes.of(0xA0).parts())}
    if _CONTENT_TYPE not in said or oid(said[_CONTENT_TYPE].only()) != _TST_INFO:
        raise Wrong("its attributes are those of something else")
    if _MESSAGE_DIGEST not in said or said[_MESSAGE_DIGEST].only().content != hashlib.new(digest.name, info).digest():
        raise Wrong("its signature is of another timestamp")
    for name in _CERTIFICATES & said.keys():
        _names(said[name].only(), certificate)
    # They are signed as the SET that they are, and not under the tag that they have here.
    covered = bytes([der.SET]) + attributes.whole[1:]
    kind = oid(_first(signing))
    using = digest if kind == _RSA else _known(_SIGNATURES, signing)
    try:
        verify(certificate.public_key(), signature.of(der.OCTETS).content, covered, using)
    except InvalidSignature as why:
        raise Wrong("its signature is not of the certificate that comes with it") from why


def _names(value: Node, certificate: x509.Certificate) -> None:
    """Whether the first of the certificates that a signing-certificate attribute names is this one."""
    first = _first(_first(value.of(der.SEQUENCE)))
    digest = next((part.content for part in first.of(der.SEQUENCE).parts() if part.tag == der.OCTETS), b"")
    algorithm = _BY_LENGTH.get(len(digest))
    if algorithm is None:
        raise Unchecked("it names its certificate by a digest of a kind that is not known here")
    if certificate.fingerprint(_FINGERPRINTS[algorithm]) != digest:
        raise Wrong("it names another certificate than the one that comes with it")


#: SHA-1 names a certificate here (RFC 2634 knows nothing else); that it is the one is what the signature says.
_FINGERPRINTS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - the same
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip


def verify(key: PublicKeyTypes, signature: bytes, data: bytes, digest: hashes.HashAlgorithm) -> None:
    """Raises InvalidSignature; Unchecked for a key of another kind than RSA and ECDSA."""
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(digest))
    else:
        raise Unchecked("its key is of a kind that is not known here")


def _fit(certificate: x509.Certificate, moment: datetime) -> None:
    """Rule 5."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
        ValueError,
        TypeError,
    ) as why:
        raise Wrong("the certificate that comes with it is not for timestamps") from why
    if ExtendedKeyUsageOID.TIME_STAMPING not in uses:
        raise Wrong("the certificate that comes with it is not for timestamps")
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise Wrong("the certificate that comes with it was not valid at that time")


def _first(node: Node) -> Node:
    parts = node.of(der.SEQUENCE).parts()
    if not parts:
        raise BadDer("nothing where something should be")
    return parts[0]


def _pair(node: Node) -> tuple[Node, Node]:
    parts = node.parts()
    if len(parts) < 2:
        raise BadDer("one value where two should be")
    return parts[0], parts[1]


def _known(table: dict[str, hashes.HashAlgorithm], algorithm: Node) -> hashes.HashAlgorithm:
    found = table.get(oid(_first(algorithm)))
    if found is None:
        raise Unchecked("it uses a digest or a signature of a kind that is not known here")
    return found


def oid(node: Node) -> str:
    """An identifier with its dots."""
    arcs: list[int] = []
    value = 0
    for octet in node.of(der.OID).content[:32]:
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        raise BadDer("an identifier of nothing")
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))
