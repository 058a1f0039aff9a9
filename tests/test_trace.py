"""From a page to its origin, on a web of the project's own: addresses, houses, public archives, and what must not happen."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from pathlib import Path

import archiver
from archiver.manifest.opening import open_read_only
from archiver.trace import Step, Tracer
from tests.tracing import (
    KEEPER,
    TEXT,
    TIMEMAP,
    TITLE,
    Answer,
    Web,
    article,
    copies,
    copy,
    feed,
    front,
    names,
    opened,
    served,
    sitemap,
)

ORIGIN = "http://quayherald.example/2023/05/04/the-tide-mill-at-orrin-quay-falls-silent/"
MIDDLE = "http://estuarydigest.example/features/tide-mill"
REPOST = "http://farshore.example/2023/05/09/tide-mill"

WHOLE = article(ORIGIN, "Quay Herald")
FROM_ORIGIN = article(MIDDLE, "Estuary Digest", day="2023-05-06", note=names("Quay Herald", ORIGIN))
FROM_HOUSE = article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", "http://quayherald.example/"))


def traced(folder: Path, web: Web, url: str, **options: object) -> list[Step]:
    with opened(folder, web) as archive:
        return list(Tracer(archive, **options).trace(url))  # type: ignore[arg-type]


def said(steps: list[Step]) -> list[tuple[str | None, str, str]]:
    return [(step.url, step.outcome, step.found_by) for step in steps]


def origin(folder: Path) -> tuple[str | None, bool, str]:
    """The origin's address, whether it is archived, and the status of the only edge of each page."""
    with archiver.open_archive(folder) as archive:
        (chain,) = archive.chains()
    assert chain.origin is not None
    return chain.origin.url, chain.origin.captured, " ".join(edge.status for edge in chain.edges)


def purposes(folder: Path) -> dict[str, list[str]]:
    with open_read_only(folder) as connection:
        rows = connection.execute("select purpose, asked_url from captures order by sequence").fetchall()
    found: dict[str, list[str]] = {}
    for purpose, url in rows:
        found.setdefault(purpose, []).append(url)
    return found


def test_a_chain_of_three_is_followed_to_its_origin(tmp_path: Path) -> None:
    repost = article(REPOST, "Far Shore", day="2023-05-09", note=names("Estuary Digest", MIDDLE))
    with served({ORIGIN: WHOLE, MIDDLE: FROM_ORIGIN, REPOST: repost}) as web:
        steps = traced(tmp_path, web, REPOST)
    assert said(steps) == [(url, "captured", "address") for url in (REPOST, MIDDLE, ORIGIN)]
    assert [step.why for step in steps] == ["asked for", f"named by {REPOST}", f"named by {MIDDLE}"]
    assert origin(tmp_path) == (ORIGIN, True, "corroborated corroborated")


def test_what_is_archived_is_followed_and_not_asked_for_again(tmp_path: Path) -> None:
    repost = article(REPOST, "Far Shore", day="2023-05-09", note=names("Estuary Digest", MIDDLE))
    with served({ORIGIN: WHOLE, MIDDLE: FROM_ORIGIN, REPOST: repost}) as web:
        with opened(tmp_path, web) as archive:
            list(archive.capture([MIDDLE]))
        asked = len(web.asked)
        assert said(traced(tmp_path, web, REPOST)) == [
            (REPOST, "captured", "address"), (MIDDLE, "archived", "address"), (ORIGIN, "captured", "address"),
        ]  # fmt: skip
        assert MIDDLE not in web.asked[asked:]
        asked = len(web.asked)
        assert {outcome for _, outcome, _ in said(traced(tmp_path, web, REPOST))} == {"archived"}
        assert len(web.asked) == asked


