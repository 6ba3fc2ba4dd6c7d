"""Sources and how they are doing: when each last answered, what went wrong, what is known to be missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import msgspec
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from scrapers.problems import Problem
from scrapers.registry import all_sources
from scrapers.source import Source
from tracker.models import Change, Collection, Item, SourceDocument, Status
from tracker.queries.paging import AnyRow
from tracker.queries.provenance import COLUMNS, Provenance, provenance
from tracker.selection import MEASURES
from tracker.slots import next_after_failure

COLLECTION = cast(Table, Collection.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)
CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)

GOOD = (Status.OK, Status.UNCHANGED)
"""Runs after which what we hold is what the publisher has."""

FAILED = (Status.FAILED, Status.QUARANTINED)

_LOOKED_BACK = 12  # runs: of more failures in a row it is no longer said how many
_LATE_AFTER = 3  # times the rhythm: one run may fail, and the next take its time


class Health(StrEnum):
    """How a source is doing, in a word."""

    CURRENT = "current"
    LATE = "late"
    BROKEN = "broken"
    BUNDLED = "bundled"
    NEVER = "never collected"


class Run(msgspec.Struct, frozen=True):
    """One collection, as it ended; `finished_at` is None while it runs or when it was killed.

    A load of bundled facts stands among the runs; `bundled_as_of` says when those were taken from the publisher, and
    `bundled_until` the last day on which that may have been.
    """

    id: int
    status: Status
    started_at: datetime
    finished_at: datetime | None
    documents: int
    records: int
    created: int
    updated: int
    unchanged: int
    changes: int
    held: int
    held_because: str | None
    problems: tuple[Problem, ...]
    bundled_as_of: datetime | None = None
    bundled_until: date | None = None

    @property
    def good_at(self) -> datetime | None:
        """What the run's facts are as of: its end, or when bundled facts were taken."""
        return self.bundled_as_of or self.finished_at


class SourceStatus(msgspec.Struct, frozen=True):
    """A source and its health. Counts are of what we hold; `missing` is what it no longer lists.

    `failures` is how many of the last runs failed in a row; `again_at` is when the worker asks again after one.
    `bundled` is the load of what came with the program, where that is the last that was good.
    """

    key: str
    name: str
    publisher: str
    covers: str
    home_url: str
    licence: str
    rhythm: timedelta
    health: Health
    last_good_at: datetime | None
    last_run: Run | None
    documents: int
    items: int
    missing: int
    held: int
    failures: int = 0
    again_at: datetime | None = None
    bundled: Run | None = None


class SiteHealth(msgspec.Struct, frozen=True):
    """All sources in one value: how many are current, which are not, and when one last answered.

    `bundled_as_of` is set where all there is came with the program: as of when its measures are, which is what
    readers come for, and where it has none its oldest part. The other parts have dates of their own.
    """

    total: int
    current: int
    others: tuple[tuple[str, Health, datetime | None], ...]
    last_good_at: datetime | None
    bundled_as_of: datetime | None = None


def list_sources(session: Session, now: datetime) -> tuple[SourceStatus, ...]:
    """Every source there is, whether or not it was ever collected."""
    documents = _counts(session, select(DOCUMENT.c.source, func.count()).group_by(DOCUMENT.c.source))
    of_items = (
        select(DOCUMENT.c.source, func.count(), func.count(ITEM.c.missing_since))
        .select_from(ITEM.join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id))
        .group_by(DOCUMENT.c.source)
    )
    items = {source: (count, missing) for source, count, missing in session.execute(of_items)}
    of_held = (
        select(DOCUMENT.c.source, func.count())
        .select_from(CHANGE.join(DOCUMENT, DOCUMENT.c.id == CHANGE.c.document_id))
        .where(CHANGE.c.held.is_(True))
        .group_by(DOCUMENT.c.source)
    )
    held = _counts(session, of_held)
    statuses = []
    for source in all_sources().values():
        last_run, good_run = _runs(session, source.key)
        last_good_at = good_run.good_at if good_run else None
        failures = _failures(session, source.key, last_run)
        count, missing = items.get(source.key, (0, 0))
        statuses.append(
            SourceStatus(
                source.key, source.name, source.publisher, source.covers, source.home_url, source.licence,
                source.rhythm, health(source, last_run, good_run, now), last_good_at, last_run,
                documents.get(source.key, 0), count, missing, held.get(source.key, 0),
                failures,
                next_after_failure(last_run.started_at, failures, source.rhythm) if last_run and failures else None,
                good_run if good_run and good_run.bundled_as_of else None,
            )
        )  # fmt: skip
    return tuple(statuses)


