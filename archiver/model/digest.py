"""A digest is a type: an algorithm and its raw value, never a bare string.

Owns the spelling of digests (`sha256:BASE32` in WARC headers, hex in JSON). Hashes bytes, knows no files.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

#: Digest sizes in bytes, by the algorithm's name in WARC headers.
SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """`algorithm` in lower case, `value` as raw bytes of that algorithm's size."""

    algorithm: str
    value: bytes

    def __post_init__(self) -> None:
        size = SIZES.get(self.algorithm)
        if size is None:
            raise ValueError(f"unknown digest algorithm {self.algorithm!r}")
        if len(self.value) != size:
            raise ValueError(f"a {self.algorithm} digest has {size} bytes, not {len(self.value)}")

    @classmethod
    def sha256(cls, data: bytes) -> Digest:
        """The SHA-256 of `data`."""
        return cls("sha256", hashlib.sha256(data).digest())

    @classmethod
    def from_hex(cls, text: str, algorithm: str = "sha256") -> Digest:
        """From hexadecimal. Raises ValueError."""
        return cls(algorithm, bytes.fromhex(text))

    @classmethod
    def parse(cls, labelled: str) -> Digest:
        """From `algorithm:value`, the value in base32 (RFC 4648) or hexadecimal. Raises ValueError."""
        algorithm, colon, text = labelled.strip().partition(":")
        algorithm = algorithm.lower().replace("-", "")
        if not colon or algorithm not in SIZES:
            raise ValueError(f"not a labelled digest: {labelled[:80]!r}")
        size = SIZES[algorithm]
        try:
            if len(text) == 2 * size and "=" not in text:  # padded base32 of an MD5 is as long
                return cls(algorithm, bytes.fromhex(text))
            padded = text.upper().rstrip("=")
            return cls(algorithm, base64.b32decode(padded + "=" * (-len(padded) % 8)))
        except (binascii.Error, ValueError) as why:
            raise ValueError(f"not a {algorithm} digest: {text[:80]!r}") from why

    @property
    def hex(self) -> str:
        """Lower-case hexadecimal."""
        return self.value.hex()

    def __str__(self) -> str:
        # With its padding (RFC 4648, 3.2), without which warcio takes a SHA-256 for base64 and calls it wrong.
        return f"{self.algorithm}:{base64.b32encode(self.value).decode('ascii')}"
