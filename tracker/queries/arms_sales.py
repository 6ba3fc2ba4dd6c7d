"""Proposed arms sales: the list, one of them with all that is held on it, and those to a country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from scrapers.records import ArmsSaleNotice, BillType, SaleKind
from tracker.arms_sales.facts import SaleFacts, is_formal
from tracker.arms_sales.resolutions import Sale, is_disapproval, tie
from tracker.arms_sales.review import Review, review
from tracker.arms_sales.words import buyer_name, sale_name, status_sentence
from tracker.linking.evidence import Evidence
from tracker.linking.linker import packaged_linker
from tracker.linking.stored import described_items
from tracker.models import ArmsSale, ArmsSaleDocument, Bill, Item
from tracker.queries.bills import BillRow, bills_by_id
from tracker.queries.changes import ChangeRow, latest_changes
from tracker.queries.country_names import Country, all_countries
from tracker.queries.links import NOTHING, About, about_items, read_country_code
from tracker.queries.paging import (
    START,
    AnyRow,
    BadParameterError,
    Key,
    Ordered,
    Page,
    Place,
    read_choice,
    read_ordered,
    read_word,
)
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance

ITEM = cast(Table, Item.__table__)
SALE = cast(Table, ArmsSale.__table__)
SALE_DOCUMENT = cast(Table, ArmsSaleDocument.__table__)
BILL = cast(Table, Bill.__table__)


class SaleFilter(msgspec.Struct, frozen=True):
    """Which sales: to a country (`JOR`), of a year of notification, of one kind; None for any."""

    country: str | None = None
    year: int | None = None
    kind: SaleKind | None = None


ANY_SALE = SaleFilter()


class SaleRow(msgspec.Struct, frozen=True):
    """A proposed sale. `key` is `26-23`, or a page's name until there is a number; `name` is short.

    `buyer` is the country's name or the organisation as printed. `status` is a sentence as of the `today` that was
    asked for. `document` is the one that speaks for the sale.
    """

    key: str
    name: str
    title: str
    url: str
    kind: SaleKind
    country: Country | None
    buyer: str | None
    facts: SaleFacts
    review: Review
    status: str
    is_running: bool
    days_left: int | None
    first_seen_at: datetime
    changed_at: datetime
    document: Provenance

    @property
    def revision(self) -> int:
        """Minutes from when it was first seen to its last change: grows whenever something about it changes."""
        return int((self.changed_at - self.first_seen_at).total_seconds() // 60)

    @property
    def path(self) -> str:
        """Its page."""
        return f"/arms-sales/{self.key}"


class SaleDocument(msgspec.Struct, frozen=True):
    """One document on a sale: what it says, and the bytes that it was read from."""

    notice: ArmsSaleNotice
    document: Provenance

    @property
    def is_formal(self) -> bool:
        return is_formal(self.notice)


class Against(msgspec.Struct, frozen=True):
    """A joint resolution against a sale, with the words that say so."""

    bill: BillRow
    evidence: tuple[Evidence, ...]


class Earlier(msgspec.Struct, frozen=True):
    """A transmittal that an enhancement builds on. `is_held` when we have a page for it."""

    transmittal: str
    notified_on: date
    is_held: bool


class SaleDetail(msgspec.Struct, frozen=True):
    """A sale with all that is held on it. Documents are newest first, `enhancements` in the order of their days."""

    sale: SaleRow
    documents: tuple[SaleDocument, ...]
    earlier: tuple[Earlier, ...]
    enhancements: tuple[SaleRow, ...]
    resolutions: tuple[Against, ...]
    about: About
    changes: tuple[ChangeRow, ...]


# --- the list ---------------------------------------------------------------------------------------

_KEYS = (Key(SALE.c.notified_on, True, date), Key(SALE.c.id, True, int))
_SALES = (
    select(
        SALE.c.id, SALE.c.country, SALE.c.sale_kind, SALE.c.facts,
        ITEM.c.key, ITEM.c.title, ITEM.c.url, ITEM.c.first_seen_at, ITEM.c.changed_at, *COLUMNS,
    )
    .join_from(SALE, ITEM, ITEM.c.id == SALE.c.id)
    .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
)  # fmt: skip
_BY_ID = _SALES.where(SALE.c.id.in_(bindparam("ids", expanding=True)))
_IS_ITSELF = SALE.c.same_as_id.is_(None)
_YEARS = range(1976, 2100)
"""The law asks for notifications since 1976."""


def read_sale_filter(args: Mapping[str, str]) -> SaleFilter:
    """The filter that a query string asks for; unknown parameters are ignored, empty ones mean any.

    Raises BadParameterError for a value that its parameter cannot have.
    """
    year = read_word(args, "year")
    if year and not (re.fullmatch(r"\d{4}", year, re.ASCII) and int(year) in _YEARS):
        raise BadParameterError("year", "year takes a year such as 2026.")
    return SaleFilter(
        read_country_code(args.get("country")),
        int(year) if year else None,
        read_choice(args, "kind", SaleKind),
    )


def list_sales(
    session: Session, which: SaleFilter = ANY_SALE, *, today: date, place: Place = START
) -> Page[SaleRow]:
    """A page of sales, the last notified first. Raises BadParameterError for a strange cursor."""
    counted, found = _statements(which)
    total = session.execute(counted).scalar_one()
    return read_ordered(session, found, place, total, lambda rows: [_row(row, today) for row in rows])


@lru_cache(maxsize=64)
def _statements(which: SaleFilter) -> tuple[Select[int], Ordered]:
    """How many there are, and which."""
    conditions = _conditions(which)
    return select(func.count()).select_from(SALE).where(*conditions), Ordered(
        _SALES.where(*conditions), _KEYS
    )


def sales_by_id(session: Session, ids: Sequence[int], today: date) -> dict[int, SaleRow]:
    """Sales by item id, for lists that another question ordered."""
    rows = session.execute(_BY_ID.where(_IS_ITSELF), {"ids": list(ids)}) if ids else ()
    return {row.id: _row(row, today) for row in rows}


def sales_to(session: Session, country: Country, *, today: date, limit: int) -> Page[SaleRow]:
    """The newest sales proposed to a country, and how many there are."""
    return list_sales(session, SaleFilter(country=country.code), today=today, place=Place(limit=limit))


class Held(msgspec.Struct, frozen=True):
    """What a filter can choose from: countries by name and years, newest first; and when the first was notified."""

    countries: tuple[Country, ...]
    years: tuple[int, ...]
    total: int


def held_sales(session: Session) -> Held:
    """The countries and years of which sales are held."""
    rows = session.execute(select(SALE.c.country, SALE.c.notified_on).where(_IS_ITSELF)).all()
    codes = {row.country for row in rows}
    return Held(
        tuple(country for code, country in all_countries().items() if code in codes),
        tuple(sorted({row.notified_on.year for row in rows}, reverse=True)),
        len(rows),
    )


def running_sales(session: Session, *, today: date) -> tuple[SaleRow, ...]:
    """Sales whose clock is running, the one that ends first on top."""
    longest = 31  # days; no clock runs longer
    first = date.fromordinal(today.toordinal() - longest)
    rows = session.execute(_SALES.where(_IS_ITSELF, SALE.c.notified_on >= first))
    running = (row for row in (_row(row, today) for row in rows) if row.is_running)
    return tuple(sorted(running, key=lambda row: (row.days_left or 0, row.key)))


def _conditions(which: SaleFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_IS_ITSELF]
    if which.country is not None:
        conditions.append(SALE.c.country == which.country)
    if which.year is not None:
        conditions.append(SALE.c.notified_on.between(date(which.year, 1, 1), date(which.year, 12, 31)))
    if which.kind is not None:
        conditions.append(SALE.c.sale_kind == which.kind)
    return conditions


def _row(row: AnyRow, today: date) -> SaleRow:
    facts: SaleFacts = row.facts
    country = all_countries().get(row.country) if row.country else None
    buyer = buyer_name(facts.purchaser, country.name if country else None)
    clock = review(row.country, facts.purchaser, facts.delivered_on, is_emergency=facts.is_emergency)
    return SaleRow(
        key=row.key.removeprefix("arms-sale:"),
        name=sale_name(facts.transmittal),
        title=row.title,
        url=row.url,
        kind=row.sale_kind,
        country=country,
        buyer=buyer,
        facts=facts,
        review=clock,
        status=status_sentence(facts, clock, buyer, today),
        is_running=clock.is_running(today),
        days_left=clock.days_left(today),
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        document=provenance(row),
    )


# --- one of them ------------------------------------------------------------------------------------

_OTHER = SALE.alias()
_OTHER_ITEM = ITEM.alias()


def same_as(session: Session, key: str) -> str | None:
    """The key of the sale that a page without a number turned out to be."""
    statement = (
        select(_OTHER_ITEM.c.key)
        .join_from(SALE, ITEM, ITEM.c.id == SALE.c.id)
        .join(_OTHER_ITEM, _OTHER_ITEM.c.id == SALE.c.same_as_id)
        .where(ITEM.c.key == f"arms-sale:{key}")
    )
    found = session.execute(statement).scalar()
    return found.removeprefix("arms-sale:") if found else None


def read_sale(session: Session, key: str, *, today: date) -> SaleDetail | None:
    """The sale of that key with all that is held on it; None if there is none."""
    found = session.execute(_SALES.where(ITEM.c.key == f"arms-sale:{key}", _IS_ITSELF)).one_or_none()
    if found is None:
        return None
    sale = _row(found, today)
    transmittal = sale.facts.transmittal
    return SaleDetail(
        sale=sale,
        documents=_documents(session, found.id),
        earlier=_earlier(session, sale.facts),
        enhancements=_enhancements(session, transmittal, today) if transmittal else (),
        resolutions=resolutions_against(session, _named(sale), today=today),
        about=about_items(session, [found.id]).get(found.id, NOTHING),
        changes=latest_changes(session, item_id=found.id, limit=20),
    )


def _documents(session: Session, item_id: int) -> tuple[SaleDocument, ...]:
    rows = session.execute(
        select(SALE_DOCUMENT.c.notice, *COLUMNS)
        .join_from(SALE_DOCUMENT, DOCUMENT, DOCUMENT.c.id == SALE_DOCUMENT.c.document_id)
        .where(SALE_DOCUMENT.c.item_id == item_id)
    )
    documents = [SaleDocument(row.notice, provenance(row)) for row in rows]
    return tuple(sorted(documents, key=lambda one: (one.notice.published_on, one.notice.url), reverse=True))


def _earlier(session: Session, facts: SaleFacts) -> tuple[Earlier, ...]:
    """What an enhancement says came before it, whether or not it is held."""
    keys = [f"arms-sale:{one.transmittal}" for one in facts.earlier]
    held = set(session.execute(select(ITEM.c.key).where(ITEM.c.key.in_(keys))).scalars()) if keys else ()
    return tuple(
        Earlier(one.transmittal, one.notified_on, f"arms-sale:{one.transmittal}" in held)
        for one in sorted(facts.earlier, key=lambda one: one.notified_on)
    )


def _enhancements(session: Session, transmittal: str, today: date) -> tuple[SaleRow, ...]:
    rows = session.execute(
        _SALES.where(SALE.c.original == transmittal, _IS_ITSELF).order_by(SALE.c.notified_on, SALE.c.id)
    )
    return tuple(_row(row, today) for row in rows)


def _named(sale: SaleRow) -> Sale:
    """As much of a sale as a resolution can name."""
    names = _names(sale.country) if sale.country else ()
    return Sale(sale.facts.transmittal, names, sale.facts.articles, sale.facts.delivered_on)


def resolutions_naming(session: Session, transmittal: str, *, today: date) -> tuple[Against, ...]:
    """The joint resolutions that name a transmittal, whether or not its notice is held."""
    return resolutions_against(session, Sale(transmittal, (), (), None), today=today)


def resolutions_against(session: Session, wanted: Sale, *, today: date) -> tuple[Against, ...]:
    """The joint resolutions that name a sale in anything that we hold of them, with the words."""
    rows = session.execute(
        select(BILL.c.id, BILL.c.introduced_on, ITEM.c.title)
        .join_from(BILL, ITEM, ITEM.c.id == BILL.c.id)
        .where(BILL.c.type.in_((BillType.HJRES, BillType.SJRES)), ITEM.c.title.ilike("%disapproval of the%"))
    )
    introduced = {row.id: row.introduced_on for row in rows if is_disapproval(row.title)}
    described = described_items(session.connection(), list(introduced)) if introduced else {}
    tied = {
        item_id: words
        for item_id, resolution in described.items()
        if (words := tie(wanted, resolution, introduced[item_id]))
    }
    bills = bills_by_id(session, list(tied), today)
    found = (Against(bill, tied[item_id]) for item_id, bill in bills.items())
    return _by_day(found)


def _names(country: Country) -> tuple[str, ...]:
    return packaged_linker().vocabulary.entries[country.target].names or (country.name,)


def _by_day(found: Iterable[Against]) -> tuple[Against, ...]:
    return tuple(sorted(found, key=lambda one: (one.bill.introduced_on, one.bill.key)))
