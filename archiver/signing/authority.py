"""Timestamp authorities (RFC 3161): what one is asked, and whether its reply holds.

    body = query(data, nonce)                     to be posted as MEDIA_TYPE
    found = judge(reply, data, nonce, roots)      found.moment, found.note; raises Wrong
    moment = held(reply, data, roots)             the same years later, by our own judge alone; raises Wrong, Unchecked

1. A reply is granted, is one about `data`, and answers this request: its nonce is ours. Else it is none, whatever anybody says.
2. Our own judge (signing.timestamp) finds that it holds; or it is of a kind that is not known to it, and another one does:
   rfc3161-client where that is installed, openssl where there is one. Those that do not agree are quoted: rfc3161-client refuses
   replies whose certificates are not in the order that DER has for a set, and openssl's own come so where there is a chain of them.
3. Where roots are given, a reply that holds leads to one of them: the signer's certificate is one, or each was issued by the next,
   an authority, and all were valid at the token's own time. Without roots it is not known whose the signature is, and that is said.

Not checked: whether a certificate was revoked. Sends nothing; openssl is given its files in a folder that is gone afterwards.
"""

from __future__ import annotations

import hashlib
import shutil
import ssl
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from archiver.model.citation import WHOSE
from archiver.signing import der
from archiver.signing.certificates import loaded, vouched
from archiver.signing.timestamp import Said, Unchecked, Wrong, checked, said

MEDIA_TYPE = "application/timestamp-query"

#: Certificates beside a token that are looked at.
MOST_CERTIFICATES = 20
#: Seconds that openssl has.
_PATIENCE = 20.0
#: Characters of what another judge says that are quoted.
_QUOTED = 200

_SHA256 = bytes.fromhex("0609608648016503040201" + "0500")
_BOOLEAN = 0x01
_OURS = "archiver"

#: The authorities whose word is taken; none where nobody has said.
Roots: TypeAlias = Sequence[x509.Certificate]

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge finds wrong with a reply; "" where it holds."""

    judge: str
    fault: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply that holds: the time that it gives, what each judge says who could say anything, and whether there were roots."""

    moment: datetime
    opinions: tuple[Opinion, ...]
    rooted: bool

    @property
    def note(self) -> str:
        """By whom it was found to hold, and who does not agree: for people."""
        by = ", ".join(one.judge for one in self.opinions if not one.fault)
        against = [f"{one.judge} does not agree: {one.fault}" for one in self.opinions if one.fault]
        whose = [] if self.rooted else [f"{WHOSE}: no authorities to trust were named"]
        return "; ".join((f"verified by {by}", *against, *whose))


def query(data: bytes, nonce: int) -> bytes:
    """A request for a timestamp of the SHA-256 of `data`, and for the certificates of its signer; `nonce` is zero or more."""
    imprint = _value(der.SEQUENCE, _value(der.SEQUENCE, _SHA256) + _value(der.OCTETS, hashlib.sha256(data).digest()))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _value(
        der.SEQUENCE,
        _value(der.INTEGER, b"\x01") + imprint + _value(der.INTEGER, number) + _value(_BOOLEAN, b"\xff"),
    )


def judge(reply: bytes, data: bytes, nonce: int, roots: Roots) -> Judged:
    """Raises Wrong for a reply that is none, and for one that nobody can verify."""
    try:
        case = _case(reply, data, nonce, roots)
    except Unchecked as why:
        raise Wrong(str(why)) from why
    if case.said.nonce != nonce:
        raise Wrong("it answers another request")
    opinions: list[Opinion] = []
    silent: list[str] = []
    for name, examine in _JUDGES.items():
        try:
            examine(case)
        except Wrong as why:
            opinions.append(Opinion(name, str(why)[:_QUOTED]))
        except Unchecked as why:
            silent.append(f"{name}: {why}")
        else:
            opinions.append(Opinion(name, ""))
    if all(one.fault for one in opinions) or (opinions[0].judge == _OURS and opinions[0].fault):
        reasons = "; ".join((*(f"{one.judge}: {one.fault or 'it holds'}" for one in opinions), *silent))
        raise Wrong(f"it cannot be verified ({reasons})")
    return Judged(case.said.moment, tuple(opinions), bool(roots))


def held(reply: bytes, data: bytes, roots: Roots) -> datetime:
    """When the authority says that it saw `data`. Raises Wrong; Unchecked for a reply of a kind that is not known here."""
    case = _case(reply, data, None, roots)
    _ours(case)
    return case.said.moment


