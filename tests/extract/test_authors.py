"""Who wrote a page: what each place adds, what gives way to what, and what is no author at all. Pages are whole but short."""

from __future__ import annotations

import pytest

from archiver.extract.bylines import bylines
from archiver.extract.names import is_person, people
from archiver.extract.read import read
from archiver.model.capture import Payload
from archiver.model.document import Block, Candidate, Link, Role, laid_out

PROSE = (
    "The ferry came back to the island on Monday, eleven weeks after the storm had taken its pier, and nobody had been told of it.",
    "The harbour master has promised a new timetable for the spring, when the last of the piles will have been driven into the sea.",
)
TEXT = "".join(f"<p>{line}</p>" for line in PROSE)


def authors(top: str, bottom: str = "", head: str = "", url: str = "https://herald.example/ferry") -> tuple[str, ...]:
    """The authors of a page with these lines between headline and text, behind the text, and in the head."""
    page = f"<html><head><title>The ferry is back</title>{head}</head><body><h1>The ferry is back</h1>{top}{TEXT}{bottom}</body></html>"
    return read(Payload(url, page.encode(), "text/html", "utf-8")).authors


def linked(name: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "The ferry is back", "author": {{"@type": "Person", "name": "{name}"}}}}</script>'


@pytest.mark.parametrize(
    ("top", "names"),
    [
        ("<dl><dt>Auteur</dt><dd>Ada Lund</dd><dt>Date</dt><dd>2 mars 2020</dd></dl>", ("Ada Lund",)),
        ("<div>Author:</div><div>Ada Lund</div>", ("Ada Lund",)),
        ("<div>By</div><div>Ada Lund and Bo Berg</div>", ("Ada Lund", "Bo Berg")),
        ("<div>Author:</div><div>The newsroom of this paper</div>", ()),
        ("<div>Section:</div><div>Harbour Life</div>", ()),
    ],
)
def test_a_label_names_what_stands_on_the_next_line(top, names):
    assert authors(top) == names


@pytest.mark.parametrize(
    ("top", "names"),
    [
        ('<div>3 May 2024 <a href="/author/tine/">Tine</a></div>', ("Tine",)),
        ('<div>By <a href="/author/tinelund/">Tine lund</a></div>', ("Tine lund",)),
        ('<div><a href="/writer/ada_lund/">Ada Lund</a></div>', ("Ada Lund",)),
        ('<div>3 May 2024 <a href="/people/royals/">Royals</a></div>', ()),
        ('<div>3 May 2024 <a href="/author/afx/">AFX</a></div>', ()),
        ('<div>3 May 2024 <a href="/author/admin/">Admin</a></div>', ()),
        ('<div>3 May 2024 <a href="/author/tine/">Harbour</a></div>', ()),
    ],
)
def test_a_link_to_an_authors_page_names_one_whose_name_is_in_the_address(top, names):
    assert authors(top) == names


@pytest.mark.parametrize(
    ("more", "boxed"),
    [
        ("All articles", True), ("Alle Artikel", True), ("Zeige alle Artikel", True), ("More from Ada Lund", True), ("View profile", True),
        ("Tous ses articles", True), ("Voir tous les articles de Ada Lund", True), ("Ver todos los artículos", True), ("Tutti gli articoli", True),
        ("Wszystkie artykuły", True), ("Все статьи автора", True), ("Tüm yazıları", True), ("Összes cikke", True),
        ("Photo of the day", False), ("A walk along the pier", False), ("All rights reserved", False), ("More news", False),
    ],
)  # fmt: skip
def test_a_name_above_a_link_to_all_that_its_bearer_wrote_is_the_authors(more, boxed):
    box = f"<div>Ada Lund</div><div><a href='/x'>{more}</a></div>"
    expected = ("Ada Lund",) if boxed else ()
    assert authors("", box) == authors(f"<nav>{box}</nav>") == expected


@pytest.mark.parametrize(
    ("bottom", "names"),
    [
        ("<p>© 2019 Ada Lund</p>", ("Ada Lund",)),
        ("<p>Copyright 2019-2021 by Ada Lund.</p>", ("Ada Lund",)),
        ("<p>© 2019 Herald Media Group</p>", ()),
        ("<p>© Ada Lund</p>", ()),
        ("<p>© 2019 The Big Pier</p>", ()),
    ],
)
def test_the_person_who_holds_the_rights_in_a_text_wrote_it_where_nothing_else_is_said(bottom, names):
    assert authors("", bottom) == names
    assert authors("<p>By Bo Berg</p>", bottom) == ("Bo Berg",)


def test_the_rights_in_a_picture_within_the_text_are_nobodys_byline():
    assert authors("", f"<p>© 2019 Ada Lund</p>{TEXT}") == ()


