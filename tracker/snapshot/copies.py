"""When the copies that a mirror holds were taken from their publishers: as far as that is known, which is a period.

A mirror may say so itself, in a table `PROVENANCE.tsv` with the columns `path` and `as_of`. What `as_of` says of the
figures in a file ("FY2008-FY2017") says nothing of when it was fetched, and is read as nothing.
"""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import NamedTuple

from scrapers.mirror import copy_path, mirror_path

TABLE = "PROVENANCE.tsv"

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_YEARS = re.compile(r"(\d{4})-(\d{4})")


class Period(NamedTuple):
    """The days, first and last, on one of which a copy was taken."""

    first: date
    last: date

    @property
    def fetched_at(self) -> datetime:
        """Noon of the first day: only days are known, and at noon it is the same one in Washington."""
        return datetime.combine(self.first, time(12), UTC)

    def holds(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last


def read_period(text: str) -> Period | None:
    """A day, a month, a year, the years `2024-2025`, or from one to another: `2026-06-08/2026-08-26`. Else None."""
    if years := _YEARS.fullmatch(text):
        text = "/".join(years.groups())
    begins, stroke, ends = text.partition("/")
    first, last = _date(begins), _date(ends if stroke else begins)
    return Period(first.first, last.last) if first and last and first.first <= last.last else None


def _date(text: str) -> Period | None:
    """A day, a month or a year."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        last_day = day or monthrange(year, month or 12)[1]
        return Period(date(year, month or 1, day or 1), date(year, month or 12, last_day))
    except ValueError:  # no such day, month or year
        return None


def read_copies(mirror: Path | None) -> Mapping[str, str]:
    """By path, what the mirror says of when its copies were taken; empty where it says nothing or there is none."""
    table = mirror / TABLE if mirror else None
    if table is None or not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["path"]: row["as_of"] for row in rows}


def path_of(url: str, container: str | None) -> str:
    """The path, below a mirror's root, of the file that a document was read from."""
    whole = container or url
    return str(copy_path(whole) or mirror_path(whole))


def taken(told: Period | None, given: Period | None) -> Period | None:
    """When a copy was taken: as its mirror tells, or more exactly where a person who gives it knows more."""
    if given is None or (told is not None and not told.holds(given)):
        return told
    return given
