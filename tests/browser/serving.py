"""A WSGI application on a local port, for as long as a browser needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from tests.sites import Fill, application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = Callable[[Fill], str]


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Serves `app` from a thread and gives its address, without a slash at the end."""
    server = make_server("127.0.0.1", 0, _in_one_piece(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def served(url: URL, folder: Path) -> Iterator[str]:
    """Serves the site over a database, at an address that is its own."""
    with application(url, folder, public_url="http://127.0.0.1:8000") as app, serve(app) as address:
        yield address


def _in_one_piece(app: WSGIApplication) -> WSGIApplication:
    """Reads each answer, and closes its file, before any of it is sent.

    A browser that closes a page drops what it was still loading, often the icon. Werkzeug's server then
    forgets to close the file, which surfaces as a ResourceWarning in whichever test comes next.
    """

    def read(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = app(environ, start_response)
        with_close = ClosingIterator(answer)
        try:
            return [b"".join(with_close)]
        finally:
            with_close.close()

    return read
