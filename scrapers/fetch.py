"""The only module that opens a socket to read: documents from publishers, or from an offline mirror of them.

The runner in `collect.py` asks a fetcher for each request of a source and gets a Document, or word that what
it knows still holds. `LiveFetcher` is a polite and guarded visitor of the web; `MirrorFetcher` reads a folder
laid out as `wget --mirror` leaves it. Whether a document is what the source promised, the runner decides.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import stat
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from ssl import SSLContext
from typing import Self
from urllib.parse import unquote

import httpcore2
import httpx2
from protego import Protego

from scrapers.addresses import Endpoint, GuardedBackend, Resolver, Target, check_url, system_resolver
from scrapers.errors import FetchError, NotFoundError, RefusedError
from scrapers.source import Document, Fetcher, Known, NotModified, Request, Source

PRODUCT = "SecurityAssistanceTracker"
"""Our name in the User-Agent, and the name robots.txt files may address us by."""

MAXIMUM_REDIRECTS = 5
ROBOTS_KEPT = timedelta(days=1).total_seconds()
ROBOTS_FAILURE_KEPT = timedelta(minutes=15).total_seconds()
ROBOTS_MAXIMUM_BYTES = 512 * 1024
LONGEST_CRAWL_DELAY = 60.0
LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = timedelta(days=7).total_seconds()
"""A server that asks for more than this is asked again after it, lest a slip in one header end a source."""

_PIECE = 256 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_TRANSIENT = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.RemoteProtocolError)
_UNKNOWN_TYPE = "application/octet-stream"
_CONTENT_TYPES = {
    ".csv": "text/csv",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


def fetcher_from(mirror: str | None, contact: str) -> Fetcher:
    """The mirror's fetcher if a mirror folder is set, otherwise the live one."""
    return MirrorFetcher(Path(mirror)) if mirror else LiveFetcher(contact)


