"""The smallest PDF writer that tests need: text at places, in Helvetica and its bold, a page a list of pieces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Text at x, y (points from the lower left corner), in a size."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False


def build(pages: list[list[Piece]], title: str = "", *, encrypted: bool = False, newline: bytes = b"\n") -> bytes:
    """A PDF of these pages, 600 x 800 points. `encrypted` names a security handler whose password nobody knows."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects += [_font("Helvetica"), _font("Helvetica-Bold"), b"<< /Title (" + _text(title) + b") >>"]
    kids = []
    for page in pages:
        stream = newline.join(
            b"BT /F%d %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET" % (1 + p.bold, p.size, p.x, p.y, _text(p.text))
            for p in page
        )
        objects.append(
            b"<< /Length %d >>" % len(stream) + newline + b"stream" + newline + stream + newline + b"endstream"
        )
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    if encrypted:
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <" + b"a1" * 32 + b"> /U <" + b"b2" * 32 + b"> >>")
    return _file(objects, encrypted, newline)


def _file(objects: list[bytes], encrypted: bool, newline: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4" + newline)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + newline + body + newline + b"endobj" + newline
    start = len(out)
    out += b"xref" + newline + b"0 %d" % (len(objects) + 1) + newline + b"0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    extra = b" /Encrypt %d 0 R /ID [<0011> <0011>]" % len(objects) if encrypted else b""
    out += b"trailer" + newline + b"<< /Size %d /Root 1 0 R /Info 5 0 R%s >>" % (len(objects) + 1, extra) + newline
    return bytes(out + b"startxref" + newline + b"%d" % start + newline + b"%%EOF" + newline)


def _font(name: str) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name.encode()


def _text(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(x: float, y: float, size: float, lines: list[str], step: float | None = None) -> list[Piece]:
    """Lines set below one another."""
    return [Piece(x, y - at * (step or size * 1.2), size, line) for at, line in enumerate(lines)]
