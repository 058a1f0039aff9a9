"""Editing the watch list: what is asked for changes, and every other character stays."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import config
from archiver.errors import NotFound, Unwritable, UsageError
from archiver.watch.edit import Draft, add, pause, remove
from archiver.watch.read import BadWatch, load
from tests.watch.test_read import WHOLE, written

A, B, C = (f"https://news.example/{name}" for name in "abc")


def text_in(folder: Path) -> str:
    return (folder / config.WATCH).read_bytes().decode()


LAYOUTS = [
    (f'urls = ["{A}"]', f'urls = ["{A}", "{B}"]'),
    (f'urls = ["{A}",] # x', f'urls = ["{A}", "{B}",] # x'),
    (f"urls = [ '{A}' ]", f"urls = [ '{A}', \"{B}\" ]"),
    (f'urls = [\n  "{A}"\n]', f'urls = [\n  "{A}",\n  "{B}",\n]'),
    (
        f'urls = [\n\t"{A}", # the first, of [ all ]\n\t# and more\n]',
        f'urls = [\n\t"{A}", # the first, of [ all ]\n\t"{B}",\n\t# and more\n]',
    ),
    (f'urls = [\n  "{A}" # no comma\n]', f'urls = [\n  "{A}", # no comma\n  "{B}",\n]'),
    (f'urls = [\n  "{A}"\n  , # apart\n]', f'urls = [\n  "{A}",\n  "{B}",\n  , # apart\n]'),
]


@pytest.mark.parametrize(("before", "after"), LAYOUTS[:6])
def test_an_address_is_added_in_the_layout_that_is_there(tmp_path: Path, before: str, after: str) -> None:
    text = '# mine\n[settings] # and this\ndelay_seconds = 2\n\n[[job]] # here\n{}\nname = "a" # so it is called\n\n[[job]]\nname = "b"\nfeeds = ["{}"]\n# end\n'
    for eol in ("\n", "\r\n"):
        written(tmp_path, text.format(before, C).replace("\n", eol))
        done = add(tmp_path, Draft(name="a", urls=(B,)))
        assert (done.new, done.known, done.made_job) == ((B,), (), False)
        assert text_in(tmp_path) == text.format(after, C).replace("\n", eol)


def test_an_address_is_taken_out_with_what_stands_behind_it_on_its_line(tmp_path: Path) -> None:
    for before, after in (
        (f'["{A}", "{B}"]', f'["{A}"]'),
        (f'["{B}", "{A}"]', f'["{A}"]'),
        (f'["{A}", "{B}", ] # x', f'["{A}", ] # x'),
        (f'[\n  "{A}", # one\n  "{B}", # two\n  # three\n]', f'[\n  "{A}", # one\n  # three\n]'),
        (f'[\n  "{A}", # one\n  "{B}"\n]', f'[\n  "{A}", # one\n]'),
        (f'[\n  "{A}", "{B}",\n  "{C}", "{B}"]', f'[\n  "{A}", "{C}"]'),
    ):
        written(tmp_path, f'[[job]]\nname = "a"\nurls = {before}\n')
        assert remove(tmp_path, B.upper().replace("/B", "/b")).jobs == ("a",)
        kept = text_in(tmp_path)
        assert tomllib.loads(kept)["job"][0]["urls"] == tomllib.loads(f"k = {after}")["k"]
        assert kept.count("#") == after.count("#")


def test_an_address_is_taken_out_of_every_job_and_every_list(tmp_path: Path) -> None:
    written(
        tmp_path,
        f'[[job]]\nname = "a"\nurls = ["{A}", "{B}"]\n[[job]]\nname = "b"\nfeeds = ["{B}"]\nurls = ["{C}"]\n[[job]]\nname = "c"\nurls = ["{C}"]\n',
    )
    assert remove(tmp_path, B).jobs == ("a", "b")
    assert [job.visits() for job in load(tmp_path)] == [(("page", A),), (("page", C),), (("page", C),)]
    with pytest.raises(NotFound, match="no job lists"):
        remove(tmp_path, B)
    with pytest.raises(UsageError, match="is all that the job 'a' visits") as caught:
        remove(tmp_path, A)
    assert "watch remove a" in caught.value.advice
    with pytest.raises(UsageError, match="scheme"):
        remove(tmp_path, "ftp://a.example/")


def test_a_job_is_taken_out_and_its_neighbours_stay_as_they_are(tmp_path: Path) -> None:
    first, second, third = (f'[[job]] # {name}\nname = "{name}"\nurls = [\n "{A}",\n] # done\n' for name in "abc")
    for text, name, rest in (
        (f"# top\n{first}\n# two\n{second}\n# three\n{third}", "b", f"# top\n{first}\n# two\n\n# three\n{third}"),
        (f"{first}\n{second}", "a", second),
        (f"{first}\n{second}", "b", first),
        (f"{first}{second}\n\n", "b", first),
        (f"{first}{second}{third}", "b", f"{first}{third}"),
        (first, "a", ""),
    ):
        written(tmp_path, text)
        remove(tmp_path, name)
        assert text_in(tmp_path) == rest
    with pytest.raises(UsageError, match="no job of the name 'zz'"):
        remove(tmp_path, "zz")


def test_a_job_rests_and_goes_on(tmp_path: Path) -> None:
    text = f'[[job]]\nname = "a" # a\nurls = ["{A}"]\n[[job]]\nname = "b"\nurls = ["{A}"]\npaused = true # for now'
    written(tmp_path, text)
    assert pause(tmp_path, "a", paused=True)
    assert not pause(tmp_path, "a", paused=True)
    assert pause(tmp_path, "b", paused=False)
    assert text_in(tmp_path) == text.replace("# a\n", "# a\npaused = true\n").replace(
        "paused = true # for", "paused = false # for"
    )
    assert [job.paused for job in load(tmp_path)] == [True, False]
    with pytest.raises(UsageError, match="no job of the name") as caught:
        pause(tmp_path, "c", paused=True)
    assert caught.value.advice == "The jobs are: a, b."


def test_a_job_is_made_and_the_file_with_it(tmp_path: Path) -> None:
    draft = Draft(
        name='the "desk"\\', urls=(A,), feeds=("https://news.example/feed",), match=("/x/*",), cron="0 6 * * *", timezone="Europe/Berlin",
        recapture=("1h", "1d"), follow_origin=True, note="why\n\x7f \ud800",
    )  # fmt: skip
    done = add(tmp_path, draft)
    assert (done.made_job, done.made_file) == (True, True)
    assert text_in(tmp_path).startswith("# What")
    (job,) = load(tmp_path)
    assert (job.name, job.note, job.follow_origin) == ('the "desk"\\', "why\n\x7f ?", True)
    assert str(job.rhythm) == "cron 0 6 * * * (Europe/Berlin)"
    add(tmp_path, Draft(name="two", urls=tuple(f"https://news.example/{n}" for n in range(9))))
    assert [one.name for one in load(tmp_path)] == [job.name, "two"]
    assert text_in(tmp_path).endswith('    "https://news.example/8",\n]\n')


def test_a_job_that_is_made_has_what_is_shared(tmp_path: Path) -> None:
    written(tmp_path, '[defaults]\nevery = "2h"')
    add(tmp_path, Draft(name="a", urls=(A,)))
    assert str(load(tmp_path)[0].rhythm) == "every 2h"
    assert text_in(tmp_path) == f'[defaults]\nevery = "2h"\n\n[[job]]\nname = "a"\nurls = ["{A}"]\n'


def test_what_a_job_has_already_is_not_added_again_and_changes_nothing(tmp_path: Path) -> None:
    written(tmp_path, WHOLE)
    done = add(tmp_path, Draft(name="front pages", urls=("http://news.example/x", "https://NEWS.example")))
    assert (done.new, done.known) == (("http://news.example/x",), ("https://news.example/",))
    before = (tmp_path / config.WATCH).stat().st_ino
    assert add(tmp_path, Draft(name="front pages", urls=("https://news.example",))).new == ()
    assert (tmp_path / config.WATCH).stat().st_ino == before


def test_how_a_job_is_done_is_not_changed_by_adding_to_it(tmp_path: Path) -> None:
    written(tmp_path, WHOLE)
    with pytest.raises(UsageError, match=r"is there already \(.*watch\.toml, line 9\), and every is part of it"):
        add(tmp_path, Draft(name="front pages", urls=(A,), every="1h"))
    assert text_in(tmp_path) == WHOLE


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (Draft(name="a", urls=("news.example/a",)), "is https://news.example/a meant?"),
        (Draft(name="a", urls=(A,), every="daily"), "is '1d' meant?"),
        (Draft(name="a", urls=(A,), every="1h", cron="0 * * * *"), "every and cron together"),
        (Draft(name="a", urls=(A,), match=("/x",)), "match is for pages"),
        (Draft(name="a", urls=(A,), timezone="UTC"), "timezone is for a cron line"),
        (Draft(name="a\nb", urls=(A,)), "name must be"),
        (Draft(name="a"), "nothing to visit"),
    ],
)
def test_a_draft_with_a_mistake_makes_nothing(tmp_path: Path, draft: Draft, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        add(tmp_path, draft)
    assert says in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_file_with_mistakes_or_of_another_manner_is_left_alone(tmp_path: Path) -> None:
    broken, inline = WHOLE + "x = 1\n", f'job = [{{name = "a", urls = ["{A}", "{B}"]}}]\n'
    written(tmp_path, broken)
    with pytest.raises(BadWatch):
        add(tmp_path, Draft(name="a", urls=(A,)))
    assert text_in(tmp_path) == broken
    written(tmp_path, inline)
    for change in (
        lambda: add(tmp_path, Draft(name="a", urls=(C,))),
        lambda: add(tmp_path, Draft(name="b", urls=(C,))),
        lambda: pause(tmp_path, "a", paused=True),
        lambda: remove(tmp_path, "a"),
        lambda: remove(tmp_path, A),
    ):
        with pytest.raises(UsageError, match="written in a way that is not edited here"):
            change()
    assert text_in(tmp_path) == inline


def test_where_there_is_no_list_only_adding_makes_one(tmp_path: Path) -> None:
    for change in (lambda: pause(tmp_path, "a", paused=True), lambda: remove(tmp_path, "a")):
        with pytest.raises(UsageError, match="there is no watch list"):
            change()
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    written(tmp_path, "")
    (tmp_path / config.WATCH).rename(kept)
    kept.chmod(0o640)
    (tmp_path / config.WATCH).symlink_to(kept)
    add(tmp_path, Draft(name="a", urls=(A,)))
    assert (tmp_path / config.WATCH).is_symlink()
    assert A in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o640


def test_who_was_killed_while_writing_is_in_nobodys_way(tmp_path: Path) -> None:
    written(tmp_path, WHOLE)
    (tmp_path / "manifests/.watch.toml.new").write_text("[[jo")
    add(tmp_path, Draft(name="a", urls=(A,)))
    assert [path.name for path in (tmp_path / "manifests").iterdir()] == ["watch.toml"]


def test_what_the_disk_does_not_take_is_said_and_the_file_stays_as_it_was(tmp_path: Path) -> None:
    written(tmp_path, WHOLE)
    (tmp_path / "manifests/.watch.toml.new").mkdir()
    with pytest.raises(Unwritable, match=r"watch\.toml could not be written: .*; what stands in it is whole"):
        add(tmp_path, Draft(name="a", urls=(A,)))
    assert text_in(tmp_path) == WHOLE
    with pytest.raises(UsageError, match="Not a directory"):
        add(tmp_path / config.WATCH, Draft(name="a", urls=(A,)))


def test_those_who_edit_at_once_lose_nothing(tmp_path: Path) -> None:
    def work(name: str) -> None:
        for n in range(8):
            add(tmp_path, Draft(name="a", urls=(f"https://{name}.example/{n}",)))

    threads = [threading.Thread(target=work, args=(f"h{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load(tmp_path)[0].urls) == 32


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([before for before, _ in LAYOUTS[:6]] + ["urls = []", "urls = [\n  # none yet\n]", ""]), st.sampled_from(["\n", "\r\n"]), st.lists(st.sampled_from("bcdef"), min_size=1, max_size=4, unique=True))  # fmt: skip
def test_what_is_added_and_taken_out_again_leaves_the_jobs_as_they_were(
    layout: str, eol: str, names: list[str]
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = written(Path(folder), f'[[job]]\nfeeds = ["{C}/f"]\nname = "x"\n{layout}\n'.replace("\n", eol))
        before = load(root)
        addresses = tuple(f"https://news.example/{name}" for name in names)
        add(root, Draft(name="x", urls=addresses))
        assert load(root)[0].urls == (*before[0].urls, *addresses)
        assert "\n" not in text_in(root).replace(eol, "")
        for address in addresses:
            remove(root, address)
        assert load(root) == before
