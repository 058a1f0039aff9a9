"""Source labels: "Source: X" once, at the head or the tail of the text. Several of them are references, not an origin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.names import organisation
from archiver.provenance.detect.page import CONTENT, Hit, Page, sentence
from archiver.provenance.detect.statement import best_address, is_reuse
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.publishers import fold

WEIGHT, REFERENCE = 0.85, 0.8
#: Where labels are counted. Those of a caption speak of a figure, those of menus of nothing.
_COUNTED = CONTENT | {Role.LIST, Role.CAPTION}
#: What may stand before a label: nothing, an opening bracket, or the end of a sentence.
_BEFORE = re.compile(r"(?:^|[.!?…。！？\])(\[|]\s?)[\s\W]{0,4}$")


def detect(page: Page) -> Iterator[Hit]:
    """Labels that name somebody; a claim of origin where there is one such name, citations where there are more."""
    found = [match for match in matches(page, Form.LABEL, lambda p: p.block.role in _COUNTED) if _is_label(page, match)]
    targets = {_key(match) for match in found if match.place.block.role is not Role.CAPTION}
    for match in found:
        target = match.target
        assert target is not None  # noqa: S101 - _is_label has seen to it
        url = best_address(page, match.place, target)
        relation = match.wording.row.relation or Relation.REPUBLISHED_FROM
        origin = len(targets) == 1 and page.at_edge(match.place) and match.place.block.role in CONTENT
        if not origin:
            named = target.firm or organisation(target.publisher or "")
            if named and not page.is_self(target.publisher, url):
                evidence = page.evidence(match.place, match.start, match.end, match.rule, REFERENCE)
                yield Hit(Relation.CITES, target.publisher, url, Strength.LABEL, evidence)
            continue
        evidence = page.evidence(match.place, match.start, match.end, match.rule, WEIGHT)
        yield Hit(relation, target.publisher, url, Strength.LABEL, evidence)


def _is_label(page: Page, match: Match) -> bool:
    """Whether a match begins its block or a sentence of it, names somebody, and is no reuse term."""
    if match.target is None or not _BEFORE.search(match.place.plain[max(0, match.start - 6) : match.start]):
        return False
    if match.start > 0 and match.place.block.role is Role.BODY and len(match.place.plain) - match.end > 40:
        return False
    return not is_reuse(page, match.place, sentence(match.place.plain, match.start, match.end)[0], match.end)


def _key(match: Match) -> str:
    target = match.target
    if target is None:
        return ""
    return fold(target.publisher or "") or urls.site(urls.host(target.url or ""))
