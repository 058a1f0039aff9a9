"""Text that was encoded twice: put right in every language where it is certain, and never touched where it is not."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.mojibake import repaired, suspicious
from archiver.extract.read import read
from archiver.model.capture import Payload

LANGUAGES = {
    "ar": "كتب هذا النص أولا في جريدة الميناء، وقال المدير: «نعم» — هل وصلت السفينة؟",
    "cs": "Říční přístav hlásí žluté světlo, šest lodí a příliv; „Úžina je volná“.",
    "de": "Über die „Fähre“ schrieb der Bote: größer, schöner – und Ärger gibt’s trotzdem.",
    "el": "Το πλοίο έφτασε στο λιμάνι – ο καπετάνιος δεν μίλησε.",
    "en": "The “ferry” is back — it’s 20° warm, the café’s open, and flour costs £2…",
    "es": "¿Dónde está el barco? El capitán López dijo: «mañana», según el Diario del Puerto.",
    "fa": "این گزارش را نخستین بار روزنامهٔ بندر نوشت؛ کشتی می‌رسد.",
    "fr": "« Le bac est arrivé », disait l’élève déjà âgé ; à Noël, ça ira où ? Œuvre inachevée.",
    "he": "המעבורת חזרה אל הנמל – הקברניט שתק.",
    "hu": "Az őszi komp megérkezett: „Űrhajó ez, nem hajó” – mondta a kikötőmester.",
    "it": "Perché il traghetto è già qui? L’università di Cantù tace, però così va la città.",
    "ja": "この記事は『港新聞』に最初に掲載されました。20年ぶりの船です。",
    "ko": "이 기사는 항구신문에 처음 실렸습니다. 배가 20년 만에 왔습니다.",
    "nl": "‘De veerboot is terug’, zei de kapitein – financiën of geen financiën, coördinatie genoeg.",
    "pl": "Prom wrócił: „Żółta łódź też” – napisała Gazeta Portowa, źródło: świadkowie, ćmy i żaby.",
    "pt": "Não há coração que aguente: SÃO seis navios, amanhã à tarde, às vezes avós também.",
    "ru": "Паром вернулся в гавань – и капитан молчал. Он не сказал «да», я тоже.",
    "tr": "İskeleye dönen vapur için kaptan “şükür” dedi; ılık bir gün, çok güzel.",
    "vi": "Chiếc phà đã trở lại bến cảng – thuyền trưởng Việt im lặng, ở đấy ai cũng biết.",
    "zh": "本文最初发表于《港口报》，渡轮时隔20年归来。",
}


def doubled(text: str, codec: str) -> str:
    """A text as it looks when its UTF-8 is taken for that codec; the bytes that windows-1252 leaves open stay controls."""
    if codec == "latin-1":
        return text.encode().decode("latin-1")
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())


@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_that_was_encoded_twice_or_three_times_comes_back(language, codec):
    text = LANGUAGES[language]
    twice = doubled(text, codec)
    assert suspicious(twice.encode())
    assert repaired(twice) == text
    assert repaired(doubled(twice, codec)) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sound_text_is_left_alone_whole_and_word_by_word(language):
    text = LANGUAGES[language]
    for part in (text, text.upper(), *text.split(), *text.upper().split()):
        assert repaired(part) == part


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("mÃ¡s", "más"),
        ("NÃ£o", "Não"),
        ("SÃƒO", "SÃO"),
        ("Ã‰tÃ©", "Été"),
        ("Ã–lberg", "Ölberg"),
        ("â€œPierâ€\u009d", "“Pier”"),
        ("itâ€™s", "it’s"),
        ("20Â°", "20°"),
        ("HerbenÂ â€“ HafenÂ\u00a0â€“ Bote", "Herben\u00a0– Hafen\u00a0– Bote"),
        ("dÃ©jÃ vu", "déjà vu"),
        ("ðŸ˜€", "😀"),
        ("Å¾ena", "žena"),
        ("caf&Atilde;&copy;", "café"),
        ("&acirc;&euro;&trade;", "’"),
        ("ï»¿Pier", "\ufeffPier"),
        ("<b>Å‚</b>Ã³dÅº", "<b>ł</b>ódź"),
    ],
)
def test_what_is_certain_is_put_right(broken, whole):
    assert repaired(broken) == whole


@pytest.mark.parametrize(
    "text",
    [
        "SÃO", "NÃO", "AMANHÃ…", "AMANHÃ” disse", "IRMÃ\u00a0– e", "MANHÃ–TARDE", "CAFÉ”", "‘un café’”", "« déjà\u00a0»", "«está»…",
        "l’été\u00a0»…", "COSÌ…", "È…", "ETTÄ”", "PÅ…", "Spaß”", "groß…", "3\u00a0×\u00a05", "n×\u00a0m", "PAPÍŽE", "NÍŽ", "OÙ…", "“Ã”",
        "QUALITÉ™", "máš…", "léž”…", "Ø½", "&eacute;&nbsp;&raquo;", "CÂMARA", "«Â»",
    ],
)  # fmt: skip
def test_what_somebody_may_have_written_stays(text):
    assert repaired(text) == text


ALPHABETS = (
    "ãáâàçéêíóôõúü", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíóöőúüű", "ąćęłńóśźż", "çğıöşüâî",
    "åäö", "æøå", "áðéíóúýþæö", "äõöüšž", "čćđšž", "ăâîșț", "ăâđêôơưạảấầẩẫậắằặẹẻẽếềểễệọỏốồổỗộớờợụủứừữựỳỵ", "āčēģīķļņšūž",
    "ąčęėįšųūž", "àèéìòù", "áéíñóúü", "абвгдежзик", "αβγδεζηθό", "אבגדהוזח", "ابتثجحخد", "中文字漢", "かなカナ", "한글문자",
)  # fmt: skip
CASES = (str.lower, str.upper, str.title)
WORDS = st.builds(
    lambda word, case: case(word),
    st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(letters + "aeioz", min_size=2, max_size=6)),
    st.sampled_from(CASES),
).filter(lambda word: "âœ" not in word)  # the one pair of letters that is taken for no word's: it makes check marks
AFTER = st.sampled_from(
    ["", "…", "”", "’", "’”", "»", "\u00a0»", "»…", "–", "—", "™", "®", "²", "°", "·", "!", "\u00a0"]
)


@given(st.lists(st.tuples(WORDS, AFTER), max_size=8))
def test_words_of_any_language_are_left_alone_whatever_sign_follows_them(words):
    text = " ".join(word + sign for word, sign in words)
    assert repaired(text) == text


@given(st.text(max_size=100))
def test_text_without_a_broken_pair_is_returned_as_it_is(text):
    if not suspicious(text.encode("utf-8", "replace")):
        assert repaired(text) == text


@given(st.text(alphabet="ÃÂâ€™œ©¡ \u00a0éŠžaA<p>\"'=/", max_size=60))
def test_repair_never_fails_and_never_adds(text):
    assert len(repaired(text)) <= len(text)


def test_a_page_is_put_right_in_all_its_parts_and_offsets_agree():
    words = "“Tides” were first told by López’s Harbour Notes"
    page = (
        f"<title>{words}</title><meta property='og:title' content='{words}'><p>{words}, é alone</p>"
        f"<p>Before it, <b>Más</b> <a href='https://harbour.example/mareas/MÃ¡s'>{words}</a>.</p>"
    )
    link = "https://harbour.example/mareas/MÃ¡s"
    broken = link.join(doubled(part, "cp1252") for part in page.split(link))
    document = read(Payload("https://ferry.example/a", broken.encode(), "text/html", "utf-8"))
    assert document.title.value == words
    assert document.problems == ()
    assert [block.text for block in document.blocks] == [f"{words}, é alone", f"Before it, Más {words}."]
    whole = document.whole
    assert all(whole[block.offset :].startswith(block.text) for block in document.blocks)
    assert [link.url for block in document.blocks for link in block.links] == [link]


def test_plain_text_is_put_right_as_well():
    text = doubled(LANGUAGES["fr"], "cp1252")
    document = read(Payload("https://ferry.example/a.txt", text.encode(), "text/plain", "utf-8"))
    assert document.whole == unicodedata.normalize("NFC", LANGUAGES["fr"])


PUMPS = [
    "Ã",
    "Ã©",
    "â€",
    "Ã <b>",
    "&Atilde;&copy;",
    "&Atilde;",
    "<p href='Ã©",
    "«é»",
    'href="Ã©',
    "Â ",
    "Ð²",
    "é\u00a0",
]


@pytest.mark.parametrize("pump", PUMPS)
def test_the_time_is_linear(pump):
    def cost(size: int) -> float:
        text = pump * (size // len(pump))
        best = 9.0
        for _ in range(5):
            start = time.thread_time()
            repaired(text)
            best = min(best, time.thread_time() - start)
        return best

    assert any(cost(40_000) <= 2.3 * cost(20_000) + 0.02 for _ in range(3))
