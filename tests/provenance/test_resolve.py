from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.model.claim import Relation, Strength
from archiver.model.lineage import Origin
from archiver.model.url import is_home
from archiver.provenance.publishers import SHIPPED
from archiver.provenance.resolve import resolve
from archiver.provenance.resolve_identity import plain, published, same_title
from archiver.provenance.resolve_works import origin_of, works

from .lineages import claim, codes, drawn, itself, lineage, originally, page, same, taken_from, translated, via, wire

WEIR = page("m1", "https://weirnews.example/2024/01/25/weir", "Weir News", day="2024-01-25", authors=("Ada Lock",))
REPOST_URL = "https://riverdigest.example/weir/77"


def repost(*claims, document_id="r1", url=REPOST_URL, publisher="River Digest", day="2024-01-26", **more):
    return page(document_id, url, publisher, *claims, day=day, **more)


# Rule 1: identity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variant", "overlap"),
    [
        (page("v1", REPOST_URL + "?pdf=77", media="application/pdf"), 0.8),
        (page("v1", REPOST_URL + "?print=1"), 0.99),
        (page("v1", REPOST_URL + "/amp/"), 0.9),
        (page("v1", "https://m.riverdigest.example/weir/77"), 0.9),
        (page("v1", "https://riverdigest.example/short/9", also=(REPOST_URL,)), 0.9),
        (page("v1", "https://riverdigest.example/files/weir.pdf", media="application/pdf"), 0.7),
        (page("v1", "https://riverdigest.example/section/weir-77"), 0.97),
    ],
    ids=["pdf query", "print", "amp", "mobile host", "canonical", "pdf by title", "second section"],
)
def test_another_form_of_a_page_is_a_variant_and_not_a_repost(variant, overlap):
    variant = replace(variant, publisher="River Digest", published="2024-01-26")
    found = lineage([repost(), variant], [same("r1", "v1", overlap)])
    assert drawn(found) == [("v1", "variant_of", "r1", "inferred")]


@pytest.mark.parametrize(
    "other",
    [
        page("v1", "https://riverdigest.example/weir/78", title="Another matter"),
        page("v1", REPOST_URL + "?id=9", title="Another matter"),
        page(
            "v1", "https://riverdigest.example/weir/78", also=("https://riverdigest.example/",), title="Another matter"
        ),
        page("v1", "https://riverdigest.example/de/wehr", also=(REPOST_URL,), language="de", title="Das Wehr"),
        page("v1", "https://riverdigest.example/weir/78", also=(REPOST_URL,), title="Page two"),
    ],
    ids=["another article", "another id", "canonical to the front page", "a translation", "another text"],
)
def test_two_articles_of_one_house_are_not_variants(other):
    home = page("h1", "https://riverdigest.example/", "River Digest", title="River Digest", words=30)
    assert drawn(lineage([repost(), home, replace(other, publisher="River Digest")])) == []


def test_captures_of_one_address_are_revisions_whatever_their_text():
    first, second, third = (page(f"n{i}", REPOST_URL, captured=f"2024-0{i}-01T00:00:00Z") for i in (1, 2, 3))
    found = lineage([third, first, second])
    assert drawn(found) == [("n2", "revision_of", "n1", "inferred"), ("n3", "revision_of", "n2", "inferred")]


def test_a_publication_speaks_once_and_its_page_speaks_for_it():
    claims = (originally("Weir News"), itself("River Digest"))
    pdf = repost(*claims, document_id="a1", url=REPOST_URL + "?pdf=77", media="application/pdf")
    found = lineage([pdf, repost(*claims), WEIR], [same("a1", "r1", 0.8), same("m1", "r1"), same("a1", "m1", 0.7)])
    assert drawn(found) == [("a1", "variant_of", "r1", "inferred"), ("r1", "republished_from", "m1", "corroborated")]
    assert codes(found) == [("conflicting-origin", "a1"), ("conflicting-origin", "r1")]


def test_what_only_the_pdf_says_is_still_said():
    pdf = repost(originally("Weir News"), document_id="a1", url=REPOST_URL + "?pdf=77", media="application/pdf")
    found = lineage([pdf, repost(), WEIR], [same("a1", "r1", 0.8), same("m1", "r1")])
    assert ("a1", "republished_from", "m1", "corroborated") in drawn(found)


