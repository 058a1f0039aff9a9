"""Several hosts at once, one visit at a time within a host."""

from __future__ import annotations

import threading
import time
from itertools import islice

import pytest

from archiver.fetch.many import visit_all
from archiver.model.url import host


def test_every_address_is_visited_once_and_a_host_never_twice_at_a_time():
    urls = [f"http://h{n % 5}.example/{n}" for n in range(60)]
    busy: set[str] = set()
    most = 0
    lock = threading.Lock()

    def visit(url: str) -> str:
        nonlocal most
        with lock:
            assert host(url) not in busy
            busy.add(host(url))
            most = max(most, len(busy))
        time.sleep(0.002)
        with lock:
            busy.discard(host(url))
        return url

    found = dict(visit_all(urls, lambda index: visit(urls[index])))
    assert [found[n] for n in range(60)] == urls
    assert most > 1


def test_within_a_host_the_order_is_that_of_the_list():
    urls = [f"http://one.example/{n}" for n in range(10)]
    assert [index for index, _ in visit_all(urls, lambda index: index)] == list(range(10))


def test_an_error_in_a_thread_is_not_lost():
    def visit(index: int) -> str:
        raise ZeroDivisionError(index)

    with pytest.raises(ZeroDivisionError):
        list(visit_all(["http://a.example/"], visit))


def test_whoever_stops_taking_stops_the_visits():
    begun = []

    def visit(index: int) -> int:
        begun.append(index)
        return index

    results = visit_all([f"http://a.example/{n}" for n in range(1000)], visit, hosts_at_once=1)
    assert len(list(islice(results, 3))) == 3
    results.close()
    time.sleep(0.3)
    assert len(begun) < 12


def test_nothing_asked_nothing_done():
    assert list(visit_all([], lambda index: index)) == []
