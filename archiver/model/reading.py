"""The digest of what a document was read as: its set of claims as one canonical JSON value, so that it can be stated in a line."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.model.claim import Claim, Evidence
from archiver.model.digest import Digest
from archiver.model.statement import Json, canonical


def claims_block(claims: Iterable[Claim]) -> bytes:
    """The claims in their order, each with its evidence in its order, as RFC 8785 JSON; weights are thousandths.

    Whether words stand on many pages of a site is no part of it: that is the archive's to know, and changes with it.
    """
    return canonical([_claim(one) for one in claims])


def digest_of(claims: Iterable[Claim]) -> Digest:
    """SHA-256 of the claims' block."""
    return Digest.sha256(claims_block(claims))


def text_digest(text: str) -> Digest | None:
    """SHA-256 of a document's text as the bytes of its record; None where there is none."""
    return Digest.sha256(text.encode("utf-8", "replace")) if text.strip() else None


def _claim(claim: Claim) -> Json:
    return {
        "relation": str(claim.relation), "publisher": claim.publisher, "url": claim.url, "strength": int(claim.strength),
        "evidence": [_evidence(one) for one in claim.evidence],
    }  # fmt: skip


def _evidence(one: Evidence) -> Json:
    return {
        "quote": one.quote, "prefix": one.prefix, "suffix": one.suffix, "start": one.start, "end": one.end,
        "role": str(one.role), "rule": one.rule, "weight": round(one.weight * 1000),
    }  # fmt: skip
