from __future__ import annotations

import pytest

from archiver.extract.read import read
from archiver.model.capture import Payload
from archiver.model.document import Role

from .tiny_pdf import Piece, build, column

LEFT = [
    "The river rose by two metres in a single",
    "night, and the people of the lower town",
    "carried what they could up the hill be-",
    "fore the bridge gave way. By morning the",
    "market square stood under water, the well-",
    "known mill could be reached by boat and the",
]
RIGHT = [
    "council had opened both schools. The well-",
    "known cinema is closed, and nobody knows",
    "for how long it will stay so.",
]


def newspaper(**options: object) -> bytes:
    """One page: section label, headline, narrow byline, two columns with a caption between them, a running foot."""
    return build(
        [
            [
                Piece(40, 770, 9, "OPINION"),
                Piece(40, 720, 32, "A flood foretold"),
                *column(40, 695, 9.6, ["By Ada", "Marie Quist", "Staff writer"]),
                *column(40, 640, 10.5, LEFT),
                *column(40, 540, 8, ["The market square on Tuesday", "Photo: Bo Lund"]),
                *column(320, 640, 10.5, RIGHT),
                Piece(40, 25, 9, "2  Hill Daily | Tuesday | Mar 4, 2021  National"),
            ]
        ],
        **options,
    )


def read_pdf(content: bytes, url: str = "http://paper.hilldaily.example/7/2.pdf"):
    return read(Payload(url, content, "application/pdf"))


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_newspaper_page_is_told_apart(newline):
    document = read_pdf(newspaper(newline=newline))
    assert document.problems == ()
    assert document.title.value == "A flood foretold"
    assert document.authors == ("Ada Marie Quist",)
    assert (document.publisher.value, document.publisher.source) == ("Hill Daily", "running head")
    assert document.date_published.value == "2021-03-04"
    roles = [(block.role, block.tag) for block in document.blocks]
    assert roles == [
        (Role.NAV, "p"),
        (Role.HEAD, "h1"),
        (Role.HEAD, "p"),
        (Role.BODY, "p"),
        (Role.CAPTION, "figcaption"),
        (Role.CAPTION, "figcaption"),
        (Role.NAV, "p"),
    ]


def test_words_are_joined_across_lines_and_columns():
    body = next(b.text for b in read_pdf(newspaper()).blocks if b.role is Role.BODY)
    assert "up the hill before the bridge" in body
    assert "could be reached by boat and the council had opened" in body
    assert body.endswith("for how long it will stay so.")


def test_the_main_text_is_without_heads_and_captions():
    text = read_pdf(newspaper()).text
    assert "OPINION" not in text
    assert "Bo Lund" not in text
    assert "Hill Daily" not in text
    assert "The river rose" in text


def test_running_heads_are_known_by_their_repetition():
    pages = [
        [
            Piece(40, 780, 9, f"Report of the Water Board, chapter {n}"),
            *column(40, 600, 11, [*LEFT[:3], LEFT[3]]),
            Piece(290, 20, 9, f"| {n}"),
        ]
        for n in (1, 2, 3)
    ]
    document = read_pdf(build(pages, title="Report of the Water Board"))
    assert [b.role for b in document.blocks if "chapter" in b.text] == [Role.NAV] * 3
    assert all(b.role is Role.NAV for b in document.blocks if b.text.startswith("|"))
    assert document.title.value == "Report of the Water Board"


def test_notes_after_the_text_are_its_tail():
    rows = [
        "This article was originally published on Valley Herald.",
        "Copyright Ada Quist, Hill Daily, 2021",
    ]
    page = [Piece(40, 700, 20, "A flood foretold"), *column(40, 650, 11, LEFT[:4]), *column(40, 560, 11, rows, step=30)]
    found = [(b.role, b.text) for b in read_pdf(build([page])).blocks]
    assert found[-2:] == [(Role.TAIL, rows[0]), (Role.TAIL, rows[1])]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (newspaper(encrypted=True), "extraction-failed"),
        (b"%PDF-1.7\n" + b"garbage " * 50, "extraction-failed"),
        (newspaper()[:300], "extraction-failed"),
        (b"", "empty"),
        (build([[]]), "empty"),
    ],
    ids=["encrypted", "garbage", "cut short", "no bytes", "no text"],
)
def test_what_cannot_be_read_is_an_empty_document_with_a_problem(content, problem):
    document = read_pdf(content)
    assert problem in document.problems
    assert document.blocks == ()
    assert document.title.value is None
    assert document.extractor.startswith("pdf/")
