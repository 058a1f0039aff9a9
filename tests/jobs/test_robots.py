"""What a host's robots.txt said holds for a day, for every run and command of an archive."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.config import Settings
from archiver.fetch.robots import LIMITS, Recalled
from archiver.manifest.earlier import _LAST_ROBOTS
from archiver.manifest.opening import open_read_only
from archiver.model.state import State
from tests.fetch.server import answer, redirect
from tests.jobs.world import START, World, article, job

PAGE, ROBOTS = "http://one.example/a", "http://one.example/robots.txt"
ALLOWS, FORBIDS = (answer(f"User-agent: *\nDisallow: {path}\n".encode()) for path in ("/private", "/a"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A page of a host that allows it."""
    with World(tmp_path, job(urls=(PAGE,))) as made:
        made.put(PAGE, article("The tide"))
        made.put(ROBOTS, ALLOWS)
        yield made


def rows(world: World, sql: str, **values: str) -> list[tuple[object, ...]]:
    with open_read_only(world.folder) as connection:
        return [tuple(row) for row in connection.execute(sql, values)]


def records(world: World) -> list[str]:
    """The captures of a robots.txt."""
    return [
        str(row[0]) for row in rows(world, "select capture_id from captures where purpose = 'robots' order by sequence")
    ]


def verdicts(world: World) -> list[tuple[str, str]]:
    """Of each capture of a page: the record of the robots.txt that allowed it, and by which rule."""
    said = [json.loads(str(row[0])) for row in rows(world, "select robots from captures where purpose = 'page' order by sequence")]  # fmt: skip
    return [(one["record_id"], one["rule"]) for (one,) in said]


def run(world: World) -> State:
    """One run, whether the page is due or not: what became of it."""
    world.run(everything=True)
    return world.notes.visits[-1].state


def recalled(world: World, where: str = ROBOTS) -> Recalled | None:
    with world.opened() as archive:
        return archive.vault.recall_robots(where)


def harm(world: World, record_id: str) -> None:
    """A bit of a record is another one."""
    ((warc, place),) = rows(
        world, "select warc, offset + length / 2 from records where record_id = :record_id", record_id=record_id
    )
    path = world.folder / "archive" / str(warc)
    damaged = bytearray(path.read_bytes())
    damaged[int(str(place))] ^= 1
    path.write_bytes(damaged)


def test_runs_within_a_day_ask_once_and_a_later_one_asks_again(world: World) -> None:
    for hours in (0, 1, 22, 2):
        world.pass_by(hours=hours)
        assert run(world) is State.THERE
    assert len(world.looks) == 2
    first, second = records(world)
    assert verdicts(world) == [(first, "allowed")] * 3 + [(second, "allowed")]


def test_what_was_forbidden_stays_so_for_a_day(world: World) -> None:
    world.put(ROBOTS, FORBIDS)
    assert run(world) is State.REFUSED
    world.put(ROBOTS, ALLOWS)
    world.pass_by(hours=12)
    assert run(world) is State.REFUSED
    world.pass_by(hours=13)
    assert run(world) is State.THERE
    assert len(world.looks) == 2


@pytest.mark.parametrize("said", [None, answer(b"go away", "403 Forbidden")])
def test_that_there_is_none_holds_for_a_day_too(world: World, said: bytes | None) -> None:
    world.put(ROBOTS, said)
    run(world)
    world.pass_by(hours=1)
    run(world)
    rule = f"no robots.txt ({404 if said is None else 403})"
    assert verdicts(world) == [(records(world)[0], rule)] * 2
    assert len(world.looks) == 1


@pytest.mark.parametrize("said", [answer(b"busy", "503 Busy"), answer(b"User-agent: *\n", Content_Length="900")])
def test_one_that_could_not_be_had_or_was_cut_off_is_asked_for_again(world: World, said: bytes) -> None:
    world.put(ROBOTS, said)
    assert run(world) is State.REFUSED
    world.put(ROBOTS, ALLOWS)
    world.pass_by(hours=1)
    assert run(world) is State.THERE
    assert len(world.looks) == 2


def test_an_answer_that_came_by_way_of_another_address_is_found(world: World) -> None:
    world.put(ROBOTS, redirect("http://two.example/rules")[0])
    world.put("http://two.example/rules", FORBIDS)
    assert run(world) is State.REFUSED
    world.pass_by(hours=1)
    assert run(world) is State.REFUSED
    assert len(world.looks) == 1


