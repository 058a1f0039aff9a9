"""Shapes that say where a text comes from whatever the language: a label in a box, an address by itself, a note of the
translator with the original, a byline with a paper. Each with what looks like it and is not.
"""

import pytest

from archiver.model.claim import UPSTREAM, Relation
from archiver.model.document import Pointer, Role
from archiver.provenance.detect.detect import detect
from archiver.provenance.detect.page import inflected
from tests.provenance.pages import BODY, URL, article, document

POST = "https://www.harbour-post.example/2024/03/01/the-weir/"
ROWS = [(text, Role.BODY) for text in BODY]


def told(claims, *relations):
    return [
        (claim.relation.value, claim.publisher, claim.url)
        for claim in claims
        if claim.relation in (relations or UPSTREAM)
    ]


# ---- labels


@pytest.mark.parametrize(
    "label", ["Source", "Quelle", "Fuente", "Źródło", "Источник", "출처", "来源", "出典", "المصدر"]
)
def test_a_label_in_a_box_of_its_own_is_for_the_name_in_the_next(label):
    name = "Millpond Relief Mission"
    page = document((label, Role.HEAD, "div"), (name, Role.HEAD, "div"), *ROWS)
    assert told(detect(page)) == [("republished_from", name, None)]


@pytest.mark.parametrize(
    "rows",
    [
        ("Source", "By Ann Author"),
        ("Source", "Ann Author"),
        ("Source", "The weir has been closed since Monday and nobody knows why."),
        ("Sources", f"<Harbour Post|{POST}>", f"<Mill Gazette|{POST}b>"),
        ("Via", "Millpond Relief Mission"),
        ("Open source", "Millpond Relief Mission"),
    ],
)
def test_a_box_that_holds_a_person_a_sentence_or_a_list_is_none(rows):
    assert told(detect(document(*((row, Role.HEAD, "div") for row in rows), *ROWS))) == []


def test_a_box_far_below_the_text_needs_a_name_that_is_sure_to_be_one():
    button = document(*ROWS, ("Source", Role.TAIL, "div"), ("Scroll Up", Role.TAIL, "div"))
    paper = document(*ROWS, ("Source", Role.TAIL, "div"), ("Lantern Gazette", Role.TAIL, "div"))
    assert told(detect(button)) == []
    assert told(detect(paper)) == [("republished_from", "Lantern Gazette", None)]


@pytest.mark.parametrize(
    ("text", "name"),
    [("[Source] Lantern Gazette", "Lantern Gazette"), ("【来源】灯塔报", "灯塔报"), ("[출처] 등대일보", "등대일보"), ("【出典】灯台新聞", "灯台新聞"),
     ("Źródło Kurier Portowy", "Kurier Portowy"), ("기사제공 등대뉴스", "등대뉴스"), ("Article courtesy of harbour-post.example", "harbour-post.example")],
)  # fmt: skip
def test_a_label_may_have_brackets_or_nothing_for_its_colon(text, name):
    assert told(detect(article(tail=(text,)))) == [("republished_from", name, None)]


@pytest.mark.parametrize(
    "text", ["Source code", "Fuente Ovejuna", "Quelle surprise", "Original Sin", "Źródło wody", "출처 불명", "来源不明"]
)
def test_a_noun_that_is_also_a_label_is_none_before_any_other_word(text):
    assert told(detect(article(tail=(text,)))) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [(f"出典：灯台新聞 {POST}", "灯台新聞"), (f"[출처] 등대일보 - {POST}", "등대일보"), (f"Source: Lantern Gazette, {POST}", "Lantern Gazette")],
)  # fmt: skip
def test_an_address_that_is_written_out_behind_the_name_is_the_claim_s(text, name):
    assert told(detect(article(tail=(text,)))) == [("republished_from", name, POST)]


