"""The lawmakers of a state and district, and what each did about the measures on one country or recommendation.

Nothing is asked before somebody chose a state; then the state's members in one question, and what the chosen ones
did in one each for names, seats and votes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import cast

import msgspec
from sqlalchemy import Date, Select, Table, bindparam, func, literal, select, true, type_coerce, union_all
from sqlalchemy.orm import Session

from scrapers.records import BillType, Chamber
from tracker.models import Bill, BillCommittee, BillCosponsor, BillSponsor, CommitteeSeat, Item, Legislator
from tracker.queries.provenance import DOCUMENT
from tracker.queries.roll_calls import MemberVote, votes_of_members
from tracker.sentences import measure_name
from tracker.states import Choice

LEGISLATOR = cast(Table, Legislator.__table__)
ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
SPONSOR = cast(Table, BillSponsor.__table__)
COSPONSOR = cast(Table, BillCosponsor.__table__)
BILL_COMMITTEE = cast(Table, BillCommittee.__table__)
SEAT = cast(Table, CommitteeSeat.__table__)


class Role(StrEnum):
    """How a name stands on a measure."""

    SPONSOR = "sponsor"
    COSPONSOR = "cosponsor"


class Member(msgspec.Struct, frozen=True):
    """Somebody in office. `district` is 0 for a whole state and None for senators; `party` is spelled out."""

    bioguide: str
    name: str
    chamber: Chamber
    party: str | None
    state: str
    district: int | None


class Signed(msgspec.Struct, frozen=True):
    """A measure with the member's name on it. `on` is when it was introduced or joined, None where not published."""

    role: Role
    key: str
    name: str
    title: str
    congress: int
    on: date | None


class SeatThere(msgspec.Struct, frozen=True):
    """A seat on a committee that such measures were sent to, and how many; `title` as published, else the side."""

    code: str
    title: str | None
    side: str
    measures: int


class Record(msgspec.Struct, frozen=True):
    """What one member did about these measures; each list newest or largest first."""

    member: Member
    signed: tuple[Signed, ...] = ()
    votes: tuple[MemberVote, ...] = ()
    seats: tuple[SeatThere, ...] = ()

    def in_role(self, role: Role) -> tuple[Signed, ...]:
        """The measures that the name stands on so."""
        return tuple(one for one in self.signed if one.role == role)


class Delegation(msgspec.Struct, frozen=True):
    """The members for a choice. `of_house` are all of the state's members of the House, by district, to choose from.

    `listed_at` is when the list of members was fetched that says so; None where none is held. A seat for which that
    list names nobody is vacant, or was filled since.
    """

    choice: Choice
    senators: tuple[Record, ...]
    representative: Record | None
    of_house: tuple[Member, ...]
    listed_at: datetime | None

    @property
    def records(self) -> tuple[Record, ...]:
        """The senators, then the member of the House."""
        return self.senators + ((self.representative,) if self.representative else ())


_MEMBERS = (
    select(
        LEGISLATOR.c.bioguide, LEGISLATOR.c.full_name, LEGISLATOR.c.chamber, LEGISLATOR.c.party,
        LEGISLATOR.c.state, LEGISLATOR.c.district, DOCUMENT.c.fetched_at,
    )
    .join_from(LEGISLATOR, DOCUMENT, DOCUMENT.c.id == LEGISLATOR.c.document_id)
    .where(
        LEGISLATOR.c.state == bindparam("state"),
        LEGISLATOR.c.is_current == true(),
        LEGISLATOR.c.chamber.is_not(None),
    )
    .order_by(LEGISLATOR.c.district, LEGISLATOR.c.last_name, LEGISLATOR.c.bioguide)
)  # fmt: skip


