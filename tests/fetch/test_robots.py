import time
from datetime import UTC, datetime, timedelta

import pytest

from archiver.errors import FetchError
from archiver.fetch.fetch import fetch
from archiver.fetch.guard import ConnectTo
from archiver.fetch.robots import Recalled, RobotsCache
from archiver.model.capture import Limits, RobotsVerdict, StoredExchange
from archiver.model.digest import Digest
from archiver.warc.seal import NOWHERE

from .conftest import client_for
from .server import End, Repeat, answer, redirect

PAGE = (answer(b"<p>News</p>"),)
URL = "http://news.example/story"


def robots(text: str):
    return (answer(text.encode(), Content_Type="text/plain"),)


def test_no_robots_txt_allows_and_says_so(serve, visit):
    server = serve({"/story": PAGE})
    found = visit(URL, client_for(server, obey_robots=True))
    (verdict,) = found.robots
    assert (verdict.allowed, verdict.rule, verdict.url) == (
        True,
        "no robots.txt (404)",
        "http://news.example/robots.txt",
    )
    assert server.paths == ["/robots.txt", "/story"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: *\nDisallow: /private\n", True),
        ("User-agent: *\nDisallow: /st\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Archiver\nAllow: /\n", True),
        ("User-agent: somebody\nUser-agent: archiver/2.0\nDisallow: /story\n", False),
        ("User-agent: archive\nDisallow: /\n", True),
        ("User-agent: archiver-images\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /story$\n", True),
        ("User-agent: *\nDisallow: /*/x\nDisallow: /*ory$\n", False),
        ("\ufeffUser-agent: *\nDisallow: /\n", False),
        ("<html>no rules at all</html>", True),
        ("", True),
    ],
)
def test_rules_for_us_or_for_everybody_are_obeyed(serve, visit, text, allowed):
    server = serve({"/story": PAGE, "/robots.txt": robots(text)})
    client = client_for(server, obey_robots=True)
    if allowed:
        assert visit(URL, client).robots[0].rule == "allowed"
        return
    with pytest.raises(FetchError, match="does not allow") as caught:
        fetch(URL, client)
    assert (caught.value.problem, caught.value.final_url) == ("robots", URL)
    assert server.paths == ["/robots.txt"]


def test_a_robots_txt_with_a_server_error_forbids(serve):
    server = serve({"/story": PAGE, "/robots.txt": (answer(status="503 Busy"),)})
    with pytest.raises(FetchError, match="cannot be had \\(503\\)") as caught:
        fetch(URL, client_for(server, obey_robots=True))
    assert caught.value.problem == "robots"
    assert "--ignore-robots" in caught.value.advice


def test_a_robots_txt_that_was_cut_off_forbids(serve):
    server = serve({"/robots.txt": (answer(b"User-agent: *\n", Content_Length="900"),)})
    with pytest.raises(FetchError, match="cut off"):
        fetch(URL, client_for(server, obey_robots=True))


def test_a_network_failure_of_robots_txt_is_that_failure_of_the_page(serve):
    server = serve({"/robots.txt": (End.RESET,)})
    with pytest.raises(FetchError) as caught:
        fetch(URL, client_for(server, obey_robots=True))
    assert (caught.value.problem, caught.value.final_url) == ("connect", URL)


def test_ignoring_robots_asks_for_none_and_records_it(serve, visit):
    server = serve({"/story": PAGE})
    assert [verdict.rule for verdict in visit(URL, client_for(server)).robots] == ["ignored"]
    assert server.paths == ["/story"]


