"""What is to come: every day that is known, the nearest first."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, render_template, request

from tracker.db import db
from tracker.queries.calendar import (
    Dated,
    DatedKind,
    chosen_days,
    days_to_come,
    read_dated_filter,
)
from tracker.queries.country_names import all_countries
from tracker.web.clock import today
from tracker.web.deadlines import all_entries, as_of
from tracker.web.formatting import capital, counted
from tracker.web.listing import chosen, formats

blueprint = Blueprint("calendar", __name__)

PATH = "/calendar"
KIND_WORDS = {
    DatedKind.DEADLINE: "Deadlines of acts",
    DatedKind.ARMS_SALE: "Arms sales: last days for Congress",
    DatedKind.CONTINUING: "Ends of continuing resolutions",
}


@blueprint.get(PATH)
def index() -> str:
    which = read_dated_filter(request.args)
    parameters = chosen("kind", "country")
    known = [one for one in known_days() if not one.is_withdrawn]
    found = chosen_days(known, which)
    months = [(month, list(days)) for month, days in groupby(found, key=lambda one: f"{one.on:%B %Y}")]
    return render_template(
        "calendar/index.html",
        months=months,
        sentence=calendar_sentence(found),
        kinds=KIND_WORDS,
        names={code: country.name for code, country in all_countries().items()},
        fields=_fields(parameters, known),
        is_narrowed=bool(parameters),
        as_of=as_of(),
        formats=formats(PATH, parameters, "ics", "json", "csv"),
    )


def known_days() -> list[Dated]:
    """Every day from today on."""
    return days_to_come(db.session, all_entries(), today=today())


def calendar_sentence(found: list[Dated]) -> str:
    """How many days are known, and the nearest."""
    if not found:
        return "No day to come is known here."
    left = (found[0].on - today()).days
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    return f"{capital(counted(len(found), 'dated thing'))} to come; the next is {when}."


def _fields(parameters: Mapping[str, str], known: list[Dated]) -> list[dict[str, object]]:
    codes = {code for one in known for code in one.countries}
    countries = [(code, country.name) for code, country in all_countries().items() if code in codes]
    kinds = [(kind.value, words) for kind, words in KIND_WORDS.items()]
    return [
        {"name": "kind", "label": "What", "kind": "select", "options": [("", "Everything"), *kinds],
         "value": parameters.get("kind", "")},
        {"name": "country", "label": "Country", "kind": "select", "options": [("", "Every country"), *countries],
         "value": parameters.get("country", "").upper()},
    ]  # fmt: skip
