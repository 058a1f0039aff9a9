"""Jobs, the table of keys, and patterns on addresses."""

from __future__ import annotations

import time
from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.config import Settings
from archiver.model.schedule import Every, Plan
from archiver.model.watch import DAILY, KEYS, OVERRIDES, Job, Role, matches


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("*", "https://a.example/", None),
        ("/news/*", "https://a.example/news/x?y=1", "https://a.example/old/news/x"),
        ("/news/*", "https://a.example/news/", "https://a.example/news"),
        ("/", "https://a.example/", "https://a.example/x"),
        ("/*.html", "https://a.example/x/y.html", "https://a.example/x.html?print"),
        ("/a*b*c", "https://a.example/abbc", "https://a.example/acb"),
        ("/a*a", "https://a.example/aa", "https://a.example/a"),
        ("/story?id=*", "https://a.example/story?id=3", "https://a.example/storyXid=3"),
        ("https://*.a.example/*", "https://www.a.example/x", "https://a.example/x"),
        ("*/2026/*", "https://a.example/news/2026/x", "https://a.example/news/2025/x"),
        ("https://a.example/x", "https://a.example/x", "https://a.example/xy"),
        ("/**x", "https://a.example/yx", "https://a.example/xy"),
    ],
)
def test_a_pattern_fits_the_whole_address_or_all_from_its_path_on(
    pattern: str, fits: str, fits_not: str | None
) -> None:
    assert matches(pattern, fits)
    assert fits_not is None or not matches(pattern, fits_not)


@given(st.lists(st.text("abc/", max_size=5), min_size=1, max_size=5), st.data())
def test_what_is_made_from_a_pattern_fits_it(pieces: list[str], data: st.DataObject) -> None:
    filled = "".join(piece + data.draw(st.text("abc/?", max_size=4)) for piece in pieces[:-1]) + pieces[-1]
    assert matches("*" + "*".join(pieces), "https://a.example/" + filled)


def test_a_pattern_takes_time_in_proportion() -> None:
    def spent(count: int) -> float:
        start = time.perf_counter()
        matches("/" + "*a" * count + "*b", "https://x.example/" + "a" * count * 20)
        return time.perf_counter() - start

    once, twice = (min(spent(count) for _ in range(5)) for count in (20_000, 40_000))
    assert twice < once * 2.3 + 0.005


def test_the_table_of_keys_is_that_of_the_job_and_the_settings() -> None:
    of_job = {field.name for field in fields(Job)} - {"rhythm"} | {"every", "cron", "timezone"}
    assert {key.name for key in KEYS} == of_job
    assert set(OVERRIDES) < {field.name for field in fields(Settings)}
    assert all("|" not in key.meaning + key.default for key in KEYS)


def test_each_role_has_its_plan() -> None:
    hour = timedelta(hours=1)
    job = Job(name="a", urls=("https://a.example/",), feeds=("https://a.example/f",), recapture=(hour,))
    assert job.roles() == (Role.PAGE, Role.FEED, Role.FOUND)
    assert job.plan(Role.PAGE) == Plan(DAILY, (hour,))
    assert job.plan(Role.FEED) == Plan(DAILY)
    assert job.plan(Role.FOUND) == Plan(Every(timedelta(days=30)), (hour,))
    assert Job(name="a", urls=("https://a.example/",)).roles() == (Role.PAGE,)


def test_a_job_wants_what_one_of_its_patterns_fits() -> None:
    assert Job(name="a").wants("https://a.example/x")
    job = Job(name="a", match=("/x*", "/y*"))
    assert job.wants("https://a.example/y")
    assert not job.wants("https://a.example/z")
