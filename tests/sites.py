"""Sites that tests read: databases filled once, copied for whoever asks, and one application for all who only read."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL

from tests.postgresql import Server
from tracker import create_app
from tracker.config import Settings
from tracker.db import db

SITE = "https://tracker.example"

Fill = Callable[[URL, Path], object]
"""What puts facts into a database that has the newest schema; the folder is for the files that it needs for that."""


def nothing(_url: URL, _folder: Path) -> None:
    """Fills a site as it is before its first collection."""


@contextmanager
def application(url: URL, folder: Path, **settings: Any) -> Iterator[Flask]:
    """The application over a database, with `folder` as its instance."""
    named = url.render_as_string(hide_password=False)
    usual = {"instance": folder, "public_url": SITE, "secret_key": "x", "database_url": named}
    app = create_app(Settings(**{**usual, **settings}))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


class Sites:
    """The filled databases and the applications over them; each is made when first asked for."""

    def __init__(self, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> None:
        self._request, self._folders = request, folders
        self._numbers = count(1)
        self._applications: dict[tuple[Fill, str], Flask] = {}
        self._filled: dict[Fill, str] = {}
        self.open = ExitStack()

    def __call__(self, fill: Fill, engine: str = "sqlite") -> Flask:
        """The application over what `fill` puts into a database, for all tests that only read."""
        if (fill, engine) not in self._applications:
            folder = self._folders.mktemp("site")
            app = self.open.enter_context(application(self._copy(fill, engine, folder), folder))
            self._applications[fill, engine] = app
        return self._applications[fill, engine]

    def database(self, fill: Fill, engine: str = "sqlite") -> URL:
        """A database of the asker's own with what `fill` puts into it."""
        return self._copy(fill, engine, self._folders.mktemp("copy"))

    def _copy(self, fill: Fill, engine: str, folder: Path) -> URL:
        if engine == "sqlite":
            shutil.copyfile(self._filled_file(fill), folder / "tracker.db")
            return sqlite_url(folder / "tracker.db")
        return self._server.create(f"copy_{next(self._numbers)}", self._filled_database(fill))

    @property
    def _server(self) -> Server:
        server: Server = self._request.getfixturevalue("postgresql_server")
        return server

    def _filled_file(self, fill: Fill) -> Path:
        """The SQLite file to copy, made by the first process of a run that asks for it."""
        shared = self._folders.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:
            shared = shared.parent
        folder = shared / f"{fill.__module__}.{fill.__qualname__}"
        path = folder / "filled.db"
        with folder.with_name(f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                folder.mkdir(exist_ok=True)
                making = folder / "tracker.db"
                shutil.copyfile(self._request.getfixturevalue("sqlite_template"), making)
                fill(sqlite_url(making), folder)
                making.rename(path)
        return path

    def _filled_database(self, fill: Fill) -> str:
        """The PostgreSQL database to copy, one for each process, which has a server of its own."""
        if fill not in self._filled:
            name = f"filled_{next(self._numbers)}"
            url = self._server.create(name, self._request.getfixturevalue("postgresql_template"))
            fill(url, self._folders.mktemp("filling"))
            self._filled[fill] = name
        return self._filled[fill]


def sqlite_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))
