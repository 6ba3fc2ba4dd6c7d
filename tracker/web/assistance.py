"""Money by country: the section of a country's page, its picture, all countries in a year, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from scrapers.records import AidType
from tracker.db import db
from tracker.queries.assistance import (
    ACCOUNTS,
    ALL_AID,
    BUDGET,
    COLUMNS,
    MILITARY,
    ROWS,
    Balance,
    BudgetYear,
    Cell,
    CountryAssistance,
    CountrySum,
    Doubt,
    Holdings,
    Mark,
    MilitaryWorld,
    Overview,
    Revision,
    Year,
    differences,
    read_country_assistance,
    read_holdings,
    read_military_world,
    read_overview,
)
from tracker.queries.country_names import Country, all_countries
from tracker.sentences import written_date
from tracker.web import charts
from tracker.web.caching import current_version, drawn_part, remembered
from tracker.web.formatting import capital, counted, fetched_words, listed
from tracker.web.listing import formats
from tracker.web.money import about_dollars, cell_words, drawn_rows, exact, percent_words

blueprint = Blueprint("assistance", __name__)

PATH = "/assistance"
YEARS_OPEN = 10
"""How many years a table shows before it is unfolded."""

TYPE_WORDS = {
    AidType.OBLIGATIONS: "Obligated",
    AidType.DISBURSEMENTS: "Paid out",
    AidType.PLANNED: "Appropriated and planned",
    AidType.ALLOCATIONS: "Allocated at first",
    AidType.REQUEST: "Asked for",
    AidType.ACTUAL: "Given",
    AidType.UNSTATED: "Not said",
    AidType.MILITARY_POLICE: "Military and police aid",
}
BASIS_WORDS = {
    AidType.REQUEST: "asked for",
    AidType.ACTUAL: "given",
    AidType.UNSTATED: "not said",
}

Columns = list[tuple[str, bool]]
Rows = list[list[Markup | str]]


def holdings() -> Holdings:
    """The releases that are held, asked for once a version."""
    return remembered(current_version(), "assistance", lambda: read_holdings(db.session))


# --- a country --------------------------------------------------------------------------------------


class Table(NamedTuple):
    """A table whose first rows are open and whose others are folded."""

    columns: Columns
    open: Markup
    folded: Markup
    number_folded: int


class Section(NamedTuple):
    """What the money part of a country's page shows."""

    country: Country
    found: CountryAssistance
    holdings: Holdings
    sentences: list[str]
    years: Table
    military: Table
    budget: Table
    accounts: Table
    revisions: Table
    notes: dict[str, str]

    @property
    def path(self) -> str:
        return f"/countries/{self.country.code}/assistance"

    @property
    def has_chart(self) -> bool:
        return bool(chart_values(self.found))

    @property
    def chart_words(self) -> str:
        return chart_words(self.country, self.found)

    def vintage(self, source: str) -> str:
        """Which release the figures of a source are from; empty where none is held."""
        release = self.holdings.newest(source)
        return vintage_words(release.vintage) if release else ""

    @property
    def doubt_words(self) -> str:
        """Said where the release that is shown may be older than its day."""
        return doubt_words(self.holdings.doubt)

    def fetched(self, source: str) -> str:
        release = self.holdings.newest(source)
        return fetched_words(release) if release else ""


def country_section(country: Country) -> Section:
    """Everything on the money of a country. Two questions, and one for what is held at all."""
    held = holdings()
    found = read_country_assistance(db.session, country.code, held)
    return Section(
        country,
        found,
        held,
        sentences(country, found, held),
        _folded([("Fiscal year", False), *((TYPE_WORDS[kind], True) for kind in COLUMNS)],
                [_year_row(year) for year in found.years]),
        _folded([("Fiscal year", False), ("Military and police aid", True), ("All aid obligated", True),
                 ("Military and police as a share", True)],
                [_balance_row(one) for one in found.balance]),
        _folded([("Fiscal year", False), ("What it is", False), *((name, True) for name in ACCOUNTS)],
                [_budget_row(year) for year in found.budget]),
        _folded([("Fiscal year", False), ("Account", False), ("Obligated", True), ("Rows added", True)],
                [[one.fiscal_year, f"{one.account_name} ({one.account})", exact(one.dollars), exact(one.rows)]
                 for one in found.accounts]),
        _revision_table(found.revisions, held),
        {source: places_note(places) for source, places in found.places.items()},
    )  # fmt: skip


