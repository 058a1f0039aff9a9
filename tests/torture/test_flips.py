"""The short part of bit rot: every byte once, with a bit that a fixed seed chooses. At full size: `python -m tests.torture flips`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.cli.show import show
from archiver.errors import Damaged
from archiver.manifest.opening import open_read_only
from archiver.warc.read import record_at
from tests.torture import flips
from tests.torture.flips import Rotting


@pytest.fixture(scope="module")
def rot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rotting]:
    with flips.rotting(tmp_path_factory.mktemp("rot") / "archive") as made:
        yield made


def wrongs(found: Iterator[str | None]) -> list[str]:
    return [one for one in found if one is not None]


def test_there_is_a_record_of_every_kind_and_each_capture_has_some(rot: Rotting) -> None:
    kinds = {one.kind for one in rot.small.records}
    assert kinds == {"warcinfo", "request", "response", "revisit", "resource", "metadata", "conversion"}
    nobodys = [one.kind for one in rot.small.records if one.capture_id is None]
    assert nobodys == ["warcinfo", "metadata", "metadata", "warcinfo"]
    assert len({one.capture_id for one in rot.small.records if one.capture_id}) == 6


def test_a_flipped_bit_at_every_byte_is_found_and_its_capture_named(rot: Rotting) -> None:
    """One in each record at once: each record is checked by itself, and no other may be named."""
    bits = list(flips.at_once(rot, random.Random(1)))
    assert sorted(at for row in bits for at, _ in row) == list(range(len(rot.whole)))
    assert wrongs(flips.found(rot, row) for row in bits) == []


def test_a_single_flipped_bit_is_found_and_nothing_else_is_named(rot: Rotting) -> None:
    dice = random.Random(2)
    bits = [(at, dice.randrange(8)) for at in range(dice.randrange(97), len(rot.whole), 97)]
    assert wrongs(flips.found(rot, [bit]) for bit in bits) == []


def test_no_record_is_read_with_a_flipped_bit_in_it(rot: Rotting) -> None:
    dice = random.Random(3)
    for record in rot.small.records:
        record_at(rot.small.warc.parent, rot.location(record)).close()
    assert wrongs(flips.read(rot, (at, dice.randrange(8))) for at in range(len(rot.whole))) == []


@pytest.mark.parametrize("wanted", ["record", "payload", "statement"])
def test_a_person_is_shown_no_damaged_bytes(
    rot: Rotting, wanted: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    dice = random.Random(4)
    answers = [one for one in rot.small.records if one.record_id == one.capture_id]
    with open_read_only(rot.small.folder) as connection:
        stated = dict(connection.execute("select capture_id, statement_id from captures").fetchall())
    for answer in answers:
        statement = next(one for one in rot.small.records if one.record_id == stated.get(answer.capture_id))
        held = {"record": answer, "payload": answer, "statement": statement}[wanted]
        if wanted == "payload" and answer.kind == "revisit":
            held = next(
                one for one in answers if one.kind == "response"
            )  # the first: it is the one that is referred to
        with (
            rot.flipped([(held.offset + dice.randrange(held.length), dice.randrange(8))]),
            pytest.raises(Damaged, match="offset"),
        ):
            show(answer.record_id, archive=rot.small.folder, **{wanted: True})
        assert capfdbinary.readouterr().out == b""
        show(answer.record_id, archive=rot.small.folder, **{wanted: True})
        assert capfdbinary.readouterr().out != b""


def test_every_cut_is_found_and_what_is_lost_is_named(rot: Rotting) -> None:
    dice = random.Random(5)
    ends = {one.offset + more for one in rot.small.records for more in (-1, 0, 1)} - {-1}
    lengths = ends | set(range(dice.randrange(67), len(rot.whole), 67)) | {len(rot.whole) - 1}
    assert wrongs(flips.cut(rot, length, ["bytes"]) for length in lengths) == []
    assert wrongs(flips.cut(rot, length) for length in dice.sample(sorted(lengths), 20)) == []
    every = (flips.cut(rot, length, ["quick"]) for length in range(0, len(rot.whole), 3))
    assert wrongs(every) == []


@pytest.mark.parametrize("more", [b"\0", b"\n", b"\x1f\x8b"])
def test_bytes_behind_the_end_of_a_sealed_file_are_found(more: bytes, tmp_path: Path) -> None:
    assert flips.added(tmp_path / "archive", more) is None


def test_of_a_rotten_tail_what_stands_before_is_adopted_and_nothing_is_lost(rot: Rotting, tmp_path: Path) -> None:
    assert wrongs(flips.rotten_tails(rot.small, 200, random.Random(6), tmp_path / "tail")) == []
    assert wrongs(flips.rotten_headers(rot.small, tmp_path / "tail")) == []


# ── what is measured with goes red ──


def test_a_flip_that_is_not_looked_for_is_told(rot: Rotting, monkeypatch: pytest.MonkeyPatch) -> None:
    with rot.flipped([(0, 0)]):  # a second one, which nobody is told of
        assert flips.found(rot, [(len(rot.whole) - 1, 3)]) is not None
    healthy = next(one for one in rot.small.records if one.kind == "response")
    monkeypatch.setattr(rot, "holding", lambda _: healthy)
    assert flips.read(rot, (len(rot.whole) - 1, 3)) is not None
    assert flips.cut(rot, len(rot.whole)) is not None