def test_one_that_did_not_change_is_read_back_from_the_record_that_holds_it(world: World) -> None:
    world.put(ROBOTS, FORBIDS)
    for hours in (0, 25, 1):
        world.pass_by(hours=hours)
        assert run(world) is State.REFUSED
    assert len(world.looks) == 2
    assert rows(world, "select revisit_of from captures where purpose = 'robots'") == [(None,), (records(world)[0],)]


@pytest.mark.parametrize("harmed", ["answer", "statement"])
def test_a_damaged_one_is_asked_for_again(world: World, harmed: str) -> None:
    world.put(ROBOTS, FORBIDS)
    assert run(world) is State.REFUSED
    (record,) = records(world)
    statement = rows(world, "select statement_id from captures where capture_id = :record", record=record)[0][0]
    harm(world, record if harmed == "answer" else str(statement))
    assert recalled(world) is None
    world.pass_by(hours=1)
    assert run(world) is State.REFUSED
    assert len(world.looks) == 2


def test_one_whose_bytes_another_record_holds_is_asked_for_again_where_that_is_damaged(world: World) -> None:
    world.put(ROBOTS, FORBIDS)
    run(world)
    world.pass_by(hours=25)
    run(world)
    harm(world, records(world)[0])
    assert recalled(world) is None


def test_another_port_or_scheme_is_another_robots_txt(world: World) -> None:
    run(world)
    world.watch = job(urls=(PAGE, "http://one.example:81/a"))
    world.put("http://one.example:81/a", article("The ebb"))
    run(world)
    assert [look.url for look in world.looks] == [ROBOTS, "http://one.example:81/robots.txt"]
    assert recalled(world) is not None
    assert recalled(world, ROBOTS.replace("http:", "https:")) is None


def test_a_clock_that_was_ahead_makes_none_that_holds_for_longer(world: World) -> None:
    world.clock.put(START.replace(year=START.year + 1) - START)
    run(world)
    world.clock.put(START - world.clock.at)
    run(world)
    run(world)
    assert len(world.looks) == 2


def test_what_others_captured_does_not_count(world: World, tmp_path: Path) -> None:
    run(world)
    (warc,) = (world.folder / "archive").glob("*.warc.gz")
    world.folder = tmp_path / "another"
    with world.opened() as archive:
        archive.import_(warc)
    assert rows(world, "select distinct source from captures where purpose = 'robots'") == [("import",)]
    assert recalled(world) is None
    run(world)
    assert len(world.looks) == 2


def test_every_command_and_every_client_of_an_archive_knows_it(world: World) -> None:
    run(world)
    with world.opened() as archive:
        assert [str(one.outcome) for one in archive.capture([PAGE])] == ["captured"]
        assert archive.sitemaps(PAGE) == ()
    world.put(ROBOTS, answer(b"Sitemap: http://one.example/map.xml\n"))
    world.pass_by(hours=25)
    run(world)
    with world.opened() as archive:
        list(archive.capture([PAGE]))
        assert archive.sitemaps(PAGE) == ("http://one.example/map.xml",)
    assert len(world.looks) == 2


def test_it_is_neither_asked_for_nor_recalled_where_it_is_to_be_ignored(world: World) -> None:
    world.put(ROBOTS, FORBIDS)
    run(world)
    world.run(settings=Settings(obey_robots=False), everything=True)
    assert verdicts(world) == [(None, "ignored")]
    assert len(world.looks) == 1


def test_what_inflates_without_end_is_read_back_as_far_as_it_counts(world: World) -> None:
    text = b"User-agent: *\nDisallow: /a\n" + b"# nothing\n" * 2_000_000
    world.put(ROBOTS, answer(gzip.compress(text), Content_Encoding="gzip"))
    assert run(world) is State.REFUSED
    found = recalled(world)
    assert found is not None
    assert len(found.content) == LIMITS.max_decoded_bytes
    assert run(world) is State.REFUSED
    assert len(world.looks) == 1


def test_it_is_found_by_an_index(world: World) -> None:
    run(world)
    plan = rows(world, f"explain query plan {_LAST_ROBOTS}", key="//one.example/robots.txt", where=ROBOTS)
    steps = [str(step[-1]) for step in plan]
    assert "exchanges_url_key" in steps[0]
    assert not [step for step in steps if step.startswith("SCAN")]