def _folded(columns: Columns, rows: Rows) -> Table:
    first, others = rows[:YEARS_OPEN], rows[YEARS_OPEN:]
    return Table(columns, drawn_rows(columns, first), drawn_rows(columns, others), len(others))


def _year_row(year: Year) -> list[Markup | str]:
    return [year_words(year.fiscal_year, is_partial=year.is_partial), *map(cell_words, year.cells)]


def year_words(fiscal_year: str, *, is_partial: bool = False) -> Markup | str:
    """A fiscal year as a row's name."""
    if fiscal_year.endswith("tq"):
        return f"{fiscal_year[:4]}, July to September"
    return Markup('{} <span class="none">in part</span>').format(fiscal_year) if is_partial else fiscal_year


def _balance_row(one: Balance) -> list[Markup | str]:
    share = percent_words(one.percent)
    if one.percent is not None and one.percent > 100:
        share += Markup(' <span class="none">more than all aid</span>')
    return [one.fiscal_year, cell_words(one.military), cell_words(one.all_aid), share]


def _budget_row(year: BudgetYear) -> list[Markup | str]:
    return [year.fiscal_year, BASIS_WORDS[year.type], *map(cell_words, year.cells)]


def _revision_table(revisions: Sequence[Revision], held: Holdings) -> Table:
    """A column a release, the oldest first; a release that has no such type and year says so."""
    releases = held.of(ALL_AID)[::-1]
    columns: Columns = [("Fiscal year", False), ("What", False)]
    columns += [(capital(vintage_words(release.vintage)), True) for release in releases]
    rows: Rows = []
    for one in revisions:
        steps = {step.vintage: step.dollars for step in one.steps}
        cells: list[Markup | str] = []
        for release in releases:
            if release.vintage not in steps:
                cells.append(cell_words(Cell(Mark.NOT_PUBLISHED)))
            else:
                dollars = steps[release.vintage]
                cells.append(cell_words(
                    Cell(Mark.NOT_FOUND) if dollars is None else Cell(Mark.FIGURE, dollars)
                ))  # fmt: skip
        rows.append([str(year_words(one.fiscal_year)), TYPE_WORDS[one.type], *cells])
    return _folded(columns, rows)


def doubt_words(doubt: Doubt | None) -> str:
    """Why the release that is shown may be older than the day it is known by; empty where nothing says so."""
    if doubt is None:
        return ""
    return (
        f"This copy may be older than that: of fiscal year {doubt.fiscal_year} it has "
        f"{counted(doubt.figures, 'figure')} of what was obligated, and the {vintage_words(doubt.other.vintage)} has "
        f"{doubt.other_figures:,}."
    )


_MONTH = re.compile(r"(\d{4})-(\d{2})")


def vintage_words(vintage: str) -> str:
    """Which release: a month, or the day or year as of which it was."""
    if len(vintage) == len("2016"):
        return f"as of {vintage}"
    if _MONTH.fullmatch(vintage):
        return f"release of {date.fromisoformat(f'{vintage}-01'):%B %Y}"
    return f"as of {written_date(date.fromisoformat(vintage))}"


def places_note(places: Sequence[str]) -> str:
    """Said where a publisher prints a country in parts, which are added."""
    if len(places) < 2:
        return ""
    return f"Adds what the publisher prints under {listed([f'“{place}”' for place in places])}."


# --- in words ---------------------------------------------------------------------------------------


def sentences(country: Country, found: CountryAssistance, held: Holdings) -> list[str]:
    """The newest figures: of the newest year, and of the newest one that is fully reported."""
    release = held.newest(ALL_AID)
    if release is None:
        return ["No figures of assistance have been collected yet."]
    newest = found.newest
    if newest is None:
        return [
            f"The file of all U.S. assistance, {vintage_words(release.vintage)}, has nothing obligated or "
            f"paid out for {country.name}."
        ]
    whole = next(
        (
            year
            for year in found.years
            if not year.is_partial and year.cell(AidType.OBLIGATIONS).mark is Mark.FIGURE
        ),
        None,
    )
    told = [_year_sentence(country, newest)]
    if newest.is_partial and whole is not None:
        told.append(_year_sentence(country, whole))
    return told


