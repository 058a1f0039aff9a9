import hashlib
import threading

import pytest

from archiver.errors import FetchError, UsageError
from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.fetch import fetch
from archiver.fetch.guard import ConnectTo
from archiver.model.capture import Limits

from .conftest import USER_AGENT, client_for, server_tls
from .server import End, Repeat, answer

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"

#: name -> the bytes that a server may well send; what is kept must be exactly these.
ODD = {
    "odd spacing and case": b"HTTP/1.1 200   Very   OK\r\nCONTENT-length:5\r\nx-Odd:    a   b   \r\n\r\nhello",
    "chunks with extension and trailer": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n05;note=\"x\"\r\nhello\r\n0\r\nChecksum: 1\r\n\r\n"
    ),
    "non-ASCII header": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTown: Z\xc3\xbcrich \xe9\r\n\r\nhello",
    "no reason phrase": b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.0 until the close": b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhello",
    "duplicate headers": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 5\r\n\r\nhello",
    "folded header": b"HTTP/1.1 200 OK\r\nX-Long: a\r\n  b\r\nContent-Length: 5\r\n\r\nhello",
    "204": b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
    "404": b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone",
    "length and chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD.keys())
def test_what_was_sent_and_received_is_kept_to_the_byte(serve, visit, raw):
    server = serve({"/page": (raw,)})
    hop = visit("http://news.example/page", client_for(server)).final
    assert hop.response.read() == raw
    assert hop.request == server.requests[0]
    assert (hop.length, hop.excess, hop.informational, hop.truncated) == (len(raw), 0, b"", None)
    assert hop.block.value == hashlib.sha256(raw).digest()
    assert raw[: hop.head_length].endswith(b"\r\n\r\n")


