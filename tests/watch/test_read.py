"""The watch list as it is read: a whole file, and for each mistake its line and what is meant."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import config
from archiver.config import Settings
from archiver.errors import Exit, UsageError
from archiver.model.cron import Cron, parse
from archiver.model.schedule import Every
from archiver.model.watch import Job
from archiver.watch.read import LARGEST, MOST, BadWatch, checked, load, of_job, text_of

WHOLE = """\
[settings]
contact = "desk@letters.example"

[defaults]
every = "6h"
timezone = "Europe/Berlin"
delay_seconds = 3

[[job]]
name = "front pages"
urls = ["HTTPS://News.Example", "https://news.example/", "https://bücher.example/ä"]
recapture = ["7d", "1h", "60m"]
note = "asked for by the desk"

[[job]]
name = "articles"
feeds = ["https://news.example/feed"]
sitemaps = ["https://news.example/sitemap.xml"]
match = ["/politics/*", "https://News.example/ä/*"]
cron = "30 6 * * mon-fri"
revisit = "14d"
follow_origin = true
obey_robots = false
delay_seconds = 10.5
max_megabytes = 8
contact = "other@letters.example"
on_change = "https://hooks.letters.example/changed"
ping = "https://hooks.letters.example/ping"
paused = true
"""


def written(folder: Path, text: str) -> Path:
    (folder / "manifests").mkdir(exist_ok=True)
    (folder / config.WATCH).write_bytes(text.encode())
    return folder


def test_a_whole_file(tmp_path: Path) -> None:
    first, second = load(written(tmp_path, WHOLE))
    assert first == Job(
        name="front pages", urls=("https://news.example/", "https://xn--bcher-kva.example/%C3%A4"), rhythm=Every(timedelta(hours=6)),
        recapture=(timedelta(hours=1), timedelta(days=7)), delay_seconds=3.0, note="asked for by the desk",
    )  # fmt: skip
    assert second == Job(
        name="articles", feeds=("https://news.example/feed",), sitemaps=("https://news.example/sitemap.xml",),
        match=("/politics/*", "https://news.example/%C3%A4/*"), rhythm=parse("30 6 * * mon-fri", ZoneInfo("Europe/Berlin")),
        revisit=timedelta(days=14), follow_origin=True, obey_robots=False, delay_seconds=10.5, max_megabytes=8.0,
        contact="other@letters.example", on_change="https://hooks.letters.example/changed", ping="https://hooks.letters.example/ping",
        paused=True,
    )  # fmt: skip
    assert load(written(tmp_path, WHOLE.replace("\n", "\r\n"))) == (first, second)
    assert load(written(tmp_path, "\ufeff" + WHOLE)) == (first, second)


def test_where_there_is_no_file_there_are_no_jobs(tmp_path: Path) -> None:
    assert load(tmp_path) == ()
    assert load(written(tmp_path, "# nothing yet\n")) == ()


def test_the_files_own_example_in_the_repository_is_right() -> None:
    assert checked(text_of(Path(__file__).parents[2] / config.WATCH)) == ((), ())


JOB = '[[job]]\nname = "a"\nurls = ["https://a.example/"]\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (JOB + 'evry = "1d"\n', "line 4: evry is not known; is every meant?"),
        (JOB + "zzz = 1\n", "line 4: zzz is not known; known are: name, urls"),
        (JOB + 'every = "daily"\n', "line 4: every: 'daily' is no length of time"),
        (JOB + "every = 6\n", "line 4: every must be a length of time, in quotation marks, not 6"),
        (JOB + 'every = "30s"\n', "line 4: every: '30s' is no length"),
        (JOB + 'recapture = ["1h", "x"]\n', "line 4, column 20: recapture: 'x' is no length"),
        (JOB + 'recapture = "1h"\n', 'write recapture = ["1h"]'),
        (JOB + 'cron = "0 25 * * *"\n', "line 4: cron: the hour field: 25 is not between 0 and 23"),
        (JOB + 'cron = "0 * * * *"\nevery = "1d"\n', "line 5: every and cron together"),
        (JOB + 'cron = "0 * * * *"\ntimezone = "berlin"\n', "is 'Europe/Berlin' meant?"),
        (JOB + 'cron = "0 * * * *"\ntimezone = "../etc/passwd"\n', "line 5: timezone: '../etc/passwd' is no time zone"),
        (JOB + 'cron = "0 * * * *"\ntimezone = "Europe"\n', "line 5: timezone: 'Europe' is no time zone"),
        (JOB + 'timezone = "UTC"\n', "line 4: timezone is for a cron line"),
        (JOB + 'match = ["/x"]\n', "line 4: match is for pages that feeds or sitemaps name"),
        (JOB + 'revisit = "1d"\n', "line 4: revisit is for pages that feeds or sitemaps name"),
        (JOB + 'feeds = ["https://a.example/f"]\nmatch = ["news"]\n', "line 5, column 10: match: 'news' fits no address"),
        (JOB + 'feeds = ["https://a.example/f"]\nmatch = ["http://ä.example/*"]\n', "must be written in A-labels"),
        (JOB + 'paused = "yes"\n', "line 4: paused must be true or false, without quotation marks, not 'yes'"),
        (JOB + 'ping = "ftp://a.example/"\n', "line 4: ping: the scheme 'ftp' is not taken"),
        (JOB + "delay_seconds = -1\n", "line 4: delay_seconds must be zero or more"),
        (JOB + 'delay_seconds = "1s"\n', "line 4: delay_seconds must be a number"),
        (JOB + 'obey_robots = "no"\n', "line 4: obey_robots must be true or false"),
        (JOB + 'contact = "ä"\n', "line 4: contact must be plain ASCII"),
        (JOB + "\n" + JOB, "line 6: name: the job of line 2 is called 'a' too"),
        ('[[job]]\n\nname = "a"\nurls = []\n', "line 1: this job has nothing to visit"),
        ('[[job]]\nurls = ["https://a.example/"]\n', "line 1: this job has no name"),
        (JOB.replace('"a"', '""'), "line 2: name must be 1 to 100 characters"),
        (JOB.replace('"a"', '"a\\nb"'), "line 2: name must be"),
        (JOB.replace('"a"', '"http://a"'), "line 2: name must be"),
        (JOB.replace('"a"', "3"), "line 2: name must be text, in quotation marks, not 3"),
        ('[[job]]\nname = "a"\nurls = [\n  "https://a.example/",\n  "a.example/x",\n]\n', "line 5, column 3: urls: 'a.example/x'"),
        ('[[job]]\nname = "a"\nurls = ["a.example/x"]\n', "is https://a.example/x meant?"),
        ('[[job]]\nname = "a"\nurls = ["https://me:pw@a.example/"]\n', "line 3, column 9: urls: the address holds a user name"),
        ('[[job]]\nname = "a"\nurls = [3]\n', "line 3, column 9: urls must be a list of addresses, each in quotation marks, not 3"),
        ('[[job]]\nname = "a"\nurls = "https://a.example/"\n', 'line 3: urls must be a list of addresses; write urls = ["https://a.example/"]'),
        ('[job]\nname = "a"\n', "line 1: a job begins with [[job]], in double brackets"),
        ("job = [3]\n", "line 1, column 8: a job begins with [[job]]"),
        ("[[jobs]]\n", "line 1: jobs is not known; is job meant?"),
        ('every = "1d"\n', "line 1: every stands outside of every table"),
        ('evry = "1d"\n', "line 1: evry is not known; is every meant?"),
        ('[defaults]\nname = "a"\n', "line 2: name belongs in a [[job]]"),
        ('[defaults]\nevry = "1d"\n', "line 2: evry is not known; is every meant?"),
        ("defaults = 3\n", "line 1: defaults must be a table: a line [defaults]"),
        ("settings = 3\n", "line 1: settings must be a table"),
        ("[settings]\n\ndelay_second = 1\n", "line 3: delay_second is not known; is delay_seconds meant?"),
        ("[settings]\ntotal_seconds = 0\n", "line 2: total_seconds must be more than zero"),
        ("[[job]]\nname = a\n", "line 2, column 8: this cannot be read (invalid value)"),
        ('[[job]]\nname = "a', "this cannot be read"),
        ("a = " + "[" * 50_000, "too deep"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_what_is_meant(text: str, says: str) -> None:
    _, mistakes = checked(text)
    assert any(says in str(mistake) for mistake in mistakes), [str(mistake) for mistake in mistakes]


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[settings]\ndelay_second = 1\n[[job]]\nname = "a"\nevry = "1d"\npaused = 1\n[[job]]\nname = "a"\nurls = ["x"]\n'
    with pytest.raises(BadWatch) as caught:
        load(written(tmp_path, text))
    assert [mistake.place.line for mistake in caught.value.mistakes] == [2, 3, 5, 6, 8, 9]
    assert str(caught.value).count("watch.toml, line ") == 6
    assert caught.value.exit_code == Exit.USAGE


def test_a_file_of_mistakes_is_not_listed_without_end() -> None:
    _, mistakes = checked(
        '[[job]]\nname = "a"\nurls = [\n' + "".join(f'"x{"y" * 1000}",\n' for _ in range(500)) + "]\n"
    )
    assert len(mistakes) == MOST + 1
    assert "400 further mistakes" in str(mistakes[-1])
    assert max(len(str(mistake)) for mistake in mistakes) < 500


def test_a_job_of_its_own_rhythm_is_not_held_to_the_shared_one() -> None:
    (hourly,), _ = checked('[defaults]\ncron = "0 3 * * *"\n' + JOB + 'every = "1h"\n')
    (nightly,), _ = checked('[defaults]\nevery = "1h"\n' + JOB + 'cron = "0 3 * * *"\n')
    assert hourly.rhythm == Every(timedelta(hours=1))
    assert isinstance(nightly.rhythm, Cron)


def test_a_file_that_cannot_be_read_as_text_says_where(tmp_path: Path) -> None:
    written(tmp_path, "")
    (tmp_path / config.WATCH).write_bytes(b"# fine\nname = '\xff'\n")
    with pytest.raises(BadWatch, match=r"line 2, column 9: not UTF-8"):
        load(tmp_path)
    (tmp_path / config.WATCH).write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(UsageError, match="has more than"):
        load(tmp_path)
    (tmp_path / config.WATCH).unlink()
    (tmp_path / config.WATCH).mkdir()
    with pytest.raises(UsageError, match=r"watch\.toml: Is a directory"):
        load(tmp_path)


def test_a_job_changes_the_settings_but_not_what_the_command_line_or_the_environment_says() -> None:
    job = Job(name="a", delay_seconds=9.0, obey_robots=False, contact="")
    settings = Settings(delay_seconds=2.0, max_megabytes=5.0)
    found = of_job(settings, job, config.firm({}, {}))
    assert (found.delay_seconds, found.obey_robots, found.max_megabytes) == (9.0, False, 5.0)
    held = of_job(settings, job, config.firm({"delay_seconds": 2.0, "contact": None}, {"ARCHIVER_OBEY_ROBOTS": "yes"}))
    assert (held.delay_seconds, held.obey_robots) == (2.0, True)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from([*WHOLE.splitlines(), "[job.x]", "urls = 3", 'cron = "x"', "x = {a = 1}", "]", '"""']),
        max_size=12,
    )
)
def test_any_text_has_jobs_or_mistakes_with_places_in_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    _, mistakes = checked(text)
    assert all(1 <= mistake.place.line <= len(lines) + 1 for mistake in mistakes)
