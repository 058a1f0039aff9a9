"""Our pages and names in a Datasette, as whoever asks it has them."""

from __future__ import annotations

import html
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver import browse
from archiver.browse import plugin, routes
from archiver.browse.queries import QUERIES
from archiver.browse.tables import BY_NAME, TABLES
from archiver.browse.web import FRONT, Answer
from archiver.demo.web import EXCERPT, ORIGINAL, REPOST
from archiver.manifest.opening import MANIFEST
from archiver.manifest.schema import APPLICATION_ID
from tests.browse.datasettes import Server, serving
from tests.browse.rows import Rows, empty


@pytest.fixture(scope="module")
def served(demo: Path) -> Iterator[Server]:
    """The demo's manifest alone."""
    with serving(demo / MANIFEST) as server:
        yield server


# ── every page ──


def test_every_table_view_and_query_has_a_page_with_our_words(served: Server) -> None:
    listed = [one for one in TABLES if one.name != "snapshot"]
    for one, said in zip(listed, served.get(*(f"/manifest/{one.name}" for one in listed)), strict=True):
        assert said.status_code == 200, one.name
        assert f"<h1>{one.title}" in html.unescape(said.text), one.name
    for query, said in zip(QUERIES, served.get(*(f"/manifest/{one.name}" for one in QUERIES)), strict=True):
        assert said.status_code == 200, query.name
        assert f">{query.title}</h1>" in html.unescape(said.text), query.name


def test_a_stored_query_has_its_own_name_and_somebody_elses_has_datasettes(demo: Path) -> None:
    said = {"databases": {"manifest": {"queries": {"theirs": "select 1 as one"}}}}
    with serving(demo / MANIFEST, metadata=said) as server:
        ours, none, theirs, own = server.get(
            "/manifest/chains", "/manifest/pages-of-host?host=", "/manifest/theirs", "/manifest?sql=select+2"
        )
        assert "query-manifest-chains.html" in server.datasette.jinja_env.list_templates()
    assert "<title>Chains, the longest first · manifest</title>" in ours.text
    assert "Custom SQL query" not in ours.text + none.text
    assert ">1 row" in ours.text
    assert "Nothing found" in none.text
    for one in (theirs, own):
        assert "<title>manifest: select" in one.text
        assert "Custom SQL query returning 1 row" in one.text


def test_an_operators_template_comes_before_ours(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "query-manifest.html").write_text("theirs", encoding="utf-8")
    (tmp_path / "query-manifest-chains.html").write_text("theirs", encoding="utf-8")
    with serving(demo / MANIFEST, template_dir=str(tmp_path)) as server:
        assert server.one("/manifest/chains").text == "theirs"


def test_every_row_of_every_table_has_a_page_and_every_link_of_ours_leads_somewhere(served: Server) -> None:
    names = [
        f"/manifest/{one.name}?_nosuggest=1&_size=2"
        for one in TABLES
        if one.name != "snapshot" and not one.name.endswith("fts")
    ]
    found = {
        link
        for said in served.get(*names)
        for link in re.findall(r'href="(/(?:manifest/[a-z_]+/|-/archiver/)[^"?]+)"', said.text)
    }
    assert len(found) > 60
    assert {said.status_code for said in served.get(*sorted(found))} == {200}


def test_a_first_look_is_of_the_columns_that_people_read_and_all_are_a_click_away(served: Server) -> None:
    first, whole = served.get("/manifest/documents", "/manifest/documents?_nosuggest=1")
    columns = [re.findall(r'<th [^>]*data-column="(\w+)"', said.text) for said in (first, whole)]
    assert columns[0] == ["id", *BY_NAME["documents"].first]
    assert columns[1] == list(BY_NAME["documents"].columns)
    assert "url_key" in served.one("/manifest/documents.json").json()["columns"]
    assert "Suggested facets" not in first.text


def test_search_looks_into_titles_and_texts(served: Server) -> None:
    found, none = served.get(
        "/manifest/documents.json?_search=skerrow&_shape=array",
        "/manifest/documents.json?_search=zeppelin&_shape=array",
    )
    assert len(found.json()) == 4
    assert none.json() == []


def test_the_way_to_the_front_door_is_on_every_page(served: Server) -> None:
    for said in served.get("/", "/manifest", "/manifest/captures"):
        assert f'<a href="{FRONT}">Where did this come from?</a>' in said.text
    assert f'<form class="archiver-box" action="{FRONT}"' in served.one("/manifest").text


def test_an_operators_own_words_are_not_replaced(demo: Path) -> None:
    said = {
        "databases": {"manifest": {"description": "Ours, of the desk.", "tables": {"documents": {"title": "Pages"}}}}
    }
    with serving(demo / MANIFEST, metadata=said) as server:
        home, table = server.get("/manifest", "/manifest/documents")
    assert "Ours, of the desk." in home.text
    assert "archiver-box" not in home.text
    assert "<h1>Pages" in table.text
    assert "Every archived page" in table.text


