"""A run killed at any moment leaves all or nothing, and the next run ends where an unkilled one ends.

A child process collects one version of an archive after another and is killed at moments drawn from a fixed
seed. Another database, where nobody was killed, says what each version must end in.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, func, select, text

from scrapers.bodies import Bodies
from tests.conftest import NOW, FakeClock, collector, sqlite_url
from tests.databases import Facts, differences, digest_of, facts_of
from tests.processes import begin, finish
from tests.publishing import Mirror, action, archive_url, member_name, zip_of
from tests.sources.saved import FOLDER
from tracker.migrations import migrate
from tracker.models import Bill, Collection, Status

OPTIONS = {"congress": "117", "type": "s"}
COPIES = 15
SAVED = ("s1216", "s2972", "s3163", "s4791")
FIRST_DAY, EDITED = date(2022, 11, 1), date(2023, 1, 1)


def version_of_archive(version: int) -> bytes:
    """Sixty Senate bills and a few more in time: real files under other numbers, two thirds with news."""
    members = {}
    for file, name in enumerate(SAVED):
        body = (FOLDER / "govinfo_billstatus" / f"BILLSTATUS-117{name}.xml").read_bytes()
        for copy in range(COPIES + version // 4 + 1):
            number = 1_000 * (file + 1) + copy
            members[member_name(f"117-s-{number}")] = renumbered(
                body, name[1:], number, version if copy % 3 else 0
            )
    return zip_of(members)


def renumbered(body: bytes, before: str, number: int, news: int) -> bytes:
    """A real file as another bill's, with so many more lines in its history and a later edit stamp."""
    lines = "".join(
        action(str(FIRST_DAY + timedelta(days=day)), f"Considered by Senate. Record Vote Number: {day + 100}.",
               sourceSystem="<name>Senate</name>")
        for day in range(news)
    )  # fmt: skip
    changed = body.replace(f"<number>{before}</number>".encode(), f"<number>{number}</number>".encode(), 1)
    changed = changed.replace(b"<actions>", f"<actions>{lines}".encode(), 1)
    head, tag, rest = changed.partition(b"<updateDate>")
    stamp = f"{EDITED + timedelta(days=news)}T00:00:00Z</updateDate>"
    return head + tag + stamp.encode() + rest.partition(b"</updateDate>")[2]


def at(version: int) -> FakeClock:
    return FakeClock(NOW + timedelta(days=version))


def collect_alone(url: URL, root: Path, bodies: Path, version: int) -> None:
    """The child's whole life. What it leaves aside when killed is removed with the test's own folder."""
    tempfile.tempdir = str(bodies.parent)
    engine = create_engine(url, poolclass=NullPool)
    report = collector(engine, root, Bodies(bodies), at(version))(**OPTIONS)
    assert report.status == Status.OK, report.problems


@dataclass
class Unkilled:
    """What each version must end in, from a database where every run ends, and how long a run takes."""

    root: Path
    engine: Engine
    seconds: float = 0.0
    states: list[Facts] = field(default_factory=list)

    def state_after(self, version: int, mirror: Mirror) -> Facts:
        """The facts after this version; before, the mirror must have published it."""
        assert version == len(self.states)
        began = time.monotonic()
        report = collector(self.engine, mirror.root, Bodies(self.root / "unkilled"), at(version))(**OPTIONS)
        self.seconds = time.monotonic() - began
        assert report.status == Status.OK, report.problems
        self.states.append(facts_of(self.engine))
        return self.states[-1]


@pytest.fixture
def unkilled(tmp_path: Path) -> Iterator[Unkilled]:
    engine = create_engine(sqlite_url(tmp_path / "unkilled.db"))
    migrate(engine)
    yield Unkilled(tmp_path, engine)
    engine.dispose()


def publish(mirror: Mirror, version: int) -> None:
    mirror.put(archive_url(117, "s"), version_of_archive(version))


def check_integrity(engine: Engine) -> None:
    """The file is whole, and no bill lacks what every bill has."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        for table in ("bill_dossier", "bill_sponsor"):
            without = text(f"SELECT count(*) FROM bill WHERE id NOT IN (SELECT item_id FROM {table})")
            assert connection.execute(without).scalar_one() == 0, table
        assert (
            connection.execute(
                text("SELECT count(*) FROM item WHERE id NOT IN (SELECT id FROM bill)")
            ).scalar_one()
            == 0
        )


def kill_at_random_moments(
    engine: Engine, mirror: Mirror, unkilled: Unkilled, kills: int, folder: Path
) -> int:
    """Kill, check and run on, version after version. Answers how many runs were killed before their end."""
    dice = random.Random(f"{engine.dialect.name} {kills}")
    published = 0
    publish(mirror, published)
    expected = unkilled.state_after(published, mirror)
    other = collector(engine, mirror.root, Bodies(folder), at(published))
    assert other(**OPTIONS).status == Status.OK
    assert differences(facts_of(engine), expected) == {}
    interrupted = 0
    for _ in range(kills):
        published += 1
        before = expected
        publish(mirror, published)
        expected = unkilled.state_after(published, mirror)
        engine.dispose()
        unkilled.engine.dispose()
        child = begin(collect_alone, engine.url, mirror.root, folder, published)
        time.sleep(dice.uniform(0, 1.1) * unkilled.seconds)
        child.kill()
        interrupted += finish(child) != 0
        check_integrity(engine)
        left = digest_of(facts_of(engine))
        assert left in (digest_of(before), digest_of(expected)), "something was half written"
        report = collector(engine, mirror.root, Bodies(folder), at(published))(**OPTIONS)
        assert report.status == (Status.OK if left == digest_of(before) else Status.UNCHANGED)
        assert differences(facts_of(engine), expected) == {}
    return interrupted


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.long)])
def test_a_killed_run_leaves_all_or_nothing_and_the_next_one_does_it_all(
    engine: Engine, mirror: Mirror, unkilled: Unkilled, tmp_path: Path, kills: int
) -> None:
    interrupted = kill_at_random_moments(engine, mirror, unkilled, kills, tmp_path / "bodies")
    assert interrupted > 0
    with engine.connect() as connection:
        bills = connection.execute(select(func.count()).select_from(Bill.__table__)).scalar_one()
        running = connection.execute(
            select(func.count()).where(Collection.__table__.c.status == Status.RUNNING)
        ).scalar_one()
    assert bills >= 60
    assert running <= interrupted  # a killed run that had begun has a record that never ended
