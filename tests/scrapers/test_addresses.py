"""Which URLs and addresses a fetch may reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.addresses import GuardedBackend, Target, check_url, is_public, system_resolver, vet
from scrapers.errors import RefusedError

HOSTS = frozenset({"www.gao.gov", "127.0.0.1", "2130706433", "localhost"})

PUBLIC = ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::200e"]

NOT_PUBLIC = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "127.1",
    "",
    "www.gao.gov",
]

REFUSED_URLS = [
    "http://www.gao.gov/",
    "ftp://www.gao.gov/",
    "file:///etc/passwd",
    "gopher://www.gao.gov:70/",
    "javascript:alert(1)",
    "//www.gao.gov/",
    "www.gao.gov/",
    "",
    "https://",
    "https:///reports",
    "https:www.gao.gov/",
    " https://www.gao.gov/",
    "https://elsewhere.example/",
    "https://gao.gov/",
    "https://a.www.gao.gov/",
    "https://www.gao.gov.elsewhere.example/",
    "https://www.gao.gov./",
    "https://www.gao.gov%2eelsewhere.example/",
    "https://www。gao。gov/",
    "https://ⓦww.gao.gov/",
    "https://user@www.gao.gov/",
    "https://user:word@www.gao.gov/",
    "https://@www.gao.gov/",
    "https://www.gao.gov@elsewhere.example/",
    "https://www.gao.gov:443@elsewhere.example/",
    "https://elsewhere.example\\@www.gao.gov/",
    "https://www.gao.gov\\@elsewhere.example/",
    "https://www.gao.gov/\r\nX-Injected: 1",
    "https://www.gao.gov/\x00",
    "https://www.gao.gov\t/",
    "https://www.gao.gov:8443/",
    "https://www.gao.gov:80/",
    "https://www.gao.gov:22/",
    "https://www.gao.gov:0/",
    "https://www.gao.gov:99999999/",
    "https://www.gao.gov:/",
    "https://www.gao.gov:x/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_open_internet_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_every_other_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_public_addresses_are_also_global_to_the_standard_library(ip: IPv4Address | IPv6Address) -> None:
    if is_public(str(ip)):
        assert ip.is_global
        assert not ip.is_multicast
        assert not ip.is_reserved


@given(st.ip_addresses(v=4), st.sampled_from(["::{}", "::ffff:{}", "64:ff9b::{}", "64:ff9b:1::{}"]))
def test_an_ipv4_address_inside_an_ipv6_address_is_never_public(ip: IPv4Address, form: str) -> None:
    assert not is_public(str(ip_address(form.format(ip))))


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_urls_that_are_refused_by_their_text(url: str) -> None:
    with pytest.raises(RefusedError):
        check_url(url, HOSTS)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://www.gao.gov", Target("https://www.gao.gov", "https", "www.gao.gov", 443)),
        (
            "HTTPS://WWW.GAO.GOV:443/a?b=c#d",
            Target("HTTPS://WWW.GAO.GOV:443/a?b=c", "https", "www.gao.gov", 443),
        ),
        (
            "https://www.gao.gov/a b@c:d?e=//f@g",
            Target("https://www.gao.gov/a b@c:d?e=//f@g", "https", "www.gao.gov", 443),
        ),
    ],
)
def test_urls_that_may_be_fetched(url: str, target: Target) -> None:
    assert check_url(url, HOSTS) == target


@given(st.one_of(st.text(), st.builds("https://{}www.gao.gov{}".format, st.text(max_size=5), st.text())))
def test_any_text_is_a_target_on_a_listed_host_or_refused(url: str) -> None:
    try:
        target = check_url(url, HOSTS)
    except RefusedError:
        return
    assert target.host in HOSTS
    assert target.port == 443


def test_http_and_an_extra_port_need_to_be_allowed_by_name() -> None:
    target = check_url("http://www.gao.gov:8080/", HOSTS, allow_http=True, extra_ports={8080})
    assert target.origin == "http://www.gao.gov:8080"


def test_one_private_address_among_public_ones_spoils_the_host() -> None:
    with pytest.raises(RefusedError, match=r"10\.0\.0\.1, which is not public"):
        vet("www.gao.gov", 443, ["93.184.216.34", "10.0.0.1"])


def test_a_host_without_addresses_is_refused() -> None:
    with pytest.raises(RefusedError, match="no address"):
        vet("www.gao.gov", 443, [])


def test_the_loopback_exception_is_for_one_port_only() -> None:
    excepted = frozenset({("127.0.0.1", 8080)})
    assert vet("www.gao.gov", 8080, ["127.0.0.1"], excepted) == ["127.0.0.1"]
    with pytest.raises(RefusedError):
        vet("www.gao.gov", 8081, ["127.0.0.1"], excepted)


def test_the_system_resolver_answers_with_plain_addresses() -> None:
    assert system_resolver("127.0.0.1", 443) == ["127.0.0.1"]


class RecordingDialler(httpcore2.NetworkBackend):
    """Notes what it is asked to dial, and can only be reached at some addresses."""

    def __init__(self, reachable: Iterable[str]) -> None:
        self.reachable = frozenset(reachable)
        self.dialled: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        self.dialled.append(host)
        if host not in self.reachable:
            raise httpcore2.ConnectError(f"{host} does not answer")
        return httpcore2.MockStream([])


class ChangingResolver:
    """A name server that gives a new answer to every question, as in a rebinding attack."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = iter(answers)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        return next(self.answers)


def test_a_name_that_changes_its_answer_is_dialled_only_where_it_was_vetted() -> None:
    dialler = RecordingDialler({"93.184.216.34", "127.0.0.1"})
    backend = GuardedBackend(dialler, ChangingResolver(["93.184.216.34"], ["127.0.0.1"]), frozenset())
    backend.connect_tcp("rebinding.example", 443)
    with pytest.raises(RefusedError):
        backend.connect_tcp("rebinding.example", 443)
    assert dialler.dialled == ["93.184.216.34"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_host_with_an_address_that_is_not_public_is_never_dialled(address: str) -> None:
    dialler = RecordingDialler({address})
    backend = GuardedBackend(dialler, ChangingResolver(["93.184.216.34", address]), frozenset())
    with pytest.raises(RefusedError):
        backend.connect_tcp("www.gao.gov", 443)
    assert dialler.dialled == []


def test_the_next_vetted_address_is_tried_when_one_does_not_answer() -> None:
    dialler = RecordingDialler({"8.8.8.8"})
    backend = GuardedBackend(dialler, ChangingResolver(["93.184.216.34", "8.8.8.8"]), frozenset())
    backend.connect_tcp("www.gao.gov", 443)
    assert dialler.dialled == ["93.184.216.34", "8.8.8.8"]


def test_a_host_that_cannot_be_reached_at_any_address_is_a_connect_error() -> None:
    backend = GuardedBackend(RecordingDialler(()), ChangingResolver(["93.184.216.34"]), frozenset())
    with pytest.raises(httpcore2.ConnectError):
        backend.connect_tcp("www.gao.gov", 443)


def test_a_host_that_cannot_be_resolved_is_a_connect_error() -> None:
    def fails(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    backend = GuardedBackend(RecordingDialler(()), fails, frozenset())
    with pytest.raises(httpcore2.ConnectError, match="cannot be resolved"):
        backend.connect_tcp("www.gao.gov", 443)
