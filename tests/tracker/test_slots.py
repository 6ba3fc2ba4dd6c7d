"""When a job is due, from values alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.slots import BACKOFF, CATCH_UP, Grid, Past, due_slots, failures_in_a_row, offset_of

HOURLY = Grid(timedelta(hours=1), timedelta(minutes=10))
SOURCE = Grid(timedelta(days=1), backs_off=True)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("grid", "past", "now", "due"),
    [
        (HOURLY, [], at(9, 15), [at(9, 10)]),  # never ran: at once
        (HOURLY, [Past(at(9, 10), False)], at(10, 9), []),
        (HOURLY, [Past(at(9, 10), False)], at(10, 10), [at(10, 10)]),
        (HOURLY, [Past(at(1, 10), False)], at(10, 20), [at(10, 10)]),  # of nine missed slots the newest
        (HOURLY, [Past(at(9, 10), True)], at(9, 40), []),  # what does not back off waits for its grid
        (SOURCE, [], at(9, 15), [at(9, 15)]),
        (Grid(timedelta(days=365), backs_off=True), [Past(at(0), True)] * 9, at(0, day=8), []),
        (Grid(timedelta(days=365), backs_off=True), [Past(at(0), True)] * 9, at(5, day=9), [at(5, day=9)]),
        (SOURCE, [Past(at(0), True)], at(0, 14), []),
        (SOURCE, [Past(at(0), True)], at(0, 15), [at(0, 15)]),
        (SOURCE, [Past(at(0, 15), True), Past(at(0), True)], at(1, 0), []),
        (SOURCE, [Past(at(0, 15), True), Past(at(0), True)], at(1, 20), [at(1, 20)]),
        (SOURCE, [Past(at(0, 15), False), Past(at(0), True)], at(23), []),  # it answered: back to its grid
        (SOURCE, [Past(at(0, 15), False), Past(at(0), True)], at(0, 1, day=3), [at(0, day=3)]),
    ],
)
def test_due(grid: Grid, past: list[Past], now: datetime, due: list[datetime]) -> None:
    assert due_slots(grid, past, now) == due


def test_slots_missed_while_a_worker_takes_over_are_all_run() -> None:
    grid = Grid(timedelta(seconds=10))
    past = [Past(at(9), False)]
    found = due_slots(grid, past, at(9, 0) + timedelta(seconds=45))
    assert found == [at(9) + timedelta(seconds=10 * number) for number in range(1, 5)]
    assert due_slots(grid, past, at(10))[0] >= at(10) - CATCH_UP


@given(st.integers(1, 12), st.integers(0, 3000))
def test_a_failing_source_is_asked_sooner_at_first_and_by_its_rhythm_in_the_end(
    failures: int, minutes: int
) -> None:
    past = [Past(at(0) - timedelta(days=number), True) for number in range(failures)]
    now = at(0) + timedelta(minutes=minutes)
    wait = BACKOFF[failures - 1] if failures <= 4 else timedelta(days=1)
    assert due_slots(SOURCE, past, now) == ([now] if now >= at(0) + wait else [])
    assert failures_in_a_row(past) == failures


def test_installations_ask_a_publisher_at_different_moments() -> None:
    day = timedelta(days=1)
    offsets = {offset_of("collect:legislators", f"https://{number}.example", day) for number in range(50)}
    assert len(offsets) > 45
    assert all(timedelta() <= offset < day for offset in offsets)
    assert offset_of("a", "b", day) == offset_of("a", "b", day)