# Rule 2: targets ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        originally("Weir News", WEIR.url),
        originally(None, "http://WWW.weirnews.example/2024/01/25/weir/?utm_source=x".replace("WWW.", "")),
        originally("Weir News"),
        originally("WeirNews"),
        originally(None, "https://weirnews.example/"),
        via("weirnews.example", "https://weirnews.example"),
        via("Weir News", "https://weirnews.example/2024/01/25/w…"),
        taken_from("Weir News", "https://weirnews.example/?p=4711"),
        originally("Weir News", "https://riverdigest.example/tag/weir-news"),
    ],
    ids=["url", "tracked url", "name", "spelling", "home page", "host name", "shortened", "moved", "own tag page"],
)
def test_a_claim_means_the_archived_page_however_it_is_named(said):
    assert drawn(lineage([WEIR, repost(said)], [same("m1", "r1")])) == [
        ("r1", "republished_from", "m1", "corroborated")
    ]


def test_a_name_means_the_article_of_that_house_which_holds_the_text():
    others = [
        page(f"o{i}", f"https://weirnews.example/2024/02/0{i}/other", "Weir News", title=f"No. {i}") for i in (1, 2)
    ]
    found = lineage([*others, WEIR, repost(originally("Weir News"))], [same("m1", "r1"), same("o1", "r1", 0.2)])
    assert drawn(found) == [("r1", "republished_from", "m1", "corroborated")]


def test_several_captures_of_the_origin_count_as_one_and_the_one_with_the_text_is_led_to():
    later = replace(WEIR, document_id="m2", captured="2025-04-01T00:00:00Z")
    found = lineage([WEIR, later, repost(originally(url=WEIR.url))], [same("m2", "r1"), same("m1", "r1", 0.5)])
    assert ("r1", "republished_from", "m2", "corroborated") in drawn(found)


@pytest.mark.parametrize(
    ("said", "to", "wanted"),
    [
        (originally("Weir News", WEIR.url), WEIR.url, (WEIR.url,)),
        (originally("Weir News"), "Weir News", ()),
        (originally(None, "https://weirnews.example/"), "weirnews.example", ()),
        (originally(None, "https://www.reuters.com"), "Reuters", ()),
    ],
)
def test_an_origin_that_was_never_captured_is_a_node_and_an_address_is_wanted(said, to, wanted):
    found = lineage([repost(said)])
    assert drawn(found) == [("r1", "republished_from", to, "asserted")]
    assert found.wanted == wanted
    assert found.edges[0].confidence == 0.93


@pytest.mark.parametrize(
    "said",
    [
        originally("River Digest"),
        originally("The River Digest", REPOST_URL),
        taken_from(None, "https://riverdigest.example/about"),
        via("riverdigest.example"),
    ],
)
def test_a_claim_that_means_the_own_house_leads_nowhere(said):
    assert lineage([repost(said)]).edges == ()


def test_one_source_named_by_name_and_by_address_is_one_edge():
    found = lineage([repost(originally("Weir News"), via(None, WEIR.url))])
    assert drawn(found) == [("r1", "republished_from", WEIR.url, "asserted")]
    assert found.edges[0].claims == (0, 1)
    assert found.edges[0].confidence == 0.97


# Rule 3: precedence ---------------------------------------------------------------------------------------------------------


def test_of_two_hops_the_nearer_is_kept_where_it_leads_to_the_farther():
    third = repost(originally("Weir News"), via("River Digest"), document_id="t1", url="https://pump.example/w", publisher="Pump", day="2024-01-30")  # fmt: skip
    overlaps = [same("m1", "r1"), same("r1", "t1"), same("m1", "t1")]
    assert drawn(lineage([WEIR, repost(originally("Weir News")), third], overlaps)) == [
        ("r1", "republished_from", "m1", "corroborated"),
        ("t1", "republished_from", "r1", "corroborated"),
    ]


def test_both_hops_are_kept_where_the_nearer_was_never_captured_and_the_first_is_the_origin():
    third = repost(originally("Weir News"), via("River Digest"), document_id="t1", url="https://pump.example/w", publisher="Pump")  # fmt: skip
    documents = [WEIR, third]
    found = lineage(documents, [same("m1", "t1")])
    assert drawn(found) == [("t1", "republished_from", "River Digest", "asserted"), ("t1", "republished_from", "m1", "corroborated")]  # fmt: skip
    assert works(found, documents)[0].origin.document_id == "m1"