def utc_now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the fetcher sees and spends it, and the dice for its jitter; tests bring their own."""

    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient and how gentle we are, in seconds. `total` bounds one attempt, connecting to last byte."""

    pause: float = 1.0
    attempts: int = 3
    longest_wait: float = 120.0
    connect: float = 10.0
    read: float = 30.0
    total: float = 600.0


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
    ) -> None:
        if not all(ip_address(address).is_loopback for address, _ in loopback):
            raise ValueError("only loopback addresses can be excepted from the guard")
        self._clock = clock or Clock()
        self._manners = manners or Manners()
        self._allow_http = allow_http
        self._extra_ports = frozenset(port for _, port in loopback)
        self._turns = _Turns(self._clock, self._manners)
        self._robots: dict[str, _RobotsVerdict] = {}
        self._client = _client(user_agent(contact), self._manners, resolve, loopback)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections kept open."""
        self._client.close()

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        """The document, or word that `known` still holds. Raises FetchError."""
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
            if ask_robots:
                self._obey_robots(target, hosts)
            answer = self._get(target, headers=headers, limit=limit)
            if answer.status not in _REDIRECTS:
                return answer
            address = redirect_target(target.url, answer.headers.get("location"))
        raise FetchError(f"more than {MAXIMUM_REDIRECTS} redirects", url=url)

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
        deadline = _DEADLINE.set(time.monotonic() + self._manners.total)
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                body, checksum = (
                    _read_body(response, limit, url) if response.status_code == 200 else (b"", "")
                )
                return Answer(response.status_code, response.headers, body, checksum)
        except RefusedError as error:
            raise RefusedError(error.message, url=url) from error
        except _TRANSIENT:
            raise
        except (httpx2.HTTPError, httpcore2.ProtocolError, zlib.error) as error:
            raise FetchError(f"unreadable answer: {error}", url=url) from error
        finally:
            _DEADLINE.reset(deadline)

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

    def _ask_robots(self, target: Target, hosts: frozenset[str]) -> _RobotsVerdict:
        url = f"{target.origin}/robots.txt"
        try:
            answer = self._follow(url, hosts, headers={}, limit=ROBOTS_MAXIMUM_BYTES, ask_robots=False)
            rules, problem = robots_rules(answer), f"status {answer.status}"
        except FetchError as error:
            rules, problem = None, str(error)
        kept = ROBOTS_FAILURE_KEPT if rules is None else ROBOTS_KEPT
        return _RobotsVerdict(rules, problem, self._clock.monotonic() + kept)


class MirrorFetcher:
    """Reads a folder in which `https://HOST/PATH` lies at `HOST/PATH`."""

    def __init__(self, root: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self._root = Path(os.path.realpath(root))
        self._now = now

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        """The document, or word that `known` still holds. Raises FetchError."""
        target = check_url(request.url, source.hosts)
        relative = mirror_path(target.url)
        path = Path(os.path.realpath(self._root / relative))
        if not path.is_relative_to(self._root):
            raise RefusedError("leads out of the mirror", url=request.url)
        found = _regular_file(path, request.url)
        if found.st_size > source.maximum_bytes:
            raise RefusedError(f"larger than {source.maximum_bytes} bytes", url=request.url)
        etag = f'"{found.st_size}-{found.st_mtime_ns}"'
        if known is not None and known.etag == etag:
            return NotModified(request.url)
        body = path.read_bytes()
        return Document(
            url=request.url,
            body=body,
            content_type=mirror_content_type(relative),
            fetched_at=self._now(),
            sha256=hashlib.sha256(body).hexdigest(),
            etag=etag,
        )


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
    if status in _GONE:
        raise NotFoundError(f"not there (status {status})", url=url)
    if status in (401, 403):
        raise FetchError(f"we are not let in (status {status})", url=url)
    if status != 200:
        raise FetchError(f"unexpected status {status}", url=url)


def is_worth_retrying(status: int) -> bool:
    """True where the server, not the request, is at fault for now."""
    return status == 429 or status >= 500


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, in either form; None if it says nothing usable."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": UTC of unknown local time
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_RETRY_AFTER)


def backoff(attempt: int, chance: float) -> float:
    """The wait after the nth failed attempt: doubling, and half of it left to chance (0 to 1)."""
    return min(LONGEST_BACKOFF, 2.0**attempt) * (0.5 + chance / 2)


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
    return header.partition(";")[0].strip().lower() or _UNKNOWN_TYPE


def robots_rules(answer: Answer) -> Protego | None:
    """The rules a robots.txt answer states. No file means no rules; anything else unclear gives None."""
    if answer.status in _GONE:
        return Protego.parse("")
    if answer.status != 200:
        return None
    return Protego.parse(answer.body.decode("utf-8", errors="replace"))


def mirror_path(url: str) -> PurePosixPath:
    """The place of a checked URL below the mirror's root, as `wget --mirror` would name it."""
    _, _, rest = url.partition("#")[0].partition("://")
    location, mark, query = rest.partition("?")
    host, _, path = location.partition("/")
    segments = [unquote(segment) for segment in path.split("/")]
    if any(segment in (".", "..") or re.search(r"[/\\\x00-\x1f\x7f]", segment) for segment in segments):
        raise RefusedError("leads out of the mirror", url=url)
    # A slash in a query must not look like a folder; escapes already in it are kept as they are.
    suffix = f"?{query.replace('/', '%2F')}" if mark else ""
    name = (segments[-1] or "index.html") + suffix
    return PurePosixPath(host.partition(":")[0].lower(), *segments[:-1], name)


def mirror_content_type(path: PurePosixPath) -> str:
    """The content type that a mirrored file's extension, before any query, stands for."""
    extension = PurePosixPath(path.name.partition("?")[0]).suffix.lower()
    return _CONTENT_TYPES.get(extension, _UNKNOWN_TYPE)


def _regular_file(path: Path, url: str) -> os.stat_result:
    try:
        found = path.stat()
    except PermissionError as error:
        raise FetchError("the mirror's file cannot be read", url=url) from error
    except OSError as error:  # missing, below a file, or a name longer than the disk allows
        raise NotFoundError("not in the mirror", url=url) from error
    if not stat.S_ISREG(found.st_mode):
        raise NotFoundError("not in the mirror", url=url)
    return found


# Reading a body within bounds.


def _read_body(response: httpx2.Response, limit: int, url: str) -> tuple[bytes, str]:
    """The decoded body and its sha256, refusing more than `limit` bytes on the wire or decoded."""
    pieces = _at_most(limit, response.iter_raw(), url)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        pieces = _at_most(limit, _inflated(pieces, url), url)
    elif encoding != "identity":
        raise FetchError(f"a content encoding we did not ask for: {encoding}", url=url)
    checksum = hashlib.sha256()
    body = io.BytesIO()
    for piece in pieces:
        checksum.update(piece)
        body.write(piece)
    return body.getvalue(), checksum.hexdigest()


