"""What is kept for a while only, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Table, and_, delete, exists, or_, select

from tracker import schedule
from tracker.models import Digest, DigestBody, DigestState, MailToken, Subscriber, SubscriberState

TOKEN = cast(Table, MailToken.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)
DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)

UNCONFIRMED = timedelta(days=7)
"""An address that nobody confirmed is forgotten, with all that was asked for it."""

JOB_RUNS = timedelta(days=7)
TOKENS = timedelta(days=1)
"""After its end; until then a page can say that the link is too old."""

DIGESTS = timedelta(days=400)
"""So that what anybody was told in a session of Congress can be looked up and corrected."""

_ENDED = (DigestState.SENT, DigestState.FAILED, DigestState.SUPPRESSED, DigestState.UNCERTAIN)


def forget(connection: Connection, now: datetime) -> dict[str, int]:
    """Delete all that is past its time; answers how much of each."""
    unconfirmed = and_(
        SUBSCRIBER.c.state == SubscriberState.PENDING, SUBSCRIBER.c.created_at < now - UNCONFIRMED
    )
    old_token = or_(TOKEN.c.expires_at < now - TOKENS, TOKEN.c.used_at < now - TOKENS)
    old_digest = and_(DIGEST.c.state.in_(_ENDED), DIGEST.c.queued_at < now - DIGESTS)
    unused = and_(
        BODY.c.made_at < now - DIGESTS, ~exists(select(DIGEST.c.id).where(DIGEST.c.body_id == BODY.c.id))
    )
    return {
        "expired links": connection.execute(delete(TOKEN).where(old_token)).rowcount,
        "unconfirmed addresses": connection.execute(delete(SUBSCRIBER).where(unconfirmed)).rowcount,
        "old digests": connection.execute(delete(DIGEST).where(old_digest)).rowcount,
        "bodies of old digests": connection.execute(delete(BODY).where(unused)).rowcount,
        "runs of jobs": schedule.forget_old(connection, now - JOB_RUNS),
    }
