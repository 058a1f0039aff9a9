"""Telling somebody else's server something: one GET, or one POST. Nothing of it is archived.

    parse -> address table -> TLS, verified -> request -> answer

    send(client, url, body)       its status: of a ping or a notice no more is wanted
    ask(client, url, body)        its status and what it says: of an authority, a witness

Pings and notices go where the operator says, so no robots.txt is asked and no pace kept. All else is as for any page: the same
guard, routes and recording connection, only headers that we build, and one deadline. A reason to accept certificates that do not
verify (--insecure-tls) is for pages: the address of a ping is a secret, and is told to its server alone.

A GET is sent on to where it is redirected, at most MAX_REDIRECTS times. What is posted is not: whoever answers that with a
redirect has not taken it, and its status says so.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

from archiver.errors import FetchError
from archiver.fetch.client import Client
from archiver.fetch.decode import payload
from archiver.fetch.exchange import Body, exchange
from archiver.fetch.fetch import parse, redirect
from archiver.fetch.tls import Trust
from archiver.fetch.wire import Budget, Deadline, Wire
from archiver.model.capture import Exchange, Limits

#: Bytes of all answers together that are read. A status is known before that, so more of them are no failure.
MAX_ANSWER = 64 * 1024
MAX_REDIRECTS = 3

#: What to do where it is not what is right for a page.
_ADVICE = {
    "address": "{}; so does ARCHIVER_ALLOW, for runs that nobody starts by hand",
    "tls-invalid": "SSL_CERT_FILE names further authorities to trust",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: at most MAX_ANSWER bytes, content coding undone. Not `whole` where it broke off, or is longer than that."""

    status: int
    content: bytes
    whole: bool


def send(
    client: Client,
    url: str,
    body: bytes | None = None,
    media_type: str = "application/json",
    seconds: float = 10.0,
) -> int:
    """Ask for `url`, or post `body` to it, within so many seconds. Returns the status of the answer, whatever it is.

    Raises FetchError where there is none (a failed or refused code of model.capture.PROBLEMS), UsageError where the certificates to
    trust cannot be read.
    """
    last = _exchanged(client, url, None if body is None else Body(body, media_type), seconds)
    last.response.close()
    return last.status


def ask(client: Client, url: str, body: bytes, media_type: str, seconds: float = 20.0) -> Answer:
    """Post `body`, and have what is answered. Raises as send does."""
    last = _exchanged(client, url, Body(body, media_type), seconds)
    with closing(last.response):
        read = payload(last.url, last.response, Limits(max_decoded_bytes=MAX_ANSWER))
    return Answer(last.status, read.content, last.truncated is None and "decode-limit" not in read.problems)


def _exchanged(client: Client, url: str, posted: Body | None, seconds: float) -> Exchange:
    """The last exchange, its response open."""
    limits = Limits(total_seconds=seconds, idle_seconds=seconds, connect_seconds=seconds)
    network = replace(client.network, limits=limits)
    budget = Budget(Deadline(seconds, client.monotonic), MAX_ANSWER, keep_over=True)

    def trust() -> Trust:
        return replace(client.trust(), override=None)

    hops: list[Exchange] = []
    target: str | None = parse(url)
    try:
        while target is not None:
            wire = Wire(network, budget, trust)
            hops.append(exchange(target, client.settings.user_agent, wire, budget, client.clock(), body=posted))
            target = redirect(hops, MAX_REDIRECTS) if posted is None else None
            if target is not None:
                hops[-1].response.close()
    except FetchError as why:
        for hop in hops:
            hop.response.close()
        why.advice = _ADVICE.get(why.problem, "{}").format(why.advice)
        raise
    return hops[-1]
