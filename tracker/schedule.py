"""The clock's rows: who leads, which slots are due, who runs which. Each function is one short transaction.

Whatever is idle only reads: a write makes every web process look at its kept pages again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Engine, Table, and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import writing
from tracker.models import JobRun, JobStatus, Lease
from tracker.slots import CATCH_UP, Grid, Past, due_slots

LEASE = cast(Table, Lease.__table__)
RUN = cast(Table, JobRun.__table__)

CLOCK = "clock"
"""The lease of the worker that decides what is due."""

KEPT_RUNS = 60
"""So many of a job's newest slots are always kept; older ones for as long as `forget_old` is told."""

_LOOKED_BACK = 12
_FAILED = (JobStatus.FAILED, JobStatus.LOST)
_OPEN = (JobStatus.RUNNING, JobStatus.LOST)


class Claimed(NamedTuple):
    """A slot that this worker now runs."""

    id: int
    job: str
    slot: datetime


def _insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows `ON CONFLICT`, in the words of the connection's engine."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


# --- who leads --------------------------------------------------------------------------------------


def leads(engine: Engine, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Whether `holder` has the lease: keeps it, renews it when half is over, or takes one that has run out."""
    with engine.connect() as connection:
        found = connection.execute(select(LEASE).where(LEASE.c.name == name)).one_or_none()
    if found is not None and found.until > now:
        if found.holder != holder:
            return False
        if found.until - now > length / 2:
            return True
    with writing(engine) as connection:
        taken = _insert(connection, LEASE).values(name=name, holder=holder, until=now + length)
        taken = taken.on_conflict_do_update(
            index_elements=["name"], set_={"holder": holder, "until": now + length},
            where=or_(LEASE.c.holder == holder, LEASE.c.until <= now),
        ).returning(LEASE.c.holder)  # fmt: skip
        return connection.execute(taken).scalar() == holder


def resign(engine: Engine, name: str, holder: str) -> None:
    """Give the lease back, so that another need not wait for its end."""
    with writing(engine) as connection:
        connection.execute(delete(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder))


# --- what is due ------------------------------------------------------------------------------------


def put_due(engine: Engine, grids: Mapping[str, Grid], now: datetime) -> int:
    """Write a waiting row for every slot that is due; answers how many. Only the leader does this.

    A slot that still waits when a later one has come is missed, unless it is hardly late.
    """
    with engine.connect() as connection:
        due = [
            (name, slot)
            for name, grid in grids.items()
            for slot in due_slots(grid, _past(connection, name), now)
        ]
    if not due:
        return 0
    with writing(engine) as connection:
        for name, slot in due:
            connection.execute(
                _insert(connection, RUN).values(job=name, slot=slot, status=JobStatus.WAITING)
                .on_conflict_do_nothing(index_elements=["job", "slot"])
            )  # fmt: skip
            connection.execute(
                update(RUN)
                .where(RUN.c.job == name, RUN.c.status == JobStatus.WAITING,
                       RUN.c.slot < min(slot, now - CATCH_UP))
                .values(status=JobStatus.MISSED, finished_at=now)
            )  # fmt: skip
    return len(due)


def mark_lost(engine: Engine, now: datetime) -> int:
    """Mark the slots whose worker has not been heard of; their jobs' next slots do the work."""
    gone = and_(RUN.c.status == JobStatus.RUNNING, RUN.c.lease_until <= now)
    with engine.connect() as connection:
        if connection.execute(select(RUN.c.id).where(gone).limit(1)).first() is None:
            return 0
    with writing(engine) as connection:
        lost = update(RUN).where(gone).values(
            status=JobStatus.LOST, finished_at=now, told="its worker ended in the middle"
        )  # fmt: skip
        return connection.execute(lost).rowcount


def _past(connection: Connection, name: str) -> list[Past]:
    rows = connection.execute(
        select(RUN.c.slot, RUN.c.status).where(RUN.c.job == name)
        .order_by(RUN.c.slot.desc()).limit(_LOOKED_BACK)
    )  # fmt: skip
    return [Past(slot, status in _FAILED) for slot, status in rows]


# --- who runs what ----------------------------------------------------------------------------------


def claim(
    engine: Engine, jobs: Sequence[str], worker: str, now: datetime, length: timedelta
) -> Claimed | None:
    """Take the oldest waiting slot of one of these jobs, unless that job runs somewhere just now."""
    other = RUN.alias()
    running = exists().where(
        other.c.job == RUN.c.job, other.c.status == JobStatus.RUNNING, other.c.lease_until > now
    )
    waiting = and_(RUN.c.status == JobStatus.WAITING, RUN.c.job.in_(jobs), ~running)
    with engine.connect() as connection:
        oldest = connection.execute(select(RUN.c.id).where(waiting).order_by(RUN.c.slot).limit(1)).scalar()
    if oldest is None:
        return None
    with writing(engine) as connection:
        taken = connection.execute(
            update(RUN).where(RUN.c.id == oldest, waiting)
            .values(status=JobStatus.RUNNING, worker=worker, started_at=now, lease_until=now + length)
            .returning(RUN.c.id, RUN.c.job, RUN.c.slot)
        ).one_or_none()  # fmt: skip
    return None if taken is None else Claimed(*taken)


def still_running(engine: Engine, ids: Sequence[int], worker: str, now: datetime, length: timedelta) -> None:
    """Say that this worker is still at these slots, where their leases are half over."""
    if not ids:
        return
    with engine.connect() as connection:
        half_over = select(RUN.c.id).where(RUN.c.id.in_(ids), RUN.c.lease_until <= now + length / 2)
        if connection.execute(half_over.limit(1)).first() is None:
            return
    with writing(engine) as connection:
        connection.execute(
            update(RUN).where(RUN.c.id.in_(ids), RUN.c.worker == worker, RUN.c.status == JobStatus.RUNNING)
            .values(lease_until=now + length)
        )  # fmt: skip


def finish(engine: Engine, run: int, worker: str, status: JobStatus, told: str, now: datetime) -> bool:
    """Write how a slot ended; False where somebody else has it. Its worker knows best, also of one called lost."""
    with writing(engine) as connection:
        ended = connection.execute(
            update(RUN).where(RUN.c.id == run, RUN.c.worker == worker, RUN.c.status.in_(_OPEN))
            .values(status=status, told=told, finished_at=now)
        )  # fmt: skip
        return ended.rowcount == 1


def forget_old(connection: Connection, before: datetime) -> int:
    """Delete slots from before, but never a job's newest: the clock goes by them."""
    forgotten = 0
    for name in connection.execute(select(RUN.c.job).distinct()).scalars().all():
        newest = select(RUN.c.slot).where(RUN.c.job == name).order_by(RUN.c.slot.desc())
        kept = connection.execute(newest.offset(KEPT_RUNS).limit(1)).scalar()
        if kept is not None:
            old = delete(RUN).where(RUN.c.job == name, RUN.c.slot <= min(kept, before))
            forgotten += connection.execute(old).rowcount
    return forgotten
