"""A digest is a type."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.digest import SIZES, Digest


@given(
    st.sampled_from(sorted(SIZES)).flatmap(
        lambda a: st.tuples(st.just(a), st.binary(min_size=SIZES[a], max_size=SIZES[a]))
    )
)
def test_both_spellings_are_read_back(parts: tuple[str, bytes]) -> None:
    digest = Digest(*parts)
    assert Digest.parse(str(digest)) == digest
    assert Digest.parse(f"{digest.algorithm.upper()}:{digest.hex}") == digest
    assert Digest.from_hex(digest.hex, digest.algorithm) == digest


def test_sha256_is_what_it_is() -> None:
    assert Digest.sha256(b"page").hex == hashlib.sha256(b"page").hexdigest()
    assert str(Digest.sha256(b"")).startswith("sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ")


@pytest.mark.parametrize(
    "text", ["", "sha256:", "sha256", "sha256:00", "crc32:00000000", "sha1:" + "0" * 64, "sha256:" + "!" * 52]
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Digest.parse(text)


def test_a_digest_of_the_wrong_size_is_never_made() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Digest("sha256", b"short")
