"""Pages made to hurt: each is read within seconds, none raises, and what was left out is said."""

from __future__ import annotations

import time

import pytest

from archiver.extract.blocks import MAX_ROWS
from archiver.extract.layout import Line, rows
from archiver.extract.read import read
from archiver.model.capture import PROBLEMS, Payload
from archiver.model.document import Role
from tests.extract.tiny_pdf import Piece, build

TEXT = "A plain paragraph of running text that goes on for long enough to be taken for prose by anybody at all."
P = f"<p>{TEXT}</p>"
FLOODS = {
    "nested-divs": P + "<div>" * 100_000 + "deep",
    "attributes": P + "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">text</p>" + P,
    "one-long-text": "<p>" + "word " * 400_000,
    "links": "<p>" + '<a href="/x">word</a> ' * 5_000,
    "unclosed-anchors": "<a href=x>" * 5_000 + "x",
    "long-title": "<title>" + " - x" * 100_000 + "</title>" + P,
    "long-heading": "<h1>" + "By " * 100_000 + "</h1>" + P,
    "nested-json": '<script type="application/ld+json">' + "[" * 50_000 + "</script>" + P,
    "open-quotes-in-json": '<script type="application/ld+json">{"headline":"' + '\\"' * 200_000 + "</script>" + P,
    "open-tags": '<meta a="' * 50_000,
    "many-authors": '<meta name="author" content="Ada Quist, ' + "Bo Lund, " * 20_000 + '">' + P,
    "copyright-signs": P + "<footer>" + "© " * 100_000 + "</footer>",
    "digits": "<p>" + "1/" * 200_000 + P,
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_read_in_bounded_time(name):
    start = time.process_time()
    document = read(Payload("http://a.example/x", FLOODS[name].encode(), "text/html", "utf-8"))
    assert time.process_time() - start < 5
    assert set(document.problems) <= set(PROBLEMS)


@pytest.mark.parametrize("name", ["article", "main", "section", "header", "figure", "x-story"])
def test_a_page_without_a_body_tag_is_read_whatever_it_begins_with(name):
    page = f"<meta charset=utf-8><title>A page</title><{name}>{P}</{name}><link rel=canonical href='/x'>{P}"
    document = read(Payload("http://a.example/x", page.encode(), "text/html"))
    assert document.problems == ()
    assert [block.text for block in document.blocks] == [TEXT, TEXT]
    assert (document.title.value, document.pointers[0].name) == ("A page", "link canonical")


def test_controls_beside_what_ends_a_head_do_no_harm():
    page = f"<title>A page</title><main>{P}</main>\x1b\x01</head><body>\x1b[2Jb{P}".encode()
    for codec in (None, "utf-8"):
        document = read(Payload("http://a.example/x", page, "text/html", codec))
        assert document.blocks[0].text == TEXT
        assert "\x1b" not in document.whole


@pytest.mark.parametrize("y", [1e40, -1e40, 1e38])
def test_type_that_is_set_out_of_all_numbers_is_read(y):
    pieces = [
        Piece(320, 780, 9, "Some words"),
        Piece(320, y, 9, "that are set far out"),
        Piece(320, 758, 9, "and end."),
    ]
    document = read(Payload("http://a.example/x", build([pieces]), "application/pdf"))
    assert document.problems == ()
    assert "Some words" in document.whole


def test_what_may_stand_in_a_head_is_no_text_of_the_page():
    head = (
        "<head><title>A page</title><noscript><p>Nothing</noscript><style>p{}</style><template><p>No</template></head>"
    )
    document = read(Payload("http://a.example/x", f"<html>{head}<body>{P}</body></html>".encode(), "text/html"))
    assert [block.text for block in document.blocks if block.role is not Role.HIDDEN] == [TEXT]


@pytest.mark.parametrize("flood", ["<p>a", "<br>a", "<b>a</b>", "a<"])
def test_of_a_page_of_too_many_tags_the_beginning_is_read(flood):
    start = time.process_time()
    document = read(Payload("http://a.example/x", (P + flood * 600_000).encode(), "text/html"))
    assert time.process_time() - start < 10
    assert "extraction-failed" in document.problems
    assert 0 < len(document.blocks) <= MAX_ROWS
    assert document.blocks[0].text.startswith(TEXT)


SETTINGS = {
    "one paragraph": lambda at: Line(
        "words that go on and never end", at // 100, 60.0, 500.0, 700.0 - at % 100 * 12, 10.0
    ),
    "one broken word": lambda at: Line("wo-", 0, 60.0, 500.0, 700.0 - at * 12, 10.0),
    "one printed line": lambda at: Line("piece", 0, at * 5.0, at * 5.0 + 5, 400.0, 10.0),
    "a paragraph round captions": lambda at: Line(
        "words that go on", 0, 60.0, 500.0, 700.0 - at * 12, 7.0 if 0 < at < 25_000 and at % 2 else 10.0
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_paper_of_very_many_lines_is_put_together_in_a_line(name):
    lines = [SETTINGS[name](at) for at in range(50_000)]
    start = time.process_time()
    found = rows(lines)
    assert time.process_time() - start < 5
    assert sum(row.text.count("w") + row.text.count("p") for row in found) >= 50_000


def test_what_lies_deeper_than_the_parser_goes_is_reported():
    document = read(Payload("http://a.example/x", FLOODS["nested-divs"].encode(), "text/html"))
    assert "extraction-failed" in document.problems
    assert [block.text for block in document.blocks] == [TEXT]


def test_a_script_that_looks_like_a_long_tag_leaves_the_page_whole():
    script = "<script>var a='<a \"" + " b='c'" * 8_000 + "';</script>"
    document = read(Payload("http://a.example/x", f"<html><body>{script}{P}</body></html>".encode(), "text/html"))
    assert [block.text for block in document.blocks] == [TEXT]


@pytest.mark.parametrize(
    ("content", "codec", "expected"),
    [
        ("<p>Übung macht den Meister</p>".encode(), "utf-8", "Übung macht den Meister"),
        ("<p>Übung</p>".encode("latin-1"), "utf-8", "\ufffdbung"),
        ("<p>Übung</p>".encode("latin-1"), None, "Übung"),
        ("<p>Übung</p>".encode(), None, "Übung"),
        ("\ufeff<p>Übung</p>".encode("utf-16-le"), "utf-16-le", "Übung"),
        ("<p>新聞</p>".encode("gb18030"), "gb18030", "新聞"),
        (b"<p>a\x00b\x08c</p>", "utf-8", "abc"),
        ('<?xml version="1.0" encoding="koi8-r"?><html><body><p>Übung</p></body></html>'.encode(), "utf-8", "Übung"),
    ],
)
def test_bytes_are_read_in_the_codec_that_was_chosen(content, codec, expected):
    document = read(Payload("http://a.example/x", content, "text/html", codec))
    assert [block.text for block in document.blocks] == [expected]
    assert document.problems == ()


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"<html></html>", b"<!-- nothing -->", b"\x00", b"<script>1</script>"]
)
def test_an_empty_body_is_an_empty_document(content):
    document = read(Payload("http://a.example/x", content, "text/html"))
    assert document.problems == ("empty",)
    assert (document.title.value, document.blocks, document.text) == (None, (), "")


def test_a_picture_is_no_document_and_no_problem():
    document = read(Payload("http://a.example/x.png", b"\x89PNG\r\n", "image/png"))
    assert (document.extractor, document.problems, document.blocks) == ("none/1", (), ())


def test_an_address_that_is_none_does_no_harm():
    page = b'<base href="http://[bad"><p><a href="http://[::1">x</a> <a href="javascript:x()">y</a></p>'
    assert read(Payload("", page, "text/html")).blocks[0].links == ()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"a\n\n" * 1_400_000, "text/plain"),
        (b'<p>x</p><script type="application/ld+json">{"a":1' + b" " * 1_000_000 + b"x</script>", "text/html"),
        (("<p>a" + "\u0315\u0300" * 400_000 + "</p>").encode(), "text/html"),
    ],
    ids=["paragraphs-without-end", "blanks-in-json-ld", "marks-on-one-letter"],
)
def test_what_invites_a_square_is_read_in_a_line(content, media_type):
    start = time.process_time()
    read(Payload("http://a.example/x", content, media_type, "utf-8"))
    assert time.process_time() - start < 5


def test_nothing_that_steers_a_terminal_is_in_what_was_read():
    odd = "".join(map(chr, (0x85, 0x9B, 0x61C, 0x180E, 0x202E, 0xFFF9, 0xE0041)))
    document = read(
        Payload("http://a.example/x", f"<title>a{odd}b</title><p>c{odd}d</p>".encode(), "text/html", "utf-8")
    )
    assert not set(odd) & set(document.whole + (document.title.value or "") + document.text)
