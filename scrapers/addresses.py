"""Where we may go: the URLs and network addresses a fetch may reach, and a dialler that goes nowhere else.

Sits under `fetch.py`. A URL is judged by its text first (`check_url`), then every address its host resolves
to is judged (`vet`), and the connection is made to one of exactly those addresses, so that a name which
changes its answer between the check and the connection gains nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

import httpcore2
import httpx2

from scrapers.errors import RefusedError

Resolver = Callable[[str, int], Sequence[str]]
Endpoint = tuple[str, int]

# Our own table: `is_global` differs between Python releases and lets multicast, NAT64 and 6to4 through.
_CLOSED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # answers only inside one cloud, to its guests
        "169.254.0.0/16",  # link-local, the usual place of a cloud's secrets
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
    )
)
# IPv6 is open only inside the global unicast block. All forms that carry an IPv4 address (mapped, compatible,
# NAT64), private, link-local, site-local and multicast lie outside it; what remains to close lies inside.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, among them Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)

_UNSAFE_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\\]")
_SCHEME_AND_AUTHORITY = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_AUTHORITY = re.compile(rf"({_LABEL}(?:\.{_LABEL})*)(?::([0-9]{{1,5}}))?", re.IGNORECASE)
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed `check_url`, without its fragment, and the parts that were judged."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """What robots.txt speaks for."""
        return f"{self.scheme}://{self.host}:{self.port}"


def check_url(
    url: str,
    hosts: Iterable[str],
    *,
    allow_http: bool = False,
    extra_ports: Iterable[int] = (),
) -> Target:
    """The target of a URL whose scheme, host and port may be fetched. Raises RefusedError."""
    if _UNSAFE_CHARACTERS.search(url):
        raise RefusedError("control character or backslash in the address", url=repr(url))
    opening = _SCHEME_AND_AUTHORITY.match(url)
    scheme = opening[1].lower() if opening else ""
    if opening is None or (scheme == "http" and not allow_http):
        raise RefusedError("only https addresses are fetched", url=url)
    authority = _AUTHORITY.fullmatch(opening[2])
    if authority is None:
        raise RefusedError("not a plain host name with at most a port", url=url)
    host = authority[1].lower()
    if _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        raise RefusedError("a number in place of a host name", url=url)
    if host not in hosts:
        raise RefusedError(f"host {host} is not one of the source's hosts", url=url)
    port = int(authority[2] or _DEFAULT_PORTS[scheme])
    if port != _DEFAULT_PORTS[scheme] and port not in extra_ports:
        raise RefusedError(f"port {port} is not the port of {scheme}", url=url)
    _check_client_agrees(url, host)
    return Target(url.partition("#")[0], scheme, host, port)


def is_public(address: str) -> bool:
    """True for an address on the open internet, in its canonical spelling."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return ip.scope_id is None and ip in _OPEN_V6 and not any(ip in block for block in _CLOSED_V6)
    return not any(ip in block for block in _CLOSED_V4)


def vet(
    host: str, port: int, addresses: Sequence[str], loopback: frozenset[Endpoint] = frozenset()
) -> Sequence[str]:
    """All of the addresses, if every one may be dialled. Raises RefusedError if a single one may not.

    One bad address among good ones is a sign of a name under attack, so nothing is dialled then.
    """
    if not addresses:
        raise RefusedError(f"host {host} has no address")
    for address in addresses:
        if not is_public(address) and (address, port) not in loopback:
            raise RefusedError(f"host {host} has the address {address}, which is not public")
    return addresses


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses the operating system knows for a host, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class GuardedBackend(httpcore2.NetworkBackend):
    """Resolves a host once, vets the answer, and has `dialler` connect to what was vetted.

    TLS still checks the certificate against the host's name: the connection pool passes that name to
    `start_tls` of the stream returned here.
    """

    def __init__(
        self, dialler: httpcore2.NetworkBackend, resolve: Resolver, loopback: frozenset[Endpoint]
    ) -> None:
        self._dialler = dialler
        self._resolve = resolve
        self._loopback = loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"host {host} cannot be resolved: {error}") from error
        problem: Exception = httpcore2.ConnectError(f"host {host} has no address")
        for address in vet(host, port, addresses, self._loopback):
            try:
                return self._dialler.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        raise problem


def _check_client_agrees(url: str, host: str) -> None:
    # Two parsers that disagree about where the host ends are the classic way around a list of hosts.
    try:
        seen = httpx2.URL(url).host
    except httpx2.InvalidURL as error:
        raise RefusedError(f"not a valid address: {error}", url=url) from error
    if seen != host:
        raise RefusedError("the host of the address is ambiguous", url=url)
