"""Money by country: figures with their source and release, what was revised, and the balance of two sources.

Types of amounts are never added to one another. A figure that is not there is one of two things: the publisher
has none of that type and year for anybody or left the cell blank (not published), or has some for others and
none here (not found). Zero is a figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from scrapers.records import AidType
from scrapers.registry import all_sources
from scrapers.times import fiscal_year_order
from tracker.models import AssistanceFigure, AssistanceRelease
from tracker.queries.paging import AnyRow

RELEASE = cast(Table, AssistanceRelease.__table__)
FIGURE = cast(Table, AssistanceFigure.__table__)

ALL_AID = "foreign_assistance"
ROWS = "foreign_assistance_rows"
MILITARY = "security_assistance_monitor"
BUDGET = "state_budget_tables"

COLUMNS = (AidType.OBLIGATIONS, AidType.DISBURSEMENTS, AidType.PLANNED, AidType.REQUEST)
"""The types of the table of years, in its order."""

ACCOUNTS = ("FMF", "IMET", "INCLE", "NADR", "PKO")
"""Military, police and related accounts of the State Department's tables."""

PARTIAL_YEARS = 2
"""The newest years of the file are reported in part only: agencies report late."""


class Mark(StrEnum):
    """What stands in a cell: a figure (which may be 0), or one of two ways of having none."""

    FIGURE = "figure"
    NOT_PUBLISHED = "not published"
    NOT_FOUND = "not found"


class Cell(msgspec.Struct, frozen=True):
    """One amount in nominal dollars, or why there is none."""

    mark: Mark
    dollars: int | None = None
    constant: int | None = None
    base_year: int | None = None
    rows: int = 0


NOT_FOUND = Cell(Mark.NOT_FOUND)
NOT_PUBLISHED = Cell(Mark.NOT_PUBLISHED)


class Release(msgspec.Struct, frozen=True):
    """A publisher's file as it was at one time: `vintage` is a month or a day, or a year where no more is known."""

    id: int
    source: str
    url: str
    vintage: str
    fetched_at: datetime
    sha256: str
    fetched_until: date | None = None

    @property
    def publisher(self) -> str:
        return all_sources()[self.source].publisher

    @property
    def name(self) -> str:
        return all_sources()[self.source].name


Kind = tuple[AidType, str]
"""A type of amount and a fiscal year."""


class Doubt(msgspec.Struct, frozen=True):
    """Why a release may be older than the day it is known by: of a year that is still being reported, it has less.

    `figures` are how many places have an amount obligated in that fiscal year; `other` is the release before it.
    """

    release: Release
    other: Release
    fiscal_year: str
    figures: int
    other_figures: int


class Holdings(msgspec.Struct, frozen=True):
    """All releases, of one address the newest first; of each of all aid, how many figures of a type and year it has."""

    releases: tuple[Release, ...] = ()
    published: Mapping[int, Mapping[Kind, int]] = {}

    def of(self, source: str) -> tuple[Release, ...]:
        return tuple(release for release in self.releases if release.source == source)

    def newest(self, source: str) -> Release | None:
        return next((release for release in self.releases if release.source == source), None)

    @property
    def doubt(self) -> Doubt | None:
        """Whether the newest release of all aid tells less than the one before it of that one's newest year.

        Releases carry no date of their own; a copy is known by when it was taken. Agencies report late, so of a new
        year a later release tells more.
        """
        releases = self.of(ALL_AID)
        if len(releases) < 2:
            return None
        newest, before = releases[:2]
        years = _partial(self.published[before.id])
        if not years:
            return None
        kind = (AidType.OBLIGATIONS, years[-1])
        figures, other_figures = (self.published[one.id].get(kind, 0) for one in (newest, before))
        return Doubt(newest, before, years[-1], figures, other_figures) if figures < other_figures else None

    @property
    def current(self) -> tuple[Release, ...]:
        """The newest release of each address."""
        newest: dict[str, Release] = {}
        for release in self.releases:
            newest.setdefault(release.url, release)
        return tuple(newest.values())