def test_a_page_that_names_another_and_itself_is_said_to_contradict_itself():
    found = lineage([repost(originally("Weir News"), itself("River Digest"))])
    assert drawn(found) == [("r1", "republished_from", "Weir News", "asserted")]
    assert found.findings[0].message == (
        "This page says that its text comes from Weir News, and also calls River Digest the original source."
    )


def test_two_first_publishers_are_a_contradiction_and_the_origin_is_left_open():
    documents = [repost(originally("Weir News"), originally("Lock Gazette"))]
    found = lineage(documents)
    assert codes(found) == [("conflicting-origin", "r1")]
    assert works(found, documents)[0].origin is None


# Rule 4: verification -------------------------------------------------------------------------------------------------------


def test_an_excerpt_is_corroborated_by_the_text_that_holds_it():
    found = lineage([WEIR, repost(via(url=WEIR.url), words=60)], [same("m1", "r1", 0.08, 0.9, longest=55)])
    assert drawn(found) == [("r1", "republished_from", "m1", "corroborated")]
    assert (found.edges[0].confidence, found.edges[0].overlap) == (0.99, 0.9)


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        (WEIR, "the text does not stand there"),
        (replace(WEIR, url="https://weirnews.example/w", key="//weirnews.example/w", published="2024-02-04"), "it is dated 9 days later"),
    ],
)  # fmt: skip
def test_a_source_without_the_text_or_of_a_later_day_is_contradicted(origin, reason):
    overlaps = [same("m1", "r1")] if "later" in reason else []
    found = lineage([origin, repost(originally(url=origin.url))], overlaps)
    assert drawn(found) == [("r1", "republished_from", "m1", "contradicted")]
    assert found.edges[0].confidence == 0.5
    assert [f.message for f in found.findings] == [f"This page names Weir News as its source, but {reason}."]


@pytest.mark.parametrize(
    "origin",
    [replace(WEIR, words=12), replace(WEIR, language="es")],
    ids=["a stub", "another language"],
)
def test_a_source_that_cannot_be_compared_stays_asserted(origin):
    assert drawn(lineage([origin, repost(originally(url=WEIR.url))])) == [("r1", "republished_from", "m1", "asserted")]


def test_two_days_later_may_be_a_time_zone_and_the_day_in_the_address_beats_a_new_date():
    near = replace(WEIR, url="https://weirnews.example/w", key="//weirnews.example/w", published="2024-01-28")
    assert drawn(lineage([near, repost(originally(url=near.url))], [same("m1", "r1")]))[0][3] == "corroborated"
    redated = replace(WEIR, published="2024-03-30")
    assert str(published(redated)) == "2024-01-25"
    assert drawn(lineage([redated, repost(originally(url=WEIR.url))], [same("m1", "r1")]))[0][3] == "corroborated"


# Rules 5 and 6: copies without a claim ------------------------------------------------------------------------------------


def test_an_unclaimed_copy_is_inferred_from_the_earlier_page_even_where_both_claim_the_text():
    first, later = repost(itself("River Digest"), day="2024-01-03"), replace(WEIR, url="https://weirnews.example/w", claims=(itself("Weir News"),))  # fmt: skip
    found = lineage([first, later], [same("m1", "r1")])
    assert drawn(found) == [("m1", "republished_from", "r1", "inferred")]
    assert found.edges[0].confidence == 0.8


def test_the_same_byline_makes_an_inferred_edge_surer():
    found = lineage([WEIR, repost(authors=("ADA LOCK",), day="2024-02-01")], [same("m1", "r1")])
    assert found.edges[0].confidence == 0.95


@pytest.mark.parametrize(("one", "two"), [(None, None), ("2024-01-26", None), ("2024-01-26", "2024-01-26")])
def test_copies_that_no_day_puts_in_order_are_undirected(one, two):
    documents = [repost(day=one), page("s1", "https://pump.example/w", "Pump", day=two)]
    found = lineage(documents, [same("r1", "s1")])
    assert drawn(found) == [("r1", "same_text", "s1", "inferred")]
    assert works(found, documents)[0].origin is None


PUMP, RIVER = "https://pump.example/w", "https://riverdigest.example/weir/77"


