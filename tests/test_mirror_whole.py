"""Two whole Congresses from the offline mirror, as the publisher would give them."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from scrapers.bodies import Bodies
from scrapers.problems import ProblemKind
from scrapers.records import BillType
from tests.conftest import FakeClock, collector
from tests.databases import digest_of_rows, writes_of
from tests.mirror import mirror_root
from tracker.models import Bill, Change, Item, Status

pytestmark = pytest.mark.mirror

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

IN_THE_117TH = 17_817
OF_SCHEMA_1 = 11


def members(congress: int) -> Counter[str]:
    """How many bills of each type the archives hold."""
    found: Counter[str] = Counter()
    for path in archives(congress):
        with zipfile.ZipFile(path) as archive:
            found[path.parent.name] = len(archive.namelist())
    return found


def archives(congress: int) -> list[Path]:
    folder = mirror_root() / "www.govinfo.gov" / "bulkdata" / "BILLSTATUS" / str(congress)
    return sorted(folder.glob("*/*.zip"))


def stored(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        rows = connection.execute(select(Bill.type, func.count()).group_by(Bill.type))
        return Counter({BillType(bill_type).value: number for bill_type, number in rows})


def of_schema_1() -> set[str]:
    """The keys of the bills of the 117th whose file says schema 1.0.0."""
    found = set()
    for path in archives(117):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if b"<version>1.0.0</version>" in archive.read(name):
                    number = name.removeprefix(f"BILLSTATUS-117{path.parent.name}").removesuffix(".xml")
                    found.add(f"bill:117-{path.parent.name}-{number}")
    return found


def check_the_117th(engine: Engine, bodies: Bodies, clock: FakeClock) -> None:
    run = collector(engine, mirror_root(), bodies, clock)
    report = run(congress="117")
    assert (report.status, report.created, report.changes, report.problems) == (
        Status.OK,
        IN_THE_117TH,
        0,
        [],
    )
    assert stored(engine) == members(117)
    old = of_schema_1()
    assert len(old) == OF_SCHEMA_1
    with Session(engine) as session:
        held = set(session.scalars(select(Item.key).where(Item.key.in_(old))))
        reserved = session.scalars(select(Item.title).where(Item.key.in_(old))).all()
    assert held == old
    assert all(title.startswith("Reserved for the ") for title in reserved)
    clock.forward(days=1)
    with writes_of(engine) as written:
        again = run(congress="117")
    assert (again.status, again.documents, again.seconds < 5) == (Status.UNCHANGED, 0, True)
    assert written == []


@on_sqlite
def test_the_whole_117th_comes_in_and_a_second_run_writes_nothing(
    engine: Engine, bodies: Bodies, fake_clock: FakeClock
) -> None:
    check_the_117th(engine, bodies, fake_clock)


@pytest.mark.long
@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_the_whole_117th_comes_in_on_postgresql_too(
    engine: Engine, bodies: Bodies, fake_clock: FakeClock
) -> None:
    check_the_117th(engine, bodies, fake_clock)
    before = digest_of_rows(engine)
    collector(engine, mirror_root(), bodies, fake_clock)(congress="117")
    assert digest_of_rows(engine) == before


@on_sqlite
def test_the_whole_119th_comes_in_and_the_feed_brings_what_is_newer(
    engine: Engine, bodies: Bodies, fake_clock: FakeClock
) -> None:
    run = collector(engine, mirror_root(), bodies, fake_clock)
    report = run(congress="119")
    assert (report.status, report.created, report.changes, report.problems) == (
        Status.OK,
        members(119).total(),
        0,
        [],
    )
    assert stored(engine) == members(119)

    fake_clock.forward(hours=4)
    report = run()
    assert report.status == Status.OK
    assert [(problem.kind, problem.document.rpartition("/")[2]) for problem in report.problems] == [
        (ProblemKind.STALE, "BILLSTATUS-119sjres33.xml")
    ]
    with engine.connect() as connection:
        told = Counter(
            (row.key.removeprefix("bill:"), row.kind)
            for row in connection.execute(select(Item.key, Change.kind).join_from(Change, Item))
        )
    assert told == {
        ("119-hr-983", "other_title"): 1,
        ("119-hres-1376", "introduced"): 1,
        ("119-hres-214", "other_title"): 1,
        ("119-hres-214", "action_removed"): 3,
        ("119-sconres-29", "related_bill"): 1,
    }

    fake_clock.forward(hours=4)
    with writes_of(engine) as written:
        assert run().status == Status.UNCHANGED
        assert run(congress="119").status == Status.UNCHANGED
    assert written == []
