import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.model.agent import Publisher
from archiver.model.claim import UPSTREAM, Relation, Strength
from archiver.model.document import Pointer, Role
from archiver.provenance.detect.detect import detect
from archiver.provenance.publishers import SHIPPED
from tests.provenance.pages import BODY, URL, article, document

POST = "https://www.harbour-post.example/2024/03/01/the-weir/"
HOME = "https://www.harbour-post.example/"


def told(claims, *relations):
    return [
        (claim.relation.value, claim.publisher, claim.url)
        for claim in claims
        if claim.relation in (relations or UPSTREAM)
    ]


def test_a_page_that_says_nothing_makes_no_claim():
    assert detect(article()) == ()
    assert detect(document()) == ()


def test_a_name_ends_where_the_sentence_does():
    claims = detect(
        article(tail=("This article was originally published on Harbour Post. Ann Author is a two-time winner.",))
    )
    assert told(claims) == [("originally_published_by", "Harbour Post", None)]
    assert claims[0].evidence[0].quote == "This article was originally published on Harbour Post."


def test_two_sentences_run_together_are_told_apart():
    claims = detect(
        article(
            tail=("The original source of this article is Tidal Review Copyright © Ann Author, Tidal Review, 2024",)
        )
    )
    assert told(claims, Relation.SELF_CLAIM) == [("self_claim", "Tidal Review", None)]
    assert {claim.publisher for claim in claims if claim.relation is Relation.COPYRIGHT} == {
        "Ann Author",
        "Tidal Review",
    }


def test_the_page_itself_as_target_is_a_self_claim_by_name_host_or_alias():
    by_name = article(tail=("Originally published on Tidal Review.",), url="https://tr.example/a")
    by_host = article(tail=("Originally published on Tidal Review.",), publisher=None)
    by_alias = article(tail=("Originally published on TR Weekly.",))
    known = SHIPPED.with_publishers(
        [Publisher("Tidal Review", aliases=("TR Weekly",), hosts=("tidal-review.example",))]
    )
    for claims in (detect(by_name), detect(by_host), detect(by_alias, known)):
        assert [claim.relation for claim in claims] == [Relation.SELF_CLAIM]
        assert claims[0].strength is Strength.SELF
        assert claims[0].weight < 0.5
    assert told(detect(by_alias)) == [("originally_published_by", "TR Weekly", None)]


def test_another_edition_of_the_brand_is_not_the_page_itself():
    page = article(
        tail=("This article originally appeared on Tidal US.",),
        publisher="Tidal UK",
        url="https://tidal.example/en_uk/a",
    )
    assert told(detect(page)) == [("originally_published_by", "Tidal US", None)]


def test_both_claims_of_a_contradiction_are_kept():
    claims = detect(
        article(
            tail=(
                f"This article was originally published on <Harbour Post|{POST}>.",
                "The original source of this article is Tidal Review",
            )
        )
    )
    assert [claim.relation for claim in claims] == [Relation.ORIGINALLY_PUBLISHED_BY, Relation.SELF_CLAIM]
    assert claims[0].url == POST


def test_the_deeper_address_of_the_same_site_is_taken():
    claims = detect(
        article(
            tail=(
                f"This article was originally published by <Harbour Post|{HOME}>. Read the <original article|{POST}>.",
            )
        )
    )
    assert told(claims) == [("originally_published_by", "Harbour Post", POST)]
    assert len(claims[0].evidence) == 2


def test_one_claim_a_target_with_further_words_as_evidence():
    claims = detect(article(tail=("Originally published on Harbour Post.", f"Source: <Harbour Post|{POST}>")))
    assert told(claims) == [("originally_published_by", "Harbour Post", POST)]
    assert [evidence.rule.split("-")[0] for evidence in claims[0].evidence] == ["statement", "label"]
    assert claims[0].strength is Strength.STATEMENT


@pytest.mark.parametrize("role", [Role.QUOTE, Role.HIDDEN, Role.COMMENT, Role.NAV, Role.LIST])
def test_words_in_such_places_are_never_an_origin(role):
    rows = [(text, Role.BODY) for text in BODY]
    said = f"This article was originally published on <Harbour Post|{POST}>."
    for text in (said, f"Source: <Harbour Post|{POST}>", f"<{POST}|{POST}>", "OSLO (Reuters) - The weir is dry."):
        assert told(detect(document(*rows, (text, role)))) == []


