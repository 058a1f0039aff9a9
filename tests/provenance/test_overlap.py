import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.lineage import Shared
from archiver.provenance.overlap import (
    MIN_KEYS,
    MOST_COMPARED,
    SAME_TEXT,
    SAMPLING,
    STOP_DOCUMENTS,
    WIDTH,
    candidates,
    compare,
    keys,
    keys_needed,
    nearest,
    pairs,
    same_text,
    shingles,
    tokens,
)

WORDS = [f"{a}{b}" for a in "bcdfgklmnprstv" for b in ("ado", "emi", "iru", "oka", "usel", "anth", "oor", "ig")]


def prose(seed, words):
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Weir’s keeper", ["the", "weir", "s", "keeper"]),
        ("the weir's KEEPER", ["the", "weir", "s", "keeper"]),
        ("ﬁsh\u00adladder", ["fishladder"]),
        ("水库管理员", list("水库管理员")),
        ("ダムのpH値", ["ダ", "ム", "の", "ph", "値"]),
        ("댐지기 2024", ["댐", "지", "기", "2024"]),
        ("เขื่อน", list("เขื่อน")),
        ("السَّدّ", ["السد"]),
        ("नदी का पानी", ["नदी", "का", "पानी"]),
    ],
)
def test_words_are_folded_and_scripts_without_spaces_give_characters(text, words):
    assert tokens(text) == words


def test_shingles_are_the_same_in_another_process():
    code = "from archiver.provenance.overlap import shingles; print(shingles('one two three four five six'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == str(shingles("one two three four five six"))


@given(st.text())
def test_any_text_has_as_many_shingles_as_places_for_them(text):
    found = shingles(text)
    assert len(found) == max(0, len(tokens(text)) - WIDTH + 1)
    assert all(0 <= h < 2**64 for h in found)
    assert keys(found) == {h for h in found if h % SAMPLING == 0}


def test_an_excerpt_stands_whole_in_its_article():
    article = prose(1, 600)
    excerpt = " ".join(article.split()[200:260])
    found = compare("b", article, "a", excerpt)
    assert (found.a, found.b) == ("a", "b")
    assert found.containment_a == 1.0
    assert found.containment_b < 0.12
    assert found.longest == 60
    assert same_text(found)


def test_the_longest_run_is_counted_in_words_and_ends_at_a_change():
    words = prose(2, 100).split()
    changed = [*words[:40], "CHANGED", *words[41:]]
    assert compare("a", " ".join(words), "b", " ".join(changed)).longest == 59


def test_a_sentence_shared_with_a_short_page_is_not_the_same_text():
    sentence = prose(3, 12)
    found = compare("a", sentence, "b", prose(4, 300) + " " + sentence)
    assert found.score == 1.0
    assert not same_text(found)


@given(st.text(), st.text())
def test_a_comparison_does_not_depend_on_its_direction(one, two):
    assert compare("a", one, "b", two) == compare("b", two, "a", one)
    assert 0 <= compare("a", one, "b", two).score <= 1


def test_few_keys_need_one_in_common_and_many_need_two():
    assert keys_needed(MIN_KEYS - 1, 500) == 1
    assert keys_needed(MIN_KEYS, MIN_KEYS) == 2


def test_pairs_finds_copies_and_excerpts_and_nothing_else():
    articles = {f"n{i:02d}": prose(100 + i, 400) for i in range(30)}
    cut = {f"x{i:02d}": " ".join(text.split()[: 400 // 4]) for i, text in enumerate(articles.values())}
    found = list(pairs({**articles, **cut}.items()))
    assert {(o.a, o.b) for o in found} == {(f"n{i:02d}", f"x{i:02d}") for i in range(30)}
    assert all(o.score >= SAME_TEXT for o in found)


def test_sixty_word_excerpts_are_found():
    found = total = 0
    for seed in range(200):
        article = prose(1000 + seed, 300)
        start = seed % 200
        total += 1
        found += bool(list(pairs([("a", article), ("b", " ".join(article.split()[start : start + 60]))])))
    assert found / total >= 0.99


def test_pairs_come_in_the_order_of_the_texts_and_never_pair_a_name_with_itself():
    text = prose(5, 200)
    assert list(pairs([("same", text), ("same", text)])) == []
    assert [(o.a, o.b) for o in pairs([("c", text), ("a", text), ("b", text)])] == [("a", "c"), ("b", "c"), ("a", "b")]


def test_what_stands_in_very_many_texts_finds_no_candidates():
    template = prose(6, 60)
    texts = [(f"t{i:04d}", f"{prose(7000 + i, 100)} edge{i} {template}") for i in range(STOP_DOCUMENTS + 5)]
    assert list(pairs(texts)) == []


def test_what_stands_in_fewer_texts_finds_all_of_them():
    template = frozenset(range(7))
    sampled = [template | frozenset(range(100 + 20 * i, 115 + 20 * i)) for i in range(STOP_DOCUMENTS + 1)]
    assert list(candidates(sampled)) == []
    assert len(list(candidates(sampled[1:]))) == STOP_DOCUMENTS * (STOP_DOCUMENTS - 1) / 2


def test_a_text_that_very_many_reprint_is_found_with_those_that_had_it_first():
    text = frozenset(range(20))
    sampled = [text | {1000 + 2 * i, 1001 + 2 * i} for i in range(STOP_DOCUMENTS + 50)]
    sampled.append(frozenset(range(6)))  # an excerpt
    found = list(candidates(sampled))
    for copy in (5, STOP_DOCUMENTS + 20, STOP_DOCUMENTS + 50):
        assert [other for number, other in found if number == copy] == list(range(min(copy, STOP_DOCUMENTS)))


def test_two_texts_are_candidates_by_rare_keys_or_as_a_whole():
    def found(rare, common, sampled, own=40):
        return nearest(own, [Shared(1, rare, common, sampled)]) == [1]

    assert found(2, 0, 40)
    assert not found(1, 0, 40)
    assert found(1, 0, MIN_KEYS - 1)
    assert not found(0, 20, 40)
    assert found(0, 30, 40)
    assert found(1, 29, 40)
    assert found(0, 6, 8)
    assert not found(0, 1, 1)


def test_of_more_candidates_than_can_be_compared_the_closest_are_whatever_their_order():
    few = [Shared(n, 10, 0, 10) for n in range(1000, 1050)]
    many = [Shared(n, 10, 0, 100) for n in range(MOST_COMPARED)]
    chosen = nearest(400, [*many, *few])
    assert chosen == nearest(400, [*reversed(few), *reversed(many)])
    assert chosen == [*range(1000, 1050), *range(MOST_COMPARED - 50)]


@given(st.lists(st.frozensets(st.integers(0, 60), max_size=20), max_size=12))
def test_candidates_are_pairs_that_share_enough_and_no_order_changes_them(sampled):
    expected = {
        frozenset((a, b))
        for a, one in enumerate(sampled)
        for b, other in enumerate(sampled)
        if a < b and len(one & other) >= keys_needed(len(one), len(other))
    }
    last = len(sampled) - 1
    assert {frozenset(pair) for pair in candidates(sampled)} == expected
    assert {frozenset((last - a, last - b)) for a, b in candidates(sampled[::-1])} == expected


@pytest.mark.parametrize("line", ["word ", "one two three four five six seven ", "水"])
def test_a_page_that_repeats_one_line_costs_no_square(line):
    text = line * (200_000 // len(line))
    start = time.process_time()
    assert compare("a", text, "b", text).score == 1.0
    assert time.process_time() - start < 4
