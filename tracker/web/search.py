"""Search: a number in any spelling, or words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from tracker.db import db
from tracker.queries.bills import held_congresses
from tracker.queries.country_names import find_countries
from tracker.queries.legislators import LegislatorFilter, list_legislators
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
    named = [] if place.after or place.before or result.measures else pages_named(query)
    return render_template(
        "search/index.html",
        result=result,
        search_query=query,
        sentence=result_sentence(result, named),
        named=named,
        nothing=nothing_sentence(result),
        congresses=remembered(current_version(), "congresses", lambda: held_congresses(db.session)),
        formats=formats(PATH, parameters, "json") if query else [],
        follow=_follow(query) if result.has_words else "",
        **neighbours(PATH, parameters, result.hits),
    )


def _follow(query: str) -> str:
    """Where a search is followed by e-mail or in a feed reader."""
    return f"/follow?{urlencode({'target': f'search:{query[:150]}'})}"


class NamedPage(NamedTuple):
    """A page of somebody or somewhere that goes by the words that were searched for."""

    kind: str
    title: str
    path: str
    what: str


_MOST_NAMED = 4
_SHORTEST_NAME = 3


def pages_named(query: str) -> list[NamedPage]:
    """Countries with a name that begins so, and legislators with these words in theirs; a few of each."""
    if len(query) < _SHORTEST_NAME:
        return []
    words = set(query.casefold().split())
    found = list_legislators(db.session, LegislatorFilter(name=query), Place(limit=3 * _MOST_NAMED)).items
    people = [one for one in found if words <= set(one.full_name.casefold().split())]
    return [
        *(
            NamedPage(
                "Country", one.name, f"/countries/{one.code}", "Money, conditions on it, measures, reports"
            )
            for one in find_countries(query)[:_MOST_NAMED]
        ),
        *(
            NamedPage(
                "Legislator", one.full_name, f"/legislators/{one.bioguide}", "Measures brought in and joined"
            )
            for one in people[:_MOST_NAMED]
        ),
    ]


def result_sentence(result: SearchResult, named: Sequence[NamedPage] = ()) -> str:
    """What was found, in a sentence."""
    if not result.query:
        return "Write a measure’s number or some words in the field above."
    if result.measures:
        found = counted(len(result.measures), "measure")
        return f"{capital(found)} with this number, the newest Congress first."
    if result.hits.total:
        prefix = f"{_named(result)} " if result.reference else ""
        return f"{prefix}{capital(counted(result.hits.total, 'result'))} with these words, the best first."
    if named:
        return (
            f"{capital(counted(len(named), 'page'))} by this name, and nothing else that has all these words."
        )
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
