"""Money by country for programs: every figure of a country with its source, and all countries in a year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from scrapers.records import AidType
from tracker.api.answers import (
    PageUrl,
    SourceDocument,
    Sources,
    note,
)
from tracker.api.asking import Args, site
from tracker.api.countries import country_of
from tracker.api.tables import Column, Table
from tracker.db import db
from tracker.queries.assistance import (
    ALL_AID,
    MILITARY,
    Balance,
    CountrySum,
    Figure,
    Mark,
    Overview,
    Release,
    every_figure,
    read_country_assistance,
    read_overview,
)
from tracker.queries.country_names import all_countries
from tracker.web.assistance import holdings

# --- shapes -----------------------------------------------------------------------------------------


class FigureAnswer(msgspec.Struct, frozen=True):
    """One figure as its publisher printed it. Figures of different types or releases must not be added."""

    source: Annotated[str, note("The source's key, as in /api/v1/sources/{key}.")]
    release: Annotated[str, note("Month or day of the publisher's release that has it.")]
    is_newest: Annotated[bool, note("Whether that release is the newest of its file.")]
    place: Annotated[str, note("As printed.")]
    fiscal_year: Annotated[str, msgspec.Meta(examples=["2023", "1976tq"])]
    type: AidType
    account: Annotated[str, note("Empty where the figure is of all accounts.")]
    account_name: str | None
    dollars: Annotated[int | None, note("Nominal; null where the publisher left the cell blank.")]
    constant_dollars: Annotated[int | None, note("In the prices of `constant_base_year`.")]
    constant_base_year: int | None
    rows: Annotated[int, note("How many of the publisher's rows were added.")]


class BalanceAnswer(msgspec.Struct, frozen=True):
    """Military and police aid against all aid in a year, of two sources that count differently.

    `percent` is null where one number is missing or negative; over 100 it is no share of a whole.
    """

    fiscal_year: str
    military_and_police: int | None
    military_and_police_mark: Mark
    all_aid_obligated: int | None
    all_aid_mark: Mark
    percent: float | None


class AssistanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All the money that is held on a country, older releases as well."""

    key: str
    title: str
    page: PageUrl
    items: tuple[FigureAnswer, ...]
    balance: tuple[BalanceAnswer, ...]
    total: int
    sources: Sources


class CountrySumAnswer(msgspec.Struct, frozen=True):
    """A country in one fiscal year. A mark says of an amount that is null why it is: not published, or not found."""

    key: str
    title: str
    page: PageUrl
    obligations: int | None
    obligations_mark: Mark
    disbursements: int | None
    disbursements_mark: Mark
    balance: BalanceAnswer | None


class OverviewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Every country with a figure in a fiscal year; `elsewhere` was obligated for no one country."""

    fiscal_year: str | None
    is_partial: bool
    elsewhere: int
    items: tuple[CountrySumAnswer, ...]
    sources: Sources


# --- asking -----------------------------------------------------------------------------------------


def figures(key: str) -> Iterator[Figure]:
    return every_figure(db.session, country_of(key).code, holdings())


def country_assistance(key: str) -> AssistanceAnswer:
    country, held = country_of(key), holdings()
    items = tuple(map(_figure, every_figure(db.session, country.code, held)))
    found = read_country_assistance(db.session, country.code, held)
    named = {(item.source, item.release) for item in items}
    return AssistanceAnswer(
        key=country.code,
        title=country.name,
        page=f"{site()}/countries/{country.code}#money",
        items=items,
        balance=tuple(map(_balance, found.balance)),
        total=len(items),
        sources=tuple(
            _source(release) for release in held.releases if (release.source, release.vintage) in named
        ),
    )


def overview(args: Args) -> OverviewAnswer:
    held = holdings()
    found = found_overview(args)
    return OverviewAnswer(
        fiscal_year=found.fiscal_year if found else None,
        is_partial=bool(found and found.is_partial),
        elsewhere=found.elsewhere if found else 0,
        items=tuple(map(_sum, found.rows)) if found else (),
        sources=tuple(_source(release) for source in (ALL_AID, MILITARY) if (release := held.newest(source))),
    )


def found_overview(args: Args) -> Overview | None:
    return read_overview(db.session, holdings(), args.get("year"))


# --- composing --------------------------------------------------------------------------------------


def _figure(one: Figure) -> FigureAnswer:
    return FigureAnswer(
        one.release.source, one.release.vintage, one.is_newest, one.place, one.fiscal_year, one.type,
        one.account, one.account_name, one.dollars, one.constant, one.base_year, one.rows,
    )  # fmt: skip


def _balance(one: Balance) -> BalanceAnswer:
    percent = None if one.percent is None else round(one.percent, 1)
    return BalanceAnswer(
        one.fiscal_year,
        one.military.dollars,
        one.military.mark,
        one.all_aid.dollars,
        one.all_aid.mark,
        percent,
    )


def _sum(row: CountrySum) -> CountrySumAnswer:
    return CountrySumAnswer(
        row.country,
        all_countries()[row.country].name,
        f"{site()}/countries/{row.country}#money",
        row.obligations.dollars,
        row.obligations.mark,
        row.disbursements.dollars,
        row.disbursements.mark,
        _balance(row.balance) if row.balance else None,
    )


def _source(release: Release) -> SourceDocument:
    return SourceDocument(
        release.source,
        release.name,
        release.publisher,
        release.url,
        release.fetched_at,
        release.sha256,
        release.fetched_until,
    )


# --- files ------------------------------------------------------------------------------------------


def _of_release(name: str, field: str) -> Column:
    return name, lambda one, _site: getattr(one.release, field)


def _field(name: str, field: str = "") -> Column:
    return name, lambda one, _site: getattr(one, field or name)


FIGURES = Table(
    (
        _field("fiscal_year"),
        ("type", lambda one, _: one.type.value),
        _field("account"),
        _field("account_name"),
        _field("dollars"),
        _field("constant_dollars", "constant"),
        _field("constant_base_year", "base_year"),
        _field("rows"),
        _field("place"),
        _field("place_code", "code"),
        _of_release("source", "source"),
        _of_release("publisher", "publisher"),
        _of_release("release", "vintage"),
        _field("is_newest_release", "is_newest"),
        _of_release("document_url", "url"),
        _of_release("document_fetched_at", "fetched_at"),
        _of_release("document_sha256", "sha256"),
        _of_release("document_fetched_until", "fetched_until"),
    )
)

OVERVIEW = Table(
    (
        ("key", lambda row, _: row.country),
        ("name", lambda row, _: all_countries()[row.country].name),
        ("obligations", lambda row, _: row.obligations.dollars),
        ("obligations_mark", lambda row, _: row.obligations.mark.value),
        ("disbursements", lambda row, _: row.disbursements.dollars),
        ("disbursements_mark", lambda row, _: row.disbursements.mark.value),
        ("balance_fiscal_year", lambda row, _: row.balance.fiscal_year if row.balance else None),
        ("military_and_police", lambda row, _: row.balance.military.dollars if row.balance else None),
        ("all_aid_obligated", lambda row, _: row.balance.all_aid.dollars if row.balance else None),
        ("balance_percent", lambda row, _: _balance(row.balance).percent if row.balance else None),
        ("page", lambda row, site: f"{site}/countries/{row.country}#money"),
    )
)
