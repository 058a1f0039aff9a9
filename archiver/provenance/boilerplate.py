"""What stands on many pages of one site is said of the site, not of a page: boilerplate, whatever it says.

Owns when two pages say the same sentence (`sentence`) and how many of a site's pages make it boilerplate. What such a claim is
still worth is model.claim's; counting the pages is the archive's.
"""

from __future__ import annotations

import hashlib

from archiver.model import url as urls
from archiver.model.claim import Claim, Evidence, Strength
from archiver.provenance.publishers import fold

#: Kinds of evidence that a template can put on a page where it does not belong. A source label or an agency's credit is
#: not among them: a paper that lives on one agency says so under each of its articles, and is right each time.
TEMPLATED = frozenset({Strength.SELF, Strength.MACHINE, Strength.STATEMENT})

#: On fewer pages than this nothing is boilerplate; and no more of a site's pages than this need to be counted.
FEWEST_PAGES, MOST_PAGES = 5, 4096


def sentence(site: str, claim: Claim, evidence: Evidence) -> str | None:
    """What a piece of evidence has in common with others that are the same words about the same target on the same site:
    16 hex digits. None for kinds of evidence that are no template's.

    >>> from archiver.model.claim import Relation
    >>> from archiver.model.document import Role
    >>> words = Evidence("First seen in the Gazette.", Role.TAIL, "r@1", 0.9, 0, 26)
    >>> claim = Claim(Relation.REPUBLISHED_FROM, "the Gazette", None, Strength.STATEMENT, (words,))
    >>> sentence("a.example", claim, words) == sentence("b.example", claim, words)
    False
    """
    if claim.strength not in TEMPLATED:
        return None
    target = urls.key(claim.url) if claim.url else fold(claim.publisher or "")
    words = " ".join(evidence.quote.casefold().split())
    return hashlib.sha256(f"{site}\n{target}\n{words}".encode("utf-8", "replace")).hexdigest()[:16]


def is_boilerplate(pages: int, of: int) -> bool:
    """Whether what stands on so many `pages` of the `of` that are archived of a site (both up to MOST_PAGES) is boilerplate.

    It is from three quarters on, with `of` taken down to a power of two: so the answer changes at most once each time that
    the site's pages double, and an archive that grows does not go back and forth between two answers.
    """
    if of < 1:
        return False
    return pages >= max(FEWEST_PAGES, 3 * (1 << of.bit_length() - 1) / 4)