def test_the_request_holds_only_headers_that_we_built(serve, visit, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", "/dev/null")
    server = serve({"/a%20b?q=%7C": (answer(b"x", Set_Cookie="a=1"),)})
    client = client_for(server)
    for _ in range(2):
        visit("http://News.example:8080/a b?q=|#part", client)
    assert server.requests == [server.requests[0]] * 2
    assert server.requests[0].decode() == (
        "GET /a%20b?q=| HTTP/1.1\r\n"
        "Host: news.example:8080\r\n"
        f"User-Agent: {USER_AGENT}\r\n"
        "Accept: text/html,application/xhtml+xml,application/pdf;q=0.9,application/xml;q=0.8,*/*;q=0.5\r\n"
        "Accept-Encoding: gzip, deflate\r\n"
        "Connection: close\r\n\r\n"
    )


def test_a_103_before_the_answer_is_kept_apart(get):
    hop = get(HINTS, answer(b"hello")).final
    assert (hop.informational, hop.status, hop.response.read()) == (HINTS, 200, answer(b"hello"))


def test_a_second_response_nobody_asked_for_is_only_counted(get):
    hop = get(answer(b"hello") + answer(b"smuggled")).final
    assert hop.response.read() == answer(b"hello")
    assert hop.excess == len(answer(b"smuggled"))


def test_payload_and_block_are_digests_of_body_and_stream(get):
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    hop = get(raw).final
    assert (hop.payload.value, hop.payload_length) == (hashlib.sha256(b"hello").digest(), 5)
    assert hop.block.value == hashlib.sha256(raw).digest()


def test_peer_is_the_address_that_was_connected_to(get):
    assert get(answer(b"x")).final.peer == "127.0.0.1"


@pytest.mark.parametrize(
    "script",
    [
        (answer(b"half", Content_Length="900"),),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n\r\n",),
        (answer(b"half", Content_Length="900"), 0.05, End.RESET),
    ],
    ids=["length", "chunked", "broken chunks", "reset"],
)
def test_a_body_that_breaks_off_is_kept_and_flagged(get, script):
    found = get(*script)
    assert (found.final.truncated, found.problems) == ("disconnect", ("truncated",))
    assert b"half" in found.final.response.read()


def test_a_body_that_stalls_is_kept_and_flagged(get):
    found = get(answer(b"half", Content_Length="900"), End.HOLD, idle_seconds=0.2)
    assert (found.final.truncated, found.problems, found.final.payload_length) == ("time", ("truncated",), 4)


def test_a_body_that_drips_on_ends_at_the_deadline(get):
    found = get(b"HTTP/1.1 200 OK\r\n\r\n", Repeat(b"drip ", 1000, 0.02), total_seconds=0.3)
    assert found.final.truncated == "time"
    assert 0.2 < found.final.seconds < 3


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ((End.RESET,), "connect"),
        ((b"",), "connect"),
        ((b"HTTP/1.1 200 OK\r\nContent-",), "connect"),
        ((b"SSH-2.0-OpenSSH_9.6\r\n",), "protocol"),
        ((b"<html>no head</html>\r\n\r\n",), "protocol"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",), "protocol"),
        ((b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",), "protocol"),
        ((b"HTTP/1.1 200 OK\r\n", Repeat(b"A: " + b"b" * 997 + b"\r\n", 1000)), "protocol"),
        ((Repeat(HINTS * 100, 1000),), "protocol"),
        ((End.HOLD,), "timeout"),
        ((b"HTTP/1.1 200 OK\r\n", Repeat(b"A: b\r\n", 100, 0.05)), "timeout"),
        ((answer(b"x", Content_Length="1000001"),), "too-large"),
        ((b"HTTP/1.1 200 OK\r\n\r\n", Repeat(b"x" * 10000, 200)), "too-large"),
    ],
)  # fmt: skip
def test_without_a_whole_head_or_over_the_limit_nothing_is_kept(serve, script, problem):
    server = serve({"/page": script})
    limits = Limits(total_seconds=0.5, idle_seconds=0.2, max_wire_bytes=1_000_000)
    with pytest.raises(FetchError) as caught:
        fetch("http://news.example/page", client_for(server, limits=limits))
    assert (caught.value.problem, caught.value.final_url) == (problem, "http://news.example/page")
    assert "news.example" in str(caught.value)
    assert caught.value.advice


def test_a_refused_connection_says_so(serve):
    with serve({}) as server:
        client = client_for(server)
    with pytest.raises(FetchError, match="Connection refused") as caught:
        fetch("http://news.example/", client)
    assert caught.value.problem == "connect"


def unknown(_host, _port):
    raise OSError(-2, "Name or service not known")


def slow(_host, _port):
    threading.Event().wait(2)
    return []


def no_name(_host, _port):
    return ["é".encode("ascii").decode()]


def always(*addresses):
    return lambda _host, _port: list(addresses)


@pytest.mark.parametrize(
    ("resolve", "problem"),
    [
        (unknown, "dns"),
        (always(), "dns"),
        (slow, "dns"),
        (no_name, "dns"),
        (always("93.184.215.14", "127.0.0.1"), "address"),
        (always("::ffff:10.0.0.1"), "address"),
        (always("64:ff9b::7f00:1"), "address"),
    ],
    ids=["unknown", "no address", "slow", "not a name", "one private among public", "mapped", "NAT64"],
)
def test_names_are_resolved_once_and_every_address_must_pass(resolve, problem):
    asked = []

    def counted(host, port):
        asked.append(host)
        return resolve(host, port)

    settings = FetchSettings(USER_AGENT, Limits(connect_seconds=0.2), obey_robots=False, delay_seconds=0)
    with pytest.raises(FetchError) as caught:
        fetch("http://rebind.example/", Client(settings, resolve=counted))
    assert caught.value.problem == problem
    assert "rebind.example" in str(caught.value)
    assert asked == ["rebind.example"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_no_way_of_writing_a_private_address_gets_through(serve, host):
    server = serve({"/": (answer(b"secret"),)})
    client = Client(FetchSettings(USER_AGENT, obey_robots=False, delay_seconds=0))
    with pytest.raises(FetchError) as caught:
        fetch(f"http://{host}:{server.port}/", client)
    assert caught.value.problem in ("address", "not-a-url", "dns")
    assert server.requests == []


def test_a_second_address_is_tried_where_the_first_does_not_answer(serve, visit):
    server = serve({"/": (answer(b"x"),)})
    settings = FetchSettings(
        USER_AGENT, allow=frozenset({("127.0.0.1", server.port), ("127.0.0.2", server.port)}), obey_robots=False
    )
    client = Client(settings, resolve=always("127.0.0.2", "127.0.0.1"))
    assert visit(f"http://news.example:{server.port}/", client).final.peer == "127.0.0.1"


def test_tls_of_this_very_connection_is_recorded(serve, visit, trusted):
    server = serve({"/": (answer(b"x"),)}, server_tls(trusted, "news.example"))
    found = visit("https://news.example/", client_for(server))
    tls = found.final.tls
    assert (tls.version, tls.chain_state, tls.override, found.problems) == ("TLSv1.3", "verified", None, ())
    assert tls.cipher.startswith("TLS_")
    assert len(tls.chain) == 2
    assert all(der.startswith(b"\x30\x82") for der in tls.chain)
    assert found.final.response.read() == answer(b"x")


@pytest.mark.parametrize("name", ["other.example", None])
def test_a_wrong_certificate_fails_and_says_why(serve, authority, request, name):
    if name:
        request.getfixturevalue("trusted")
    server = serve({"/": (answer(b"x"),)}, server_tls(authority, name or "news.example"))
    with pytest.raises(FetchError, match="does not verify") as caught:
        fetch("https://news.example/", client_for(server))
    assert caught.value.problem == "tls-invalid"
    assert "--insecure-tls" in caught.value.advice
    assert server.requests == []


def test_an_overruled_certificate_is_kept_with_the_reason(serve, visit, authority):
    server = serve({"/": (answer(b"x"),)}, server_tls(authority, "other.example"))
    found = visit("https://news.example/", client_for(server, insecure_tls="expired, seen by hand"))
    tls = found.final.tls
    assert (tls.chain_state, tls.override, len(tls.chain)) == ("unverified", "expired, seen by hand", 1)
    assert found.problems == ("tls-override",)


def test_a_certificate_that_verifies_is_not_flagged_by_the_override(serve, visit, trusted):
    server = serve({"/": (answer(b"x"),)}, server_tls(trusted, "news.example"))
    found = visit("https://news.example/", client_for(server, insecure_tls="just in case"))
    assert (found.final.tls.chain_state, found.problems) == ("verified", ())


def test_a_tls_body_without_close_notify_is_cut_and_with_it_whole(serve, visit, trusted):
    open_end = b"HTTP/1.1 200 OK\r\n\r\nhello"
    server = serve({"/whole": (open_end,), "/cut": (open_end, End.RAGGED)}, server_tls(trusted, "news.example"))
    client = client_for(server)
    assert visit("https://news.example/whole", client).problems == ()
    cut = visit("https://news.example/cut", client)
    assert (cut.final.truncated, cut.problems, cut.final.payload_length) == ("disconnect", ("truncated",), 5)


def test_plain_http_at_an_https_address_is_a_timeout_or_a_tls_failure(serve):
    server = serve({"/": (answer(b"x"),)})
    with pytest.raises(FetchError, match="TLS handshake") as caught:
        fetch("https://news.example/", client_for(server, limits=Limits(connect_seconds=0.2)))
    assert caught.value.problem in ("tls-invalid", "timeout")


def test_an_unreadable_certificate_file_is_a_usage_error(monkeypatch, tmp_path, serve):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(UsageError, match="certificates to trust"):
        fetch("https://news.example/", client_for(serve({})))


def test_a_large_body_is_spooled_and_comes_back_whole(get):
    piece = bytes(range(256)) * 400
    found = get(b"HTTP/1.1 200 OK\r\n\r\n", Repeat(piece, 60))
    digest = hashlib.sha256()
    for _ in range(60):
        digest.update(piece)
    assert (found.final.payload.value, found.final.payload_length) == (digest.digest(), 60 * len(piece))
    assert len(found.final.response.read()) == found.final.length


def test_many_threads_share_one_client(serve):
    server = serve({f"/{n}": (answer(b"%d" % n),) for n in range(16)})
    client = client_for(server)
    seen: dict[int, bytes] = {}

    def one(number: int) -> None:
        found = fetch(f"http://host{number}.example/{number}", client)
        with found.final.response as response:
            seen[number] = response.read()[-len(str(number)) :]

    threads = [threading.Thread(target=one, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {number: b"%d" % number for number in range(16)}


def test_a_rule_that_only_changes_the_port_opens_no_private_address(serve):
    server = serve({"/": (answer(b"secret"),)})
    rules = (ConnectTo(None, None, None, server.port),)
    with pytest.raises(FetchError) as caught:
        fetch("http://127.0.0.1/", client_for(server, connect_to=rules))
    assert caught.value.problem == "address"
