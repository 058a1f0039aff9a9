"""One address in, a Visit out.

    parse -> robots -> pace -> exchange -> a redirect? the same again for its target -> grade

With an earlier capture at hand, the address that answered then is asked whether it has changed since (condition.py).

Redirects are followed here and nowhere else: each hop is an Exchange of its own, and each target is parsed, guarded, asked
for in robots.txt and paced as if it had been typed in. Stores nothing and extracts nothing. Whoever takes a Visit closes the
`response` of its exchanges.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from urllib.parse import urljoin

from archiver.errors import FetchError
from archiver.fetch import robots
from archiver.fetch.client import Client
from archiver.fetch.condition import Condition, Headers, conditional
from archiver.fetch.exchange import exchange
from archiver.fetch.framing import MAX_HEAD
from archiver.fetch.pace import FAILURES, Failure, Over, Turn, refusal, retry_after
from archiver.fetch.verdict import grade
from archiver.fetch.wire import Budget, Deadline, Wire
from archiver.model import url as addresses
from archiver.model.capture import Earlier, Exchange, RobotsVerdict, Visit

#: Statuses whose Location is followed (RFC 9110, 15.4). 300 leaves the choice to a person, 304 names nothing.
REDIRECTS = frozenset((301, 302, 303, 307, 308))

_ADVICE = {
    "scheme": "give an address that begins with http:// or https://",
    "credentials": "remove the user name and password from the address",
    "not-a-url": "give the whole address, for example https://news.example/story",
}

#: What decides whether an address may be asked for; it raises FetchError where it may not.
Permit = Callable[[str], RobotsVerdict]

#: The last good capture of an address (as it is requested), None where it is to be asked for plainly.
Recall = Callable[[str], Earlier | None]


class TooManyRedirects(FetchError):
    """The redirects go on past the limit, or in a circle."""


class NotYet(FetchError):
    """Nothing was asked: the host wants to be left alone for longer than a capture may take. Or nobody waits for the answer any more."""


def fetch(url: str, client: Client, first_bytes: int | None = None, recall: Recall | None = None) -> Visit:
    """Visit `url`, redirects included, within the client's limits. The Visit's problems are those of verdict.SIGNALS.

    `first_bytes`: no more than these are wanted; what is longer is kept as far as they go, as `truncated`.
    `recall`: ask whether the page has changed since the capture that it gives; where it has not, that is the Visit's `unchanged`.

    Raises FetchError, whose `problem` is a failed or refused code of model.capture.PROBLEMS, when there is nothing to keep.
    """
    asked = parse(url)
    earlier = None if recall is None else recall(asked)
    condition = None if earlier is None else conditional(earlier)
    limits = client.settings.limits
    deadline = Deadline(limits.total_seconds, client.monotonic)

    def permit(target: str) -> RobotsVerdict:
        if not client.settings.obey_robots:
            return robots.IGNORED
        try:
            verdict = client.robots.verdict(target, lambda where: _robots_txt(where, client, deadline))
        except FetchError as why:  # of the robots.txt's address: what failed is the visit to the page
            why.final_url = target
            raise
        return robots.require(verdict, target)

    most = limits.max_wire_bytes if first_bytes is None else min(first_bytes, limits.max_wire_bytes)
    budget = Budget(deadline, most, keep_over=first_bytes is not None)
    return _visit(asked, client, budget, limits.max_redirects, permit, condition=condition)


def _robots_txt(where: str, client: Client, deadline: Deadline) -> Visit | None:
    """The visit to a robots.txt: in the time of the capture that needs it, with bytes of its own. None: redirects only."""
    budget = Budget(deadline, robots.MAX_BYTES + MAX_HEAD, keep_over=True)
    try:
        return _visit(where, client, budget, robots.MAX_REDIRECTS, None)
    except TooManyRedirects:
        return None


def _visit(
    asked: str,
    client: Client,
    budget: Budget,
    max_redirects: int,
    permit: Permit | None,
    *,
    condition: Condition | None = None,
) -> Visit:
    hops: list[Exchange] = []
    verdicts: list[RobotsVerdict] = []
    url: str | None = asked
    pause = 0
    with ExitStack() as spools:
        while url is not None:
            try:
                if permit is not None:
                    verdicts.append(permit(url))
                turn = _take_turn(url, verdicts[-1].crawl_delay if verdicts else None, client, budget.deadline, pause)
            except NotYet as why:
                if not hops or isinstance(why.__cause__, Over):
                    raise
                # Something was asked, and led to a host that is not free: an attempt like any other.
                raise FetchError(why.problem, str(why), advice=why.advice, final_url=why.final_url) from why
            conditions = condition.headers if condition is not None and condition.earlier.url == url else ()
            hop = _ask(url, client, budget, turn, conditions)
            spools.callback(hop.response.close)
            hops.append(hop)
            url = redirect(hops, max_redirects)
            pause = retry_after(hop, client.clock()) or 0
        spools.pop_all()
    purpose = "robots" if permit is None else "page"
    unchanged = condition.earlier if condition is not None and condition.unchanged(hops[-1]) else None
    problems = grade(hops, unchanged=unchanged is not None)
    return Visit(asked, tuple(hops), tuple(dict.fromkeys(verdicts)), problems, purpose, unchanged)


def _take_turn(url: str, crawl_delay: float | None, client: Client, deadline: Deadline, pause: float) -> Turn:
    """Wait until the host may be asked, and `pause` seconds in any case: what a redirect asked for before it is followed."""
    try:
        turn = client.pace.wait(addresses.host(url), crawl_delay, deadline.patience(), pause)
    except TimeoutError as why:
        raise NotYet(
            "timeout",
            f"{why}. That is longer than a capture may take",
            advice="try again then",
            final_url=url,
        ) from why
    deadline.extend(turn.waited)
    return turn


def _ask(url: str, client: Client, budget: Budget, turn: Turn, conditions: Headers) -> Exchange:
    """One exchange. When it ended, and how, is the pace of the next one."""
    wire = Wire(client.network, budget, client.trust)
    failure: Failure | None = None
    answered = False
    try:
        hop = exchange(url, client.settings.user_agent, wire, budget, client.clock(), conditions=conditions)
        answered, failure = True, refusal(hop, client.clock())
    except FetchError as why:
        failure = Failure(why.problem, url) if why.problem in FAILURES else None
        raise
    finally:
        client.pace.done(turn, failure, answered=answered)
    return hop


def redirect(hops: list[Exchange], max_redirects: int) -> str | None:
    """The address that the last hop redirects to, None where it is the answer. Raises FetchError."""
    last = hops[-1]
    location = last.header("Location") if last.status in REDIRECTS else None
    if not location:
        return None
    target = parse(_join(last.url, location), via=last.url)
    if any(hop.url == target for hop in hops):
        raise TooManyRedirects(
            "protocol",
            f"{last.url} redirects back to {target}",
            advice="the site may insist on cookies or on a login, which are never sent",
            final_url=last.url,
        )
    if len(hops) > max_redirects:
        raise TooManyRedirects(
            "protocol",
            f"more than {max_redirects} redirects, the last one to {target}",
            advice="try the address where they should end",
            final_url=last.url,
        )
    return target


def _join(base: str, location: str) -> str:
    """A Location made absolute. Its bytes arrive as latin-1, and servers that send other than ASCII mean UTF-8."""
    with suppress(UnicodeError):  # else latin-1 it is
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(base, location)
    except ValueError:
        return location


def parse(text: str, via: str | None = None) -> str:
    """The address as it is requested; `via` redirected to it. Raises FetchError: scheme, credentials, not-a-url."""
    try:
        return addresses.parse(text)
    except addresses.BadUrl as why:
        message = str(why) if via is None else f"{via} redirects to an address that is not taken: {why}"
        raise FetchError(why.problem, message, advice=_ADVICE[why.problem], final_url=via or text) from why