def read_holdings(session: Session) -> Holdings:
    """What is held, whatever the country. To be remembered: it changes with a collection only."""
    rows = session.execute(
        select(
            RELEASE.c.id, RELEASE.c.source, RELEASE.c.url, RELEASE.c.vintage, RELEASE.c.fetched_at,
            RELEASE.c.sha256, RELEASE.c.fetched_until,
        ).order_by(RELEASE.c.source, RELEASE.c.url, RELEASE.c.vintage.desc(), RELEASE.c.id.desc())
    )  # fmt: skip
    releases = tuple(Release(*row) for row in rows)
    published: dict[int, dict[Kind, int]] = {}
    for release in releases:
        if release.source == ALL_AID:
            rows = session.execute(
                select(FIGURE.c.type, FIGURE.c.fiscal_year, func.count().label("figures"))
                .where(FIGURE.c.release_id == release.id)
                .group_by(FIGURE.c.type, FIGURE.c.fiscal_year)
            )
            published[release.id] = {(row.type, row.fiscal_year): row.figures for row in rows}
    return Holdings(releases, published)


# --- one country ------------------------------------------------------------------------------------


class Year(msgspec.Struct, frozen=True):
    """A fiscal year of all aid, with a cell for each of COLUMNS."""

    fiscal_year: str
    cells: tuple[Cell, ...]
    is_partial: bool

    def cell(self, kind: AidType) -> Cell:
        return self.cells[COLUMNS.index(kind)]


class MilitaryYear(msgspec.Struct, frozen=True):
    """A fiscal year of military and police aid."""

    fiscal_year: str
    cell: Cell


class BudgetYear(msgspec.Struct, frozen=True):
    """A year's budget table: `type` says if it has what was asked for or given; a cell for each of ACCOUNTS."""

    fiscal_year: str
    type: AidType
    cells: tuple[Cell, ...]
    release: Release


class AccountSum(msgspec.Struct, frozen=True):
    """The single transactions of one account, year and type, added up; `rows` is their number."""

    fiscal_year: str
    account: str
    account_name: str
    type: AidType
    dollars: int
    rows: int


class Step(msgspec.Struct, frozen=True):
    """What a release has in a cell; None where it has no such row."""

    vintage: str
    dollars: int | None


class Revision(msgspec.Struct, frozen=True):
    """A cell that releases tell differently, oldest release first."""

    fiscal_year: str
    type: AidType
    place: str
    steps: tuple[Step, ...]


class Balance(msgspec.Struct, frozen=True):
    """Military and police aid against all aid in one year, from two sources that count differently.

    `percent` is None where one of the two is missing or negative, or there is no aid to divide by.
    """

    fiscal_year: str
    military: Cell
    all_aid: Cell

    @property
    def percent(self) -> float | None:
        military, whole = self.military.dollars, self.all_aid.dollars
        if military is None or whole is None or military < 0 or whole <= 0:
            return None
        return 100 * military / whole


class CountryAssistance(msgspec.Struct, frozen=True):
    """All the money that is held on a country. Years come newest first."""

    country: str
    years: tuple[Year, ...] = ()
    military: tuple[MilitaryYear, ...] = ()
    budget: tuple[BudgetYear, ...] = ()
    accounts: tuple[AccountSum, ...] = ()
    revisions: tuple[Revision, ...] = ()
    balance: tuple[Balance, ...] = ()
    places: Mapping[str, tuple[str, ...]] = {}

    @property
    def is_empty(self) -> bool:
        return not (self.years or self.military or self.budget or self.accounts)

    @property
    def newest(self) -> Year | None:
        """The newest year with a figure of what was obligated or disbursed."""
        return next(
            (year for year in self.years if any(year.cell(kind).mark is Mark.FIGURE for kind in COLUMNS[:2])),
            None,
        )