def test_an_article_is_found_in_the_feed_of_a_house_of_which_only_the_front_page_is_known(tmp_path: Path) -> None:
    pages = {
        REPOST: FROM_HOUSE,
        ORIGIN: WHOLE,
        "http://quayherald.example/": front(
            "Quay Herald", head='<link rel="alternate" type="application/rss+xml" href="/rss/all.xml">'
        ),
        "http://quayherald.example/rss/all.xml": feed(
            ("http://quayherald.example/2023/05/03/tides/", "Tides of the week", "Wed, 03 May 2023 06:00:00 GMT"),
            (ORIGIN, TITLE, "Thu, 04 May 2023 06:00:00 GMT"),
        ),
    }
    with served(pages) as web:
        steps = traced(tmp_path, web, REPOST)
    assert said(steps) == [(REPOST, "captured", "address"), (ORIGIN, "captured", "feed")]
    assert steps[1].place == "http://quayherald.example/rss/all.xml"
    assert origin(tmp_path) == (ORIGIN, True, "corroborated")
    kept = purposes(tmp_path)
    assert kept["listing"] == ["http://quayherald.example/", "http://quayherald.example/rss/all.xml"]
    assert kept["page"] == [REPOST, ORIGIN]
    with open_read_only(tmp_path) as connection:
        assert connection.execute("select count(*) from documents").fetchone()[0] == 2
    with archiver.open_archive(tmp_path) as archive:
        assert archive.verify().problems == ()


def test_an_article_is_found_by_the_words_of_its_address_in_a_sitemap_of_an_index(tmp_path: Path) -> None:
    index = (
        "<sitemapindex><sitemap><loc>http://quayherald.example/sm/images.xml</loc></sitemap>"
        "<sitemap><loc>http://quayherald.example/sm/2021-05.xml.gz</loc><lastmod>2021-05-31</lastmod></sitemap>"
        "<sitemap><loc>http://quayherald.example/sm/2023-05.xml.gz</loc><lastmod>2023-05-31</lastmod></sitemap></sitemapindex>"
    )
    month = sitemap(("http://quayherald.example/2023/05/02/the-tide-table/", "2023-05-02"), (ORIGIN, "2023-05-04")).body
    pages = {
        REPOST: FROM_HOUSE,
        ORIGIN: WHOLE,
        "http://quayherald.example/": front("Quay Herald"),
        "http://quayherald.example/robots.txt": Answer(
            "User-agent: *\nDisallow: /private\nSitemap: http://quayherald.example/sm/index.xml\n",
            media_type="text/plain",
        ),
        "http://quayherald.example/sm/index.xml": Answer(index, media_type="text/xml"),
        "http://quayherald.example/sm/2023-05.xml.gz": Answer(
            gzip.compress(str(month).encode()), media_type="application/gzip"
        ),
    }
    with served(pages) as web:
        steps = traced(tmp_path, web, REPOST)
    assert said(steps) == [(REPOST, "captured", "address"), (ORIGIN, "captured", "sitemap")]
    assert not [url for url in web.asked if "images" in url or "2021" in url]
    assert origin(tmp_path) == (ORIGIN, True, "corroborated")


def test_an_article_is_found_on_the_page_of_its_month(tmp_path: Path) -> None:
    card = f'<a href="{ORIGIN}"><span>Features</span> <h2>{TITLE}</h2> <p>A wheel that turned since 1784.</p></a>'
    pages = {
        REPOST: FROM_HOUSE,
        ORIGIN: WHOLE,
        "http://quayherald.example/": front(
            "Quay Herald", '<a href="/2024/01/09/ice-on-the-creek/">Ice on the creek</a>'
        ),
        "http://quayherald.example/2023/05/": front("Quay Herald", card),
    }
    with served(pages) as web:
        assert said(traced(tmp_path, web, REPOST))[1] == (ORIGIN, "captured", "listing")


def test_a_publisher_is_looked_up_by_the_host_that_the_archive_knows_of_it(tmp_path: Path) -> None:
    other = "http://quayherald.example/2023/04/01/herons/"
    note = "<p><em>This article was originally published on Quay Herald.</em></p>"
    pages = {
        REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=note),
        ORIGIN: WHOLE,
        other: article(other, "Quay Herald", title="Herons return to the creek", day="2023-04-01", text=TEXT[-1:] * 3),
        "http://quayherald.example/": front("Quay Herald", f'<a href="{ORIGIN}">{TITLE}</a>'),
    }
    with served(pages) as web, opened(tmp_path, web) as archive:
        list(archive.capture([other]))
        steps = list(Tracer(archive).trace(REPOST))
    assert said(steps)[1] == (ORIGIN, "captured", "listing")