@pytest.mark.parametrize(
    "text",
    [
        "The book was originally published in 1951.",
        "First published on November 19, 2019 / 8:16 AM",
        "The virus was first reported in Denmark.",
        "Originally published in London.",
        "If your poem first appeared in another journal, tell us.",
        "Republish our articles for free, as long as you name Harbour Post.",
        "The essay of a rival was republished from Harbour Post on nine sites, researchers found.",
        "A source at Harbour Post said nothing. The source asked not to be named.",
        "Students may take the Associated Press (AP) exam in May, the district said.",
        "Follow the Associated Press on Twitter and us on Telegram.",
        "Excerpted from The Weir. Reprinted by permission of Millpond Books, Leeds.",
    ],
)
def test_other_subjects_and_other_objects_are_no_claim(text):
    rows = [(BODY[0], Role.BODY), (text, Role.BODY), (BODY[1], Role.BODY), (BODY[2], Role.BODY)]
    assert told(detect(document(*rows))) == []
    if "essay" not in text:
        assert told(detect(article(tail=(text,)))) == []


def test_one_label_is_an_origin_and_several_are_references():
    one = detect(article(tail=(f"Source: <Harbour Post|{POST}>",)))
    two = detect(
        article(tail=(f"Source: <Harbour Post|{POST}>", "Source: <Mill Gazette|https://mill-gazette.example/a-1>"))
    )
    assert told(one) == [("republished_from", "Harbour Post", POST)]
    assert told(two) == []
    assert {claim.publisher for claim in two} == {"Harbour Post", "Mill Gazette"}
    assert {claim.relation for claim in two} == {Relation.CITES}


def test_an_agency_under_a_label_syndicates():
    assert told(detect(article(tail=("Source: Reuters",)))) == [("syndicated_by", "Reuters", None)]


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("OSLO, Norway (AP) — Rescue teams reached the village on Monday.", "Associated Press"),
        ("Oslo, Noruega (Prensa Latina) Los delegados cerraron la ronda.", "Prensa Latina"),
        ("(AFP) - Rescue teams reached the village on Monday.", "AFP"),
        ("ОСЛО, 3 марта. /ТАСС/. Спасатели добрались до деревни.", "ТАСС"),
        ("(오슬로=연합뉴스) 구조대가 월요일 마을에 도착했다.", "연합뉴스"),
        ("新华社奥斯陆3月1日电 救援人员周一抵达村庄。", "新华社"),
    ],
)
def test_datelines_name_the_agency(text, agency):
    page = document((text, Role.BODY), *((line, Role.BODY) for line in BODY))
    assert told(detect(page)) == [("syndicated_by", agency, None)]


def test_an_agency_s_own_page_is_not_syndicated_by_it():
    page = document(
        ("OSLO (Reuters) - Rescue teams came.", Role.BODY),
        (BODY[0], Role.BODY),
        url="https://www.reuters.com/world/a-1",
        publisher="Reuters",
    )
    assert told(detect(page)) == []


def test_wire_copy_that_names_the_agency_as_its_publisher_is_still_wire_copy():
    pointer = Pointer("json-ld publisher", "Associated Press", '"publisher": {"name": "Associated Press"}')
    claims = detect(article(publisher="Associated Press", pointers=(pointer,)))
    assert told(claims) == [("syndicated_by", "Associated Press", None)]
    assert claims[0].evidence[0].role is Role.MARKUP


def test_a_spelled_out_name_is_preferred_to_its_abbreviation():
    page = document(
        ("Ann Author, Associated Press", Role.HEAD),
        ("OSLO (AP) - Rescue teams came.", Role.BODY),
        *((line, Role.BODY) for line in BODY),
    )
    assert told(detect(page)) == [("syndicated_by", "Associated Press", None)]


@pytest.mark.parametrize(
    ("canonical", "shown", "found"),
    [
        (POST, URL, True),
        ("https://www.harbour-post.example/", URL, False),  # a home page
        ("https://web.archive.org/web/2024/" + URL, URL, False),  # a cache
        ("https://www.tidal-review.org/2024/03/the-weir", URL, False),  # the brand on another suffix
        ("https://www.renamed.example/2024/03/the-weir", "https://www.renamed.example/2024/03/the-weir", False),
        ("https://sister.example/2024/03/the-weir", URL, True),  # the same path, but og:url stayed
        ("https:///", URL, False),
    ],
)
def test_the_canonical_link_has_its_guards(canonical, shown, found):
    pointers = (
        Pointer("link canonical", canonical, f'<link rel="canonical" href="{canonical}">'),
        Pointer("meta og:url", shown, "<meta>"),
    )
    assert told(detect(article(pointers=pointers))) == ([("republished_from", None, canonical)] if found else [])


