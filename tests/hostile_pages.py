"""Pages and papers made to hurt whoever reads them. Small themselves."""

from __future__ import annotations

import zlib

_CATALOG = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>")
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_RESOURCES = b"/Resources << /XObject << /A 5 0 R /B 6 0 R >> /Font << /F 7 0 R >> >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R " + _RESOURCES + b" >>"
_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] " + _RESOURCES


def _stream(content: bytes, members: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n" % (members, len(content)) + content + b"\nendstream"


def paper(content: bytes, members: bytes = b"", form_a: bytes = b"", form_b: bytes = b"") -> bytes:
    """A PDF of one page, with two forms that can draw each other."""
    objects = (*_CATALOG, _PAGE, _stream(content, members), _stream(form_a, _FORM), _stream(form_b, _FORM), _FONT)
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def forms_without_end() -> bytes:
    """Each form draws the other, several times."""
    return paper(b"/A Do", form_a=b"/B Do " * 8, form_b=b"/A Do " * 8)


def bomb(megabytes: int) -> bytes:
    """A content stream of so many MB, deflated twice: two kilobytes."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(2**20).replace(b"\0", b" ")) for _ in range(megabytes)) + packer.flush()
    return paper(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]")


def attributes(count: int) -> bytes:
    return b"<p " + b" ".join(b"a%d=1" % number for number in range(count)) + b">text</p>"


def nested(depth: int) -> bytes:
    return b"<p>A start.</p>" + b"<div>" * depth + b"deep"
