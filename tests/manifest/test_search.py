"""Questions that are meant to cost much, and pages that are written to make them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.manifest.opening import open_read_only
from archiver.manifest.search import search
from tests.small_web import archived

PAGE = "http://heap.example/one-word"


@pytest.fixture(scope="module")
def heap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive with a page of the same word 60,000 times over."""
    folder = tmp_path_factory.mktemp("heap")
    body = "".join(f"<p>{'lantern ' * 60}</p>" for _ in range(1000))
    archived(
        folder,
        {PAGE: f"<title>Lanterns</title><article><h1>Lanterns</h1>{body}<p>Then the harbour closed.</p></article>"},
    )
    return folder


@pytest.mark.parametrize(
    "question",
    ["lantern", "lantern " * 1000, "lantern the " * 500, "harbour lantern", " ".join(f"word{n}" for n in range(900))],
    ids=["a word", "a word over and over", "two words over and over", "far apart", "many words"],
)
def test_no_question_costs_more_than_a_moment(heap: Path, question: str) -> None:
    with open_read_only(heap) as connection:
        begin = time.process_time()
        search(connection, question, 20, "«", "»", partly=True)
        assert time.process_time() - begin < 1.0


def test_words_are_shown_where_they_stand_in_a_row_however_far_down(heap: Path) -> None:
    with open_read_only(heap) as connection:
        [hit] = search(connection, "the harbour closed", 20, "«", "»")
    assert "Then «the harbour closed»." in hit.passage


def test_words_that_stand_apart_are_shown_where_most_of_them_are(demo: Path) -> None:
    with open_read_only(demo) as connection:
        hits = search(connection, "clock dogs eleven passengers", 20, "«", "»")
    assert hits
    assert all("«eleven passengers» aboard, two «dogs»" in hit.passage for hit in hits)
