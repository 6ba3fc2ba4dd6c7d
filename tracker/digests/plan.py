"""Planning: who is due, what is new to each, and one row of `digest` for it. Nothing is sent here.

Set by set, not reader by reader: the span of the ledger is laid out by target (`ledger_span`), the database says
which follows hit any of these targets (`matching`), and readers whose follows hit the same share what is picked and
its body. Readers come in batches of one transaction each, in which their digests are written and their watermarks
move; killed anywhere, the next run goes on where this one stopped. Unique keys decide what a period has had.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update
from sqlalchemy.orm import Session

from scrapers.times import EASTERN
from tracker.db import exclusive
from tracker.digests import at_once, brake
from tracker.digests.bodies import Maker, read_kept
from tracker.digests.due import next_due, period_of
from tracker.digests.ledger_span import lay_out, newest_change
from tracker.digests.matching import Keys, Reader, broken_targets, due_readers, gets_mail
from tracker.digests.message import Sender, message_id
from tracker.digests.past import DROPPED, CarriedOver, at_once_told, carried_over, fold_old, told_days
from tracker.digests.picking import NOTHING, Before, Picked, Settled, Span, Want, pick, settle
from tracker.digests.reading import Facts, health_sentence, is_known
from tracker.digests.report import MOST_PROBLEMS, Report
from tracker.digests.votes import Home, homes_of
from tracker.digests.watch import followed_searches, watch
from tracker.models import (
    Digest,
    DigestBody,
    DigestKind,
    DigestState,
    Follow,
    FollowState,
    Subscriber,
)
from tracker.queries.sources import site_health

DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)
FOLLOW = cast(Table, Follow.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)

BATCH = 2_000
HEARTBEAT_DAYS = 30
_USUAL_DAYS = 30
_MOST_PICKED = 5_000


class Due(NamedTuple):
    """A reader's place in time: the period that a digest now is for, and when the next one is due."""

    period: str
    next_at: datetime


def plan(
    engine: Engine,
    sender: Sender,
    secret: str,
    now: datetime,
    *,
    batch: int = BATCH,
    after_batch: Callable[[], None] = lambda: None,
) -> Report:
    """Plan what is due by `now`. Does it again from where it stopped after being killed, and nothing twice."""
    began = time.monotonic()
    report = Report(now)
    with engine.connect().execution_options(writes=True) as connection:
        with connection.begin():
            newest = newest_change(connection)
        with connection.begin(), exclusive(connection, "digest plan"):
            report.newest = newest
            report.folded = fold_old(connection, now)
            lowest = _lowest(connection, now)
            is_urgent = at_once.is_wanted(connection)
            if lowest is not None or is_urgent:
                report.matches = watch(connection, now)
                report.problems += broken_targets(connection, is_known)
        if lowest is not None:
            _plan_digests(connection, lowest, newest, sender, secret, report, batch, after_batch)
        if is_urgent:
            with connection.begin(), exclusive(connection, "digest plan"):
                session = Session(connection)
                maker = _maker(session, sender, secret, now)
                at_once.plan_at_once(connection, session, maker, newest, now, report)
        with connection.begin():
            connection.execute(text("DROP TABLE IF EXISTS digest_key"))
    del report.problems[MOST_PROBLEMS:]
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _lowest(connection: Connection, now: datetime) -> tuple[int, int] | None:
    """From where on the ledger and the matches matter to anybody who is due; None where nobody is."""
    lowest = connection.execute(
        select(func.min(SUBSCRIBER.c.seen_to), func.min(SUBSCRIBER.c.matched_to)).where(
            SUBSCRIBER.c.due_at <= now, gets_mail(now)
        )
    ).one()
    return None if lowest[0] is None else (lowest[0], lowest[1])


def _maker(session: Session, sender: Sender, secret: str, now: datetime) -> Maker:
    today = now.astimezone(EASTERN).date()
    return Maker(sender, secret, health_sentence(site_health(session, now)), now, Facts(today))


