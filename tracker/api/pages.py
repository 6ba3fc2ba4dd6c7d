"""The pages' other forms: the same facts at the page's address with `.json`, `.csv`, `.atom` or `.ics`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from tracker.api import asking, tables
from tracker.api.feeds import bill_entries, change_entries, milestone_events, tag
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
from tracker.queries.changes import ChangeRow, following_since, natural_keys
from tracker.queries.paging import Page
from tracker.sentences import written_date

forms = Blueprint("api_forms", __name__)

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed was last changed that never had an entry."""


# --- measures ---------------------------------------------------------------------------------------


@forms.get("/bills.json")
def bills_json() -> Response:
    return json_reply(asking.bills(request.args))


@forms.get("/bills.csv")
def bills_csv() -> Response:
    """Every measure that the filters leave, not a part of them."""
    site, rows = asking.site(), asking.every_bill(request.args)
    cells = (tables.BILLS.cells(row, site) for row in rows)
    return csv_reply(csv_chunks(tables.BILLS.header, cells), "bills.csv")


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
    site, rows = asking.site(), asking.every_change(request.args)
    cells = (tables.CHANGES.cells(row, site) for row in rows)
    return csv_reply(csv_chunks(tables.CHANGES.header, cells), "changes.csv")


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
            updated=updated or _BEGINNING,
            entries=entries,
            next_url=address(after=following) if following else None,
        )
    )
