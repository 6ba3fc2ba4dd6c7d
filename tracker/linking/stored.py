"""Items as linking sees them, read back from the rows: the same fields that their records had.

A new kind of item is one reader in `READERS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection, Table, select

from tracker.linking.describe import described, summary_words
from tracker.linking.evidence import Described
from tracker.models import Bill, BillCommittee, BillDossier, Item

ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
DOSSIER = cast(Table, BillDossier.__table__)
COMMITTEE = cast(Table, BillCommittee.__table__)

Reader = Callable[[Connection, Sequence[int]], dict[int, Described]]


def described_items(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    """What linking may look at of these items, in the order of their ids."""
    found: dict[int, Described] = {}
    for read in READERS.values():
        found |= read(connection, ids)
    return dict(sorted(found.items()))


def _bills(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    committees: dict[int, list[str]] = defaultdict(list)
    for item_id, code in connection.execute(
        select(COMMITTEE.c.item_id, COMMITTEE.c.code).where(COMMITTEE.c.item_id.in_(ids))
    ):
        committees[item_id].append(code)
    rows = connection.execute(
        select(
            ITEM.c.id, ITEM.c.key, ITEM.c.title, BILL.c.policy_area,
            DOSSIER.c.titles, DOSSIER.c.subjects, DOSSIER.c.summaries,
        )
        .join_from(ITEM, BILL, BILL.c.id == ITEM.c.id)
        .join(DOSSIER, DOSSIER.c.item_id == ITEM.c.id)
        .where(ITEM.c.id.in_(ids))
    )  # fmt: skip
    return {
        row.id: described(
            row.key,
            "bill",
            title=row.title,
            other_titles=((title.title, title.type) for title in row.titles),
            summary=summary_words(row.summaries),
            subjects=row.subjects,
            policy_area=row.policy_area,
            committees=committees[row.id],
        )
        for row in rows
    }


READERS: Mapping[str, Reader] = {"bill": _bills}
"""How the items of each kind are read back."""
