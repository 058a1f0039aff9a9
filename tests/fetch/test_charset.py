import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.fetch.charset import LABELS, REFUSED, choose, codec_of


@pytest.mark.parametrize("codec", sorted(set(LABELS.values())))
def test_every_codec_of_the_table_is_a_text_codec_of_python(codec):
    assert codecs.lookup(codec)
    assert isinstance(b"plain".ljust(6).decode(codec, "replace"), str)


def test_the_table_has_the_size_of_the_standards():
    assert len(LABELS) + len(REFUSED) == 228
    assert not REFUSED & LABELS.keys()


@pytest.mark.parametrize(
    "label", ["zlib", "idna", "utf-7", "unicode_escape", "rot13", "punycode", "hex", "mbcs", "", "utf-8\0"]
)
def test_names_that_only_python_knows_are_no_charsets(label):
    assert codec_of(label) is None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        (" UTF-8\n", "utf-8"),
        ("latin1", "cp1252"),
        ("gb2312", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("ks_c_5601-1987", "cp949"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, codec):
    assert codec_of(label) == codec


META = b'<html><head><meta charset="windows-1251">'
CYRILLIC = "Новости".encode("cp1251")


@pytest.mark.parametrize(
    ("content", "content_type", "codec", "valid"),
    [
        (b"\xef\xbb\xbf" + META + b"plain", "text/html; charset=koi8-r", "utf-8", True),
        (b"\xff\xfea\0", "text/html", "utf-16-le", True),
        (b"\xfe\xff\0a", None, "utf-16-be", True),
        (META + CYRILLIC, 'text/html; charset="KOI8-R"', "koi8-r", True),
        (META + CYRILLIC, "text/html; charset=nonsense", "cp1251", True),
        (META + CYRILLIC, "text/html", "cp1251", True),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">' + CYRILLIC,
            None,
            "cp1251",
            True,
        ),
        (b"<!-- " + META + b" -->" + "é".encode(), None, "utf-8", True),
        (b'<meta charset="utf-16">plain', None, "utf-8", True),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><a/>', None, "iso8859-2", True),
        (b'<meta name="a" content="b"><meta charset=zlib><meta charset=big5>', None, "big5hkscs", True),
        ("é".encode(), "text/plain", "utf-8", True),
        (b"caf\xe9", "text/plain", "cp1252", True),
        (b"caf\xe9", "text/plain; charset=utf-8", "utf-8", False),
        (b"caf\xe9\x81", None, "cp1252", False),
        (b"plain", "text/html; charset=iso-2022-kr", "utf-8", False),
        ("Übung".encode(), "text/html; charset=iso-8859-1", "utf-8", True),
        (b"", None, "utf-8", True),
    ],
)
def test_hints_count_in_the_standards_order(content, content_type, codec, valid):
    assert choose(content, content_type) == (codec, valid)


@given(st.binary(max_size=60), st.text(max_size=20))
def test_whatever_is_claimed_the_result_is_a_codec_of_the_table(content, label):
    codec, _ = choose(b"<meta charset='" + content + b"'>" + content, f"text/html; charset={label}")
    assert codec in LABELS.values()
