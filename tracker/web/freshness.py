"""How far what we hold can speak: asked of the database once for each version of the facts."""

from __future__ import annotations

from datetime import date

from tracker.db import db
from tracker.queries.sources import last_good
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import washington_day


def bills_as_of() -> date | None:
    """The day in Washington when bill status last answered, or its bundled facts were taken; None before that."""
    at = remembered(current_version(), "as of", lambda: last_good(db.session, "govinfo_billstatus"))
    return washington_day(at) if at else None


def bills_known_until() -> date:
    """The last day that a page on a bill may speak of: nobody has looked since."""
    return min(today(), bills_as_of() or today())
