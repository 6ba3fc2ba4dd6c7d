"""The site over the small database, and the one way in which tests fetch pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests import bundled, small_site
from tests.conftest import NOW
from tests.sites import SITE as SITE
from tests.sites import Sites, application, nothing
from tests.web.following import SECRET, visitor
from tests.web.pages import Reader


@pytest.fixture(scope="session")
def site(sites: Sites) -> Flask:
    """The application over a filled database."""
    return sites(small_site.fill)


@pytest.fixture(scope="session")
def empty_site(sites: Sites) -> Flask:
    """The application before its first collection."""
    return sites(nothing)


@pytest.fixture(scope="session")
def new_site(sites: Sites) -> Flask:
    """The application of a new installation: the bundled facts, and nothing else."""
    return sites(bundled.fill)


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


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """An application of the test's own before any collection: countries and topics can be followed all the same."""
    with application(engine.url, tmp_path, secret_key=SECRET) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of it with a browser of their own."""
    return visitor(app)


@pytest.fixture
def quick(sqlite_engine: Engine, tmp_path: Path) -> Iterator[FlaskClient]:
    """The same on SQLite, where the engine is not what the test is about."""
    with application(sqlite_engine.url, tmp_path, secret_key=SECRET) as made:
        yield visitor(made)
