"""Key words found in one pass are the key words that stand there; claims take time in proportion to the page."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.document import Role
from archiver.provenance.detect.detect import DETECTORS, detect
from archiver.provenance.detect.keys import bare, places_of_keys
from archiver.provenance.detect.page import Page
from archiver.provenance.phrases.lexicon import WORDINGS
from archiver.provenance.publishers import SHIPPED
from tests.provenance.pages import BODY, document

KEYS = sorted({key for wording in WORDINGS for group in wording.keys for key in group})
PIECES = st.one_of(
    st.sampled_from(KEYS).map(bare), st.text(max_size=6), st.sampled_from([" ", "\n", ". ", "re", "n’", "("])
)
TEXTS = st.lists(st.lists(PIECES, max_size=8).map(lambda parts: "".join(parts).lower()), max_size=5)
EDGE = re.compile(r"[^\W_]")


def stands_in(key: str, text: str) -> bool:
    """What a key says, in so many words: `<a` at the beginning of a word, `a>` at the end."""
    word = bare(key)
    at = text.find(word)
    while at >= 0:
        begins = key[0] != "<" or not EDGE.match(text[at - 1 : at])
        ends = key[-1] != ">" or not EDGE.match(text[at + len(word) : at + len(word) + 1])
        if begins and ends:
            return True
        at = text.find(word, at + 1)
    return False


@given(TEXTS)
def test_the_places_of_a_key_are_the_texts_that_hold_it(texts):
    places = places_of_keys(texts)
    for key in KEYS:
        held = [number for number, text in enumerate(texts) if stands_in(key, text)]
        found = places.get(key, [])
        # of a key of several words the ends are not looked at again: it may be found once too often, never too seldom
        assert found == held if " " not in key else set(held) <= set(found) <= {n for n, t in enumerate(texts) if bare(key) in t}  # fmt: skip


def test_every_key_is_found_in_a_word_and_a_marked_one_at_its_end_alone():
    for key in KEYS:
        assert places_of_keys(["", f"({bare(key)})"])[key] == [1], key
        glued = places_of_keys([f"x{bare(key)}x"])
        assert (key in glued) == (key[0] != "<" and key[-1] != ">") or " " in key, key


def test_what_was_remembered_of_other_pages_changes_nothing():
    texts = ["das wurde zuerst veröffentlicht", "source: x", "nothing at all"]
    first = places_of_keys(texts)
    for number in range(50):
        places_of_keys([f"word{number} published{number} {number}source:"])
    assert places_of_keys(texts) == first


# ---- time


PUMPS = (
    "originally published on ", "published on X, ", "read more … ", "© 2020 X, ", "Photo: Ann/", "Original ", "OSLO (AP) - ",
    "http://a.example/b-c ", "a", "图源", "The tide (", "source: ", "according to reporting by Reuters of ", "● AB ", "mit dpa, ", "(", " ",
)  # fmt: skip
#: A million signs of each kind of evidence, for the detector that looks for it.
MILLIONS = {
    "translation": "translated from the original in X, ", "statement": "originally published on X, published on Y, ", "machine": "link ",
    "label": "Source: Ann Author, et al. ", "byline": "By Ann Author, via X | ", "title": "The tides | X (", "link": "http://a.example/b-c read more … ",
    "agency": "with reporting by Reuters, (AP) - AFP, ", "rights": "Copyright © 2020 X, ", "cites": "according to a X report, X says of X reported ",
    "images": "Photo: Ann/AP via X ● AB ",
}  # fmt: skip


def seconds(pump: str, length: int) -> float:
    page = document((BODY[0], Role.BODY), ((pump * length)[:length], Role.BODY), (BODY[1], Role.BODY))
    start = time.process_time()
    detect(page)
    return time.process_time() - start


@pytest.mark.parametrize("pump", PUMPS)
def test_claims_take_time_in_proportion_to_the_page(pump):
    # a machine that does other work may spoil one measurement, not four
    assert any(seconds(pump, 400_000) <= 2.3 * seconds(pump, 200_000) + 0.02 for _ in range(4))


def test_there_is_a_million_for_every_detector():
    assert {detector.__module__.rsplit(".", 1)[-1] for detector in DETECTORS} == set(MILLIONS)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.__module__.rsplit(".", 1)[-1])
def test_no_detector_takes_more_than_its_share_of_a_page_of_a_million_characters(detector):
    pump = MILLIONS[detector.__module__.rsplit(".", 1)[-1]]

    def spent(length: int, *, blocks: bool) -> float:
        text = pump * (length // len(pump))
        rows = [(text[at : at + 100], Role.TAIL) for at in range(0, length, 100)] if blocks else [(text, Role.TAIL)]
        page = Page(document((BODY[0], Role.BODY), *rows), SHIPPED)
        start = time.process_time()
        list(zip(range(100), detector(page), strict=False))
        return time.process_time() - start

    assert any(spent(1_000_000, blocks=False) <= 2.3 * spent(500_000, blocks=False) + 0.05 for _ in range(4))
    assert any(spent(200_000, blocks=True) <= 2.3 * spent(100_000, blocks=True) + 0.05 for _ in range(4))
