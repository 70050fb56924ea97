"""Which addresses the outgoing client may go to.

An organisation gives us addresses to call. One that leads inside (our database, the cloud's
metadata service, the operator's router) would make this program a tool against its own house. So
the text of an address is checked when it is registered, and every IP address that its name
resolves to is checked when the connection is made (`guarded_network`).

What may be reached is written as what is known to be public, and the rest is refused: the standard
library's `is_global` calls multicast, 6to4, NAT64 and IPv4-compatible addresses global.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

from gaptracker.domain.errors import GapTrackerError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_CHARACTERS = 2_048
MOST_HOST_CHARACTERS = 253
DEFAULT_PORTS = {"http": 80, "https": 443}

# IANA's special-purpose registries, and what Python 3.11 misses in them.
NOT_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform service, on an address that looks public
        "169.254.0.0/16",  # link-local; most clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former test network
        "3fff::/20",  # documentation
    )
)
# Where a network has IPv6 only, names of IPv4 hosts resolve to these; the last four bytes count.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Names that never belong to a host on the public Internet (RFC 6761, 6762, 7686, 8375, 9476).
INSIDE_SUFFIXES = frozenset({"alt", "internal", "invalid", "local", "localhost", "onion", "test"})
HOME_SUFFIX = "home.arpa"

SHAPE = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?"
)
AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?P<port>:[0-9]{1,5})?")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What a resolver may read as a number, in whatever base.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
STRANGE = re.compile(r"[^!-\[\]-~]")


class AddressRefused(GapTrackerError):
    """An address that the outgoing client does not go to.

    The message shows what was asked for and what is expected, never what a name resolved to: that
    would tell the asker how the inside is laid out.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRules:
    """What the outgoing client may reach.

    Loopback is for tests and for trials on one machine; it is never on unless somebody says so.
    `refused_networks` are the operator's own: public addresses that serve the inside, or a NAT64
    prefix that only the operator knows.
    """

    schemes: frozenset[str] = frozenset({"https"})
    ports: Collection[int] = frozenset({80, 443})
    allow_loopback: bool = False
    refused_networks: tuple[IPNetwork, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedUrl:
    """An address whose text is in order; what its name resolves to is checked on connecting."""

    scheme: str
    host: str
    port: int
    # Path and query as they came; the fragment, which is never sent, is dropped.
    target: str


def is_public_address(ip: IPAddress) -> bool:
    """Say whether an IP address belongs to a host on the public Internet.

    IPv4 addresses inside IPv6 ones are refused, whatever they hold, but for NAT64's well-known
    prefix, where the IPv4 address decides.

    References:
        IANA IPv4 and IPv6 special-purpose address registries; RFC 6052 and 8215 (NAT64).

    Examples:
        >>> is_public_address(ipaddress.ip_address("1.1.1.1"))
        True
        >>> is_public_address(ipaddress.ip_address("64:ff9b::127.0.0.1"))
        False
    """
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not any(ip in network for network in NOT_PUBLIC_V4)
    if ip.scope_id is not None:
        return False
    if ip in NAT64:
        return is_public_address(ipaddress.IPv4Address(ip.packed[-4:]))
    return ip.is_global and ip in PUBLIC_V6 and not any(ip in each for each in NOT_PUBLIC_V6)


def may_connect(ip: IPAddress, rules: OutgoingRules) -> bool:
    """Say whether the rules allow a connection to an IP address."""
    if any(ip in network for network in rules.refused_networks):
        return False
    return is_public_address(ip) or (rules.allow_loopback and _is_plain_loopback(ip))


def check_url(text: str, rules: OutgoingRules) -> ParsedUrl:
    """Read an address, or say why it is refused; no name is looked up.

    Args:
        text: What came.
        rules: What may be reached.

    Raises:
        AddressRefused: If it is no absolute address of an allowed scheme, host and port in ASCII,
            if it carries a user name, or if its host is an address that leads inside.

    Examples:
        >>> check_url("https://hooks.example.org/in?of=1", OutgoingRules()).host
        'hooks.example.org'
    """
    if len(text) > MOST_CHARACTERS:
        raise AddressRefused(
            f"an address of {len(text)} characters came; expected at most {MOST_CHARACTERS}"
        )
    # From here on only parts are shown: the whole may hold a password, or a token in its path.
    strange = STRANGE.search(text)
    if strange is not None:
        raise _refused(
            strange[0],
            "printable ASCII without spaces and backslashes: "
            "a name in another script as xn--…, other characters in the path as %XX",
        )
    shape = SHAPE.fullmatch(text)
    if shape is None:
        raise AddressRefused(
            "what came is no absolute address; expected one such as https://hooks.example.org/path"
        )
    scheme = shape["scheme"].lower()
    authority = AUTHORITY.fullmatch(shape["authority"])
    if "@" in shape["authority"] or authority is None:
        raise AddressRefused(
            "the address has more than host and port before its path; "
            "expected no user name, no password and a port in digits"
        )
    port = int(authority["port"][1:]) if authority["port"] else DEFAULT_PORTS.get(scheme, 0)
    host = _without_brackets(authority["host"].lower())
    check_origin(scheme, host, port, rules=rules)
    return ParsedUrl(scheme=scheme, host=host, port=port, target=shape["target"] or "/")


def check_origin(scheme: str, host: str, port: int, *, rules: OutgoingRules) -> None:
    """Refuse a scheme, host or port that the rules do not allow; no name is looked up.

    Args:
        scheme: In lower case.
        host: A name in lower case, or an IP address without brackets.
        port: The port itself, never 0 for the scheme's own.
        rules: What may be reached.

    Raises:
        AddressRefused: With the first thing that is wrong.
    """
    if scheme not in rules.schemes:
        raise _refused(scheme, f"one of {', '.join(sorted(rules.schemes))}")
    if port not in rules.ports:
        raise _refused(f"port {port}", f"one of {', '.join(map(str, sorted(rules.ports)))}")
    ip = literal_address(host)
    if ip is None:
        _check_name(host, rules)
    elif not may_connect(ip, rules):
        raise _refused(host, "a host on the public Internet")


def literal_address(host: str) -> IPAddress | None:
    """Return the IP address that a host is written as, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _without_brackets(host: str) -> str:
    """Take the brackets off an IPv6 address; nothing else may stand in them."""
    if not host.startswith("["):
        return host
    inner = host[1:-1]
    if not isinstance(literal_address(inner), ipaddress.IPv6Address):
        raise _refused(host, "an IPv6 address between the brackets")
    return inner


def _check_name(host: str, rules: OutgoingRules) -> None:
    """Refuse names that are numbers in disguise, or that cannot be public."""
    if rules.allow_loopback and host == "localhost":
        return
    labels = host.split(".")
    if len(host) > MOST_HOST_CHARACTERS or not all(map(LABEL.fullmatch, labels)):
        raise _refused(
            host, "a host name of letters, digits and hyphens, without a full stop at its end"
        )
    # Resolvers take 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 for 127.0.0.1.
    if NUMBER.fullmatch(labels[-1]):
        raise _refused(host, "an IPv4 address as four plain decimal numbers, or a name")
    inside = labels[-1] in INSIDE_SUFFIXES or f".{host}".endswith(f".{HOME_SUFFIX}")
    if len(labels) == 1 or inside:
        raise _refused(host, "the full name of a host on the public Internet")


def _is_plain_loopback(ip: IPAddress) -> bool:
    """Say whether an address is loopback as such, not wrapped into another."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_loopback
    return ip.scope_id is None and ip == ipaddress.IPv6Address("::1")


def _refused(came: str, expected: str) -> AddressRefused:
    """Say what came, cut short, and what was expected."""
    return AddressRefused(f"{came[:200]!r} is not called; expected {expected}")
