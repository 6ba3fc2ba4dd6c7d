"""Bills: the list with its filters, one measure, and its leave-behind."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.phrases import stage_label
from tracker.queries.bills import (
    BillDetail,
    BillFilter,
    Sort,
    held_congresses,
    list_bills,
    read_bill,
    read_bill_filter,
    read_sort,
)
from tracker.queries.committees import committee_choices, committee_names
from tracker.queries.people import person_names
from tracker.queries.spelling import Reference, read_key, read_reference
from tracker.sentences import measure_name, ordinal
from tracker.stages import Stage
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, chamber_name, counted, listed
from tracker.web.listing import address, chosen, formats, neighbours, read_place
from tracker.web.stage_track import steps

blueprint = Blueprint("bills", __name__)

PATH = "/bills"
PARAMETERS = ("q", "congress", "chamber", "stage", "committee", "sponsor", "cosponsor", "sort")
SORTS = {
    Sort.LATEST: "Latest action",
    Sort.INTRODUCED: "Newest introduced",
    Sort.NUMBER: "Number",
    Sort.COSPONSORS: "Most cosponsors",
}


@blueprint.get(PATH)
def index() -> str:
    which, sort = read_bill_filter(request.args), read_sort(request.args)
    parameters = chosen(*PARAMETERS)
    page = list_bills(db.session, which, today=today(), sort=sort, place=read_place(request.args))
    return render_template(
        "bills/index.html",
        page=page,
        sentence=filter_sentence(page.total, which),
        sort_label=SORTS[sort].lower(),
        fields=_fields(parameters),
        cosponsor=which.cosponsor,
        reset=PATH if parameters else "",
        formats=formats(PATH, parameters, "json", "csv", "atom"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    found = _find(key, "")
    if isinstance(found, Response):
        return found
    return render_template(
        "bills/show.html",
        detail=found,
        bill=found.bill,
        steps=steps(found.standing, found.bill.kind, today(), found.names),
        formats=formats(f"{PATH}/{key}", {}, "json", "atom", "ics"),
    )


@blueprint.get(f"{PATH}/<key>/leave-behind")
def leave_behind(key: str) -> str | Response:
    found = _find(key, "/leave-behind")
    if isinstance(found, Response):
        return found
    return render_template(
        "bills/leave_behind.html",
        detail=found,
        bill=found.bill,
        steps=steps(found.standing, found.bill.kind, today(), found.names),
    )


def _find(key: str, ending: str) -> BillDetail | Response:
    """The measure; the way to its address where the key is spelled in another way; else a page that says no."""
    reference = read_key(key)
    if reference is None:
        spelled = read_reference(key)
        if spelled is not None and spelled.key is not None:
            return redirect(f"{PATH}/{spelled.key}{ending}", 301)
        if spelled is not None:
            return redirect(address("/search", {"q": key}), 302)
        raise NotFound
    detail = read_bill(db.session, key, today=today())
    return detail if detail is not None else _unknown(reference)


def _unknown(reference: Reference) -> Response:
    page = render_template(
        "bills/unknown.html",
        name=measure_name(reference.type, reference.number),
        congress=reference.congress,
        congresses=_congresses(),
    )
    return Response(page, status=404, mimetype="text/html")


def _congresses() -> tuple[int, ...]:
    return remembered(current_version(), "congresses", lambda: held_congresses(db.session))


# --- the list in words ------------------------------------------------------------------------------


def filter_sentence(total: int, which: BillFilter) -> str:
    """How many measures, and which: "312 measures of the 119th Congress that began in the Senate."."""
    parts = [counted(total, "measure")]
    if which.congress is not None:
        parts.append(f"of the {ordinal(which.congress)} Congress")
    if which.chamber is not None:
        parts.append(f"that began in the {chamber_name(which.chamber)}")
    if which.stages:
        parts.append(f"now {listed([stage_label(stage) for stage in which.stages], 'or')}")
    if which.committee:
        names = committee_names(db.session, [which.committee])
        parts.append(f"sent to the {names.get(which.committee, which.committee)}")
    if which.sponsor:
        parts.append(f"sponsored by {_person(which.sponsor)}")
    if which.cosponsor:
        parts.append(f"cosponsored by {_person(which.cosponsor)}")
    if which.q:
        parts.append(f"about “{which.q}”")
    words = " ".join(parts)
    return f"{capital(words)}."


def _person(text: str) -> str:
    """A legislator's name for an id, else what was typed."""
    found = person_names(db.session, [text]) if text[:1].isupper() and text[1:].isdecimal() else {}
    return found.get(text, f"anyone named “{text}”")


def _fields(parameters: dict[str, str]) -> list[dict[str, object]]:
    committees = remembered(current_version(), "committees", lambda: committee_choices(db.session))
    options: dict[str, list[tuple[str, str]]] = {
        "congress": [
            ("", "Any Congress"),
            *((str(one), f"{ordinal(one)} Congress") for one in _congresses()),
        ],
        "chamber": [("", "Either chamber"), ("house", "House"), ("senate", "Senate")],
        "stage": [("", "Any stage"), *((stage.value, capital(stage_label(stage))) for stage in Stage)],
        "committee": [("", "Any committee"), *((one.code, one.name) for one in committees)],
        "sort": [(sort.value, label) for sort, label in SORTS.items()],
    }
    labels = (
        ("q", "Words or number", "search"), ("congress", "Congress", "select"), ("chamber", "Began in", "select"),
        ("stage", "Where it stands", "select"), ("committee", "Committee", "select"),
        ("sponsor", "Sponsor", "text"), ("sort", "Order", "select"),
    )  # fmt: skip
    fields: list[dict[str, object]] = []
    for name, label, kind in labels:
        field: dict[str, object] = {
            "name": name, "label": label, "kind": kind, "value": parameters.get(name, "")
        }  # fmt: skip
        if name in options:
            field["options"] = options[name]
        fields.append(field)
    return fields
