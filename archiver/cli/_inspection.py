"""What a page says, for people and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.cli import _output

if TYPE_CHECKING:
    from archiver.inspection import Inspection
    from archiver.model.citation import Json


def as_json(found: Inspection) -> dict[str, Json]:
    """The keys of a line of `inspect --jsonl`, without its id."""
    document = found.document
    return {
        "url": document.url, "title": document.title.value, "authors": list(document.authors), "date": document.date_published.value,
        "publisher": document.publisher.value, "language": document.language, "text": document.text,
        "claims": [
            {
                "relation": str(claim.relation), "publisher": claim.publisher, "url": claim.url, "quote": claim.evidence[0].quote,
                "role": str(claim.evidence[0].role), "rule": claim.evidence[0].rule, "weight": claim.evidence[0].weight,
                "start": claim.evidence[0].start, "end": claim.evidence[0].end,
            }
            for claim in found.claims
        ],
        "date_modified": document.date_modified.value, "media_type": document.media_type, "problems": list(document.problems),
        "extractor": document.extractor,
    }  # fmt: skip


def tell(found: Inspection) -> None:
    """The same for a person, each value with where it came from."""
    from archiver.cli._tree import RELATIONS

    document = found.document
    for label, stated in (
        ("title", document.title), ("publisher", document.publisher), ("published", document.date_published), ("modified", document.date_modified)
    ):  # fmt: skip
        source = f"  ({stated.source})" if stated.source else ""
        _output.say(
            f"{label:<11}{_output.show(stated.value or 'the page does not say')}{_output.colour(source, 'dim')}"
        )
    _output.say(f"{'authors':<11}{_output.show(', '.join(document.authors) or 'the page does not say')}")
    _output.say(f"{'language':<11}{_output.show(document.language or 'the page does not say')}")
    _output.say(f"{'text':<11}{len(document.text.split()):,} words, {document.extractor}")
    for problem in document.problems:
        _output.say(f"{'problem':<11}{problem}")
    for claim in found.claims:
        link = f"  {_output.show(claim.url)}" if claim.url else ""
        _output.say(
            f"{RELATIONS[claim.relation]}  {_output.colour(_output.show(claim.publisher or '(no name)'), 'bold')}{link}"
        )
        for evidence in claim.evidence:
            _output.say(
                f"  “{_output.show(evidence.quote)}”  {_output.colour(f'{evidence.role}, {evidence.rule}, weight {evidence.weight:.2f}', 'dim')}"
            )
