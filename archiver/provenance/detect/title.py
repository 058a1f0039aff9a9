"""Headlines that end in another publisher's name: "The tides of March (Harbour Post)", "The tides of March | Harbour Post".

Only names that the authority knows count, and only in the headline as it stands in the text: the title element names the page's
own site. A name without brackets or bar is left alone, since headlines are also about newspapers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model.claim import Relation, Strength
from archiver.provenance.detect.page import Hit, Page

WEIGHT = 0.75
RULE = "title-suffix@1"
#: The headline is looked for among the first so many blocks of the text.
FIRST = 6
_SUFFIX = re.compile(r"(?:\s\|\s|\s[(\[])([^()\[\]|]{3,60}?)[)\]]?$")


def detect(page: Page) -> Iterator[Hit]:
    """The suffix of the first headline, if it is an outlet or agency that is not the page itself."""
    place = next((place for place in page.content[:FIRST] if place.block.tag in ("h1", "h2")), None)
    suffix = _SUFFIX.search(place.plain, max(0, len(place.plain) - 64)) if place else None
    if place is None or suffix is None or suffix.start() == 0:
        return
    name = suffix[1].strip()
    known = page.known(name)
    if known is None or known.kind not in ("outlet", "agency") or page.is_self(name, None):
        return
    relation = Relation.SYNDICATED_BY if known.kind == "agency" else Relation.REPUBLISHED_FROM
    yield Hit(relation, name, None, Strength.LABEL, page.evidence(place, suffix.start(1), suffix.end(1), RULE, WEIGHT))
