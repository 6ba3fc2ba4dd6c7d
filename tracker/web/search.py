"""Search: a number in any spelling, or words."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.db import db
from tracker.queries.bills import held_congresses
from tracker.queries.paging import Place
from tracker.queries.search import FIRST_RESULTS, search
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.listing import formats, neighbours

blueprint = Blueprint("search", __name__)

PATH = "/search"


@blueprint.get(PATH)
def index() -> str:
    query = request.args.get("q", "").strip()
    place = Place(request.args.get("after") or None, request.args.get("before") or None, FIRST_RESULTS.limit)
    result = search(db.session, query, today=today(), place=place)
    parameters = {"q": query} if query else {}
    return render_template(
        "search/index.html",
        result=result,
        search_query=query,
        congresses=remembered(current_version(), "congresses", lambda: held_congresses(db.session)),
        formats=formats(PATH, parameters, "json") if query else [],
        **neighbours(PATH, parameters, result.hits),
    )
