"""The dates of feeds, as they are written and not always as the standards have them. Pure.

The forms of RFC 822 and ISO 8601, and Drupal's words (`Monday, April 15, 2013 - 2:23pm`). What has no zone, and
what calls itself EST or EDT, is time in Washington: publishers there print "EST" in September.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz

from scrapers.times import EASTERN

_WASHINGTON = re.compile(r"\s*\b(?:E[SD]?T|Eastern)\s*$", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:[A-Z][a-z]{2,8},? )?(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2}), (?P<year>\d{4})"
    r"(?: ?-? ?(?P<hour>\d{1,2}):(?P<minute>\d\d) ?(?P<half>[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_UNIVERSAL = re.compile(r"\b(?:GMT|UTC?|Z)\)?$|[+-]\d{4}(?: ?\(\w{0,20}\))?$", re.IGNORECASE)
_YEARS = range(1980, 2100)


def feed_instant(text: str) -> datetime | None:
    """The instant that a feed's date names, in UTC; None where it names none."""
    words = " ".join(text.split())[:100]
    if not words:
        return None
    local = _WASHINGTON.sub("", words)
    try:
        found = _written(local) or _iso(local) or _mail(local)
        at = found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None
    return at if at and at.year in _YEARS else None


def feed_day(text: str) -> date | None:
    """The day of it in Washington."""
    at = feed_instant(text)
    return at.astimezone(EASTERN).date() if at else None


def _written(text: str) -> datetime | None:
    found = _WORDS.fullmatch(text)
    name = found["month"].lower() if found else ""
    month = next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)), 0)
    if found is None or not month:
        return None
    hour, minute = int(found["hour"] or 12), int(found["minute"] or 0)
    half = (found["half"] or "").lower()
    if half:
        hour = hour % 12 + 12 * half.startswith("p")
    return datetime(int(found["year"]), month, int(found["day"]), hour, minute, tzinfo=EASTERN)


def _iso(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=EASTERN)


def _mail(text: str) -> datetime | None:
    fields = parsedate_tz(text)
    if fields is None:
        return None
    at = datetime(*fields[:6])  # noqa: DTZ001  # its zone follows
    if not fields[9] and not _UNIVERSAL.search(text):
        return at.replace(tzinfo=EASTERN)
    return at.replace(tzinfo=timezone(timedelta(seconds=fields[9] or 0)))
