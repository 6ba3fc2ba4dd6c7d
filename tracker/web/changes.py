"""The public log: every change we recorded, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from scrapers.registry import all_sources
from tracker.changes import KINDS
from tracker.db import db
from tracker.phrases import kind_label
from tracker.queries.changes import following_since, list_changes, read_change_filter
from tracker.web.formatting import capital, counted
from tracker.web.listing import address, chosen, formats, neighbours, read_place

blueprint = Blueprint("changes", __name__)

PATH = "/changes"


@blueprint.get(PATH)
def index() -> str:
    which = read_change_filter(request.args)
    parameters = chosen("kind", "item", "source")
    page = list_changes(db.session, which, read_place(request.args))
    sentence = f"{capital(counted(page.total, 'change'))}, the newest first. The day is when we saw it."
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


def _fields(parameters: dict[str, str]) -> list[dict[str, object]]:
    kinds = [("", "Any kind"), *((kind, capital(kind_label(kind))) for kind in KINDS)]
    sources = [("", "Any source"), *((source.key, source.name) for source in all_sources().values())]
    return [
        {"name": "kind", "label": "Kind of change", "kind": "select", "options": kinds,
         "value": parameters.get("kind", "")},
        {"name": "item", "label": "Measure, as 119-s-1780", "kind": "text",
         "value": parameters.get("item", "").removeprefix("bill:")},
        {"name": "source", "label": "Source", "kind": "select", "options": sources,
         "value": parameters.get("source", "")},
    ]  # fmt: skip
