"""Which certificates are trusted, and what is known of the TLS of one connection.

Opens no connection: wire.py does. Before Python 3.13 the chain that verification built is not public API; it is taken where it
can be had, else the state of the facts is `leaf-only`.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, cast

import httpx

from archiver.errors import FetchError, UsageError
from archiver.model.capture import TlsFacts


class CertificateInvalid(FetchError):
    """The certificate does not verify: the one failure that the operator may overrule."""

    def __init__(self, host: str, why: str) -> None:
        advice = "--insecure-tls REASON keeps the answer as flagged; SSL_CERT_FILE names further authorities to trust"
        super().__init__("tls-invalid", f"the certificate of {host} does not verify: {why}", advice=advice)


@dataclass(frozen=True, slots=True)
class Trust:
    """How certificates are verified. `override` is the operator's reason to accept those that do not verify."""

    verified: ssl.SSLContext
    override: str | None = None

    @classmethod
    def by_environment(cls, override: str | None = None) -> Trust:
        """The public authorities, or those of SSL_CERT_FILE or SSL_CERT_DIR. Raises UsageError."""
        try:
            context = httpx.create_ssl_context(trust_env=True)
        except OSError as why:  # ssl.SSLError is one
            raise UsageError(
                f"the certificates to trust cannot be read: {why}", advice="check SSL_CERT_FILE and SSL_CERT_DIR"
            ) from why
        return cls(_strict(context), override)

    @staticmethod
    def unverified() -> ssl.SSLContext:
        """A context that accepts any certificate: only ever used where `override` is set."""
        return _strict(httpx.create_ssl_context(verify=False))


def _strict(context: ssl.SSLContext) -> ssl.SSLContext:
    """HTTP/1.1 alone; and a connection that ends without close_notify was cut. Python up to 3.11.3 has OpenSSL overlook that."""
    context.set_alpn_protocols(["http/1.1"])
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


class _Certificate(Protocol):
    def public_bytes(self, encoding: int, /) -> bytes: ...


_DER = 2  # _ssl.ENCODING_DER


def _chain(sock: ssl.SSLSocket) -> tuple[tuple[bytes, ...], bool]:
    """The certificates of this connection, leaf first, and whether they are the chain that verification built."""
    leaf = sock.getpeercert(binary_form=True)
    if sock.context.verify_mode is ssl.CERT_REQUIRED:
        public = getattr(sock, "get_verified_chain", None)  # Python 3.13
        if public is not None:
            return tuple(bytes(der) for der in public()), True
        private = getattr(getattr(sock, "_sslobj", None), "get_verified_chain", None)  # 3.10 to 3.12
        if private is not None:
            certificates = cast("Iterable[_Certificate]", private() or ())
            return tuple(certificate.public_bytes(_DER) for certificate in certificates), True
    return ((leaf,) if leaf else ()), False


def facts(sock: ssl.SSLSocket) -> TlsFacts:
    """Version, cipher and certificates of a connection whose handshake is over."""
    chain, verified = _chain(sock)
    cipher = sock.cipher()
    return TlsFacts(sock.version() or "", cipher[0] if cipher else "", chain, "verified" if verified else "leaf-only")