def _plan_digests(
    connection: Connection,
    lowest: tuple[int, int],
    newest: int,
    sender: Sender,
    secret: str,
    report: Report,
    batch: int,
    after_batch: Callable[[], None],
) -> None:
    now = report.at
    with connection.begin():
        session = Session(connection)
        maker = _maker(session, sender, secret, now)
        searches = followed_searches(connection)
        span = lay_out(
            session, after=lowest[0], newest=newest, matched_after=lowest[1], searches=searches,
            today=maker.facts.today,
        )  # fmt: skip
        keys = Keys(connection, span)
        usual = read_usual(connection, now)
        flood = brake.too_many_mails(keys.count(connection, now), usual)
    run = Run(span, keys, maker, usual, report, flood)
    while True:
        with connection.begin(), exclusive(connection, "digest plan"):
            readers = [Reader(*row) for row in connection.execute(due_readers(now, batch))]
            if readers:
                run.batch(connection, readers)
        after_batch()
        if len(readers) < batch:
            break
    report.bodies += maker.count


class Run:
    """One run over the readers that are due: what all batches share."""

    def __init__(
        self, span: Span, keys: Keys, maker: Maker, usual: brake.Usual, report: Report, flood: str = ""
    ) -> None:
        self.span, self.keys, self.maker, self.usual, self.report = span, keys, maker, usual, report
        self.flood = flood
        self._settled: dict[int, Settled] = {}
        self._picked: dict[Any, Picked] = {}

    def batch(self, connection: Connection, readers: Sequence[Reader]) -> None:
        """Write the digests of these readers and move their watermarks."""
        report = self.report
        session = Session(connection)
        dues = self._dues(readers)
        had = _had(connection, [reader.id for reader in readers], {due.period for due in dues.values()})
        picks, carried = self.picks(connection, readers)
        self.maker.facts.read(session, picks.values())
        homes = self._homes(connection, picks)
        rows: list[dict[str, Any]] = []
        moved: dict[datetime, list[int]] = defaultdict(list)
        kept: dict[datetime, list[int]] = defaultdict(list)
        for reader in readers:
            due = dues[reader.id]
            report.due += 1
            if (reader.id, due.period) in had:
                report.had += 1
                kept[due.next_at].append(reader.id)
                continue
            moved[due.next_at].append(reader.id)
            picked = picks[reader.id]
            if picked.is_empty:
                report.quiet += 1
            else:
                rows.append(self._row(connection, session, reader, due, picked, homes.get(reader.id)))
        _write(connection, rows)
        _mark_carried(connection, rows, carried)
        self._heartbeats(connection, readers, {row["subscriber_id"] for row in rows})
        for at, ids in moved.items():
            _move(connection, ids, due_at=at, seen_to=self.span.newest, matched_to=self.span.newest_found)
        for at, ids in kept.items():
            _move(connection, ids, due_at=at)

    def picks(
        self, connection: Connection, readers: Sequence[Reader]
    ) -> tuple[dict[int, Picked], dict[int, list[CarriedOver]]]:
        """What each reader is told by the targets that their follows hit, and the mails whose things are among it."""
        lowest = min(reader.seen_to for reader in readers)
        hits = self.keys.hits(connection, [reader.id for reader in readers], lowest)
        wants, broken = self.keys.wants(
            connection, hits, {reader.id: reader.confirmed_at for reader in readers}
        )
        self.report.problems += broken
        before, carried = self._before(connection, readers)
        picks = {
            reader.id: self.pick(
                reader, wants.get(reader.id, ()), before.get(reader.id, _NEVER), carried.get(reader.id, ())
            )
            for reader in readers
        }
        return picks, carried

    def pick(
        self,
        reader: Reader,
        wants: tuple[Want, ...],
        before: Before,
        carried: Sequence[CarriedOver],
    ) -> Picked:
        """What a reader is told; worked out once for all who want and know the same."""
        if not wants and not carried:
            return NOTHING
        is_same = not carried and before is _NEVER
        known = (reader.seen_to, reader.matched_to if self.span.found else 0, wants)
        if is_same and known in self._picked:
            return self._picked[known]
        picked = pick(
            self.span, wants, seen_to=reader.seen_to, matched_to=reader.matched_to,
            settled=self.settled(reader.seen_to), before=before,
            carried=[(one.picked, one.mark) for one in carried],
        )  # fmt: skip
        if is_same:
            if len(self._picked) > _MOST_PICKED:
                self._picked.clear()
            self._picked[known] = picked
        return picked

    def settled(self, seen_to: int) -> Settled:
        """What cancels out for readers who were told up to there."""
        if seen_to not in self._settled:
            self._settled[seen_to] = settle(self.span, seen_to)
        return self._settled[seen_to]

    def _dues(self, readers: Iterable[Reader]) -> dict[int, Due]:
        dues = {}
        for reader in readers:
            schedule = (reader.hour, reader.frequency.value, reader.weekday, reader.due_at, self.report.at)
            try:
                dues[reader.id] = due_of(reader.zone, *schedule)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.report.problems.append(f"subscriber {reader.public_id}: no time zone {reader.zone[:40]}")
                dues[reader.id] = due_of("UTC", *schedule)
        return dues

    def _before(
        self, connection: Connection, readers: Sequence[Reader]
    ) -> tuple[dict[int, Before], dict[int, list[CarriedOver]]]:
        ids = [reader.id for reader in readers]
        undone = {made for reader in readers for made in self.settled(reader.seen_to).takes_back.values()}
        told = told_days(connection, ids, undone)
        urgent = at_once_told(connection, ids)
        before = {
            number: Before(urgent.get(number, frozenset()), told.get(number, {}))
            for number in {*told, *urgent}
        }
        return before, carried_over(connection, ids)

    def _homes(self, connection: Connection, picks: Mapping[int, Picked]) -> dict[int, Home]:
        """Where the readers live who are told of a roll call and said so. Asks nothing where no roll call is told."""
        facts = self.maker.facts
        if not facts.knows_votes:
            return {}
        telling = {id(picked): facts.has_votes(picked) for picked in picks.values()}  # most are shared
        readers = [number for number, picked in picks.items() if telling[id(picked)]]
        return homes_of(connection, readers) if readers else {}

    def _row(
        self,
        connection: Connection,
        session: Session,
        reader: Reader,
        due: Due,
        picked: Picked,
        home: Home | None,
    ) -> dict[str, Any]:
        report = self.report
        days = self.maker.days_since(session, reader.seen_to)
        because = self.flood or brake.too_many_items(picked.size, self.usual, days)
        report.planned += 1
        if because:
            report.held += 1
            report.held_because = report.held_because or because
        kind = DigestKind.DIGEST
        return {
            "subscriber_id": reader.id,
            "kind": kind,
            "period": due.period,
            "span_from": reader.seen_to,
            "span_to": self.span.newest,
            "body_id": self.maker.body(connection, session, picked, reader.seen_to, kind.value, home),
            "values": {"held_because": because} if because else None,
            "state": DigestState.HELD if because else DigestState.QUEUED,
            "message_id": message_id(reader.public_id, kind.value, due.period, self.maker.sender.host),
            "queued_at": report.at,
        }

    def _heartbeats(self, connection: Connection, readers: Iterable[Reader], mailed: set[int]) -> None:
        """A line once a month to those who asked for it and have had nothing."""
        waiting = {reader.id: reader for reader in readers if reader.heartbeat and reader.id not in mailed}
        if not waiting:
            return
        now = self.report.at
        since = now - timedelta(days=HEARTBEAT_DAYS)
        recent = set(
            connection.execute(
                select(DIGEST.c.subscriber_id).where(
                    DIGEST.c.subscriber_id.in_(waiting), DIGEST.c.queued_at > since
                )
            ).scalars()
        )
        counted = (
            select(FOLLOW.c.subscriber_id, func.count())
            .where(FOLLOW.c.subscriber_id.in_(waiting), FOLLOW.c.state == FollowState.ACTIVE)
            .group_by(FOLLOW.c.subscriber_id)
        )
        follows = {row[0]: row[1] for row in connection.execute(counted)}
        rows = []
        for number, reader in waiting.items():
            is_young = reader.confirmed_at is not None and reader.confirmed_at > since
            if number in recent or is_young or not follows.get(number):
                continue
            kind, period = DigestKind.HEARTBEAT, f"{now.astimezone(UTC):%Y-%m-%d}"
            values = {"follows": follows[number], "health": self.maker.health, "since": since.isoformat()}
            rows.append(
                {"subscriber_id": number, "kind": kind, "period": period, "span_from": None, "span_to": None,
                 "body_id": None, "values": values, "state": DigestState.QUEUED,
                 "message_id": message_id(reader.public_id, kind.value, period, self.maker.sender.host),
                 "queued_at": now}
            )  # fmt: skip
        _write(connection, rows)
        self.report.heartbeats += len(rows)