def test_a_host_is_asked_once_a_day_and_its_robots_txt_is_handed_on_once(serve, visit):
    server = serve({"/story": PAGE, "/robots.txt": robots("User-agent: *\nCrawl-delay: 0\n")})
    moment = [datetime(2024, 3, 1, tzinfo=UTC)]
    seen = []

    def on_robots(robots_visit):
        seen.append((robots_visit.purpose, robots_visit.final.status, robots_visit.final.response.read(15)))
        return f"record-{len(seen)}"

    client = client_for(server, obey_robots=True, clock=lambda: moment[0], on_robots=on_robots)
    assert [visit(URL, client).robots[0].record_id for _ in range(3)] == ["record-1"] * 3
    moment[0] += timedelta(hours=25)
    assert visit(URL, client).robots[0].record_id == "record-2"
    assert seen == [("robots", 200, b"HTTP/1.1 200 OK")] * 2
    assert server.paths.count("/robots.txt") == 2


def test_crawl_delay_is_in_the_verdict_and_kept(serve, visit):
    server = serve({"/story": PAGE, "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.2\n")})
    begun = time.monotonic()
    assert visit(URL, client_for(server, obey_robots=True)).robots[0].crawl_delay == 0.2
    assert time.monotonic() - begun >= 0.2


def test_five_redirects_are_followed_and_more_mean_no_robots_txt(serve, visit):
    hops = {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 9)}
    table = {"/story": PAGE, "/robots.txt": redirect("/r1"), **hops}
    server = serve({**table, "/r5": robots("User-agent: *\nDisallow: /\n")})
    with pytest.raises(FetchError, match="disallowed"):
        fetch(URL, client_for(server, obey_robots=True))
    server = serve(table)
    assert visit(URL, client_for(server, obey_robots=True)).robots[0].rule == "robots.txt redirects more than 5 times"


def test_only_the_first_500_kib_of_an_endless_robots_txt_count(serve):
    text = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /story\n"
    server = serve({"/robots.txt": (text, Repeat(b"# nothing\n" * 1000, 300))})
    with pytest.raises(FetchError) as caught:
        fetch(URL, client_for(server, obey_robots=True))
    assert caught.value.problem == "robots"


@pytest.mark.parametrize(
    "agent",
    ["User-agent: {}\n", "User  agent {}\n", "useragent {}\n", "\u3000User-Agent :{}\x0c", "user\tagent {}\x85"],
)
def test_many_agents_times_many_rules_cost_little(serve, visit, agent):
    text = "".join(agent.format(f"a{n}") for n in range(10_000)) + "".join(f"Disallow: /{n}\n" for n in range(9_000))
    server = serve({"/story": PAGE, "/robots.txt": robots(text)})
    begun = time.process_time()
    visit(URL, client_for(server, obey_robots=True))
    assert time.process_time() - begun < 2


def test_robots_txt_shares_the_deadline_of_the_capture(serve):
    server = serve({"/robots.txt": (b"HTTP/1.1 200 OK\r\n", Repeat(b"A: b\r\n", 100, 0.05))})
    begun = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetch(URL, client_for(server, obey_robots=True, limits=Limits(total_seconds=0.3)))
    assert caught.value.problem == "timeout"
    assert time.monotonic() - begun < 3


def test_each_host_of_a_redirect_is_asked(serve):
    server = serve({
        "a.example/story": redirect("http://b.example/story"),
        "b.example/story": PAGE,
        "b.example/robots.txt": robots("User-agent: *\nDisallow: /story\n"),
    })  # fmt: skip
    with pytest.raises(FetchError) as caught:
        fetch("http://a.example/story", client_for(server, obey_robots=True))
    assert (caught.value.problem, caught.value.final_url) == ("robots", "http://b.example/story")


def test_a_port_is_another_robots_txt(serve, visit):
    server = serve({"/story": PAGE})
    rules = (ConnectTo("news.example", None, "127.0.0.1", server.port),)
    client = client_for(server, obey_robots=True, connect_to=rules)
    visit("http://news.example/story", client)
    found = visit("http://news.example:81/story", client)
    assert found.robots[0].url == "http://news.example:81/robots.txt"
    assert server.paths.count("/robots.txt") == 2


