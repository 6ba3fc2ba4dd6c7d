"""Senders killed at any moment while mails go to Postfix's sink: none lost, none twice, at most one uncertain a kill.

Two senders share the work on one database. Either is killed at moments drawn from a fixed seed and another begun. In
the end every mail is either at the sink exactly once, or is known to be uncertain and there at most once.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, func, select

from tests.mail_servers import sink
from tests.outgoing import plain_mails, queue
from tests.processes import begin
from tracker.db import patient
from tracker.digests.deliver import Out, send
from tracker.digests.outbox import DIGEST
from tracker.mail import Patience, route_from
from tracker.models import DigestKind, DigestState

LEASE = timedelta(seconds=5)
READERS = 500
ENDED = (DigestState.SENT, DigestState.UNCERTAIN, DigestState.FAILED)
PATIENCE = 120.0


def send_alone(url: URL, relay: str, folder: Path) -> None:
    """A sender's whole life: sends until everything has ended."""
    engine = patient(create_engine(url, poolclass=NullPool))
    out = Out(route_from(relay), folder, Patience())
    while _open(engine):
        send(engine, out, plain_mails, lambda: datetime.now(UTC), lease=LEASE, batch=40)
        time.sleep(0.05)


def _open(engine: Engine) -> int:
    with engine.connect() as connection:
        waits = select(func.count()).select_from(DIGEST).where(DIGEST.c.state.not_in(ENDED))
        return connection.execute(waits).scalar_one()


@pytest.mark.parametrize(
    ("kills", "mails"),
    [(5, 400), pytest.param(200, 4000, marks=pytest.mark.long)],
    ids=["5 kills", "200 kills"],
)
def test_senders_killed_at_any_moment(engine: Engine, tmp_path: Path, kills: int, mails: int) -> None:
    dice = random.Random(20261102)
    now = datetime.now(UTC)
    for number in range(mails // READERS + 1):
        queue(engine, min(READERS, mails), period=f"2026-W{number:02}", queued_at=now)
    asked = queue(engine, 40, DigestKind.MANAGE, queued_at=now)
    engine.dispose()
    killed = extra = 0
    with sink(tmp_path / "taken") as server:
        senders = [begin(send_alone, engine.url, server.url, tmp_path) for _ in range(2)]
        while killed < kills:
            time.sleep(dice.uniform(0.02, 0.30))
            if _open(engine) < 100:  # they are quicker than the killer: more to do
                extra += 1
                queue(engine, READERS, period=f"extra-{extra}", queued_at=datetime.now(UTC))
            victim = dice.randrange(2)
            killed += _kill(senders[victim])
            senders[victim] = begin(send_alone, engine.url, server.url, tmp_path)
        _wait_for(senders, engine)
        taken = Counter(server.message_ids())
    with engine.connect() as connection:
        rows = connection.execute(
            select(DIGEST.c.id, DIGEST.c.kind, DIGEST.c.state, DIGEST.c.message_id)
        ).all()
    digests = [row for row in rows if row.kind is DigestKind.DIGEST]
    sent = [row for row in digests if row.state is DigestState.SENT]
    uncertain = [row for row in digests if row.state is DigestState.UNCERTAIN]
    assert len(sent) + len(uncertain) == len(digests) >= mails, "none lost"
    assert {taken[row.message_id] for row in sent} == {1}, "each sent digest arrived exactly once"
    assert {taken[row.message_id] for row in uncertain} <= {0, 1}, "and no uncertain one twice"
    assert len(uncertain) <= killed
    waited_for = [row for row in rows if row.id in set(asked)]
    assert {row.state for row in waited_for} == {DigestState.SENT}
    assert all(taken[row.message_id] >= 1 for row in waited_for), "what somebody waits for always arrives"
    again = sum(taken[row.message_id] - 1 for row in waited_for)
    assert again <= killed
    arrived = sum(taken[row.message_id] for row in uncertain)
    print(
        f"\n{engine.dialect.name}: {len(digests)} digests, {killed} kills, 0 lost, 0 twice, {len(uncertain)} uncertain "
        f"({arrived} of them had arrived), {again} short mails twice with one Message-ID"
    )


def _kill(process: BaseProcess) -> bool:
    """Whether it was still alive to be killed."""
    was_alive = process.is_alive()
    process.kill()
    process.join()
    return was_alive


def _wait_for(senders: list[BaseProcess], engine: Engine) -> None:
    deadline = time.monotonic() + PATIENCE
    for process in senders:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
            raise TimeoutError(f"{_open(engine)} mails have not ended")
        assert process.exitcode == 0
