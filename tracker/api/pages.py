"""The pages' other forms: the same facts at the page's address with `.json`, `.csv`, `.atom` or `.ics`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from tracker.api import (
    appropriations,
    arms_sales,
    asking,
    assistance,
    countries,
    deadlines,
    follows,
    recommendations,
    reports,
    tables,
    votes,
)
from tracker.api.feeds import BEGINNING, bill_entries, change_entries, milestone_events, tag
from tracker.api.formats import Entry, Feed, calendar, csv_chunks
from tracker.api.parameters import read_place
from tracker.api.replies import (
    address,
    atom_reply,
    calendar_reply,
    csv_reply,
    filters,
    json_reply,
    list_address,
    settings,
)
from tracker.db import db
from tracker.queries.accounts import printings, steps_of
from tracker.queries.appropriations import all_measures
from tracker.queries.changes import ANY_RECOMMENDATION, ChangeRow, following_since, natural_keys
from tracker.queries.deadlines import changed_at
from tracker.queries.paging import Page
from tracker.sentences import written_date
from tracker.web.deadlines import all_entries

forms = Blueprint("api_forms", __name__)


def _table_reply(table: tables.Table, rows: Iterable[Any], name: str) -> Response:
    """The rows as a file, which is written while they are read."""
    site = asking.site()
    return csv_reply(csv_chunks(table.header, (table.cells(row, site) for row in rows)), name)


# --- measures ---------------------------------------------------------------------------------------


@forms.get("/bills.json")
def bills_json() -> Response:
    return json_reply(asking.bills(request.args))


@forms.get("/bills.csv")
def bills_csv() -> Response:
    """Every measure that the filters leave, not a part of them."""
    return _table_reply(tables.BILLS, asking.every_bill(request.args), "bills.csv")


@forms.get("/bills.atom")
def bills_atom() -> Response:
    page = asking.bill_page(request.args, read_place(request.args))
    entries = bill_entries(asking.site(), page.items)
    return _feed("Measures before Congress", "/bills", entries, following=page.next)


@forms.get("/bills/<key>.json")
def bill_json(key: str) -> Response:
    return json_reply(asking.bill(key))


@forms.get("/bills/<key>.atom")
def bill_atom(key: str) -> Response:
    """What changed on one measure."""
    bill = asking.bill_detail(key).bill
    changes = asking.change_page({"item": f"bill:{key}"}, read_place(request.args))
    return _change_feed(f"{bill.name}: {bill.title}", f"/bills/{key}", changes, bill.changed_at)


@forms.get("/bills/<key>.ics")
def bill_ics(key: str) -> Response:
    """A measure's steps forward as days of a calendar. Nothing is in it that has not happened."""
    detail = asking.bill_detail(key)
    events = milestone_events(asking.site(), detail)
    title = f"{detail.bill.name}: {detail.bill.title}"
    body = calendar(title, events, detail.bill.changed_at, settings().site_name)
    return calendar_reply(body, f"{detail.bill.key}.ics")


# --- votes ------------------------------------------------------------------------------------------


@forms.get("/votes.json")
def votes_json() -> Response:
    return json_reply(votes.votes(request.args))


@forms.get("/votes.csv")
def votes_csv() -> Response:
    """Every vote that the filters leave."""
    return _table_reply(votes.VOTES, votes.every_vote(request.args), "votes.csv")


@forms.get("/votes.atom")
def votes_atom() -> Response:
    page = votes.vote_page(request.args, read_place(request.args))
    return _feed("Roll-call votes", "/votes", votes.vote_entries(page.items), following=page.next)


@forms.get("/votes/<key>.json")
def vote_json(key: str) -> Response:
    return json_reply(votes.vote(key))


@forms.get("/votes/<key>.csv")
def vote_csv(key: str) -> Response:
    """Who voted how."""
    return _table_reply(votes.POSITIONS, votes.vote_detail(key).casts, f"{key}.csv")


# --- countries --------------------------------------------------------------------------------------


@forms.get("/countries.json")
def countries_json() -> Response:
    return json_reply(countries.countries(request.args))


@forms.get("/countries.csv")
def countries_csv() -> Response:
    return _table_reply(countries.COUNTRIES, countries.found_rows(request.args), "countries.csv")


@forms.get("/countries/<key>.json")
def country_json(key: str) -> Response:
    return json_reply(countries.country(key))


@forms.get("/countries/<key>.csv")
def country_csv(key: str) -> Response:
    """Every measure that is linked to the country, each with the words that link it."""
    return _table_reply(countries.MEASURES, countries.measures(key, request.args), f"{key}.csv")


