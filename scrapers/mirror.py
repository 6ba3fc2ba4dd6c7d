"""The offline door: a folder of publishers' files laid out as `wget --mirror` leaves them."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import stat
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from scrapers.addresses import check_url
from scrapers.errors import FetchError, NotFoundError, RefusedError
from scrapers.manners import utc_now
from scrapers.source import Document, Known, NotModified, Request, Source

UNKNOWN_TYPE = "application/octet-stream"
_CONTENT_TYPES = {
    ".csv": "text/csv",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
# Blanks, comments and instructions to the reader may stand before what a document is.
_BEFORE = re.compile(rb"\A(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b")
_FIRST_BYTES = (
    (re.compile(rb"<!doctype html|<html\b|<head\b|<body\b", re.IGNORECASE), "text/html"),
    (re.compile(rb"<[A-Za-z_]"), "application/xml"),
    (re.compile(rb"[{\[]"), "application/json"),
    (re.compile(rb"PK\x03\x04"), "application/zip"),
    (re.compile(rb'"[^"\n]*",|[A-Za-z]+(?: [A-Za-z]+)*,[^\n<]*\n'), "text/csv"),
)
_COPY = "copy="
_GZIP = ".gz"


class MirrorFetcher:
    """Reads a folder in which `https://HOST/PATH` lies at `HOST/PATH`."""

    def __init__(self, root: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self._root = Path(os.path.realpath(root))
        self._now = now

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        """The document, or word that `known` still holds. Raises FetchError."""
        target = check_url(request.url, source.hosts)
        copy = copy_path(request.url)
        relative = copy or mirror_path(target.url)
        path = Path(os.path.realpath(self._root / relative))
        if copy is None and not os.path.exists(path) and (stand_in := self._stand_in(relative)):
            path, relative = stand_in, PurePosixPath(stand_in.name)
        if not path.is_relative_to(self._root):
            raise RefusedError("leads out of the mirror", url=request.url)
        found = _regular_file(path, request.url)
        if found.st_size > source.maximum_bytes:
            raise RefusedError(f"larger than {source.maximum_bytes} bytes", url=request.url)
        etag = f'"{found.st_size}-{found.st_mtime_ns}"'
        if known is not None and known.etag == etag:
            return NotModified(request.url)
        body = path.read_bytes()
        if copy is not None and copy.suffix == _GZIP:
            body = _unpacked(body, source.maximum_bytes, request.url)
        return Document(
            url=request.url,
            body=body,
            content_type=mirror_content_type(relative, body),
            fetched_at=self._now(),
            sha256=hashlib.sha256(body).hexdigest(),
            etag=etag,
        )

    def _stand_in(self, relative: PurePosixPath) -> Path | None:
        """What the mirror has in place of a document that it lacks: a shorter page of an API's list, or a piece of
        a web page (`NAME.fragment.html`)."""
        piece = self._root / relative.with_name(f"{relative.name}.fragment.html")
        if os.path.isfile(piece):
            return Path(os.path.realpath(piece))
        folder = Path(os.path.realpath(self._root / relative.parent))
        asked = _but_for_limit(relative.name)
        if asked is None or not folder.is_relative_to(self._root) or not os.path.isdir(folder):
            return None
        names = sorted(name for name in os.listdir(folder) if _but_for_limit(name) == asked)
        return Path(os.path.realpath(folder / names[0])) if names else None


def _but_for_limit(name: str) -> tuple[str, ...] | None:
    """A file's name and the parts of its query without `limit=`; None where the query has none."""
    stem, _, query = name.partition("?")
    parts = query.split("&")
    rest = [part for part in parts if not part.startswith("limit=")]
    return (stem, *rest) if len(rest) < len(parts) else None


def mirror_path(url: str) -> PurePosixPath:
    """The place of a checked URL below the mirror's root, as `wget --mirror` would name it."""
    _, _, rest = url.partition("#")[0].partition("://")
    location, mark, query = rest.partition("?")
    host, _, path = location.partition("/")
    segments = _segments(path, url)
    # A slash in a query must not look like a folder; escapes already in it are kept as they are.
    suffix = f"?{query.replace('/', '%2F')}" if mark else ""
    name = (segments[-1] or "index.html") + suffix
    return PurePosixPath(host.partition(":")[0].lower(), *segments[:-1], name)


def copy_path(url: str) -> PurePosixPath | None:
    """The place of a copy that only a mirror keeps: an older release of a file that its publisher overwrites,
    or an extract of one. A request names it after the publisher's address, as `#copy=vintages/2023-09/file.csv`.
    """
    name = copy_of(url)
    return PurePosixPath(*_segments(name, url)) if name else None


def copy_of(url: str) -> str:
    """What a request's address says after `#copy=`; empty where it asks the publisher for what there is today."""
    _, _, fragment = url.partition("#")
    return fragment.removeprefix(_COPY) if fragment.startswith(_COPY) else ""


def mirror_content_type(path: PurePosixPath, body: bytes) -> str:
    """The content type of a mirrored file: by its extension, before any query, or else by its first bytes.

    A page's extension is only `wget`'s name for an address that ends in a stroke, so that its bytes decide too.
    """
    extension = PurePosixPath(path.name.partition("?")[0].removesuffix(_GZIP)).suffix.lower()
    named = _CONTENT_TYPES.get(extension, UNKNOWN_TYPE)
    if named == UNKNOWN_TYPE:
        return content_type_of(body) or named
    return "application/xml" if named == "text/html" and _FEED.match(_opening(body)) else named


def content_type_of(body: bytes) -> str | None:
    """What a body's first bytes say that it is; None where they do not say."""
    start = _opening(body)
    return next((content_type for pattern, content_type in _FIRST_BYTES if pattern.match(start)), None)


def _opening(body: bytes) -> bytes:
    return _BEFORE.sub(b"", body[:4096].removeprefix(b"\xef\xbb\xbf"), count=1)


def _segments(path: str, url: str) -> list[str]:
    segments = [unquote(segment) for segment in path.split("/")]
    if any(segment in (".", "..") or re.search(r"[/\\\x00-\x1f\x7f]", segment) for segment in segments):
        raise RefusedError("leads out of the mirror", url=url)
    return segments


def _unpacked(body: bytes, limit: int, url: str) -> bytes:
    """The publisher's bytes of a copy that only the mirror has compressed."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            found = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FetchError(f"the mirror's copy cannot be unpacked: {error}", url=url) from error
    if len(found) > limit:
        raise RefusedError(f"larger than {limit} bytes", url=url)
    return found


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
