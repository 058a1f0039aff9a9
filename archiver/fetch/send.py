"""Telling somebody else's server something: one GET, or one POST. What comes back is read, and no more than its status is kept.

    parse -> address table -> TLS, verified -> request -> status

Pings and notices go where the operator says, so no robots.txt is asked and no pace kept. All else is as for any page: the same
guard, routes and recording connection, only headers that we build, and one deadline. Nothing is archived. A reason to accept
certificates that do not verify (--insecure-tls) is for pages: the address of a ping is a secret, and is told to its server alone.

A GET is sent on to where it is redirected, at most MAX_REDIRECTS times. What is posted is not: whoever answers that with a
redirect has not taken it, and its status says so.
"""

from __future__ import annotations

from dataclasses import replace

from archiver.errors import FetchError
from archiver.fetch.client import Client
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
    limits = Limits(total_seconds=seconds, idle_seconds=seconds, connect_seconds=seconds)
    network = replace(client.network, limits=limits)
    budget = Budget(Deadline(seconds, client.monotonic), MAX_ANSWER, keep_over=True)
    posted = None if body is None else Body(body, media_type)

    def trust() -> Trust:
        return replace(client.trust(), override=None)

    hops: list[Exchange] = []
    target: str | None = parse(url)
    try:
        while target is not None:
            wire = Wire(network, budget, trust)
            hop = exchange(target, client.settings.user_agent, wire, budget, client.clock(), body=posted)
            hop.response.close()
            hops.append(hop)
            target = redirect(hops, MAX_REDIRECTS) if posted is None else None
    except FetchError as why:
        why.advice = _ADVICE.get(why.problem, "{}").format(why.advice)
        raise
    return hops[-1].status
