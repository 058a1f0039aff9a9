"""Whom the words name: a person is no publisher, talk of an agency no credit, and a name ends where the next thing begins."""

import pytest

from archiver.model.claim import UPSTREAM, Relation
from archiver.model.document import Role
from archiver.provenance.detect.detect import detect
from archiver.provenance.detect.kinds import person
from tests.provenance.pages import BODY, article, document

POST = "https://www.harbour-post.example/2024/03/01/the-weir/"


def upstream(claims):
    return [(claim.relation, claim.publisher) for claim in claims if claim.relation in UPSTREAM]


def in_the_middle(text):
    """The text as a paragraph of its own far from either end."""
    rows = [(line, Role.BODY) for line in BODY]
    return detect(document(*rows, *rows, (text, Role.BODY), *rows, *rows))


# ---- persons


@pytest.mark.parametrize(
    "name",
    ["Anna Muster", "Juan Pérez del Río", "Maria van der Berg", "Michael J. Carter", "Anne O'Dell", "Karl-Heinz Muster", "Dr. Ute Exempel",
     "Anna MUSTER", "Jean-Luc Modèle", "Иван Петров", "محمد علي", "Kovács János", "Thomas Müller-Beispiel"],
)  # fmt: skip
def test_a_given_name_and_a_surname_are_a_person(name):
    assert person(name)


@pytest.mark.parametrize(
    "name",
    ["", "Harbour Post", "El Viejo Puente", "Anna", "Martin Luther Institut", "Il Molo", "DR", "Thomas und Söhne", "Anna reporting",
     "Jornal do Cais", "Marie Weekly", "Гудок", "灯塔报"],
)  # fmt: skip
def test_other_names_are_none(name):
    assert not person(name)


@pytest.mark.parametrize(
    "text",
    ["Quelle: Anna Muster", "Fuente: Juan Pérez", "Source: Dr. Ann Author", "Forrás: Kovács János", "Źródło: Anna Przykładowa", "المصدر: محمد علي",
     "Source: Mason RIM, Carter B, Baker J et al.", "Reprinted with permission from Anna Muster.", "Fuente: Agencias", "来源：网络", "Kaynak: Ayşe Yazar"],
)  # fmt: skip
def test_a_label_that_names_a_person_or_nobody_names_no_publisher(text):
    assert upstream(detect(article(tail=(text,)))) == []


@pytest.mark.parametrize(
    "text",
    ["Quelle: Hafen Kurier", "Fuente: El Viejo Puente", f"Source: <Anna Muster|{POST}>", "Source: “Anna Muster”"],
)
def test_a_label_that_names_an_outlet_or_leads_to_one_still_does(text):
    assert [relation for relation, _ in upstream(detect(article(tail=(text,))))] == [Relation.REPUBLISHED_FROM]


@pytest.mark.parametrize(
    "text",
    ["Foto/Quelle: Anna Muster", "Quelle/Foto: Anna Muster", "Foto/Fuente: Juan Pérez", "Photo/Source : Anne Modèle"],
)
def test_a_label_of_picture_and_source_is_a_picture_credit(text):
    assert {claim.relation for claim in detect(article(tail=(text,)))} == {Relation.IMAGE_CREDIT}


# ---- agencies


@pytest.mark.parametrize(
    "text",
    [
        "According to reporting by Reuters, the gates had been closed for months before anyone said so.",
        "The deal was struck after reporting from Bloomberg showed that the gates had been closed for months.",
        "Das sagte die Ministerin in einem Gespräch mit Reuters am Montag in der Hauptstadt.",
        "Le ministre a refusé de parler avec l’AFP de cette affaire hier soir à Paris.",
        "La agencia EFE informó ayer de que las conversaciones siguen sin acuerdo a la vista.",
        "Il governo ha parlato con materiale di Reuters davanti alla commissione del senato.",
        "A polícia planejou tudo com informações da Reuters durante meses na cidade velha.",
        "Met informatie van ANP wist de rechter niets te beginnen in deze zaak van vorige week.",
        "По данным Reuters, переговоры продолжаются в Осло без какого-либо результата.",
        "مقام‌ها به نقل از رویترز گفتند که گفتگوها در اسلو ادامه دارد و نتیجه‌ای در کار نیست.",
    ],
)
def test_talk_of_an_agency_is_no_credit(text):
    assert upstream(in_the_middle(text)) == []


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("(With additional reporting by Reuters in Oslo)", "Reuters"),
        ("This story was published from a syndicated feed of IANS.", "IANS"),
        ("Mit Material von dpa", "dpa"),
        ("Von Anna Autorin mit dpa", "dpa"),
        ("Le Phare avec AFP", "AFP"),
        ("Con información de EFE", "EFE"),
        ("По сообщению ТАСС", "ТАСС"),
        ("به گزارش خبر ساحل به نقل از ایسنا، جاده باز شد.", "ایسنا"),
    ],
)
def test_a_credit_is_one(text, agency):
    assert upstream(detect(article(tail=(text,)))) == [(Relation.SYNDICATED_BY, agency)]