@pytest.mark.parametrize(
    ("copy", "overlap", "confidence"),
    [
        ({"linked": ["riverdigest.example"], "authors": ["Someone Else"]}, (0.95, 0.95), 0.55),  # links that lead back
        ({"authors": ["Ada Lock"]}, (0.95, 0.95), 0.55),  # a byline of the other house
        ({"authors": []}, (0.95, 0.95), 0.55),  # none, where the other has one of its own
        ({"authors": ["Someone Else"]}, (0.60, 0.98), 0.55),  # a shorter text that stands whole in the other
        ({"authors": ["Ada Lock"], "linked": ["riverdigest.example"]}, (0.95, 0.95), 0.70),
    ],
)
@pytest.mark.parametrize("days", [(None, None), ("2024-01-26", "2024-01-26")])
def test_where_no_day_tells_the_signs_of_a_copy_do(copy, overlap, confidence, days):
    there = page("r1", RIVER, "River Digest", authors=["Ada Lock"], staff=["Ada Lock"], day=days[0])
    here = page("s1", PUMP, "Pump", day=days[1], **copy)
    found = lineage([there, here], [same("r1", "s1", *overlap)])
    assert drawn(found) == [("s1", "republished_from", "r1", "inferred")]
    assert found.edges[0].confidence == confidence


def test_signs_that_speak_both_ways_decide_nothing_and_a_day_outweighs_them():
    one = page("r1", RIVER, "River Digest", linked=["pump.example"])
    two = page("s1", PUMP, "Pump", linked=["riverdigest.example"])
    assert drawn(lineage([one, two], [same("r1", "s1")])) == [("r1", "same_text", "s1", "inferred")]
    early, late = replace(one, published="2024-01-02", linked=frozenset()), replace(two, published="2024-01-01")
    assert drawn(lineage([early, late], [same("r1", "s1")])) == [("r1", "republished_from", "s1", "inferred")]


def test_a_page_without_a_date_is_no_younger_than_its_first_capture():
    undated = page("r1", RIVER, "River Digest", captured="2023-05-01T00:00:00Z")
    dated = page("s1", PUMP, "Pump", day="2024-01-26")
    found = lineage([undated, dated], [same("r1", "s1")])
    assert drawn(found) == [("s1", "republished_from", "r1", "inferred")]
    assert found.edges[0].confidence == 0.8
    assert (
        drawn(lineage([replace(undated, captured="2025-05-01T00:00:00Z"), dated], [same("r1", "s1")]))[0][1]
        == "same_text"
    )


def test_copies_of_one_origin_have_no_edges_among_themselves():
    silent = page("s1", "https://pump.example/w", "Pump", day="2024-02-03")
    loud = repost(taken_from("Weir News"))
    overlaps = [same("m1", "r1"), same("m1", "s1"), same("r1", "s1", 0.99)]
    assert drawn(lineage([WEIR, loud, silent], overlaps)) == [
        ("r1", "republished_from", "m1", "corroborated"),
        ("s1", "republished_from", "m1", "inferred"),
    ]


def test_papers_with_one_agency_text_are_one_work_without_edges_between_them():
    documents = [
        page("p1", "https://eveningpost.example/flood", "Evening Post", wire("AFP"), day="2024-03-01"),
        page("p2", "https://morningpost.example/flood", "Morning Post", wire("Agence France-Presse"), day="2024-03-04"),
    ]
    overlaps = [same("p1", "p2")]
    found = lineage(documents, overlaps)
    assert drawn(found) == [("p1", "syndicated_by", "AFP", "asserted"), ("p2", "syndicated_by", "AFP", "asserted")]
    (work,) = works(found, documents, overlaps)
    assert work.origin == Origin(None, None, "AFP", None, captured=False)
    assert len(works(found, documents)) == 2  # the agency's name alone does not make two stories one work


def test_a_copy_without_a_credit_is_not_taken_from_a_paper_that_credits_an_agency():
    credited = page("p1", "https://eveningpost.example/flood", "Evening Post", wire("AFP"), day="2024-03-01")
    silent = page("p2", "https://morningpost.example/flood", "Morning Post", day="2024-03-04")
    found = lineage([credited, silent], [same("p1", "p2")])
    assert ("p1", "same_text", "p2", "inferred") in drawn(found)
    assert all(e.relation != "republished_from" for e in found.edges)