@forms.get("/countries/<key>.atom")
def country_atom(key: str) -> Response:
    """What changed on measures about security assistance to the country."""
    name = countries.country_of(key).name
    changes = asking.change_page({"country": key}, read_place(request.args))
    return _change_feed(f"{name}: what changed", f"/countries/{key}", changes)


@forms.get("/countries/<key>.ics")
def country_ics(key: str) -> Response:
    """The steps of its measures as days of a calendar; empty where there are none."""
    name = countries.country_of(key).name
    events, changed_at = countries.events(key)
    events = [*events, *deadlines.country_events(key)]
    body = calendar(
        f"{name}: measures before Congress", events, changed_at or BEGINNING, settings().site_name
    )
    return calendar_reply(body, f"{key}.ics")


# --- recommendations and promises -------------------------------------------------------------------


@forms.get("/recommendations.json")
def recommendations_json() -> Response:
    return json_reply(recommendations.overview(request.args))


@forms.get("/recommendations.csv")
def recommendations_csv() -> Response:
    """The table of countries, a line for each of its cells."""
    return _table_reply(recommendations.CELLS, recommendations.cells(request.args), "recommendations.csv")


@forms.get("/recommendations.atom")
def recommendations_atom() -> Response:
    """What changed on measures that bear on any recommendation or promise."""
    changes = asking.change_page({"recommendation": ANY_RECOMMENDATION}, read_place(request.args))
    return _change_feed("Recommendations and promises: what changed", "/recommendations", changes)


@forms.get("/<any(recommendations, promises):family>/<key>.json")
def recommendation_json(family: str, key: str) -> Response:
    return json_reply(recommendations.recommendation(family, key))


@forms.get("/<any(recommendations, promises):family>/<key>.atom")
def recommendation_atom(family: str, key: str) -> Response:
    """What changed on measures that bear on it."""
    one = recommendations.recommendation_of(family, key)
    changes = asking.change_page({"recommendation": key}, read_place(request.args))
    return _change_feed(f"{one.title}: what changed", one.path, changes)


# --- money ------------------------------------------------------------------------------------------


@forms.get("/countries/<key>/assistance.json")
def country_assistance_json(key: str) -> Response:
    return json_reply(assistance.country_assistance(key))


@forms.get("/countries/<key>/assistance.csv")
def country_assistance_csv(key: str) -> Response:
    """Every figure that is held on the country, each with its source and release."""
    return _table_reply(assistance.FIGURES, assistance.figures(key), f"{key}-assistance.csv")


@forms.get("/assistance.json")
def assistance_json() -> Response:
    return json_reply(assistance.overview(request.args))


@forms.get("/assistance.csv")
def assistance_csv() -> Response:
    """Every country in a fiscal year, the newest if none is named."""
    found = assistance.found_overview(request.args)
    return _table_reply(assistance.OVERVIEW, found.rows if found else (), "assistance.csv")


# --- appropriations ---------------------------------------------------------------------------------


@forms.get("/appropriations.json")
def appropriations_json() -> Response:
    return json_reply(appropriations.measures(request.args))


@forms.get("/appropriations.csv")
def appropriations_csv() -> Response:
    return _table_reply(appropriations.MEASURES, all_measures(), "appropriations.csv")


@forms.get("/appropriations/<key>.json")
def appropriations_measure_json(key: str) -> Response:
    return json_reply(appropriations.measure(key))


@forms.get("/appropriations/<key>.csv")
def appropriations_measure_csv(key: str) -> Response:
    """Its accounts, text by text."""
    found = appropriations.amount_cells(steps_of(appropriations.measure_named(key)))
    return _table_reply(appropriations.AMOUNTS, found, f"{key}.csv")


@forms.get("/appropriations/accounts.csv")
def accounts_csv() -> Response:
    """Every account in every text."""
    return _table_reply(
        appropriations.AMOUNTS, appropriations.amount_cells(list(printings())), "accounts.csv"
    )


@forms.get("/appropriations/accounts/<code>.json")
def account_json(code: str) -> Response:
    return json_reply(appropriations.account(code))


@forms.get("/appropriations/accounts/<code>.csv")
def account_csv(code: str) -> Response:
    account = appropriations.account(code)
    cells = appropriations.amount_cells(list(printings()))
    own = (cell for cell in cells if cell.amount.account == account.key)
    return _table_reply(appropriations.AMOUNTS, own, f"{account.key}.csv")


