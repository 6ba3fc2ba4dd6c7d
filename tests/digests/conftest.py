"""A site with readers, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from scrapers.bodies import Bodies
from tests.conftest import FakeClock
from tests.digests.site import Site
from tests.publishing import Mirror


@pytest.fixture
def site(engine: Engine, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock) -> Site:
    return Site(engine, mirror, bodies, fake_clock)