def test_an_unclaimed_copy_of_an_abridged_or_translated_repost_is_inferred_from_that():
    german = page("g1", "https://wehrblatt.example/wehr", "Wehrblatt", translated("Weir News"), language="de", title="Das Wehr", day="2024-02-01")  # fmt: skip
    silent = page("h1", "https://bachblog.example/wehr", "Bachblog", language="de", title="Das Wehr", day="2024-02-03")
    found = lineage([german, silent], [same("g1", "h1")])
    assert drawn(found)[1:] == [("h1", "republished_from", "g1", "inferred")]
    abridged = repost(taken_from(url=WEIR.url))
    silent = page("s1", "https://pump.example/w", "Pump", day="2024-02-03")
    found = lineage([WEIR, abridged, silent], [same("m1", "r1", 0.45), same("r1", "s1"), same("m1", "s1", 0.3)])
    assert drawn(found)[1:] == [("s1", "republished_from", "r1", "inferred")]


def test_a_round_up_of_two_articles_leads_to_both_and_has_no_single_origin():
    one = page("a1", "https://anvil.example/one", "Anvil", day="2024-01-01", title="One")
    two = page("b1", "https://bellows.example/two", "Bellows", day="2024-01-02", title="Two")
    both = page(
        "c1", "https://crier.example/both", "Crier", via(url=one.url), day="2024-01-05", title="Both", words=800
    )
    documents = [one, two, both]
    found = lineage(documents, [same("a1", "c1", 0.95, 0.45), same("b1", "c1", 0.95, 0.45)])
    assert drawn(found) == [
        ("c1", "republished_from", "a1", "corroborated"),
        ("c1", "republished_from", "b1", "inferred"),
    ]
    (work,) = works(found, documents)
    assert work.origin is None
    assert [f.code for f in work.findings] == ["several-origins"]


def test_shared_passages_alone_make_no_edge():
    assert lineage([WEIR, repost()], [same("m1", "r1", 0.39)]).edges == ()


# Rule 7: circles ------------------------------------------------------------------------------------------------------------


def test_pages_that_credit_each_other_without_dates_are_left_undirected():
    one = page("a1", "https://terrace.example/w", "Terrace", via("Parapet", "https://parapet.example/w"))
    two = page("b1", "https://parapet.example/w", "Parapet", via("Terrace", "https://terrace.example/w"))
    documents = [one, two]
    found = lineage(documents, [same("a1", "b1")])
    assert drawn(found) == [("a1", "same_text", "b1", "inferred")]
    assert codes(found) == [("circular", "a1"), ("circular", "b1")]
    assert works(found, documents)[0].origin is None


def test_the_weaker_statement_of_a_circle_goes():
    one = page("a1", "https://terrace.example/w", "Terrace", via("Parapet", "https://parapet.example/w"))
    two = page("b1", "https://parapet.example/w", "Parapet", originally("Terrace", "https://terrace.example/w"))
    found = lineage([one, two], [same("a1", "b1")])
    assert drawn(found) == [("b1", "republished_from", "a1", "corroborated")]
    assert codes(found) == [("circular", "a1")]


def test_a_source_dated_later_is_contradicted_before_it_can_make_a_circle():
    one = page(
        "a1", "https://terrace.example/w", "Terrace", via("Parapet", "https://parapet.example/w"), day="2024-01-01"
    )
    two = page(
        "b1", "https://parapet.example/w", "Parapet", via("Terrace", "https://terrace.example/w"), day="2024-01-09"
    )
    documents = [one, two]
    found = lineage(documents, [same("a1", "b1")])
    assert drawn(found) == [("a1", "republished_from", "b1", "contradicted"), ("b1", "republished_from", "a1", "corroborated")]  # fmt: skip
    assert works(found, documents)[0].origin.document_id == "a1"


# Rules 8 to 10 --------------------------------------------------------------------------------------------------------------


def test_a_cross_post_of_an_agency_text_leads_to_the_paper_and_the_paper_to_the_agency():
    paper = page("p1", "https://eveningpost.example/flood", "Evening Post", wire("AFP"), day="2024-03-01")
    blog = page("q1", "https://pump.example/flood", "Pump", taken_from(url=paper.url), wire("AFP"), day="2024-03-02")
    found = lineage([paper, blog], [same("p1", "q1")])
    assert drawn(found) == [
        ("p1", "syndicated_by", "AFP", "asserted"),
        ("q1", "republished_from", "p1", "corroborated"),
    ]
    assert origin_of("q1", found.edges, [paper, blog]) == Origin(None, None, "AFP", None, captured=False)


