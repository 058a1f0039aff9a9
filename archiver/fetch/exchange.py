"""One request and its response, as an Exchange: the headers we send, and what becomes of an answer that breaks off.

    no head of an answer      FetchError: nothing to keep (dns, address, connect, timeout, tls-invalid, protocol, too-large)
    the body broke off        kept, with the WARC-Truncated reason
    over the byte budget      FetchError("too-large"), at once where the Content-Length already says so

h11 takes the head of an answer or refuses it; framing.py says where its body ends, while it comes and once more from the record.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from urllib.parse import urlsplit

import httpcore
import httpx

from archiver.errors import FetchError, Unreadable
from archiver.fetch import framing
from archiver.fetch.condition import Headers
from archiver.fetch.wire import SPOOL, Budget, Cut, Stream, Wire
from archiver.model import url as addresses
from archiver.model.capture import Exchange

ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,application/xml;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted: bytes, and their media type."""

    content: bytes
    media_type: str

    def headers(self) -> Headers:
        """What is said of it."""
        return ("Content-Type", self.media_type), ("Content-Length", str(len(self.content)))


def request(url: str, user_agent: str, conditions: Headers = (), body: Body | None = None) -> httpx.Request:
    """All that we ever send: these headers, in this order, and nothing that a library or the environment adds.

    `conditions` are headers too, where the answer is wanted only if the page has changed (condition.py). With a `body` it is a POST;
    no page is asked for so.
    """
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = [
        ("Host", parts.netloc),
        ("User-Agent", user_agent),
        ("Accept", ACCEPT),
        ("Accept-Encoding", "gzip, deflate"),
        *conditions,
        *(body.headers() if body else ()),
        ("Connection", "close"),
    ]
    method, content = ("POST", body.content) if body else ("GET", None)
    try:
        # The target goes out as the address spells it: httpx would encode it once more in its own way.
        return httpx.Request(
            method, url, headers=headers, content=content, extensions={"target": target.encode("ascii")}
        )
    except httpx.InvalidURL as why:
        raise FetchError("not-a-url", f"the address cannot be requested: {why}", final_url=url) from why


def exchange(
    url: str,
    user_agent: str,
    wire: Wire,
    budget: Budget,
    started_at: datetime,
    *,
    conditions: Headers = (),
    body: Body | None = None,
) -> Exchange:
    """Ask for `url` (as model.url.parse spells it) on `wire`. Raises FetchError; its `final_url` is `url`."""
    monotonic = budget.deadline.monotonic
    begun = monotonic()
    try:
        truncated = _receive(request(url, user_agent, conditions, body), wire, budget)
        stream = cast("Stream", wire.stream)
        message = framing.measure(stream.received)
    except (FetchError, Unreadable) as why:
        wire.discard()
        if isinstance(why, Unreadable):
            raise FetchError("protocol", f"what {addresses.host(url)} sent is not HTTP: {why}", final_url=url) from why
        why.final_url = url
        raise
    finally:
        wire.close()
    if not message.complete and truncated is None:
        truncated = "disconnect"
    head = message.head
    informational, response = _cut_out(stream.received, head.start, message.end)
    return Exchange(
        url=url,
        request=bytes(stream.sent),
        response=response,
        length=message.end - head.start,
        head_length=head.length,
        informational=informational,
        excess=message.excess,
        status=head.status,
        reason=head.reason,
        headers=head.headers,
        started_at=started_at,
        seconds=monotonic() - begun,
        peer=stream.peer,
        tls=stream.tls,
        payload=message.payload,
        payload_length=message.payload_length,
        block=message.block,
        truncated=truncated,
    )


def _receive(asked: httpx.Request, wire: Wire, budget: Budget) -> str | None:
    """Receive the answer into the wire's record. Returns the WARC-Truncated reason of a body that broke off."""
    host = asked.url.raw_host.decode("ascii")
    try:
        wire.ask(asked)
    except Cut as why:
        raise _without_head(host, why) from why
    except httpcore.RemoteProtocolError as why:
        raise _not_http(host, wire, why) from why
    except httpcore.LocalProtocolError as why:
        raise FetchError("not-a-url", f"the address cannot be requested: {why}") from why
    stream = cast("Stream", wire.stream)
    head = framing.read_head(stream.received)
    room = budget.bytes_left + stream.count  # some of it may be here already
    if not budget.keep_over and head.content_length is not None and head.content_length > room:
        raise _too_large(host, f"says that its answer is {head.content_length:,} bytes long")
    try:
        return _receive_body(stream, framing.Unframing(head), head.body_start)
    except Cut as why:
        if why.reason == "length" and not budget.keep_over:
            raise _too_large(host, "sent more bytes than that") from why
        return why.reason


def _receive_body(stream: Stream, body: framing.Unframing, start: int) -> str | None:
    """Receive until the framing says that it is over, or is broken: by the rules that measure what was received. Raises Cut."""
    stream.received.seek(start)
    body.feed(stream.received.read())  # what came with the head
    while not body.over and (data := stream.read(framing.READ)):
        body.feed(data)
    return "length" if body.too_many else None


def _without_head(host: str, why: Cut) -> FetchError:
    """The failure that a reason to stop means while nothing can be kept yet."""
    if why.reason == "length":
        return _too_large(host, "sent more bytes than that")
    if why.reason == "time":
        return FetchError("timeout", f"no answer from {host}: {why}", advice="try again later, or raise the time limit")
    return FetchError("connect", f"no answer from {host}: {why}", advice="try again later")


def _not_http(host: str, wire: Wire, why: httpcore.RemoteProtocolError) -> FetchError:
    """Tell a connection that was closed too early from a server that speaks something else."""
    stream = cast("Stream", wire.stream)
    stream.received.seek(0)
    first = stream.received.read(len(b"HTTP/"))
    if stream.ended and b"HTTP/".startswith(first):
        return FetchError("connect", f"{host} closed the connection before its answer began", advice="try again later")
    said = re.sub(r"bytearray\(b(.*)\)", r"\1", str(why), flags=re.DOTALL)[:160]
    return FetchError("protocol", f"what {host} sent is not HTTP: {said}", advice="check the scheme and the port")


def _too_large(host: str, what: str) -> FetchError:
    return FetchError(
        "too-large",
        f"{host} {what}; that is over the byte limit of a capture, and half an answer is not kept",
        advice="raise the byte limit in the settings",
    )


def _cut_out(received: BinaryIO, start: int, end: int) -> tuple[bytes, BinaryIO]:
    """Split the record: the 1xx responses, and a stream of exactly the final response, at its beginning."""
    received.truncate(end)
    received.seek(0)
    if start == 0:
        return b"", received
    informational = received.read(start)
    response = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL))  # noqa: SIM115 - the Exchange's
    shutil.copyfileobj(received, response)
    received.close()
    response.seek(0)
    return informational, response
