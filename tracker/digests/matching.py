"""Which follows hit what changed: one statement for a batch of readers, on both engines.

The targets of a span are a temporary table, a number each. The database joins follows to it, by an index that has all
it asks of them, and answers a row for each target with all whose follows it hits. Readers with equal numbers have
equal wishes, so nothing is worked out twice, and no row for a reader and a change is ever made. A follow that wants
only some kinds, began within the span or mutes something comes as its own id, below zero, and is looked at by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    true,
    type_coerce,
)

from tracker.bulk import insert_rows
from tracker.digests.picking import Span, Want
from tracker.models import Follow, FollowState, Frequency, Mute, Subscriber, SubscriberState
from tracker.subscriptions.kinds import GROUPS

FOLLOW = cast(Table, Follow.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)
MUTE = cast(Table, Mute.__table__)

KEYS = Table(
    "digest_key", MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("target", String(200), nullable=False, unique=True),
    Column("is_plain", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)  # fmt: skip


class Reader(NamedTuple):
    """A subscriber whose digest is due."""

    id: int
    public_id: str
    zone: str
    hour: int
    frequency: Frequency
    weekday: int
    heartbeat: bool
    confirmed_at: datetime | None
    seen_to: int
    matched_to: int
    due_at: datetime


def gets_mail(now: datetime) -> ColumnElement[bool]:
    """Whether a subscriber gets mail now: confirmed, and not paused."""
    is_paused = and_(
        SUBSCRIBER.c.paused_because.is_not(None),
        or_(SUBSCRIBER.c.paused_until.is_(None), SUBSCRIBER.c.paused_until > now),
    )
    return and_(SUBSCRIBER.c.state == SubscriberState.CONFIRMED, ~is_paused)


def due_readers(now: datetime, most: int | None) -> Select[Any]:
    """Those whose digest is due, the longest due first."""
    return (
        select(*(SUBSCRIBER.c[name] for name in Reader._fields))
        .where(SUBSCRIBER.c.due_at <= now, gets_mail(now))
        .order_by(SUBSCRIBER.c.due_at, SUBSCRIBER.c.id)
        .limit(most)
    )


Hits = tuple[int, ...]
"""What a reader's follows hit: numbers of targets, and below zero the ids of follows that must be looked at."""


class Keys:
    """The targets of a span as a temporary table of this connection."""

    def __init__(self, connection: Connection, span: Span) -> None:
        news = {*span.about, *span.found}
        self.targets = [*sorted(news), *sorted({*span.dues, *span.days} - news)]
        self._news = len(news)
        self._wants = [Want(target) for target in self.targets]
        self._plain: dict[Hits, tuple[Want, ...]] = {}
        connection.execute(text("DROP TABLE IF EXISTS digest_key"))
        KEYS.create(connection, checkfirst=False)
        insert_rows(
            connection, KEYS,
            [(number, target, target not in span.found) for number, target in enumerate(self.targets)],
        )  # fmt: skip
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE digest_key"))

    def hits(self, connection: Connection, readers: Collection[int], seen_to: int) -> dict[int, Hits]:
        """For each of these readers whose follows are hit, which. `seen_to` is the lowest of theirs.

        Readers that lie close together are asked for as a range, which goes through the index once; scattered ones by
        name.
        """
        if not readers:
            return {}
        first, last = min(readers), max(readers)
        if last - first < _DENSE * len(readers):
            found = self._hits(
                connection, FOLLOW.c.subscriber_id.between(first, last), seen_to, by_target=True
            )
            if last - first + 1 == len(readers):
                return found
            wanted = set(readers)
            return {reader: hits for reader, hits in found.items() if reader in wanted}
        return self._hits(connection, FOLLOW.c.subscriber_id.in_(readers), seen_to)

    def hits_at_once(self, connection: Connection, now: datetime) -> dict[int, Hits]:
        """The same of everybody who wants what is urgent at once."""
        readers = select(SUBSCRIBER.c.id).where(gets_mail(now))
        return self._hits(connection, and_(FOLLOW.c.at_once, FOLLOW.c.subscriber_id.in_(readers)), 0)

    def _hits(
        self, connection: Connection, which: ColumnElement[bool], seen_to: int, *, by_target: bool = False
    ) -> dict[int, Hits]:
        is_plain = and_(
            KEYS.c.is_plain == true(),
            FOLLOW.c.kinds.is_(None),
            FOLLOW.c.since <= seen_to,
            FOLLOW.c.id.not_in(select(MUTE.c.follow_id)),
        )
        # An outer join, so that SQLite begins with the targets: each then is one look into the index.
        hit = and_(FOLLOW.c.target == KEYS.c.target, FOLLOW.c.state == FollowState.ACTIVE, which)
        reader = FOLLOW.c.subscriber_id.cast(Text)
        special = literal("-") + FOLLOW.c.id.cast(Text) + "," + reader
        # A text for each target: a row for each hit would take a third as long again.
        statement = (
            select(KEYS.c.number, func.aggregate_strings(case((is_plain, reader), else_=special), ","))
            .select_from(KEYS.join(FOLLOW, hit, isouter=by_target))
            .group_by(KEYS.c.number)
            .order_by(KEYS.c.number)
        )
        found: dict[int, Hits] = {}
        for number, hits in connection.execute(statement):
            plain: Hits = (number,)  # one for all
            numbers = iter(_read_numbers(f"[{hits or ''}]"))
            for one in numbers:
                who, what = (one, plain) if one >= 0 else (next(numbers), (one,))
                found[who] = found[who] + what if who in found else what
        return found

    def count(self, connection: Connection, now: datetime) -> int:
        """How many of those that are due are hit by news."""
        hit = (
            select(FOLLOW.c.subscriber_id)
            .join(KEYS, KEYS.c.target == FOLLOW.c.target)
            .where(FOLLOW.c.state == FollowState.ACTIVE, KEYS.c.number < self._news)
        )
        return connection.execute(
            select(func.count())
            .select_from(SUBSCRIBER)
            .where(SUBSCRIBER.c.due_at <= now, gets_mail(now), SUBSCRIBER.c.id.in_(hit))
        ).scalar_one()

    def wants(
        self, connection: Connection, hits: Mapping[int, Hits], confirmed: Mapping[int, datetime | None]
    ) -> tuple[dict[int, tuple[Want, ...]], list[str]]:
        """What each reader's hit follows want, and which follows are broken and were left out."""
        plain = self._plain
        if len(plain) > _MOST_KEPT:
            plain.clear()
        for hit in {*hits.values()}:
            if hit not in plain and min(hit) >= 0:
                plain[hit] = tuple(self._wants[number] for number in sorted(hit))
        wants = {reader: plain.get(hit, ()) for reader, hit in hits.items()}
        special = {reader: hits[reader] for reader, found in wants.items() if not found}
        broken = self._special(connection, special, confirmed, wants) if special else []
        return wants, broken

    def _special(
        self,
        connection: Connection,
        hits: Mapping[int, Hits],
        confirmed: Mapping[int, datetime | None],
        wants: dict[int, tuple[Want, ...]],
    ) -> list[str]:
        """Put in what readers want of whom a follow must be looked at by itself; answers which are broken."""
        details, broken = _details(
            connection, [-number for hit in hits.values() for number in hit if number < 0]
        )
        for reader, hit in hits.items():
            found = [self._wants[number] for number in hit if number >= 0]
            found += [
                _started(details[-number], confirmed.get(reader))
                for number in hit
                if number < 0 and -number in details
            ]
            wants[reader] = tuple(sorted(found, key=lambda want: want.target))
        return broken