def test_a_translation_and_its_repost_lead_to_the_original():
    german = page("g1", "https://wehrblatt.example/wehr", "Wehrblatt", translated(url=WEIR.url), language="de", title="Das Wehr", day="2024-02-01")  # fmt: skip
    blog = page("h1", "https://bachblog.example/wehr", "Bachblog", via(url=german.url), language="de", title="Das Wehr", day="2024-02-03")  # fmt: skip
    documents = [WEIR, german, blog]
    found = lineage(documents, [same("g1", "h1")])
    assert drawn(found) == [
        ("g1", "translated_from", "m1", "asserted"),
        ("h1", "republished_from", "g1", "corroborated"),
    ]
    assert origin_of("h1", found.edges, documents) == Origin("m1", WEIR.url, "Weir News", "2024-01-25", captured=True)


@pytest.mark.parametrize(
    ("day", "captured", "odd"),
    [
        ("2024-01-27", "2024-01-25T20:00:00Z", True),
        ("2024-01-26", "2024-01-25T20:00:00Z", False),
        ("2024-01-26", "2024-01-25T02:00:00Z", True),
        ("not a day", "2024-01-25T02:00:00Z", False),
        ("2024-02-31", "2024-01-25T02:00:00Z", False),
    ],
)
def test_a_date_after_the_capture_is_a_finding_unless_a_time_zone_explains_it(day, captured, odd):
    found = lineage([page("a1", "https://one.example/w", day=day, captured=captured)])
    assert codes(found) == ([("date-after-capture", "a1")] if odd else [])


@pytest.mark.parametrize("relation", [Relation.CITES, Relation.IMAGE_CREDIT, Relation.COPYRIGHT, Relation.SELF_CLAIM])
def test_no_other_claim_leads_upstream(relation):
    said = claim(relation, "Weir News", WEIR.url)
    assert lineage([repost(said)]).edges == ()


# The shape of the model case: an origin, a repost that contradicts itself with a PDF twin, an excerpt of the repost -----------


def test_three_steps_make_one_work_with_one_origin():
    claims = (originally("Weir News"), itself("River Digest"))
    documents = [
        WEIR,
        repost(*claims),
        repost(*claims, document_id="r2", url=REPOST_URL + "?pdf=77", media="application/pdf"),
        page(
            "t1",
            "https://pump.example/2024/01/27/weir",
            "Pump",
            via("River Digest", REPOST_URL),
            day="2024-01-27",
            words=60,
        ),
        page("z1", "https://anvil.example/else", "Anvil", day="2024-01-27", title="Something else"),
    ]
    overlaps = [same("m1", "r1"), same("r1", "r2", 0.9), same("m1", "r2", 0.9), same("r1", "t1", 0.1, 1.0), same("m1", "t1", 0.1, 1.0)]  # fmt: skip
    found = lineage(documents, overlaps)
    assert drawn(found) == [
        ("r1", "republished_from", "m1", "corroborated"),
        ("r2", "variant_of", "r1", "inferred"),
        ("t1", "republished_from", "r1", "corroborated"),
    ]
    one, alone = works(found, documents, overlaps)
    assert one.documents == ("m1", "r1", "r2", "t1")
    assert one.edges == found.edges
    assert one.origin == Origin("m1", WEIR.url, "Weir News", "2024-01-25", captured=True)
    assert (alone.documents, alone.edges, alone.findings) == (("z1",), (), ())
    assert {origin_of(name, found.edges, documents).document_id for name in one.documents} == {"m1"}


# Small rules ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("//amp.news.example/a/amp?print=1", "//news.example/a"),
        ("//www.news.example/a.amp.html", "//news.example/a"),
        ("//news.example/a.pdf?id=3&output=print", "//news.example/a?id=3"),
        ("//news.example/lamp/print-shop", "//news.example/lamp/print-shop"),
        ("//m.example/a", "//m.example/a"),
    ],
)
def test_a_key_is_stripped_of_what_only_names_a_form(key, expected):
    assert plain(key) == expected


@pytest.mark.parametrize(("url", "home"), [("https://a.example", True), ("https://a.example/en/", True), ("//a.example/index.php", True), ("https://a.example/?p=7", False), ("https://a.example/weir", False)])  # fmt: skip
def test_a_front_page_names_a_publisher_and_not_an_article(url, home):
    assert is_home(url) is home


