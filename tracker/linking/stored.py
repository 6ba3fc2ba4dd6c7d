"""Items as linking sees them, read back from the rows: the same fields that their records had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, func, select

from tracker.linking.describe import described
from tracker.linking.evidence import Described
from tracker.models import Bill, BillCommittee, BillSubject, BillSummary, BillTitle, Item
from tracker.sanitise import plain_text

ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
TITLE = cast(Table, BillTitle.__table__)
SUBJECT = cast(Table, BillSubject.__table__)
SUMMARY = cast(Table, BillSummary.__table__)
COMMITTEE = cast(Table, BillCommittee.__table__)


def described_items(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    """What linking may look at of these items, by id."""
    return _bills(connection, ids)


def _bills(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    titles = _lists(connection, TITLE, ids, "title", "type")
    subjects = _lists(connection, SUBJECT, ids, "name")
    committees = _lists(connection, COMMITTEE, ids, "code")
    summaries = _latest_summaries(connection, ids)
    rows = connection.execute(
        select(ITEM.c.id, ITEM.c.key, ITEM.c.title, BILL.c.policy_area)
        .join_from(ITEM, BILL, BILL.c.id == ITEM.c.id)
        .where(ITEM.c.id.in_(ids))
        .order_by(ITEM.c.id)
    )
    return {
        row.id: described(
            row.key,
            "bill",
            title=row.title,
            other_titles=titles[row.id],
            summary=summaries.get(row.id),
            subjects=(name for (name,) in subjects[row.id]),
            policy_area=row.policy_area,
            committees=(code for (code,) in committees[row.id]),
        )
        for row in rows
    }


def _lists(
    connection: Connection, table: Table, ids: Sequence[int], *names: str
) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = (table.c[name] for name in names)
    for item_id, *values in connection.execute(
        select(table.c.item_id, *columns)
        .where(table.c.item_id.in_(ids))
        .order_by(table.c.item_id, table.c.position)
    ):
        found[item_id].append(tuple(values))
    return found


def _latest_summaries(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    last = (
        select(SUMMARY.c.item_id, func.max(SUMMARY.c.position).label("position"))
        .where(SUMMARY.c.item_id.in_(ids))
        .group_by(SUMMARY.c.item_id)
        .subquery()
    )
    rows = connection.execute(
        select(SUMMARY.c.item_id, SUMMARY.c.html, SUMMARY.c.description).join(
            last, (last.c.item_id == SUMMARY.c.item_id) & (last.c.position == SUMMARY.c.position)
        )
    )
    return {row.item_id: (plain_text(row.html), row.description or "") for row in rows if row.html}
