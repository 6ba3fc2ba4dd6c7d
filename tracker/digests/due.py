"""When a digest is due: the reader's own hour on the reader's own days, by the rules of their zone. Pure.

The instants are computed here and not left to a scheduler: an hour that the clock skips in spring is the first
instant after the gap, one that comes twice in autumn is the first of the two, so every local date has exactly one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAILY, WEEKLY = "daily", "weekly"

_MOST_DAYS = 16
"""Two weeks and a little: a weekly digest may meet a date that its zone leaves out."""


def next_due(zone: str, hour: int, frequency: str, weekday: int, after: datetime) -> datetime:
    """The first instant later than `after` at which a digest is due, in UTC.

    `hour` is 0-23 by the local clock, `weekday` counts from Monday as 0 and matters for weekly digests only.
    Raises ZoneInfoNotFoundError or ValueError for a zone that there is not.
    """
    place = ZoneInfo(zone)
    first = after.astimezone(place).date() - timedelta(days=1)
    for ahead in range(_MOST_DAYS):
        day = first + timedelta(days=ahead)
        if frequency == WEEKLY and day.weekday() != weekday:
            continue
        due = instant_on(zone, day, hour)
        if due is not None and due > after:
            return due
    raise AssertionError(f"no day in {_MOST_DAYS} is due in {zone}")


@lru_cache(maxsize=10_000)
def instant_on(zone: str, day: date, hour: int) -> datetime | None:
    """The instant of an hour on a local date; None for a date that the zone left out.

    Where the last hour of a day is skipped, that is midnight, and still the digest of the day that ends.
    """
    place = ZoneInfo(zone)
    wall = datetime.combine(day, time(hour))
    early = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    if early.astimezone(place).replace(tzinfo=None) == wall:
        return early
    due = _end_of_gap(place, wall)
    last_before = (due - timedelta(seconds=1)).astimezone(place).date()
    return due if day in (due.astimezone(place).date(), last_before) else None


def _end_of_gap(place: ZoneInfo, wall: datetime) -> datetime:
    """The first instant after the gap in which a time of the wall clock lies.

    With either reading of a time that there is not, the offset before or after the gap, one lands beyond the other
    side of it; between them the offset changes once.
    """
    before = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    offset = before.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(place).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def period_of(zone: str, hour: int, frequency: str, due: datetime) -> str:
    """What a due instant is the digest of: the local date (`2027-03-14`), or the ISO week (`2027-W10`)."""
    day = due.astimezone(ZoneInfo(zone)).date()
    if instant_on(zone, day - timedelta(days=1), hour) == due:
        day -= timedelta(days=1)
    if frequency == WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()
