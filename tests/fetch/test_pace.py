import threading

from archiver.fetch.pace import Pace


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_the_first_request_to_a_host_does_not_wait():
    time = Time()
    assert Pace(1.0, monotonic=time.monotonic, sleep=time.sleep).wait("news.example") == 0.0


def test_starts_of_requests_to_one_host_are_spaced_and_other_hosts_do_not_count():
    time = Time()
    pace = Pace(1.0, monotonic=time.monotonic, sleep=time.sleep)
    pace.wait("news.example")
    time.now += 0.4
    assert pace.wait("other.example") == 0.0
    assert round(pace.wait("news.example"), 6) == 0.6
    time.now += 5
    assert pace.wait("news.example") == 0.0


def test_a_longer_crawl_delay_counts_up_to_its_cap():
    time = Time()
    pace = Pace(1.0, monotonic=time.monotonic, sleep=time.sleep)
    pace.wait("news.example")
    assert pace.wait("news.example", 3.0) == 3.0
    assert pace.wait("news.example", 0.1) == 1.0
    assert pace.wait("news.example", 86_400.0) == 30.0


def test_threads_get_one_turn_each():
    waits: list[float] = []
    pace = Pace(1.0, monotonic=lambda: 0.0, sleep=lambda _: None)
    threads = [threading.Thread(target=lambda: waits.append(pace.wait("news.example"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [float(turn) for turn in range(8)]
