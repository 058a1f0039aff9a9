"""Letters that can be mistaken for others: which scripts a word mixes, and how an international host name may be shown.

    mixed(text)        -> the kinds of letters that one word of it mixes so that they can be mistaken, or ()
    marked(text)       -> the text with a mark behind it that says so
    unicode_host(host) -> how a host in A-labels reads, where that cannot be mistaken; else None
    reads_like(host)   -> the Latin name that a host in A-labels looks like, or None

What is marked is a sign to look twice, never a verdict: nothing is refused or rewritten for it, and data keeps the letters that
were sent. The table of look-alikes is short and our own: letters that are the same shape in common typefaces. Unmarked are
two scripts in different words, scripts that are written together (Japanese, Korean), letters that look like none of the other
script (KoЯn), a Greek letter as a symbol (TNFα, kΩ) and an inflected acronym (SMSки).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from archiver.model.text import REMEMBERED

#: By script (as Unicode names begin), letters and the Latin letters they look like, in the same places.
LOOK_ALIKES = {
    "CYRILLIC": ("аёеорсухіїјѕԁһӏԛԝүѵАЁВЕКМНОРСТУХІЇЈЅҺӀԚԜҮѴ", "aeeopcyxiijsdhlqwyvAEBEKMHOPCTYXIIJSHIQWYV"),
    "GREEK": ("ονικαρτυχϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ovikaptuxcjABEZHIKMNOPTYXCJ"),
    "ARMENIAN": ("օսհոցզքյլՏՍՕԼՀ", "ouhngqpjlSUOLZ"),
    "CHEROKEE": ("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᏔᎳᏃᎥᏒᎽ", "ABCDEGHJKLMPRSTVWWZiRY"),
}
_LATIN_FORM = {char: form for chars, forms in LOOK_ALIKES.values() for char, form in zip(chars, forms, strict=True)}

#: Latin letters that look like one of each of these scripts.
_TAKEN = {script: frozenset(forms) for script, (_, forms) in LOOK_ALIKES.items()}

#: Greek letters that stand as symbols within words of Latin letters. Omicron, iota and upsilon never do, nor capitals of Latin shape.
_SYMBOLS = frozenset("αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ")

#: A word: letters, marks and digits in a row, as far as any that is written; what is longer is no word.
_WORD = re.compile(r"[^\W_]{1,100}")

#: Scripts that one label of a host may mix: what Japanese, Korean and Chinese are written with.
_TOGETHER = (
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"CJK", "HANGUL"},
    {"CJK", "BOPOMOFO"},
)

#: Letters of a word from which styled letters in it are a disguise and no formula, and of a whole word of look-alikes.
_STYLED, _WHOLLY = 3, 5


def marked(text: str) -> str:
    """The text, and behind it what can be mistaken in it: `Rеuters [mixed letters: Latin, Cyrillic]`."""
    kinds = mixed(text)
    if not kinds:
        return text
    return f"{text} [mixed letters: {', '.join(kinds)}]" if len(kinds) > 1 else f"{text} [{kinds[0]} letters]"


def mixed(text: str) -> tuple[str, ...]:
    """The kinds of letters (`Latin`, `Cyrillic`, `mathematical` ...) of the first word that mixes them so that they can be mistaken."""
    if text.isascii():
        return ()
    return _remembered(text) if len(text) <= REMEMBERED else _mixed(text)


def _mixed(text: str) -> tuple[str, ...]:
    letters = "".join(char for char in text if unicodedata.category(char)[0] != "M")
    words = [(word, _scripts(word)) for word in _WORD.findall(letters) if not word.isdecimal()]
    for word, scripts in words:
        if len(set(scripts) - {""}) > 1 and _deceives(word, scripts):
            return tuple(dict.fromkeys(name.capitalize() if name in _NAMES else name for name in scripts if name))
        if "mathematical" in scripts and sum(map(bool, scripts)) >= _STYLED:
            return ("mathematical",)
    return _whole(words)


_NAMES = frozenset(("LATIN", *LOOK_ALIKES))


#: One page shows the same name many times over: what was found in those last asked about is remembered.
_remembered = lru_cache(maxsize=256)(_mixed)


def _scripts(word: str) -> list[str]:
    """Of each letter its kind: one of _NAMES, `fullwidth`, `mathematical`, another script's name, or "" for what has none."""
    return [_script(char) for char in word]


def _script(char: str) -> str:
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    if not char.isalpha():
        return "mathematical" if "\U0001d400" <= char <= "\U0001d7ff" else ""
    name = unicodedata.name(char, "").split(" ")
    if name[0] == "FULLWIDTH":
        return "fullwidth"
    if name[0] == "MATHEMATICAL" or name[:2] in (["DOUBLE-STRUCK", "CAPITAL"], ["BLACK-LETTER", "CAPITAL"]):
        return "mathematical"
    # Signs that were made from letters (MICRO SIGN, FEMININE ORDINAL INDICATOR) and modifiers belong to no script.
    return (
        ""
        if name[0] in ("MICRO", "OHM", "KELVIN", "ANGSTROM", "FEMININE", "MASCULINE", "MODIFIER", "SCRIPT")
        else name[0]
    )


