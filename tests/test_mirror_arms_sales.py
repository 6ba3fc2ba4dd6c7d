"""Every arms-sale notice of the offline mirror, from its files to rows, to bundled facts and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scrapers.bodies import Bodies
from tests.arms_sales import REGISTER, STATE
from tests.conftest import FakeClock, collector
from tests.databases import rows_of
from tests.mirror import mirror_root
from tracker.models import ArmsSale, ArmsSaleDocument, Change
from tracker.queries.arms_sales import resolutions_naming
from tracker.snapshot import BUNDLE, export, load

pytestmark = pytest.mark.mirror

BUNDLED_FILE = BUNDLE / "119-security-assistance.jsonl.zst"

FIGURES = {
    "arms-sale:26-23": ("JOR", 280_000_000, date(2026, 2, 26), 13),
    "arms-sale:26-24": ("SGP", 83_140_000, date(2026, 4, 1), 4),
    "arms-sale:26-27": ("SWE", 930_000_000, date(2026, 3, 10), 23),
    "arms-sale:26-28": ("JPN", 340_000_000, date(2026, 3, 24), 12),
    "arms-sale:26-1C": ("DEU", 8_500_000_000, date(2026, 5, 19), 1),
    "arms-sale:24-48": (None, None, None, 0),
    "arms-sale:26-16": ("TUN", 95_000_000, None, 38),
    "arms-sale:2026-06-singapore-hellfire-missiles": ("SGP", 22_300_000, None, 11),
}
"""Country, dollars, day of delivery and number of articles, counted by hand in the documents."""


def figures(engine: Engine) -> dict[str, tuple[str | None, int | None, date | None, int]]:
    with Session(engine) as session:
        return {
            sale.key: (
                sale.country,
                sale.facts.total_dollars,
                sale.facts.delivered_on,
                len(sale.facts.articles),
            )
            for sale in session.scalars(select(ArmsSale))
        }


def test_all_notices_of_the_mirror_and_the_way_through_a_bundle(
    engine: Engine, sqlite_engine: Engine, bodies: Bodies, fake_clock: FakeClock, tmp_path: Path
) -> None:
    collect = collector(engine, mirror_root(), bodies, fake_clock)
    assert collect(REGISTER).created == 6
    assert collect(STATE).created == 2
    assert figures(engine) == FIGURES
    before = rows_of(engine)
    assert {collect(key).status for key in (REGISTER, STATE)} == {"unchanged"}
    assert rows_of(engine) == before
    bundle = tmp_path / "facts.jsonl"
    summary = export(engine, bundle, keys=())
    assert summary.counts["arms_sales"] == 8
    load(sqlite_engine, bundle, fake_clock())
    load(sqlite_engine, bundle, fake_clock())
    assert figures(sqlite_engine) == FIGURES
    again = tmp_path / "again.jsonl"
    export(sqlite_engine, again, keys=())
    assert again.read_bytes() == bundle.read_bytes()
    # A collection after the bundle finds the same, and announces nothing.
    fake_clock.forward(days=1)
    collect = collector(sqlite_engine, mirror_root(), bodies, fake_clock)
    assert (collect(REGISTER).changes, collect(STATE).changes) == (0, 0)
    with Session(sqlite_engine) as session:
        assert session.scalars(select(Change)).all() == []
        assert len(session.scalars(select(ArmsSaleDocument)).all()) == 8


def test_the_text_of_a_resolution_ties_it_to_all_the_sales_that_it_names(
    sqlite_engine: Engine, bodies: Bodies, fake_clock: FakeClock
) -> None:
    load(sqlite_engine, BUNDLED_FILE, fake_clock())
    collect = collector(sqlite_engine, mirror_root(), bodies, fake_clock)
    assert collect("govinfo_bill_text", bill="119-sjres-101").updated == 1
    assert collect("govinfo_bill_text", bill="119-sjres-23").updated == 1
    with Session(sqlite_engine) as session:
        for transmittal in ("25-56", "25-93", "25-108", "26-01", "26-02", "26-06", "26-07", "26-09"):
            (found,) = resolutions_naming(session, transmittal, today=fake_clock().date())
            assert found.bill.key == "119-sjres-101"
            assert found.evidence[0].words.replace("–", "-") == f"Transmittal No. {transmittal}"
        # A licence (DDTC 24-052) is no government sale, whatever its number.
        assert resolutions_naming(session, "24-052", today=fake_clock().date()) == ()
