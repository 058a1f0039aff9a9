"""The versions of one address as a person reads them: what changed from one to the next, old beside new, and who said so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from archiver.cli._output import brief, paragraph, prose, say, show
from archiver.model.text import leftward

if TYPE_CHECKING:
    import sqlite3

    from archiver.model.citation import Citation
    from archiver.model.history import CitedVersion, Tally

#: How a field is called in a sentence.
FIELDS = {"byline": "byline", "date_published": "date", "date_modified": "modified date", "origin": "note of origin"}


NOTHING = "other bytes, nothing changed that is read"


def dated(connection: sqlite3.Connection, citation: Citation) -> Citation:
    """A citation with the versions of its address, where there are several."""
    from archiver.manifest.versions import history, several

    if citation.document_id is None or not several(connection, citation.document_id):
        return citation  # nearly always: nothing more is loaded
    from dataclasses import replace

    from archiver.provenance.versions import timeline

    return replace(citation, versions=timeline(history(connection, citation.document_id)))


def versions(found: Sequence[CitedVersion]) -> None:
    """A section of the record: a line a version, the fields that changed below it. Nothing where there is one version."""
    if len(found) < 2:
        return
    shown = f", the last {len(found)} of them here" if found[0].number > 1 else ""
    say(f"\nversions  {found[-1].number}{shown}")
    for quiet, run in groupby(found, key=_is_quiet):
        group = list(run)
        if quiet and len(group) > 1:
            times = " … ".join(show(one.captured_at) for one in (group[0], group[-1]))
            say(f"  {group[0].number}-{group[-1].number}  {times}  {NOTHING}")
            continue
        for version in group:
            earlier = [one.number for one in found if one.number < version.number and one.sha256 == version.sha256]
            _version(version, first=version is found[0], as_before=earlier[-1] if earlier else None)


def _is_quiet(version: CitedVersion) -> bool:
    """Whether nothing changed but bytes that nobody reads."""
    return version.body_changed is False and not version.changes


def _version(version: CitedVersion, *, first: bool, as_before: int | None) -> None:
    captures = f"; {version.captures} captures until {version.last_captured_at}" if version.captures > 1 else ""
    if first:
        said = "the first that is archived" if version.number == 1 else "earlier ones are not compared here"
    else:
        back = [f"the bytes of version {as_before} again"] if as_before else []
        said = "; ".join([*back, *_fields(version), *_body(version)]) or NOTHING
    paragraph(f"{version.number}  {show(version.captured_at)}  {show(said + captures)}", "  ", "     ")
    for change in version.changes:
        old, new = (_shown(change.field, value) for value in (change.old, change.new))
        # An arrow between two names that are written from right to left would point from the new one to the old.
        change_line = f"from {old} to {new}" if leftward(old + new) else f"{old} → {new}"
        paragraph(f"{FIELDS.get(change.field, change.field)}  {change_line}", "     ", "       ")
    for finding in version.findings:
        paragraph(prose(f"{finding.code}: {finding.message}"), "     ")


def _fields(version: CitedVersion) -> list[str]:
    names = [FIELDS.get(change.field, change.field) for change in version.changes]
    listed = " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
    return [f"{listed} changed"] if names else []


def _body(version: CitedVersion) -> list[str]:
    said: list[str] = []
    if version.body_changed:
        said.append(f"body: {counted(version.body) if version.body else 'changed, too long to be counted here'}")
    if version.acknowledged:
        said.append("its modified date says so")
    elif version.findings:
        said.append("its modified date does not say so")
    elif version.body_changed and not version.caveat:
        said.append("its modified date names no more than the day and cannot tell")
    return [*said, version.caveat] if version.caveat else said


def _shown(field: str, value: str | None) -> str:
    if not value:
        return "none"
    shown = brief(value)
    return f"“{shown}”" if field == "title" else shown


def counted(tally: Tally) -> str:
    """`14 words added, 3 cut, 5 replaced by 7`; nothing where nothing changed that is read."""
    parts = [
        f"{tally.added:,} added" if tally.added else "",
        f"{tally.cut:,} cut" if tally.cut else "",
        f"{tally.replaced:,} replaced by {tally.replacing:,}" if tally.replaced or tally.replacing else "",
        f"{tally.moved:,} moved" if tally.moved else "",
    ]
    said = ", ".join(part for part in parts if part)
    number, _, rest = said.partition(" ")
    words = f"{number} {'word' if number == '1' else 'words'} {rest}" if said else ""
    places = f"punctuation in {tally.marks:,} {'place' if tally.marks == 1 else 'places'}" if tally.marks else ""
    return ", ".join(part for part in (words, places) if part)
