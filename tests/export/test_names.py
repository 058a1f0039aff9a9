"""Which part of a name is the family's: told where it is certain, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.export.names import Name, split


@pytest.mark.parametrize(
    ("name", "family", "given_"),
    [
        ("A. Quill", "Quill", "A."),
        ("A. B. Quill", "Quill", "A. B."),
        ("A. de la Quill", "de la Quill", "A."),
        ("É. Ñandú-Moor", "Ñandú-Moor", "É."),
        ("S. O’Dowd", "O’Dowd", "S."),
        ("Quill, Ana", "Quill", "Ana"),
        ("Quill, A. B.", "Quill", "A. B."),
        ("van der Quill, Ana Maria", "van der Quill", "Ana Maria"),
    ],
)
def test_initials_first_and_one_comma_are_certain(name: str, family: str, given_: str) -> None:
    assert split(name) == Name(family, given_)


@pytest.mark.parametrize(
    "name",
    [
        "Ana de Quill", "Ana Quill", "Quill Ana", "J. Edgar Quill", "A.B. Quill", "U.S. Navy", "A. Quill Jr.", "A. Quill, Berlin",
        "Ana Quill, The Lamp", "Quill, Ana, Berlin", "Quill, Jr.", "Quill, Inc.", "North Wire Staff", "A. and Others", "A.", "Quill", "",
        "А. Перо", "王, 小明", "D, E|F=G", "A. 2Quill", "a. quill", "A. quill", "quill, ana", "A. } and {", "A. X",
    ],
)  # fmt: skip
def test_all_else_is_not(name: str) -> None:
    assert split(name) is None


@given(st.text(max_size=200))
def test_a_name_has_all_its_letters_in_its_parts(name: str) -> None:
    parts = split(name)
    assert parts is None or name in (f"{parts.given} {parts.family}", f"{parts.family}, {parts.given}")
