"""How the machinery does, in figures without a single address: mails, jobs and what waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from tracker.models import Change, Digest, DigestState, JobRun, JobStatus

CHANGE = cast(Table, Change.__table__)
DIGEST = cast(Table, Digest.__table__)
JOB_RUN = cast(Table, JobRun.__table__)

_UNSENT: tuple[DigestState, ...] = tuple(
    state for state in DigestState if state not in (DigestState.SENT, DigestState.SUPPRESSED)
)


class Operation(msgspec.Struct, frozen=True):
    """Figures at one instant. `oldest_unsent_at` is when the oldest mail that may still go out was queued."""

    changes: int
    changes_held: int
    unsent: dict[DigestState, int]
    oldest_unsent_at: datetime | None
    runs: dict[tuple[str, JobStatus], int]
    last_good_runs: dict[str, datetime]


def read_operation(session: Session) -> Operation:
    """The figures as they stand; of mails only the unsent, which an index finds."""
    held = dict(_rows(session, select(CHANGE.c.held, func.count()).group_by(CHANGE.c.held)))
    unsent = select(DIGEST.c.state, func.count()).where(DIGEST.c.state.in_(_UNSENT)).group_by(DIGEST.c.state)
    waiting = (DigestState.QUEUED, DigestState.RETRY)
    oldest = select(func.min(DIGEST.c.queued_at)).where(DIGEST.c.state.in_(waiting))
    runs = select(JOB_RUN.c.job, JOB_RUN.c.status, func.count()).group_by(JOB_RUN.c.job, JOB_RUN.c.status)
    good = (
        select(JOB_RUN.c.job, func.max(JOB_RUN.c.finished_at))
        .where(JOB_RUN.c.status == JobStatus.OK)
        .group_by(JOB_RUN.c.job)
    )
    return Operation(
        changes=held.get(False, 0),
        changes_held=held.get(True, 0),
        unsent=dict.fromkeys(_UNSENT, 0) | dict(_rows(session, unsent)),
        oldest_unsent_at=session.execute(oldest).scalar_one(),
        runs={(job, status): count for job, status, count in _rows(session, runs)},
        last_good_runs=dict(_rows(session, good)),
    )


def _rows(session: Session, statement: Any) -> list[Any]:
    return list(session.execute(statement).all())
