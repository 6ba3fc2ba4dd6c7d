"""The jobs themselves: somebody asks on the site and a mail with the link lies there, by the clock's own functions."""

from __future__ import annotations

import re
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from tests.conftest import NOW, FakeClock
from tests.mail_servers import Scripted
from tests.outgoing import queue, states
from tests.subscriptions.asking import ANN, EGYPT, SECRET, ask_to_follow, asks
from tracker import housekeeping
from tracker.config import Settings
from tracker.db import writing
from tracker.digests.outbox import DIGEST
from tracker.jobs import JobError, Work, all_jobs
from tracker.models import DigestBody, DigestState, JobStatus
from tracker.schedule import KEPT_RUNS, RUN
from tracker.subscriptions.confirming import read_confirmable


def configured(folder: Path, **given: Any) -> Settings:
    return Settings(instance=folder, secret_key=SECRET, database_url="", _env_file=None, **given)  # type: ignore[call-arg]


def work(engine: Engine, clock: FakeClock, folder: Path, **given: Any) -> Work:
    """With a clock that goes on when somebody waits."""
    return Work(
        engine, configured(folder, **given), clock, sleep=lambda seconds: clock.forward(seconds=seconds)
    )


def test_every_job_runs_on_an_empty_database(engine: Engine, fake_clock: FakeClock, tmp_path: Path) -> None:
    given = work(engine, fake_clock, tmp_path, tracker_mirror=tmp_path)
    for name, job in all_jobs(given.settings).items():
        if name in ("collect:house_votes", "collect:senate_votes"):  # no measure refers to any
            assert job.run(given) == "unchanged: 0 documents, 0 changes"
        elif name.startswith("collect:"):
            with pytest.raises(JobError, match="failed"):
                job.run(given)
        else:
            assert job.run(given), name


def test_who_asks_on_the_site_finds_a_mail_with_a_link_that_works(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """What a newcomer sees in a minute without a relay, and what the job does in its slot."""
    asks(engine, ask_to_follow(EGYPT), is_taken=False)
    given = work(engine, fake_clock, tmp_path)
    told = all_jobs(given.settings)["mail"].run(given)
    assert told == "1 asked, 1 sent"
    (path,) = (tmp_path / "mail").glob("*.eml")
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert mail["To"] == ANN
    text = mail.get_body(("plain",))
    assert text is not None
    link = re.search(r"http://127.0.0.1:8000/confirm/([\w-]{43})", text.get_content())
    assert link is not None
    with engine.connect() as connection:
        _, confirmable = read_confirmable(connection, link[1], fake_clock())
    assert confirmable is not None


def test_the_mail_job_looks_again_until_its_slot_is_over(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    queue(engine, 2)
    given = work(engine, fake_clock, tmp_path)
    given.until = NOW + timedelta(minutes=1)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            asks(engine, ask_to_follow(EGYPT), is_taken=False, now=fake_clock())
        fake_clock.forward(seconds=seconds)

    given.sleep = sleep
    with Scripted().running() as server:
        given.settings = configured(tmp_path, smtp_url=server.url)
        with writing(engine) as connection:
            connection.execute(update(DIGEST).values(state=DigestState.SENT))
        told = all_jobs(given.settings)["mail"].run(given)
    assert told == "1 asked, 1 sent"
    assert NOW + timedelta(seconds=50) < fake_clock() <= NOW + timedelta(minutes=1)
    assert [recipient for _, recipient, _ in server.took] == [ANN]


def test_a_dead_relay_is_told_and_tried_again_within_the_slot(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    asks(engine, ask_to_follow(EGYPT))
    with Scripted({"CONNECT": "421 4.3.2 busy"}).running() as server:
        given = work(engine, fake_clock, tmp_path, smtp_url=server.url)
        given.until = NOW + timedelta(minutes=1)
        with pytest.raises(JobError, match=r"no relay: 127\.0\.0\.1: greeting: 421"):
            all_jobs(given.settings)["mail"].run(given)
    assert set(states(engine).values()) == {DigestState.QUEUED}


# --- what is kept for a while only --------------------------------------------------------------------------


def test_old_digests_their_bodies_and_old_slots_are_forgotten(engine: Engine) -> None:
    old = NOW - timedelta(days=401)
    numbers = queue(engine, 3, queued_at=old)
    with writing(engine) as connection:
        connection.execute(insert(DigestBody), [
            {"id": number, "key": f"{number:064}", "subject": "x", "text": b"", "html": b"", "entries": {},
             "made_at": old}
            for number in (1, 2)
        ])  # fmt: skip
        connection.execute(
            update(DIGEST).where(DIGEST.c.id == numbers[0]).values(state=DigestState.SENT, body_id=1)
        )
        connection.execute(update(DIGEST).where(DIGEST.c.id == numbers[1]).values(body_id=2))
        connection.execute(insert(RUN), [
            {"job": "mail", "slot": NOW - timedelta(days=8, minutes=number), "status": JobStatus.OK}
            for number in range(KEPT_RUNS + 5)
        ])  # fmt: skip
        assert housekeeping.forget(connection, NOW) == {
            "old digests": 1, "bodies of old digests": 1, "runs of jobs": 5
        }  # fmt: skip
        assert connection.execute(select(DigestBody.id)).scalars().all() == [2]
    assert len(states(engine)) == 2
