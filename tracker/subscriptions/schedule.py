"""When a subscriber wants mail, by their own clock: as it is chosen, checked, and said in words. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from tracker.models import Frequency
from tracker.sentences import written_date

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WASHINGTON = "America/New_York"


class Schedule(msgspec.Struct, frozen=True):
    """Daily, or weekly on `weekday` (0 Monday), at `hour` (0 to 23) on the clock of `zone` (an IANA name)."""

    zone: str = WASHINGTON
    hour: int = 7
    frequency: Frequency = Frequency.DAILY
    weekday: int = 0

    @property
    def in_words(self) -> str:
        """ "every day at 7:00, Washington time"."""
        when = "every day" if self.frequency is Frequency.DAILY else f"every {DAYS[self.weekday]}"
        return f"{when} at {self.hour}:00, {zone_name(self.zone)} time"


def zone_name(zone: str) -> str:
    """A zone as people say it: "Los Angeles" for `America/Los_Angeles`."""
    return "Washington" if zone == WASHINGTON else zone.rpartition("/")[2].replace("_", " ")


def local_words(instant: datetime, zone: str) -> str:
    """An instant by the reader's clock: "Tuesday 1 December 2026 at 7:00, Washington time".

    A zone that the machine's tables have no more is told in UTC.
    """
    zone = zone if is_zone(zone) else "UTC"
    local = instant.astimezone(ZoneInfo(zone))
    return f"{DAYS[local.weekday()]} {written_date(local.date())} at {local:%-H:%M}, {zone_name(zone)} time"


def is_zone(zone: str) -> bool:
    """Whether there is a zone of that IANA name."""
    return zone in all_zones()


_PLACES = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian",
           "Pacific")  # fmt: skip


@lru_cache(maxsize=1)
def all_zones() -> tuple[str, ...]:
    """The zones to choose from, by name: places, and UTC."""
    places = (zone for zone in available_timezones() if zone.partition("/")[0] in _PLACES)
    return (*sorted(places), "UTC")
