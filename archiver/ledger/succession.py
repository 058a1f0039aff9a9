"""Which keys of a log one key vouches for: those that took its place one after the other, and those before them. Pure: no I/O.

    told(changes)                                 each key that took another's place, in sentences
    known = vouched(origin, changes, given)       raises ValueError, with what is wrong

1. What a key signed to be the next is as good as itself, and so on: for that its word alone is enough.
2. A key that names its successor makes that no party to it: anybody can say so of a stranger's key. The key before is known only where
   a known key signed the log in which its change stands. So `changes` are entries under a checkpoint that the last of them signed.
3. A key that took another's place without that one's word (it was lost) is known to none before it.

Does not own: whether the changes are entries of a log (unpacked), which key signs (keys).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from archiver.ledger.keys import faults
from archiver.model.date import rfc3339
from archiver.model.log import KeyChange


def told(changes: Sequence[KeyChange]) -> Iterator[tuple[bool, str]]:
    """Whether the key before is said to have named the next, and what is said of the two."""
    for number, (before, change) in enumerate(itertools.pairwise(changes), 2):
        if change.endorsement is not None:
            yield True, f"keys-{number}: {before.key} put {change.key} in its place on {rfc3339(change.at)}"
        else:
            yield (
                False,
                (
                    f"keys-{number}: since {rfc3339(change.at)} {change.key} stands in the place of {before.key}, which did not say so: "
                    "it was lost, or somebody else put this one there"
                ),
            )


def vouched(origin: str, changes: Sequence[KeyChange], given: str) -> frozenset[str]:
    """The vkeys that the one `given` vouches for, itself among them."""
    broken = dict(faults(origin, changes))
    for place, why in broken.items():
        if place and changes[place].endorsement is not None:
            raise ValueError(why)
    steps = [(changes[place - 1].key, changes[place].key) for place in range(1, len(changes)) if place not in broken]
    known = {given}
    for before, after in steps:
        known |= {after} if before in known else set()
    if changes and changes[-1].key in known:
        for before, after in reversed(steps):
            known |= {before} if after in known else set()
    return frozenset(known)
