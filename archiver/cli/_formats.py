"""--format: a provenance record or a chain as a tree for people, a note in Markdown, the source of a picture, or a table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.export.graph import Node
    from archiver.model.citation import Chain, Citation, CitedEdge


class Form(StrEnum):
    """What is printed for people."""

    TREE = "tree"
    MD = "md"
    DOT = "dot"
    MERMAID = "mermaid"
    CSV = "csv"


FormatOption = Annotated[
    Form,
    typer.Option(
        "--format", help="A tree to read, a note in Markdown to paste, a graph for Graphviz or Mermaid, or a table."
    ),
]


def check(form: Form, json: bool) -> None:
    """Raise UsageError where two forms are asked for at once."""
    if json and form is not Form.TREE:
        raise UsageError("--json and --format are two forms of one answer", advice="Ask for one of them.")


def records(citations: Iterable[Citation], form: Form) -> None:
    """Provenance records: the tree or the note of each, or one picture of all."""
    if form in (Form.DOT, Form.MERMAID):
        found = tuple(citations)
        _picture([edge for one in found for edge in one.edges], {one.url: _asked(one) for one in found}, form)
        return
    if form is Form.CSV:
        from archiver.export.table import documents

        _output.table(documents(citations))
        return
    from archiver.cli._tree import record
    from archiver.export.note import note

    for number, citation in enumerate(citations):
        if number:
            _output.say()
        if form is Form.MD:
            _output.say(note(citation).rstrip("\n"))
        else:
            record(citation)


def works(chains: Iterable[Chain], form: Form) -> None:
    """Chains: the tree or the note of each, or one picture of all."""
    if form in (Form.DOT, Form.MERMAID):
        _picture([edge for one in chains for edge in one.edges], {}, form)
        return
    if form is Form.CSV:
        from archiver.export.table import edges

        _output.table(edges(chains))
        return
    from archiver.cli._tree import chain
    from archiver.export.note import chain_note

    for number, one in enumerate(chains):
        if number:
            _output.say()
        if form is Form.MD:
            _output.say(chain_note(one).rstrip("\n"))
        else:
            chain(one)


def _asked(citation: Citation) -> Node:
    from archiver.export.graph import Node

    return Node(
        citation.publisher, citation.date_published, citation.url, captured=citation.document_id is not None, title=citation.title
    )  # fmt: skip


def _picture(edges: list[CitedEdge], asked: dict[str, Node], form: Form) -> None:
    from archiver.export.graph import graph
    from archiver.export.lineage import dot, mermaid

    drawn = graph(edges, asked)
    _output.say((dot(drawn) if form is Form.DOT else mermaid(drawn)).rstrip("\n"))
