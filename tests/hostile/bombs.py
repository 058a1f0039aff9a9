"""Small bodies that inflate to very much, in every coding: each is repeated blocks of its format, so that making one costs nothing."""

from __future__ import annotations

import gzip
import zlib

import brotli

MIB = 1024 * 1024


def _block() -> bytes:
    """A mebibyte of text as deflate, which any number of others may follow."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(_TEXT) + packer.flush(zlib.Z_FULL_FLUSH)


#: Short words are what costs readers most.
_TEXT = b"<p>" + b"a " * (MIB // 2)
_BLOCK = _block()
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
_LAST = b"\x03\x00"


def raw_deflate(mebibytes: int) -> bytes:
    """Deflate without any header, as many servers send it."""
    return _BLOCK * mebibytes + _LAST


def zlib_stream(mebibytes: int) -> bytes:
    """What HTTP calls deflate. Its checksum is wrong: nobody who reads so far has limits."""
    return b"\x78\xda" + raw_deflate(mebibytes) + bytes(4)


def gzip_stream(mebibytes: int) -> bytes:
    """One gzip member; checksum and length are wrong."""
    return _GZIP_HEAD + raw_deflate(mebibytes) + bytes(8)


def gzip_members(count: int, content: bytes = b"") -> bytes:
    """Many gzip members, whole ones."""
    return gzip.compress(content, mtime=0) * count


def gzip_in_gzip(mebibytes: int) -> bytes:
    """A gzip stream packed twice: a few hundred bytes for a gigabyte."""
    return gzip.compress(gzip_stream(mebibytes), mtime=0)


def brotli_stream(mebibytes: int) -> bytes:
    """Brotli. Its window makes a mebibyte a handful of bytes."""
    packer = brotli.Compressor(quality=1)
    return b"".join([*(packer.process(_TEXT) for _ in range(mebibytes)), packer.finish()])


def zstd_frame(mebibytes: int, window_log: int = 21) -> bytes:
    """One zstd frame of run-length blocks: four bytes for 128 kB. The window it asks for is 2^window_log (RFC 8878, 3.1.1)."""
    block = (131072 << 3 | 1 << 1).to_bytes(3, "little") + b"a"
    last = (1 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"a"
    return b"\x28\xb5\x2f\xfd\x00" + bytes([(window_log - 10) << 3]) + block * (8 * mebibytes) + last


def zstd_skippable(count: int) -> bytes:
    """Frames that hold nothing and say so."""
    return (b"\x50\x2a\x4d\x18" + bytes(4)) * count