def test_a_label_above_a_sentence_is_not_for_the_link_that_the_sentence_begins_with():
    tail = ("Story Source:", f"<Materials|{POST}> provided by Northmere University. We may have shortened them.")
    assert [name for _, name, _ in told(detect(article(tail=tail)))] == ["Northmere University"]


def test_from_and_a_name_and_a_colon_above_the_text():
    assert told(detect(article(head=(f"From the <Halcyon Sheet|{POST}>:",)))) == [
        ("republished_from", "Halcyon Sheet", POST)
    ]
    assert told(detect(article(head=("From the Lantern Gazette:",)))) == [("republished_from", "Lantern Gazette", None)]
    for text in ("From Our Correspondent:", "From the beginning:", "From Ann Author:"):
        assert told(detect(article(head=(text,)))) == []
    assert told(detect(document(*ROWS, *ROWS, ("From the Lantern Gazette:", Role.BODY), *ROWS))) == []


# ---- addresses


def test_an_address_alone_below_the_text_counts_whatever_follows_it():
    after = (("Other stories", Role.TAIL), ("About us", Role.TAIL))
    for role in (Role.BODY, Role.TAIL):
        assert told(detect(document(*ROWS, (POST, role), *after))) == [("republished_from", None, POST)]
    assert told(detect(document(*ROWS, ("Tags", Role.TAIL), (POST, Role.TAIL), ("About us", Role.TAIL)))) == []


def test_an_address_that_is_no_link_may_follow_the_call_to_read():
    for text in (f"原文地址：{POST}", f"Read the full story: {POST}"):
        assert [url for _, _, url in told(detect(article(tail=(text,))))] == [POST]
    assert told(detect(article(tail=(f"Read the full story: {URL}",)))) == []


def test_the_page_s_own_headline_as_a_link_elsewhere_is_where_it_comes_from():
    headline = "The weir below the old mill is closed"
    head = (headline, Role.HEAD, "h1")
    for text in (headline, f"{headline} - Harbour Post"):
        claims = told(detect(document(head, *ROWS, (f"<{text}|{POST}>", Role.TAIL))))
        assert [(relation, url) for relation, _, url in claims] == [("republished_from", POST)]
    for other in (f"<{headline}|{URL}>", f"<The weir and the town|{POST}>", f"<{headline}|{POST}>, and much more to read on other sites that we like to read and quote here"):  # fmt: skip
        assert told(detect(document(head, *ROWS, (other, Role.TAIL)))) == []
    assert told(detect(document((f"<{headline}|{POST}>", Role.HEAD, "h1"), *ROWS))) == []


# ---- translators


@pytest.mark.parametrize(
    "text",
    [
        f"Translated by Ann Author. The original is <here|{POST}> in Harbour Post.",
        f"Aus dem Englischen von Anna Autorin. Das Original erschien unter dem Titel „<The Weir|{POST}>“ in Harbour Post.",
        f"Traduit de l’anglais par Anne Auteure ; texte original : « <The weir|{POST}> »",
        f"Tradução de Ana Autora do artigo <The weir below the mill|{POST}>, da Harbour Post.",
        f"Перевод с английского Анны Автор. <Оригинал статьи на сайте Harbour Post|{POST}>",
        f"ترجمه: سارا نویسنده. اصل مقاله را در <Harbour Post|{POST}> بخوانید.",
        f"번역 김작가 / 원문: <Harbour Post|{POST}>",
    ],
)
def test_a_translator_s_note_with_the_original_is_a_translation_of_it(text):
    ((relation, name, url),) = told(detect(article(tail=(text,))))
    assert (relation, url) == ("translated_from", POST)
    assert name in ("Harbour Post", None)


@pytest.mark.parametrize(
    "text",
    [
        f"This article was translated by <Tidal Translators|{POST}>.",
        f"Translated by <Ann Author|{POST}>.",
        f"Translated by Ann Author, who also wrote <a book on weirs|{POST}>.",
        "Her cookbook, translated from the Norwegian by Ella Brand, is out this spring.",
        f"The original article was translated by <Tidal Translators|{POST}>.",
    ],
)
def test_the_translator_s_own_link_is_not_the_original_s(text):
    assert told(detect(article(tail=(text,)))) == []


