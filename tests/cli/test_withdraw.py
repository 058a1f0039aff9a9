"""archiver withdraw, and what every other verb says of what is withdrawn."""

from __future__ import annotations

import fcntl
import json
import shutil
import threading
from pathlib import Path

import pytest

from archiver.demo.web import EXCERPT, ORIGINAL, REPOST
from tests.cli.printed import Said, run

WHY = ("--because", "a court has ordered it", "--by", "M. Frey")


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "copy"))


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARCHIVER_HOME", str(folder))
    return folder


def looked_up(url: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("lookup", "--json", url).out.splitlines()[0])
    return found


def capture_of(url: str) -> str:
    captures = looked_up(url)["captures"]
    assert isinstance(captures, list)
    return str(captures[0]["capture_id"])


def withdrawn(*arguments: str) -> Said:
    return run("withdraw", *arguments, *WHY)


@pytest.mark.usefixtures("here")
def test_it_is_said_what_was_done_and_what_was_not() -> None:
    said = withdrawn(capture_of(ORIGINAL), "--remove")
    assert said.code == 0
    assert said.out == (
        "1 capture withdrawn, and its bytes removed; stated in the archive by M. Frey: a court has ordered it\n"
    )
    assert "copies and backups" in said.err
    assert "stays in the log" in said.err
    again = withdrawn(capture_of(ORIGINAL), "--remove")
    assert again.code == 2
    assert "Nothing was done" in again.err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("remove", [(), ("--remove",)])
def test_the_state_is_shown_everywhere(remove: tuple[str, ...]) -> None:
    capture = capture_of(ORIGINAL)
    assert withdrawn(capture, *remove).code == 0
    found = looked_up(ORIGINAL)
    assert found["outcome"] == "flagged"
    assert found["problems"] == ["withdrawn"]
    captures = found["captures"]
    assert isinstance(captures, list)
    said = captures[0]["withdrawn"]
    assert (said["by"], said["because"], said["removed"]) == ("M. Frey", "a court has ordered it", bool(remove))
    reason = "by M. Frey, because: a court has ordered it"
    for verb in (("lookup", ORIGINAL), ("lookup", "--format", "md", ORIGINAL), ("lookup", "--format", "csv", ORIGINAL)):
        assert reason in run(*verb).out, verb
    for verb in (("show", ORIGINAL), ("show", capture, "--payload"), ("show", capture, "--record")):
        refused = run(*verb)
        assert (refused.code, refused.out) == (4, ""), verb
        assert reason in refused.err
    assert run("show", capture, "--statement").code == 0
    compared = run("diff", ORIGINAL, REPOST)
    assert (compared.code, compared.out) == (4, "")
    assert json.loads(run("status", "--json").out)["withdrawn"] == 1


@pytest.mark.usefixtures("here")
def test_neither_a_search_nor_a_lookup_finds_it_by_its_words() -> None:
    words = run("show", EXCERPT).out.split("\n")[0].split()[:6]
    before = run("search", *words, "--json")
    assert before.code == 0
    assert withdrawn(capture_of(EXCERPT)).code == 0
    assert EXCERPT in before.out
    for verb in (("search", *words), ("lookup", " ".join(words))):
        found = [json.loads(line)["url"] for line in run(*verb, "--json").out.splitlines()]
        assert EXCERPT not in found


def test_an_address_stands_for_its_only_capture(here: Path) -> None:
    assert withdrawn(EXCERPT).code == 0
    assert withdrawn("http://nobody.example/").code == 4
    assert withdrawn("12345678-1234-4234-8234-123456789012").code == 4
    assert run("withdraw", ORIGINAL, "--because", " ", "--by", "x").code == 2
    assert here.is_dir()


def test_a_dry_run_writes_nothing(here: Path) -> None:
    def stored() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (here / "archive").glob("*.warc.gz")}

    before = stored()
    said = withdrawn(ORIGINAL, "--remove", "--dry-run")
    assert said.code == 0
    assert "1 capture would be withdrawn, 2 records of" in said.out
    assert stored() == before


def test_everything_that_is_not_said_is_asked_for_at_once(here: Path) -> None:
    said = run("withdraw", ORIGINAL)
    assert (said.code, said.out) == (2, "")
    assert "Add --because TEXT --by NAME if" in said.err
    dry = run("withdraw", ORIGINAL, "--dry-run")
    assert dry.code == 0
    assert "--because TEXT --by NAME will be needed" in dry.err
    (here / "manifests" / "watch.toml").write_text('[settings]\noperator = "me"\n')
    assert "Add --because TEXT if" in run("withdraw", ORIGINAL).err


def test_a_machine_is_told_and_the_jobs_that_go_there_named(here: Path) -> None:
    (here / "manifests" / "watch.toml").write_text(f'[[job]]\nname = "mill"\nurls = ["{ORIGINAL}"]\n')
    told = json.loads(withdrawn(ORIGINAL, "--json", "--dry-run").out)
    assert (told["outcome"], told["visited_by"], told["missing"]) == ("would be withdrawn", ["mill"], [])
    said = withdrawn(ORIGINAL)
    assert f"the job mill still visits it: archiver watch remove {ORIGINAL}" in said.err
    assert "stay in look-ups" in said.err
    told = json.loads(withdrawn(ORIGINAL, "--remove", "--json").out)
    assert (told["outcome"], told["removed"], told["by"]) == ("withdrawn", True, "M. Frey")


def test_more_than_the_one_named_needs_a_yes(tmp_path: Path) -> None:
    from tests.small_web import archived

    page = "<!DOCTYPE html><title>One</title><p>The same words at two addresses, twelve of them in all.</p>"
    archived(tmp_path, {"http://a.example/1": page, "http://b.example/1": page})
    at = ("-A", str(tmp_path))
    said = withdrawn("http://a.example/1", *at)
    assert said.code == 2
    assert "2 captures have these bytes" in said.err
    assert len(said.out.splitlines()) == 2
    assert withdrawn("http://a.example/1", "--yes", *at).code == 0
    archived(tmp_path, {"http://a.example/1": page})
    said = withdrawn("http://a.example/1", "--yes", *at)
    assert said.code == 2
    assert "2 captures: which is meant is not said" in said.err


def test_whoever_waits_for_another_process_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archiver.cli._opening.MOMENT", 0.05)
    with (here / "archive" / ".lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        release = threading.Timer(0.4, fcntl.flock, (lock, fcntl.LOCK_UN))
        release.start()
        said = withdrawn(EXCERPT)
        release.join()
    assert said.code == 0
    assert "it is waited for, 30 s at most" in said.err
    assert "is waited for" not in withdrawn(ORIGINAL).err


def test_what_came_after_is_not_handed_on_either(tmp_path: Path) -> None:
    from tests.small_web import archived

    at = ("-A", str(tmp_path / "archive"))
    page = {
        "http://a.example/1": "<!DOCTYPE html><title>One</title><p>The same words twice, twelve of them in all.</p>"
    }
    archived(tmp_path / "archive", page)
    assert withdrawn("http://a.example/1", "--remove", *at).code == 0
    archived(tmp_path / "archive", page)
    told = json.loads(run("lookup", "http://a.example/1", "--json", *at).out)["captures"]
    assert [one["withdrawn"]["removed"] for one in told] == [False, True]
    assert run("show", told[0]["capture_id"], *at).code == 4
    proved = run("prove", told[0]["capture_id"], *at, "-o", str(tmp_path / "packet.zip"))
    assert "its bytes were withdrawn, and are not in the packet" in proved.err
