from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import FetchError, UsageError
from archiver.fetch.guard import DENIED, AddressPolicy, ConnectTo, Target, denied, parse_address, route


@st.composite
def denied_addresses(draw):
    network = draw(st.sampled_from(DENIED)).network
    return network[draw(st.integers(0, network.num_addresses - 1))]


ipv4_of_denied = denied_addresses().filter(lambda address: address.version == 4)


@given(denied_addresses())
def test_every_address_of_a_denied_network_is_refused(address):
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return  # ::ffff:0:0/96 is IPv4, and judged as such
    with pytest.raises(FetchError) as caught:
        AddressPolicy().check(str(address), 80)
    assert caught.value.problem == "address"


@pytest.mark.parametrize("row", DENIED, ids=lambda row: str(row.network))
def test_both_ends_of_every_row_are_refused(row):
    assert denied(str(row.network[0])) is not None
    assert denied(str(row.network[-1])) is not None
    assert row.use
    assert row.source.startswith("RFC ")


@given(ipv4_of_denied, st.sampled_from(["::ffff:0:0", "64:ff9b::", "2002::", "::"]))
def test_a_denied_ipv4_address_inside_an_ipv6_address_is_refused(inner, prefix):
    shift = 80 if prefix == "2002::" else 0
    assert denied(str(IPv6Address(int(IPv6Address(prefix)) | int(inner) << shift))) is not None


def test_the_reason_names_what_an_ipv6_address_carries():
    assert denied("64:ff9b::10.0.0.1").network == ip_network("10.0.0.0/8")
    assert denied("2002:7f00:1::").network == ip_network("127.0.0.0/8")
    assert denied("::ffff:127.0.0.1").network == ip_network("127.0.0.0/8")
    assert denied("::1").network == ip_network("::1/128")
    assert denied("::").network == ip_network("::/128")


@pytest.mark.parametrize(
    "public", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8"]
)
def test_a_public_address_passes(public):
    AddressPolicy().check(public, 443)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_ipv4_address_that_python_calls_private_passes(address):
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert denied(str(address)) is not None


def test_an_allowed_pair_opens_that_address_and_port_and_no_other():
    policy = AddressPolicy(frozenset({("127.0.0.1", 8080), ("0:0::1", 80)}))
    policy.check("127.0.0.1", 8080)
    policy.check("::1", 80)
    for ip, port in [("127.0.0.1", 80), ("127.0.0.2", 8080), ("::1", 8080)]:
        with pytest.raises(FetchError, match="not a public address"):
            policy.check(ip, port)


def test_the_refusal_names_host_address_reason_and_the_way_out():
    with pytest.raises(FetchError) as caught:
        AddressPolicy().check("10.0.0.1", 80, "intranet.example")
    assert str(caught.value) == (
        "intranet.example resolves to 10.0.0.1, which is not a public address: private use (RFC 1918)"
    )
    assert caught.value.advice == "--allow-address 10.0.0.1:80 allows exactly this one"


def test_a_zone_does_not_hide_a_link_local_address():
    assert denied("fe80::1%eth0") is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [("10.0.0.1:80", ("10.0.0.1", 80)), ("[::1]:8080", ("::1", 8080)), ("[0:0::1]:1", ("::1", 1))],
)
def test_an_address_and_port_is_read(text, value):
    assert parse_address(text) == value


@pytest.mark.parametrize(
    "text", ["", "10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:70000", "::1:80", "host:80", "[x]:1"]
)
def test_what_is_no_address_and_port_is_a_usage_error(text):
    with pytest.raises(UsageError):
        parse_address(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("news.example:80:127.0.0.1:8080", ConnectTo("news.example", 80, "127.0.0.1", 8080)),
        ("::127.0.0.1:8080", ConnectTo(None, None, "127.0.0.1", 8080)),
        ("News.Example::[::1]:", ConnectTo("news.example", None, "::1", None)),
        ("m\u00fcnchen.example:80:b.example:80", ConnectTo("xn--mnchen-3ya.example", 80, "b.example", 80)),
        (":443::8443", ConnectTo(None, 443, None, 8443)),
    ],
)
def test_connect_to_is_read_as_curl_reads_it(text, value):
    assert ConnectTo.parse(text) == value


@pytest.mark.parametrize("text", ["", "a:b", "a:1:b", "a:1:b:2:3", "a:0:b:1", "a b:1:c:2", "a:1:b:99999", "::1:80:b:1"])
def test_a_malformed_connect_to_is_a_usage_error(text):
    with pytest.raises(UsageError):
        ConnectTo.parse(text)


def test_the_first_matching_rule_routes_and_only_a_named_host_is_trusted():
    rules = (ConnectTo("a.example", 80, "127.0.0.1", 8080), ConnectTo(None, 443, None, 8443))
    assert route("a.example", 80, rules) == Target("127.0.0.1", 8080, trusted=True)
    assert route("a.example", 443, rules) == Target("a.example", 8443)
    assert route("b.example", 80, rules) == Target("b.example", 80)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_only_2000_slash_3_can_ever_pass_in_ipv6(address):
    if denied(str(address)) is None and address.ipv4_mapped is None:
        assert address in ip_network("2000::/3")


def test_the_table_holds_no_row_twice():
    networks = [row.network for row in DENIED]
    assert len(networks) == len(set(networks))
    assert any(isinstance(network, IPv4Network) for network in networks)
    assert ip_address("100.64.0.1") in ip_network("100.64.0.0/10")