class _Figure(NamedTuple):
    release_id: int
    type: AidType
    year_order: int
    fiscal_year: str
    place: str
    account: str
    account_name: str | None
    dollars: int | None
    constant: int | None
    base_year: int | None
    rows: int


_FIGURE_COLUMNS = tuple(FIGURE.c[name] for name in _Figure._fields)
_OF_COUNTRY = (
    select(*_FIGURE_COLUMNS)
    .where(
        FIGURE.c.country == bindparam("country"),
        FIGURE.c.release_id.in_(bindparam("releases", expanding=True)),
    )
    .order_by(FIGURE.c.year_order.desc(), FIGURE.c.place, FIGURE.c.account)
)


def read_country_assistance(session: Session, country: str, holdings: Holdings) -> CountryAssistance:
    """What is held on a country in the newest release of each file. Two questions."""
    current = {release.id: release for release in holdings.current}
    asked = {"country": country, "releases": list(current)}
    by_source: dict[str, list[_Figure]] = defaultdict(list)
    for row in session.execute(_OF_COUNTRY, asked):
        by_source[current[row.release_id].source].append(_Figure(*row))
    newest = holdings.newest(ALL_AID)
    published = holdings.published.get(newest.id, {}) if newest else {}
    years = tuple(_years(by_source[ALL_AID], published))
    military = tuple(_military(by_source[MILITARY]))
    return CountryAssistance(
        country=country,
        years=years,
        military=military,
        budget=tuple(_budget(by_source[BUDGET], current)),
        accounts=tuple(_accounts(by_source[ROWS])),
        revisions=_revisions(session, country, holdings),
        balance=tuple(_balance(years, military)),
        places={
            source: tuple(dict.fromkeys(figure.place for figure in found))
            for source, found in by_source.items()
        },
    )


def _cell(found: Sequence[_Figure]) -> Cell:
    """The figure of a country, year, type and account. A publisher may print parts of a country by themselves."""
    filled = [figure for figure in found if figure.dollars is not None]
    if not filled:
        return NOT_PUBLISHED
    constants = [figure.constant for figure in filled if figure.constant is not None]
    return Cell(
        Mark.FIGURE,
        sum(cast(int, figure.dollars) for figure in filled),
        sum(constants) if len(constants) == len(filled) else None,
        filled[0].base_year,
        sum(figure.rows for figure in filled),
    )


def _years(found: Sequence[_Figure], published: Collection[Kind]) -> Iterator[Year]:
    """From the newest year that the file has of anybody to the first with a figure of the country."""
    if not found:
        return
    cells: dict[Kind, list[_Figure]] = defaultdict(list)
    for figure in found:
        cells[figure.type, figure.fiscal_year].append(figure)
    first = min(figure.year_order for figure in found)
    years = sorted({year for _, year in published}, key=fiscal_year_order, reverse=True)
    partial = set(_partial(published))
    for year in years:
        if fiscal_year_order(year) < first:
            return
        yield Year(
            year,
            tuple(
                _cell(cells[kind, year])
                if (kind, year) in cells
                else (NOT_FOUND if (kind, year) in published else NOT_PUBLISHED)
                for kind in COLUMNS
            ),
            year in partial,
        )


def _partial(published: Collection[Kind]) -> list[str]:
    """The newest years of what was spent."""
    spent = {year for kind, year in published if kind in COLUMNS[:2]}
    return sorted(spent, key=fiscal_year_order)[-PARTIAL_YEARS:]


def _military(found: Sequence[_Figure]) -> Iterator[MilitaryYear]:
    by_year: dict[str, list[_Figure]] = defaultdict(list)
    for figure in found:
        by_year[figure.fiscal_year].append(figure)
    for year, figures in by_year.items():
        yield MilitaryYear(year, _cell(figures))


