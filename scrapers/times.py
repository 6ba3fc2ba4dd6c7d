"""Days and instants as publishers write them, and Washington's calendar. No clock is read here.

Legislative dates are dates in Washington; instants are kept in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scrapers.errors import DriftError

EASTERN = ZoneInfo("America/New_York")

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@lru_cache(maxsize=1_000)
def parse_date(text: str) -> date:
    """A calendar date `YYYY-MM-DD`. Raises DriftError."""
    if not _DATE.fullmatch(text):
        raise DriftError(f"not a date: {text[:40]!r}")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DriftError(f"not a date: {text!r}") from error


# No instant in these files lies outside; one that does is a slip of the keyboard (2206 for 2026).
_YEARS = range(1789, 2100)


@lru_cache(maxsize=1_000)
def parse_instant(text: str) -> datetime:
    """An instant with its zone (`2024-11-21T00:22:44Z`), as aware UTC. Raises DriftError."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise DriftError(f"a time without a zone: {text[:40]!r}")
        utc = instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DriftError(f"not a time: {text[:40]!r}") from error
    if utc.year not in _YEARS:
        raise DriftError(f"the time {text[:40]!r} is not between {_YEARS[0]} and {_YEARS[-1]}")
    return utc


@lru_cache(maxsize=1_000)
def eastern_date(text: str) -> date:
    """The Washington calendar date of an instant.

    Upstream writes a date as Eastern midnight in UTC (`T04:00:00Z`, `T05:00:00Z`), and for laws as the last
    second of the Eastern day (`T03:59:59Z`), so the UTC date would be a day off.
    """
    return parse_instant(text).astimezone(EASTERN).date()


def congress_years(congress: int) -> tuple[date, date]:
    """First and last day of a Congress since the 74th: noon on 3 January of odd years (20th Amendment)."""
    first = 2 * congress + 1787
    return date(first, 1, 3), date(first + 2, 1, 3)


def fiscal_year_order(fiscal_year: str) -> int:
    """Sorts fiscal years written as text: the transition quarter `1976tq` lies between 1976 and 1977."""
    return 2 * int(fiscal_year[:4]) + (len(fiscal_year) > 4)


def day_after(instant: datetime) -> datetime:
    """One day of grace for clocks that disagree."""
    return instant + timedelta(days=1)
