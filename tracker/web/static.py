"""Static files: named with a digest of their content and kept by browsers for a year, compressed once."""

from __future__ import annotations

import gzip
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for

_A_YEAR = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"
_TEXTS = frozenset({"text/css", "image/svg+xml", "text/plain", "text/javascript"})


def register(app: Flask) -> None:
    """Give static addresses their digest, and answers their time to live."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def name_with_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            path = folder / values["filename"]
            if path.is_file():
                values["v"] = _digest(path, path.stat().st_mtime_ns)

    @app.template_global()
    @cache
    def static_address(filename: str) -> str:
        """The address with the digest, found out once: a page that is kept names its files until the next start too."""
        return url_for("static", filename=filename)

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        response.headers["Cache-Control"] = _A_YEAR if "v" in request.args else _AN_HOUR
        if response.mimetype in _TEXTS:
            response.headers["Vary"] = "Accept-Encoding"
            if request.accept_encodings["gzip"] > 0 and request.method == "GET":
                path = folder / (request.view_args or {})["filename"]
                response.direct_passthrough = False
                response.close()
                response.set_data(_compressed(path, path.stat().st_mtime_ns))
                response.headers["Content-Encoding"] = "gzip"
        return response


@lru_cache(maxsize=256)
def _digest(path: Path, changed: int) -> str:
    del changed
    return blake2b(path.read_bytes(), digest_size=6).hexdigest()


@lru_cache(maxsize=64)
def _compressed(path: Path, changed: int) -> bytes:
    del changed
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