def test_a_bare_address_is_an_origin_first_or_last_but_not_a_video_or_the_page_itself():
    assert told(detect(article(head=(f"<https://www.harbour-post.example/2024/…|{POST}>",)))) == [
        ("republished_from", None, POST)
    ]
    assert told(detect(article(tail=(POST,)))) == [("republished_from", None, POST)]
    for other in ("https://www.youtube.com/watch-this-1234", URL, HOME):
        assert told(detect(article(tail=(other,)))) == []


def test_a_list_of_addresses_is_no_origin():
    rows = [(f"https://www.harbour-post.example/2024/03/0{day}/the-weir/", Role.BODY) for day in range(1, 6)]
    assert told(detect(document(*rows))) == []


def test_a_translation_notice_turns_the_named_origin_into_the_one_translated():
    claims = detect(article(head=(f"Fuente: <El Faro Diario|{POST}>", "Traducido del inglés por Ana Autora")))
    assert told(claims) == [("translated_from", "El Faro Diario", POST)]


def test_picture_credits_are_kept_apart_from_sources():
    claims = detect(
        article(
            captions=("The weir at dawn. Ann Author/AFP via Getty Images",),
            tail=("Photo: Bob Builder/dpa", "Featured image is from Ann Author - Anadolu Agency"),
        )
    )
    assert told(claims) == []
    assert {claim.publisher for claim in claims} == {"AFP via Getty Images", "dpa", "Anadolu Agency"}
    assert {claim.relation for claim in claims} == {Relation.IMAGE_CREDIT}


def test_a_newspaper_s_credit_line_is_a_picture_credit():
    claims = detect(article(captions=("Wounded men are flown out, February 2007. ● US AIR FORCE",)))
    assert told(claims, Relation.IMAGE_CREDIT) == [("image_credit", "US AIR FORCE", None)]
    assert detect(article(tail=("2 Tidal Review ● Tuesday ● Jan 30, 2024 National",))) == ()


def test_citations_name_outlets_and_bodies_and_no_persons():
    text = "The gates cost a million, according to a Reuters news report. Ann Author of the Nordic Harbour Institute calls it cheap. Bob Builder told CNN nothing, according to Carl Carter."
    claims = detect(document((BODY[0], Role.BODY), (text, Role.BODY)))
    assert {claim.relation for claim in claims} == {Relation.CITES}
    assert {claim.publisher for claim in claims} == {"Reuters", "Nordic Harbour Institute", "CNN"}


def test_a_sentence_of_origin_is_not_a_citation_too():
    assert [claim.relation for claim in detect(article(tail=(f"Originally published by <Mill Gazette|{POST}>.",)))] == [
        Relation.ORIGINALLY_PUBLISHED_BY
    ]


def test_another_s_copyright_line_says_whose_text_it_is():
    claims = detect(article(tail=("© 2022 The Washington Post",)))
    assert told(claims) == [("republished_from", "The Washington Post", None)]
    assert told(claims, Relation.COPYRIGHT) == [("copyright", "The Washington Post", None)]


TEXTS = st.sampled_from(
    (
        *BODY, f"This article was originally published on <Harbour Post|{POST}>.", "Source: Mill Gazette", "OSLO (AP) — Teams came.", "Photo: Getty Images",
        "Copyright © Ann Author, Tidal Review, 2024", "Reuters reported that. According to the BBC, no.", "By Ann Author via OilPrice.com", "来源：环球时报", "\u200b“” ( [",
    )
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            TEXTS | st.text(min_size=1, max_size=40).filter(lambda text: "<" not in text),
            st.sampled_from([r for r in Role if r is not Role.MARKUP]),
        ),
        max_size=12,
    )
)
def test_every_quote_stands_where_it_says_and_the_order_is_always_the_same(rows):
    page = document(*rows)
    claims = detect(page)
    assert claims == detect(page)
    for claim in claims:
        assert claim.evidence[0].weight == claim.weight
        for evidence in claim.evidence:
            assert page.whole[evidence.start : evidence.end] == evidence.quote
            assert page.whole[: evidence.start].endswith(evidence.prefix)
            assert page.whole[evidence.end :].startswith(evidence.suffix)
            if claim.upstream:
                assert evidence.role in (Role.HEAD, Role.BODY, Role.TAIL)