# ---- agencies and bylines


@pytest.mark.parametrize(
    ("text", "agency"),
    [("رام الله 4-2-2024 وفا- أعلنت البلدية اليوم فتح السد", "وفا"), ("（中央社記者林若水基隆12日電）水壩今天重新開放。", "中央社"),
     ("Lüneburg (dpa/lni) – Seit Montag ist das Wehr zu.", "dpa"), ("【長崎時事】堰が閉まった。", "時事"), ("به گزارش ایسنا، سد بسته شد و کسی نمی‌داند چرا.", "ایسنا")],
)  # fmt: skip
def test_more_datelines(text, agency):
    assert told(detect(document((text, Role.BODY), *ROWS))) == [("syndicated_by", agency, None)]


@pytest.mark.parametrize(
    "byline",
    ["By Maud Ellery, The Lantern Gazette", "March 12, 2024 By Maud Ellery, The Lantern Gazette", "Por Ana Autora | Gaceta del Faro", "Von Anna Autorin, Lübsche Rundschau"],
)  # fmt: skip
def test_a_paper_behind_the_name_in_a_byline(byline):
    ((relation, name, _),) = told(detect(article(head=(byline,))))
    assert relation == "republished_from"
    assert byline.endswith(name)


@pytest.mark.parametrize(
    "byline",
    ["By Maud Ellery, Court Reporter", "By Maud Ellery, Special to the Lantern Gazette", "By Maud Ellery, Nordic Harbour Institute", "By Maud Ellery, Tidal Review",
     "By Maud Ellery, News Editor", "By train, the Lantern Gazette says, it takes an hour"],
)  # fmt: skip
def test_an_office_an_institute_or_the_page_s_own_name_behind_it_is_none(byline):
    assert told(detect(article(head=(byline,)))) == []


def test_a_copyright_line_with_the_agency_that_sends_it_out_names_both():
    line = "©2024 Prairie Post. Visit <prairiepost.example|https://www.prairiepost.example/>. Distributed by Tribune Content Agency, LLC."
    assert told(detect(article(tail=(line,)))) == [
        ("syndicated_by", "Tribune Content Agency", None),
        ("republished_from", "Prairie Post", "https://www.prairiepost.example/"),
    ] or set(told(detect(article(tail=(line,))))) == {
        ("syndicated_by", "Tribune Content Agency", None),
        ("republished_from", "Prairie Post", "https://www.prairiepost.example/"),
    }
    own = "©2024 Tidal Review. Distributed by Tribune Content Agency, LLC."
    assert told(detect(article(tail=(own,)))) == [("syndicated_by", "Tribune Content Agency", None)]
    columnist = "©2024 Ann Author. Distributed by Tribune Content Agency, LLC."
    assert told(detect(article(tail=(columnist,)))) == [("syndicated_by", "Tribune Content Agency", None)]


# ---- the page itself


@pytest.mark.parametrize(
    ("own", "name"),
    [("Uferbote", "Uferboten"), ("Kurier Portowy", "Kuriera Portowego"), ("Gazeta Szkolna", "Gazety Szkolnej"), ("Речной вестник", "Речного вестника")],
)  # fmt: skip
def test_a_name_in_another_case_is_the_same(own, name):
    assert inflected(own, name)