def read_delegation(session: Session, choice: Choice, measures: Select[tuple[int]]) -> Delegation:
    """Who is in office for the chosen state and district, and what they did about those measures (item ids).

    The choice must name a state.
    """
    assert choice.home is not None
    rows = session.execute(_MEMBERS, {"state": choice.home.code}).all()
    members = [
        Member(row.bioguide, row.full_name, row.chamber, row.party, row.state, row.district) for row in rows
    ]
    senators = [one for one in members if one.chamber is Chamber.SENATE]
    of_house = [one for one in members if one.chamber is Chamber.HOUSE]
    chosen = [one for one in of_house if choice.district is not None and one.district == choice.district]
    records = _records(session, [*senators, *chosen[:1]], measures)
    return Delegation(
        choice,
        tuple(records[: len(senators)]),
        records[len(senators)] if chosen else None,
        tuple(of_house),
        max((row.fetched_at for row in rows), default=None),
    )


def _records(session: Session, members: Sequence[Member], measures: Select[tuple[int]]) -> list[Record]:
    ids = [member.bioguide for member in members]
    if not ids:
        return []
    signed, seats = _signed(session, ids, measures), _seats(session, ids, measures)
    votes = votes_of_members(session, ids, measures)
    return [
        Record(
            member,
            tuple(signed.get(member.bioguide, ())),
            tuple(votes.get(member.bioguide, ())),
            tuple(seats.get(member.bioguide, ())),
        )
        for member in members
    ]


def _signed(
    session: Session, people: Sequence[str], measures: Select[tuple[int]]
) -> Mapping[str, list[Signed]]:
    """The measures with their names on them, the newest first; without those from which a name was withdrawn."""
    found: dict[str, list[Signed]] = defaultdict(list)
    fields = (ITEM.c.key, ITEM.c.title, BILL.c.type, BILL.c.number, BILL.c.congress, BILL.c.id)
    sponsored = select(
        SPONSOR.c.bioguide, literal(Role.SPONSOR.value).label("role"), BILL.c.introduced_on.label("on"), *fields
    ).join_from(SPONSOR, BILL, BILL.c.id == SPONSOR.c.item_id).where(SPONSOR.c.bioguide.in_(people))  # fmt: skip
    joined = select(
        COSPONSOR.c.bioguide, literal(Role.COSPONSOR.value), type_coerce(COSPONSOR.c.sponsored_on, Date), *fields
    ).join_from(COSPONSOR, BILL, BILL.c.id == COSPONSOR.c.item_id).where(
        COSPONSOR.c.bioguide.in_(people), COSPONSOR.c.withdrawn_on.is_(None)
    )  # fmt: skip
    both = union_all(
        *(
            part.join(ITEM, ITEM.c.id == BILL.c.id).where(BILL.c.id.in_(measures))
            for part in (sponsored, joined)
        )
    ).subquery()
    for row in session.execute(select(both).order_by(both.c.on.desc().nulls_last(), both.c.id.desc())):
        name = measure_name(BillType(row.type), row.number)
        found[row.bioguide].append(
            Signed(Role(row.role), row.key.removeprefix("bill:"), name, row.title, row.congress, row.on)
        )
    return found


def _seats(
    session: Session, people: Sequence[str], measures: Select[tuple[int]]
) -> Mapping[str, list[SeatThere]]:
    """Their seats on committees that such measures were sent to, those with most first."""
    count = func.count(BILL_COMMITTEE.c.item_id.distinct())
    rows = session.execute(
        select(SEAT.c.bioguide, SEAT.c.committee, SEAT.c.title, SEAT.c.side, count.label("measures"))
        .join_from(SEAT, BILL_COMMITTEE, BILL_COMMITTEE.c.code == SEAT.c.committee)
        .where(
            SEAT.c.bioguide.in_(people),
            BILL_COMMITTEE.c.item_id.in_(measures),
        )
        .group_by(SEAT.c.bioguide, SEAT.c.committee, SEAT.c.title, SEAT.c.side)
        .order_by(count.desc(), SEAT.c.committee)
    )
    found: dict[str, list[SeatThere]] = defaultdict(list)
    for row in rows:
        found[row.bioguide].append(SeatThere(row.committee, row.title, row.side, row.measures))
    return found
