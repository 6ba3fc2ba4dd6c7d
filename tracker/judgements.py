"""Judgements of `content/bills/` into rows, so that pages can ask for them together with links.

The files are the truth: a judgement that left its file leaves the table, and one about a measure that we do not
hold waits until we do. Those of the desk are not touched.
"""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import Connection, Table, delete, insert, select

from tracker.content import Content
from tracker.models import Item, Judgement, Origin

ITEM = cast(Table, Item.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)

_Row = tuple[int, str, str, str, date, str]


def store_judgements(connection: Connection, content: Content) -> int:
    """Make the rows say what the files say; the number of rows written or deleted."""
    wanted = _wanted(connection, content)
    columns = (JUDGEMENT.c[name] for name in ("item_id", "target", "verdict", "reason", "made_on", "made_by"))
    stored = {
        cast(_Row, tuple(row[1:])): row.id
        for row in connection.execute(
            select(JUDGEMENT.c.id, *columns).where(JUDGEMENT.c.origin == Origin.CONTENT)
        )
    }
    gone = [judgement_id for row, judgement_id in stored.items() if row not in wanted]
    if gone:
        connection.execute(delete(JUDGEMENT).where(JUDGEMENT.c.id.in_(gone)))
    fresh = sorted(wanted - stored.keys())
    if fresh:
        names = ("item_id", "target", "verdict", "reason", "made_on", "made_by")
        connection.execute(
            insert(JUDGEMENT),
            [{**dict(zip(names, row, strict=True)), "origin": Origin.CONTENT} for row in fresh],
        )
    return len(gone) + len(fresh)


def _wanted(connection: Connection, content: Content) -> set[_Row]:
    keys = {f"bill:{key}": bill for key, bill in content.bills.items()}
    held = connection.execute(select(ITEM.c.key, ITEM.c.id).where(ITEM.c.key.in_(keys)))
    return {
        (item_id, judged.target, judged.verdict, judged.reason, judged.on, judged.by)
        for key, item_id in held
        for judged in keys[key].judgements
    }
