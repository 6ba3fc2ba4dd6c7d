"""Everything that happens by the clock: one table of jobs, each with its rhythm, its lane and what it does.

Each is also a command that a person can run. A job may be run again after it was killed at any moment; that is what
makes the worker simple. It answers a sentence of what it did, and raises JobError for what went wrong in a known way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import Engine

from scrapers.bodies import Bodies
from scrapers.fetch import fetcher_from
from scrapers.progress import Progress, quiet
from scrapers.registry import all_sources
from scrapers.source import Fetcher, Source
from tracker import housekeeping
from tracker.bounces.intake import take_in
from tracker.config import Settings
from tracker.db import exclusive, writing
from tracker.digests.deliver import Report, has_due
from tracker.digests.plan import plan
from tracker.digests.sending import send_due, sender_from
from tracker.ingest import Report as Collected
from tracker.ingest import ingest
from tracker.ingest.ahead import fetched_ahead
from tracker.judgements import store_judgements
from tracker.linking.apply import is_outdated, relink
from tracker.linking.linker import packaged_content, packaged_linker
from tracker.slots import Grid, offset_of
from tracker.subscriptions import housekeeping as subscriptions_housekeeping
from tracker.subscriptions import requests
from tracker.subscriptions.ending import unsubscribe
from tracker.subscriptions.files import folders_of, forget_returned


class JobError(Exception):
    """The job did not do all it should; the sentence is for the status page."""


class Lane(StrEnum):
    """What may be slow together. A worker runs one job a lane at a time, so that no collection delays the mail."""

    COLLECT = "collect"
    MAIL = "mail"
    KEEP = "keep"


@dataclass(slots=True)
class Work:
    """What a job is given: where to store, how to reach the world, and the time.

    `until` is when a job that goes on looking for work should end; `is_stopping` turns true when the worker ends.
    """

    engine: Engine
    settings: Settings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    until: datetime | None = None
    is_stopping: Callable[[], bool] = lambda: False
    sleep: Callable[[float], object] = time.sleep
    _fetcher: list[Fetcher] = field(default_factory=list)

    @property
    def fetcher(self) -> Fetcher:
        """One for all of a worker's life: it remembers each host's pace and its robots.txt."""
        if not self._fetcher:
            mirror = self.settings.tracker_mirror
            keys = {"api.congress.gov": self.settings.congress_gov_api_key}
            self._fetcher.append(fetcher_from(str(mirror) if mirror else None, self.settings.contact, keys))
        return self._fetcher[0]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the table."""

    name: str
    grid: Grid
    lane: Lane
    run: Callable[[Work], str]


def all_jobs(settings: Settings) -> dict[str, Job]:
    """Every job by name: one for each source, and the rest."""
    jobs = [
        *(_collecting(source, settings) for source in all_sources().values()),
        Job("link", Grid(timedelta(minutes=10)), Lane.KEEP, link),
        Job("plan", Grid(timedelta(minutes=5)), Lane.KEEP, plan_digests),
        Job("mail", Grid(timedelta(minutes=1)), Lane.MAIL, mail),
        Job("bounces", Grid(timedelta(minutes=5)), Lane.KEEP, take_bounces),
        Job("housekeeping", Grid(timedelta(hours=1)), Lane.KEEP, keep_house),
    ]
    return {job.name: job for job in jobs}


def _collecting(source: Source, settings: Settings) -> Job:
    name = f"collect:{source.key}"
    offset = offset_of(name, settings.public_url, source.rhythm)
    grid = Grid(source.rhythm, offset, backs_off=True)
    return Job(name, grid, Lane.COLLECT, partial(collect_by_clock, source))


# --- collecting and linking -------------------------------------------------------------------------


def collect_by_clock(source: Source, work: Work) -> str:
    """Collect one source; a run that needs a person has failed."""
    report = collect_source(work, source, {})
    problems = "; ".join(problem.message for problem in report.problems[:2])
    if report.needs_a_person:
        raise JobError(f"{report.status}: {problems}")
    return f"{report.status}: {report.documents:,} documents, {report.changes:,} changes"


