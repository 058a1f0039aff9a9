"""The addresses of our pages, and that none leads to an archived page where there are no WARC files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archiver.browse.web import Links, Served
from archiver.manifest.opening import open_read_only
from archiver.publishing import publish
from tests.browse.datasettes import serving
from tests.browse.markup import Markup

ID, CAPTURE = "0123456789abcdef", "11111111-2222-4333-8444-555555555555"


def test_two_versions_side_by_side_have_an_address() -> None:
    links: Links = Served("/sources", "manifest")
    assert links.comparison(ID, 2, 5) == f"/sources/-/archiver/document/{ID}?from=2&to=5#changes"


def test_where_the_files_are_not_at_hand_no_copy_has_an_address() -> None:
    assert Served().view(CAPTURE) is not None
    assert Served().replay(CAPTURE) is not None
    assert Served(copies=False).view(CAPTURE) is None
    assert Served(copies=False).replay(CAPTURE) is None


def test_a_public_copy_without_its_files_offers_no_archived_page(demo: Path, tmp_path: Path) -> None:
    with open_read_only(demo) as connection:
        documents = [row[0] for row in connection.execute("select id from documents order by id")]
        publish(demo, connection, tmp_path / "out", at=datetime(2026, 11, 22, tzinfo=UTC), tool="archiver/test")
    pages = ["/-/archiver", "/-/archiver?q=ferry", *(f"/-/archiver/document/{one}" for one in documents)]
    lists = ["/manifest/captures", "/manifest/documents"]
    with serving(immutable=(tmp_path / "out/manifest.db",)) as server:
        answers = server.get(*pages, *lists)
        for answer in answers:
            assert answer.status_code == 200
            assert not [one for one in led_to(answer.text) if "/view/" in one or "/replay/" in one], answer.url
        (tmp_path / "out/archive").mkdir()
        assert [one for one in led_to(server.one(pages[2]).text) if "/view/" in one]


def led_to(body: str) -> list[str]:
    return [one.attributes["href"] for one in Markup(body).all("a") if "href" in one.attributes]