_NEVER = Before()


@lru_cache(maxsize=50_000)
def due_of(zone: str, hour: int, frequency: str, weekday: int, due_at: datetime, now: datetime) -> Due:
    """The period that a digest is for which was due at `due_at` and is planned only now, and the next instant.

    After an outage that is the last period, not each that was missed. Who changed their hour keeps the dates that the
    new hour gives.
    """
    at, following = due_at, next_due(zone, hour, frequency, weekday, due_at)
    while following <= now:
        at, following = following, next_due(zone, hour, frequency, weekday, following)
    return Due(period_of(zone, hour, frequency, at), following)


# --- rows ----------------------------------------------------------------------------------------------------


def _had(connection: Connection, readers: Sequence[int], periods: set[str]) -> set[tuple[int, str]]:
    rows = connection.execute(
        select(DIGEST.c.subscriber_id, DIGEST.c.period).where(
            DIGEST.c.subscriber_id.in_(readers),
            DIGEST.c.kind == DigestKind.DIGEST,
            DIGEST.c.period.in_(periods),
        )
    )
    return {(reader, period) for reader, period in rows}


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(DIGEST), [{**row, "attempts": 0} for row in rows])


def _mark_carried(
    connection: Connection, rows: Iterable[Mapping[str, Any]], carried: Mapping[int, Sequence[CarriedOver]]
) -> None:
    """Say of each mail which digest took over its things."""
    for row in rows:
        taken = carried.get(row["subscriber_id"])
        if not taken:
            continue
        into = select(DIGEST.c.id).where(
            DIGEST.c.subscriber_id == row["subscriber_id"],
            DIGEST.c.kind == row["kind"],
            DIGEST.c.period == row["period"],
        )
        connection.execute(
            update(DIGEST)
            .where(DIGEST.c.id.in_([one.digest for one in taken]))
            .values(carried_in=into.scalar_subquery())
        )


