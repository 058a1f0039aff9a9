"""Somebody who can write everything rewrites the archive: what of it is found, and by what. All of it: `python -m tests.ledger.attacks`."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from archiver.config import Settings
from archiver.errors import Damaged
from archiver.pipeline import Archive
from tests.ledger import attacks
from tests.ledger.attacks import ATTACKED, KINDS, Victim, edit, edits, found, resigned, rows, swapped, victim


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    made = victim(tmp_path_factory.mktemp("victim") / "archive")
    assert made.checked().problems == ()
    yield made
    made.put_right()
    assert made.checked().problems == ()


@pytest.mark.parametrize("table", ATTACKED)
def test_a_row_that_is_edited_deleted_inserted_reordered_renumbered_or_cut_off_is_found_and_named(
    table: str, whole: Victim
) -> None:
    dice = random.Random(table)
    there = rows(whole, table)
    for row in dice.sample(there, min(2, len(there))):
        for column in dice.sample(list(edits(whole, row)), 2 if table != "certificates" else 1):
            assert found(whole, row, edit(column)) is not False, (row, column)
        for kind in dice.sample(list(KINDS), 2):
            assert found(whole, row, KINDS[kind]) is not False, (row, kind)


@pytest.mark.parametrize("sequence", [2, 9, 16])
def test_a_file_swapped_for_one_that_says_something_else_is_found_by_the_signed_root(
    sequence: int, whole: Victim
) -> None:
    assert swapped(whole, sequence)


@pytest.mark.parametrize("sequence", [2, 9, 16])
def test_a_log_rewritten_and_signed_again_is_found_by_one_head_that_was_kept(sequence: int, whole: Victim) -> None:
    assert resigned(whole, sequence)


def test_a_trigger_that_is_gone_is_found(whole: Victim) -> None:
    whole.put_right()
    with whole.rewriting() as connection:
        connection.execute("create trigger mine after insert on log begin select 1; end")
    report = whole.checked()
    assert [(one.code, one.place) for one in report.problems] == [("manifest-schema", "trigger mine")]


def test_no_checkpoint_is_made_of_a_log_that_was_cut(whole: Victim) -> None:
    whole.put_right()
    with whole.rewriting() as connection:
        last = connection.execute("select max(sequence) from log").fetchone()[0]
        connection.execute("update log set leaf = ? where sequence = ?", ("0" * 64, last))
    with pytest.raises(Damaged, match="does not go on"), Archive(whole.folder, Settings()) as opened:
        opened.decide(attacks.decision())
    whole.put_right()