def site_health(session: Session, now: datetime) -> SiteHealth:
    """Whether the sources answer, for the foot of every page. Two look-ups a source."""
    found: list[tuple[Source, Health, datetime | None]] = []
    for source in all_sources().values():
        last_run, good_run = _runs(session, source.key)
        found.append(
            (source, health(source, last_run, good_run, now), good_run.good_at if good_run else None)
        )
    return SiteHealth(
        total=len(found),
        current=sum(state is Health.CURRENT for _, state, _ in found),
        others=tuple((source.name, state, at) for source, state, at in found if state is not Health.CURRENT),
        last_good_at=max((at for _, _, at in found if at), default=None),
        bundled_as_of=_bundled_as_of(found),
    )


def _bundled_as_of(found: Sequence[tuple[Source, Health, datetime | None]]) -> datetime | None:
    if any(state not in (Health.BUNDLED, Health.NEVER) for _, state, _ in found):
        return None
    taken = {source.key: at for source, state, at in found if at and state is Health.BUNDLED}
    return taken.get(MEASURES) or min(taken.values(), default=None)


def health(source: Source, last_run: Run | None, good_run: Run | None, now: datetime) -> Health:
    """Broken when the last run failed, late when none was good for three times the source's rhythm.

    Bundled where there are only the facts that came with the program: the source never answered here. An
    installation without a network has no broken sources, for nothing of theirs was ever read and then not.
    """
    if last_run is None:
        return Health.NEVER
    if last_run.bundled_as_of is not None:
        return Health.BUNDLED
    if last_run.status in (Status.FAILED, Status.RUNNING):
        if good_run is None:
            return Health.NEVER
        if good_run.bundled_as_of is not None:
            return Health.BUNDLED
    if last_run.status in FAILED:
        return Health.BROKEN
    last_good_at = good_run.good_at if good_run else None
    if last_good_at is None or now - last_good_at > _LATE_AFTER * source.rhythm:
        return Health.LATE
    return Health.CURRENT


def last_good(session: Session, source: str) -> datetime | None:
    """When a run of a source last ended well: what a list of its facts is as of."""
    good_run = _runs(session, source)[1]
    return good_run.good_at if good_run else None


def _runs(session: Session, source: str) -> tuple[Run | None, Run | None]:
    """The last run, and the last good one."""
    newest_first = (
        select(COLLECTION)
        .where(COLLECTION.c.source == source)
        .order_by(COLLECTION.c.started_at.desc(), COLLECTION.c.id.desc())
        .limit(1)
    )
    last = session.execute(newest_first).one_or_none()
    if last is None:
        return None, None
    if last.status in GOOD:
        return _run(last), _run(last)
    good = session.execute(newest_first.where(COLLECTION.c.status.in_(GOOD))).one_or_none()
    return _run(last), _run(good) if good else None


def _failures(session: Session, source: str, last_run: Run | None) -> int:
    """How many of the last runs failed one after another."""
    if last_run is None or last_run.status not in FAILED:
        return 0
    newest_first = (
        select(COLLECTION.c.status)
        .where(COLLECTION.c.source == source)
        .order_by(COLLECTION.c.started_at.desc(), COLLECTION.c.id.desc())
        .limit(_LOOKED_BACK)
    )
    states = session.execute(newest_first).scalars().all()
    return next((number for number, state in enumerate(states) if state not in FAILED), len(states))


def _run(row: AnyRow) -> Run:
    return Run(
        row.id, row.status, row.started_at, row.finished_at, row.documents, row.records, row.created,
        row.updated, row.unchanged, row.changes, row.held, row.held_because, row.problems,
        datetime.fromisoformat(row.options["as_of"]) if "snapshot" in row.options else None,
        date.fromisoformat(row.options["until"]) if "until" in row.options else None,
    )  # fmt: skip


def _counts(session: Session, statement: Any) -> dict[str, int]:
    return dict(session.execute(statement).all())


# --- one source's newest document, for the API ------------------------------------------------------


def newest_documents(session: Session) -> dict[str, Provenance]:
    """The document that was fetched last, by source; members of archives are left out."""
    newest = (
        select(DOCUMENT.c.source, func.max(DOCUMENT.c.fetched_at).label("fetched_at"))
        .where(DOCUMENT.c.container_id.is_(None), DOCUMENT.c.sha256 != "")
        .group_by(DOCUMENT.c.source)
        .subquery()
    )
    rows = session.execute(
        select(*COLUMNS)
        .join_from(DOCUMENT, newest, (DOCUMENT.c.source == newest.c.source)
                   & (DOCUMENT.c.fetched_at == newest.c.fetched_at))
        .where(DOCUMENT.c.container_id.is_(None), DOCUMENT.c.sha256 != "")
        .order_by(DOCUMENT.c.id)
    )  # fmt: skip
    return {row.document_source: provenance(row) for row in rows}
