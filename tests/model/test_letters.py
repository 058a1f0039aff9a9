"""Letters that can be mistaken: what is marked, and what is only a name of two scripts."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.letters import LOOK_ALIKES, marked, mixed, reads_like, unicode_host

#: A name, and the kinds of letters that it mixes to be taken for another.
DISGUISED = [
    ("Rеuters", ("Latin", "Cyrillic")),  # Cyrillic е
    ("Пpавда", ("Cyrillic", "Latin")),  # Latin p
    ("аpple", ("Cyrillic", "Latin")),
    ("BBС", ("Latin", "Cyrillic")),  # a Cyrillic capital is no ending
    ("Nаtion’s", ("Latin", "Cyrillic")),
    ("The wеir news", ("Latin", "Cyrillic")),
    ("Аррӏе News", ("Latin", "Cyrillic")),  # a word that is wholly Cyrillic
    ("Gοοgle", ("Latin", "Greek")),
    ("αpple", ("Greek", "Latin")),
    ("Μirror", ("Greek", "Latin")),  # capital Mu
    ("Ꭺpple", ("Cherokee", "Latin")),
    ("ցoogle", ("Armenian", "Latin")),
    ("Ｇazette", ("fullwidth", "Latin")),
    ("𝐆azette", ("mathematical", "Latin")),
    ("𝗚𝗮𝘇𝗲𝘁𝘁𝗲", ("mathematical",)),
    ("Re\u0301utеrs", ("Latin", "Cyrillic")),  # a mark does not part a word
]

#: Names of two scripts that are what they say.
HONEST = [
    "µTorrent", "μTorrent", "ヤフーニュース NHK", "第1回WBC", "ABC放送", "한국 KBS뉴스", "ＮＨＫ ニュース", "Данас Danas", "Политика и Politika",
    "100₽ Forbes", "α-version", "β-Karotin", "TNFα", "NFκB", "IL-2Rα", "kΩ", "5MΩ", "ΔT", "cosα", "ΔΨm", "KoЯn", "Яndex", "SMSки", "PDFа",
    "Wi-Fi-роутер", "IT-компания", "ТАСС TASS", "ООО Apple", "Back in the СССР", "Reuters о погоде", "Ελλάδα today", "𝑥 + 𝑦", "𝐻0",
    "naïve café", "Ångström", "Straße", "№5 Chanel", "ﬁne", "1ª 2º", "K 300", "Правда", "العربية CNN", "ynet ידיעות", "", "plain",
]  # fmt: skip


@pytest.mark.parametrize(("text", "kinds"), DISGUISED, ids=[text for text, _ in DISGUISED])
def test_a_word_of_two_scripts_that_look_alike_is_marked(text: str, kinds: tuple[str, ...]) -> None:
    assert mixed(text) == kinds


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_name_is_not_marked(text: str) -> None:
    assert marked(text) == text


def test_the_mark_is_in_plain_words() -> None:
    assert marked("Rеuters") == "Rеuters [mixed letters: Latin, Cyrillic]"
    assert marked("𝗚𝗮𝘇𝗲𝘁𝘁𝗲") == "𝗚𝗮𝘇𝗲𝘁𝘁𝗲 [mathematical letters]"


@pytest.mark.parametrize("script", LOOK_ALIKES)
def test_the_table_holds_letters_of_its_scripts_with_one_latin_letter_each(script: str) -> None:
    letters, forms = LOOK_ALIKES[script]
    assert len(letters) == len(forms) == len(set(letters))
    assert all(unicodedata.name(char).startswith(script) for char in letters)
    assert forms.isascii()
    assert forms.isalpha()


def a_label(host: str) -> str:
    return ".".join(part if part.isascii() else "xn--" + part.encode("punycode").decode() for part in host.split("."))


@pytest.mark.parametrize(
    "host", ["пример.example", "bücher.example", "日本語.example", "ニュース東京.example", "한국어.example", "ביקורת.example", "контакт.example"]
)  # fmt: skip
def test_a_host_of_one_script_is_read_out(host: str) -> None:
    assert (unicode_host(a_label(host)), reads_like(a_label(host))) == (host, None)


@pytest.mark.parametrize(
    ("host", "like"),
    [
        ("аррӏе.example", "apple.example"),
        ("www.gοοgle.example", "www.google.example"),
        ("οικ.example", "oik.example"),
        ("münchen-аpple.example", "münchen-apple.example"),
    ],
)
def test_a_host_that_looks_like_another_is_not_read_out(host: str, like: str) -> None:
    assert (unicode_host(a_label(host)), reads_like(a_label(host))) == (None, like)


@pytest.mark.parametrize(
    "host", ["plain.example", "xn--.example", "xn--a-.example", "xn--9999999999999.example", "xn--\u0301.example", "XN--BCHER-KVA.example", "", a_label("BÜcher.example"), a_label("a\u202eb.example"), a_label("a/б.example")]
)  # fmt: skip
def test_what_is_no_proper_label_stays_as_it_is(host: str) -> None:
    assert (unicode_host(host), reads_like(host)) == (None, None)


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert marked(text).startswith(text)
    assert not (text.isascii() and mixed(text))
    unicode_host(text)
    reads_like("xn--" + text)


def test_time_grows_with_the_text_alone() -> None:
    def taken(length: int) -> float:
        start = time.process_time()
        mixed("жx1" * length)
        mixed("́" * length)
        return time.process_time() - start

    taken(10)
    short, long = (min(taken(length) for _ in range(3)) for length in (20_000, 40_000))
    assert long < 3.5 * short + 0.01
