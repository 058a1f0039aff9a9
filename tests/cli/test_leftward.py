"""Titles and names in Hebrew and Arabic: none takes the date, the address or the quotation mark beside it along."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.pipeline import Archive
from tests.cli.printed import disturbed, run, unsafe
from tests.copies_web import article
from tests.tracing import served

ORIGIN, REPOST = "http://haemek.example/2025/weir", "http://alwadi.example/2025/sadd"
CHANGED = "http://chadash.example/2025/weir"
TITLE, OTHER, THIRD = "הסכר נפתח מחדש", "السد مفتوح", "הסכר ייסגר"
EMEK, WADI, CHADASH, DANA, RIM, SAGI = "העמק", "الوادي", "חדש", "דנה לוי", "ريم حداد", "שגיא כהן"
WORDS = "המים עלו שוב אל השפה ואיש לא ידע מתי ירדו ומה יישאר מן השדות אשר לאורך הנחל הישן"

#: All that is written from right to left in these pages, as it may stand on a line by itself.
FOREIGN = frozenset((TITLE, OTHER, THIRD, WORDS))


def page(n: int, title: str, site: str, author: str, *, note: str = "", day: str = "2025-01-02") -> str:
    return article(n, title, site, note, day).replace("</head>", f'<meta name="author" content="{author}"></head>')


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page, one that took it over and names it, and one of which there are two versions; all names are Hebrew or Arabic."""
    folder = tmp_path_factory.mktemp("leftward")
    settings = Settings(delay_seconds=0.0)
    note = f"This article was originally published on <a href='{ORIGIN}'>{EMEK}</a>."
    web = {
        ORIGIN: page(21, TITLE, EMEK, DANA),
        REPOST: page(21, OTHER, WADI, RIM, note=note, day="2025-01-05"),
        CHANGED: page(22, TITLE, CHADASH, DANA),
    }
    with (
        served(web) as there,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{there.port}"], None)) as opened,
    ):
        assert {result.outcome for result in opened.capture(list(web))} == {"captured"}
        web[CHANGED] = page(22, THIRD, CHADASH, SAGI, note=WORDS)
        list(opened.capture([CHANGED]))
    for arguments in (
        ("decide", CHANGED, "גלים", "--relation", "republished_from"),
        ("publisher", "alias", EMEK, "הגליל", "עמק העדר", "--new"),
    ):
        said = run(*arguments, "--because", "הוא אמר לי", "--by", SAGI, "-A", str(folder))
        assert said.code == 0, said.err
        undisturbed(said.out)
    return folder


def undisturbed(out: str) -> None:
    assert unsafe(out) == set()
    assert [found for line in out.split("\n") for found in disturbed(line, FOREIGN)] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("lookup", ORIGIN), ("lookup", REPOST), ("lookup", CHANGED), ("chains",), ("search", "weir"), ("search", "הסכר"), ("search", "السد"),
        ("diff", CHANGED), ("publisher", "list"), ("lookup", "-f", "{}"), ("status",),
    ],
)  # fmt: skip
def test_no_line_is_disturbed(arguments: tuple[str, ...], archive: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{ORIGIN}\n{REPOST}\n{CHANGED}\nhttp://never.example/שלום\n", "utf-8")
    said = run(*(str(listed) if one == "{}" else one for one in arguments), "-A", str(archive))
    assert said.out or "weir" in arguments, said.err
    undisturbed(said.out)
    undisturbed(said.err)


def test_a_record_says_who_where_and_when_with_a_word_before_each(archive: Path) -> None:
    lines = run("lookup", REPOST, "-A", str(archive)).out.split("\n")
    assert lines[:3] == [OTHER, f"by {RIM} · in {WADI} · dated 2025-01-05", REPOST]
    assert lines[3].startswith(f"Not the original. First published by {EMEK}, on 2025-01-02 (")
    assert f"  published by {EMEK}  dated 2025-01-02  at {ORIGIN}" in lines


def test_a_decision_keeps_the_person_apart_from_the_day_and_the_reason(archive: Path) -> None:
    assert f"  decided by {SAGI}, on 20" in run("lookup", CHANGED, "-A", str(archive)).out
    connection = sqlite3.connect(archive / "manifests" / "manifest.db")
    assert connection.execute("select by, because from decisions").fetchone() == (SAGI, "הוא אמר לי")
    connection.close()


def test_versions_go_from_the_old_to_the_new_in_words(archive: Path) -> None:
    said = run("lookup", CHANGED, "-A", str(archive)).out
    assert f"title  from “{TITLE}” to “{THIRD}”" in said


def test_a_changed_text_has_a_word_at_the_beginning_of_its_lines(archive: Path) -> None:
    assert f"  added  {WORDS}" in run("diff", CHANGED, "-A", str(archive)).out


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("by דנה · in העמק · dated 2025-01-02", False),
        ("Daily Relay · 2025-01-02 · http://a.example/1", False),
        (TITLE, False),
        ("העמק · 2025-01-02", True),
        ("published by העמק, 2025-01-02", True),
        ("byline דנה → שגיא", True),
        (f"{TITLE} · Daily Relay", True),
    ],
)
def test_the_check_itself(line: str, fault: bool) -> None:
    assert bool(disturbed(line, FOREIGN)) is fault
