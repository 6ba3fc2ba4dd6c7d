"""A digest brings what the feed of the same follow brings: two ways to match, one meaning."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from tests import small_site, watchdogs
from tests.conftest import ENGINES, NOW
from tests.sites import Fill, Sites
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


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("fill", [small_site.fill, watchdogs.fill], ids=["bills", "reports"])
def test_digests_and_feeds_match_the_same_changes(sites: Sites, fill: Fill, kind: str) -> None:
    engine = create_engine(sites.database(fill, kind))
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
