"""The very front: a page that was made a moment ago is given again before Flask looks at the request.

Only where it is sure that nothing changed: with SQLite, whose files tell by their times that nothing was stored
since. Elsewhere, and whenever in doubt, the request goes on to `caching`, which asks the database.
"""

from __future__ import annotations

import gzip
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from flask import Flask
from sqlalchemy import URL
from werkzeug.http import parse_etags
from werkzeug.sansio.utils import host_is_trusted

from tracker.web.clock import now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT = "tracker.kept"
"""Where a view's answer leaves its `Kept` and ETag in the WSGI environment, so that the front may keep it."""

_SMALLEST_COMPRESSED = 600  # bytes: below, gzip saves nothing
_LARGEST_KEPT = 128 * 1024


class Kept(msgspec.Struct):
    """A page as it was made, and its compressed form once somebody asked for that."""

    body: bytes
    content_type: str
    compressed: bytes | None = None

    def as_accepted(self, accepted: str) -> tuple[bytes, str]:
        """The body for a reader with that Accept-Encoding, and its encoding ("" for none)."""
        if len(self.body) < _SMALLEST_COMPRESSED or not accepts_gzip(accepted):
            return self.body, ""
        if self.compressed is None:
            self.compressed = gzip.compress(self.body, compresslevel=6, mtime=0)
        return self.compressed, "gzip"


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


Looks = tuple[tuple[int, int], ...]
"""Time (nanoseconds) and size of each of the database's files."""


class Watch:
    """Remembers the version for as long as the database's files stay as they are; without files, not at all.

    SQLite writes every commit to one of two files at once, so that looking at their times and sizes tells
    whether anything was stored since, for a hundredth of what a query costs. A time too young to tell two
    commits apart is not trusted.
    """

    _YOUNG = 100_000_000  # nanoseconds; file systems stamp times some milliseconds apart

    def __init__(self, database: URL) -> None:
        path = database.database if database.get_backend_name() == "sqlite" else None
        self._files = (path, f"{path}-wal") if path and path != ":memory:" else ()
        self._seen: Looks = ()
        self._version = ""

    def version(self, ask: Callable[[], str]) -> str:
        """The version, asked for again only where something may have been stored."""
        looks = self.looks()
        if looks and looks == self._seen:
            return self._version
        version = ask()
        self._seen, self._version = (looks, version) if self.is_settled(looks) else ((), "")
        return version

    def looks(self) -> Looks:
        """The files as they are; nothing where there are none."""
        return tuple(_look(path) for path in self._files)

    def is_settled(self, looks: Looks) -> bool:
        """Whether there are files, and the last commit is long enough ago to be told from the next."""
        return bool(looks) and time.time_ns() - max(at for at, _ in looks) > self._YOUNG


def _look(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


class _Answer(NamedTuple):
    """A page with the headers it went out with, and when that was right."""

    stamp: tuple[Any, ...]
    etag: str
    kept: Kept
    headers: list[tuple[str, str]]


_PER_ANSWER = frozenset({"content-length", "content-encoding", "content-type", "date"})


class Front:
    """Wraps the application. Answers are found by path and query, and hold for the database as it was then."""

    def __init__(self, app: Flask, watch: Watch, most: int = 256) -> None:
        self._app = app
        self._inner: WSGIApplication = app.wsgi_app
        self._watch = watch
        self._most = most
        self._answers: OrderedDict[tuple[str, str], _Answer] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer and see whether that can be kept."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return self._inner(environ, start_response)
        place = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        stamp = self._stamp()
        answer = self._answers.get(place)
        if answer and answer.stamp == stamp and self._is_ours(environ):
            return _give(answer, environ, start_response)
        return self._inner(environ, self._watching(place, stamp, environ, start_response))

    def _stamp(self) -> tuple[Any, ...]:
        """What an answer depends on that can change by itself: the database, and the hour."""
        at = now()
        return self._watch.looks(), at.date(), at.hour

    def _is_ours(self, environ: WSGIEnvironment) -> bool:
        host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
        return host_is_trusted(host, self._app.config["TRUSTED_HOSTS"])

    def _watching(
        self, place: tuple[str, str], stamp: tuple[Any, ...], environ: WSGIEnvironment, start: StartResponse
    ) -> StartResponse:
        """Notes the headers of an answer that a view left to be kept."""

        def start_response(
            status: str, headers: list[tuple[str, str]], *more: Any
        ) -> Callable[[bytes], object]:
            left = environ.get(KEPT)
            if left and status.startswith("200") and self._watch.is_settled(stamp[0]):
                kept, etag = left
                lasting = [pair for pair in headers if pair[0].lower() not in _PER_ANSWER]
                if len(kept.body) <= _LARGEST_KEPT:
                    self._keep(place, _Answer(stamp, etag, kept, lasting))
            return start(status, headers, *more)

        return start_response

    def _keep(self, place: tuple[str, str], answer: _Answer) -> None:
        with self._lock:
            self._answers[place] = answer
            self._answers.move_to_end(place)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)


def _give(answer: _Answer, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and parse_etags(asked).contains_weak(answer.etag):
        start_response("304 NOT MODIFIED", answer.headers)
        return []
    body, encoding = answer.kept.as_accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = [
        ("Content-Type", answer.kept.content_type), ("Content-Length", str(len(body))), *answer.headers,
    ]  # fmt: skip
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
