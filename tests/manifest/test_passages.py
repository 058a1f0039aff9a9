"""The index of shared passages, and that it finds what is found in memory."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archiver
from archiver.manifest.opening import open_read_only
from archiver.manifest.passages import sharing, texts_of
from archiver.manifest.store import Manifest
from archiver.model.capture import RecordLocation, StoredRecord
from archiver.model.digest import Digest
from archiver.model.document import Document, Stated
from archiver.model.lineage import Shared
from archiver.provenance.overlap import STOP_DOCUMENTS, candidates, keys, nearest, shingles
from tests.small_web import archived

SAID = Document(
    "http://a.example/", "text/html", Stated(), Stated(), (), (), Stated(), Stated(), None, "words", (), (), "html/1"
)


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    opened = Manifest(tmp_path)
    yield opened
    opened.close()


def keep(manifest: Manifest, texts: Sequence[frozenset[int]]) -> list[int]:
    """The numbers of texts that have these hashes."""
    with manifest.concluding() as conclusions:
        return [
            conclusions.texts.keep(Digest.sha256(n.to_bytes(4, "big")), SAID, 1, sampled, None)
            for n, sampled in enumerate(texts)
        ]


def stored(number: int) -> StoredRecord:
    return StoredRecord(
        f"record-{number}", "conversion", RecordLocation("x.warc.gz", number * 10, 10, Digest.sha256(b""))
    )


hashes = st.frozensets(st.integers(0, 30) | st.integers(2**64 - 4, 2**64 - 1), max_size=12)


@given(st.lists(hashes, min_size=1, max_size=8), hashes, st.integers(1, 5))
@settings(max_examples=25)
def test_shared_hashes_are_counted_exactly_and_common_ones_for_the_first_texts_only(
    tmp_path_factory: pytest.TempPathFactory, texts: list[frozenset[int]], asked: frozenset[int], stop: int
) -> None:
    manifest = Manifest(tmp_path_factory.mktemp("m"))
    ids = keep(manifest, texts)
    found = sharing(manifest.connection, asked, stop)
    manifest.close()
    holders = {one: [i for i, sampled in zip(ids, texts, strict=True) if one in sampled] for one in asked}
    expected = [
        Shared(
            i,
            sum(i in has for has in holders.values() if len(has) <= stop),
            sum(i in has[:stop] for has in holders.values() if len(has) > stop),
            len(sampled),
        )
        for i, sampled in zip(ids, texts, strict=True)
    ]
    assert found == [one for one in expected if one.rare or one.common > 1]


WORDS = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("ado", "emi", "iru", "oka", "usel", "anth", "oor", "ig")]


def mixed_texts() -> list[str]:
    """Articles, copies of their beginnings, a notice that stands under very many, and one that very many reprint whole."""
    chance = random.Random(5)
    prose = [" ".join(chance.choices(WORDS, k=120)) for _ in range(240)]
    notice, reprinted = (" ".join(chance.choices(WORDS, k=60)) for _ in range(2))
    texts = [f"{text} {notice}" for text in prose] + [text[: len(text) // 2] for text in prose[:30]]
    texts += [f"{reprinted} paper {n}" for n in range(STOP_DOCUMENTS + 20)] + [reprinted[:200]]
    chance.shuffle(texts)
    return texts


def found_by_index(manifest: Manifest, sampled: Sequence[frozenset[int]]) -> set[tuple[int, int]]:
    first, *_ = keep(manifest, sampled)
    return {
        (number, one - first)
        for number, own in enumerate(sampled)
        for one in nearest(len(own), sharing(manifest.connection, own, STOP_DOCUMENTS))
        if one - first < number
    }


def test_the_index_finds_the_candidates_that_are_found_in_memory(manifest: Manifest) -> None:
    sampled = [keys(shingles(text)) for text in mixed_texts()]
    found = found_by_index(manifest, sampled)
    assert found == set(candidates(sampled))
    assert STOP_DOCUMENTS * (STOP_DOCUMENTS - 1) / 2 < len(found) < 2 * STOP_DOCUMENTS * STOP_DOCUMENTS


def test_in_whatever_order_texts_come_the_same_are_candidates_where_few_share_a_passage(manifest: Manifest) -> None:
    articles = [text for text in mixed_texts() if "paper" not in text]
    there = [keys(shingles(text)) for text in articles]
    order = random.Random(9).sample(range(len(there)), len(there))
    found = found_by_index(manifest, [there[n] for n in order])
    named = {frozenset((order[a], order[b])) for a, b in found}
    assert named == {frozenset(pair) for pair in candidates(there)}
    assert len(named) >= 30


def test_texts_are_given_with_the_documents_that_have_them(demo: Path) -> None:
    with open_read_only(demo) as connection:
        numbers = [row[0] for row in connection.execute("select id from texts")]
        found = dict(texts_of(connection, numbers))
        assert found == dict(
            connection.execute("select d.id, t.text from documents d join texts t on t.id = d.text_id").fetchall()
        )
        assert texts_of(connection, []) == []


def missed_excerpt() -> tuple[str, str]:
    """An article and sixty of its words among which, by ill luck, no hash is a key."""
    for seed in range(10_000):
        words = random.Random(seed).choices(WORDS, k=200)
        if not keys(shingles(" ".join(words[70:130]))):
            return " ".join(words), " ".join(words[70:130])
    raise AssertionError("no such article")


def test_a_named_source_is_compared_even_where_the_sample_of_hashes_misses_it(tmp_path: Path) -> None:
    article, excerpt = missed_excerpt()
    origin, copy = "http://weirnews.example/2026/ferry", "http://digest.example/ferry-again"
    web = {
        origin: f"<html><head><title>The ferry</title></head><body><article><h1>The ferry</h1><p>{article}.</p></article></body></html>",
        copy: f"<html><head><title>Ferry again</title></head><body><article><h1>Ferry again</h1><p>{excerpt}.</p>"
        f"<p>This article was originally published at <a href='{origin}'>Weir News</a>.</p></article></body></html>",
    }
    for order in (web, dict(reversed(web.items()))):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        archived(folder, order)
        with archiver.open_archive(folder) as archive:
            (edge,) = (e for e in archive.lookup(copy)[0].edges if e.from_url == copy)
        assert edge.to_url == origin
        assert edge.status == "corroborated"
        assert edge.overlap is not None
        assert edge.overlap > 0.5
