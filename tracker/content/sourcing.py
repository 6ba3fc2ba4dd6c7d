"""What content rests on: a document and when it came out, and the days on which we read ours again. Values only."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

import msgspec

from tracker.sentences import written_date


class PublishedOn(msgspec.Struct, frozen=True):
    """When a source came out, as exactly as it is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def written(self) -> str:
        """As we write it: "5 April 2013", "April 2013" or "2013"."""
        if self.month is None:
            return str(self.year)
        return written_date(self.earliest) if self.day else f"{self.earliest:%B} {self.year}"

    @property
    def short(self) -> str:
        """As it stands in a narrow column: "5 Apr 2013"."""
        return f"{self.day} {self.earliest:%b} {self.year}" if self.day else self.written

    def __str__(self) -> str:
        """ISO, as exactly as it is known: "2013-04"."""
        pieces = (self.year, self.month, self.day)
        return "-".join(f"{piece:02}" for piece in pieces if piece is not None)


class Basis(msgspec.Struct, frozen=True):
    """A document that our words on an item rest on. `part` is its page or section, where one is named."""

    title: str
    url: str
    date: PublishedOn
    part: str | None = None


class ReviewDays(TypedDict):
    """When a file was last read through, and by when it is to be read again."""

    reviewed_on: date
    review_due: date


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """What one of our files says; it is read through now and then."""

    reviewed_on: date
    review_due: date

    @property
    def path(self) -> str:
        """The page that it is read on."""
        raise NotImplementedError
