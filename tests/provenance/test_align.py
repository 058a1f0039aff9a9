from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.provenance.align import Kind, align, applied, tally
from archiver.provenance.anchors import grams, matched
from archiver.provenance.atoms import alike, read

SENTENCE = (
    "The weir below the old mill has been closed since Monday and nobody at the inquiry could say who ordered it. "
)
OTHER = "Engineers who opened the gates by hand say that the timber is sound and that the ironwork will be replaced. "


def marked(a: str, b: str) -> str:
    """B with marks: what was cut, added and moved; typography as B has it."""
    out = ""
    for p in align(a, b):
        old, new = a[p.a_start : p.a_end], b[p.b_start : p.b_end]
        if p.typographic or p.kind is Kind.SAME:
            out += new
        elif p.kind is Kind.MOVED:
            out += "{~" + new + "~}"
        else:
            out += ("[-" + old + "-]" if old else "") + ("{+" + new + "+}" if new else "")
    return out


EXAMPLES = [
    ("the cat sat", "the dog sat", "the [-cat-]{+dog+} sat"),
    ("He left. Y went.", "He left. He wept. Y went.", "He left. {+He wept. +}Y went."),
    ("The x is one.\nThe y is two.\nThe z.", "The x is one.\nThe z.", "The x is one.\n[-The y is two.\n-]The z."),
    ("The x.\nThe y.", "The y.", "[-The x.\n-]The y."),
    ("I won’t say", "I won't say not", "I won't say{+ not+}"),
    ("a rise of 3.5 %", "a rise of 3.6 %", "a rise of [-3.5-]{+3.6+} %"),
    ("at noon, and left", "at noon and left", "at noon[-,-] and left"),
    ("THE END came", "The end came", "[-THE-]{+The+} [-END-]{+end+} came"),
    # what a reader would not see as kept is not kept
    (
        "The Council met on Monday evening to vote",
        "Members gathered on Tuesday to vote",
        "[-The Council met on Monday evening-]{+Members gathered on Tuesday+} to vote",
    ),
    # scripts without spaces go by characters, a vowel sign with its letter
    ("水库管理员说昨天下降", "水库管理员说今天下降", "水库管理员说[-昨-]{+今+}天下降"),
    ("เขื่อนแตกเมื่อวาน", "เขื่อนพังเมื่อวาน", "เขื่อน[-แตก-]{+พัง+}เมื่อวาน"),
    ("नदी का पानी बढ़ा", "नदी का जल बढ़ा", "नदी का [-पानी-]{+जल+} बढ़ा"),
    ("السَّدّ مغلق", "السد مفتوح", "[-السَّدّ-]{+السد+} [-مغلق-]{+مفتوح+}"),
    (SENTENCE + "A b.\n" + OTHER, OTHER + "A b.\n" + SENTENCE, None),
]


@pytest.mark.parametrize(("a", "b", "expected"), EXAMPLES)
def test_what_a_reader_sees(a: str, b: str, expected: str | None) -> None:
    if expected is not None:
        assert marked(a, b) == expected


def test_a_paragraph_at_another_place_is_moved_and_neither_cut_nor_added() -> None:
    a = f"{SENTENCE}\n{OTHER}\nThe end of it."
    b = f"{OTHER}\n{SENTENCE}\nThe end of it."
    passages = align(a, b)
    (moved,) = [p for p in passages if p.kind is Kind.MOVED]
    assert a[moved.a_start : moved.a_end] == b[moved.b_start : moved.b_end]
    assert all(p.typographic for p in passages if p.kind in (Kind.CUT, Kind.ADDED))
    counted = tally(a, b, passages)
    assert (counted.added, counted.cut, counted.replaced) == (0, 0, 0)
    assert counted.moved >= 19


ALIKE = [
    ("“A boat,” he said — and left…", '"A boat," he said -- and left...', True),
    ("one\ntwo", "one  two", True),
    ("eﬃcient", "efficient", True),
    ("well-known", "well known", False),
    ("won't", "wont", False),
    ("The", "the", False),
    ("said, no", "said no", False),
    ("größer", "grösser", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), ALIKE)
