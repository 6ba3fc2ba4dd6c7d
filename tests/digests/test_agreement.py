"""A digest brings what the feed of the same follow brings: two ways to match, one meaning."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, select
from sqlalchemy.orm import Session

from tests import small_site, watchdogs
from tests.conftest import ENGINES, NOW, sqlite_url
from tests.postgresql import Server
from tracker.digests.ledger_span import ITEM, lay_out, newest_change
from tracker.queries.followed import list_followed, read_target
from tracker.queries.paging import Place

SEARCHES = (
    "search:measure",
    'search:"vetted units"',
    "search:missiles",
    "search:recommendations",
    "search:new",
)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """A database with the newest schema."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "tracker.db")
        return sqlite_url(tmp_path / "tracker.db")
    server: Server = request.getfixturevalue("postgresql_server")
    return server.create(
        f"agreement_{tmp_path.name[-40:]}".lower(), request.getfixturevalue("postgresql_template")
    )


@pytest.mark.parametrize("fill", [small_site.fill, watchdogs.fill], ids=["bills", "reports"])
def test_digests_and_feeds_match_the_same_changes(
    url: URL, tmp_path: Path, fill: Callable[[URL, Path], object]
) -> None:
    fill(url, tmp_path)
    engine = create_engine(url)
    with Session(engine) as session:
        span = lay_out(
            session, after=0, newest=newest_change(session.connection()), matched_after=0, searches=SEARCHES,
            today=NOW.date(),
        )  # fmt: skip
        items = session.execute(select(ITEM.c.key)).scalars()
        targets = {*span.about, *items, *SEARCHES, "topic:arms-sales", "topic:appropriations", "country:EGY"}
        followed = sorted(target for target in targets if read_target(session, target) is not None)
        told = {target: span.about.get(target, []) for target in followed}
        shown = {
            target: sorted(
                change.id for change in list_followed(session, [target], None, Place(limit=1000)).items
            )
            for target in followed
        }
    engine.dispose()
    assert told == shown
    kinds = {target.partition(":")[0] for target, ids in shown.items() if ids}
    assert {"source", "search"} < kinds
    assert len(kinds) > 2
