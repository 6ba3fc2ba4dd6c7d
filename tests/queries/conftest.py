"""A session on the small site's database, on each engine. Tests only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from tests import small_site
from tests.conftest import ENGINES
from tests.sites import Sites


@pytest.fixture(scope="session", params=ENGINES)
def filled(request: pytest.FixtureRequest, sites: Sites) -> URL:
    """The address of a filled database."""
    return sites.database(small_site.fill, request.param)


@pytest.fixture
def session(filled: URL) -> Iterator[Session]:
    engine = create_engine(filled)
    with Session(engine) as opened:
        yield opened
    engine.dispose()
