"""What cannot wait: votes, what a chamber or the President decided, meetings and last days, in one mail at once to each
who asked for that. What reaches us long after its day is not urgent any more: it waits for the digest, which says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.orm import Session

from tracker.digests.bodies import Maker, read_kept
from tracker.digests.choose import is_late
from tracker.digests.ledger_span import lay_out
from tracker.digests.matching import Keys
from tracker.digests.message import message_id
from tracker.digests.past import AT_ONCE_HOURS, UNDER_WAY
from tracker.digests.picking import Ahead, Picked, Span, pick, settle
from tracker.digests.reading import Facts
from tracker.digests.report import Report
from tracker.digests.votes import Home, homes_of
from tracker.digests.watch import followed_searches
from tracker.models import (
    Change,
    Digest,
    DigestBody,
    DigestKind,
    DigestState,
    Follow,
    FollowState,
    Subscriber,
)
from tracker.subscriptions.kinds import URGENT, is_urgent

DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)
CHANGE = cast(Table, Change.__table__)
FOLLOW = cast(Table, Follow.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)

DUE_DAYS = 3
"""A last day is urgent from so many days before it on."""
_NO_MATCHES = 2**31 - 1
_REMEMBERED = timedelta(days=DUE_DAYS + 2)


def is_wanted(connection: Connection) -> bool:
    """Whether anybody asked for anything at once."""
    wanted = select(FOLLOW.c.id).where(FOLLOW.c.at_once, FOLLOW.c.state == FollowState.ACTIVE).limit(1)
    return connection.execute(wanted).first() is not None


def plan_at_once(
    connection: Connection, session: Session, maker: Maker, newest: int, now: datetime, report: Report
) -> None:
    """Queue one mail for each reader to whom something urgent is new; what is older than a day waits for the digest."""
    span = _urgent_span(connection, session, newest, now, maker.facts)
    if not span.about and not span.dues and not span.days:
        return
    keys = Keys(connection, span)
    hits = keys.hits_at_once(connection, now)
    readers = {
        row.id: row
        for row in connection.execute(
            select(SUBSCRIBER.c.id, SUBSCRIBER.c.public_id, SUBSCRIBER.c.seen_to, SUBSCRIBER.c.confirmed_at)
            .where(SUBSCRIBER.c.id.in_(hits))
        )
    }  # fmt: skip
    wants, broken = keys.wants(connection, hits, {one.id: one.confirmed_at for one in readers.values()})
    report.problems += broken
    told = _told(connection, readers, now)
    homes: dict[int, Home] | None = None
    rows = []
    for number, reader in readers.items():
        covered, had, last_days = told.get(number, (0, frozenset(), frozenset()))
        seen_to = max(reader.seen_to, covered)
        picked = pick(
            span, wants[number], seen_to=seen_to, matched_to=span.newest_found, settled=settle(span, seen_to),
        )  # fmt: skip
        picked = msgspec.structs.replace(
            picked,
            changes=tuple(one for one in picked.changes if one.id not in had),
            dues=tuple(one for one in picked.dues if one.item_id not in last_days),
            days=tuple(one for one in picked.days if one.name not in last_days),
        )
        if picked.changes or picked.dues or picked.days:
            maker.facts.read(session, [picked])
            if homes is None and maker.facts.has_votes(picked):
                homes = homes_of(connection, list(readers))
            home = (homes or {}).get(number) if maker.facts.has_votes(picked) else None
            rows.append(_row(connection, session, maker, reader, picked, seen_to, newest, now, home))
    queued = _had(connection, rows)
    rows = [row for row in rows if (row["subscriber_id"], row["period"]) not in queued]
    if rows:
        connection.execute(insert(DIGEST), rows)
    report.urgent += len(rows)


def _had(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[tuple[int, str]]:
    """Of these mails those that there are already, whatever became of them."""
    found = connection.execute(
        select(DIGEST.c.subscriber_id, DIGEST.c.period).where(
            DIGEST.c.kind == DigestKind.URGENT,
            DIGEST.c.subscriber_id.in_({row["subscriber_id"] for row in rows}),
            DIGEST.c.period.in_({row["period"] for row in rows}),
        )
    )
    return {(reader, period) for reader, period in found}


def _urgent_span(connection: Connection, session: Session, newest: int, now: datetime, facts: Facts) -> Span:
    """The urgent changes of the last day, and the last days that are near."""
    old = connection.execute(
        select(func.max(CHANGE.c.id)).where(
            CHANGE.c.held.is_(False), CHANGE.c.first_seen_at < now - timedelta(hours=AT_ONCE_HOURS)
        )
    ).scalar()
    span = lay_out(
        session, after=old or 0, newest=newest, matched_after=_NO_MATCHES, searches=followed_searches(connection),
        today=facts.today,
    )  # fmt: skip
    soon, days = _near(session, span, facts), _days_near(session, span, facts)
    cannot_wait = _cannot_wait(session, span, facts)
    about = {
        target: urgent
        for target, ids in span.about.items()
        if (urgent := [number for number in ids if number in cannot_wait])
    }
    return span._replace(about=about, dues=soon, days=days, found={})


def _cannot_wait(session: Session, span: Span, facts: Facts) -> set[int]:
    """The changes of a span that are urgent; only those that may be are read."""
    may_be = [ref.id for ref in span.refs.values() if ref.kind in URGENT or ref.kind == "stage"]
    news = facts.news(session, may_be)
    found = (news[number] for number in may_be if number in news)
    return {one.id for one in found if is_urgent(one.kind, one.new) and not is_late(one)}


def _near(session: Session, span: Span, facts: Facts) -> dict[str, list[int]]:
    """Of the last days ahead those that are near enough to be urgent."""
    items = facts.items(session, sorted({item for items in span.dues.values() for item in items}))
    near = {
        number
        for number, item in items.items()
        if item.last_day is not None and (item.last_day - facts.today).days <= DUE_DAYS
    }
    found = {target: [item for item in ids if item in near] for target, ids in span.dues.items()}
    return {target: ids for target, ids in found.items() if ids}


def _days_near(session: Session, span: Span, facts: Facts) -> dict[str, list[Ahead]]:
    """The same of what acts order by a day."""
    near = {
        name
        for name, day in facts.days(session).items()
        if day.last_day is not None and (day.last_day - facts.today).days <= DUE_DAYS
    }
    found = {target: [one for one in days if one.name in near] for target, days in span.days.items()}
    return {target: days for target, days in found.items() if days}


def _told(
    connection: Connection, readers: Mapping[int, Any], now: datetime
) -> dict[int, tuple[int, frozenset[int], frozenset[int | str]]]:
    """By reader: up to where urgent mails have told, which changes, and of which last days lately (items or names)."""
    found: dict[int, tuple[int, frozenset[int], frozenset[int | str]]] = {}
    rows = connection.execute(
        select(DIGEST.c.subscriber_id, DIGEST.c.span_to, DIGEST.c.state, BODY.c.entries)
        .join(BODY, BODY.c.id == DIGEST.c.body_id)
        .where(
            DIGEST.c.kind == DigestKind.URGENT,
            DIGEST.c.queued_at > now - _REMEMBERED,
            DIGEST.c.subscriber_id.in_(readers),
        )
    )
    for reader, span_to, state, entries in rows:
        picked: Picked = read_kept(entries).picked
        covered, changes, last_days = found.get(reader, (0, frozenset(), frozenset()))
        # Also of a mail that came too late: the digest has it.
        last_days |= {one.item_id for one in picked.dues} | {one.name for one in picked.days}
        if state in UNDER_WAY or state is DigestState.UNCERTAIN:
            covered, changes = max(covered, span_to or 0), changes | {one.id for one in picked.changes}
        found[reader] = covered, changes, last_days
    return found


def _row(
    connection: Connection,
    session: Session,
    maker: Maker,
    reader: Any,
    picked: Picked,
    seen_to: int,
    newest: int,
    now: datetime,
    home: Home | None,
) -> dict[str, Any]:
    kind = DigestKind.URGENT
    mark = hashlib.blake2b(msgspec.json.encode(picked), digest_size=6).hexdigest()
    period = f"{newest}-{mark}"
    return {
        "subscriber_id": reader.id, "kind": kind, "period": period, "span_from": seen_to, "span_to": newest,
        "body_id": maker.body(connection, session, picked, seen_to, kind.value, home), "values": None,
        "state": DigestState.QUEUED, "attempts": 0,
        "message_id": message_id(reader.public_id, kind.value, period, maker.sender.host), "queued_at": now,
    }  # fmt: skip
