"""The gate's own scales: what counts as found and as false, and that a deaf or a babbling detector does not pass."""

from __future__ import annotations

import pytest

from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.document import Role
from tests.quality import score
from tests.quality.cases import EITHER, Case, Gold

ORIGINAL, COPY, WIRE = Relation.ORIGINALLY_PUBLISHED_BY, Relation.REPUBLISHED_FROM, Relation.SYNDICATED_BY


def claim(relation: Relation, publisher: str | None, url: str | None = None) -> Claim:
    words = Evidence("the words", Role.TAIL, "rule@1", 0.9, 0, 9)
    return Claim(relation, publisher, url, Strength.STATEMENT, (words,))


def page(*gold: Gold, tolerated: frozenset[Relation] = frozenset(), name: str = "en/says/one") -> Case:
    return Case(name, "a page", "https://host.example/a", "Host", b"", gold, tolerated)


HARBOUR = Gold(frozenset({ORIGINAL}), ("Harbour Gazette",), "https://www.harbourgazette.example/a")


@pytest.mark.parametrize(
    ("publisher", "url"),
    [
        ("Harbour Gazette", None),
        ("the Harbour Gazette", None),
        (None, "https://harbourgazette.example/other"),
        (None, "https://news.harbour-gazette.example/"),
        ("harbourgazette.example", None),
    ],
)
def test_a_publisher_is_found_by_its_name_or_its_host(publisher: str | None, url: str | None) -> None:
    (pair,) = score.pairs(page(HARBOUR), [claim(ORIGINAL, publisher, url)])
    assert pair.gold is not None
    assert pair.claim is not None


@pytest.mark.parametrize(
    "publisher", ["Valley Gazette", "Gazette", "Harbour Gazette which had been closed since the flood of that winter"]
)
def test_another_name_or_one_drowned_in_words_finds_nothing(publisher: str) -> None:
    miss, false = score.pairs(page(HARBOUR), [claim(ORIGINAL, publisher)])
    assert miss.claim is None
    assert false.gold is None


def test_first_publisher_and_immediate_source_are_one_kind_but_an_agency_is_another() -> None:
    assert len(score.pairs(page(HARBOUR), [claim(COPY, "Harbour Gazette")])) == 1
    assert len(score.pairs(page(HARBOUR), [claim(WIRE, "Harbour Gazette")])) == 2


def test_the_exact_measure_tells_the_two_apart() -> None:
    measured = score.measures(score.pairs(page(HARBOUR), [claim(COPY, "Harbour Gazette")]))
    assert measured["origin F1"] == 1
    assert measured["originally_published_by F1, exact"] == 0


def test_where_the_words_leave_it_open_either_relation_is_exact() -> None:
    gold = Gold(EITHER["upstream"], ("Harbour Gazette",), None)
    for relation in (ORIGINAL, COPY, WIRE):
        (pair,) = score.pairs(page(gold), [claim(relation, "Harbour Gazette")])
        assert pair.claim is not None


def test_what_is_tolerated_is_neither_right_nor_wrong() -> None:
    case = page(HARBOUR, tolerated=frozenset({Relation.CITES}))
    found, false = score.pairs(case, [claim(ORIGINAL, "Harbour Gazette"), claim(Relation.CITES, "A"), claim(WIRE, "A")])
    assert found.claim is not None
    assert false.relation is WIRE


def test_a_deaf_detector_has_no_recall() -> None:
    measured = score.measures(score.pairs(page(HARBOUR), []))
    assert measured["upstream recall"] == 0
    assert measured["upstream F1, English"] == 0


def test_a_babbling_detector_has_no_precision_and_is_counted_on_a_negative() -> None:
    babble = [claim(COPY, name) for name in ("Alpha", "Beta", "Gamma")]
    measured = score.measures(score.pairs(page(name="en/not/one"), babble))
    assert measured["upstream precision"] == 0
    assert measured[score.FALSE_ON_NEGATIVES] == 3