# ---- where a name ends


@pytest.mark.parametrize(
    "text",
    ["This article was first published by Harbour Post on Monday.", "Originally published at Harbour Post in March 2021.",
     "This article was originally published by Harbour Post and the Mill Gazette."],
)  # fmt: skip
def test_a_name_ends_before_a_date_and_before_the_next_name(text):
    assert upstream(detect(article(tail=(text,)))) == [(Relation.ORIGINALLY_PUBLISHED_BY, "Harbour Post")]


# ---- somebody in between


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A post that Ann Author originally published on Harbour Post.", "Harbour Post"),
        ("Here is an essay that our colleague first published at Harbour Post in March 2021.", "Harbour Post"),
        ("Ein Beitrag, den Anna Autorin zuerst auf Hafenblatt Online veröffentlicht hat.", "Hafenblatt Online"),
        ("Un billet qu’Anne Auteure a initialement publié sur Le Phare du Nord.", "Le Phare du Nord"),
    ],
)
def test_the_author_may_stand_between_the_article_and_its_first_publisher(text, name):
    assert upstream(detect(article(tail=(text,)))) == [(Relation.ORIGINALLY_PUBLISHED_BY, name)]


def test_an_article_that_did_something_is_another_article():
    text = "An article that Ann Author originally published in The Guardian sparked outrage last week."
    assert upstream(detect(article(tail=(text,)))) == []


# ---- names that stand alone


@pytest.mark.parametrize(
    "date", ["12 March 2021", "March 12, 2021, 10:15", "12.03.2021", "12 de marzo de 2021", "2021年3月12日"]
)
def test_a_known_host_below_a_date_is_where_the_text_comes_from(date):
    assert upstream(detect(article(tail=(date, "RT.com")))) == [(Relation.REPUBLISHED_FROM, "RT.com")]


@pytest.mark.parametrize(
    "tail", [("12 March 2021", "harbour-post.example"), ("The end", "RT.com"), ("12 March 2021", "RT.com says no")]
)
def test_other_hosts_and_other_places_are_not(tail):
    assert upstream(detect(article(tail=tail))) == []


def test_a_label_may_stand_above_the_name():
    link = f"<Harbour Post|{POST}>"
    assert upstream(detect(article(tail=("Source:", link)))) == [(Relation.REPUBLISHED_FROM, "Harbour Post")]
    assert upstream(detect(article(tail=("Quelle:", "harbour-post.example")))) == [(Relation.REPUBLISHED_FROM, "harbour-post.example")]  # fmt: skip
    assert upstream(detect(article(tail=("Sources:", link, f"<Mill|{POST}>")))) == []
    assert upstream(detect(article(tail=("Fuente:", "El Faro Viejo es una novela.")))) == []


def test_a_byline_s_publisher_may_have_its_article():
    head = "De sluis en de molen, Het Voltaire Netwerk, door A. Auteur"
    assert upstream(detect(article(head=(head,)))) == [(Relation.REPUBLISHED_FROM, "Voltaire Netwerk")]


# ---- endings that join a name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bu yazı 3 Mart 2021 tarihinde Deniz Feneri'nde yayımlandı.", "Deniz Feneri"),
        ("İlk olarak Deniz Feneri gazetesinde yayımlandı.", "Deniz Feneri"),
        ("Az írás először a Világítótorony című folyóiratban jelent meg.", "Világítótorony"),
        ("Artykuł został opublikowany 3 marca 2021 w „Latarni”.", "Latarni"),
        ("이 기사는 2021년 3월 등대일보에 게재되었습니다.", "등대일보"),
        ("この記事は2021年3月に灯台オンラインに掲載されたものです。", "灯台オンライン"),
        ("本文原载于《灯塔报》，作者王小文。", "灯塔报"),
        ("سبق نشر هذا المقال في صحيفة المنارة.", "المنارة"),
        ("این مطلب نخستین بار در وب‌سایت ساحل منتشر شده است.", "ساحل"),
    ],
)
def test_a_name_is_read_without_what_its_language_joins_to_it(text, name):
    assert upstream(detect(article(tail=(text,)))) == [(Relation.ORIGINALLY_PUBLISHED_BY, name)]


