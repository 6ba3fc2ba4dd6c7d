"""Legislators: the list, and one person's record."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from scrapers.records import Chamber
from tracker.db import db
from tracker.queries.bills import BillFilter, Scope, list_bill_ids
from tracker.queries.legislators import (
    MEASURES_SHOWN,
    LegislatorFilter,
    LegislatorRow,
    Profile,
    Term,
    held_states,
    list_legislators,
    read_legislator_filter,
    read_profile,
)
from tracker.queries.paging import Place
from tracker.queries.roll_calls import VoteFilter, list_votes
from tracker.sentences import written_date
from tracker.votes.words import position_words
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, chamber_name, counted, state_name, tidy
from tracker.web.freshness import as_of
from tracker.web.listing import chosen, formats, neighbours, read_place
from tracker.web.measure_rows import draw

blueprint = Blueprint("legislators", __name__)

PATH = "/legislators"


@blueprint.get(PATH)
def index() -> str:
    which = read_legislator_filter(request.args)
    parameters = chosen("name", "state", "chamber", "current")
    page = list_legislators(db.session, which, read_place(request.args))
    return render_template(
        "legislators/index.html",
        page=page,
        sentence=list_sentence(page.total, which),
        fields=_fields(parameters),
        reset=PATH if parameters else "",
        as_of=as_of("legislators"),
        formats=formats(PATH, parameters, "json"),
        **neighbours(PATH, parameters, page),
    )


_IN_SCOPE = Scope.SECURITY_ASSISTANCE
VOTES_SHOWN = 20


@blueprint.get(f"{PATH}/<bioguide>")
def show(bioguide: str) -> str | Response:
    canonical = bioguide.strip().upper()
    if canonical != bioguide and canonical.isalnum():
        return redirect(f"{PATH}/{canonical}", 301)
    detail = read_profile(db.session, bioguide)
    if detail is None:
        raise NotFound
    place = Place(limit=MEASURES_SHOWN)
    sponsored = list_bill_ids(db.session, BillFilter(sponsor=bioguide, scope=_IN_SCOPE), place=place)
    cosponsored = list_bill_ids(db.session, BillFilter(cosponsor=bioguide, scope=_IN_SCOPE), place=place)
    cast = VoteFilter(member=bioguide, scope=_IN_SCOPE)
    votes = list_votes(db.session, cast, Place(limit=VOTES_SHOWN))
    return render_template(
        "legislators/show.html",
        detail=detail,
        sponsored=sponsored,
        sponsored_rows=draw(sponsored.items, today(), with_congress=True),
        cosponsored=cosponsored,
        cosponsored_rows=draw(cosponsored.items, today(), with_congress=True),
        votes=votes,
        position_words=position_words,
        office=office(detail.person),
        sentence=service_sentence(detail),
        formats=formats(f"{PATH}/{bioguide}", {}, "json"),
    )


def list_sentence(total: int, which: LegislatorFilter) -> str:
    """How many people, and which."""
    parts = [counted(total, "legislator")]
    if which.is_current is not None:
        parts.append("in office now" if which.is_current else "no longer in office")
    if which.chamber is not None:
        parts.append(f"of the {chamber_name(which.chamber)}")
    if which.state is not None:
        parts.append(f"for {state_name(which.state)}")
    if which.name is not None:
        parts.append(f"with “{tidy(which.name)}” in the name")
    words = " ".join(parts)
    return f"{capital(words)}."


_OFFICES = {Chamber.SENATE: "Senator", Chamber.HOUSE: "Representative", None: "Legislator"}
_DELEGATES = frozenset({"AS", "DC", "GU", "MP", "VI"})


def office(person: LegislatorRow) -> str:
    """What the person is, or was: "Senator", "Former representative"."""
    name = _OFFICES[person.chamber]
    if person.chamber is Chamber.HOUSE and person.state in _DELEGATES:
        name = "Delegate"
    elif person.chamber is Chamber.HOUSE and person.state == "PR":
        name = "Resident commissioner"
    return name if person.is_current else f"Former {name.lower()}"


def service_sentence(detail: Profile) -> str:
    """Since when, and where: "In the Senate since 3 January 2007; in the House 1991 to 2007"."""
    if not detail.terms:
        return "Not in Congress now. We know this person only from the measures below."
    first, *earlier = _stretches(detail.terms)
    now = f"In the {chamber_name(first[-1].chamber)} since {written_date(first[-1].started_on)}"
    if not detail.person.is_current:
        now = f"In the {chamber_name(first[-1].chamber)} until {written_date(first[0].ended_on)}"
    before = [
        f"in the {chamber_name(terms[-1].chamber)} {terms[-1].started_on.year} to {terms[0].ended_on.year}"
        for terms in earlier
    ]
    return "; ".join([now, *before]) + "."


def _stretches(terms: Sequence[Term]) -> list[list[Term]]:
    """Terms, newest first, put together where one follows another in the same chamber."""
    stretches: list[list[Term]] = []
    for term in terms:
        last = stretches[-1][-1] if stretches else None
        if last and last.chamber is term.chamber and (last.started_on - term.ended_on).days < 60:
            stretches[-1].append(term)
        else:
            stretches.append([term])
    return stretches


def _fields(parameters: dict[str, str]) -> list[dict[str, object]]:
    states = remembered(current_version(), "states", lambda: held_states(db.session))
    named = sorted((state_name(state), state) for state in states)
    return [
        {"name": "name", "label": "Name", "kind": "search", "value": parameters.get("name", "")},
        {"name": "state", "label": "State", "kind": "select", "value": parameters.get("state", "").upper(),
         "options": [("", "Any state"), *((code, name) for name, code in named)]},
        {"name": "chamber", "label": "Chamber", "kind": "select", "value": parameters.get("chamber", ""),
         "options": [("", "Both chambers"), ("house", "House"), ("senate", "Senate")]},
        {"name": "current", "label": "In office", "kind": "select", "value": parameters.get("current", ""),
         "options": [("", "Now or before"), ("1", "Now"), ("0", "Before")]},
    ]  # fmt: skip
