from hypothesis import given
from hypothesis import strategies as st

from archiver.model.agent import Publisher
from archiver.provenance.outlets import KNOWN
from archiver.provenance.publishers import SHIPPED, Authority, fold


def test_spellings_of_one_name_fold_together():
    assert (
        fold("Mideast Discourse") == fold("MidEastDiscourse") == fold("www.mideastdiscourse.com") == "mideastdiscourse"
    )
    assert fold("The Guardian") == fold("guardian") == "guardian"
    assert fold("Libération") == fold("liberation")
    assert fold("«Ведомости»") == "ведомости"
    assert fold("…") == ""


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_for_names_without_articles(name):
    once = fold(name)
    assert fold(once) == once or (once != fold(once) and len(fold(once)) <= len(once))


@given(st.text(max_size=60), st.text(max_size=60))
def test_same_is_symmetric(a, b):
    assert SHIPPED.same(a, b) == SHIPPED.same(b, a)


def test_every_shipped_name_and_alias_is_found_again():
    for publisher in KNOWN:
        for spelling in (publisher.name, *publisher.aliases):
            assert SHIPPED.match(spelling) is not None, spelling


def test_short_names_are_matched_in_their_own_case():
    assert SHIPPED.match("AP").name == "Associated Press"
    assert SHIPPED.match("ap") is None
    assert SHIPPED.match("dpa").name == "dpa"
    assert SHIPPED.match("A.P.").name == "Associated Press"
    assert SHIPPED.match("Ansa").name == "ANSA"


def test_names_in_other_scripts_are_the_same_agency():
    assert SHIPPED.same("رويترز", "Reuters")
    assert SHIPPED.same("ТАСС", "TASS")
    assert SHIPPED.same("新华社", "xinhuanet.com")
    assert not SHIPPED.same("Reuters", "AFP")


def test_agencies_and_press_release_wires_syndicate_and_newspapers_do_not():
    assert SHIPPED.is_agency("Agence France-Presse")
    assert SHIPPED.is_agency("PR Newswire")
    assert not SHIPPED.is_agency("The Guardian")
    assert not SHIPPED.is_agency("Getty Images")
    assert not SHIPPED.is_agency("Harbour Post")


def test_a_name_matches_a_host_by_its_letters_and_not_by_its_initials():
    assert SHIPPED.matches_host("Harbour Post", "www.harbour-post.example")
    assert SHIPPED.matches_host("Tidal", "tidalnews.example")
    assert SHIPPED.matches_host("The Guardian", "amp.theguardian.com")
    assert not SHIPPED.matches_host("HP", "harbour-post.example")
    assert not SHIPPED.matches_host("Associated Press", "reuters.com")


def test_hosts_are_known_with_and_without_www():
    assert SHIPPED.of_host("www.reuters.com").name == "Reuters"
    assert SHIPPED.of_host("uk.reuters.com").name == "Reuters"
    assert SHIPPED.of_host("harbour-post.example") is None
    assert SHIPPED.of_host("") is None


def test_what_a_curator_knows_wins_and_leaves_the_shipped_table_as_it_was():
    mine = Publisher("Harbour Post", aliases=("HP",), hosts=("harbour-post.example",))
    more = SHIPPED.with_publishers([mine])
    assert more.match("HP") == mine
    assert more.of_host("www.harbour-post.example") == mine
    assert more.matches_host("HP", "harbour-post.example")
    assert more.match("Reuters") == SHIPPED.match("Reuters")
    assert SHIPPED.match("HP") is None
    assert Authority.of([]).match("Reuters") is None


def test_only_a_leading_article_is_left_out():
    assert fold("La Voce della Cava") == fold("Voce della Cava") == "vocedellacava"
