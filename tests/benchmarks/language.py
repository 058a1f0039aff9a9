"""Articles in invented languages, the same for the same seed: words by Zipf's law, a little grammar, stock phrases.

No word of it is anybody's. What matters for finding copies is kept: most words are few words, phrases come back, and one
language is written without spaces.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

#: A word of rank r is used in proportion to 1 / r ** EXPONENT.
EXPONENT = 1.05

#: Of a hundred phrases so many are taken from the language's stock, word for word.
STOCK_PERCENT = 6


@dataclass(frozen=True)
class Words:
    """Words by falling frequency."""

    words: tuple[str, ...]
    weights: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        ranks = range(1, len(self.words) + 1)
        object.__setattr__(self, "weights", tuple(accumulate(1 / rank**EXPONENT for rank in ranks)))

    def one(self, chance: random.Random) -> str:
        """A word, the frequent ones more often."""
        return chance.choices(self.words, cum_weights=self.weights)[0]


@dataclass(frozen=True)
class Language:
    """Words of three kinds, and phrases that everybody uses. Without `spaces` a word is a single character."""

    name: str
    particles: Words
    nouns: Words
    verbs: Words
    stock: tuple[tuple[str, ...], ...]
    spaces: bool = True

    def phrase(self, chance: random.Random) -> list[str]:
        """Particle, noun, verb and what it is done to; or a stock phrase."""
        if chance.randrange(100) < STOCK_PERCENT:
            return list(chance.choice(self.stock))
        found = [self.particles.one(chance), self.nouns.one(chance), self.verbs.one(chance), self.particles.one(chance)]
        if chance.random() < 0.5:
            found.append(self.particles.one(chance))
        return [*found, self.nouns.one(chance)]

    def article(self, chance: random.Random, length: int) -> list[str]:
        """So many words (characters, in a language without spaces)."""
        found: list[str] = []
        while len(found) < length:
            found += self.phrase(chance)
        return found[:length]

    def written(self, words: Sequence[str]) -> str:
        """The words as a text, with a stop after each twelve."""
        joint, stop = (" ", ". ") if self.spaces else ("", "。")
        return stop.join(joint.join(words[i : i + 12]) for i in range(0, len(words), 12))


def _language(name: str, onsets: str, vowels: str, codas: str, seed: int) -> Language:
    chance = random.Random(seed)

    def words(count: int, syllables: Sequence[int]) -> Words:
        found: dict[str, None] = {}
        while len(found) < count:
            parts = chance.choice(syllables)
            syllable = (
                chance.choice(onsets) + chance.choice(vowels) + chance.choice(codas + "  ") for _ in range(parts)
            )
            found["".join(syllable).replace(" ", "")] = None
        return Words(tuple(found))

    return _with_stock(name, words(60, (1,)), words(6000, (1, 2, 2, 3)), words(2500, (2, 2, 3)), chance)


def _characters(name: str, first: int, seed: int) -> Language:
    chance = random.Random(seed)
    signs = [chr(first + n) for n in chance.sample(range(12_000), 4060)]
    return _with_stock(
        name, Words(tuple(signs[:60])), Words(tuple(signs[60:3060])), Words(tuple(signs[3060:])), chance, spaces=False
    )


def _with_stock(
    name: str, particles: Words, nouns: Words, verbs: Words, chance: random.Random, *, spaces: bool = True
) -> Language:
    plain = Language(name, particles, nouns, verbs, (("",),), spaces)
    stock = tuple(tuple(plain.nouns.one(chance) for _ in range(chance.randint(4, 9))) for _ in range(400))
    return Language(name, particles, nouns, verbs, stock, spaces)


#: A Romance, a Germanic, a Slavic, a Semitic and a Chinese way of writing, and nobody's words.
LANGUAGES = (
    _language("open syllables", "bcdflmnprstvz", "aeiou", "lnrs", 1),
    _language("closed syllables", "bdfghklmnrstw", "aeiouäöü", "chklmnrst", 2),
    _language("Cyrillic", "бвгджзклмнпрст", "аеиоуы", "йкмнрст", 3),
    _language("Arabic", "بتجدرزسشعفقكلمن", "اويه", "ةنرل", 4),
    _characters("without spaces", 0x4E00, 5),
)