@dataclass(frozen=True, slots=True)
class _Case:
    reply: bytes
    data: bytes
    nonce: int | None
    roots: Roots
    said: Said
    beside: tuple[x509.Certificate, ...]


def _case(reply: bytes, data: bytes, nonce: int | None, roots: Roots) -> _Case:
    what = said(reply, data)
    pems = (ssl.DER_cert_to_PEM_cert(one).encode() for one in what.certificates[:MOST_CERTIFICATES])
    return _Case(reply, data, nonce, tuple(roots), what, tuple(one for pem in pems for one in loaded(pem)))


# ── our own judge ──


def _ours(case: _Case) -> None:
    """Rule 3, and that the signature is of a certificate that comes with the reply, or is among the roots."""
    with warnings.catch_warnings(action="ignore", category=CryptographyDeprecationWarning):
        _examined(case)


def _examined(case: _Case) -> None:
    fault: ValueError = Unchecked("it comes without a certificate for timestamps")
    for one in (*case.beside, *case.roots):
        if not _stamps(one):
            continue
        try:
            checked(case.reply, case.data, one)
        except (Wrong, Unchecked) as why:
            fault = why
            continue
        if case.roots and not _leads(one, case):
            raise Wrong("its certificates lead to none of the authorities that are trusted here")
        return
    raise fault


def _leads(signer: x509.Certificate, case: _Case) -> bool:
    """Whether the signer's certificate is one of the roots, or was issued by one, in the end. Each certificate is looked at once."""
    reached = [signer]
    for one in reached:  # which grows
        if one in case.roots:
            return True
        reached += [
            issuer
            for issuer in (*case.roots, *case.beside)
            if issuer not in reached
            and (issuer in case.roots or _is_authority(issuer))
            and issuer.not_valid_before_utc <= case.said.moment <= issuer.not_valid_after_utc
            and vouched(one, [issuer])
        ]
    return False


def _stamps(certificate: x509.Certificate) -> bool:
    uses = _extension(certificate, x509.ExtendedKeyUsage)
    return uses is not None and ExtendedKeyUsageOID.TIME_STAMPING in uses


def _is_authority(certificate: x509.Certificate) -> bool:
    basic = _extension(certificate, x509.BasicConstraints)
    return basic is not None and basic.ca


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError, TypeError):
        return None


# ── those of others ──


def _rfc3161_client(case: _Case) -> None:
    if not case.roots:
        raise Unchecked("it needs authorities to trust")
    try:
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415 - an extra
    except ImportError as why:
        raise Unchecked("it is not installed") from why
    try:
        verifier = VerifierBuilder(roots=list(case.roots), nonce=case.nonce).build()
        verifier.verify_message(decode_timestamp_response(case.reply), case.data)
    except (VerificationError, ValueError, TypeError) as why:
        unsorted = "InvalidSetOrdering" in str(why)
        raise Wrong(
            "its certificates are not in DER's order of a set" if unsorted else " ".join(str(why).split())
        ) from why


def _openssl(case: _Case) -> None:
    program = shutil.which("openssl")
    if program is None or not case.roots:
        raise Unchecked("it is not installed" if program is None else "it needs authorities to trust")
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in case.roots)
    at = str(int(case.said.moment.timestamp()))  # not now: certificates end before their timestamps do
    try:
        with tempfile.TemporaryDirectory(prefix="archiver-") as folder:
            for name, content in (("data", case.data), ("reply", case.reply), ("roots", pem)):
                Path(folder, name).write_bytes(content)
            done = subprocess.run(  # noqa: S603 - no shell, and names of our own
                [program, "ts", "-verify", "-data", "data", "-in", "reply", "-CAfile", "roots", "-attime", at],
                cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False,
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as why:
        raise Unchecked("it did not run") from why
    if done.returncode == 0:
        return
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    if "Verification: FAILED" not in told:
        raise Unchecked("it does not know how")
    raise Wrong(_reason(told))


def _reason(told: str) -> str:
    """The cause among the lines of openssl's errors: `code:error:number:library:function:reason:file:line:more`."""
    causes = [line.split(":") for line in told.splitlines() if ":error:" in line]
    said_last = [": ".join(filter(None, (parts[5], *parts[8:]))) for parts in causes if len(parts) > 5]
    return said_last[0] if said_last else "it gives no reason"


_JUDGES: dict[str, Callable[[_Case], None]] = {
    _OURS: _ours,
    "rfc3161-client": _rfc3161_client,
    "openssl": _openssl,
}


def _value(tag: int, content: bytes) -> bytes:
    """A value of fewer than 128 bytes, as all are here."""
    return bytes((tag, len(content))) + content
