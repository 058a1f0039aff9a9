"""What became of a page from one version of its address to the next, in words. Pure; shared by whoever tells of versions.

said(version, told)  what changed since the one before, and whether its modified date says so; where it does not, a finding of the
                     version tells what it says instead, and is told beside this
counted(tally)       words added, cut, replaced                is_quiet(version)    whether nothing changed that is read
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.model.history import CitedVersion, Tally

#: How a field is called in a sentence.
FIELDS = {"byline": "byline", "date_published": "date", "date_modified": "modified date", "origin": "note of origin"}

NOTHING = "other bytes, nothing changed that is read"


def said(version: CitedVersion, told: Sequence[CitedVersion]) -> str:
    """A version in a sentence; `told` are those that are told of with it, itself among them, the oldest first."""
    captures = f"; {version.captures} captures until {version.last_captured_at}" if version.captures > 1 else ""
    if version is told[0]:
        return (
            "the first that is archived" if version.number == 1 else "earlier ones are not compared here"
        ) + captures
    earlier = [one.number for one in told if one.number < version.number and one.sha256 == version.sha256]
    back = [f"the bytes of version {earlier[-1]} again"] if earlier else []
    return ("; ".join([*back, *_fields(version), *_body(version)]) or NOTHING) + captures


def is_quiet(version: CitedVersion) -> bool:
    """Whether nothing changed but bytes that nobody reads."""
    return version.body_changed is False and not version.changes


def _fields(version: CitedVersion) -> list[str]:
    names = [FIELDS.get(change.field, change.field) for change in version.changes]
    listed = " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
    return [f"{listed} changed"] if names else []


def _body(version: CitedVersion) -> list[str]:
    told: list[str] = []
    if version.body_changed:
        told.append(f"body: {counted(version.body) if version.body else 'changed, and not counted here'}")
    if version.acknowledged:
        told.append("its modified date says so")
    elif version.body_changed and not version.findings and not version.caveat:
        told.append("its modified date names no more than the day and cannot tell")
    return [*told, version.caveat] if version.caveat else told


def counted(tally: Tally) -> str:
    """`14 words added, 3 cut, 5 replaced by 7`; nothing where nothing changed that is read."""
    parts = [
        f"{tally.added:,} added" if tally.added else "",
        f"{tally.cut:,} cut" if tally.cut else "",
        f"{tally.replaced:,} replaced by {tally.replacing:,}" if tally.replaced or tally.replacing else "",
        f"{tally.moved:,} moved" if tally.moved else "",
    ]
    words = ", ".join(part for part in parts if part)
    number, _, rest = words.partition(" ")
    words = f"{number} {'word' if number == '1' else 'words'} {rest}" if words else ""
    places = f"punctuation in {tally.marks:,} {'place' if tally.marks == 1 else 'places'}" if tally.marks else ""
    return ", ".join(part for part in (words, places) if part)
