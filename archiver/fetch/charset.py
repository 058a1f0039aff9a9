"""In which charset a text is written: the label table of the WHATWG Encoding Standard, and the order in which hints count.

    byte order mark > Content-Type > <meta> or XML declaration > UTF-8 where the bytes are valid UTF-8 > windows-1252

Pure. A label that is not in the table is no charset: Python's codec names include things that are not text (`zlib`, `idna`,
`unicode_escape`), so what a page says never reaches `codecs.lookup`. The result is the name of a Python codec that reads the
encoding; it decodes nothing for its callers.
"""

from __future__ import annotations

import codecs
import re

#: Python codec -> the labels that mean it (encoding.spec.whatwg.org, 4.2, "Names and labels"). Where the standard's encoding is
#: wider than Python's codec of that name, the wider codec stands here (gbk -> gb18030, shift_jis -> cp932, euc-kr -> cp949).
_TABLE: tuple[tuple[str, str], ...] = (
    ("utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"),
    ("ibm866", "866 cp866 csibm866 ibm866"),
    (
        "iso8859-2",
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    ),
    (
        "iso8859-3",
        "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    ),
    (
        "iso8859-4",
        "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    ),
    (
        "iso8859-5",
        "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    ),
    (
        "iso8859-6",
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
        "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    ),
    (
        "iso8859-7",
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
        "iso_8859-7:1987 sun_eu_greek",
    ),
    (
        "iso8859-8",
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
        "iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    ),
    ("iso8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"),
    ("iso8859-13", "iso-8859-13 iso8859-13 iso885913"),
    ("iso8859-14", "iso-8859-14 iso8859-14 iso885914"),
    ("iso8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"),
    ("iso8859-16", "iso-8859-16"),
    ("koi8-r", "cskoi8r koi koi8 koi8-r koi8_r"),
    ("koi8-u", "koi8-ru koi8-u"),
    ("mac-roman", "csmacintosh mac macintosh x-mac-roman"),
    ("cp874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"),
    ("cp1250", "cp1250 windows-1250 x-cp1250"),
    ("cp1251", "cp1251 windows-1251 x-cp1251"),
    (
        "cp1252",
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
        "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    ),
    ("cp1253", "cp1253 windows-1253 x-cp1253"),
    (
        "cp1254",
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254",
    ),
    ("cp1255", "cp1255 windows-1255 x-cp1255"),
    ("cp1256", "cp1256 windows-1256 x-cp1256"),
    ("cp1257", "cp1257 windows-1257 x-cp1257"),
    ("cp1258", "cp1258 windows-1258 x-cp1258"),
    ("mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"),
    (
        "gb18030",
        "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    ),
    ("big5hkscs", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
    ("euc-jp", "cseucpkdfmtjapanese euc-jp x-euc-jp"),
    ("iso2022-jp", "csiso2022jp iso-2022-jp"),
    ("cp932", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"),
    (
        "cp949",
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    ),
    ("utf-16-be", "unicodefffe utf-16be"),
    ("utf-16-le", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"),
    ("latin-1", "x-user-defined"),
)

#: Label, lower case -> Python codec.
LABELS: dict[str, str] = {label: codec for codec, labels in _TABLE for label in labels.split()}

#: Labels that the standard knows and refuses to decode ("replacement"): text in them has been used to smuggle scripts.
REFUSED = frozenset(("csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr", "replacement"))

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le"))

#: How far into a document its own declaration is looked for (the standard says 1024 bytes; pages stray a little).
PRESCAN = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta[\s/][^>]*", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""charset\s*=\s*(?:["']\s*)?([^\s"'/>;]+)""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_PARAMETER = re.compile(r""";\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;\s"']+))""", re.IGNORECASE)
_PIECE = 1024 * 1024


def codec_of(label: str) -> str | None:
    """The Python codec for a label of the standard's table, None for anything else."""
    return LABELS.get(label.strip("\t\n\f\r ").lower())


def parameter(content_type: str | None) -> str | None:
    """The charset label in a Content-Type, as written."""
    match = _PARAMETER.search(content_type or "")
    return next((group for group in match.groups() if group), None) if match else None


def declared(content: bytes) -> str | None:
    """The codec that the document itself declares in a <meta> or an XML declaration. UTF-16 so declared is UTF-8 (WHATWG)."""
    head = content[:PRESCAN]
    xml = _XML.match(head)
    labels = [xml[1]] if xml else []
    for meta in _META.findall(_COMMENT.sub(b"", head)):
        labels += _META_CHARSET.findall(meta)
    codec = next((found for label in labels if (found := codec_of(label.decode("latin-1")))), None)
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def is_valid(content: bytes, codec: str, *, cut: bool = False) -> bool:
    """Whether every byte is valid; with `cut`, a character that the end breaks off is not held against it."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        if not cut:
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def choose(content: bytes, content_type: str | None, *, cut: bool = False) -> tuple[str, bool]:
    """The codec to read a text with, and whether its bytes are valid in what was declared.

    A byte order mark wins. Bytes beyond ASCII that are valid UTF-8 are UTF-8 whatever anybody declares: other text is hardly
    ever valid UTF-8 by chance, and servers declare what their template once was. Then the header, the page itself, windows-1252.
    """
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return codec, is_valid(content[len(mark) :], codec, cut=cut)
    label = parameter(content_type)
    codec_named = (codec_of(label) if label else None) or declared(content)
    refused = codec_named is None and (label or "").strip().lower() in REFUSED
    if not content.isascii() and is_valid(content, "utf-8", cut=cut):
        return "utf-8", not refused and (codec_named is None or is_valid(content, codec_named, cut=cut))
    codec = codec_named or ("utf-8" if content.isascii() else "cp1252")
    return codec, not refused and is_valid(content, codec, cut=cut)