def test_what_machines_are_told_gives_way_to_a_byline_only_where_the_page_shows_nobody_of_that_name():
    assert authors("<p>By Ada Lund</p>", head=linked("Carl Webb")) == ("Ada Lund",)
    assert authors("<p>By Ada Lund</p>", "<p>Carl Webb is a journalist.</p>", head=linked("Carl Webb")) == (
        "Carl Webb",
    )
    assert authors("", head=linked("Carl Webb")) == ("Carl Webb",)
    assert authors("<p>By A. Webb</p>", head=linked("Carl Webb")) == ("Carl Webb",)


def test_a_name_that_ran_into_the_next_word_is_cut_where_another_place_knows_it():
    top = (
        '<div class="byline">By <a href="/author/ada-lund/">Ada Lund</a><a href="/author/ada-lund/">Ada Lund</a></div>'
    )
    assert authors(top) == ("Ada Lund",)
    assert authors('<div>By <a href="/author/ada-lund/">Ada Lund</a><b>Staff</b></div>') == ("Ada Lund",)
    assert authors("<div>By Ada McLund</div>") == ("Ada McLund",)


def test_an_account_gives_way_to_the_name_that_the_page_signs_with():
    signed = '<div class="author vcard"><span class="fn">Ada Lund</span></div>'
    assert authors(signed, head=linked("al7567")) == ("Ada Lund",)
    assert authors("", head=linked("al7567")) == ("al7567",)


def test_a_first_name_is_completed_from_one_line_of_the_page_and_never_from_two():
    box = '<div class="author"><h4>Ada</h4><p>Nurse, mother and sailor.</p></div>'
    assert authors('<div>3 May 2024 <a href="/author/ada/">Ada</a></div>', box) == ("Ada",)
    with_name = '<div class="author">Ada Lund, a nurse</div>'
    assert authors('<div>3 May 2024 <a href="/author/ada/">Ada</a></div>', with_name) == ("Ada Lund",)


def test_a_first_name_is_completed_with_the_name_of_the_site_where_the_page_has_both_together():
    top = '<div>3 May 2024 by <a rel="author" href="/author/ada/">Ada</a></div>'
    url = "https://www.lundberg.example/ferry"
    assert authors(top, "<p>Photographs: Ada Lundberg, 2024</p>", url=url) == ("Ada Lundberg",)
    assert authors(top, "<p>Find me as ada lundberg there.</p>", url=url) == ("Ada",)
    assert authors(top, url=url) == ("Ada",)


@pytest.mark.parametrize("kind", ["ImageObject", "VideoObject"])
def test_the_author_of_a_picture_is_not_that_of_the_text(kind):
    picture = f'<div itemscope itemtype="https://schema.org/{kind}"><span itemprop="author">Carl Webb</span></div>'
    figure = '<figure><img src="a.jpg"><span itemprop="author">Carl Webb</span></figure>'
    author = '<p itemprop="author">Ada Lund</p>'
    assert authors(picture) == authors(figure) == ()
    assert authors(picture + figure + author) == ("Ada Lund",)


def test_a_blogs_pen_name_is_that_of_its_address_with_umlauts_written_out():
    url = "https://gruenefaehre.wordpress.com/2024/05/03/ferry/"
    assert authors("<p>3. Mai 2024 von GrüneFähre Ein Kommentar</p>", url=url) == ("GrüneFähre",)
    assert authors("<p>Posted by Faehrmann under Harbour, Ships</p>", url=url) == ("Faehrmann",)
    assert authors("<p>Posted by admin under Harbour, Ships</p>", url=url) == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ein Interview von Ada Lund mit Bo Berg.", ("Ada Lund",)),
        ("An interview by Ada Lund with Bo Berg", ("Ada Lund",)),
        ("By Ada Lund with her sailors at the pier it was soon clear", ()),
        ("Von Anfang an mit Ada Lund", ()),
    ],
)
def test_an_interview_is_by_whoever_asks(line, names):
    assert authors(f"<h2>The sea</h2><p>{PROSE[0]}</p><p>{line}</p>") == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("by Ada Lund (reporting) and Bo Berg (photography)", ("Ada Lund",)),
        ("Von Ada Lund und Bo Berg (Fotos)", ("Ada Lund",)),
        ("Richard (R.J.) Lund", ("Richard Lund",)),
        ("See full bio", ()),
        ("The Harbour Report", ()),
        ("Puerto Digital", ()),
        ("配信開始日", ()),
    ],
)
def test_other_trades_and_things_are_no_authors(line, names):
    assert people(line) == names


def test_a_day_is_no_chinese_or_japanese_name():
    assert not is_person("公開日付")
    assert is_person("春日")


def test_a_box_is_looked_for_near_the_text_alone():
    far = [(f"Line {n} of many that have nothing to say.", Role.TAIL, "p", ()) for n in range(9)]
    blocks: tuple[Block, ...] = laid_out(
        [("The ferry is back", Role.HEAD, "h1", ()), (PROSE[0], Role.BODY, "p", ()), *far,
         ("Ada Lund", Role.TAIL, "div", ()), ("All articles", Role.TAIL, "div", (Link(0, 12, "https://herald.example/a"),))]
    )  # fmt: skip
    assert Candidate("Ada Lund", "author box") not in list(bylines(blocks))
