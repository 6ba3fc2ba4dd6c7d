"""When a job is due. Pure: what ran before and the time go in, the slots that are due come out.

A slot is an instant on the job's own grid. The grid of a source is moved by a share of its rhythm that differs from
installation to installation, so that no publisher is asked by everybody on the hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

CATCH_UP = timedelta(minutes=1)
"""Slots missed for so long are still run one by one, as while a worker takes over; of older ones only the newest."""

BACKOFF = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=6))
"""How long a source is left alone after one, two, three, four failures in a row; then for its rhythm, within reason."""

LONGEST_BACKOFF = timedelta(days=7)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Grid(NamedTuple):
    """The instants at which a job is due: every `rhythm`, moved by `offset` from UTC midnight's grid.

    With `backs_off` a job that fails is due by `BACKOFF` instead of its grid, sooner or later than that.
    """

    rhythm: timedelta
    offset: timedelta = timedelta()
    backs_off: bool = False


class Past(NamedTuple):
    """A slot of the job that has a row, and whether it failed or was lost."""

    slot: datetime
    has_failed: bool


def offset_of(name: str, installation: str, rhythm: timedelta) -> timedelta:
    """A share of the rhythm, in whole seconds, that only this job of this installation has."""
    drawn = int.from_bytes(blake2b(f"{installation}\n{name}".encode(), digest_size=8).digest())
    return timedelta(seconds=drawn % max(1, int(rhythm.total_seconds())))


def due_slots(grid: Grid, past: Sequence[Past], now: datetime) -> list[datetime]:
    """The slots that want a row, oldest first. `past` has the newest first, some of them at least.

    A job that never ran is due at once; so is one whose pause after a failure is over.
    """
    minute = now.replace(second=0, microsecond=0)
    newest = _EPOCH + grid.offset + (now - _EPOCH - grid.offset) // grid.rhythm * grid.rhythm
    if not past:
        return [minute if grid.backs_off else newest]
    last = past[0].slot
    failures = failures_in_a_row(past)
    if grid.backs_off and failures:
        again = next_after_failure(last, failures, grid.rhythm)
        return [max(again, minute)] if again <= now else []
    found = []
    slot = newest
    while slot > last and (slot == newest or slot >= now - CATCH_UP):
        found.append(slot)
        slot -= grid.rhythm
    return found[::-1]


def failures_in_a_row(past: Sequence[Past]) -> int:
    """How many of the newest slots failed, up to the first that did not."""
    return next((number for number, one in enumerate(past) if not one.has_failed), len(past))


def next_after_failure(last: datetime, failures: int, rhythm: timedelta) -> datetime:
    """When a source that failed so many times in a row is asked again."""
    if failures <= len(BACKOFF):
        return last + BACKOFF[failures - 1]
    return last + max(BACKOFF[-1], min(rhythm, LONGEST_BACKOFF))
