"""What a digest is about, as values: items, what is new about them, and why a reader is told. Pure.

`reading` fills them from the database, `choose` puts them in order, `render` makes words of them.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec


class ItemFacts(msgspec.Struct, frozen=True):
    """An item as mails speak of it. `name` is short ("S. 1780"), `path` its page, without the site's address.

    `status` says where it stands and `next_step` what comes next, as of the day of the mail; empty where there is no
    such thing. `last_day` is the last day of a clock that is running (an arms sale's), `act` the sentence of any clock.
    """

    key: str
    kind: str
    name: str
    title: str
    path: str
    status: str = ""
    next_step: str = ""
    last_day: date | None = None
    act: str = ""
    calendar: str = ""
    """The path of the item's calendar file, for a last day."""
    document: str = ""
    """The address of the document that sets the day, where the day is all that there is."""
    cosponsors: int | None = None


class News(msgspec.Struct, frozen=True):
    """A change. `sentence` is the one that pages and feeds have too. `link` is an official page for it, with its name.

    `occurred_on` is the source's date, `seen_at` when we first saw it, `source` and `document` where it stands.
    """

    id: int
    kind: str
    item: ItemFacts
    sentence: str
    old: Any
    new: Any
    occurred_on: date | None
    seen_at: datetime
    source: str
    document: str
    link: tuple[str, str] | None = None
    roll: str = ""
    """The key of the roll call that it tells of; `beside` is what to say of it, where its positions are held."""
    beside: str = ""


class Mark(StrEnum):
    """Why an entry may be known to the reader already."""

    FRESH = ""
    MAY_REPEAT = "may repeat"
    NOT_DELIVERED = "not delivered"


class Entry(msgspec.Struct, frozen=True):
    """A change that a reader is told, with the targets by which it reaches them, in order."""

    news: News
    reasons: tuple[str, ...]
    mark: Mark = Mark.FRESH
    home: str = ""
    """How the reader's own lawmakers voted, where the change is a roll call and the reader said where they live."""


class Match(msgspec.Struct, frozen=True):
    """An item that nothing changed about, but that only now came to be what a reader follows."""

    item: ItemFacts
    reasons: tuple[str, ...]
    mark: Mark = Mark.FRESH


class Correction(msgspec.Struct, frozen=True):
    """A change that a reader was told and that was taken back since."""

    told: News
    told_on: date
    now: News
    reasons: tuple[str, ...]


class Due(msgspec.Struct, frozen=True):
    """An item that a reader follows and that has a last day soon, or a day that an act sets, which is one here."""

    item: ItemFacts
    reasons: tuple[str, ...]


class Selection(msgspec.Struct, frozen=True):
    """All that one digest is about. Nothing to mail where it is empty: last days alone do not make a digest."""

    entries: tuple[Entry, ...] = ()
    matches: tuple[Match, ...] = ()
    corrections: tuple[Correction, ...] = ()
    dues: tuple[Due, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.matches or self.corrections)

    @property
    def size(self) -> int:
        """How many things are told, without last days."""
        return len(self.entries) + len(self.matches) + len(self.corrections)

    @property
    def targets(self) -> tuple[str, ...]:
        """The follows by which anything here reaches the reader, in order."""
        every: tuple[Entry | Match | Correction | Due, ...] = (
            *self.entries, *self.matches, *self.corrections, *self.dues,
        )  # fmt: skip
        return tuple(sorted({target for one in every for target in one.reasons}))


class Frame(msgspec.Struct, frozen=True):
    """What stands around a selection: the site, the day and the span in words, and how the sources are.

    `today` is Washington's. `names` are the follows in words and their pages: "Egypt" at `/countries/EGY`.
    `copy` is the path of the mail's own page.
    """

    site_name: str
    public_url: str
    today: date
    span: str
    health: str
    copy: str
    names: dict[str, tuple[str, str]]
    kind: str = "digest"
    notice: str = ""
    """Something that must be known before the rest: that this is an example, what it is made of."""
