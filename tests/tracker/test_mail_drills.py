"""Drills of what happens to a mail service once a year: somebody leaves in the middle of a run, everything was down for
three days, the database is restarted under the planner and the senders. Each prints what it measured (`pytest -s`).
"""

from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from scrapers.bodies import Bodies
from tests import postgresql
from tests.conftest import FakeClock
from tests.digests.site import SECRET, SENDER, Site, at, told
from tests.mail_servers import sink
from tests.missing import missing
from tests.outgoing import queue
from tests.processes import begin, finish
from tests.publishing import Mirror, action, cosponsor
from tests.tracker.test_mail_killed import send_alone
from tracker import create_app
from tracker.config import Settings
from tracker.db import db, patient, writing
from tracker.digests.deliver import Out, send
from tracker.digests.outbox import DIGEST, SUBSCRIBER
from tracker.digests.plan import plan
from tracker.digests.sending import writer_from
from tracker.mail import Patience, route_from
from tracker.migrations import migrate
from tracker.models import DigestState
from tracker.subscriptions.store import FOLLOW
from tracker.tokens import Unsubscribes, fresh_id, unsubscribe_token

ENDED = (DigestState.SENT, DigestState.UNCERTAIN, DigestState.FAILED, DigestState.SUPPRESSED)


# --- one click while a run is going on ------------------------------------------------------------------------


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    url = engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, instance=tmp_path / "instance", secret_key=SECRET))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.long
def test_one_click_ends_it_at_once_while_a_run_is_going_on(
    app: Flask, engine: Engine, tmp_path: Path
) -> None:
    """Goals: answered within 100 ms (the 95th of 100), and nothing is claimed after the answer."""
    mails, clicks = 6_000, 200
    queue(engine, mails, queued_at=datetime.now(UTC))
    with writing(engine) as connection:
        for number in connection.execute(select(SUBSCRIBER.c.id)).scalars().all():
            connection.execute(
                update(SUBSCRIBER).where(SUBSCRIBER.c.id == number).values(public_id=fresh_id())
            )
        readers = connection.execute(
            select(SUBSCRIBER.c.id, SUBSCRIBER.c.public_id).order_by(SUBSCRIBER.c.id.desc()).limit(clicks)
        ).all()
    engine.dispose()
    client = app.test_client()
    client.post(f"/u/{unsubscribe_token(SECRET, Unsubscribes.SUBSCRIBER, fresh_id())}")  # what is slow once
    seconds, went_on = [], []
    with sink() as server:
        sender = begin(send_alone, engine.url, server.url, tmp_path)
        _wait_until(lambda: _count(engine, DigestState.SENT) > 0)
        for number, public_id in readers:
            token = unsubscribe_token(SECRET, Unsubscribes.SUBSCRIBER, public_id)
            began = time.perf_counter()
            answer = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
            seconds.append(time.perf_counter() - began)
            assert answer.status_code == 200
            went_on.append((number, _state(engine, number)))
        waiting = _count(engine, DigestState.QUEUED)
        sender.kill()
        sender.join()
    assert waiting, "the run was going on to the end"
    assert {state for _, state in went_on} <= {
        DigestState.SUPPRESSED, DigestState.SENT, DigestState.COMMITTING
    }  # fmt: skip
    kept_back = [number for number, state in went_on if state is DigestState.SUPPRESSED]
    assert kept_back
    assert {_state(engine, number) for number in kept_back} == {DigestState.SUPPRESSED}
    p95 = statistics.quantiles(seconds, n=20)[-1]
    middle, slow = (f"{1000 * one:.1f} ms" for one in (statistics.median(seconds), p95))
    print(
        f"\n{engine.dialect.name}: one click while {mails:,} mails go out: median {middle}, p95 {slow}; "
        f"{len(kept_back)} of {clicks} mails kept back, none sent after its answer"
    )
    assert p95 <= 0.1


# --- three days of silence ------------------------------------------------------------------------------------

BILLS = tuple(f"119-hr-{number}" for number in range(1, 6))
ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")


