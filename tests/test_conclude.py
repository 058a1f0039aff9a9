"""Conclusions that depend on more than one page: boilerplate of a site, and what a person decided of a publisher."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

import archiver
from archiver.demo import web
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.publishers import listed
from archiver.model.agent import Naming
from archiver.model.lineage import Decision, Ruling
from archiver.model.statement import Stated
from archiver.warc.groups import groups
from tests.small_web import archived

AT = datetime(2026, 3, 1, tzinfo=UTC)

WORDS = (
    "council",
    "bridge",
    "river",
    "spring",
    "meeting",
    "gallery",
    "railing",
    "chair",
    "plan",
    "flood",
    "vote",
    "lamp",
)


def article(n: int, note: str) -> str:
    """A page of its own words, with a note at its end."""
    chance = random.Random(n)
    body = "".join(f"<p>The {' '.join(chance.choices(WORDS, k=30))}.</p>" for _ in range(4))
    return (
        f"<html><head><title>Footbridge, part {n}</title><meta property='og:site_name' content='River Digest'></head>"
        f"<body><article><h1>Footbridge, part {n}</h1>{body}<p>{note}</p></article></body></html>"
    )


TEMPLATE = "This article was originally published on Weir News."


def pages(with_note: int, without: int) -> dict[str, str]:
    notes = [TEMPLATE] * with_note + [""] * without
    return {f"http://riverdigest.example/footbridge/{n}": article(n, note) for n, note in enumerate(notes, 1)}


def seen(folder: Path, url: str) -> tuple[float, bool, float, list[str]]:
    """Weight and standing of the one upstream claim, the confidence of its edge, the codes of the findings."""
    with archiver.open_archive(folder) as archive:
        citation = archive.lookup(url)[0]
    (claim,) = (c for c in citation.claims if c.relation == "originally_published_by")
    (edge,) = (e for e in citation.edges if e.from_url == url)
    return claim.weight, claim.boilerplate, edge.confidence, [f.code for f in citation.findings]


def test_what_stands_on_most_pages_of_a_site_weighs_little_on_all_of_them(tmp_path: Path) -> None:
    archived(tmp_path, pages(4, 0))
    first = "http://riverdigest.example/footbridge/1"
    weight, boilerplate, confidence, findings = seen(tmp_path, first)
    assert not boilerplate
    assert weight > 0.8
    assert findings == []
    archived(tmp_path, pages(5, 0))
    for url in pages(5, 0):
        low, boilerplate, lower, findings = seen(tmp_path, url)
        assert boilerplate
        assert low == pytest.approx(weight * 0.3, abs=0.001)
        assert lower < 0.3 < confidence
        assert findings == ["boilerplate-claim"]


def test_it_does_not_matter_in_which_order_the_pages_were_captured(tmp_path: Path) -> None:
    web_of_nine = pages(6, 3)
    there, back = tmp_path / "there", tmp_path / "back"
    archived(there, web_of_nine)
    archived(back, dict(reversed(web_of_nine.items())))
    for url in list(web_of_nine)[:6]:
        assert seen(there, url) == seen(back, url)
        assert seen(there, url)[1]


def test_a_sentence_on_a_few_of_many_pages_is_what_it_says(tmp_path: Path) -> None:
    archived(tmp_path, pages(5, 11))
    assert not seen(tmp_path, "http://riverdigest.example/footbridge/1")[1]


# ── a person's decisions ──


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(demo, folder)
    return folder


def naming(publisher: str, *names: str, hosts: tuple[str, ...] = ()) -> Naming:
    return Naming(publisher, AT, "M. Frey", "both imprints say so", names, hosts)


def edges(folder: Path) -> list[dict[str, object]]:
    with archiver.open_archive(folder) as archive:
        return sorted((e.as_json() for chain in archive.chains() for e in chain.edges), key=json.dumps)


def entries(folder: Path) -> list[dict[str, object]]:
    with open_read_only(folder) as connection:
        return sorted((entry.as_json() for entry in listed(connection)), key=json.dumps)


def test_a_decision_is_a_statement_before_it_is_a_row(copy: Path) -> None:
    with archiver.open_archive(copy) as archive:
        archive.identify(naming("World Letter", "WL", hosts=("worldletter.org",)))
        assert archive.verify().problems == ()
    (path,) = (copy / "archive").glob("*.warc.gz")
    last = [group.statement for group in groups(path)][-1]
    assert isinstance(last, Stated)
    assert last.fact == naming("World Letter", "WL", hosts=("worldletter.org",))


def test_an_entry_that_is_merged_gives_the_other_all_it_has(copy: Path) -> None:
    with archiver.open_archive(copy) as archive:
        relay = archive.publisher("Daily Relay")
        assert relay is not None
        assert archive.identify(naming("World Letter", relay.name, *relay.aliases, hosts=relay.hosts)) > 0
        assert archive.publisher("dailyrelay.example") == archive.publisher("World Letter")
    found = {entry["name"]: entry for entry in entries(copy)}
    assert "Daily Relay" not in found
    assert found["World Letter"]["pages"] == 3
    assert found["World Letter"]["decisions"] == ["2026-03-01, M. Frey: both imprints say so"]
    # the Relay took the text from the Letter: within one house that is no republication
    said = [(e["from"], e["relation"]) for e in edges(copy)]
    assert (web.EXCERPT, "republished_from") not in said


def test_a_decision_is_undone_by_the_next(copy: Path) -> None:
    before, names = edges(copy), {entry["name"]: entry["hosts"] for entry in entries(copy)}
    with archiver.open_archive(copy) as archive:
        archive.identify(naming("World Letter", "Daily Relay", hosts=("dailyrelay.example",)))
    assert edges(copy) != before
    with archiver.open_archive(copy) as archive:
        archive.identify(naming("Daily Relay", hosts=("dailyrelay.example",)))
    assert edges(copy) == before
    assert {entry["name"]: entry["hosts"] for entry in entries(copy)} == names


def test_a_decision_names_a_publisher() -> None:
    with pytest.raises(ValueError, match="no publisher"):
        naming(" ")


def test_decisions_outlive_the_manifest(copy: Path) -> None:
    with archiver.open_archive(copy) as archive:
        archive.identify(naming("World Letter", "WL"))
        archive.identify(naming("World Letter", "Daily Relay", hosts=("dailyrelay.example",)))
    kept_entries, kept_edges = entries(copy), edges(copy)
    shutil.rmtree(copy / "manifests")
    archiver.open_archive(copy).manifest.close()
    assert entries(copy) == kept_entries
    assert edges(copy) == kept_edges


def verdicts(folder: Path) -> dict[str, tuple[str, str]]:
    with archiver.open_archive(folder) as archive:
        return {url: (archive.lookup(url)[0].status, archive.lookup(url)[0].verdict) for url in web.VISITED}


def ruling(source: str, said: Ruling = Ruling.REPUBLISHED_FROM) -> Decision:
    return Decision(web.EXCERPT, said, AT, "M. Frey", "she told us on the telephone", source)


def test_where_a_text_came_from_can_be_decided_and_taken_back(copy: Path) -> None:
    before = verdicts(copy)
    with archiver.open_archive(copy) as archive:
        assert archive.decide(ruling(web.ORIGINAL)) == 2
        (edge,) = (e for e in archive.lookup(web.EXCERPT)[0].edges if e.from_url == web.EXCERPT)
        assert (edge.to_url, edge.status, edge.confidence) == (web.ORIGINAL, "curated", 1.0)
        assert edge.decided == "M. Frey, 2026-03-01: she told us on the telephone"
        assert archive.verify().problems == ()
    decided = verdicts(copy)
    assert decided != before
    shutil.rmtree(copy / "manifests")
    archiver.open_archive(copy).manifest.close()
    assert verdicts(copy) == decided
    with archiver.open_archive(copy) as archive:
        archive.decide(ruling(web.ORIGINAL, Ruling.UNDECIDED))
    assert verdicts(copy) == before


def test_a_decision_about_a_page_that_comes_later_holds_when_it_has_come(copy: Path, tmp_path: Path) -> None:
    with archiver.open_archive(tmp_path / "new") as archive:
        assert archive.decide(ruling(web.ORIGINAL)) == 0
        for path in sorted((copy / "archive").glob("*.warc.gz")):
            archive.import_(path)
        (edge,) = (e for e in archive.lookup(web.EXCERPT)[0].edges if e.from_url == web.EXCERPT)
    assert (edge.to_url, edge.status) == (web.ORIGINAL, "curated")


def test_a_decision_that_was_stated_and_not_applied_is_applied_at_the_next_opening(copy: Path) -> None:
    with archiver.open_archive(copy) as archive:
        archive.identify(naming("World Letter", "WL"))
    kept = entries(copy)
    connection = sqlite3.connect(copy / MANIFEST)
    connection.execute("update namings set applied = 0")
    connection.execute("delete from aliases where spelling = 'WL'")
    connection.commit()
    connection.close()
    assert entries(copy) != kept
    archiver.open_archive(copy).manifest.close()
    assert entries(copy) == kept


# ── signs of a copy ──

STORY = " ".join(
    f"The {a} of the {b} was moved from the {c}." for a in WORDS[:4] for b in WORDS[4:8] for c in WORDS[8:]
)


def signed(host: str, path: str, byline: str, text: str, link: str = "") -> dict[str, str]:
    page = (
        f"<html><head><title>{path}</title><meta property='og:site_name' content='{host}'></head><body><article><h1>{path}</h1>"
        f"<p class='byline'>By <a rel='author' href='/staff'>{byline}</a></p><p>{text}</p><p>{link} {text[:200]}</p></article></body></html>"
    )
    return {f"http://{host}/{path}": page}


def test_an_author_s_second_page_tells_whose_writer_that_is(tmp_path: Path) -> None:
    both = signed("pump.example", "the-ferry-moves-on", "Ada Lock", STORY) | signed(
        "riverdigest.example", "the-ferry-has-moved", "Ada Lock", STORY
    )
    archived(tmp_path, both)
    assert [e["relation"] for e in edges(tmp_path)] == ["same_text"]
    archived(
        tmp_path,
        signed("riverdigest.example", "another-matter", "Ada Lock", "Quite other words, and few."),
    )
    assert [(e["from"], e["to"], e["relation"]) for e in edges(tmp_path)] == [
        ("http://pump.example/the-ferry-moves-on", "http://riverdigest.example/the-ferry-has-moved", "republished_from")
    ]


def test_links_that_lead_back_tell_the_copy(tmp_path: Path) -> None:
    link = "More <a href='http://riverdigest.example/ferries'>about the boats</a> is to come."
    archived(
        tmp_path,
        signed("riverdigest.example", "the-ferry-has-moved", "Ada Lock", STORY, link)
        | signed("pump.example", "the-ferry-moves-on", "Bo Weir", STORY, link),
    )
    assert [(e["from"], e["confidence"]) for e in edges(tmp_path)] == [("http://pump.example/the-ferry-moves-on", 0.55)]
