"""How fresh what we hold is, as one short word."""

from __future__ import annotations

from hashlib import blake2b
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from tracker.linking.linker import WHOLE
from tracker.models import Change, Collection, Decision, LinkedWith

COLLECTION = cast(Table, Collection.__table__)
CHANGE = cast(Table, Change.__table__)
DECISION = cast(Table, Decision.__table__)
LINKED_WITH = cast(Table, LinkedWith.__table__)

# Runs that are open at once are few; one that ends after this many others have begun and ended is not seen.
_RUNS = 32

_NEWEST = (
    select(
        COLLECTION.c.id,
        COLLECTION.c.status,
        select(func.max(CHANGE.c.id)).where(CHANGE.c.held.is_(False)).scalar_subquery(),
        select(func.max(DECISION.c.id)).scalar_subquery(),
        select(LINKED_WITH.c.digest).where(LINKED_WITH.c.entry == WHOLE).scalar_subquery(),
    )
    .order_by(COLLECTION.c.id.desc())
    .limit(_RUNS)
)


def data_version(session: Session) -> str:
    """A word that changes when a collection ends, a held change is released, an editor decides or links are remade.

    All of it by index.
    """
    found = [tuple(row) for row in session.execute(_NEWEST)]
    return blake2b(repr(found).encode(), digest_size=8).hexdigest()
