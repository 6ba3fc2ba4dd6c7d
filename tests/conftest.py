"""Fixtures for all tests: a database on each engine, a clock that stands still, a publisher to collect from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Engine, create_engine

from scrapers.bodies import Bodies
from scrapers.mirror import MirrorFetcher
from scrapers.registry import all_sources
from scrapers.source import Source
from tests import postgresql
from tests.missing import missing
from tests.publishing import Mirror
from tests.sites import Sites
from tests.sites import sqlite_url as sqlite_url
from tracker.config import Settings
from tracker.ingest import Report, ingest
from tracker.migrations import migrate

# How long an example takes is the machine's affair: several tests run side by side.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# What this machine's own installation is set to is not the tests' affair; each says what it needs.
for name in (*Settings.model_fields, "tracker_production"):
    os.environ.pop(name.upper(), None)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When tests happen unless they say otherwise: after the newest document of the offline mirror."""


class FakeClock:
    """A clock that goes only where it is told. Call it for the time."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        """Later by so many `days=`, `hours=`, `minutes=` …"""
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


# --- databases ----------------------------------------------------------------------------------------------

_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "tracker.db"
    _migrate(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A server of our own; without PostgreSQL's programs skipped, but not where `CI` is set."""
    programs = postgresql.binaries()
    if programs is None:
        missing("no PostgreSQL programs (initdb, postgres) are installed")
    server = postgresql.start(programs)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.Server) -> str:
    """The name of a PostgreSQL database with the newest schema and nothing in it."""
    _migrate(postgresql_server.create("newest_schema"))
    return "newest_schema"


ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
"""For `indirect` parametrisation of what needs another database than `engine` gives."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the test's own with the newest schema: each test that asks for it runs on both engines."""
    yield from _database(request, request.param, tmp_path, is_migrated=True)


@pytest.fixture(params=ENGINES)
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the test's own with nothing in it at all, on both engines."""
    yield from _database(request, request.param, tmp_path, is_migrated=False)


@pytest.fixture
def sqlite_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database with the newest schema, where the engine is not what the test is about."""
    yield from _database(request, "sqlite", tmp_path / "second", is_migrated=True)


@pytest.fixture(scope="session")
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Sites that are only read: `sites(small_site.fill)`."""
    made = Sites(request, tmp_path_factory)
    with made.open:
        yield made


def _database(
    request: pytest.FixtureRequest, kind: str, folder: Path, *, is_migrated: bool
) -> Iterator[Engine]:
    if kind == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "tracker.db"
        if is_migrated:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        engine = create_engine(sqlite_url(path))
        yield engine
        engine.dispose()
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("postgresql_template") if is_migrated else "template0"
    name = f"test_{next(_numbers)}"
    engine = create_engine(server.create(name, template))
    yield engine
    engine.dispose()
    server.drop(name)


def _migrate(url: URL) -> None:
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()


# --- collecting ---------------------------------------------------------------------------------------------


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    """A publisher's files, none yet: `mirror.put(url, body)`."""
    return Mirror(tmp_path / "mirror")


@pytest.fixture
def bodies(tmp_path: Path) -> Bodies:
    return Bodies(tmp_path / "bodies")


class Collect(Protocol):
    """Run a source, by key or as a value, over the test's mirror, into the test's database."""

    def __call__(self, source: str | Source = "govinfo_billstatus", **options: str) -> Report: ...


@pytest.fixture
def collect(engine: Engine, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock) -> Collect:
    return collector(engine, mirror.root, bodies, fake_clock)


def collector(engine: Engine, root: Path, bodies: Bodies, now: Callable[[], datetime]) -> Collect:
    """A `collect` for another database, mirror or clock than the test's own."""
    fetcher = MirrorFetcher(root, now=now)

    def run(source: str | Source = "govinfo_billstatus", **options: str) -> Report:
        chosen = all_sources()[source] if isinstance(source, str) else source
        return ingest(engine, chosen, fetcher, bodies, options, now)

    return run
