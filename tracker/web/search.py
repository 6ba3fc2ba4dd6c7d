"""Search: a number in any spelling, or words."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from tracker.db import db
from tracker.queries.bills import held_congresses
from tracker.queries.paging import Place
from tracker.queries.search import FIRST_RESULTS, SearchResult, search
from tracker.sentences import measure_name, ordinal
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, counted
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
        sentence=result_sentence(result),
        nothing=nothing_sentence(result),
        congresses=remembered(current_version(), "congresses", lambda: held_congresses(db.session)),
        formats=formats(PATH, parameters, "json") if query else [],
        follow=_follow(query) if result.has_words else "",
        **neighbours(PATH, parameters, result.hits),
    )


def _follow(query: str) -> str:
    """Where a search is followed by e-mail or in a feed reader."""
    return f"/follow?{urlencode({'target': f'search:{query[:150]}'})}"


def result_sentence(result: SearchResult) -> str:
    """What was found, in a sentence."""
    if not result.query:
        return "Write a measure’s number or some words in the field above."
    if result.measures:
        found = counted(len(result.measures), "measure")
        return f"{capital(found)} with this number, the newest Congress first."
    if result.hits.total:
        prefix = f"{_named(result)} " if result.reference else ""
        return f"{prefix}{capital(counted(result.hits.total, 'result'))} with these words, the best first."
    return nothing_sentence(result)


def nothing_sentence(result: SearchResult) -> str:
    """That nothing was found, and of what."""
    if result.reference:
        return _named(result)
    return (
        "Nothing that we hold has all these words."
        if result.has_words
        else "There is no word in this to look for."
    )


def _named(result: SearchResult) -> str:
    reference = result.reference
    if reference is None:
        return ""
    name = measure_name(reference.type, reference.number)
    return (
        f"We hold no {name}{f' of the {ordinal(reference.congress)} Congress' if reference.congress else ''}."
    )
