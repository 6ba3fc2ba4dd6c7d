"""The log of decisions, write side: one row for each, and the lock that keeps their numbers in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Engine, Table, case, insert, null, text

from tracker.db import exclusive, writing
from tracker.models import Decision, DecisionKind, Item

DECISION = cast(Table, Decision.__table__)
ITEM = cast(Table, Item.__table__)

BRIEFLY = (
    *(column for column in DECISION.c if column.name != "before"),
    case((DECISION.c.kind == DecisionKind.DROP, null()), else_=DECISION.c.before).label("before"),
)
"""A decision without the changes that it dropped, which may be many thousand."""


class Hand(NamedTuple):
    """Who decides, and when. What one request decides shares its instant, so that it can be undone together."""

    name: str
    at: datetime


@contextmanager
def deciding(engine: Engine) -> Iterator[Connection]:
    """One transaction of decisions: one at a time on any number of machines, and not while links are made again.

    Whoever waits too long for a collection or a relinking gets an OperationalError, on SQLite after its busy timeout.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        with exclusive(connection, "desk"), exclusive(connection, "link"):
            yield connection


def record(
    connection: Connection,
    hand: Hand,
    kind: DecisionKind,
    subject: str,
    *,
    item_id: int | None = None,
    target: str | None = None,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
    undoes: int | None = None,
) -> int:
    """Write a decision; answers its number."""
    values: dict[str, Any] = {
        "kind": kind, "subject": subject, "item_id": item_id, "target": target, "before": before, "after": after,
        "reason": reason or None, "made_by": hand.name, "made_at": hand.at, "undoes": undoes,
    }  # fmt: skip
    made = connection.execute(insert(DECISION).values(values).returning(DECISION.c.id))
    return cast(int, made.scalar_one())
