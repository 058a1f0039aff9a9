"""Certificates (X.509): read from PEM, what their owners are called in them, and who vouches for whom.

    roots()                       the authorities that this machine trusts
    linked(chain)                 whether each certificate was issued by the next
    vouched(certificate, roots)   whether one of these issued it

Does not own: what a certificate is good for. That of a domain is signing.wacz's question, that of a timestamp signing.timestamp's.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning

#: A list of authorities that is read, in bytes.
MAX_ROOTS = 4 * 1024 * 1024
_END = b"-----END CERTIFICATE-----\n"


def roots() -> tuple[x509.Certificate, ...]:
    """The authorities that this machine trusts: of SSL_CERT_FILE or the system, else those that httpx brings with it."""
    listed = ssl.get_default_verify_paths().cafile
    if listed is None:
        import certifi  # noqa: PLC0415 - where the system has none

        listed = certifi.where()
    try:
        with Path(listed).open("rb") as file:
            blocks = file.read(MAX_ROOTS).split(_END)
    except OSError:
        return ()
    return tuple(one for block in blocks[:-1] for one in loaded(block[block.find(b"-----BEGIN") :] + _END))


def loaded(pem: bytes) -> list[x509.Certificate]:
    """The certificates that can be read; none where one cannot. Nothing is said of those that are made a little otherwise than they should."""
    with warnings.catch_warnings(action="ignore", category=CryptographyDeprecationWarning):
        try:
            found = x509.load_pem_x509_certificates(pem)
            for one in found:  # what it is made of is read only when it is asked for
                _ = one.public_key(), one.subject, one.issuer, one.not_valid_before_utc, one.not_valid_after_utc
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
            return []
    return found


def called(certificate: x509.Certificate) -> str:
    """What a certificate's owner is called in it."""
    for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        for attribute in certificate.subject.get_attributes_for_oid(kind):
            return str(attribute.value)[:100]
    return "somebody without a name"


def vouched(certificate: x509.Certificate, trusted: Sequence[x509.Certificate]) -> bool:
    """Whether one of these issued it."""
    issuers = [one for one in trusted if one.subject == certificate.issuer]
    return any(_issued(certificate, issuer) for issuer in issuers)


def linked(chain: list[x509.Certificate]) -> bool:
    """Whether each certificate was issued by the next."""
    return all(_issued(one, issuer) for one, issuer in pairwise(chain))


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
