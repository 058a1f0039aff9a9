import pytest

from archiver.fetch.sniff import media_type

HTML = b"\n <!-- hello --> <!DOCTYPE html><title>News</title>"
PDF = b"%PDF-1.7\n"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("content", "declared", "media", "lying"),
    [
        (HTML, "text/html; charset=utf-8", "text/html", False),
        (HTML, "TEXT/HTML", "text/html", False),
        (HTML, None, "text/html", False),
        (HTML, "nonsense", "text/html", False),
        (HTML, "application/octet-stream", "text/html", False),
        (HTML, "text/plain", "text/html", True),
        (HTML, "application/pdf", "text/html", True),
        (HTML, "application/xhtml+xml", "application/xhtml+xml", False),
        (PDF, "text/html", "application/pdf", True),
        (PDF, "application/octet-stream", "application/pdf", False),
        (PDF, "application/pdf", "application/pdf", False),
        (PDF, "image/png", "application/pdf", True),
        (b"\n\n" + PDF, "application/pdf", "application/pdf", False),
        (b"the text names %PDF-1.4 only", "text/html", "text/html", False),
        (b"\x00\x01", "application/pdf", "application/pdf", True),
        (b"", "application/pdf", "application/pdf", False),
        (PNG, "text/html", "image/png", True),
        (PNG, "image/webp", "image/webp", False),
        (b"PK\x03\x04", "application/epub+zip", "application/epub+zip", False),
        (b'<?xml version="1.0"?><rss/>', None, "text/xml", False),
        (b'<?xml version="1.0"?><html xmlns="x">', None, "application/xhtml+xml", False),
        (b"just words", "text/plain", "text/plain", False),
        (b"just words", None, None, False),
        (b"a < b and <p>", "text/plain", "text/plain", False),
    ],
)
def test_the_bytes_overrule_the_declared_type_only_where_they_are_plain(content, declared, media, lying):
    assert media_type(content, declared) == (media, lying)


def test_comments_before_a_page_are_skipped_however_many_there_are():
    many = b"<!---->" * 140
    assert media_type(many + b"words", None) == (None, False)  # in 2^140 steps, for a pattern that tries every way
    assert media_type(many + b"<p>words", None) == ("text/html", False)
    assert media_type(b"<!-- <p> is never closed " + b"<!--" * 200, None) == (None, False)
