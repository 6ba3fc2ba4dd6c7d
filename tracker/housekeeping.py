"""What is kept for a while only, beside what subscriptions forget by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Table, and_, delete, exists, select

from tracker import schedule
from tracker.models import Digest, DigestBody, DigestState

DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)

JOB_RUNS = timedelta(days=7)

DIGESTS = timedelta(days=400)
"""So that what anybody was told in a session of Congress can be looked up and corrected."""

_ENDED = (DigestState.SENT, DigestState.FAILED, DigestState.SUPPRESSED, DigestState.UNCERTAIN)


def forget(connection: Connection, now: datetime) -> dict[str, int]:
    """Delete all that is past its time; answers how much of each."""
    old_digest = and_(DIGEST.c.state.in_(_ENDED), DIGEST.c.queued_at < now - DIGESTS)
    unused = and_(
        BODY.c.made_at < now - DIGESTS, ~exists(select(DIGEST.c.id).where(DIGEST.c.body_id == BODY.c.id))
    )
    return {
        "old digests": connection.execute(delete(DIGEST).where(old_digest)).rowcount,
        "bodies of old digests": connection.execute(delete(BODY).where(unused)).rowcount,
        "runs of jobs": schedule.forget_old(connection, now - JOB_RUNS),
    }
