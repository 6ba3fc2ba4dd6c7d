"""Changes that wait for a person: what is held, and letting it go.

A run that brought more than a normal day, or that was read by a new parser, keeps its changes back. Released,
they get new ids, so that ids stay the order in which the public saw changes; dropped, they are forgotten, and
the facts themselves stay.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import Connection, Table, delete, func, select

from tracker.bulk import allocate_ids, insert_rows
from tracker.models import Change, Collection

CHANGE = cast(Table, Change.__table__)
COLLECTION = cast(Table, Collection.__table__)


class HeldRun(msgspec.Struct, frozen=True):
    """A collection whose changes wait."""

    collection: int
    source: str
    started_at: datetime
    because: str
    changes: int


def held_runs(connection: Connection) -> list[HeldRun]:
    """The collections with changes that wait, oldest first."""
    rows = connection.execute(
        select(COLLECTION.c.id, COLLECTION.c.source, COLLECTION.c.started_at, COLLECTION.c.held_because,
               func.count(CHANGE.c.id))
        .join_from(COLLECTION, CHANGE, CHANGE.c.collection_id == COLLECTION.c.id)
        .where(CHANGE.c.held).group_by(COLLECTION.c.id).order_by(COLLECTION.c.id)
    )  # fmt: skip
    return [HeldRun(number, source, at, because or "", count) for number, source, at, because, count in rows]


def release(connection: Connection, collection: int) -> int:
    """Publish a run's held changes; answers how many there were."""
    rows = _take(connection, collection)
    ids = allocate_ids(connection, CHANGE, len(rows))
    insert_rows(
        connection, CHANGE, [(fresh, *row[1:-1], False) for fresh, row in zip(ids, rows, strict=True)]
    )
    return len(rows)


def drop(connection: Connection, collection: int) -> int:
    """Forget a run's held changes; answers how many there were."""
    return len(_take(connection, collection))


def _take(connection: Connection, collection: int) -> list[tuple[object, ...]]:
    waiting = (CHANGE.c.collection_id == collection) & CHANGE.c.held
    rows = [tuple(row) for row in connection.execute(select(CHANGE).where(waiting).order_by(CHANGE.c.id))]
    connection.execute(delete(CHANGE).where(waiting))
    return rows
