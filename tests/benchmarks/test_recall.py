"""The share of copies that are found, on few articles. On many: python -m tests.benchmarks.recall."""

from __future__ import annotations

import random

import pytest

from archiver.provenance.overlap import tokens
from tests.benchmarks.language import LANGUAGES, Language
from tests.benchmarks.recall import LENGTH, WAYS, measured

ARTICLES = 50


@pytest.mark.parametrize("way", WAYS)
def test_at_least_ninety_nine_in_a_hundred_copies_are_found(way: str) -> None:
    found = [measured(language, WAYS[way], ARTICLES) for language in LANGUAGES]
    assert sum(one.found for one in found) >= 0.99 * sum(one.copies for one in found)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_an_article_has_as_many_words_as_were_asked_for_and_most_of_them_more_than_once(language: Language) -> None:
    words = [language.article(random.Random(n), LENGTH) for n in range(50)]
    texts = [tokens(language.written(one)) for one in words]
    assert [len(text) for text in texts] == [LENGTH] * 50
    met = [word for text in texts for word in text]
    assert len(set(met)) < len(met) / 3
    assert words[0] == language.article(random.Random(0), LENGTH)