def test_where_no_listing_has_the_title_nothing_is_captured_and_that_is_said(tmp_path: Path) -> None:
    pages = {
        REPOST: FROM_HOUSE,
        ORIGIN: WHOLE,
        "http://quayherald.example/": front(
            "Quay Herald",
            '<a href="/a/response">A response to: The tide mill at Orrin Quay falls silent</a> <a href="/b">The tide mill</a>'
            '<a href="http://elsewhere.example/x">The tide mill at Orrin Quay falls silent</a>',
        ),
        "http://quayherald.example/sitemap.xml": sitemap(
            ("http://quayherald.example/the-tide-mill-museum/", "2023-05-04")
        ),
    }
    with served(pages) as web:
        steps = traced(tmp_path, web, REPOST)
    assert said(steps) == [(REPOST, "captured", "address"), (None, "not-found", "address")]
    assert "none lists a page of that title" in steps[1].message
    assert steps[1].publisher == "Quay Herald"
    assert purposes(tmp_path)["page"] == [REPOST]
    assert len(purposes(tmp_path)["listing"]) <= 8


def test_a_source_that_is_gone_is_taken_in_from_a_public_archive_as_what_it_is(tmp_path: Path) -> None:
    raw = f"{KEEPER}/web/20230505101010id_/{ORIGIN}"
    repost = article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN))
    pages = {
        REPOST: repost,
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20240101000000", "20230505101010"),
        raw: copy(ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", WHOLE),
    }
    with served(pages) as web:
        steps = traced(tmp_path, web, REPOST)
    assert said(steps) == [
        (REPOST, "captured", "address"), (ORIGIN, "flagged", "address"), (ORIGIN, "captured", "timemap"),
    ]  # fmt: skip
    assert steps[2].second_hand
    assert origin(tmp_path) == (ORIGIN, True, "corroborated")
    with archiver.open_archive(tmp_path) as archive:
        found = archive.lookup(ORIGIN)[0]
        (held,) = found.captures
        assert (found.url, held.url, held.asked_url, held.source) == (ORIGIN, ORIGIN, ORIGIN, "memento")
        assert held.source_note == "a copy that keeper.example says it made on 2023-05-05T10:10:10Z"
        assert found.outcome == "captured"
        assert "archived by a third party, text found there" in archive.lookup(REPOST)[0].verdict
        assert archive.lookup(raw)[0].document_id == found.document_id
        assert archive.verify().problems == ()
    with open_read_only(tmp_path) as connection:
        hop = connection.execute(
            "select x.url from exchanges x join captures c on c.sequence = x.sequence where c.source = 'memento'"
        ).fetchone()
    assert hop[0] == raw
    assert purposes(tmp_path)["timemap"] == [TIMEMAP.format(url=ORIGIN)]


def test_a_lost_manifest_is_drawn_anew_with_what_third_parties_gave(tmp_path: Path) -> None:
    raw = f"{KEEPER}/web/20230505101010id_/{ORIGIN}"
    pages = {
        REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN)),
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010"),
        raw: copy(ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", WHOLE),
    }
    with served(pages) as web:
        traced(tmp_path / "one", web, REPOST)
    shutil.copytree(tmp_path / "one" / "archive", tmp_path / "two" / "archive")

    def answers(folder: Path) -> list[object]:
        with archiver.open_archive(folder) as archive:
            return [one.as_json() for url in (REPOST, ORIGIN) for one in archive.lookup(url)]

    assert answers(tmp_path / "one") == answers(tmp_path / "two")


