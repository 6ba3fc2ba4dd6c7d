"""Committees by the names people use, whatever list they are known from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from tracker.models import Bill, BillCommittee, Committee
from tracker.queries.paging import AnyRow

COMMITTEE = cast(Table, Committee.__table__)
BILL_COMMITTEE = cast(Table, BillCommittee.__table__)
BILL = cast(Table, Bill.__table__)

_OFFICIAL = re.compile(r"(House|Senate) Committee on (?:the )?(.+)")
_CHAMBERS = {"house": "House", "senate": "Senate"}


class CommitteeChoice(msgspec.Struct, frozen=True):
    """A committee to choose in a filter: its system code (`ssfr00`) and its name."""

    code: str
    name: str


def display_name(name: str, chamber: str | None, parent: str | None = None) -> str:
    """A committee's name as we write it; `parent` is the display name of a subcommittee's committee.

    The listing of committees says "Senate Committee on Foreign Relations", bills say "Foreign Relations
    Committee" with the chamber beside it: both become "Senate Foreign Relations Committee".
    """
    if parent:
        inner = name.removesuffix(" Subcommittee").removeprefix("Subcommittee on ")
        return f"{parent.removesuffix(' Committee')} Subcommittee on {inner}"
    official = _OFFICIAL.fullmatch(name)
    if official:
        return f"{official[1]} {official[2]} Committee"
    house = _CHAMBERS.get((chamber or "").lower(), "")
    return name if not house or house in name else f"{house} {name}"


_PARENT = COMMITTEE.alias("parent")
_ALL = select(
    COMMITTEE.c.code, COMMITTEE.c.name, COMMITTEE.c.chamber,
    _PARENT.c.name.label("parent_name"), _PARENT.c.chamber.label("parent_chamber"),
).select_from(COMMITTEE.outerjoin(_PARENT, _PARENT.c.code == COMMITTEE.c.parent))  # fmt: skip
_SOME = _ALL.where(COMMITTEE.c.code.in_(bindparam("codes", expanding=True)))


def committee_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Display names by system code, of those codes that we know."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    return {row.code: _name(row) for row in session.execute(_SOME, {"codes": wanted})}


def all_committee_names(session: Session) -> dict[str, str]:
    """Display names of every committee we know."""
    return {row.code: _name(row) for row in session.execute(_ALL)}


def _name(row: AnyRow) -> str:
    parent = display_name(row.parent_name, row.parent_chamber) if row.parent_name else None
    return display_name(row.name, row.chamber, parent)


def committee_choices(session: Session) -> tuple[CommitteeChoice, ...]:
    """Every full committee that exists now or that a measure was sent to, by name."""
    rows = session.execute(
        select(COMMITTEE.c.code, COMMITTEE.c.name, COMMITTEE.c.chamber).where(COMMITTEE.c.parent.is_(None))
    )
    named = {row.code: display_name(row.name, row.chamber) for row in rows}
    return tuple(
        CommitteeChoice(code, name)
        for code, name in sorted(named.items(), key=lambda pair: (pair[1], pair[0]))
    )