def _at_most(limit: int, pieces: Iterable[bytes], url: str) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise RefusedError(f"larger than {limit} bytes", url=url)
        yield piece


def _inflated(pieces: Iterable[bytes], url: str) -> Iterator[bytes]:
    """Gzip undone in small pieces, so that a bomb is noticed early; a body cut short is an error.

    Done here because the client library takes a stream without its end for a whole one.
    """
    inflater = zlib.decompressobj(wbits=31)
    for piece in pieces:
        waiting = piece
        while waiting:
            if inflater.eof:  # gzip streams may follow one another
                inflater = zlib.decompressobj(wbits=31)
            yield inflater.decompress(waiting, _PIECE)
            waiting = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise FetchError("the compressed body is cut short", url=url)


# Manners: whose turn it is, and what robots.txt said.


@dataclass(frozen=True, slots=True)
class _RobotsVerdict:
    rules: Protego | None
    problem: str
    expires_at: float


@dataclass(slots=True)
class _Turns:
    """Spaces out the requests to each host, whichever source or thread makes them."""

    clock: Clock
    manners: Manners
    _free_at: dict[str, float] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, target: Target) -> None:
        """Wait for the host's next free moment. Raises FetchError if that is too far off."""
        with self._lock:
            now = self.clock.monotonic()
            moment = max(now, self._free_at.get(target.host, now))
            wait = moment - now
            if wait <= self.manners.longest_wait:
                self._free_at[target.host] = moment + self._pause(target)
        if wait > self.manners.longest_wait:
            back_at = (self.clock.now() + timedelta(seconds=wait)).isoformat(timespec="seconds")
            raise FetchError(f"{target.host} asks us to come back at {back_at}", url=target.url)
        if wait > 0:
            self.clock.sleep(wait)

    def end(self, target: Target) -> None:
        """Count the pause from the end of a request, which may have been long."""
        self.hold(target, self._pause(target))

    def hold(self, target: Target, seconds: float) -> None:
        """Leave the host alone for at least so long from now."""
        with self._lock:
            moment = self.clock.monotonic() + seconds
            self._free_at[target.host] = max(moment, self._free_at.get(target.host, moment))

    def slow_down(self, target: Target, crawl_delay: float) -> None:
        """Honour the pause that the host's robots.txt asks for, within reason."""
        self._pauses[target.host] = min(crawl_delay, LONGEST_CRAWL_DELAY)

    def _pause(self, target: Target) -> float:
        return max(self.manners.pause, self._pauses.get(target.host, 0.0))


# The client: no proxies, no cookies, no redirects of its own; vetted addresses; a deadline on every read.


_DEADLINE: ContextVar[float] = ContextVar("deadline", default=float("inf"))


def _client(agent: str, manners: Manners, resolve: Resolver, loopback: frozenset[Endpoint]) -> httpx2.Client:
    dialler = _DeadlineBackend(GuardedBackend(httpcore2.SyncBackend(), resolve, loopback))
    return httpx2.Client(
        transport=_Transport(_ssl_context(), dialler),
        headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
        timeout=httpx2.Timeout(manners.read, connect=manners.connect),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        trust_env=False,
        follow_redirects=False,
    )


@cache
def _ssl_context() -> SSLContext:
    # Reading the system's certificates takes longer than many a fetch.
    return httpx2.create_ssl_context(trust_env=False)


class _Transport(httpx2.BaseTransport):
    """A connection pool on our own network backend, which the library's transport gives no way to set."""

    def __init__(self, ssl_context: SSLContext, backend: httpcore2.NetworkBackend) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context, network_backend=backend, max_connections=10, keepalive_expiry=15.0
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _DeadlineBackend(httpcore2.NetworkBackend):
    """Bounds a whole exchange; the pool's timeouts bound each read only, and a server may drip for days."""

    def __init__(self, inner: httpcore2.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._inner.connect_tcp(host, port, _time_left(timeout), local_address, socket_options)
        return _DeadlineStream(stream)


class _DeadlineStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _time_left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, _time_left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _time_left(timeout: float | None) -> float:
    left = _DEADLINE.get() - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the whole exchange took too long")
    return left if timeout is None else min(timeout, left)
