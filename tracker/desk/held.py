"""Held changes of a collection: released to the public, or dropped."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from tracker import ledger
from tracker.bulk import allocate_ids, insert_rows
from tracker.db import encode_json
from tracker.desk.log import Hand, record
from tracker.desk.rules import RefusedError
from tracker.ledger import CHANGE
from tracker.models import DecisionKind


class Kept(msgspec.Struct, frozen=True):
    """A dropped change, whole, so that dropping can be undone. The fields are the table's columns after the id."""

    item_id: int
    kind: str
    natural_key: str
    occurred_on: date | None
    first_seen_at: datetime
    old: Any
    new: Any
    document_id: int
    collection_id: int


def release(connection: Connection, hand: Hand, collection: int, seen: int, reason: str = "") -> int:
    """Publish what a collection holds back. `seen` is how many changes the editor was shown."""
    _check(connection, collection, seen)
    ledger.release(connection, collection)
    return record(
        connection, hand, DecisionKind.RELEASE, _subject(collection), after=encode_json(seen), reason=reason
    )


def drop(connection: Connection, hand: Hand, collection: int, seen: int, reason: str = "") -> int:
    """Forget what a collection holds back; the facts themselves stay. The log keeps the changes."""
    _check(connection, collection, seen)
    rows = connection.execute(select(CHANGE).where(_waiting(collection)).order_by(CHANGE.c.id)).all()
    kept = [Kept(*tuple(row)[1:-1]) for row in rows]
    ledger.drop(connection, collection)
    return record(
        connection, hand, DecisionKind.DROP, _subject(collection),
        before=encode_json(kept), after=encode_json(len(kept)), reason=reason,
    )  # fmt: skip


def hold_again(connection: Connection, kept: list[Kept]) -> None:
    """Put dropped changes back to wait, but for those that a later collection brought again."""
    known = set()
    for change in kept:
        where = (CHANGE.c.item_id == change.item_id) & (CHANGE.c.natural_key == change.natural_key)
        if connection.execute(select(CHANGE.c.id).where(where, CHANGE.c.kind == change.kind)).first():
            known.add((change.item_id, change.kind, change.natural_key))
    back = [one for one in kept if (one.item_id, one.kind, one.natural_key) not in known]
    ids = allocate_ids(connection, CHANGE, len(back))
    rows = [(fresh, *msgspec.structs.astuple(one), True) for fresh, one in zip(ids, back, strict=True)]
    insert_rows(connection, CHANGE, rows)


def _check(connection: Connection, collection: int, seen: int) -> None:
    count = connection.execute(select(func.count()).where(_waiting(collection))).scalar_one()
    if not count:
        raise RefusedError("Nothing of this collection waits any more; somebody has decided.")
    if count != seen:
        raise RefusedError(f"You were shown {seen:,} changes and {count:,} wait now; look again.")


def _waiting(collection: int) -> Any:
    return (CHANGE.c.collection_id == collection) & CHANGE.c.held


def _subject(collection: int) -> str:
    return f"collection:{collection}"