# ── lists ──


def test_every_list_is_a_bibliography_with_its_filters_and_search(served: Server) -> None:
    for asked, urls in (
        ("/manifest/documents.csl?_sort=url", sorted((ORIGINAL, EXCERPT, REPOST, f"{REPOST}?pdf=5121"))),
        ("/manifest/documents.csl?site=dailyrelay.example", [EXCERPT]),
        ("/manifest/documents.csl?_search=skerrow&_size=1&_sort=first_captured_at", None),
        ("/manifest/captures.csl?purpose=page&_size=2", None),
        ("/manifest/contradicting-pages.csl", [REPOST, f"{REPOST}?pdf=5121"]),
        ("/manifest/pages-of-host.csl?host=harbourgazette.example", [ORIGINAL]),
        ("/manifest.csl?sql=select+url+from+documents+where+url+like+'%25dailyrelay%25'", [EXCERPT]),
    ):  # fmt: skip
        said = served.one(asked)
        found = [one["URL"] for one in json.loads(said.text)]
        assert said.headers["content-type"].startswith("application/vnd.citationstyles.csl+json"), asked
        assert sorted(found) == sorted(urls) if urls is not None else len(found) in (1, 2), (asked, found)


def test_a_list_holds_more_than_a_page_and_says_where_it_is_cut(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        rows.connection.execute("begin")
        for number in range(130):
            rows.page(number, f"http://many.example/{number}", f"Page {number}")
        rows.connection.execute("commit")
    with serving(path) as server:
        whole = server.one("/manifest/documents.bib")
        assert (whole.text.count("@online{"), "x-archiver-cut" in whole.headers) == (130, False)
    with serving(path, settings={"max_returned_rows": 40}) as server:
        for asked in ("/manifest/documents.bib", "/manifest/recent-captures.bib"):
            part = server.one(asked)
            assert part.text.count("@online{") == 40
            assert part.text.startswith("% The first 40 rows alone")
            assert part.headers["x-archiver-cut"] == "the first 40 rows alone"
            assert "first-40" in part.headers["content-disposition"]


def test_lists_that_name_no_document_are_not_offered(served: Server) -> None:
    assert ">bib</a>" in served.one("/manifest/documents").text
    assert ">bib</a>" not in served.one("/manifest/publishers").text
    assert served.one("/manifest/publishers.bib").status_code == 404


# ── who may see what ──


def test_who_may_not_see_the_database_may_not_see_our_pages(demo: Path) -> None:
    shut = {"databases": {"manifest": {"allow": {"id": "root"}, "tables": {"captures": {"allow": True}}}}}
    with serving(demo / MANIFEST, metadata=shut) as server:
        capture = "/manifest/captures.bib"
        for asked in (FRONT, f"{FRONT}?q=night", f"{FRONT}/document/{'0' * 16}", capture, "/manifest/documents.bib"):
            assert server.one(asked).status_code == 403, asked
        assert server.one(f"{FRONT}/static/archiver.css").status_code == 200
        assert FRONT not in server.one("/").text
        assert [said.status_code for said in server.get(FRONT, capture, actor="root")] == [200, 200]


def test_nobody_runs_sql_in_a_public_copy_and_its_queries_work(demo: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(demo / MANIFEST, tmp_path / "manifest.db"))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(
            "create table snapshot (made_at text, tool text, archive_origin text, sequence integer, texts integer)"
        )
        connection.execute("insert into snapshot values ('2026-11-22T00:00:00Z', 'archiver/0', null, 1, 1)")
        connection.commit()
    asked = ("/manifest?sql=select+1", "/manifest/documents?_where=1", "/manifest/chains", "/manifest/documents")
    with serving(copy, crossdb=True) as server:
        assert [said.status_code for said in server.get(*asked)] == [403, 403, 200, 200]
        assert server.one("/_memory?sql=select+1").status_code == 403
    with serving(demo / MANIFEST, crossdb=True) as server:
        assert [said.status_code for said in server.get(*asked)] == [200] * 4
        assert server.one("/_memory?sql=select+1").status_code == 200


def test_lists_hold_nothing_of_what_is_withdrawn(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        for number, word in ((1, "open"), (2, "secret")):
            text = rows.put("texts", payload_sha256=f"{number:064x}", text=f"{word} words", title=word)
            rows.claim(rows.page(number, f"http://{word}.example/", word, text_id=text), "self_claim", word)
        names = (
            "texts",
            "claims",
            "evidence",
            "documents?_search=secret",
            "texts?_search=secret",
        )
        with serving(path) as server:
            assert "secret" in server.one("/manifest/texts").text
            rows.put(
                "withdrawals",
                sequence=9,
                capture_id="00000000-0000-4000-8000-000000000002",
                payload_sha256=f"{2:064x}",
                removed=0,
            )
            for asked in names:
                for said in server.get(
                    f"/manifest/{asked}",
                    f"/manifest/{asked.replace('?', '.json?') if '?' in asked else asked + '.json'}",
                ):
                    assert said.status_code == 200, asked
                    assert "secret words" not in said.text, asked
                    assert "secret.example" not in said.text, asked


def test_where_a_row_refers_to_a_page_that_is_withdrawn_it_is_not_named(tmp_path: Path) -> None:
    path = empty(tmp_path)
    with Rows(path) as rows:
        for number, word in ((1, "open"), (2, "secret")):
            rows.page(number, f"http://a{number}.example/", f"{word} title", work=1)
        gone = "00000000-0000-4000-8000-000000000002"
        rows.put("withdrawals", sequence=9, capture_id=gone, payload_sha256=f"{2:064x}", removed=0)
    with serving(path) as server:
        captures, *others = server.get(
            *(f"/manifest/{name}" for name in ("captures", "documents", "origins", "documents.json"))
        )
    assert captures.text.count("open title") == captures.text.count("A withdrawn page") == 1
    assert "http://a2.example/" in captures.text
    for said in (captures, *others):
        assert "secret title" not in said.text
        assert "open title" in said.text


# ── what is asked, and what is answered ──


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[browse.web.Ask]:
    """What our pages are asked, as they are."""
    heard: list[browse.web.Ask] = []

    def answer(holding: object, ask: browse.web.Ask, links: object) -> Answer:  # noqa: ARG001 - as every handler
        heard.append(ask)
        return Answer(b"heard", media_type="text/plain")

    monkeypatch.setattr(routes, "answer", answer)
    return heard


@pytest.mark.parametrize("base", ["/", "/some/where/"])
def test_paths_and_queries_are_those_that_were_sent(demo: Path, told: list[browse.web.Ask], base: str) -> None:
    for path, query in (
        (FRONT, ""), (FRONT, "q=a%20b+c&q=%E2%82%AC&x"), (f"{FRONT}/timegate/http://a.example/b%2Fc%20d//e/", "x=1&y=%26"),
        (f"{FRONT}/timemap/link/https://a.example/%E2%82%AC;p=~1", ""), (f"{FRONT}/view/%00", ""),
    ):  # fmt: skip
        with serving(demo / MANIFEST, settings={"base_url": base}) as server:
            said = server.one(
                path + (f"?{query}" if query else ""), headers={"Accept-Datetime": "x", "Host": "archive.example:8001"}
            )
        assert said.text == "heard"
        assert (told[-1].path, told[-1].query) == (path, query)
        assert told[-1].headers["accept-datetime"] == "x"
        assert told[-1].server == f"http://archive.example:8001{base.rstrip('/')}"


@pytest.mark.usefixtures("told")
def test_a_head_has_no_body_and_nothing_else_is_taken(served: Server, told: list[browse.web.Ask]) -> None:
    head = served.one(FRONT, method="HEAD")
    assert (head.status_code, head.content, head.headers["content-security-policy"] != "") == (200, b"", True)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        said = served.one(FRONT, method=method)
        assert (said.status_code, said.headers["allow"]) == (405, "GET, HEAD")
    assert served.one(FRONT, headers={"Host": 'x"><script>'}).status_code == 200
    assert told[-1].server == "http://localhost"


def test_a_page_under_a_prefix_leads_nowhere_else(demo: Path) -> None:
    with serving(demo / MANIFEST, settings={"base_url": "/some/where/"}) as server:
        every = server.get("/manifest", "/manifest/documents", "/manifest/captures", "/manifest/recent-captures", FRONT)
    for said in every:
        assert said.status_code == 200
        local = re.findall(r'(?:href|src|action)="(/[^"]*)"', said.text)
        assert local
        assert [one for one in local if not one.startswith("/some/where/")] == []


def test_the_header_of_a_file_tells_a_manifest(tmp_path: Path) -> None:
    path = empty(tmp_path)
    assert int.from_bytes(path.read_bytes()[68:72]) == APPLICATION_ID
    assert plugin.is_ours(str(path))
    for data in (b"", b"SQLite format 3\0", path.read_bytes()[:99], bytes(200)):
        (tmp_path / "no.db").write_bytes(data)
        assert not plugin.is_ours(str(tmp_path / "no.db"))
    assert not plugin.is_ours(str(tmp_path / "nowhere.db"))
    assert not plugin.is_ours(None)
