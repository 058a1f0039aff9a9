"""Whom names mean in one archive: an authority file that its pages and its people go on writing.

    given        the shipped table and publishers.toml: all that detection knows, so that a page says the same whatever was
                 captured before it
    learnt       the names and hosts of the archive's own pages, for resolution
    decided      what a person decided (model.agent.Naming), which counts more than both

Owns the order in which these count, and what a decision changes. Matching names is provenance.publishers; the rows are
manifest.conclusions'. Used inside transaction 2.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archiver import config
from archiver.manifest import publishers
from archiver.manifest.conclusions import Conclusions
from archiver.manifest.store import Manifest
from archiver.model.agent import Naming, Publisher
from archiver.model.claim import UPSTREAM, Claim
from archiver.model.document import Document
from archiver.model.url import host, site
from archiver.provenance.publishers import SHIPPED, Authority, fold, looks_like_host

#: Where the spelling of an alias is known from.
LEARNT, NAMED = "its own pages", "named as a source"


def given(folder: Path) -> Authority:
    """The shipped table and the publishers.toml of the archive in `folder`. Raises UsageError."""
    return SHIPPED.with_publishers(config.publishers(folder))


class AuthorityFile:
    """The publishers of one archive, open for writing."""

    def __init__(self, manifest: Manifest, given: Authority) -> None:
        self.given = given
        self._manifest = manifest
        self._authority: Authority | None = None

    @property
    def authority(self) -> Authority:
        """Whom names mean, for resolution."""
        if self._authority is None:
            self._authority = self.given.with_publishers(publishers.publishers(self._manifest.connection))
        return self._authority

    def own_name(self, conclusions: Conclusions, document: Document) -> int | None:
        """The entry of the page's own publisher; a name or host that is new is learnt."""
        return self._own(conclusions, document.publisher.value, site(host(document.url)))

    def _own(self, conclusions: Conclusions, name: str | None, here: str) -> int | None:
        if name is None:
            return None
        new = self.authority.of_host(here) is None or self.authority.match(name) is None
        learnt = conclusions.publishers.publisher_id(name, fold(name), self.given.match(name), here, LEARNT)
        if new and learnt is not None:
            self._authority = self.authority.with_publishers([publishers.publisher(self._manifest.connection, learnt)])
        return learnt

    def named(self, conclusions: Conclusions, claim: Claim) -> int | None:
        """The entry of a publisher that a claim names, or whose host it links to. A source that is new gets one, without a
        host: it is no more than a name.
        """
        return self._source(conclusions, claim.publisher, claim.url, upstream=claim.upstream)

    def _source(self, conclusions: Conclusions, name: str | None, url: str | None, *, upstream: bool) -> int | None:
        if name is None:
            there = site(host(url or ""))
            known = self.given.of_host(there)
            if known is None:
                return None
            return conclusions.publishers.publisher_id(known.name, fold(known.name), known, there, known.source)
        if upstream:
            return conclusions.publishers.publisher_id(name, fold(name), self.given.match(name), None, NAMED)
        return conclusions.publishers.known_publisher(fold(name))

    def entry(self, word: str) -> Publisher | None:
        """The publisher that goes by this name or host, with every name and host known for it; for a person who asks."""
        connection = self._manifest.connection
        there = site(host(f"http://{word}/")) if looks_like_host(word) else ""
        known = self.given.match(word) or (self.given.of_host(there) if there else None)
        identity = publishers.publisher_with(connection, fold(word), there)
        if identity is None and known is not None:
            identity = publishers.publisher_with(connection, fold(known.name), "")
        if identity is None:
            return known
        entry = publishers.publisher(connection, identity)
        if known is None or fold(known.name) != fold(entry.name):
            return entry
        return replace(
            entry,
            aliases=tuple(dict.fromkeys((*entry.aliases, known.name, *known.aliases))),
            hosts=tuple(dict.fromkeys((*entry.hosts, *known.hosts))),
        )

    def apply(self, conclusions: Conclusions, sequence: int, naming: Naming) -> int:
        """Make the entries say what a person decided. How many documents are to be resolved anew for it.

        A publisher whose own name is among the names given is that publisher, and goes into its entry with all it has; of
        another one only the names and hosts given are taken away.
        """
        rows = conclusions.publishers
        into = rows.known_publisher(fold(naming.publisher))
        if into is None or fold(rows.name(into)) != fold(naming.publisher):  # it goes by another's name: not any more
            known = self.given.match(naming.publisher)
            if known is None or fold(known.name) != fold(naming.publisher):
                known = Publisher(naming.publisher, source=publishers.DECIDED)
            into = rows.add(known)
        named = {fold(name): name for name in (naming.publisher, *naming.names)}
        touched = {into}
        for kind, aliases in (("name", named), ("host", {one: one for one in naming.hosts})):
            for alias, spelling in aliases.items():
                before = rows.assign_alias(into, kind, alias, spelling, publishers.DECIDED)
                if before is not None and before != into:
                    touched.add(before)
                    if fold(rows.name(before)) in named:
                        rows.absorb(before, into)
        changed = rows.rename(touched, fold)
        changed |= publishers.documents_at(self._manifest.connection, naming.hosts)
        conclusions.leave_unresolved(changed)
        rows.applied(sequence)
        self._authority = None
        return len(changed)

    def relearn(self, conclusions: Conclusions) -> None:
        """The entries as the archive's pages and people make them, all over again in their order: what a page that is gone has said is
        not known any more. On whatever that bears is to be resolved anew.
        """
        connection, rows = self._manifest.connection, conclusions.publishers
        before = set(publishers.publishers(connection))
        rows.clear()
        self._authority = None
        for said in publishers.sayings(connection):
            if isinstance(said, publishers.Decided):
                self.apply(conclusions, said.sequence, said.naming)
                continue
            for claim_id, name, url, relation in said.claims:
                rows.claims(claim_id, self._source(conclusions, name, url, upstream=relation in UPSTREAM))
            rows.publishes(said.document_id, self._own(conclusions, said.publisher, site(host(said.url))))
        self._authority = None
        changed = before ^ set(publishers.publishers(connection))
        conclusions.leave_unresolved(
            publishers.documents_at(connection, {one for entry in changed for one in entry.hosts})
        )
        conclusions.leave_unresolved(publishers.documents_of(connection, {entry.name for entry in changed}))
