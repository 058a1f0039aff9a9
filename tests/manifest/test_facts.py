"""The index of shared passages and what hangs together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.manifest import facts
from archiver.manifest.opening import open_read_only
from archiver.manifest.publishers import publishers
from archiver.manifest.store import Manifest
from archiver.model.digest import Digest
from archiver.model.document import Document, Stated


def document(text: str) -> Document:
    return Document(
        "http://a.example/", "text/html", Stated(), Stated(), (), (), Stated(), Stated(), None, text, (), (), "html/1"
    )


@given(
    st.lists(st.frozensets(st.integers(0, 40), max_size=12), min_size=1, max_size=6),
    st.frozensets(st.integers(0, 40), max_size=12),
)
@settings(max_examples=40, deadline=None)
def test_the_index_counts_shared_hashes_exactly(
    tmp_path_factory: pytest.TempPathFactory, texts: list[frozenset[int]], asked: frozenset[int]
) -> None:
    manifest = Manifest(tmp_path_factory.mktemp("m"))
    with manifest.concluding() as conclusions:
        ids = [
            conclusions.keep_text(Digest.sha256(bytes([n])), document("words"), 1, sampled, [stored(n)])
            for n, sampled in enumerate(texts)
        ]
    found = {one.text_id: (one.shared, one.sampled) for one in facts.sharing(manifest.connection, asked)}
    manifest.close()
    assert found == {
        i: (len(sampled & asked), len(sampled)) for i, sampled in zip(ids, texts, strict=True) if sampled & asked
    }


def stored(number: int):
    from archiver.model.capture import RecordLocation, StoredRecord

    return StoredRecord(
        f"record-{number}", "conversion", RecordLocation("x.warc.gz", number * 10, 10, Digest.sha256(b""))
    )


def test_the_demo_hangs_together_from_whatever_page_one_looks(demo: Path) -> None:
    with open_read_only(demo) as connection:
        documents = sorted(row[0] for row in connection.execute("select id from documents"))
        assert len(documents) == 4
        for one in documents:
            component = facts.component(connection, one)
            assert component.members[0] == one
            assert sorted(component.members) == documents
            assert sorted(component.whole) == documents


def test_at_the_border_of_a_cut_component_nothing_is_whole(demo: Path) -> None:
    with open_read_only(demo) as connection:
        (first, *_) = (row[0] for row in connection.execute("select id from documents order by id"))
        cut = facts.component(connection, first, limit=2)
        assert len(cut.members) <= 2
        assert first not in cut.whole


def test_facts_are_read_back_as_they_were_concluded(demo: Path) -> None:
    with open_read_only(demo) as connection:
        (row,) = connection.execute("select id, title from documents where media_type = 'application/pdf'").fetchall()
        (found,) = facts.facts_of(connection, [row["id"]])
        assert found.title == row["title"]
        assert found.site == "worldletter.example"
        assert found.words > 200
        assert {str(claim.relation) for claim in found.claims} >= {"originally_published_by", "self_claim"}
        assert all(claim.evidence for claim in found.claims)


def test_only_a_name_with_a_host_is_a_publisher_to_resolution(demo: Path) -> None:
    with open_read_only(demo) as connection:
        names = {publisher.name for publisher in publishers(connection)}
    assert {"Harbour Gazette", "World Letter", "Daily Relay"} <= names
    assert "Mara Quill" not in names
