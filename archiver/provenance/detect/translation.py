"""Translation notices: "Translated from the Spanish original in X", or a bare "Translated by ..." beside another origin note.

A bare notice names nobody: it turns the origin that the page names elsewhere at its edges into `translated_from`.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model.claim import Strength
from archiver.provenance.detect.match import matches
from archiver.provenance.detect.page import Hit, Page
from archiver.provenance.detect.statement import best_address
from archiver.provenance.phrases.grammar import Form

WEIGHT = 0.95
LONGEST_NOTICE = 400


def detect(page: Page) -> Iterator[Hit]:
    """Notices that name a publisher or link to the original."""
    for match in matches(page, Form.TRANSLATION, page.at_edge):
        target, relation = match.target, match.wording.row.relation
        if target is None or relation is None or (not target.firm and len((target.publisher or "").split()) > 5):
            continue
        url = best_address(page, match.place, target)
        evidence = page.evidence(match.place, match.start, match.end, match.rule, WEIGHT)
        yield Hit(relation, target.publisher, url, Strength.STATEMENT, evidence)


def noticed(page: Page) -> bool:
    """Whether the page says at its edges that it is a translation."""
    return any(
        len(match.place.plain) <= LONGEST_NOTICE and "{X}" not in match.wording.row.pattern
        for match in matches(page, Form.TRANSLATION, page.at_edge)
    )
