"""Lists of open audit recommendations: what they have no more, once the run that read them has ended well.

Not before: what one page lacks may stand on a later one, and half a list is not believed.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Connection, bindparam, update

from tracker.changes import Draft
from tracker.ingest.audit_recommendations import (
    AUDITS,
    HELD,
    Held,
    Listed,
    count_open,
    held_of,
    stamp_of,
    update_audit,
)
from tracker.watchdogs.lifecycle import disappeared, is_believable, listed_on, vanish
from tracker.watchdogs.statuses import OPEN_STATUSES


class Listings:
    """The lists of open recommendations that a run has read, closed when the run has ended well."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[int, Listed] = {}

    @property
    def documents(self) -> list[int]:
        """The documents that the lists stand in."""
        return list(self._read)

    def add(self, listed: Listed) -> None:
        """A list that was read."""
        known = self._read.get(listed.document_id)
        ids = (*known.ids, *listed.ids) if known else listed.ids
        self._read[listed.document_id] = listed._replace(ids=ids)

    def close(self, now: datetime) -> tuple[list[tuple[int, Draft, int]], list[str]]:
        """What the lists have no more: changes with their documents, and what a person has to look at.

        Nothing is gone where so many are missing that the list is hardly whole.
        """
        if not self._read:
            return [], []
        rows = self._connection.execute(
            HELD.where(AUDITS.c.listed_in.in_(bindparam("lists", expanding=True))),
            {"lists": list(self._read)},
        ).all()
        seen = {item_id for listed in self._read.values() for item_id in listed.ids}
        gone = [(row.key, held_of(row)) for row in rows if row.id not in seen]
        if not is_believable(len(gone), len(rows)):
            words = (
                f"{len(gone)} of {len(rows)} audit recommendations are missing from the list: not believed"
            )
            return [], [words]
        drafts = [self._vanish(key, held, now) for key, held in gone]
        count_open(self._connection, {held.report_id for _, held in gone})
        return [draft for draft in drafts if draft is not None], []

    def _vanish(self, key: str, held: Held, now: datetime) -> tuple[int, Draft, int] | None:
        """One is gone. One that was closed before is no news."""
        listed = self._read[cast(int, held.listed_in)]
        on = listed_on(listed.as_of)
        after = vanish(held.facts, on)
        if after != held.facts:
            update_audit(self._connection, held, key, after, listed.document_id, now)
        self._connection.execute(update(AUDITS).where(AUDITS.c.id == held.item_id).values(listed_in=None))
        if held.facts.status not in OPEN_STATUSES:
            return None
        return held.item_id, disappeared(held.facts, on, stamp_of(now)), listed.document_id
