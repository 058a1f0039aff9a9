"""The signature in a WACZ file's datapackage-digest.json, `signedData` (webrecorder's WACZ Signing and Verification 0.1.0). Both directions.

    judged = judge(signed, named, roots())      judged.faults, judged.remarks: sentences
    sign(named, created, software, key)         the anonymous form
    request(named, created), answered(body, named, roots())     a domain's: what to POST to a signing server, and what came back

`named` is the digest of datapackage.json as the file names it, `sha256:HEX`: the text that is signed.

Checked of both forms:
1. `hash` is the digest that the file names for datapackage.json, and `signature` is a signature of it
2. an anonymous one: by `publicKey`. Whose key that is, nobody says
3. a domain's: by the first certificate of `domainCert`, which is the domain's (`domain`), was valid then, and leads to an authority
   that this machine trusts; else `crossSignedCert`, of the same key, does
4. a timestamp, where there is one: `timeSignature` is one of `signature`, by the first certificate of `timestampCert`
   (signing.timestamp), within TEN_MINUTES of `created`

Times in the past are judged as of then: certificates live for weeks, and files for years. Not checked, and said so: whether a
certificate was revoked, and whether a timestamp's authority is one to be trusted (it is said whether this machine lists it).
The signature says who packed the file. It does not say that any server sent what is in it.

What is signed here is what browsers check (wabac.js): ECDSA on P-384 with SHA-256, the two numbers one behind the other. Does not
own: the key (signing.keys), and the sending.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from archiver.model.answer import parsed
from archiver.model.date import parse_rfc3339, rfc3339
from archiver.model.digest import Digest
from archiver.model.statement import Json
from archiver.signing import certificates
from archiver.signing.timestamp import Unchecked, Wrong, checked, verify

#: How far `created` may be from the timestamp.
TEN_MINUTES = timedelta(minutes=10)
#: The longest value that is looked at, in characters, and the longest chain, in certificates.
LONGEST, MOST_CERTIFICATES = 200_000, 10
#: The longest answer of a signing server, in bytes.
MAX_ANSWER = 1_000_000

_VERSION = "0.1.0"
#: What a domain's form has, and what it may have beside that. Nothing else may stand there.
_HAS = ("hash", "created", "signature", "domain", "domainCert", "timeSignature", "timestampCert")
_MAY_HAVE = ("software", "version", "crossSignedCert")


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with a signature, and what there is to say of it, in sentences."""

    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def judge(signed: object, named: str, trusted: Sequence[x509.Certificate]) -> Judged:
    """Check `signedData`; `named` is the digest of datapackage.json as the file names it, `trusted` whom this machine trusts."""
    if not isinstance(signed, dict):
        return Judged(("its signature cannot be read",))
    said = {name: value for name, value in signed.items() if isinstance(value, str) and len(value) <= LONGEST}
    try:
        return Judged(remarks=(_judged(said, named, trusted),))
    except Unchecked as why:
        return Judged(remarks=(f"it is signed, and the signature was not checked: {why}",))
    except Wrong as why:
        return Judged((str(why),))


def _judged(said: Mapping[str, str], named: str, trusted: Sequence[x509.Certificate]) -> str:
    """What a signature that holds says."""
    if said.get("hash") != named:
        raise Wrong("its signature is of another datapackage.json")
    created = _created(said)
    signature = _bytes(said, "signature")
    if "domainCert" in said:
        chain = _chain(said, "domainCert")
        _hold(chain[0].public_key(), signature, named)
        moment, stamped = _stamped(said, created, trusted)
        by = _domain(said, chain, moment or created, trusted)
        return f"signed by {by}; {stamped}. Whether its certificate was revoked was not checked"
    if "publicKey" not in said:
        raise Wrong("its signature names neither a key nor a certificate: nobody can check it")
    key = _key(said)
    _hold(key, signature, named)
    print_ = Digest.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hex
    _, stamped = _stamped(said, created, trusted)
    return f"signed with the key of SHA-256 {print_}, and nothing in it says whose that is; {stamped}"


# ── the parts of what is said ──


def _created(said: Mapping[str, str]) -> datetime:
    try:
        return parse_rfc3339(said.get("created", ""))
    except ValueError as why:
        raise Wrong("its signature does not say when it was made") from why


def _bytes(said: Mapping[str, str], name: str) -> bytes:
    try:
        return base64.b64decode(said[name], validate=True)
    except (KeyError, binascii.Error, ValueError) as why:
        raise Wrong(f"its signature has no {name} that can be read") from why


def _chain(said: Mapping[str, str], name: str) -> list[x509.Certificate]:
    """The certificates, the signer's first."""
    found = certificates.loaded(said.get(name, "").encode("utf-8", "replace"))
    if not 1 <= len(found) <= MOST_CERTIFICATES:
        raise Wrong(f"its signature has no {name} that can be read")
    return found


def _key(said: Mapping[str, str]) -> PublicKeyTypes:
    try:
        return load_der_public_key(_bytes(said, "publicKey"))
    except UnsupportedAlgorithm as why:
        raise Unchecked("its key is of a kind that is not known here") from why
    except ValueError as why:
        raise Wrong("its signature has no publicKey that can be read") from why


# ── the signature ──


