"""The door to the world: documents from publishers, or from an offline mirror of them.

The runner in `collect.py` asks a fetcher for each request of a source and gets a Document, or word that what
it knows still holds. `LiveFetcher` visits the web politely (`manners.py`) and guarded (`addresses.py`,
`transport.py`); `MirrorFetcher` (`mirror.py`) reads a folder. Whether a document is what the source promised, the
runner decides.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

import httpcore2
import httpx2

from scrapers.addresses import Endpoint, Resolver, Target, check_url, system_resolver
from scrapers.errors import FetchError, NotFoundError, RefusedError
from scrapers.manners import (
    GONE,
    PRODUCT,
    Clock,
    Manners,
    RobotsVerdict,
    Turns,
    backoff,
    retry_after,
    robots_rules,
)
from scrapers.mirror import UNKNOWN_TYPE, MirrorFetcher, copy_of
from scrapers.source import Document, Fetcher, Known, NotModified, Request, Source
from scrapers.transport import DEADLINE, guarded_client, read_body

MAXIMUM_REDIRECTS = 5
ROBOTS_KEPT = timedelta(days=1).total_seconds()
ROBOTS_FAILURE_KEPT = timedelta(minutes=15).total_seconds()
ROBOTS_MAXIMUM_BYTES = 512 * 1024

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.RemoteProtocolError)


KEYED_HOSTS: Mapping[str, str] = {"api.congress.gov": "X-Api-Key"}
"""Hosts that want a key, and the header that it goes in: never in an address, which is stored and shown."""


def fetcher_from(mirror: str | None, contact: str, keys: Mapping[str, str] | None = None) -> Fetcher:
    """The mirror's fetcher if a mirror folder is set, otherwise the live one, with the keys that hosts want."""
    return MirrorFetcher(Path(mirror)) if mirror else LiveFetcher(contact, keys=keys)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to one request. The body is read only of a 200."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    sha256: str = ""


