"""The clock and job runner: one leader, each slot once, what a dead worker leaves, nothing slow before the mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, insert, select, text

from scrapers.registry import all_sources
from tests.conftest import NOW, FakeClock
from tests.processes import begin
from tracker import schedule
from tracker.config import PROJECT, Settings
from tracker.db import patient, writing
from tracker.jobs import Job, JobError, Lane, Work, all_jobs
from tracker.models import JobStatus
from tracker.schedule import LEASE, RUN
from tracker.slots import Grid
from tracker.worker import Pace, Worker

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        instance=tmp_path, secret_key="x", database_url="", tracker_mirror=tmp_path / "none", smtp_url=""
    )


def job(
    run: Callable[[Work], str], name: str = "probe", rhythm: timedelta = MINUTE, lane: Lane = Lane.KEEP
) -> dict[str, Job]:
    return {name: Job(name, Grid(rhythm), lane, run)}


def runs(engine: Engine) -> list[tuple[str, JobStatus]]:
    with engine.connect() as connection:
        rows = connection.execute(select(RUN.c.job, RUN.c.status).order_by(RUN.c.slot, RUN.c.job))
        return [(name, status) for name, status in rows]


def settle(worker: Worker) -> None:
    """Wait for what the worker has begun."""
    for _, thread in worker._running.values():
        thread.join(30)
        assert not thread.is_alive()


# --- one worker ---------------------------------------------------------------------------------------------


def test_a_slot_is_run_once_however_often_the_clock_ticks(
    engine: Engine, settings: Settings, fake_clock: FakeClock
) -> None:
    told: list[datetime | None] = []
    worker = Worker(
        Work(engine, settings, fake_clock),
        job(lambda work: told.append(work.until) or "done"),  # type: ignore[func-returns-value]
    )
    for _ in range(3):
        worker.tick()
        settle(worker)
    assert runs(engine) == [("probe", JobStatus.OK)]
    fake_clock.forward(seconds=60)
    worker.tick()
    settle(worker)
    assert told == [NOW + MINUTE, NOW + 2 * MINUTE]


def test_a_job_that_fails_says_why_and_the_next_slot_runs(
    engine: Engine, settings: Settings, fake_clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(work: Work) -> str:
        if work.now() == NOW:
            raise JobError("the publisher did not answer")
        raise ZeroDivisionError("oh")

    worker = Worker(Work(engine, settings, fake_clock), job(fail))
    worker.tick()
    settle(worker)
    fake_clock.forward(seconds=60)
    worker.tick()
    settle(worker)
    with engine.connect() as connection:
        told = connection.execute(select(RUN.c.told).order_by(RUN.c.slot)).scalars().all()
    assert told[0] == "the publisher did not answer"
    assert "ZeroDivisionError: oh (fail, line" in (told[1] or "")
    assert runs(engine) == [("probe", JobStatus.FAILED)] * 2
    assert [record.levelname for record in caplog.records if record.levelname == "ERROR"] == ["ERROR"]


def test_a_long_collection_does_not_hold_up_the_mail(
    engine: Engine, settings: Settings, fake_clock: FakeClock
) -> None:
    may_end = threading.Event()

    def collect(work: Work) -> str:
        assert may_end.wait(30)
        return "brought"

    jobs = job(collect, "collect", lane=Lane.COLLECT) | job(lambda _: "sent", "send", lane=Lane.MAIL)
    worker = Worker(Work(engine, settings, fake_clock), jobs)
    worker.tick()
    worker._running[Lane.MAIL][1].join(30)  # what it did is written before its lane is free again
    assert ("send", JobStatus.OK) in runs(engine)
    assert ("collect", JobStatus.RUNNING) in runs(engine)
    fake_clock.forward(seconds=60)
    worker.tick()  # the next slot of the collection waits for this one, and the mail goes on
    may_end.set()
    settle(worker)
    found = runs(engine)
    assert found.count(("send", JobStatus.OK)) == 2
    assert ("collect", JobStatus.WAITING) in found


def test_one_leads_and_another_takes_over_when_the_lease_runs_out(
    engine: Engine, settings: Settings, fake_clock: FakeClock
) -> None:
    def leads(name: str) -> bool:
        return schedule.leads(engine, schedule.CLOCK, name, fake_clock(), timedelta(seconds=20))

    assert leads("one")
    assert not leads("two")
    fake_clock.forward(seconds=15)
    assert leads("one")  # renewed past the half
    fake_clock.forward(seconds=15)
    assert not leads("two")
    fake_clock.forward(seconds=6)
    assert leads("two")
    assert not leads("one")
    schedule.resign(engine, schedule.CLOCK, "two")
    assert leads("one")


def test_an_idle_clock_writes_next_to_nothing(
    engine: Engine, settings: Settings, fake_clock: FakeClock
) -> None:
    """A write makes every web process look at its kept pages again."""
    worker = Worker(Work(engine, settings, fake_clock), job(lambda _: "", rhythm=timedelta(hours=1)))
    worker.tick()
    settle(worker)
    with engine.connect() as connection:
        before = connection.execute(select(LEASE.c.until)).scalar_one()
    for _ in range(4):
        fake_clock.forward(seconds=2)
        worker.tick()
    with engine.connect() as connection:
        assert connection.execute(select(LEASE.c.until)).scalar_one() == before


def test_the_slot_of_a_dead_worker_is_marked_and_the_next_one_runs(
    engine: Engine, settings: Settings, fake_clock: FakeClock
) -> None:
    jobs = job(lambda _: "done")
    schedule.put_due(engine, {"probe": jobs["probe"].grid}, NOW)
    assert schedule.claim(engine, ["probe"], "dead", NOW, timedelta(seconds=40))
    worker = Worker(Work(engine, settings, fake_clock), jobs)
    worker.tick()
    assert runs(engine) == [("probe", JobStatus.RUNNING)]
    fake_clock.forward(seconds=60)
    worker.tick()
    settle(worker)
    assert runs(engine) == [("probe", JobStatus.LOST), ("probe", JobStatus.OK)]


def test_of_slots_that_waited_for_long_only_the_newest_is_run(
    engine: Engine, settings: Settings, fake_clock: FakeClock
) -> None:
    grids = {"probe": Grid(5 * MINUTE)}
    for _ in range(3):
        schedule.put_due(engine, grids, fake_clock())
        fake_clock.forward(minutes=10)
    assert [status for _, status in runs(engine)] == [JobStatus.MISSED, JobStatus.MISSED, JobStatus.WAITING]


def test_old_runs_are_forgotten_but_never_a_jobs_newest(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(RUN), [
            {"job": name, "slot": NOW - number * rhythm, "status": JobStatus.OK}
            for name, rhythm in (("often", MINUTE), ("rarely", timedelta(days=365)))
            for number in range(schedule.KEPT_RUNS + 20)
        ])  # fmt: skip
        assert schedule.forget_old(connection, NOW - timedelta(days=7)) == 20
        left = connection.execute(select(RUN.c.job)).scalars().all()
    assert left.count("rarely") == schedule.KEPT_RUNS
    assert left.count("often") == schedule.KEPT_RUNS + 20


def test_every_source_has_a_job_and_every_job_a_lane(settings: Settings) -> None:
    jobs = all_jobs(settings)
    assert {name for name in jobs if name.startswith("collect:")} == {
        f"collect:{key}" for key in all_sources()
    }
    assert {found.lane for found in jobs.values() if found.name.startswith("collect:")} == {Lane.COLLECT}


# --- without a publisher ------------------------------------------------------------------------------------


def test_where_no_publisher_answers_sources_fail_in_peace(
    sqlite_engine: Engine, settings: Settings, fake_clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is tried, noted, and left alone for longer and longer; nothing is logged that would worry anybody."""
    jobs = {name: one for name, one in all_jobs(settings).items() if name == "collect:legislators"}
    worker = Worker(Work(sqlite_engine, settings, fake_clock), jobs)
    for _ in range(12 * 60 // 5):
        worker.tick()
        settle(worker)
        fake_clock.forward(minutes=5)
    assert len(runs(sqlite_engine)) == 5  # at once, and after 15 minutes, 1, 4 and 6 hours
    assert {status for _, status in runs(sqlite_engine)} == {JobStatus.FAILED}
    assert [record for record in caplog.records if record.levelno > 20] == []


# --- several workers, some of them killed -------------------------------------------------------------------

PROBE = "CREATE TABLE probe (job VARCHAR(80), slot VARCHAR(40), PRIMARY KEY (job, slot))"
QUICK = Pace(tick=timedelta(seconds=0.1), lead=timedelta(seconds=1), running=timedelta(seconds=3))
RHYTHM = timedelta(seconds=0.5)


def probe(name: str) -> Callable[[Work], str]:
    def note(work: Work) -> str:
        assert work.until is not None
        with writing(work.engine) as connection:
            connection.execute(
                text("INSERT INTO probe VALUES (:job, :slot)"),
                {"job": name, "slot": (work.until - RHYTHM).isoformat()},
            )
        return "noted"

    return note


def work_alone(url: URL, folder: Path) -> None:
    """A worker's whole life, in a process of its own."""
    engine = patient(create_engine(url, poolclass=NullPool))
    settings = Settings(instance=folder, secret_key="x", database_url="")
    jobs = {
        name: Job(name, Grid(RHYTHM), lane, probe(name))
        for name, lane in (("a", Lane.MAIL), ("b", Lane.KEEP))
    }
    Worker(Work(engine, settings), jobs, QUICK).run()


@pytest.fixture
def workers(engine: Engine, tmp_path: Path) -> Iterator[dict[int, BaseProcess]]:
    with writing(engine) as connection:
        connection.execute(text(PROBE))
    engine.dispose()
    found = [begin(work_alone, engine.url, tmp_path) for _ in range(3)]
    running = {process.pid: process for process in found if process.pid}
    yield running
    for process in running.values():
        process.kill()
        process.join()


@pytest.mark.parametrize(
    ("kills", "every"), [(3, 1.6), pytest.param(15, 4.0, marks=pytest.mark.long)], ids=["3 kills", "15 kills"]
)
def test_three_workers_run_each_slot_once_though_the_leader_is_killed(
    engine: Engine, workers: dict[int, BaseProcess], tmp_path: Path, kills: int, every: float
) -> None:
    takeovers = []
    for _ in range(kills):
        time.sleep(every)
        leader = _leader(engine, workers, other_than=None)
        os.kill(leader, signal.SIGKILL)
        killed_at = time.monotonic()
        workers.pop(leader).join()
        another = begin(work_alone, engine.url, tmp_path)
        assert another.pid
        workers[another.pid] = another
        _leader(engine, workers, other_than=leader)
        takeovers.append(time.monotonic() - killed_at)
    time.sleep(1.0)
    for process in workers.values():
        process.terminate()
    for process in workers.values():
        process.join(10)
        assert process.exitcode == 0
    with engine.connect() as connection:
        slots = [tuple(row) for row in connection.execute(select(RUN.c.job, RUN.c.slot, RUN.c.status))]
        noted = {tuple(row) for row in connection.execute(text("SELECT job, slot FROM probe"))}
    ended = {(name, slot.isoformat()) for name, slot, status in slots if status == JobStatus.OK}
    cut_off = {
        (name, slot.isoformat())
        for name, slot, status in slots
        if status in (JobStatus.LOST, JobStatus.RUNNING)
    }
    assert {status for _, _, status in slots} <= {
        JobStatus.OK,
        JobStatus.LOST,
        JobStatus.RUNNING,
        JobStatus.WAITING,
    }
    assert ended <= noted <= ended | cut_off  # the table's key saw to it that none was noted twice
    assert len(cut_off) <= 2 * kills  # at most what ran in the killed process: one a lane
    for name in ("a", "b"):
        found = sorted(slot for job_name, slot, _ in slots if job_name == name)
        gaps = {after - before for before, after in pairwise(found)}
        assert gaps == {RHYTHM}, "no slot was left out while another took over"
    assert max(takeovers) < 2 * QUICK.lead.total_seconds() + 3


def _leader(engine: Engine, workers: dict[int, BaseProcess], other_than: int | None) -> int:
    """The process that has the clock's lease."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            held = connection.execute(select(LEASE)).one_or_none()
        if held is not None and held.until > datetime.now(UTC):
            found = int(held.holder.split(":")[1])
            if found in workers and found != other_than:
                return found
        time.sleep(0.02)
    raise TimeoutError("nobody leads")


# --- as a command -------------------------------------------------------------------------------------------


def test_the_worker_ends_with_the_process_that_started_it(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Even if that was killed: `make run` leaves nothing behind."""
    told = tmp_path / "pid"
    script = f"{sys.executable} -m flask --app wsgi worker --beside-parent --quiet & echo $! > {told}; wait"
    variables = {
        **os.environ, "DATABASE_URL": f"sqlite:///{sqlite_engine.url.database}", "INSTANCE": str(tmp_path),
        "TRACKER_MIRROR": str(tmp_path / "none"),
    }  # fmt: skip
    shell = subprocess.Popen(["sh", "-c", script], cwd=PROJECT, env=variables, start_new_session=True)
    deadline = time.monotonic() + 30
    while not runs(sqlite_engine) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert runs(sqlite_engine), "the worker has begun"
    worker = int(told.read_text())
    shell.kill()
    shell.wait()
    while time.monotonic() < deadline and _is_there(worker):
        time.sleep(0.05)
    assert not _is_there(worker)


def _is_there(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
