"""What changed between the versions of one page, and whether the page's own modified date owned up to it.

    texts of one address, in the order of their captures -> timeline -> CitedVersions, each compared with the one before it

The rules for the modified date, of which the first that fits decides (a body changed, and both texts are whole):

    1. the page gives no modified date                                                        -> not owned up to
    2. the date stands as before, names no more than a day, and the old text was still seen then  -> nobody can tell
    3. the date stands as before                                                              -> not owned up to
    4. the date lies more than a day before the old text was last seen                        -> not owned up to
    5. any other date                                                                         -> owned up to

A finding is about the world: pages may change without a note, and templates may. It accuses nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from archiver.model import date as dates
from archiver.model import url as urls
from archiver.model.citation import CitedFinding
from archiver.model.history import CitedChange, CitedNote, CitedText, CitedVersion, Tally
from archiver.provenance.align import align, tally

UNACKNOWLEDGED = "unacknowledged"

#: With one of these a text may lack what the page had: what is missing from it was not cut by anybody.
NOT_WHOLE = frozenset({"truncated", "paywall", "decode-limit", "charset-invalid", "type-mismatch", "digest-mismatch"})

#: Why a difference of two texts may be none of the page.
OTHER_RULES = "the two were read by different rules, which may be all that differs"

#: Characters of text that one timeline compares word by word; beyond them it says only that a text changed.
MOST_CHARACTERS = 1_000_000

#: By how much a page's calendar may be behind ours.
_LEEWAY = timedelta(days=1)


def timeline(texts: Sequence[CitedText], most_characters: int = MOST_CHARACTERS) -> tuple[CitedVersion, ...]:
    """The versions of one address, in the order given, each with what changed since the one before."""
    left = most_characters
    versions = [_version(text) for text in texts[:1]]
    for old, new in pairwise(texts):
        size = len(old.text or "") + len(new.text or "")
        versions.append(_compared(old, new, counting=size <= left))
        if old.text != new.text:
            left -= size
    return tuple(versions)


def _version(text: CitedText) -> CitedVersion:
    return CitedVersion(
        text.number,
        text.document_id,
        text.capture_id,
        text.sha256,
        text.captured_at,
        text.last_captured_at,
        text.captures,
    )


def _compared(old: CitedText, new: CitedText, *, counting: bool) -> CitedVersion:
    """A version with its changes. `counting`: there is room to compare the texts word by word."""
    changed, body = _body(old, new, counting=counting)
    version = replace(_version(new), changes=tuple(_changes(old, new)), body_changed=changed, body=body)
    caveat = _caveat(old, new)
    if not changed or caveat:
        return replace(version, caveat=caveat)
    acknowledged, why = owned_up(old, new)
    if acknowledged is not False:
        return replace(version, acknowledged=acknowledged)
    message = f"The text changed between {_between(old.last_captured_at, new.captured_at)}, and the page {why}."
    return replace(version, acknowledged=False, findings=(CitedFinding(UNACKNOWLEDGED, message),))


def _body(old: CitedText, new: CitedText, *, counting: bool) -> tuple[bool | None, Tally | None]:
    """Whether the main text changed in anything that is read, and by how many words; None where that is not known."""
    if old.text is None or new.text is None:
        return None, None
    if old.text == new.text:
        return False, None
    if not counting:
        return True, None
    counted = tally(old.text, new.text, align(old.text, new.text))
    return counted.changes, counted if counted.changes else None


def _caveat(old: CitedText, new: CitedText) -> str:
    """Why a difference of the two texts may not be one of the page; nothing where it is."""
    if old.text is None or new.text is None:
        return "no text was drawn from one of the two"
    if found := sorted(NOT_WHOLE.intersection((*old.problems, *new.problems))):
        return f"one of the two may not be whole: {', '.join(found)}"
    if old.extractor != new.extractor:
        return OTHER_RULES
    return ""


def _byline(text: CitedText) -> str | None:
    return ", ".join(text.authors) or None


def _origin(text: CitedText) -> str | None:
    return "; ".join(dict.fromkeys(_noted(note) for note in text.notes)) or None


def _noted(note: CitedNote) -> str:
    return f"{note.relation.replace('_', ' ')} {note.publisher or note.url or ''}".rstrip()


def _targets(text: CitedText) -> frozenset[tuple[str, str, str]]:
    return frozenset((n.relation, (n.publisher or "").casefold(), urls.key(n.url) if n.url else "") for n in text.notes)


#: Field, what it is compared by, how it is written.
_FIELDS: tuple[tuple[str, Callable[[CitedText], object], Callable[[CitedText], str | None]], ...] = (
    ("title", lambda text: text.title, lambda text: text.title),
    ("byline", _byline, _byline),
    ("date_published", lambda text: text.date_published, lambda text: text.date_published),
    ("date_modified", lambda text: text.date_modified, lambda text: text.date_modified),
    ("origin", _targets, _origin),
)


def _changes(old: CitedText, new: CitedText) -> Iterable[CitedChange]:
    for field, compared, written in _FIELDS:
        if compared(old) != compared(new):
            yield CitedChange(field, written(old), written(new))


def owned_up(old: CitedText, new: CitedText) -> tuple[bool | None, str]:
    """Whether the modified date of a changed page says so (None: nobody can tell), and what it says instead."""
    said, before = new.date_modified, old.date_modified
    if not said:
        return False, "gives no modified date any more" if before else "gives no modified date"
    day, seen = _as_day(said), _as_day(old.last_captured_at)
    if day is None or seen is None:
        return None, ""
    if _same(said, before) and said == dates.day(said) and day >= seen - _LEEWAY:
        return None, ""
    if _same(said, before):
        return False, f"still says that it was modified {said}"
    if day < seen - _LEEWAY:
        return False, f"says that it was modified {said}, before the old text was last seen here"
    return True, ""


def _same(one: str, other: str | None) -> bool:
    """Whether two dates say the same: the same moment, or the same day where one of them says no more."""
    if other is None:
        return False
    if one == dates.day(one) or other == dates.day(other):
        return dates.day(one) == dates.day(other)
    try:
        return dates.parse_rfc3339(one) == dates.parse_rfc3339(other)
    except ValueError:
        return one == other


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(dates.day(text) or "")
    except ValueError:
        return None


def _between(one: str, other: str) -> str:
    """Two days, or the times where they are of one day."""
    days = dates.day(one) or one, dates.day(other) or other
    return " and ".join(days if days[0] != days[1] else (one, other))
