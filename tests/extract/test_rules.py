"""The tables: names, titles, dates, folding - each with what must match and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract import bylines, dates, titles
from archiver.extract.layout import join
from archiver.extract.names import is_person, of_host, people
from archiver.extract.read import read
from archiver.extract.text import clean, fold, letters
from archiver.model.capture import Payload
from archiver.model.document import Candidate


@pytest.mark.parametrize(
    ("name", "host", "belongs"),
    [
        ("Hilltop Review", "www.hilltopreview.example", True),
        ("The Hilltop Review", "hilltopreview.example", True),
        ("Alderwood News", "news.alderwood.example", True),
        ("Hill Street Journal", "hsj.example", True),
        ("North Hill Times", "nhtimes.example", True),
        ("Süddorfer Bote", "sueddorferbote.example", True),
        ("Valley Herald", "www.hilltopreview.example", False),
        ("Politics", "www.hilltopreview.example", False),
        ("", "a.example", False),
        ("Anything", "", False),
    ],
)
def test_a_name_belongs_to_a_host_or_not(name, host, belongs):
    assert of_host(name, host) is belongs


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Quist and Bo Lund", ("Ada Quist", "Bo Lund")),
        ("Von Jörg Müller, Korrespondent", ("Jörg Müller",)),
        ("By [Ada Quist](#)", ("Ada Quist",)),
        ("Ada Quist | River Post", ("Ada Quist",)),
        ("by Ada van der Berg for the River Post", ("Ada van der Berg",)),
        ("Submitted by admin", ()),
        ("By Hill Town News Agency", ()),
        ("Staff", ()),
        ("http://river.example/ada", ()),
        ("By Hilltop Review", ()),
    ],
)
def test_a_byline_names_people_and_nothing_else(line, names):
    assert people(line, ["Hilltop Review"]) == names


def test_one_word_is_a_name_only_where_a_place_holds_nothing_but_names():
    assert people("Tine", single=True) == ("Tine",)
    assert people("Tine") == people("admin", single=True) == people("Redaktion", single=True) == ()
    assert is_person("山田太郎")
    assert not is_person("Ada")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A flood foretold - Hilltop Review", "A flood foretold"),
        ("A flood foretold | News | Hilltop Review", "A flood foretold | News"),
        ("A flood foretold – Hilltop ReviewHilltop Review – Institute for Hills", "A flood foretold"),
        ("Hilltop Review: A flood foretold", "A flood foretold"),
        ("Hilltop Review | A flood foretold", "A flood foretold"),
        ("A flood foretold – River Post – Hilltop Review", "A flood foretold"),
        ("A flood foretold By [Ada Quist](#) - Hilltop Review", "A flood foretold"),
        ("Flood: who pays - and when", "Flood: who pays - and when"),
        ("Hilltop Review", "Hilltop Review"),
    ],
)
def test_site_names_are_cut_off_a_title(title, expected):
    assert titles.strip(title, ["Hilltop Review"], "hilltopreview.example", ["www.riverpost.example"]) == expected


def test_the_title_that_most_places_agree_on_wins():
    found = titles.choose(
        [Candidate("A teaser", "json-ld headline"), Candidate("A flood foretold", "meta og:title"),
         Candidate("A flood foretold | Politics", "title")], [], "", [],
    )  # fmt: skip
    assert found.value == "A flood foretold"
    assert titles.choose([], [], "", []).value is None


@pytest.mark.parametrize(("pattern", "example"), dates.SPELLINGS, ids=[example for _, example in dates.SPELLINGS])
def test_every_spelling_reads_its_example(pattern, example):
    assert list(dates.written(example)) == ["2024-01-26"]
    assert pattern.search(fold(example))


@pytest.mark.parametrize(
    ("text", "month_first", "days"),
    [
        ("Thu, 01/09/2020 - 06:20", None, ["2020-01-09"]),
        ("01/09/2020", None, []),
        ("01/09/2020", True, ["2020-01-09"]),
        ("01/09/2020", False, ["2020-09-01"]),
        ("31/02/2020", None, []),
        ("room 2020, floor 12", None, []),
        ("Published May 3rd, 2021, updated 4 May 2021", None, ["2021-05-03", "2021-05-04"]),
        ("3 марта 2021", None, ["2021-03-03"]),
        ("Publicado el 3 de marzo de 2021", None, ["2021-03-03"]),
        ("8.Dezember 2010 um 09:43", None, ["2010-12-08"]),
        ("Nr. 18.Dezember-Heft 2010", None, []),
    ],
)
def test_days_in_a_line(text, month_first, days):
    assert list(dates.written(text, month_first)) == days


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2021-03-02T23:30:00-05:00", "2021-03-02T23:30:00-05:00"),
        ("2021-03-02T23:30:00+0000", "2021-03-02T23:30:00+00:00".replace("+00:00", "Z")),
        ("2021-03-02 23:30", "2021-03-02"),
        ("20210302", "2021-03-02"),
        ("2021-03-02T23:30:00-50:00", "2021-03-02"),
        ("2021-13-02", None),
        ("yesterday", None),
    ],
)
def test_dates_in_markup(text, value):
    assert dates.machine(text) == value


def test_dates_in_an_address():
    assert dates.in_url("https://a.example/2021/03/02/flood/") == "2021-03-02"
    assert dates.in_url("https://a.example/2021/mar/02/flood") == "2021-03-02"
    assert dates.in_url("https://a.example/news/20210302-flood") == "2021-03-02"
    assert dates.in_url("https://a.example/article/1234567890") is None


def test_the_day_in_the_address_settles_which_time_is_right():
    page = b'<meta property="article:published_time" content="2021-03-03T02:00:00Z"><p>Some text stands here.</p>'
    document = read(Payload("https://a.example/2021/03/02/flood/", page, "text/html"))
    assert (document.date_published.value, document.date_published.source) == ("2021-03-02", "address")


def test_the_name_that_the_archive_knows_comes_last_unless_the_page_agrees():
    page = b'<meta property="og:site_name" content="HilltopReview"><p>Some text stands here.</p>'
    agreed = read(Payload("https://a.example/", page, "text/html"), "Hilltop Review").publisher
    other = read(Payload("https://a.example/", page, "text/html"), "River Post").publisher
    silent = read(Payload("https://a.example/", b"<p>Some text.</p>", "text/html"), "River Post").publisher
    assert (agreed.value, agreed.source) == ("Hilltop Review", "archive")
    assert (other.value, [c.value for c in other.candidates]) == ("HilltopReview", ["HilltopReview", "River Post"])
    assert (silent.value, silent.source) == ("River Post", "archive")


@pytest.mark.parametrize(
    ("before", "after", "soft", "expected"),
    [
        ("to dis\u2010", "cuss the end", False, "to discuss the end"),
        ("the be-", "fore of it", False, "the before of it"),
        ("Abu-", "Taqwa", False, "Abu-Taqwa"),
        ("the second-", "hand car", True, "the second-hand car"),
        ("in 2019-", "2020", False, "in 2019-2020"),
        ("one line", "and another", False, "one line and another"),
        ("a dash -", "and more", False, "a dash - and more"),
    ],
)
def test_lines_are_joined_at_hyphens(before, after, soft, expected):
    assert join(before, after, soft) == expected


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text):
    for normal in (clean, fold, letters):
        assert normal(normal(text)) == normal(text)


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd_to_read(content):
    document = read(Payload("http://a.example/", content, "text/html"))
    assert document.extractor.startswith(("html/", "pdf/"))


@given(st.text(alphabet="<>/=\"' abpdivscript!-&;#x\n", max_size=300))
def test_no_markup_is_too_odd_to_read(text):
    document = read(Payload("http://a.example/", text.encode(), "text/html"))
    whole = document.whole
    assert all(whole[b.offset : b.offset + len(b.text)] == b.text for b in document.blocks)


def test_htmldate_is_given_a_dozen_languages():
    import htmldate.extractors

    read(Payload("http://a.example/", b"<p>Some text stands here on 3 May 2021.</p>", "text/html"))
    assert htmldate.extractors.get_external_parser is dates._few_languages


@pytest.mark.parametrize(("pattern", "example"), bylines.CREDITS, ids=[example for _, example in bylines.CREDITS])
def test_every_way_to_name_an_author_matches_its_own_example(pattern, example):
    assert pattern.search(example)["rest"] == "Ada Lund"
    assert people(bylines.credit(example)[0]) == ("Ada Lund",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Lund December 28, 2016", ("Ada Lund",)),
        ("Ada Lund Ada Lund Opinion writer", ("Ada Lund",)),
        ("By Ada Lund, Senior Staff Technologist, Speech, Privacy and Bo Berg", ("Ada Lund", "Bo Berg")),
        ("Rubrik ¦ Von ¦ Ada Lund ¦ , ¦ Bo Berg ¦ Alle Meldungen", ("Ada Lund", "Bo Berg")),
        ("Texte: Ada Lund, Fotos: Bo Berg", ("Ada Lund",)),
        ("著者：山田太郎", ("山田太郎",)),
        ("[山田太郎，編集部]", ("山田太郎",)),
    ],
)
def test_a_byline_is_cut_where_a_date_a_post_or_another_trade_begins(line, names):
    assert people(line) == names


def test_an_address_confirms_and_contradicts_days():
    assert dates.spelled_in("https://a.example/council-nid03052022/", "2022-05-03")
    assert dates.spelled_in("https://a.example/~02-01-2022-wild", "2022-01-02T08:00:00Z")
    assert not dates.spelled_in("https://a.example/1303052022", "2022-05-03")
    assert dates.contradicts("https://a.example/2016/12/132377/tees", "2022-01-01")
    assert not dates.contradicts("https://a.example/2016/12/tees", "2016-12-13")
    assert dates.in_url("https://a.example/articles/194709-13-ways") is None


@pytest.mark.parametrize(("layout", "day"), [("layout right-sidebar", "2024-05-03"), ("right-sidebar", None)])
def test_a_time_in_a_side_bar_is_not_the_pages_but_a_layout_that_has_one_is_no_side_bar(layout, day):
    times = "<p><time datetime='2024-05-03'>soon</time></p><p><time datetime='2024-06-04'>later</time></p>"
    page = f"<title>Ferry</title><div class='{layout}'><h2>The ferry is back</h2>{times}<p>Some text.</p></div>"
    assert read(Payload("https://a.example/", page.encode(), "text/html")).date_published.value == day
