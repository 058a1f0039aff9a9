"""Settings: where they come from, which wins, and what a mistake in them says."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.config import Settings, allowed_addresses, find_archive, is_archive, key_path, load, publishers
from archiver.errors import UsageError


def written(folder: Path, text: str, name: str = "watch.toml") -> Path:
    (folder / "manifests").mkdir(exist_ok=True)
    (folder / "manifests" / name).write_text(text, "utf-8")
    return folder


def test_each_source_wins_over_the_next(tmp_path: Path) -> None:
    user = tmp_path / "user.toml"
    user.write_text('[settings]\ncontact = "user@a.example"\ndelay_seconds = 9\nidle_seconds = 9\ntotal_seconds = 9\n')
    folder = written(tmp_path, "[settings]\ndelay_seconds = 8\nidle_seconds = 8\ntotal_seconds = 8\n")
    environ = {"ARCHIVER_CONFIG": str(user), "ARCHIVER_DELAY_SECONDS": "7", "ARCHIVER_TOTAL_SECONDS": "7"}
    found = load(folder, {"total_seconds": 6.0, "obey_robots": None}, environ)
    assert (found.contact, found.idle_seconds, found.delay_seconds, found.total_seconds) == (
        "user@a.example",
        8.0,
        7.0,
        6.0,
    )
    assert found.obey_robots is True


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[settings]\ndelay_second = 1\n", "watch.toml: settings.delay_second is not known; is delay_seconds meant?"),
        ('[settings]\ndelay_seconds = "soon"\n', "delay_seconds must be a number"),
        ("[settings]\nobey_robots = 1\n", "obey_robots must be true or false"),
        ("[settings]\ntotal_seconds = 0\n", "total_seconds must be more than zero"),
        ("[settings]\ntotal_seconds = nan\n", "total_seconds must be more than zero"),
        ("[settings]\ntotal_seconds = inf\n", "total_seconds must be more than zero"),
        ('[settings]\ncontact = "a\\nb"\n', "contact must be plain ASCII"),
        ("settings = 3\n", "settings must be a table"),
        ("[settings\n", "watch.toml: "),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(written(tmp_path, text), {}, {"ARCHIVER_CONFIG": "/nonexistent"})
    assert says in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ARCHIVER_OBEY_ROBOTS: obey_robots must be true or false"):
        load(tmp_path, {}, {"ARCHIVER_OBEY_ROBOTS": "perhaps", "ARCHIVER_CONFIG": "/nonexistent"})


def test_the_user_agent_says_who_asks() -> None:
    assert Settings(contact="desk@a.example").user_agent.endswith("(+mailto:desk@a.example)")
    assert Settings(contact="https://a.example/bot").user_agent.endswith("(+https://a.example/bot)")
    assert "+https://" in Settings().user_agent


def test_allowed_addresses_are_a_comma_list() -> None:
    assert allowed_addresses({"ARCHIVER_ALLOW": " 127.0.0.1:80, [::1]:8080 ,"}) == ("127.0.0.1:80", "[::1]:8080")
    assert allowed_addresses({}) == ()


def test_the_archive_is_the_flag_the_environment_or_the_nearest_folder_upward(tmp_path: Path) -> None:
    written(tmp_path, "", "manifest.db")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_archive(Path("x"), {"ARCHIVER_HOME": "y"}) == Path("x")
    assert find_archive(None, {"ARCHIVER_HOME": "y"}) == Path("y")
    assert find_archive(None, {}, below) == tmp_path.resolve()
    assert is_archive(tmp_path)
    assert not is_archive(below)


def test_publishers_that_the_operator_knows(tmp_path: Path) -> None:
    folder = written(
        tmp_path, '[[publisher]]\nname = "A"\naliases = ["The A"]\nhosts = ["a.example"]\n', "publishers.toml"
    )
    (found,) = publishers(folder)
    assert (found.name, found.aliases, found.hosts, found.kind) == ("A", ("The A",), ("a.example",), "outlet")
    assert publishers(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    "text",
    [
        "publisher = 3",
        "[[publisher]]\naliases = []",
        '[[publisher]]\nname = "A"\nhosts = "a.example"',
        '[[publisher]]\nnmae = "A"',
        "[[publisher]]\nname = 3",
    ],
)
def test_a_mistake_in_publishers_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"publishers\.toml"):
        publishers(written(tmp_path, text, "publishers.toml"))


def test_a_list_is_a_list_in_a_file_and_separated_by_commas_in_the_environment(tmp_path: Path) -> None:
    assert load(tmp_path, {}, {}).timemaps == ("https://web.archive.org/web/timemap/link/{url}",)
    folder = written(tmp_path, '[settings]\ntimemaps = ["http://a.example/{url}"]\n', "watch.toml")
    assert load(folder, {}, {}).timemaps == ("http://a.example/{url}",)
    both = "http://b.example/{url}, https://c.example/t?u={url},"
    assert load(folder, {}, {"ARCHIVER_TIMEMAPS": both}).timemaps == (
        "http://b.example/{url}",
        "https://c.example/t?u={url}",
    )
    assert load(folder, {}, {"ARCHIVER_TIMEMAPS": ""}).timemaps == ()


@pytest.mark.parametrize(
    "value", ['"http://a.example/{url}"', "[3]", '["http://a.example/"]', '["ftp://a.example/{url}"]']
)
def test_a_timemap_that_cannot_be_asked_is_a_mistake(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError, match="timemaps"):
        load(written(tmp_path, f"[settings]\ntimemaps = {value}\n", "watch.toml"), {}, {})


def test_the_key_is_where_it_is_said_to_be_or_in_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for said, path in (("/keys/desk.pem", Path("/keys/desk.pem")), ("~/desk.pem", tmp_path / "desk.pem")):
        assert key_path(load(tmp_path, {}, {"ARCHIVER_KEY": said})) == path
    default = key_path(load(tmp_path, {}, {"ARCHIVER_KEY": ""}))
    assert (default.name, default.parent.name) == ("key.pem", "archiver")
    with pytest.raises(UsageError, match="names no file"):
        key_path(Settings(key="~nobody-of-that-name/key.pem"))
