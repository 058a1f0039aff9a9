"""What hangs together, and what resolution is given of it."""

from __future__ import annotations

from pathlib import Path

from archiver.manifest import facts
from archiver.manifest.opening import open_read_only
from archiver.manifest.publishers import publishers


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