@pytest.mark.parametrize(
    "text",
    [
        "Yönetmelik ilk kez Resmî Gazete'de yayımlandı ve o günden beri üç kez değiştirildi.",
        "A rendelet a Közlönyben jelent meg tegnap, és azonnal hatályba lépett az egész országban.",
        "Ustawa została opublikowana w Dzienniku Ustaw i weszła w życie wczoraj w całym kraju.",
        "정부의 허가를 받아 다리를 지었고 이듬해에 문을 열었다. 많은 사람이 왔다.",
        "この論文は「灯台」に掲載された。研究者の間で議論が続いている。",
        "该研究发表于《灯塔》杂志，引起了许多国家研究人员的争论和讨论。",
        "نشرت الدراسة في مجلة المنارة وأثارت جدلا واسعا بين الباحثين في دول كثيرة.",
        "این پژوهش در مجله ساحل منتشر شد و بحث‌های زیادی میان پژوهشگران برانگیخت.",
    ],
)
def test_laws_and_studies_are_no_articles_in_any_language(text):
    assert upstream(in_the_middle(text)) == []


# ---- lines of facts


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("March 12, 2024 08:15 Source: Mill Gazette Author: Ann Author", "Mill Gazette"),
        ("2024年3月12日 08:15 来源：灯塔报 责任编辑：李文", "灯塔报"),
        ("翻訳：山田花子 原文：Mill Gazette", "Mill Gazette"),
        ("번역: 김작가 / 원문: Mill Gazette", "Mill Gazette"),
    ],
)
def test_a_label_may_follow_a_date_or_another_label(line, name):
    assert [publisher for _, publisher in upstream(detect(article(head=(line,))))] == [name]


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("By Agence France-Presse 21 January 2024", "Agence France-Presse"),
        ("رويترز 12 مارس 2024", "رويترز"),
        ("By ANN AUTHOR Associated Press", "Associated Press"),
        ("الرباط (أ ف ب) - تمتلئ الشباك بقطرات صغيرة عند السادسة صباحا", "أ ف ب"),
        ("یزد - ایرنا - صبح شنبه آب از دهانه قنات بیرون زد", "ایرنا"),
    ],
)
def test_an_agency_stands_beside_a_date_or_a_name(line, agency):
    assert upstream(detect(article(head=(line,)))) == [(Relation.SYNDICATED_BY, agency)]


@pytest.mark.parametrize(
    ("line", "agency"),
    [("red/dpa", "dpa"), ("新しい数字を並べてみるつもりだ。（時事通信）", "時事通信"), ("*Com informações da Agência Brasil", "Agência Brasil")],
)  # fmt: skip
def test_an_agency_stands_in_the_last_line(line, agency):
    assert upstream(detect(article(tail=(line,)))) == [(Relation.SYNDICATED_BY, agency)]


def test_a_byline_that_ends_in_a_surname_like_an_agency_s_name_is_a_person_s():
    assert upstream(detect(article(head=("By Ann Petra",)))) == []


def test_the_footer_of_a_feed_is_the_last_of_the_text_whatever_follows_the_text():
    said = "La entrada El puente se publicó primero en Correo del Faro."
    rows = [(text, Role.BODY) for text in (*BODY, said)]
    claims = detect(
        document(*rows, ("Etiquetas", Role.TAIL), ("Más noticias", Role.TAIL), ("Aviso", Role.TAIL), ("Fin", Role.TAIL))
    )
    assert upstream(claims) == [(Relation.ORIGINALLY_PUBLISHED_BY, "Correo del Faro")]


def test_two_hops_may_be_joined_by_a_word():
    said = f"Originally published by <Mill Gazette|{POST}> and republished from <Harbour Post|https://www.harbour.example/2024/tides-1>."
    assert set(upstream(detect(article(tail=(said,))))) == {
        (Relation.ORIGINALLY_PUBLISHED_BY, "Mill Gazette"),
        (Relation.REPUBLISHED_FROM, "Harbour Post"),
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [("Per gentile concessione del Corriere dei Borghi.", "Corriere dei Borghi"), ("Tratto da: Gazzetta dell’Argine", "Gazzetta dell’Argine"),
     ("Lu sur : Voix de l’Estuaire", "Voix de l’Estuaire")],
)  # fmt: skip
def test_small_words_within_a_name_do_not_end_it(text, name):
    assert upstream(detect(article(tail=(text,)))) == [(Relation.REPUBLISHED_FROM, name)]


@pytest.mark.parametrize("url", ["https://beregovoy-vestnik.example/a", "https://beregovoi-vestnik.example/a"])
def test_a_russian_name_that_the_host_spells_is_the_page_itself(url):
    own = detect(article(tail=("Источник: Береговой вестник",), url=url, publisher=None))
    other = detect(article(tail=("Источник: Речной вестник",), url=url, publisher=None))
    assert [claim.relation for claim in own] == [Relation.SELF_CLAIM]
    assert upstream(other) == [(Relation.REPUBLISHED_FROM, "Речной вестник")]
