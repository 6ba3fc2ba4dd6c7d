"""Printed versions of measures with what was read in them, one alone or two side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.models import (
    BillTextVersion,
    FundingLine,
    Item,
    Provision,
    ProvisionCountry,
    TextCondition,
    TextDeadline,
)
from tracker.provisions import read
from tracker.provisions.identity import section_keys
from tracker.provisions.sides import Sides, lay_beside
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance

TEXT = cast(Table, BillTextVersion.__table__)
PROVISION = cast(Table, Provision.__table__)
FUNDING = cast(Table, FundingLine.__table__)
CONDITION = cast(Table, TextCondition.__table__)
DEADLINE = cast(Table, TextDeadline.__table__)
COUNTRY = cast(Table, ProvisionCountry.__table__)
ITEM = cast(Table, Item.__table__)


class TextRow(msgspec.Struct, frozen=True, kw_only=True):
    """A printed version. `bill_title` is None for a measure that is not held; `has_words` as the model says."""

    id: int
    bill_key: str
    version: str
    title: str | None
    bill_title: str | None
    law: str | None
    issued_on: date | None
    enacted_on: date | None
    url: str
    has_words: bool
    document: Provenance

    @property
    def path(self) -> str:
        return f"/bills/{self.bill_key}/texts/{self.version}"

    @property
    def on(self) -> date | None:
        return self.enacted_on or self.issued_on


class Placed(NamedTuple):
    """A section with its address within its text."""

    key: str
    provision: read.Provision
    path: str
    concerns_aid: bool


_TEXTS = (
    select(TEXT, ITEM.c.title.label("item_title"), *COLUMNS)
    .join_from(TEXT, DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
    .join(ITEM, ITEM.c.id == TEXT.c.item_id, isouter=True)
)
_TEXTS_OF_BILL = _TEXTS.where(TEXT.c.bill_key == bindparam("bill_key"))
_ORDER = {"ih": 0, "is": 0, "cdh": 1, "rh": 2, "rs": 2, "pcs": 3, "pch": 3, "eh": 4, "es": 4, "cps": 4, "rds": 5,
          "rdh": 5, "rfs": 5, "rfh": 5, "eah": 6, "eas": 6, "enr": 8, "law": 9}  # fmt: skip
"""Which version comes before which, where the publisher gave no dates."""


def text_versions(session: Session, bill_key: str) -> list[TextRow]:
    """A measure's printed versions, the oldest first."""
    rows = [_text(row) for row in session.execute(_TEXTS_OF_BILL, {"bill_key": bill_key})]
    return sorted(rows, key=age)


def texts_held(session: Session) -> list[TextRow]:
    """Every printed version that is held."""
    return [_text(row) for row in session.execute(_TEXTS)]


def age(text: TextRow) -> tuple[int, date, str]:
    """What sorts versions by their age."""
    return _ORDER.get(text.version, 7), text.issued_on or date.min, text.version


def _text(row: Any) -> TextRow:
    return TextRow(
        id=row.id, bill_key=row.bill_key, version=row.version, title=row.title, bill_title=row.item_title, law=row.law,
        issued_on=row.issued_on, enacted_on=row.enacted_on, url=row.url, has_words=bool(row.digest),
        document=provenance(row),
    )  # fmt: skip


def read_sections(
    session: Session,
    text: TextRow,
    *,
    everything: bool = False,
    division: str | None = None,
    country: str | None = None,
) -> list[Placed]:
    """The sections of a version that matter, with the facts that are sure; only those on aid unless all are wanted."""
    rows = session.execute(
        select(PROVISION).where(PROVISION.c.text_id == text.id).order_by(PROVISION.c.position)
    ).all()
    keys = section_keys(row.section for row in rows)
    named = _positions_naming(session, text.id, country) if country else None
    wanted = [
        (key, row)
        for key, row in zip(keys, rows, strict=True)
        if (everything or row.concerns_aid)
        and (division is None or read.division_of(row.section) == division)
        and (named is None or row.position in named)
    ]
    facts = {table: _facts(session, table, text.id) for table in (FUNDING, CONDITION, DEADLINE)}
    return [
        Placed(
            key,
            read.Provision(
                row.position, row.section,
                figures=tuple(facts[FUNDING][row.position]), conditions=tuple(facts[CONDITION][row.position]),
                deadlines=tuple(facts[DEADLINE][row.position]), mentions=row.mentions,
            ),
            row.path,
            row.concerns_aid,
        )
        for key, row in wanted
    ]  # fmt: skip


def _facts(session: Session, table: Table, text_id: int) -> dict[int, list[Any]]:
    sure: ColumnElement[bool] = table.c.is_sure
    asked: Select[Any] = (
        select(table.c.position, table.c.fact)
        .where(table.c.text_id == text_id, sure)
        .order_by(table.c.position, table.c.number)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(asked):
        found[row.position].append(row.fact)
    return found


def _positions_naming(session: Session, text_id: int, country: str) -> set[int]:
    rows = session.execute(
        select(COUNTRY.c.position).where(COUNTRY.c.text_id == text_id, COUNTRY.c.country == country)
    )
    return set(rows.scalars())


def divisions_of(placed: Sequence[Placed]) -> list[tuple[str, str]]:
    """The divisions that the sections stand in: letter and heading."""
    found = {
        step.number: step.heading or ""
        for one in placed
        for step in one.provision.section.steps
        if step.level == "division" and step.number
    }
    return list(found.items())


class Named(NamedTuple):
    """A country in a text: how many sections on aid name it, and how many of their conditions on money are on it."""

    country: str
    sections: int
    conditions: int


_SECTIONS_NAMING = (
    select(COUNTRY.c.country, func.count())
    .join(
        PROVISION, (PROVISION.c.text_id == COUNTRY.c.text_id) & (PROVISION.c.position == COUNTRY.c.position)
    )
    .where(COUNTRY.c.text_id == bindparam("text_id"), PROVISION.c.concerns_aid, COUNTRY.c.country != "USA")
    .group_by(COUNTRY.c.country)
)
_SURE_CONDITIONS = select(CONDITION.c.fact).where(
    CONDITION.c.text_id == bindparam("text_id"), CONDITION.c.is_sure
)


def countries_named(session: Session, text: TextRow) -> list[Named]:
    """The countries that a text's sections on foreign and security assistance name, most conditions first."""
    conditions = Counter(
        country
        for fact in session.execute(_SURE_CONDITIONS, {"text_id": text.id}).scalars()
        for country in set(fact.countries)
    )
    named = [
        Named(country, sections, conditions[country])
        for country, sections in session.execute(_SECTIONS_NAMING, {"text_id": text.id})
    ]
    return sorted(named, key=lambda one: (-one.conditions, -one.sections, one.country))


class Beside(NamedTuple):
    """Two versions with their sections matched; keys are the sections' addresses by position in each text."""

    old: TextRow
    new: TextRow
    sides: Sides
    old_keys: dict[int, str]
    new_keys: dict[int, str]


def read_beside(
    session: Session,
    old: TextRow,
    new: TextRow,
    *,
    everything: bool = False,
    division: str | None = None,
    old_division: str | None = None,
) -> Beside:
    """Two versions side by side."""
    before = read_sections(session, old, everything=everything, division=old_division)
    after = read_sections(session, new, everything=everything, division=division)
    sides = lay_beside([one.provision for one in before], [one.provision for one in after])
    return Beside(old, new, sides, _by_position(before), _by_position(after))


def _by_position(placed: Sequence[Placed]) -> dict[int, str]:
    return {one.provision.position: one.key for one in placed}
