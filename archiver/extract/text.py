"""How text is normalised: for keeping (clean), for comparing (fold, letters), and decoding of bytes (decode).

Kept text is NFC without what cannot be seen: a quote must still look like the page. NFKC is for comparing only, since it
turns signs into other text (½, ™). Pure functions, no rules about meaning.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

#: Soft hyphen, zero-width spaces and joiners at the seams, word joiner, byte order mark, bidi controls.
#: U+200C and U+200D stay: Persian, Arabic and Indic words need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Combining marks in a row that are kept.
MAX_MARKS = 30
_QUOTES = str.maketrans(dict.fromkeys("‘’‛′`´", "'") | dict.fromkeys("“”„«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))


def word_set(words: str) -> frozenset[str]:
    """A table of words, written as one string so that it can be read."""
    return frozenset(words.split())


def visible(text: str) -> str:
    """NFC, without invisible and control characters; white space as it is."""
    if text.isascii():
        return _CONTROL.sub("", text)
    text = _heaps().sub(lambda heap: heap[0][:MAX_MARKS], text)
    return _CONTROL.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))


@cache
def _heaps() -> re.Pattern[str]:
    """Combining marks in a row beyond what any script needs (UAX 15, stream-safe text): normalising takes their square."""
    marks = "".join(char for char in map(chr, range(0x300, 0x20000)) if unicodedata.combining(char))
    return re.compile(f"[{marks}]{{{MAX_MARKS + 1},}}")


def clean(text: str) -> str:
    """Visible text with every run of white space folded into one space."""
    joined = " ".join(text.split())
    if joined.isprintable() and unicodedata.is_normalized("NFC", joined):  # nearly always
        return joined
    return " ".join(visible(text).split())


def fold(text: str) -> str:
    """For comparing: NFKC, case folded, plain quotes and dashes, single spaces."""
    return " ".join(_caseless(visible(text), "NFKC").translate(_QUOTES).split())


def letters(text: str) -> str:
    """For comparing names: letters and digits alone, case and accents folded."""
    return "".join(char for char in _caseless(text, "NFKD") if char.isalnum())


def _caseless(text: str, form: Literal["NFKC", "NFKD"]) -> str:
    """Case folded in a compatibility form, and in that form again: folding can leave it (Unicode 3.13, D146)."""
    normal = unicodedata.normalize(form, text)
    return unicodedata.normalize(form, unicodedata.normalize(form, normal.casefold()).casefold())


def decode(content: bytes, codec: str | None) -> str:
    """Bytes -> text in the codec that was chosen for them; what is not valid in it becomes U+FFFD.

    Choosing is not done here: it takes the headers. Where nobody has chosen, valid UTF-8 is that, all else windows-1252.
    """
    if codec is None:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            codec = "cp1252"
    return content.decode(codec, "replace")
