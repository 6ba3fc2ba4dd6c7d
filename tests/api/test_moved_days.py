"""A day in a reader's calendar that moves: it stays the same entry, and says that it is newer than what they have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Engine

from scrapers.bodies import Bodies
from tests.arms_sales import JAPAN, JORDAN, REGISTER, publish, saved
from tests.conftest import Collect, FakeClock, collector
from tests.publishing import Mirror
from tests.sites import application

LAST_DAY = "arms-sale-26-23-last-day@tracker.example"


class Setting:
    """A site over one notification, which the publisher may correct."""

    def __init__(self, client: FlaskClient, mirror: Mirror, collect: Collect, clock: FakeClock) -> None:
        self._client, self._mirror, self._collect, self._clock = client, mirror, collect, clock

    def publish(self) -> None:
        """The notice, with the day on which the report reached Congress."""
        publish(self._mirror, JORDAN)
        assert self._collect(REGISTER).created == 1

    def correct(self) -> None:
        """The notice again in a later issue, with a later day."""
        corrected = saved(JORDAN).replace("Congress: February 26, 2026", "Congress: March 2, 2026")
        assert corrected != saved(JORDAN)
        self._clock.forward(days=1)
        publish(self._mirror, JORDAN, JAPAN, n09109=corrected.replace("2026-07278", "2026-09109"))
        assert self._collect(REGISTER).updated == 1

    def events(self, path: str) -> dict[str, Any]:
        """What is in a calendar at a time when the clock of Congress runs."""
        with time_machine.travel("2026-03-10T15:00:00Z", tick=False):
            body = self._client.get(path).data
        return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


@pytest.fixture
def setting(
    sqlite_engine: Engine, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock, tmp_path: Path
) -> Iterator[Setting]:
    collect = collector(sqlite_engine, mirror.root, bodies, fake_clock)
    with application(sqlite_engine.url, tmp_path) as app:
        yield Setting(app.test_client(), mirror, collect, fake_clock)


@pytest.mark.parametrize("path", ["/arms-sales/26-23.ics", "/calendar.ics"])
def test_14_a_day_that_moves_keeps_its_name_and_raises_its_sequence(setting: Setting, path: str) -> None:
    """Over the weekend on which clocks change: a day has no hour, so it stays that day in every zone."""
    setting.publish()
    before = setting.events(path)[LAST_DAY]
    setting.correct()
    after = setting.events(path)[LAST_DAY]
    assert (before.decoded("dtstart"), after.decoded("dtstart")) == (date(2026, 3, 28), date(2026, 4, 1))
    assert int(before.get("sequence", 0)) < int(after["sequence"])
    assert before["dtstart"].params["VALUE"] == after["dtstart"].params["VALUE"] == "DATE"