@pytest.mark.parametrize(
    "pump",
    [
        "a ",
        "<x|https://a.example/b-1> ",
        "originally published on ",
        "Source: X ",
        "(",
        "© X, ",
        "… ",
        "Reuters reported. ",
        "Translated by Ann. The original <x|https://a.example/b-1> ",
        "According to the newspaper Harbour ",
        "This article, a figure ",
        "據新聞日報によると",
    ],
)
def test_time_grows_with_the_page_and_not_faster(pump):
    def seconds(times: int) -> float:
        page = document((pump * times, Role.TAIL), *[(pump.strip() * 3, Role.TAIL)] * (times // 50))
        start = time.process_time()
        detect(page)
        return time.process_time() - start

    assert any(seconds(4_000) <= 2.3 * seconds(2_000) + 0.05 for _ in range(3))


@pytest.mark.parametrize(
    ("headline", "relation", "name"),
    [
        ("The tides of March (The Guardian)", Relation.REPUBLISHED_FROM, "The Guardian"),
        ("The tides of March | Le Monde", Relation.REPUBLISHED_FROM, "Le Monde"),
        ("The tides of March [Reuters]", Relation.SYNDICATED_BY, "Reuters"),
    ],
)
def test_a_headline_that_ends_in_a_known_name_is_from_there(headline, relation, name):
    claims = detect(document((headline, Role.HEAD, "h1"), *((text, Role.BODY) for text in BODY)))
    assert [(c.relation, c.publisher) for c in claims if c.upstream] == [(relation, name)]


@pytest.mark.parametrize(
    "headline",
    ["The tides of March (Part Two)", "The tides of March | Harbour Voice", "What became of The Guardian", "The tides of March | Tidal Review"],
)  # fmt: skip
def test_other_headlines_are_from_nowhere(headline):
    claims = detect(document((headline, Role.HEAD, "h1"), *((text, Role.BODY) for text in BODY)))
    assert not [c for c in claims if c.upstream]


def test_two_hops_in_one_sentence_are_two_claims():
    said = f"Published on <Mill Gazette|https://mill-gazette.example/2024/tides>, originally published on <Harbour Post|{POST}>."
    claims = detect(article(tail=(said,)))
    assert {(c.relation, c.publisher) for c in claims if c.upstream} == {
        (Relation.REPUBLISHED_FROM, "Mill Gazette"),
        (Relation.ORIGINALLY_PUBLISHED_BY, "Harbour Post"),
    }


def test_a_house_of_pictures_is_no_source_of_the_text():
    claims = detect(article(tail=("Source: Getty Images",)))
    assert [(c.relation, c.publisher) for c in claims] == [(Relation.IMAGE_CREDIT, "Getty Images")]


def test_many_calls_to_read_elsewhere_are_teasers():
    calls = tuple(f"<Read the original article|https://harbour-{n}.example/2024/tides-{n}>" for n in range(4))
    assert not [c for c in detect(article(tail=calls)) if c.upstream]
    assert [c.url for c in detect(article(tail=calls[:1])) if c.upstream] == ["https://harbour-0.example/2024/tides-0"]


def test_a_page_that_lists_its_copies_says_that_it_is_their_origin():
    tail = "Also on: <Harbour Post|https://harbour-post.example/copy|syndication>"
    assert [(c.relation, c.publisher) for c in detect(article(tail=(tail,)))] == [(Relation.SELF_CLAIM, "Tidal Review")]


def test_a_feed_item_is_from_the_feed_that_it_names():
    pointer = Pointer("feed source", POST, f'<source url="{POST}">Harbour Post</source>')
    claims = detect(article(pointers=(pointer,)))
    assert [(c.relation, c.url) for c in claims] == [(Relation.REPUBLISHED_FROM, POST)]


def test_two_letters_of_an_agency_are_spelled_out_and_longer_initials_are_not():
    for text, name in (("OSLO (AP) — Teams came.", "Associated Press"), ("OSLO (AFP) — Teams came.", "AFP")):
        (claim,) = detect(article(head=(text,)))
        assert (claim.publisher, claim.evidence[0].quote[:6]) == (name, text[:6])
