"""The clock of Congress: how long it has to forbid a proposed sale before an offer can be made. Pure.

The law counts calendar days after Congress receives the report: fifteen for NATO, its members and five countries
that the law names, thirty for everybody else, none where the President states an emergency. Who belongs where is
dated data, `terms.toml`. The end of the days is not the end of what Congress can do: a law can stop a sale until
it is delivered.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

TERMS = Path(__file__).with_name("terms.toml")


class Purchaser(StrEnum):
    """To whom a sale is proposed, as far as the law asks."""

    NATO = "nato"
    NATO_MEMBER = "nato-member"
    NAMED = "named"
    OTHER = "other"
    UNKNOWN = "unknown"


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the days stand, and how many they are."""

    citation: str
    url: str
    days: int
    short_days: int


class Nato(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The alliance: its own organisations by name, and members by country with the day of accession."""

    name: str
    url: str
    organisations: tuple[str, ...]
    members: Mapping[str, date]


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country that the law names, since when, and by which public law."""

    country: str
    since: date
    law: str


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dated data."""

    law: Law
    nato: Nato
    named: tuple[Named, ...]


class Review(msgspec.Struct, frozen=True):
    """The clock of one sale.

    `days` is None where it is not known who buys, `last_day` where besides the day of delivery is not known.
    An emergency has neither. `because` says in words why the days are so many.
    """

    purchaser: Purchaser
    days: int | None
    delivered_on: date | None
    last_day: date | None
    is_emergency: bool
    because: str

    def days_left(self, today: date) -> int | None:
        """How many days are left after today; 0 on the last day, negative when it is past."""
        return (self.last_day - today).days if self.last_day else None

    def is_running(self, today: date) -> bool:
        """Whether Congress can still forbid the sale before an offer is made."""
        return self.last_day is not None and today <= self.last_day


@cache
def load_terms(path: Path = TERMS) -> Terms:
    """The dated data, read strictly."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Terms)


def review(
    country: str | None,
    purchaser: str | None,
    delivered_on: date | None,
    *,
    is_emergency: bool = False,
    terms: Terms | None = None,
) -> Review:
    """The clock of a sale to a country (ISO 3166 alpha-3), or to an organisation by the name that notices use.

    Membership is that of the day of delivery; before it is known, nobody can tell which days apply to a country
    that acceded lately, so that the newest state is taken.
    """
    terms = terms or load_terms()
    kind, because = _purchaser(country, purchaser, delivered_on or date.max, terms)
    if is_emergency:
        return Review(kind, None, delivered_on, None, True, "The President stated that an emergency exists.")
    if kind is Purchaser.UNKNOWN:
        return Review(kind, None, delivered_on, None, False, because)
    days = terms.law.days if kind is Purchaser.OTHER else terms.law.short_days
    last_day = delivered_on + timedelta(days=days) if delivered_on else None
    return Review(kind, days, delivered_on, last_day, False, because)


def is_nato(purchaser: str, terms: Terms | None = None) -> bool:
    """Whether a purchaser is the alliance or an agency of it."""
    name = purchaser.partition("(")[0].strip().removeprefix("the ").casefold()
    return name in {known.casefold() for known in (terms or load_terms()).nato.organisations}


def _purchaser(country: str | None, name: str | None, on: date, terms: Terms) -> tuple[Purchaser, str]:
    if country is None:
        if name and is_nato(name, terms):
            return Purchaser.NATO, "The purchaser is NATO or an agency of it."
        return Purchaser.UNKNOWN, "It is not known here which country buys."
    acceded = terms.nato.members.get(country)
    if acceded and acceded <= on:
        return Purchaser.NATO_MEMBER, f"A member of NATO since {acceded.day} {acceded:%B %Y}."
    named = next((one for one in terms.named if one.country == country and one.since <= on), None)
    if named:
        return Purchaser.NAMED, f"The law names this country ({named.law})."
    return Purchaser.OTHER, "Neither a member of NATO nor one of the five countries that the law names."
