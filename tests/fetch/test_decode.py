import gzip
import time
import zlib
from io import BytesIO

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.errors import Unreadable
from archiver.fetch.decode import payload, plain_payload
from archiver.model.capture import Limits

URL = "http://news.example/page"
PAGE = b"<!doctype html><p>" + b"The same sentence, again and again. " * 400


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


CODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd,
}


def read(body: bytes, *headers: str, limits: Limits | None = None):
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *headers, "", ""]
    return payload(URL, BytesIO("\r\n".join(lines).encode() + body), limits)


@pytest.mark.parametrize("coding", CODERS)
def test_every_coding_is_undone(coding):
    found = read(CODERS[coding](PAGE), f"Content-Encoding: {coding.upper()}")
    assert (found.content, found.problems, found.media_type, found.charset) == (PAGE, (), "text/html", "utf-8")


@pytest.mark.parametrize("coding", CODERS)
def test_an_empty_body_in_any_coding_is_empty(coding):
    assert read(CODERS[coding](b""), f"Content-Encoding: {coding}").content == b""


def test_deflate_without_the_zlib_header_is_undone():
    assert read(raw_deflate(PAGE), "Content-Encoding: deflate").content == PAGE


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_members_one_after_another_are_one_body(coding):
    body = CODERS[coding](PAGE) + CODERS[coding](b"") + CODERS[coding](b"end")
    assert read(body, f"Content-Encoding: {coding}").content == PAGE + b"end"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_bytes_after_the_coded_stream_are_ignored(coding):
    found = read(CODERS[coding](PAGE) + b"\0\0\0", f"Content-Encoding: {coding}")
    assert (found.content, found.problems) == (PAGE, ())


def test_a_chain_of_codings_is_undone_last_first():
    body = brotli.compress(gzip.compress(PAGE))
    assert read(body, "Content-Encoding: gzip, br").content == PAGE
    assert read(body, "Content-Encoding: gzip", "Content-Encoding: identity, br").content == PAGE


def test_chunks_are_undone_before_the_coding():
    body = gzip.compress(PAGE)
    chunked = b"".join(b"%x\r\n%s\r\n" % (1, body[i : i + 1]) for i in range(len(body))) + b"0\r\n\r\n"
    found = read(chunked, "Transfer-Encoding: chunked", "Content-Encoding: gzip")
    assert (found.content, found.problems) == (PAGE, ())


def test_a_transfer_coding_is_undone_as_well():
    assert read(gzip.compress(PAGE), "Transfer-Encoding: gzip").content == PAGE


def test_more_codings_than_the_limit_are_not_undone():
    body = PAGE
    for _ in range(4):
        body = gzip.compress(body)
    found = read(body, "Content-Encoding: gzip, gzip, gzip, gzip")
    assert (found.content, "decode-limit" in found.problems) == (body, True)


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("cut", [10, 40])
def test_a_coded_body_that_breaks_off_keeps_its_good_prefix(coding, cut):
    noise = bytes(range(256)) * 200 + PAGE
    body = CODERS[coding](noise)
    found = read(body[:-cut], f"Content-Encoding: {coding}")
    assert noise.startswith(found.content) or found.content == body[:-cut]
    assert "decode-limit" in found.problems


@pytest.mark.parametrize(
    "coder",
    [*CODERS.items(), ("deflate", raw_deflate), ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data)))],
)
def test_a_coded_body_cut_at_any_byte_is_never_whole(coder):
    coding, compress = coder
    body = compress(b"<!doctype html><p>" + bytes(range(32, 127)) * 3)
    assert read(body, f"Content-Encoding: {coding}").problems == ()
    for cut in range(1, len(body)):
        assert "decode-limit" in read(body[:cut], f"Content-Encoding: {coding}").problems, cut


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_checksum_that_is_wrong_costs_the_verdict_and_not_the_text(coding):
    found = read(CODERS[coding](PAGE)[:-4] + bytes(4), f"Content-Encoding: {coding}")
    assert (found.content, found.problems) == (PAGE, ("decode-limit",))


def test_bad_bytes_after_a_good_prefix_keep_the_prefix():
    found = read(gzip.compress(PAGE) + b"\x1f\x8b\x08nonsense", "Content-Encoding: gzip")
    assert (found.content, found.problems) == (PAGE, ("decode-limit",))


@pytest.mark.parametrize("coding", [*CODERS, "rot13"])
def test_a_body_that_is_not_coded_as_its_header_says_is_kept_as_it_is(coding):
    found = read(PAGE, f"Content-Encoding: {coding}")
    assert (found.content, found.problems) == (PAGE, ("decode-limit",))


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_stops_at_the_limit(coding):
    limit = 1_000_000
    found = read(
        CODERS[coding](b"<p>" + bytes(20_000_000)),
        f"Content-Encoding: {coding}",
        limits=Limits(max_decoded_bytes=limit),
    )
    assert (len(found.content), found.problems) == (limit, ("decode-limit",))


def test_a_bomb_within_a_bomb_stops_at_the_limit_of_the_inner_layer():
    bomb = gzip.compress(gzip.compress(bytes(100_000_000), 9), 9)
    begun = time.process_time()
    found = read(bomb, "Content-Encoding: gzip, gzip", limits=Limits(max_decoded_bytes=1_000_000))
    assert len(found.content) == 1_000_000
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_flood_of_empty_members_is_stopped(coding):
    begun = time.process_time()
    found = read(CODERS[coding](b"") * 200_000, f"Content-Encoding: {coding}")
    assert "decode-limit" in found.problems
    assert time.process_time() - begun < 3


def test_zstd_with_a_window_larger_than_the_web_allows_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=26, enable_ldm=True)
    coder = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = coder.compress(PAGE) + coder.flush()
    assert "decode-limit" in read(body, "Content-Encoding: zstd").problems


def test_a_body_longer_than_the_limit_is_cut_there():
    found = read(PAGE, limits=Limits(max_decoded_bytes=100))
    assert (found.content, found.problems) == (PAGE[:100], ("decode-limit",))


def test_a_cut_within_a_character_is_not_called_an_invalid_charset():
    found = read("é".encode() * 100, limits=Limits(max_decoded_bytes=101))
    assert found.problems == ("decode-limit",)


def test_chunks_named_but_already_undone_are_read_as_they_are():
    assert read(PAGE, "Transfer-Encoding: chunked").content == PAGE


def test_headers_go_with_the_payload():
    assert ("Content-Type", "text/html; charset=utf-8") in read(PAGE).headers


def test_what_is_not_http_is_unreadable():
    with pytest.raises(Unreadable):
        payload(URL, BytesIO(PAGE))


def test_bytes_without_http_are_described_the_same_way():
    found = plain_payload("file.pdf", b"%PDF-1.7\n", "text/html")
    assert (found.media_type, found.charset, found.problems) == ("application/pdf", None, ("type-mismatch",))


@settings(max_examples=200)
@given(st.sampled_from(list(CODERS)), st.binary(max_size=2000), st.integers(1, 500))
def test_any_bytes_come_back_through_any_coding_however_they_are_split(coding, data, size):
    body = CODERS[coding](data)
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    found = read(chunked, "Transfer-Encoding: chunked", f"Content-Encoding: {coding}")
    assert found.content == data
    assert "decode-limit" not in found.problems


@given(st.sampled_from([*CODERS, "gzip, br", "deflate, zstd"]), st.binary(max_size=300))
def test_no_bytes_at_all_crash_it(coding, noise):
    assert set(read(noise, f"Content-Encoding: {coding}").problems) <= {
        "decode-limit",
        "type-mismatch",
        "charset-invalid",
    }
