"""Which key signs a log's checkpoints: by the log's own word, statement by statement.

    found = signing(origin, current, keys, at)     found.key signs; found.change is to be stated before, where it is a new one
    successor(origin, current, keys, at, because)  what is to be stated where the key before was lost
    faults(origin, changes)                        what is wrong with the keys that a log names

1. A log's first key is the one that was there when it was first signed. Nobody vouches for it: whoever checks must have it from elsewhere.
2. Another takes its place by a statement that holds a note, ENDORSED, which the key before signed.
3. A key that was lost cannot do that. Its successor is stated without (`archiver key rotate --lost`), and verification says so for good.

Does not own: where keys are kept (signing.keys).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.errors import UsageError
from archiver.model.log import KeyChange
from archiver.signing.keys import Key
from archiver.signing.note import ED25519, BadNote, Note, Verifier

#: Why nothing is signed where nobody ever wanted it to be.
NO_KEY = "there is no key"

#: Why nothing is signed where the log names a key, and what to do about it.
NOT_AT_HAND = "the key that this log is signed with is not at hand"
ANOTHER = "the key at hand is not the one that this log is signed with, and that one is not beside it"
RESTORE = (
    "Restore the key file (ARCHIVER_KEY, else key.pem in your config folder) from your copy, or name it in ARCHIVER_KEY; only if it is lost:"
    " archiver key rotate --lost --because TEXT"
)

#: What a key signs of its successor: the log's name and both vkeys.
ENDORSED = "archiver key change\n{origin}\n{old}\n{new}\n"


@dataclass(frozen=True, slots=True)
class Signing:
    """The key that checkpoints are signed with, what is to be stated before it signs the first, or why there is none."""

    key: Key | None = None
    change: KeyChange | None = None
    why_not: str = ""


def signing(origin: str, current: str | None, keys: Sequence[Key], at: datetime, amiss: str = "") -> Signing:
    """`current` is the vkey that the log names last; `keys` are those at hand, the one in use first; where there are none, `amiss` may
    say why.
    """
    if not keys:
        lacking = NO_KEY if current is None else NOT_AT_HAND
        return Signing(why_not=amiss or lacking)
    key, *retired = keys
    new = str(key.verifier(origin))
    if current == new:
        return Signing(key)
    if current is None:
        return Signing(key, KeyChange(at, new, "the first key of this log"))
    for old in retired:
        if str(old.verifier(origin)) == current:
            return Signing(key, KeyChange(at, new, "the key was rotated", endorsement(origin, old, new)))
    return Signing(why_not=ANOTHER)


def successor(origin: str, current: str | None, keys: Sequence[Key], at: datetime, because: str) -> KeyChange:
    """Rule 3: that the first of the keys at hand takes the place of one that is lost. Raises UsageError where none is."""
    if current is None:
        raise UsageError(
            "this log is not signed yet, so no key of it is lost", advice="The next command that writes signs it."
        )
    if not signing(origin, current, keys, at).why_not:
        raise UsageError(
            "the key that this log is signed with is at hand, so it is not lost",
            advice="It can say itself which one follows it: archiver key rotate",
        )
    return KeyChange(at, str(keys[0].verifier(origin)), because)


def endorsement(origin: str, old: Key, new: str) -> str:
    """The note in which a key names its successor, `new`."""
    text = ENDORSED.format(origin=origin, old=old.verifier(origin), new=new)
    return Note(text).signed(old, origin).encode().decode()


def verifiers(changes: Sequence[KeyChange]) -> tuple[Verifier, ...]:
    """Every key that a log names and that can be read."""
    return tuple(key for change in changes if (key := _key(change.key)) is not None)


def faults(origin: str, changes: Sequence[KeyChange]) -> Iterator[tuple[int, str]]:
    """What is wrong, in sentences, each with the place of the change in `changes`."""
    before: Verifier | None = None
    for place, change in enumerate(changes):
        key = _key(change.key)
        if key is None or key.name != origin or key.kind != ED25519:
            yield place, "it names no key of this log"
            continue
        if before is not None and (why := _unendorsed(origin, before, change)):
            yield place, why
        before = key


def _unendorsed(origin: str, before: Verifier, change: KeyChange) -> str:
    if change.endorsement is None:
        return "the key before does not say that this one takes its place: it was lost, or somebody else put this one there"
    try:
        note = Note.parse(change.endorsement.encode())
        signed = note.verified([before])
    except BadNote as why:
        return f"what should be the word of the key before is not: {why}"
    if not signed or note.text != ENDORSED.format(origin=origin, old=before, new=change.key):
        return "what the key before signed is not that this one takes its place"
    return ""


def _key(vkey: str) -> Verifier | None:
    try:
        return Verifier.parse(vkey)
    except BadNote:
        return None
