"""What was checked of a citation and what was not, in sentences: never more than was done. Pure; shared by note and page.

checks(citation, levels) -> what it is of, what is said of it, and the command by which anybody can check it themselves
placed(logged)           -> where a statement stands in the log, and who vouches for that
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archiver.export.captures import word
from archiver.export.graph import graph
from archiver.model.citation import Citation, CitedCapture, Logged, Verified

#: What a status of an edge rests on.
_MEANS = {
    "asserted": " (the page’s own words; its source could not be compared)",
    "contradicted": " (the page’s own words, and the archive speaks against them)",
    "corroborated": " (the page’s own words, and the archived source holds the text)",
    "curated": " (a person decided)",
    "inferred": " (texts and dates alone)",
}

#: How bytes came into the archive that were not fetched from their own address.
_SECOND_HAND = {
    "import": "the bytes were taken in from a file, and not fetched by this archive",
    "memento": "a copy that was had from a public archive, on whose word it stands",
}
#: How a check ended.
_ENDED = {"ok": "all as it was written", "not done": "not done to its end"}


@dataclass(frozen=True, slots=True)
class Check:
    """What is said of one thing: sentences without their last full stop, foreign names in them. `how` says what `command` is for."""

    what: str
    said: str
    how: str = ""
    command: str = ""


def checks(citation: Citation, levels: Mapping[str, str] = MappingProxyType({})) -> Iterator[Check]:
    """The stored bytes, the way here, the log, the chain; and what nobody has checked. `levels` says what each level of a check looks at
    (ledger.problems.LEVEL_MEANINGS): of the others their names are said.
    """
    whose = "which is that of the capturing machine"
    if citation.verified:
        yield Check("Stored bytes", _verified(citation.verified, levels))
    else:
        yield Check("Stored bytes", "not checked since they were stored", "To do that", "archiver verify")
    if citation.captures:
        brought = next((one for one in citation.captures if not one.unchanged), citation.captures[0])
        yield Check("The way here", _way(brought))
        if by := word(brought):
            whose = f"which stands {by}"
        if brought.logged is not None:
            prove = f"archiver prove {brought.capture_id}"
            yield Check("The log", placed(brought.logged), "A proof that needs no archiver to check", prove)
    statuses = Counter(one.edge.status for one in graph(citation.edges).links)
    if statuses:
        steps = (f"{number} {status}{_MEANS.get(status, '')}" for status, number in sorted(statuses.items()))
        yield Check("Steps of the chain", "; ".join(steps))
    seen = any(one.logged is not None and one.logged.seen for one in citation.captures)
    latest = " (it was not later than when others saw the log)" if seen else ""
    yield Check(
        "Not checked",
        f"who wrote the page, whether what it says is true, and the time of capture, {whose}{latest}",
    )


def placed(logged: Logged) -> str:
    """Where a capture’s statement stands in the log, and which checkpoint covers it; foreign names in it."""
    place = f"statement {logged.entry:,} of this archive’s log"
    if logged.checkpoint is None:
        return f"{place}, which no checkpoint covers yet"
    if logged.signed:
        covered = f"covered by the signed checkpoint of the first {logged.signed:,}"
    else:
        covered = f"covered by the checkpoint of the first {logged.checkpoint:,}, which nobody signed"
    return "; ".join([f"{place}, {covered}", *map(str, logged.seen)])


def _verified(check: Verified, levels: Mapping[str, str]) -> str:
    """When, what was looked at, and how it ended."""
    meaning = levels.get(check.level, f"level {check.level}")
    return f"checked on {check.at}: {meaning}; {_ENDED.get(check.outcome, check.outcome)}"


def _way(capture: CitedCapture) -> str:
    """How the newest capture's bytes came into the archive."""
    if capture.source in _SECOND_HAND:
        return _SECOND_HAND[capture.source]
    if not capture.tls:
        return "fetched without TLS, so nothing vouches for the server"
    if "unverified" in capture.tls:
        return "fetched over TLS whose certificate did not verify"
    return "fetched over TLS whose certificate verified"
