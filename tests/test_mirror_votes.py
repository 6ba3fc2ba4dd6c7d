"""Every roll call of the offline mirror, those in its zip among them: read, stored, and what is not known of them."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from scrapers.bodies import Bodies
from scrapers.records import Chamber, Position
from scrapers.roll_calls import RollCallKey, key_of_address
from tests.conftest import FakeClock, collector
from tests.databases import rows_of
from tests.mirror import mirror_root
from tracker.ingest.votes import POSITION, VOTE
from tracker.models import Status

pytestmark = pytest.mark.mirror

HOSTS = ("clerk.house.gov", "www.senate.gov/legislative/LIS", "unitedstates.github.io")
ZIP = "votes/security-bill-roll-calls.zip"


def with_zip(folder: Path) -> Path:
    """A mirror of roll calls and members alone, with what the zip holds at its addresses."""
    for host in HOSTS:
        shutil.copytree(mirror_root() / host, folder / host)
    with zipfile.ZipFile(mirror_root() / ZIP) as packed:
        packed.extractall(folder)
    return folder


def keys_in(folder: Path, chamber: Chamber) -> list[RollCallKey]:
    addresses = (f"https://{path.relative_to(folder)}" for path in folder.rglob("*.xml"))
    found = (key_of_address(url) for url in addresses)
    return sorted(key for key in found if key is not None and key.chamber is chamber)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_roll_call_is_read_with_totals_that_are_its_members(
    engine: Engine, bodies: Bodies, fake_clock: FakeClock, tmp_path: Path
) -> None:
    folder = with_zip(tmp_path / "mirror")
    collect = collector(engine, folder, bodies, fake_clock)
    collect("legislators")
    for chamber, count in ((Chamber.HOUSE, 229), (Chamber.SENATE, 79)):
        asked = ",".join(map(str, keys_in(folder, chamber)))
        report = collect(f"{chamber}_votes", vote=asked)
        assert (report.status, report.created, report.problems) == (Status.OK, count, [])
    before = rows_of(engine)
    collect("senate_votes", vote=asked)
    assert rows_of(engine) == before
    with engine.connect() as connection:
        counted: Counter[Position] = Counter(dict(connection.execute(
            select(POSITION.c.position, func.count()).group_by(POSITION.c.position)
        ).all()))  # fmt: skip
        totals = connection.execute(
            select(*(func.sum(VOTE.c[name]) for name in ("yeas", "nays", "present", "not_voting")))
        ).one()
        nameless = connection.execute(select(func.count()).where(POSITION.c.bioguide.is_(None))).scalar_one()
        unknown = connection.execute(
            select(POSITION.c.name).where(POSITION.c.bioguide.is_(None)).distinct()
        ).all()
    assert counted.total() == 106_856
    assert tuple(totals) == tuple(counted[position] for position in Position)
    assert (len(unknown), nameless) == (24, 918)  # senators who left: the listing has those in office
