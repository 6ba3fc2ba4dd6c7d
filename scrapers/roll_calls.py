"""How a roll call is named, and where its chamber publishes it. Pure.

`119-h1-212`: the Congress, the chamber with the session, and the number that the chamber gave it. Both chambers count
from one in each session, which is a calendar year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from scrapers.records import Chamber
from scrapers.source import Request
from scrapers.times import congress_years

HOUSE = "https://clerk.house.gov/evs"
SENATE = "https://www.senate.gov/legislative/LIS/roll_call_votes"

_KEY = re.compile(r"([1-9]\d{0,3})-([hs])([1-3])-([1-9]\d{0,4})", re.ASCII)
_CHAMBERS = {"h": Chamber.HOUSE, "s": Chamber.SENATE}
_HOUSE_ADDRESS = re.compile(rf"{re.escape(HOUSE)}/(\d{{4}})/roll(\d{{3,4}})\.xml", re.ASCII)
_SENATE_ADDRESS = re.compile(
    rf"{re.escape(SENATE)}/vote(\d{{1,4}})(\d)/vote_(\d{{1,4}})_(\d)_(\d{{5}})\.xml", re.ASCII
)


class RollCallKey(NamedTuple):
    """The identity of a roll call."""

    chamber: Chamber
    congress: int
    session: int
    roll: int

    def __str__(self) -> str:
        return f"{self.congress}-{self.chamber.value[0]}{self.session}-{self.roll}"

    @property
    def year(self) -> int:
        """The calendar year of the session."""
        return congress_years(self.congress)[0].year + self.session - 1

    @property
    def url(self) -> str:
        """The address of the roll call as data."""
        if self.chamber is Chamber.HOUSE:
            return f"{HOUSE}/{self.year}/roll{self.roll:03}.xml"
        name = f"vote_{self.congress}_{self.session}_{self.roll:05}"
        return f"{SENATE}/vote{self.congress}{self.session}/{name}.xml"


def parse_key(text: str) -> RollCallKey | None:
    """The key that a text is, as `119-h1-212`; None for anything else."""
    found = _KEY.fullmatch(text)
    return found and RollCallKey(_CHAMBERS[found[2]], int(found[1]), int(found[3]), int(found[4]))


def key_of_address(url: str) -> RollCallKey | None:
    """The roll call that an address of data names; None for any other address."""
    house = _HOUSE_ADDRESS.fullmatch(url)
    if house:
        year = int(house[1])
        return RollCallKey(Chamber.HOUSE, (year - 1787) // 2, 2 - year % 2, int(house[2]))
    senate = _SENATE_ADDRESS.fullmatch(url)
    if senate and (senate[1], senate[2]) == (senate[3], senate[4]):
        return RollCallKey(Chamber.SENATE, int(senate[1]), int(senate[2]), int(senate[5]))
    return None


def session_on(day: date) -> int:
    """The session that a day is in: the first in odd years. One begins at noon on 3 January at the earliest."""
    return 2 - (day - timedelta(days=2)).year % 2


# --- what the sources of both chambers ask for ------------------------------------------------------


def named(options: Mapping[str, str], chamber: Chamber) -> Iterator[Request]:
    """The roll calls that option `vote=` names. Raises ValueError for what names none of this chamber."""
    if "vote" not in options:
        return
    if "bill" in options:
        raise ValueError("options bill= and vote= exclude each other")
    for name in options["vote"].split(","):
        key = parse_key(name)
        if key is None or key.chamber is not chamber:
            example = "119-h1-212" if chamber is Chamber.HOUSE else "119-s1-165"
            raise ValueError(f"option vote= takes a roll call like {example}, not {name!r}")
        yield Request(key.url)


def asked_for(
    options: Mapping[str, str], documents: Iterable[Iterable[str]], chamber: Chamber
) -> Iterator[Request]:
    """The chamber's roll calls among those that the store wants, each once; none where one is asked for by name."""
    if "vote" in options:
        return
    asked: set[str] = set()
    for url in (url for addresses in documents for url in addresses):
        key = key_of_address(url)
        if key is not None and key.chamber is chamber and url not in asked:
            asked.add(url)
            yield Request(url)
