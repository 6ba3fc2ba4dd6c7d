"""Days that acts set and that are near: reports and certifications due, last days of continuing resolutions.

They are those of the calendar, without what is past (nobody can act by yesterday) and what is done by public evidence.
The clocks of arms sales are facts of their items (`reading`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Item
from tracker.queries.calendar import Dated, deadline_days, resolution_days
from tracker.queries.deadlines import read_entries

DUE_DAYS = 14
"""From how many days before it on a last day stands in mails."""


class Near(NamedTuple):
    """A day that is near. `item_id` is the act that sets it, for whoever mutes that; None where we do not hold it."""

    day: Dated
    item_id: int | None


def days_near(session: Session, today: date) -> dict[str, Near]:
    """The days from today on that stand in mails, by their names in the calendar."""
    entries = tuple(one for one in read_entries(session, today=today) if one.submission is None)
    last = today + timedelta(days=DUE_DAYS)
    near = [
        day
        for find in (deadline_days, resolution_days)
        for day in find(session, entries, today)
        if today <= day.on <= last and not day.is_withdrawn
    ]
    keys = {f"bill:{day.bill}" for day in near}
    acts = {row.key: row.id for row in session.execute(select(Item.key, Item.id).where(Item.key.in_(keys)))}
    return {day.name: Near(day, acts.get(f"bill:{day.bill}")) for day in near}