def _budget(found: Sequence[_Figure], releases: Mapping[int, Release]) -> Iterator[BudgetYear]:
    by_table: dict[int, dict[str, list[_Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in found:
        by_table[figure.release_id][figure.account].append(figure)
    for release_id, accounts in by_table.items():
        one = next(iter(accounts.values()))[0]
        cells = tuple(_cell(accounts[name]) for name in ACCOUNTS)
        yield BudgetYear(one.fiscal_year, one.type, cells, releases[release_id])


def _accounts(found: Sequence[_Figure]) -> Iterator[AccountSum]:
    for figure in found:
        if figure.dollars is not None:
            yield AccountSum(
                figure.fiscal_year, figure.account, figure.account_name or figure.account, figure.type,
                figure.dollars, figure.rows,
            )  # fmt: skip


def _balance(years: Iterable[Year], military: Iterable[MilitaryYear]) -> Iterator[Balance]:
    """The years that the military source covers."""
    whole = {year.fiscal_year: year.cell(AidType.OBLIGATIONS) for year in years}
    for one in military:
        yield Balance(one.fiscal_year, one.cell, whole.get(one.fiscal_year, NOT_FOUND))


# --- what releases tell differently -----------------------------------------------------------------

_DIFFERENT = (
    select(FIGURE.c.type, FIGURE.c.year_order, FIGURE.c.fiscal_year, FIGURE.c.place)
    .where(
        FIGURE.c.country == bindparam("country"),
        FIGURE.c.release_id.in_(bindparam("releases", expanding=True)),
    )
    .group_by(FIGURE.c.type, FIGURE.c.year_order, FIGURE.c.fiscal_year, FIGURE.c.place)
    .having(or_(func.count() < bindparam("number"), func.min(FIGURE.c.dollars) != func.max(FIGURE.c.dollars)))
    .cte("different")
)
_STEPS = (
    select(
        _DIFFERENT.c.type, _DIFFERENT.c.year_order, _DIFFERENT.c.fiscal_year, _DIFFERENT.c.place,
        FIGURE.c.release_id, FIGURE.c.dollars,
    )
    .join_from(
        _DIFFERENT, FIGURE,
        and_(
            FIGURE.c.country == bindparam("country"),
            FIGURE.c.release_id.in_(bindparam("releases", expanding=True)),
            FIGURE.c.type == _DIFFERENT.c.type,
            FIGURE.c.year_order == _DIFFERENT.c.year_order,
            FIGURE.c.place == _DIFFERENT.c.place,
        ),
    )
    .order_by(_DIFFERENT.c.year_order.desc(), _DIFFERENT.c.type, _DIFFERENT.c.place)
)  # fmt: skip


def _revisions(session: Session, country: str, holdings: Holdings) -> tuple[Revision, ...]:
    """Cells of all aid that differ between releases which have that type and year at all."""
    releases = holdings.of(ALL_AID)[::-1]
    if len(releases) < 2:
        return ()
    asked = {
        "country": country,
        "releases": [release.id for release in releases],
        "number": len(releases),
    }
    cells: dict[tuple[AidType, str, str], dict[int, int | None]] = defaultdict(dict)
    for row in session.execute(_STEPS, asked):
        cells[row.type, row.fiscal_year, row.place][row.release_id] = row.dollars
    found = []
    for (kind, year, place), by_release in cells.items():
        steps = tuple(
            Step(release.vintage, by_release.get(release.id))
            for release in releases
            if (kind, year) in holdings.published[release.id]
        )
        if any(one.dollars != other.dollars for one, other in pairwise(steps)):
            found.append(Revision(year, kind, place, steps))
    return tuple(found)


class Difference(msgspec.Struct, frozen=True):
    """How two releases of one file differ: figures revised, rows gone, rows new, rows in both."""

    old: str
    new: str
    revised: int
    gone: int
    added: int
    common: int


def differences(session: Session, holdings: Holdings) -> tuple[Difference, ...]:
    """Each release of all aid against the one before it, the newest pair first."""
    return tuple(_difference(session, old, new) for new, old in pairwise(holdings.of(ALL_AID)))


_OLD, _NEW = FIGURE.alias("old"), FIGURE.alias("new")
_IN_BOTH = (
    select(func.count(), func.count().filter(_OLD.c.dollars != _NEW.c.dollars))
    .join_from(
        _OLD, _NEW,
        and_(
            _NEW.c.release_id == bindparam("new"),
            *(_NEW.c[name] == _OLD.c[name] for name in ("type", "year_order", "code", "place", "account")),
        ),
    )
    .where(_OLD.c.release_id == bindparam("old"))
)  # fmt: skip
_COUNT = select(func.count()).where(FIGURE.c.release_id == bindparam("release"))


def _difference(session: Session, old: Release, new: Release) -> Difference:
    common, revised = session.execute(_IN_BOTH, {"old": old.id, "new": new.id}).one()
    before = session.execute(_COUNT, {"release": old.id}).scalar_one()
    after = session.execute(_COUNT, {"release": new.id}).scalar_one()
    return Difference(old.vintage, new.vintage, revised, before - common, after - common, common)


# --- all countries ----------------------------------------------------------------------------------


class CountrySum(msgspec.Struct, frozen=True):
    """A country in the overview: one year of all aid, and the newest year with a balance."""

    country: str
    obligations: Cell
    disbursements: Cell
    balance: Balance | None = None


class Overview(msgspec.Struct, frozen=True):
    """All countries in one fiscal year. `elsewhere` is obligated for regions and the world, for no one country."""

    fiscal_year: str
    years: tuple[str, ...]
    is_partial: bool
    rows: tuple[CountrySum, ...]
    elsewhere: int
    total: int


_OF_ALL = select(
    FIGURE.c.country, FIGURE.c.type, FIGURE.c.fiscal_year, func.sum(FIGURE.c.dollars).label("dollars")
).group_by(FIGURE.c.country, FIGURE.c.type, FIGURE.c.fiscal_year)


def read_overview(session: Session, holdings: Holdings, fiscal_year: str | None = None) -> Overview | None:
    """Every country with a figure in that year, the newest if none is named; None where there is nothing."""
    release = holdings.newest(ALL_AID)
    if release is None:
        return None
    published = holdings.published[release.id]
    spent = {year for kind, year in published if kind in COLUMNS[:2]}
    years = tuple(sorted(spent, key=fiscal_year_order, reverse=True))
    chosen = fiscal_year if fiscal_year in spent else years[0]
    amounts: dict[str | None, dict[AidType, int]] = defaultdict(dict)
    for row in session.execute(
        _OF_ALL.where(
            FIGURE.c.release_id == release.id,
            FIGURE.c.fiscal_year == chosen,
            FIGURE.c.type.in_(COLUMNS[:2]),
        )
    ):
        amounts[row.country][row.type] = int(row.dollars)
    balances = _newest_balances(session, holdings, release)
    missing = {kind: NOT_FOUND if (kind, chosen) in published else NOT_PUBLISHED for kind in COLUMNS[:2]}
    cells = {
        country: {**missing, **{kind: Cell(Mark.FIGURE, dollars) for kind, dollars in found.items()}}
        for country, found in amounts.items()
    }
    rows = tuple(
        CountrySum(country, found[AidType.OBLIGATIONS], found[AidType.DISBURSEMENTS], balances.get(country))
        for country, found in cells.items()
        if country is not None
    )
    obligated = {country: found.get(AidType.OBLIGATIONS, 0) for country, found in amounts.items()}
    return Overview(
        chosen, years, chosen in _partial(published), rows, obligated.get(None, 0), sum(obligated.values())
    )


def _newest_balances(session: Session, holdings: Holdings, release: Release) -> dict[str, Balance]:
    """By country, the newest year that has one."""
    military = _military_by_country(session, holdings)
    if not military:
        return {}
    years = sorted({year for _, year in military})
    whole = {
        (row.country, row.fiscal_year): int(row.dollars)
        for row in session.execute(
            _OF_ALL.where(
                FIGURE.c.release_id == release.id,
                FIGURE.c.type == AidType.OBLIGATIONS,
                FIGURE.c.fiscal_year.in_(years),
                FIGURE.c.country.is_not(None),
            )
        )
    }
    found: dict[str, Balance] = {}
    for country, year in sorted(military, key=lambda key: key[1]):
        all_aid = whole.get((country, year))
        balance = Balance(
            year,
            Cell(Mark.FIGURE, military[country, year]),
            NOT_FOUND if all_aid is None else Cell(Mark.FIGURE, all_aid),
        )
        if balance.percent is not None:
            found[country] = balance
    return found


def _military_by_country(session: Session, holdings: Holdings) -> dict[tuple[str, str], int]:
    release = holdings.newest(MILITARY)
    if release is None:
        return {}
    rows = session.execute(
        _OF_ALL.where(
            FIGURE.c.release_id == release.id,
            FIGURE.c.country.is_not(None),
            FIGURE.c.dollars.is_not(None),
        )
    )
    return {(row.country, row.fiscal_year): int(row.dollars) for row in rows}


class MilitaryWorld(msgspec.Struct, frozen=True):
    """Military and police aid to the whole world over some years.

    `countries` and `regions` add up to all. `recipients` are countries that got anything in any of the years,
    `over_a_million` those of them that got at least a million dollars over all of them.
    """

    first: str
    last: str
    countries: int
    regions: int
    recipients: int
    over_a_million: int
    largest: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return self.countries + self.regions


_MILLION = 1_000_000


def read_military_world(
    session: Session, holdings: Holdings, first: str = "2010", last: str = "2014"
) -> MilitaryWorld | None:
    """The sum over some years, countries and regions apart; None where the source is not held."""
    release = holdings.newest(MILITARY)
    if release is None:
        return None
    rows = session.execute(
        select(FIGURE.c.country, func.sum(FIGURE.c.dollars).label("dollars"))
        .where(
            FIGURE.c.release_id == release.id,
            FIGURE.c.fiscal_year.between(first, last),
            FIGURE.c.dollars.is_not(None),
        )
        .group_by(FIGURE.c.country)
    )
    amounts = {row.country: int(row.dollars) for row in rows}
    regions = amounts.pop(None, 0)
    largest = sorted(amounts.items(), key=lambda item: -item[1])[:5]
    return MilitaryWorld(
        first,
        last,
        sum(amounts.values()),
        regions,
        sum(amount > 0 for amount in amounts.values()),
        sum(amount >= _MILLION for amount in amounts.values()),
        tuple(largest),
    )


# --- every figure of a country, for data ------------------------------------------------------------


class Figure(msgspec.Struct, frozen=True):
    """One figure as its publisher printed it, with the release that has it."""

    release: Release
    place: str
    code: str
    fiscal_year: str
    type: AidType
    account: str
    account_name: str | None
    dollars: int | None
    constant: int | None
    base_year: int | None
    rows: int
    is_newest: bool


def every_figure(session: Session, country: str, holdings: Holdings) -> Iterator[Figure]:
    """All that is held, older releases too: by source, release and year, the newest first."""
    current = {release.id for release in holdings.current}
    by_release: dict[int, list[AnyRow]] = defaultdict(list)
    rows = session.execute(
        select(FIGURE)
        .where(FIGURE.c.country == country)
        .order_by(FIGURE.c.type, FIGURE.c.year_order.desc(), FIGURE.c.place, FIGURE.c.account)
    )
    for row in rows:
        by_release[row.release_id].append(row)
    for release in holdings.releases:
        for row in by_release[release.id]:
            yield Figure(
                release, row.place, row.code, row.fiscal_year, row.type, row.account, row.account_name,
                row.dollars, row.constant, row.base_year, row.rows, release.id in current,
            )  # fmt: skip
