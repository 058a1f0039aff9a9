"""How many sources a set of pages comes down to: each rule by an example, through resolution itself."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archiver.model.independence import Known, Question, Standing
from archiver.model.lineage import Edge, EdgeRelation, EdgeStatus
from archiver.provenance.independence import independent
from archiver.provenance.resolve_works import origin_of, works
from archiver.provenance.status import status
from tests.provenance.lineages import itself, lineage, originally, page, same, taken_from, translated, wire

A = page("a1", "http://a.example/weir", "A Paper", day="2025-01-01")
B = page("b1", "http://b.example/weir", "B Paper", originally("A Paper", "http://a.example/weir"), day="2025-01-02")
C = page("c1", "http://c.example/weir", "C Paper", taken_from("B Paper", "http://b.example/weir"), day="2025-01-03")
LONE = page("d1", "http://d.example/else", "D Paper", title="Something else", day="2025-01-04")


def asked(documents, overlaps=(), only=None, apart=()) -> Question:
    """The question about these documents (or the ones named), as resolution leaves them."""
    found = lineage(documents, overlaps)
    known = []
    for work in works(found, documents, overlaps):
        for name in work.documents:
            facts = next(d for d in documents if d.document_id == name)
            origin = origin_of(name, work.edges, documents)
            known.append(
                Known(
                    name,
                    facts.url,
                    facts.publisher,
                    facts.published,
                    str(status(name, facts.claims, work.edges)),
                    origin,
                )
            )
    pages = tuple((d.url, d.document_id) for d in documents if only is None or d.document_id in only)
    return Question(pages, (), tuple(known), found.edges, tuple(overlaps), frozenset(map(frozenset, apart)))


def come_to(question: Question) -> list[tuple[str, set[str], str]]:
    """The groups: (origin's address or name or "", documents, standing)."""
    return [
        (
            (group.origin and (group.origin.url or group.origin.publisher)) or "",
            {member.document_id for member in group.members},
            str(group.standing),
        )
        for group in independent(question)
    ]


TEXT_ABC = (same("a1", "b1"), same("b1", "c1"), same("a1", "c1"))


def test_a_work_with_one_origin_counts_once_however_many_copies() -> None:
    assert come_to(asked((A, B, C), TEXT_ABC)) == [("http://a.example/weir", {"a1", "b1", "c1"}, "archived")]


def test_two_copies_are_one_source_where_their_origin_is_not_asked_about() -> None:
    assert come_to(asked((A, B, C), TEXT_ABC, only={"b1", "c1"})) == [
        ("http://a.example/weir", {"b1", "c1"}, "archived")
    ]


def test_what_holds_each_address_is_shown() -> None:
    (group,) = independent(asked((A, B, C), TEXT_ABC))
    held = {member.document_id: (member.is_origin, member.edge and member.edge.to_document) for member in group.members}
    assert held == {"a1": (True, None), "b1": (False, "a1"), "c1": (False, "b1")}


def test_forms_and_versions_of_a_publication_are_one() -> None:  # rule 1
    pdf = page("b2", "http://b.example/weir?pdf=1", "B Paper", day="2025-01-02", media="application/pdf")
    later = page("b3", "http://b.example/weir", "B Paper", captured="2025-04-01T10:00:00Z", day="2025-01-02")
    first = page("b1", "http://b.example/weir", "B Paper", itself("B Paper"), day="2025-01-02")
    text = (same("b1", "b2", 1.0), same("b1", "b3", 1.0), same("b2", "b3", 1.0))
    ((_, members, standing),) = come_to(asked((first, pdf, later), text))
    assert (members, standing) == ({"b1", "b2", "b3"}, "archived")


def test_pages_that_name_one_address_that_is_not_archived_are_one_source() -> None:  # rule 2
    gone = "http://gone.example/2025/weir"
    one = page("x1", "http://x.example/1", "X", originally("Gone", gone))
    two = page("y1", "http://y.example/2", "Y", translated("Gone", gone), language="fr")
    assert come_to(asked((one, two))) == [(gone, {"x1", "y1"}, "named")]


def test_an_agency_counts_once_for_each_of_its_texts() -> None:  # rule 3
    papers = [
        page(f"p{n}", f"http://p{n}.example/{n}", f"Paper {n}", wire("Reuters"), title=f"Title {n // 2}")
        for n in range(4)
    ]
    found = come_to(asked(papers, (same("p0", "p1"), same("p2", "p3"))))
    assert found == [("Reuters", {"p0", "p1"}, "named"), ("Reuters", {"p2", "p3"}, "named")]


def test_a_copy_of_an_agencys_client_counts_with_it() -> None:
    client = page("p1", "http://p.example/1", "Paper", wire("Reuters"), day="2025-01-01")
    copy = page("q1", "http://q.example/1", "Blog", taken_from("Paper", "http://p.example/1"), day="2025-01-02")
    other = page("r1", "http://r.example/1", "Other Paper", wire("Reuters"), day="2025-01-01")
    text = (same("p1", "q1"), same("p1", "r1"), same("q1", "r1"))
    assert come_to(asked((client, copy, other), text)) == [("Reuters", {"p1", "q1", "r1"}, "named")]


def test_one_text_of_which_nothing_says_who_had_it_first_is_one_source() -> None:  # rule 4
    one = page("x1", "http://x.example/1", "X", captured="2025-03-01T10:00:00Z")
    two = page("y1", "http://y.example/1", "Y", captured="2025-03-01T11:00:00Z")
    question = asked((one, two), (same("x1", "y1"),))
    assert come_to(question) == [("", {"x1", "y1"}, "same-text")]
    (group,) = independent(question)
    assert [member.edge and member.edge.relation for member in group.members] == [EdgeRelation.SAME_TEXT] * 2


def test_what_was_taken_from_one_of_two_twins_counts_with_them() -> None:
    one = page("x1", "http://x.example/1", "X")
    two = page("y1", "http://y.example/1", "Y")
    copy = page("z1", "http://z.example/1", "Z", taken_from("X", "http://x.example/1"))
    text = (same("x1", "y1"), same("x1", "z1"), same("y1", "z1"))
    assert come_to(asked((one, two, copy), text)) == [("", {"x1", "y1", "z1"}, "same-text")]


def test_one_text_under_two_agencies_names_is_one_source_and_nobody_knows_whose() -> None:
    one = page("x1", "http://x.example/1", "X", wire("Reuters"))
    two = page("y1", "http://y.example/1", "Y", wire("Agence France-Presse"))
    assert come_to(asked((one, two), (same("x1", "y1"),))) == [("", {"x1", "y1"}, "same-text")]


def test_a_contradicted_source_holds_nothing_together() -> None:  # rule 5
    liar = page(
        "e1", "http://e.example/weir", "E Paper", originally("A Paper", "http://a.example/weir"), day="2025-01-09"
    )
    question = asked((A, liar))
    assert [edge.status for edge in question.edges] == [EdgeStatus.CONTRADICTED]
    assert [(members, standing) for _, members, standing in come_to(question)] == [
        ({"a1"}, "undecided"),
        ({"e1"}, "contradicted"),
    ]
    assert [member.edge for group in independent(question) for member in group.members] == [None, *question.edges]


def test_what_a_person_keeps_apart_is_not_put_together_by_its_text() -> None:
    one = page("x1", "http://x.example/1", "X", wire("Reuters"))
    two = page("y1", "http://y.example/1", "Y", wire("Agence France-Presse"))
    question = asked((one, two), (same("x1", "y1"),), apart=[("x1", "y1")])
    told = [
        edge for edge in question.edges if edge.relation is not EdgeRelation.SAME_TEXT
    ]  # resolution was told so too
    assert len(independent(replace(question, edges=tuple(told)))) == 2
    assert len(independent(replace(question, edges=tuple(told), apart=frozenset()))) == 1


def test_what_is_undecided_counts_as_its_own_and_says_so() -> None:  # rule 6
    found = come_to(asked((A, B, LONE), TEXT_ABC[:1]))
    assert found == [("http://a.example/weir", {"a1", "b1"}, "archived"), ("", {"d1"}, "undecided")]


def test_a_page_that_calls_itself_the_original_is_an_origin() -> None:
    own = page("d1", "http://d.example/else", "D Paper", itself("D Paper"), title="Something else")
    assert come_to(asked((own,))) == [("http://d.example/else", {"d1"}, "archived")]


def test_a_round_up_of_two_sources_does_not_make_them_one() -> None:
    other = page("f1", "http://f.example/fish", "F Paper", title="Of fish", day="2025-01-01")
    both = page(
        "g1", "http://g.example/week", "G", taken_from("A Paper", A.url), taken_from("F Paper", other.url), title="The week", day="2025-01-05"
    )  # fmt: skip
    text = (same("a1", "g1", 0.9, 0.4), same("f1", "g1", 0.9, 0.4))
    found = come_to(asked((A, other, both), text))
    assert found == [
        (A.url, {"a1"}, "archived"),
        (other.url, {"f1"}, "archived"),
        ("", {"g1"}, "undecided"),
    ]


def test_a_circle_is_undecided() -> None:
    edges = (
        Edge("a1", "b1", B.url, "B", EdgeRelation.REPUBLISHED_FROM, EdgeStatus.ASSERTED, 0.9),
        Edge("b1", "a1", A.url, "A", EdgeRelation.REPUBLISHED_FROM, EdgeStatus.ASSERTED, 0.9),
    )
    question = replace(asked((A, B)), edges=edges)
    assert [standing for _, _, standing in come_to(question)] == [Standing.UNDECIDED] * 2


@given(st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_changes_nothing(order: random.Random) -> None:
    papers = [page(f"p{n}", f"http://p{n}.example/{n}", f"Paper {n}", wire("Reuters")) for n in range(3)]
    documents = [A, B, C, LONE, *papers]
    overlaps = [*TEXT_ABC, same("p0", "p1"), same("p1", "p2", 0.3)]
    question = asked(documents, overlaps)

    def shuffled(values):
        return tuple(order.sample(list(values), len(values)))

    mixed = replace(
        question, known=shuffled(question.known), edges=shuffled(question.edges), overlaps=shuffled(question.overlaps)
    )
    assert independent(mixed) == independent(question)
    turned = independent(replace(mixed, asked=shuffled(mixed.asked)))
    assert {frozenset(m.address for m in group.members) for group in turned} == {
        frozenset(m.address for m in group.members) for group in independent(question)
    }