def _hold(key: PublicKeyTypes, signature: bytes, named: str) -> None:
    """Raise Wrong unless it is a signature of that text by that key. Of ECDSA both spellings are in use: DER, and the two numbers."""
    if isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 2 * ((key.curve.key_size + 7) // 8):
        half = len(signature) // 2
        numbers = (int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
        spellings = [signature, utils.encode_dss_signature(*numbers)]
    else:
        spellings = [signature]
    if not any(_holds(key, one, named.encode()) for one in spellings):
        raise Wrong("its signature is not one of datapackage.json by the key that comes with it")


def _holds(key: PublicKeyTypes, signature: bytes, data: bytes) -> bool:
    try:
        verify(key, signature, data, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


# ── whose it is ──


def _domain(
    said: Mapping[str, str], chain: list[x509.Certificate], at: datetime, trusted: Sequence[x509.Certificate]
) -> str:
    """The domain, and on whose word. Raises Wrong."""
    domain = said.get("domain", "")
    try:
        name = x509.DNSName(domain)
        names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        covered = any(_covers(one, domain.lower()) for one in names.get_values_for_type(x509.DNSName))
    except (ValueError, x509.ExtensionNotFound):
        covered = False
    if not covered:
        raise Wrong(f"it says that {domain[:100] or 'nobody'} signed it, and its certificate is of somebody else")
    if not chain[0].not_valid_before_utc <= at <= chain[0].not_valid_after_utc:
        raise Wrong(f"it says that {domain[:100]} signed it, with a certificate that was not valid then")
    if not trusted:
        return f"{domain}, on nobody's word: this machine lists no authorities that could vouch for its certificate"
    authority = _authority(chain, name, at, trusted)
    if authority is None and "crossSignedCert" in said:
        other = _chain(said, "crossSignedCert")
        if other[0].public_key() == chain[0].public_key():
            authority = _authority(other, name, at, trusted)
    if authority is None:
        raise Wrong(
            f"it says that {domain[:100]} signed it, and its certificates lead to no authority that this machine trusts: "
            "anybody can make such"
        )
    return f"{domain}, by the word of {authority}"


def _covers(pattern: str, domain: str) -> bool:
    """Whether a name in a certificate is the domain, or its parent's with a star."""
    pattern = pattern.lower()
    return pattern == domain or (pattern.startswith("*.") and pattern[2:] == domain.partition(".")[2])


def _authority(
    chain: list[x509.Certificate], name: x509.DNSName, at: datetime, trusted: Sequence[x509.Certificate]
) -> str | None:
    """Who vouches for the first certificate in the end; None where nobody does that this machine trusts."""
    try:
        verifier = PolicyBuilder().store(Store(list(trusted))).time(at).build_server_verifier(name)
        found = verifier.verify(chain[0], chain[1:])
    except (VerificationError, ValueError, UnsupportedAlgorithm):
        return None
    return certificates.called(found[-1])


# ── when it was made ──


def _stamped(
    said: Mapping[str, str], created: datetime, trusted: Sequence[x509.Certificate]
) -> tuple[datetime | None, str]:
    """The time that the timestamp gives, and a sentence about when it was made. Raises Wrong."""
    if "timeSignature" not in said:
        return None, f"made on {rfc3339(created)}, by its own word: it has no timestamp"
    chain = _chain(said, "timestampCert")
    try:
        moment = checked(_bytes(said, "timeSignature"), said["signature"].encode(), chain[0])
    except Unchecked as why:
        return None, f"made on {rfc3339(created)}, by its own word: its timestamp was not checked, since {why}"
    except Wrong as why:
        raise Wrong(f"its timestamp is not one of its signature: {why}") from why
    if abs(moment - created) > TEN_MINUTES:
        raise Wrong(
            f"it says that it was signed on {rfc3339(created)}, and its timestamp is of {rfc3339(moment)}: more than ten minutes lie between"
        )
    listed = {one.public_bytes(Encoding.DER) for one in trusted}
    known = any(one.public_bytes(Encoding.DER) in listed for one in chain) or certificates.vouched(chain[-1], trusted)
    whom = "" if known and certificates.linked(chain) else ", whom this machine does not list among those it trusts"
    return moment, f"made on {rfc3339(moment)}, by the word of {certificates.called(chain[0])}{whom}"


# ── the other way round ──


def sign(named: str, created: datetime, software: str, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """`signedData` in the anonymous form, by a key of signing.keys.wacz_key. `software` is `name/version`."""
    size = (key.curve.key_size + 7) // 8
    numbers = utils.decode_dss_signature(key.sign(named.encode(), ec.ECDSA(hashes.SHA256())))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "hash": named,
        "created": rfc3339(created),
        "software": software,
        "version": _VERSION,
        "signature": _text(b"".join(number.to_bytes(size, "big") for number in numbers)),
        "publicKey": _text(public),
    }


def request(named: str, created: datetime) -> bytes:
    """What a signing server (authsign) is sent, as application/json: a time more than ten minutes from its own it refuses."""
    return json.dumps({"hash": named, "created": rfc3339(created.replace(microsecond=0))}).encode()


def answered(body: bytes, named: str, trusted: Sequence[x509.Certificate]) -> dict[str, str]:
    """`signedData` in the form of a domain, from what the server answered with status 200.

    Raises Unreadable where it is no such thing, or would not hold with somebody who reads the file.
    """
    return parsed(
        body, lambda said: _by_domain(said, named, trusted), "a domain's signature of this package", MAX_ANSWER, 100
    )


def _by_domain(said: Json, named: str, trusted: Sequence[x509.Certificate]) -> dict[str, str]:
    if not isinstance(said, dict):
        raise Wrong("no signature stands in it")
    signed = {
        name: value
        for name in (*_HAS, *_MAY_HAVE)
        if isinstance(value := said.get(name), str) and len(value) <= LONGEST
    }
    if missing := [name for name in _HAS if name not in signed]:
        raise Wrong(f"it has no {', '.join(missing)}")
    signed.setdefault("version", _VERSION)
    _judged(signed, named, trusted)
    return signed


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