def _year_sentence(country: Country, year: Year) -> str:
    obligated, paid = year.cell(AidType.OBLIGATIONS), year.cell(AidType.DISBURSEMENTS)
    parts = []
    if obligated.dollars is not None:
        parts.append(f"obligated {about_dollars(obligated.dollars)} for {country.name}")
    if paid.dollars is not None:
        parts.append(f"paid out {about_dollars(paid.dollars)}" + ("" if parts else f" for {country.name}"))
    which = ", as far as agencies have reported it," if year.is_partial else ""
    asked = year.cell(AidType.REQUEST).dollars
    request_words = f"; the President had asked Congress for {about_dollars(asked)}" if asked else ""
    return f"In fiscal year {year.fiscal_year}{which} the United States {' and '.join(parts)}{request_words}."


# --- the picture ------------------------------------------------------------------------------------


@blueprint.get("/countries/<code>/assistance.svg")
def chart(code: str) -> Response:
    """A country's years as a picture: `theme` light or dark, `size` wide or narrow."""
    country = _country(code)
    found = read_country_assistance(db.session, country.code, holdings())
    values = chart_values(found)
    if not values:
        abort(404)
    colours = charts.THEMES.get(request.args.get("theme", ""), charts.THEMES["light"])
    size = charts.SIZES.get(request.args.get("size", ""), charts.SIZES["wide"])
    present = {key for _, _, key in values}
    series = [
        one
        for one in (
            charts.Series("full", "All aid obligated", colours.accent),
            charts.Series("partial", "Reported in part", colours.partial),
            charts.Series("military", "Military and police aid", colours.ink),
        )
        if one.key in present
    ]
    drawn = charts.years_chart(
        values, series, colours=colours, size=size,
        title=f"U.S. assistance to {country.name} by fiscal year", description=chart_words(country, found),
    )  # fmt: skip
    return Response(drawn, mimetype=charts.MEDIA_TYPE)


def chart_values(found: CountryAssistance) -> list[tuple[int, int, str]]:
    """What is drawn: obligations as bars, military and police aid beside them. No quarter, nothing missing."""
    values = []
    for year in found.years:
        dollars = year.cell(AidType.OBLIGATIONS).dollars
        if dollars is not None and year.fiscal_year.isdigit():
            values.append((int(year.fiscal_year), dollars, "partial" if year.is_partial else "full"))
    values += [
        (int(one.fiscal_year), one.cell.dollars, "military")
        for one in found.military
        if one.cell.dollars is not None
    ]
    return values


def chart_words(country: Country, found: CountryAssistance) -> str:
    """The picture in words: from when to when, and the highest year of each."""
    all_aid = [(year, dollars) for year, dollars, key in chart_values(found) if key != "military"]
    military = [(year, dollars) for year, dollars, key in chart_values(found) if key == "military"]
    parts = []
    if all_aid:
        parts.append(f"Obligations of all aid to {country.name} from {_span(all_aid)}")
    if military:
        parts.append(f"{'m' if parts else 'M'}ilitary and police aid from {_span(military)}")
    return f"{'; '.join(parts)}. The tables below have the figures."


def _span(values: Sequence[tuple[int, int]]) -> str:
    years = [year for year, _ in values]
    top, most = max(values, key=lambda value: value[1])
    return f"{min(years)} to {max(years)}, highest in {top} with {about_dollars(most)}"


def _country(code: str) -> Country:
    return all_countries().get(code) or abort(404)


# --- all countries ----------------------------------------------------------------------------------

SORTS: dict[str, tuple[str, Callable[[CountrySum], tuple[float, str]]]] = {
    "obligations": ("Most obligated", lambda row: (-_or_least(row.obligations.dollars), _name(row))),
    "disbursements": ("Most paid out", lambda row: (-_or_least(row.disbursements.dollars), _name(row))),
    "balance": (
        "Highest share of military and police aid",
        lambda row: (-(row.balance.percent if row.balance and row.balance.percent is not None else -1), _name(row)),
    ),
    "name": ("Name", lambda row: (0, _name(row))),
}  # fmt: skip


