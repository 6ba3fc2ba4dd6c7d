"""Legislators and committees: the listings of those in office, and those whom only a bill names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from msgspec.structs import astuple
from sqlalchemy import Connection, Table, delete, select, update

from scrapers import records
from scrapers.records import Chamber
from tracker.bulk import insert_rows
from tracker.models import Committee, CommitteeSeat, Legislator, LegislatorTerm

LEGISLATOR = cast(Table, Legislator.__table__)
TERM = cast(Table, LegislatorTerm.__table__)
COMMITTEE = cast(Table, Committee.__table__)
SEAT = cast(Table, CommitteeSeat.__table__)


class Tally(NamedTuple):
    """How many rows of a listing were new, differed, or stood as they were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class People:
    """Makes sure that everyone a bill names has a row, so that a sponsor of years ago has a page too."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._known = set(connection.execute(select(LEGISLATOR.c.bioguide)).scalars())
        self._committees = set(connection.execute(select(COMMITTEE.c.code)).scalars())
        self._new_people: list[tuple[Any, ...]] = []
        self._new_committees: list[tuple[Any, ...]] = []

    def meet(self, bill: records.Bill, document_id: int) -> None:
        """Note whom and what the bill names for the first time."""
        people: tuple[records.Sponsor | records.Cosponsor, ...] = (*bill.sponsors, *bill.cosponsors)
        for person in people:
            if person.bioguide not in self._known:
                self._known.add(person.bioguide)
                self._new_people.append(self._from_print(person, document_id))
        for committee in bill.committees:
            if committee.code not in self._committees:
                self._committees.add(committee.code)
                chamber = committee.chamber.lower() if committee.chamber else None
                self._new_committees.append(
                    (committee.code, committee.name, chamber, committee.parent, None, False, document_id)
                )

    def write(self) -> None:
        """Store those met since the last time. Must come before the rows that point at them."""
        insert_rows(self._connection, LEGISLATOR, self._new_people)
        insert_rows(self._connection, COMMITTEE, self._new_committees)
        self._new_people, self._new_committees = [], []

    def _from_print(self, person: records.Sponsor | records.Cosponsor, document_id: int) -> tuple[Any, ...]:
        name = printed_name(person.name)
        return (
            person.bioguide, name.full, name.last, name.first, False, name.chamber, person.party,
            person.state, person.district, None, None, document_id, self._now,
        )  # fmt: skip


class PrintedName(NamedTuple):
    """A name as bills print it, taken apart."""

    full: str
    last: str
    first: str
    chamber: Chamber | None


_PRINTED = re.compile(
    r"(?P<title>Sen|Rep|Del|Resident Commissioner|Com)?\.? ?(?P<last>[^,]+), (?P<first>[^\[]+?) ?(?:\[.*)?$"
)


def printed_name(text: str) -> PrintedName:
    """`Sen. Sanders, Bernard [I-VT]` taken apart; what does not look like that is kept whole."""
    match = _PRINTED.fullmatch(text.strip())
    if match is None:
        return PrintedName(text, text, "", None)
    chamber = Chamber.SENATE if match["title"] == "Sen" else Chamber.HOUSE if match["title"] else None
    return PrintedName(f"{match['first']} {match['last']}", match["last"], match["first"], chamber)


# --- the listings -----------------------------------------------------------------------------------


def store_legislators(
    connection: Connection, people: Sequence[records.Legislator], document_id: int, now: datetime
) -> Tally:
    """The members in office; who is no longer listed stays, as a former member."""
    held = {row.bioguide: row for row in connection.execute(select(LEGISLATOR))}
    terms: dict[str, list[tuple[Any, ...]]] = {}
    for row in connection.execute(select(TERM).order_by(TERM.c.bioguide, TERM.c.position)):
        terms.setdefault(row.bioguide, []).append(tuple(row[2:]))
    created = updated = unchanged = 0
    new_people, new_terms = [], []
    for person in people:
        values = _legislator_values(person)
        person_terms = [astuple(term) for term in person.terms]
        before = held.get(person.bioguide)
        if before is None:
            created += 1
            new_people.append((person.bioguide, *values.values(), document_id, now))
        elif (
            values != {name: getattr(before, name) for name in values}
            or terms.get(person.bioguide) != person_terms
        ):
            updated += 1
            connection.execute(
                update(LEGISLATOR).where(LEGISLATOR.c.bioguide == person.bioguide)
                .values(**values, document_id=document_id)
            )  # fmt: skip
            connection.execute(delete(TERM).where(TERM.c.bioguide == person.bioguide))
        else:
            unchanged += 1
            continue
        new_terms += [(person.bioguide, position, *term) for position, term in enumerate(person_terms)]
    left = [row.bioguide for row in held.values() if row.is_current]
    left = [bioguide for bioguide in left if bioguide not in {person.bioguide for person in people}]
    if left:
        connection.execute(update(LEGISLATOR).where(LEGISLATOR.c.bioguide.in_(left)).values(is_current=False))
    insert_rows(connection, LEGISLATOR, new_people)
    insert_rows(connection, TERM, new_terms)
    return Tally(created, updated + len(left), unchanged)


def _legislator_values(person: records.Legislator) -> dict[str, Any]:
    """The legislator's columns between `bioguide` and `document_id`, in the table's order."""
    now_serving = person.terms[-1]
    return {
        "full_name": person.full_name,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "is_current": True,
        "chamber": now_serving.chamber,
        "party": now_serving.party,
        "state": now_serving.state,
        "district": now_serving.district,
        "website": person.website,
        "lis": person.lis,
    }


def store_committees(
    connection: Connection, committees: Sequence[records.Committee], document_id: int
) -> Tally:
    """The committees that exist now; former ones stay, marked so."""
    held = {row.code: row for row in connection.execute(select(COMMITTEE))}
    created = updated = unchanged = 0
    new = []
    for committee in committees:
        values = {
            "name": committee.name,
            "chamber": committee.chamber,
            "parent": committee.parent,
            "website": committee.website,
            "is_current": True,
        }
        before = held.get(committee.code)
        if before is None:
            created += 1
            new.append((committee.code, *values.values(), document_id))
        elif values != {name: getattr(before, name) for name in values}:
            updated += 1
            connection.execute(
                update(COMMITTEE).where(COMMITTEE.c.code == committee.code)
                .values(**values, document_id=document_id)
            )  # fmt: skip
        else:
            unchanged += 1
    current = {committee.code for committee in committees}
    gone = [row.code for row in held.values() if row.is_current and row.code not in current]
    if gone:
        connection.execute(update(COMMITTEE).where(COMMITTEE.c.code.in_(gone)).values(is_current=False))
    insert_rows(connection, COMMITTEE, new)
    return Tally(created, updated + len(gone), unchanged)


def store_seats(connection: Connection, seats: Sequence[records.CommitteeMembership]) -> tuple[Tally, int]:
    """Who sits where now, and how many seats are left out: those of people or committees not heard of yet."""
    people = set(connection.execute(select(LEGISLATOR.c.bioguide)).scalars())
    committees = set(connection.execute(select(COMMITTEE.c.code)).scalars())
    wanted = {
        (seat.committee, seat.bioguide): (seat.side, seat.rank, seat.title)
        for seat in seats
        if seat.bioguide in people and seat.committee in committees
    }
    held = {(row.committee, row.bioguide): tuple(row[2:]) for row in connection.execute(select(SEAT))}
    created = wanted.keys() - held.keys()
    updated = {key for key in wanted.keys() & held.keys() if wanted[key] != held[key]}
    gone = held.keys() - wanted.keys()
    for committee, bioguide in sorted(gone | updated):
        connection.execute(delete(SEAT).where(SEAT.c.committee == committee, SEAT.c.bioguide == bioguide))
    insert_rows(connection, SEAT, [(*key, *wanted[key]) for key in sorted(created | updated)])
    tally = Tally(len(created), len(updated) + len(gone), len(wanted) - len(created) - len(updated))
    return tally, len(seats) - len(wanted)
