"""The versions of one address as a person reads them: what changed from one to the next, old beside new, and who said so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from archiver.cli._output import brief, paragraph, prose, say, show
from archiver.export.versions import FIELDS, NOTHING, is_quiet, said
from archiver.model.text import leftward

if TYPE_CHECKING:
    import sqlite3

    from archiver.model.citation import Citation
    from archiver.model.history import CitedVersion


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
    for quiet, run in groupby(found, key=is_quiet):
        group = list(run)
        if quiet and len(group) > 1:
            times = " … ".join(show(one.captured_at) for one in (group[0], group[-1]))
            say(f"  {group[0].number}-{group[-1].number}  {times}  {NOTHING}")
            continue
        for version in group:
            _version(version, found)


def _version(version: CitedVersion, found: Sequence[CitedVersion]) -> None:
    paragraph(f"{version.number}  {show(version.captured_at)}  {show(said(version, found))}", "  ", "     ")
    for change in version.changes:
        old, new = (_shown(change.field, value) for value in (change.old, change.new))
        # An arrow between two names that are written from right to left would point from the new one to the old.
        change_line = f"from {old} to {new}" if leftward(old + new) else f"{old} → {new}"
        paragraph(f"{FIELDS.get(change.field, change.field)}  {change_line}", "     ", "       ")
    for finding in version.findings:
        paragraph(prose(f"{finding.code}: {finding.message}"), "     ")


def _shown(field: str, value: str | None) -> str:
    if not value:
        return "none"
    shown = brief(value)
    return f"“{shown}”" if field == "title" else shown
