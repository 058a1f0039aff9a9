"""A person's word on where a text came from, against what pages say and texts show."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.lineage import Decision, Ruling
from archiver.provenance.publishers import SHIPPED
from archiver.provenance.resolve import resolve

from .lineages import originally, page, same, via

AT = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = page("m1", "https://weirnews.example/2024/01/25/weir", "Weir News", day="2024-01-25")
COPY = page("r1", "https://riverdigest.example/weir/77", "River Digest", originally("Weir News"), day="2024-01-26")
THIRD = page("t1", "https://pumphouse.example/weir", "Pump House", via(url=COPY.url), day="2024-01-28")
ALL = [ORIGIN, COPY, THIRD]
OVERLAPS = [same("m1", "r1"), same("r1", "t1"), same("m1", "t1")]


def decision(url, source=None, ruling=Ruling.REPUBLISHED_FROM, publisher=None, sequence=1):
    return Decision(url, ruling, AT, "M. Frey", "she told us", source, publisher, sequence)


def edges(*decisions, documents=ALL, overlaps=OVERLAPS):
    found = resolve(documents, overlaps, SHIPPED, decisions)
    return {(e.from_document, e.to_document or e.to_url or e.to_publisher, e.relation, e.status) for e in found.edges}


def test_without_a_decision_pages_and_texts_decide():
    assert edges() == {
        ("r1", "m1", "republished_from", "corroborated"),
        ("t1", "r1", "republished_from", "corroborated"),
    }


def test_a_decision_stands_in_place_of_what_the_page_says_of_its_source():
    assert edges(decision(THIRD.url, ORIGIN.url)) == {
        ("r1", "m1", "republished_from", "corroborated"),
        ("t1", "m1", "republished_from", "curated"),
    }


def test_a_decision_that_agrees_with_the_page_keeps_its_quotes():
    (edge,) = (
        e for e in resolve(ALL, OVERLAPS, SHIPPED, [decision(COPY.url, ORIGIN.url)]).edges if e.from_document == "r1"
    )
    assert (edge.status, edge.confidence, edge.claims, edge.overlap, edge.decision) == ("curated", 1.0, (0,), 0.95, 1)


def test_a_decision_turns_a_direction_round():
    said = edges(decision(ORIGIN.url, COPY.url))
    assert ("m1", "r1", "republished_from", "curated") in said
    assert not [edge for edge in said if edge[:2] == ("r1", "m1")]


def test_what_is_kept_apart_is_no_copy_whatever_the_page_and_the_text_say():
    said = edges(decision(COPY.url, ORIGIN.url, Ruling.UNRELATED))
    assert not [edge for edge in said if {edge[0], edge[1]} == {"r1", "m1"}]
    silent = page("s1", "https://pumphouse.example/w", "Pump House", day="2024-02-01")
    alone = {"documents": [ORIGIN, silent], "overlaps": [same("m1", "s1")]}
    assert edges(**alone)
    assert not edges(decision(silent.url, ORIGIN.url, Ruling.UNRELATED), **alone)
    assert not edges(decision(ORIGIN.url, silent.url, Ruling.UNRELATED), **alone)


def test_a_source_that_was_never_captured_is_named_by_address_or_by_name():
    silent = page("s1", "https://pumphouse.example/w", "Pump House")
    named = edges(decision(silent.url, publisher="Reuters", ruling=Ruling.SYNDICATED_BY), documents=[silent])
    assert named == {("s1", "Reuters", "syndicated_by", "curated")}
    there = "https://elsewhere.example/a"
    assert edges(decision(silent.url, there), documents=[silent]) == {("s1", there, "republished_from", "curated")}
    assert resolve([silent], [], SHIPPED, [decision(silent.url, there)]).wanted == (there,)


def test_two_addresses_can_be_called_one_article():
    other = page("x1", "https://weirnews.example/archive/8", "Weir News", title="Something else altogether")
    said = edges(decision(other.url, ORIGIN.url, Ruling.VARIANT_OF), documents=[ORIGIN, other], overlaps=[])
    assert {(edge[2], edge[3]) for edge in said} == {("variant_of", "curated")}


def test_of_two_decisions_on_the_same_pages_the_later_counts():
    first = decision(THIRD.url, ORIGIN.url, sequence=1)
    assert edges(first, decision(THIRD.url, ORIGIN.url, Ruling.UNDECIDED, sequence=2)) == edges()
    back = decision(ORIGIN.url, THIRD.url, sequence=3)
    assert ("m1", "t1", "republished_from", "curated") in edges(back, first)


def test_a_decision_about_pages_that_are_not_here_changes_nothing():
    assert edges(decision("https://nowhere.example/x", ORIGIN.url)) == edges()


@given(st.permutations(range(6)), st.data())
def test_the_order_in_which_decisions_are_given_does_not_matter(order, data):
    urls = st.sampled_from([facts.url for facts in ALL])
    rulings = st.sampled_from([ruling for ruling in Ruling if ruling is not Ruling.VARIANT_OF])
    decisions = [decision(data.draw(urls), data.draw(urls), data.draw(rulings), sequence=n) for n in range(6)]
    assert resolve(ALL, OVERLAPS, SHIPPED, decisions) == resolve(
        ALL[::-1], OVERLAPS, SHIPPED, [decisions[n] for n in order]
    )


def test_a_decision_names_a_source_and_one_alone():
    for source, publisher in ((None, None), ("https://a.example/", "A")):
        with pytest.raises(ValueError, match="either"):
            decision(COPY.url, source, publisher=publisher)
    with pytest.raises(ValueError, match="another form of a page"):
        decision(COPY.url, publisher="A", ruling=Ruling.VARIANT_OF)