def _deceives(word: str, scripts: list[str]) -> bool:
    """Whether the kinds of letters in a word can be taken for one another."""
    kinds = set(scripts) - {""}
    if "fullwidth" in kinds or "mathematical" in kinds:
        return "LATIN" in kinds and sum(map(bool, scripts)) >= _STYLED
    if "LATIN" not in kinds:
        return False
    return any(_disguised(word, scripts, other) for other in LOOK_ALIKES if other in kinds)


def _disguised(word: str, scripts: list[str], other: str) -> bool:
    """Whether all letters of one of two scripts look like letters of the other, and are there for no better reason."""
    foreign = [char for char, script in zip(word, scripts, strict=True) if script == other]
    latin = [char for char, script in zip(word, scripts, strict=True) if script == "LATIN"]
    if not (all(char in _LATIN_FORM for char in foreign) or all(char in _TAKEN[other] for char in latin)):
        return False
    if other == "GREEK":
        return not _is_symbol(word, foreign, latin)
    return not _is_inflected(word, scripts, other)


def _is_symbol(word: str, greek: list[str], latin: list[str]) -> bool:
    """Whether one Greek letter is a symbol: beside capitals or digits (TNFα, NFκB), or in a short formula (cosα)."""
    if len(greek) > 1 or greek[0] not in _SYMBOLS:
        return False
    at = word.index(greek[0])
    beside = word[max(at - 1, 0) : at] + word[at + 1 : at + 2]
    return len(latin) <= 3 or not any(char.islower() for char in beside)


def _is_inflected(word: str, scripts: list[str], other: str) -> bool:
    """Whether a Latin acronym has an ending of the other script: SMSки, PDFа."""
    at = scripts.index(other)
    return at > 1 and word[:at].isupper() and word[at:].islower() and set(scripts[at:]) == {other}


def _whole(words: list[tuple[str, list[str]]]) -> tuple[str, ...]:
    """A long word all of look-alikes among words of Latin letters, and nothing else of its script."""
    for other in LOOK_ALIKES:
        of_it = [word for word, scripts in words if other in scripts]
        if not of_it or not any("LATIN" in scripts for _, scripts in words):
            continue
        alike = all(char in _LATIN_FORM or not char.isalpha() for word in of_it for char in word)
        if alike and any(len(word) >= _WHOLLY and not word.isupper() for word in of_it):
            return ("Latin", other.capitalize())
    return ()


def unicode_host(host: str) -> str | None:
    """How a host name in A-labels reads, where every label is of one script and not all of look-alikes; else None."""
    labels = _decoded(host)
    if labels is None or reads_like(host) is not None or not all(map(_is_plainly_written, labels)):
        return None
    return ".".join(labels)


def reads_like(host: str) -> str | None:
    """The Latin name that a host in A-labels can be taken for: one with a label of look-alikes, alone or among Latin letters."""
    labels = _decoded(host)
    if labels is None:
        return None
    found = [_latin_form(label) for label in labels]
    if not any(form for form in found):
        return None
    return ".".join(form or label for form, label in zip(found, labels, strict=True))


def _decoded(host: str) -> list[str] | None:
    """The labels of a host as they read; None where it has no A-label, or one that is not spelled as it must be."""
    if "xn--" not in host:
        return None
    labels: list[str] = []
    for label in host.split("."):
        text = _label(label) if label.startswith("xn--") else label
        if text is None:
            return None
        labels.append(text)
    return labels


def _label(label: str) -> str | None:
    """An A-label as it reads, where it is the one spelling of letters that a host name may hold."""
    try:
        text = label[4:].encode("ascii").decode("punycode")
        again = text.encode("punycode").decode("ascii")
    except (ValueError, OverflowError):  # UnicodeError among them
        return None
    if again != label[4:] or text.isascii() or not all(map(_may_stand, text)):
        return None
    return text if unicodedata.normalize("NFKC", text.casefold()) == text else None


def _may_stand(char: str) -> bool:
    """Whether a host name may hold it: letters, marks, digits, hyphens."""
    return char == "-" or unicodedata.category(char) in ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd")


def _latin_form(label: str) -> str | None:
    """What a label looks like in Latin letters, where nothing is left of another script or it mixes them; else None."""
    if label.isascii():
        return None
    form = "".join(_LATIN_FORM.get(char, char) for char in label)
    return form if form.isascii() or mixed(label) else None


def _is_plainly_written(label: str) -> bool:
    """Whether a label is of one script, or of scripts that are written together."""
    kinds = {_script(char) for char in label if char.isalpha()} - {""}
    return len(kinds) <= 1 or any(kinds <= together for together in _TOGETHER)
