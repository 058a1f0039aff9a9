"""How well claims agree with gold: which were found, which are false, and the measures that follow. Pure; reads no page.

A claim finds a gold claim where 1. its relation is one of the gold's (first publisher and immediate source count as one here;
the two exact measures tell them apart), and 2. its publisher is the gold's or its address is at the gold's host. A claim that
finds none is false, unless its relation is tolerated on that page. Copyright lines are not scored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archiver.model.claim import UPSTREAM, Claim, Relation
from tests.quality.cases import ORIGIN, Case, Gold

#: How many upstream claims stand on pages that have none: a count, where every other measure is a share.
FALSE_ON_NEGATIVES = "false upstream on negatives"


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold claim with the claim that found it, or either one alone: a miss, or a false claim."""

    case: Case
    gold: Gold | None
    claim: Claim | None

    @property
    def relation(self) -> Relation:
        """Under which it is counted: the claim's, else the gold's first by name."""
        if self.claim is not None:
            return self.claim.relation
        assert self.gold is not None
        return min(self.gold.relations)


def pairs(case: Case, claims: Iterable[Claim]) -> list[Pair]:
    """Each gold claim once, with the claim that found it or without; then each false claim."""
    scored = [claim for claim in claims if claim.relation is not Relation.COPYRIGHT]
    found: list[Pair] = []
    for gold in case.gold:
        fits = [claim for claim in scored if _same(gold, claim)]
        exact = [claim for claim in fits if claim.relation in gold.relations]
        found.append(Pair(case, gold, next(iter(exact or fits), None)))
    false = [
        Pair(case, None, claim)
        for claim in scored
        if claim.relation not in case.tolerated and not any(_same(gold, claim) for gold in case.gold)
    ]
    return found + false


def _same(gold: Gold, claim: Claim) -> bool:
    kinds = gold.relations | ORIGIN if gold.relations & ORIGIN else gold.relations
    return claim.relation in kinds and _same_publisher(gold, claim)


def _same_publisher(gold: Gold, claim: Claim) -> bool:
    theirs, our_host, their_host = _folded(claim.publisher), _host(gold.url), _host(claim.url)
    return (
        (bool(our_host) and our_host == their_host)
        or any(_same_name(ours, theirs) or _in_host(ours, their_host) for ours in map(_folded, gold.names))
        or _in_host(theirs, our_host)
    )


def _same_name(one: str, other: str) -> bool:
    """Equal, or one within the other and not drowned in it: a name cut a little too wide or too narrow."""
    short, long = sorted((one, other), key=len)
    return bool(short) and short in long and 3 * len(short) >= 2 * len(long)


def _in_host(name: str, host: str) -> bool:
    return len(name) > 2 and any(_same_name(name, _folded(label)) for label in host.split("."))


def _folded(name: str | None) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", name or "").casefold() if c.isalnum())


def _host(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Tally:
    """Gold claims found and missed, and false claims."""

    found: int
    missed: int
    false: int

    @property
    def precision(self) -> float:
        """The share of the claims that are right; 1 where there are none."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of the gold claims that were found; 1 where there are none."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.found / (2 * self.found + self.missed + self.false) if self.found else 0.0


def tally(all_pairs: Sequence[Pair], counts: Callable[[Pair], bool]) -> Tally:
    """Count the pairs that `counts` lets in."""
    counted = [pair for pair in all_pairs if counts(pair)]
    return Tally(
        found=sum(pair.gold is not None and pair.claim is not None for pair in counted),
        missed=sum(pair.claim is None for pair in counted),
        false=sum(pair.gold is None for pair in counted),
    )


def _exact(all_pairs: Sequence[Pair], relation: Relation) -> Tally:
    """Of one relation alone: gold that only it satisfies, and claims of it that are not right some other way."""
    only = [pair for pair in all_pairs if pair.gold is not None and pair.gold.relations == {relation}]
    found = sum(pair.claim is not None and pair.claim.relation is relation for pair in only)
    false = sum(
        pair.claim is not None
        and pair.claim.relation is relation
        and (pair.gold is None or relation not in pair.gold.relations)
        for pair in all_pairs
    )
    return Tally(found, len(only) - found, false)


def _upstream(pair: Pair) -> bool:
    return pair.relation in UPSTREAM


def measures(all_pairs: Sequence[Pair]) -> dict[str, float]:
    """Every measure by its name, shares in 0 to 1 and one count."""
    upstream = tally(all_pairs, _upstream)
    english = tally(all_pairs, lambda pair: _upstream(pair) and pair.case.english)
    foreign = tally(all_pairs, lambda pair: _upstream(pair) and not pair.case.english)
    table = {
        "upstream precision": upstream.precision,
        "upstream recall": upstream.recall,
        "upstream F1, English": english.f1,
        "upstream F1, other languages": foreign.f1,
        "origin F1": tally(all_pairs, lambda pair: pair.relation in ORIGIN).f1,
    }
    for relation in sorted(ORIGIN):
        table[f"{relation} F1, exact"] = _exact(all_pairs, relation).f1
    for relation in Relation:
        if relation not in ORIGIN and relation is not Relation.COPYRIGHT:
            table[f"{relation} F1"] = tally(all_pairs, lambda pair, r=relation: pair.relation is r).f1
    table[FALSE_ON_NEGATIVES] = sum(
        pair.gold is None and _upstream(pair) and not any(gold.relations & UPSTREAM for gold in pair.case.gold)
        for pair in all_pairs
    )
    return table


def wrong(all_pairs: Iterable[Pair]) -> list[str]:
    """A line for each miss and each false claim, with its words."""
    lines = []
    for pair in all_pairs:
        if pair.claim is None and pair.gold is not None:
            names = "/".join(sorted(pair.gold.relations))
            lines.append(f"missed {pair.case.name}: {names} {pair.gold.whom} ({pair.case.tests})")
        elif pair.gold is None and pair.claim is not None:
            claim, words = pair.claim, pair.claim.evidence[0]
            name = claim.publisher or claim.url
            lines.append(f"false {pair.case.name}: {claim.relation} {name} by {words.rule}: {words.quote!r}")
    return lines