@forms.get("/appropriations/<key>/conditions.json")
def conditions_json(key: str) -> Response:
    return json_reply(appropriations.conditions(key))


@forms.get("/appropriations/<key>/conditions.csv")
def conditions_csv(key: str) -> Response:
    """The ladder, a line for each condition on a country in a text."""
    found = appropriations.ladder_cells(appropriations.measure_named(key))
    return _table_reply(appropriations.CONDITIONS, found, f"{key}-conditions.csv")


# --- arms sales -------------------------------------------------------------------------------------


@forms.get("/arms-sales.json")
def arms_sales_json() -> Response:
    return json_reply(arms_sales.sales(request.args))


@forms.get("/arms-sales.csv")
def arms_sales_csv() -> Response:
    """Every notification that the filters leave."""
    return _table_reply(arms_sales.SALES, arms_sales.every_sale(request.args), "arms-sales.csv")


@forms.get("/arms-sales.atom")
def arms_sales_atom() -> Response:
    page = arms_sales.sale_page(request.args, read_place(request.args))
    entries = arms_sales.sale_entries(page.items)
    return _feed("Arms sales notified to Congress", "/arms-sales", entries, following=page.next)


@forms.get("/arms-sales/<key>.json")
def arms_sale_json(key: str) -> Response:
    return json_reply(arms_sales.sale(key))


@forms.get("/arms-sales/<key>.csv")
def arms_sale_csv(key: str) -> Response:
    """The one notification, as it stands in the whole list."""
    return _table_reply(arms_sales.SALES, [arms_sales.sale_detail(key).sale], f"{key}.csv")


@forms.get("/arms-sales/<key>.atom")
def arms_sale_atom(key: str) -> Response:
    """What changed on one notification."""
    sale = arms_sales.sale_detail(key).sale
    changes = asking.change_page({"item": f"arms-sale:{key}"}, read_place(request.args))
    return _change_feed(f"{sale.name}: {sale.title}", sale.path, changes, sale.changed_at)


@forms.get("/arms-sales/<key>.ics")
def arms_sale_ics(key: str) -> Response:
    """When Congress was notified, and the last day for a joint resolution, where they are known."""
    sale = arms_sales.sale_detail(key).sale
    events = arms_sales.clock_events(sale)
    body = calendar(f"{sale.name}: {sale.title}", events, sale.changed_at, settings().site_name)
    return calendar_reply(body, f"{sale.key}.ics")


# --- reports and what became of their recommendations -----------------------------------------------


@forms.get("/reports.json")
def reports_json() -> Response:
    return json_reply(reports.reports(request.args))


@forms.get("/reports.csv")
def reports_csv() -> Response:
    """Every report that the filters leave."""
    return _table_reply(reports.REPORTS, reports.every_report(request.args), "reports.csv")


@forms.get("/reports.atom")
def reports_atom() -> Response:
    page = reports.report_page(request.args, read_place(request.args))
    return _feed("Reports of watchdogs", "/reports", reports.report_entries(page.items), following=page.next)


@forms.get("/reports/<key>.json")
def report_json(key: str) -> Response:
    return json_reply(reports.report(key))


@forms.get("/reports/<key>.csv")
def report_csv(key: str) -> Response:
    """What one report recommended, and what became of it."""
    return _table_reply(reports.AUDITS, reports.audits_in(key), f"{key}.csv")


@forms.get("/reports/<key>.atom")
def report_atom(key: str) -> Response:
    """What changed on one report."""
    report = reports.report_detail(key).report
    changes = asking.change_page({"item": f"report:{key}"}, read_place(request.args))
    return _change_feed(report.title, report.path, changes, report.changed_at)


@forms.get("/audit-recommendations.json")
def audits_json() -> Response:
    return json_reply(reports.audits(request.args))


@forms.get("/audit-recommendations.csv")
def audits_csv() -> Response:
    """Every recommendation that the filters leave."""
    found = reports.every_audit(request.args)
    return _table_reply(reports.AUDITS, found, "audit-recommendations.csv")


@forms.get("/audit-recommendations.atom")
def audits_atom() -> Response:
    page = reports.audit_page(request.args, read_place(request.args))
    entries = reports.audit_entries(page.items)
    return _feed("What auditors recommended", "/audit-recommendations", entries, following=page.next)


@forms.get("/audit-recommendations/<key>.json")
def audit_json(key: str) -> Response:
    return json_reply(reports.audit(key))


# --- deadlines and the calendar ---------------------------------------------------------------------


