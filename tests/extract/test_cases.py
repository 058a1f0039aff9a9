"""Every folder of cases/ is a page and what must be read from it. Adding a case is adding a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archiver.extract.read import read
from archiver.model.capture import Payload
from archiver.model.document import Document

CASES = sorted(path.parent for path in Path(__file__).parent.glob("cases/*/page.html"))


def load(case: Path) -> tuple[Document, dict, bytes]:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    content = (case / "page.html").read_bytes()
    return read(Payload(expected["url"], content, "text/html", "utf-8")), expected, content


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_says_what_its_case_expects(case):
    document, expected, _ = load(case)
    assert document.title.value == expected["title"]
    assert document.publisher.value == expected["publisher"]
    assert list(document.authors) == expected["authors"]
    assert document.date_published.value == expected["date_published"]
    assert document.problems == ()
    for key, value in (("language", document.language), ("date_modified", document.date_modified.value)):
        assert key not in expected or value == expected[key]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_blocks_stand_in_their_roles_and_order(case):
    document, expected, _ = load(case)
    blocks = iter(document.blocks)
    for role, start in expected["blocks"]:
        found = next((block for block in blocks if block.text.startswith(start)), None)
        assert found is not None, start
        assert found.role == role, start


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_offsets_and_links_point_at_what_they_say(case):
    document, expected, _ = load(case)
    whole = document.whole
    for block in document.blocks:
        assert whole[block.offset : block.offset + len(block.text)] == block.text
        assert all(0 <= link.start < link.end <= len(block.text) for link in block.links)
    for start, words, url in expected.get("links", []):
        block = next(block for block in document.blocks if block.text.startswith(start))
        assert [(block.text[link.start : link.end], link.url) for link in block.links] == [(words, url)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_pointers_are_quoted_from_the_source(case):
    document, expected, content = load(case)
    source = content.decode("utf-8")
    for name, value, quote in expected.get("pointers", []):
        found = [pointer for pointer in document.pointed(name) if pointer.value == value]
        assert found, name
        assert quote is None or (found[0].quote == quote and quote in source)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_chosen_value_is_one_of_its_candidates(case):
    document, _, _ = load(case)
    for stated in (document.title, document.publisher, document.date_published, document.date_modified):
        assert stated.value is None or stated.source is not None
    assert {c.value for c in document.author_candidates} >= set(document.authors)