class LiveFetcher:
    """Fetches over the network: known hosts only, public addresses only, slowly, and under our own name.

    `allow_http` and `loopback` (pairs of address and port) exist so that tests can run a real server.
    """

    def __init__(
        self,
        contact: str,
        *,
        clock: Clock | None = None,
        manners: Manners | None = None,
        resolve: Resolver = system_resolver,
        allow_http: bool = False,
        loopback: frozenset[Endpoint] = frozenset(),
        keys: Mapping[str, str] | None = None,
        keyed_hosts: Mapping[str, str] = KEYED_HOSTS,
    ) -> None:
        if not all(ip_address(address).is_loopback for address, _ in loopback):
            raise ValueError("only loopback addresses can be excepted from the guard")
        self._clock = clock or Clock()
        self._manners = manners or Manners()
        self._allow_http = allow_http
        self._extra_ports = frozenset(port for _, port in loopback)
        self._turns = Turns(self._clock, self._manners)
        self._robots: dict[str, RobotsVerdict] = {}
        self._keys = dict(keys or {})
        self._keyed_hosts = keyed_hosts
        self._client = guarded_client(user_agent(contact), self._manners, resolve, loopback)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections kept open."""
        self._client.close()

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        """The document, or word that `known` still holds. Raises FetchError."""
        if copy_of(request.url):
            raise NotFoundError("only a mirror has this copy, not the publisher", url=request.url)
        validators = validators_of(known)
        answer = self._follow(
            request.url, source.hosts, headers=validators, limit=source.maximum_bytes, ask_robots=True
        )
        if answer.status == 304 and validators:
            return NotModified(request.url)
        check_status(answer.status, request.url)
        return Document(
            url=request.url,
            body=answer.body,
            content_type=media_type(answer.headers.get("content-type", "")),
            fetched_at=self._clock.now(),
            sha256=answer.sha256,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )

    def _follow(
        self, url: str, hosts: frozenset[str], *, headers: Mapping[str, str], limit: int, ask_robots: bool
    ) -> Answer:
        address = url
        for _ in range(MAXIMUM_REDIRECTS + 1):
            target = check_url(address, hosts, allow_http=self._allow_http, extra_ports=self._extra_ports)
            own = headers
            if target.host in self._keyed_hosts:  # who gives keys has said who may ask, and how much
                own = {**headers, **self._key_header(target)}
            elif ask_robots:
                self._obey_robots(target, hosts)
            answer = self._get(target, headers=own, limit=limit)
            if answer.status not in _REDIRECTS:
                return answer
            address = redirect_target(target.url, answer.headers.get("location"))
        raise FetchError(f"more than {MAXIMUM_REDIRECTS} redirects", url=url)

    def _key_header(self, target: Target) -> Mapping[str, str]:
        """The key that a host wants, for that host alone: a redirect does not carry it elsewhere."""
        key = self._keys.get(target.host, "")
        if not (key and key.isascii() and key.isprintable()):
            raise RefusedError(f"{target.host} wants a key, and none is set", url=target.url)
        return {self._keyed_hosts[target.host]: key}

    def _get(self, target: Target, *, headers: Mapping[str, str], limit: int) -> Answer:
        """One URL, tried again while the failure looks like a passing one."""
        for attempt in range(1, self._manners.attempts + 1):
            self._turns.take(target)
            cause: Exception | None = None
            asked: float | None = None
            try:
                answer = self._exchange(target.url, headers=headers, limit=limit)
            except _TRANSIENT as error:
                cause = error
                problem = f"{type(error).__name__}: {error}"
            else:
                if not is_worth_retrying(answer.status):
                    return answer
                asked = retry_after(answer.headers.get("retry-after"), self._clock.now())
                problem = f"status {answer.status}"
            finally:
                self._turns.end(target)
            if asked is not None:
                self._turns.hold(target, asked)
                problem += f", asked to come back in {asked:.0f} s"
            if attempt < self._manners.attempts:
                self._turns.hold(target, backoff(attempt, self._clock.chance()))
        raise FetchError(
            f"gave up after {self._manners.attempts} attempts: {problem}", url=target.url
        ) from cause

    def _exchange(self, url: str, *, headers: Mapping[str, str], limit: int) -> Answer:
        deadline = DEADLINE.set(time.monotonic() + self._manners.total)
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                body, checksum = read_body(response, limit, url) if response.status_code == 200 else (b"", "")
                return Answer(response.status_code, response.headers, body, checksum)
        except RefusedError as error:
            raise RefusedError(error.message, url=url) from error
        except _TRANSIENT:
            raise
        except (httpx2.HTTPError, httpcore2.ProtocolError, zlib.error) as error:
            raise FetchError(f"unreadable answer: {error}", url=url) from error
        finally:
            DEADLINE.reset(deadline)

    def _obey_robots(self, target: Target, hosts: frozenset[str]) -> None:
        verdict = self._robots.get(target.origin)
        if verdict is None or verdict.expires_at <= self._clock.monotonic():
            verdict = self._ask_robots(target, hosts)
            self._robots[target.origin] = verdict
        if verdict.rules is None:
            raise RefusedError(
                f"refused for now, robots.txt cannot be read: {verdict.problem}", url=target.url
            )
        self._turns.slow_down(target, verdict.rules.crawl_delay(PRODUCT) or 0.0)
        if not verdict.rules.can_fetch(target.url, PRODUCT):
            raise RefusedError("robots.txt asks us not to", url=target.url)

    def _ask_robots(self, target: Target, hosts: frozenset[str]) -> RobotsVerdict:
        url = f"{target.origin}/robots.txt"
        try:
            answer = self._follow(url, hosts, headers={}, limit=ROBOTS_MAXIMUM_BYTES, ask_robots=False)
            rules, problem = robots_rules(answer.status, answer.body), f"status {answer.status}"
        except FetchError as error:
            rules, problem = None, str(error)
        kept = ROBOTS_FAILURE_KEPT if rules is None else ROBOTS_KEPT
        return RobotsVerdict(rules, problem, self._clock.monotonic() + kept)


# Questions answered from values alone.


def user_agent(contact: str) -> str:
    """Who we are and where to complain, as one header value."""
    if not (contact.strip() and contact.isascii() and contact.isprintable()):
        raise ValueError("a contact address or page is needed, in plain characters")
    return f"{PRODUCT} (+{contact.strip()})"


def validators_of(known: Known | None) -> dict[str, str]:
    """The conditional headers for what we know. Validators that no header can carry are left out."""
    if known is None:
        return {}
    candidates = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {
        name: value for name, value in candidates.items() if value and value.isascii() and value.isprintable()
    }


def check_status(status: int, url: str) -> None:
    """Raises the FetchError that a final status other than 200 calls for."""
    if status in GONE:
        raise NotFoundError(f"not there (status {status})", url=url)
    if status in (401, 403):
        raise FetchError(f"we are not let in (status {status})", url=url)
    if status != 200:
        raise FetchError(f"unexpected status {status}", url=url)


def is_worth_retrying(status: int) -> bool:
    """True where the server, not the request, is at fault for now."""
    return status == 429 or status >= 500


def redirect_target(url: str, location: str | None) -> str:
    """Where a redirect leads; to be checked like any other address."""
    if not location:
        raise FetchError("a redirect that does not say where", url=url)
    try:
        return str(httpx2.URL(url).join(location))
    except httpx2.InvalidURL as error:
        raise FetchError(f"a redirect to an invalid address: {error}", url=url) from error


def media_type(header: str) -> str:
    """The type of a Content-Type header, lower-case and without parameters."""
    return header.partition(";")[0].strip().lower() or UNKNOWN_TYPE
