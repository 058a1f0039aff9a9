"""Which listed page is the one that bears a title: a table of what is taken and what is not."""

from __future__ import annotations

import pytest

from archiver.model.listing import Entry
from archiver.provenance.titles import best

TITLE = "The tide mill at Orrin Quay falls silent"
HOUSE = "https://quayherald.example"

#: A title as a listing prints it; whether that is the page.
PRINTED = [
    ("The tide mill at Orrin Quay falls silent", True),
    ("THE TIDE MILL AT ORRIN QUAY FALLS SILENT", True),
    ("The tide mill at Orrin Quay falls silent | Quay Herald", True),
    ("Features The tide mill at Orrin Quay falls silent It has turned twice a day since 1784, whenever the creek let it", True),
    ("The tide mill at Orrin Quay falls …", True),
    ("The tide…", False),
    ("Guest post: The tide mill at Orrin Quay falls silent", True),
    ("A response to: The tide mill at Orrin Quay falls silent, and a word on herons", False),
    ("The tide mill at Orrin Quay", False),
    ("The tide mill at Orrin Quay turns again", False),
    ("The tide mill at Morrin Quay falls silent", False),
    ("Tides", False),
    ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "is_it"), PRINTED)
def test_a_printed_title(printed: str, is_it: bool) -> None:
    entry = Entry(f"{HOUSE}/node/7", printed)
    assert best([entry, Entry(f"{HOUSE}/node/8", "Herons return")], [TITLE], None) == (entry if is_it else None)


#: A title, the path of an address without a title beside it, and whether that is the page.
SPELT = [
    (TITLE, "/2023/05/04/the-tide-mill-at-orrin-quay-falls-silent/", True),
    (TITLE, "/features/tide-mill-orrin-quay-falls-silent-20231.html", True),
    (TITLE, "/the_tide_mill_at_orrin_quay_falls_silent/5121", True),
    (TITLE, "/the-tide-mill-at-orrin-quay/", False),
    (TITLE, "/the-tide-mill-at-orrin-quay-falls-silent-a-response-from-the-county/", False),
    (TITLE, "/tide-mill/", False),
    (TITLE, "/12345", False),
    ("Die Mühle über dem Fluß steht für immer still", "/die-muehle-ueber-dem-fluss-steht-fuer-immer-still", True),
    ("Die Mühle über dem Fluß steht für immer still", "/die-muhle-uber-dem-fluss-steht-fur-immer-still", True),
    ("El año de la sequía llegó al molino", "/el-ano-de-la-sequia-llego-al-molino", True),
    ("潮汐の水車が最後の粉を挽いた", "/%E6%BD%AE%E6%B1%90%E3%81%AE%E6%B0%B4%E8%BB%8A%E3%81%8C%E6%9C%80%E5%BE%8C%E3%81%AE%E7%B2%89%E3%82%92%E6%8C%BD%E3%81%84%E3%81%9F", True),
    ("Мельница у причала замолчала навсегда", "/%D0%9C%D0%B5%D0%BB%D1%8C%D0%BD%D0%B8%D1%86%D0%B0-%D1%83-%D0%BF%D1%80%D0%B8%D1%87%D0%B0%D0%BB%D0%B0-%D0%B7%D0%B0%D0%BC%D0%BE%D0%BB%D1%87%D0%B0%D0%BB%D0%B0-%D0%BD%D0%B0%D0%B2%D1%81%D0%B5%D0%B3%D0%B4%D0%B0", True),
]  # fmt: skip


@pytest.mark.parametrize(("title", "path", "is_it"), SPELT)
def test_an_address_spells_a_title(title: str, path: str, is_it: bool) -> None:
    entry = Entry(HOUSE + path)
    assert best([entry, Entry(f"{HOUSE}/herons-return-to-the-creek")], [title], None) == (entry if is_it else None)


@pytest.mark.parametrize("title", ["Opinion", "This week", "A B C", "", "…", "社説"])
def test_a_title_that_many_pages_bear_finds_nothing(title: str) -> None:
    assert best([Entry(f"{HOUSE}/x", title)], [title], None) is None


def test_the_very_title_is_taken_before_one_with_words_round_it() -> None:
    exact, card = Entry(f"{HOUSE}/a", TITLE), Entry(f"{HOUSE}/b", f"{TITLE} - letters")
    assert best([card, exact], [TITLE], None) == exact


def test_of_two_pages_that_nothing_tells_apart_neither_is_taken() -> None:
    one, other = Entry(f"{HOUSE}/a", TITLE), Entry(f"{HOUSE}/b", TITLE)
    assert best([one, other], [TITLE], "2023-05-09") is None
    assert best([one, one], [TITLE], None) == one


def test_forms_of_one_page_are_one_and_the_plainest_is_taken() -> None:
    forms = [Entry(f"{HOUSE}/a/amp", TITLE), Entry(f"{HOUSE}/a", TITLE), Entry(f"{HOUSE}/a?utm_source=feed", TITLE)]
    assert best(forms, [TITLE], None) == forms[1]


def test_the_nearest_day_decides_and_what_is_later_than_the_copy_is_not_its_source() -> None:
    years = [Entry(f"{HOUSE}/{n}", TITLE, f"20{n}-05-04") for n in (21, 22, 23, 24)]
    assert best(years, [TITLE], "2023-05-09") == years[2]
    assert best(years[3:], [TITLE], "2023-05-09") is None
    changed = Entry(f"{HOUSE}/9", TITLE, "2024-05-04", changed=True)
    assert best([changed], [TITLE], "2023-05-09") == changed
    dated = Entry(f"{HOUSE}/2024/05/04/x", TITLE, "2023-05-04")
    assert best([dated], [TITLE], "2023-05-09") is None


def test_front_pages_are_no_articles() -> None:
    assert best([Entry(f"{HOUSE}/", TITLE), Entry(f"{HOUSE}/index.html", TITLE)], [TITLE], None) is None