def collect_source(
    work: Work,
    source: Source,
    options: Mapping[str, str],
    progress: Progress = quiet,
    *,
    since: datetime | None = None,
) -> Collected:
    """One run of a source. Over the network its documents are fetched before anything is locked."""
    bodies = Bodies(work.settings.instance / "bodies")
    fetcher = work.fetcher
    if work.settings.tracker_mirror is None:
        fetcher = fetched_ahead(work.engine, source, fetcher, bodies, options, progress, since=since)
    return ingest(work.engine, source, fetcher, bodies, options, work.now, progress, since=since)


def link(work: Work) -> str:
    """Bring links up to this program's vocabulary and rules, where they were made with others."""
    linker = packaged_linker()
    with work.engine.connect() as connection:
        if not is_outdated(connection, linker):
            return "links are up to date"
    with writing(work.engine) as connection, exclusive(connection, "link"):
        report = relink(connection, linker)
        store_judgements(connection, packaged_content())
    return f"{report.items:,} items linked again"


# --- mail -------------------------------------------------------------------------------------------


def plan_digests(work: Work) -> str:
    """Queue a digest for everybody who is due and has news."""
    settings = work.settings
    report = plan(work.engine, sender_from(settings), settings.signing_key, work.now())
    counts = (("digests", report.planned), ("urgent mails", report.urgent), ("held", report.held))
    return in_words((what, count) for what, count in counts)


_LOOK_EVERY = 2.0  # seconds
_AFTER_TROUBLE = 15.0


def mail(work: Work) -> str:
    """Until the slot is over: answer those who asked for mail, and send what is due.

    Somebody waits for the first, so this looks again every two seconds; when nothing is there it only reads.
    """
    total = Report()
    asked = 0
    while True:
        now = work.now()
        if requests.is_any(work.engine):
            asked += requests.take(work.engine, work.settings.signing_key, now)
        pause = _LOOK_EVERY
        if has_due(work.engine, now):
            report = send_due(work.engine, work.settings, work.now, is_stopping=work.is_stopping)
            total.add(report)
            pause = _AFTER_TROUBLE if report.problem else _LOOK_EVERY
        if work.until is None or work.is_stopping() or work.now() + timedelta(seconds=pause) >= work.until:
            break
        work.sleep(pause)
    told = in_words((("asked", asked), ("sent", total.sent), ("to be tried again", total.retry),
                     ("failed", total.failed), ("uncertain", total.uncertain)))  # fmt: skip
    if total.problem:
        raise JobError(f"{told}; {total.problem}")
    return told


def take_bounces(work: Work) -> str:
    """Take in mail that came back, and mail that ends a subscription."""
    settings = work.settings
    if settings.bounce_folder is None or not settings.bounce_address:
        return "returned mail is not taken in: BOUNCE_FOLDER and BOUNCE_ADDRESS are not set"
    taken = take_in(
        work.engine, settings.bounce_folder, settings.bounce_address, settings.signing_key, work.now(),
        leave=unsubscribe,
    )  # fmt: skip
    return in_words((*taken.counted.items(), ("others", taken.others)))


# --- keeping house ----------------------------------------------------------------------------------


def keep_house(work: Work) -> str:
    """Remind who did not confirm, and delete what is kept for a while only."""
    settings, now = work.settings, work.now()
    kept = subscriptions_housekeeping.keep_house(
        work.engine, settings.signing_key, now, folders=folders_of(settings)
    )
    with writing(work.engine) as connection:
        found = housekeeping.forget(connection, now)
    returned = forget_returned(settings.bounce_folder, now) if settings.bounce_folder else 0
    return in_words((*kept.counts().items(), *found.items(), ("returned mails", returned)))


def in_words(counts: Iterable[tuple[str, int]]) -> str:
    """What was counted, without the zeros."""
    return ", ".join(f"{count:,} {what}" for what, count in counts if count) or "nothing to do"