@pytest.mark.parametrize(
    "readers", [60, pytest.param(10_000, marks=pytest.mark.long)], ids=["60 readers", "10,000 readers"]
)
def test_after_three_days_without_a_worker_each_gets_one_mail_with_everything_once(
    sqlite_engine: Engine, tmp_path: Path, readers: int
) -> None:
    """Goals: one mail a subscriber at most, nothing lost, 10,000 within ten minutes."""
    clock = FakeClock(at("2026-11-02T09:00:00"))
    site = Site(sqlite_engine, Mirror(tmp_path / "mirror"), Bodies(tmp_path / "bodies"), clock)
    site.begin(*BILLS)
    followed = _readers(site, readers)
    joined: dict[str, str] = defaultdict(str)
    for hours in range(0, 72, 6):  # the publisher and the collecting go on; nothing plans or sends
        key = BILLS[hours // 6 % len(BILLS)]
        joined[key] += cosponsor(f"A{hours:06}", f"Rep. Number{hours}, Ann [D-MD-4]", "2026-11-02")
        site.publish(key, cosponsors=joined[key])
        clock.forward(hours=6)
    changes = {key: {number for number, _ in site.changes(f"bill:{key}")} for key in BILLS}
    assert sum(map(len, changes.values())) == 12
    began = time.monotonic()
    report = plan(sqlite_engine, SENDER, SECRET, clock())
    with sink(tmp_path / "taken") as server:
        settings = Settings(
            database_url=str(sqlite_engine.url),
            instance=tmp_path,
            secret_key=SECRET,
            public_url=SENDER.public_url,
        )
        out = Out(route_from(server.url), tmp_path, Patience())
        sent = send(patient(sqlite_engine), out, writer_from(settings), clock)
        taken = Counter(server.message_ids())
    seconds = time.monotonic() - began
    assert (report.held, report.quiet) == (0, 0)
    assert sent.sent == report.planned == readers
    assert set(taken.values()) == {1}
    assert len(taken) == readers
    for reader in list(followed)[:: max(1, readers // 60)]:
        (got,) = site.digests(reader)
        kinds = {number for key in followed[reader] for number in changes[key]}
        assert told(got) == kinds, "everything since the last mail, once"
    assert plan(sqlite_engine, SENDER, SECRET, clock()).planned == 0
    print(f"\n{readers:,} readers after 72 hours: planned and sent in {seconds:.1f} s, one mail each")
    assert seconds <= 600


def _readers(site: Site, count: int) -> dict[int, tuple[str, ...]]:
    """Readers in four zones, half of them weekly, due in these three days; each with the two bills that they follow."""
    now = site.clock()
    followed: dict[int, tuple[str, ...]] = {}
    rows, follows = [], []
    for number in range(1, count + 1):
        followed[number] = BILLS[number % 5], BILLS[(number + 1 + number % 3) % 5]
        rows.append({
            "id": number, "public_id": fresh_id(), "address": f"reader{number}@example.org",
            "address_key": f"{number:064}", "state": "confirmed", "zone": ZONES[number % 4], "hour": number % 24,
            "frequency": "weekly" if number % 2 else "daily", "weekday": number % 3, "heartbeat": False,
            "created_at": now, "confirmed_at": now, "seen_to": site.newest(), "matched_to": 0, "soft_bounces": 0,
            "due_at": now + timedelta(hours=number % 72),
        })  # fmt: skip
        follows += [
            {"public_id": fresh_id(), "subscriber_id": number, "target": f"bill:{key}", "at_once": False,
             "state": "active", "since": site.newest(), "created_at": now}
            for key in dict.fromkeys(followed[number])
        ]  # fmt: skip
    with writing(site.engine) as connection:
        connection.execute(insert(SUBSCRIBER), rows)
        connection.execute(insert(FOLLOW), follows)
    return followed


# --- PostgreSQL is restarted ----------------------------------------------------------------------------------


@pytest.fixture
def own_server() -> Iterator[postgresql.Server]:
    """A server that this test may restart: the others' would notice."""
    programs = postgresql.binaries()
    if programs is None:
        missing("no PostgreSQL programs (initdb, postgres) are installed")
    server = postgresql.start(programs)
    yield server
    server.stop()


@pytest.mark.long
@pytest.mark.postgresql
def test_postgresql_restarted_in_the_middle_of_planning_loses_nothing(
    own_server: postgresql.Server, tmp_path: Path
) -> None:
    engine = create_engine(own_server.create("planning"), poolclass=NullPool)
    migrate(engine)
    clock = FakeClock(at("2026-11-02T09:00:00"))
    site = Site(engine, Mirror(tmp_path / "mirror"), Bodies(tmp_path / "bodies"), clock)
    site.begin(*BILLS)
    followed = _readers(site, 200)
    site.publish(*BILLS, actions=action("2025-01-03") + action("2026-11-01", "Held at the desk."))
    clock.forward(hours=72)
    batches = Counter[str]()

    def now_and_then() -> None:
        batches["all"] += 1
        if batches["all"] % 3 == 0:
            own_server.restart()

    broken = 0
    while _planned(engine) < len(followed):
        try:
            plan(engine, SENDER, SECRET, clock(), batch=20, after_batch=now_and_then)
        except DBAPIError:
            broken += 1
    assert broken >= 2, "the planner was in the middle"
    changes = {key: {number for number, _ in site.changes(f"bill:{key}")} for key in BILLS}
    for reader, keys in followed.items():
        (got,) = site.digests(reader)
        assert told(got) == {number for key in keys for number in changes[key]}
    print(f"\n{len(followed)} digests, {broken} restarts under the planner: each once, nothing lost")


@pytest.mark.long
@pytest.mark.postgresql
def test_postgresql_restarted_in_the_middle_of_sending_loses_nothing(
    own_server: postgresql.Server, tmp_path: Path
) -> None:
    engine = create_engine(own_server.create("sending"), poolclass=NullPool)
    migrate(engine)
    mails, restarts = 6_000, 6
    queue(engine, mails, queued_at=datetime.now(UTC))
    with sink(tmp_path / "taken") as server:
        senders = [begin(_send_on, engine.url, server.url, tmp_path) for _ in range(2)]
        for number in range(restarts):
            _wait_until(lambda number=number: _count(engine, *ENDED) > (number + 1) * mails // 10)
            own_server.restart()
        assert [finish(one) for one in senders] == [0, 0]
        taken = Counter(server.message_ids())
    by_state = defaultdict(list)
    with engine.connect() as connection:
        for state, named in connection.execute(select(DIGEST.c.state, DIGEST.c.message_id)):
            by_state[state].append(named)
    assert set(by_state) <= {DigestState.SENT, DigestState.UNCERTAIN}
    uncertain = by_state[DigestState.UNCERTAIN]
    assert {taken[named] for named in by_state[DigestState.SENT]} == {1}
    assert {taken[named] for named in uncertain} <= {0, 1}
    assert len(uncertain) <= 2 * restarts * 4, "no more than each sender's lines had under way"
    arrived = sum(taken[named] for named in uncertain)
    print(
        f"\n{mails:,} mails, {restarts} restarts under two senders: 0 lost, 0 twice, {len(uncertain)} uncertain "
        f"({arrived} of them had arrived)"
    )


def _send_on(url: object, relay: str, folder: Path) -> None:
    """A worker's slots: each takes up where things stand, whatever ended the one before."""
    while True:
        try:
            send_alone(url, relay, folder)  # type: ignore[arg-type]
        except DBAPIError:
            time.sleep(0.1)
        else:
            return


# --- looking --------------------------------------------------------------------------------------------------


def _count(engine: Engine, *states: DigestState) -> int:
    with suppress(DBAPIError), engine.connect() as connection:
        found = select(func.count()).select_from(DIGEST).where(DIGEST.c.state.in_(states))
        return connection.execute(found).scalar_one()
    return 0


def _planned(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(DIGEST)).scalar_one()


def _state(engine: Engine, reader: int) -> DigestState:
    with engine.connect() as connection:
        found: DigestState = connection.execute(
            select(DIGEST.c.state).where(DIGEST.c.subscriber_id == reader)
        ).scalar_one()
        return found


def _wait_until(holds: object) -> None:
    deadline = time.monotonic() + 60
    while not holds():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.01)