def test_the_sitemaps_of_a_robots_txt_are_known_once_it_was_read(serve, visit):
    text = "Sitemap: http://a.example/s.xml\nUser-agent: x\nDisallow: /\nSitemap: http://b.example/t.xml\n"
    server = serve({"/story": PAGE, "/robots.txt": robots(text)})
    client = client_for(server, obey_robots=True)
    assert client.robots.sitemaps(URL) == ()
    visit(URL, client)
    assert set(client.robots.sitemaps(URL)) == {"http://a.example/s.xml", "http://b.example/t.xml"}
    assert server.paths.count("/robots.txt") == 1


def archived(text: bytes, at: datetime, status: int = 200, truncated: str | None = None) -> Recalled:
    """An answer that an earlier process kept as `record-0`."""
    nothing = Digest.sha256(b"")
    where = "http://news.example/robots.txt"
    final = StoredExchange(
        where, status, "text/plain", at, "response", "record-0", NOWHERE, None, None, nothing, 0, nothing, truncated=truncated
    )  # fmt: skip
    return Recalled(final, text)


NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\nSitemap: http://news.example/map.xml\n"


class Asked(Exception):
    """The network would be asked."""


def ask(_where: str) -> None:
    raise Asked


def cache(found: Recalled | None, moment: list[datetime]) -> RobotsCache:
    return RobotsCache(lambda: moment[0], recall={"http://news.example/robots.txt": found}.get)


def test_an_archived_answer_is_judged_as_it_was_when_it_came():
    known = cache(archived(RULES, NOON), [NOON + timedelta(hours=24)])
    allowed, forbidden = (known.verdict(f"http://news.example/{path}", ask) for path in ("story", "private"))
    where = "http://news.example/robots.txt"
    assert allowed == RobotsVerdict(True, "allowed", where, "record-0", 7.0)
    assert forbidden == RobotsVerdict(False, "disallowed", where, "record-0", 7.0)
    assert known.sitemaps(URL) == ("http://news.example/map.xml",)


@pytest.mark.parametrize("url", ["http://news.example:81/", "https://news.example/", "http://www.news.example/"])
def test_an_archived_answer_is_that_of_its_own_host_port_and_scheme(url):
    with pytest.raises(Asked):
        cache(archived(RULES, NOON), [NOON]).verdict(url, ask)


@pytest.mark.parametrize("age", [timedelta(hours=24, seconds=1), timedelta(milliseconds=-1)])
def test_an_archived_answer_older_than_a_day_or_from_the_future_does_not_count(age):
    with pytest.raises(Asked):
        cache(archived(RULES, NOON), [NOON + age]).verdict(URL, ask)


@pytest.mark.parametrize(
    ("status", "truncated", "counts"),
    [
        (200, None, True),
        (200, "length", True),
        (200, "disconnect", False),
        (200, "time", False),
        (404, None, True),
        (404, "disconnect", False),
        (500, None, False),
        (503, None, False),
    ],
)
def test_an_archived_answer_that_forbids_only_because_it_could_not_be_had_does_not_count(status, truncated, counts):
    known = cache(archived(RULES, NOON, status, truncated), [NOON])
    if counts:
        assert known.verdict(URL, ask).record_id == "record-0"
        return
    with pytest.raises(Asked):
        known.verdict(URL, ask)


def test_an_archived_answer_ages_from_when_it_came_and_not_from_when_it_was_read_back():
    moment = [NOON + timedelta(hours=23)]
    known = cache(archived(RULES, NOON), moment)
    assert known.verdict(URL, ask).allowed
    moment[0] += timedelta(hours=2)
    with pytest.raises(Asked):
        known.verdict(URL, ask)


def test_a_clock_that_is_put_back_makes_no_answer_hold_for_longer(serve, visit):
    server = serve({"/story": PAGE, "/robots.txt": robots("")})
    moment = [NOON]
    client = client_for(server, obey_robots=True, clock=lambda: moment[0])
    visit(URL, client)
    moment[0] -= timedelta(days=300)
    visit(URL, client)
    assert server.paths.count("/robots.txt") == 2