def test_a_title_within_a_longer_one_is_the_same_from_four_words_up():
    assert same_title("Worth reading: How the weir was won", "How the Weir Was Won")
    assert not same_title("Weir news", "All our weir news today")
    assert not same_title("", None)


# Order does not show ------------------------------------------------------------------------------------------------------------

HOUSES = ["anvil", "bellows", "crier", "delta"]
URLS = [f"https://{house}.example/{path}" for house in HOUSES for path in ("w", "w?pdf=1", "")]


@st.composite
def webs(draw):
    def one_claim():
        relation = draw(st.sampled_from(list(Relation)))
        name = draw(st.sampled_from([None, *(h.title() for h in HOUSES), "AFP"]))
        url = draw(st.sampled_from([None, *URLS, "https://gone.example/x"])) if name else draw(st.sampled_from(URLS))
        return claim(
            relation,
            name,
            url,
            strength=draw(st.sampled_from(list(Strength))),
            weight=draw(st.sampled_from([0.2, 0.9])),
        )

    documents = []
    for number in range(draw(st.integers(1, 7))):
        url = draw(st.sampled_from(URLS))
        documents.append(
            page(
                f"d{number}", url, draw(st.sampled_from([None, url.split("/")[2].split(".")[0].title()])),
                *(one_claim() for _ in range(draw(st.integers(0, 3)))),
                day=draw(st.sampled_from([None, "2024-01-01", "2024-01-02", "2024-01-09"])),
                media=draw(st.sampled_from(["text/html", "application/pdf"])),
                language=draw(st.sampled_from([None, "en", "de"])),
                captured=draw(st.sampled_from(["2024-01-05T00:00:00Z", "2025-01-01T00:00:00Z"])),
                also=draw(st.lists(st.sampled_from(URLS), max_size=2)),
                linked=draw(st.sets(st.sampled_from([f"{house}.example" for house in HOUSES]), max_size=1)),
                authors=(author := draw(st.sampled_from([(), ("Ada Lock",)]))),
                staff=draw(st.sampled_from([(), author])),
            )
        )  # fmt: skip
    names = [d.document_id for d in documents]
    pairs = [(a, b) for a in names for b in names if a < b]
    shares = st.sampled_from([0.2, 0.5, 0.95])
    overlaps = [same(a, b, draw(shares), draw(shares)) for a, b in pairs if draw(st.booleans())]
    return documents, overlaps, draw(st.permutations(documents)), draw(st.permutations(overlaps))


@settings(max_examples=150, deadline=None)
@given(webs())
def test_the_order_of_documents_and_overlaps_changes_nothing(web):
    documents, overlaps, shuffled, mixed = web
    found = resolve(tuple(documents), tuple(overlaps), SHIPPED)
    again = resolve(tuple(shuffled), tuple(mixed), SHIPPED)
    assert repr(found) == repr(again)
    assert repr(works(found, documents, overlaps)) == repr(works(again, shuffled, mixed))


@settings(max_examples=150, deadline=None)
@given(webs())
def test_every_edge_shows_a_quote_or_an_overlap_and_no_path_runs_in_a_circle(web):
    documents, overlaps, _, _ = web
    found = lineage(documents, overlaps)
    by_id = {d.document_id: d for d in documents}
    for edge in found.edges:
        said = [by_id[edge.from_document].claims[number] for number in edge.claims]
        assert said or edge.overlap is not None or edge.relation in ("variant_of", "revision_of")
        assert all(c.upstream for c in said)
        assert edge.to_document or edge.to_publisher or edge.to_url
        assert 0 < edge.confidence <= 1
        assert edge.from_document != edge.to_document
    onward = {}
    for edge in found.edges:
        if edge.to_document and edge.relation != "same_text" and edge.status != "contradicted":
            onward.setdefault(edge.from_document, set()).add(edge.to_document)
    for start, targets in onward.items():
        seen, ahead = set(), set(targets)
        while ahead:
            here = ahead.pop()
            seen.add(here)
            ahead |= onward.get(here, set()) - seen
        assert start not in seen
    assert [w.documents for w in works(found, documents, overlaps)] == sorted(w.documents for w in works(found, documents, overlaps))  # fmt: skip
    assert sorted(name for w in works(found, documents, overlaps) for name in w.documents) == sorted(by_id)
