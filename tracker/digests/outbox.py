"""The rows of mails on their way: claimed for a while, handed over, and what became of them.

    queued ──▶ claimed ──▶ committing ──▶ sent | retry | failed | uncertain
                 │ lease over: claimed again     │ by the sender's log; without one, lease over:
                                                 │ uncertain, or again for what somebody waits for

A claim is one transaction in which nobody who wants no mail is chosen. Several senders share the work: on PostgreSQL
each skips the rows that another holds, SQLite has one writer at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import ARRAY, Connection, Table, Text, and_, bindparam, case, func, or_, select, update

from tracker.db import among
from tracker.digests.dots import Mark
from tracker.digests.fate import MOST_BREAKS, SENT_AGAIN, Fate, after_unknown_end
from tracker.models import (
    Digest,
    DigestKind,
    DigestState,
    PausedBecause,
    Subscriber,
    SubscriberState,
    Suppression,
)
from tracker.prepared import Prepared

DIGEST = cast(Table, Digest.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)
SUPPRESSION = cast(Table, Suppression.__table__)

FIRST = tuple(SENT_AGAIN)
"""Kinds that go before all digests: somebody waits for them."""

THEN = tuple(kind for kind in DigestKind if kind not in SENT_AGAIN)
REFUSED = "the address wants no mail"
_NOT_FOR_NOW = (PausedBecause.BOUNCES, PausedBecause.COMPLAINT)

LEASE = timedelta(minutes=3)
"""A sender that was not heard of for so long is dead."""


class Claimed(NamedTuple):
    """A mail that this sender has, with what it takes to write it."""

    id: int
    kind: DigestKind
    period: str
    body_id: int | None
    values: Any
    attempts: int
    queued_at: datetime
    message_id: str | None
    subscriber_id: int
    address: str
    public_id: str


def claim(
    connection: Connection, sender: str, now: datetime, most: int, lease: timedelta = LEASE
) -> list[Claimed]:
    """Take up to so many mails that are due, what somebody waits for first. Within a transaction that writes."""
    settle_leftovers(connection, now)
    ids = _due(connection, FIRST, now, most)
    if len(ids) < most:
        ids += _due(connection, THEN, now, most - len(ids))
    if not ids:
        return []
    rows = connection.execute(
        select(
            DIGEST.c.id, DIGEST.c.kind, DIGEST.c.period, DIGEST.c.body_id, DIGEST.c["values"],
            DIGEST.c.attempts + case((DIGEST.c.state == DigestState.CLAIMED, 1), else_=0),
            DIGEST.c.queued_at, DIGEST.c.message_id, SUBSCRIBER.c.id, SUBSCRIBER.c.address, SUBSCRIBER.c.public_id,
            _IS_REFUSED.label("is_refused"),
        )
        .select_from(
            DIGEST.join(SUBSCRIBER, SUBSCRIBER.c.id == DIGEST.c.subscriber_id)
            .outerjoin(SUPPRESSION, SUPPRESSION.c.address_key == SUBSCRIBER.c.address_key)
        )
        .where(among(connection, DIGEST.c.id, ids))
        .order_by(DIGEST.c.kind.not_in(FIRST), DIGEST.c.id)
    ).all()  # fmt: skip
    refused = [row.id for row in rows if row.is_refused]
    if refused:
        connection.execute(
            update(DIGEST).where(DIGEST.c.id.in_(refused))
            .values(state=DigestState.SUPPRESSED, answer=REFUSED, claimed_by=None, lease_until=None)
        )  # fmt: skip
    taken = [Claimed(*row[:-1]) for row in rows if not row.is_refused]
    connection.execute(
        update(DIGEST)
        .where(among(connection, DIGEST.c.id, [mail.id for mail in taken]))
        .values(
            state=DigestState.CLAIMED,
            claimed_by=sender,
            lease_until=now + lease,
            attempts=case(
                (DIGEST.c.state == DigestState.CLAIMED, DIGEST.c.attempts + 1), else_=DIGEST.c.attempts
            ),
        )
    )
    return taken


PERIODICAL = (DigestKind.DIGEST, DigestKind.URGENT, DigestKind.HEARTBEAT)

_IS_REFUSED = or_(
    SUPPRESSION.c.address_key.is_not(None),
    and_(
        DIGEST.c.kind.in_(PERIODICAL),
        or_(
            func.coalesce(SUBSCRIBER.c.paused_because.in_(_NOT_FOR_NOW), False),
            SUBSCRIBER.c.state == SubscriberState.STOPPED,
        ),
    ),
)
"""Whether the address wants no mail, or for now no digests."""


def _due(connection: Connection, kinds: Sequence[DigestKind], now: datetime, most: int) -> list[int]:
    """Mails of these kinds that nobody has, by index and without an order that would cost a look at all of them."""
    found: list[int] = []
    for state, is_due in (
        (DigestState.CLAIMED, DIGEST.c.lease_until <= now),
        (DigestState.RETRY, DIGEST.c.retry_at <= now),
        (DigestState.QUEUED, or_(DIGEST.c.retry_at.is_(None), DIGEST.c.retry_at <= now)),
    ):
        if len(found) < most:
            due = select(DIGEST.c.id).where(DIGEST.c.state == state, DIGEST.c.kind.in_(kinds), is_due)
            due = due.limit(most - len(found)).with_for_update(skip_locked=True)
            found += connection.execute(due).scalars().all()
    return found


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """Whether a claim would find something. Reads only."""
    due = or_(
        and_(DIGEST.c.state.in_((DigestState.CLAIMED, DigestState.COMMITTING)), DIGEST.c.lease_until <= now),
        and_(DIGEST.c.state == DigestState.RETRY, DIGEST.c.retry_at <= now),
        and_(
            DIGEST.c.state == DigestState.QUEUED, or_(DIGEST.c.retry_at.is_(None), DIGEST.c.retry_at <= now)
        ),
    )
    return connection.execute(select(DIGEST.c.id).where(due).limit(1)).first() is not None


def settle_leftovers(connection: Connection, now: datetime) -> int:
    """Decide what a dead sender left with its dot out and no answer. Answers how many are uncertain now.

    A mail that sender after sender ended on is given up: it may be what ends them.
    """
    begun = and_(DIGEST.c.state == DigestState.CLAIMED, DIGEST.c.lease_until <= now)
    if connection.execute(select(DIGEST.c.id).where(begun).limit(1)).first() is not None:
        connection.execute(
            update(DIGEST).where(begun, DIGEST.c.attempts >= MOST_BREAKS)
            .values(state=DigestState.FAILED, answer="senders ended on it", claimed_by=None, lease_until=None)
        )  # fmt: skip
    left = and_(DIGEST.c.state == DigestState.COMMITTING, DIGEST.c.lease_until <= now)
    if connection.execute(select(DIGEST.c.id).where(left).limit(1)).first() is None:
        return 0
    uncertain = 0
    for kinds in (FIRST, THEN):
        then = after_unknown_end(kinds[0], now)
        changed = connection.execute(
            update(DIGEST).where(left, DIGEST.c.kind.in_(kinds)).values(
                state=then.state, retry_at=now if then.retry_at else None, claimed_by=None, lease_until=None,
                attempts=DIGEST.c.attempts + 1, answer=_ENDED,
            )
        )  # fmt: skip
        uncertain += changed.rowcount if then.state is DigestState.UNCERTAIN else 0
    return uncertain


def take_over(connection: Connection, dead: Mapping[str, Mapping[int, Mark] | None], now: datetime) -> None:
    """Decide what dead senders left, by their logs: who was not handed over is queued again, and no try is counted.

    What a log does not speak of is left to the end of the lease.
    """
    for sender, marks in dead.items():
        if not marks:
            continue
        left = connection.execute(
            select(DIGEST.c.id, DIGEST.c.kind, DIGEST.c.state)
            .where(
                DIGEST.c.claimed_by == sender,
                DIGEST.c.state.in_((DigestState.COMMITTING, DigestState.SUPPRESSED)),
                DIGEST.c.id.in_(list(marks)),
            )
            .order_by(DIGEST.c.id)
            .with_for_update()
        ).all()
        for number, kind, state in left:
            if marks[number] is Mark.TAKEN:
                then = Told(
                    number, Fate(DigestState.SENT), "taken, says the log of the sender, which ended", now
                )
            elif marks[number] is Mark.OUT:
                then = Told(number, after_unknown_end(kind, now), _ENDED, now)
            else:
                then = Told(number, Fate(DigestState.QUEUED, burns_try=False), "", now)
            if then.fate.state is DigestState.SENT or state is DigestState.COMMITTING:
                conclude(connection, sender, [then])


_ENDED = "the sender ended before the answer"


# --- handing over -----------------------------------------------------------------------------------

LOOK = 32
"""So many mails are looked up at once before their dots."""

_SENT: dict[str, Any] = {
    "state": DigestState.SENT, "retry_at": None, "attempts": DIGEST.c.attempts + 1,
    "claimed_by": None, "lease_until": None,
}  # fmt: skip
_SENT_ONE = Prepared(
    update(DIGEST)
    .where(DIGEST.c.id == bindparam("mail"), DIGEST.c.claimed_by == bindparam("sender"))
    .values(sent_at=bindparam("at"), answer=bindparam("words"), **_SENT)
)
_TAKEN = func.unnest(
    bindparam("mails", type_=ARRAY(DIGEST.c.id.type)),
    bindparam("ats", type_=ARRAY(DIGEST.c.sent_at.type)),
    bindparam("words", type_=ARRAY(Text)),
).table_valued("mail", "at", "words").render_derived(name="taken")  # fmt: skip
_SENT_MANY = (
    update(DIGEST)
    .where(DIGEST.c.id == _TAKEN.c.mail, DIGEST.c.claimed_by == bindparam("sender"))
    .values(sent_at=_TAKEN.c.at, answer=_TAKEN.c.words, **_SENT)
)
"""PostgreSQL's way to do the same for many: one statement."""
_NOT_SENT = (
    update(DIGEST)
    .where(
        DIGEST.c.id == bindparam("mail"),
        DIGEST.c.claimed_by == bindparam("sender"),
        DIGEST.c.state.in_((DigestState.CLAIMED, DigestState.COMMITTING)),  # not who has left meanwhile
    )
    .values(
        state=bindparam("to"), answer=bindparam("words"), retry_at=bindparam("again"),
        attempts=DIGEST.c.attempts + bindparam("tries"), claimed_by=None, lease_until=None,
    )
)  # fmt: skip