def test_our_own_capture_of_a_page_counts_beside_a_third_partys(tmp_path: Path) -> None:
    """Back again: the same bytes from the house itself, stored as a revisit of those from the archive."""
    raw = f"{KEEPER}/web/20230505101010id_/{ORIGIN}"
    pages: dict[str, str | Answer] = {
        REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN)),
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010"),
        raw: copy(ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", WHOLE),
    }
    with served(pages) as web, opened(tmp_path, web) as archive:
        list(Tracer(archive).trace(REPOST))
        pages[ORIGIN] = WHOLE
        (again,) = archive.capture([ORIGIN])
        assert again.capture is not None
        assert again.capture.revisit_of is not None
        (found,) = [one for one in archive.lookup(ORIGIN) if one.outcome == "captured"]
        assert [one.source for one in found.captures] == ["fetch", "memento"]
        assert "(archived, text found there)" in archive.lookup(REPOST)[0].verdict
        assert archive.verify().problems == ()
        with archive.store.folder.joinpath(again.capture.final.record.warc).open("rb") as file:
            file.seek(again.capture.final.record.offset)
            head = gzip.decompress(file.read(again.capture.final.record.length))
        assert f"WARC-Refers-To-Target-URI: {raw}".encode() in head


def test_an_archive_without_raw_bytes_is_taken_as_it_shows_its_copy(tmp_path: Path) -> None:
    shown = f"{KEEPER}/web/20230505101010/{ORIGIN}"
    pages = {
        REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN)),
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010"),
        shown: copy(ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", WHOLE),
    }
    with served(pages) as web:
        step = traced(tmp_path, web, REPOST)[-1]
    assert step.had
    assert step.result is not None
    assert step.result.capture is not None
    assert "not the bytes that it received" in (step.result.capture.source_note or "")
    assert origin(tmp_path)[:2] == (ORIGIN, True)


def test_what_an_archive_serves_without_dating_it_is_no_copy(tmp_path: Path) -> None:
    pages = {
        REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN)),
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010", "20230605101010"),
        f"{KEEPER}/web/20230505101010id_/{ORIGIN}": WHOLE,
        f"{KEEPER}/web/20230605101010id_/{ORIGIN}": Answer(
            status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}
        ),
    }
    with served(pages) as web:
        steps = traced(tmp_path, web, REPOST)
    assert said(steps)[-1] == (ORIGIN, "not-found", "timemap")
    assert not steps[-1].had
    assert origin(tmp_path)[:2] == (ORIGIN, False)


def test_an_address_that_leads_to_the_front_page_has_not_led_to_the_article(tmp_path: Path) -> None:
    pages = {
        REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN)),
        ORIGIN: Answer(status=301, headers={"Location": "http://quayherald.example/"}),
        "http://quayherald.example/": front("Quay Herald", "<p>Welcome to what the Quay Herald has become.</p>"),
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010"),
        f"{KEEPER}/web/20230505101010id_/{ORIGIN}": copy(ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", WHOLE),
    }
    with served(pages) as web:
        steps = traced(tmp_path, web, REPOST)
    assert [(step.found_by, step.had) for step in steps[1:]] == [("address", False), ("timemap", True)]
    assert origin(tmp_path) == (ORIGIN, True, "corroborated")


def test_public_archives_are_not_asked_where_that_is_not_wanted_or_the_page_is_refused(tmp_path: Path) -> None:
    pages = {REPOST: article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN))}
    with served(pages) as web:
        assert said(traced(tmp_path / "a", web, REPOST, timemaps=()))[-1] == (ORIGIN, "flagged", "address")
        assert not [url for url in web.asked if url.startswith(KEEPER)]
    rules = Answer("User-agent: *\nDisallow: /\n", media_type="text/plain")
    with served({**pages, "http://quayherald.example/robots.txt": rules}) as web:
        steps = traced(tmp_path / "b", web, REPOST)
        assert said(steps)[-1] == (ORIGIN, "refused", "address")
        assert "robots.txt" in steps[-1].message
        assert not [url for url in web.asked if url.startswith(KEEPER)]


