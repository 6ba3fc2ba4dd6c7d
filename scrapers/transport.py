"""The wire under the live fetcher: vetted addresses, bounds on time and size, nothing the library adds by itself.

No proxies, no cookies, no redirects of its own; every address is checked before it is dialled; one deadline
covers a whole exchange; bodies are measured as they come.
"""

from __future__ import annotations

import hashlib
import io
import time
import zlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext

import httpcore2
import httpx2

from scrapers.addresses import Endpoint, GuardedBackend, Resolver
from scrapers.errors import FetchError, RefusedError
from scrapers.manners import Manners

_PIECE = 256 * 1024


DEADLINE: ContextVar[float] = ContextVar("deadline", default=float("inf"))


def guarded_client(
    agent: str, manners: Manners, resolve: Resolver, loopback: frozenset[Endpoint]
) -> httpx2.Client:
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
    left = DEADLINE.get() - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the whole exchange took too long")
    return left if timeout is None else min(timeout, left)


def read_body(response: httpx2.Response, limit: int, url: str) -> tuple[bytes, str]:
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