_read_numbers = msgspec.json.Decoder(list[int]).decode

_DENSE = 8
"""A range is asked for where it holds at most so many times the readers that are wanted."""
_MOST_KEPT = 100_000
_CHUNK = 10_000

_KNOWN_GROUPS = frozenset(group.key for group in GROUPS)


def _started(want: Want, confirmed_at: datetime | None) -> Want:
    began = [at for at in (want.started_at, confirmed_at) if at]
    return want._replace(started_at=max(began, default=None))


def _details(connection: Connection, ids: Sequence[int]) -> tuple[dict[int, Want], list[str]]:
    """Follows by id, with what they mute; and what is wrong with those that cannot be read."""
    muted: dict[int, set[int]] = defaultdict(set)
    found: dict[int, Want] = {}
    broken = []
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        for follow, item in connection.execute(
            select(MUTE.c.follow_id, MUTE.c.item_id).where(MUTE.c.follow_id.in_(chunk))
        ):
            muted[follow].add(item)
        rows = connection.execute(
            select(
                FOLLOW.c.id, FOLLOW.c.public_id, FOLLOW.c.target, type_coerce(FOLLOW.c.kinds, Text).label("kinds"),
                FOLLOW.c.since, FOLLOW.c.created_at,
            ).where(FOLLOW.c.id.in_(chunk))
        )  # fmt: skip
        for row in rows:
            groups = read_groups(row.kinds)
            if groups is BROKEN:
                broken.append(f"follow {row.public_id} of {row.target}: its kinds are {row.kinds[:80]}")
                continue
            found[row.id] = Want(
                row.target, groups, row.since, row.created_at, frozenset(muted.get(row.id, ()))
            )  # fmt: skip
    return found, broken


BROKEN: tuple[str, ...] = ("",)
"""What `read_groups` answers for kinds that are none."""


@lru_cache(maxsize=1_000)
def read_groups(kinds: str | None) -> tuple[str, ...] | None:
    """A follow's groups of kinds as they are stored; BROKEN where none of them is known."""
    if kinds is None:
        return None
    try:
        groups = msgspec.json.decode(kinds, type=tuple[str, ...])
    except msgspec.DecodeError:
        return BROKEN
    return tuple(group for group in groups if group in _KNOWN_GROUPS) or BROKEN


def broken_targets(connection: Connection, is_known: Any) -> Iterable[str]:
    """Follows of what does not exist: they can hit nothing, and somebody should know."""
    rows = connection.execute(select(FOLLOW.c.target).where(FOLLOW.c.state == FollowState.ACTIVE).distinct())
    for target in rows.scalars():
        if not is_known(target):
            yield f"follows of {target[:80]}: there is no such thing"
