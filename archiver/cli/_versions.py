"""The versions of one address as a person reads them: what changed from one to the next, old beside new, and who said so."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from archiver.cli._output import say, show

if TYPE_CHECKING:
    import sqlite3

    from archiver.model.citation import Citation, CitedVersion, Tally

WIDTH = 100

#: How a field is called in a sentence.
FIELDS = {"byline": "byline", "date_published": "date", "date_modified": "modified date", "origin": "note of origin"}


NOTHING = "other bytes, nothing changed that is read"


def dated(connection: sqlite3.Connection, citation: Citation) -> Citation:
    """A citation with the versions of its address, where there are several."""
    from archiver.manifest.versions import history

    texts = history(connection, citation.document_id) if citation.document_id else []
    if len(texts) < 2:  # nearly always: nothing more is loaded
        return citation
    from dataclasses import replace

    from archiver.provenance.versions import timeline

    return replace(citation, versions=timeline(texts))


def versions(found: Sequence[CitedVersion]) -> None:
    """A section of the record: a line a version, the fields that changed below it. Nothing where there is one version."""
    if len(found) < 2:
        return
    shown = f", the last {len(found)} of them here" if found[0].number > 1 else ""
    say(f"\nversions  {found[-1].number}{shown}")
    for quiet, run in groupby(found, key=_is_quiet):
        group = list(run)
        if quiet and len(group) > 1:
            say(f"  {group[0].number}-{group[-1].number}  {group[0].captured_at} … {group[-1].captured_at}  {NOTHING}")
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
    _paragraph(f"{version.number}  {version.captured_at}  {said}{captures}", "  ", "     ")
    for change in version.changes:
        old, new = (_quoted(change.field, value) for value in (change.old, change.new))
        _paragraph(f"{FIELDS.get(change.field, change.field)}  {old} → {new}", "     ", "       ")
    for finding in version.findings:
        _paragraph(show(f"{finding.code}: {finding.message}"), "     ", "     ")


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


def _quoted(field: str, value: str | None) -> str:
    if not value:
        return "none"
    shown = textwrap.shorten(show(value), 160, placeholder=" …")
    return f"“{shown}”" if field == "title" else shown


def _paragraph(text: str, indent: str, hanging: str) -> None:
    for line in textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=hanging):
        say(line)


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