def _move(connection: Connection, ids: Sequence[int], **to: Any) -> None:
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id.in_(ids)).values(**to))


def read_usual(connection: Connection, now: datetime) -> brake.Usual:
    """What went out in the last month."""
    since = now - timedelta(days=_USUAL_DAYS)
    went = (DIGEST.c.kind == DigestKind.DIGEST) & (DIGEST.c.queued_at >= since)
    went &= DIGEST.c.state != DigestState.HELD
    count, first = connection.execute(select(func.count(), func.min(DIGEST.c.queued_at)).where(went)).one()
    if not count:
        return brake.Usual()
    days = max((now - first).days, 1)
    bodies = connection.execute(
        select(BODY.c.entries).where(BODY.c.made_at >= since).order_by(BODY.c.id.desc()).limit(200)
    ).scalars()
    sizes = [read_kept(entries).picked.size for entries in bodies]
    return brake.Usual(brake.usual_items(sizes), -(-count // days))


# --- what is held --------------------------------------------------------------------------------------------


def held_digests(connection: Connection) -> list[tuple[str, int]]:
    """Why mails wait for a person, and how many for that reason."""
    counts: dict[str, int] = defaultdict(int)
    for values in connection.execute(
        select(DIGEST.c["values"]).where(DIGEST.c.state == DigestState.HELD)
    ).scalars():
        because = values.get("held_because", "") if isinstance(values, dict) else ""
        counts[because or "no reason was given"] += 1
    return sorted(counts.items())


def release(connection: Connection, *, drop: bool = False) -> int:
    """Let the held mails go, or drop them: then they are never sent. Answers how many there were."""
    to = {"state": DigestState.SUPPRESSED, "answer": DROPPED} if drop else {"state": DigestState.QUEUED}
    changed = connection.execute(update(DIGEST).where(DIGEST.c.state == DigestState.HELD).values(**to))
    return changed.rowcount
