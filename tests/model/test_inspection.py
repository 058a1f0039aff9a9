"""What a page says comes back as it was said, and from nothing else than what says it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import Unreadable
from archiver.inspection import inspect
from archiver.model.capture import PROBLEMS, Payload
from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.document import Candidate, Document, Link, Pointer, Role, Signal, Stated, laid_out
from archiver.model.inspection import LONGEST, MOST_VALUES, Inspection, decode, encode

URL = "http://letter.example/a"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = texts.filter(lambda text: bool(text.strip()))
maybe = st.none() | texts
candidates = st.lists(st.builds(Candidate, texts, texts), max_size=3).map(tuple)
stated = st.builds(Stated, maybe, candidates)
links = st.lists(st.builds(Link, st.just(0), st.just(1), texts, texts), max_size=2).map(tuple)
blocks = st.lists(st.tuples(words, st.sampled_from(Role), texts, links), max_size=4).map(laid_out)
signals = st.lists(st.builds(Signal, st.just("challenge"), words, texts), max_size=2).map(tuple)
documents = st.builds(
    Document, url=st.just(URL), media_type=texts, title=stated, publisher=stated, authors=st.lists(texts, max_size=2).map(tuple),
    author_candidates=candidates, date_published=stated, date_modified=stated, language=maybe, text=texts, blocks=blocks,
    pointers=st.lists(st.builds(Pointer, texts, texts, texts), max_size=2).map(tuple), extractor=texts,
    problems=st.lists(st.sampled_from(sorted(PROBLEMS)), max_size=2).map(lambda codes: (*codes, "challenge")), signals=signals,
)  # fmt: skip
markup = st.builds(Evidence, words, st.just(Role.MARKUP), texts, st.floats(0, 1))
claims = st.lists(
    st.builds(
        Claim, st.sampled_from(Relation), maybe, texts, st.sampled_from(Strength), st.lists(markup, min_size=1, max_size=2).map(tuple), st.booleans()
    ),
    max_size=3,
).map(tuple)  # fmt: skip


@given(documents, claims)
def test_what_is_written_is_read_again(document: Document, said: tuple[Claim, ...]) -> None:
    found = Inspection(document, said)
    assert decode(encode(found), URL) == found


PAGE = Payload(
    URL,
    b"<html><head><title>A letter</title></head><body><article><p>Some words, and <a href='/b'>a link</a> to more of them, for a paragraph.</p>"
    b"<p>This article was originally published in the Weir News.</p></article></body></html>",
    "text/html",
)


def test_a_page_that_was_read_is_what_it_was() -> None:
    found = inspect(PAGE)
    assert found.claims[0].evidence[0].start is not None
    assert decode(encode(found), URL) == found


def test_half_a_character_does_not_keep_a_page_from_being_read() -> None:
    found = inspect(Payload("http://letter.example/\ud800", PAGE.content, "text/html"))
    assert decode(encode(found), "http://letter.example/\ud800").document.url == "http://letter.example/\ufffd"


ANSWER = encode(inspect(PAGE))


def changed(change: Callable[[Any], object]) -> bytes:
    tree = json.loads(ANSWER)
    change(tree)
    return json.dumps(tree).encode()


SIGNAL = {"code": "login", "name": "login-form", "quote": "Log in"}

CHANGES: dict[str, Callable[[Any], object]] = {
    "a problem that there is not": lambda tree: tree["document"]["problems"].append("all-is-lost"),
    "a role that there is not": lambda tree: tree["document"]["blocks"][0].update(role="king"),
    "a relation that there is not": lambda tree: tree["claims"][0].update(relation="loves"),
    "a strength that there is not": lambda tree: tree["claims"][0].update(strength=99),
    "another page": lambda tree: tree["document"].update(url="http://elsewhere.example/"),
    "a number for a text": lambda tree: tree["document"].update(text=1),
    "a text for a list": lambda tree: tree["document"].update(authors="Ada"),
    "a block out of place": lambda tree: tree["document"]["blocks"][0].update(offset=1),
    "an empty block": lambda tree: tree["document"]["blocks"].append({"text": "", "role": "body", "offset": 0, "tag": "p"}),
    "a link outside of its block": lambda tree: tree["document"]["blocks"][0]["links"][0].update(end=10_000),
    "a quote that stands elsewhere": lambda tree: tree["claims"][0]["evidence"][0].update(start=0, end=3),
    "a quote without an end": lambda tree: tree["claims"][0]["evidence"][0].update(end=None),
    "a weight above all": lambda tree: tree["claims"][0]["evidence"][0].update(weight="1e9"),
    "no weight at all": lambda tree: tree["claims"][0]["evidence"][0].update(weight="nan"),
    "a claim without evidence": lambda tree: tree["claims"][0].update(evidence=[]),
    "a signal of no problem that the page has": lambda tree: tree["document"].update(signals=[SIGNAL]),
    "a signal of a problem that there is not": lambda tree: tree["document"].update(signals=[{**SIGNAL, "code": "rain"}]),
    "a signal without a name": lambda tree: tree["document"].update(problems=["login"], signals=[{**SIGNAL, "name": ""}]),
    "a signal that says too much": lambda tree: tree["document"].update(problems=["login"], signals=[{**SIGNAL, "quote": "x" * 301}]),
    "more signals than there are rules": lambda tree: tree["document"].update(problems=["login"], signals=[SIGNAL] * 51),
    "a part left out": lambda tree: tree["document"].pop("text"),
    "half a character": lambda tree: tree["document"].update(text="\ud800"),
    "a fraction": lambda tree: tree["claims"][0].update(strength=1.0),
}  # fmt: skip


def test_unchanged_it_is_read() -> None:
    assert decode(changed(lambda tree: tree), URL) == inspect(PAGE)


@pytest.mark.parametrize("name", CHANGES)
def test_what_cannot_be_so_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        decode(changed(CHANGES[name]), URL)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"\x80\x04K\x2a.", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"NaN",
        b" " * (LONGEST + 1), b"[" + b"0," * (MOST_VALUES + 1) + b"0]",
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(data, URL)


@pytest.mark.parametrize("text", ["a,[{" * MOST_VALUES, '\\"' * MOST_VALUES, '",' * MOST_VALUES])
def test_what_stands_in_a_text_is_no_value(text: str) -> None:
    assert decode(changed(lambda tree: tree["document"].update(text=text)), URL).document.text == text


@pytest.mark.parametrize(
    "data",
    [b'"' + b'\\"' * 9_000_000, b'"' * 19_000_000, b'["' + b"," * 19_000_000, b"\\" * 19_000_000 + b"," * 1_000_001],
)
def test_a_text_that_never_ends_is_refused_in_a_line(data: bytes) -> None:
    start = time.process_time()
    with pytest.raises(Unreadable):
        decode(data, URL)
    assert time.process_time() - start < 5


@given(st.binary(max_size=200), st.integers(0, 2**20), st.integers(0, 40))
def test_a_damaged_answer_is_read_or_refused(noise: bytes, at: int, length: int) -> None:
    at %= len(ANSWER)
    with suppress(Unreadable):
        decode(ANSWER[:at] + noise + ANSWER[at + length :], URL)
