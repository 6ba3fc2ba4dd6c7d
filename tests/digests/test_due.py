"""When a digest is due: exactly once a local date, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tracker.digests.due import instant_on, next_due, period_of

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage",
    "America/Adak", "America/Halifax", "America/St_Johns", "America/Havana", "America/Santiago",
    "America/Asuncion", "America/Miquelon", "America/Nuuk", "Atlantic/Azores", "Europe/London", "Europe/Berlin",
    "Europe/Kyiv", "Asia/Beirut", "Asia/Jerusalem", "Africa/Cairo", "Australia/Sydney", "Australia/Lord_Howe",
    "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip
"""Zones that change their clocks, at midnight and at other hours, by an hour and by half of one."""


def _changes(zone: str) -> list[date]:
    """The local dates in 2027 on which the offset changes."""
    place, found = ZoneInfo(zone), []
    for day in range(366):
        now = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=day)
        if now.astimezone(place).utcoffset() != (now + timedelta(days=1)).astimezone(place).utcoffset():
            found.append((now + timedelta(days=1)).astimezone(place).date())
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_exactly_one_digest_a_local_date_across_both_changes_of_2027(zone: str) -> None:
    changes = _changes(zone)
    assert len(changes) <= 2
    place = ZoneInfo(zone)
    for changed in changes or [date(2027, 3, 14)]:
        days = [changed + timedelta(days=ahead) for ahead in range(-3, 4)]
        for hour in range(24):
            at = datetime(days[0].year, days[0].month, days[0].day, tzinfo=place).astimezone(UTC)
            at -= timedelta(minutes=1)
            got = []
            for _ in days:
                at = next_due(zone, hour, "daily", 0, at)
                got.append(at)
            assert [period_of(zone, hour, "daily", due) for due in got] == [day.isoformat() for day in days]
            asked = [datetime.combine(day, time(hour)) for day in days]
            late = [
                due.astimezone(place).replace(tzinfo=None) - wall
                for due, wall in zip(got, asked, strict=True)
            ]
            assert all(timedelta() <= one <= timedelta(minutes=60) for one in late), (zone, hour, late)


def test_the_zones_do_change_their_clocks() -> None:
    assert sum(len(_changes(zone)) == 2 for zone in ZONES) >= 22


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        pytest.param(
            "America/New_York", date(2027, 3, 14), 2, "2027-03-14T07:00", id="gap: 03:00 summer time"
        ),
        pytest.param("America/New_York", date(2027, 11, 7), 1, "2027-11-07T05:00", id="fold: the first"),
        pytest.param(
            "Australia/Lord_Howe", date(2027, 10, 3), 2, "2027-10-02T15:30", id="gap of half an hour"
        ),
        pytest.param("America/Nuuk", date(2027, 3, 27), 23, "2027-03-28T01:00", id="gap at the end of a day"),
        pytest.param("Asia/Beirut", date(2027, 3, 28), 0, "2027-03-27T22:00", id="gap at midnight"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice(zone: str, day: date, hour: int, expected: str) -> None:
    assert instant_on(zone, day, hour) == datetime.fromisoformat(f"{expected}:00+00:00")


def test_a_date_that_a_zone_left_out_has_no_digest_and_its_neighbours_one_each() -> None:
    """Samoa went from 29 to 31 December 2011."""
    at, got = datetime(2011, 12, 28, 12, tzinfo=UTC), []
    for _ in range(3):
        at = next_due("Pacific/Apia", 9, "daily", 0, at)
        got.append(period_of("Pacific/Apia", 9, "daily", at))
    assert got == ["2011-12-28", "2011-12-29", "2011-12-31"]


def test_weekly_digests_come_on_the_day_that_was_chosen() -> None:
    at, periods = datetime(2027, 1, 1, tzinfo=UTC), []
    for _ in range(60):
        at = next_due("Europe/Berlin", 6, "weekly", 4, at)
        assert at.astimezone(ZoneInfo("Europe/Berlin")).weekday() == 4
        periods.append(period_of("Europe/Berlin", 6, "weekly", at))
    assert len(set(periods)) == 60
    assert periods[0] == "2026-W53"


def test_due_instants_go_forward_only() -> None:
    at = datetime(2027, 3, 13, 6, 59, tzinfo=UTC)
    times = []
    for _ in range(10):
        at = next_due("America/New_York", 2, "daily", 0, at)
        times.append(at)
    assert all(first < second for first, second in pairwise(times))


def test_a_zone_that_there_is_not() -> None:
    with pytest.raises(ValueError, match=r".*"):
        next_due("../etc/passwd", 2, "daily", 0, datetime(2027, 1, 1, tzinfo=UTC))