def test_a_house_whose_robots_txt_forbids_its_front_page_is_not_searched(tmp_path: Path) -> None:
    rules = Answer("User-agent: *\nDisallow: /\n", media_type="text/plain")
    with served({REPOST: FROM_HOUSE, "http://quayherald.example/robots.txt": rules}) as web:
        steps = traced(tmp_path, web, REPOST)
        assert said(steps)[-1] == (None, "refused", "address")
        assert [url for url in web.asked if "quayherald" in url] == ["http://quayherald.example/robots.txt"]


def test_circles_end(tmp_path: Path) -> None:
    back = article(ORIGIN, "Quay Herald", note=names("Far Shore", REPOST))
    there = article(REPOST, "Far Shore", day="2023-05-09", note=names("Quay Herald", ORIGIN))
    with served({ORIGIN: back, REPOST: there}) as web:
        steps = traced(tmp_path, web, REPOST)
        assert sorted(url for url, _, _ in said(steps) if url) == [REPOST, ORIGIN]
        assert len([url for url in web.asked if not url.endswith("robots.txt")]) == 2


def test_depth_and_limit_end_a_trace_and_say_what_is_left(tmp_path: Path) -> None:
    repost = article(REPOST, "Far Shore", day="2023-05-09", note=names("Estuary Digest", MIDDLE))
    with served({ORIGIN: WHOLE, MIDDLE: FROM_ORIGIN, REPOST: repost}) as web:
        for options in ({"depth": 1}, {"limit": 2}):
            folder = tmp_path / str(options)
            assert said(traced(folder, web, REPOST, **options))[-1] == (ORIGIN, "left", "address")


def test_a_source_that_many_pages_share_and_that_is_gone_is_asked_for_once(tmp_path: Path) -> None:
    others = [f"http://paper{n}.example/tide-mill" for n in range(3)]
    note = names("Quay Herald", ORIGIN)
    pages = {url: article(url, f"Paper {n}", day="2023-05-09", note=note) for n, url in enumerate(others)}
    with served(pages) as web, opened(tmp_path, web) as archive:
        tracer = Tracer(archive)
        outcomes = [list(tracer.trace(url))[-1].outcome for url in others]
        assert outcomes == ["not-found"] * 3
        assert web.asked.count(ORIGIN) == 1
        assert web.asked.count(TIMEMAP.format(url=ORIGIN)) == 1


def test_a_page_asked_for_that_is_gone_is_had_from_an_archive_or_not_at_all(tmp_path: Path) -> None:
    with served({}) as web:
        steps = traced(tmp_path / "a", web, ORIGIN)
        assert [step.had for step in steps] == [False, False]
    pages = {
        TIMEMAP.format(url=MIDDLE): copies(MIDDLE, "20230507000000"),
        f"{KEEPER}/web/20230507000000id_/{MIDDLE}": copy(MIDDLE, "Sun, 07 May 2023 00:00:00 GMT", FROM_ORIGIN),
        ORIGIN: WHOLE,
    }
    with served(pages) as web:
        steps = traced(tmp_path / "b", web, MIDDLE)
    assert said(steps)[1:] == [(MIDDLE, "captured", "timemap"), (ORIGIN, "captured", "address")]


def test_a_hostile_house_and_a_hostile_archive_are_bounded(tmp_path: Path) -> None:
    many = "".join(f"<url><loc>http://quayherald.example/{n}</loc></url>" for n in range(5_000))
    laughs = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
    inward = "".join(
        f'<http://127.0.0.1:{n}/x>; rel="memento"; datetime="Fri, 05 May 2023 10:10:10 GMT",' for n in range(1, 4)
    )
    pages = {
        REPOST: article(
            REPOST, "Far Shore", day="2023-05-09",
            note=names("Quay Herald", "http://quayherald.example/") + f'<p>Source: <a href="{MIDDLE}">{MIDDLE}</a></p>',
        ),
        "http://quayherald.example/": front("Quay Herald", '<a href="http://10.0.0.1/the-tide-mill-at-orrin-quay-falls-silent">x</a>'),
        "http://quayherald.example/feed": Answer(laughs, media_type="application/rss+xml"),
        "http://quayherald.example/rss": Answer("<rss>" + "<item>" * 100_000, media_type="application/rss+xml"),
        "http://quayherald.example/sitemap.xml": Answer(f"<urlset>{many}</urlset>", media_type="text/xml"),
        TIMEMAP.format(url=MIDDLE): Answer(inward + "x" * 10_000_000, media_type="application/link-format"),
    }  # fmt: skip
    with served(pages) as web, opened(tmp_path, web) as archive:
        assert archive.client is not None
        steps = list(Tracer(archive).trace(REPOST))
    outcomes = {step.publisher or step.url: step.outcome for step in steps}
    assert outcomes["Quay Herald"] == "not-found"
    assert not [step for step in steps if step.depth and step.had]
    assert purposes(tmp_path)["page"] == [REPOST, MIDDLE]


