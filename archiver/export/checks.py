"""What was checked of a citation and what was not, in sentences: never more than was done. Pure; shared by note and page.

checks(citation) -> what it is of, what is said of it, and the command by which anybody can check it themselves
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.export.graph import graph
from archiver.model.citation import Citation, CitedCapture

#: What a status of an edge rests on.
_MEANS = {
    "asserted": " (the page's own words; its source could not be compared)",
    "contradicted": " (the page's own words, and the archive speaks against them)",
    "corroborated": " (the page's own words, and the archived source holds the text)",
    "curated": " (a person decided)",
    "inferred": " (texts and dates alone)",
}

#: How bytes came into the archive that were not fetched from their own address.
_SECOND_HAND = {
    "import": "the bytes were taken in from a file, and not fetched by this archive",
    "memento": "a copy that was had from a public archive, on whose word it stands",
}


@dataclass(frozen=True, slots=True)
class Check:
    """What is said of one thing: sentences without their last full stop, foreign names in them. `how` says what `command` is for."""

    what: str
    said: str
    how: str = ""
    command: str = ""


def checks(citation: Citation) -> Iterator[Check]:
    """The stored bytes, the way here, the log, the chain; and what nobody has checked."""
    if citation.verified:
        check = citation.verified
        yield Check("Stored bytes", f"checked {check.at} at level {check.level}: {check.outcome}")
    else:
        yield Check("Stored bytes", "not checked since they were stored", "To do that", "archiver verify")
    if citation.captures:
        brought = next((one for one in citation.captures if not one.unchanged), citation.captures[0])
        yield Check("The way here", _way(brought))
        if brought.logged is not None:
            prove = f"archiver prove {brought.capture_id}"
            yield Check("The log", str(brought.logged), "To check it without archiver", prove)
    statuses = Counter(one.edge.status for one in graph(citation.edges).links)
    if statuses:
        steps = (f"{number} {status}{_MEANS.get(status, '')}" for status, number in sorted(statuses.items()))
        yield Check("Steps of the chain", "; ".join(steps))
    seen = any(one.logged is not None and one.logged.seen for one in citation.captures)
    latest = " (it was not later than when others saw the log)" if seen else ""
    yield Check(
        "Not checked",
        "who wrote the page, whether what it says is true, and the time of capture, which is that of the capturing "
        f"machine{latest}",
    )


def _way(capture: CitedCapture) -> str:
    """How the newest capture's bytes came into the archive."""
    if capture.source in _SECOND_HAND:
        return _SECOND_HAND[capture.source]
    if not capture.tls:
        return "fetched without TLS, so nothing vouches for the server"
    if "unverified" in capture.tls:
        return "fetched over TLS whose certificate did not verify"
    return "fetched over TLS whose certificate verified"