@pytest.mark.parametrize(
    ("own", "name"), [("Linux Journal", "Linux Journey"), ("Tidal UK", "Tidal US"), ("Uferbote", "Ufersport"), ("Post", "Posten Nord")]
)  # fmt: skip
def test_other_names_are_not(own, name):
    assert not inflected(own, name)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Dieser Artikel erschien zuerst in der gedruckten Ausgabe des Uferboten vom 9. März.", "Uferbote"),
        ("Dit artikel verscheen eerder in de papieren editie van Het Tij Nieuws.", "Het Tij Nieuws"),
        ("A cikk eredetileg a Partvonal nyomtatott számában jelent meg.", "Partvonal"),
        ("Este artículo se publicó en la edición impresa de Correo del Faro.", "Correo del Faro"),
    ],
)
def test_the_page_s_own_print_edition_is_a_self_claim(text, own):
    claims = detect(article(tail=(text,), publisher=own, url="https://www.an-other-host.example/a"))
    assert told(claims) == []
    assert [claim.relation for claim in claims] == [Relation.SELF_CLAIM]


def test_a_paper_that_belongs_to_the_page_s_own_house_is_no_origin():
    text = "This article first appeared in the print edition of the Quayside Post, {} newspaper."
    assert told(detect(article(tail=(text.format("Tidal Review’s"),)))) == []
    ((_, name, _),) = told(detect(article(tail=(text.format("the town’s oldest"),))))
    assert name == "Quayside Post"


def test_one_brand_on_two_suffixes_is_the_page_itself():
    for there, found in (("https://www.tidal-review.co.example/a/the-weir-1", False), ("https://www.harbour.co.example/a/the-weir-1", True)):  # fmt: skip
        pointer = Pointer("link canonical", there, f'<link rel="canonical" href="{there}">')
        assert bool(told(detect(article(pointers=(pointer,))))) is found


@pytest.mark.parametrize("name", ["当サイト", "本紙", "弊誌"])
def test_this_site_is_nobody_else(name):
    assert told(detect(article(head=(f"この記事は2019年5月に{name}で公開したものを再掲載しています。",)))) == []


# ---- subjects and objects


@pytest.mark.parametrize(
    "text",
    [
        "Correction: This article originally stated that the margin was ninety votes, a figure first reported by Lantern Gazette.",
        "A German translation of this article has been published by Der Uferbote.",
        "This article was originally written by Maud Ellery.",
        "The novel was originally published by Saltmarsh Press in 1987.",
    ],
)
def test_what_is_told_of_something_else_is_not_told_of_this_article(text):
    assert told(detect(article(tail=(text,)))) == []


def test_an_apposition_that_is_the_article_itself_is_no_other_subject():
    text = "This story, an essay first published in Lantern Gazette, has been shortened."
    assert told(detect(article(tail=(text,)))) == [("originally_published_by", "Lantern Gazette", None)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bu haber iskele-postasi.example sitesinden alınmıştır.", "iskele-postasi.example"),
        ("Publié avec l’aimable autorisation de la revue Terres d’eau.", "Terres d’eau"),
        ("This article first appeared in German in Der Hafen.", "Der Hafen"),
        ("This article appeared in the March 2024 issue of Lantern Gazette.", "Lantern Gazette"),
    ],
)
def test_where_a_name_begins_and_ends(text, name):
    assert name in {publisher for _, publisher, _ in told(detect(article(tail=(text,))))}


@pytest.mark.parametrize(
    ("text", "name"),
    [("Secondo <Il Mercante|https://ilmercante.example/costi> costa molto.", "Il Mercante"), ("De acordo com a Folha do Cais, custa muito.", "Folha do Cais"),
     ("He told the New Lantern Gazette nothing.", "New Lantern Gazette"), ("Selon L’Écluse, tout va bien.", "Écluse")],
)  # fmt: skip
def test_a_wording_does_not_take_the_first_word_of_a_name(text, name):
    cited = {claim.publisher for claim in detect(document(*ROWS, (text, Role.BODY), *ROWS))}
    assert cited & {name, f"L’{name}"}


def test_who_printed_a_book_or_an_author_s_work_is_not_cited():
    for text in (
        "The crossing plays a part in her first novel, which was originally published by Lantern Press in 1987.",
        "Her work has appeared in the Lantern Gazette.",
    ):
        assert detect(document(*ROWS, (text, Role.BODY), *ROWS)) == ()