_STILL_WANTED = Prepared(
    select(DIGEST.c.id).where(
        DIGEST.c.id.in_([bindparam(f"mail{number}", type_=DIGEST.c.id.type) for number in range(LOOK)]),
        DIGEST.c.claimed_by == bindparam("sender"),
        DIGEST.c.state == DigestState.COMMITTING,
    )
)


class Told(NamedTuple):
    """What became of a mail, with the last words of the server."""

    mail: int
    fate: Fate
    words: str
    at: datetime


def commit(connection: Connection, sender: str, ids: Sequence[int], until: datetime) -> Collection[int]:
    """Mark mails as being handed over; answers those that may be: still this sender's, and still wanted."""
    if not ids:
        return ()
    commits = (
        update(DIGEST)
        .where(
            among(connection, DIGEST.c.id, ids),
            DIGEST.c.state.in_((DigestState.CLAIMED, DigestState.COMMITTING)),
            DIGEST.c.claimed_by == sender,
        )
        .values(state=DigestState.COMMITTING, lease_until=until)
        .returning(DIGEST.c.id)
    )
    return connection.execute(commits).scalars().all()


def still_wanted(connection: Connection, sender: str, ids: Sequence[int]) -> set[int]:
    """Of at most LOOK mails being handed over, those that are still this sender's and still wanted. Reads only."""
    padded = [*ids, *[ids[0]] * (LOOK - len(ids))]
    values = {f"mail{number}": mail for number, mail in enumerate(padded)}
    return {row[0] for row in _STILL_WANTED.run(connection, {**values, "sender": sender})}


