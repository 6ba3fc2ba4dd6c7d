"""A session on the small site's database, on each engine. Tests only read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from tests import small_site
from tests.conftest import ENGINES, sqlite_url
from tests.postgresql import Server


@pytest.fixture(scope="session", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> URL:
    """The address of a filled database."""
    folder = tmp_path_factory.mktemp("queries")
    if request.param == "sqlite":
        path = folder / "tracker.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        url = sqlite_url(path)
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        url = server.create(folder.name, request.getfixturevalue("postgresql_template"))
    small_site.fill(url, Path(folder))
    return url


@pytest.fixture
def session(filled: URL) -> Iterator[Session]:
    engine = create_engine(filled)
    with Session(engine) as opened:
        yield opened
    engine.dispose()
