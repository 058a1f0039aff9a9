"""Names and hosts that can be mistaken for others: a record says so, and data keeps them as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archiver.cli._tree import chain, record
from tests.export.answers import CHAIN, CITATION, EDGES, claim

LOOK_ALIKE = "http://xn--80ak6aa92e.example/weir"

MISTAKEN = replace(
    CITATION, title="The Wеir", publisher="Тhe Lamp", authors=("Ida Mοor",), url=LOOK_ALIKE,
    claims=(claim("originally_published_by", "Sаltmarsh Echo", "http://xn--e1afmkfd.example/x", "From the Sаltmarsh Echo."),),
)  # fmt: skip


def test_a_record_marks_names_and_says_what_is_mixed(capsys: pytest.CaptureFixture[str]) -> None:
    record(MISTAKEN)
    lines = capsys.readouterr().out.split("\n")
    assert lines[:3] == [
        "The Wеir [mixed letters: Latin, Cyrillic]",
        "Ida Mοor [mixed letters: Latin, Greek] · Тhe Lamp [mixed letters: Cyrillic, Latin] · 2024-05-03",
        LOOK_ALIKE,
    ]
    assert (
        "  originally published by  Sаltmarsh Echo [mixed letters: Latin, Cyrillic]  http://xn--e1afmkfd.example/x"
        in lines
    )
    found = " ".join(" ".join(lines[lines.index("findings") :]).split())
    assert (
        "mixed-letters: the publisher's name has Cyrillic and Latin letters in it that can be mistaken for others."
        in found
    )
    assert "mixed-letters: the name of a source has Latin and Cyrillic letters in it" in found
    assert "mixed-letters: an author's name has Latin and Greek letters" in found
    assert (
        "look-alike-host: xn--80ak6aa92e.example has letters of another script that look like Latin ones: it reads as apple.example"
        in found
    )
    assert found.count("look-alike-host") == 1


def test_a_record_of_honest_names_has_no_such_finding(capsys: pytest.CaptureFixture[str]) -> None:
    record(replace(CITATION, publisher="Пример", url="http://xn--e1afmkfd.example/weir"))
    said = capsys.readouterr().out
    assert "mixed" not in said
    assert "look-alike" not in said
    assert "http://xn--e1afmkfd.example/weir  reads пример.example" in said.split("\n")


def test_a_chain_marks_names_too(capsys: pytest.CaptureFixture[str]) -> None:
    chain(replace(CHAIN, title="The Wеir", edges=(replace(EDGES[0], to_publisher="Sаltmarsh Echo"),)))
    said = capsys.readouterr().out
    assert said.startswith("The Wеir [mixed letters: Latin, Cyrillic]\n")
    assert "Sаltmarsh Echo [mixed letters: Latin, Cyrillic]" in said


def test_data_keeps_the_letters_that_were_sent() -> None:
    value = MISTAKEN.as_json()
    assert (value["title"], value["publisher"], value["url"]) == ("The Wеir", "Тhe Lamp", LOOK_ALIKE)
    assert "mixed" not in str(value)