def _or_least(dollars: int | None) -> float:
    return float("-inf") if dollars is None else dollars


def _name(row: CountrySum) -> str:
    return all_countries()[row.country].name


@blueprint.get(PATH)
def index() -> str:
    """Every country in one fiscal year, in an order that the reader chooses."""
    year, sort = request.args.get("year", ""), request.args.get("sort", "")
    sort = sort if sort in SORTS else "obligations"
    held = holdings()
    found = remembered(
        current_version(), ("assistance overview", year), lambda: read_overview(db.session, held, year)
    )
    chosen = {"year": found.fiscal_year if found else "", "sort": sort}
    return render_template(
        "assistance/index.html",
        found=found,
        release=held.newest(ALL_AID),
        doubt=doubt_words(held.doubt),
        military=held.newest(MILITARY),
        columns=_OVERVIEW_COLUMNS,
        rows=drawn_part(("assistance", *chosen.values()), lambda: _overview_rows(found, sort)),
        sentence=overview_sentence(found),
        chosen=chosen,
        years=[(one, str(year_words(one))) for one in found.years] if found else [],
        sorts=[(key, label) for key, (label, _) in SORTS.items()],
        vintage_words=vintage_words,
        fetched_words=fetched_words,
        formats=formats(PATH, {"year": year} if year else {}, "json", "csv"),
    )  # fmt: skip


_OVERVIEW_COLUMNS: Columns = [
    ("Country", False), ("Obligated", True), ("Paid out", True), ("Military and police share", True),
]  # fmt: skip


def _overview_rows(found: Overview | None, sort: str) -> Markup:
    rows = sorted(found.rows, key=SORTS[sort][1]) if found else []
    return drawn_rows(_OVERVIEW_COLUMNS, [_overview_row(row) for row in rows])


def _overview_row(row: CountrySum) -> list[Markup | str]:
    country = all_countries()[row.country]
    link = Markup('<a href="/countries/{}#money">{}</a>').format(country.code, country.name)
    share: Markup = percent_words(row.balance.percent) if row.balance else percent_words(None)
    if row.balance:
        share += Markup(' <span class="none">in {}</span>').format(row.balance.fiscal_year)
    return [link, cell_words(row.obligations), cell_words(row.disbursements), share]


def overview_sentence(found: Overview | None) -> str:
    """The year's sum, and how many countries it went to."""
    if found is None:
        return "No figures of assistance have been collected yet."
    which = ", as far as agencies have reported it," if found.is_partial else ""
    return (
        f"In fiscal year {found.fiscal_year}{which} the United States obligated {about_dollars(found.total)} of "
        f"assistance of every kind: {about_dollars(found.total - found.elsewhere)} for "
        f"{counted(len(found.rows), 'country', 'countries')} and {about_dollars(found.elsewhere)} for regions, "
        "states of old and the world at large."
    )


# --- how it is read ---------------------------------------------------------------------------------


@blueprint.get(f"{PATH}/method")
def method() -> str:
    """What the figures are, how they are matched, and what the balance can and cannot say."""
    held = holdings()
    changed, world = remembered(
        current_version(),
        "assistance method",
        lambda: (differences(db.session, held), read_military_world(db.session, held)),
    )
    return render_template(
        "assistance/method.html",
        held=held,
        sources=[release for source in (ALL_AID, MILITARY, ROWS) if (release := held.newest(source))],
        tables=held.of(BUDGET),
        differences_rows=[
            [
                vintage_words(one.old),
                vintage_words(one.new),
                *map(exact, (one.common, one.revised, one.gone, one.added)),
            ]
            for one in changed
        ],
        world=world,
        doubt=doubt_words(held.doubt),
        largest=_largest(world) if world else "",
        vintage_words=vintage_words,
        fetched_words=fetched_words,
        about_dollars=about_dollars,
        exact=exact,
    )


def _largest(world: MilitaryWorld) -> str:
    """The country that had the most, and how much of all that was."""
    code, dollars = world.largest[0]
    share = f"{100 * dollars / world.countries:.0f}%"
    return f"{about_dollars(dollars)}, {share} of it, went to {all_countries()[code].name}"
