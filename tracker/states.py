"""The states and territories: their names, how many seats each has in Congress, and whose seats somebody asks about.

Pure. Seats of the House are those of the apportionment after the census of 2020, which holds for the Congresses that
begin in 2023 to 2031: https://www.census.gov/data/tables/2020/dec/2020-apportionment-data.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from tracker.wording import counted, tidy


class Home(NamedTuple):
    """A state or territory. A territory (`is_state` False) has one seat in the House, without a vote on passage."""

    code: str
    name: str
    seats: int
    is_state: bool = True

    @property
    def is_at_large(self) -> bool:
        """Whether one member stands for all of it: its only district is numbered 0."""
        return self.seats == 1

    @property
    def districts(self) -> range:
        """The numbers of its districts."""
        return range(1) if self.is_at_large else range(1, self.seats + 1)


_HOMES = (
    ("AL", "Alabama", 7), ("AK", "Alaska", 1), ("AZ", "Arizona", 9), ("AR", "Arkansas", 4),
    ("CA", "California", 52), ("CO", "Colorado", 8), ("CT", "Connecticut", 5), ("DE", "Delaware", 1),
    ("FL", "Florida", 28), ("GA", "Georgia", 14), ("HI", "Hawaii", 2), ("ID", "Idaho", 2), ("IL", "Illinois", 17),
    ("IN", "Indiana", 9), ("IA", "Iowa", 4), ("KS", "Kansas", 4), ("KY", "Kentucky", 6), ("LA", "Louisiana", 6),
    ("ME", "Maine", 2), ("MD", "Maryland", 8), ("MA", "Massachusetts", 9), ("MI", "Michigan", 13),
    ("MN", "Minnesota", 8), ("MS", "Mississippi", 4), ("MO", "Missouri", 8), ("MT", "Montana", 2),
    ("NE", "Nebraska", 3), ("NV", "Nevada", 4), ("NH", "New Hampshire", 2), ("NJ", "New Jersey", 12),
    ("NM", "New Mexico", 3), ("NY", "New York", 26), ("NC", "North Carolina", 14), ("ND", "North Dakota", 1),
    ("OH", "Ohio", 15), ("OK", "Oklahoma", 5), ("OR", "Oregon", 6), ("PA", "Pennsylvania", 17),
    ("RI", "Rhode Island", 2), ("SC", "South Carolina", 7), ("SD", "South Dakota", 1), ("TN", "Tennessee", 9),
    ("TX", "Texas", 38), ("UT", "Utah", 4), ("VT", "Vermont", 1), ("VA", "Virginia", 11), ("WA", "Washington", 10),
    ("WV", "West Virginia", 2), ("WI", "Wisconsin", 8), ("WY", "Wyoming", 1),
)  # fmt: skip
_TERRITORIES = (
    ("AS", "American Samoa"), ("DC", "District of Columbia"), ("GU", "Guam"), ("MP", "Northern Mariana Islands"),
    ("PR", "Puerto Rico"), ("VI", "Virgin Islands"),
)  # fmt: skip
HOMES: dict[str, Home] = {
    home.code: home
    for home in sorted(
        [
            *(Home(code, name, seats) for code, name, seats in _HOMES),
            *(Home(code, name, 1, is_state=False) for code, name in _TERRITORIES),
        ],
        key=lambda home: home.name,
    )
}
"""By their two letters, in the order of their names."""


class Choice(msgspec.Struct, frozen=True):
    """Whose lawmakers somebody asks about. `district` is 0 for a whole state, None where none was chosen.

    `problem` says what of the request cannot be: it is no fault of the page's, so the rest of it stands.
    """

    home: Home | None = None
    district: int | None = None
    problem: str = ""


NOBODY = Choice()


def read_choice(args: Mapping[str, str]) -> Choice:
    """The state and district that a query string asks for (`state=OH&district=3`)."""
    typed = tidy(args.get("state") or "")
    if not typed:
        return NOBODY
    home = HOMES.get(typed.upper())
    if home is None:
        return Choice(
            problem=f"There is no state or territory “{typed[:40]}”. Please choose one from the list."
        )
    if home.is_at_large:
        return _at_large(home, tidy(args.get("district") or ""))
    return _of_district(home, tidy(args.get("district") or ""))


def _at_large(home: Home, typed: str) -> Choice:
    """The one district, whatever was typed; a number that it has not is said."""
    if typed in ("", "0", "1"):
        return Choice(home, 0)
    return Choice(
        home, 0, f"{home.name} has one member of the House for all of it, and no district “{typed[:20]}”."
    )


def _of_district(home: Home, typed: str) -> Choice:
    if not typed:
        return Choice(home)
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else -1
    if number in home.districts:
        return Choice(home, number)
    return Choice(
        home,
        problem=f"{home.name} has {counted(home.seats, 'district')}, and none is numbered “{typed[:20]}”.",
    )
