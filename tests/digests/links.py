"""An editor's link, for tests."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Engine, Table, insert, select

from tracker.db import writing
from tracker.models import Item, Link, LinkState

LINK = cast(Table, Link.__table__)
ITEM = cast(Table, Item.__table__)


def link(engine: Engine, key: str, target: str) -> None:
    """The item of that key is about that target, says an editor."""
    with writing(engine) as connection:
        item = connection.execute(select(ITEM.c.id).where(ITEM.c.key == key)).scalar_one()
        row = {"item_id": item, "target": target, "score": 100, "state": LinkState.CONFIRMED, "is_shown": True,
               "evidence": (), "decided_by": "the editors"}  # fmt: skip
        connection.execute(insert(LINK).values(**row))
