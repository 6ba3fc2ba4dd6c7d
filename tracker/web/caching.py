"""Pages kept and not made twice. Whether a reader has the newest one is decided before any question is asked.

A page depends on what we hold (`data_version`), its address, the program, the day, and how the sources are
doing; those make its ETag.
A page that was made is kept in this process, compressed once, until newer ones push it out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from tracker.config import PROJECT
from tracker.db import db
from tracker.queries.freshness import data_version
from tracker.web.clock import today
from tracker.web.front import KEPT, Front, Kept, Watch

PAGES = frozenset(
    {
        "home",
        "bills",
        "votes",
        "countries",
        "assistance",
        "appropriations",
        "accounts",
        "arms_sales",
        "reports",
        "audit_recommendations",
        "deadlines",
        "calendar",
        "texts",
        "recommendations",
        "legislators",
        "changes",
        "search",
        "status",
        "about",
    }
)
"""The blueprints whose pages are kept."""

PAGE_RULE = "public, max-age=60"

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf:
    """The pages kept in this process, by ETag: the least lately used go first when it is full."""

    def __init__(self, capacity: int = 48 * 1024 * 1024) -> None:
        self._capacity = capacity
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, etag: str) -> Kept | None:
        """The page of that ETag, if it is still here."""
        with self._lock:
            page = self._pages.get(etag)
            if page is not None:
                self._pages.move_to_end(etag)
            return page

    def put(self, etag: str, page: Kept) -> None:
        """Keep a page, unless it alone would push out a good part of the others."""
        size = 2 * len(page.body)
        if size > self._capacity // 8:
            return
        with self._lock:
            if etag in self._pages:
                return
            self._pages[etag] = page
            self._size += size
            while self._size > self._capacity:
                _, oldest = self._pages.popitem(last=False)
                self._size -= 2 * len(oldest.body)


def register(app: Flask, mark: Callable[[], str]) -> None:
    """Answer from what is kept where that is right, and keep what is made.

    `mark` says in a word what else a page depends on that time alone can change.
    """
    shelf = Shelf()
    app.extensions["shelf"] = shelf
    app.extensions["remembered"] = Recent(_ANSWERS)
    app.extensions["parts"] = Recent(_PARTS)
    app.extensions["watch"] = Watch(make_url(app.config["SQLALCHEMY_ENGINES"]["default"]))
    app.wsgi_app = Front(app, app.extensions["watch"])  # type: ignore[method-assign]  # as Flask says to
    build = build_version()

    @app.before_request
    def answer_early() -> Response | None:
        if request.method not in ("GET", "HEAD") or request.blueprint not in PAGES:
            return None
        try:
            version = current_version() + mark()
        except SQLAlchemyError:
            return None  # the view will meet the same trouble, and say so
        g.etag = _etag(version, request.full_path, build, today().isoformat())
        if request.if_none_match.contains_weak(g.etag):
            response = Response(status=304)
        else:
            kept = shelf.get(g.etag)
            if kept is None:
                return None
            response = _from(kept)
            request.environ[KEPT] = kept, g.etag
        g.is_early = True
        _describe(response)
        return response

    @app.after_request
    def keep(response: Response) -> Response:
        if "etag" not in g or g.get("is_early"):
            return response
        if response.status_code != 200 or response.is_streamed or request.method != "GET":
            return response
        kept = Kept(response.get_data(), response.content_type or "text/html")
        shelf.put(g.etag, kept)
        body, encoding = kept.as_accepted(request.headers.get("Accept-Encoding", ""))
        if encoding:
            response.set_data(body)
            response.headers["Content-Encoding"] = encoding
        _describe(response)
        request.environ[KEPT] = kept, g.etag
        return response


def current_version() -> str:
    """The version of what we hold, found out once a request."""
    found: str | None = g.get("data_version")
    if found is None:
        watch: Watch = current_app.extensions["watch"]
        found = g.data_version = watch.version(lambda: data_version(db.session))
    return found


def _etag(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def _from(kept: Kept) -> Response:
    body, encoding = kept.as_accepted(request.headers.get("Accept-Encoding", ""))
    response = Response(body, content_type=kept.content_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def _describe(response: Response) -> None:
    response.set_etag(g.etag, weak=True)
    response.headers["Cache-Control"] = PAGE_RULE
    response.headers["Vary"] = "Accept-Encoding"


# --- what pages share -------------------------------------------------------------------------------


class Recent(Generic[K, V]):
    """Values by name, the least lately used forgotten first. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, name: K) -> V | None:
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
            return self._values.get(name)

    def get_all(self, names: Sequence[K]) -> list[V | None]:
        """The values of those names, each None where it is forgotten."""
        with self._lock:
            found = [self._values.get(name) for name in names]
            for name, value in zip(names, found, strict=True):
                if value is not None:
                    self._values.move_to_end(name)
        return found

    def put(self, name: K, value: V) -> None:
        with self._lock:
            self._values[name] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)


def remembered(version: str, name: Hashable, make: Callable[[], T]) -> T:
    """A small answer that many pages share, made once for each version of what we hold."""
    shared: Recent[Hashable, tuple[Any]] = current_app.extensions["remembered"]
    kept = shared.get((version, name))
    if kept is None:
        kept = (make(),)
        shared.put((version, name), kept)
    return cast(T, kept[0])


_ANSWERS = 600
"""Small answers that are remembered: two hundred and fifty are of countries, one each."""
_PARTS = 1200
"""Parts of pages that are kept drawn: those of every country are about a thousand, of some ten kilobytes each."""


def drawn_part(name: Hashable, draw: Callable[[], str]) -> Markup:
    """A part of a page, drawn once a day and version of what we hold: for what costs more to make than to keep."""
    kept: Recent[Hashable, Markup] = current_app.extensions["parts"]
    shared = (current_version(), today(), name)
    part = kept.get(shared)
    if part is None:
        part = Markup(draw())  # noqa: S704  # drawn by our templates
        kept.put(shared, part)
    return part


# --- the program's own version ----------------------------------------------------------------------

_PARTS_OF_A_PAGE = (
    "tracker/**/*.py", "tracker/**/*.toml", "scrapers/**/*.py", "templates/**/*", "tracker/static/**/*",
    "content/**/*.md",
)  # fmt: skip


@cache
def build_version() -> str:
    """A word that changes with any file that a page is made of."""
    digest = blake2b(digest_size=8)
    for path in _files(PROJECT, _PARTS_OF_A_PAGE):
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(root: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
