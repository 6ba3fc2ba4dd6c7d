"""Legislators: the list by state, chamber and name, and one person's terms, seats and measures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.orm import Session

from scrapers.records import Chamber
from tracker.models import CommitteeSeat, Legislator, LegislatorTerm
from tracker.queries.bills import BillFilter, BillRow, Scope, list_bills
from tracker.queries.committees import committee_names
from tracker.queries.paging import START, AnyRow, BadParameterError, Key, Page, Place, read_page
from tracker.queries.people import find_people
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance

LEGISLATOR = cast(Table, Legislator.__table__)
TERM = cast(Table, LegislatorTerm.__table__)
SEAT = cast(Table, CommitteeSeat.__table__)

MEASURES_SHOWN = 20


class LegislatorFilter(msgspec.Struct, frozen=True):
    """Which people: by two-letter state, chamber, part of a name, or only those in office; None for any."""

    state: str | None = None
    chamber: Chamber | None = None
    is_current: bool | None = None
    name: str | None = None


ANYBODY = LegislatorFilter()


class LegislatorRow(msgspec.Struct, frozen=True):
    """A person in a list. `party` is spelled out for those in office, a letter for former members.

    `chamber`, `party`, `state` and `district` are those of the last term we know; `district` 0 is a whole
    state.
    """

    bioguide: str
    full_name: str
    last_name: str
    first_name: str
    is_current: bool
    chamber: Chamber | None
    party: str | None
    state: str | None
    district: int | None
    website: str | None
    document: Provenance


class Term(msgspec.Struct, frozen=True):
    """One term in one chamber. `ended_on` is its scheduled or actual last day."""

    chamber: Chamber
    state: str
    party: str
    started_on: date
    ended_on: date
    district: int | None
    senate_class: int | None


class Seat(msgspec.Struct, frozen=True):
    """A seat on a committee; `side` is "majority" or "minority", `title` as published ("Ranking Member")."""

    code: str
    committee: str
    is_subcommittee: bool
    side: str
    rank: int
    title: str | None


class Profile(msgspec.Struct, frozen=True):
    """A person with terms (newest first) and seats."""

    person: LegislatorRow
    terms: tuple[Term, ...]
    seats: tuple[Seat, ...]


class LegislatorDetail(msgspec.Struct, frozen=True):
    """A person with terms (newest first), seats, and the measures with the latest action."""

    person: LegislatorRow
    terms: tuple[Term, ...]
    seats: tuple[Seat, ...]
    sponsored: Page[BillRow]
    cosponsored: Page[BillRow]


_COLUMNS = (
    LEGISLATOR.c.bioguide, LEGISLATOR.c.full_name, LEGISLATOR.c.last_name, LEGISLATOR.c.first_name,
    LEGISLATOR.c.is_current, LEGISLATOR.c.chamber, LEGISLATOR.c.party, LEGISLATOR.c.state,
    LEGISLATOR.c.district, LEGISLATOR.c.website, *COLUMNS,
)  # fmt: skip
_FROM = LEGISLATOR.join(DOCUMENT, DOCUMENT.c.id == LEGISLATOR.c.document_id)
_KEYS = (
    Key(LEGISLATOR.c.last_name, False, str),
    Key(LEGISLATOR.c.first_name, False, str),
    Key(LEGISLATOR.c.bioguide, False, str),
)
_YES_OR_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read_legislator_filter(args: Mapping[str, str]) -> LegislatorFilter:
    """The filter that a query string asks for (`state chamber current name`); unknown parameters are ignored.

    Raises BadParameterError for a chamber that there is not, or `current` other than 1 or 0.
    """
    chamber, current = args.get("chamber") or None, args.get("current") or None
    if chamber is not None and chamber not in {member.value for member in Chamber}:
        raise BadParameterError("chamber", "chamber takes house or senate.")
    if current is not None and current.lower() not in _YES_OR_NO:
        raise BadParameterError("current", "current takes 1 (in office) or 0 (former).")
    return LegislatorFilter(
        state=_text(args, "state", 2).upper() or None,
        chamber=Chamber(chamber) if chamber else None,
        is_current=_YES_OR_NO[current.lower()] if current else None,
        name=_text(args, "name") or _text(args, "q") or None,
    )


def _text(args: Mapping[str, str], name: str, longest: int = 100) -> str:
    return (args.get(name) or "").replace("\0", "").strip()[:longest]


def list_legislators(
    session: Session,
    which: LegislatorFilter = ANYBODY,
    place: Place = START,
) -> Page[LegislatorRow]:
    """A page of people by name."""
    conditions = _conditions(session, which)
    total = session.execute(select(func.count()).select_from(LEGISLATOR).where(*conditions)).scalar_one()
    return read_page(
        session, _statement().where(*conditions), _KEYS, place, total, lambda rows: map(_row, rows)
    )


def held_states(session: Session) -> tuple[str, ...]:
    """Every state and territory that somebody is from."""
    states = select(LEGISLATOR.c.state).where(LEGISLATOR.c.state.is_not(None)).distinct()
    return tuple(sorted(session.execute(states).scalars()))


def read_legislator(session: Session, bioguide: str, *, today: date) -> LegislatorDetail | None:
    """One person with the newest of the measures; None if we know nobody of that id."""
    profile = read_profile(session, bioguide)
    if profile is None:
        return None
    place = Place(limit=MEASURES_SHOWN)
    return LegislatorDetail(
        profile.person,
        profile.terms,
        profile.seats,
        list_bills(
            session, BillFilter(sponsor=bioguide, scope=Scope.SECURITY_ASSISTANCE), today=today, place=place
        ),
        list_bills(
            session, BillFilter(cosponsor=bioguide, scope=Scope.SECURITY_ASSISTANCE), today=today, place=place
        ),
    )


def read_profile(session: Session, bioguide: str) -> Profile | None:
    """One person without the measures; None if we know nobody of that id."""
    row = session.execute(_statement().where(LEGISLATOR.c.bioguide == bioguide)).one_or_none()
    return Profile(_row(row), _terms(session, bioguide), _seats(session, bioguide)) if row else None


def _statement() -> Select[Any]:
    return select(*_COLUMNS).select_from(_FROM)


def _conditions(session: Session, which: LegislatorFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if which.state is not None:
        conditions.append(LEGISLATOR.c.state == which.state)
    if which.chamber is not None:
        conditions.append(LEGISLATOR.c.chamber == which.chamber)
    if which.is_current is not None:
        conditions.append(LEGISLATOR.c.is_current.is_(which.is_current))
    if which.name is not None:
        conditions.append(LEGISLATOR.c.bioguide.in_(find_people(session, which.name)))
    return conditions


def _row(row: AnyRow) -> LegislatorRow:
    return LegislatorRow(
        row.bioguide, row.full_name, row.last_name, row.first_name, row.is_current, row.chamber, row.party,
        row.state, row.district, row.website, provenance(row),
    )  # fmt: skip


def _terms(session: Session, bioguide: str) -> tuple[Term, ...]:
    rows = session.execute(select(TERM).where(TERM.c.bioguide == bioguide).order_by(TERM.c.position.desc()))
    return tuple(
        Term(row.chamber, row.state, row.party, row.started_on, row.ended_on, row.district, row.senate_class)
        for row in rows
    )


def _seats(session: Session, bioguide: str) -> tuple[Seat, ...]:
    rows = session.execute(select(SEAT).where(SEAT.c.bioguide == bioguide)).all()
    names = committee_names(session, [row.committee for row in rows])
    seats = [
        Seat(row.committee, names[row.committee], " Subcommittee on " in names[row.committee],
             row.side, row.rank, row.title)
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(seats, key=lambda seat: seat.committee.replace(" Committee", "")))
