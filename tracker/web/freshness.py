"""How far what we hold can speak: asked of the database once for each version of the facts."""

from __future__ import annotations

from datetime import date

from tracker.db import db
from tracker.queries.sources import last_good
from tracker.selection import MEASURES
from tracker.sentences import written_date
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import washington_day


def known_on(*sources: str) -> str:
    """The day on which these sources last answered, in words; where the days differ, the newest and the oldest.

    What is said of a list is true of no later a day than each of its sources was asked on.
    """
    found = remembered(
        current_version(), ("as of", sources), lambda: [last_good(db.session, source) for source in sources]
    )
    days = sorted({washington_day(at) for at in found if at})
    if not days:
        return "before the first collection"
    newest, oldest = written_date(days[-1]), written_date(days[0])
    return newest if len(days) == 1 else f"{newest}, in part of {oldest}"


def as_of(*sources: str) -> str:
    """As of when the facts of these sources are: "as of 1 June 2026", "before the first collection"."""
    words = known_on(*sources)
    return words if words.startswith("before") else f"as of {words}"


def bills_as_of() -> date | None:
    """The day in Washington when bill status last answered, or its bundled facts were taken; None before that."""
    at = remembered(current_version(), "as of", lambda: last_good(db.session, MEASURES))
    return washington_day(at) if at else None


def bills_known_until() -> date:
    """The last day that a page on a bill may speak of: nobody has looked since."""
    return min(today(), bills_as_of() or today())
