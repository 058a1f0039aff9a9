"""Are copies found? Articles of 200 words, each copied in one of several ways, among all the others of their language.

    python -m tests.benchmarks.recall [articles a language, 1000]

Prints for each way of copying the share of copies that were found, the least of any language, and how many other pairs
were compared for it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass

from archiver.provenance.overlap import pairs
from tests.benchmarks.language import LANGUAGES, Language

#: Words of an article.
LENGTH = 200

Copying = Callable[[Language, random.Random, list[str]], list[str]]


def first(share: float) -> Copying:
    """The beginning of the article."""
    return lambda _language, _chance, words: words[: int(len(words) * share)]


def excerpt(_language: Language, chance: random.Random, words: list[str]) -> list[str]:
    """Sixty words from anywhere in it."""
    start = chance.randrange(len(words) - 60 + 1)
    return words[start : start + 60]


def reworded(language: Language, chance: random.Random, words: list[str]) -> list[str]:
    """Every tenth word, taken at random, is another."""
    changed = set(chance.sample(range(len(words)), len(words) // 10))
    return [language.nouns.one(chance) if n in changed else word for n, word in enumerate(words)]


def embedded(language: Language, chance: random.Random, words: list[str]) -> list[str]:
    """In the middle of a page three times as long."""
    return [*language.article(chance, LENGTH), *words, *language.article(chance, LENGTH)]


def furnished(language: Language, chance: random.Random, words: list[str]) -> list[str]:
    """With what one of ten sites puts before and after each of its texts."""
    site = random.Random(chance.randrange(10))
    return [*language.article(site, 30), *words, *language.article(site, 60)]


WAYS: dict[str, Copying] = {
    "first 80 %": first(0.80),
    "first 50 %": first(0.50),
    "first 25 %": first(0.25),
    "60-word excerpt": excerpt,
    "10 % of words changed": reworded,
    "inside a longer page": embedded,
    "boilerplate added": furnished,
}


@dataclass(frozen=True)
class Found:
    """Of so many copies so many were found; `others` pairs came out that are no copy and its article."""

    copies: int
    found: int
    others: int

    @property
    def recall(self) -> float:
        return self.found / self.copies


def measured(language: Language, copying: Copying, articles: int, seed: int = 1) -> Found:
    """One way of copying, in one language."""
    chance = random.Random(seed)
    texts: list[tuple[str, str]] = []
    for number in range(articles):
        words = language.article(chance, LENGTH)
        texts.append((f"{number}", language.written(words)))
        texts.append((f"{number} copy", language.written(copying(language, chance, words))))
    together = [overlap.b == f"{overlap.a} copy" for overlap in pairs(texts)]
    return Found(articles, sum(together), len(together) - sum(together))


def main() -> None:
    """Measure and print."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"{articles} articles of {LENGTH} words in each of {len(LANGUAGES)} languages")
    print(f"{'way of copying':24}{'found':>8}{'least':>8}  others")
    for name, copying in WAYS.items():
        found = [measured(language, copying, articles) for language in LANGUAGES]
        recall = sum(one.found for one in found) / sum(one.copies for one in found)
        print(f"{name:24}{recall:8.4f}{min(one.recall for one in found):8.4f}  {sum(one.others for one in found)}")


if __name__ == "__main__":
    main()
