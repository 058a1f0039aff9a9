"""archiver watch, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from archiver.cli._capturing import settings_of
from archiver.config import WATCH, load
from archiver.errors import Exit
from tests.cli.printed import Said, run

A, B, FEED = "https://news.example/a", "https://news.example/b", "https://news.example/feed.xml"


def watch(folder: Path, *arguments: str) -> Said:
    return run("watch", *arguments, "--archive", str(folder))


def test_a_watch_list_from_nothing(tmp_path: Path) -> None:
    made = watch(tmp_path, "add", A)
    assert (made.code, made.out) == (0, f"the job news.example visits {A}\n")
    assert "watch.toml was made; the first capture makes the archive" in made.err
    assert not (tmp_path / "archive").exists()
    again = watch(tmp_path, "add", A, B)
    assert (again.code, again.out) == (0, f"the job news.example visits {B}\n")
    assert f"the job news.example visits {A} already" in again.err
    feeds = watch(
        tmp_path, "add", "--feed", FEED, "--sitemap", f"{A}/map.xml", "--job", "desk", "--cron", "30 6 * * mon-fri", "--timezone",
        "Europe/Berlin", "--match", "/news/*", "--recapture", "1h, 1d", "--follow-origin", "--note", "for the desk",
    )  # fmt: skip
    assert (feeds.code, feeds.err) == (0, "")
    told = watch(tmp_path, "list").out
    assert told.startswith(f"job news.example\n  page     {A}\n  page     {B}\n  when     every 1d\njob desk\n")
    for line in (
        f"  feed     {FEED}\n",
        "  match    /news/*\n",
        "  when     cron 30 6 * * mon-fri (Europe/Berlin)\n",
        "  note     for the desk\n",
    ):
        assert line in told
    first, second = map(json.loads, watch(tmp_path, "list", "--json").out.splitlines())
    assert (first["urls"], first["every"], first["next"]) == ([A, B], "1d", None)
    assert (second["cron"], second["timezone"], second["recapture"]) == (
        "30 6 * * mon-fri",
        "Europe/Berlin",
        ["1h", "1d"],
    )
    assert second["next"].endswith(":30:00Z")


def test_a_list_shows_whom_a_job_tells_and_its_own_settings(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / WATCH).write_text(
        f'[[job]]\nname = "a"\nurls = ["{A}"]\nobey_robots = false\ncontact = "Desk"\non_change = "{B}"\nping = "{FEED}"\n'
    )
    assert watch(tmp_path, "list").out.splitlines()[3:] == [
        '  settings obey_robots = false, contact = "Desk"', f"  notices  to {B}", f"  pings    to {FEED}",
    ]  # fmt: skip


def test_a_name_is_quoted_for_the_shell_where_it_stands_in_a_command(tmp_path: Path) -> None:
    watch(tmp_path, "add", A, "--job", "the desk's $HOME")
    said = watch(tmp_path, "remove", A)
    quoted = shlex.quote("the desk's $HOME")
    assert f"`archiver watch remove {quoted}`" in said.err
    assert f"`archiver watch pause {quoted}`" in said.err


def test_where_nothing_is_watched_that_is_said(tmp_path: Path) -> None:
    empty = watch(tmp_path, "list")
    assert (empty.code, empty.out) == (0, "")
    assert "`archiver watch add URL` adds one" in empty.err
    assert watch(tmp_path, "test").err == "0 jobs, no mistakes\n"
    assert not list(tmp_path.iterdir())
    nothing = watch(tmp_path, "add")
    assert nothing.code == Exit.USAGE
    assert "Give an address, or --feed URL" in nothing.err


def test_each_job_says_its_next_five_times(tmp_path: Path) -> None:
    watch(tmp_path, "add", A, "--job", "a", "--every", "6h", "--recapture", "1h")
    watch(tmp_path, "add", "--feed", FEED, "--job", "b", "--cron", "0 3 * * *")
    tested = watch(tmp_path, "test")
    assert (tested.code, tested.err) == (0, "2 jobs, no mistakes\n")
    assert tested.out.count("Z  ") == 15
    assert tested.out.splitlines()[1:3] == ["  a page that is first captured now, again:", tested.out.splitlines()[2]]
    assert tested.out.splitlines()[2].endswith("Z  recapture after 1h")
    first, second = map(json.loads, watch(tmp_path, "test", "--json").out.splitlines())
    assert [one["why"] for one in first["due"]["page"]] == ["recapture after 1h", *["every 6h"] * 4]
    assert list(second["due"]) == ["feed", "found"]
    assert all(one["at"].endswith("T03:00:00Z") for one in second["due"]["feed"])


def test_all_mistakes_stand_each_on_a_line_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / WATCH).write_text(
        '[[job]]\nname = "a"\nurls = ["news.example"]\nevry = "1d"\n\x20cron = "0 25 * * *"\n'
    )
    for arguments in (("test",), ("list",), ("add", A), ("pause", "a"), ("resume", "a"), ("remove", "a")):
        said = watch(tmp_path, *arguments)
        assert (said.code, said.out) == (Exit.USAGE, "")
        place = f"archiver: {tmp_path / WATCH}, line "
        assert [line.removeprefix(place)[:12] for line in said.err.splitlines()[:3]] == [
            "3, column 9:",
            "4: evry is n",
            "5, column 2:",
        ]
        assert said.err.splitlines()[3].startswith("  Mend the file")


def test_test_checks_the_settings_of_the_environment_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVER_OBEY_ROBOTS", "perhaps")
    said = watch(tmp_path, "test")
    assert said.code == Exit.USAGE
    assert "ARCHIVER_OBEY_ROBOTS" in said.err


def test_a_job_rests_goes_on_and_is_taken_out(tmp_path: Path) -> None:
    watch(tmp_path, "add", A, B, "--job", "a", "--cron", "0 3 * * *")
    assert watch(tmp_path, "pause", "a").out == "the job a rests\n"
    assert watch(tmp_path, "pause", "a").out == "the job a rests, as before\n"
    told = watch(tmp_path, "list").out
    assert told.startswith("paused a\n")
    assert "next" not in told
    assert json.loads(watch(tmp_path, "list", "--json").out)["paused"] is True
    assert watch(tmp_path, "resume", "a").out == "the job a goes on\n"
    assert watch(tmp_path, "remove", B).out == f"the job a no longer visits {B}\n"
    only = watch(tmp_path, "remove", A)
    assert only.code == Exit.USAGE
    assert "`archiver watch remove a`" in only.err
    assert watch(tmp_path, "remove", "a").out == "the job a was taken out\n"
    assert watch(tmp_path, "remove", "a").code == Exit.USAGE
    assert watch(tmp_path, "list").out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("news.example/a",), "is https://news.example/a meant?"),
        ((A, "--every", "daily"), "is '1d' meant?"),
        ((A, "--every", "1d", "--cron", "0 0 * * *"), "every and cron together"),
        ((A, "--cron", "0 0 * *"), "cron: it has 4 fields, not five"),
        ((A, "--timezone", "Berlin", "--cron", "0 0 * * *"), "is 'Europe/Berlin' meant?"),
        ((A, "--match", "/x"), "match is for pages that feeds or sitemaps name"),
        (("https://me:pw@news.example/",), "user name or password"),
        (("http://",), "urls: 'http://' is not an address"),
    ],
)
def test_what_is_given_amiss_is_said_without_a_line_of_a_file_that_is_not_there(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    said = watch(tmp_path, "add", *arguments)
    assert said.code == Exit.USAGE
    assert says in said.err
    assert "line" not in said.err
    assert not list(tmp_path.iterdir())


def test_capture_takes_the_settings_of_a_job(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests" / "watch.toml").write_text(
        '[[job]]\nname = "slow"\nurls = ["http://a.example/"]\ndelay_seconds = 7.5\nfollow_origin = true\npaused = true\n'
    )
    settings, follows = settings_of(folder, {}, "slow")
    assert (settings.delay_seconds, follows) == (7.5, True)
    assert settings_of(folder, {"delay_seconds": 2.0}, "slow")[0].delay_seconds == 2.0
    assert settings_of(folder, {}, "") == (load(folder, {}), False)
    said = run("capture", "http://a.example/", "--job", "slwo", "--archive", str(folder))
    assert (said.code, said.out) == (2, "")
    assert "is 'slow' meant?" in said.err
