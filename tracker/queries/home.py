"""The front page: what changed lately, item by item, or what Congress did last while the ledger is empty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

import msgspec
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from tracker.changes import KINDS
from tracker.models import Bill
from tracker.queries.bills import BillFilter, BillRow, Scope, list_bills
from tracker.queries.changes import ChangeRow, following_since, latest_changes
from tracker.queries.links import items_in_scope
from tracker.queries.paging import Place
from tracker.stages import Stage

BILL = cast(Table, Bill.__table__)

_CHANGES_READ = 400
_ITEMS_SHOWN = 12
_MEASURES_SHOWN = 10


class ChangedItem(msgspec.Struct, frozen=True):
    """What changed on one item, the weightiest change first; `seen_at` is when we saw the newest."""

    key: str
    kind: str
    name: str
    title: str
    path: str
    seen_at: datetime
    changes: tuple[ChangeRow, ...]


class CongressFigures(msgspec.Struct, frozen=True):
    """How many measures of a Congress concern security assistance, and how many are at three turns of the way."""

    congress: int
    measures: int
    out_of_committee: int
    passed_one: int
    laws: int


class Front(msgspec.Struct, frozen=True):
    """The front page's facts.

    `latest_measures` are those with the newest official action, and are filled only while nothing changed
    since following began at `following_since` (None before the first collection).
    """

    changed: tuple[ChangedItem, ...]
    has_more: bool
    following_since: datetime | None
    latest_measures: tuple[BillRow, ...]


def read_front(session: Session, *, today: date) -> Front:
    """What the front page shows."""
    changes = latest_changes(session, limit=_CHANGES_READ)
    changed = by_item(changes)
    latest: tuple[BillRow, ...] = ()
    if not changed:
        in_scope = BillFilter(scope=Scope.SECURITY_ASSISTANCE)
        latest = list_bills(session, in_scope, today=today, place=Place(limit=_MEASURES_SHOWN)).items
    return Front(
        changed[:_ITEMS_SHOWN],
        has_more=len(changed) > _ITEMS_SHOWN or len(changes) == _CHANGES_READ,
        following_since=following_since(session),
        latest_measures=latest,
    )


_OUT_OF_COMMITTEE = (Stage.REPORTED, Stage.ON_CALENDAR)
_PASSED_ONE = (Stage.PASSED_HOUSE, Stage.PASSED_SENATE)


def congress_figures(session: Session) -> tuple[CongressFigures, ...]:
    """Every Congress we hold such measures of, newest first."""
    rows = session.execute(
        select(BILL.c.congress, BILL.c.stage, func.count())
        .where(BILL.c.id.in_(items_in_scope()))
        .group_by(BILL.c.congress, BILL.c.stage)
    )
    counts: dict[int, Counter[Stage]] = defaultdict(Counter)
    for congress, stage, count in rows:
        counts[congress][stage] = count
    return tuple(
        CongressFigures(
            congress,
            stages.total(),
            sum(stages[stage] for stage in _OUT_OF_COMMITTEE),
            sum(stages[stage] for stage in _PASSED_ONE),
            stages[Stage.BECAME_LAW],
        )
        for congress, stages in sorted(counts.items(), reverse=True)
    )


_WEIGHT = {kind: number for number, kind in enumerate(KINDS)}


def by_item(changes: Iterable[ChangeRow]) -> tuple[ChangedItem, ...]:
    """Changes, newest first, gathered by item: items in the order of their newest change."""
    gathered: dict[str, list[ChangeRow]] = {}
    for change in changes:
        gathered.setdefault(change.item_key, []).append(change)
    return tuple(_item(rows) for rows in gathered.values())


def _item(rows: list[ChangeRow]) -> ChangedItem:
    newest = rows[0]
    return ChangedItem(
        newest.item_key,
        newest.item_kind,
        newest.item_name,
        newest.item_title,
        newest.path,
        newest.first_seen_at,
        tuple(sorted(rows, key=lambda row: _WEIGHT.get(row.kind, len(_WEIGHT)))),
    )
