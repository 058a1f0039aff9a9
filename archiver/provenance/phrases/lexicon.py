"""All languages together: every wording, by its key words, and the words that end or precede a name anywhere.

The one place that lists the languages. No matching here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from archiver.provenance.phrases.ar import ARABIC
from archiver.provenance.phrases.de import GERMAN
from archiver.provenance.phrases.en import ENGLISH
from archiver.provenance.phrases.es import SPANISH
from archiver.provenance.phrases.fa import PERSIAN
from archiver.provenance.phrases.fr import FRENCH
from archiver.provenance.phrases.grammar import Language, Wording, compiled
from archiver.provenance.phrases.hu import HUNGARIAN
from archiver.provenance.phrases.it import ITALIAN
from archiver.provenance.phrases.ja import JAPANESE
from archiver.provenance.phrases.ko import KOREAN
from archiver.provenance.phrases.nl import DUTCH
from archiver.provenance.phrases.pl import POLISH
from archiver.provenance.phrases.pt import PORTUGUESE
from archiver.provenance.phrases.ru import RUSSIAN
from archiver.provenance.phrases.tr import TURKISH
from archiver.provenance.phrases.zh import CHINESE

LANGUAGES: tuple[Language, ...] = (
    ENGLISH, SPANISH, GERMAN, FRENCH, ITALIAN, PORTUGUESE, DUTCH, RUSSIAN,
    ARABIC, PERSIAN, CHINESE, JAPANESE, KOREAN, TURKISH, POLISH, HUNGARIAN,
)  # fmt: skip

WORDINGS: tuple[Wording, ...] = tuple(wording for language in LANGUAGES for wording in compiled(language))


def _by_key() -> dict[str, tuple[int, ...]]:
    numbers: dict[str, list[int]] = {}
    for number, wording in enumerate(WORDINGS):
        for key in wording.keys[0]:
            numbers.setdefault(key, []).append(number)
    return {key: tuple(held) for key, held in numbers.items()}


#: Key word -> the numbers of the wordings whose first key words it is one of.
BY_KEY: dict[str, tuple[int, ...]] = _by_key()


def _any(parts: Iterable[str]) -> str:
    return "|".join(f"(?:{part})" for part in parts if part)


#: "this article", in any language.
SUBJECT = re.compile(_any(language.subject for language in LANGUAGES), re.IGNORECASE)
#: A noun before a name ("the magazine"), in any language.
VENUE = re.compile(rf"(?:{_any(language.venues for language in LANGUAGES)})(?=\W)\s*", re.IGNORECASE)
#: Words that never are, or that end, a name: whole words in scripts with capitals, anywhere in the others.
STOP = re.compile(rf"(?:{_any(language.stops for language in LANGUAGES)})(?!\w)", re.IGNORECASE)
#: The text that was translated: "the original" anywhere before its address, "the article" right before it.
ORIGIN = re.compile(_any(language.original for language in LANGUAGES), re.IGNORECASE)
GENRE = re.compile(_any(language.genres for language in LANGUAGES), re.IGNORECASE)
