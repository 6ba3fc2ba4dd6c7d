"""What readers were told before, as far as the next mail depends on it.

Changes that went out at once are not told again; the things of a mail that may not have arrived are; and a change that
is taken back is a correction for those who were told it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, and_, func, or_, select, update

from scrapers.times import EASTERN
from tracker.digests.bodies import read_kept
from tracker.digests.picking import Picked
from tracker.digests.selection import Mark
from tracker.models import Digest, DigestBody, DigestKind, DigestState

DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)

NEWS = (DigestKind.DIGEST, DigestKind.URGENT)
"""Kinds of mail that tell of changes."""
UNDER_WAY = (DigestState.HELD, DigestState.QUEUED, DigestState.CLAIMED, DigestState.COMMITTING, DigestState.RETRY,
             DigestState.SENT)  # fmt: skip
"""States of mails that went out or still will."""
WENT_OUT = (DigestState.SENT, DigestState.UNCERTAIN, DigestState.COMMITTING)
FOLDED = "older than a day when its turn came: its things are in the next digest"
DROPPED = "dropped by a person"
AT_ONCE_HOURS = 24
"""After so long nothing is at once any more."""


class CarriedOver(NamedTuple):
    """The things of a mail that may not have arrived, to go into the next one."""

    digest: int
    picked: Picked
    mark: Mark


def fold_old(connection: Connection, now: datetime) -> int:
    """Take back urgent mails that could not go out within a day; the next digest has what they told."""
    folded = connection.execute(
        update(DIGEST)
        .where(
            DIGEST.c.kind == DigestKind.URGENT,
            DIGEST.c.state.in_((DigestState.QUEUED, DigestState.RETRY)),
            DIGEST.c.queued_at < now - timedelta(hours=AT_ONCE_HOURS),
        )
        .values(state=DigestState.SUPPRESSED, answer=FOLDED)
    )
    return folded.rowcount


def carried_over(connection: Connection, readers: Collection[int]) -> dict[int, list[CarriedOver]]:
    """By reader, the mails whose things the next digest takes over, oldest first.

    Also those that were kept back while the address was paused; not what a person dropped.
    """
    lost = or_(
        DIGEST.c.state.in_((DigestState.UNCERTAIN, DigestState.FAILED)),
        and_(DIGEST.c.state == DigestState.SUPPRESSED, DIGEST.c.answer != DROPPED),
    )
    rows = connection.execute(
        select(DIGEST.c.id, DIGEST.c.subscriber_id, DIGEST.c.state, BODY.c.entries)
        .join(BODY, BODY.c.id == DIGEST.c.body_id)
        .where(
            lost, DIGEST.c.kind.in_(NEWS), DIGEST.c.carried_in.is_(None), DIGEST.c.subscriber_id.in_(readers)
        )
        .order_by(DIGEST.c.id)
    )
    marks = {DigestState.UNCERTAIN: Mark.MAY_REPEAT, DigestState.FAILED: Mark.NOT_DELIVERED}
    found: dict[int, list[CarriedOver]] = defaultdict(list)
    for number, reader, state, entries in rows:
        found[reader].append(CarriedOver(number, read_kept(entries).picked, marks.get(state, Mark.FRESH)))
    return dict(found)


def at_once_told(connection: Connection, readers: Collection[int]) -> dict[int, frozenset[int]]:
    """By reader, the changes that urgent mails told beyond what digests have covered."""
    found: dict[int, set[int]] = defaultdict(set)
    for reader, entries in connection.execute(_urgent(readers)):
        found[reader].update(one.id for one in read_kept(entries).picked.changes)
    return {reader: frozenset(ids) for reader, ids in found.items()}


def _urgent(readers: Collection[int]) -> Any:
    return (
        select(DIGEST.c.subscriber_id, BODY.c.entries)
        .join(BODY, BODY.c.id == DIGEST.c.body_id)
        .where(
            DIGEST.c.kind == DigestKind.URGENT,
            DIGEST.c.state.in_((*UNDER_WAY, DigestState.UNCERTAIN)),
            DIGEST.c.subscriber_id.in_(readers),
        )
    )


def told_days(
    connection: Connection, readers: Collection[int], changes: Iterable[int]
) -> dict[int, Mapping[int, str]]:
    """By reader, which of these changes they were told, and on which day in Washington."""
    wanted = sorted(set(changes))
    told: dict[int, dict[int, str]] = defaultdict(dict)
    if not wanted:
        return {}
    covers = or_(*(and_(DIGEST.c.span_from < one, DIGEST.c.span_to >= one) for one in wanted[:_MOST_UNDONE]))
    rows = connection.execute(
        select(DIGEST.c.subscriber_id, DIGEST.c.body_id, func.coalesce(DIGEST.c.sent_at, DIGEST.c.queued_at))
        .where(
            covers, DIGEST.c.kind.in_(NEWS), DIGEST.c.state.in_(WENT_OUT), DIGEST.c.subscriber_id.in_(readers)
        )
        .order_by(DIGEST.c.id)
    ).all()
    in_body = _told_in(connection, {row.body_id for row in rows if row.body_id}, frozenset(wanted))
    for reader, body, at in rows:
        for change in in_body.get(body, ()):
            told[reader].setdefault(change, at.astimezone(EASTERN).date().isoformat())
    return dict(told)


_MOST_UNDONE = 200
"""Corrections beyond that in one run are told as changes: a source that takes back more is held anyway."""


def _told_in(
    connection: Connection, bodies: Collection[int], wanted: frozenset[int]
) -> dict[int, frozenset[int]]:
    """Which of these changes each body told, behind its links as well."""
    found = {}
    every: Sequence[int] = sorted(bodies)
    for start in range(0, len(every), 1_000):
        rows = connection.execute(
            select(BODY.c.id, BODY.c.entries).where(BODY.c.id.in_(every[start : start + 1_000]))
        )
        for number, entries in rows:
            found[number] = frozenset(one.id for one in read_kept(entries).picked.changes) & wanted
    return found
