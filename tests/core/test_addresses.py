"""Which addresses lead outside: text by text, and network by network."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.addresses import (
    NOT_PUBLIC_V4,
    NOT_PUBLIC_V6,
    AddressRefused,
    OutgoingRules,
    ParsedUrl,
    check_url,
    is_public_address,
    may_connect,
)

HTTPS = OutgoingRules()
BOTH = OutgoingRules(schemes=frozenset({"http", "https"}))
ON_ONE_MACHINE = OutgoingRules(
    schemes=frozenset({"http"}), ports=frozenset({80, 8000}), allow_loopback=True
)

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2606:4700:4700::1111",
    "2a00:1450::1",
    "64:ff9b::8.8.8.8",
]
INSIDE = {
    "unspecified": "0.0.0.0",
    "this-network": "0.1.2.3",
    "private-10": "10.0.0.1",
    "cgnat-first": "100.64.0.0",
    "cgnat-last": "100.127.255.255",
    "metadata-alibaba": "100.100.100.200",
    "loopback": "127.0.0.1",
    "loopback-other": "127.255.255.254",
    "link-local": "169.254.0.1",
    "metadata-cloud": "169.254.169.254",
    "metadata-aws-tasks": "169.254.170.2",
    "metadata-azure": "168.63.129.16",
    "metadata-oracle": "192.0.0.192",
    "private-172-first": "172.16.0.0",
    "private-172-last": "172.31.255.255",
    "protocol-assignments": "192.0.0.9",
    "documentation-1": "192.0.2.1",
    "documentation-2": "198.51.100.1",
    "documentation-3": "203.0.113.1",
    "as112": "192.175.48.1",
    "amt": "192.52.193.1",
    "relay-6to4": "192.88.99.1",
    "private-192": "192.168.1.1",
    "benchmark-first": "198.18.0.0",
    "benchmark-last": "198.19.255.255",
    "multicast-first": "224.0.0.1",
    "multicast-last": "239.255.255.255",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "v6-unspecified": "::",
    "v6-loopback": "::1",
    "v6-compatible-inside": "::127.0.0.1",
    "v6-compatible-public": "::8.8.8.8",
    "v6-mapped-inside": "::ffff:127.0.0.1",
    "v6-mapped-public": "::ffff:8.8.8.8",
    "v6-translated": "::ffff:0:127.0.0.1",
    "nat64-loopback": "64:ff9b::127.0.0.1",
    "nat64-private": "64:ff9b::10.0.0.1",
    "nat64-metadata": "64:ff9b::169.254.169.254",
    "nat64-azure": "64:ff9b::168.63.129.16",
    "nat64-local-use": "64:ff9b:1::8.8.8.8",
    "v6-discard": "100::1",
    "v6-dummy": "100:0:0:1::1",
    "teredo": "2001::1",
    "teredo-with-address": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "v6-benchmark": "2001:2::1",
    "v6-orchid": "2001:20::1",
    "v6-documentation": "2001:db8::1",
    "v6-documentation-new": "3fff::1",
    "v6-as112": "2620:4f:8000::1",
    "v6-test-network": "3ffe::1",
    "6to4-loopback": "2002:7f00:1::",
    "6to4-private": "2002:a00:1::1",
    "6to4-public": "2002:808:808::1",
    "v6-unallocated": "4000::1",
    "segment-routing": "5f00::1",
    "unique-local": "fc00::1",
    "metadata-aws-v6": "fd00:ec2::254",
    "metadata-google-v6": "fd20:ce::254",
    "v6-link-local": "fe80::1",
    "v6-link-local-scoped": "fe80::1%eth0",
    "v6-public-scoped": "2606:4700:4700::1111%1",
    "v6-site-local": "fec0::1",
    "v6-multicast-node": "ff01::1",
    "v6-multicast-link": "ff02::1",
    "v6-multicast-global": "ff0e::1",
}


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_public_up_to_the_edge_of_the_others(text: str) -> None:
    assert is_public_address(ipaddress.ip_address(text))


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text", [pytest.param(text, id=f"ip-{name}") for name, text in INSIDE.items()]
)
def test_addresses_that_lead_inside_are_not_public(text: str) -> None:
    ip = ipaddress.ip_address(text)
    assert not is_public_address(ip)
    assert not may_connect(ip, HTTPS)


@pytest.mark.parametrize("network", [*NOT_PUBLIC_V4, *NOT_PUBLIC_V6], ids=str)
def test_a_network_is_refused_from_its_first_to_its_last_address(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> None:
    assert not is_public_address(network[0])
    assert not is_public_address(network[-1])


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_ipv6_is_no_more_public_than_itself(
    ip: ipaddress.IPv4Address,
) -> None:
    number = int(ip)
    wrapped = {
        ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + shifted)
        for prefix, shifted in {
            "::": number,
            "::ffff:0:0": number,
            "2002::": number << 80,
            "64:ff9b:1::": number,
        }.items()
    }
    assert not any(map(is_public_address, wrapped))
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + number)
    assert is_public_address(nat64) == is_public_address(ip)


def test_loopback_is_reached_only_where_somebody_said_so() -> None:
    for text in ("127.0.0.1", "127.8.8.8", "::1"):
        assert not may_connect(ipaddress.ip_address(text), HTTPS)
        assert may_connect(ipaddress.ip_address(text), ON_ONE_MACHINE)
    for name, text in INSIDE.items():
        if name not in {"loopback", "loopback-other", "v6-loopback"}:
            assert not may_connect(ipaddress.ip_address(text), ON_ONE_MACHINE), name


def test_an_operator_can_refuse_public_networks_too() -> None:
    rules = OutgoingRules(refused_networks=(ipaddress.ip_network("9.9.9.0/24"),))
    assert not may_connect(ipaddress.ip_address("9.9.9.9"), rules)
    assert may_connect(ipaddress.ip_address("9.9.8.9"), rules)
    with pytest.raises(AddressRefused):
        check_url("https://9.9.9.9/", rules)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("https://hooks.example.org", ("https", "hooks.example.org", 443, "/")),
        ("https://hooks.example.org:443/in", ("https", "hooks.example.org", 443, "/in")),
        ("HTTPS://Hooks.Example.ORG/In?a=%C3#f", ("https", "hooks.example.org", 443, "/In?a=%C3")),
        ("https://hooks.example.org?a=b", ("https", "hooks.example.org", 443, "?a=b")),
        ("https://xn--rgano-wta.example.org/", ("https", "xn--rgano-wta.example.org", 443, "/")),
        ("https://1.1.1.1/", ("https", "1.1.1.1", 443, "/")),
        ("https://[2606:4700:4700::1111]/", ("https", "2606:4700:4700::1111", 443, "/")),
        ("https://4chan.example.org/@user", ("https", "4chan.example.org", 443, "/@user")),
    ],
)  # fmt: skip
def test_an_address_is_read(text: str, parsed: tuple[str, str, int, str]) -> None:
    scheme, host, port, target = parsed
    expected = ParsedUrl(scheme=scheme, host=host, port=port, target=target)
    assert check_url(text, HTTPS) == expected


def test_an_address_on_one_machine_is_read() -> None:
    assert check_url("http://localhost:8000/hook", ON_ONE_MACHINE).port == 8000
    assert check_url("http://[::1]/hook", ON_ONE_MACHINE).host == "::1"


BAD_HOSTS = {
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "octal-one-part": "017700000001",
    "hexadecimal": "0x7f.1",
    "hexadecimal-one-part": "0x7f000001",
    "hexadecimal-empty": "0x",
    "hexadecimal-last": "127.0.0.0x1",
    "short": "127.1",
    "five-parts": "1.1.1.1.1",
    "leading-zero": "1.1.1.01",
    "too-large": "1.1.1.256",
    "name-then-number": "hooks.example.123",
    "full-width-dots": "127。0。0。1",
    "full-width-digits": "１２７.0.0.1",  # noqa: RUF001
    "full-width-name": "ｈooks.example.org",  # noqa: RUF001
    "circled-digits": "①②⑦.0.0.1",
    "half-width-dot": "127｡0｡0｡1",
    "soft-hyphen": "127.0.0.\u00ad1",
    "arabic-digits": "١٢٧.0.0.1",
    "percent-encoded": "%31%32%37.0.0.1",
    "percent-encoded-dot": "127%2e0.0.1",
    "trailing-dot": "127.0.0.1.",
    "trailing-dot-name": "hooks.example.org.",
    "leading-dot": ".example.org",
    "double-dot": "hooks..example.org",
    "empty": "",
    "localhost": "localhost",
    "localhost-upper": "LOCALHOST",
    "localhost-below": "a.localhost",
    "single-label": "db",
    "local": "printer.local",
    "metadata-name": "metadata.google.internal",
    "home": "router.home.arpa",
    "onion": "abc.onion",
    "underscore": "a_b.example.org",
    "label-too-long": "a" * 64 + ".org",
    "name-too-long": "a." * 130 + "org",
    "hyphen-first": "-a.example.org",
    "nul": "hooks.example.org\0.evil.org",
    "space": "hooks .example.org",
    "v6-mapped": "[::ffff:127.0.0.1]",
    "v6-mapped-hex": "[::ffff:7f00:1]",
    "v6-nat64": "[64:ff9b::127.0.0.1]",
    "v6-scope": "[fe80::1%25eth0]",
    "v6-scope-raw": "[2606:4700:4700::1111%1]",
    "v6-unclosed": "[::1",
    "v6-bare": "::1",
    "v6-future": "[v1.fe80]",
    "v6-empty": "[]",
    "v4-in-brackets": "[1.1.1.1]",
    "v6-then-text": "[2606:4700:4700::1111]evil",
    "name-in-brackets": "[localhost]",
    "loopback": "127.0.0.1",
    "metadata": "169.254.169.254",
}
BAD_URLS = {
    "user": "https://s3cret@hooks.example.org/",
    "user-empty": "https://@hooks.example.org/",
    "user-like-host": "https://hooks.example.org@127.0.0.1/",
    "user-port": "https://hooks.example.org:443@127.0.0.1/",
    "password": "https://a:s3cret@hooks.example.org/",
    "backslash": "https://hooks.example.org\\@127.0.0.1/",
    "backslash-after": "https://127.0.0.1\\.example.org/",
    "port-other": "https://hooks.example.org:22/",
    "port-zero": "https://hooks.example.org:0/",
    "port-empty": "https://hooks.example.org:/",
    "port-sign": "https://hooks.example.org:+443/",
    "port-underscore": "https://hooks.example.org:4_43/",
    "port-arabic": "https://hooks.example.org:٤٤٣/",
    "port-huge": "https://hooks.example.org:65979/",
    "port-twice": "https://hooks.example.org:443:80/",
    "scheme-http": "http://hooks.example.org/",
    "scheme-file": "file:///etc/passwd",
    "scheme-javascript": "javascript://hooks.example.org/%0aalert(1)",
    "scheme-gopher": "gopher://hooks.example.org:443/",
    "scheme-data": "data:text/plain,hi",
    "scheme-none": "//hooks.example.org/",
    "relative": "hooks.example.org/in",
    "one-slash": "https:/hooks.example.org/",
    "three-slashes": "https:///hooks.example.org/",
    "four-slashes": "https:////hooks.example.org/",
    "empty": "",
    "tab": "ht\ttps://hooks.example.org/",
    "line-feed": "https://hooks.example.org/\nX: y",
    "line-feed-last": "https://hooks.example.org/\n",
    "space-first": " https://hooks.example.org/",
    "bidi": "https://hooks.example.org/\u202egpj",
    "path-not-ascii": "https://hooks.example.org/é",
    "surrogate": "https://hooks.example.org/\ud800",
    "too-long": "https://hooks.example.org/" + "a" * 2_048,
}  # fmt: skip


@pytest.mark.hostile
@pytest.mark.parametrize(
    "host", [pytest.param(host, id=f"host-{name}") for name, host in BAD_HOSTS.items()]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_hosts_that_lead_inside_or_hide_what_they_are_are_refused(scheme: str, host: str) -> None:
    with pytest.raises(AddressRefused, match="expected"):
        check_url(f"{scheme}://{host}/hook", BOTH)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text", [pytest.param(text, id=f"url-{name}") for name, text in BAD_URLS.items()]
)
def test_addresses_out_of_order_are_refused_without_what_may_be_secret(text: str) -> None:
    with pytest.raises(AddressRefused, match="expected") as refusal:
        check_url(text, HTTPS)
    assert "s3cret" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


@given(
    st.text(max_size=80) | st.text("htps:/@.[]127x0%#?\\。", max_size=40).map("https://".__add__)
)
def test_whatever_comes_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        parsed = check_url(text, BOTH)
    except AddressRefused:
        return
    assert parsed.port in {80, 443}
    assert parsed.host.isascii()
