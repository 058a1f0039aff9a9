"""When a sentence is the site's and not the page's."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.document import Role
from archiver.provenance.boilerplate import FEWEST_PAGES, is_boilerplate, sentence
from archiver.provenance.status import Status, status

from .lineages import itself, lineage, originally, page, same, taken_from, via


def said(quote, publisher="Weir News", url=None, strength=Strength.STATEMENT):
    evidence = Evidence(quote, Role.TAIL, "by-hand@1", 0.9, 0, len(quote))
    return Claim(Relation.REPUBLISHED_FROM, publisher, url, strength, (evidence,))


def key(claim, site="riverdigest.example"):
    return sentence(site, claim, claim.evidence[0])


def test_the_same_words_about_the_same_target_on_the_same_site_are_one_sentence():
    one = said("First seen in  Weir News.", "Weir News")
    assert key(one) == key(said("first seen in Weir News.", "The Weir News"))
    assert key(one) != key(said("First seen in Weir Weekly.", "Weir Weekly"))
    assert key(one) != key(one, site="elsewhere.example")
    first = said("Read the original.", None, "https://weirnews.example/a")
    second = said("Read the original.", None, "https://weirnews.example/b")
    assert key(first) != key(second)


def test_a_label_and_an_agency_s_credit_are_true_each_time():
    assert key(said("Source: Reuters", "Reuters", strength=Strength.LABEL)) is None
    assert key(said("(Reuters)", "Reuters", strength=Strength.AGENCY)) is None


def test_few_pages_or_a_small_share_of_them_make_no_boilerplate():
    assert not is_boilerplate(0, 0)
    assert not is_boilerplate(FEWEST_PAGES - 1, FEWEST_PAGES - 1)
    assert is_boilerplate(FEWEST_PAGES, FEWEST_PAGES)
    assert is_boilerplate(75, 100)
    assert not is_boilerplate(37, 100)
    assert not is_boilerplate(20, 1000)


@given(st.integers(1, 100_000), st.data())
def test_more_pages_that_say_it_never_make_it_less_of_one(of, data):
    pages = data.draw(st.integers(0, of))
    if is_boilerplate(pages, of):
        assert is_boilerplate(min(pages + 1, of), of)
        assert pages / of > 0.37
    if pages >= max(FEWEST_PAGES, 0.75 * of):
        assert is_boilerplate(pages, of)


@given(st.lists(st.booleans(), max_size=600))
def test_an_archive_that_grows_changes_its_mind_at_most_twice_each_time_it_doubles(pages):
    answers = [is_boilerplate(sum(pages[:of]), of) for of in range(1, len(pages) + 1)]
    changes = sum(a != b for a, b in pairwise(answers))
    assert changes <= 2 * max(1, len(pages).bit_length())


def common(claim):
    return replace(claim, boilerplate=True)


def test_boilerplate_weighs_little_and_outranks_nothing():
    claim = common(originally("Weir News"))
    assert claim.weight == 0.279
    assert claim.precedence == Strength.SELF
    copy = page("r1", "https://riverdigest.example/weir/77", "River Digest", claim)
    found = lineage([copy])
    assert [(e.to_publisher, e.confidence) for e in found.edges] == [("Weir News", 0.279)]
    assert [f.code for f in found.findings] == ["boilerplate-claim"]


def test_boilerplate_that_the_archive_confirms_is_worth_as_much_as_any():
    origin = page("m1", "https://weirnews.example/2024/01/25/weir", "Weir News", day="2024-01-25")
    copy = page(
        "r1", "https://riverdigest.example/weir/77", "River Digest", common(originally("Weir News")), day="2024-01-26"
    )
    found = lineage([origin, copy], [same("m1", "r1")])
    assert [(e.status, e.confidence) for e in found.edges] == [("corroborated", 0.99)]
    assert found.findings == ()


def test_a_label_on_the_page_holds_against_what_stands_on_every_page():
    other = page("x1", "https://weirnews.example/w", "Weir News", via("River Digest"), day="2024-01-25")
    here = page(
        "r1",
        "https://riverdigest.example/weir/77",
        "River Digest",
        common(taken_from("Weir News", other.url)),
        day="2024-01-25",
    )
    found = lineage([other, here], [same("r1", "x1")])
    assert [(e.from_document, e.to_document) for e in found.edges] == [("x1", "r1")]


def test_a_self_claim_that_stands_on_every_page_makes_no_original():
    here = page("r1", "https://riverdigest.example/weir/77", "River Digest", itself("River Digest"))
    assert status("r1", here.claims, ()) == Status.ORIGINAL
    assert status("r1", [common(claim) for claim in here.claims], ()) == Status.UNDECIDED
