"""Key words found in one pass are the key words that stand there; claims take time in proportion to the page."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.document import Role
from archiver.provenance.detect.detect import detect
from archiver.provenance.detect.keys import places_of_keys
from archiver.provenance.phrases.lexicon import WORDINGS
from tests.provenance.pages import BODY, document

KEYS = sorted({key for wording in WORDINGS for key in wording.keys})
PIECES = st.one_of(st.sampled_from(KEYS), st.text(max_size=6), st.sampled_from([" ", "\n", ". ", "re", "n’"]))
TEXTS = st.lists(st.lists(PIECES, max_size=8).map(lambda parts: "".join(parts).lower()), max_size=5)


@given(TEXTS)
def test_the_places_of_a_key_are_the_texts_that_hold_it(texts):
    places = places_of_keys(texts)
    assert places == {key: held for key in KEYS if (held := [n for n, text in enumerate(texts) if key in text])}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_found_inside_a_longer_word(key):
    assert places_of_keys(["", f"x{key}x"])[key] == [1]


PUMPS = (
    "originally published on ", "published on X, ", "read more … ", "© 2020 X, ", "Photo: Ann/", "Original ", "OSLO (AP) - ",
    "http://a.example/b-c ", "a", "图源", "The tide (", "source: ",
)  # fmt: skip


def seconds(pump: str, length: int) -> float:
    page = document((BODY[0], Role.BODY), ((pump * length)[:length], Role.BODY), (BODY[1], Role.BODY))
    start = time.perf_counter()
    detect(page)
    return time.perf_counter() - start


@pytest.mark.parametrize("pump", PUMPS)
def test_claims_take_time_in_proportion_to_the_page(pump):
    # a machine that does other work may spoil one measurement, not four
    assert any(seconds(pump, 400_000) <= 2.3 * seconds(pump, 200_000) + 0.02 for _ in range(4))


def test_a_page_of_a_million_characters_takes_seconds_at_most():
    assert seconds("originally published on X, read more … ", 1_000_000) < 10