def test_typography_is_quotation_marks_dashes_spacing_and_ligatures(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected
    changed = [p for p in align(one, other) if p.kind is not Kind.SAME]
    assert all(p.typographic for p in changed) is expected


def test_words_are_counted_by_what_became_of_them() -> None:
    a, b = "He said, no to the plan of the old council", "He said no to the scheme of the council today, friends"
    counted = tally(a, b, align(a, b))
    assert (counted.same, counted.added, counted.cut, counted.replaced, counted.replacing) == (8, 2, 1, 1, 1)
    assert counted.marks == 1
    assert counted.changes
    assert not tally("“x”", '"x"', align("“x”", '"x"')).changes


pieces = st.sampled_from(
    ["the ", "cat ", "sat", "Sat", ". ", ", ", "\n", "“", '"', "—", "- ", "水", "库", "é", "e\u0301", "\u200b", "'", "3.5", "x " * 20, " ", SENTENCE, OTHER]
)  # fmt: skip
texts = st.one_of(
    st.text(), st.lists(pieces, max_size=30).map("".join), st.lists(pieces, min_size=40, max_size=90).map("".join)
)


def covers(spans: list[tuple[int, int]], length: int) -> bool:
    at = 0
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if start != at:
            return False
        at = end
    return at == length


@given(texts, texts)
def test_passages_tile_both_texts_and_make_one_of_the_other(a: str, b: str) -> None:
    passages = align(a, b)
    assert covers([(p.a_start, p.a_end) for p in passages], len(a))
    assert covers([(p.b_start, p.b_end) for p in passages], len(b))
    assert applied(passages, a, b) == b
    for p in passages:
        old, new = a[p.a_start : p.a_end], b[p.b_start : p.b_end]
        assert {
            Kind.SAME: old == new != "", Kind.MOVED: old == new != "", Kind.CUT: old and not new,
            Kind.ADDED: new and not old, Kind.CHANGED: old and new and old != new,
        }[p.kind]  # fmt: skip


@given(texts, texts)
def test_the_other_way_round_added_is_cut_and_nothing_else_differs(a: str, b: str) -> None:
    assert {p.mirrored for p in align(a, b)} == set(align(b, a))


@given(texts)
def test_a_text_is_the_same_as_itself(a: str) -> None:
    assert [p.kind for p in align(a, a)] == ([Kind.SAME] if a else [])
    assert marked(a, a) == a


@given(texts)
def test_atoms_stand_in_order_and_leave_out_nothing_but_space(text: str) -> None:
    atoms = read(text, {})
    assert list(atoms.starts) == sorted(atoms.starts)
    assert all(start < end for start, end in zip(atoms.starts, atoms.ends, strict=True))
    assert all(end <= start for end, start in zip(atoms.ends, atoms.starts[1:], strict=False))
    assert sum(atoms.ends) - sum(atoms.starts) == len("".join(text.split()))


@given(st.lists(st.integers(0, 5), max_size=60), st.lists(st.integers(0, 5), max_size=60))
def test_blocks_are_the_same_on_both_sides_in_order_and_apart(one: list[int], other: list[int]) -> None:
    a = b = 0
    for block in matched(one, other, grams(one, other)):
        assert block.a >= a
        assert block.b >= b
        a, b = block.a + block.length, block.b + block.length
        assert one[block.a : a] == other[block.b : b]
        assert block.length


def shuffled(count: int) -> tuple[str, str]:
    words = [f"w{n}" for n in range(count)]
    return " ".join(words), " ".join(random.Random(7).sample(words, count))


def moved_lines(count: int) -> tuple[str, str]:
    lines = [
        f"line {n} of a page that has {n * 7 % 1000} words and more of them than line {n} had then"
        for n in range(count // 18)
    ]
    return "\n".join(lines), "\n".join(random.Random(7).sample(lines, len(lines)))


def coin(count: int, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice("ab") for _ in range(count))


HOSTILE = {
    "one line repeated": lambda n: ("a b c d e f g\n" * (n // 7), "z\n" + "a b c d e f g\n" * (n // 7 + 5)),
    "one line repeated, and altered": lambda n: (
        "a b c d e f g\n" * (n // 7),
        "".join("a b c d e f g\n" if at % 100 else f"a {at} c\n" for at in range(n // 7)),
    ),
    "two words by chance": lambda n: (coin(n, 1), coin(n, 2)),
    "words shuffled": shuffled,
    "lines shuffled": moved_lines,
    "one word": lambda n: ("a" * n * 5 + "'b", "a" * n * 5 + "'c"),
    "marks on one letter": lambda n: ("a" + "\u0301" * n, "b" + "\u0301" * n),
    "apostrophes": lambda n: ("a'" * n + "é", "b'" * n),
    "numbers": lambda n: ("1." * n, "2," * n),
    "spaces": lambda n: (" " * n * 5 + "x", "\n" * n * 5 + "y"),
    "quotation marks everywhere": lambda n: ("“a” " * (n // 3), '"a" ' * (n // 3)),
    "text without spaces": lambda n: ("水库" * (n // 2) + "管", "理" + "库水" * (n // 2)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_text_takes_no_more_than_about_twice_the_time(name: str) -> None:
    def seconds(size: int, tries: int) -> float:
        a, b = HOSTILE[name](size)
        spent = []
        for _ in range(tries):
            start = time.thread_time()
            passages = align(a, b)
            spent.append(time.thread_time() - start)
        assert applied(passages, a, b) == b
        return min(spent)

    # what the exact search may take at any size comes on top (STEPS_AT_LEAST)
    assert any(seconds(16_000, 1) < 2.3 * seconds(8_000, 2) + 0.2 for _ in range(3))
