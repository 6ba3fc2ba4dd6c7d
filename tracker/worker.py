"""The worker: a clock and a job runner, in a process of its own. Any number may run, on any number of machines.

APScheduler ticks and does nothing else. At every tick a worker asks for the lease of the clock; whoever has it writes
a row for each slot that is due and marks what a dead worker left. Every worker takes waiting rows, one job a lane at a
time, and runs them in a thread of its own. Killed at any moment, it leaves a lease that runs out and a slot that is
marked.
"""

from __future__ import annotations

import logging
import os
import platform
import secrets
import signal
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from tracker import schedule
from tracker.jobs import Job, JobError, Lane, Work
from tracker.models import JobStatus

log = logging.getLogger(__name__)

_GRACE = 3.0  # seconds that running mail gets to come to a good end when the worker is stopped
_TOLD_MOST = 500


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks, and how long it may be silent before others take its place."""

    tick: timedelta = timedelta(seconds=2)
    lead: timedelta = timedelta(seconds=20)
    running: timedelta = timedelta(seconds=40)


class Worker:
    """Leads if nobody else does, and runs what is due. `tick` is all it does; `run` does it by the clock."""

    def __init__(self, work: Work, jobs: Mapping[str, Job], pace: Pace | None = None) -> None:
        self._stop = threading.Event()
        self._work = replace(work, is_stopping=self._is_stopping, sleep=self._stop.wait)
        self._jobs = jobs
        self._pace = pace or Pace()
        self._running: dict[Lane, tuple[schedule.Claimed, threading.Thread]] = {}
        self.name = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(4)}"

    def tick(self) -> None:
        """Lead, take what waits, and say that what runs still runs."""
        engine, now, pace = self._work.engine, self._work.now(), self._pace
        self._running = {lane: one for lane, one in self._running.items() if one[1].is_alive()}
        busy = [claimed.id for claimed, _ in self._running.values()]
        schedule.still_running(engine, busy, self.name, now, pace.running)
        if schedule.leads(engine, schedule.CLOCK, self.name, now, pace.lead):
            schedule.mark_lost(engine, now)
            schedule.put_due(engine, {name: job.grid for name, job in self._jobs.items()}, now)
        for lane in Lane:
            if lane not in self._running:
                self._start(lane, now)

    def _start(self, lane: Lane, now: datetime) -> None:
        names = [job.name for job in self._jobs.values() if job.lane is lane]
        claimed = schedule.claim(self._work.engine, names, self.name, now, self._pace.running)
        if claimed is not None:
            thread = threading.Thread(target=self._do, args=(claimed,), name=claimed.job, daemon=True)
            self._running[lane] = claimed, thread
            thread.start()

    def _do(self, claimed: schedule.Claimed) -> None:
        """Run one slot and write how it ended."""
        job = self._jobs[claimed.job]
        until = claimed.slot + job.grid.rhythm
        try:
            status, told = JobStatus.OK, job.run(replace(self._work, until=until))
        except JobError as error:
            status, told = JobStatus.FAILED, str(error)
            log.info("%s: %s", job.name, told)
        except Exception as error:  # the boundary: one failing job never stops the rest
            where = traceback.extract_tb(error.__traceback__)[-1]
            status = JobStatus.FAILED
            told = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            log.exception("%s failed", job.name)
        patiently(
            lambda: schedule.finish(
                self._work.engine, claimed.id, self.name, status, told[:_TOLD_MOST], self._work.now()
            )
        )

    # --- by the clock ---

    def run(self, *, beside_parent: bool = False) -> None:
        """Tick until told to stop by SIGINT or SIGTERM, or with `beside_parent` when the parent has ended."""
        parent = os.getppid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        logging.getLogger("apscheduler").setLevel(
            logging.ERROR
        )  # a tick that waits for the database is no news
        clock = BackgroundScheduler(timezone=UTC)
        clock.add_job(
            self._tick_safely, "interval", seconds=self._pace.tick.total_seconds(), next_run_time=datetime.now(UTC),
            max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip
        clock.start()
        while not self._stop.wait(0.5):
            if beside_parent and os.getppid() != parent:
                break
        self._stop.set()
        clock.shutdown(wait=False)
        self._leave()

    def _is_stopping(self) -> bool:
        return self._stop.is_set()

    def _tick_safely(self) -> None:
        try:
            self.tick()
        except SQLAlchemyError as error:  # a database that is away or busy; the next tick may find it
            log.warning("the database does not answer: %s", str(error).partition("\n")[0])

    def _leave(self) -> None:
        """Let mail that is on its way be answered, give back what is ours, and wait for nothing else.

        A collection is one transaction: it may be cut off at any moment, and its next slot does it again.
        """
        mail = self._running.get(Lane.MAIL)
        if mail is not None:
            mail[1].join(_GRACE)
        try:
            schedule.resign(self._work.engine, schedule.CLOCK, self.name)
            for claimed, thread in self._running.values():
                if thread.is_alive():
                    schedule.finish(
                        self._work.engine, claimed.id, self.name, JobStatus.LOST, "the worker was stopped",
                        self._work.now(),
                    )  # fmt: skip
        except SQLAlchemyError as error:
            log.warning("left without a word: %s", str(error).partition("\n")[0])


def patiently(write: Callable[[], object], tries: int = 10) -> None:
    """Do a small write that must not be lost to a database that is busy or away for a moment."""
    for attempt in range(1, tries + 1):
        try:
            write()
        except SQLAlchemyError:
            if attempt == tries:
                raise
            time.sleep(min(5.0, 0.1 * 2**attempt))
        else:
            return
