"""What followed searches, countries and recommendations have come to match since we last looked.

A bill that gains the words of a saved search, or an editor's link to a country, changes nothing in the ledger. So what
each followed target matches is kept, and what is new to it is told once. What a target matched when it was first
looked at is no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.orm import Session

from tracker.bulk import allocate_ids, insert_rows
from tracker.digests.ledger_span import SEARCH, found_by
from tracker.models import Follow, FollowState, Link, TargetMatch, WatchedTarget
from tracker.queries.links import items_about, items_in_scope

FOLLOW = cast(Table, Follow.__table__)
MATCH = cast(Table, TargetMatch.__table__)
LINK = cast(Table, Link.__table__)
WATCHED = cast(Table, WatchedTarget.__table__)

LINKED = ("country:", "recommendation:", "promise:")
"""Beginnings of the targets that items are linked to."""


def followed_searches(connection: Connection) -> list[str]:
    """Each saved search that somebody follows, once."""
    return _followed(connection, SEARCH)


def watch(connection: Connection, now: datetime) -> int:
    """Look what followed targets match now and keep what is new; answers how many matches are news."""
    known = set(connection.execute(select(WATCHED.c.target)).scalars())
    session = Session(connection)
    news = 0
    for beginning in (SEARCH, *LINKED):
        for target in _followed(connection, beginning):
            is_known = target in known
            fresh = sorted(set(_matching(session, target)) - _kept(connection, target))
            ids = allocate_ids(connection, MATCH, len(fresh)) if fresh else ()
            rows = [(number, target, item, now, is_known) for number, item in zip(ids, fresh, strict=True)]
            insert_rows(connection, MATCH, rows)
            news += len(rows) if is_known else 0
            if not is_known:
                connection.execute(insert(WATCHED).values(target=target, since=now))
    return news


def _followed(connection: Connection, beginning: str) -> list[str]:
    found = (
        select(FOLLOW.c.target)
        .where(FOLLOW.c.state == FollowState.ACTIVE, FOLLOW.c.target.startswith(beginning, autoescape=True))
        .distinct()
    )
    return sorted(connection.execute(found).scalars())


def _matching(session: Session, target: str) -> Iterable[int]:
    if target.startswith(SEARCH):
        return found_by(session, target)
    items = items_about(target)
    if target.startswith("country:"):
        items = items.where(LINK.c.item_id.in_(items_in_scope()))
    return cast(list[int], session.execute(items).scalars().all())


def _kept(connection: Connection, target: str) -> set[int]:
    return set(connection.execute(select(MATCH.c.item_id).where(MATCH.c.target == target)).scalars())
