"""Roll calls in the bundled facts: there and back, member by member, without anybody's prose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, create_engine, select

from scrapers.bodies import Bodies
from tests.conftest import NOW, Collect, FakeClock, collector, sqlite_url
from tests.publishing import Mirror, bill_file
from tests.votes import (
    AMENDMENT,
    DISCHARGE,
    MEASURE,
    PASSAGE,
    collect_measures,
    members_source,
    put_measure,
    put_members,
    put_vote,
    reference,
)
from tracker.ingest.votes import MEASURE as TIES
from tracker.ingest.votes import POSITION, VOTE, wanted_votes
from tracker.migrations import migrate
from tracker.models import Change, Status
from tracker.snapshot import SnapshotError, export, facts, load

DEFENSE = "119-s-2296"


@pytest.fixture
def path(engine: Engine, mirror: Mirror, collect: Collect, tmp_path: Path) -> Path:
    """What is exported of two measures with a roll call each, and not of a third roll call."""
    put_members(mirror, ("B001230", "S354", "Tammy Baldwin"))
    collect(members_source())
    put_measure(mirror, reference())
    collect_measures(collect)
    mirror.put_zip({DEFENSE: bill_file(DEFENSE, title="National Defense Authorization Act")}, bill_type="s")
    collect_measures(collect, DEFENSE)
    for key in (DISCHARGE, PASSAGE, AMENDMENT):
        put_vote(mirror, key)
        chamber = "senate_votes" if "-s1-" in key else "house_votes"
        assert collect(chamber, vote=key).created == 1
    export(engine, tmp_path / "facts.jsonl", keys=[MEASURE, DEFENSE])
    return tmp_path / "facts.jsonl"


@pytest.fixture
def other(tmp_path: Path) -> Engine:
    """A database with nothing in it."""
    made = create_engine(sqlite_url(tmp_path / "other.db"))
    migrate(made)
    return made


def held(engine: Engine) -> dict[str, Any]:
    """Roll calls with their positions and ties, as far as a bundle can tell them."""
    kept = [
        column for column in VOTE.c if column.name not in ("id", "document_id", "first_seen_at", "changed_at")
    ]
    of_vote = [column for column in POSITION.c if column.name != "vote_id"]
    with engine.connect() as connection:
        votes = {row.key: row._asdict() for row in connection.execute(select(*kept))}
        for row in connection.execute(
            select(VOTE.c.key, *of_vote).join_from(POSITION, VOTE, VOTE.c.id == POSITION.c.vote_id)
            .order_by(VOTE.c.key, POSITION.c.place)
        ):  # fmt: skip
            votes[row.key].setdefault("members", []).append(tuple(row[1:]))
        ties = {tuple(row) for row in connection.execute(select(TIES))}
    return {key: vote | {"ties": {tie for tie in ties if tie[0] == key}} for key, vote in votes.items()}


def test_what_is_loaded_is_what_was_exported_but_for_prose(engine: Engine, other: Engine, path: Path) -> None:
    assert "deposit" in repr(held(engine)[AMENDMENT]["amendment"])
    assert "deposit" not in path.read_text()
    load(other, path, NOW)
    expected = held(engine)
    del expected[PASSAGE]
    amendment = expected[AMENDMENT]["amendment"]
    expected[AMENDMENT]["amendment"] = msgspec.structs.replace(amendment, purpose=None)
    assert held(other) == expected
    assert next(row for row in expected[DISCHARGE]["members"] if row[6])[6:] == ("B001230", "S354")
    with other.connect() as connection:
        assert connection.execute(select(Change.id)).all() == []
        assert len(list(wanted_votes(connection, {"bill": MEASURE}))) == 1  # to be read from its publisher


def lines_of(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith('{"record":"vote"')]


def test_the_same_facts_make_the_same_bytes(
    engine: Engine, other: Engine, path: Path, tmp_path: Path
) -> None:
    load(other, path, NOW)
    export(other, tmp_path / "again.jsonl", keys=[MEASURE, DEFENSE])
    assert lines_of(tmp_path / "again.jsonl") == lines_of(path)
    assert len(lines_of(path)) == 2
    assert load(other, path, NOW).counts["votes"] == 0


def test_the_first_collection_fills_in_what_the_bundle_lacks_and_tells_nothing(
    other: Engine, path: Path, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock
) -> None:
    load(other, path, NOW)
    collect = collector(other, mirror.root, bodies, fake_clock)
    report = collect("senate_votes", vote=f"{AMENDMENT},{DISCHARGE}")
    assert (report.status, report.updated, report.unchanged, report.changes) == (Status.OK, 1, 1, 0)
    assert "deposit" in repr(held(other)[AMENDMENT]["amendment"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"said":"0', '"said":"00'),
        ('"said":"0', '"said":"9'),
        ('"said":"0', '"said":"x'),
        ('"vote":"119-s1-165"', '"vote":"165"'),
        ('["Nay","nay"]', '["Nay","perhaps"]'),
    ],
)
def test_a_line_that_does_not_fit_together_is_refused(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(SnapshotError, match="line"):
        facts.read(path)