@forms.get("/deadlines.json")
def deadlines_json() -> Response:
    return json_reply(deadlines.deadlines(request.args))


@forms.get("/deadlines.csv")
def deadlines_csv() -> Response:
    return _table_reply(deadlines.DEADLINES, deadlines.found_entries(request.args), "deadlines.csv")


@forms.get("/deadlines.ics")
def deadlines_ics() -> Response:
    """What acts in force order by a day, with the days that are past."""
    events = deadlines.deadline_events(request.args)
    return calendar_reply(
        calendar("Deadlines that the law sets", events, _stamped_at(), settings().site_name), "deadlines.ics"
    )


@forms.get("/calendar.json")
def calendar_json() -> Response:
    return json_reply(deadlines.calendar_answer(request.args))


@forms.get("/calendar.csv")
def calendar_csv() -> Response:
    found = (one for one in deadlines.found_days(request.args) if not one.is_withdrawn)
    return _table_reply(deadlines.DAYS, found, "calendar.csv")


@forms.get("/calendar.ics")
def calendar_ics() -> Response:
    """Every day to come that is known."""
    events = deadlines.dated_events(deadlines.found_days(request.args))
    return calendar_reply(
        calendar("What is to come", events, _stamped_at(), settings().site_name), "calendar.ics"
    )


@forms.get("/calendar/<name>.ics")
def day_ics(name: str) -> Response:
    """One day, under the name that it has in the whole calendar."""
    events = deadlines.day_events(name)
    return calendar_reply(calendar(events[0].summary, events, _stamped_at(), settings().site_name), "day.ics")


def _stamped_at() -> datetime:
    """As of when what acts order is known."""
    return changed_at(all_entries()) or BEGINNING


# --- people -----------------------------------------------------------------------------------------


@forms.get("/legislators.json")
def legislators_json() -> Response:
    return json_reply(asking.legislators(request.args))


@forms.get("/legislators/<key>.json")
def legislator_json(key: str) -> Response:
    return json_reply(asking.legislator(key))


# --- changes ----------------------------------------------------------------------------------------


@forms.get("/changes.json")
def changes_json() -> Response:
    return json_reply(asking.changes(request.args))


@forms.get("/changes.csv")
def changes_csv() -> Response:
    """The whole log that the filters leave."""
    return _table_reply(tables.CHANGES, asking.every_change(request.args), "changes.csv")


@forms.get("/changes.atom")
def changes_atom() -> Response:
    page = asking.change_page(request.args, read_place(request.args))
    return _change_feed("What changed", "/changes", page)


@forms.get("/.atom")
@forms.get("/index.atom")
def home_atom() -> Response:
    """The front page's feed: the newest changes."""
    page = asking.change_page({}, read_place(request.args))
    return _change_feed("What changed", "/", page)


# --- follows ----------------------------------------------------------------------------------------


@forms.get("/follow.json")
def follow_json() -> Response:
    """What changed on any of the targets that the address names."""
    return follows.followed_json()


@forms.get("/follow.atom")
def follow_atom() -> Response:
    return follows.followed_atom()


# --- the rest ---------------------------------------------------------------------------------------


@forms.get("/search.json")
def search_json() -> Response:
    return json_reply(asking.found(request.args))


@forms.get("/status.json")
def status_json() -> Response:
    return json_reply(asking.status())


# --- feeds ------------------------------------------------------------------------------------------


def _change_feed(title: str, path: str, page: Page[ChangeRow], updated: datetime | None = None) -> Response:
    entries = change_entries(asking.site(), page.items, natural_keys(db.session, page.items))
    since = following_since(db.session)
    return _feed(
        title,
        path,
        entries,
        subtitle=f"What changed since {written_date(since.date())}, when following began." if since else None,
        updated=updated or since,
        following=page.next,
    )


def _feed(
    title: str,
    path: str,
    entries: Sequence[Entry],
    *,
    subtitle: str | None = None,
    updated: datetime | None = None,
    following: str | None = None,
) -> Response:
    name = settings().site_name
    which = [f"{parameter}={value}" for parameter, value in sorted(filters().items())]
    return atom_reply(
        Feed(
            id=tag(asking.site(), "feed", path.strip("/") or "home", *which),
            title=f"{title} – {name}",
            subtitle=subtitle,
            self_url=address("/.atom" if path == "/" else None),
            url=list_address(path),
            author=name,
            updated=updated or BEGINNING,
            entries=entries,
            next_url=address(after=following) if following else None,
        )
    )