def test_a_statement_of_a_copy_says_of_what_and_from_when(tmp_path: Path) -> None:
    pages = {
        TIMEMAP.format(url=ORIGIN): copies(ORIGIN, "20230505101010"),
        f"{KEEPER}/web/20230505101010id_/{ORIGIN}": copy(ORIGIN, "Fri, 05 May 2023 10:10:10 GMT", WHOLE),
    }
    with served(pages) as web:
        step = traced(tmp_path, web, ORIGIN)[-1]
    assert step.result is not None
    assert step.result.capture is not None
    place = step.result.capture.statement
    stored = gzip.decompress(
        (tmp_path / "archive" / place.warc).read_bytes()[place.offset : place.offset + place.length]
    )
    statement = json.loads(stored.partition(b"\r\n\r\n")[2])
    assert (statement["copy_of"], statement["witnessed_at"], statement["source"]) == (
        ORIGIN,
        "2023-05-05T10:10:10Z",
        "memento",
    )
    assert statement["exchanges"][0]["url"].startswith(KEEPER)
    assert sqlite3.connect(tmp_path / "manifests" / "manifest.db").execute(
        "select asked_url, url from captures where source = 'memento'"
    ).fetchone() == (ORIGIN, ORIGIN)


def test_the_guard_stands_before_what_listings_and_timemaps_name(tmp_path: Path) -> None:
    """Only these hosts are that web: every other address is what it is."""
    hosts = ("farshore.example", "quayherald.example", "estuarydigest.example", "keeper.example")
    with served({}) as inside:  # a neighbour on this machine that must not hear of it
        private = f"http://127.0.0.1:{inside.port}"
        pages: dict[str, str | Answer] = {
            REPOST: article(
                REPOST, "Far Shore", day="2023-05-09",
                note=names("Quay Herald", "http://quayherald.example/") + f'<p>Source: <a href="{MIDDLE}">{MIDDLE}</a></p>',
            ),
            "http://quayherald.example/": front(
                "Quay Herald", f'<a href="{private}/x">{TITLE}</a>',
                f'<link rel="alternate" type="application/rss+xml" href="{private}/feed">',
            ),
            "http://quayherald.example/robots.txt": Answer(f"Sitemap: {private}/map.xml\n", media_type="text/plain"),
            TIMEMAP.format(url=MIDDLE): copies(MIDDLE, "20230507000000"),
            f"{KEEPER}/web/20230507000000id_/{MIDDLE}": Answer(status=302, headers={"Location": f"{private}/y"}),
            f"{KEEPER}/web/20230507000000/{MIDDLE}": Answer(status=302, headers={"Location": "http://[::ffff:127.0.0.1]/"}),
        }  # fmt: skip
        with served(pages) as web, opened(tmp_path, web, hosts=hosts) as archive:
            steps = list(Tracer(archive).trace(REPOST))
        assert inside.asked == []
    assert sorted((step.url or "", step.outcome) for step in steps if step.depth) == [
        ("", "not-found"), (MIDDLE, "flagged"), (MIDDLE, "not-found"),
    ]  # fmt: skip
    assert "not a public address" in next(step.message for step in steps if step.found_by == "timemap")
