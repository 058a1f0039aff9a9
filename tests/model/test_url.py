"""Addresses: what is requested, and when two of them are the same for a look-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.url import BadUrl, brand, host, key, parse, same_site, site, without_credentials


@pytest.mark.parametrize(
    ("given_text", "requested"),
    [
        ("HTTP://www.Example.org:80/a/b", "http://www.example.org/a/b"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/x?y=1#part", "https://example.org:8443/x?y=1"),
        ("http://bücher.example/ä b", "http://xn--bcher-kva.example/%C3%A4%20b"),
        ("http://example.org/100%25", "http://example.org/100%25"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("  http://example.org/x  ", "http://example.org/x"),
        ("http://example.org./x", "http://example.org/x"),
    ],
)
def test_an_address_is_spelled_as_it_will_be_requested(given_text: str, requested: str) -> None:
    assert parse(given_text) == requested


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("example.org/page", "not-a-url"),
        ("", "not-a-url"),
        ("http://", "not-a-url"),
        ("http://exa mple.org/", "not-a-url"),
        ("http://example.org:99999/", "not-a-url"),
        ("http://[::1", "not-a-url"),
        ("http://example.org/\r\nX: y", "not-a-url"),
        ("http://-..-/", "not-a-url"),
        ("ftp://example.org/x", "scheme"),
        ("http://example.org/" + "x" * 4000, "not-a-url"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://user:secret@example.org/", "credentials"),
        ("http://user@example.org/", "credentials"),
    ],
)
def test_what_is_not_taken_says_why(text: str, problem: str) -> None:
    with pytest.raises(BadUrl) as caught:
        parse(text)
    assert caught.value.problem == problem
    assert str(caught.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a/"),
        ("http://example.org/a", "http://EXAMPLE.org:80/a#top"),
        ("http://example.org/a?x=1", "http://example.org/a?utm_source=feed&x=1&fbclid=2"),
        ("http://example.org/%7Eme", "http://example.org/~me"),
        ("http://example.org", "https://example.org/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("ftp://Example.ORG/A", "FTP://example.org/A"),
        ("http://me:secret@example.org/", "http://example.org/"),
    ],
)
def test_what_does_not_count_in_a_look_up(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a?x=1", "http://example.org/a?x=2"),
        ("http://example.org/a?pdf=1", "http://example.org/a"),
        ("http://example.org/a%2Fb", "http://example.org/a/b"),
        ("http://example.org/A", "http://example.org/a"),
        ("http://example.org:8080/", "http://example.org/"),
        ("http://www.example.org/", "http://example.org/"),
    ],
)
def test_what_does_count_in_a_look_up(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(max_size=60))
def test_any_text_has_a_key_and_a_parsed_address_is_its_own_spelling(text: str) -> None:
    assert isinstance(key(text), str)
    try:
        parsed = parse(text)
    except BadUrl:
        return
    assert parse(parsed) == parsed
    assert key(parsed) == key(text)


@given(st.from_regex(r"http://[a-z]{1,8}\.example/[a-zA-Z0-9._~%/-]{0,20}(\?[a-z0-9=&]{0,12})?", fullmatch=True))
def test_the_key_of_an_address_survives_a_second_time(url: str) -> None:
    assert key("http:" + key(url)) == key(url)


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("http://user:secret@example.org/x@y", "http://example.org/x@y"),
        ("http://a@b:c@example.org", "http://example.org"),
        ("http://example.org/mail@x", "http://example.org/mail@x"),
        ("not an address", "not an address"),
    ],
)
def test_a_password_is_never_kept(given_text: str, shown: str) -> None:
    assert without_credentials(given_text) == shown


def test_sites_and_brands() -> None:
    assert site("news.example.co.uk") == "example.co.uk"
    assert site("www.example.org") == "example.org"
    assert site("one.wordpress.com") == "one.wordpress.com"
    assert site("127.0.0.1") == "127.0.0.1"
    assert brand("www.harbourgazette.example") == "harbourgazette"
    assert same_site("http://www.example.org/a", "https://m.example.org/b")
    assert not same_site("not an address", "also not")
    assert host("http://[bad") == ""


@pytest.mark.parametrize(
    "text", ["http://[::1].example/", "http://a[::1]/", "http://[::1]x:80/", "http://a.example:0/", "http://[v1.x]/"]
)
def test_what_only_looks_like_a_host_and_port_is_no_address(text: str) -> None:
    with pytest.raises(BadUrl) as refused:
        parse(text)
    assert refused.value.problem == "not-a-url"


@pytest.mark.parametrize(
    "text", ["http://[::1]/", "http://[::1]:8080/", "http://[2001:DB8::1]/", "http://[::ffff:192.0.2.1]/"]
)
def test_an_ipv6_address_in_brackets_is_a_host(text: str) -> None:
    assert parse(text).startswith("http://[")


@given(
    st.from_regex(
        r"(?:[a-z0-9]{1,3}(?:-[a-z0-9]{1,2})?\.){1,3}[a-z]{2,4}(?:/[A-Za-z0-9._~-]{0,4}){0,4}", fullmatch=True
    )
)
def test_a_plain_address_has_the_spelling_and_the_key_that_it_has_when_it_is_taken_apart(rest: str) -> None:
    host, slash, path = rest.partition("/")
    assert key(f"http://{rest}") == key(f"HTTP://{host}:80{slash}{path}#top")
    assert parse(f"http://{rest}") == parse(f"HTTP://{host}:80{slash}{path}#top")
