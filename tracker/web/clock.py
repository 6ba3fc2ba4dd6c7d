"""The one place where pages ask what time it is. Everything below takes it as a value."""

from __future__ import annotations

from datetime import UTC, date, datetime

from scrapers.times import EASTERN


def now() -> datetime:
    """This instant, aware UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Washington, by which Congress counts."""
    return now().astimezone(EASTERN).date()
