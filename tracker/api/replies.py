"""Answers over HTTP: media types, who may read them, and word that nothing changed since."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from tracker.api.answers import Problem
from tracker.api.formats import Feed, atom, json_bytes
from tracker.config import Settings
from tracker.queries.paging import BadParameterError
from tracker.web.caching import PAGE_RULE, build_version, current_version
from tracker.web.clock import now, today
from tracker.web.front import accepts_gzip

JSON = "application/json"
ATOM = "application/atom+xml; charset=utf-8"
CSV = "text/csv; charset=utf-8; header=present"
ICALENDAR = "text/calendar; charset=utf-8"


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def json_reply(value: Any) -> Response:
    """An answer as JSON; a list says in a header, too, where it goes on."""
    response = Response(json_bytes(value), content_type=JSON)
    following = getattr(value, "next", None)
    if following:
        response.headers["Link"] = f'<{address(after=following)}>; rel="next"'
    return response


def atom_reply(feed: Feed) -> Response:
    return Response(atom(feed), content_type=ATOM)


def calendar_reply(body: bytes, name: str) -> Response:
    response = Response(body, content_type=ICALENDAR)
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    return response


def csv_reply(chunks: Iterator[bytes], name: str) -> Response:
    """A file that is written while it is read."""
    response = Response(chunks, content_type=CSV)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


# --- whether anything is new ------------------------------------------------------------------------


def answer_early() -> Response | None:
    """304 before any question is asked, for a reader that has the newest answer."""
    g.fact_etag = _etag()
    return Response(status=304) if request.if_none_match.contains_weak(g.fact_etag) else None


def finish(response: Response) -> Response:
    """What every answer says of itself: how to ask whether it is still the newest, and that anybody may."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if response.status_code in (200, 304) and "fact_etag" in g:
        response.set_etag(g.fact_etag, weak=True)
        response.headers["Cache-Control"] = PAGE_RULE
        response.headers["Vary"] = "Accept-Encoding"
    if response.status_code == 200 and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        _compress(response)
    return response


_SMALLEST_COMPRESSED = 1400  # bytes: what fits one packet gains nothing
_LEVEL = 4  # facts repeat themselves: a tenth is left, and higher levels take twice as long for little


def _compress(response: Response) -> None:
    """Have the body sent as gzip; what is written while it is read is compressed while it is written."""
    if response.is_streamed:
        response.response = _compressed(response.iter_encoded())
    elif (response.content_length or 0) >= _SMALLEST_COMPRESSED and request.method == "GET":
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
    else:
        return
    response.headers["Content-Encoding"] = "gzip"


def _compressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=31)  # 31: with gzip's header
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _etag() -> str:
    """Changes with what we hold, the address, the program, and the hour: a source is late by the clock."""
    hour = now().strftime("%Y-%m-%dT%H")
    parts = (current_version(), build_version(), request.full_path, settings().public_url, str(today()), hour)
    return blake2b("\n".join(parts).encode(errors="replace"), digest_size=12).hexdigest()


# --- what went wrong --------------------------------------------------------------------------------


def bad_parameter(error: BadParameterError) -> Response:
    """400 that names the parameter."""
    message = error.message if error.name in error.message else f"{error.name}: {error.message}"
    return _problem(HTTPStatus.BAD_REQUEST, Problem(message, error.name))


def no_answer(error: HTTPException) -> Response:
    """404 and its like, in the form of the data that was asked for."""
    return _problem(error.code or 500, Problem(error.description or error.name))


def _problem(status: int, problem: Problem) -> Response:
    return Response(json_bytes(problem), status, content_type=JSON)


# --- our own addresses ------------------------------------------------------------------------------


def address(path: str | None = None, **changed: str) -> str:
    """The address of this request or another path, with the same parameters but for those `changed`."""
    return _address(request.path if path is None else path, _parameters() | changed)


def list_address(path: str) -> str:
    """The address of a whole list with this request's filters, from its beginning."""
    return _address(path, filters())


def filters() -> dict[str, str]:
    """What this request asks for, without which part of it."""
    return {name: value for name, value in _parameters().items() if name not in ("after", "before", "limit")}


def _parameters() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if value}


def _address(path: str, parameters: dict[str, str]) -> str:
    query = f"?{urlencode(parameters, errors='replace')}" if parameters else ""
    return f"{settings().public_url}{path}{query}"
