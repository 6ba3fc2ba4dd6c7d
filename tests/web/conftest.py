"""The site over the small database, and the one way in which tests fetch pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import URL

from tests import bundled, small_site
from tests.conftest import NOW, sqlite_url
from tests.web.pages import Reader
from tracker import create_app
from tracker.config import Settings
from tracker.db import db

SITE = "https://tracker.example"


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a filled database."""
    yield from _application(request, tmp_path_factory, fill=small_site.fill)


@pytest.fixture(scope="session")
def empty_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application before its first collection."""
    yield from _application(request, tmp_path_factory, fill=None)


@pytest.fixture(scope="session")
def new_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of a new installation: the bundled facts, and nothing else."""
    yield from _application(request, tmp_path_factory, fill=bundled.fill)


def _application(
    request: pytest.FixtureRequest,
    folders: pytest.TempPathFactory,
    *,
    fill: Callable[[URL, Path], object] | None,
) -> Iterator[Flask]:
    folder = folders.mktemp("site")
    path = folder / "tracker.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    if fill is not None:
        fill(sqlite_url(path), folder)
    app = create_app(Settings(instance=folder, public_url=SITE, secret_key="x", database_url=""))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _two_days_later() -> Iterator[None]:
    """Pages are read the day after the newest change."""
    with time_machine.travel(NOW.replace(day=3, hour=18), tick=True):
        yield


@pytest.fixture
def read(site: Flask) -> Reader:
    return Reader(site)


@pytest.fixture
def read_new(new_site: Flask) -> Reader:
    return Reader(new_site)


@pytest.fixture
def read_empty(empty_site: Flask) -> Reader:
    return Reader(empty_site)
