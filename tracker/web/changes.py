"""The public log: every change we recorded, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from scrapers.registry import all_sources
from tracker.changes import KINDS
from tracker.db import db
from tracker.linking.targets import judged_target, target_of
from tracker.phrases import kind_label
from tracker.queries.changes import (
    ANY_RECOMMENDATION,
    ChangeFilter,
    following_since,
    list_changes,
    read_change_filter,
)
from tracker.queries.country_names import all_countries
from tracker.queries.recommendations import all_measured
from tracker.sentences import written_date
from tracker.web.formatting import capital, counted
from tracker.web.listing import address, chosen, formats, neighbours, read_place

blueprint = Blueprint("changes", __name__)

PATH = "/changes"


@blueprint.get(PATH)
def index() -> str:
    which = read_change_filter(request.args)
    parameters = chosen("kind", "item", "country", "recommendation", "source", "since")
    page = list_changes(db.session, which, read_place(request.args))
    found = capital(changes_counted(page.total, which))
    sentence = (
        f"{found}, the newest first. The day is when we saw it." if page.total else f"{found} recorded here."
    )
    return render_template(
        "changes/index.html",
        page=page,
        which=which,
        sentence=sentence,
        following_since=following_since(db.session),
        fields=_fields(parameters),
        reset=PATH if parameters else "",
        formats=formats(PATH, parameters, "atom", "json", "csv"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


def changes_counted(total: int, which: ChangeFilter) -> str:
    """How many changes, and which where a country or a day was asked for."""
    words = counted(total, "change")
    if which.country:
        words += (
            f" to measures on security assistance that are about {target_of(f'country:{which.country}').name}"
        )
    if which.recommendation:
        words += f"{', and' if which.country else ' to measures'} that bear on {_named(which.recommendation)}"
    if which.since:
        words += f" since {written_date(which.since)}"
    return words


def _named(recommendation: str) -> str:
    target = judged_target(recommendation)
    return f"“{target_of(target).name}”" if target else "a recommendation or promise"


def _fields(parameters: dict[str, str]) -> list[dict[str, object]]:
    kinds = [("", "Any kind"), *((kind, capital(kind_label(kind))) for kind in KINDS)]
    sources = [("", "Any source"), *((source.key, source.name) for source in all_sources().values())]
    countries = [("", "Any country"), *((one.code, one.name) for one in all_countries().values())]
    measured = [("", "With or without"), (ANY_RECOMMENDATION, "Any of them"),
                *((one.slug, one.title) for one in all_measured())]  # fmt: skip
    return [
        {"name": "kind", "label": "Kind of change", "kind": "select", "options": kinds,
         "value": parameters.get("kind", "")},
        {"name": "item", "label": "Measure, as 119-s-1780", "kind": "text",
         "value": parameters.get("item", "").removeprefix("bill:")},
        {"name": "country", "label": "Country", "kind": "select", "options": countries,
         "value": parameters.get("country", "").upper()},
        {"name": "recommendation", "label": "Recommendation or promise", "kind": "select", "options": measured,
         "value": parameters.get("recommendation", "")},
        {"name": "source", "label": "Source", "kind": "select", "options": sources,
         "value": parameters.get("source", "")},
        {"name": "since", "label": "Seen since", "kind": "date", "value": parameters.get("since", "")},
    ]  # fmt: skip
