"""The clock's memory: who leads, and every slot of every job."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime, enum_type


class Lease(Base):
    """Something that one process at a time may do, until an instant by which it must have said so again."""

    __tablename__ = "lease"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class JobStatus(StrEnum):
    """How a slot stands. `lost`: its worker ended in the middle. `missed`: a later slot of the job stood for it."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    LOST = "lost"
    MISSED = "missed"


class JobRun(Base):
    """One slot of a job: the instant at which it was due. Unique, so that any number of workers run it once.

    While it runs, `lease_until` is the instant by which its worker must have said that it still does.
    `told` is a sentence of what it did, or of what went wrong.
    """

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"), Index("ix_job_run_status", "status", "slot"))

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(80))
    slot: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[JobStatus] = mapped_column(enum_type(JobStatus))
    worker: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told: Mapped[str | None] = mapped_column(Text)
