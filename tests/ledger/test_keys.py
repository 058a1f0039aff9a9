"""Which key signs a log: the first one on nobody's word, each that follows by the word of the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archiver.errors import UsageError
from archiver.ledger.keys import NO_KEY, Signing, endorsement, faults, signing, successor, verifiers
from archiver.model.log import KeyChange
from archiver.signing.keys import Key
from archiver.signing.note import Note

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORIGIN, ELSEWHERE = "archiver/0123456789abcdef", "archiver/ffffffffffffffff"
FIRST, SECOND, THIRD, THEIRS = (Key.generate() for _ in range(4))


def vkey(key: Key, origin: str = ORIGIN) -> str:
    return str(key.verifier(origin))


def follows(old: Key, new: Key, origin: str = ORIGIN) -> KeyChange:
    return KeyChange(AT, vkey(new, origin), "", endorsement(origin, old, vkey(new, origin)))


def said(*changes: KeyChange) -> list[tuple[int, str]]:
    return list(faults(ORIGIN, changes))


# ── which key signs ──


def test_the_first_key_is_stated_before_it_signs() -> None:
    found = signing(ORIGIN, None, (FIRST,), AT)
    assert (found.key, found.why_not) == (FIRST, "")
    assert found.change == KeyChange(AT, vkey(FIRST), "the first key of this log")


def test_the_key_that_the_log_names_signs_and_nothing_is_stated() -> None:
    assert signing(ORIGIN, vkey(FIRST), (FIRST, SECOND), AT) == Signing(FIRST)


@pytest.mark.parametrize("beside", [(FIRST,), (THIRD, FIRST), (FIRST, THIRD)])
def test_a_key_that_was_rotated_in_is_endorsed_by_the_one_that_the_log_names(beside: tuple[Key, ...]) -> None:
    found = signing(ORIGIN, vkey(FIRST), (SECOND, *beside), AT)
    assert found.key == SECOND
    assert found.change is not None
    assert found.change.key == vkey(SECOND)
    assert said(KeyChange(AT, vkey(FIRST)), found.change) == []


def test_without_a_key_nothing_is_signed_and_only_a_signed_log_minds() -> None:
    assert signing(ORIGIN, None, (), AT) == Signing(why_not=NO_KEY)
    missed = signing(ORIGIN, vkey(FIRST), (), AT)
    assert (missed.key, missed.change) == (None, None)
    assert missed.why_not not in ("", NO_KEY)


def test_another_key_does_not_sign() -> None:
    found = signing(ORIGIN, vkey(FIRST), (THEIRS, SECOND), AT)
    assert (found.key, found.change) == (None, None)
    assert "is not the one that this log is signed with" in found.why_not


def test_the_same_key_for_another_log_has_another_name_there() -> None:
    assert signing(ORIGIN, vkey(FIRST, ELSEWHERE), (FIRST,), AT).key is None


# ── a key that was lost ──


def test_the_successor_of_a_lost_key_is_stated_without_its_word() -> None:
    change = successor(ORIGIN, vkey(FIRST), (SECOND, THIRD), AT, "the disk died")
    assert change == KeyChange(AT, vkey(SECOND), "the disk died", None)
    assert [place for place, _ in said(KeyChange(AT, vkey(FIRST)), change)] == [1]


@pytest.mark.parametrize(
    ("current", "keys"),
    [(None, (SECOND,)), (vkey(SECOND), (SECOND,)), (vkey(FIRST), (SECOND, FIRST))],
    ids=["never signed", "at hand", "beside"],
)
def test_a_key_that_is_there_is_not_lost(current: str | None, keys: tuple[Key, ...]) -> None:
    with pytest.raises(UsageError):
        successor(ORIGIN, current, keys, AT, "so I say")


# ── what is wrong with the keys that a log names ──

FIRST_STATED = KeyChange(AT, vkey(FIRST))


def test_keys_that_vouch_for_one_another_have_no_faults() -> None:
    assert said() == said(FIRST_STATED) == []
    assert said(FIRST_STATED, follows(FIRST, SECOND), follows(SECOND, THIRD), follows(THIRD, FIRST)) == []


@pytest.mark.parametrize(
    "change",
    [
        KeyChange(AT, vkey(SECOND)),
        replace(follows(FIRST, SECOND), key=vkey(THEIRS)),
        follows(THEIRS, SECOND),
        replace(follows(FIRST, SECOND), endorsement=endorsement(ELSEWHERE, FIRST, vkey(SECOND, ELSEWHERE))),
        replace(follows(FIRST, SECOND), endorsement=endorsement(ORIGIN, FIRST, vkey(THIRD))),
        replace(follows(FIRST, SECOND), endorsement=endorsement(ORIGIN, FIRST, vkey(SECOND)).replace("change", "chance")),
        replace(follows(FIRST, SECOND), endorsement=Note("I agree\n").signed(FIRST, ORIGIN).encode().decode()),
        replace(follows(FIRST, SECOND), endorsement=endorsement(ORIGIN, FIRST, vkey(SECOND)).partition("\n\n")[0] + "\n\n"),
        replace(follows(FIRST, SECOND), endorsement=""),
        replace(follows(FIRST, SECOND), endorsement="\x00\n\n"),
        KeyChange(AT, "no key", "", endorsement(ORIGIN, FIRST, "no key")),
        KeyChange(AT, vkey(SECOND, ELSEWHERE), "", endorsement(ORIGIN, FIRST, vkey(SECOND, ELSEWHERE))),
    ],
    ids=[
        "without a word", "of another key", "by a stranger", "for another log", "of a third", "changed", "of something else",
        "unsigned", "empty", "garbage", "no key", "a name of another log",
    ],
)  # fmt: skip
def test_a_key_that_the_one_before_does_not_vouch_for_is_named(change: KeyChange) -> None:
    assert [place for place, _ in said(FIRST_STATED, change)] == [1]


def test_what_was_put_there_by_a_stranger_does_not_take_the_place_of_the_last_good_one_unseen() -> None:
    """The stranger's key may vouch for what follows: the break stays where it is."""
    found = said(FIRST_STATED, KeyChange(AT, vkey(THEIRS)), follows(THEIRS, SECOND))
    assert [place for place, _ in found] == [1]


def test_the_keys_that_can_be_read_check_checkpoints() -> None:
    known = verifiers((FIRST_STATED, KeyChange(AT, "no key"), follows(FIRST, SECOND)))
    assert known == (FIRST.verifier(ORIGIN), SECOND.verifier(ORIGIN))