def conclude(connection: Connection, sender: str, told: Sequence[Told]) -> None:
    """Write down what became of mails."""
    sent = [one for one in told if one.fate.state is DigestState.SENT]
    if sent and connection.dialect.name == "postgresql":
        mails, ats, words = zip(*((one.mail, one.at, one.words) for one in sent), strict=True)
        connection.execute(
            _SENT_MANY, {"sender": sender, "mails": list(mails), "ats": list(ats), "words": list(words)}
        )
    else:
        _SENT_ONE.run_many(connection, [
            {"mail": one.mail, "sender": sender, "at": one.at, "words": one.words} for one in sent
        ])  # fmt: skip
    for one in told:
        if one.fate.state is not DigestState.SENT:
            connection.execute(
                _NOT_SENT,
                {"mail": one.mail, "sender": sender, "to": one.fate.state, "words": one.words,
                 "again": one.fate.retry_at, "tries": int(one.fate.burns_try)},
            )  # fmt: skip


def give_back(connection: Connection, sender: str, handed_over: Collection[int] = ()) -> int:
    """Put back what this sender claimed and did not hand over; no try is counted."""
    given = connection.execute(
        update(DIGEST)
        .where(
            DIGEST.c.claimed_by == sender,
            DIGEST.c.state.in_((DigestState.CLAIMED, DigestState.COMMITTING)),
            DIGEST.c.id.not_in(handed_over),
        )
        .values(state=DigestState.QUEUED, claimed_by=None, lease_until=None)
    )
    return given.rowcount


def renew(connection: Connection, sender: str, until: datetime) -> None:
    """Say that this sender still has what it claimed."""
    connection.execute(
        update(DIGEST)
        .where(
            DIGEST.c.claimed_by == sender, DIGEST.c.state.in_((DigestState.CLAIMED, DigestState.COMMITTING))
        )
        .values(lease_until=until)
    )


def counts(connection: Connection) -> dict[DigestState, int]:
    """How many mails stand in each state."""
    rows = connection.execute(select(DIGEST.c.state, func.count()).group_by(DIGEST.c.state))
    return dict(map(tuple, rows))
